"""Headings of a table without vertical rules: which stand over which columns, and on which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.tables.lattice import Axis
from indexer.tables.levels import Block, lowest
from indexer.tables.runs import Run, group_lines, join_cell


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading over columns `first`..`last`, on bands `top`..`bottom` (both inclusive)."""

    first: int
    last: int
    top: int
    bottom: int
    text: str


def read_headings(
    runs: Sequence[Run], rules: Sequence[Axis], top: float, bottom: float, bounds: Sequence[float]
) -> tuple[list[Heading], int]:
    """Headings between `top` and `bottom`, and the number of bands they stand on."""
    lowest = max((r.middle for r in runs), default=bottom)
    inner = [r for r in rules if top + 3 < r.at < min(bottom - 3, lowest)]
    ys = sorted({round(r.at, 1) for r in inner})
    if not ys:
        return _unruled(runs, bounds)
    bands = len(ys) + 1
    width = len(bounds) - 1
    ruled = [[_ruled(inner, y, bounds[c], bounds[c + 1]) for c in range(width)] for y in ys]
    segments = [_segments([row[c] for row in ruled]) for c in range(width)]
    strips: dict[tuple[int, int, int], list[int]] = {}
    for c in range(width):
        for a, b in segments[c]:
            start = c
            while start and (a, b) in segments[start - 1]:
                start -= 1
            strips.setdefault((start, a, b), []).append(c)
    out: list[Heading] = []
    edges = [top, *ys, bottom]
    for (_, a, b), columns in strips.items():
        held = [
            r
            for r in runs
            if edges[a] <= r.middle < edges[b + 1] and bounds[columns[0]] - 2 <= _mid(r) <= bounds[columns[-1] + 1] + 2
        ]
        if b == bands - 1:
            sub, _ = _unruled(held, bounds[columns[0] : columns[-1] + 2])
            out.extend(_shifted(sub, columns[0], a, b))
        else:
            out.extend(_parents(held, columns, bounds, a, b))
    return out, bands


def _ruled(inner: Sequence[Axis], y: float, x0: float, x1: float) -> bool:
    return any(abs(r.at - y) < 1 and r.drawn(x0 + 1, x1 - 1) for r in inner)


def _segments(ruled: Sequence[bool]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    start = 0
    for i, line in enumerate(ruled):
        if line:
            out.append((start, i))
            start = i + 1
    out.append((start, len(ruled)))
    return out


def _shifted(headings: list[Heading], column: int, top: int, bottom: int) -> list[Heading]:
    """Headings of a strip of columns put back where the strip stands."""
    return [Heading(h.first + column, h.last + column, top, bottom, h.text) for h in headings]


def _mid(run: Run) -> float:
    return (run.x0 + run.x1) / 2


def blocks_of(runs: Sequence[Run], bounds: Sequence[float] = ()) -> list[list[Run]]:
    """Runs of one wrapped heading together: lines one below the other whose stretches overlap.

    With `bounds`, neighbours on a line stay apart where a column ends between them.
    """
    blocks: list[list[Run]] = []
    for line in group_lines(runs):
        for piece in pieces_of(line, bounds):
            x0, x1 = _extent(piece)
            home = None
            for block in blocks:
                last = [r for r in block if r.middle > block[-1].middle - 0.5 * block[-1].size]
                a, b = _extent(last)
                step = piece[0].middle - block[-1].middle
                if 0.4 * piece[0].size <= step < 1.7 * piece[0].size and min(b, x1) - max(a, x0) > 0.5 * min(
                    b - a, x1 - x0
                ):
                    home = block
            if home is None:
                blocks.append(list(piece))
            else:
                home.extend(piece)
    return blocks


def pieces_of(line: Sequence[Run], bounds: Sequence[float] = (), gap: float = 0.6) -> list[list[Run]]:
    """A line's runs by the texts they belong to."""
    out: list[list[Run]] = []
    for run in line:
        if out:
            end = out[-1][-1].x1
            parted = any(end - 1 < b < run.x0 + 1 for b in bounds)
            if run.x0 - end < gap * run.size and not parted:
                out[-1].append(run)
                continue
        out.append([run])
    return out


def _extent(block: Sequence[Run]) -> tuple[float, float]:
    return min(r.x0 for r in block), max(r.x1 for r in block)


def _parents(
    runs: Sequence[Run], columns: Sequence[int], bounds: Sequence[float], top: int, bottom: int
) -> list[Heading]:
    """Headings with a rule below them shared out over the columns: each over those it stands in the middle of."""
    blocks = sorted(blocks_of(runs), key=_extent)
    if not blocks:
        return []
    if len(blocks) > len(columns):
        return [Heading(columns[0], columns[-1], top, bottom, join_cell(runs))]
    centres = [sum(_extent(b)) / 2 for b in blocks]
    cuts = _partition(centres, [bounds[c] for c in columns] + [bounds[columns[-1] + 1]])
    return [
        Heading(columns[a], columns[b - 1], top, bottom, join_cell(block))
        for block, a, b in zip(blocks, cuts, cuts[1:], strict=False)
    ]


def _partition(centres: Sequence[float], bounds: Sequence[float]) -> list[int]:
    """Cuts of the columns into one group a heading, so that the middles of groups lie nearest to the headings."""
    width, count = len(bounds) - 1, len(centres)
    infinite = float("inf")
    best = [[infinite] * (width + 1) for _ in range(count + 1)]
    came = [[0] * (width + 1) for _ in range(count + 1)]
    best[0][0] = 0.0
    for k in range(1, count + 1):
        for end in range(k, width + 1):
            for start in range(k - 1, end):
                cost = best[k - 1][start] + abs((bounds[start] + bounds[end]) / 2 - centres[k - 1])
                if cost < best[k][end]:
                    best[k][end], came[k][end] = cost, start
    cuts = [width]
    for k in range(count, 0, -1):
        cuts.append(came[k][cuts[-1]])
    return cuts[::-1]


def _unruled(runs: Sequence[Run], bounds: Sequence[float]) -> tuple[list[Heading], int]:
    """Headings without rules among them: a text over one column is its own, one over several their parent."""
    width = len(bounds) - 1
    own: list[list[Run]] = [[] for _ in range(width)]
    wide: list[list[Run]] = []
    blocks = blocks_of(runs, bounds)
    placed = [Block.of(b) for b in blocks]
    heading_columns = lowest(placed)
    for n, block in enumerate(blocks):
        x0, x1 = _extent(block)
        centre = (x0 + x1) / 2
        column = next((c for c in range(width) if bounds[c] <= centre < bounds[c + 1]), None)
        if column is None:
            continue
        over = x0 < bounds[column] - 2 or x1 > bounds[column + 1] + 2
        lower = any(b.top > placed[n].bottom + 0.4 * b.size for b in placed)
        if lower and (over or placed[n] not in heading_columns):
            wide.append(block)
        else:
            own[column].extend(block)
    if not wide:
        return [Heading(c, c, 0, 0, join_cell(r)) for c, r in enumerate(own) if r], 1
    level = max(max(r.middle for r in b) for b in wide)
    floor = max(min(r.middle for r in held) for held in own if held)
    below = [c for c in range(width) if own[c] and min(r.middle for r in own[c]) > level + 0.75 * (floor - level)]
    out = [Heading(c, c, 1 if c in below else 0, 1, join_cell(r)) for c, r in enumerate(own) if r]
    for group in _runs_of(below):
        held = [b for b in wide if bounds[group[0]] <= sum(_extent(b)) / 2 <= bounds[group[-1] + 1]]
        flat = [r for b in held for r in b]
        out.extend(_parents(flat, group, bounds, 0, 0))
    return out, 2


def _runs_of(columns: Sequence[int]) -> list[list[int]]:
    out: list[list[int]] = []
    for c in columns:
        if out and out[-1][-1] == c - 1:
            out[-1].append(c)
        else:
            out.append([c])
    return out
