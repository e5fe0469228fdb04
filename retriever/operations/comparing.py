"""Figures side by side, and the largest or smallest of several."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.text import UNIT_SCALE, convert, plain
from prompts import say
from retriever import compute
from retriever.catalog import Body
from retriever.draft import Draft, Item, common_unit, in_unit, shown
from retriever.evidence import Figure
from retriever.finder import find
from retriever.members import complete, members_of
from retriever.operations.between import BY_CHANGE, rank_of_changes
from retriever.operations.changes import pair_years, trend
from retriever.operations.rates import rank_of_completion
from retriever.query import Operation, Query, Subject, years_of_subjects
from retriever.task import TOTAL, Task, missing, name_of, status_of
from retriever.types import Status

_FILE = "answers"
_MOST_RANKED = 20


def compare(task: Task) -> Draft:
    """Two figures side by side: bodies, stages, scopes, years or subjects."""
    pairs = compared(task)
    if isinstance(pairs, Draft):
        return pairs
    a, b = pairs
    delta = compute.difference(a, b, "相差")
    higher, lower = (a, b) if delta.value >= 0 else (b, a)
    top, low = _short_name(higher, lower, a), _short_name(lower, higher, b)
    gap = plain(abs(delta.value), delta.places) + delta.unit
    both = f"{name_of(a)}{a.label}{shown(a)}，{name_of(b)}{b.label}{shown(b)}"
    lead = f"{both}，两者相同，相差0。" if delta.value == 0 else f"{both}；{top}更高，比{low}多{gap}。"
    if _one_thing_in_two_years(a, b) and delta.value:
        later, earlier = (a, b) if (a.year or 0) > (b.year or 0) else (b, a)
        way = "增加" if compute.difference(later, earlier, "").value > 0 else "减少"
        lead = f"{both}；{later.year}年比{earlier.year}年{way}{gap}。"
    item = task.item(replace(delta, value=abs(delta.value)), "相差")
    items: tuple[Item, ...] = (item,)
    if _ASKS_WHICH.search(task.query.text) and not _ASKS_GAP.search(task.query.text):
        items = (task.item(higher), task.item(lower))
    if _EACH_TOO.search(task.query.text) or _OVERSPENT.search(task.query.text):
        items = (task.item(a), task.item(b), item)
    elif _FIRST_TOO.search(task.query.text):
        items = (task.item(a), item)
    if task.query.wants_rate and not task.query.wants_amount:
        rate = compute.growth(a, b, "相差幅度")
        items = (task.item(rate), item) if rate is not None else items
    return Draft(item.verdict.status, items, lead, support=(task.item(a), task.item(b)))


def _one_thing_in_two_years(a: Figure, b: Figure) -> bool:
    same = (a.info.department, a.label, a.stage) == (b.info.department, b.label, b.stage)
    return same and None not in (a.year, b.year) and a.year != b.year


_ASKS_WHICH = re.compile("哪|谁")
_EACH_TOO = re.compile(
    "多少[^多少。？?]{0,12}多少[^。？?]{0,12}(?:多少|几)|(?:各|分别)(?:是|为|有)?多少[^。？?]{0,10}(?:差|省|多|少|剩)"
)
"""年初安排多少、最后花了多少、省下多少: both figures and what lies between them."""
_OVERSPENT = re.compile("超支|超没超|超(?:了)?预算(?:了)?(?:吗|没)")
"""Whether more was spent than planned takes both figures to see."""
_FIRST_TOO = re.compile("(?:多少|几)[^,，]{0,3}[,，][^,，]*(?:比|较|跟)[^,，]*(?:多少|几)")
_ASKS_GAP = re.compile("差|(?:多|少|高|低|大|小)(?:了|出)?(?:多少|几)")


def _short_name(figure: Figure, other: Figure, first: Figure) -> str:
    del first
    if figure.info.department != other.info.department:
        return f"{figure.info.department}的{figure.label}"
    if figure.year != other.year:
        return f"{figure.year}年的{figure.label}"
    if figure.label != other.label:
        return figure.label
    return f"{figure.info.scope.value if figure.info.scope else ''}{figure.stage}的{figure.label}"


def compared(task: Task) -> tuple[Figure, Figure] | Draft:
    query = task.query
    subjects = query.subjects or (TOTAL,)
    if len(subjects) >= 3 and Operation.SUM in query.operations and len(task.bodies) == 1:
        summed = _sum_against(task, subjects)
        if summed is not None:
            return summed

    def one(body: Body, year: int | None, subject: Subject, changed: Query = query) -> Figure | Draft:
        found = find(task.library, body, year, subject, changed)
        return found.figures[0] if found.figures else missing(task, body, year, subject, found.missing)

    first = task.bodies[0]
    years = task.years(first)
    if len(task.bodies) >= 2:
        stages = stages_by_body(query, task.bodies)
        found = [
            one(
                b,
                task.years(b)[0],
                subjects[min(i, len(subjects) - 1)],
                replace(query, stage=s or query.stage, both_stages=False),
            )
            for i, (b, s) in enumerate(zip(task.bodies[:2], stages, strict=False))
        ]
    elif placed := years_of_subjects(query):
        found = [one(first, year, s) for s, year in list(placed.items())[:2]]
    elif len(subjects) >= 2:
        found = [one(first, years[0], s) for s in subjects[:2]]
    elif query.both_stages:
        found = [
            one(first, years[0], subjects[0], replace(query, stage=s, stage_strong=True)) for s in ("预算", "决算")
        ]
    elif re.search(r"部门.{0,6}单位|单位.{0,6}部门|本级.{0,6}部门|部门.{0,6}本级", query.text):
        found = [one(first, years[0], subjects[0], replace(query, scope=s)) for s in ("部门", "单位")]
    else:
        pair = pair_years(task, first)
        found = [one(first, y, subjects[0]) for y in (pair or ())]
    for result in found:
        if isinstance(result, Draft):
            return result
    figures = [f for f in found if isinstance(f, Figure)]
    if len(figures) < 2:
        return Draft(Status.NOT_FOUND, lead="没有找到可以比较的两个数。")
    return figures[0], figures[1]


_ADDED_UP = re.compile("加起来|相加|合计|之和|合起来|加总|一共")


def _sum_against(task: Task, subjects: tuple[Subject, ...]) -> tuple[Figure, Figure] | None:
    """甲与乙加起来，和丙差多少: what stands before the sum word is added, what stands behind is compared with it."""
    m = _ADDED_UP.search(task.query.masked)
    if m is None:
        return None
    left = tuple(s for s in subjects if s.end <= m.start())
    right = tuple(s for s in subjects if s.start >= m.end())
    body = task.bodies[0]
    year = task.years(body)[0]
    if len(left) < 2 or len(right) != 1:
        return None
    found = [task.find(body, year, s).figures[:1] for s in (*left, *right)]
    if not all(found):
        return None
    figures = tuple(f[0] for f in found)
    label = "、".join(f.label for f in figures[:-1]) + "合计"
    return replace(compute.total(figures[:-1], label), label=label), figures[-1]


def stages_by_body(query: Query, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """甲局预算的…和乙局决算的…: the stage word that stands behind each department's name."""
    if not query.both_stages:
        return tuple(query.stage for _ in bodies)
    words = re.findall(r"\||预算|决算|实际", query.masked)
    out: list[str] = []
    seen_mask = False
    for word in words:
        if word == "|":
            seen_mask = True
        elif seen_mask and len(out) < len(bodies):
            out.append("预算" if word == "预算" else "决算")
            seen_mask = False
    return tuple(out) + ("",) * (len(bodies) - len(out))


def _members(task: Task, body: Body, subject: Subject) -> list[Figure]:
    """The members of a subject; those of its only class where there is but one (公用经费 is all 302)."""
    year = task.years(body)[0]
    figures = members_of(task, body, year, subject)
    fact = figures[0].fact if len(figures) == 1 else None
    if fact is not None and fact.code:
        figures = members_of(task, body, year, Subject(fact.item, 0, 0, codes=(fact.code,))) or figures
    return list(figures)


def rank(task: Task) -> Draft:
    """The largest or smallest of some members: years, bodies, projects, parts of a code."""
    query = task.query
    if BY_CHANGE.search(query.text) and not re.search("哪(?:一)?年", query.text):
        return rank_of_changes(task)
    if Operation.COMPLETION in query.operations and len(task.bodies) == 1 and not re.search("哪(?:一)?年", query.text):
        by_rate = rank_of_completion(task)
        if by_rate is not None:
            return by_rate
    subject = (query.subjects or (TOTAL,))[0]
    figures: list[Figure] = []
    by = "item"
    if len(task.bodies) > 1:
        by = "body"
        for body in task.bodies:
            found = task.find(body, task.years(body)[0], subject)
            figures += found.figures[:1]
    elif len(task.years(task.bodies[0])) > 1 or re.search("哪(?:一)?年", query.text):
        by = "year"
        body = task.bodies[0]
        years = query.years or body.years
        for year in years:
            figures += task.find(body, year, subject).figures[:1]
    else:
        body = task.bodies[0]
        figures = _members(task, body, subject)
    if not figures:
        body = task.bodies[0]
        return missing(task, body, task.years(body)[0], subject, "subject")
    if len(figures) < 2:
        return Draft(
            Status.NOT_FOUND, lead="文件里只有一项，没有可以排名的其他项。", support=tuple(map(task.item, figures))
        )
    unit = common_unit(tuple(figures))
    nonzero = [f for f in figures if f.value != 0] if query.ascending else figures
    ordered = sorted(nonzero or figures, key=lambda f: convert(f.value, f.unit, unit), reverse=not query.ascending)
    top = query.top or 1
    if query.nth and query.nth <= len(ordered):
        ordered = ordered[query.nth - 1 :]
        top = 1
    items = tuple(task.item(f, _ranked_label(f, by)) for f in ordered[:top])
    if by == "item" and figures[0].fact is not None and figures[0].fact.concept == "project.item":
        body = task.bodies[0]
        if not complete(task, body, task.years(body)[0], tuple(figures)):
            # A project may be missing from the list: which is the largest is not certain.
            items = tuple(replace(i, verdict=replace(i.verdict, status=Status.SINGLE_SOURCE)) for i in items)
    scope = {"body": f"在{len(figures)}个部门中", "year": f"在{len(figures)}个年度中", "item": f"在{len(figures)}项中"}[
        by
    ]
    word = (f"第{query.nth}" if query.nth else "最") + ("小" if query.ascending else "大")
    lead = (
        f"{scope}，{subject.text if subject.end else '预算总额'}{word}的{'是' if top == 1 else f'{len(items)}项依次是'}"
        + "、".join(f"{i.label}（{_shown_in(i.figure, ordered[0].unit)}）" for i in items)
        + "。"
    )
    if by == "year" and Operation.TREND in query.operations:  # 变化情况，哪年最高
        course = trend(task)
        if len(course.items) == len(figures):
            return replace(course, lead=f"{course.lead}{lead}")
    rest = _in_order(ordered, by, query.nth or 1) if by != "item" and len(ordered) > top else ()
    listed = ordered[top:_MOST_RANKED] if rest else []
    return Draft(status_of(items), items, lead, rest, support=tuple(map(task.item, listed)))


def _in_order(ordered: list[Figure], by: str, first: int) -> tuple[str, ...]:
    """A line for each, in the unit of the first; `first`: its place."""
    lines = tuple(
        say(_FILE, "ranked", place=place, label=_who(figure, by), value=_shown_in(figure, ordered[0].unit))
        for place, figure in enumerate(ordered[:_MOST_RANKED], first)
    )
    more = (say(_FILE, "ranked_more", count=len(ordered)),) if len(ordered) > _MOST_RANKED else ()
    return lines + more


def _who(figure: Figure, by: str) -> str:
    return figure.info.department if by == "body" else f"{figure.year}年"


def _shown_in(figure: Figure, unit: str) -> str:
    if figure.unit == unit or not {figure.unit, unit} <= UNIT_SCALE.keys():
        return shown(figure)
    value, places = in_unit(figure, unit)
    return f"{plain(value, places)}{unit}"


def _ranked_label(figure: Figure, by: str) -> str:
    if by == "body":
        return f"{figure.info.department}{figure.label}"
    if by == "year":
        return f"{figure.year}年{figure.label}"
    return figure.label
