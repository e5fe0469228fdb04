"""Stand-ins for the reader of PDFs, run inside worker processes; the file's text says what happens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from indexer.errors import DamagedError, EncryptedError
from indexer.settings import Settings
from indexer.types import DocumentContent, Problem
from indexer.workers import Progress
from tests.store import samples


def read_content(
    path: Path,
    settings: Settings,
    document: str = "",
    progress: Progress | None = None,
    password: str | None = None,
    skip: Mapping[int, str] | None = None,
) -> DocumentContent:
    text = path.read_text(encoding="utf-8")
    skip = skip or {}
    for n in range(4):
        if n and n not in skip and f"page {n} dies" in text:
            os.abort()
        if n and n not in skip and f"page {n} sleeps" in text:
            time.sleep(600)
        if n and n not in skip and f"page {n} eats" in text:
            held = bytearray(100_000_000_000)
            held[:1] = b"0"
        if progress is not None:
            progress(n, 3)
    print("a library that prints to stdout")
    if "crash" in text:
        os.abort()
    if "hang" in text:
        time.sleep(600)
    if "bug" in text:
        raise ZeroDivisionError
    if "locked" in text:
        raise EncryptedError(str(path), "文件已加密，需要密码")
    if "half" in text:
        raise DamagedError(str(path), "文件不完整")
    content = samples.content(path.with_name(f"{document}.pdf"), amount="1.00", source=path)
    skipped = tuple(Problem(page, "bad_page", why) for page, why in skip.items())
    return replace(content, problems=(Problem(1, "note", str(settings.max_pages)), *skipped))


def attempts(port: int, folder: Path) -> dict[str, str]:
    """What somebody who has taken over this process could try, and what became of each: "done", or an error's name."""
    kept = folder / "kept"
    tries: dict[str, Callable[[], object]] = {
        "network": lambda: socket.create_connection(("127.0.0.1", port)).close(),
        "socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close(),
        "pair": lambda: [end.close() for end in socket.socketpair()],
        "program": lambda: subprocess.run([sys.executable, "--version"], check=True, stdout=subprocess.DEVNULL),
        "spawn": lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0),
        "file": (folder / "new").touch,
        "change": lambda: kept.write_text("changed"),
        "rename": lambda: kept.rename(kept),
        "remove": kept.unlink,
        "parent": lambda: os.kill(os.getppid(), 0),
    }
    outcomes = {}
    for name, attempt in tries.items():
        try:
            attempt()
        except OSError as exc:
            outcomes[name] = type(exc).__name__
        else:
            outcomes[name] = "done"
    return outcomes


def read_trying(path: Path, *_: object) -> DocumentContent:
    """A document whose problems are the outcomes of the attempts. The file's text is a port that listens."""
    port = int(path.read_text(encoding="utf-8").split()[-1])
    return _telling(path, attempts(port, path.parent))


def read_environment(path: Path, *_: object) -> DocumentContent:
    """A document whose problems are what stands in the environment."""
    return _telling(path, os.environ)


def _telling(path: Path, outcomes: Mapping[str, str]) -> DocumentContent:
    problems = tuple(Problem(None, name, outcome) for name, outcome in outcomes.items())
    return replace(samples.content(path, amount="1.00"), problems=problems)
