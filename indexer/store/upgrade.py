"""A store of an earlier version carried over by Alembic's steps (`migrations`): no PDF read again, no vector made again."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sql

from indexer.errors import StoreError
from indexer.store import schema
from indexer.store.database import FILE_NAME, connect_database, file_url, version
from indexer.store.ownership import Ownership

_STEPS = Path(__file__).with_name("migrations")


def upgrade(directory: Path, url: str = "") -> tuple[str, str, int]:
    """Carries a store's database over to this version's tables, whole or not at all.

    SQLite's old file stays beside the new one; PostgreSQL (`url`) does it in one transaction. Returns both schemas and
    how many documents were carried over. Nothing else may have the store open meanwhile. Raises StoreBusyError, StoreError.
    """
    if not url and not (directory / FILE_NAME).exists():
        raise StoreError(f"“{directory}”里没有索引库")
    try:
        with Ownership(directory, url):
            return _in_place(url) if url else _beside(directory)
    except (sqlite3.Error, OSError, LookupError, ValueError) as exc:  # the last two: rows that are not what they were
        raise StoreError(f"无法升级索引库“{directory}”：{exc}") from exc


def _beside(directory: Path) -> tuple[str, str, int]:
    """SQLite: in a copy, which then takes the file's place."""
    file = directory / FILE_NAME
    with closing(sqlite3.connect(file)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with tempfile.TemporaryDirectory(dir=directory, prefix="upgrade-") as folder:
        copy = Path(folder) / FILE_NAME
        shutil.copy2(file, copy)
        found, count = _carry_over(file_url(copy))
        if count is None:
            return found, found, 0
        with closing(sqlite3.connect(copy)) as new:
            new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(file, directory / f"{FILE_NAME}.schema{found}")
        copy.replace(file)
    return found, schema.SCHEMA, count


def _in_place(url: str) -> tuple[str, str, int]:
    found, count = _carry_over(url)
    return found, schema.SCHEMA, count or 0


def _carry_over(url: str) -> tuple[str, int | None]:
    """The schema that was found, and how many documents are held; None where nothing was to be done."""
    from alembic import command
    from alembic.config import Config

    engine = connect_database(url)
    try:
        with engine.begin() as connection:
            found = version(connection)
            if found == schema.SCHEMA:
                return found, None
            if not found.isdigit() or int(found) > int(schema.SCHEMA):
                raise StoreError(f"索引库的结构是 {found or '未知'}，比本程序的 {schema.SCHEMA} 新；请更新程序")
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(_STEPS))
            if not sql.inspect(connection).has_table(schema.version.name):
                command.stamp(config, found)
            command.upgrade(config, "head")
            return found, connection.execute(sql.select(sql.func.count()).select_from(schema.documents)).scalar_one()
    finally:
        engine.dispose()
