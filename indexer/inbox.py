"""Documents put into a store and taken out in the background, one at a time, while others read it."""

from __future__ import annotations

import itertools
import queue
import re
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer.errors import StoreBusyError, YusuanError
from indexer.pipeline import Added, add
from indexer.settings import Settings
from indexer.store import Store
from indexer.workers import READER, Stop

WAITING, BUSY, READING, FAILED, CANCELLED, REMOVED = "waiting", "busy", "reading", "failed", "cancelled", "removed"
UNFINISHED = frozenset({WAITING, BUSY, READING})
_RETRY_SECONDS = 2.0
_LONGEST_NAME = 100
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+')


@dataclass(frozen=True, slots=True)
class Job:
    """One document on its way in or out.

    `status`: "waiting", "busy" (another process is writing to the store), "reading", then "indexed", "replaced",
    "unchanged", "removed", "failed" or "cancelled". `page` of `pages` are read. `message`: why it failed.
    """

    number: int
    document: str
    path: Path | None
    status: str = WAITING
    page: int = 0
    pages: int = 0
    message: str = ""
    added: Added | None = None

    @property
    def removes(self) -> bool:
        return self.path is None

    @property
    def finished(self) -> bool:
        return self.status not in UNFINISHED


def document_name(file_name: str) -> str:
    """The name to hold an uploaded file by: its own without folders, extension and what names cannot have."""
    name = re.split(r"[/\\]", file_name)[-1]
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return _NOT_IN_NAMES.sub(" ", stem).strip(" .")[:_LONGEST_NAME].strip(" .") or "未命名"


class Inbox:
    """Jobs in the order they came. While one is left the store is owned by this process; then it is given back, so
    that `python -m indexer add` can write between. While another process writes, jobs wait for it."""

    def __init__(self, settings: Settings, reader: str = READER) -> None:
        self._settings, self._reader = settings, reader
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._jobs: dict[int, Job] = {}
        self._stops: dict[int, Stop] = {}
        self._queue: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._folder = tempfile.TemporaryDirectory(prefix="yusuan-inbox-")
        self._files = Path(self._folder.name).resolve()
        self._thread = threading.Thread(target=self._work, name="inbox", daemon=True)
        self._thread.start()

    def new_file(self) -> Path:
        """Where the next upload may be written; its name says nothing of the document."""
        return self._files / f"{next(self._numbers)}.pdf"

    def put(self, file: Path, file_name: str) -> Job:
        """Adds a file made at `new_file`, which is deleted afterwards."""
        return self._enter(document_name(file_name), file)

    def remove(self, document: str) -> Job:
        """Takes a document out."""
        return self._enter(document, None)

    def cancel(self, number: int) -> None:
        """Stops a job that is not finished; nothing happens to another."""
        with self._lock:
            stop = self._stops.get(number)
        if stop is not None:
            stop.ask()

    def forget(self) -> None:
        """Drops the finished jobs from the list."""
        with self._lock:
            self._jobs = {number: job for number, job in self._jobs.items() if not job.finished}

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, oldest first."""
        with self._lock:
            return tuple(self._jobs.values())

    def close(self) -> None:
        """Cancels what is left and waits for it to end."""
        with self._lock:
            stops = tuple(self._stops.values())
        for stop in stops:
            stop.ask()
        self._queue.put(None)
        self._thread.join()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _enter(self, document: str, path: Path | None) -> Job:
        job = Job(next(self._numbers), document, path)
        with self._lock:
            self._jobs[job.number] = job
            self._stops[job.number] = Stop()
        self._queue.put(job.number)
        return job

    def _work(self) -> None:
        while (number := self._queue.get()) is not None:
            self._work_off(number)

    def _work_off(self, number: int | None) -> None:
        """This job and those already behind it, with one opening of the store."""
        try:
            with Store.open(self._settings.store, settings=self._settings) as store:
                while number is not None:
                    self._do(self._jobs[number], store)
                    try:
                        number = self._queue.get_nowait()
                    except queue.Empty:
                        return
                self._queue.put(None)  # the end was read here; the loop outside has to see it too
        except YusuanError as exc:
            if number is not None:
                self._end(self._jobs[number], FAILED, str(exc))

    def _do(self, job: Job, store: Store) -> None:
        stop = self._stops[job.number]
        while not stop.asked:
            try:
                self._remove(job, store) if job.path is None else self._add(job, job.path, store, stop)
            except StoreBusyError:
                self._set(replace(job, status=BUSY))
                stop.wait(_RETRY_SECONDS)
            except YusuanError as exc:
                return self._end(job, FAILED, str(exc))
            else:
                return None
        return self._end(job, CANCELLED)

    def _remove(self, job: Job, store: Store) -> None:
        store.remove(job.document)
        self._end(job, REMOVED)

    def _add(self, job: Job, path: Path, store: Store, stop: Stop) -> None:
        def progress(_: Path, page: int, pages: int) -> None:
            self._set(replace(job, status=READING, page=page, pages=pages))

        store.own()
        self._set(replace(job, status=READING))
        names = {path: job.document}
        (added,) = add([path], store, self._settings, progress=progress, names=names, stop=stop, reader=self._reader)
        if added.status != FAILED:
            return self._end(replace(job, added=added, pages=added.info.pages), added.status)
        status = CANCELLED if stop.asked else FAILED
        message = "；".join(problem.message.removeprefix(f"{path}：") for problem in added.problems)
        return self._end(job, status, "" if stop.asked else message)

    def _end(self, job: Job, status: str, message: str = "") -> None:
        if job.path is not None:
            job.path.unlink(missing_ok=True)
        with self._lock:
            self._stops.pop(job.number, None)
        self._set(replace(job, status=status, message=message))

    def _set(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.number] = job
