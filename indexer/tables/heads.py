"""The headings of a table without vertical rules: where they end, and which are the lowest."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from indexer.tables.columns import Stretch
from indexer.tables.lattice import Axis
from indexer.tables.levels import MOST, Block, lowest, side_of
from indexer.tables.runs import Run, group_lines
from indexer.tables.stub import blocks_of, pieces_of
from indexer.tables.words import is_figure, is_number_row, is_row_of_figures, is_sentence

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
        if any(_has_figures(line) for line in lines if line not in marks):
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


def _has_figures(line: Sequence[Run]) -> bool:
    texts = ["".join(r.text for r in piece) for piece in pieces_of(line)]
    return is_figure(texts[0]) or is_row_of_figures(texts)


def _widest(runs: Sequence[Run]) -> int:
    """The most texts that stand side by side."""
    return max((len(pieces_of(line, gap=1.0)) for line in group_lines(runs)), default=0)


def lowest_headings(
    heads: Sequence[Run],
    numbered: Sequence[Run],
    rules: Sequence[Axis],
    below: Sequence[Stretch] = (),
) -> list[Stretch]:
    """Stretches of the lowest headings, left to right: those with no rule and no other headings of theirs below.

    `below`: the stretches of the body's text, by which the levels of headings without rules are told.
    """
    rivers = [x for a, b in itertools.pairwise(below) for x in (a[1] + 0.5, (a[1] + b[0]) / 2, b[0] - 0.5)]
    blocks = [Block.of(b) for b in blocks_of([r for r in heads if r not in numbered], () if rules else rivers)]
    low = max((b.bottom for b in blocks), default=0.0)
    left = [b for b in blocks if not any(b.bottom < r.at < low and _covers(r, b.centre) for r in rules)]
    if len(left) == len(blocks):
        near = below if len(blocks) <= MOST else ()
        wide = {_widened(b, blocks, near): b for b in blocks}
        left = [wide[b] for b in lowest(list(wide), max(len(below), len(numbered)), side_of(blocks))]
    return sorted((b.x0, b.x1) for b in left)


def _widened(block: Block, blocks: Sequence[Block], below: Sequence[Stretch]) -> Block:
    """A heading with the text it alone stands directly above."""
    x0, x1 = block.x0, block.x1
    for a, b in below:
        over = [c for c in blocks if c.x0 < b and a < c.x1]
        if block in over and all(c is block or c.bottom < block.top for c in over):
            x0, x1 = min(x0, a), max(x1, b)
    return replace(block, x0=x0, x1=x1)


def _covers(rule: Axis, x: float) -> bool:
    return any(a <= x <= b for a, b in rule.stretches)
