"""Levels of headings where no rule shows them: a heading stands over the middle of those that it is the parent of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.tables.runs import Run

_LEVEL = 0.45
"""Part of the size within which headings stand at one height."""
_ORPHAN = (15.0, 4.0, 45.0, 0.5)
"""What it may cost, in points off the middle, to leave out a lower heading that could be under one."""
_FARTHEST, _FARTHER = 5.0, 12.0
"""Sizes that a parent may stand off the middle of its children, and where nothing nearer gives the columns known: their
own headings stand in the middle of columns that may be of very different widths."""
MOST = 80
"""Headings of one table; with more it is none."""
_FLUSH, _BESIDE = 1.0, 0.8
"""Points within which two headings are flush, and sizes that a heading keeps from its column's side."""

Side = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class Block:
    """Where a heading stands."""

    x0: float
    x1: float
    top: float
    bottom: float
    size: float

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Block:
        middles = [r.middle for r in runs]
        return cls(min(r.x0 for r in runs), max(r.x1 for r in runs), min(middles), max(middles), runs[0].size)

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


Children = dict[Block, list[Block]]
"""Parents, each with the headings of the next level under it, left to right."""


def find_children(blocks: Sequence[Block], columns: int = 0, side: Side = "middle") -> Children:
    """Who is whose parent, on any number of levels; headings that are no key head a column themselves.

    `columns`: how many are known to do so. How far parents may stand off the middle is tried until that is met.
    """
    first = _children(blocks, _ORPHAN[0], side)
    if not columns or len(blocks) - len(first) == columns:
        return first
    others = (_children(blocks, orphan, side, far) for far in (_FARTHEST, _FARTHER) for orphan in _ORPHAN)
    return next((t for t in others if len(blocks) - len(t) == columns), first)


def side_of(blocks: Sequence[Block]) -> Side:
    """Which side of their columns headings stand at, by those on top: just where a lower one begins, or ends."""
    if not blocks:
        return "middle"
    highest = min(b.middle for b in blocks)
    top = [b for b in blocks if b.middle < highest + _LEVEL * b.size]
    rest = [b for b in blocks if b not in top]
    over = [any(b.x0 < c.x1 and c.x0 < b.x1 for c in rest) for b in top]
    if sum(over) < 2:
        return "middle"
    if [any(abs(b.x0 - c.x0) < _FLUSH for c in rest) for b in top] == over:
        return "left"
    return "right" if [any(abs(b.x1 - c.x1) < _FLUSH for c in rest) for b in top] == over else "middle"


def _children(blocks: Sequence[Block], orphan: float, side: Side, far: float = _FARTHEST) -> Children:
    out: Children = {}
    if len(blocks) > MOST:
        return out
    left = sorted(blocks, key=lambda b: b.centre)
    while left:
        highest = min(b.middle for b in left)
        level = [b for b in left if b.middle < highest + _LEVEL * b.size]
        left = [b for b in left if b not in level]
        beside = _beside(left)
        left = lower = [b for b in left if b not in beside]
        fences = sorted([*level, *beside], key=lambda b: b.centre)
        for parent, under in _shared_out(fences, lower, beside, orphan, side, far):
            out[parent] = under
    return _next_levels(out)


def _beside(lower: Sequence[Block]) -> list[Block]:
    """Headings that stand between the heights of two levels, with none of the lower ones in their columns."""
    heights: list[float] = []
    for block in sorted(lower, key=lambda b: b.middle):
        if not heights or block.middle > heights[-1] + _LEVEL * block.size:
            heights.append(block.middle)
    if len(heights) != 2:
        return []
    between = [b for b in lower if b.middle < heights[1] - 0.1]
    lowest = [b for b in lower if b not in between]
    return between if not any(b.x0 < c.x1 and c.x0 < b.x1 for b in between for c in lowest) else []


def lowest(blocks: Sequence[Block], columns: int = 0, side: Side = "middle") -> list[Block]:
    """The headings that head a column themselves; `columns` of them where that is known."""
    parents = find_children(blocks, columns, side)
    return [b for b in blocks if b not in parents]


def _next_levels(found: Children) -> Children:
    """Children that are under a lower parent too, left to that one."""
    out: Children = {}
    for parent, under in found.items():
        deeper = {id(c) for p in under if p in found for c in found[p]}
        out[parent] = [c for c in under if id(c) not in deeper]
    return out


def _shared_out(
    level: Sequence[Block], lower: Sequence[Block], childless: Sequence[Block], orphan: float, side: Side, far: float
) -> list[tuple[Block, list[Block]]]:
    """Neighbouring lower headings for each heading of a height, at the least sum of distances from their middles.

    One without any below it takes none: then no lower heading stands in its column.
    """
    width = len(lower)
    best = [orphan * j for j in range(width + 1)]
    came: list[list[tuple[int, int]]] = []
    for block in level:
        free, after = _skipping(best, orphan)
        best = [1e9] * (width + 1)
        came.append([(0, 0)] * (width + 1))
        for end in range(width + 1):
            for start in range(end + 1) if block not in childless else (end,):
                off = _cost(block, lower[start:end], side, far) if end > start else _alone(block, lower, end)
                if (cost := free[start] + off) < best[end]:
                    best[end], came[-1][end] = cost, (after[start], start)
    free, after = _skipping(best, orphan)
    end = after[width]
    out: list[tuple[Block, list[Block]]] = []
    for i in range(len(level) - 1, -1, -1):
        skipped, start = came[i][end]
        if end > start:
            out.append((level[i], list(lower[start:end])))
        end = skipped
    return out[::-1]


def _skipping(best: Sequence[float], orphan: float) -> tuple[list[float], list[int]]:
    """The least cost up to each place when lower headings may be left out before it, and the place left."""
    free, after = [best[0]], [0]
    for j in range(1, len(best)):
        skipped = free[-1] + orphan
        free.append(min(best[j], skipped))
        after.append(j if best[j] <= skipped else after[-1])
    return free, after


def _cost(block: Block, under: Sequence[Block], side: Side, far: float) -> float:
    """How far a heading stands off the middle, or the left side, of those under it."""
    if side != "middle":
        off = abs(under[0].x0 - block.x0 if side == "left" else under[-1].x1 - block.x1)
        return off if off < _BESIDE * block.size else 1e6
    if len(under) == 1:
        return abs(under[0].centre - block.centre) + 2.0 if under[0].x0 < block.centre < under[0].x1 else 1e6
    off = abs((under[0].x0 + under[-1].x1) / 2 - block.centre)
    return off if off < far * block.size else 1e6


def _alone(block: Block, lower: Sequence[Block], place: int) -> float:
    """How far a heading without any under it reaches into the columns of lower ones."""
    before = lower[place - 1].x1 - block.x0 if place else 0.0
    after = block.x1 - lower[place].x0 if place < len(lower) else 0.0
    return 2 * max(before, after, 0.0)
