"""From draft to answer: the text a citizen reads, the values, the proof and the places."""

from __future__ import annotations

from dataclasses import replace

from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import Identity, IdentityStatus, Term
from indexer.vocabulary import vocabulary
from prompts import say
from retriever.draft import Draft, Item, Passage, in_unit, is_blank, rounded, shown
from retriever.evidence import Figure
from retriever.library import Library
from retriever.query import Query
from retriever.task import name_of
from retriever.types import Answer, Check, Citation, Question, Status, Value
from retriever.view import View

_FILE = "answers"
_MAX_CHECKS = 12
_MAX_TERMS = 12
_QUOTED = 60


def _view(library: Library, figure: Figure) -> View:
    return library.view(figure.info.id, figure.info.sha256)


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


def _named_sum(identity: Identity, figure: Figure, library: Library) -> tuple[bool, str]:
    """A sum with its terms' names, and whether the terms are other items (not other columns of one row)."""
    view = _view(library, figure)
    terms: list[str] = []
    rows = False
    for term in _parted(identity.terms, figure, view):
        fact, claim = view.facts.get(term.ref), view.claims.get(term.ref)
        if fact is None and claim is None:
            return False, identity.expression
        if fact is not None:
            other = figure.fact is not None and fact.item != figure.fact.item
            rows |= other
            name = fact.item if other else (fact.measure_path[-1] if fact.measure_path else fact.item)
            amount = plain(fact.value, fact.places)
        else:
            assert claim is not None
            name, amount = claim.subject, plain(claim.value, claim.places)
        terms.append((("" if not terms else " + ") if term.sign > 0 else " - ") + f"{name} {amount}")
    if len(terms) > _MAX_TERMS:
        return rows, identity.expression
    return rows, "".join(terms) + f" = {plain(identity.printed)}"


def _parted(terms: tuple[Term, ...], figure: Figure, view: View) -> tuple[Term, ...]:
    """Terms with each subtotal of named parts (用车 = 购置 + 运行) replaced by its parts."""
    out: list[Term] = []
    for term in terms:
        fact = view.facts.get(term.ref)
        own = fact is None or (figure.fact is not None and figure.fact.concept == fact.concept)
        parts = (
            vocabulary().concepts[fact.concept].parts
            if fact and not own and fact.concept in vocabulary().concepts
            else ()
        )
        sums = [
            i.terms
            for i in view.identities.get(term.ref, ())
            if parts
            and i.relation == "sum"
            and i.status is IdentityStatus.HOLDS
            and i.target.ref == term.ref
            and {view.facts[t.ref].concept for t in i.terms if t.ref in view.facts} == set(parts)
        ]
        out += [Term(t.ref, t.sign * term.sign) for t in sums[0]] if sums else [term]
    return tuple(out)


def _elsewhere(draft: Draft, library: Library) -> list[str]:
    """Where else the document states the same figure."""
    lines = []
    for item in draft.items[:2]:
        own = to_citation(item.figure, library)
        for citation in _other_places(item, library)[:3]:
            if item.verdict.disagreeing or (own and citation.page == own.page and citation.table == own.table):
                continue
            where = f"《{citation.table}》“{citation.row}”" if citation.table else f"文字“{_short(citation.text)}”"
            lines.append(say(_FILE, "elsewhere", page=citation.page, where=where))
    return lines


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def _proof(draft: Draft, library: Library) -> list[str]:
    """What the figure consists of, then how it was checked."""
    lines: list[str] = []
    for item in draft.items[:3]:
        if item.figure.inputs:
            lines.append(say(_FILE, "computed", expression=item.figure.expression))
            continue
        sums = [i for i in item.verdict.agreeing if i.relation == "sum" and i.target.ref == item.figure.ref]
        named = sorted((_named_sum(i, item.figure, library) for i in sums), key=lambda n: not n[0])
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


def _sources(figure: Figure) -> tuple[Figure, ...]:
    """The printed figures that a figure rests on."""
    if not figure.inputs:
        return (figure,)
    return tuple(f for i in figure.inputs for f in _sources(i))


def to_citation(figure: Figure, library: Library) -> Citation | None:
    """Where a printed figure stands."""
    view = _view(library, figure)
    if figure.fact is not None:
        source = figure.fact.source
        table = view.tables.get(figure.fact.table)
        return Citation(
            document=figure.info.id,
            department=figure.info.department,
            year=figure.info.year,
            doc_type=figure.info.doc_type.value if figure.info.doc_type else "",
            section="",
            table=table.title if table else "",
            row=_row_label(figure, view),
            column=" / ".join(figure.fact.measure_path),
            page=source.page,
            bbox=source.bbox,
            text=figure.fact.text or shown(figure),
        )
    if figure.claim is not None:
        source = figure.claim.source
        return Citation(
            document=figure.info.id,
            department=figure.info.department,
            year=figure.info.year,
            doc_type=figure.info.doc_type.value if figure.info.doc_type else "",
            section=" > ".join(figure.claim.context),
            table="",
            row="",
            column="",
            page=source.page,
            bbox=source.bbox,
            text=figure.claim.text,
        )
    return None


def _row_label(figure: Figure, view: View) -> str:
    assert figure.fact is not None
    return f"{figure.fact.code} {figure.fact.item}".strip() if figure.fact.code else figure.fact.item


def _passage_citation(
    passage: Passage, library: Library, documents: dict[str, tuple[str, int | None, str]]
) -> Citation:
    department, year, doc_type = documents.get(passage.document, ("", None, ""))
    return Citation(
        document=passage.document,
        department=department,
        year=year,
        doc_type=doc_type,
        section=passage.section,
        table=passage.table,
        row=passage.row,
        column="",
        page=passage.page,
        bbox=passage.bbox,
        text=passage.text[:400],
    )


def citations(draft: Draft, library: Library) -> tuple[Citation, ...]:
    """Every place that the answer rests on, once, the values' own first; then the other places that agree."""
    figures = [f for item in draft.items for f in _sources(item.figure)]
    figures += [f for item in draft.support for f in _sources(item.figure)]
    out: list[Citation] = []
    for figure in figures:
        citation = to_citation(figure, library)
        if citation is not None:
            out.append(citation)
    for item in (*draft.items, *draft.support):
        out += _other_places(item, library)
    held = {d.id: (d.department, d.year, d.doc_type.value if d.doc_type else "") for d in library.catalog().documents}
    out += [_passage_citation(p, library, held) for p in draft.passages]
    return tuple({(c.document, c.page, c.bbox, c.text): c for c in out}.values())[:20]


def _other_places(item: Item, library: Library) -> list[Citation]:
    """Places that state the same (or a contradicting) figure."""
    out: list[Citation] = []
    view = _view(library, item.figure)
    for identity in (*item.verdict.disagreeing, *item.verdict.agreeing):
        if identity.relation != "same" and identity not in item.verdict.disagreeing:
            continue
        for ref in (identity.target.ref, *(t.ref for t in identity.terms)):
            if ref == item.figure.ref:
                continue
            fact, claim = view.facts.get(ref), view.claims.get(ref)
            if fact is not None:
                other = replace(item.figure, fact=fact, claim=None, inputs=())
            elif claim is not None:
                other = replace(item.figure, fact=None, claim=claim, inputs=())
            else:
                continue
            citation = to_citation(other, library)
            if citation is not None:
                out.append(citation)
    return out[:8]


def _place_line(citation: Citation) -> str:
    if citation.table and citation.row:
        return say(
            _FILE,
            "place",
            document=citation.document,
            page=citation.page,
            table=citation.table,
            row=citation.row,
            column=citation.column,
        )
    return say(
        _FILE,
        "place_text",
        document=citation.document,
        page=citation.page,
        text=citation.table or _short(citation.text),
    )


def render(question: Question, query: Query, draft: Draft, library: Library, extra: tuple[str, ...] = ()) -> Answer:
    """The whole answer."""
    places = citations(draft, library)
    lines = [draft.lead] if draft.lead else []
    if not draft.lead:
        lines += [_line(i, query) for i in draft.items]
    elif query.unit and draft.items:
        lines += [_line(i, query) for i in draft.items if _asked_unit(i.figure, query)]
    lines += _proof(draft, library)
    lines += _elsewhere(draft, library)
    lines += [n for n in draft.notes if n]
    lines += list(extra)
    if places and draft.status is not Status.NOT_FOUND:
        lines += [_place_line(c) for c in places[: max(len(draft.items), 1)][:6]]
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


def _spelled_out(item: Item, library: Library) -> tuple[Check, ...]:
    """A sum of subtotals as the sum of their parts: 出国 + 购置 + 运行 + 接待 = 合计."""
    view = _view(library, item.figure)
    out = []
    for identity in item.verdict.agreeing:
        if identity.relation != "sum" or identity.target.ref != item.figure.ref:
            continue
        terms = _parted(identity.terms, item.figure, view)
        facts = [view.facts.get(t.ref) for t in terms]
        if terms == identity.terms or any(f is None or f.unit != identity.unit for f in facts):
            continue
        amounts = [plain(f.value, f.places) for f in facts if f is not None]
        total = shown(item.figure)
        expression = f"{' + '.join(amounts)} = {plain(item.figure.value, item.figure.places)}"
        out.append(Check(total, "recomputed", expression, True, (item.figure.ref, *(t.ref for t in terms))))
    return tuple(out)


def _checks(draft: Draft, library: Library) -> tuple[Check, ...]:
    out = [c for item in draft.items for c in _spelled_out(item, library)]
    out += [c for item in (*draft.items, *draft.support) for c in item.verdict.checks]
    return tuple({(c.claim, c.expression, c.method): c for c in out}.values())[:_MAX_CHECKS]


def yuan(figure: Figure) -> str:
    """A money figure in 元, for comparing."""
    return plain(convert(figure.value, figure.unit, "元"))
