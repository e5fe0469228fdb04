"""Tables without any rule: lines of several texts under a line of headings, figures in steady columns."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.tables.regions import Region, stands_between
from indexer.tables.runs import Run, group_lines
from indexer.tables.stub import pieces_of
from indexer.tables.words import is_figure, is_number_row, is_sentence

_FEWEST_ROWS = 3
_FEWEST_TEXTS = 3
_HEAD_LINES = 6
_NEAR = 3.5
"""Sizes that may lie between two lines of one table."""

Lines = list[list[Run]]


def find_blocks(runs: Sequence[Run]) -> list[tuple[Region, list[Run], list[Run], list[Run]]]:
    """(region, headings, column numbers, body) of each stretch of lines that looks like a table."""
    lines = group_lines(runs)
    kinds = [_kind(line) for line in lines]
    out: list[tuple[Region, list[Run], list[Run], list[Run]]] = []
    i = 0
    while i < len(lines):
        if kinds[i] != "figures":
            i += 1
            continue
        end = _body_end(lines, kinds, i)
        start, numbers = _head_start(lines, kinds, i)
        if sum(k == "figures" for k in kinds[i:end]) >= _FEWEST_ROWS and start < i:
            heads = [r for line in lines[start:i] for r in line]
            marks = lines[numbers] if numbers is not None else []
            body = [r for line in lines[i:end] for r in line]
            if _widest(lines[start:i]) >= _FEWEST_TEXTS:
                out.append((_region(heads, body), heads, marks, body))
        i = end
    return out


def _kind(line: Sequence[Run]) -> str:
    """What a line could be in a table: "figures", "numbers", "texts", or "" for none."""
    pieces = ["".join(r.text for r in p) for p in pieces_of(line, gap=1.0)]
    if is_number_row(pieces) and len(pieces) >= _FEWEST_TEXTS:
        return "numbers"
    if any(is_sentence(t) or stands_between(t) or "...." in t or "…" in t for t in pieces):
        return ""
    if len(pieces) >= 2 and any(is_figure(t) for t in pieces[1:]):
        return "figures"
    return "texts"


def _body_end(lines: Lines, kinds: Sequence[str], start: int) -> int:
    """The line after the last row: rows follow closely, lines without figures only between rows."""
    end = start + 1
    for i in range(start + 1, len(lines)):
        if not kinds[i] or lines[i][0].middle - lines[i - 1][0].middle > _NEAR * lines[i][0].size:
            break
        if kinds[i] == "figures":
            end = i + 1
        elif i - end >= 2:
            break
    return end


def _head_start(lines: Lines, kinds: Sequence[str], body: int) -> tuple[int, int | None]:
    """The first line of headings above a body, and the line of column numbers among them."""
    numbers: int | None = None
    start = body
    for i in range(body - 1, max(body - 1 - _HEAD_LINES, -1), -1):
        near = lines[i + 1][0].middle - lines[i][0].middle < _NEAR * lines[i][0].size
        if not near or kinds[i] not in ("texts", "numbers"):
            break
        if kinds[i] == "numbers":
            numbers = i
        elif len(pieces_of(lines[i], gap=1.0)) < 2:
            continue  # a heading of its own height between two levels, or the title above them all
        start = i
    return start, numbers


def _widest(lines: Lines) -> int:
    return max((len(pieces_of(line, gap=1.0)) for line in lines), default=0)


def _region(heads: Sequence[Run], body: Sequence[Run]) -> Region:
    every = [*heads, *body]
    left, right = min(r.x0 for r in every) - 2, max(r.x1 for r in every) + 2
    return Region((), left, right, max(r.y1 for r in every) + 1)
