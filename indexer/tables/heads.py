"""The headings of a table without vertical rules: where they end, and which are the lowest."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.tables.lattice import Axis
from indexer.tables.runs import Run, group_lines
from indexer.tables.stub import blocks_of, pieces_of
from indexer.tables.words import is_figure, is_number_row, is_sentence

_TWO_LEVELS = 3
"""Heights that headings of two levels stand at: the levels, and between them what spans both."""
_HEAD_LINES = 4
"""Headings between two rules have at most this many lines."""


def find_head_end(full: Sequence[Axis], inside: Sequence[Run]) -> tuple[float | None, list[Run]]:
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


def lowest_headings(heads: Sequence[Run], numbered: Sequence[Run], rules: Sequence[Axis]) -> list[tuple[float, float]]:
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
