"""Page numbers, headers and footers: what a page carries only because it is a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from indexer.tables.runs import Line, Run, group_lines
from indexer.tables.words import is_coded_name, is_department_line, is_page_number, is_unit_line
from indexer.text import fold

_MARGIN = 0.12
"""Part of the page's height in which headers and footers stand."""
_DECORATED = re.compile(r"^(?:[-—–－~·]+\d+[-—–－~·]+|第\d+页.*)$")
_NUMBER_IN = re.compile(r"第\d+页|共\d+页|[-—–]\d+[-—–]|(?<!\d)\d{1,3}$|^\d{1,3}(?!\d)")
_ONLY = re.compile(r"^[-—–－~·\d第页共/／]+$")


_SIDE = 0.08
"""The share of a page's width that is its margin."""


class PageNumbers:
    """Finds printed page numbers, those over a table included: the same place counts on from page to page."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[int, int]] = Counter()

    def without(self, runs: list[Run], page: int, width: float, height: float) -> list[Run]:
        """A page's runs without its number."""
        upright = _on_the_side(runs, width)
        runs = [r for r in runs if id(r) not in upright] if upright else runs
        low, high = height * (1 - _MARGIN), height * _MARGIN * 0.8
        edge = [r for r in runs if r.middle > low or r.middle < high]
        if not edge:
            return runs
        bottom = max(edge, key=lambda r: r.middle)
        gone: set[int] = set()
        for piece, alone in _candidates(edge):
            text = "".join(r.text for r in piece)
            digits = re.search(r"\d+", text)
            if digits is None or not is_page_number(text):
                continue
            ahead = page - int(digits.group())
            key = (round((height - piece[0].middle) / 4), ahead)
            last = alone and piece[0].middle > bottom.middle - 3 and 0 <= ahead < 20
            if _DECORATED.match(text) or last or self._known(key):
                self._seen[key] += 1
                gone.update(id(r) for r in piece)
        return [r for r in runs if id(r) not in gone] if gone else runs

    def _known(self, key: tuple[int, int]) -> bool:
        return any(self._seen[(key[0] + d, key[1])] for d in (-1, 0, 1))


def _on_the_side(runs: Sequence[Run], width: float) -> set[int]:
    """A decorated number in a side margin, its characters one below the other: the foot of a page that lies on its side."""
    columns: dict[int, list[Run]] = {}
    for run in runs:
        if (run.x1 < width * _SIDE or run.x0 > width * (1 - _SIDE)) and _ONLY.match(run.text):
            columns.setdefault(round(run.x0), []).append(run)
    gone: set[int] = set()
    for column in columns.values():
        text = "".join(r.text for r in sorted(column, key=lambda r: r.middle))
        if len(column) > 1 and _DECORATED.match(text) and is_page_number(text):
            gone.update(id(r) for r in column)
    return gone


def _candidates(edge: Sequence[Run]) -> list[tuple[list[Run], bool]]:
    """Runs that could be a number with its dashes, and whether nothing else stands on their line."""
    out: list[tuple[list[Run], bool]] = []
    for line in group_lines(edge):
        pieces: list[list[Run]] = []
        for run in line:
            if not _ONLY.match(run.text):
                continue
            if pieces and run.x0 - pieces[-1][-1].x1 < 1.5 * run.size:
                pieces[-1].append(run)
            else:
                pieces.append([run])
        out.extend((p, len(p) == len(line)) for p in pieces)
    return out


def repeated_marks(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[tuple[str, int]]:
    """Marks of lines in the margins that return on most pages; see `mark`."""
    marks: Counter[tuple[str, int]] = Counter()
    for lines, height in zip(pages, heights, strict=True):
        marks.update({mark(x) for x in edge_lines(lines, height) if not _is_caption(x)})
    enough = max(3, sum(1 for lines in pages if lines) * 0.5)
    return {m for m, count in marks.items() if count >= enough}


def _is_caption(line: Line) -> bool:
    """A unit or department belongs to the table below it, however often it returns."""
    return any(is_unit_line(p.text) or is_department_line(p.text) or is_coded_name(p.text) for p in line.pieces)


def mark(line: Line) -> tuple[str, int]:
    """A line's text without a page number in it, and its height: what a header keeps from page to page."""
    return _NUMBER_IN.sub("", fold(line.text)), round(line.y / 6)


def edge_lines(lines: Sequence[Line], height: float) -> list[Line]:
    """The lines in the margins: at most three at the top and three at the bottom."""
    top = [x for x in lines if x.y < height * _MARGIN][:3]
    bottom = [x for x in lines if x.y > height * (1 - _MARGIN)][-3:]
    return top + bottom
