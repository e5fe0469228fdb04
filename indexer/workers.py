"""Processes that read one document at a time, so that a crash or an endless loop costs one page or document."""

from __future__ import annotations

import json
import logging
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from indexer import errors
from indexer.errors import CancelledError, DamagedError, LimitError, ReadError
from indexer.settings import Settings
from indexer.store import codec
from indexer.types import DocumentContent

READER = "indexer.pipeline:read_content"
_ROOT = Path(__file__).resolve().parents[1]
_FEW_THREADS = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "4"}
"""Documents are read in parallel already; on a machine of many cores each thread's reserve would use up the limit."""
_LONGEST_WAIT = 1.0
"""Seconds until a clock looks again: the time for a page begins anew with each page."""

_SECRETS = ("YUSUAN_DATABASE_URL", "YUSUAN_LLM_API_KEY", "YUSUAN_STAFF_PASSWORD")
"""Nothing that reads a document needs them."""
_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Pages done, pages in all."""


_MOST_SKIPPED = 3
"""Pages that may stop a process before the whole document is given up."""


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read. `document` is the name it will be held by; `skip`: pages to leave out, with the reason."""

    path: str
    document: str
    max_mb: int
    max_pages: int
    max_seconds: int
    max_page_seconds: int
    password: str | None = None
    skip: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, path: Path, document: str, limits: Settings) -> Task:
        """A task within the limits that the settings name."""
        return cls(
            str(path), document, limits.max_mb, limits.max_pages, limits.max_seconds, limits.max_page_seconds
        )  # fmt: skip


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


class Reader(Protocol):
    """Whatever reads one document at a time, from any thread."""

    def read(self, task: Task, progress: Progress | None = None, stop: Stop | None = None) -> DocumentContent: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...


class Worker:
    """One process, started at the first task and again after it died."""

    def __init__(self, max_memory_mb: int, reader: str = READER) -> None:
        """`reader`: "module:function" with the signature of `pipeline.read_content`."""
        self._reader = reader
        self._max_memory_mb = max_memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def read(self, task: Task, progress: Progress | None = None, stop: Stop | None = None) -> DocumentContent:
        """Reads one file; a page that kills the process or takes too long is left out and named as a problem.

        Raises ReadError, also where the process dies outside pages, on too many of them, passes the time limit, or
        `stop` is asked for.
        """
        asked = stop or Stop()
        deadline = time.monotonic() + task.max_seconds
        while True:
            process = self._started(task)
            watch = _Watch(process, task, deadline, progress)
            try:
                with asked.ending(process.kill):
                    return watch.answer()
            except (BrokenPipeError, EOFError) as exc:
                self.close()
                if asked.asked:
                    raise CancelledError(task.path, "已取消") from exc
                if watch.page is None or watch.out_of_time or len(task.skip) == _MOST_SKIPPED:
                    raise watch.error() from exc
                task = replace(task, skip=(*task.skip, (watch.page, watch.reason())))

    def _started(self, task: Task) -> subprocess.Popen[bytes]:
        try:
            return self._start()
        except EOFError as exc:
            raise ReadError(task.path, "已中断") from exc

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
                    [sys.executable, "-m", "indexer.worker", self._reader, str(self._max_memory_mb)],
                    cwd=_ROOT,
                    env={**_FEW_THREADS, **_without_secrets(os.environ), "PYTHONUTF8": "1"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            return self._process


class _Watch:
    """One attempt at a document: its messages, and the clock that ends the process."""

    def __init__(
        self, process: subprocess.Popen[bytes], task: Task, deadline: float, progress: Progress | None
    ) -> None:
        self._process, self._task, self._deadline, self._progress = process, task, deadline, progress
        self._page_due = math.inf
        self._late = False
        self._done = threading.Event()
        self.page: int | None = None
        """The page being read."""

    @property
    def out_of_time(self) -> bool:
        """Whether the time for the whole document is over."""
        return time.monotonic() >= self._deadline

    def answer(self) -> DocumentContent:
        """The document. Raises ReadError where the reader said so, EOFError or BrokenPipeError where it ended."""
        clock = threading.Thread(target=self._run, daemon=True)
        clock.start()
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(asdict(self._task)).encode() + b"\n")
            self._process.stdin.flush()
            return self._messages()
        finally:
            self._done.set()
            clock.join()

    def reason(self) -> str:
        """Why a page is left out."""
        if self._late:
            return f"读取超过 {self._task.max_page_seconds} 秒，已跳过"
        return "读取时程序意外中止，已跳过"

    def error(self) -> ReadError:
        """Why there is no document."""
        path = self._task.path
        if self.out_of_time:
            return LimitError(path, f"读取超过 {self._task.max_seconds} 秒，已停止")
        if self.page is not None:
            return DamagedError(path, f"多页无法读取，到第{self.page}页为止，此文件未能读取")
        return DamagedError(path, f"读取程序意外中止（退出状态 {self._process.returncode}），此文件未能读取")

    def _run(self) -> None:
        while not self._done.wait(min(max(min(self._deadline, self._page_due) - time.monotonic(), 0), _LONGEST_WAIT)):
            if time.monotonic() >= min(self._deadline, self._page_due):
                self._late = True
                self._process.kill()
                return

    def _messages(self) -> DocumentContent:
        stream = self._process.stdout
        assert stream is not None
        while line := stream.readline():
            message: dict[str, Any] = json.loads(line)
            if message["type"] == "progress":
                self._turn(message["page"], message["pages"])
            elif message["type"] == "unconfined":
                _warn(message["missing"])
            elif message["type"] == "failed":
                raise read_error(message["error"], self._task.path, message["message"])
            elif message["type"] == "done":
                data = stream.read(message["bytes"])
                if len(data) < message["bytes"]:
                    break
                return codec.load(DocumentContent, data)
        raise EOFError

    def _turn(self, page: int, pages: int) -> None:
        """A page is done; the next one begins, if there is one."""
        self.page = page + 1 if page < pages else None
        self._page_due = math.inf if self.page is None else time.monotonic() + self._task.max_page_seconds
        if self._progress is not None:
            self._progress(page, pages)


def _without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in _SECRETS}


@cache
def _warn(missing: str) -> None:
    """Once, however many processes say so."""
    _log.warning("documents are read, but not cut off from network, programs and files: %s", missing)


def read_error(name: str, path: str, message: str) -> ReadError:
    """An error as another process told it."""
    kind = getattr(errors, name, ReadError)
    return kind(path, message) if issubclass(kind, ReadError) else ReadError(path, message)
