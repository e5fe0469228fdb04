"""Tables with horizontal rules only, or with none: accepted when something confirms their grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.tables.aligned import Found, find_blocks
from indexer.tables.bands import Band, runs_to_bands
from indexer.tables.carried import go_on, known_headings
from indexer.tables.columns import (
    columns_of_rules,
    columns_of_text,
    figure_columns,
    fits,
    parted,
    stretches_of,
    sums_hold,
)
from indexer.tables.fill import cut_run
from indexer.tables.grid import Grid, GridCell
from indexer.tables.heads import find_head_end, lowest_headings
from indexer.tables.indicators import find_indicators
from indexer.tables.lattice import Axis
from indexer.tables.page import Ruling
from indexer.tables.regions import Region, find_regions, stands_between
from indexer.tables.runs import Run, group_lines, join_cell
from indexer.tables.stub import Heading, pieces_of, read_headings
from indexer.tables.words import is_figure, is_note, is_page_number, is_sentence


def find_borderless(
    loose: Sequence[Axis],
    rulings: Sequence[Ruling],
    runs: list[Run],
    page: int,
    height: float,
    before: Grid | None = None,
) -> tuple[list[Grid], list[Run]]:
    """Grids without vertical rules, and the runs that are in none.

    `before`: the last grid of the page before where it has no rules either; its rows may go on here.
    """
    grids, runs = find_indicators(loose, rulings, runs, page)
    loose = [a for a in loose if not any(g.bbox[1] - _EDGE <= a.at <= g.bbox[3] + _EDGE for g in grids)]
    for region in find_regions(loose, runs, height):
        stock = _stock(region, rulings, runs)
        built = _build(stock, page) if stock is not None else None
        if built is None:
            continue
        grid, used = built
        grids.append(grid)
        gone = {id(r) for r in used}
        runs = [r for r in runs if id(r) not in gone]
    known = known_headings(before) if before is not None else ""
    for found in find_blocks(runs, known):
        built = _build(_unruled_stock(found), page, before.xs if before is not None and found.again else ())
        if built is None or (len(built[0].cells) < _FEWEST_CELLS and not found.announced):
            continue
        grids.append(built[0])
        gone = {id(r) for r in built[1]}
        runs = [r for r in runs if id(r) not in gone]
    if before is not None and (carried := go_on(before, runs, grids, page)):
        grids.append(carried[0])
        gone = {id(r) for r in carried[1]}
        runs = [r for r in runs if id(r) not in gone]
    return grids, runs


_EDGE = 6.0
"""Points around a table's text within which its own rules run."""
_FEWEST_CELLS = 12
"""Less than this, without any rule, is taken for text."""
_FEWEST_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Stock:
    """What a table is built from. `closed`: a rule ends it; `rulings` as drawn, in pieces; `announced`: by a unit."""

    region: Region
    heads: list[Run]
    numbered: list[Run]
    body: list[Run]
    top: float
    head_end: float
    closed: bool
    rulings: list[Ruling]
    announced: bool = False


def _unruled_stock(found: Found) -> Stock:
    low = max(r.middle for r in found.heads)
    head_end = (low + min(r.middle for r in found.body)) / 2 if found.body else max(r.y1 for r in found.heads) + 1
    top = min(r.y0 for r in found.heads) - 2
    heads, body = list(found.heads), list(found.body)
    return Stock(
        found.region, heads, found.numbered, body, top, head_end, closed=False, rulings=[], announced=found.announced
    )


def _stock(region: Region, rulings: Sequence[Ruling], runs: Sequence[Run]) -> Stock | None:
    """The runs of a region with rules, parted into headings and body; None where nothing heads it."""
    full = region.full
    if len(full) < 2:
        return None
    top, last = full[0].at, full[-1].at
    inside = [r for r in runs if top < r.middle and region.left - 4 <= (r.x0 + r.x1) / 2 <= region.right + 4]
    head_end, numbered = find_head_end(full, inside)
    if head_end is None:
        return None
    closed = last > head_end + 4
    return Stock(
        region=region,
        heads=[r for r in inside if r.middle < head_end],
        numbered=numbered,
        body=[r for r in inside if head_end < r.middle < (last if closed else region.limit)],
        top=top,
        head_end=head_end,
        closed=closed,
        rulings=[r for r in rulings if top - 2 <= r.at <= last + 2],
    )


def _build(stock: Stock, page: int, known: Sequence[float] = ()) -> tuple[Grid, list[Run]] | None:
    """The grid and the runs it took; None where nothing confirms its columns.

    `known`: the columns of the page before, where its headings are repeated here.
    """
    region, numbered = stock.region, stock.numbered
    bounds = columns_of_rules(stock.rulings, region.left, region.right)
    whole = stock.closed or stock.announced
    lines = group_lines(stock.body) if whole else _leading(group_lines(_upto_prose(stock.body, region)), bounds)
    leaves = lowest_headings(stock.heads, numbered, region.rules, stretches_of(lines))
    fitting = len(bounds) > 2 and fits(bounds, [r for line in lines for r in line]) and not parted(bounds, lines)
    confirmed = fitting and len(leaves) < len(bounds)
    if len(leaves) + 1 == len(known) and fits(known, [r for line in lines for r in line]):
        bounds, confirmed = list(known), True
    if not confirmed:
        found = columns_of_text(
            leaves, lines, region.left, region.right, every=not region.rules and not stock.announced and not numbered
        )
        if found is None and not fitting:
            return None
        bounds = found or bounds
    body = [p for r in stock.body for p in cut_run(r, bounds)]
    if stock.closed:
        rows = _zones(region.full, stock.head_end, body, bounds)
    else:
        rows = runs_to_bands(body, bounds) if stock.announced else _open_rows(body, bounds, region)
    flat = [_flat(b) for b in rows]
    sure = confirmed or bool(numbered) or stock.announced or (stock.closed and _all_figures(rows, len(bounds) - 1))
    if not sure and figure_columns(bounds, flat) < 1:
        return None
    if not region.rules and not numbered and not stock.announced and not sums_hold(bounds, flat):
        return None
    if len(bounds) < 3 or not stock.heads:
        return None
    taken = [r for b in rows for r in _flat(b)]
    return _grid(stock, rows, bounds, page), [*stock.heads, *(r for r in stock.body if _within(r, taken))]


def _all_figures(rows: Sequence[Band], width: int) -> bool:
    """Whether a row between rules has a figure under every heading, three or more: a table of one row."""
    return width >= _FEWEST_FIGURES and any(
        len(b.cells) == width and all(is_figure("".join(r.text for r in runs)) for runs in b.cells.values())
        for b in rows
    )


def _flat(band: Band) -> list[Run]:
    return [r for runs in band.cells.values() for r in runs]


def _within(run: Run, pieces: Sequence[Run]) -> bool:
    return any(p.middle == run.middle and run.x0 - 0.1 <= p.x0 and p.x1 <= run.x1 + 0.1 for p in pieces)


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
    texts = ["".join(r.text for r in piece) for piece in pieces_of(line)]
    wide = max(r.x1 - r.x0 for r in line) > 0.6 * (region.right - region.left)
    prose = any(is_sentence(t) or stands_between(t) for t in texts) and (len(texts) == 1 or bool(region.rules))
    return is_note(texts[0]) or prose or wide or (len(line) == 1 and is_page_number(texts[0]))


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


def _grid(stock: Stock, rows: Sequence[Band], bounds: Sequence[float], page: int) -> Grid:
    numbered, top, head_end = stock.numbered, stock.top, stock.head_end
    marks = [p for r in numbered for p in cut_run(r, bounds)]
    low = min(r.y0 for r in numbered) - 1 if numbered else head_end
    texts = [p for r in stock.heads if r not in numbered for p in cut_run(r, bounds)]
    headings, bands = read_headings(texts, stock.region.rules, top, low, bounds)
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
