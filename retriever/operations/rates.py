"""How much of its budget was spent: of a thing asked for, and of each item as the final accounts state it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from indexer.types import ClaimRole, DocType
from retriever import compute
from retriever.catalog import Body
from retriever.draft import Draft, Item, doubtful, shown
from retriever.evidence import Figure, claim_figure
from retriever.finder import Found, find
from retriever.query import Operation, Subject
from retriever.task import TOTAL, Task, counted, missing, status_of
from retriever.types import Status

_OF_PLAN = "完成年初预算的比例"
_FEWEST_RATES = 2
_LEVELS = {"类": 3, "款": 5, "项": 7}


def _rates_of_completion(task: Task) -> list[Figure]:
    """How much of its budget each item spent, as the final accounts state it."""
    query = task.query
    body = task.bodies[0]
    level = next((digits for name, digits in _LEVELS.items() if f"{name}级" in query.text), _LEVELS["项"])
    rates: dict[str, Figure] = {}
    for document in body.documents:
        if document.year not in task.years(body) or document.doc_type is not DocType.FINAL:
            continue
        view = task.library.view(document.id, document.sha256)
        for claim in view.content.claims:
            code = claim.code or claim.concept.removeprefix("func.")
            if claim.role is ClaimRole.COMPLETION and code.isdigit() and len(code) == level:
                name = next((f.item for f in view.by_code.get(code, ())), claim.subject)
                rates.setdefault(code, claim_figure(claim, view, f"{name}{_OF_PLAN}"))
    return list(rates.values())


_FULLY = Decimal(100)
_OVER_PLAN = re.compile(
    "超(?:了|出|过|支)?(?:了)?(?:年初)?预算|超支|高于(?:年初)?预算|突破(?:了)?(?:年初)?预算"
    r"|(?:完成|执行)(?:率|年初预算|预算)*[^，。,]{0,4}(?:超过?|高于|大于|突破)(?:了)?(?:100%|百分之百|百分百|百分之一百)"
)
_UNDER_PLAN = re.compile(
    "(?:没有?|未)(?:能)?(?:完成|用完|花完|花光|达到)(?:年初)?预算|(?:低于|不到|小于)(?:年初)?预算|预算没(?:有)?(?:用完|花完|花光|完成)"
)
_ASKS_WHICH = re.compile("哪|几|多少|什么|有没有|列")
_ITEMS = re.compile("科目|几项|哪项|[类款项]级|支出项|功能|哪些|哪几|哪项")


def beside_plan(task: Task) -> Draft | None:
    """哪些科目超过年初预算, 有几个没完成: over the rates that the final accounts state; None where they don't or where
    the question asks nothing of that kind."""
    query = task.query
    asked = _OVER_PLAN if _OVER_PLAN.search(query.masked) else _UNDER_PLAN
    said = "".join(m.group(0) for m in asked.finditer(query.masked))
    if not said or not _ASKS_WHICH.search(query.masked) or not _ITEMS.search(query.masked):
        return None
    if any(s.start != s.end and s.text not in said and not _is_whole(s) for s in query.subjects):
        return None  # a thing named is asked about
    rates = _rates_of_completion(task)
    if len(rates) < _FEWEST_RATES:
        return None
    over = asked is _OVER_PLAN
    kept = [f for f in rates if (f.value > _FULLY if over else f.value < _FULLY)]
    word = "超过年初预算" if over else "没有用完年初预算"
    told = "、".join(f"{f.label.removesuffix(_OF_PLAN)}（{shown(f)}）" for f in kept)
    lead = f"在文件写明完成率的{len(rates)}个科目中，{len(kept)}个{word}" + (f"：{told}。" if kept else "。")
    explained = all(w in said for w in (*query.leftover, *query.modifiers, *query.cut))
    items = tuple(map(task.item, kept))
    if query.operation is not Operation.COUNT:
        return Draft(status_of(items) if items else Status.TEXT, items, lead, explained=explained)
    return Draft(Status.SINGLE_SOURCE, (counted(rates[0], len(kept)),), lead, support=items, explained=explained)


def _is_whole(subject: Subject) -> bool:
    """财政拨款支出各科目: what the items are parts of."""
    return not subject.labels and any(c in _TOTALS or c in _WHOLES or c.startswith("fund.") for c in subject.concepts)


_WHOLES = frozenset({"expenditure.grant", "expenditure.general"})


def rank_of_completion(task: Task) -> Draft | None:
    """哪个项级科目完成年初预算的比例最低; None where the final accounts state no rates."""
    query = task.query
    rates = _rates_of_completion(task)
    if len(rates) < _FEWEST_RATES:
        return None
    ordered = sorted(rates, key=lambda f: f.value, reverse=not query.ascending)
    items = tuple(task.item(f) for f in ordered[: query.top or 1])
    word = "最低" if query.ascending else "最高"
    said = "、".join(f"{i.figure.label}{shown(i.figure)}" for i in items)
    return Draft(status_of(items), items, f"在文件写明完成率的{len(rates)}个科目中，{word}的是{said}。")


_TOTALS = frozenset({"expenditure.total", "expenditure.year", "total"})
_PLANNED_PARTS = (
    Subject("财政拨款支出", 0, 0, ("expenditure.grant",)),
    Subject("一般公共预算财政拨款支出", 0, 0, ("fund.general", "expenditure.general")),
)
"""What final accounts hold against the budget where they print no budget of all spending."""


def completion(task: Task) -> Draft:
    """决算 ÷ 年初预算."""
    items: list[Item] = []
    support: list[Item] = []
    notes: list[str] = []
    absent: Draft | None = None
    for body in task.bodies:
        for year in task.years(body):
            for asked in task.query.subjects or (TOTAL,):
                subject, done, plan = _with_plan(task, body, year, asked)
                if not done.figures or not plan.figures:
                    strong = replace(task.query, both_stages=False, stage_strong=True, stage="决算")
                    lacking = done.missing or plan.missing
                    absent = absent or missing(replace(task, query=strong), body, year, subject, lacking)
                    continue
                figure = compute.share(done.figures[0], plan.figures[0], f"{done.figures[0].label}完成预算的比例")
                if figure is not None:
                    if _BOTH_ASKED.search(task.query.text):
                        items += [task.item(plan.figures[0], "年初预算"), task.item(done.figures[0], "决算")]
                    item = _as_printed(task, subject, figure, ClaimRole.COMPLETION)
                    items.append(item if subject is asked else doubtful(item))
                    support += [task.item(done.figures[0]), task.item(plan.figures[0])]
                    if subject is not asked:
                        notes.append(f"文件没有写明全部支出的年初预算，以上只是{subject.text}的完成率。")
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="年初预算为零，没有完成率。")
    return Draft(status_of(tuple(items)), tuple(items), notes=tuple(dict.fromkeys(notes)), support=tuple(support))


def _with_plan(task: Task, body: Body, year: int | None, asked: Subject) -> tuple[Subject, Found, Found]:
    """The figures of the final accounts and of the budget, for all spending of the largest part that has both."""
    own = _done_and_planned(task, body, year, asked)
    if all(f.figures for f in own) or not _TOTALS.intersection(asked.concepts):
        return asked, *own
    for part in _PLANNED_PARTS:
        found = _done_and_planned(task, body, year, part)
        if all(f.figures for f in found):
            return part, *found
    return asked, *own


def _done_and_planned(task: Task, body: Body, year: int | None, subject: Subject) -> tuple[Found, Found]:
    """The figures of the final accounts and of the budget."""
    strong = replace(task.query, both_stages=False, stage_strong=True)
    done, plan = (find(task.library, body, year, subject, replace(strong, stage=stage)) for stage in ("决算", "预算"))
    return done, plan


_BOTH_ASKED = re.compile(
    r"(?<!完成)(?<!完成年初)(?<!执行)(?<!年初)(?:年初)?(?:预算|决算)数?(?:、|和|与)?(?:预算|决算)?数?(?:各|分别)?(?:是|为|有)?多少"
    r"|(?:预算|决算)[^，。,;]{0,12}(?:、|和|与|跟|及)[^，。,;]{0,12}(?:预算|决算)[^，。,;]{0,6}(?:各|分别)(?:是|为|有)?多少"
)
_ROUNDED = Decimal("0.015")


def _as_printed(task: Task, subject: Subject, figure: Figure, role: ClaimRole) -> Item:
    """A computed percentage as the document prints it, where the two differ by the rounding of its inputs only."""
    item = task.item(figure)
    view = task.library.view(figure.info.id, figure.info.sha256)
    for concept in subject.concepts:
        for claim in view.claims_by_concept.get(concept, ()):
            stated = claim.role is role and claim.unit == "%" and claim.year in (None, figure.year)
            if stated and 0 < abs(claim.value - figure.value) <= _ROUNDED:
                return replace(item, figure=replace(figure, value=claim.value, places=claim.places))
    return item
