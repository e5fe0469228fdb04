"""A page that serves while documents are indexed beside it: nobody is refused, nobody sees half a document."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from tests.browser.conftest import ROOT, Server

QUESTION = "望溪市交通运输局2024年三公经费多少"
OTHERS = "望溪市水务局"


def asked(server: Server) -> dict[str, str]:
    """The answer to the question as programs get it."""
    body = json.dumps({"data": [QUESTION, None, None, None, None]}).encode()
    call = Request(f"{server.url}gradio_api/run/ask", body, {"Content-Type": "application/json"})
    with urlopen(call, timeout=60) as response:
        (answer,) = json.load(response)["data"]
    return {name: json.loads(answer)[name] for name in ("status", "text")}


def held(server: Server) -> int:
    with urlopen(f"{server.url}readyz", timeout=60) as response:
        return int(json.load(response)["documents"])


def index(store: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "indexer", *arguments, "--store", str(store)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, timeout=300)


def test_indexing_beside_the_page_disturbs_nobody_and_is_seen_at_once(
    serve: Callable[..., contextmanager[Server]],  # type: ignore[type-arg]
    store_copy: Path,
) -> None:
    others = sorted(path for path in (ROOT / "data" / "sample").glob(f"{OTHERS}*.pdf"))
    with serve(store_copy, YUSUAN_RATE="0") as server:
        before, count = asked(server), held(server)
        assert before["status"] == "verified"
        done, answers, wrong = threading.Event(), [], []

        def ask() -> None:
            while not done.is_set():
                try:
                    answers.append(asked(server))
                except OSError as exc:
                    wrong.append(exc)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for path in others:
                index(store_copy, "remove", path.stem)
            assert held(server) == count - len(others)
            index(store_copy, "add", *map(str, others))
            assert held(server) == count
        finally:
            done.set()
            for thread in threads:
                thread.join()
        assert wrong == []
        assert len(answers) > 10
        assert [answer for answer in answers if answer != before] == []
