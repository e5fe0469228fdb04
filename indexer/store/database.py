"""Opening the SQL database: SQLite in the store's folder by default, any other by URL; schema version; meta values."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy.exc import DatabaseError, DBAPIError, SQLAlchemyError

from indexer.errors import StoreError, StoreVersionError
from indexer.store import schema
from indexer.store.fulltext import TextIndex, text_index

FILE_NAME = "yusuan.db"
_WAIT_SECONDS = 30
_MAPPED_BYTES = 1 << 28


def open_database(directory: Path, url: str, create: bool) -> tuple[sql.Engine, TextIndex]:
    """The engine and the full-text index over it. Raises StoreError, StoreVersionError."""
    if not url:
        file = directory / FILE_NAME
        if not file.exists():
            if not create:
                raise StoreError(f"“{directory}”里还没有索引库，请先运行 python -m indexer add 添加文件")
            directory.mkdir(parents=True, exist_ok=True)
        url = file_url(file)
    try:
        engine = connect_database(url)
        index = text_index(engine.dialect.name)
        _create_or_check(engine, index, create)
    except StoreVersionError:
        raise
    except StoreError as exc:
        raise StoreError(f"无法打开索引库“{directory}”：{exc}") from exc
    except DatabaseError as exc:  # while a connection is made, before the engine is there
        raise StoreError(f"无法打开索引库“{directory}”：{exc.orig}") from exc
    return engine, index


def file_url(file: Path) -> str:
    """The address of an SQLite database."""
    return sql.URL.create("sqlite", database=str(file)).render_as_string()


def connect_database(url: str) -> sql.Engine:
    """The engine alone, whatever the database holds. Raises StoreError, also later, in place of the driver's errors."""
    try:
        engine = sql.create_engine(url, pool_pre_ping=True)  # a connection that a restarted server lost is made again
    except (SQLAlchemyError, ImportError) as exc:
        raise StoreError(f"数据库地址不可用：{exc}") from exc
    if engine.dialect.name == "sqlite":
        sql.event.listen(engine, "connect", _set_pragmas)
    sql.event.listen(engine, "handle_error", _tell)
    return engine


def version(connection: sql.Connection) -> str:
    """Which schema a database has, "" for an empty one."""
    there = set(sql.inspect(connection).get_table_names())
    if schema.version.name in there:
        return str(connection.execute(sql.select(schema.version.c.version_num)).scalar() or "")
    return get_meta(connection, "schema") if schema.meta.name in there else ""


def _tell(context: sql.engine.ExceptionContext) -> None:
    """Whatever the database refuses reaches the caller as StoreError, on every way through the engine."""
    if isinstance(context.sqlalchemy_exception, DBAPIError) and not context.is_pre_ping:
        raise StoreError(f"数据库出错：{context.original_exception}") from context.original_exception


def get_meta(connection: sql.Connection, key: str) -> str:
    """A meta value, "" where it was never set."""
    return connection.execute(sql.select(schema.meta.c.value).where(schema.meta.c.key == key)).scalar() or ""


def set_meta(connection: sql.Connection, key: str, value: str) -> None:
    """Sets a meta value inside the caller's transaction."""
    connection.execute(sql.delete(schema.meta).where(schema.meta.c.key == key))
    connection.execute(sql.insert(schema.meta).values(key=key, value=value))


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_WAIT_SECONDS * 1000}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _create_or_check(engine: sql.Engine, index: TextIndex, create: bool) -> None:
    with engine.connect() as connection:
        found = version(connection)
    if found and found != schema.SCHEMA:
        raise StoreVersionError(
            f"索引库由另一版本建立（库结构 {found}，本程序 {schema.SCHEMA}）；旧库可用 python -m indexer upgrade 转换，或换一个 --store 目录并重新添加文件"
        )
    if found:
        return
    if not create:
        raise StoreError("索引库是空的，请先运行 python -m indexer add 添加文件")
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        index.create(connection)
        if not version(connection):
            set_meta(connection, "store", uuid.uuid4().hex[:12])
            set_meta(connection, "change", "0")
            connection.execute(sql.insert(schema.version).values(version_num=schema.SCHEMA))
