"""Vectors kept in SQL, scored exactly with numpy: for reading beside another process, and for few documents."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

import numpy as np
import sqlalchemy as sql

from indexer.embedding import Matrix
from indexer.store import schema


class ExactVectors:
    """Cosine scores over whole documents; keeps the matrix of the last set of documents asked for."""

    def __init__(self, engine: sql.Engine, dimension: int) -> None:
        self._engine, self._dimension = engine, dimension
        self._lock = threading.Lock()
        self._asked: tuple[int, ...] = ()
        self._ids: tuple[str, ...] = ()
        self._matrix: Matrix = np.zeros((0, dimension), dtype=np.float32)

    def search(self, vector: Matrix, generations: Sequence[int], limit: int) -> tuple[tuple[str, float], ...]:
        """Chunk ids with their cosine, best first."""
        ids, matrix = self._load(tuple(sorted(generations)))
        if not ids or limit < 1:
            return ()
        scores = matrix @ vector
        limit = min(limit, len(ids))
        best = np.argpartition(-scores, limit - 1)[:limit]
        best = best[np.argsort(-scores[best], kind="stable")]
        return tuple((ids[i], float(scores[i])) for i in best)

    def _load(self, generations: tuple[int, ...]) -> tuple[tuple[str, ...], Matrix]:
        with self._lock:
            if generations != self._asked:
                c = schema.vectors.c
                statement = sql.select(c.ids, c.matrix).where(c.generation.in_(generations)).order_by(c.generation)
                with self._engine.connect() as connection:
                    rows = connection.execute(statement).all()
                self._ids = tuple(i for row in rows for i in json.loads(row.ids))
                parts = [unpack(row.matrix, self._dimension) for row in rows]
                self._matrix = np.concatenate(parts) if parts else self._matrix[:0]
                self._asked = generations
            return self._ids, self._matrix


def pack(matrix: Matrix) -> bytes:
    """A matrix as float16, which loses nothing that ranking could see."""
    return matrix.astype("<f2").tobytes()


def unpack(data: bytes, dimension: int) -> Matrix:
    """What `pack` wrote, float32."""
    return np.frombuffer(data, dtype="<f2").reshape(-1, dimension).astype(np.float32)
