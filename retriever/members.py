"""The members of a thing: projects, parts of a code, parts of a named concept."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.text import UNIT_SCALE, convert, half_step
from indexer.types import ClaimRole, DocType, Fact, TableKind
from indexer.vocabulary import vocabulary
from retriever.catalog import Body
from retriever.evidence import Figure, claim_figure, fact_figure
from retriever.query import Subject
from retriever.view import View

if TYPE_CHECKING:
    from retriever.task import Task

_FUNCTION_WORDS = re.compile(r"功能|[类款项]级|大类|类别|哪(?:一)?类|科目|领域|方面")
_WHICH_ITEM = re.compile("哪(?:一)?项(?!目)|哪几项(?!目)")
_LEVELS = (("项级", 7), ("款级", 5), ("类级", 3))
"""How many digits the codes of a level have."""
_PROJECT_WORDS = re.compile(r"项目")
_SECTION_KINDS = ("expense_total", "general_public", "income_total")


def views_for(task: Task, body: Body, year: int | None) -> tuple[View, ...]:
    """The body's documents of a year, best stage first; of the stage alone that is said outright."""
    documents = [d for d in body.documents if year is None or d.year == year]
    stage = task.query.stage
    if task.query.stage_strong and stage and not task.query.both_stages:
        documents = [d for d in documents if d.doc_type is None or d.doc_type.value == stage]
    documents.sort(
        key=lambda d: (
            d.doc_type is None or d.doc_type.value != (stage or DocType.BUDGET.value),
            d.scope is not None and d.scope.value != (task.query.scope or "部门"),
        )
    )
    return tuple(task.library.view(d.id, d.sha256) for d in documents)


def members_of(task: Task, body: Body, year: int | None, subject: Subject) -> tuple[Figure, ...]:
    """The figures of a subject's members in the first document that has any."""
    for view in views_for(task, body, year):
        for find in (_purchases, _projects, _told_projects, _functions, _economic, _by_code, _by_parts):
            figures = find(view, subject, task.query.text)
            if figures:
                return figures
    return ()


def whole_of(task: Task, body: Body, year: int | None, subject: Subject) -> Figure | None:
    """The printed total that projects should add up to."""
    del subject
    found = task.find(body, year, Subject("项目支出", 0, 0, ("expenditure.project",)))
    return found.figures[0] if found.figures else None


def complete(task: Task, body: Body, year: int | None, figures: tuple[Figure, ...]) -> bool:
    """Whether the projects found add up to the printed 项目支出: then none is missing."""
    whole = whole_of(task, body, year, Subject("项目", 0, 0, ("project.item",)))
    if whole is None or not figures or any(f.unit not in UNIT_SCALE for f in (whole, *figures)):
        return False
    summed = sum(convert(f.value, f.unit, "元") for f in figures)
    return abs(summed - convert(whole.value, whole.unit, "元")) <= len(figures) * half_step(whole.places, whole.unit)


def _projects(view: View, subject: Subject, text: str) -> tuple[Figure, ...]:
    if not _asks_projects(subject, text):
        return ()
    wanted = subject.measure or "total"
    facts = _of_own_stage([f for f in view.by_concept.get("project.item", ()) if f.measure == wanted], view)
    kinds = [k for k in (TableKind.PROJECT, TableKind.PERFORMANCE) if any(f.kind is k for f in facts)]
    if not kinds:
        return ()
    chosen = [f for f in facts if f.kind is kinds[0] and (f.value or not subject.measure)]
    return tuple(fact_figure(f, view) for f in _one_a_place(chosen))


def _purchases(view: View, subject: Subject, text: str) -> tuple[Figure, ...]:
    """What a procurement table lists, one a row; not its totals, nor its classes (货物, 工程, 服务)."""
    del text
    if not subject.concepts or subject.concepts[0] != "procurement.total":
        return ()
    facts = [
        f
        for facts in view.by_label.values()
        for f in facts
        if f.kind is TableKind.PROCUREMENT and f.measure == "total" and not f.is_total and not f.concept
    ]
    if not facts:
        return ()
    facts.sort(key=lambda f: (f.source.page, f.source.row or 0))
    rows = {(f.table, f.source.row): f for f in facts if f.table == facts[0].table}
    return tuple(fact_figure(f, view) for f in rows.values())


_PROJECT_HEADING = re.compile("项目绩效|绩效目标|项目支出|重点项目|项目(?:安排|情况)")


def _told_projects(view: View, subject: Subject, text: str) -> tuple[Figure, ...]:
    """Projects that only prose lists: amounts called projects, or named under a heading or lead about projects."""
    if subject.measure or not _asks_projects(subject, text):
        return ()  # prose does not say of each which money pays it
    seen: dict[str, Figure] = {}
    for claim in view.content.claims:
        listed = (
            not claim.concept
            and not claim.code
            and _PROJECT_HEADING.search(" ".join((*claim.context[-1:], claim.text[:16])))
        )
        named = claim.role is ClaimRole.AMOUNT and (claim.concept == "project.item" or listed)
        if named and claim.year in (None, view.info.year) and claim.unit in UNIT_SCALE:
            seen.setdefault(claim.subject, claim_figure(claim, view))
    return tuple(seen.values())


def _asks_projects(subject: Subject, text: str) -> bool:
    asked = subject.concepts[:1] in (("project.item",), ("performance.projects",), ("expenditure.project",)) or (
        _PROJECT_WORDS.search(text) is not None and subject.concepts[:1] in (("expenditure.total",), ())
    )
    return asked and not subject.labels


def _one_a_place(facts: list[Fact]) -> list[Fact]:
    seen: dict[tuple[str, int | None, str], Fact] = {}
    for fact in facts:
        row = fact.source.row if fact.kind is TableKind.PROJECT else None
        seen.setdefault((fact.table, row, fact.item), fact)
    return list(seen.values())


def _by_code(view: View, subject: Subject, text: str) -> tuple[Figure, ...]:
    codes = [*subject.codes, *(c.split(".", 1)[1] for c in subject.concepts if c.startswith(("func.", "econ.")))]
    codes += [f.code for label in subject.labels for f in view.by_label.get(label, ()) if f.code]
    for code in dict.fromkeys(codes):
        facts = [
            f
            for key, fs in view.by_code.items()
            if key.startswith(code) and len(key) == len(code) + 2
            for f in fs
            if f.measure in ("total", "") and f.kind.value in ("basic_economic", *_SECTION_KINDS)
        ]
        if facts:
            return _of_best_table(facts, view)
    return ()


_DETAIL = re.compile("明细|到款|款级|经济分类|科目|细项|具体")


def _economic(view: View, subject: Subject, text: str) -> tuple[Figure, ...]:
    """基本支出明细到款: the lines of the economic classification, not 人员 and 公用."""
    if subject.concepts[:1] != ("expenditure.basic",) or not _DETAIL.search(text):
        return ()
    digits = next((n for word, n in _LEVELS if word in text), 5)
    facts = [
        f
        for code, fs in view.by_code.items()
        if len(code) == digits and code.startswith("3")
        for f in fs
        if f.kind is TableKind.BASIC_ECONOMIC and f.measure == "total"
    ]
    return _of_best_table(facts, view) if facts else ()


def _by_parts(view: View, subject: Subject, text: str) -> tuple[Figure, ...]:
    del text
    concepts = vocabulary().concepts
    for concept in subject.concepts:
        parts = concepts[concept].parts if concept in concepts else ()
        facts = [f for p in parts for f in view.by_concept.get(p, ()) if f.measure == "total"]
        if facts:
            return _of_best_table(facts, view)
    return ()


_OWN_TABLES = {
    "fund.general": ("general_public",),
    "expenditure.general": ("general_public",),
    "fund.gov": ("gov_fund",),
    "expenditure.gov_fund": ("gov_fund",),
}
"""Where the items of one fund's money are listed."""


def _functions(view: View, subject: Subject, text: str) -> tuple[Figure, ...]:
    total = not subject.concepts or subject.concepts[0] in ("expenditure.total", "income.total", "expenditure.year")
    asked = _FUNCTION_WORDS.search(text) or _WHICH_ITEM.search(text)
    own = _OWN_TABLES.get(subject.concepts[0], ()) if subject.concepts and asked else ()
    if not (total or own) or subject.codes or subject.labels:
        return ()
    digits = next((n for word, n in _LEVELS if word in text), 7 if own and _WHICH_ITEM.search(text) else 3)
    facts = [
        f
        for code, fs in view.by_code.items()
        if len(code) == digits and code.startswith("2")
        for f in fs
        if f.measure == (subject.measure or "total") and f.kind.value in (own or _SECTION_KINDS)
    ]
    return _of_best_table(facts, view) if facts else ()


def _of_own_stage(facts: list[Fact], view: View) -> list[Fact]:
    """What final accounts say was spent, not the budget beside it; all where nothing is of the document's own stage."""
    own = view.info.doc_type.value if view.info.doc_type else ""
    return [f for f in facts if (f.stage or own) == own] or facts


def _of_best_table(facts: list[Fact], view: View) -> tuple[Figure, ...]:
    order = {k: i for i, k in enumerate((*_SECTION_KINDS[:2], "basic_economic", "three_public"))}
    current = _of_own_stage(facts, view)
    best = min(current, key=lambda f: order.get(f.kind.value, 9)).table
    chosen: dict[str, Fact] = {}
    for fact in current:
        if fact.table == best:
            chosen.setdefault(fact.code or fact.item, fact)
    return tuple(replace(fact_figure(f, view)) for f in chosen.values())
