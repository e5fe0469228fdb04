"""Tables without any rule: lines of several texts under a line of headings, figures in steady columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.tables.regions import Region, stands_between
from indexer.tables.runs import Run, group_lines
from indexer.tables.stub import pieces_of
from indexer.tables.words import (
    is_bare_date,
    is_date_line,
    is_department_line,
    is_emptiness,
    is_figure,
    is_note,
    is_number_row,
    is_page_number,
    is_row_of_figures,
    is_sentence,
    is_unit_line,
)
from indexer.text import fold

_FEWEST_ROWS = 3
_FEWEST_TEXTS = 3
_HEAD_LINES, _AFTER = 9, 12
_NEAR = 3.5
"""Sizes that may lie between two lines of one table."""
_ONE_ROW, _LINE = 0.95, 1.45
"""Sizes within which a line above the first figures is a part of their row, and between lines of one label."""
_TITLE = re.compile(r"^[^，,；;：:]{4,40}表(?:[（(][^（()）]{1,12}[)）])?$")
_LARGER, _SLIGHTLY = 1.2, 1.05
_FLUSH = 2.0
_TOP = 4
_INDENT = 6.0
"""Sizes from the left side where no paragraph begins."""
_LABEL = re.compile(r"^(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.]|其中[:：])")
"""How a row's label begins, and no heading."""

_CELLS = 0.6
"""Part of the size that lies between texts of two cells; more parts those of a heading or of prose."""

Lines = list[list[Run]]


@dataclass(frozen=True, slots=True)
class Found:
    """Lines that look like a table. `announced`: a line with the unit stands directly above its headings;
    `again`: they are those of the table before."""

    region: Region
    heads: list[Run]
    numbered: list[Run]
    body: list[Run]
    announced: bool
    again: bool = False


def find_blocks(runs: Sequence[Run], known: str = "") -> list[Found]:
    """Each stretch of lines that looks like a table, top to bottom. `known`: headings that may be repeated here."""
    lines = group_lines(runs)
    kinds = [_kind(line) for line in lines]
    again = _repeated(lines, kinds, known) if known else None
    out: list[Found] = []
    i = 0
    while i < len(lines):
        announced = (i > 0 and kinds[i - 1] in ("unit", "title")) or i == again
        if announced or kinds[i] == "figures":
            start = i
            found, i = _announced(lines, kinds, i) if announced else _plain(lines, kinds, i)
            if found is not None:
                out.append(replace(found, again=start == again))
        else:
            i += 1
    return out


def _repeated(lines: Lines, kinds: Sequence[str], known: str) -> int | None:
    """The first of a page's uppermost lines from which only headings of the table before follow, three or more."""
    for start in range(min(_TOP, len(lines))):
        texts: list[str] = []
        for line, kind in zip(lines[start : start + _HEAD_LINES], kinds[start:], strict=False):
            pieces = [fold(_text(p)) for p in pieces_of(line)]
            if kind != "texts" or not all(t in known for t in pieces):
                break
            texts += pieces
        if len(texts) >= _FEWEST_TEXTS:
            return start
    return None


def _plain(lines: Lines, kinds: Sequence[str], i: int) -> tuple[Found | None, int]:
    """The table around the first line with figures, which nothing but its own lines tells of."""
    end = _body_end(lines, kinds, i)
    start, numbers = _head_start(lines, kinds, i)
    if sum(k == "figures" for k in kinds[i:end]) < _FEWEST_ROWS or start == i:
        return None, end
    return _found(lines, start, i, end, numbers, announced=False), end


def _announced(lines: Lines, kinds: Sequence[str], start: int) -> tuple[Found | None, int]:
    """The table whose headings begin at `start`, below a line with its unit."""
    end = start
    left = min(r.x0 for line in lines[start : start + _HEAD_LINES] for r in line)
    while end < len(lines) and (kinds[end] in _WITHIN or _is_cell(lines[end], kinds[end], left)):
        line = lines[end]
        if end > start and (line[0].middle - lines[end - 1][0].middle > 2 * _NEAR * line[0].size):
            break
        last = end + 1 == len(lines)
        larger = line[0].size > _LARGER * lines[start][0].size
        if len(line) == 1 and (larger or (last and is_page_number(line[0].text))):
            break
        end += 1
    if end == start:
        return None, start + 1
    limit = end
    for _ in range(_AFTER):
        if end - 1 > start and _is_after(lines[end - 1], lines[end - 2], lines[start:end]):
            end -= 1
    first = next((i for i in range(start, end) if kinds[i] == "numbers"), None)
    body = first + 1 if first is not None else _first_row(lines, kinds, start, end)
    if body == end and (start == 0 or kinds[start - 1] != "unit"):
        return None, limit
    return _found(lines, start, body, end, first, announced=True), limit


def _is_after(line: Sequence[Run], above: Sequence[Run], lines: Lines) -> bool:
    """Whether the last line of a stretch is one text that follows the table: larger, or where no row begins."""
    if len(pieces_of(line, gap=1.0)) > 1 or line[0].middle - above[0].middle < _LINE * line[0].size:
        return False
    rows = [x for x in lines if len(x) > 1]
    larger = bool(rows) and line[0].size > _SLIGHTLY * min(x[0].size for x in rows)
    return larger or not any(abs(r.x0 - line[0].x0) < _FLUSH for x in rows for r in x)


_WITHIN = ("texts", "figures", "numbers")


def _is_cell(line: Sequence[Run], kind: str, left: float) -> bool:
    """Whether a line with a sentence is one of a cell: beside others, or away from the left side."""
    texts = [_text(p) for p in pieces_of(line, gap=1.0)]
    return (
        kind == "sentence" and (len(texts) > 1 or line[0].x0 > left + _INDENT * line[0].size) and not is_note(texts[0])
    )


def _first_row(lines: Lines, kinds: Sequence[str], start: int, end: int) -> int:
    """The first line of rows: that of the first figures, or one above it that holds labels of rows."""
    body = next((i for i in range(start, end) if kinds[i] == "figures" or _is_row(lines[i])), end)
    for i in range(start + 1, body):
        if any(_LABEL.match(_text(p)) for p in pieces_of(lines[i], gap=1.0)):
            return i
    if body == end:
        return body
    near, x0 = _ONE_ROW, lines[body][0].x0
    while body - 1 > start and _goes_on(lines[body - 1], lines[body], near, x0):
        body, near, x0 = body - 1, _LINE, lines[body - 1][0].x0
    return body


def _goes_on(line: Sequence[Run], below: Sequence[Run], near: float, x0: float) -> bool:
    """Whether a line is the upper part of a label whose figures or next line stand below."""
    close = below[0].middle - line[0].middle < near * line[0].size
    return close and len(line) <= 2 and (near == _ONE_ROW or abs(line[0].x0 - x0) < 1)


def _is_row(line: Sequence[Run]) -> bool:
    """Whether a line begins with a serial number, or has a figure beside a sentence."""
    texts = [_text(p) for p in pieces_of(line, gap=_CELLS)]
    return len(texts) >= _FEWEST_TEXTS and (texts[0] == "1" or any(is_figure(t) for t in texts[1:]))


def _text(piece: Sequence[Run]) -> str:
    return "".join(r.text for r in piece)


def _found(lines: Lines, start: int, body: int, end: int, numbers: int | None, *, announced: bool) -> Found | None:
    above = [line for i, line in enumerate(lines[start:body], start) if i != numbers]
    heads = [r for line in lines[start:body] for r in line]
    rows = [r for line in lines[body:end] for r in line]
    texts = sum(len(pieces_of(line, gap=1.0)) for line in above) if announced else _widest(above)
    if not heads or texts < (2 if announced and _is_list(lines[start], lines[body:end]) else _FEWEST_TEXTS):
        return None
    every = [*heads, *rows]
    left, right = min(r.x0 for r in every) - 2, max(r.x1 for r in every) + 2
    region = Region((), left, right, max(r.y1 for r in every) + 1)
    return Found(region, heads, lines[numbers] if numbers is not None else [], rows, announced)


def _is_list(head: Sequence[Run], rows: Lines) -> bool:
    """Whether under two headings stands a label with its figure in every line."""
    pairs = [[_text(p) for p in pieces_of(line)] for line in rows]
    return (
        len(pieces_of(head)) == 2
        and len(pairs) >= _FEWEST_ROWS
        and all(len(pair) == 2 and is_row_of_figures([*pair, pair[1]]) for pair in pairs)
    )


def _kind(line: Sequence[Run]) -> str:
    """What a line could be in a table: "unit" (captions) or "title" above it, "figures", "numbers", "texts",
    "sentence", or "" for none."""
    pieces = [_text(p) for p in pieces_of(line, gap=1.0)]
    if any(is_unit_line(t) or is_department_line(t) or (is_date_line(t) and not is_bare_date(t)) for t in pieces):
        return "unit"
    if is_number_row(pieces) and len(pieces) >= _FEWEST_TEXTS:
        return "numbers"
    if any(is_note(t) or "...." in t or "…" in t for t in pieces):
        return ""
    if len(pieces) == 1 and is_emptiness(pieces[0]):
        return ""
    if any(is_sentence(t) or stands_between(t) for t in pieces):
        return "sentence"
    if len(pieces) == 1 and _TITLE.match(pieces[0]):
        return "title"
    if is_row_of_figures([_text(p) for p in pieces_of(line, gap=_CELLS)]):
        return "figures"
    return "texts"


def _body_end(lines: Lines, kinds: Sequence[str], start: int) -> int:
    """The line after the last row: rows follow closely, lines without figures only between rows."""
    end = start + 1
    for i in range(start + 1, len(lines)):
        if kinds[i] not in _WITHIN or lines[i][0].middle - lines[i - 1][0].middle > _NEAR * lines[i][0].size:
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
