"""Two-sided tables: which columns belong to which side."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from indexer.tables.words import is_figure
from indexer.text import blank_of, fold
from indexer.types import Blank, Cell

_SERIAL = {"序号", "行次", "栏次"}
_LABELS = ("项目", "科目", "名称", "编码", "代码")


def find_halves(header: Sequence[tuple[str, ...]], rows: Sequence[Sequence[Cell]]) -> tuple[tuple[int, int], ...]:
    """Column ranges of the sides; one range where a table has one side. A serial column before all is left out.

    A side begins where a column of labels follows one of figures under another outermost heading, where the innermost
    headings begin again, or where those behind the labels do.
    """
    width = len(header)
    if not width:
        return ()
    labels = [_is_label(path, [r[i].text for r in rows]) for i, path in enumerate(header)]
    starts = [i for i in range(1, width) if labels[i] and not labels[i - 1] and any(labels[:i]) and _begins(header, i)]
    if not starts:
        return ((0, width),)
    first = 1 if fold(header[0][-1] if header[0] else "") in _SERIAL and len(header[0]) == 1 else 0
    bounds = [first, *starts, width]
    return tuple((a, b) for a, b in itertools.pairwise(bounds))


def _begins(header: Sequence[tuple[str, ...]], i: int) -> bool:
    here, before = header[i], header[i - 1]
    if not here:
        return False
    other_top = not before or here[0] != before[0]
    leaves = {fold(p[-1]) for p in header[:i] if p}
    following = header[i + 1] if i + 1 < len(header) else ()
    again = bool(following) and fold(following[-1]) in leaves  # 收入 | 金额 | 支出 | 金额
    other_side = fold(here[-1]).startswith("支出") and any(leaf.startswith("收入") for leaf in leaves)
    return again or other_side or (other_top and len(here) > 1) or fold(here[-1]) in leaves


def _is_label(path: tuple[str, ...], texts: Sequence[str]) -> bool:
    leaf = fold(path[-1]) if path else ""
    if leaf in _SERIAL:
        return False
    if any(w in leaf for w in _LABELS):
        return True
    filled = [t for t in texts if blank_of(t) is Blank.NONE]
    return bool(filled) and sum(is_figure(t) for t in filled) * 2 < len(filled)
