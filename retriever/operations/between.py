"""What two years' documents say of the members of a thing: which grew or shrank most, which came and which went."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert
from indexer.types import ClaimRole
from retriever import compute
from retriever.draft import Draft, common_unit, shown
from retriever.evidence import Figure, claim_figure, fact_figure
from retriever.members import members_of
from retriever.operations.amounts import is_any_project
from retriever.operations.changes import pair_years
from retriever.query import Subject
from retriever.task import TOTAL, Task, missing, status_of
from retriever.types import Status
from retriever.view import label_key

_MOVED = r"增加|增长|增|上升|上涨|涨|提高|减少|减|下降|降|缩减|压减|压缩|砍"
BY_CHANGE = re.compile(
    rf"(?:{_MOVED})(?:得|的|幅|幅度|额|掉|了)*最|最[大多快狠](?:的)?(?:{_MOVED})|[增涨降减]幅[^，。]{{0,3}}最"
)
_SHRUNK = re.compile("减|降|缩|压|砍")
_BY_RATE = re.compile("幅|快|百分|%|增速|比例")
COME = re.compile("新增|新设|新上|新列|新安排|新的|多出来|新加|新出现|多了(?:哪|什么)|才有|刚有")
GONE = re.compile("取消|砍掉|不再|没有了|去掉了|停了|撤销|消失|少了(?:哪|什么)|减掉了哪|没再|不见了|没了")
_ASKS_WHICH = re.compile("哪|什么|啥|几|多少|有没有|吗|列|是否")
_PROJECTS = Subject("项目", 0, 0, ("project.item",))


def rank_of_changes(task: Task) -> Draft:
    """The member (a project, a part, a department) whose figure changed most between the two years."""
    query = task.query
    subject = (query.subjects or (_PROJECTS if "项目" in query.text else TOTAL,))[0]
    pairs, absent = _pairs(task, subject)
    down = bool(_SHRUNK.search(query.text)) != query.ascending and not re.search("最[小少慢]", query.text)
    measure: Callable[[Figure, Figure, str], Figure | None] = (
        compute.growth if _BY_RATE.search(query.text) else compute.difference
    )
    changes = [
        (change, now, base)
        for now, base in pairs
        if (change := measure(now, base, f"{_name(task, now)}{now.year}年比{base.year}年增减")) is not None
    ]
    kept = [c for c in changes if (c[0].value < 0 if down else c[0].value > 0)]
    if not pairs:
        return absent or missing(task, task.bodies[0], task.years(task.bodies[0])[0], subject, "subject")
    if not kept:
        return Draft(Status.TEXT, lead=f"两年都列的{len(pairs)}项中，没有{'减少' if down else '增加'}的。")
    kept.sort(key=lambda c: _size(c[0]), reverse=not down)
    first = kept[: query.top or 1]
    items = tuple(task.item(change) for change, _, _ in first)
    told = "；".join(
        f"{_name(task, now)}：{base.year}年{shown(base)}，{now.year}年{shown(now)}，{'减少' if change.value < 0 else '增加'}{_amount(change)}"
        for change, now, base in first
    )
    lead = f"在两年都列的{len(pairs)}项中，{'减少' if down else '增加'}最多的是{told}。"
    return Draft(
        status_of(items), items, lead, support=tuple(task.item(f) for _, now, base in first for f in (now, base))
    )


CHANGED = re.compile(
    rf"哪些[^，。]{{0,10}}(?:{_MOVED}|多了|少了)|(?:{_MOVED})了?的[^，。,]{{0,4}}(?:项目|科目|支出)(?:有|都有|是)?哪"
)


_CHANGE_OF = re.compile("(?:20\\d\\d年)?比20\\d\\d年增减$")
_CHANGES = re.compile(rf"变?(?:{_MOVED}|多了|少了)了?")


def changed_members(task: Task) -> Draft:
    """哪些项目增加了: every member that both years list and that grew (or shrank), the greatest change first."""
    query = task.query
    subject = (query.subjects or (_PROJECTS if "项目" in query.text else TOTAL,))[0]
    down = bool(_SHRUNK.search(query.text)) or "少了" in query.text
    if not is_any_project(subject) and (stated := _stated_changes(task)):
        return _moved(task, stated, down)
    pairs, absent = _pairs(task, subject)
    if not pairs:
        return absent or missing(task, task.bodies[0], task.years(task.bodies[0])[0], subject, "subject")
    changes = [compute.difference(now, base, f"{now.label}{now.year}年比{base.year}年增减") for now, base in pairs]
    return _moved(task, changes, down)


_LEVELS = {"类": 3, "款": 5, "项": 7}


def _stated_changes(task: Task) -> list[Figure]:
    """What the later year's document itself says of each item of a classification: in a column of changes, else in prose."""
    body, query = task.bodies[0], task.query
    years = pair_years(task, body)
    if years is None or years[0] - years[1] != 1:
        return []
    level = next((digits for name, digits in _LEVELS.items() if f"{name}级" in query.text), _LEVELS["项"])
    for document in (d for d in body.documents if d.year == years[0]):
        view = task.library.view(document.id, document.sha256)
        found = {
            f.code: fact_figure(f, view, f"{f.item}比{years[1]}年增减")
            for f in view.content.facts
            if f.measure == "change" and f.concept.startswith("func.") and len(f.code) == level and f.unit in UNIT_SCALE
        } or {
            c.code: claim_figure(c, view, f"{c.subject}比{years[1]}年增减")
            for c in view.content.claims
            if c.role is ClaimRole.CHANGE and c.unit in UNIT_SCALE and len(c.code) == level and c.base_year == years[1]
        }
        if len(found) > 1:
            return list(found.values())
    return []


def _moved(task: Task, changes: Sequence[Figure], down: bool) -> Draft:
    """Those that grew (or shrank), the greatest change first."""
    kept = sorted((c for c in changes if (c.value < 0 if down else c.value > 0)), key=_size, reverse=not down)
    word = "减少" if down else "增加"
    if not kept:
        return Draft(Status.TEXT, lead=f"两年都列的{len(changes)}项中，没有{word}的。")
    items = tuple(map(task.item, kept))
    told = "；".join(f"{_CHANGE_OF.sub('', c.label)}{word}{_amount(c)}" for c in kept)
    lead = f"两年都列的{len(changes)}项中，{len(kept)}项{word}：{told}。"
    return Draft(status_of(items), items, lead, explained=_said_by(task, _CHANGES))


def _said_by(task: Task, pattern: re.Pattern[str]) -> bool:
    """Whether the words that ask which members changed are all that no subject explains."""
    query = task.query
    said = "".join(m.group(0) for m in pattern.finditer(query.masked))
    return all(word in said for word in (*query.leftover, *query.modifiers, *query.cut))


def come_or_gone(task: Task) -> Draft | None:
    """哪些项目是新增的, 砍掉了什么项目: projects that only the later year lists, or only the earlier one; None where the
    question asks nothing of that kind."""
    query = task.query
    asked = GONE if (gone := bool(GONE.search(query.masked))) else COME
    if not asked.search(query.masked) or not _ASKS_WHICH.search(query.masked):
        return None
    if not query.subjects or not all(is_any_project(s) for s in query.subjects):
        return None
    body = task.bodies[0]
    years = pair_years(task, body)
    if years is None:
        return replace(missing(task, body, None, _PROJECTS, "year"), explained=True)
    for year in years:
        if year not in body.years:
            return replace(missing(task, body, year, _PROJECTS, "year"), explained=True)
    now, base = (members_of(task, body, year, _PROJECTS) for year in years)
    if not now or not base:
        return missing(task, body, years[0] if not now else years[1], _PROJECTS, "subject")
    own, other = (base, now) if gone else (now, base)
    known = {label_key(f.label) for f in other}
    only = tuple(f for f in own if label_key(f.label) not in known)
    says = f"{years[1]}年列有、{years[0]}年没有" if gone else f"{years[0]}年列有、{years[1]}年没有"
    if not only:
        return Draft(Status.TEXT, lead=f"{body.name}：{says}的项目一个也没有（按项目名称逐一比对）。")
    items = tuple(task.item(f) for f in only)
    names = "、".join(f"{f.label}（{shown(f)}）" for f in only)
    lead = f"{body.name}{says}的项目共{len(only)}个（按项目名称比对）：{names}。"
    return Draft(status_of(items), items, lead, explained=_said_by(task, asked))


def _pairs(task: Task, subject: Subject) -> tuple[list[tuple[Figure, Figure]], Draft | None]:
    """The figures of both years of every member, or of every department where several are asked over."""
    out: list[tuple[Figure, Figure]] = []
    absent: Draft | None = None
    for body in task.bodies:
        years = pair_years(task, body)
        if years is None or not set(years) <= set(body.years):
            absent = absent or missing(task, body, years[1] if years else None, subject, "year")
            continue
        if len(task.bodies) > 1:
            found = [task.find(body, year, subject).figures[:1] for year in years]
            out += [(found[0][0], found[1][0])] if all(found) else []
            continue
        before = {label_key(f.label): f for f in members_of(task, body, years[1], subject)}
        out += [
            (f, before[label_key(f.label)])
            for f in members_of(task, body, years[0], subject)
            if label_key(f.label) in before
        ]
    return [p for p in out if p[0].year != p[1].year], absent


def _name(task: Task, figure: Figure) -> str:
    return f"{figure.info.department}{figure.label}" if len(task.bodies) > 1 else figure.label


def _size(change: Figure) -> Decimal:
    return change.value if change.unit == "%" else convert(change.value, change.unit, common_unit((change,)))


def _amount(change: Figure) -> str:
    return shown(change).removeprefix("-")
