"""Processes that read one document at a time, so that a crash or an endless loop costs one document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from indexer import errors
from indexer.errors import CancelledError, DamagedError, LimitError, ReadError
from indexer.store import codec
from indexer.types import DocumentContent

READER = "indexer.pipeline:read_content"
_ROOT = Path(__file__).resolve().parents[1]

Progress = Callable[[int, int], None]
"""Pages done, pages in all."""


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read. `document` is the name it will be held by."""

    path: str
    document: str
    max_mb: int
    max_pages: int
    max_seconds: int


class Stop:
    """A request, from any thread and for good, to stop what is being read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._kill: Callable[[], None] | None = None

    @property
    def asked(self) -> bool:
        return self._asked.is_set()

    def ask(self) -> None:
        with self._lock:
            self._asked.set()
            if self._kill is not None:
                self._kill()

    def wait(self, seconds: float) -> bool:
        """Waits until it is asked for, so long at most; whether it was."""
        return self._asked.wait(seconds)

    @contextmanager
    def ending(self, kill: Callable[[], None]) -> Iterator[None]:
        """Inside, `kill` is called once it is asked for, at once where it was already."""
        with self._lock:
            self._kill = kill
            if self.asked:
                kill()
        try:
            yield
        finally:
            with self._lock:
                self._kill = None


class Worker:
    """One process, started at the first task and again after it died."""

    def __init__(self, reader: str = READER) -> None:
        """`reader`: "module:function" with the signature of `pipeline.read_content`."""
        self._reader = reader
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def read(self, task: Task, progress: Progress | None = None, stop: Stop | None = None) -> DocumentContent:
        """Reads one file. Raises ReadError, also for a process that dies or passes the time limit."""
        asked = stop or Stop()
        try:
            process = self._start()
        except EOFError as exc:
            raise ReadError(task.path, "已中断") from exc
        late = Stop()
        timer = threading.Timer(task.max_seconds, late.ask)
        timer.daemon = True
        timer.start()
        try:
            with late.ending(process.kill), asked.ending(process.kill):
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(json.dumps(asdict(task)).encode() + b"\n")
                process.stdin.flush()
                return _answer(process.stdout, task, progress)
        except (BrokenPipeError, EOFError) as exc:
            self.close()
            if asked.asked:
                raise CancelledError(task.path, "已取消") from exc
            if late.asked:
                raise LimitError(task.path, f"读取超过 {task.max_seconds} 秒，已停止") from exc
            raise DamagedError(task.path, f"读取程序意外中止（退出状态 {process.returncode}），此文件未能读取") from exc
        finally:
            timer.cancel()

    def stop(self) -> None:
        """Ends the process from another thread, for good; a read going on fails."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """Ends the process and its pipes; the next read starts another one."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.communicate()
                self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise EOFError
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "indexer.worker", self._reader],
                    cwd=_ROOT,
                    env={**os.environ, "PYTHONUTF8": "1"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            return self._process


def _answer(stream: IO[bytes], task: Task, progress: Progress | None) -> DocumentContent:
    """Reads messages until the document or its failure comes. Raises EOFError where the process ends before."""
    while line := stream.readline():
        message: dict[str, Any] = json.loads(line)
        if message["type"] == "progress" and progress is not None:
            progress(message["page"], message["pages"])
        elif message["type"] == "failed":
            raise _read_error(message["error"], task.path, message["message"])
        elif message["type"] == "done":
            data = stream.read(message["bytes"])
            if len(data) < message["bytes"]:
                break
            return codec.load(DocumentContent, data)
    raise EOFError


def _read_error(name: str, path: str, message: str) -> ReadError:
    kind = getattr(errors, name, ReadError)
    return kind(path, message) if issubclass(kind, ReadError) else ReadError(path, message)
