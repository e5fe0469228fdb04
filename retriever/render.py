"""From draft to answer: the text a citizen reads, the values, the proof and the places."""

from __future__ import annotations

from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import SURE_ENOUGH
from prompts import say
from retriever.draft import Draft, Item, in_unit, is_blank, rounded, shown
from retriever.evidence import Figure
from retriever.library import Library
from retriever.places import citations, elsewhere, place_line, printed
from retriever.query import Query
from retriever.sums import named_sum, spelled_out
from retriever.task import name_of
from retriever.types import Answer, Check, Question, Status, Value

_FILE = "answers"
_MAX_CHECKS = 12


def _asked_unit(figure: Figure, query: Query) -> str:
    return query.unit if query.unit and figure.unit in UNIT_SCALE and query.unit != figure.unit else ""


def to_value(item: Item, query: Query) -> Value:
    """One figure of the answer, in the unit asked for; a conversion keeps the exact amount."""
    figure = item.figure
    unit = _asked_unit(figure, query)
    if unit:
        exact, places = in_unit(figure, unit)
        own = max(-int(exact.as_tuple().exponent), 0)
        digits = min(max(places, 0), own) if UNIT_SCALE[unit] <= UNIT_SCALE[figure.unit] else max(min(own, 4), 2)
        value, exact_value, in_ = plain(exact, digits), exact, unit
    else:
        places = figure.places
        value, exact_value, in_ = plain(rounded(figure.value, places)), figure.value, figure.unit
    if is_blank(figure):
        value = "0"
    return Value(
        label=item.label or figure.label,
        value=value,
        unit=in_,
        department=figure.info.department,
        year=figure.year,
        doc_type=figure.stage or (figure.info.doc_type.value if figure.info.doc_type else ""),
        verified=item.verdict.status is Status.VERIFIED,
        exact=exact_value,
    )


def _line(item: Item, query: Query) -> str:
    value = to_value(item, query)
    text = f"{value.value}{value.unit}"
    whose = name_of(item.figure)
    if _asked_unit(item.figure, query) and not is_blank(item.figure):
        return say(_FILE, "value_converted", whose=whose, label=value.label, value=text, printed=shown(item.figure))
    line = say(_FILE, "value", whose=whose, label=value.label, value=text)
    if is_blank(item.figure):
        printed = (
            item.figure.fact.text if item.figure.fact and item.figure.fact.text.strip() else say(_FILE, "blank_word")
        )
        line += say(_FILE, "blank", printed=printed)
    return line


def _proof(draft: Draft, library: Library) -> list[str]:
    """What the figure consists of, then how it was checked."""
    lines: list[str] = []
    for item in draft.items[:3]:
        if item.figure.inputs:
            lines.append(say(_FILE, "computed", expression=item.figure.expression))
            continue
        sums = [i for i in item.verdict.agreeing if i.relation == "sum" and i.target.ref == item.figure.ref]
        named = sorted((named_sum(i, item.figure, library) for i in sums), key=lambda n: not n[0])
        if named:
            lines.append(say(_FILE, "composed", expression=named[0][1], unit=sums[0].unit))
    for item in (*draft.items, *draft.support):
        for identity in item.verdict.disagreeing[:2]:
            lines.append(say(_FILE, "disagrees", message=(identity.message or identity.expression).rstrip("。")))
    agreeing = {i.id for item in (*draft.items, *draft.support) for i in item.verdict.agreeing}
    if agreeing:
        lines.append(say(_FILE, "verified", count=len(agreeing)))
    elif draft.status is Status.SINGLE_SOURCE:
        lines.append(say(_FILE, "single_source"))
    if draft.status is Status.CONFLICT and draft.items:
        lines.append(say(_FILE, "conflict"))
    return list(dict.fromkeys(lines))


def _unclear(draft: Draft) -> list[str]:
    """Which printed figures may be misread; none that the arithmetic of their document confirms."""
    unproved = [item.figure for item in draft.items if item.verdict.status is not Status.VERIFIED]
    facts = [f.fact for figure in unproved for f in printed(figure) if f.fact is not None]
    return [
        say(_FILE, "unclear", item=f.item, value=f"{f.text}{f.unit}", percent=f"{100 * f.confidence:.0f}")
        for f in facts
        if f.confidence < SURE_ENOUGH
    ]


def opening(draft: Draft, query: Query) -> tuple[str, ...]:
    """The lines that say the answer; proof, notes and places follow them."""
    lines = [draft.lead] if draft.lead else []
    if not draft.lead:
        lines += [_line(i, query) for i in draft.items]
    elif query.unit and draft.items:
        lines += [_line(i, query) for i in draft.items if _asked_unit(i.figure, query)]
    return tuple(dict.fromkeys(line for line in lines if line))


def render(question: Question, query: Query, draft: Draft, library: Library, extra: tuple[str, ...] = ()) -> Answer:
    """The whole answer."""
    places = citations(draft, library)
    lines = [*opening(draft, query), *_unclear(draft)]
    lines += _proof(draft, library)
    lines += elsewhere(draft, library)
    lines += [n for n in draft.notes if n]
    lines += list(extra)
    if places and draft.status is not Status.NOT_FOUND:
        lines += [place_line(c) for c in places[: max(len(draft.items), 1)][:6]]
    empty = draft.status in (Status.NOT_FOUND, Status.CLARIFY)
    return Answer(
        question=question.text,
        status=draft.status,
        text="\n".join(dict.fromkeys(line for line in lines if line)),
        values=() if empty else tuple(to_value(i, query) for i in draft.items),
        verification=() if empty else _checks(draft, library),
        citations=places,
        choices=draft.choices,
        id=question.id,
    )


def _checks(draft: Draft, library: Library) -> tuple[Check, ...]:
    out = [c for item in draft.items for c in spelled_out(item, library)]
    out += [c for item in (*draft.items, *draft.support) for c in item.verdict.checks]
    return tuple({(c.claim, c.expression, c.method): c for c in out}.values())[:_MAX_CHECKS]


def yuan(figure: Figure) -> str:
    """A money figure in 元, for comparing."""
    return plain(convert(figure.value, figure.unit, "元"))
