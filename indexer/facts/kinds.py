"""Which kind a table is: by the words of its title, by its structure where the title says little or misleads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.text import fold
from indexer.types import Cell, TableKind
from indexer.vocabulary import vocabulary

_CODE = re.compile(r"^([23])\d{2}(?:\d{2}){0,2}$")
_ECONOMIC = re.compile(r"^(?:30[1-9]|31[0-9]|399)(?:\d{2})?$")
_INDICATOR = re.compile(r"[一二三]级指标")
_STAFF_OF_UNITS = re.compile(r"(?:^|\|)(?:单位|机构|部门)\|.*(?:编制|在职|实有|退休)")
"""Headings of a list of units without a title: 单位 | 类型 | 编制 | 在职."""
_MONEY_OF_PROJECTS = re.compile(r"^(?!.*指标).*(?:预算|执行|金额|资金|支出)数?(?:\||$)")
_TWO_SIDED = {TableKind.BALANCE, TableKind.GRANT_BALANCE}
_LISTED = {TableKind.PROCUREMENT, TableKind.ASSETS, TableKind.UNITS, TableKind.PROJECT, TableKind.PERFORMANCE}
_FUNDS = {"fund.general", "fund.gov", "fund.state"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table looks like, whatever it is called."""

    functions: int
    economics: int
    rows: int
    two_sided: bool
    measures: frozenset[str]
    fund_columns: int
    public_items: int
    indicators: bool
    headings: str

    @property
    def coded(self) -> bool:
        """Most rows carry a classification code."""
        return (self.functions + self.economics) * 2 >= max(self.rows, 2)


def _text(cell: Cell | str) -> str:
    return cell if isinstance(cell, str) else cell.text


def row_code(texts: Iterable[str]) -> str:
    """The classification code at the head of a row: one cell, or 类, 款, 项 in cells of their own; "" for none."""
    parts: list[str] = []
    for text in texts:
        folded = fold(text)
        if not folded:
            continue
        if not folded.isdigit():
            break
        if _CODE.match(folded) if not parts else len(folded) <= 2:
            # 款 and 项 of one digit lost their 0 in a spreadsheet
            parts.append(folded if not parts else folded.zfill(2))
        elif parts or len(folded) > 3:
            break
    joined = "".join(parts)
    return joined if _CODE.match(joined) else ""


_CODED_LABEL = re.compile(
    r"^[\[【〔(（]?([23]\d{2}(?:\d{2}){0,2})[\]】〕)）]?[-—_:：、]?((?![\d万亿千百元台人个平年月日号.%])\D.*)$"
)


def coded_label(text: str) -> tuple[str, str] | None:
    """A code and a name printed in one cell ("[2080501]行政单位离退休", "301 工资福利支出"); None for other text."""
    m = _CODED_LABEL.match(fold(text))
    if m is None:
        return None
    at = re.search(rf"{m.group(1)}[\]】〕)）]?[-—_:：、]?[\s　]*", text)
    return m.group(1), text[at.end() :].strip() if at else m.group(2)


def _public_items(labels: Iterable[str]) -> int:
    """How many different 三公 items are named."""
    found: set[str] = set()
    for label in labels:
        found |= {c for c in vocabulary().concepts_of_label(label) if c.startswith("three_public.")}
    return len(found)


def _first_coded(row: Sequence[Cell | str]) -> str:
    named = coded_label(_text(row[0])) if row else None
    return named[0] if named else ""


def shape_of(header: Sequence[Sequence[str]], rows: Sequence[Sequence[Cell | str]]) -> Shape:
    """Counts what a table's headings and rows hold."""
    words = vocabulary()
    codes = [row_code(_text(c) for c in row[:4]) or _first_coded(row) for row in rows]
    paths = [tuple(fold(part) for part in path) for path in header]
    leaves = [path[-1] for path in paths if path]
    tops = [path[0] for path in paths if path]
    named = {leaf: words.measures_of_label(leaf) for leaf in dict.fromkeys(leaves)}
    measures = {m for found in named.values() for m in found}
    economics = sum(bool(_ECONOMIC.match(c)) for c in codes)
    two_sided = _has_side(tops, "收入") and _has_side(tops, "支出") and not _income_statement(paths)
    labels = [text for row in rows for cell in row[:2] if (text := _text(cell)) and not fold(text).isdigit()]
    return Shape(
        functions=sum(bool(c) for c in codes) - economics,
        economics=economics,
        rows=sum(any(_text(c).strip() for c in row) for row in rows),
        two_sided=two_sided,
        measures=frozenset(measures),
        fund_columns=len(measures & _FUNDS),
        public_items=max(_public_items(part for path in header for part in path), _public_items(labels[:40])),
        indicators=any(_INDICATOR.search(part) for path in paths for part in path)
        or any(_INDICATOR.search(fold(_text(c))) for row in rows[:12] for c in row),
        headings="|".join(leaves),
    )


def _has_side(tops: Sequence[str], word: str) -> bool:
    return any(word in top and len(top) <= len(word) + 6 for top in tops)


def _income_statement(paths: Sequence[Sequence[str]]) -> bool:
    """A fund's own table (年初结转 | 本年收入 | 本年支出 | 年末结转) names both sides in one row."""
    coded = any("编码" in part or "代码" in part for path in paths[:3] for part in path)
    return coded and any("结转" in path[-1] for path in paths if path)


def classify(title: str, header: Sequence[Sequence[str]], rows: Sequence[Sequence[Cell | str]]) -> TableKind:
    """The kind of a table from its title, headings (one path a column) and body rows.

    The title decides unless the structure rules it out; without a telling title the structure decides.
    """
    named = vocabulary().kind_of_title(title) if title.strip() else ""
    shape = shape_of(header, rows)
    kind = TableKind(named) if named else None
    certain = _certain(shape, title)
    if certain is not None:
        return certain
    if kind is None or not _fits(kind, shape):
        by_shape = _by_shape(shape)
        if by_shape is TableKind.EXPENSE_TOTAL and "一般公共预算" in title:
            return TableKind.GENERAL_PUBLIC  # …收入支出决算表 with what was carried over before and after
        return by_shape if by_shape is not TableKind.OTHER or kind is None else kind
    return _refined(kind, shape)


def _certain(shape: Shape, title: str) -> TableKind | None:
    """Structures that no title overrides."""
    if shape.indicators:
        return TableKind.PERFORMANCE
    if shape.economics and shape.economics >= shape.functions and shape.economics * 3 >= shape.rows:
        if "项目支出" in fold(title) and "基本支出" not in fold(title):
            return TableKind.PROJECT
        return TableKind.OTHER if "project" in shape.measures else TableKind.BASIC_ECONOMIC
    return None


def _fits(kind: TableKind, shape: Shape) -> bool:
    """Whether a title's kind can have this structure."""
    if kind in _TWO_SIDED:
        return not (shape.coded and not shape.two_sided)
    if kind in (TableKind.INCOME_TOTAL, TableKind.EXPENSE_TOTAL, TableKind.GENERAL_PUBLIC):
        return not shape.two_sided
    if kind is TableKind.BASIC_ECONOMIC:
        return not (shape.functions and shape.functions > shape.economics) or "person" in shape.measures
    if kind is TableKind.THREE_PUBLIC:
        return shape.public_items >= 1 or not shape.coded
    return True


def _refined(kind: TableKind, shape: Shape) -> TableKind:
    """A title like 收支总表 above a table of 财政拨款 by fund, or 绩效自评表 above a list of projects with their money."""
    if kind is TableKind.PERFORMANCE and "项目名称" in shape.headings and _MONEY_OF_PROJECTS.search(shape.headings):
        return TableKind.PROJECT
    if kind is TableKind.BALANCE and shape.two_sided and shape.fund_columns == 3 and not shape.coded:
        return TableKind.GRANT_BALANCE
    return kind


def _by_shape(shape: Shape) -> TableKind:
    """The kind of a table without a telling title."""
    if shape.public_items >= 3 and not shape.coded:
        return TableKind.THREE_PUBLIC
    if shape.two_sided:
        return TableKind.GRANT_BALANCE if shape.fund_columns >= 2 else TableKind.BALANCE
    if shape.functions and shape.coded:
        sources = any(m.startswith("source.") or m in ("fund.grant", "fund.special") for m in shape.measures)
        if sources and not shape.measures & {"basic", "project"}:
            return TableKind.INCOME_TOTAL
        wide = shape.measures & {"operating", "remit", "subsidy"}
        return TableKind.EXPENSE_TOTAL if wide or "basic" in shape.measures else TableKind.OTHER
    if "采购" in shape.headings or {"quantity", "unit_price"} <= shape.measures:
        return TableKind.PROCUREMENT
    if {"quantity", "value"} <= shape.measures:
        return TableKind.ASSETS
    if "项目名称" in shape.headings:
        return TableKind.PROJECT
    if "单位名称" in shape.headings or _STAFF_OF_UNITS.search(shape.headings):
        return TableKind.UNITS
    return TableKind.OTHER
