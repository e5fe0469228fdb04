"""Performance targets: the row that a question names, with its figure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from indexer.types import Cell, TableKind
from retriever.draft import Draft, Item, Passage
from retriever.evidence import Figure
from retriever.subjects import clean
from retriever.types import Status
from retriever.verify import Verdict

if TYPE_CHECKING:
    from retriever.task import Task
from retriever.passages import Unit, rank_units, views_for

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s，。；,;:：]{0,6})")
_INDICATOR_COLUMN = re.compile(r"指标值|目标值|年度指标|绩效指标值")
INDICATOR = re.compile(r"指标|目标|绩效|要求达到|计划(?:完成|办|建|开展|培训)|要(?:建|办|完成|做)(?:几|多少)")
QUANTITY = re.compile(
    r"多大的?(?:数据|规模|容量)|不(?:超过|少于|低于|高于)(?:几|多少)|(?:至少|最少)[^，。,]{0,4}(?:几|多少)|满意度|达标率|合格率|"
    r"(?:新建|改造|建设|建成|完成|培训|种植|推广|维修|修建|创建|培育|开展|举办|覆盖|惠及|服务|新增|治理|整治)(?:了)?多少"
    r"(?!钱|万|元|亿|资金|经费|预算|项目|单位|部门)[\u4e00-\u9fff]|"
    r"(?:几|多少)(?:座|个|度|升|公斤|盏|间|张|栋|幢|头|只|艘|片|眼|杆|根|公顷|平米|立方米|千米|场|次|人次|公里|亩|家|套|台|批|期|名|件|份|处|条|吨|户|所|株|棵|米|篇|册|平方米|课时|小时|人天|分钟|天|人(?=$|[?？,，。]))(?!项目|单位|部门|机构|科室)"
)


_FRAME = 4
"""How many cells of a table's frame may name its project."""
_LEAST, _LEAST_IN_PROJECT = 0.45, 0.15
"""How much of the question's wording a row must hold; less where the question names the very project."""


def indicator(task: Task) -> Draft | None:
    """A performance target: the row of a performance table that the question's words name, with its figure."""
    query = task.query
    rows = [
        Unit(
            Passage(
                " ".join(c.text for c in row if c.text),
                None,
                view.info.id,
                row[0].page,
                table.title,
                _row_box(row),
                table.title,
                str(i),
            ),
            " ".join((table.title, *table.preamble[:_FRAME])),
            1,
        )
        for view in views_for(task)
        for table in view.content.tables
        if table.kind is TableKind.PERFORMANCE
        for i, row in enumerate(table.rows)
        if row
    ]
    named = {clean(label) for s in query.subjects for label in s.labels}
    own = [u for u in rows if any(label in clean(u.context) for label in named)]
    best = rank_units(query, own or rows, _LEAST_IN_PROJECT if own else _LEAST, widened=False)
    if not best:
        return None
    _, unit = best[0]
    view = next(v for v in views_for(task) if v.info.id == unit.passage.document)
    table = next(
        t
        for t in view.content.tables
        if t.title == unit.passage.section
        and int(unit.passage.row) < len(t.rows)
        and t.pages[0] <= unit.passage.page <= t.pages[-1]
    )
    row = table.rows[int(unit.passage.row)]
    cell = next(
        (
            row[i]
            for i, path in enumerate(table.header)
            if i < len(row) and any(_INDICATOR_COLUMN.search(p) for p in path) and row[i].text
        ),
        None,
    )
    m = _NUMBER.search(cell.text) if cell else None
    passage = Passage(
        unit.passage.text,
        None,
        view.info.id,
        cell.page if cell else unit.passage.page,
        table.title,
        cell.bbox if cell else None,
        table.title,
        "",
    )
    lead = f"《{table.title}》：{unit.passage.text}。"
    if m is None or cell is None:
        return Draft(Status.TEXT, lead=lead, passages=(passage,))
    places = len(m.group(1).partition(".")[2])
    figure = Figure(table.title, view.info, view.info.year, "", Decimal(m.group(1)), m.group(2) or "", places)
    return Draft(
        Status.SINGLE_SOURCE, (Item(figure, Verdict(Status.SINGLE_SOURCE, ()), "指标值"),), lead, passages=(passage,)
    )


def _row_box(row: tuple[Cell, ...]) -> tuple[float, float, float, float] | None:
    return next((c.bbox for c in row if c.bbox), None)
