"""How many people a unit has, where a table of units prints it: posts, in service, retired."""

from __future__ import annotations

import re

from indexer.types import TableKind
from retriever.draft import Draft
from retriever.evidence import Figure, fact_figure
from retriever.passages import views_for
from retriever.task import Task, status_of
from retriever.units import is_unit

_KINDS = (
    (re.compile("编制(?:数|人数|多少|几|有|是)|多少编制|几个编制"), re.compile("编制")),
    (re.compile("在职|在岗|实有|在编|现有"), re.compile("在职|在岗|实有|在编|现有")),
    (re.compile("(?<!离)退休"), re.compile("^(?!.*离休).*退休")),
    (re.compile("离休"), re.compile("离休(?!.*退休)")),
)
"""What is asked of people, and the headings under which tables of units print it."""
_COUNTED = re.compile(r"人|编|数")
_PEOPLE = "人"


def staff(task: Task) -> Draft | None:
    """The numbers asked for, each from the row of the unit or the sum of all; None unless every one is printed."""
    wanted = [heading for asked, heading in _KINDS if asked.search(task.query.masked)]
    found = [figure for heading in wanted if (figure := _printed(task, heading)) is not None]
    if not wanted or len(found) < len(wanted) or len(task.bodies) != 1:
        return None
    items = tuple(task.item(figure) for figure in found)
    return Draft(status_of(items), items)


def staff_figure(task: Task) -> Figure | None:
    """The one number of people that a question names to share money out over (按在职人数平均); None for none."""
    wanted = [heading for asked, heading in _KINDS if asked.search(task.query.masked)]
    return _printed(task, wanted[0]) if len(wanted) == 1 and len(task.bodies) == 1 else None


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
        if unit:
            facts = [fact for fact in facts if fact.item == unit]
        else:
            facts = [fact for fact in facts if fact.is_total] or (facts if len({f.item for f in facts}) == 1 else [])
        if facts and len({fact.value for fact in facts}) == 1:
            figure = fact_figure(facts[0], view)
            label = facts[0].measure_path[-1]
            return Figure(
                label, figure.info, figure.year, figure.stage, figure.value, figure.unit or _PEOPLE, 0, fact=facts[0]
            )
    return None
