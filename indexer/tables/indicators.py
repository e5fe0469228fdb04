"""Indicator tables (绩效目标表) without vertical rules: text in every column, known by the words of their headings."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from indexer.tables.bands import Band, column_of
from indexer.tables.columns import Stretch, columns_of_rules, columns_of_text
from indexer.tables.fill import cut_run
from indexer.tables.grid import Grid, GridCell
from indexer.tables.labels import with_labels
from indexer.tables.lattice import Axis
from indexer.tables.page import Ruling
from indexer.tables.regions import stands_between
from indexer.tables.runs import Run, confidence_of, group_lines, join_cell
from indexer.tables.stub import blocks_of
from indexer.tables.words import is_indicator, is_page_number

_FEWEST_HEADINGS = 4
_FEWEST_KNOWN = 2
_BESIDE = 0.9
"""Part of the size within which the lines of a wrapped heading stand around the heading line."""
_FARTHEST, _FARTHEST_RULED = 3.5, 8.0
"""Sizes between two lines of one table; where a rule still comes below, rows may be high."""
_LINE = 1.7
"""Sizes: lines of one cell are nearer than that."""
_JUMP = 0.25
"""Part of the size by which the gaps between rows are wider than those between the lines of a cell."""
_FEWEST_FILLED = 3
"""Headings under which a row has text."""
_LARGER = 1.15
_GOAL = "目标"
_LONGEST_LABEL = 10

Rows = list[list[Run]]


def find_indicators(
    loose: Sequence[Axis], rulings: Sequence[Ruling], runs: list[Run], page: int
) -> tuple[list[Grid], list[Run]]:
    """Grids of indicator tables, and the runs that are in none."""
    grids: list[Grid] = []
    lines = group_lines(runs)
    gone: set[int] = set()
    for head_line in [line for line in lines if _is_head(line)]:
        found = _table(head_line, lines, loose, rulings, page)
        if found is None or not gone.isdisjoint(id(r) for r in found[1]):
            continue
        grids.append(found[0])
        gone.update(id(r) for r in found[1])
    return grids, [r for r in runs if id(r) not in gone] if gone else runs


def _table(
    head_line: Sequence[Run], lines: Sequence[list[Run]], loose: Sequence[Axis], rulings: Sequence[Ruling], page: int
) -> tuple[Grid, list[Run]] | None:
    """The grid under a line of headings and the runs it took; None where its columns are not clear."""
    size, middle = head_line[0].size, head_line[0].middle
    head = [r for line in lines for r in line if abs(r.middle - middle) < _BESIDE * size]
    blocks = sorted(blocks_of(head), key=lambda b: min(r.x0 for r in b))
    leaves = [(min(r.x0 for r in b), max(r.x1 for r in b)) for b in blocks]
    if len(leaves) < _FEWEST_HEADINGS or any(b[0] < a[1] for a, b in itertools.pairwise(leaves)):
        return None
    top, low = min(r.middle for r in head), max(r.middle for r in head)
    rules = [a.at for a in loose if a.drawn(leaves[0][0], leaves[-1][1])]
    below = _body([x for x in lines if x[0].middle > low + 1], leaves, low, [y for y in rules if y > low])
    rows = _rows(below, [y for y in rules if y > low], leaves)
    if not rows:
        return None
    bounds = _bounds(leaves, rows, [r for r in rulings if top - _FARTHEST * size < r.at < low + _FARTHEST * size])
    if bounds is None:
        return None
    rows = _without_tail(rows, bounds)
    bands = [_band(row, bounds) for row in rows]
    for column in (1, 0):
        bands = with_labels(bands, column, size)
    if not bands:
        return None
    goals = _goals([x for x in lines if x[0].middle < top - 1], [y for y in rules if y < top], size)
    return _grid(goals, blocks, bands, bounds, page), [r for part in (*goals, head, *rows) for r in part]


def _bounds(leaves: Sequence[Stretch], rows: Rows, rulings: Sequence[Ruling]) -> list[float] | None:
    """Column bounds by the pieces that rules around the headings are drawn in, else by where text stands."""
    if rulings:
        drawn = columns_of_rules(rulings, min(r.start for r in rulings), max(r.end for r in rulings))
        if len(drawn) == len(leaves) + 1 and all(
            a < (leaf[0] + leaf[1]) / 2 < b for leaf, (a, b) in zip(leaves, itertools.pairwise(drawn), strict=True)
        ):
            return drawn
    return columns_of_text(leaves, rows, leaves[0][0] - 2, leaves[-1][1] + 2)


def _is_head(line: Sequence[Run]) -> bool:
    return len(line) > _FEWEST_KNOWN and sum(is_indicator(r.text) for r in line) >= _FEWEST_KNOWN


def _body(lines: Sequence[list[Run]], leaves: Sequence[Stretch], low: float, rules: Sequence[float]) -> Rows:
    """Lines below headings, down to one that runs under several of them or stands apart."""
    centres = [(a + b) / 2 for a, b in leaves]
    out: Rows = []
    for line in lines:
        ruled = any(y > line[0].middle for y in rules)
        if line[0].middle - low > (_FARTHEST_RULED if ruled else _FARTHEST) * line[0].size or _is_head(line):
            break
        if any(sum(r.x0 < c < r.x1 for c in centres) > 1 or stands_between(r.text) for r in line):
            break
        if len(line) == 1 and (is_page_number(line[0].text) or _is_title(line[0], lines[0][0].size)):
            break
        out.append(line)
        low = line[0].middle
    return out


def _rows(lines: Rows, rules: Sequence[float], leaves: Sequence[Stretch]) -> Rows:
    """Lines as rows: one between two rules where there are several, else by the gaps.

    The table ends at a rule below which something stands under few headings only: another title or caption.
    """
    inner = [y for y in rules if lines and y > lines[0][0].middle]
    zones: list[Rows] = []
    for a, b in itertools.pairwise([-1e9, *inner, 1e9]):
        zone = [x for x in lines if a < x[0].middle < b]
        if zone and zones and _filled(zone, leaves) < _FEWEST_FILLED:
            break
        if zone:
            zones.append(zone)
    if len(zones) > 1:
        return [[r for x in zone for r in x] for zone in zones]
    return _by_gaps(zones[0], (leaves[1][1] + leaves[2][0]) / 2) if zones else []


def _is_title(run: Run, size: float) -> bool:
    """Whether a line is the title of the next table: larger than the body, or named a table."""
    return run.size > _LARGER * size or (run.text.endswith("表") and len(run.chars) > _LONGEST_LABEL)


def _filled(lines: Rows, leaves: Sequence[Stretch]) -> int:
    """Under how many headings some text stands."""
    centres = [a + b for a, b in leaves]
    texts = (r.x0 + r.x1 for line in lines for r in line)
    return len({min(range(len(centres)), key=lambda i: abs(centres[i] - x)) for x in texts})


def _by_gaps(lines: Rows, labels: float) -> Rows:
    """Rows by the gaps between lines, where those between rows are wider; else each line is a row.

    Texts left of `labels` may stand in the middle of several rows: they make no rows, and join one only where near.
    """
    size = lines[0][0].size
    own = [line for line in lines if any(r.x0 > labels for r in line)]
    least = _least_gap([b[0].middle - a[0].middle for a, b in itertools.pairwise(own)], size)
    near = min(least, _LINE * size) or _BESIDE * size
    out: Rows = []
    ends: list[float] = []
    for line in own:
        if out and line[0].middle - ends[-1] <= least:
            out[-1].extend(line)
            ends[-1] = line[0].middle
        else:
            out.append(list(line))
            ends.append(line[0].middle)
    for line in lines:
        if not any(r.x0 > labels for r in line):
            home = [row for row in out if min(abs(r.middle - line[0].middle) for r in row) < near]
            if home:
                home[0].extend(line)
            else:
                out.append(list(line))
    return sorted(out, key=lambda row: sum(r.middle for r in row) / len(row))


def _least_gap(gaps: Sequence[float], size: float) -> float:
    """The gap from which lines are of two rows; 0 where all gaps are alike."""
    ordered = sorted(gaps)
    jumps = [(b - a, (a + b) / 2) for a, b in itertools.pairwise(ordered) if a < _LINE * size]
    jump, least = max(jumps, default=(0.0, 0.0))
    return least if jump >= _JUMP * size else 0.0


def _without_tail(rows: Rows, bounds: Sequence[float]) -> Rows:
    """Rows up to the last that is more than a text in the first column: a title below begins there too."""
    out = list(rows)
    while out and all(r.x1 < bounds[1] for r in out[-1]):
        out.pop()
    return out


def _goals(above: Sequence[list[Run]], rules: Sequence[float], size: float) -> Rows:
    """The row above the headings that says what is aimed at: a label on the left, text beside it; [] without one."""
    held: list[Run] = []
    start: float | None = None
    closed = len(rules) > 1 and bool(above) and rules[-1] > above[-1][0].middle
    low = above[-1][0].middle if above else 0.0
    for line in reversed(above):
        beside = [r for r in line if _GOAL not in r.text or len(r.text) > _LONGEST_LABEL]
        x = beside[0].x0 if beside else start
        if closed and line[0].middle < rules[-2]:
            break
        if not closed and (low - line[0].middle > 2 * size or (start and x and abs(x - start) > 2.5 * size)):
            break
        held.extend(line)
        start, low = x, line[0].middle
    labels = [r for r in held if _GOAL in r.text and len(r.text) <= _LONGEST_LABEL]
    texts = [r for r in held if r not in labels]
    if len(labels) != 1 or not texts or min(r.x0 for r in texts) < labels[0].x1:
        return []
    return [labels, texts]


def _band(row: Sequence[Run], bounds: Sequence[float]) -> Band:
    band = Band()
    line: dict[int, list[Run]] = {}
    for piece in (p for r in row for p in cut_run(r, bounds)):
        line.setdefault(column_of(piece, bounds), []).append(piece)
    band.add(line, (min(r.middle for r in row) + max(r.middle for r in row)) / 2)
    return band


def _grid(goals: Rows, blocks: Sequence[list[Run]], bands: Sequence[Band], bounds: Sequence[float], page: int) -> Grid:
    width = len(bounds) - 1
    spans: list[list[tuple[int, int, Sequence[Run]]]] = []
    if goals:
        x = min(r.x0 for r in goals[1])
        split = max(sum(b < x + 2 for b in bounds[1:-1]), 1)
        spans.append([(0, split, goals[0]), (split, width, goals[1])])
    spans.append([(c, c + 1, block) for c, block in enumerate(blocks)])
    spans += [[(c, c + 1, band.cells.get(c, [])) for c in range(width)] for band in bands]
    tops = [min(r.y0 for _, _, runs in row for r in runs) for row in spans]
    lows = [max(r.y1 for _, _, runs in row for r in runs) for row in spans]
    ys = [tops[0] - 1, *((a + b) / 2 for a, b in zip(lows, tops[1:], strict=False)), lows[-1] + 1]
    cells = [
        GridCell(
            i, first, i + 1, end, join_cell(runs) if runs else "", (bounds[first], ys[i], bounds[end], ys[i + 1]),
            confidence_of(runs),
        )
        for i, row in enumerate(spans)
        for first, end, runs in row
    ]  # fmt: skip
    return Grid(page, (bounds[0], ys[0], bounds[-1], ys[-1]), tuple(bounds), tuple(ys), tuple(cells), ruled=False)
