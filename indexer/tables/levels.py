"""Levels of headings where no rule shows them: a heading with two or more lower ones under it is their parent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.tables.runs import Run

_TWO_LEVELS = 3
"""Heights that headings of two levels stand at: the levels, and between them what spans both."""


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


def lowest(blocks: Sequence[Block]) -> list[Block]:
    """The headings that head a column themselves."""
    left = list(blocks)
    heights = {round(b.bottom / (0.5 * b.size)) for b in blocks}
    for _ in range(1 if len(heights) <= _TWO_LEVELS else 2):
        left = _without_top(left)
    return left


def _without_top(blocks: list[Block]) -> list[Block]:
    """Headings less those of the highest level that have two or more lower ones under them."""
    if not blocks:
        return blocks
    top = min(b.bottom for b in blocks)
    highest = [b for b in blocks if b.bottom < top + 0.3 * b.size]
    lower = [b for b in blocks if b.top > top + 0.9 * b.size]
    fence = sorted((b for b in blocks if b not in lower), key=lambda b: b.x0)
    gone: list[Block] = []
    for block in highest:
        i = fence.index(block)
        start = fence[i - 1].x1 if i else -1e9
        end = fence[i + 1].x0 if i + 1 < len(fence) else 1e9
        if sum(start < b.centre < end for b in lower) >= 2:
            gone.append(block)
    return [b for b in blocks if b not in gone]
