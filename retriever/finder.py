"""Find a subject's figure for one body and year, in whichever held document says it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import Claim, ClaimRole, DocType
from retriever.catalog import Body
from retriever.evidence import FUND_KINDS, Figure, Wanted, claim_figure, fact_figure, find_figures, same_count
from retriever.library import Library, views_of
from retriever.query import Query, Subject
from retriever.view import View, alike

_PRINTED = 0.9
_ADJUSTED = "调整预算"
_WHOLE_YEAR = re.compile("全年预算|调整后?的?预算")
_OF_THE_YEAR = {"expenditure.year", "income.year"}
_TOTALS = {"expenditure.total", "income.total", "expenditure.year", "income.year", "total"}


@dataclass(frozen=True, slots=True)
class Found:
    """Figures of one subject for one body and year; `twins` are the same figures in the body's other document
    (部门 beside 单位); `missing` says why there are none."""

    figures: tuple[Figure, ...] = ()
    twins: tuple[Figure, ...] = ()
    missing: str = ""


def _with_twins(views: tuple[View, ...], subject: Subject, wanted: Wanted) -> Found:
    for i, view in enumerate(views):
        figures = find_figures(subject, view, wanted)
        if figures:
            twins = tuple(
                f for v in views[i + 1 :] if v.info.year == view.info.year for f in find_figures(subject, v, wanted)
            )
            return Found(figures, twins)
    return Found()


def _is_stock(subject: Subject) -> bool:
    return any(c.startswith("assets") for c in subject.concepts)


def find(
    library: Library,
    body: Body,
    year: int | None,
    subject: Subject,
    query: Query,
    counted: str = "",
    *,
    widen: bool = True,
) -> Found:
    """The figure of a subject, by stage and year; last year's from this year's prose where only that is held.

    `widen`: look under the other classification of the same payment too."""
    years = (year,) if year is not None else ()
    if own_stage := dict(query.year_stages).get(year or 0):
        query = replace(query, stage=own_stage, stage_strong=True, year_stages=())

    def look(doc_type: DocType, in_years: tuple[int, ...], stage: str = "") -> Found:
        wanted = Wanted(stage, query.table_kind, counted)
        of_year = _of_the_year(subject) if doc_type is DocType.FINAL else subject
        return _with_twins(views_of(library, body, in_years, doc_type, query.scope), of_year, wanted)

    month = _MONTH.search(query.text)
    if month and month.group(1) != "12" and _is_stock(subject):
        return _as_of(library, body, subject, month.group(1), year, counted)
    tries: list[tuple[DocType, tuple[int, ...], str]] = []
    if _is_stock(subject) and year is not None and query.year_end:
        # Assets are printed as of a year's end: in that year's accounts and in the next year's budget.
        tries += [(DocType.FINAL, (year,), ""), (DocType.BUDGET, (year + 1,), ""), (DocType.BUDGET, (year,), "")]
    elif not query.stage and "carry.out" in subject.concepts:
        tries += [(DocType.FINAL, years, ""), (DocType.BUDGET, years, "")]
    elif query.stage == "决算":
        tries.append((DocType.FINAL, years, "决算"))
        if not query.stage_strong:
            tries.append((DocType.BUDGET, years, ""))
    elif query.stage == "预算":
        tries += [(DocType.BUDGET, years, "预算"), (DocType.FINAL, years, "预算"), (DocType.FINAL, years, _ADJUSTED)]
        if _WHOLE_YEAR.search(query.text):
            tries.reverse()
        if not query.stage_strong:
            tries.append((DocType.FINAL, years, ""))
    else:
        tries += [(DocType.BUDGET, years, ""), (DocType.FINAL, years, "")]
    if query.stage != "预算" and (not query.stage_strong or _RESERVED.intersection(subject.concepts)):
        tries.append((DocType.FINAL, years, "预算"))
    for doc_type, in_years, stage in tries:
        found = look(doc_type, in_years, stage)
        if found.figures:
            return found
    other = tuple(alike()[c] for c in subject.concepts if c in alike() and alike()[c] not in subject.concepts)
    if widen and other and not subject.codes:
        renamed = replace(subject, concepts=other, labels=())
        again = find(library, body, year, renamed, query, counted, widen=False)
        if again.figures:
            return again
    if year is not None and not counted:
        prior = prior_year(library, body, year, subject, query)
        if prior is not None:
            return Found((prior,))
    if subject.concepts == ("expenditure.total",) and subject.score < _PRINTED and "支" not in subject.text and widen:
        received = find(library, body, year, replace(subject, concepts=("income.total",)), query, counted, widen=False)
        if received.figures:
            return received  # 总预算 of a unit of which only the income is listed
    return Found(missing=_why_missing(body, year, query))


_RESERVED = frozenset({"procurement.sme", "procurement.micro"})
"""Final accounts state of these what was set aside in the budget."""
_MONTH = re.compile(r"(?<![\d])(1?\d)月")


def _as_of(library: Library, body: Body, subject: Subject, month: str, year: int | None, counted: str) -> Found:
    """What prose says of a stock as of a month other than December (截至8月31日)."""
    for document in body.documents:
        view = library.view(document.id, document.sha256)
        for concept in subject.concepts:
            for claim in view.claims_by_concept.get(concept, ()):
                same_year = year is None or claim.year == year
                if f"{month}月" in claim.text and same_year and (not counted or same_count(claim.unit, counted)):
                    return Found((claim_figure(claim, view),))
    return Found(missing="subject")


def _why_missing(body: Body, year: int | None, query: Query) -> str:
    held = [d for d in body.documents if year is None or d.year == year]
    if year is not None and not held:
        return "year"
    if query.stage == "决算" and query.stage_strong and not any(d.doc_type is DocType.FINAL for d in held):
        return "final"
    if query.stage == "预算" and query.stage_strong and not any(d.doc_type is DocType.BUDGET for d in held):
        return "budget"
    return "subject"


def prior_year(library: Library, body: Body, year: int, subject: Subject, query: Query) -> Figure | None:
    """A year whose document is not held, from what the next year's document says of it."""
    types = (DocType.FINAL, DocType.BUDGET) if query.stage == "决算" else (DocType.BUDGET, DocType.FINAL)
    for doc_type in types:
        for view in views_of(library, body, (year + 1,), doc_type, query.scope):
            if query.stage == "决算" and query.stage_strong and doc_type is DocType.BUDGET and "执行" not in query.text:
                continue
            figure = _last_year_cell(subject, view, year) or _last_year_claim(subject, view, year, query)
            figure = figure or _less_change(subject, view, year)
            if figure is not None:
                return figure
    return None


def _last_year_cell(subject: Subject, view: View, year: int) -> Figure | None:
    keys = [f for c in subject.codes for f in view.by_code.get(c, ())]
    keys += [f for label in subject.labels for f in view.by_label.get(label, ())]
    keys += [f for c in subject.concepts for f in view.by_concept.get(c, ())]
    for fact in keys:
        fund_fits = not subject.measure or fact.kind.value in FUND_KINDS.get(subject.measure, ())
        if (fact.measure.split("+")[0] == "last_year" or fact.year == year) and fund_fits:
            return replace(fact_figure(fact, view), year=year)
    return None


def _claims_of(subject: Subject, view: View) -> list[Claim]:
    concepts = set(subject.concepts)
    own = frozenset(concepts)
    if concepts & _TOTALS:
        concepts |= _TOTALS
    out = [c for concept in concepts for c in view.claims_by_concept.get(concept, ())]
    out += [c for c in view.content.claims if c.code and c.code in subject.codes]
    for label in (*subject.labels, subject.text):
        out += view.claims_by_label.get(label, ())
    seen: dict[str, Claim] = {c.id: c for c in out}
    order = {c.id: i for i, c in enumerate(view.content.claims)}
    # 本年支出合计's own change goes before that of 本年收入合计
    return sorted(seen.values(), key=lambda c: (bool(own & _OF_THE_YEAR) and c.concept not in own, order.get(c.id, 0)))


def _last_year_claim(subject: Subject, view: View, year: int, query: Query) -> Figure | None:
    own = view.info.doc_type.value if view.info.doc_type else ""
    for claim in _claims_of(subject, view):
        if claim.role is ClaimRole.AMOUNT and claim.year == year and not subject.measure:
            other_stage = query.stage and query.stage_strong and (claim.stage or own) != query.stage
            if other_stage and not ("执行" in query.text and "执行" in claim.text):
                continue
            return claim_figure(claim, view)
    return None


def _less_change(subject: Subject, view: View, year: int) -> Figure | None:
    """Last year = this year − increase, both from the held document."""
    now = find_figures(subject, view)
    if len(now) != 1 or now[0].unit not in UNIT_SCALE:
        return None
    change = change_claim(subject, view, year)
    if change is None:
        return None
    current = now[0]
    base, delta = _in_common_unit(current, change)
    places = max(current.places, change.places) if current.unit == change.unit else change.places
    value = base - delta
    sign = "-" if delta >= 0 else "+"
    unit = change.unit
    expression = f"{plain(base)} {sign} {plain(abs(delta))} = {plain(value)}"
    return Figure(
        label=current.label,
        info=view.info,
        year=year,
        stage=current.stage,
        value=value,
        unit=unit,
        places=places,
        expression=expression,
        inputs=(current, claim_figure(change, view, f"较{year}年增减")),
        note=f"库中没有{year}年的文件，由{view.info.year}年文件所载的增减额推算",
    )


def _of_the_year(subject: Subject) -> Subject:
    """支出合计 of final accounts is what was spent in the year; 总计 counts what is carried over too."""
    if "总计" in subject.text:
        return subject
    yearly = {"expenditure.total": "expenditure.year", "income.total": "income.year"}
    return replace(subject, concepts=tuple(yearly.get(c, c) for c in subject.concepts))


def _in_common_unit(figure: Figure, claim: Claim) -> tuple[Decimal, Decimal]:
    return convert(figure.value, figure.unit, claim.unit), claim.value


def change_claim(
    subject: Subject, view: View, base_year: int | None, role: ClaimRole = ClaimRole.CHANGE
) -> Claim | None:
    """What prose says of a subject's change (or rate) against a year."""
    fund = subject.measure if subject.measure.startswith("fund.") else ""
    for claim in _claims_of(subject, view):
        if claim.role is role and (base_year is None or claim.base_year in (None, base_year)):
            if fund and claim.fund != fund:
                continue
            if role is ClaimRole.CHANGE and claim.unit not in UNIT_SCALE:
                continue
            return claim
    return _change_of_equal(subject, view, base_year, role)


_ALL_MONEY = ("expenditure.grant", "income.grant", "expenditure.general", "income.general")


def _change_of_equal(subject: Subject, view: View, base_year: int | None, role: ClaimRole) -> Claim | None:
    """Where all money is one fund's, what is said of the fund's change is true of the total."""
    if not set(subject.concepts) & _TOTALS:
        return None
    totals = [
        c.value for c in _claims_of(subject, view) if c.role is ClaimRole.AMOUNT and c.year in (None, view.info.year)
    ]
    for concept in _ALL_MONEY:
        claims = view.claims_by_concept.get(concept, ())
        amounts = [c.value for c in claims if c.role is ClaimRole.AMOUNT and c.year in (None, view.info.year)]
        if not totals or not amounts or amounts[0] != totals[0]:
            continue
        for claim in claims:
            if claim.role is role and (base_year is None or claim.base_year in (None, base_year)):
                return claim
    return None
