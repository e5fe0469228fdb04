"""A store of an earlier version carried over: every document as it was read then, no PDF read again.

The content of each document is kept whole in its row, in a form that outlives changed classes (`codec`); everything
else in the tables can be written from it. So one way serves every earlier schema, whatever it looked like.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sql

from indexer.embedding import Matrix
from indexer.errors import StoreError
from indexer.store import codec, feedback, schema, writing
from indexer.store.database import FILE_NAME, open_database, set_meta
from indexer.store.exact import unpack
from indexer.store.files import Ownership
from indexer.types import DocumentContent


def upgrade(directory: Path) -> tuple[str, str, int]:
    """Carries the database in a store's folder over to this version's tables; the old one stays beside it.

    Returns both schemas and how many documents were carried over. Nothing else may have the store open meanwhile.
    Raises StoreBusyError, StoreError.
    """
    file = directory / FILE_NAME
    if not file.exists():
        raise StoreError(f"“{directory}”里没有索引库（PostgreSQL 上的库请重新添加文件）")
    try:
        with Ownership(directory), closing(sqlite3.connect(file)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found = _meta(old, "schema")
            if found == schema.SCHEMA:
                return found, found, 0
            if not found.isdigit() or int(found) > int(schema.SCHEMA):
                raise StoreError(f"索引库的结构是 {found or '未知'}，比本程序的 {schema.SCHEMA} 新；请更新程序")
            with tempfile.TemporaryDirectory(dir=directory, prefix="upgrade-") as folder:
                count = _carry_over(old, Path(folder))
                shutil.copy2(file, directory / f"{FILE_NAME}.schema{found}")
                (Path(folder) / FILE_NAME).replace(file)
        return found, schema.SCHEMA, count
    except (sqlite3.Error, OSError) as exc:
        raise StoreError(f"无法升级索引库“{directory}”：{exc}") from exc


def _carry_over(old: sqlite3.Connection, folder: Path) -> int:
    engine, index = open_database(folder, "", create=True)
    rows = old.execute("SELECT document, generation, extraction, content FROM documents ORDER BY document").fetchall()
    try:
        for document, generation, extraction, data in rows:
            content = codec.load(DocumentContent, data)
            with engine.begin() as connection:
                number = writing.begin(connection, document)
                writing.put(connection, index, content, number, extraction, _matrix(old, generation, content))
        with engine.begin() as connection:
            for key in ("store", "model"):
                set_meta(connection, key, _meta(old, key))
            set_meta(connection, "chroma", "stale")  # generations are counted anew
        _keep_opinions(old, engine)
        with engine.connect() as connection:
            connection.execute(sql.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    finally:
        engine.dispose()
    return len(rows)


def _meta(old: sqlite3.Connection, key: str) -> str:
    row = old.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def _matrix(old: sqlite3.Connection, generation: int, content: DocumentContent) -> Matrix | None:
    """The document's vectors, where they are of the chunks it has."""
    row = old.execute("SELECT ids, matrix FROM vectors WHERE generation = ?", (generation,)).fetchone()
    if row is None or json.loads(row[0]) != [chunk.id for chunk in content.chunks] or not content.chunks:
        return None
    return unpack(row[1], len(row[1]) // 2 // len(content.chunks))  # two bytes a number


def _keep_opinions(old: sqlite3.Connection, engine: sql.Engine) -> None:
    names = [column.name for column in feedback.feedback.columns]
    if not old.execute("SELECT 1 FROM sqlite_master WHERE name = 'feedback'").fetchone():
        return
    feedback.metadata.create_all(engine)
    rows = old.execute(f"SELECT {', '.join(names)} FROM feedback").fetchall()
    if rows:
        with engine.begin() as connection:
            connection.execute(sql.insert(feedback.feedback), [dict(zip(names, row, strict=True)) for row in rows])
