"""Questions that go on from an answer, each answerable from what is held."""

from __future__ import annotations

from indexer.vocabulary import vocabulary
from retriever.catalog import Body
from retriever.draft import Draft
from retriever.query import Operation, Query
from retriever.types import Status

_MOST = 3
_TOTALS = ("expenditure.total", "income.total", "expenditure.year", "income.year", "total")


def follow_ups(query: Query, draft: Draft, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """Up to three, for an answer with one figure of one department: a part, another year, a share or a unit."""
    if len(draft.items) != 1 or len(bodies) != 1 or draft.status in (Status.NOT_FOUND, Status.CLARIFY):
        return ()
    figure = draft.items[0].figure
    if figure.fact is None or query.operation is not Operation.LOOKUP:
        return ()
    concept = vocabulary().concepts.get(figure.fact.concept)
    out: list[str] = []
    if concept is not None and concept.parts:
        part = vocabulary().concepts.get(concept.parts[-1])
        out += [f"其中{part.name}呢"] if part is not None else []
    others = [y for y in bodies[0].years if y != figure.year]
    out += [f"那{others[-1]}年呢"] if others else []
    if figure.fact.concept not in _TOTALS and figure.fact.side != "income" and figure.unit.endswith("元"):
        out.append("占总支出的百分之几")
    if figure.unit == "万元" and not query.unit:
        out.append("换算成元")
    return tuple(out[:_MOST])
