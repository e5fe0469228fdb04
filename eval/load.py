"""Many people asking a running server at once: `python -m eval load http://127.0.0.1:7860 --people 50 --seconds 300`."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from eval.statistics import percentile

PATIENCE_SECONDS = 600.0
_MEMORY = re.compile(r"^process_resident_memory_bytes (\S+)", re.MULTILINE)


@dataclass
class Seen:
    """What all the people met with. Times are in milliseconds."""

    times: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    memory_mb: list[float] = field(default_factory=list)
    told_to_wait: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def load(url: str, questions: Sequence[str], people: int, seconds: float, pause: float) -> dict[str, Any]:
    """Each of `people` asks, reads the answer for about `pause` seconds, and asks again, for `seconds`."""
    seen, end = Seen(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_person, args=(url, number, questions, end, pause, seen)) for number in range(people)
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen.memory_mb.append(_memory(url))
        time.sleep(min(5.0, max(seconds / 20, 0.5)))
    times = sorted(seen.times)
    return {
        "people": people,
        "seconds": round(time.monotonic() - started, 1),
        "pause_seconds": pause,
        "answers": len(times),
        "outcomes": dict(seen.outcomes),
        "told_to_wait": seen.told_to_wait,
        "p50_ms": round(percentile(times, 0.5) or 0),
        "p95_ms": round(percentile(times, 0.95) or 0),
        "max_ms": round(times[-1]) if times else 0,
        "memory_mb": {"first": seen.memory_mb[0], "last": seen.memory_mb[-1], "most": max(seen.memory_mb)},
    }


def _person(url: str, number: int, questions: Sequence[str], end: float, pause: float, seen: Seen) -> None:
    dice = random.Random(number)
    address = f"10.1.{number // 250}.{number % 250 + 1}"  # limits count by client; a proxy here would say so too
    session = f"{address}-{time.monotonic_ns()}"
    time.sleep(dice.uniform(0, pause))
    for count in itertools.count():
        started = time.monotonic()
        if count and started >= end:
            return
        outcome, waited = _ask(url, dice.choice(questions), address, session)
        with seen.lock:
            seen.times.append((time.monotonic() - started) * 1000)
            seen.outcomes[outcome] += 1
            seen.told_to_wait += waited
        time.sleep(dice.uniform(0.5, 1.5) * pause)


def _ask(url: str, question: str, address: str, session: str) -> tuple[str, bool]:
    """One question through the queue, as a browser does: how it ended, and whether a place in the queue was told."""
    parts = urlsplit(url)
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    try:
        body = {"data": [question, None, None, None, None], "fn_index": 0, "session_hash": session}
        with _connected(parts.hostname or "", parts.port or 80) as send:
            response = send("POST", "/gradio_api/queue/join", json.dumps(body), headers)
            said = response.read()
            if response.status != 200:
                return f"{response.status} {said[:60].decode(errors='replace')}", False
            events = send("GET", f"/gradio_api/queue/data?session_hash={session}", None, headers)
            return _outcome(events)
    except (OSError, http.client.HTTPException) as exc:
        return type(exc).__name__, False


def _outcome(events: http.client.HTTPResponse) -> tuple[str, bool]:
    waited = False
    for line in events:
        if not line.startswith(b"data:"):
            continue
        message = json.loads(line[5:])
        waited = waited or (message["msg"] == "estimation" and (message.get("rank") or 0) > 0)
        if message["msg"] == "process_completed":
            return ("ok" if message["success"] else f"failed {message['output']}"), waited
    return "ended early", waited


class _connected:
    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Callable[..., http.client.HTTPResponse]:
        def send(method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()

        return send

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _memory(url: str) -> float:
    """Resident memory that the server tells of itself, in MB; 0 where it does not."""
    parts = urlsplit(url)
    with _connected(parts.hostname or "", parts.port or 80) as send:
        text = send("GET", "/metrics", None, {}).read().decode()
    found = _MEMORY.search(text)
    return round(float(found[1]) / 1e6, 1) if found else 0.0
