"""From PDF files to documents in a store."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.errors import CancelledError, LimitError, NotFoundError, ReadError, YusuanError
from indexer.settings import Settings
from indexer.store import Store
from indexer.store.files import sha256_of
from indexer.types import DocumentContent, DocumentInfo, Problem, Reading
from indexer.version import extraction_version
from indexer.workers import READER, Progress, Reader, Stop, Task, Worker

_MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: "indexed", "unchanged", "replaced" or "failed"."""

    info: DocumentInfo
    status: str
    tables: int = 0
    facts: int = 0
    chunks: int = 0
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()


Report = Callable[[Added], None]
PathProgress = Callable[[Path, int, int], None]
"""A file, pages done, pages in all."""


def read_content(
    path: Path,
    settings: Settings,
    document: str = "",
    progress: Progress | None = None,
    password: str | None = None,
    skip: Mapping[int, str] | None = None,
) -> DocumentContent:
    """One PDF as a whole document; `document` is its name where that is not the file's. Raises ReadError.

    `skip`: pages to leave out, each with the reason that becomes a problem.
    """
    from indexer.checks import check_document, identities_to_findings
    from indexer.chunks import content_to_chunks
    from indexer.claims import sections_to_claims
    from indexer.facts import tables_to_facts
    from indexer.metadata import describe
    from indexer.sections import contents, lines_to_sections

    reading = read_limited(path, settings, progress, password, skip)
    named = replace(reading, path=str(path.with_name(f"{document or path.stem}.pdf")))
    sections = lines_to_sections(named)
    info = describe(named, sections, reading.tables)
    info = replace(info, id=document or path.stem, sha256=reading.sha256, pages=reading.pages, path=str(path))
    facts = tables_to_facts(info, reading.tables)
    content = DocumentContent(
        info=info,
        tables=reading.tables,
        sections=sections,
        facts=facts,
        claims=sections_to_claims(info, sections, facts),
        chunks=content_to_chunks(info, reading.tables, sections),
        problems=reading.problems,
        contents=contents(named),
    )
    identities = check_document(content)
    return replace(content, identities=identities, findings=identities_to_findings(content, identities))


def read_tables(
    path: Path,
    settings: Settings,
    document: str = "",
    progress: Progress | None = None,
    password: str | None = None,
    skip: Mapping[int, str] | None = None,
) -> DocumentContent:
    """The tables and problems of one PDF, without any meaning. Raises ReadError."""
    reading = read_limited(path, settings, progress, password, skip)
    info = DocumentInfo(document or path.stem, "", "", None, None, None, pages=reading.pages, path=str(path))
    return DocumentContent(info, reading.tables, (), (), (), problems=reading.problems)


def read_limited(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    password: str | None = None,
    skip: Mapping[int, str] | None = None,
) -> Reading:
    """A PDF's tables and lines, within the limits on size and pages; scans are recognised. Raises ReadError."""
    from indexer.ocr import read_scan
    from indexer.pdf import read_document

    def watch(page: int, pages: int) -> None:
        if pages > settings.max_pages:
            raise LimitError(str(path), f"共 {pages} 页，超过上限 {settings.max_pages} 页")
        if progress is not None:
            progress(page, pages)

    try:
        size = path.stat().st_size
    except OSError as exc:
        raise NotFoundError(str(path), "找不到这个文件") from exc
    if size > settings.max_mb * 1_000_000:
        raise LimitError(str(path), f"文件有 {size / 1e6:.1f} MB，超过上限 {settings.max_mb} MB")
    scan_reader = read_scan if settings.ocr else None
    return read_document(path, password=password, progress=watch, scan_reader=scan_reader, skip=skip)


def find_pdfs(path: Path) -> tuple[Path, ...]:
    """The file itself, or every PDF under a folder in the order of their names. Raises NotFoundError."""
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise NotFoundError(str(path), "找不到这个文件或文件夹")
    found = [
        Path(folder) / name
        for folder, _, names in os.walk(path)
        for name in names
        if name.lower().endswith(".pdf") and not name.startswith(".")
    ]
    if not found:
        raise NotFoundError(str(path), "文件夹里没有 PDF 文件")
    return tuple(sorted(found))


def add(
    paths: Sequence[Path],
    store: Store,
    settings: Settings,
    report: Report | None = None,
    *,
    progress: PathProgress | None = None,
    names: Mapping[Path, str] | None = None,
    stop: Stop | None = None,
    reader: str = READER,
    readers: Sequence[Reader] = (),
) -> tuple[Added, ...]:
    """Reads files and folders in parallel processes and puts them into the store, one whole document at a time.

    A file that fails is reported and the others go on; the store keeps what it held under that name.
    `report` is called once a file as it ends, `progress` as pages are read, both from other threads but never two
    calls at once. `names`: what to hold a file by, whatever its path, in the place of the one of that name (for
    uploads, whose path means nothing); keys are resolved paths. `stop` ends what is being read and fails the rest.
    `readers`: what reads in the place of processes here that run `reader`.
    Raises StoreBusyError, StoreError and EmbeddingError before any file is read.
    """
    done: list[Added] = []
    lock = threading.Lock()

    def tell(added: Added) -> None:
        with lock:
            done.append(added)
            if report is not None:
                report(added)

    def pages(path: Path, page: int, total: int) -> None:
        if progress is not None:
            with lock:
                progress(path, page, total)

    files, failures = expand(paths)
    for failure in failures:
        tell(failure)
    if files:
        store.own()
        readers = readers or _processes(settings, reader)
        _Adding(store, settings, readers, tell, pages, names or {}, stop or Stop()).run(files)
    return tuple(done)


def expand(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Added, ...]]:
    """All files that files and folders name, each once, and what could not be found."""
    files: dict[Path, None] = {}
    failures = []
    for path in paths:
        try:
            files.update(dict.fromkeys(found.resolve() for found in find_pdfs(path)))
        except NotFoundError as exc:
            failures.append(_failed(path.stem or str(path), path, exc))
    return tuple(files), tuple(failures)


def _processes(settings: Settings, reader: str) -> tuple[Reader, ...]:
    count = settings.workers or min(_MOST_WORKERS, os.cpu_count() or 1)
    return tuple(Worker(settings.max_memory_mb, reader) for _ in range(count))


class _Adding:
    """One run of `add`: threads that each keep one reader busy."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        readers: Sequence[Reader],
        tell: Report,
        pages: PathProgress,
        names: Mapping[Path, str],
        stop: Stop,
    ) -> None:
        self._store, self._settings, self._tell, self._pages = store, settings, tell, pages
        self._names, self._stop = names, stop
        self._workers = readers
        self._idle: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def run(self, files: Sequence[Path]) -> None:
        """Files of one name go one after the other, since only a name that is held makes the next one differ."""
        groups: dict[str, list[Path]] = {}
        for file in files:
            groups.setdefault(file.stem, []).append(file)
        threads = ThreadPoolExecutor(len(self._workers), thread_name_prefix="add")
        try:
            for group in [threads.submit(self._add_group, group) for group in groups.values()]:
                group.result()
        finally:
            for worker in self._workers:  # a thread that still reads is one whose result nobody waits for
                worker.stop()
            threads.shutdown(cancel_futures=True)
            for worker in self._workers:
                worker.close()

    def _add_group(self, files: Sequence[Path]) -> None:
        for file in files:
            self._tell(self._add(file))

    def _add(self, file: Path) -> Added:
        started = time.monotonic()
        document = file.stem
        try:
            sha256 = sha256_of(file)
            document = self._name(file, sha256)
            held = self._store.held(document)
            if held and (held.sha256, held.extraction) == (sha256, extraction_version()):
                problems = self._store.problems([document])
                return Added(held.info, "unchanged", held.tables, held.facts, held.chunks, 0.0, problems)
            content = self._read(file, document)
            if self._stop.asked:
                raise CancelledError(str(file), "已取消")
            status = self._store.write(content, file, extraction_version())
        except YusuanError as exc:
            return _failed(document, file, exc, time.monotonic() - started)
        counts = len(content.tables), len(content.facts), len(content.chunks)
        return Added(content.info, status, *counts, time.monotonic() - started, content.problems)

    def _read(self, file: Path, document: str) -> DocumentContent:
        task = Task.of(file, document, self._settings)
        worker = self._idle.get()
        try:
            return worker.read(task, lambda page, pages: self._pages(file, page, pages), self._stop)
        finally:
            self._idle.put(worker)

    def _name(self, file: Path, sha256: str) -> str:
        """The name to hold a file by: the one its path has already, else its stem, else that with a content hash."""
        if file in self._names:
            return self._names[file]
        held = self._store.all_held()
        same_path = [h.info.id for h in held if h.path == str(file)]
        if same_path:
            return same_path[0]
        hashed = f"{file.stem}-{sha256[:8]}"
        same_content = [h.info.id for h in held if h.sha256 == sha256 and h.info.id in (file.stem, hashed)]
        if same_content:
            return same_content[0]
        return hashed if any(h.info.id == file.stem for h in held) else file.stem


def _failed(document: str, path: Path, exc: YusuanError, seconds: float = 0.0) -> Added:
    kind = exc.kind if isinstance(exc, ReadError) else "store"
    message = exc.message if isinstance(exc, ReadError) else str(exc)
    info = DocumentInfo(document, "", "", None, None, None, path=str(path))
    return Added(info, "failed", seconds=seconds, problems=(Problem(None, kind, f"{path}：{message}"),))
