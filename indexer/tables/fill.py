"""Runs of text put into the cells of a lattice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from indexer.tables.grid import Grid, GridCell
from indexer.tables.lattice import Lattice
from indexer.tables.page import Char
from indexer.tables.runs import Run, confidence_of, join_cell, split_run

_EDGE = 1.5


def fill_lattices(lattices: Sequence[Lattice], runs: list[Run], page: int) -> tuple[list[Grid], list[Run]]:
    """Grids with their text, and the runs that lie in none."""
    left = runs
    grids: list[Grid] = []
    for lattice in lattices:
        inside, outside = [], []
        x0, y0, x1, y1 = lattice.bbox
        for run in left:
            middle = (run.x0 + run.x1) / 2
            if y0 - _EDGE <= run.middle <= y1 + _EDGE and x0 - _EDGE <= middle <= x1 + _EDGE:
                inside.append(run)
            else:
                outside.append(run)
        if not inside:
            continue
        left = outside
        grids.append(_filled(lattice, inside, page))
    return grids, left


def _filled(lattice: Lattice, runs: Sequence[Run], page: int) -> Grid:
    xs, ys = lattice.xs, lattice.ys
    height, width = len(ys) - 1, len(xs) - 1
    index = [[0] * width for _ in range(height)]
    for i, (r, c, r_end, c_end) in enumerate(lattice.cells):
        for y in range(r, r_end):
            index[y][c:c_end] = [i] * (c_end - c)
    held: list[list[Run]] = [[] for _ in lattice.cells]
    for run in runs:
        row = index[_slot(ys, run.middle, height)]
        first, last = row[_slot(xs, run.x0 + 0.5, width)], row[_slot(xs, run.x1 - 0.5, width)]
        if first == last:
            held[first].append(run)
            continue
        for piece, cell in _cut(run, row, xs, width):
            held[cell].append(piece)
    cells = tuple(
        GridCell(r, c, r_end, c_end, join_cell(own), (xs[c], ys[r], xs[c_end], ys[r_end]), confidence_of(own))
        for (r, c, r_end, c_end), own in zip(lattice.cells, held, strict=True)
    )
    return Grid(page, lattice.bbox, xs, ys, cells)


def _slot(bounds: tuple[float, ...], at: float, count: int) -> int:
    """Between which two bounds a place lies, the outermost where it lies outside."""
    return bisect_right(bounds, at, 1, count) - 1


def _cut(run: Run, row: list[int], xs: tuple[float, ...], width: int) -> list[tuple[Run, int]]:
    """A run over a rule: cut there, unless it is one text too wide for its cell.

    Text drawn as one object is one text; so are the characters of a number.
    """
    pieces: list[list[Char]] = []
    cells: list[int] = []
    for c in run.chars:
        cell = row[_slot(xs, (c.x0 + c.x1) / 2, width)]
        if pieces and (cells[-1] == cell or _one_text(pieces[-1][-1], c)):
            pieces[-1].append(c)
        else:
            pieces.append([c])
            cells.append(cell)
    out: list[tuple[Run, int]] = []
    for part in split_run(run, pieces):
        out.append((part, row[_slot(xs, (part.x0 + part.x1) / 2, width)]))
    return out


def cut_run(run: Run, bounds: Sequence[float]) -> list[Run]:
    """A run cut at column bounds, unless it is one text too wide for its column."""
    inner = [b for b in bounds[1:-1] if run.x0 + 0.5 < b < run.x1 - 0.5]
    if not inner:
        return [run]
    row = list(range(len(bounds) - 1))
    return [piece for piece, _ in _cut(run, row, tuple(bounds), len(row))]


def _one_text(a: Char, b: Char) -> bool:
    gap = b.x0 - a.x1
    if a.group == b.group:
        return gap < 0.15 * b.size
    return gap < 0.1 * b.size and a.text in "0123456789.,-" and b.text in "0123456789.,-"
