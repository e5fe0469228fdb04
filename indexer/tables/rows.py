"""Body rows, and rows that a page break cuts in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.tables.words import is_figure
from indexer.types import Cell

_MOSTLY = 0.8
_NUMBERED = re.compile(r"^[(（]?[一二三四五六七八九十\d]{1,4}[)）、.．]")
_TOTAL = re.compile("合计|总计|小计|结转|结余|其中")


@dataclass(frozen=True, slots=True)
class Row:
    """One cell a column; `page` is where the row begins."""

    cells: tuple[Cell, ...]
    page: int


def splits(before: Sequence[Row], after: Sequence[Row]) -> bool:
    """Whether the last row before a page break and the first one after it are one row.

    A whole row fills the columns that nearly all other rows fill; two halves share them out between them.
    """
    a, b = before[-1].cells, after[0].cells
    others = [r.cells for r in (*before[:-1], *after[1:])]
    if len(others) < 2:
        return False
    if any(x.text and y.text and (is_figure(x.text) or is_figure(y.text)) for x, y in zip(a, b, strict=True)):
        return False
    keys = [i for i in range(len(a)) if sum(bool(r[i].text) for r in others) >= _MOSTLY * len(others)]
    only_a = [i for i in keys if a[i].text and not b[i].text]
    only_b = [i for i in keys if b[i].text and not a[i].text]
    if only_a or only_b:
        return not (only_a and only_b) or _shared(a, b)
    return _is_tail(a, b, others)


def _shared(a: Sequence[Cell], b: Sequence[Cell]) -> bool:
    """Whether the halves meet in one cell at least, so that both hold parts of one text."""
    return any(x.text and y.text for x, y in zip(a, b, strict=True))


def _is_tail(a: Sequence[Cell], b: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row after the break is only the rest of one label, where all labels are numbered."""
    filled = [i for i, c in enumerate(b) if c.text]
    if len(filled) != 1:
        return False
    i = filled[0]
    text = b[i].text
    if (
        is_figure(text)
        or len(text) > 6
        or _NUMBERED.match(text)
        or _TOTAL.search(text)
        or not _NUMBERED.match(a[i].text)
    ):
        return False
    labels = [r[i].text for r in others if r[i].text]
    return sum(bool(_NUMBERED.match(t)) for t in labels) >= _MOSTLY * len(labels)


def join_rows(a: Row, b: Row) -> Row:
    """Two halves of a row as one; each cell keeps the place of its first part."""
    cells = tuple(
        replace(x, text=x.text + y.text, confidence=min(x.confidence, y.confidence)) if x.text or not y.text else y
        for x, y in zip(a.cells, b.cells, strict=True)
    )
    return replace(a, cells=cells)
