"""Numbers that lists print beside names, which are no money: 在校学生数 of a school, 班级数, 床位数, by the heading's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, fold
from indexer.types import Blank, Fact, TableKind
from retriever import compute
from retriever.draft import Draft, shown
from retriever.evidence import Figure, fact_figure
from retriever.listed_units import unit_named
from retriever.masking import MASK
from retriever.passages import views_for
from retriever.query import Operation, Query
from retriever.task import Task, counted, status_of
from retriever.types import Status
from retriever.units import is_unit
from retriever.view import View

_KINDS = (TableKind.UNITS, TableKind.OTHER, TableKind.PROJECT)
_OPERATIONS = (
    Operation.LOOKUP,
    Operation.COUNT,
    Operation.LIST,
    Operation.FILTER,
    Operation.RANK,
    Operation.SUM,
    Operation.PER_UNIT,
    Operation.PROSE,
)
_FRAME = re.compile(r"^(?:现有|实有|年末|期末|年初|其中[:：]?|\d{4}年)+|(?:人数|总数|数量|总量|数|情况|量)$")
_BRACKETS = re.compile(r"[（(][^）)]*[）)]")
_SHORTEST = 2
_NAMED = 3
_PEOPLE = re.compile("人|学生|教师|职工|教职|编制|在职|退休|离休|居民|村民|党员|病人|患者|儿童|老人")
_ALIKE = {"生均": "学生", "在校生": "学生"}
"""What is said for the noun of a heading."""
_LIMIT = re.compile(
    r"(?P<word>超过|多于|大于|高于|不低于|不少于|达到|不到|少于|低于|小于|不足)(?:了)?(?P<number>\d+)(?P<unit>人|名|个|张|辆|台|间|班|户|套|平方米)?"
    r"(?P<side>以上|以下)?"
)
_BELOW = re.compile("不到|少于|低于|小于|不足|以下")
_INCLUDED = re.compile("不低于|不少于|达到|以上")
_EXTREME = re.compile("最(?:多|高|大)|(?P<low>最(?:少|低|小))")
_WHICH = re.compile("哪|谁|几(?:个|所|家)|多少(?:个|所|家)|有没有|列")
_NO_NUMBER = re.compile(
    "预算|决算|金额|经费|支出|收入|资金|拨款|[合总小]计|比例|增减|分值|得分|权重|序号|编[码号]|代码|单价|价值|年限"
)
_DIVIDED = re.compile(r"÷|除以|每个?|平均(?:一个?|每)|一个|/")
_TOGETHER = re.compile("加起来|合计|一共|总共|共计|总和|总数")


@dataclass(frozen=True, slots=True)
class _Column:
    """The figures under one heading of one list, and where the question says it."""

    view: View
    heading: str
    said: str
    at: int
    facts: tuple[Fact, ...]


def by_heading(task: Task) -> Draft | None:
    """The numbers under the heading that a question says: of the rows it names, of all, above a limit, the most; or one
    heading's number for each of another's. None where it says no such heading."""
    query = task.query
    if query.operation not in _OPERATIONS:
        return None
    columns = sorted(_columns(task), key=lambda c: c.at)
    if not columns:
        return None
    column = max(columns, key=lambda c: len(c.said))
    rows = _rows_named(task, column)
    if query.operation is Operation.PER_UNIT:
        return _ratio(task, columns)
    if not rows and _WHICH.search(query.text) and (limit := _LIMIT.search(query.text)) is not None:
        return _within(task, column, limit)
    if not rows and _WHICH.search(query.text) and (extreme := _EXTREME.search(query.text)) is not None:
        return _most(task, column, extreme)
    asked = [c for c in columns if _counts(c.said, fold(query.masked))]
    found = [(c, f) for c in asked for f in _rows_named(task, c) or _of_all(task, c)]
    figures = tuple(_figure(c, f) for c, f in found)
    if not figures or len({c.heading for c, _ in found}) < len(asked):
        return None
    items = tuple(map(task.item, figures))
    if len(figures) > 1 and len(asked) == 1 and _TOGETHER.search(query.text):
        items = (task.item(compute.total(figures, f"{column.heading}合计")), *items)
    return Draft(status_of(items), items, explained=all(_is_explained(query, c, (f,)) for c, f in found))


def number_for(task: Task) -> Figure | None:
    """The one number under a said heading of the unit or row asked about, to share money out over (生均, ÷在校学生数)."""
    columns = tuple(_columns(task))
    if not columns:
        return None
    column = max(columns, key=lambda c: len(c.said))
    rows = _rows_named(task, column) or _of_all(task, column)
    return _figure(column, rows[0]) if len(rows) == 1 else None


def _columns(task: Task) -> Iterator[_Column]:
    """The headings that the question says, each of the first list that has it."""
    text = fold(task.query.masked)
    seen: set[str] = set()
    for view in _views(task):
        content = task.library.store.content(view.info.id) if is_unit(view.info) else view.content
        grouped: dict[tuple[str, str], list[Fact]] = {}
        for fact in content.facts:
            money = fact.unit in UNIT_SCALE and fact.kind is not TableKind.OTHER  # what other lists print is not known
            fits = (
                fact.kind in _KINDS and fact.measure_path and not money and _of_year(task, view, fact.measure_path[-1])
            )
            if fits and fact.blank is Blank.NONE and not _NO_NUMBER.search(fact.measure_path[-1]):
                grouped.setdefault((fact.table, fact.measure_path[-1]), []).append(fact)
        for (_, heading), facts in grouped.items():
            said, at = _said(heading, text)
            if said and heading not in seen:
                seen.add(heading)
                yield _Column(view, heading, said, at, tuple(facts))


_YEAR = re.compile(r"(20\d\d)年")


def _of_year(task: Task, view: View, heading: str) -> bool:
    """Whether a heading names no other year than the question, and names it where the document is of another."""
    named = _YEAR.search(heading)
    years = task.query.years or tuple(y - 1 for body in task.bodies for y in body.years[-1:])
    if named is not None:
        return int(named.group(1)) in years
    year = view.info.year or 0
    return not task.query.years or year in years or (task.query.year_end and year - 1 in years)


def _views(task: Task) -> tuple[View, ...]:
    """What stands at a year's end is printed in the next year's budget too."""
    own = views_for(task)
    if own and not task.query.year_end:
        return own
    last = max(task.query.years, default=0)
    later = sorted(
        (d for body in task.bodies for d in body.documents if d.year and d.year > last), key=lambda d: d.year or 0
    )
    return (*own, *(task.library.view(d.id, d.sha256) for d in later[:1]))


def _said(heading: str, text: str) -> tuple[str, int]:
    """How the question says a heading, and where; ("", -1) where it does not."""
    core = _FRAME.sub("", _BRACKETS.sub("", fold(heading)))
    words = [core, *(core[i:] for i in range(1, len(core) - _SHORTEST + 1))] if len(core) >= _SHORTEST else []
    words += [alias for alias, noun in _ALIKE.items() if core.endswith(noun)]
    for word in words:
        if len(word) >= _SHORTEST and (at := text.find(word)) >= 0:
            return word, at
    return "", -1


def _counts(said: str, text: str) -> bool:
    """Whether that very thing is counted: 多少学生, 学生一共有多少 - not 学生资助多少钱."""
    word = re.escape(said)
    return bool(
        re.search(
            rf"(?:多少|几)(?:个|名|位|张|所|间|辆|台|户)?(?:在校|在职|实有)?{word}(?!补助|资助|经费|支出)"
            rf"|{word}(?:数|人数|总数|数量|规模)?(?:一共|总共|共|现在|目前|合计|加起来|分别|各|是|有|为|达)*(?:多少|几)(?!钱|万|元|块|经费|资金|预算)",
            text,
        )
    )


def _rows_named(task: Task, column: _Column) -> tuple[Fact, ...]:
    """The rows of the units asked about, or those whose names the question says."""
    units = {d.department for body in task.bodies for d in body.documents if is_unit(d)}
    text = fold(task.query.text)
    named = [
        f
        for f in column.facts
        if f.item in units
        or (len(f.item) >= _NAMED and not f.is_total and fold(f.item)[: max(_NAMED, len(f.item) - 1)] in text)
    ]
    if not named and column.facts[0].kind is TableKind.UNITS:
        one = unit_named(task.query.text, (f.item for f in column.facts if not f.is_total), column.view.info)
        named = [f for f in column.facts if one and f.item == one]
    return tuple({f.item: f for f in named}.values())


def _of_all(task: Task, column: _Column) -> tuple[Fact, ...]:
    """The row of totals, where the whole department is asked about."""
    if any(is_unit(d) for body in task.bodies for d in body.documents):
        return ()
    totals = [f for f in column.facts if f.is_total]
    return tuple(totals[:1])


def _figure(column: _Column, fact: Fact) -> Figure:
    bracketed = re.search(r"[（(]([^）)\d]{1,3})[）)]", column.heading)
    unit = fact.unit or (bracketed.group(1) if bracketed else "人" if _PEOPLE.search(column.heading) else "个")
    plain_heading = _BRACKETS.sub("", column.heading)
    return replace(fact_figure(fact, column.view, f"{fact.item}{plain_heading}"), unit=unit)


def _single(column: _Column) -> list[Fact]:
    return list({f.item: f for f in column.facts if not f.is_total}.values())


def _within(task: Task, column: _Column, limit: re.Match[str]) -> Draft:
    bound = Decimal(limit["number"])
    words = f"{limit['word']}{limit['side'] or ''}"
    below, included = bool(_BELOW.search(words)) and "不低于" not in words, bool(_INCLUDED.search(words))
    kept = [
        f
        for f in _single(column)
        if (f.value == bound and included) or (f.value != bound and (f.value < bound) == below)
    ]
    return _told(task, column, kept, limit.group(0))


def _most(task: Task, column: _Column, extreme: re.Match[str]) -> Draft | None:
    ordered = sorted(_single(column), key=lambda f: f.value, reverse=not extreme["low"])
    if not ordered:
        return None
    kept = ordered[: task.query.top] if task.query.top else [f for f in ordered if f.value == ordered[0].value]
    return _told(task, column, kept, extreme.group(0))


def _told(task: Task, column: _Column, kept: Sequence[Fact], said: str) -> Draft:
    """Those picked out with their numbers; counted where a count is asked for."""
    number = len(_single(column))
    heading = _BRACKETS.sub("", column.heading)
    if not kept:
        return Draft(Status.TEXT, lead=f"列出的{number}个中，没有{heading}{said}的。")
    items = tuple(task.item(_figure(column, f)) for f in kept)
    names = "、".join(f"{f.item}（{shown(i.figure)}）" for f, i in zip(kept, items, strict=True))
    lead = f"列出的{number}个中，{heading}{said}的有{len(kept)}个：{names}。"
    explained = _is_explained(task.query, column, ())
    if task.query.operation is Operation.COUNT:
        number_of_them = counted(items[0].figure, len(kept))
        return Draft(Status.SINGLE_SOURCE, (number_of_them,), lead, support=items, explained=explained)
    return Draft(status_of(items), items, lead, explained=explained)


def _ratio(task: Task, columns: Sequence[_Column]) -> Draft | None:
    """学生数÷班级数, 平均一个班多少学生: the number behind the sign or behind 每 divides the other."""
    text = fold(task.query.masked)
    signs = [m.end() for m in _DIVIDED.finditer(text)]
    behind = [c for c in columns if any(0 <= text.rfind(c.said) - s <= 1 for s in signs)]
    if len(columns) != 2 or len(behind) != 1:
        return None
    below = behind[0]
    above = next(c for c in columns if c is not below)
    tops, bottoms = _rows_named(task, above), _rows_named(task, below)
    if not tops and not bottoms:
        tops, bottoms = _of_all(task, above), _of_all(task, below)
    if len(tops) != 1 or len(bottoms) != 1 or tops[0].item != bottoms[0].item:
        return None
    a, b = _figure(above, tops[0]), _figure(below, bottoms[0])
    figure = compute.per_unit(a, b, f"{a.label}÷{_BRACKETS.sub('', below.heading)}")
    if figure is None:
        return None
    item = task.item(figure)
    return Draft(item.verdict.status, (item,), support=(task.item(a), task.item(b)), explained=True)


_SPOKEN = re.compile("系统|学校|单位|所属|下属|下面|所有|全部|现在|目前|现有|一共|总共|共有|在校|学生|人数|班级|名额")


def _is_explained(query: Query, column: _Column, rows: Sequence[Fact]) -> bool:
    """Whether nothing but the heading, the rows' names and the limit is left of the question."""
    limit = _LIMIT.search(query.text)
    known = [column.said, *(f.item for f in rows), limit.group(0) if limit else "", fold(column.heading)]
    for piece in (*query.leftover, *query.modifiers, *query.cut):
        rest = _SPOKEN.sub("", piece.replace(MASK, ""))
        for word in known:
            rest = rest.replace(word, "") if word else rest
        if len(rest) > 1 and not any(rest in word for word in known):
            return False
    return True
