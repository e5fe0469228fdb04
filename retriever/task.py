"""What operations share: the query over its departments, figures for every department, year and subject."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.vocabulary import vocabulary
from retriever import compute
from retriever.catalog import Body
from retriever.draft import Draft, Item
from retriever.evidence import Figure
from retriever.finder import Found, find
from retriever.library import Library
from retriever.members import members_of
from retriever.query import Operation, Query, Subject, years_of_bodies, years_of_subjects
from retriever.types import Status
from retriever.units import is_unit
from retriever.verify import Verdict, verify, worst

_BASED = (Operation.CHANGE, Operation.GROWTH, Operation.REASON, Operation.COMPARE, Operation.DEFINITION)
"""Operations in which 上年 is what is compared with, not the year asked about."""
TOTAL = Subject("预算总额", 0, 0, ("expenditure.total", "income.total"), score=0.8)


@dataclass(frozen=True, slots=True)
class Task:
    """A query with what it is asked over: bodies (at least one) and the library."""

    query: Query
    library: Library
    bodies: tuple[Body, ...]

    def years(self, body: Body) -> tuple[int | None, ...]:
        """The years asked about; the latest held when none is said."""
        query, held = self.query, body.years
        if own := years_of_bodies(query).get(body.name):
            return (own,)
        if query.years:
            return query.years
        if not held:
            return (None,)
        if query.recent_years:
            return held[-query.recent_years :]
        if query.relative_years and query.operation not in _BASED:
            return tuple(held[-1] + offset for offset in sorted(query.relative_years))
        if query.operation is Operation.TREND:
            return held
        return (self.latest(body),)

    def latest(self, body: Body) -> int | None:
        wanted = self.query.stage if self.query.stage_strong else ""
        years = [
            d.year for d in body.documents if d.year and (not wanted or (d.doc_type and d.doc_type.value == wanted))
        ]
        return max(years, default=body.years[-1] if body.years else None)

    def find(self, body: Body, year: int | None, subject: Subject, counted: str | None = None) -> Found:
        """One subject's figures for one body and year; in the unit that the question counts in."""
        unit = counted_units(self.query, subject)[0] if counted is None else counted
        found = find(self.library, body, year, subject, self.query, unit)
        if found.figures or unit or not _is_units_projects(body, subject):
            return found
        listed = members_of(self, body, year, _ANY_PROJECT)  # a unit of which its department lists only projects
        return Found((compute.total(listed, subject.text),)) if listed else found

    def item(self, figure: Figure, label: str = "") -> Item:
        """A figure with its verdict; a computed one is as good as the worst of its inputs."""
        return Item(figure, self.verdict(figure), label or figure.label)

    def verdict(self, figure: Figure) -> Verdict:
        """Check a printed figure by its document's identities, a computed one by its inputs."""
        view = self.library.view(figure.info.id, figure.info.sha256)
        own = verify(figure, view)
        if figure.doubtful and own.status is Status.VERIFIED:
            own = Verdict(Status.SINGLE_SOURCE, own.checks, own.agreeing, own.disagreeing)
        if not figure.inputs:
            return own
        inner = tuple(self.verdict(i) for i in figure.inputs)
        checks = own.checks + tuple(c for v in inner for c in v.checks)
        return Verdict(
            worst(tuple(v.status for v in inner)),
            checks,
            tuple(i for v in inner for i in v.agreeing),
            tuple(i for v in inner for i in v.disagreeing),
        )


_ANY_PROJECT = Subject("项目", 0, 0, ("project.item",))


def _is_units_projects(body: Body, subject: Subject) -> bool:
    return subject.concepts[:1] == ("expenditure.project",) and all(is_unit(d) for d in body.documents)


def counted(first: Figure, number: int, *, sure: bool = False, unit: str = "个") -> Item:
    """How many members a list has, standing where the first of them does; sure only where the list is known to be whole."""
    figure = replace(
        first,
        label="数量",
        value=Decimal(number),
        unit=unit,
        places=0,
        inputs=(),
        expression=f"逐项计数 = {number}",
    )
    return Item(figure, Verdict(Status.VERIFIED if sure else Status.SINGLE_SOURCE, ()), "数量")


def status_of(items: tuple[Item, ...]) -> Status:
    """The status of an answer from those of its values."""
    return worst(tuple(i.verdict.status for i in items))


def name_of(figure: Figure) -> str:
    """Whose, which year's and which stage's figure: 甲局2023年预算."""
    years = sorted({i.year for i in figure.inputs if i.year}) if _is_sum(figure) else []
    year = f"{years[0]}—{years[-1]}年" if len(years) > 1 else f"{figure.year}年" if figure.year else ""
    owners = {i.info.department for i in figure.inputs} if _is_sum(figure) else set()
    owner = f"{len(owners)}家单位" if len(owners) > 1 else figure.info.department
    claims = [i.claim for i in figure.inputs or (figure,)]
    owned = all(claim is not None and claim.concept.startswith(_OWNED) for claim in claims)
    if owned and figure.year and figure.year != figure.info.year:
        return f"{owner}{figure.year}年末"  # a budget states what was owned at the end of the year before
    return f"{owner}{year}{figure.stage}"


_OWNED = ("assets.", "count.vehicles_owned")


def _is_sum(figure: Figure) -> bool:
    """Whether a figure adds others, of several bodies perhaps."""
    terms, _, _ = figure.expression.partition(" = ")
    return bool(figure.inputs) and " + " in terms and not any(sign in terms for sign in ("÷", "×", " - "))


def missing(task: Task, body: Body, year: int | None, subject: Subject, why: str) -> Draft:
    """What is not held, and what is near."""
    held = "、".join(f"{d.year}年{d.doc_type.value if d.doc_type else ''}" for d in body.documents)
    what = f"“{subject.text}”"
    if why == "subject" and task.query.stage_strong and not task.query.both_stages:
        of_year = [d for d in body.documents if year is None or d.year == year]
        types = {d.doc_type.value for d in of_year if d.doc_type}
        if types and task.query.stage not in ("", *types):
            why = "final" if task.query.stage == "决算" else "budget"
    if why == "year":
        lead = f"库中没有{body.name}{year}年的文件，找不到{what}的数。"
    elif why == "final":
        lead = f"库中没有{body.name}{year or ''}{'年' if year else ''}的决算，只有预算；决算（实际支出）数未知。"
    elif why == "budget":
        lead = f"库中没有{body.name}{year or ''}{'年' if year else ''}的预算文件。"
    else:
        lead = f"{body.name}{f'{year}年' if year else ''}的文件里没有{what}这一项的数。"
    held_years = why not in ("year", "final", "budget")
    return Draft(Status.NOT_FOUND, lead=lead, notes=(f"库中有的文件：{body.name} {held}。",), unsaid=held_years)


@dataclass(frozen=True, slots=True)
class Row:
    body: Body
    year: int | None
    subject: Subject
    figures: tuple[Figure, ...]
    twins: tuple[Figure, ...]


def collect(task: Task, subjects: tuple[Subject, ...]) -> tuple[tuple[Row, ...], Draft | None]:
    """Every (body, year, subject) with its figures; and the draft that says what is missing, for the first one."""
    rows: list[Row] = []
    absent: Draft | None = None
    placed = years_of_subjects(task.query)
    for body in task.bodies:
        for year in task.years(body):
            for subject in subjects:
                if placed.get(subject, year) != year:
                    continue
                for counted in counted_units(task.query, subject):
                    found = task.find(body, year, subject, counted)
                    if found.figures:
                        rows.append(Row(body, year, subject, found.figures, found.twins))
                    elif absent is None:
                        absent = missing(task, body, year, subject, found.missing)
    return tuple(rows), absent


_COUNTED = re.compile(r"(?:几|多少)(辆|部(?=车|公车|小)|台|套|个|平方米|平米|㎡|批次|批|人次|幅|册|栋|间)")
_WORTH = re.compile(r"值多少|价值|值几|账面|原值|多少钱|金额|多少万|多少元")
COUNT_UNITS = {
    "count.reception_batches": "批次",
    "count.reception_people": "人次",
    "count.abroad_groups": "个",
    "count.abroad_people": "人次",
    "count.vehicles_bought": "辆",
    "count.vehicles_owned": "辆",
}
_OF_CARS = ("台", "部", "个", "辆")
UNIT_NAMES = {"平米": "平方米", "㎡": "平方米"}


def counted_units(query: Query, subject: Subject) -> tuple[str, ...]:
    """Which units of a subject are wanted: "" for money, else a counted unit."""
    counts = next((COUNT_UNITS[c] for c in subject.concepts[:1] if c in COUNT_UNITS), "")
    if counts:
        return (counts,)
    stock = any(c.startswith(("assets", "count.")) for c in subject.concepts)
    if not stock:
        return ("",)
    concept = next((vocabulary().concepts[c] for c in subject.concepts if c in vocabulary().concepts), None)
    vehicles = concept is not None and "vehicle" in concept.id
    asked = ["辆" if vehicles and m in _OF_CARS else UNIT_NAMES.get(m, m) for m in _COUNTED.findall(query.text)]
    if "面积" in query.text:
        asked.append("平方米")
    fitting = [
        u
        for u in asked
        if (u == "平方米")
        == bool(concept and ("house" in concept.id or "land" in concept.id or "office" in concept.id))
    ]
    units = list(dict.fromkeys(fitting))
    if not units and re.search(r"数量|有几|有多少(?!钱)", query.text) and vehicles:
        units = ["辆"]
    if not units or _WORTH.search(query.text):
        units.append("")
    return tuple(units)
