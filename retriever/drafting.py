"""The draft of an answer: whose documents, what they never hold, the operation, what stays in doubt."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.errors import UnitError
from prompts import say
from retriever import operations, targets
from retriever.carrying import carry_out, unverified
from retriever.catalog import Catalog
from retriever.closest import closest
from retriever.draft import Draft, shown
from retriever.library import Library
from retriever.passages import quote, views_for
from retriever.passed import asked_but_unknown, only_a_part, parts_of_items, passed_over
from retriever.query import Operation, Query
from retriever.task import TOTAL, Task, name_of
from retriever.types import Status
from retriever.units import ASKED
from retriever.whose import departments, unknown

_FILE = "answers"
_NEVER_HELD = ("全", "供应商")
"""What no printed label makes a thing of budgets: a whole region's money, whose bid was taken."""
_PEOPLE = "人员数量"
"""The restrictor of numbers of people, which some documents do print."""
_SERVED = re.compile("出国|团组|出访|保障|服务|培训|补贴|惠及|覆盖|救助|发放|受益|接待|参加|目标")
_FIRM = (Status.VERIFIED, Status.SINGLE_SOURCE)
_LONG_LABEL = 4
"""A printed label of so many characters outweighs words for what budgets don't hold."""
_ALL_MONEY = re.compile("预算(?!单位|编制)|总收入|总支出|收支")
_THE_OTHERS = frozenset({"其余", "其他", "剩下"})
_TOGETHER = re.compile("合计|一共|总共|加起来|共计|总和")
_LEFT_OVER = 2
"""So many characters of a question that nothing explains make its figure unverified: it may answer something else."""
_COUNTED = (Operation.LOOKUP, Operation.COUNT, Operation.SUM)


def draft_answer(query: Query, catalog: Catalog, library: Library) -> tuple[Draft, tuple[str, ...]]:
    if not catalog.documents:
        return Draft(Status.NOT_FOUND, lead=say(_FILE, "empty_store")), ()
    if query.unknown_bodies:
        return _staff_of_listed(query, catalog, library) or unknown(query, catalog), ()
    if query.commanded:
        return Draft(Status.NOT_FOUND, lead=say(_FILE, "commanded")), ()
    served = query.restrictor == _PEOPLE and (_SERVED.search(query.masked) or _is_shared_out(query))
    labelled = any(s.labels and s.end - s.start >= _LONG_LABEL for s in query.subjects)
    staffed = _staff(query, catalog, library) if query.restrictor == _PEOPLE and not served else None
    if staffed is not None:
        return staffed, ()
    if query.restrictor and not served and (not labelled or query.restrictor.startswith(_NEVER_HELD)):
        refusal = Draft(Status.NOT_FOUND, lead=say(_FILE, "restricted", what=query.restrictor))
        whose = departments(query, catalog, library)
        if isinstance(whose, Draft):
            return refusal, ()
        return _with_closest(refusal, Task(query, library, whose), catalog), ()
    if served or targets.QUANTITY.search(query.text):
        kept = tuple(s for s in query.subjects if s.concepts[:1] != ("units.staff",))
        query = replace(query, subjects=kept)
    bodies = departments(query, catalog, library)
    if isinstance(bodies, Draft):
        return bodies, ()
    if len(bodies) > 1 and ASKED.search(query.text):  # 下属单位 says among whom, not what
        money = tuple(s for s in query.subjects if not any(c.split(".")[0] == "units" for c in s.concepts[:1]))
        if not money and _ALL_MONEY.search(query.masked):
            money = (TOTAL,)
            together = query.operation is Operation.LOOKUP and _TOGETHER.search(query.masked)
            query = replace(query, operation=Operation.SUM) if together else query
        rest = tuple(p for p in query.leftover if p not in _THE_OTHERS)
        query = replace(query, subjects=money, leftover=rest, modifiers=tuple(set(query.modifiers) - _THE_OTHERS))
    task = Task(query, library, bodies)
    try:
        draft = carry_out(task)
    except UnitError as error:
        return Draft(Status.NOT_FOUND, lead=f"{error}。"), ()
    if draft.items and draft.status in _FIRM and not draft.explained:
        draft = _of_that_very_thing(task) or _doubted(draft, query)
    if draft.status is Status.NOT_FOUND and draft.notes == () and not query.subjects:
        draft = replace(draft, lead=draft.lead or say(_FILE, "not_understood"))
    wordy = draft.status is Status.TEXT and query.operation in (Operation.COUNT, Operation.LOOKUP)
    uncounted = query.operation in _COUNTED and query.threshold is None and not draft.explained
    unmet = draft.status is Status.NOT_FOUND and uncounted
    if wordy or unmet:
        draft = operations.stated_count(task) or draft
    if draft.unsaid:
        draft = _with_closest(draft, task, catalog)
    return draft, _assumptions(task, draft)


def _staff(query: Query, catalog: Catalog, library: Library) -> Draft | None:
    """The number of people asked for, where the documents print or state it."""
    whose = departments(query, catalog, library)
    if isinstance(whose, Draft):
        return None
    task = Task(query, library, whose)
    counted = operations.staff(task) or operations.by_heading(task) or operations.stated_count(task)
    return counted if counted is None or counted.explained else _doubted(counted, query)


def _staff_of_listed(query: Query, catalog: Catalog, library: Library) -> Draft | None:
    """The staff of a unit of which nothing but a row of the department's list is held."""
    counted = _staff(query, catalog, library) if query.bodies and query.restrictor == _PEOPLE else None
    if counted is None or any(i.figure.fact is None or i.figure.fact.is_total for i in counted.items):
        return None
    return counted


def _of_that_very_thing(task: Task) -> Draft | None:
    """The count that prose states of what the question names beside the known words (校车, of all 车辆)."""
    query = task.query
    if query.operation not in _COUNTED or not query.leftover:
        return None
    stated = operations.stated_count(task)
    return stated if stated is not None and all(word in stated.lead for word in query.leftover) else None


def _is_shared_out(query: Query) -> bool:
    """按在职人数平均，人均公用经费: money for each head is asked for, not how many heads there are."""
    money = any(s.concepts[:1] != ("units.staff",) for s in query.subjects)
    return query.operation is Operation.PER_UNIT and money


def _with_closest(draft: Draft, task: Task, catalog: Catalog) -> Draft:
    """What the documents say that is nearest, quoted: it answers nothing, but a reader may find what was meant."""
    passages = closest(task.query.text, views_for(task), catalog, task.library)
    quoted = [say(_FILE, "closest_text", text=quote(p), document=p.document, page=p.page) for p in passages]
    heading = (say(_FILE, "closest"),) if quoted else ()
    return replace(draft, notes=(*draft.notes, *heading, *quoted), passages=(*draft.passages, *passages))


def _assumptions(task: Task, draft: Draft) -> tuple[str, ...]:
    """Say which year was taken where the question named none and several are held."""
    query = task.query
    slips = tuple(say(_FILE, "slip", written=written, printed=printed) for written, printed in query.slips)
    if draft.status in (Status.NOT_FOUND, Status.CLARIFY) or query.years or query.relative_years or query.recent_years:
        return slips
    years = {y for b in task.bodies for y in b.years}
    used = {i.figure.year for i in draft.items}
    if len(years) > 1 and len(used) == 1:
        return (*slips, say(_FILE, "latest_year", year=used.pop()))
    return slips


def _doubted(draft: Draft, query: Query) -> Draft:
    """Where part of the question was not understood the figure stands, but nothing is shown as verified."""
    passed = passed_over(query, draft)
    unknown_part = asked_but_unknown(query) if query.operation is Operation.LOOKUP else ()
    if unknown_part or only_a_part(query):
        whole = "；".join(f"{name_of(i.figure)}{i.label or i.figure.label}{shown(i.figure)}" for i in draft.items)
        return Draft(
            Status.NOT_FOUND,
            lead=say(_FILE, "only_whole", text="、".join(unknown_part or parts_of_items(query)), whole=whole),
        )
    left = query.leftover if sum(map(len, query.leftover)) >= _LEFT_OVER else (*query.modifiers, *query.cut)
    if left:
        note = say(_FILE, "left_over", text="、".join(left))
    elif passed:
        note = say(_FILE, "passed_over", text="、".join(passed))
    else:
        return draft
    return replace(unverified(draft), notes=(*draft.notes, note))
