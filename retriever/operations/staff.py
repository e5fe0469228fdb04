"""How many people a unit has, where a table of units prints it: posts, in service, retired."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.text import UNIT_SCALE
from indexer.types import Fact, TableKind
from retriever import compute
from retriever.draft import Draft
from retriever.evidence import Figure, fact_figure
from retriever.listed_units import unit_named
from retriever.operations.changes import pair_years
from retriever.passages import views_for
from retriever.query import Operation
from retriever.task import Task, status_of
from retriever.units import is_unit
from retriever.view import View

_POSTS = re.compile("编制")
_IN_SERVICE = re.compile("在职|在岗|实有|在编|现有")
_KINDS = (
    (re.compile("编制(?:数|人数|多少|几|有|是)|多少编制|几个编制"), _POSTS),
    (_IN_SERVICE, _IN_SERVICE),
    (re.compile("(?<!离)退休"), re.compile("^(?!.*离休).*退休")),
    (re.compile("离休"), re.compile("离休(?!.*退休)")),
)
"""What is asked of people, and the headings under which tables of units print it."""
_AT_WORK = re.compile("(?:多少|几)(?:个|名|位|号)?人|人数|上班|工作人员")
"""How many people a unit has, said of nobody else, are those in service."""
_VACANT = re.compile("空编|空缺|空着|缺编|缺员|没满|未满|满编|缺(?:多少|几)(?:个|名)?人?|(?:没|未)(?:招|用|配)满")
_BEYOND = re.compile("超编|(?:比|较|超过?|超出)(?:了)?编制")
_GAP = re.compile("多|少|差|超|缺")
_SAID = re.compile(
    "编制|在职|在岗|实有|在编|现有|退休|多出|少了|多了|相差|超出|空着?|缺|满|上班|的?人数?|现|职|还|有|比"
)
_CHANGES = (Operation.CHANGE, Operation.COMPARE, Operation.GROWTH)
_COUNTED = re.compile(r"人|编|数|在职|退休|离休")
_PEOPLE = "人"


def staff(task: Task) -> Draft | None:
    """The numbers asked for, each from the row of the unit or the sum of all; None unless every one is printed."""
    if (gap := staff_gap(task)) is not None:
        return gap
    wanted = _asked(task)
    if not wanted and _AT_WORK.search(task.query.masked):
        wanted = [_IN_SERVICE]
    found = [figure for heading in wanted if (figure := _printed(task, heading)) is not None]
    if not wanted or len(found) < len(wanted) or len(task.bodies) != 1:
        return None
    items = tuple(task.item(figure) for figure in found)
    return Draft(status_of(items), items, explained=_is_all_said(task))


def staff_gap(task: Task) -> Draft | None:
    """空编多少, 在职比编制多几个, 在职比上年少了几个: what lies between two numbers of people; None where none is asked."""
    pair = _two_numbers(task) if len(task.bodies) == 1 else None
    if pair is None:
        return None
    more, less = pair if pair[0].value >= pair[1].value else pair[::-1]
    gap = compute.difference(more, less, f"{_name(more, less)}比{_name(less, more)}多")
    items = (task.item(gap),)
    support = tuple(map(task.item, pair))
    return Draft(status_of((*items, *support)), items, support=support, explained=_is_all_said(task))


def staff_figure(task: Task) -> Figure | None:
    """The one number of people that a question names to share money out over (按在职人数平均); None for none."""
    wanted = _asked(task)
    return _printed(task, wanted[0]) if len(wanted) == 1 and len(task.bodies) == 1 else None


def _asked(task: Task) -> list[re.Pattern[str]]:
    return [heading for asked, heading in _KINDS if asked.search(task.query.masked)]


def _two_numbers(task: Task) -> tuple[Figure, Figure] | None:
    """The numbers that a question sets against each other: posts and people in service, or one of two years."""
    text, query = task.query.masked, task.query
    kinds = _asked(task)
    if _POSTS.search(text) and (_VACANT.search(text) or (_BEYOND.search(text) and _GAP.search(text))):
        kinds = [_POSTS, *(k for k in kinds if k is not _POSTS)]
        kinds = kinds if len(kinds) == 2 else [_POSTS, _IN_SERVICE]
        found = [_printed(task, kind) for kind in kinds]
    elif query.operation in _CHANGES and len(kinds) == 1 and (query.years or query.relative_years):
        years = pair_years(task, task.bodies[0]) or ()
        found = [_printed(replace(task, query=replace(query, years=(year,))), kinds[0]) for year in years]
    else:
        return None
    figures = [figure for figure in found if figure is not None]
    return (figures[0], figures[1]) if len(figures) == 2 else None


def _name(figure: Figure, other: Figure) -> str:
    return figure.label if figure.label != other.label else f"{figure.year}年{figure.label}"


def _is_all_said(task: Task) -> bool:
    """Whether what no subject explains only says of whom the number is asked."""
    query = task.query
    return not any(_SAID.sub("", word) for word in (*query.leftover, *query.modifiers, *query.cut))


def _printed(task: Task, heading: re.Pattern[str]) -> Figure | None:
    for view in views_for(task):
        unit = view.info.department if is_unit(view.info) else ""
        content = task.library.store.content(view.info.id) if unit else view.content
        facts = [
            fact
            for fact in content.facts
            if fact.kind is TableKind.UNITS
            and any(heading.search(name) and _COUNTED.search(name) for name in fact.measure_path)
        ]
        unit = unit or unit_named(task.query.text, (f.item for f in facts if not f.is_total), view.info)
        if (figure := _of_unit(facts, unit, view) if unit else _of_all(facts, view)) is not None:
            return figure
    return None


def _of_unit(facts: list[Fact], unit: str, view: View) -> Figure | None:
    own = [fact for fact in facts if fact.item == unit]
    return _people(own[0], view) if own and len({fact.value for fact in own}) == 1 else None


def _of_all(facts: list[Fact], view: View) -> Figure | None:
    """The printed sum of the units' numbers, else the units' numbers added."""
    totals = [fact for fact in facts if fact.is_total]
    if totals:
        return _people(totals[0], view) if len({fact.value for fact in totals}) == 1 else None
    figures = tuple(_people(fact, view) for fact in facts)
    if len(figures) < 2:
        return figures[0] if figures else None
    alone = len({fact.item for fact in facts}) == len(facts) and len({fact.table for fact in facts}) == 1
    return compute.total(figures, facts[0].measure_path[-1]) if alone else None


def _people(fact: Fact, view: View) -> Figure:
    figure = fact_figure(fact, view)
    unit = _PEOPLE if figure.unit in UNIT_SCALE else figure.unit or _PEOPLE  # a page's 万元 is not meant for people
    whose = "" if fact.is_total or fact.item == view.info.department else fact.item
    return Figure(
        f"{whose}{fact.measure_path[-1]}", figure.info, figure.year, figure.stage, figure.value, unit, 0, fact=fact
    )
