"""The right to write to a store: one process at a time, whatever machine it runs on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Self

import sqlalchemy as sql
from filelock import FileLock, Timeout
from sqlalchemy.pool import NullPool

from indexer.errors import StoreBusyError, StoreError

_THREADS: dict[Path, threading.RLock] = {}
_DATABASES: dict[str, _DatabaseLock] = {}
_KEY = 0x59757375616E
"""PostgreSQL's advisory locks are numbers, told apart by database; one database holds one store."""
_NOTICED_SECONDS = 30
"""A machine that vanished without a word loses the lock some three times so long after."""


class Ownership:
    """Shared by the threads and stores inside this process.

    A lock file in the store's folder, which also guards an embedded Chroma there; on PostgreSQL a lock of the database
    besides, since the folder may be another machine's own.
    """

    def __init__(self, directory: Path, url: str = "") -> None:
        """`url`: the database, "" for the one in the folder."""
        self._directory = directory
        self.threads = _THREADS.setdefault(directory, threading.RLock())
        """Held by a thread that writes, so that stores opened twice in one process take turns."""
        self._lock = FileLock(directory / "owner.lock", timeout=0, thread_local=False, is_singleton=True)
        on_server = bool(url) and sql.make_url(url).get_backend_name() == "postgresql"
        self._database = _DATABASES.setdefault(url, _DatabaseLock(url)) if on_server else None
        self.held = False

    def take(self) -> None:
        """Raises StoreBusyError when another process has it, StoreError where the folder or the database is not there."""
        if self.held:
            if self._database is not None:
                self._database.keep(self._busy())
            return
        try:
            self._lock.acquire()
        except Timeout as exc:
            raise self._busy() from exc
        except OSError as exc:
            raise StoreError(f"无法写入索引库“{self._directory}”：{exc.strerror}") from exc
        try:
            if self._database is not None:
                self._database.take(self._busy())
        except StoreError:
            self._lock.release()
            raise
        self.held = True

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()

    def give_back(self) -> None:
        if self.held:
            if self._database is not None:
                self._database.give_back()
            self._lock.release()
            self.held = False

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(
            f"索引库“{self._directory}”正由另一个程序写入；请等它结束或先关闭它（例如正在运行的网页），再试一次"
        )


class _DatabaseLock:
    """An advisory lock of PostgreSQL, held by one connection of this process for however many stores ask for it.

    The server gives it up when the connection ends, so nobody has to clean up after a killed process.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._connection: sql.Connection | None = None
        self._holders = 0

    def take(self, busy: StoreBusyError) -> None:
        """Raises `busy` when another process has it."""
        with self._lock:
            if self._connection is None:
                self._connect(busy)
            self._holders += 1

    def keep(self, busy: StoreBusyError) -> None:
        """Takes it again where the server was restarted meanwhile. Raises `busy` when another process has it now."""
        with self._lock:
            try:
                if self._connection is not None:
                    self._connection.execute(sql.text("SELECT 1"))
                    return
            except sql.exc.DBAPIError:
                self._drop()
            self._connect(busy)

    def give_back(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders == 0:
                self._drop()

    def _connect(self, busy: StoreBusyError) -> None:
        try:
            engine = sql.create_engine(self._url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
            self._connection = engine.connect()
            for name in ("idle", "interval"):
                self._connection.execute(sql.text(f"SET tcp_keepalives_{name} = {_NOTICED_SECONDS}"))
            self._connection.execute(sql.text("SET tcp_keepalives_count = 2"))
            mine = self._connection.execute(sql.text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar()
        except sql.exc.DBAPIError as exc:
            self._drop()
            raise StoreError(f"数据库出错：{exc.orig}") from exc
        if not mine:
            self._drop()
            raise busy

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # ends it at once, however it is, and the lock with it
            connection.close()
