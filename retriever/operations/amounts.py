"""Amounts: look-ups and sums."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import DocType
from prompts import say
from retriever import compute
from retriever.draft import Draft, Item, common_unit, convert_equal, rounded, shown
from retriever.evidence import Figure
from retriever.finder import find
from retriever.members import members_of, whole_of
from retriever.query import Query, Subject
from retriever.settle import is_ancestor, is_inside
from retriever.task import Row, Task, collect, missing, name_of, status_of
from retriever.types import Status


def lookup(task: Task) -> Draft:
    """Each subject's figure for each body and year, in the order asked for."""
    query = task.query
    if any(is_any_project(s) for s in query.subjects):
        named = tuple(_ALL_PROJECTS if is_any_project(s) else s for s in query.subjects)
        task, query = replace(task, query=replace(query, subjects=named)), replace(query, subjects=named)
    stages = _in_order(query.masked) if query.both_stages else (query.stage,)
    items: list[Item] = []
    support: list[Item] = []
    absent: Draft | None = None
    notes: list[str] = []
    for stage in stages:
        staged = replace(
            task, query=replace(query, stage=stage, stage_strong=query.stage_strong or bool(query.both_stages))
        )
        rows, gap = collect(staged, query.subjects)
        absent = absent or gap
        for row in rows:
            items += [task.item(f) for f in row.figures]
            support += [task.item(t) for t in row.twins]
            notes += _twin_notes(row) + _stage_notes(task, row)
    if absent is not None and _asks_for_a_part(query, tuple(i.figure for i in items)):
        return absent  # 政府采购有多少是给中小企业的: the whole does not answer
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="文件里没有找到能回答这个问题的数。")
    if len(items) > 1 and len(query.subjects) == 1 and _TOGETHER.search(query.text) and not query.both_stages:
        whole = task.item(compute.total(tuple(i.figure for i in items), f"{len(items)}项合计"))
        return Draft(whole.verdict.status, (whole,), notes=tuple(_each(i.figure) for i in items), support=tuple(items))
    if absent is not None:
        notes.append(absent.lead)
    notes += [f.figure.note for f in items if f.figure.note]
    lead = (_against(task, items[0].figure) or _put_forward(task, items[0].figure)) if len(items) == 1 else ""
    return Draft(status_of(tuple(items)), tuple(items), lead, notes=tuple(dict.fromkeys(notes)), support=tuple(support))


_OF_STAGE = (re.compile("预算|年初|计划|安排"), re.compile("决算|实际|[花用支]了|最后|最终"))


def _in_order(masked: str) -> tuple[str, str]:
    """Both stages as the question names them: 花了多少，年初安排了吗 asks what was spent first."""
    planned, spent = (m.start() if (m := words.search(masked)) else len(masked) for words in _OF_STAGE)
    return ("决算", "预算") if spent < planned else ("预算", "决算")


def _asks_for_a_part(query: Query, found: tuple[Figure, ...]) -> bool:
    """Whether what was not found is a part of what was, or asked for inside it (政府性基金支出中用于装修的)."""
    labels = {f.label for f in found}
    if len(query.subjects) != 2 or len(labels) != 1:
        return False
    whole, part = query.subjects
    return is_ancestor(whole, part) or is_inside(query.masked[whole.end : part.start])


def _against(task: Task, figure: Figure) -> str:
    """超过150万元了吗: yes or no before the figure."""
    limit = task.query.threshold
    if limit is None or figure.unit not in UNIT_SCALE:
        return ""
    amount = convert(figure.value, figure.unit, "元")
    word = "超过" if limit.above else "低于"
    holds = amount > limit.amount if limit.above else amount < limit.amount
    asked = convert(limit.amount, "元", figure.unit)
    return f"{'是' if holds else '不是'}，{name_of(figure)}{figure.label}为{shown(figure)}，{'' if holds else '没有'}{word}{plain(asked)}{figure.unit}。"


_CLAIMED = re.compile(r"(\d+(?:\.\d+)?)(亿元|万元|千元|元)")
_DOUBTED = re.compile("是不是|是否|属实|对吗|对不对|真的|吗|吧")


def _put_forward(task: Task, figure: Figure) -> str:
    """预算是不是50万元: whether the question's own figure is the document's."""
    m = _CLAIMED.search(task.query.masked)
    if m is None or not _DOUBTED.search(task.query.text) or figure.unit not in UNIT_SCALE:
        return ""
    said, unit = Decimal(m.group(1)), m.group(2)
    places = len(m.group(1).partition(".")[2])
    same = rounded(convert(figure.value, figure.unit, unit), places) == said
    told = f"{name_of(figure)}{figure.label}为{shown(figure)}"
    return f"是，{told}。" if same else f"不是{m.group(0)}，{told}。"


_TOGETHER = re.compile("一共|总共|合计|共计|总计|加")


def _each(figure: Figure) -> str:
    return f"{name_of(figure)}{figure.label} {shown(figure)}。"


_ALL_PROJECTS = Subject("项目支出", 0, 0, ("expenditure.project",))


def is_any_project(subject: Subject) -> bool:
    """项目 without a name: what all projects cost."""
    return subject.concepts[:1] in (("project.item",), ("performance.projects",)) and not subject.labels


def _twin_notes(row: Row) -> list[str]:
    out = []
    for own, twin in zip(row.figures, row.twins, strict=False):
        scope = twin.info.scope.value if twin.info.scope else ""
        if own.unit not in UNIT_SCALE or twin.unit not in UNIT_SCALE:
            continue
        same = common_unit((own, twin)) and convert_equal(own, twin)
        out.append(
            f"同一机构另有《{twin.info.title}》（{scope}口径），该数为{shown(twin)}，"
            + ("两者一致。" if same else "两者不同，口径不同，不可相加。")
        )
    return out


def _stage_notes(task: Task, row: Row) -> list[str]:
    """With both stages held and none asked for, say which was taken and what the other says."""
    figure = row.figures[0]
    if figure.stage == "预算" and figure.info.doc_type is DocType.FINAL:
        return ["决算文件只写明它的预算数，以上不是实际支出。"] if task.query.stage != "预算" else []
    if task.query.stage == "决算" and figure.stage == "预算":
        return ["库中没有这一年的决算，以上为预算安排数，不是实际支出。"]
    if task.query.stage or task.query.both_stages:
        return []
    other = {"预算": "决算", "决算": "预算"}.get(figure.stage, "")
    if not any(d.year == row.year and d.doc_type and d.doc_type.value == other for d in row.body.documents):
        return []
    asked = replace(task.query, stage=other, stage_strong=True)
    found = find(task.library, row.body, row.year, row.subject, asked)
    told = found.figures and found.figures[0].stage == other
    return [f"以上为{figure.stage}数；{other}数为{shown(found.figures[0])}。"] if told else []


def sum_up(task: Task) -> Draft:
    """One total over the subjects, bodies or years asked for."""
    query = task.query
    subjects = query.subjects
    if len(subjects) == 1 and subjects[0].concepts[:1] == ("project.item",) and not subjects[0].labels:
        return _sum_members(task, subjects[0])
    if len(subjects) == 1 and _SOME_MEMBERS.search(query.masked):
        return Draft(Status.NOT_FOUND, lead=say("answers", "not_understood"))  # which ones is not said by name
    rows, absent = collect(task, subjects)
    figures = tuple(f for r in rows for f in r.figures)
    if absent is not None:
        return replace(absent, notes=(*absent.notes, *(f"{name_of(f)}{f.label} {shown(f)}。" for f in figures)))
    if len(figures) < 2 or _counts_of_many_kinds(figures):
        return lookup(task)
    whole = compute.total(figures, "合计")
    if len({f.year for f in figures}) > 1:
        whole = replace(whole, year=None)  # of no single year
    names = "、".join(dict.fromkeys(f.label for f in figures))
    item = task.item(whole, names if names.endswith(("合计", "总计")) else f"{names}合计")
    each = tuple(task.item(f) for f in figures)
    if _SEVERALLY.search(query.text):
        return Draft(status_of((*each, item)), (*each, item))
    return Draft(item.verdict.status, (item,), notes=tuple(_each(f) for f in figures), support=each)


def _counts_of_many_kinds(figures: tuple[Figure, ...]) -> bool:
    """几批、共多少人次: no sum has a meaning."""
    units = {f.unit for f in figures}
    return len(units) > 1 and not units & UNIT_SCALE.keys()


def remainder(task: Task) -> Draft:
    """The subject without what is taken off it, for the first body and year."""
    body = task.bodies[0]
    year = task.years(body)[0]
    found = [(s, task.find(body, year, s)) for s in (*task.query.subjects[:1], *task.query.taken_off)]
    for subject, hit in found:
        if not hit.figures:
            return missing(task, body, year, subject, hit.missing)
    whole, *parts = (hit.figures[0] for _, hit in found)
    names = "、".join(f.label for f in parts)
    off = compute.total(tuple(parts), names) if len(parts) > 1 else parts[0]
    item = task.item(compute.difference(whole, off, f"{whole.label}（不含{names}）"))
    return Draft(
        item.verdict.status,
        (item,),
        notes=tuple(map(_each, (whole, *parts))),
        support=tuple(map(task.item, (whole, *parts))),
    )


def _sum_of_largest(task: Task, figures: tuple[Figure, ...], top: int) -> Draft:
    """前三个项目加起来: the largest (or smallest) members only."""
    unit = common_unit(figures)
    ranked = sorted(figures, key=lambda f: convert(f.value, f.unit, unit), reverse=not task.query.ascending)[:top]
    if len(ranked) < top:
        return Draft(Status.NOT_FOUND, lead=f"文件只列了{len(ranked)}项，不足{top}项。")
    item = task.item(compute.total(tuple(ranked), f"{'最小' if task.query.ascending else '最大'}的{top}项合计"))
    notes = tuple(_each(f) for f in ranked)
    return Draft(item.verdict.status, (item,), notes=notes, support=tuple(task.item(f) for f in ranked))


_SOME_MEMBERS = re.compile(r"(?:[两二三四五六七八九十几]|\d+)个(?:项目|科目)")
_SEVERALLY = re.compile("各(?!部门|单位|科目|项目)|分别")


def _sum_members(task: Task, subject: Subject) -> Draft:
    body = task.bodies[0]
    year = task.years(body)[0]
    figures = members_of(task, body, year, subject)
    if not figures:
        return missing(task, body, year, subject, "subject")
    if task.query.top:
        return _sum_of_largest(task, figures, task.query.top)
    whole = compute.total(figures, f"{len(figures)}个项目合计")
    checked = whole_of(task, body, year, subject)
    item = task.item(whole)
    notes = []
    if checked is not None and convert_equal(whole, checked):
        item = Item(whole, replace(item.verdict, status=Status.VERIFIED), whole.label)
        notes.append(
            f"与《{task.library.view(checked.info.id, checked.info.sha256).tables[checked.fact.table].title}》的{checked.label}{shown(checked)}一致。"
            if checked.fact
            else ""
        )
    elif checked is not None:
        notes.append(f"文件另载项目支出合计{shown(checked)}，与各项目之和不同。")
    return Draft(
        item.verdict.status, (item,), notes=tuple(n for n in notes if n), support=tuple(task.item(f) for f in figures)
    )
