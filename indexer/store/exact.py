"""Vectors kept in SQL, scored exactly with numpy: for searches with limits, and beside another process that writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sqlalchemy as sql

from indexer.embedding import Matrix
from indexer.store import schema

_GATHER = 0.4
"""Below this share of the rows, picking them out first is quicker than scoring all."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """One row a chunk, those of a generation together; `spans` says where. `kinds` are indexes of `kind_names`."""

    ids: tuple[str, ...]
    kinds: npt.NDArray[np.int16]
    kind_names: tuple[str, ...]
    matrix: Matrix
    spans: dict[int, tuple[int, int]]


class ExactVectors:
    """Cosine scores over the live documents; reads those not asked for before, and keeps them."""

    def __init__(self, engine: sql.Engine, dimension: int) -> None:
        self._engine, self._dimension = engine, dimension
        self._lock = threading.Lock()
        self._rows = _Rows((), np.zeros(0, dtype=np.int16), (), np.zeros((0, dimension), dtype=np.float32), {})

    def search(
        self, vector: Matrix, generations: Sequence[int], kinds: Collection[str], limit: int, live: Collection[int]
    ) -> tuple[tuple[str, float], ...]:
        """Chunk ids with their cosine, best first, within these generations and table kinds (none given: any).

        What is kept of generations outside `live` is let go.
        """
        rows = self._loaded(generations, live)
        wanted = _wanted(rows, generations, kinds)
        if not len(wanted) or limit < 1:
            return ()
        few = len(wanted) < _GATHER * len(rows.ids)
        scores = rows.matrix[wanted] @ vector if few else (rows.matrix @ vector)[wanted]
        limit = min(limit, len(wanted))
        best = np.argpartition(-scores, limit - 1)[:limit]
        best = best[np.argsort(-scores[best], kind="stable")]
        return tuple((rows.ids[wanted[i]], float(scores[i])) for i in best)

    def _loaded(self, generations: Sequence[int], live: Collection[int]) -> _Rows:
        with self._lock:
            missing = tuple(g for g in generations if g not in self._rows.spans)
            gone = [g for g in self._rows.spans if g not in live]
            if missing or gone:
                self._rows = self._joined(_kept(self._rows, gone) if gone else self._rows, missing)
            return self._rows

    def _joined(self, rows: _Rows, missing: Sequence[int]) -> _Rows:
        """The rows with those of further generations behind them."""
        v = schema.vectors.c
        statement = sql.select(v.generation, v.ids, v.kinds, v.matrix).where(v.generation.in_(missing))
        with self._engine.connect() as connection:
            found = connection.execute(statement.order_by(v.generation)).all()
        names = {name: code for code, name in enumerate(rows.kind_names)}
        ids, spans = list(rows.ids), dict(rows.spans)
        codes: list[int] = []
        for row in found:
            start = len(ids)
            ids += json.loads(row.ids)
            codes += [names.setdefault(kind, len(names)) for kind in json.loads(row.kinds)]
            spans[row.generation] = (start, len(ids))
        spans |= {g: (0, 0) for g in missing if g not in spans}  # a document without passages
        matrix = np.concatenate([rows.matrix, *(unpack(row.matrix, self._dimension) for row in found)])
        kinds = np.concatenate([rows.kinds, np.array(codes, dtype=np.int16)])
        return _Rows(tuple(ids), kinds, tuple(names), matrix, spans)


def _kept(rows: _Rows, gone: Collection[int]) -> _Rows:
    """The rows without some generations."""
    spans: dict[int, tuple[int, int]] = {}
    parts: list[npt.NDArray[np.intp]] = [np.arange(0)]
    size = 0
    for generation, (start, end) in rows.spans.items():
        if generation not in gone:
            spans[generation] = (size, size + end - start)
            parts.append(np.arange(start, end))
            size += end - start
    order = np.concatenate(parts)
    return _Rows(tuple(rows.ids[i] for i in order), rows.kinds[order], rows.kind_names, rows.matrix[order], spans)


def _wanted(rows: _Rows, generations: Sequence[int], kinds: Collection[str]) -> npt.NDArray[np.intp]:
    """Row numbers of these generations and kinds."""
    if len(set(generations)) == len(rows.spans):
        wanted = np.arange(len(rows.ids))
    else:
        spans = (rows.spans.get(g, (0, 0)) for g in dict.fromkeys(generations))
        wanted = np.concatenate([np.arange(0), *(np.arange(start, end) for start, end in spans)])
    if kinds:
        codes = [code for code, name in enumerate(rows.kind_names) if name in kinds]
        wanted = wanted[np.isin(rows.kinds[wanted], codes)]
    return wanted


def pack(matrix: Matrix) -> bytes:
    """A matrix as float16, which loses nothing that ranking could see."""
    return matrix.astype("<f2").tobytes()


def unpack(data: bytes, dimension: int) -> Matrix:
    """What `pack` wrote, float32."""
    return np.frombuffer(data, dtype="<f2").reshape(-1, dimension).astype(np.float32)
