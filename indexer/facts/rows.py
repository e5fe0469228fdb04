"""What the rows of a column group mean: item, code, ancestors, level, concept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from indexer.facts.columns import Group, Role
from indexer.facts.kinds import coded_label, row_code
from indexer.tables.words import is_body_name
from indexer.text import fold, strip_numbering
from indexer.types import Cell, TableKind
from indexer.vocabulary import vocabulary

_TOTAL = re.compile(r"^(?:.*(?:合计|总计|小计|总额|共计)|合计数|本年收入|本年支出)(?:[（(].*[)）])?[:：]?$")
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(r"^第[一二三四五六七八九十]+部分")),
    ("han", re.compile(r"^[一二三四五六七八九十]{1,3}、")),
    ("han_bracket", re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]")),
    ("digit", re.compile(r"^\d{1,2}[、.．](?!\d)")),
    ("digit_bracket", re.compile(r"^[（(]\d{1,2}[)）]")),
    ("circle", re.compile(r"^[①-⑳]")),
)
_FIRST = re.compile(r"^[（(]?[一1①](?![一二三四五六七八九十\d])")
"""A numbering that begins."""
_OF_WHICH = re.compile(r"^(?:其中|含)[:：]?")
_LIMIT = re.compile(r"(?:单价|单位价值|价值)?(?:在)?\d+万元(?:\(含\)|含)?(?:及)?以上(?:\(含\))?的?")
_FUND_OF_CONCEPT = {
    "income.general": "fund.general", "income.gov_fund": "fund.gov", "income.state_capital": "fund.state",
    "expenditure.general": "fund.general", "expenditure.gov_fund": "fund.gov",
    "expenditure.state_capital": "fund.state", "income.grant": "fund.grant",
}  # fmt: skip
_WANTED_NAME = {
    TableKind.PROJECT: re.compile(r"项目"),
    TableKind.PROCUREMENT: re.compile(r"物品|采购项目|品目|采购内容|购买服务|标的|货物"),
}
_UNIT_COLUMN = re.compile(r"^(?:预算|采购|所属|项目|实施|主管|执行|填报|申报)?(?:单位|部门)(?:名称)?$")
_CARRY = ("carry.in", "carry.out")


@dataclass(frozen=True, slots=True)
class Row:
    """The meaning of one row within one column group. `fund`: money that the row's label limits its figures to."""

    index: int
    label: str
    item: str
    code: str = ""
    path: tuple[str, ...] = ()
    concept: str = ""
    level: int = 0
    is_total: bool = False
    fund: str = ""
    of_which: bool = False


@dataclass(slots=True)
class _Stack:
    """Open ancestors of uncoded rows as (style, label, concept), and all labels so far."""

    open: list[tuple[str, str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    above: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    """What stood above the last row of each style."""

    def place(self, style: str, goes_on: bool = False) -> None:
        """Closes everything that a row of this style ends. `goes_on`: its number is not the first (二、, 2.), so that it
        stands beside the last row of its style, whatever unnumbered rows came between."""
        styles = [s for s, _, _ in self.open]
        if style in styles:
            del self.open[styles.index(style) :]
        elif goes_on and style in self.above:
            self.open[:] = self.above[style]
        elif style == "plain":
            # an unnumbered row goes on with 其中：…; otherwise it stands on its own
            if "of_which" in styles:
                del self.open[styles.index("of_which") :]
            elif styles and styles[-1].startswith("indent"):
                del self.open[:]
            else:
                self.open.clear()


def is_total(label: str) -> bool:
    """Whether a label names a total (合计, 总计, 小计, 本年收入合计 …)."""
    return bool(_TOTAL.match(strip_numbering(fold(label))))


def rows_of(
    kind: TableKind, group: Group, rows: Sequence[Sequence[Cell]], codes: Mapping[str, str], names: Mapping[str, str]
) -> tuple[Row | None, ...]:
    """One `Row` for every body row that has a label in this group.

    `codes`: the document's own names of codes; `names`: its own codes of top-level names.
    """
    found: list[Row | None] = []
    stack, chain = _Stack(), list[str]()
    unit = ""
    carried: dict[int, str] = {}
    heads = _unit_heads(kind, group, rows)
    for index, cells in enumerate(rows):
        if index in heads:
            unit = heads[index]
            stack.open.clear()
            listed = kind in _WANTED_NAME
            found.append(Row(index, unit, unit, path=(unit,) if listed else (), level=1, is_total=listed))
            continue
        code_cells = [cells[c.index].text for c in group.labels if c.role is Role.CODE and c.index < len(cells)]
        name_cells = [cells[c.index].text for c in group.labels if c.role is Role.NAME and c.index < len(cells)]
        code, chain = _code(code_cells, chain)
        unit = _unit_of(kind, group, cells) or unit
        label = _label(kind, group, cells) or next((t for t in reversed(name_cells) if t.strip()), "")
        if not label.strip() and not code:
            label = next((t for t in code_cells if t.strip() and not fold(t).isdigit()), "")
        if not code and (split := coded_label(label)):
            code, label = split
        own = codes.get(code, "") if code else ""
        if own and own != clean(label) and own in map(clean, name_cells):
            label = own  # two classifications side by side: the name that stands behind this code
        if not label.strip() and not code:
            found.append(None)
        elif code and kind is TableKind.PROJECT and label.strip():
            stack.open.clear()
            found.append(Row(index, label, clean(label), code, (unit,) if unit else (), _DEFAULT[kind], 1))
        elif code:
            stack.open.clear()
            row = _coded(index, label, code, codes)
            found.append(replace(row, path=(unit, *row.path)) if unit else row)
        else:
            outer_cells = (
                _carried(name_cells, label, carried) if kind in _MERGED_DOWN else name_cells[: _last(name_cells)]
            )
            outer = tuple(clean(t) for t in outer_cells if t.strip() and t != label)
            if unit and unit not in outer and unit != clean(label):
                outer = (unit, *outer)
            found.append(_uncoded(index, label, outer, kind, group.side, stack, names))
    return tuple(found)


_NUMBER = re.compile(r"\d{1,3}[.、]?$")
_MOSTLY = 0.5


def _unit_heads(kind: TableKind, group: Group, rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """Rows of a list that bear nothing but a unit's name and its sums; what follows is that unit's.

    They have neither the serial number nor the code that the things listed have."""
    if kind in _BY_FUNCTION:
        return _heads_of_functions(group, rows)
    if kind not in _WANTED_NAME:
        return {}
    codes = [c.index for c in group.labels if c.role is Role.CODE]
    marked = [
        bool(cells and _NUMBER.match(cells[0].text.strip()))
        or any(i < len(cells) and cells[i].text.strip() for i in codes)
        for cells in rows
    ]
    if sum(marked) <= _MOSTLY * len(rows):
        return {}
    labels = [_label(kind, group, cells).strip() for cells in rows]
    found = {i: clean(t) for i, t in enumerate(labels) if t and not marked[i] and is_body_name(t)}
    return found if any(marked[i + 1] for i in found if i + 1 < len(rows)) else {}


_BY_FUNCTION = (TableKind.INCOME_TOTAL, TableKind.EXPENSE_TOTAL, TableKind.GENERAL_PUBLIC, TableKind.GOV_FUND)
_FEWEST_UNITS = 2


def _heads_of_functions(group: Group, rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """Rows with a unit's name above rows of the classification, in a table that lists each unit's items apart."""
    coded = [c.index for c in group.labels if c.role is Role.CODE]
    named = [c.index for c in group.labels if c.role is Role.NAME]
    codes = [row_code([fold(cells[i].text) for i in coded if i < len(cells)]) for cells in rows]
    labels = [next((t for i in reversed(named) if i < len(c) and (t := c[i].text.strip())), "") for c in rows]
    found = {
        i: clean(label)
        for i, label in enumerate(labels)
        if label and not codes[i] and i + 1 < len(rows) and codes[i + 1] and is_body_name(clean(label))
    }
    return found if len(found) >= _FEWEST_UNITS else {}


_MERGED_DOWN = (TableKind.PROCUREMENT,)


def _carried(names: Sequence[str], label: str, carried: dict[int, str]) -> list[str]:
    """The cells before a row's own name; a blank one goes on with what a merged cell said above (货物, 工程)."""
    last = _last(names)
    if is_total(label):
        carried.clear()
        return list(names[:last])
    for i, text in enumerate(names[:last]):
        if text.strip():
            carried[i] = text
            for deeper in [k for k in carried if k > i]:
                del carried[deeper]
    return [carried.get(i, "") for i in range(last)]


def _unit_of(kind: TableKind, group: Group, cells: Sequence[Cell]) -> str:
    """The unit that a list's row belongs to; rows below a merged or unrepeated cell are the same unit's."""
    if kind not in _WANTED_NAME and kind not in _BY_FUNCTION:
        return ""
    columns = (*group.labels, *group.texts)
    units = [c for c in columns if c.path and _UNIT_COLUMN.match(fold(c.path[-1])) and c.index < len(cells)]
    said = next((clean(t) for c in units if (t := cells[c.index].text).strip()), "")
    if kind in _BY_FUNCTION and not (is_body_name(said) and any(c.role is Role.CODE for c in group.labels)):
        return ""
    return said


def _label(kind: TableKind, group: Group, cells: Sequence[Cell]) -> str:
    """The name that a list's row is about, where its headings tell it from names of bodies or sources."""
    wanted = _WANTED_NAME.get(kind)
    if wanted is None:
        return ""
    named = [c for c in group.labels if c.path and wanted.search(fold(c.path[-1])) and c.index < len(cells)]
    return next((t for c in reversed(named) if (t := cells[c.index].text).strip()), "")


def clean(label: str) -> str:
    """A label as one reads it: without numbering, 其中： and the spaces set between Chinese characters."""
    text = re.sub(r"\s+", "" if re.search(r"[\u4e00-\u9fff]", label) else " ", label.strip())
    return strip_numbering(text)


def _last(cells: Sequence[str]) -> int:
    return max((i for i, t in enumerate(cells) if t.strip()), default=0)


def _code(cells: Sequence[str], chain: list[str]) -> tuple[str, list[str]]:
    """The row's code; a 款 or 项 printed without its 类 (merged cells) takes it from the row above."""
    folded = [fold(c) for c in cells]
    if code := row_code(folded):
        return code, [code]
    digits = [c for c in folded if c.isdigit()]
    if chain and digits and len(folded) > 1 and all(len(c) == 2 for c in digits) and not folded[0]:
        keep = {1: 3, 2: 5}.get(folded.index(digits[0]), 0)
        if keep and (code := row_code([chain[0][:keep], *digits])):
            return code, [code]
    return "", chain


def _coded(index: int, label: str, code: str, codes: Mapping[str, str]) -> Row:
    prefix = "func" if code[0] == "2" else "econ"
    item = clean(label) or codes.get(code, code)
    path = tuple(codes[code[:n]] for n in (3, 5) if n < len(code) and code[:n] in codes)
    return Row(index, label, item, code, path, f"{prefix}.{code}", (len(code) - 1) // 2)


def _uncoded(
    index: int, label: str, outer: tuple[str, ...], kind: TableKind, side: str, stack: _Stack, names: Mapping[str, str]
) -> Row:
    folded = fold(label)
    style = next((name for name, pattern in _STYLES if pattern.match(folded)), "")
    of_which = bool(_OF_WHICH.match(folded))
    total = is_total(label)
    style = style or ("of_which" if of_which else _indent(label, stack) or _of_carry(label, kind, stack) or "plain")
    if total and style == "plain":
        stack.open.clear()
    else:
        stack.place(style, goes_on=style != "plain" and not _FIRST.match(folded))
        stack.above[style] = list(stack.open)
    path = (*outer, *(text for _, text, _ in stack.open))
    above = tuple(c for _, _, c in stack.open if c)
    item = clean(label)
    concept, fund = concept_of(item, kind, side, above, names)
    grand = total and not stack.open
    stack.seen.add(item)
    if not (total and style == "plain"):
        stack.open.append((style, item, concept))
    return Row(
        index, label, item, "", path, concept, 0 if grand else len(path) + 1, total, fund,
        of_which or "of_which" in [s for s, _, _ in stack.open],
    )  # fmt: skip


def _of_carry(label: str, kind: TableKind, stack: _Stack) -> str:
    """A fund behind 年初财政拨款结转和结余 that stood on this side before is a part of what was carried over."""
    two_sided = kind in (TableKind.BALANCE, TableKind.GRANT_BALANCE)
    carried = any(concept in _CARRY for _, _, concept in stack.open)
    return "of_carry" if two_sided and carried and clean(label) in stack.seen else ""


def _indent(label: str, stack: _Stack) -> str:
    """Unnumbered labels may show their level by leading spaces only."""
    width = len(label) - len(label.lstrip(" \u3000"))
    if not width or any(s == "of_which" for s, _, _ in stack.open):
        return ""
    return f"indent{width}"


def concept_of(
    item: str, kind: TableKind, side: str, above: Sequence[str], names: Mapping[str, str]
) -> tuple[str, str]:
    """The vocabulary concept of an uncoded row, and the fund that its label limits it to."""
    words = vocabulary()
    ids = words.concepts_of_label(item)
    if not ids and kind is TableKind.ASSETS:
        ids = words.concepts_of_label(_LIMIT.sub("", fold(item)))
    if any(a in _CARRY for a in above):
        fund = next((_FUND_OF_CONCEPT[i] for i in ids if i in _FUND_OF_CONCEPT), "")
        return next(a for a in above if a in _CARRY), fund
    choose = _CHOICES.get(kind)
    if choose is None:
        return ("total" if "total" in ids or is_total(item) else ""), ""
    own = names.get(fold(item))
    if kind in (TableKind.BALANCE, TableKind.GRANT_BALANCE):
        if side == "expenditure" and own:
            return f"func.{own}", ""
        prefixes = _SIDES.get(side, ("income.", "expenditure."))
        best = _best(ids, prefixes)
        if best or not is_total(item):
            return best, ""
        return ("income.total" if side == "income" else "expenditure.total" if side else "total"), ""
    best = _best(ids, choose)
    if best:
        return best, ""
    return (_TOTAL_OF.get(kind, "total") if is_total(item) else _DEFAULT.get(kind, "")), ""


_SIDES = {
    "income": ("income.", "carry.in", "balance_used"),
    "expenditure": ("expenditure.", "carry.out", "surplus_distribution", "func."),
}
_CHOICES: dict[TableKind, tuple[str, ...]] = {
    TableKind.BALANCE: (),
    TableKind.GRANT_BALANCE: (),
    TableKind.THREE_PUBLIC: (
        "three_public.",
        "operating_funds",
        "conference",
        "training",
        "count.",
        "assets.",
        "procurement.",
    ),
    TableKind.BASIC_ECONOMIC: ("expenditure.person", "expenditure.public"),
    TableKind.PROCUREMENT: ("procurement.",),
    TableKind.ASSETS: ("assets.",),
    TableKind.PROJECT: (),
}
_TOTAL_OF = {
    TableKind.THREE_PUBLIC: "three_public.total",
    TableKind.PROCUREMENT: "procurement.total",
    TableKind.ASSETS: "assets.total",
    TableKind.PROJECT: "expenditure.project",
}
_DEFAULT = {TableKind.PROJECT: "project.item"}


def _best(ids: Sequence[str], prefixes: Sequence[str]) -> str:
    """The first id under the earliest of the wanted prefixes; of several codes of one name the shortest."""
    wanted = [i for p in prefixes for i in ids if i == p or (p.endswith(".") and i.startswith(p))]
    codes = sorted((i for i in wanted if i.startswith("func.")), key=len)
    named = [i for i in wanted if not i.startswith("func.")]
    return named[0] if named else codes[0] if codes and len(codes[0]) == len("func.208") else ""
