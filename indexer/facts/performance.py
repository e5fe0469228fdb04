"""The money of a project, from its performance table: printed in a funds row or only in a cost indicator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from indexer.facts.rows import clean
from indexer.text import cell_number, fold
from indexer.types import Cell, Table

_TITLE_END = re.compile(
    r"(?:项目)?(?:支出)?(?:预算)?绩效(?:目标|自评|指标)(?:申报|批复|填报|公开|情况)?(?:表)?(?:[（(].*[)）])?$"
)
_GENERIC = re.compile(
    r"^(?:财政)?(?:预算)?(?:部门)?(?:项目)?(?:支出)?(?:绩效)?(?:20\d\d年度?)?(?:市级|区级|县级|省级)?$"
)
_NAME_LABEL = re.compile(r"^项目名称(?:[:：]|$)")
_MONEY = re.compile(r"(\d[\d,，]*(?:\.\d+)?)\s*(亿元|万元|千元|元)")
_INLINE = re.compile(r"^(.{2,24}?)[:：]\s*(\d[\d,，]*(?:\.\d+)?\s*(?:亿元|万元|千元|元)?)$")
"""A label with its amount in one cell."""
_PER_UNIT = re.compile(r"人均|户均|亩均|[^年]均|每|单价|单位成本|标准")
"""What one of something costs, which is no project's money."""
_YEARLY = re.compile(
    r"^预算金额|^项目(?:预算)?金额|年度(?:资金)?(?:申请)?(?:预算)?(?:资金)?总?额|年度(?:预算|资金)|当年预算|本年预算"
)
_WHOLE = re.compile(r"(?:项目)?(?:资金|预算)总额|项目总预算|项目总投资")
_COST = re.compile(r"成本")
_CONTROL = re.compile(r"年度预算|项目预算|预算控制|总成本|预算金额|资金总|总投入|预算数|资金成本|经费总")
_UNIT = re.compile(r"[（(]\s*(?:单位[:：])?\s*(万元|千元|元)\s*[)）]")
_PARTS = (
    ("fund.grant+current", re.compile(r"当年财政拨款|本年财政拨款")),
    ("fund.grant", re.compile(r"^(?:其中[:：])?(?:本级)?财政(?:拨款|资金)")),
    ("carry", re.compile(r"上年结转")),
    ("source.other", re.compile(r"其他资金|单位资金|自有资金")),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of a project as printed. `row` is -1 for text above the headings."""

    label: str
    measure: str
    text: str
    unit: str
    row: int
    column: int
    cell: Cell | None
    stage: str = ""
    """"预算", "调整预算" or "决算" by its heading; "" where the document's own."""


def project_name(table: Table) -> str:
    """The project that a performance table is about; "" where none is named."""
    for label, value in pairwise((*table.preamble, "")):
        if _NAME_LABEL.match(fold(label)):
            return clean(_tail(label) or value)
    for row in table.rows[:6]:
        texts = [c.text for c in row]
        for i, text in enumerate(texts):
            if _NAME_LABEL.match(fold(text)):
                return clean(_tail(text) or next((t for t in texts[i + 1 :] if t.strip()), ""))
    title = clean(table.title)
    name = _TITLE_END.sub("", title)
    return "" if name == title or _GENERIC.match(fold(name)) else name


def _tail(label: str) -> str:
    """What follows the colon of "项目名称：…"."""
    return re.split("[:：]", label, maxsplit=1)[1].strip() if re.search("[:：]", label) else ""


def amounts_of(table: Table) -> tuple[Amount, ...]:
    """The project's amounts: those of the funds rows first, by stage where a self-evaluation prints 年初预算数, 全年预算数
    and 全年执行数; else the one of the cost indicator."""
    funds = tuple(_by_stage(table)) or tuple(_funds(table))
    if any(a.measure == "total" for a in funds):
        return funds
    whole = next((a for a in funds if a.measure == "project_total"), None)
    if whole is not None:
        return (Amount(whole.label, "total", whole.text, whole.unit, whole.row, whole.column, whole.cell), *funds)
    cost = _cost(table)
    return (cost, *funds) if cost else funds


def _labelled(table: Table) -> Iterator[tuple[str, str, int, int, Cell | None]]:
    """(label, value, row, column, cell) for every label that is followed by a value."""
    flat = list(table.preamble)
    for label, value in pairwise((*flat, "")):
        if inline := _INLINE.match(label.strip()):
            yield inline.group(1), inline.group(2), -1, -1, None
        yield label, value, -1, -1, None
    for r, row in enumerate(table.rows):
        filled = [(c, cell) for c, cell in enumerate(row) if cell.text.strip()]
        for c, cell in filled:
            if inline := _INLINE.match(cell.text.strip()):
                yield inline.group(1), inline.group(2), r, c, cell
        for (_, before), (c, cell) in pairwise(filled):
            yield before.text, cell.text, r, c, cell


def _funds(table: Table) -> Iterator[Amount]:
    texts = [*table.preamble, *(c.text for row in table.rows[:10] for c in row)]
    noted = next((m.group(1) for t in texts if "资金" in t and (m := _UNIT.search(fold(t)))), table.unit)
    seen: set[str] = set()
    for label, value, row, column, cell in _labelled(table):
        key, money = fold(label), _MONEY.fullmatch(fold(value))
        number = money.group(1) if money else value.strip() if cell_number(value) else ""
        if not number or len(key) > 24:
            continue
        measure = _fund_measure(key)
        if not measure or measure in seen:
            continue
        seen.add(measure)
        yield Amount(label.strip(), measure, number, money.group(2) if money else noted, row, column, cell)


_STAGES = (
    ("预算", re.compile("年初预算")),
    ("调整预算", re.compile("全年预算|调整预算|^预算数")),
    ("决算", re.compile("执行数|决算数|实际支出")),
)
_BESIDE = re.compile("执行率|得分|分值|完成率|权重")


def _by_stage(table: Table) -> Iterator[Amount]:
    """Rows of 年初预算数, 全年预算数 and 全年执行数, each amount with the stage of its heading."""
    placed: list[tuple[str, int, int, Cell | None]] = [(text, -1, -1, None) for text in table.preamble]
    placed += [(c.text, r, i, c) for r, row in enumerate(table.rows[:10]) for i, c in enumerate(row) if c.text.strip()]
    keys = [fold(text) for text, *_ in placed]
    stages = [next((name for name, pattern in _STAGES if pattern.search(key)), "") for key in keys]
    first = next((i for i, name in enumerate(stages[:-1]) if name and stages[i + 1]), None)
    if first is None:
        return
    after = next((i for i in range(first, len(keys)) if not stages[i] and not _BESIDE.search(keys[i])), len(keys))
    heads = [name for name in stages[first:after] if name]
    noted = next((m.group(1) for key in keys if "资金" in key and (m := _UNIT.search(key))), table.unit)
    seen: set[str] = set()
    while after < len(keys):
        measure = _fund_measure(keys[after])
        values = list(takewhile(lambda p: cell_number(p[0]) is not None and "%" not in p[0], placed[after + 1 :]))
        if measure and measure not in seen and len(values) >= len(heads):
            seen.add(measure)
            for stage, (text, row, column, cell) in zip(heads, values, strict=False):
                yield Amount(
                    f"{placed[after][0].strip()}{stage}数", measure, text.strip(), noted, row, column, cell, stage
                )
        after += 1


def _fund_measure(label: str) -> str:
    if _YEARLY.search(label):
        return "total"
    if _WHOLE.search(label):
        return "project_total"
    return next((m for m, pattern in _PARTS if pattern.search(label)), "")


def _cost(table: Table) -> Amount | None:
    """The amount of the cost indicator that speaks of the whole project, else of the only one with money."""
    found: list[tuple[bool, Amount]] = []
    for r, row in enumerate(table.rows):
        texts = [fold(c.text) for c in row]
        if not any(_COST.search(t) for t in texts[:3]) or any(_PER_UNIT.search(t) for t in texts):
            continue
        for c in range(len(row) - 1, -1, -1):
            if m := _MONEY.search(texts[c]):
                control = any(_CONTROL.search(t) for t in texts)
                label = next((row[k].text for k in range(len(row)) if _CONTROL.search(texts[k])), row[c].text)
                found.append((control, Amount(label.strip(), "total", m.group(1), m.group(2), r, c, row[c])))
                break
    named = [a for control, a in found if control]
    if len(named) == 1 or (named and len({a.text for a in named}) == 1):
        return named[0]
    return found[0][1] if len(found) == 1 else named[0] if named else None
