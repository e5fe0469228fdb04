"""Does the document agree with itself? Answered from the identities that it was checked by."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert
from indexer.types import DocType, Identity, IdentityStatus
from retriever.draft import Draft, Item, convert_equal, rounded, shown
from retriever.evidence import Figure, claim_figure, fact_figure
from retriever.finder import find
from retriever.operations.changes import change
from retriever.query import Operation, Subject
from retriever.task import Task, missing, name_of, status_of
from retriever.types import Status
from retriever.verify import Verdict
from retriever.view import View, alike

_BALANCE = re.compile(r"收支|平衡|收入.{0,8}支出|支出.{0,8}收入")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def consistency(task: Task) -> Draft:
    """Whether the figures of a subject (or income and expenditure) agree wherever the document states them."""
    query = task.query
    body = task.bodies[0]
    year = task.years(body)[0]
    if _BALANCE.search(query.text) and not _specific(query.subjects):
        return _balance(task)
    claimed = _claimed(task) or _claimed_direction(task)
    if claimed is not None:
        return claimed
    sides = _two_sides(task)
    if sides is not None:
        return sides
    if _ADDED.search(query.text) and any(
        s.concepts[:1] in (("project.item",), ("expenditure.project",)) and not s.labels for s in query.subjects
    ):
        whole = _projects_against_total(task)
        if whole is not None:
            return whole
    for document in sorted(body.documents, key=lambda d: d.doc_type is DocType.FINAL):
        if year is not None and document.year != year:
            continue
        if query.stage_strong and document.doc_type and query.stage not in ("", document.doc_type.value):
            continue
        view = task.library.view(document.id, document.sha256)
        draft = (
            _of_subjects(task, view)
            if any(s.end for s in query.subjects) or _quoted(task)
            else _of_document(task, view)
        )
        if draft is not None:
            return draft
    subject = next(iter(query.subjects), None)
    return missing(task, body, year, subject or Subject("、".join(query.leftover) or "所问内容", 0, 0), "subject")


_CLAIM = re.compile(r"(\d+(?:\.\d+)?)(亿元?|万元?|千元|元|块)")
_WHETHER_TRUE = re.compile("属实|真的|真假|对吗|对不对|是吗|靠谱|准不准|准确|有没有错|说法")


_CLAIMED_CHANGE = re.compile(
    "(?:比|较|同比)[^，。,]{0,8}?(?:(?P<up>增加|增长|上升|上涨|提高|多|涨|升|高)|(?P<down>下降|减少|降低|缩减|压减|少|降|跌|低))了?(?![少多于])"
)


def _claimed_direction(task: Task) -> Draft | None:
    """有人说比上年下降了，属实吗: the direction claimed against the two years' figures; None where none is claimed."""
    m = _CLAIMED_CHANGE.search(task.query.masked)
    if m is None or len(task.query.subjects) != 1 or _CLAIM.search(task.query.masked):
        return None
    found = change(
        replace(task, query=replace(task.query, operation=Operation.CHANGE, wants_amount=True, wants_rate=False))
    )
    if not found.items:
        return None
    up, value = m.group("up") is not None, found.items[0].figure.value
    right = value > 0 if up else value < 0
    return replace(found, lead=f"{'属实' if right else '不属实'}：{found.lead}")


def _claimed(task: Task) -> Draft | None:
    """听说公务接待费有50万，是真的吗: the question's own figure against the document's; None where none is claimed."""
    query = task.query
    m = _CLAIM.search(query.text)
    if m is None or len(query.subjects) != 1 or not _WHETHER_TRUE.search(query.text):
        return None
    body = task.bodies[0]
    figures = task.find(body, task.years(body)[0], query.subjects[0]).figures
    if not figures or figures[0].unit not in UNIT_SCALE:
        return None
    figure = figures[0]
    unit = m.group(2).removesuffix("元").replace("块", "") + "元"
    places = len(m.group(1).partition(".")[2])
    same = rounded(convert(figure.value, figure.unit, unit), places) == Decimal(m.group(1))
    item = task.item(figure)
    told = f"{name_of(figure)}{figure.label}为{shown(figure)}"
    return Draft(item.verdict.status, (item,), f"属实，{told}。" if same else f"不是{m.group(0)}，{told}。")


_AGAINST = re.compile(r"(?:[,，])?(?:和|与|跟|同|是否等于|是不是等于|等于|等不等于|对得上)")


def _two_sides(task: Task) -> Draft | None:
    """甲加乙，和丙加丁是不是同一个数: both sides added up and set against each other."""
    from retriever.compute import total

    query = task.query
    if len(query.subjects) < 3 or not re.search("加|之和|合计", query.masked):
        return None
    cuts = [m for m in _AGAINST.finditer(query.masked) if any(s.end <= m.start() for s in query.subjects)]
    cuts = [m for m in cuts if any(s.start >= m.end() for s in query.subjects)]
    strong = [m for m in cuts if m.group(0)[0] in ",，" or "等" in m.group(0)]
    if not strong:
        return None
    cut = strong[-1]
    body = task.bodies[0]
    year = task.years(body)[0]
    sums: list[Figure] = []
    for side in (
        [s for s in query.subjects if s.end <= cut.start()],
        [s for s in query.subjects if s.start >= cut.end()],
    ):
        found = [find(task.library, body, year, s, query) for s in side]
        if not side or not all(f.figures for f in found):
            return None
        figures = tuple(f.figures[0] for f in found)
        label = "、".join(f.label for f in figures)
        sums.append(total(figures, f"{label}合计") if len(figures) > 1 else figures[0])
    left, right = sums
    items = (task.item(left), task.item(right))
    told = f"{left.label}{shown(left)}，{right.label}{shown(right)}"
    if convert_equal(left, right):
        return Draft(status_of(items), items, f"一致：{told}，两边相等。")
    return Draft(Status.CONFLICT, items, f"不一致：{told}，两边不等。")


_ADDED = re.compile("加|合计|总和|之和|汇总|总数")


def _projects_against_total(task: Task) -> Draft | None:
    """All projects together against the printed 项目支出."""
    from retriever.compute import total
    from retriever.members import members_of, whole_of

    body = task.bodies[0]
    year = task.years(body)[0]
    subject = Subject("项目", 0, 0, ("project.item",))
    parts = members_of(task, body, year, subject)
    printed = whole_of(task, body, year, subject)
    if not parts or printed is None or _mentions_other(task):
        return None
    summed = total(parts, f"{len(parts)}个项目合计")
    items = (task.item(printed, "项目支出"), task.item(summed))
    if convert_equal(summed, printed):
        return Draft(
            Status.VERIFIED,
            items,
            f"一致：{len(parts)}个项目合计{shown(summed)}，与项目支出{shown(printed)}相符。",
            support=tuple(task.item(p) for p in parts),
        )
    return Draft(Status.CONFLICT, items, f"不一致：{len(parts)}个项目合计{shown(summed)}，项目支出为{shown(printed)}。")


def _mentions_other(task: Task) -> bool:
    return bool(_NUMBER.search(re.sub(r"\|", "", task.query.masked)))


def _specific(subjects: tuple[Subject, ...]) -> bool:
    totals = {"income.total", "expenditure.total", "income.year", "expenditure.year"}
    return any(not set(s.concepts) & totals for s in subjects)


def _balance(task: Task) -> Draft:
    body = task.bodies[0]
    year = task.years(body)[0]
    found = []
    for name, concept in (("收入总计", "income.total"), ("支出总计", "expenditure.total")):
        subject = Subject(name, 0, 0, (concept,))
        figures = find(task.library, body, year, subject, task.query).figures
        if not figures:
            return missing(task, body, year, subject, "subject")
        found.append(figures[0])
    income, expenditure = found
    items = tuple(task.item(f) for f in found)
    if convert_equal(income, expenditure):
        return Draft(
            status_of(items),
            items,
            f"{name_of(income)}收支平衡：收入总计{shown(income)}，支出总计{shown(expenditure)}，两者相等。",
        )
    lead = f"{name_of(income)}收支不平衡：收入总计{shown(income)}，支出总计{shown(expenditure)}，两者不一致。"
    return Draft(Status.CONFLICT, items, lead)


def _refs(task: Task, view: View) -> set[str]:
    refs: set[str] = set()
    for s in task.query.subjects:
        for concept in (*s.concepts, *(alike()[c] for c in s.concepts if c in alike())):
            refs |= {f.id for f in view.by_concept.get(concept, ())} | {
                c.id for c in view.claims_by_concept.get(concept, ())
            }
        for code in s.codes:
            refs |= {f.id for f in view.by_code.get(code, ())} | {c.id for c in view.content.claims if c.code == code}
        for label in s.labels:
            refs |= {f.id for f in view.by_label.get(label, ())} | {c.id for c in view.claims_by_label.get(label, ())}
        for figure in _main_figures(task, view, s):
            refs.add(figure.ref)
    return refs


def _main_figures(task: Task, view: View, subject: Subject) -> tuple[Figure, ...]:
    from retriever.evidence import Wanted, find_figures

    return find_figures(
        subject, view, Wanted(task.query.stage if task.query.stage_strong else "", task.query.table_kind)
    )


def _mentioned(task: Task, view: View) -> list[Identity]:
    """Identities about a figure that the question itself quotes."""
    quoted = {Decimal(n) for n in _NUMBER.findall(task.query.masked) if "." in n or len(n) >= 4}
    return [i for i in view.content.identities if i.printed in quoted or i.expected in quoted] if quoted else []


def _quoted(task: Task) -> bool:
    numbers = _NUMBER.findall(task.query.masked)
    return any("." in n or len(n) >= 4 for n in numbers) or "%" in task.query.masked


def _unsure(item: Item) -> Item:
    return Item(item.figure, Verdict(Status.SINGLE_SOURCE, item.verdict.checks), item.label)


def _of_subjects(task: Task, view: View) -> Draft | None:
    refs = _refs(task, view)
    identities = [i for i in view.content.identities if i.target.ref in refs or any(t.ref in refs for t in i.terms)]
    mentioned = _mentioned(task, view)
    failing = [i for i in (*mentioned, *identities) if i.status is IdentityStatus.FAILS]
    failing = [i for i in failing if i in mentioned or i.target.ref in refs or i.relation == "same"]
    holding = [i for i in identities if i.status in (IdentityStatus.HOLDS, IdentityStatus.ROUNDING)]
    mains = [f for s in task.query.subjects for f in _main_figures(task, view, s)]
    if not failing and not holding and not mains:
        return None
    if not failing and _quoted(task) and not mentioned:
        figures = tuple(task.item(f) for f in mains[:3])
        return Draft(
            Status.SINGLE_SOURCE,
            tuple(_unsure(i) for i in figures),
            "问题里写的数在文件的勾稽关系中没有找到，不能说它是对的；文件所载如下："
            + "；".join(f"{i.label}{shown(i.figure)}" for i in figures),
        )
    whole = _whole_of(mains, holding, view) if _ADDED.search(task.query.text) else None
    items = tuple(task.item(f) for f in ((whole, *mains) if whole else mains)[:4])
    if failing:
        return _disagreement(task, view, tuple(dict.fromkeys(failing)), items)
    if not holding:
        return Draft(Status.SINGLE_SOURCE, items, "文件里只有一处写了这个数，没有可以对照的地方，无法判断是否一致。")
    if not items:  # the equations alone: what they add up to is the figure that was checked
        targets = (_figure(i.target.ref, view) for i in holding)
        items = tuple(task.item(f) for f in targets if f is not None)[:1]
    lines = "；".join(dict.fromkeys(i.expression for i in holding[:4] if i.expression))
    lead = f"{view.info.title or view.info.id}：一致，核对了{len(holding)}处勾稽关系，全部相符（{lines}）。"
    return Draft(status_of(items) if items else Status.TEXT, items, lead)


def _of_document(task: Task, view: View) -> Draft | None:
    """All that the document, or the kind of table named, can be checked by; None where something unknown is asked."""
    if task.query.leftover:
        return None
    kind = task.query.table_kind
    refs = {f.id for f in view.content.facts if f.kind.value == kind}
    checked = [i for i in view.content.identities if not kind or i.target.ref in refs]
    failing = tuple(i for i in checked if i.status is IdentityStatus.FAILS)
    if failing:
        return _disagreement(task, view, failing, ())
    holding = [i for i in checked if i.status in (IdentityStatus.HOLDS, IdentityStatus.ROUNDING)]
    if not holding:
        return None
    lines = "；".join(dict.fromkeys(i.expression for i in holding[:3] if i.expression))
    name = view.info.title or view.info.id
    return Draft(Status.TEXT, lead=f"{name}：一致，核对了{len(holding)}处勾稽关系，全部相符（如{lines}）。")


def _whole_of(mains: list[Figure], holding: list[Identity], view: View) -> Figure | None:
    """The printed total that the asked parts add up to."""
    refs = {f.ref for f in mains}
    for identity in holding:
        if len(refs) > 1 and identity.target.ref not in refs and refs <= {t.ref for t in identity.terms}:
            return _figure(identity.target.ref, view)
    return None


def _figure(ref: str, view: View) -> Figure | None:
    if ref in view.facts:
        return fact_figure(view.facts[ref], view)
    if ref in view.claims:
        return claim_figure(view.claims[ref], view)
    return None


def _disagreement(task: Task, view: View, failing: tuple[Identity, ...], items: tuple[Item, ...]) -> Draft:
    tabled: list[Figure] = []
    told: list[Figure] = []
    for identity in failing:
        for ref in (identity.target.ref, *(t.ref for t in identity.terms[:3])):
            figure = _figure(ref, view)
            if figure is not None:
                (tabled if figure.fact else told).append(figure)
    known = {i.figure.ref for i in items}
    extra = tuple(
        Item(f, Verdict(Status.CONFLICT, ()), f.label)
        for f in {f.ref: f for f in (*tabled, *told)}.values()
        if f.ref not in known
    )
    lead = "不一致：" + "；".join(
        dict.fromkeys(i.message or f"{i.expression}，与所写{i.printed}{i.unit}不符" for i in failing[:4])
    )
    computed = _expected_item(failing[0], view)
    ordered = (*computed, *extra, *items) if _quoted(task) or not items else (*items, *computed, *extra)
    return Draft(Status.CONFLICT, ordered[:6], lead)


def _expected_item(identity: Identity, view: View) -> tuple[Item, ...]:
    """The recomputed figure, where it is a sum of several cells that no single cell prints."""
    if identity.relation == "same" or not identity.terms or identity.relation == "at_most":
        return ()
    first = _figure(identity.terms[0].ref, view)
    if first is None:
        return ()
    from dataclasses import replace

    places = max(-int(identity.expected.as_tuple().exponent), 0)
    inputs = tuple(f for f in (_figure(t.ref, view) for t in identity.terms) if f is not None)
    figure = replace(
        first,
        label="复算",
        value=identity.expected,
        unit=identity.unit,
        places=places,
        expression=identity.expression,
        inputs=inputs,
    )
    return (Item(figure, Verdict(Status.CONFLICT, ()), "复算"),)
