"""Find the printed figure that a subject means, in one document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert, fold, half_step
from indexer.types import Blank, Claim, ClaimRole, DocumentInfo, Fact, TableKind
from indexer.vocabulary import vocabulary
from retriever.query import Subject
from retriever.view import Place, View, kind_rank, selectors

FUND_KINDS: dict[str, tuple[str, ...]] = {
    "fund.general": ("general_public", "basic_economic", "grant_balance"),
    "fund.gov": ("gov_fund", "grant_balance"),
    "fund.state": ("state_capital", "grant_balance"),
    "fund.grant": ("grant_balance", "general_public", "basic_economic", "three_public", "gov_fund", "state_capital"),
}
_NOT_THIS_YEAR = re.compile(r"last_year|change|completion|sme")
_EVERYDAY = 0.9
_COUNTED = ("quantity", "value")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for a subject: a cell, a sentence, or computed from others (`inputs`, `expression`).

    `doubtful`: it may not be the one asked for, so nothing makes it verified; `note` says why.
    """

    label: str
    info: DocumentInfo
    year: int | None
    stage: str
    value: Decimal
    unit: str
    places: int
    fact: Fact | None = None
    claim: Claim | None = None
    blank: Blank = Blank.NONE
    expression: str = ""
    inputs: tuple[Figure, ...] = ()
    note: str = ""
    doubtful: bool = False

    @property
    def ref(self) -> str:
        return self.fact.id if self.fact else self.claim.id if self.claim else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a subject is wanted: stage (预算/决算), kind of table named, kind of unit (money, or a counted unit)."""

    stage: str = ""
    table_kind: str = ""
    counted: str = ""


def _measure_parts(subject: Subject) -> tuple[str, str]:
    """The fund and the rest of a subject's measure."""
    parts = [p for p in subject.measure.split("+") if p]
    fund = next((p for p in parts if p in FUND_KINDS), "")
    return fund, "+".join(p for p in parts if p not in FUND_KINDS)


def _of_this_year(fact: Fact, info: DocumentInfo) -> bool:
    return not _NOT_THIS_YEAR.search(fact.measure) and (
        fact.year is None or info.year is None or fact.year == info.year
    )


def _stage_fits(fact: Fact, view: View, stage: str) -> bool:
    own = view.info.doc_type.value if view.info.doc_type else ""
    return (fact.stage or own) == (stage or own)


def _rows(subject: Subject, view: View) -> list[tuple[int, Fact]]:
    """Facts of the rows that a subject names, with the order of the words' meanings."""
    order = sorted(subject.concepts, key=_concept_order)
    ranks = {c: _concept_order(c) for c in order}
    out: list[tuple[int, Fact]] = []
    for code in subject.codes:
        out += [(0, f) for f in view.by_code.get(code, ()) if f.concept.startswith(("func.", "econ."))]
    for label in subject.labels:
        out += [(ranks.get(f.concept, 9 if ranks else 0), f) for f in view.by_label.get(label, ())]
    for concept in order:
        if concept == "project.item" != subject.concepts[0]:
            continue  # 工程 may be said of a project, but no project is named by it
        if concept not in selectors():
            out += [(ranks[concept], f) for f in view.by_concept.get(concept, ())]
    if subject.is_project:
        return [(rank, f) for rank, f in out if not f.code or f.concept == "project.item"]  # its function's code
    return out


def _concept_order(concept: str) -> int:
    if concept.startswith("econ."):
        return 1
    return 2 if concept.startswith("func.") else 0


def _measure_fit(fact: Fact, measure: str) -> int | None:
    """How well a column answers: 0 exactly, more for weaker readings, None not at all."""
    own = fact.measure
    if measure:
        if own == measure or (measure in own.split("+")[:1] and not own.startswith(("fund", "total"))):
            return 0
        return 1 if own.split("+")[-1] == measure else None
    if own == "total":
        return 0
    if own in ("", "value"):
        return 1
    if own in FUND_KINDS or own == "subtotal":
        return 2
    return None


def _select(rows: Iterable[tuple[int, Fact]], subject: Subject, view: View, wanted: Wanted) -> tuple[Fact, ...]:
    """The facts of the best meaning, table and column; several only where several rows bear the name."""
    fund, measure = _measure_parts(subject)
    scored: list[tuple[tuple[int, int, int], Fact]] = []
    for rank, fact in {f.id: (r, f) for r, f in rows}.values():
        if not _of_this_year(fact, view.info) or not _stage_fits(fact, view, wanted.stage):
            continue
        if wanted.table_kind and fact.kind.value != wanted.table_kind:
            continue
        if fund and not _of_fund(fact, fund):
            continue
        counted = fact.measure == "quantity" and measure != "quantity"
        if wanted.counted:
            if not counted and not same_count(fact.unit, wanted.counted):
                continue
            fit: int | None = 0
        elif counted:
            continue
        else:
            within = "" if measure == "basic" and fact.kind is TableKind.BASIC_ECONOMIC else measure
            fit = (
                0 if fund and fact.measure == (f"{fund}+{measure}" if measure else fund) else _measure_fit(fact, within)
            )
        if fit is None:
            continue
        kinds = FUND_KINDS[fund].index(fact.kind.value) if fund and fact.kind.value in FUND_KINDS[fund] else 0
        scored.append(((rank, kinds * 50 + kind_rank(fact.concept, fact.kind), fit), fact))
    if not scored:
        return ()
    best = min(s[0] for s in scored)
    chosen = [f for s, f in scored if s == best]
    table = chosen[0].table
    same = [f for f in chosen if f.table == table] if not _one_table_a_row(chosen) else chosen
    return tuple(same)


def _of_fund(fact: Fact, fund: str) -> bool:
    """Whether a figure is one fund's money: by its column, or by its table where that is not of all funds."""
    if fund in fact.measure.split("+"):
        return True
    if fund != "fund.grant" and fact.kind.value in _OF_ALL_FUNDS:
        return _is_funds_own((fact.concept,))
    return fact.kind.value in FUND_KINDS[fund]


def _is_funds_own(concepts: Iterable[str]) -> bool:
    """Whether a row is called after a fund."""
    return any(c.endswith((".general", ".gov_fund", ".state_capital", ".gov", ".state")) for c in concepts)


def _one_table_a_row(facts: list[Fact]) -> bool:
    """Projects: each has a table of its own, so equal names in several tables are several projects."""
    return all(f.kind is TableKind.PERFORMANCE for f in facts)


def _at_places(subject: Subject, view: View, wanted: Wanted) -> tuple[Fact, ...]:
    """The figure of a named concept, at the first of its places that has one."""
    fund, measure = _measure_parts(subject)
    for concept in sorted(subject.concepts, key=_concept_order):
        for listed in (*selectors().get(concept, ()), *_carried(concept, fund)):
            for place in _narrowed(listed, measure, fund, wanted.table_kind):
                at = view.at(place)
                found = [f for f in at if _of_this_year(f, view.info) and _stage_fits(f, view, wanted.stage)]
                if found:
                    return (found[0],)
    return ()


_OF_ALL_FUNDS = (TableKind.GRANT_BALANCE.value,)


def _carried(concept: str, fund: str) -> Iterator[Place]:
    """One fund's own table states what was carried over of it in a column."""
    if concept in _CARRY_COLUMNS and fund in FUND_KINDS and fund != "fund.grant":
        yield Place(kinds=FUND_KINDS[fund][:1], concepts=("total",), measure=_CARRY_COLUMNS[concept])


_CARRY_COLUMNS = {"carry.in": "carry", "carry.out": "carry_out"}


def _narrowed(place: Place, measure: str, fund: str, table_kind: str) -> Iterator[Place]:
    """A place for another column, one fund or one kind of table; among all funds' money one fund has a column or row of
    its own."""
    kinds = tuple(k for k in place.kinds if (not fund or k in FUND_KINDS[fund]) and (not table_kind or k == table_kind))
    own = measure if measure and place.measure == "total" else place.measure
    if not fund or fund == "fund.grant":
        yield replace(place, kinds=kinds, measure=own)
        return
    yield replace(place, kinds=tuple(k for k in kinds if k not in _OF_ALL_FUNDS), measure=own)
    among = tuple(k for k in kinds if k in _OF_ALL_FUNDS)
    yield replace(place, kinds=among, measure="+".join(p for p in (fund, measure) if p))
    if _is_funds_own(place.concepts):
        yield replace(place, kinds=among, measure=own)  # a row that is the fund's own


def _claims(subject: Subject, view: View, wanted: Wanted) -> tuple[Claim, ...]:
    """Amounts that prose states of a subject for the document's own year."""
    own = view.info.doc_type.value if view.info.doc_type else ""
    stage = wanted.stage or own
    fund, measure = _measure_parts(subject)
    if measure:
        return ()
    found: list[Claim] = []
    for concept in sorted(subject.concepts, key=_concept_order):
        found += view.claims_by_concept.get(concept, ())
    for code in subject.codes:
        found += [c for c in view.content.claims if c.code == code]
    for label in subject.labels:
        found += view.claims_by_label.get(label, ())
    if not found:
        found = list(view.claims_by_label.get(subject.text, ()))
    roles = (ClaimRole.COUNT,) if wanted.counted else (ClaimRole.AMOUNT,)
    return tuple(
        c
        for c in found
        if c.role in roles
        and (not wanted.counted or same_count(c.unit, wanted.counted))
        and (c.stage or own) == stage
        and (c.year is None or view.info.year is None or c.year in _own_years(view, wanted, c.concept))
        and (not fund or c.fund == fund)
    )


SAME_COUNTS = (
    frozenset({"台", "套", "台套", "台(套)", "台/套", "台、套", "台,套"}),
    frozenset({"批", "批次"}),
    frozenset({"人", "人次"}),
    frozenset({"个", "团组", "个团组", "批次", "批"}),
)


def same_count(printed: str, asked: str) -> bool:
    """Whether a printed unit counts what the asked one counts (台（套） for 台)."""
    unit = fold(printed)
    return unit == asked or any({unit, asked} <= same for same in SAME_COUNTS)


def _own_years(view: View, wanted: Wanted, concept: str) -> tuple[int, ...]:
    """A budget states what is owned as of the end of the year before."""
    year = view.info.year or 0
    return (year, year - 1) if wanted.counted or concept.startswith("assets.") else (year,)


def _label(fact: Fact, subject: Subject) -> str:
    """A total row is called after what it totals; a column of a thing is named behind it."""
    entry = vocabulary().concepts.get(subject.concepts[0]) if subject.concepts else None
    named = fact.concept != "total" and fact.item not in ("", "合计", "总计")
    name = fact.item if named else entry.name if entry else subject.text
    if fact.concept in _CARRY_COLUMNS and fact.item_path and subject.measure == fact.measure:
        return f"{fact.item_path[-1]}中的{fact.item}"
    known = vocabulary().measures
    columns = "、".join(known[m].name for m in subject.measure.split("+") if m in known)
    return f"{name}（{columns}）" if columns else name


def fact_figure(fact: Fact, view: View, label: str = "") -> Figure:
    """A figure printed in a cell."""
    stage = fact.stage or (view.info.doc_type.value if view.info.doc_type else "")
    return Figure(
        label=label or fact.item,
        info=view.info,
        year=fact.year or view.info.year,
        stage=stage,
        value=fact.value,
        unit=fact.unit,
        places=fact.places,
        fact=fact,
        blank=fact.blank,
    )


def claim_figure(claim: Claim, view: View, label: str = "") -> Figure:
    """A figure stated in a sentence."""
    stage = claim.stage or (view.info.doc_type.value if view.info.doc_type else "")
    return Figure(
        label=label or claim.subject,
        info=view.info,
        year=claim.year or view.info.year,
        stage=stage,
        value=claim.value,
        unit=claim.unit,
        places=claim.places,
        claim=claim,
    )


def find_figures(subject: Subject, view: View, wanted: Wanted = Wanted()) -> tuple[Figure, ...]:
    """The figures of a subject in a document; several where several rows bear one name with different amounts."""
    facts = _narrower(subject, view, wanted) or _select(_rows(subject, view), subject, view, wanted)
    if not facts and not subject.is_project:
        facts = _at_places(subject, view, wanted) if not wanted.counted else ()
    if facts:
        chosen = _distinct(_of_the_whole(facts, view, subject))
        doubt = _doubt(chosen, subject)
        figures = tuple(fact_figure(f, view, _label(f, subject)) for f in chosen)
        return tuple(replace(f, doubtful=True, note=doubt) for f in figures) if doubt else figures
    if wanted.table_kind and not (subject.labels and wanted.table_kind == TableKind.PROCUREMENT):
        return find_figures(subject, view, replace(wanted, table_kind=""))
    if subject.measure in ("quantity", "unit_price") and not any(
        f.measure == subject.measure for label in subject.labels for f in view.by_label.get(label, ())
    ):
        return find_figures(replace(subject, measure=""), view, wanted)
    if subject.measure == "project" and subject.labels and not subject.codes:
        return find_figures(replace(subject, measure=""), view, wanted)  # 某某项目: the word is part of the name
    claims = _claims(subject, view, wanted)
    if not claims and subject.is_project and subject.score > _EVERYDAY:
        return find_figures(replace(subject, is_project=False), view, wanted)
    if not claims:
        return ()
    cell = _cell_of(claims[0], subject, view, wanted)
    return (claim_figure(claims[0], view) if cell is None else fact_figure(cell, view, _label(cell, subject)),)


def _cell_of(claim: Claim, subject: Subject, view: View, wanted: Wanted) -> Fact | None:
    """The cell that prints the amount of a sentence more exactly, under a name of the same thing."""
    if claim.unit not in UNIT_SCALE or subject.measure:
        return None
    known = vocabulary().concepts
    names = {fold(label) for c in subject.concepts if c in known for label in known[c].labels}
    stated = convert(claim.value, claim.unit, "元")
    half = half_step(claim.places, claim.unit)
    return next(
        (
            f
            for label in sorted(names)
            for f in view.by_label.get(label, ())
            if f.measure == "total"
            and f.unit in UNIT_SCALE
            and f.blank is Blank.NONE
            and _of_this_year(f, view.info)
            and _stage_fits(f, view, wanted.stage)
            and abs(convert(f.value, f.unit, "元") - stated) <= half
            and half_step(f.places, f.unit) < half
        ),
        None,
    )


def _narrower(subject: Subject, view: View, wanted: Wanted) -> tuple[Fact, ...]:
    """Rows of a narrowing label below the subject's own row."""
    above = {fold(x) for x in (subject.text, *subject.labels)}
    below = [
        (0, f)
        for label in subject.narrowed
        for f in view.by_label.get(label, ())
        if any(fold(p) in above or set(subject.concepts) & set(vocabulary().concepts_of_label(p)) for p in f.item_path)
    ]
    return _select(below, subject, view, wanted)


_WHOLE = {"expenditure.total", "income.total", "expenditure.year", "income.year"}
_PART_OF_MONEY = {TableKind.GRANT_BALANCE, TableKind.GENERAL_PUBLIC, TableKind.GOV_FUND, TableKind.STATE_CAPITAL}


def _doubt(facts: tuple[Fact, ...], subject: Subject) -> str:
    """Why figures may not be the one asked for; "" when nothing speaks against them."""
    whole = bool(set(subject.concepts[:1]) & _WHOLE) and not subject.measure
    if whole and all(f.kind in _PART_OF_MONEY for f in facts):
        return "文件中没有认出全部收支的总表，这个数出自财政拨款的表，可能不含其他资金。"
    alike = {(f.table, f.item, f.item_path, f.measure) for f in facts}
    if len(facts) > 1 and len(alike) == 1:
        return f"同一张表里名为“{facts[0].item}”的有{len(facts)}行，数不相同，请对照原表。"
    return ""


_ALL_ASSETS = re.compile("^(?!固定).*(?:总额|总计|合计|总值|总价值)|^总资产")
_FIXED = "固定资产"
_SUM_ROW = re.compile(r"^(?:合计|总计|本年合计|部门合计|汇总)$")


def _of_the_whole(facts: tuple[Fact, ...], view: View, subject: Subject) -> tuple[Fact, ...]:
    """Of a table with a row for each unit: the department's own row, 合计 or the one with its name; of assets the sum of all."""
    if len(facts) > 1 and all(f.concept == "assets.total" for f in facts):
        fixed = any(_FIXED in name for name in (subject.text, *subject.labels))  # a part of 资产总额
        wanted = [f for f in facts if (fold(f.item) == _FIXED if fixed else _ALL_ASSETS.search(fold(f.item)))]
        return tuple(wanted) or facts
    rows = {f.item_path[:1] for f in facts}
    if len(facts) < 2 or len(rows) < 2 or len({f.table for f in facts}) > 1:
        return facts
    summed = tuple(f for f in facts if not f.item_path or _SUM_ROW.match(fold(f.item_path[0])))
    own = tuple(f for f in facts if f.item_path and fold(f.item_path[0]) == fold(view.info.department))
    return summed or own or facts


def _distinct(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """One fact where the rows say the same or one contains the others; all where they are different things."""
    if len({(f.value, f.unit) for f in facts}) == 1 and not _one_table_a_row(list(facts)):
        return facts[:1]
    coded = [f for f in facts if f.code]
    if coded and len(coded) == len(facts):
        top = min(coded, key=lambda f: len(f.code))
        if all(f.code.startswith(top.code) for f in coded):
            return (top,)
    return facts
