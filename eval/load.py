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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from eval.statistics import percentile

PATIENCE_SECONDS = 600.0
_CONVERSATION = 5
"""Questions until a person begins anew."""
_EVENTS = {("question", "submit"): "ask", ("again", "click"): "start_again"}
_KIND = re.compile(rb'"msg":"(\w+)"')
_SUCCESS = re.compile(rb'"success":true')
_MEMORY = re.compile(r"^process_resident_memory_bytes (\S+)", re.MULTILINE)
_PROCESSOR = re.compile(r"^process_cpu_seconds_total (\S+)", re.MULTILINE)


@dataclass
class Seen:
    """What all the people met with. Times are in milliseconds: until the answer stood, until the cited page did."""

    times: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    pages: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    told_to_wait: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def load(urls: Sequence[str], questions: Sequence[str], people: int, seconds: float, pause: float) -> dict[str, Any]:
    """Each of `people` asks, reads the answer for about `pause` seconds, and asks again, for `seconds`.

    `urls`: several processes over one store; each person stays with one, as a proxy that keeps to one would see to.
    """
    seen, pages_asked = Seen(), [_Page.at(url) for url in urls]
    started, busy, own = time.monotonic(), _told(urls, _PROCESSOR), time.process_time()
    end = started + seconds
    threads = [
        threading.Thread(target=_person, args=(page, number, questions, end, pause, seen))
        for number, page in zip(range(people), itertools.cycle(pages_asked), strict=False)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen.memory_mb.append(round(_told(urls, _MEMORY) / 1e6, 1))
        time.sleep(min(5.0, max(seconds / 20, 0.5)))
    lasted, times, pages = time.monotonic() - started, sorted(seen.times), sorted(seen.pages)
    return {
        "people": people,
        "processes": len(urls),
        "seconds": round(lasted, 1),
        "pause_seconds": pause,
        "answers": len(times),
        "outcomes": dict(seen.outcomes),
        "told_to_wait": seen.told_to_wait,
        "p50_ms": round(percentile(times, 0.5) or 0),
        "p95_ms": round(percentile(times, 0.95) or 0),
        "max_ms": round(times[-1]) if times else 0,
        "page_p50_ms": round(percentile(pages, 0.5) or 0),
        "page_p95_ms": round(percentile(pages, 0.95) or 0),
        "cores": {
            "server": round((_told(urls, _PROCESSOR) - busy) / lasted, 2),
            "this_client": round((time.process_time() - own) / lasted, 2),
        },
        "memory_mb": seen.memory_mb[:: max(len(seen.memory_mb) // 5, 1)],
    }


def _person(server: _Page, number: int, questions: Sequence[str], end: float, pause: float, seen: Seen) -> None:
    dice = random.Random(number)
    address = f"10.1.{number // 250}.{number % 250 + 1}"  # limits count by client; a proxy here would say so too
    reader = _Reader(server, address, f"{address}-{time.monotonic_ns()}")
    time.sleep(dice.uniform(0, pause))
    for count in itertools.count():
        started = time.monotonic()
        if count and started >= end:
            return
        if count and count % _CONVERSATION == 0:
            reader.does("start_again")
            started = time.monotonic()
        outcome, waited = reader.does("ask", dice.choice(questions))
        if outcome == "ok":
            outcome, waited = reader.does("answer")
        answered = time.monotonic()
        shown, _ = reader.does("first_page") if outcome == "ok" else (outcome, False)
        with seen.lock:
            seen.times.append((answered - started) * 1000)
            seen.pages.append((time.monotonic() - answered) * 1000)
            seen.outcomes[outcome if outcome != "ok" else shown] += 1
            seen.told_to_wait += waited
        time.sleep(dice.uniform(0.5, 1.5) * pause)


@dataclass(frozen=True, slots=True)
class _Page:
    """Where the page is, and what its own events are called there: the question is shown, then answered, then the first
    page it cites; a new start."""

    host: str
    port: int
    events: Mapping[str, tuple[int, int, bool]]
    """Number, how many inputs, and whether it goes through the queue, by the name of what happens."""

    @classmethod
    def at(cls, url: str) -> _Page:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        with _connected(host, port) as send:
            config = json.loads(send("GET", "/config", None, {}).read())
        names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        events: dict[str, tuple[int, int, bool]] = {}
        for event in config["dependencies"]:
            found = event["id"], len(event["inputs"]), event["queue"]
            for target, kind in event["targets"]:
                if (name := _EVENTS.get((names.get(target) or "", kind))) is not None:
                    events.setdefault(name, found)
        after = {
            event["trigger_after"]: event for event in config["dependencies"] if event.get("trigger_after") is not None
        }
        for before, name in (("ask", "answer"), ("answer", "first_page")):
            event = after[events[before][0]]
            events[name] = event["id"], len(event["inputs"]), event["queue"]
        return cls(host, port, events)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One browser with its session."""

    page: _Page
    address: str
    session: str

    def does(self, event: str, *given: str) -> tuple[str, bool]:
        """One event as a browser sends it: how it ended, and whether a place in the queue was told."""
        number, inputs, queued = self.page.events[event]
        headers = {"Content-Type": "application/json", "X-Forwarded-For": self.address}
        data = [*given, *[None] * (inputs - len(given))]
        try:
            body = {"data": data, "fn_index": number, "session_hash": self.session}
            with _connected(self.page.host, self.page.port) as send:
                way = "queue/join" if queued else "run/predict"
                response = send("POST", f"/gradio_api/{way}", json.dumps(body), headers)
                said = response.read()
                if response.status != 200:
                    return f"{response.status} {said[:60].decode(errors='replace')}", False
                if not queued:
                    return "ok", False
                return _outcome(send("GET", f"/gradio_api/queue/data?session_hash={self.session}", None, headers))
        except (OSError, http.client.HTTPException) as exc:
            return type(exc).__name__, False


def _outcome(events: http.client.HTTPResponse) -> tuple[str, bool]:
    waited = False
    for line in events:
        if not line.startswith(b"data:"):
            continue
        kind = _KIND.search(line)  # a page's picture is not worth reading whole just to know that it came
        if kind is not None and kind[1] == b"estimation":
            waited = waited or (json.loads(line[5:]).get("rank") or 0) > 0
        if kind is not None and kind[1] == b"process_completed":
            return ("ok" if _SUCCESS.search(line) else f"failed {line[:200]!r}"), waited
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


def _told(urls: Sequence[str], wanted: re.Pattern[str]) -> float:
    """What the servers tell of themselves, summed: resident bytes, processor seconds; 0 for one that does not tell."""
    total = 0.0
    for url in urls:
        parts = urlsplit(url)
        with _connected(parts.hostname or "", parts.port or 80) as send:
            found = wanted.search(send("GET", "/metrics", None, {}).read().decode())
        total += float(found[1]) if found else 0.0
    return total
