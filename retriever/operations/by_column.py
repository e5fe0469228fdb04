"""Rows of a list chosen by what one of its columns says: 等次为“良”的项目, 执行率不到95%的有哪些, 得分最低的是哪个."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indexer.text import UNIT_SCALE, cell_number, fold, strip_numbering
from indexer.types import Cell, Table, TableKind
from indexer.vocabulary import vocabulary
from retriever import compute
from retriever.draft import Draft, Item, Passage, doubtful, shown
from retriever.evidence import Figure, fact_figure
from retriever.language import squeeze
from retriever.operations.amounts import is_any_project
from retriever.passages import views_for
from retriever.query import Operation
from retriever.task import Task, counted, status_of
from retriever.types import Status
from retriever.view import View

_NAMES = re.compile(r"项目名称|^项目$|项目\)?名称|^名称$|(?:指标|资产|课题)名称")
_COLUMNS = (
    (re.compile("执行率|完成率|支出进度|执行进度"), re.compile("执行率|完成率|支出进度|执行进度")),
    (re.compile("得分|评分|分数|打分|自评分|几分|多少分|分最[高低]|\\d分"), re.compile("得分|评分|分数")),
    (
        re.compile("等次|等级|评级|档次|评为|评了|评价结[果论]|自评结[果论]|评定"),
        re.compile("等次|等级|评级|评价结[果论]|自评结[果论]"),
    ),
)
"""How a question and how headings name a column of results."""
_LIMIT = re.compile(
    r"(?P<word>不到|低于|不足|小于|少于|没到|没达到|未达到|没有达到|未到|超过|高于|大于|不低于|达到)?(?:了)?"
    r"(?P<number>\d+(?:\.\d+)?)(?:%|分|个百分点)(?:及)?(?P<side>以上|以下|以内|往上)?"
)
_BELOW = re.compile("不到|低于|不足|小于|少于|没|未|以下|以内")
_INCLUDED = re.compile("不低于|^达到|及以上|以上|以内")
_EXTREME = re.compile("最[高大多好]|(?P<low>最[低小少差]|垫底|倒数)|前[一二三四五六七八九十\\d]")
_SHORT = 6
"""Characters of a cell that says a grade."""
_OPERATIONS = (
    Operation.LIST,
    Operation.COUNT,
    Operation.RANK,
    Operation.FILTER,
    Operation.LOOKUP,
    Operation.COMPLETION,
    Operation.SUM,
    Operation.PROSE,
    Operation.USAGE,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing listed, with what the column says of it."""

    view: View
    table: Table
    name: str
    heading: str
    cell: Cell

    @property
    def number(self) -> Decimal | None:
        found = cell_number(self.cell.text.strip().rstrip("%分"))
        return found.value if found is not None else None


def by_column(task: Task) -> Draft | None:
    """The rows that a grade, a limit or an extreme of one column picks out; None where the question asks for none."""
    query = task.query
    text = squeeze(query.text)
    said = next(((s, h) for s, h in _COLUMNS if s.search(text)), None)
    if query.operation not in _OPERATIONS or not _of_things(task):
        return None
    if said is None:
        return _of_category(task)
    entries = tuple(_entries(task, said[1]))
    if len(entries) < 2:
        return None
    if (limit := _LIMIT.search(text)) is not None:
        return _within(task, entries, limit)
    if (extreme := _EXTREME.search(text)) is not None:
        return _extremes(task, entries, low=bool(extreme.group("low")))
    return _of_grade(task, entries, said[0])


def of_named(task: Task) -> Draft | None:
    """What a column of results says of the one thing that a question names (某项目自评多少分); None for none or several."""
    said = next((h for s, h in _COLUMNS if s.search(task.query.text)), None)
    if said is None:
        return None
    text = fold(task.query.text)
    kept = [e for e in _entries(task, said) if fold(e.name) in text]
    figure = _figure(kept[0]) if len(kept) == 1 else None
    if figure is None:
        return None
    item = task.item(figure)
    return Draft(item.verdict.status, (item,), f"{kept[0].name}的{kept[0].heading}：{shown(figure)}。")


_LISTS = (TableKind.PROJECT, TableKind.UNITS, TableKind.PROCUREMENT, TableKind.OTHER)
_CLASSES = range(2, 7)
_FEWEST_ROWS = 4
_IN_ALL = re.compile("(?:加起来|合计|一共|总共|共计|总额)")


def _of_category(task: Task) -> Draft | None:
    """Rows of the kind that a question says in the table's own word (一次性 of 经常性 and 一次性), with their money."""
    for view in views_for(task):
        for table in view.tables.values():
            leaves = [fold(path[-1]) if path else "" for path in table.header]
            names = next((i for i, leaf in enumerate(leaves) if _NAMES.search(leaf)), None)
            if table.kind not in _LISTS or names is None or len(table.rows) < _FEWEST_ROWS:
                continue
            for column in range(len(leaves)):
                said = _kind_said(task, table, column) if column != names else ""
                kind = said or (_kind_meant(task, table, column) if column != names else "")
                if kind:
                    rows = [r for r in table.rows if r[column].text.strip() == kind and r[names].text.strip()]
                    entries = [
                        _Entry(view, table, strip_numbering(r[names].text.strip()), table.header[column][-1], r[column])
                        for r in rows
                    ]
                    return _with_money(task, entries, kind)
    return None


def _kind_said(task: Task, table: Table, column: int) -> str:
    """The word of a column of few words that the question says of the things listed; "" for none."""
    words = {t for r in table.rows if (t := r[column].text.strip()) and cell_number(t) is None}
    if len(words) not in _CLASSES or len(words) >= len(table.rows):
        return ""
    said = (
        w
        for w in sorted(words, key=len, reverse=True)
        if len(w) > 1
        and re.search(
            rf"(?:属于?|列为|作为|定为|类[别型]是?为?){re.escape(w)}|{re.escape(w)}(?:性质|类型|类)?的?(?:项目|采购|单位)",
            task.query.text,
        )
    )
    return next(said, "")


_WHICH_PROJECTS = re.compile("哪(?:几|些)?个?项目|(?:几|多少)个项目|项目(?:都)?(?:有|是|叫)?哪")


def _kind_meant(task: Task, table: Table, column: int) -> str:
    """The column's word for the one thing named whose projects are asked for (福彩的钱用在哪几个项目); "" for none."""
    asked = [s for s in task.query.subjects if not is_any_project(s)]
    if table.kind is not TableKind.PROJECT or len(asked) != 1 or not _WHICH_PROJECTS.search(task.query.text):
        return ""
    words = {t for r in table.rows if (t := r[column].text.strip()) and cell_number(t) is None}
    known = vocabulary()
    meant = [w for w in sorted(words) if set(known.concepts_of_label(w)) & set(asked[0].concepts[:1])]
    return meant[0] if len(meant) == 1 else ""


def _with_money(task: Task, entries: Sequence[_Entry], kind: str) -> Draft | None:
    """Those of one kind, each with its own amount; summed or counted where that is asked."""
    figures = [f for e in entries if (f := _amount(e)) is not None]
    if not figures or len(figures) != len(entries):
        return None
    names = "、".join(f"{f.label}（{shown(f)}）" for f in figures)
    items = tuple(map(task.item, figures))
    lead = f"{entries[0].heading}为“{kind}”的有{len(entries)}项：{names}。"
    if _HOW_MANY.search(task.query.text):
        number = _count(entries[0], len(entries))
        items = (number, *items) if number else items
    if len(figures) > 1 and _IN_ALL.search(task.query.text):
        whole = doubtful(task.item(compute.total(tuple(figures), f"{kind}合计")))
        items, lead = (whole, *items), f"{lead}合计{shown(whole.figure)}。"
    left = [w for w in (*task.query.leftover, *task.query.cut) if w not in kind and kind not in w]
    return Draft(status_of(items), items, lead, explained=not left)


def _amount(entry: _Entry) -> Figure | None:
    key = fold(entry.name)
    for fact in entry.view.content.facts:
        money = fact.measure == "total" and fact.unit in UNIT_SCALE
        if fact.table == entry.table.id and money and fold(fact.item) == key:
            return fact_figure(fact, entry.view)
    return None


def _of_things(task: Task) -> bool:
    """Whether all that are listed are asked about, none by its name in a table or its code."""
    query = task.query
    rows = [view.by_label for view in views_for(task)]
    named = (s for s in query.subjects if not is_any_project(s))
    return _ASKED.search(query.text) is not None and not any(
        s.codes or any(label in known for label in s.labels for known in rows) for s in named
    )


_ASKED = re.compile("哪|几|多少|有没有|什么|谁|列|最|倒数|垫底|前[一二三四五]")


def _entries(task: Task, heading: re.Pattern[str]) -> Iterator[_Entry]:
    """What the first table with such a column, and one of names, says of each thing listed."""
    for view in views_for(task):
        for table in view.tables.values():
            leaves = [fold(path[-1]) if path else "" for path in table.header]
            column = next((i for i, leaf in enumerate(leaves) if heading.search(leaf)), None)
            names = next((i for i, leaf in enumerate(leaves) if _NAMES.search(leaf)), None)
            if column is None or names is None or len(table.rows) < 2:
                continue
            for cells in table.rows:
                name = strip_numbering(cells[names].text.strip())
                if name and cells[column].text.strip() and not _TOTAL.fullmatch(fold(name)):
                    yield _Entry(view, table, name, table.header[column][-1], cells[column])
            return


_TOTAL = re.compile(".{0,4}[合总小]计")


def _within(task: Task, entries: Sequence[_Entry], limit: re.Match[str]) -> Draft | None:
    """Those above or below a limit."""
    bound = Decimal(limit.group("number"))
    words = f"{limit.group('word') or ''}{limit.group('side') or ''}"
    included = bool(_INCLUDED.search(words))
    below = bool(_BELOW.search(words)) and not words.startswith("不低于")
    kept = [
        e
        for e in entries
        if e.number is not None
        and ((e.number == bound and included) or (e.number != bound and (e.number < bound) == below))
    ]
    sign = ("低于" if below else "高于") if not included else ("不高于" if below else "不低于")
    return _told(task, kept, len(entries), f"{entries[0].heading}{sign}{bound}")


def _extremes(task: Task, entries: Sequence[_Entry], *, low: bool) -> Draft | None:
    """The highest or lowest."""
    counted = sorted(
        (e for e in entries if e.number is not None), key=lambda e: e.number or Decimal(0), reverse=not low
    )
    first = counted[: task.query.top or 1]
    if not first or (len(counted) > len(first) and counted[len(first)].number == first[-1].number):
        first = [e for e in counted if first and e.number == first[-1].number] if len(first) == 1 else first
    return _told(task, first, len(entries), f"{entries[0].heading}{'最低' if low else '最高'}")


def _of_grade(task: Task, entries: Sequence[_Entry], said: re.Pattern[str]) -> Draft | None:
    """Those of which the column says the very word that the question says."""
    grades = sorted({t for e in entries if len(t := e.cell.text.strip()) <= _SHORT and e.number is None}, key=len)
    rest = said.sub("", task.query.text)
    asked = next(
        (g for g in reversed(grades) if re.search(rf"[为是得到“\"「]{re.escape(g)}|{re.escape(g)}[”\"」的等]", rest)),
        "",
    )
    if not asked:
        return None
    other = _NOT.search(rest[: rest.rfind(asked)]) is not None
    kept = [e for e in entries if (e.cell.text.strip() == asked) != other]
    return _told(task, kept, len(entries), f"{entries[0].heading}{'不' if other else ''}为“{asked}”")


_NOT = re.compile("(?:没有?|不|未)(?:能)?(?:被|是|得|达到|拿到|到)?[为“]*$")


_HOW_MANY = re.compile("(?<![那这哪前])(?:几|多少)(?:个|项|家|条)")


def _told(task: Task, kept: Sequence[_Entry], number: int, said: str) -> Draft | None:
    """The rows picked out, each with its own cell; counted where a count is asked for."""
    query = task.query
    if not kept:
        return Draft(Status.TEXT, lead=f"列出的{number}项中，没有{said}的。", explained=True)
    figures = [f for e in kept if (f := _figure(e)) is not None]
    items = tuple(Item(f, task.verdict(f), f.label) for f in figures) if len(figures) == len(kept) else ()
    named = (
        "、".join(f"{e.name}（{shown(f)}）" for e, f in zip(kept, figures, strict=True))
        if items
        else "、".join(e.name for e in kept)
    )
    lead = f"列出的{number}项中，{said}的有{len(kept)}项：{named}。"
    passages = tuple(_passage(e) for e in kept)
    if query.operation is Operation.COUNT or _HOW_MANY.search(query.text):
        tally = _count(kept[0], len(kept))
        return (
            Draft(Status.SINGLE_SOURCE, (tally,), lead, support=items, passages=passages, explained=True)
            if tally
            else None
        )
    if not items:
        return Draft(Status.TEXT, lead=lead, passages=passages, explained=True)
    return Draft(status_of(items), items, lead, explained=True)


def _figure(entry: _Entry) -> Figure | None:
    """The cell as the figure that was read from it; None for words."""
    key = fold(entry.name)
    for fact in entry.view.content.facts:
        here = fact.source.bbox == entry.cell.bbox and entry.heading in fact.measure_path
        if fact.table == entry.table.id and here and fold(fact.item) == key:
            return fact_figure(fact, entry.view, f"{fact.item}{entry.heading}")
    return None


def _count(entry: _Entry, number: int) -> Item | None:
    """How many there are, standing where the first of them does."""
    key = fold(entry.name)
    fact = next((f for f in entry.view.content.facts if f.table == entry.table.id and fold(f.item) == key), None)
    if fact is None:
        return None
    return counted(fact_figure(fact, entry.view), number)


def _passage(entry: _Entry) -> Passage:
    text = f"{entry.name}：{entry.heading} {entry.cell.text.strip()}"
    info, title = entry.view.info, entry.table.title
    return Passage(text, None, info.id, entry.cell.page, title, entry.cell.bbox, title, entry.name)
