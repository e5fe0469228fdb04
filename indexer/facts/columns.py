"""What the columns of a table mean: codes, names, figures with measure, stage, year and unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from indexer.facts.kinds import row_code
from indexer.text import blank_of, cell_number, fold
from indexer.types import Blank, Table, TableKind
from indexer.vocabulary import vocabulary


class Role(StrEnum):
    """What a column holds."""

    CODE = "code"
    NAME = "name"
    FIGURE = "figure"
    UNIT = "unit"
    SKIP = "skip"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `words` are its headings without numbers and captions that name the whole table."""

    index: int
    role: Role
    path: tuple[str, ...] = ()
    measure: str = ""
    stage: str = ""
    year: int | None = None
    unit: str = ""
    side: str = ""
    of_which: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that belong together: labels and the figures that speak of them. Two-sided tables have several."""

    labels: tuple[Column, ...]
    figures: tuple[Column, ...]
    units: tuple[Column, ...] = ()
    texts: tuple[Column, ...] = ()
    side: str = ""


_SKIP = re.compile(r"^(?:序号|栏次|行次|行号|编号|排序)$")
_BODY_CODE = re.compile(r"(?:单位|部门|机构)(?:编码|代码)$")
"""Codes of units: 208 is the eighth unit of department 2, no 社会保障和就业支出."""
_CODE = re.compile(r"(?:科目|功能分类|经济分类)?(?:编码|代码)$|^(?:类|款|项|目)$|^经济分类科目编码|^科目编码")
_NAME = re.compile(
    r"^项目(?:名称)?(?:\(.+\))?$|科目名称|^科目$|^名称$|单位名称|^指标$|^支出项目$|^收入项目$|功能分类$|经济分类$|功能分类科目$"
    r"|物品名称|采购项目|购买服务(?:项目|内容)|采购内容|品目(?:名称)?$|^资产名称$|^支出功能分类科目名称$|^类别$|^单位$"
)
_UNIT = re.compile(r"计量单位|^单位$")
_TEXT = re.compile(
    r"目录|依据|备注|说明|性质|规格|形式|承接|方式|时间|日期|指标|描述|简称|负责人|电话|绩效目标|资金用途|原因|主管"
    r"|^(?:项目|单位|资金|支出)(?:类别|类型|属性)$|^(?:类型|属性)$"
)
_YEAR = re.compile(r"(20\d\d)年?")
_LAST_YEAR = re.compile(r"上年|上一年|去年")
_COMPARES = re.compile(r"比.*(?:增|减)|较.*(?:增|减)|增减|增长|变动|变化|差[额异](?!拨|补|单|事)|相差")
_UNITS = "万元|元|千元|亿元|平方米|㎡|辆|台|套|个|人|%"
_UNIT_NOTE = re.compile(rf"单位[:：]?\s*({_UNITS})|[(（]({_UNITS})[)）]")
_POINTS = re.compile(r"得分|评分|分值|分数|权重")
_OF_WHICH = re.compile(r"^(?:其中|其中[:：].*|.*其中[:：].*)$")
_FINAL_STAGE = re.compile(r"决算|执行数|实际支出|实际完成")
_ADJUSTED = re.compile(r"全年预算|调整(?:后)?预算|预算调整")
_IMPLIED: dict[TableKind, frozenset[str]] = {
    TableKind.BASIC_ECONOMIC: frozenset({"basic", "fund.general", "fund.grant"}),
    TableKind.GENERAL_PUBLIC: frozenset({"fund.general", "fund.grant"}),
    TableKind.GOV_FUND: frozenset({"fund.gov", "fund.grant"}),
    TableKind.STATE_CAPITAL: frozenset({"fund.state", "fund.grant"}),
    TableKind.GRANT_BALANCE: frozenset({"fund.grant"}),
}
_RATES = frozenset({"change_rate", "completion", "share"})
_COUNTED = _RATES | {"quantity", "unit_price"}
_SHARES = re.compile(r"占.{0,8}(?:比重|比例|百分比|%)|占比|^比重|所占比|构成比")
"""占总收入比重（%）: what a figure is of the whole."""
_TWO_SIDED = frozenset({TableKind.BALANCE, TableKind.GRANT_BALANCE})
_SIDE_OF_KIND = {
    TableKind.INCOME_TOTAL: "income",
    TableKind.EXPENSE_TOTAL: "expenditure",
    TableKind.GENERAL_PUBLIC: "expenditure",
    TableKind.BASIC_ECONOMIC: "expenditure",
    TableKind.GOV_FUND: "expenditure",
    TableKind.STATE_CAPITAL: "expenditure",
    TableKind.THREE_PUBLIC: "expenditure",
    TableKind.PROJECT: "expenditure",
    TableKind.PERFORMANCE: "expenditure",
}


def side_of(text: str) -> str:
    """The side (`income`, `expenditure`) that a heading names; "" for none or both."""
    income, spending = "收入" in text, "支出" in text
    return "income" if income and not spending else "expenditure" if spending and not income else ""


def roles_of(table: Table) -> tuple[Role, ...]:
    """The role of every column, by heading and by what its cells hold."""
    width = max([len(table.header), *(len(r) for r in table.rows)], default=0)
    return tuple(_role(table, c) for c in range(width))


def _of_several_levels(cells: Sequence[str]) -> bool:
    """Whether codes are those of a classification, though their heading speaks of units: 208, 20805, 2080501."""
    return len({len(code) for cell in cells if (code := row_code([cell]))}) > 1


def _cells(table: Table, column: int) -> list[str]:
    return [fold(row[column].text) for row in table.rows if column < len(row)]


def _role(table: Table, column: int) -> Role:
    path = [p for p in map(fold, table.header[column] if column < len(table.header) else ()) if not p.isdigit()]
    leaf = path[-1] if path else ""
    cells = [c for c in _cells(table, column) if c]
    numeric = sum(cell_number(c) is not None or blank_of(c) is not Blank.NONE for c in cells)
    if _SKIP.match(leaf):
        return Role.SKIP
    if _UNIT.search(leaf) and table.kind in (TableKind.PROCUREMENT, TableKind.ASSETS, TableKind.OTHER) and not numeric:
        return Role.UNIT
    if _CODE.search(leaf):
        return Role.SKIP if _BODY_CODE.search(leaf) and not _of_several_levels(cells) else Role.CODE
    if not cells:
        return _role_of_heading(leaf)
    if numeric * 2 + bool(vocabulary().measures_of_label(leaf)) > len(cells):
        codes = sum(bool(row_code([c])) for c in cells)
        unnamed = not vocabulary().measures_of_label(leaf) or not leaf
        return Role.CODE if unnamed and codes * 2 > len(cells) and "名称" not in leaf else Role.FIGURE
    if _NAME.search(leaf):
        return Role.NAME
    if _TEXT.search(leaf):
        return Role.TEXT
    if vocabulary().measures_of_label(leaf) and any(_has_amount(c) for c in cells):
        return Role.FIGURE
    opens_side = any(column in (start, start + 1) for start, _ in table.halves)
    return Role.NAME if column <= 1 or opens_side or not leaf else Role.TEXT


def _role_of_heading(leaf: str) -> Role:
    if _NAME.search(leaf):
        return Role.NAME
    return Role.TEXT if _TEXT.search(leaf) else Role.FIGURE


_AMOUNT = re.compile(r"^[≤≥=<>约]*(-?\d[\d,，]*(?:\.\d+)?)\s*(亿元|万元|千元|元|平方米|辆|台|套|个|人|%)$")


def _has_amount(text: str) -> bool:
    return bool(_AMOUNT.match(text))


def amount_in(text: str) -> tuple[str, str] | None:
    """Number and unit of a text cell that holds nothing else ("24.50万元")."""
    m = _AMOUNT.match(fold(text))
    return (m.group(1), m.group(2)) if m else None


def groups_of(table: Table, document_year: int | None, document_stage: str) -> tuple[Group, ...]:
    """The column groups of a table, left to right."""
    roles = roles_of(table)
    starts = _starts(table, roles)
    captions = _captions(table, roles)
    groups: list[Group] = []
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(roles)
        known = captions | _shared(table, roles, start, end) if len(starts) > 1 else captions
        columns = [_column(table, c, roles[c], known, document_year, document_stage) for c in range(start, end)]
        columns = _of_source(table, columns)
        figures = tuple(c for c in columns if c.role is Role.FIGURE)
        if table.kind is not TableKind.THREE_PUBLIC:
            figures = _told_apart(figures)
        groups.append(
            Group(
                labels=tuple(c for c in columns if c.role in (Role.CODE, Role.NAME)),
                figures=figures,
                units=tuple(c for c in columns if c.role is Role.UNIT),
                texts=tuple(c for c in columns if c.role is Role.TEXT),
                side=_side(table, start, n, len(starts)),
            )
        )
    return tuple(groups)


def _starts(table: Table, roles: Sequence[Role]) -> list[int]:
    """First columns of the groups: halves, and places where the label headings begin anew."""
    labels = [c for c, role in enumerate(roles) if role in (Role.CODE, Role.NAME)]
    starts = [0]
    if not labels:
        return starts
    first = _leaf(table, labels[0])
    halves = {start for start, _ in table.halves[1:]} if len(table.halves) > 1 else set()
    for c in labels[1:]:
        after_figure = any(roles[k] is Role.FIGURE for k in range(starts[-1], c))
        again = _leaf(table, c) == first and roles[c] is roles[labels[0]]
        if after_figure and (c in halves or again or table.kind in _TWO_SIDED):
            starts.append(c)
    return starts


def _leaf(table: Table, column: int) -> str:
    path = table.header[column] if column < len(table.header) else ()
    return fold(path[-1]) if path else ""


def _side(table: Table, start: int, index: int, count: int) -> str:
    if table.kind in _TWO_SIDED:
        path = table.header[start : start + 2]
        named = next((s for p in path for part in p if (s := side_of(fold(part)))), "")
        return named or ("income" if index == 0 and count > 1 else "expenditure" if index else "")
    return "" if count > 1 else _SIDE_OF_KIND.get(table.kind, "")


def _captions(table: Table, roles: Sequence[Role]) -> frozenset[str]:
    """Outer headings that span every figure column: they name the table, not a column."""
    figures = [c for c, role in enumerate(roles) if role is Role.FIGURE and c < len(table.header)]
    if len(figures) < 2:
        return frozenset()
    outer = [frozenset(fold(part) for part in table.header[c][:-1]) for c in figures]
    return frozenset.intersection(*outer)


def _shared(table: Table, roles: Sequence[Role], start: int, end: int) -> frozenset[str]:
    """Outer headings over a whole side, labels and figures alike (收入 | 人员经费): they name the side."""
    columns = [c for c in range(start, min(end, len(table.header))) if roles[c] is not Role.SKIP]
    outer = [frozenset(fold(part) for part in table.header[c][:-1]) for c in columns]
    return frozenset.intersection(*outer) if outer else frozenset()


def _told_apart(figures: Sequence[Column]) -> tuple[Column, ...]:
    """合计 and 本年小计 side by side are both totals: the one inside a 本年… heading becomes `current`."""
    plain = [c for c in figures if c.measure == "total"]
    seen = {(c.stage, c.year, c.side) for c in plain if len(c.path) == 1}
    out: list[Column] = []
    for c in figures:
        nested = c.measure == "total" and len(c.path) > 1 and (c.stage, c.year, c.side) in seen
        out.append(replace(c, measure="current") if nested else c)
    return tuple(out)


def _column(table: Table, index: int, role: Role, captions: frozenset[str], year: int | None, stage: str) -> Column:
    raw = tuple(p for p in (table.header[index] if index < len(table.header) else ()) if not fold(p).isdigit())
    if role is not Role.FIGURE:
        return Column(index, role, raw)
    whole = fold("".join(raw))
    words = tuple(p for p in raw if fold(p) not in captions) or raw[-1:]
    figure_year, last = _year(whole, year)
    measure = _of_year(_of_title(table, _measure(table.kind, words)), last)
    if raw and _POINTS.search(fold(raw[-1])):
        return Column(index, role, raw, "points", _stage(whole, stage), figure_year, "分")
    return Column(
        index, role, raw, measure, _stage(whole, stage), figure_year, _unit(table, whole, measure),
        _column_side(table, raw), any(_OF_WHICH.match(fold(p)) for p in raw[-1:]),
    )  # fmt: skip


_SPECIAL = "财政专户"


def _of_title(table: Table, measure: str) -> str:
    """Figures of a table that is about 财政专户管理资金 alone are that money."""
    alone = table.kind is TableKind.EXPENSE_TOTAL and _SPECIAL in fold(table.title)
    if not alone or not measure or "fund.special" in measure:
        return measure
    return "fund.special" if measure == "total" else f"fund.special+{measure}"


def in_row(column: Column, label: str, kind: TableKind, year: int | None, stage: str) -> Column:
    """A figure column in a row that stands for a year, a stage or a change (headings name the items):
    2023年预算数 | 2024年预算数 | 增减额. Any other row leaves the column as it is."""
    whole = fold(label)
    if not _PERIOD_ROW.search(whole):
        return column
    figure_year, last = _year(whole, year)
    measure = _of_year(_measure(kind, (label,)), last)
    unit = "%" if _RATES & set(measure.split("+")) else column.unit
    return replace(column, measure=measure, stage=_stage(whole, stage), year=figure_year, unit=unit)


_PERIOD_ROW = re.compile(
    r"20\d\d年|[上本去今前]年|年初|增减|增加额?$|减少额?$|变动|变化|差额|预算数|决算数|调整预算|全年预算|执行数|完成|增幅|降幅|增长"
)


def _of_year(measure: str, last: bool) -> str:
    if not last or "last_year" in measure.split("+"):
        return measure
    return "last_year" if measure in ("total", "") else f"last_year+{measure}"


def _measure(kind: TableKind, words: Sequence[str]) -> str:
    """Vocabulary ids of the headings, outermost first, joined by "+"; totals give way to anything that says more."""
    found: list[str] = []
    for part in words:
        for m in vocabulary().measures_of_label(_YEAR.sub("", fold(part))):
            if m not in found:
                found.append(m)
    if _SHARES.search(fold("".join(words))):
        return "share"
    if _COMPARES.search(fold("".join(words))) and not {"change", "change_rate"} & set(found):
        found = ["change_rate" if "%" in fold("".join(words)) or "率" in "".join(words) else "change"]
    elif {"change", "change_rate"} & set(found):
        found = ["change_rate" if "change_rate" in found else "change"]
    implied = _IMPLIED.get(kind, frozenset())
    telling = [m for m in found if m not in implied and m != "total"]
    if telling:
        return "+".join(telling)
    if kind is TableKind.THREE_PUBLIC or found:
        return "total"
    spoken = fold("".join(words))
    return "total" if not spoken or side_of(spoken) or re.search(r"预算|决算|金额|数$", spoken) else ""


def _of_source(table: Table, columns: Sequence[Column]) -> list[Column]:
    """A figure between two name columns of a list speaks of the first (a project's budget), not of the row's item."""
    names = [c.index for c in columns if c.role is Role.NAME]
    if table.kind is not TableKind.PROCUREMENT or len(names) < 2:
        return list(columns)
    return [replace(c, measure="") if c.role is Role.FIGURE and c.index < names[-1] else c for c in columns]


def _year(whole: str, year: int | None) -> tuple[int | None, bool]:
    """The year of a figure column, and whether it is the year before the document's."""
    if _COMPARES.search(whole):
        return year, False
    printed = [int(y) for y in _YEAR.findall(whole)]
    if printed:
        return printed[-1], year is not None and printed[-1] == year - 1
    # 上年结转 is money of this year; 上年预算数 is a figure of the year before
    if _LAST_YEAR.search(whole) and not re.search(r"结转|结余", whole):
        return (year - 1 if year else None), True
    return year, False


def _stage(whole: str, stage: str) -> str:
    if _ADJUSTED.search(whole):
        return "调整预算"
    final, budget = _FINAL_STAGE.search(whole), "预算数" in whole or "年初预算" in whole
    if budget and not final:
        return "预算"
    return "决算" if final and not budget else stage


def _unit(table: Table, whole: str, measure: str) -> str:
    if _RATES & set(measure.split("+")):
        return "%"
    if m := _UNIT_NOTE.search(whole):
        found: str = m.group(1) or m.group(2)
        return "平方米" if found == "㎡" else found
    if "面积" in whole:
        return "平方米"
    return "" if "quantity" in measure.split("+") else table.unit


def _column_side(table: Table, path: Sequence[str]) -> str:
    """A fund's own table has its income and its spending in columns."""
    if table.kind not in (TableKind.GOV_FUND, TableKind.STATE_CAPITAL, TableKind.OTHER, TableKind.GENERAL_PUBLIC):
        return ""
    return next((s for part in reversed(path) if (s := side_of(fold(part)))), "")
