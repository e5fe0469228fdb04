"""Rulings to grids of cells: doubled and broken lines merged, missing outer sides closed, spans found."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.tables.page import Ruling
from indexer.types import BBox

_SNAP = 3.0
"""Lines nearer than this are one line, drawn twice."""
_TOUCH = 4.0
"""How far a line may end from the one it should meet."""
_PARTED = 1.0
"""Pieces of one line this far apart are two lines, where no verticals join them."""
_COVERED = 0.6
"""Part of a cell's side that must be drawn for the side to be there."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Lines of one direction at one place: drawn stretches, merged and in order."""

    at: float
    stretches: tuple[tuple[float, float], ...]

    def drawn(self, start: float, end: float) -> bool:
        """Whether most of the stretch from `start` to `end` is drawn."""
        total = 0.0
        for a, b in self.stretches:
            if b > start and a < end:
                total += min(b, end) - max(a, start)
        return total >= _COVERED * (end - start)

    def drawn_between(self, bounds: Sequence[float]) -> list[bool]:
        """`drawn` for each two neighbouring bounds, which rise."""
        if len(self.stretches) > 1:
            return [self.drawn(a, b) for a, b in pairwise(bounds)]
        start, end = self.stretches[0]
        return [
            (end if end < b else b) - (start if start > a else a) >= _COVERED * (b - a) for a, b in pairwise(bounds)
        ]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Column and row bounds with the cells (row, column, row end, column end) between them."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[int, int, int, int], ...]

    @property
    def bbox(self) -> BBox:
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def find_lattices(horizontal: Sequence[Ruling], vertical: Sequence[Ruling]) -> tuple[list[Lattice], list[Axis]]:
    """Lattices of a page, top to bottom, and the horizontal lines that belong to none."""
    rows, columns = _axes(horizontal), _axes(vertical)
    lattices: list[Lattice] = []
    loose: list[Axis] = []
    for hs, vs in _components(rows, columns):
        lattice = _lattice(hs, vs) if vs else None
        if lattice is None:
            loose.extend(hs)
        else:
            lattices.append(lattice)
    lattices.sort(key=lambda g: (g.ys[0], g.xs[0]))
    return _outermost(lattices), _finer(loose, horizontal)


def _finer(loose: Sequence[Axis], horizontal: Sequence[Ruling]) -> list[Axis]:
    """Lines without verticals again, with the small gaps that part a rule under one heading from its neighbour's."""
    if not loose:
        return []
    own = [r for r in horizontal if any(abs(r.at - a.at) <= _SNAP and _meets(a, r) for a in loose)]
    return _axes(own, _PARTED)


def _meets(axis: Axis, ruling: Ruling) -> bool:
    start, end = axis.stretches[0][0], axis.stretches[-1][1]
    return ruling.start < end and start < ruling.end


def _axes(rulings: Iterable[Ruling], reach: float = _TOUCH) -> list[Axis]:
    """Rulings merged: one axis for each drawn line, however many pieces it has.

    Lines at one place with a wide gap between them stay one axis only when they are merged by `_merge`;
    components are split later by what touches what.
    """
    groups: list[tuple[list[float], list[tuple[float, float]]]] = []
    first = -math.inf
    for at, start, end in sorted(rulings):
        if at - first <= _SNAP:
            ats, stretches = groups[-1]
            ats.append(at)
            stretches.append((start, end))
        else:
            groups.append(([at], [(start, end)]))
            first = at
    return [
        Axis(sum(ats) / len(ats), ((start, end),))
        for ats, stretches in groups
        for start, end in _merge(stretches, reach)
        if end - start > _SNAP
    ]


def _merge(stretches: list[tuple[float, float]], reach: float = _TOUCH) -> list[tuple[float, float]]:
    stretches.sort()
    out: list[tuple[float, float]] = []
    start, end = stretches[0]
    for a, b in stretches:
        if a > end + reach:
            out.append((start, end))
            start, end = a, b
        elif b > end:
            end = b
    out.append((start, end))
    return out


def _components(rows: list[Axis], columns: list[Axis]) -> list[tuple[list[Axis], list[Axis]]]:
    """Groups of lines that touch one another."""
    parent = list(range(len(rows) + len(columns)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    ats = [c.at for c in columns]
    for i, row in enumerate(rows):
        start, end = row.stretches[0]
        low = bisect_right(ats, start - _TOUCH)
        for j in range(low, len(columns)):
            column = columns[j]
            if column.at > end + _TOUCH:
                break
            top, bottom = column.stretches[0]
            if top - _TOUCH <= row.at <= bottom + _TOUCH:
                parent[find(i)] = find(len(rows) + j)
    groups: dict[int, tuple[list[Axis], list[Axis]]] = {}
    for i in range(len(parent)):
        hs, vs = groups.setdefault(find(i), ([], []))
        if i < len(rows):
            hs.append(rows[i])
        else:
            vs.append(columns[i - len(rows)])
    return list(groups.values())


def _lattice(hs: list[Axis], vs: list[Axis]) -> Lattice | None:
    rows, columns = _closed(_joined(hs), _joined(vs))
    if len(rows) < 2 or len(columns) < 2:
        return None
    xs = tuple(c.at for c in columns)
    ys = tuple(r.at for r in rows)
    cells = _cells(rows, columns)
    if len(cells) < 2:
        return None
    return Lattice(xs, ys, tuple(cells))


def _joined(axes: list[Axis]) -> list[Axis]:
    """Axes at one place as one, in order."""
    out: list[Axis] = []
    for axis in sorted(axes, key=lambda a: (a.at, a.stretches)):
        if out and axis.at - out[-1].at <= _SNAP:
            out[-1] = Axis(out[-1].at, tuple(_merge([*out[-1].stretches, *axis.stretches])))
        else:
            out.append(axis)
    return out


def _closed(rows: list[Axis], columns: list[Axis]) -> tuple[list[Axis], list[Axis]]:
    """The sides that are not drawn, closed where the other direction's lines end."""
    if not rows or not columns:
        return rows, columns
    top, bottom = _extent(columns)
    left, right = _extent(rows)
    top, bottom = min(top, rows[0].at), max(bottom, rows[-1].at)
    left, right = min(left, columns[0].at), max(right, columns[-1].at)
    rows = _with_ends(rows, top, bottom, left, right)
    columns = _with_ends(columns, left, right, top, bottom)
    return rows, columns


_SIDE = 8.0
"""A missing side is closed when lines run on at least this far beyond the last drawn one."""


def _with_ends(axes: list[Axis], low: float, high: float, start: float, end: float) -> list[Axis]:
    out = list(axes)
    if out[0].at - low > _SIDE:
        out.insert(0, Axis(low, ((start, end),)))
    if high - out[-1].at > _SIDE:
        out.append(Axis(high, ((start, end),)))
    return out


def _extent(axes: list[Axis]) -> tuple[float, float]:
    return min(a.stretches[0][0] for a in axes), max(a.stretches[-1][1] for a in axes)


def _cells(rows: list[Axis], columns: list[Axis]) -> list[tuple[int, int, int, int]]:
    """Rectangles that no drawn line crosses, grown right and then down from each free corner."""
    ys, xs = [r.at for r in rows], [c.at for c in columns]
    height, width = len(ys) - 1, len(xs) - 1
    below = [row.drawn_between(xs) for row in rows[1:]]
    beside = list(zip(*(column.drawn_between(ys) for column in columns[1:]), strict=True))
    taken = [[False] * width for _ in range(height)]
    cells: list[tuple[int, int, int, int]] = []
    for r in range(height):
        for c in range(width):
            if taken[r][c]:
                continue
            c_end = c + 1
            while c_end < width and not beside[r][c_end - 1] and not taken[r][c_end]:
                c_end += 1
            r_end = r + 1
            while r_end < height and _open(below, beside, taken, r_end, c, c_end, width):
                r_end += 1
            for y in range(r, r_end):
                taken[y][c:c_end] = [True] * (c_end - c)
            cells.append((r, c, r_end, c_end))
    return cells


def _open(
    below: list[list[bool]],
    beside: list[tuple[bool, ...]],
    taken: list[list[bool]],
    r: int,
    c: int,
    c_end: int,
    width: int,
) -> bool:
    """Whether a cell over columns `c`..`c_end` goes on into row `r`."""
    if any(below[r - 1][c:c_end]) or any(taken[r][c:c_end]) or any(beside[r][c : c_end - 1]):
        return False
    left = c == 0 or beside[r][c - 1]
    right = c_end == width or beside[r][c_end - 1]
    return left and right


def _outermost(lattices: list[Lattice]) -> list[Lattice]:
    """Lattices that do not lie inside another one's cell (frames around a page hold tables: those go instead)."""
    out: list[Lattice] = []
    for lattice in lattices:
        inner = [g for g in lattices if g is not lattice and _holds(lattice.bbox, g.bbox)]
        if inner and len(lattice.cells) < min(len(g.cells) for g in inner):
            continue
        if any(
            _holds(g.bbox, lattice.bbox) and len(g.cells) >= len(lattice.cells) for g in lattices if g is not lattice
        ):
            continue
        out.append(lattice)
    return out


def _holds(outer: BBox, inner: BBox) -> bool:
    return (
        outer[0] - 1 <= inner[0] and outer[1] - 1 <= inner[1] and inner[2] <= outer[2] + 1 and inner[3] <= outer[3] + 1
    )
