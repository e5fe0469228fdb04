"""Which operation carries out a question, and what is answered where its words lead to no figure."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.text import UNIT_SCALE, plain
from prompts import say
from retriever import operations, prose, targets
from retriever.consistency import consistency
from retriever.context import is_bare
from retriever.draft import Draft, in_unit, rounded
from retriever.evidence import Figure
from retriever.nearest import holds, nearest, offered, ranked
from retriever.passages import views_for
from retriever.query import MEASURED, Operation, Query, Subject
from retriever.subjects import FUZZY, clean
from retriever.task import Task
from retriever.types import Status

_FILE = "answers"
_PARTS_ASKED = re.compile(
    r"(?:下面|下属|下设|之下|底下|下)(?:的)?(?:各|[两二三四五六七八九十几\d]+)?个?(?:项|款|科目)(?:级)?[^，。]{0,6}(?:分别|各|多少|哪些)"
)
_NO_FIGURE = re.compile(
    "谁|哪里|哪儿|何处|哪条(?:街|路|河|线)|(?:什么|哪个)(?:地方|位置|小区)|位于|什么时候|何时|时间|期限|内容|依据|目标|(?<!项)目的|意义|效益|作用|范围|方式|办法|国家|地点|地址|电话|联系人|进度|对象|叫什么|前身|原名|曾用名"
)
"""What is asked for is no figure: words are quoted, or nothing is answered."""
_WHICH_KIND = re.compile("(?:什么|哪个|哪家|哪种)(?P<noun>牌子|牌|品牌|型号|车型|颜色|厂家|厂商|公司)")
"""新买的车是什么牌子: only a text that says so answers."""
_WHAT = re.compile(
    "(?:建|买|做|办|搞|修|干|改|查|管|装|种|拍|写|换)(?:些|点|个)?(?:什么|啥)|怎么(?:办|做|弄|用|管|算的)"
)
_AMOUNT = re.compile("多少|几|钱|金额|数额|占")
_HOW_IS_IT = re.compile("怎么样|怎样|如何|(?:情况|工作)[?？]?$")
_CHANGING = (Operation.LIST, Operation.COMPARE, Operation.TREND, Operation.CHANGE, Operation.COUNT)
_TARGETED = (Operation.LOOKUP, Operation.COUNT, Operation.PER_UNIT)
_MEMBERS = re.compile("项目|功能|大类|类级|科目|经济分类|款级|项级")
_MONEY_TOO = re.compile(r"(?:预算|经费|资金|金额|钱)[^，。]{0,4}(?:多少|几)|多少(?:钱|万|元)|花多少")
_SOURCED = re.compile("哪来的|哪里来的|怎么来的|从哪(?:里|儿)?来|来自(?:哪|什么)|来源是什么")
_PLANNED = re.compile(r"(?:计划|要|打算|拟|准备|预计)(?:更新|购置|新建|改造|建设|换|建|修|完成|培训|办|开展|添置|采购)")
_COUNTING = re.compile(r"^(?:收支|[一二两三四五六七八九十几\d]+(?:张|笔|个|项|家|位|年|份|类)?)$|[哪几]|什么")
_FIRM = (Status.VERIFIED, Status.SINGLE_SOURCE)
_FIRMLY = 0.9
_OF_SEVERAL = (Operation.SHARE, Operation.MULTIPLE, Operation.SUM, Operation.COMPARE, Operation.REMAINDER)
_WORDED = (Operation.DEFINITION, Operation.REASON, Operation.USAGE, Operation.PROSE)


_WHO_MAY = re.compile(
    "(?:哪些|什么样的|什么|哪类)[^，。,]{0,6}(?:人|户|家庭|学生|企业|老人|居民|群众|对象)[^，。,]{0,4}(?:可以|能够?|有资格|符合条件|享受|够格)"
)
"""哪些残疾人可以拿护理补贴: words say who may, no list of figures."""


def _which_kind(task: Task) -> Draft | None:
    """什么牌子, 哪种型号: what a text says of it, which has to say that very word; None where nothing of it is asked."""
    kind = _WHICH_KIND.search(task.query.masked) if task.query.operation is Operation.LOOKUP else None
    if kind is None:
        return None
    told = prose.answer(replace(task, query=replace(task.query, operation=Operation.PROSE)))
    if told.status is Status.TEXT and kind["noun"][0] in told.lead:
        return told
    return Draft(Status.NOT_FOUND, lead=say(_FILE, "unknown_subject", text=kind["noun"]), unsaid=True)


_PICKING = (
    _which_kind,
    operations.staff_gap,
    operations.beside_plan,
    operations.by_column,
    operations.by_heading,
    operations.stated_rate,
)
"""What asks for rows, columns or sentences of its own, before any figure of a subject."""


def carry_out(task: Task) -> Draft:
    task = replace(task, query=operations.without_divisor(task.query))
    query = task.query
    if query.operation is Operation.CONSISTENCY:
        return consistency(task)
    for picking in _PICKING:
        if (picked := picking(task)) is not None:
            return picked
    if query.operation is Operation.DEFINITION and any(s.codes for s in query.subjects):
        return operations.lookup(task)  # 编码2101101指什么: its name stands beside its figure
    if query.operation is Operation.LIST and _WHO_MAY.search(query.text):
        return prose.answer(replace(task, query=replace(query, operation=Operation.PROSE)))
    if query.operation in _WORDED:
        draft = prose.answer(task)
        if draft.status is Status.NOT_FOUND and query.subjects:
            draft = operations.stated_change_text(task) or draft
        if query.operation is Operation.REASON and query.subjects and _DIRECTION.search(query.text):
            draft = _with_direction(task, draft)
        if query.operation is Operation.USAGE and query.subjects and query.wants_amount:
            figures = operations.lookup(task)
            if figures.items:
                return replace(figures, notes=(*figures.notes, draft.lead), passages=draft.passages)
        return draft
    if (between := operations.come_or_gone(task)) is not None:
        grown = operations.increased(task) if between.status is Status.NOT_FOUND else None
        return grown or between
    how_is_it = bool(_HOW_IS_IT.search(query.text)) and not query.wants_amount
    named_target = bool(targets.INDICATOR.search(query.text) and query.leftover) and not how_is_it
    planned = bool(_PLANNED.search(query.text))
    counted_target = bool(targets.QUANTITY.search(query.text)) and (planned or not _is_counted(query))
    targeted = named_target or counted_target or targets.of_a_project(query)
    if targeted and query.operation in _TARGETED and query.threshold is None:
        target = targets.indicator(task) or targets.score(task) or operations.of_named(task)
        if target is not None:
            return _with_amount(task, target)
        if counted_target and not _MONEY_TOO.search(query.text):
            return prose.answer(task)  # a count is asked for: no amount of money answers it
    worded = _NO_FIGURE.search(query.masked) or (_WHAT.search(query.masked) and not _AMOUNT.search(query.masked))
    if query.operation is Operation.LOOKUP and not query.wants_amount and worded:
        return prose.answer(replace(task, query=replace(query, operation=Operation.PROSE)))
    if not query.subjects and query.operation in (Operation.LOOKUP, Operation.LIST, Operation.COUNT):
        if query.operation is Operation.COUNT:
            return operations.count(task)
        return _nothing_like_it(task) if query.wants_amount and query.leftover else prose.answer(task)
    if _PARTS_ASKED.search(query.text) and query.operation in (Operation.LOOKUP, Operation.LIST, Operation.SUM):
        parts = operations.listing(task)
        if parts.items:
            return parts
    if operations.CHANGED.search(query.text) and query.operation in _CHANGING:
        return operations.changed_members(task)
    if _compared_stages(query):
        return operations.compare(task)
    if query.operation is Operation.LIST and query.subjects and len(query.years) > 1:
        return operations.trend(task)
    if query.operation in MEASURED and any(not _COUNTING.search(m) for m in query.modifiers):
        return _nothing_like_it(task, quote=False)
    if query.operation is Operation.LIST and query.modifiers and all(s.score < _FIRMLY for s in query.subjects):
        worded_so = prose.answer(task)  # 对领导干部做哪些离任审计: no members of 审计
        if worded_so.status is Status.TEXT:
            return worded_so
    if _unexplained(query):
        if query.operation is Operation.COUNT or (query.operation is Operation.LIST and not query.wants_amount):
            return operations.OPERATIONS[query.operation](task)
        return _nothing_like_it(task)
    draft = operations.OPERATIONS[query.operation](task)
    if draft.items and query.operation is Operation.LOOKUP and _SOURCED.search(query.text):
        told = prose.defined(task) or prose.used(task)
        if told is not None:
            return replace(draft, notes=(*draft.notes, told.text), passages=(*draft.passages, told))
    if draft.items and query.operation is not Operation.REASON and Operation.REASON in query.operations:
        return _with_reason(task, draft)
    if draft.status is Status.NOT_FOUND and query.operation is Operation.LOOKUP and not query.wants_amount:
        named = any(s.score >= _FIRMLY and s.concepts[:1] != ("units",) for s in query.subjects)
        return draft if named else prose.listed(task) or draft  # 对附属单位补助支出 asks for no list of units
    return draft


def _unexplained(query: Query) -> bool:
    """The only subject is the total that a bare 预算 or 花多少 stands for, and other words are left over; or
    more is left over than a single everyday word explains."""
    if query.operation in (Operation.RANK, Operation.COUNT, Operation.FILTER) and _MEMBERS.search(query.text):
        return False
    generic = all(is_bare(s) or s.concepts[:1] == ("project.item",) for s in query.subjects)
    left = sum(map(len, query.leftover))
    weak = all(s.score < 0.9 for s in query.subjects)
    known = sum(s.end - s.start for s in query.subjects)
    return left >= 2 if generic else weak and left > known


def _with_amount(task: Task, target: Draft) -> Draft:
    """办几场活动、预算多少: the money asked for beside a target."""
    if not _MONEY_TOO.search(task.query.text) or not any(s.labels for s in task.query.subjects):
        return target
    money = operations.lookup(task)
    return replace(target, items=(*target.items, *money.items), lead=target.lead, support=money.support)


def _compared_stages(query: Query) -> bool:
    changes = (Operation.CHANGE, Operation.GROWTH, Operation.COMPARE)
    return query.both_stages and query.operation in changes and len(query.years) < 2


def _nothing_like_it(task: Task, quote: bool = True) -> Draft:
    """No figure of that name: a sentence that holds the words where `quote`, else a refusal."""
    draft = prose.answer(task)
    if draft.status is Status.TEXT and quote:
        printed = _printed_in(draft, task) or _row_quoted(draft, task)
        if (
            printed is None
            and _HOW_MUCH.search(task.query.masked)
            and not _says_how_much(draft.lead, task.query.leftover)
        ):
            lead = say(_FILE, "no_amount_of", text="、".join(task.query.leftover))
            return replace(draft, status=Status.NOT_FOUND, lead=lead, notes=(draft.lead,))
        return printed or draft
    if draft.status is not Status.NOT_FOUND:
        draft = Draft(Status.NOT_FOUND, unsaid=True)
    near = ranked(task.query, views_for(task), task.library) if task.query.leftover else ()
    meant = nearest(near) if not targets.QUANTITY.search(task.query.text) else None
    if meant is not None and not quote and not all(holds(meant, word) for word in task.query.modifiers):
        meant = None  # 飞机维修费 is no 维修费
    if meant is not None and any(not holds(meant, word) for word in _right_before(task.query)):
        meant = None  # 体育馆免费开放 is no 博物馆免费开放
    if meant is not None and task.query.operation in MEASURED:
        subjects = _beside_firm(task.query, meant)
        again = carry_out(replace(task, query=replace(task.query, subjects=subjects, leftover=(), modifiers=())))
        if again.items:
            return _read_as(again, task.query, meant)
    names = "、".join(offered(near))
    hint = (say(_FILE, "suggested", names=names),) if names else ()
    if task.query.leftover or not task.query.modifiers:
        lead = say(_FILE, "unknown_subject", text="、".join(task.query.leftover))
    else:
        lead = say(_FILE, "narrowed", text="、".join(task.query.modifiers))
    return replace(draft, lead=lead, notes=(*draft.notes, *hint), choices=offered(near))


_HOW_MUCH = re.compile("多少(?:钱|元|万)|花了?多少|几(?:万|块)")
_AMOUNT_SAID = re.compile(r"\d(?:[\d,]*(?:\.\d+)?)?\s*[万亿千]?元")


def _says_how_much(text: str, words: tuple[str, ...]) -> bool:
    """Whether a sentence says an amount behind what is asked for, before it comes to something else."""
    for word in words:
        for m in re.finditer(re.escape(word), text):
            behind = re.split("[，,；;。]", text[m.end() :])[0]
            if _AMOUNT_SAID.search(behind):
                return True
    return not any(word in text for word in words)


def _right_before(query: Query) -> tuple[str, ...]:
    """Things named that stand right before words which nothing explains: they are part of what those name."""
    return tuple(
        s.text
        for s in query.subjects
        if s.end > s.start and not is_bare(s) and any(query.masked[s.end :].startswith(word) for word in query.leftover)
    )


def _printed_in(told: Draft, task: Task) -> Draft | None:
    """The figure asked for where the sentence that holds the most of the question's words prints that very figure."""
    query = task.query
    if query.operation is not Operation.LOOKUP or not query.subjects or not query.wants_amount or not told.passages:
        return None
    found = operations.lookup(task)
    if len(found.items) != 1:
        return None
    figure = found.items[0].figure
    units = [u for u in _IN_PROSE if u != figure.unit] if figure.unit in UNIT_SCALE else []
    written = {f"{plain(figure.value, figure.places)}{figure.unit}", *(_in(figure, u) for u in units)}
    return found if any(way in told.lead for way in written) else None


def _row_quoted(told: Draft, task: Task) -> Draft | None:
    """The amount of the one listed thing (a project, a purchase) whose row holds the most of the question's words: read
    as that thing, so never verified."""
    query = task.query
    passage = told.passages[0] if told.passages else None
    if query.operation is not Operation.LOOKUP or query.subjects or passage is None or not passage.table:
        return None
    row, asked = clean(passage.text), set("".join(query.leftover))
    listed = {name for view in views_for(task) for name in view.own_names if clean(name) in row}
    named = [name for name in listed if not any(name != other and name in other for other in listed)]
    if len(named) != 1 or 2 * len(asked & set(named[0])) <= len(asked):
        return None
    meant = Subject(named[0], 0, len(named[0]), labels=(named[0],), score=FUZZY)
    again = operations.lookup(replace(task, query=replace(query, subjects=(meant,), leftover=(), modifiers=(), cut=())))
    return _read_as(again, query, meant) if len(again.items) == 1 else None


_PRINTED_PLACES = 2
_IN_PROSE = ("万元", "元", "亿元")


def _in(figure: Figure, unit: str) -> str:
    value, places = in_unit(figure, unit)
    return f"{plain(rounded(value, min(places, _PRINTED_PLACES)), min(places, _PRINTED_PLACES))}{unit}"


def _read_as(draft: Draft, query: Query, meant: Subject) -> Draft:
    """The figures of the nearest name, with the reading said: nobody has proved that this was asked."""
    note = say(_FILE, "read_as", text="、".join(query.leftover), name=meant.text)
    return replace(unverified(draft), notes=(note, *draft.notes), explained=True)


def _beside_firm(query: Query, meant: Subject) -> tuple[Subject, ...]:
    """The nearest name where the words stand that it explains, with the subjects named as documents print them where the
    operation takes several: 某项目 in 某项目占项目支出的比例."""
    firm = tuple(s for s in query.subjects if s.score >= _FIRMLY and not set(s.concepts) & set(meant.concepts))
    if query.operation not in _OF_SEVERAL or not firm:
        return (meant,)
    start = max(query.masked.find(query.leftover[0]), 0)
    placed = replace(meant, start=start, end=start + len(query.leftover[0]))
    return tuple(sorted((placed, *firm), key=lambda s: s.start))


def _is_counted(query: Query) -> bool:
    """Cars, houses, projects and units are counted elsewhere than in performance targets."""
    heads = ("assets", "count", "units", "project", "procurement", "performance")
    return any(c.split(".")[0] in heads for s in query.subjects for c in s.concepts[:1])


def _with_reason(task: Task, draft: Draft) -> Draft:
    """多了多少，什么原因: the figures, then what the document gives as the reason."""
    told = prose.answer(replace(task, query=replace(task.query, operation=Operation.REASON)))
    if told.status is not Status.TEXT:
        return replace(draft, notes=(*draft.notes, told.lead))
    return replace(draft, notes=(*draft.notes, told.lead), passages=(*draft.passages, *told.passages))


_DIRECTION = re.compile("增|涨|升|多|高|减|降|跌|少|低|缩")


def _with_direction(task: Task, draft: Draft) -> Draft:
    """Say first which way the figure really went: the question's own direction may be wrong."""
    change = operations.change(task)
    if not change.items or not change.lead:
        return draft
    support = tuple(i for i in change.support if i.figure.ref)
    if draft.status is Status.NOT_FOUND:
        return replace(change, status=Status.TEXT, items=(), support=support, notes=(draft.lead,))
    return replace(draft, lead=f"{change.lead}\n{draft.lead}", support=(*draft.support, *support))


def unverified(draft: Draft) -> Draft:
    """The same figures; what was verified of them does not prove that they were asked for."""
    if draft.status not in _FIRM:
        return draft
    items = tuple(replace(i, verdict=replace(i.verdict, status=Status.SINGLE_SOURCE)) for i in draft.items)
    return replace(draft, status=Status.SINGLE_SOURCE, items=items)
