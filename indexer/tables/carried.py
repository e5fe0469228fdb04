"""Tables without rules that go on over the page: their headings again, or only more rows in the same columns."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from indexer.tables.bands import Band, runs_to_bands
from indexer.tables.columns import fits
from indexer.tables.fill import cut_run
from indexer.tables.grid import Grid, GridCell
from indexer.tables.regions import stands_between
from indexer.tables.runs import Run, group_lines, join_cell
from indexer.tables.stub import pieces_of
from indexer.tables.words import is_figure, is_sentence
from indexer.text import fold

_NEAR = 3.5
_SKIPPED = 2
"""Lines of a running head that may stand above the first row."""


def known_headings(before: Grid) -> str:
    """The texts of a grid above its first figures, one after the other."""
    first = min((c.row for c in before.cells if is_figure(c.text) and c.column), default=before.height)
    return "|".join(fold(c.text) for c in before.cells if c.row < first)


def go_on(before: Grid, runs: Sequence[Run], grids: Sequence[Grid], page: int) -> tuple[Grid, list[Run]] | None:
    """Rows at the top of a page in the columns of the grid before, and the runs they took; None without any."""
    limit = min((g.bbox[1] for g in grids), default=1e9)
    lines = group_lines([r for r in runs if r.middle < limit])
    start = next((i for i, line in enumerate(lines[: _SKIPPED + 1]) if _is_row(line, before)), None)
    if start is None:
        return None
    kept: list[list[Run]] = []
    for line in lines[start:]:
        far = bool(kept) and line[0].middle - kept[-1][0].middle > _NEAR * line[0].size
        if far or not fits(before.xs, line) or any(stands_between(r.text) or is_sentence(r.text) for r in line):
            break
        kept.append(line)
    while kept and not _is_row(kept[-1], before) and len(kept[-1]) == 1:
        kept.pop()
    taken = [r for line in kept for r in line]
    bands = runs_to_bands([p for r in taken for p in cut_run(r, before.xs)], before.xs)
    return _grid(bands, before.xs, page), taken


def _is_row(line: Sequence[Run], before: Grid) -> bool:
    """Whether a line has two texts or more in columns of the grid, figures where that has figures."""
    if not fits(before.xs, line) or line[-1].x1 > before.xs[-1] + 2 or line[0].x0 < before.xs[0] - 2:
        return False
    pieces = pieces_of(line)
    figures = [p for p in pieces if is_figure("".join(r.text for r in p))]
    held = {c.column for c in before.cells if is_figure(c.text)}
    places = [next(i for i, x in enumerate(before.xs[1:]) if _middle(p) < x + 2) for p in figures]
    return len(pieces) >= 2 and bool(figures) and all(i in held for i in places)


def _middle(piece: Sequence[Run]) -> float:
    return (piece[0].x0 + piece[-1].x1) / 2


def _grid(bands: Sequence[Band], xs: tuple[float, ...], page: int) -> Grid:
    ys = [bands[0].top - 1, *((a.bottom + b.top) / 2 for a, b in itertools.pairwise(bands)), bands[-1].bottom + 1]
    cells = [
        GridCell(row, c, row + 1, c + 1, join_cell(band.cells.get(c, [])), (xs[c], ys[row], xs[c + 1], ys[row + 1]))
        for row, band in enumerate(bands)
        for c in range(len(xs) - 1)
    ]
    return Grid(page, (xs[0], ys[0], xs[-1], ys[-1]), xs, tuple(ys), tuple(cells), ruled=False)
