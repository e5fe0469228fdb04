"""The headings of a table without vertical rules: where they end, and which are the lowest."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from indexer.tables.lattice import Axis
from indexer.tables.levels import Block, lowest, side_of
from indexer.tables.runs import Run, group_lines
from indexer.tables.stub import blocks_of, pieces_of
from indexer.tables.words import is_figure, is_number_row, is_sentence

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


def lowest_headings(
    heads: Sequence[Run], numbered: Sequence[Run], rules: Sequence[Axis], columns: int = 0
) -> list[tuple[float, float]]:
    """Stretches of the lowest headings, left to right: those with no rule and no other headings of theirs below.

    `columns`: how many stretches of text stand below, where no rule tells the levels of headings.
    """
    blocks = [Block.of(b) for b in blocks_of([r for r in heads if r not in numbered])]
    low = max((b.bottom for b in blocks), default=0.0)
    left = [b for b in blocks if not any(b.bottom < r.at < low and _covers(r, b.centre) for r in rules)]
    if len(left) == len(blocks):
        left = lowest(blocks, columns, side_of(blocks))
    return sorted((b.x0, b.x1) for b in left)


def _covers(rule: Axis, x: float) -> bool:
    return any(a <= x <= b for a, b in rule.stretches)
