"""Vectors outside the rows: Chroma in the process that owns the store, exact scores over SQL in every other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sql

from indexer.embedding import Matrix
from indexer.errors import StoreError
from indexer.store import schema, writing
from indexer.store.database import get_meta, set_meta
from indexer.store.exact import ExactVectors, unpack
from indexer.store.snapshot import Snapshots
from indexer.types import Chunk, DocumentInfo, Limits

if TYPE_CHECKING:
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from indexer.store.vectors import ChromaVectors

_log = logging.getLogger(__name__)


class DerivedVectors:
    """Keeps Chroma in step with SQL. Every method but `search` is for the store's owner."""

    def __init__(self, engine: sql.Engine, snapshots: Snapshots, open_chroma: Callable[[str], ChromaVectors]) -> None:
        """`open_chroma` takes the store's own name."""
        self._engine, self._snapshots, self._open_chroma = engine, snapshots, open_chroma
        self._chroma: ChromaVectors | None = None
        self._exact: ExactVectors | None = None

    @property
    def llama(self) -> ChromaVectorStore | None:
        """Chroma as LlamaIndex mounts it; None where it is not open."""
        return self._chroma.llama() if self._chroma is not None else None

    def search(self, vector: Matrix, limits: Limits, limit: int) -> tuple[tuple[str, float], ...]:
        """Chunk ids with their cosine, best first. Chroma's filters are slower than an exact scan, so it gets none."""
        chroma = self._chroma
        if limits.documents is None and not limits.kinds and chroma is not None:
            try:
                return self._live(chroma.search(vector, limit))
            except StoreError as exc:
                _log.warning("向量库暂时不可用，改用索引库里的向量：%s", exc)
        if self._exact is None:
            self._exact = ExactVectors(self._engine, len(vector))
        live = self._snapshots.generations(None)
        wanted = live if limits.documents is None else self._snapshots.generations(limits.documents)
        return self._exact.search(vector, wanted, limits.kinds, limit, frozenset(live))

    def open(self, dimension: int) -> None:
        """Opens Chroma, and fills it from SQL where it does not hold what SQL does."""
        with self._engine.connect() as connection:
            name, outdated = get_meta(connection, "store"), get_meta(connection, "chroma")
        self._chroma = chroma = self._open_chroma(name)
        if outdated or not self._agrees(chroma):
            self._fill(chroma, dimension)
            with self._engine.begin() as connection:
                set_meta(connection, "chroma", "")

    def close(self) -> None:
        if self._chroma is not None:
            self._chroma.close()
        self._chroma = self._exact = None

    def add(self, generation: int, info: DocumentInfo, chunks: Sequence[Chunk], matrix: Matrix) -> None:
        if self._chroma is not None:
            self._chroma.add(generation, info, chunks, matrix)

    def sweep(self) -> None:
        """Deletes what generations that are not live left in Chroma."""
        with self._engine.connect() as connection:
            dead = writing.stale(connection)
        if not dead:
            return
        for generation in dead:
            if self._chroma is not None:
                self._chroma.drop(generation)
        with self._engine.begin() as connection:
            writing.forget(connection, dead)

    def _live(self, found: Sequence[tuple[int, int, float]]) -> tuple[tuple[str, float], ...]:
        c = schema.chunks.c
        wanted = sql.tuple_(c.generation, c.position).in_([(g, p) for g, p, _ in found])
        with self._engine.connect() as connection:
            rows = connection.execute(sql.select(c.generation, c.position, c.id).where(wanted))
            ids = {(row.generation, row.position): row.id for row in rows}
        return tuple((ids[g, p], score) for g, p, score in found if (g, p) in ids)

    def _agrees(self, chroma: ChromaVectors) -> bool:
        with self._engine.connect() as connection:
            for generation in writing.stale(connection):
                chroma.drop(generation)
            expected = connection.execute(sql.select(sql.func.count()).select_from(schema.chunks)).scalar_one()
        return chroma.count() == expected

    def _fill(self, chroma: ChromaVectors, dimension: int) -> None:
        held = self._snapshots.held()
        if held:
            _log.warning("正在由索引库重建向量库（%d 个文件）", len(held))
        chroma.clear()
        v = schema.vectors.c
        for document, one in held.items():
            with self._engine.connect() as connection:
                data = connection.execute(sql.select(v.matrix).where(v.generation == one.generation)).scalar()
            chunks = self._snapshots.content(document).chunks
            if data is not None and chunks:
                chroma.add(one.generation, one.info, chunks, unpack(data, dimension))
