"""What each subcommand of `python -m indexer` does; each returns the exit status."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, replace
from pathlib import Path

from indexer.errors import ReadError, UnknownDocumentError, UsageError
from indexer.export import export
from indexer.findings import findings_across
from indexer.output import added_to_json, failure_to_json, finding_to_json, held_to_json, to_line
from indexer.pipeline import Added, add, expand
from indexer.settings import Settings
from indexer.store import Store
from indexer.workers import Reader, Task, Worker


def add_files(args: Namespace, settings: Settings) -> int:
    """`add PATH...`: one line a document."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    files, failures = expand(args.paths)
    for failure in failures:
        _print(added_to_json(failure))
    if not files:  # then no store is made either
        return 1
    bar = tqdm(total=len(files), unit="份", file=sys.stderr, disable=None, dynamic_ncols=True)

    def report(added: Added) -> None:
        with bar.external_write_mode(file=sys.stdout):
            _print(added_to_json(added))
        bar.update()

    def progress(path: Path, page: int, pages: int) -> None:
        bar.set_postfix_str(f"{path.stem[:20]} {page}/{pages} 页")

    with _readers(args.ray, settings) as readers, bar, Store.open(settings.store, settings=settings) as store:
        results = add(files, store, settings, report, progress=progress, readers=readers)
    return int(bool(failures) or any(result.status == "failed" for result in results))


def _readers(address: str | None, settings: Settings) -> AbstractContextManager[Sequence[Reader]]:
    """What reads on a Ray cluster; nothing where none is named, then processes here do."""
    if address is None:
        return nullcontext(())
    from indexer.cluster import remote_readers

    return remote_readers(address, settings)


def list_documents(_args: Namespace, settings: Settings) -> int:
    """`list`: one line a document held."""
    with _open_to_read(settings) as store:
        for held in store.all_held():
            _print(held_to_json(held))
    return 0


def remove_documents(args: Namespace, settings: Settings) -> int:
    """`remove DOCUMENT...`"""
    failed = False
    with Store.open(settings.store, settings=settings, create=False) as store:
        for document in args.documents:
            try:
                store.remove(document)
            except UnknownDocumentError as exc:
                _print({"document": document, "status": "failed", "message": str(exc)})
                failed = True
            else:
                _print({"document": document, "status": "removed"})
    return int(failed)


def show_tables(args: Namespace, settings: Settings) -> int:
    """`tables FILE.pdf`: one JSON object, no store."""
    from indexer.tables.contract import tables_to_json

    file: Path = args.file
    with closing(Worker(settings.max_memory_mb, "indexer.pipeline:read_tables")) as worker:
        try:
            content = worker.read(replace(Task.of(file, file.stem, settings), password=args.password))
        except ReadError as exc:
            _print(failure_to_json(file, exc))
            return 1
    _print(tables_to_json(file.stem, content.info.pages, content.tables))
    for problem in content.problems:
        print(problem.message, file=sys.stderr)
    return 0


def check_documents(args: Namespace, settings: Settings) -> int:
    """`check [DOCUMENT...]`: one line a finding, those between documents after those inside each."""
    with _open_to_read(settings) as store:
        known = [held.info.id for held in store.all_held()]
        asked = list(dict.fromkeys(args.documents)) or known
        for document in asked:
            if document not in known:
                print(str(UnknownDocumentError(document)), file=sys.stderr)
        wanted = [document for document in asked if document in known]
        for finding in (*store.findings(wanted), *findings_across(store, wanted)):
            _print(finding_to_json(finding))
    return int(len(wanted) < len(asked))


def export_facts(args: Namespace, settings: Settings) -> int:
    """`export`: all facts to stdout or a file."""
    if args.output is None and args.format == "xlsx" and sys.stdout.isatty():
        raise UsageError("xlsx 是二进制文件，请用 --output 文件名 或重定向输出")
    with _open_to_read(settings) as store:
        if args.output is None:
            export(store, args.format, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            try:
                with args.output.open("wb") as target:
                    export(store, args.format, target)
            except OSError as exc:
                raise UsageError(f"无法写入“{args.output}”：{exc.strerror}") from exc
    return 0


def export_feedback(_args: Namespace, settings: Settings) -> int:
    """`feedback`: one line an opinion, oldest first."""
    with _open_to_read(settings) as store:
        for opinion in store.opinions():
            _print(asdict(opinion))
    return 0


def reembed(_args: Namespace, settings: Settings) -> int:
    """`reembed`: all vectors again, with the model that the settings name."""
    with Store.open(settings.store, settings=settings, create=False, check_model=False) as store:
        count = store.reembed()
        _print({"model": store.model, "documents": len(store.documents()), "vectors": count})
    return 0


def back_up(args: Namespace, settings: Settings) -> int:
    """`backup FILE.tar`: database and PDF files in one file."""
    from indexer.store.backup import backup

    with Store.open(settings.store, settings=settings, create=False, check_model=False) as store:
        _print({"file": str(args.file), "documents": backup(store, args.file)})
    return 0


def restore_backup(args: Namespace, settings: Settings) -> int:
    """`restore FILE.tar`: a new store from a backup."""
    from indexer.store.backup import restore

    restore(args.file, settings.store)
    with Store.open(settings.store, settings=settings, create=False, check_model=False) as store:
        _print({"store": str(settings.store), "documents": len(store.documents())})
    return 0


def upgrade_store(_args: Namespace, settings: Settings) -> int:
    """`upgrade`: an earlier version's store for this version."""
    from indexer.store.upgrade import upgrade

    old, new, documents = upgrade(settings.store.resolve(), settings.database_url)
    _print({"from": old, "to": new, "documents": documents})
    return 0


def _open_to_read(settings: Settings) -> Store:
    """A store that will be asked for neither vectors nor writing."""
    return Store.open(settings.store, settings=settings, create=False, check_model=False)


def _print(value: dict[str, object]) -> None:
    print(to_line(value), flush=True)
