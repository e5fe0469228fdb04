"""A store's backup: one tar file with a consistent copy of the database and every PDF; vectors in Chroma are derived."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from indexer.errors import StoreError
from indexer.store import schema
from indexer.store.database import FILE_NAME
from indexer.store.files import sha256_of
from indexer.store.ownership import Ownership
from indexer.store.store import Store

_MANIFEST = "manifest.json"
_FILES = "files"


def backup(store: Store, target: Path) -> int:
    """Writes the backup whole or not at all and returns how many documents it holds; readers go on meanwhile.

    Raises StoreBusyError while another process writes, StoreError where the store is not in files or cannot be copied.
    """
    if not (store.directory / FILE_NAME).exists():
        raise StoreError("数据库不在索引库目录里：请用数据库自己的工具（pg_dump）备份它，并另存 files 目录")
    if target.exists():
        raise StoreError(f"“{target}”已存在，请换一个文件名")
    part = target.with_name(f".{target.name}.part")
    with Ownership(store.directory), _telling(f"无法写入备份“{target}”"):  # no document comes or goes meanwhile
        names = {held.sha256 for held in store.all_held()}
        try:
            with tempfile.TemporaryDirectory(dir=store.directory) as folder, tarfile.open(part, "w") as tar:
                copy = Path(folder) / FILE_NAME
                _copy_database(store.directory / FILE_NAME, copy)
                manifest = {"schema": schema.SCHEMA, "sha256": {FILE_NAME: sha256_of(copy)}, "files": sorted(names)}
                listed = Path(folder) / _MANIFEST
                listed.write_text(json.dumps(manifest), encoding="utf-8")
                tar.add(listed, _MANIFEST)
                tar.add(copy, FILE_NAME)
                for name in sorted(names):
                    tar.add(store.directory / _FILES / f"{name}.pdf", f"{_FILES}/{name}.pdf")
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return len(store.documents())


def restore(source: Path, directory: Path) -> None:
    """Makes a store from a backup where there is none yet; every file is checked before the store appears.

    Raises StoreError.
    """
    if directory.exists() and any(directory.iterdir()):
        raise StoreError(f"“{directory}”里已有内容；备份只能恢复到新的或空的目录")
    with _telling(f"无法恢复备份“{source}”"):
        directory.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}-"))
        try:
            with tarfile.open(source) as tar:
                tar.extractall(folder, filter="data")
            _check(folder)
            (folder / _MANIFEST).unlink()
            folder.chmod(0o755)
            if directory.exists():
                directory.rmdir()
            folder.replace(directory)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _check(folder: Path) -> None:
    manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    wanted = {f"{_FILES}/{name}.pdf": name for name in manifest["files"]} | manifest["sha256"]
    for name, sha256 in wanted.items():
        if not (folder / name).is_file() or sha256_of(folder / name) != sha256:
            raise StoreError(f"备份不完整：{name} 缺失或已损坏")
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        raise StoreError(f"备份里的数据库已损坏：{said}")


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own copy: whole even while others write to it."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@contextmanager
def _telling(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, tarfile.TarError, sqlite3.Error, ValueError, KeyError) as exc:
        raise StoreError(f"{what}：{exc}") from exc
