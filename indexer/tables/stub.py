"""Headings of a table without vertical rules: which stand over which columns, and on which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.tables.lattice import Axis
from indexer.tables.levels import Block, Children, find_children, lowest, side_of
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
    strips = _strips(inner, ys, segments, bounds)
    out: list[Heading] = []
    edges = [top, *ys, bottom]
    for a, b, columns in strips:
        held = [
            r
            for r in runs
            if edges[a] <= r.middle < edges[b + 1] and bounds[columns[0]] - 2 <= _mid(r) <= bounds[columns[-1] + 1] + 2
        ]
        if b == bands - 1:
            sub, _ = _unruled(held, bounds[columns[0] : columns[-1] + 2])
            out.extend(_shifted(sub, columns[0], a, b))
        else:
            lower = [r for r in runs if r.middle >= edges[b + 1]]
            out.extend(_parents(held, lower, columns, bounds, a, b))
    return out, bands


def _strips(
    inner: Sequence[Axis], ys: Sequence[float], segments: Sequence[list[tuple[int, int]]], bounds: Sequence[float]
) -> list[tuple[int, int, list[int]]]:
    """(first band, last band, columns) of neighbours that share a piece of rule below them, or none at all."""
    out: list[tuple[int, int, list[int]]] = []
    before: dict[tuple[int, int, float], list[int]] = {}
    for c, spans in enumerate(segments):
        here: dict[tuple[int, int, float], list[int]] = {}
        for a, b in spans:
            piece = _piece_below(inner, ys[b], (bounds[c] + bounds[c + 1]) / 2) if b < len(ys) else 0.0
            columns = before.get((a, b, piece))
            if columns is None:
                columns = []
                out.append((a, b, columns))
            columns.append(c)
            here[(a, b, piece)] = columns
        before = here
    return out


def _piece_below(inner: Sequence[Axis], y: float, x: float) -> float:
    """Where the drawn stretch at a height begins that lies under a place."""
    starts = [s for r in inner if abs(r.at - y) < 1 for s, e in r.stretches if s - 1 <= x <= e + 1]
    return round(min(starts), 1) if starts else 0.0


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
            if run.x0 - end < gap * run.size and not (parted and (len(run.chars) > 1 or len(out[-1][-1].chars) > 1)):
                out[-1].append(run)
                continue
        out.append([run])
    return out


def _extent(block: Sequence[Run]) -> tuple[float, float]:
    return min(r.x0 for r in block), max(r.x1 for r in block)


def _parents(
    runs: Sequence[Run], lower: Sequence[Run], columns: Sequence[int], bounds: Sequence[float], top: int, bottom: int
) -> list[Heading]:
    """Headings shared out over the columns below them: each over those it begins with, ends with or is the middle of."""
    blocks = _spaced(sorted(blocks_of(runs), key=_extent))
    if not blocks:
        return []
    if len(blocks) > len(columns):
        return [Heading(columns[0], columns[-1], top, bottom, join_cell(runs))]
    cuts = _flush(blocks, lower, columns, bounds)
    if cuts is None:
        centres = [sum(_extent(b)) / 2 for b in blocks]
        cuts = _partition(centres, [bounds[c] for c in columns] + [bounds[columns[-1] + 1]])
    return [
        Heading(columns[a], columns[b - 1], top, bottom, join_cell(block))
        for block, a, b in zip(blocks, cuts, cuts[1:], strict=False)
    ]


def _spaced(blocks: list[list[Run]]) -> list[list[Run]]:
    """Blocks left to right, with the two characters of a word set apart (收　入) as one."""
    out: list[list[Run]] = []
    for block in blocks:
        near = bool(out) and block[0].x0 - out[-1][0].x1 < _SPACED * block[0].size
        if near and _single(block) and _single(out[-1]):
            out[-1].extend(block)
            continue
        out.append(block)
    return out


def _single(block: Sequence[Run]) -> bool:
    return sum(len(r.chars) for r in block) == 1 and block[0].text >= "⺀"


_NEAR = 2.5
_SPACED = 5.0


def _flush(
    blocks: Sequence[Sequence[Run]], lower: Sequence[Run], columns: Sequence[int], bounds: Sequence[float]
) -> list[int] | None:
    """Cuts of the columns where every heading begins exactly where the first heading below it does, or ends so."""
    held = [[r for r in lower if bounds[c] - 2 <= _mid(r) <= bounds[c + 1] + 2] for c in columns]
    starts = [min((r.x0 for r in h), default=-1e9) for h in held]
    ends = [max((r.x1 for r in h), default=-1e9) for h in held]
    if len(blocks) < 2:
        return None
    left = [next((i for i, x in enumerate(starts) if abs(x - _extent(b)[0]) < _NEAR), None) for b in blocks]
    if left[0] == 0 and None not in left and len(set(left)) == len(left):
        return [*(i for i in left if i is not None), len(columns)]
    right = [next((i for i, x in enumerate(ends) if abs(x - _extent(b)[1]) < _NEAR), None) for b in blocks]
    if right[-1] == len(columns) - 1 and None not in right and len(set(right)) == len(right):
        return [0, *(i + 1 for i in right if i is not None)]
    return None


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
    """Headings without rules among them: each lowest one over its column, the others over the columns below them."""
    width = len(bounds) - 1
    texts = {Block.of(b): b for b in blocks_of(runs, bounds)}
    own: list[list[Run]] = [[] for _ in range(width)]
    columns: dict[Block, int] = {}
    side = side_of(list(texts))
    for block in lowest(list(texts), width, side):
        column = next((c for c in range(width) if bounds[c] <= block.centre < bounds[c + 1]), None)
        if column is not None:
            columns[block] = column
            own[column].extend(texts[block])
    wide = {b: b for b in texts if b not in columns}
    wide |= {replace(b, x0=bounds[c], x1=bounds[c + 1]): b for b, c in columns.items()}
    children = {wide[p]: [wide[c] for c in under] for p, under in find_children(list(wide), width, side).items()}
    children = {p: under for p, under in children.items() if p not in columns}
    depths = {b: _depth(b, children) for b in texts}
    bands = max(depths.values(), default=0) + 1
    out = [Heading(c, c, 0, bands - 1, join_cell(r)) for c, r in enumerate(own) if r]
    for parent in children:
        held = [columns[b] for b in _leaves(parent, children) if b in columns]
        if not held:
            continue
        out = [
            replace(h, top=max(h.top, depths[parent] + 1)) if min(held) <= h.first and h.last <= max(held) else h
            for h in out
        ]
        out.append(Heading(min(held), max(held), depths[parent], depths[parent], join_cell(texts[parent])))
    return out, bands


def _depth(block: Block, children: Children) -> int:
    """How many headings stand over one."""
    over = next((p for p, under in children.items() if block in under), None)
    return 0 if over is None else 1 + _depth(over, children)


def _leaves(block: Block, children: Children) -> list[Block]:
    if block not in children:
        return [block]
    return [leaf for c in children[block] for leaf in _leaves(c, children)]
