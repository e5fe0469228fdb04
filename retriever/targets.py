"""Performance targets: the row that a question names, with its figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from indexer.text import fold
from indexer.types import Cell, Table, TableKind
from retriever.draft import Draft, Item, Passage
from retriever.evidence import Figure, claim_figure
from retriever.query import Query
from retriever.subjects import clean
from retriever.types import Status
from retriever.verify import Verdict
from retriever.view import View

if TYPE_CHECKING:
    from retriever.task import Task
from retriever.passages import Unit, asked_text, bigrams, rank_units, views_for

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s，。；,;:：]{0,6})")
_PLANNED_COLUMN = re.compile(r"指标值|目标值|年度指标|绩效指标值")
_DONE_COLUMN = re.compile(r"实际(?:完成)?(?:值|情况|数)|完成(?:值|情况)|全年完成")
_SCORE_COLUMN = re.compile(r"得分")
_DONE = re.compile(r"实际|达到了|做到了|完成了|有没有达标|达标没|达标了")
_SCORE = re.compile(r"得分|评分|自评|打分|总分|得了?(?:多少|几)分|多少分|几分")
_OF_ALL = re.compile(r"^(?:总分|总得分|合计|总计|总评分)")
_TOTAL_SCORE = re.compile(r"总(?:得)?分|自评(?:总)?(?:得)?分|自评(?:得了?)?(?:多少|几)分")
INDICATOR = re.compile(r"指标|目标|绩效|要求达到|计划(?:完成|办|建|开展|培训)|要(?:建|办|完成|做)(?:几|多少)")
QUANTITY = re.compile(
    r"(?:多少|几)年一遇|多大的?(?:数据|规模|容量|面积)|多(?:长|宽|高|深|远|重)(?!时间|期)|不(?:能|得|应|可)?(?:超过|少于|低于|高于)(?:几|多少)|"
    r"(?:至少|最少)[^，。,]{0,4}(?:几|多少)|满意度|达标率|合格率|"
    r"(?:新建|改造|建设|建成|完成|培训|种植|推广|维修|修建|创建|培育|开展|举办|覆盖|惠及|服务|新增|治理|整治)(?:了)?多少"
    r"(?!钱|万|元|亿|资金|经费|预算|项目|单位|部门)[\u4e00-\u9fff]|"
    r"(?:几|多少)(?:座|个|度|升|公斤|盏|间|张|栋|幢|头|只|艘|片|眼|杆|根|公顷|平米|立方米|千米|场|次|人次|公里|亩|家|套|台|批|期|名|件|份|处|条|吨|户|所|株|棵|米|篇|册|平方米|课时|小时|人天|分钟|天|人(?=$|[?？,，。]))(?!项目|单位|部门|机构|科室)"
)
TIMED = re.compile(
    r"(?:哪|几)(?:一)?(?:天|日|月|号)[^，。]{0,4}(?:前|之前|完|建|交|开|弄|结束|到位)|"
    r"(?:什么时候|何时|啥时候?|多久|多长时间|哪天)[^，。]{0,6}(?:完|建成|交付|结束|到位|弄好|验收|竣工|完工|开工)|"
    r"(?:干|做|办|修|建|搞|忙|排)到(?:几|哪)(?:月|天|号)|完成时间|完工时间|时限|截止"
)
"""When something has to be done: a target's date."""

_CLAUSE = re.compile("[、,，;；。]|(?:以及|还有|和)(?=[^,，、]{0,8}(?:几|多少))")
_COUNTING = re.compile("(?:几|多少)[\u4e00-\u9fff]|(?:几|哪)[月天]")
_OF_MONEY = re.compile("预算|经费|多少(?:钱|万|元)|花")
_POINTS = "分"
_OF_BODY = re.compile("整体|部门|单位|^自评得分")
_FRAME = 4
"""How many cells of a table's frame may name its project."""
_LEAST, _LEAST_IN_PROJECT = 0.45, 0.15
"""How much of the question's wording a row must hold; less where the question names the very project."""
_UNIT = re.compile(r"(?:几|多少)([\u4e00-\u9fff]{1,4})")
_LENGTHS, _AREAS = ("公里", "千米", "米"), ("平方", "亩", "公顷")
_DATE = re.compile(r"\d\s*[年月日号]|[上中下]旬|底前|年底|季度")
_COMMON = set("的了是在有多少几个年月日本项目要用能不到达完成前之")
_CLEAR = 2.5
"""What a row has to gather to be the one asked for."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a performance table."""

    view: View
    table: Table
    index: int

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.table.rows[self.index]

    @property
    def text(self) -> str:
        return " ".join(c.text for c in self.cells if c.text)

    @property
    def frame(self) -> str:
        return " ".join((self.table.title, *self.table.preamble[:_FRAME]))

    def unit(self) -> Unit:
        """The row as the ranking of passages takes it."""
        box = next((c.bbox for c in self.cells if c.bbox), None)
        page, title = self.cells[0].page, self.table.title
        return Unit(
            Passage(self.text, None, self.view.info.id, page, title, box, title, str(self.index)), self.frame, 1
        )


def of_a_project(query: Query) -> bool:
    """Whether a question asks for the date or the points of a project that it names."""
    named = any(s.labels for s in query.subjects)
    return (named and TIMED.search(query.text) is not None) or _SCORE.search(query.text) is not None


def indicator(task: Task) -> Draft | None:
    """A performance target: the row of a performance table that the question's words name, with its figure; a row for
    each where a question asks several of a project (办几场，受众至少多少人)."""
    query = task.query
    rows = [
        _Row(view, table, i)
        for view in views_for(task)
        for table in view.content.tables
        if table.kind is TableKind.PERFORMANCE
        for i, row in enumerate(table.rows)
        if row
    ]
    named = {clean(label) for s in query.subjects for label in s.labels}
    own = [r for r in rows if any(label in clean(r.frame) for label in named)]
    if _SCORE.search(query.text) and not own:
        return None  # points are given to something
    if own and (several := _several(query, own)) is not None:
        return several
    if (row := _clearest(query, own or rows, anywhere=not own)) is not None:
        return _told(row, query.text, sure=True)
    row = _by_wording(query, own or rows, _LEAST_IN_PROJECT if own else _LEAST)
    return None if row is None else _told(row, query.text, sure=False)


def _several(query: Query, own: Sequence[_Row]) -> Draft | None:
    """The rows that two and more clauses of a question ask for; None unless each clause has a row of its own."""
    asking = [
        c
        for c in _CLAUSE.split(query.masked)
        if (QUANTITY.search(c) or TIMED.search(c) or _COUNTING.search(c)) and not _OF_MONEY.search(c)
    ]
    if len(asking) < 2:
        return None
    rows = [_clearest(replace(query, masked=c, text=c), own, anywhere=False) for c in asking]
    told = [_told(row, clause, sure=True) for row, clause in zip(rows, asking, strict=True) if row is not None]
    drafts = [draft for draft in told if draft is not None]
    if len(drafts) < len(asking) or len({id(r.cells) for r in rows if r is not None}) < len(rows):
        return None
    items = tuple(item for draft in drafts for item in draft.items)
    passages = tuple(passage for draft in drafts for passage in draft.passages)
    status = Status.SINGLE_SOURCE if items else Status.TEXT
    return Draft(status, items, "\n".join(d.lead for d in drafts), passages=passages, explained=True)


def score(task: Task) -> Draft | None:
    """The points that prose says a project, or the whole body, got for its performance; None where it says none."""
    if not _SCORE.search(task.query.text):
        return None
    named = {clean(label) for s in task.query.subjects for label in s.labels}
    found = [
        (claim, view)
        for view in views_for(task)
        for claim in view.content.claims
        if claim.unit == _POINTS
        and (any(n in clean(claim.subject) for n in named) if named else _OF_BODY.search(claim.subject))
    ]
    if len({claim.value for claim, _ in found}) != 1:
        return None
    item = task.item(claim_figure(*found[0]))
    return Draft(item.verdict.status, (item,), found[0][0].text, explained=True)


def _by_wording(query: Query, rows: Sequence[_Row], least: float) -> _Row | None:
    """The row that holds the most of the question's words."""
    units = [r.unit() for r in rows]
    best = rank_units(query, units, least, widened=False)
    return rows[next(i for i, u in enumerate(units) if u is best[0][1])] if best else None


def _clearest(query: Query, own: Sequence[_Row], *, anywhere: bool) -> _Row | None:
    """The row of the named project that the rest of the question speaks of; None where two do as well as each other."""
    if _SCORE.search(query.text) and _TOTAL_SCORE.search(query.text):
        totals = [r for r in own if _OF_ALL.match(r.cells[0].text)]
        return totals[0] if len(totals) == 1 else None
    scored = sorted(((_speaks(query, r, anywhere), i) for i, r in enumerate(own)), reverse=True)
    best = [own[i] for score, i in scored if score == scored[0][0] and score >= _CLEAR]
    return best[-1] if len({row.text for row in best}) == 1 else None


def _speaks(query: Query, row: _Row, anywhere: bool) -> float:
    """How much of what is asked about the project a row holds: words, the unit asked for, a date where one is.

    `anywhere`: no project is named, so that the row needs both the unit and a word.
    """
    project = {c for s in query.subjects if s.labels for c in s.text}
    asked = fold(asked_text(query))
    text = fold(row.text)
    pairs = sum(1 for pair in bigrams(asked) if pair in text and not set(pair) <= project)
    singles = sum(1 for c in {*asked} - project - _COMMON if "一" <= c <= "鿿" and c in text)
    wanted = {g for m in _UNIT.finditer(query.text) for g in (m.group(1), m.group(1)[:2], m.group(1)[:1])}
    if re.search("多(?:长|远|宽|深|高)", query.text):
        wanted |= set(_LENGTHS)
    if re.search("多大|面积", query.text):
        wanted |= set(_AREAS)
    values = [c.text for c, path in zip(row.cells, row.table.header, strict=False) if _is_value(path)]
    counted = any(re.search(rf"\d\s*{re.escape(u)}", v) for v in values for u in wanted)
    dated = bool(TIMED.search(query.text)) and any(_DATE.search(v) for v in values)
    if anywhere and not (counted and pairs):
        return 0.0
    return 2.0 * pairs + 0.75 * singles + 2.0 * counted + 2.5 * dated


def _is_value(path: Sequence[str]) -> bool:
    return any(_PLANNED_COLUMN.search(p) or _DONE_COLUMN.search(p) for p in path)


def _told(row: _Row, text: str, *, sure: bool) -> Draft | None:
    """The figure in the column asked for: what was planned, what was reached, or the score. None without such a column."""
    column = _SCORE_COLUMN if _SCORE.search(text) else _DONE_COLUMN if _DONE.search(text) else _PLANNED_COLUMN
    cells = [c for c, path in zip(row.cells, row.table.header, strict=False) if any(column.search(p) for p in path)]
    if column is not _PLANNED_COLUMN and not cells:
        return None
    cell = next((c for c in cells if c.text), None)
    m = _NUMBER.search(cell.text) if cell and not _DATE.search(cell.text) else None
    title, info = row.table.title, row.view.info
    page = cell.page if cell else row.cells[0].page
    passage = Passage(row.text, None, info.id, page, title, cell.bbox if cell else None, title, "")
    lead = f"《{title}》：{row.text}。"
    if m is None or cell is None:
        return Draft(Status.TEXT, lead=lead, passages=(passage,), explained=sure)
    places = len(m.group(1).partition(".")[2])
    unit = m.group(2) or (_POINTS if column is _SCORE_COLUMN else "")
    figure = Figure(title, info, info.year, "", Decimal(m.group(1)), unit, places)
    label = "得分" if column is _SCORE_COLUMN else "实际完成值" if column is _DONE_COLUMN else "指标值"
    items = (Item(figure, Verdict(Status.SINGLE_SOURCE, ()), label),)
    return Draft(Status.SINGLE_SOURCE, items, lead, passages=(passage,), explained=sure)
