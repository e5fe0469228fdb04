"""Questions that go on from an answer. Each is only proposed here: the engine offers those that it can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indexer.types import Fact
from indexer.vocabulary import vocabulary
from retriever.catalog import Body
from retriever.draft import Draft
from retriever.evidence import Figure
from retriever.library import Library
from retriever.query import Operation, Query
from retriever.types import Answer, Status

MOST = 3
_PROPOSED = 7
"""So many at most, since each is asked once before it is offered."""
_WHOLE = {"expenditure.total": "expenditure.year", "income.total": "income.year"}
"""Totals whose first part is all of them in most years: the parts of that are what a reader wants next."""
_TOTALS = (*_WHOLE, *_WHOLE.values(), "total", "carry.in", "carry.out")
_NO_SPENDING = ("assets", "units", "count", "carry", "income")
"""What is no part of what is spent, so that its share of the spending says nothing."""
_EACH_YEAR = (Operation.SHARE, Operation.RANK, Operation.SUM)
_STATED = ("三公经费{}多少", "支出{}总额多少", "基本支出{}多少", "项目支出{}多少")
_FEW = 2
_QUOTED = re.compile("[“”]|合计$")
_SAID = 2
"""So many characters tell whether something was just asked about."""
_CHANGES = (Operation.CHANGE, Operation.GROWTH, Operation.COMPARE, Operation.TREND)
_WHY = "变化的原因是什么"
_SHARE = "占总支出的百分之几"
_ALL = 100


def follow_ups(query: Query, draft: Draft, bodies: tuple[Body, ...], library: Library, whole: bool) -> tuple[str, ...]:
    """Proposals, the best first. After one figure of one department: its largest part, the change since another year, a
    share or a unit; after anything else the same of another year, and what every department publishes.

    `whole`: the conversation leaves open which department is meant, so every question names it.
    """
    if draft.status is Status.CLARIFY:
        return ()
    figure = draft.items[0].figure if len(draft.items) == 1 == len(bodies) else None
    if figure is None or figure.fact is None or query.operation is not Operation.LOOKUP:
        again = () if whole else _in_another_year(query, draft, bodies)
        proposed = (*_reason(query, draft, bodies), *again, *_published(query, draft, bodies))
    else:
        proposed = tuple(_after_figure(query, figure, figure.fact, bodies[0], library, whole))
    return tuple(text for text in dict.fromkeys(proposed) if text != query.text)[:_PROPOSED]


def leads_on(query: Query, answer: Answer) -> bool:
    """Whether the answer to a proposed question is worth a reader's click: figures, not all of them nothing, and no
    share of more than everything; or the document's own words, where it asks for a reason."""
    if query.operation is Operation.REASON:
        return answer.status is Status.TEXT and bool(answer.citations)
    values = [value for value in answer.values if value.value.strip("-0.")]
    beyond = query.operation is Operation.SHARE and any(v.unit == "%" and Decimal(v.value) > _ALL for v in values)
    return answer.status not in (Status.NOT_FOUND, Status.CLARIFY) and bool(values) and not beyond


def _after_figure(query: Query, figure: Figure, fact: Fact, body: Body, library: Library, whole: bool) -> Iterator[str]:
    of, subject = f"{body.name}{figure.year}年" if figure.year else body.name, _subject(query, fact)
    for part in _parts(figure, fact.concept, library):
        yield f"{of}{part}多少" if whole else f"其中{part}呢"
    kind = figure.info.doc_type
    held = sorted({d.year for d in body.documents if d.year and d.doc_type == kind} - {figure.year})
    if subject and figure.year and figure.year - 1 in held:
        yield f"{of if whole else f'{figure.year}年'}{subject}比{figure.year - 1}年增加还是减少"
    elif held and not whole:
        yield f"那{held[-1]}年呢"
    if (
        subject
        and fact.concept not in _TOTALS
        and fact.concept.split(".")[0] not in _NO_SPENDING
        and figure.unit.endswith("元")
    ):
        yield f"{of}{subject}{_SHARE}" if whole else _SHARE
    yield from _of_body(query, body, figure.year)
    if figure.unit == "万元" and not query.unit and not whole:
        yield "换算成元"


def _subject(query: Query, fact: Fact) -> str:
    """What a figure is of, as one says it: a plain total what the question called it; "" where only the document knows."""
    concept = vocabulary().concepts.get(fact.concept)
    said = query.subjects[0].text if query.subjects else ""
    if fact.concept in _TOTALS:
        return said
    return _QUOTED.sub("", concept.name) if concept else said if said == fact.item else ""


def _parts(figure: Figure, name: str, library: Library) -> tuple[str, ...]:
    """The largest thing that the document prints as a part of a figure; where it has no row of its own for any, the
    first few parts there may be."""
    concepts = vocabulary().concepts
    concept = concepts.get(_WHOLE.get(name, name))
    if concept is None:
        return ()
    view = library.view(figure.info.id, figure.info.sha256)
    parts = [part for part in concept.parts if part in concepts]
    printed = [
        (fact.value, part)
        for part in parts
        for fact in view.by_concept.get(part, ())
        if fact.value is not None and fact.measure == "total"
    ]
    value, largest = max(printed, default=(None, ""))
    return tuple(concepts[part].name for part in ([largest] if value else parts[:_FEW]))


def _in_another_year(query: Query, draft: Draft, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """The question again for the latest other year that all departments have; not where it spoke of several years."""
    years = {item.figure.year for item in draft.items}
    if len(years) != 1 or len(query.years) > 1 or query.operation not in _EACH_YEAR:
        return ()
    held = set.intersection(*(set(body.years) for body in bodies)) - years
    return (f"那{max(held)}年呢",) if held else ()


def _reason(query: Query, draft: Draft, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """Why one figure of one department is another than in an earlier year."""
    items = [i.figure for i in draft.items] if len(bodies) == 1 else []
    printed = [f for figure in items for f in (figure, *figure.inputs) if f.fact is not None]
    years = [figure.year for figure in printed if figure.year]
    subject = next((_subject(query, figure.fact) for figure in printed if figure.fact), "")
    if query.operation not in _CHANGES or len(set(years)) < _FEW or len(query.subjects) > 1 or not subject:
        return ()
    return (f"{bodies[0].name}{max(years)}年{subject}{_WHY}",)


def _published(query: Query, draft: Draft, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """What the department that the answer is about states every year, as whole questions."""
    sources = [i.figure.info.id for i in draft.items] + [p.document for p in draft.passages]
    of = [body for body in bodies if any(held.id in sources[:1] for held in body.documents)]
    body = of[0] if of else bodies[0] if len(bodies) == 1 else None
    several = len(bodies) > 1
    return () if body is None else tuple(_of_body(query, body, None, several))


def _of_body(query: Query, body: Body, year: int | None, several: bool = False) -> Iterator[str]:
    """Whole questions about what a department states every year, in a year asked about or its latest; those just asked
    only where that was of `several` departments."""
    wanted = [year] if year in body.years else [y for y in query.years if y in body.years] or list(body.years)
    if not wanted:
        return
    held = [d.doc_type or "" for d in body.documents if d.year == max(wanted)]
    kind = query.stage if query.stage in held else max(held)  # 预算, which states more, where both are held
    for what in _STATED:
        if several or what[:_SAID] not in query.text:
            yield f"{body.name}{max(wanted)}年{what.format(kind)}"
