"""Members above a threshold, members counted, members listed."""

from __future__ import annotations

import re
from decimal import Decimal

from indexer.text import convert, plain
from indexer.types import ClaimRole
from retriever import compute, prose
from retriever.catalog import Body
from retriever.draft import Draft, doubtful, shown
from retriever.evidence import claim_figure
from retriever.members import complete, members_of
from retriever.operations.amounts import is_any_project, lookup
from retriever.operations.stated_counts import stated_count
from retriever.query import Operation, Subject
from retriever.task import Task, counted, missing, status_of
from retriever.types import Status
from retriever.view import label_key


def filter_list(task: Task) -> Draft:
    """Members above or below a threshold."""
    query = task.query
    body = task.bodies[0]
    year = task.years(body)[0]
    subject = (query.subjects or (Subject("项目", 0, 0, ("project.item",)),))[0]
    figures = members_of(task, body, year, subject)
    if not figures or query.threshold is None:
        return missing(task, body, year, subject, "subject")
    limit = query.threshold
    kept = [
        f
        for f in figures
        if (convert(f.value, f.unit, "元") > limit.amount) == limit.above
        and convert(f.value, f.unit, "元") != limit.amount
    ]
    kept.sort(key=lambda f: convert(f.value, f.unit, "元"), reverse=True)
    items = tuple(task.item(f) for f in kept)
    amount = plain(convert(limit.amount, "元", "万元").normalize())
    word = "超过" if limit.above else "低于"
    lead = (
        f"{len(figures)}项中有{len(kept)}项{word}{amount}万元"
        + ("：" + "、".join(f"{f.label}（{shown(f)}）" for f in kept) if kept else "")
        + "。"
    )
    if query.operation is Operation.COUNT:
        return Draft(
            Status.TEXT if not kept else status_of(items),
            (counted((kept or figures)[0], len(kept), sure=complete(task, body, year, figures)),),
            lead,
            support=items,
        )
    return Draft(status_of(items) if items else Status.TEXT, items, lead)


def count(task: Task) -> Draft:
    """How many members there are."""
    query = task.query
    subject = next(
        (
            s
            for s in query.subjects
            if s.concepts[:1] == ("project.item",) or s.concepts[:1] == ("performance.projects",)
        ),
        None,
    )
    if query.threshold is not None:
        return filter_list(task)
    if subject is None and re.search(r"(?:几|多少)个?项目|项目(?:的)?(?:数|有几|有多少个)", query.text):
        subject = Subject("项目", 0, 0, ("project.item",))
    if query.subjects and all(s.concepts[:1] and s.concepts[0].startswith("count.") for s in query.subjects):
        return lookup(task)
    purchases = next((s for s in query.subjects if s.concepts[:1] == ("procurement.total",)), None)
    if purchases is not None and _ITEMS.search(query.text):
        return _count_purchases(task, purchases)
    if subject is None or subject.labels or re.search(r"项目", query.text) is None:
        return stated_count(task) or prose.answer(task)
    body = task.bodies[0]
    drafts = [d for d in (_count_projects(task, body, y, subject.measure) for y in task.years(body)) if d is not None]
    if not drafts:
        return prose.answer(task)
    items = tuple(i for d in drafts for i in d.items)
    return Draft(
        status_of(items), items, "\n".join(d.lead for d in drafts), support=tuple(i for d in drafts for i in d.support)
    )


_ITEMS = re.compile("(?:几|多少)(?:条|项|样|种|件|笔|个(?!单位|项目))")


def _count_purchases(task: Task, subject: Subject) -> Draft:
    """How many rows the procurement table lists; sure where they add up to its total."""
    body = task.bodies[0]
    year = task.years(body)[0]
    figures = members_of(task, body, year, subject)
    if not figures:
        return missing(task, body, year, subject, "subject")
    whole = task.find(body, year, subject).figures[:1]
    summed = sum((convert(f.value, f.unit, "元") for f in figures), Decimal(0))
    sure = bool(whole) and convert(whole[0].value, whole[0].unit, "元") == summed
    item = counted(figures[0], len(figures), sure=sure, unit="项")
    names = "、".join(f"{f.label}（{shown(f)}）" for f in figures)
    return Draft(
        item.verdict.status,
        (item,),
        f"{body.name}{year}年采购明细共{len(figures)}项：{names}。",
        support=tuple(map(task.item, figures)),
    )


def _count_projects(task: Task, body: Body, year: int | None, measure: str = "") -> Draft | None:
    """How many projects a year's document says it lists, or of those paid from one source; counted one by one where it
    does not say."""
    stated = _stated_count(task, body, year) if not measure else None
    if stated is not None:
        return stated
    figures = members_of(task, body, year, Subject("项目", 0, 0, ("project.item",), measure=measure))
    if not figures:
        return None
    names = "、".join(f"{f.label}（{shown(f)}）" for f in figures)
    item = counted(figures[0], len(figures), sure=not measure and complete(task, body, year, figures))
    paid = "有这项资金的项目" if measure else "项目"
    return Draft(
        item.verdict.status,
        (item,),
        f"{body.name}{year}年共列{len(figures)}个{paid}：{names}。",
        support=tuple(task.item(f) for f in figures),
    )


_MONEY_TOO = re.compile("(?:多少|几)(?:钱|资金|金额|预算|万|元)|(?:资金|金额|预算)(?:是|为|有|共)?多少")


def _stated_count(task: Task, body: Body, year: int | None) -> Draft | None:
    """The number of projects as prose states it, with their money where that is asked for too."""
    wanted = {(ClaimRole.COUNT, "performance.projects"): f"{year}年项目个数"}
    if _MONEY_TOO.search(task.query.masked):
        wanted[ClaimRole.AMOUNT, "performance.amount"] = f"{year}年项目资金"
    for document in body.documents:
        if document.year != year:
            continue
        view = task.library.view(document.id, document.sha256)
        found = {key: c for c in reversed(view.content.claims) if (key := (c.role, c.concept)) in wanted}
        if (ClaimRole.COUNT, "performance.projects") in found:
            items = tuple(task.item(claim_figure(found[k], view, name)) for k, name in wanted.items() if k in found)
            return Draft(status_of(items), items, found[ClaimRole.COUNT, "performance.projects"].text)
    return None


_GREW = re.compile(r"增加了?的")


def increased(task: Task) -> Draft | None:
    """Projects that prose says were added or grew."""
    body = task.bodies[0]
    years = task.years(body)
    items = []
    for document in body.documents:
        if document.year in years:
            view = task.library.view(document.id, document.sha256)
            projects = {label_key(f.item) for f in view.by_concept.get("project.item", ())}
            for claim in view.content.claims:
                named = claim.concept == "project.item" or label_key(claim.subject) in projects
                if claim.role is ClaimRole.CHANGE and claim.value > 0 and named:
                    items.append(task.item(claim_figure(claim, view, f"{claim.subject}增加")))
    if not items:
        return None
    return Draft(status_of(tuple(items)), tuple(items), "；".join(f"{i.label}{shown(i.figure)}" for i in items) + "。")


def listing(task: Task) -> Draft:
    """All members of a thing with figures, else a list in prose."""
    query = task.query
    subject = next(iter(query.subjects), None)
    if subject is not None and is_any_project(subject) and subject.measure.startswith("carry"):
        body = task.bodies[0]  # 哪些项目没花完: a list of all of them does not answer
        return missing(task, body, task.years(body)[0], subject, "subject")
    if subject is not None and is_any_project(subject) and _GREW.search(query.text):
        return increased(task) or prose.answer(task)
    if subject is not None and (
        is_any_project(subject)
        or subject.codes
        or any(c.startswith(("func.", "econ.")) for c in subject.concepts)
        or subject.concepts[:1] in _LISTED
    ):
        body = task.bodies[0]
        year = task.years(body)[0]
        figures = members_of(task, body, year, subject)
        if figures:
            items = tuple(task.item(f) for f in figures)
            names = "、".join(f"{f.label}（{shown(f)}）" for f in figures)
            lead = f"{body.name}{year}年{subject.text}共{len(figures)}项：{names}。"
            if len(figures) > 1 and _IN_ALL.search(query.text):
                whole = doubtful(task.item(compute.total(figures, f"{subject.text}合计")))
                items = (whole, *items)
                lead = f"{lead}合计{shown(whole.figure)}。"
            return Draft(status_of(items), items, lead)
    if (meant := prose.defined(task)) is not None:
        return Draft(Status.TEXT, lead=meant.text, passages=(meant,))  # 其他收入主要是哪些来源
    return prose.answer(task)


_IN_ALL = re.compile("(?:一共|总共|合计|共计|总额|加起来)(?:是|有|为|安排|花了?)?(?:多少|几)")
_LISTED = {("expenditure.project",), ("three_public.total",)}
