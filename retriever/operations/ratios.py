"""Shares, multiples, completion rates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.text import chinese_int, convert, fold
from prompts import say
from retriever import compute
from retriever.catalog import Body
from retriever.draft import Draft, Item, common_unit, doubtful, shown
from retriever.finder import Found
from retriever.measures import is_measure, measure_of
from retriever.members import members_of
from retriever.operations.comparing import compared
from retriever.query import Operation, Query, Subject
from retriever.settle import is_ancestor
from retriever.task import TOTAL, Task, missing, name_of, status_of
from retriever.types import Status

_PARTED = re.compile(r"占(?!比|多少|了?几|到)")
_EACH_OF_ALL = re.compile("(?:各自?|分别|各)占(?:比|了)?(?:多少|几|多大|总)?")
_AND_OF_IT = re.compile(r"占(?:比)?(?:又)?(?:是)?(?:多少|几成|百分之几|多大)?[?？。]?$")
_DENOMINATOR = re.compile(r"(?:以|拿|用)[^，。,]{1,20}?(?:为|做|作|当)(?:分母|基数)")
_INSIDE = re.compile(r"^(?:支出|预算|经费)?(?:里面?|中|当中|之中)")


def _part_and_whole(task: Task) -> tuple[tuple[Subject, ...], Subject]:
    """Numerators and denominator of a share, by where they stand around 占."""
    query = task.query
    subjects = query.subjects
    if m := _DENOMINATOR.search(query.masked):
        whole = next((s for s in subjects if s.start < m.end() and m.start() < s.end), None)
        if whole is not None and len(subjects) > 1:
            return tuple(s for s in subjects if s is not whole), whole
    if len(subjects) == 2 and _limits(subjects, query.masked):
        subjects = subjects[1:]
    if len(subjects) == 1:
        concepts = set(subjects[0].concepts)
        whole = Subject("支出总计", 0, 0, ("expenditure.total", "total"))
        if concepts & {"procurement.goods", "procurement.works", "procurement.services"}:
            whole = Subject("政府采购合计", 0, 0, ("procurement.total",))
        elif any(c.startswith("income.") for c in concepts):
            whole = Subject("收入总计", 0, 0, ("income.total",))
        elif any(c.startswith("assets.vehicle_") for c in concepts):
            whole = Subject("车辆", 0, 0, ("assets.vehicle", "count.vehicles_owned"))
        elif any(c.startswith("assets.") for c in concepts):
            whole = Subject("资产总额", 0, 0, ("assets.total",))
        behind = next((s for s in query.named if is_measure(s) and s.start >= _end_of(subjects[0], query)), None)
        if (
            behind is not None
            and measure_of(behind) == subjects[0].measure
            and _INSIDE.match(query.masked[_end_of(subjects[0], query) :])
        ):
            return subjects, replace(subjects[0], measure="")  # 教育支出里基本支出占比: of all 教育支出
        holder = next(
            (s for s in query.named if is_measure(s) and measure_of(s) in subjects[0].measure.split("+")), None
        )
        if holder is not None and holder.end <= subjects[0].start and _INSIDE.match(query.masked[holder.end :]):
            own = measure_of(holder)
            if not own.startswith("fund."):  # 基本支出里工资福利占比: of all 基本支出
                return subjects, replace(holder, measure="")
        fund = next((m for m in subjects[0].measure.split("+") if m.startswith("fund.")), "")
        if fund and not concepts & {"expenditure.total", "income.total", "total"}:
            whole = replace(whole, measure=fund)  # 一般公共预算支出里教育支出占多少: of that fund's money
        return subjects, whole
    again = _AND_OF_IT.search(query.masked)
    cut = _PARTED.search(query.masked)
    if again is not None and cut is not None and cut.end() < again.start():
        first = tuple(s for s in subjects if s.end <= cut.start())
        between = tuple(s for s in subjects if cut.end() <= s.start and s.end <= again.start())
        if first and len(between) > 1:  # 甲占总额多少，乙占多少
            return (*first, *between[1:]), between[0]
    left = tuple(s for s in subjects if cut and s.end <= cut.start())
    right = tuple(s for s in subjects if cut and s.start >= cut.end())
    if left and right:
        if len(left) > 1 and re.match(r"^(?:支出|预算|经费)?(?:里面?|中|当中|之中)", query.masked[left[0].end :]):
            left = left[1:]
        return left, right[0]
    if _INSIDE.match(query.masked[subjects[0].end :]) or subjects[0].concepts[:1] == ("procurement.total",):
        return subjects[1:], subjects[0]
    if not cut and _EACH_OF_ALL.search(query.masked):
        return subjects, TOTAL  # 教育支出、社保支出各占多少
    if cut and right and not left:
        return right[1:] or right, right[0]
    return subjects[:-1], subjects[-1]


def _limits(subjects: Sequence[Subject], text: str) -> bool:
    """医院自己挣的事业收入占多少: the first only says whose the second is."""
    first, second = subjects
    cut = _PARTED.search(text) or re.search("占", text)
    before = cut is not None and second.end <= cut.start()
    return before and _WHOSE.fullmatch(text[first.end : second.start]) is not None


_WHOSE = re.compile("[^、,，和与及跟加占里中]{1,8}的")


def _on_side_of(whole: Subject, part: Subject) -> Subject:
    """财政拨款 of all income is income, of all spending spending."""
    for side in ("income.", "expenditure."):
        own = tuple(c for c in part.concepts if c.startswith(side))
        if own and all(c.startswith(side) for c in whole.concepts if "." in c):
            return replace(part, concepts=own)
    return part


def _end_of(subject: Subject, query: Query) -> int:
    """Where the item itself ends, without the measure that was joined to it."""
    return next((s.end for s in query.named if s.start == subject.start and not is_measure(s)), subject.end)


def shares(task: Task) -> Draft:
    """A part ÷ its whole, for each body and year; several parts are added first where the question adds them."""
    if not task.query.subjects:
        return Draft(Status.NOT_FOUND, lead=say("answers", "not_understood"))
    if task.query.top or _LARGEST.search(task.query.masked):
        return _share_of_largest(task)
    for special in (_across_bodies, _head_office_of_all):
        if (across := special(task)) is not None:
            return across
    parts, whole = _part_and_whole(task)
    parts = tuple(_on_side_of(whole, p) for p in parts)
    if len(parts) == 1 and is_ancestor(parts[0], whole):
        parts, whole = (whole,), parts[0]  # 社会福利里，老年福利占多少
    items: list[Item] = []
    support: list[Item] = []
    absent: Draft | None = None
    asks_amount = _AMOUNT_TOO.search(task.query.masked) or _WHOLE_FIRST.search(task.query.masked)
    adds = Operation.SUM in task.query.operations or _TOGETHER.search(task.query.masked) or _all_named(task, parts)
    for body in task.bodies:
        for year in task.years(body):
            below = _found(task, body, year, whole)
            above = [_of_the_fund(task, body, year, p, whole) for p in parts]
            if not below.figures or not all(a.figures for a in above):
                gone = next((p for p, a in zip(parts, above, strict=True) if not a.figures), whole)
                absent = absent or missing(
                    task, body, year, gone, next((a.missing for a in (*above, below) if a.missing), "subject")
                )
                continue
            figures = tuple(a.figures[0] for a in above)
            tops = (
                (compute.total(figures, "、".join(f.label for f in figures)),) if adds and len(figures) > 1 else figures
            )
            for top in tops:
                figure = compute.share(top, below.figures[0], f"{top.label}占{below.figures[0].label}的比例")
                if figure is not None:
                    if _WHOLE_FIRST.search(task.query.masked) and not items:
                        items.append(task.item(below.figures[0]))
                    if asks_amount:
                        items.append(task.item(top))
                    items.append(_within_whole(task.item(figure)))
            support += [task.item(f) for f in (*figures, below.figures[0])]
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="分母为零或没有列数，算不出比例。")
    notes = tuple(
        dict.fromkeys(
            f"分母为{name_of(i.figure.inputs[1])}的{i.figure.inputs[1].label}（{shown(i.figure.inputs[1])}）。"
            for i in items
            if len(i.figure.inputs) > 1
        )
    )
    return Draft(status_of(tuple(items)), tuple(items), notes=notes, support=tuple(support))


_TOGETHER = re.compile("合计|一共|加起来|之和|总和")
_SO_MANY = re.compile("([两二三四五六七八九十])(?:个|项|样|笔|者|家|块)[^,，。占]{0,8}[,，]?(?:各|分别)?占")


def _all_named(task: Task, parts: Sequence[Subject]) -> bool:
    """甲和乙两个项目的钱占多少: as many as are named, taken together."""
    said = _SO_MANY.search(task.query.masked)
    number = chinese_int(said.group(1).replace("两", "二")) if said else None
    return number == len(parts) > 1 and not re.search("各|分别", task.query.masked)


_LARGEST = re.compile(r"最[大多高小少低](?!限|程)")


def _share_of_largest(task: Task) -> Draft:
    """前三个项目占总支出的比例: the largest (or smallest) members of the projects, or of the subject, ÷ the whole."""
    query = task.query
    cut = _PARTED.search(query.masked)
    at = _LARGEST.search(query.masked) or re.search("前|头|top", query.masked)
    if cut is None or at is None or at.start() > cut.start():
        return Draft(Status.NOT_FOUND, lead=say("answers", "not_understood"))
    before = tuple(s for s in query.subjects if s.end <= cut.start())
    among = before[0] if before else Subject("项目", 0, 0, ("project.item",))
    if not before and "项目" not in query.masked[: cut.start()]:
        return Draft(Status.NOT_FOUND, lead=say("answers", "not_understood"))
    whole = next((s for s in query.subjects if s.start >= cut.end()), among if before else TOTAL)
    body = task.bodies[0]
    year = task.years(body)[0]
    members = members_of(task, body, year, among)
    below = task.find(body, year, whole)
    number = query.top or 1
    if len(members) < max(number, 2) or not below.figures:
        return missing(task, body, year, whole if members else among, below.missing or "subject")
    unit = common_unit(members)
    ranked = sorted(members, key=lambda f: convert(f.value, f.unit, unit), reverse=not query.ascending)[:number]
    part = compute.total(tuple(ranked), "、".join(f.label for f in ranked)) if number > 1 else ranked[0]
    figure = compute.share(part, below.figures[0], f"{part.label}占{below.figures[0].label}的比例")
    if figure is None:
        return Draft(Status.NOT_FOUND, lead="分母为零，算不出比例。")
    item = _within_whole(task.item(figure))
    return Draft(item.verdict.status, (item,), support=(*map(task.item, ranked), task.item(below.figures[0])))


_AMOUNT_TOO = re.compile(r"(?:多少|几)(?:钱|万元|元)?[,，、;；](?:又|还|它|各)?占")
"""服务类有多少，占总额的百分之几: the amount is asked for too."""
_WHOLE_FIRST = re.compile(r"^[^占]*(?:多少|几)(?:钱|万元|元)?[^,，、;；占]{0,6}[,，;；][^,，;；]{1,12}占")
"""采购多少钱，货物占多少: the whole's amount is asked for too."""
_FUND_OF = {
    "expenditure.general": "fund.general",
    "expenditure.grant": "fund.grant",
    "expenditure.gov_fund": "fund.gov",
    "expenditure.state_capital": "fund.state",
}


def _of_the_fund(task: Task, body: Body, year: int | None, part: Subject, whole: Subject) -> Found:
    """A function's share of one fund's spending is counted in that fund's money, where it is printed."""
    fund = next((_FUND_OF[c] for c in whole.concepts if c in _FUND_OF), "")
    if fund and not part.measure and (part.codes or any(c.startswith("func.") for c in part.concepts)):
        found = task.find(body, year, replace(part, measure=fund))
        if found.figures:
            return found
    return _found(task, body, year, part)


def _found(task: Task, body: Body, year: int | None, subject: Subject) -> Found:
    """A side of a share; of cars their number, unless what they are worth is asked."""
    if any(c.startswith(_CARS) for c in subject.concepts[:1]) and not _WORTH.search(task.query.text):
        counted = task.find(body, year, subject, "辆")
        if counted.figures:
            return counted
    return task.find(body, year, subject)


_CARS = ("assets.vehicle", "count.vehicles")
_WORTH = re.compile("价值|账面|金额|元|钱|经费|费用?")


def _across_bodies(task: Task) -> Draft | None:
    """甲中心的预算占乙局的比重: one department's figure ÷ another's of the same name; None where 占 doesn't part them."""
    query = task.query
    cut = _PARTED.search(query.masked)
    if cut is None or len(task.bodies) != 2:
        return None
    sides = {b: at < cut.start() for at, b in query.body_starts}
    keys = [fold(b.name) for b in task.bodies]
    if sorted(sides.get(k, False) for k in keys) != [False, True]:
        return None
    part, whole = sorted(task.bodies, key=lambda b: not sides[fold(b.name)])
    above = tuple(s for s in query.subjects if s.start < cut.start()) or query.subjects[:1] or (TOTAL,)
    below = tuple(s for s in query.subjects if s.start >= cut.end()) or above
    year = task.years(part)[0]
    found = task.find(part, year, above[0]), task.find(whole, year, below[0])
    for body, subject, f in ((part, above[0], found[0]), (whole, below[0], found[1])):
        if not f.figures:
            return missing(task, body, year, subject, f.missing)
    top, base = found[0].figures[0], found[1].figures[0]
    figure = compute.share(top, base, f"{name_of(top)}{top.label}占{name_of(base)}{base.label}的比例")
    if figure is None:
        return Draft(Status.NOT_FOUND, lead="分母为零，算不出比例。")
    item = _within_whole(task.item(figure))
    return Draft(item.verdict.status, (item,), support=(task.item(top), task.item(base)))


_HEAD_SHARE = re.compile(r"(?:本级|本部)[^占]*占[^占]*(?:部门|系统|全[厅局委])")


def _head_office_of_all(task: Task) -> Draft | None:
    """本级的预算占整个部门: the 单位 document's figure ÷ the 部门 document's; None for another question."""
    query = task.query
    if not _HEAD_SHARE.search(query.text) or len(task.bodies) != 1:
        return None
    body = task.bodies[0]
    year = task.years(body)[0]
    subject = (query.subjects or (TOTAL,))[0]
    scoped = [replace(task, query=replace(query, scope=scope)) for scope in ("单位", "部门")]
    scopes = {d.scope.value for d in body.documents if d.scope and d.year == year}
    found = [t.find(body, year, subject) for t in scoped]
    if scopes != {"单位", "部门"} or not all(f.figures for f in found):
        return missing(task, body, year, Subject(f"本级{subject.text}", 0, 0), "subject")
    top, base = (f.figures[0] for f in found)
    figure = compute.share(top, base, f"本级{top.label}占部门{base.label}的比例")
    if figure is None:
        return Draft(Status.NOT_FOUND, lead="分母为零，算不出比例。")
    item = _within_whole(task.item(figure))
    return Draft(item.verdict.status, (item,), support=(task.item(top), task.item(base)))


def multiples(task: Task) -> Draft:
    """How many times one figure is another."""
    pairs = compared(replace(task, query=replace(task.query, years=tuple(sorted(task.query.years, reverse=True)))))
    if isinstance(pairs, Draft):
        return pairs
    figure = compute.multiple(pairs[0], pairs[1], "倍数")
    if figure is None:
        return Draft(Status.NOT_FOUND, lead="除数为零，算不出倍数。")
    item = task.item(figure, f"{name_of(pairs[0])}{pairs[0].label}是{name_of(pairs[1])}{pairs[1].label}的倍数")
    return Draft(item.verdict.status, (item,), support=tuple(task.item(f) for f in pairs))


def _within_whole(item: Item) -> Item:
    """A part larger than its whole was misunderstood, or is no part: nothing is shown as verified."""
    return item if item.figure.value <= 100 else doubtful(item)
