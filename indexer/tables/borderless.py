"""Tables with horizontal rules only, or with none: accepted when something confirms their grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.tables.bands import Band, runs_to_bands
from indexer.tables.columns import columns_of_rules, columns_of_text, figure_columns, fits, parted
from indexer.tables.fill import cut_run
from indexer.tables.grid import Grid, GridCell
from indexer.tables.lattice import Axis
from indexer.tables.page import Ruling
from indexer.tables.runs import Run, group_lines, join_cell, runs_to_lines
from indexer.tables.stub import Heading, blocks_of, pieces_of, read_headings
from indexer.tables.words import (
    is_department_line,
    is_figure,
    is_note,
    is_number_row,
    is_page_number,
    is_sentence,
    is_unit_line,
)

_ALIKE = 12.0
_TWO_LEVELS = 3
"""Heights that headings of two levels stand at: the levels, and between them what spans both."""
_HEAD_LINES = 4
"""Headings between two rules have at most this many lines."""


@dataclass(frozen=True, slots=True)
class Region:
    """Rules of one table, top to bottom, with the sides they reach to and how far down its text may go."""

    rules: tuple[Axis, ...]
    left: float
    right: float
    limit: float

    @property
    def full(self) -> list[Axis]:
        """Rules over the whole width."""
        return [r for r in self.rules if self._reaches(r) and r.drawn(self.left + 2, self.right - 2)]

    def _reaches(self, rule: Axis) -> bool:
        return rule.stretches[0][0] < self.left + _ALIKE and rule.stretches[-1][1] > self.right - _ALIKE


def find_borderless(
    loose: Sequence[Axis], rulings: Sequence[Ruling], runs: list[Run], page: int, height: float
) -> tuple[list[Grid], list[Run]]:
    """Grids without vertical rules, and the runs that are in none."""
    grids: list[Grid] = []
    for region in _regions(loose, runs, height):
        built = _build(region, rulings, runs, page)
        if built is None:
            continue
        grid, used = built
        grids.append(grid)
        gone = {id(r) for r in used}
        runs = [r for r in runs if id(r) not in gone]
    return grids, runs


def _regions(loose: Sequence[Axis], runs: Sequence[Run], height: float) -> list[Region]:
    groups: list[list[Axis]] = []
    lines = runs_to_lines(runs)
    for axis in _whole(loose):
        start, end = axis.stretches[0][0], axis.stretches[-1][1]
        if groups:
            left = min(a.stretches[0][0] for a in groups[-1])
            right = max(a.stretches[-1][1] for a in groups[-1])
            inside = start > left - _ALIKE and end < right + _ALIKE
            between = [x for x in lines if groups[-1][-1].at < x.y < axis.at]
            if inside and not any(_parts(p.text) for x in between for p in x.pieces):
                groups[-1].append(axis)
                continue
        groups.append([axis])
    out: list[Region] = []
    for i, group in enumerate(groups):
        left = min(a.stretches[0][0] for a in group)
        right = max(a.stretches[-1][1] for a in group)
        limit = groups[i + 1][0].at if i + 1 < len(groups) else height
        if len(group) >= 2 and right - left > 100:
            out.append(Region(tuple(group), left, right, limit))
    return out


def _whole(loose: Sequence[Axis]) -> list[Axis]:
    """Rules at one height as one axis."""
    out: list[Axis] = []
    for axis in sorted(loose, key=lambda a: (a.at, a.stretches)):
        if out and axis.at - out[-1].at < 2:
            out[-1] = Axis(out[-1].at, tuple(sorted((*out[-1].stretches, *axis.stretches))))
        else:
            out.append(axis)
    return out


def _parts(text: str) -> bool:
    """Whether a line stands between tables, never inside one."""
    return is_unit_line(text) or is_department_line(text) or is_note(text) or len(text) > 90


def _build(region: Region, rulings: Sequence[Ruling], runs: Sequence[Run], page: int) -> tuple[Grid, list[Run]] | None:
    full = region.full
    if len(full) < 2:
        return None
    top = full[0].at
    inside = [r for r in runs if top < r.middle and region.left - 4 <= (r.x0 + r.x1) / 2 <= region.right + 4]
    head_end, numbered = _head_end(full, inside)
    if head_end is None:
        return None
    heads = [r for r in inside if r.middle < head_end]
    last = full[-1].at
    closed = last > head_end + 4
    body = [r for r in inside if head_end < r.middle < (last if closed else region.limit)]
    own = [r for r in rulings if top - 2 <= r.at <= last + 2]
    bounds = columns_of_rules(own, region.left, region.right)
    lines = group_lines(body) if closed else _leading(group_lines(_upto_prose(body, region)), bounds)
    confirmed = len(bounds) > 2 and fits(bounds, [r for line in lines for r in line]) and not parted(bounds, lines)
    if not confirmed:
        found = columns_of_text(_leaves(heads, numbered, region.rules), lines, region.left, region.right)
        if found is None:
            return None
        bounds = found
    body = [p for r in body for p in cut_run(r, bounds)]
    rows = _zones(full, head_end, body, bounds) if closed else _open_rows(body, bounds, region)
    used_body = [r for b in rows for rs in b.cells.values() for r in rs]
    if not confirmed and not numbered and figure_columns(bounds, [list(_flat(b)) for b in rows]) < 1:
        return None
    if len(bounds) < 3 or not heads:
        return None
    grid = _grid(region, heads, numbered, rows, bounds, top, head_end, page)
    return grid, [r for r in inside if r.middle < head_end or _within(r, used_body)]


def _flat(band: Band) -> list[Run]:
    return [r for runs in band.cells.values() for r in runs]


def _within(run: Run, pieces: Sequence[Run]) -> bool:
    return any(p.middle == run.middle and run.x0 - 0.1 <= p.x0 and p.x1 <= run.x1 + 0.1 for p in pieces)


def _head_end(full: Sequence[Axis], inside: Sequence[Run]) -> tuple[float | None, list[Run]]:
    """Where headings end (a full rule), and the runs of a row of column numbers above it.

    Headings go on to the rule before the first figures; column numbers are none.
    """
    zones = [(b.at, [r for r in inside if a.at < r.middle < b.at]) for a, b in itertools.pairwise(full)]
    numbered: list[Run] = []
    end: float | None = None
    texts = 0
    for bottom, zone in zones:
        lines = group_lines(zone)
        marks = [line for line in lines if is_number_row([r.text for r in line])]
        rest = [r for line in lines if line not in marks for r in line]
        if any(
            is_figure("".join(r.text for r in piece))
            for line in lines
            if line not in marks
            for piece in pieces_of(line)
        ):
            break
        if (
            end is not None
            and not marks
            and (len(lines) > _HEAD_LINES or _widest(rest) <= texts or any(is_sentence(r.text) for r in rest))
        ):
            break
        if zone:
            end, texts = bottom, _widest(rest)
        if marks:
            numbered = marks[-1]
            break
    return end, numbered


def _widest(runs: Sequence[Run]) -> int:
    """The most texts that stand side by side."""
    return max((len(pieces_of(line, gap=1.0)) for line in group_lines(runs)), default=0)


def _leaves(heads: Sequence[Run], numbered: Sequence[Run], rules: Sequence[Axis]) -> list[tuple[float, float]]:
    """Stretches of the lowest headings, left to right: those with no rule and no other headings of theirs below."""
    blocks = [_Block.of(b) for b in blocks_of([r for r in heads if r not in numbered])]
    low = max((b.bottom for b in blocks), default=0.0)
    left = [b for b in blocks if not any(b.bottom < r.at < low and _covers(r, b.centre) for r in rules)]
    if len(left) == len(blocks):
        heights = {round(b.bottom / (0.5 * b.size)) for b in blocks}
        for _ in range(1 if len(heights) <= _TWO_LEVELS else 2):
            left = _without_top(left)
    return sorted((b.x0, b.x1) for b in left)


@dataclass(frozen=True, slots=True)
class _Block:
    """Where a heading stands."""

    x0: float
    x1: float
    top: float
    bottom: float
    size: float

    @classmethod
    def of(cls, runs: Sequence[Run]) -> _Block:
        middles = [r.middle for r in runs]
        return cls(min(r.x0 for r in runs), max(r.x1 for r in runs), min(middles), max(middles), runs[0].size)

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


def _covers(rule: Axis, x: float) -> bool:
    return any(a <= x <= b for a, b in rule.stretches)


def _without_top(blocks: list[_Block]) -> list[_Block]:
    """Headings less those of the highest level that have two or more lower ones under them."""
    if not blocks:
        return blocks
    top = min(b.bottom for b in blocks)
    highest = [b for b in blocks if b.bottom < top + 0.3 * b.size]
    lower = [b for b in blocks if b.top > top + 0.9 * b.size]
    fence = sorted((b for b in blocks if b not in lower), key=lambda b: b.x0)
    gone: list[_Block] = []
    for block in highest:
        i = fence.index(block)
        start = fence[i - 1].x1 if i else -1e9
        end = fence[i + 1].x0 if i + 1 < len(fence) else 1e9
        if sum(start < b.centre < end for b in lower) >= 2:
            gone.append(block)
    return [b for b in blocks if b not in gone]


def _upto_prose(body: Sequence[Run], region: Region) -> list[Run]:
    out: list[Run] = []
    for line in group_lines(body):
        if _ends(line, region):
            break
        out.extend(line)
    return out


def _leading(lines: list[list[Run]], bounds: Sequence[float]) -> list[list[Run]]:
    """Lines up to the first that runs over a bound; all where no bound is known yet."""
    if len(bounds) < 3:
        return lines
    for i, line in enumerate(lines):
        if not fits(bounds, line):
            return lines[:i] if i else lines
    return lines


def _ends(line: Sequence[Run], region: Region) -> bool:
    text = " ".join(r.text for r in line)
    wide = max(r.x1 - r.x0 for r in line) > 0.6 * (region.right - region.left)
    return is_note(text) or is_sentence(text) or wide or (len(line) == 1 and is_page_number(text)) or _parts(text)


def _open_rows(body: Sequence[Run], bounds: Sequence[float], region: Region) -> list[Band]:
    """Rows below the last rule, as far down as lines stay in the columns."""
    kept = _upto_prose(body, region)
    rows: list[Band] = []
    for band in runs_to_bands(kept, bounds):
        steps = sorted(b.last - a.last for a, b in itertools.pairwise(rows))
        if rows and band.top - rows[-1].bottom > (
            1.5 * steps[len(steps) // 2] if steps else 4 * band.bottom - 4 * band.top
        ):
            break
        rows.append(band)
    return rows


def _zones(full: Sequence[Axis], head_end: float, body: Sequence[Run], bounds: Sequence[float]) -> list[Band]:
    """Rows between full rules: one a zone where rules part the rows, else by lines."""
    edges = [r.at for r in full if r.at >= head_end - 1]
    zones = [[r for r in body if a < r.middle < b] for a, b in itertools.pairwise(edges)]
    bands = [runs_to_bands(z, bounds) for z in zones if z]
    if len(bands) >= 3 and sum(len(b) for b in bands) <= 1.6 * len(bands):
        return [_one(b) for b in bands]
    return [row for b in bands for row in b]


def _one(bands: Sequence[Band]) -> Band:
    first = bands[0]
    for band in bands[1:]:
        first.add(band.cells, band.last)
    return first


def _grid(
    region: Region, heads: Sequence[Run], numbered: Sequence[Run], rows: Sequence[Band], bounds: Sequence[float],
    top: float, head_end: float, page: int,
) -> Grid:  # fmt: skip
    marks = [p for r in numbered for p in cut_run(r, bounds)]
    low = min(r.y0 for r in numbered) - 1 if numbered else head_end
    texts = [p for r in heads if r not in numbered for p in cut_run(r, bounds)]
    headings, bands = read_headings(texts, region.rules, top, low, bounds)
    step = (low - top) / bands
    ys = [top + i * step for i in range(bands)] + [low]
    cells = [_heading_cell(h, bounds, ys) for h in headings]
    lines = [runs_to_bands(marks, bounds)[0]] if marks else []
    if marks:
        ys.append(head_end)
    lines += rows
    ends = [(a.bottom + b.top) / 2 for a, b in itertools.pairwise(rows)]
    ys += [*ends, rows[-1].bottom + 1] if rows else []
    for i, band in enumerate(lines):
        row = bands + i
        for c in range(len(bounds) - 1):
            held = band.cells.get(c)
            box = (bounds[c], ys[row], bounds[c + 1], ys[row + 1])
            cells.append(GridCell(row, c, row + 1, c + 1, join_cell(held) if held else "", box))
    cells.extend(_blanks(cells, bands, bounds, ys))
    cells.sort(key=lambda c: (c.row, c.column))
    return Grid(page, (bounds[0], top, bounds[-1], ys[-1]), tuple(bounds), tuple(ys), tuple(cells), ruled=False)


def _heading_cell(h: Heading, bounds: Sequence[float], ys: Sequence[float]) -> GridCell:
    box = (bounds[h.first], ys[h.top], bounds[h.last + 1], ys[h.bottom + 1])
    return GridCell(h.top, h.first, h.bottom + 1, h.last + 1, h.text, box)


def _blanks(cells: Sequence[GridCell], bands: int, bounds: Sequence[float], ys: Sequence[float]) -> list[GridCell]:
    """Blank cells for the places among the headings that none covers."""
    taken = {
        (r, c) for x in cells if x.row < bands for r in range(x.row, x.row_end) for c in range(x.column, x.column_end)
    }
    return [
        GridCell(r, c, r + 1, c + 1, "", (bounds[c], ys[r], bounds[c + 1], ys[r + 1]))
        for r in range(bands)
        for c in range(len(bounds) - 1)
        if (r, c) not in taken
    ]
