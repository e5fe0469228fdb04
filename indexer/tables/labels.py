"""Labels over several rows of a table without rules: each stands in the middle of its rows, or beside the first."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from indexer.tables.bands import Band
from indexer.tables.runs import Run

_LINE = 1.7
"""Sizes: lines of one label are nearer than that, and than rows are to each other."""
_EXACT = 0.8
"""Sizes that labels may stand from their places, on the whole."""


def with_labels(bands: Sequence[Band], column: int, size: float) -> list[Band]:
    """Rows with the labels of a column in the first rows that they stand for; those without any other text are gone.

    Unchanged where labels fit neither way.
    """
    rows = [b for b in bands if set(b.cells) - {column}]
    held = sorted((r for b in bands for r in b.cells.get(column, ())), key=lambda r: r.middle)
    if not held or not rows:
        return list(bands)
    pitch = min((b.last - a.last for a, b in itertools.pairwise(rows)), default=1e9)
    labels = _grouped(held, min(_LINE * size, 0.8 * pitch))
    if len(labels) > len(rows):
        return list(bands)
    starts = _starts([_middle(label) for label in labels], rows, size)
    if starts is None:
        return list(bands)
    for row in rows:
        row.cells.pop(column, None)
    for start, label in zip(starts, labels, strict=True):
        rows[start].cells[column] = label
    return rows


def _grouped(runs: Sequence[Run], near: float) -> list[list[Run]]:
    out: list[list[Run]] = []
    for run in runs:
        if out and run.middle - out[-1][-1].middle < near:
            out[-1].append(run)
        else:
            out.append([run])
    return out


def _middle(runs: Sequence[Run]) -> float:
    return (min(r.middle for r in runs) + max(r.middle for r in runs)) / 2


def _starts(labels: Sequence[float], rows: Sequence[Band], size: float) -> list[int] | None:
    """The first row of each label: rows are shared out so that labels stand nearest to the middles of their rows."""
    middles = [row.last for row in rows]
    beside = [min(range(len(rows)), key=lambda i: abs(middles[i] - y)) for y in labels]
    off_beside = sum(abs(middles[i] - y) for i, y in zip(beside, labels, strict=True))
    steady = beside[0] == 0 and all(a < b for a, b in itertools.pairwise(beside))
    if steady and off_beside < 0.3 * size * len(labels):
        return beside
    off, starts = _centred(labels, rows)
    return starts if off < _EXACT * size * len(labels) else None


def _centred(labels: Sequence[float], rows: Sequence[Band]) -> tuple[float, list[int]]:
    """The least sum of distances, and the first row of each label's rows, all rows being shared out in order."""
    edges = [rows[0].top, *((a.bottom + b.top) / 2 for a, b in itertools.pairwise(rows)), rows[-1].bottom]
    nothing: list[int] = []
    best = [(0.0, nothing), *((float("inf"), nothing) for _ in rows)]
    for k, y in enumerate(labels):
        now = [(float("inf"), nothing)] * (len(rows) + 1)
        for end in range(k + 1, len(rows) + 1):
            now[end] = min(
                (best[start][0] + abs((edges[start] + edges[end]) / 2 - y), [*best[start][1], start])
                for start in range(k, end)
            )
        best = now
    return best[len(rows)]
