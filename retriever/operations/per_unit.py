"""Amounts for each of a count, and means over years."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from indexer.types import ClaimRole, DocType
from retriever import compute
from retriever.draft import Draft
from retriever.evidence import Figure, claim_figure
from retriever.operations.amounts import lookup
from retriever.operations.by_heading import number_for
from retriever.operations.staff import staff_figure
from retriever.operations.stated_counts import best_count
from retriever.query import Operation, Query, Subject
from retriever.task import TOTAL, UNIT_NAMES, Task, missing
from retriever.types import Status

_PER = re.compile(
    r"(?:每一?|平均一|(?:摊|合|均|到)一|一(?=人次|批次|批|位|名|平米|平方米|辆|台|户)|平均[^，。,]{0,8}?一)(位|名|户|人次|批次|批|辆|台|人|场次|场|次|平方米|平米|个|张|间|座|所|亩|公里|家|栋|册|处|件|套|条|只|头|棵|篇|项(?!目))"
)


_AREAS = ("平方米", "平米")
_OF_CARS = ("辆", "台", "部")
_OWNED = Subject("车辆", 0, 0, ("assets.vehicle", "count.vehicles_owned"), score=0.8)
_UPKEEP = frozenset({"three_public.vehicle_running", "three_public.vehicles", "econ.30231"})
_VEHICLES = ("assets.vehicle", "count.vehicles_owned")
_KEPT = re.compile("养|跑|开(?!展|会)|运行|维护|花")
_RUNNING = Subject("公务用车运行维护费", 0, 0, ("three_public.vehicle_running",), score=0.8)
"""What a car costs a year: 一辆车一年养下来多少."""


_PURCHASE = Subject("公务用车购置费", 0, 0, ("three_public.vehicle_purchase",), score=0.8)
_BOUGHTS = Subject("购置车辆", 0, 0, ("count.vehicles_bought",), score=0.8)
_BOUGHT = re.compile("新?[购买]|更新|添置|换")
"""新买的车平均每辆多少: what was paid for those bought, not for all that are kept."""


def _is_of_cars(subject: Subject) -> bool:
    return any(
        c in _VEHICLES or c.startswith(("three_public.vehicle", "assets.vehicle", "count.vehicles"))
        for c in subject.concepts
    )


def _number_bought(task: Task, amount: Figure) -> Figure | None:
    found = task.find(task.bodies[0], amount.year, _BOUGHTS, "辆")
    return found.figures[0] if found.figures else None


def _counted_in(said: str, rest: str) -> str:
    """The unit of a count as documents print it: 一个人 counts heads."""
    return "人" if said == "个" and rest.startswith(("人", "客人", "来宾")) else UNIT_NAMES.get(said, said)


def per_unit(task: Task) -> Draft:
    """An amount ÷ a count that the same document states (人次, 批次, 辆 …)."""
    query = task.query
    if _YEARLY.search(query.text) and (len(query.years) > 1 or query.recent_years):
        return _mean_of_years(task)
    if _OWN_SHARE.search(query.text) and "平均" not in query.text:
        return Draft(Status.NOT_FOUND, lead="文件没有写每一个各得多少，平均数回答不了这个问题。", unsaid=True)
    if (between := _of_counts(task)) is not None:
        return between
    m = _PER.search(query.text)
    unit = _counted_in(m.group(1), query.text[m.end() :]) if m else "人" if _PER_HEAD.search(query.text) else ""
    body = task.bodies[0]
    year = task.years(body)[0]
    money = tuple(s for s in query.subjects if not s.concepts or s.concepts[0] not in _VEHICLES)
    kept = (_RUNNING,) if query.subjects and not money and _KEPT.search(query.text) else query.subjects
    bought = unit in _OF_CARS and _BOUGHT.search(query.text) is not None and all(map(_is_of_cars, query.subjects))
    subject = _PURCHASE if bought else _spent_on((money or kept or (TOTAL,))[0])
    if subject.measure == "unit_price":
        priced = lookup(replace(task, query=replace(query, subjects=(subject,), operation=Operation.LOOKUP)))
        if all(i.figure.fact and i.figure.fact.measure == "unit_price" for i in priced.items):
            return priced
    found = task.find(body, year, subject)
    if not found.figures:
        return missing(task, body, year, subject, found.missing)
    amount = found.figures[0]
    count = (
        _given_count(query, amount)
        or (_number_bought(task, amount) if bought else None)
        or number_for(task)
        or (staff_figure(task) if _PER_HEAD.search(query.text) else None)
        or _count_near(task, amount, subject, unit)
        or _count_of(task, query.text[m.end() :] if m else "", unit)
        or _divisor(task)
    )
    if count is None and not query.stage_strong and query.stage != DocType.FINAL.value:
        spent = per_unit(replace(task, query=replace(query, stage=DocType.FINAL.value, stage_strong=True)))
        if spent.items:
            return spent  # how many came is said when it is over
    if count is None or (_PER_HEAD.search(query.text) and count.unit not in _HEADS):
        return Draft(
            Status.NOT_FOUND,
            lead=f"文件没有写明{subject.text}对应的{unit or '数量'}，算不出平均数。",
            support=(task.item(amount),),
        )
    amount = _beside(task, amount, subject, count) or amount
    figure = compute.per_unit(amount, count, f"{amount.label}平均每{unit or count.unit}")
    if figure is None:
        return Draft(Status.NOT_FOUND, lead="数量为零，算不出平均数。")
    item = task.item(figure)
    noun = _NOUN.match(query.text[m.end() :]) if m else None
    divisor = _DIVIDED_BY.search(query.text)
    said = "".join(x.group(0) for x in (m, noun, divisor) if x)
    explained = bool(said) and all(word in said for word in (*query.leftover, *query.modifiers, *query.cut))
    return Draft(item.verdict.status, (item,), support=(task.item(amount), task.item(count)), explained=explained)


_NOUN = re.compile("[\u4e00-\u9fff]{2,10}?(?=是|要|花|多少|合|平均|大约|约|能|可|[,，。?？]|$)")


def _count_of(task: Task, behind: str, unit: str) -> Figure | None:
    """The count that prose states of the very noun behind 每张 (每张实际开放床位)."""
    noun = _NOUN.match(behind)
    found = best_count(task, noun.group(0), unit) if noun and unit else None
    return claim_figure(*found) if found else None


_COUNTS = re.compile(
    "(?:平均)?(?:每一?|一)(?P<unit>个|名|位|家|所)(?P<below>[\u4e00-\u9fff]{2,8}?)(?:平均)?(?:对应|要?带|要?管|负责|教|服务|配备?|照顾)着?"
    "(?:多少|几)(?:个|名|位|张)?(?P<above>[\u4e00-\u9fff]{2,8}?)(?=[,，。?？]|$)"
)


def _of_counts(task: Task) -> Draft | None:
    """平均一个专任教师对应多少在校生: two counts that prose states, the second for each of the first."""
    asked = _COUNTS.search(task.query.text)
    if asked is None:
        return None
    above, below = best_count(task, asked["above"], ""), best_count(task, asked["below"], "")
    if above is None or below is None:
        return None
    a, b = claim_figure(*above), claim_figure(*below)
    figure = compute.per_unit(a, b, f"每{asked['unit']}{b.label}的{a.label}")
    if figure is None:
        return None
    item = task.item(figure)
    return Draft(item.verdict.status, (item,), support=(task.item(a), task.item(b)), explained=True)


def without_divisor(query: Query) -> Query:
    """The question without its divisor among the words that nothing explains (除以在校生)."""
    m = _DIVIDED_BY.search(query.text) or _COUNTS.search(query.text)
    if query.operation is not Operation.PER_UNIT or m is None:
        return query
    said = m.group(0)
    left, changing, cut = (tuple(p for p in ps if p not in said) for ps in (query.leftover, query.modifiers, query.cut))
    return replace(query, leftover=left, modifiers=changing, cut=cut)


_DIVIDED_BY = re.compile("(?:÷|除以|按)(?P<noun>[\u4e00-\u9fff]{2,8}?)(?:总?人?数)?(?=[,，。?？]|算|平均|来|$)")


def _divisor(task: Task) -> Figure | None:
    """The count that prose states of the noun behind 除以 (除以在校生)."""
    noun = _DIVIDED_BY.search(task.query.text)
    found = best_count(task, noun["noun"], "") if noun else None
    return claim_figure(*found) if found else None


_SPENT_ON = {
    "count.abroad": Subject("因公出国（境）费", 0, 0, ("three_public.abroad",), score=0.8),
    "count.reception": Subject("公务接待费", 0, 0, ("three_public.reception",), score=0.8),
    "count.training": Subject("培训费", 0, 0, ("econ.30216",), score=0.8),
    "count.meeting": Subject("会议费", 0, 0, ("econ.30215",), score=0.8),
}


def _spent_on(subject: Subject) -> Subject:
    """出国团组有几个，人均花费多少: what is counted costs the money of its kind."""
    for kind, money in _SPENT_ON.items():
        if subject.concepts[:1] and subject.concepts[0].startswith(kind):
            return money
    return subject


_OWN_SHARE = re.compile("每(?:个|家|所|条|座)[^，。,]{0,8}各(?:自)?(?:分到|分得|拿到|得到|有|是|要)?(?:多少|几)")
"""每个社区各分到多少: a list of them is asked for."""
_YEARLY = re.compile("年均|年平均|平均(?:每|一)年|每年平均")


def _mean_of_years(task: Task) -> Draft:
    """The sum over the years ÷ their number; every year has to be held."""
    body = task.bodies[0]
    subject = (task.query.subjects or (TOTAL,))[0]
    figures: list[Figure] = []
    for year in task.years(body):
        found = task.find(body, year, subject)
        if not found.figures:
            return missing(task, body, year, subject, found.missing)
        figures.append(found.figures[0])
    if len(figures) < 2:
        return missing(task, body, None, subject, "year")
    whole = compute.total(tuple(figures), f"{subject.text}合计")
    mean = compute.mean(whole, len(figures), f"{figures[0].label}平均每年")
    item = task.item(mean)
    return Draft(item.verdict.status, (item,), support=tuple(map(task.item, figures)))


def _beside(task: Task, amount: Figure, subject: Subject, count: Figure) -> Figure | None:
    """The amount that stands right before a count in its own sentence (国内公务接待支出8.91万元，接待86批次), where it is
    another than the whole; None otherwise."""
    if count.claim is None:
        return None
    view = task.library.view(count.info.id, count.info.sha256)
    claims = view.content.claims
    at = next(n for n, claim in enumerate(claims) if claim.id == count.claim.id)
    before = [c for c in claims[:at] if c.text == count.claim.text and c.role is ClaimRole.AMOUNT][-1:]
    named = [c for c in before if any(word in c.subject for word in (subject.text, *subject.labels) if len(word) > 1)]
    return claim_figure(named[0], view) if named and named[0].subject != amount.label else None


_PER_HEAD = re.compile("人均|生均|每人|每个人|每位")
_HEADS = ("人", "人次", "名", "位")
_GIVEN = re.compile(r"(\d[\d,]*)(?:多)?(人次|批次|位|名|人|户|辆|台|套|个|场|次|家|平方米)")


def _given_count(query: Query, amount: Figure) -> Figure | None:
    """A count that the question itself gives (按8600位老人算)."""
    m = _GIVEN.search(query.masked)
    if m is None:
        return None
    number = Decimal(m.group(1).replace(",", ""))
    return replace(
        amount,
        label="问题给出的数量",
        value=number,
        unit=m.group(2),
        places=0,
        fact=None,
        claim=None,
        inputs=(),
        note="",
    )


def _count_near(task: Task, amount: Figure, subject: Subject, unit: str) -> Figure | None:
    if subject is _PURCHASE:
        return None
    if unit in _OF_CARS and _UPKEEP.intersection(subject.concepts):
        owned = task.find(task.bodies[0], amount.year, _OWNED, "辆")
        return owned.figures[0] if owned.figures else None
    if unit in _AREAS and any(c.startswith("assets.") for c in subject.concepts):
        found = task.find(task.bodies[0], amount.year, subject, "平方米")
        return found.figures[0] if found.figures else None
    view = task.library.view(amount.info.id, amount.info.sha256)
    concepts = {c.split(".")[-1] for c in subject.concepts}
    units = {
        "人次": ("人次", "人"),
        "人": ("人", "人次"),
        "位": ("人次", "人"),
        "名": ("人次", "人"),
        "批": ("批", "批次", "个"),
        "批次": ("批次", "批", "个"),
    }.get(unit, (unit,))
    for wanted in units:
        for claim in view.content.claims:
            if claim.role is ClaimRole.COUNT and (not unit or claim.unit == wanted):
                near = claim.concept.split(".")[-1]
                if any(c in near or near.startswith(c) for c in concepts) or (
                    unit and any(subject.text[:2] in x for x in (claim.subject, *claim.context, claim.text))
                ):
                    return claim_figure(claim, view)
    return None
