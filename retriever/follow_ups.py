"""Questions that go on from an answer, each answerable from what is held."""

from __future__ import annotations

from indexer.vocabulary import vocabulary
from retriever.catalog import Body
from retriever.draft import Draft
from retriever.evidence import Figure
from retriever.library import Library
from retriever.query import Operation, Query
from retriever.types import Status

_MOST = 3
_TOTALS = ("expenditure.total", "income.total", "expenditure.year", "income.year", "total")
_EACH_YEAR = (Operation.SHARE, Operation.RANK, Operation.SUM)
_STATED = ("三公经费", "支出总额")


def follow_ups(query: Query, draft: Draft, bodies: tuple[Body, ...], library: Library) -> tuple[str, ...]:
    """Up to three. After one figure of one department: a part, another year, a share or a unit; after anything else the
    same of another year, and what every department publishes."""
    if draft.status is Status.CLARIFY:
        return ()
    figure = draft.items[0].figure if len(draft.items) == 1 == len(bodies) else None
    if figure is None or figure.fact is None or query.operation is not Operation.LOOKUP:
        return (*_in_another_year(query, draft, bodies), *_published(query, draft, bodies))[:_MOST]
    part = _largest_part(figure, library)
    out = [f"其中{part}呢"] if part else []
    others = [y for y in bodies[0].years if y != figure.year]
    out += [f"那{others[-1]}年呢"] if others else []
    if figure.fact.concept not in _TOTALS and figure.fact.side != "income" and figure.unit.endswith("元"):
        out.append("占总支出的百分之几")
    if figure.unit == "万元" and not query.unit:
        out.append("换算成元")
    return tuple(out[:_MOST])


def _largest_part(figure: Figure, library: Library) -> str:
    """The largest thing that the document prints as a part of a figure; "" where it prints none."""
    concepts = vocabulary().concepts
    concept = concepts.get(figure.fact.concept) if figure.fact is not None else None
    if concept is None:
        return ""
    view = library.view(figure.info.id, figure.info.sha256)
    printed = [
        (fact.value, part)
        for part in concept.parts
        for fact in view.by_concept.get(part, ())
        if fact.value is not None and fact.measure == "total" and part in concepts
    ]
    value, part = max(printed, default=(None, ""))
    return concepts[part].name if value else ""


def _in_another_year(query: Query, draft: Draft, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """The question again for the latest other year that all departments have; not where it spoke of several years."""
    years = {item.figure.year for item in draft.items}
    if len(years) != 1 or len(query.years) > 1 or query.operation not in _EACH_YEAR:
        return ()
    held = set.intersection(*(set(body.years) for body in bodies)) - years
    return (f"那{max(held)}年呢",) if held else ()


def _published(query: Query, draft: Draft, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """What the department that the answer is about states every year, as whole questions; none that was just asked."""
    sources = [i.figure.info.id for i in draft.items] + [p.document for p in draft.passages]
    of = [body for body in bodies if any(held.id in sources[:1] for held in body.documents)]
    body = of[0] if of else bodies[0] if len(bodies) == 1 else None
    if body is None or not body.years:
        return ()
    year = max([year for year in query.years if year in body.years] or body.years)
    return tuple(f"{body.name}{year}年{what}多少" for what in _STATED if what[:2] not in query.text or len(bodies) > 1)
