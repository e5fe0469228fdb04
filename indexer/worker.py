"""The process behind `indexer.workers`: tasks come as JSON lines on stdin, messages go as JSON lines to stdout."""

from __future__ import annotations

import compileall
import importlib
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from indexer.confined import confine
from indexer.errors import ReadError, YusuanError
from indexer.settings import Settings


def main(reader: str, max_memory_mb: int) -> None:
    """Serves until stdin ends. An unexpected error ends the process; the other side reports it."""
    _limit_memory(max_memory_mb)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the messages
    compileall.compile_dir(Path(__file__).parent, quiet=2)  # nothing can be written from here on, not even that
    if missing := confine():
        _send(out, type="unconfined", missing=missing)
    from indexer.store import codec  # its libraries start threads, which must be confined too

    module, _, function = reader.partition(":")
    read_content = getattr(importlib.import_module(module), function)
    base = Settings.from_environment()
    for line in sys.stdin.buffer:
        task = json.loads(line)
        settings = replace(base, max_mb=task["max_mb"], max_pages=task["max_pages"])

        def progress(page: int, pages: int) -> None:
            _send(out, type="progress", page=page, pages=pages)

        try:
            content = read_content(
                Path(task["path"]), settings, task["document"], progress, task["password"], dict(task["skip"])
            )
        except ReadError as exc:
            _send(out, type="failed", error=type(exc).__name__, message=exc.message)
        except YusuanError as exc:
            _send(out, type="failed", error="ReadError", message=str(exc))
        else:
            data = codec.dump(content)
            _send(out, type="done", bytes=len(data))
            out.write(data)
            out.flush()


def _limit_memory(megabytes: int) -> None:
    """Makes what asks for more fail here, instead of the machine's other programs."""
    if sys.platform == "win32":
        return
    import resource

    limit = megabytes * 1_000_000
    _, highest = resource.getrlimit(resource.RLIMIT_AS)
    if highest != resource.RLIM_INFINITY:
        limit = min(limit, highest)
    resource.setrlimit(resource.RLIMIT_AS, (limit, highest))


def _send(out: IO[bytes], **message: Any) -> None:
    out.write(json.dumps(message).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
