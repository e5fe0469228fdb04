"""Answer one question: understand, find, compute, verify, word."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from indexer.errors import AnswerError, UnitError
from indexer.text import fold
from prompts import say
from retriever import operations, prose, targets
from retriever.catalog import Catalog
from retriever.closest import closest
from retriever.consistency import consistency
from retriever.context import in_context, is_bare
from retriever.draft import Draft, shown
from retriever.follow_ups import follow_ups
from retriever.homophones import corrected
from retriever.language import squeeze
from retriever.library import Library, Store
from retriever.linking import link_names
from retriever.llm import Assistant
from retriever.llm.model import Deadline
from retriever.llm.restate import keeps
from retriever.nearest import holds, nearest, offered, ranked
from retriever.passages import quote, views_for
from retriever.passed import only_a_part, parts_of_items, passed_over
from retriever.query import MEASURED, Operation, Query, Subject
from retriever.render import render
from retriever.subjects import clean
from retriever.task import Task, name_of
from retriever.types import Answer, Question, Status
from retriever.understand import understand
from retriever.units import ASKED
from retriever.view import View
from retriever.whose import OPENED, departments, near, unknown

_FILE = "answers"
logger = logging.getLogger(__name__)
MISTAKES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What a mistake of the program raises; one question's failure must not end a batch or a conversation."""
_PARTS_ASKED = re.compile(
    r"(?:下面|下属|下设|之下|底下|下)(?:的)?(?:各|[两二三四五六七八九十几\d]+)?个?(?:项|款|科目)(?:级)?[^，。]{0,6}(?:分别|各|多少|哪些)"
)
_NO_FIGURE = re.compile(
    "谁|哪里|哪儿|何处|什么时候|何时|时间|期限|内容|依据|目标|(?<!项)目的|意义|效益|作用|范围|方式|办法|国家|地点|地址|电话|联系人|进度|对象"
)
"""What is asked for is no figure: words are quoted, or nothing is answered."""
_HOW_IS_IT = re.compile("怎么样|怎样|如何|(?:情况|工作)[?？]?$")
_CHANGING = (Operation.LIST, Operation.COMPARE, Operation.TREND, Operation.CHANGE, Operation.COUNT)
_PURCHASE_CLASS = re.compile("(?<!采购)(工程|货物|服务)(?=类|呢|的|占|多少|有|是|[?？]|$)")
"""里头工程呢, after 政府采购."""
_TARGETED = (Operation.LOOKUP, Operation.COUNT, Operation.PER_UNIT)
_NEVER_HELD = ("全", "供应商")
"""What no printed label makes a thing of budgets: a whole region's money, whose bid was taken."""
_SERVED = re.compile("出国|团组|出访|保障|服务|培训|补贴|惠及|覆盖|救助|发放|受益|接待|参加|目标")
_MEMBERS = re.compile("项目|功能|大类|类级|科目|经济分类|款级|项级")
_MONEY_TOO = re.compile(r"(?:预算|经费|资金|金额|钱)[^，。]{0,4}(?:多少|几)|多少(?:钱|万|元)|花多少")
_SOURCED = re.compile("哪来的|哪里来的|怎么来的|从哪(?:里|儿)?来|来自(?:哪|什么)|来源是什么")
_PLANNED = re.compile(r"(?:计划|要|打算|拟|准备|预计)(?:更新|购置|新建|改造|建设|换|建|修|完成|培训|办|开展|添置|采购)")
_THAT_ONE = re.compile(r"它(?!们)|(?:这|那|该)(?:一)?个?(?:项目|科目|单位)|排?第一(?:的|名)?那个|最[大多高]的那个")
_COUNTING = re.compile(r"^(?:收支|[一二两三四五六七八九十几\d]+(?:张|笔|个|项|家|位|年|份|类)?)$|[哪几]|什么")
_FIRM = (Status.VERIFIED, Status.SINGLE_SOURCE)
_LONG_LABEL = 4
"""A printed label of so many characters outweighs words for what budgets don't hold."""
_LEFT_OVER = 2
"""So many characters of a question that nothing explains make its figure unverified: it may answer something else."""
_COUNTED = (Operation.LOOKUP, Operation.COUNT, Operation.SUM)
_FIRMLY = 0.9
_OF_SEVERAL = (Operation.SHARE, Operation.MULTIPLE, Operation.SUM, Operation.COMPARE, Operation.REMAINDER)
_WORDED = (Operation.DEFINITION, Operation.REASON, Operation.USAGE, Operation.PROSE)


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer with what it was made from."""

    answer: Answer
    draft: Draft
    query: Query
    catalog: Catalog


class Engine:
    """Answers questions from one store. One engine serves many threads at once."""

    def __init__(self, store: Store, helper: Assistant | None = None) -> None:
        self.library = Library(store)
        self._helper = helper

    def ask(self, question: Question) -> Answer:
        """One answer. Raises AnswerError when the program itself fails on it; store errors pass through."""
        *_, answer = self.stream(question)
        return answer

    def stream(self, question: Question) -> Iterator[Answer]:
        """The answer, at once; with a language model then the same answer while it is reworded. The last one stands.

        Raises as `ask`.
        """
        try:
            yield from self._stream(question)
        except MISTAKES as error:
            logger.exception("回答问题时程序出错")
            raise AnswerError("回答这个问题时程序出错，已记入日志；请换一种问法再试。") from error

    def _stream(self, question: Question) -> Iterator[Answer]:
        found = self._answer(question)
        if self._helper is None:
            yield found.answer
            return
        deadline = self._helper.deadline()
        found = self._helped(question, found, self._helper, deadline)
        yield found.answer
        yield from self._helper.worded(found.answer, found.draft, found.query, found.catalog, self.library, deadline)

    def _helped(self, question: Question, found: _Found, helper: Assistant, deadline: Deadline) -> _Found:
        """The answer to the question as the helper restates it, where the rules left words unexplained."""
        said = helper.restated(question, found.query, found.answer.status, deadline)
        if said is None:
            return found
        again = self._answer(replace(question, text=said), restated=True)
        if again.answer.status in (Status.NOT_FOUND, Status.CLARIFY) or not keeps(again.query, found.query):
            return found
        text = f"{say(_FILE, 'restated', question=said)}\n{again.answer.text}"
        return replace(again, answer=replace(again.answer, question=question.text, text=text))

    def _answer(self, question: Question, restated: bool = False) -> _Found:
        """By rules alone; a restated question's figures are nobody's proof that this was asked, so none is verified."""
        started = time.perf_counter()
        catalog = self.library.catalog(question.filters)
        query, labels, catalog = self._understand(question, catalog)
        understood = time.perf_counter()
        draft, extra = self._draft(query, catalog, labels)
        if restated:
            draft = _unverified(draft)
        computed = time.perf_counter()
        answer = render(question, query, draft, self.library, extra)
        done = time.perf_counter()
        timings = (
            ("understand", (understood - started) * 1000),
            ("compute", (computed - understood) * 1000),
            ("verify", (done - computed) * 1000),
            ("total", (done - started) * 1000),
        )
        bodies = tuple(catalog.bodies[b] for b in query.bodies if b in catalog.bodies) or tuple(catalog.bodies.values())
        answer = replace(answer, timings_ms=timings, follow_ups=follow_ups(query, draft, bodies))
        return _Found(answer, draft, query, catalog)

    def _understand(self, question: Question, catalog: Catalog) -> tuple[Query, Mapping[str, tuple[str, ...]], Catalog]:
        """The question in the light of the turns before it; the catalogue with the units that it names."""
        query: Query | None = None
        labels: Mapping[str, tuple[str, ...]] = {}
        for text in (*question.turns, question.text):
            single, labels = self._single(text, query, catalog)
            if single.unknown_bodies or not (single.bodies or query) or ASKED.search(text):
                extended = self._with_units(text, single.bodies or (query.bodies if query else ()), catalog)
                if extended is not catalog:
                    catalog = extended
                    single, labels = self._single(text, query, catalog)
            single, labels = self._linked(text, single, labels, query, catalog)
            if query is not None and _THAT_ONE.search(text):
                single = self._with_first(single, query, catalog, labels)
            query = in_context(single, query) if query is not None else single
        assert query is not None
        return query, labels, catalog

    def _linked(
        self,
        text: str,
        single: Query,
        labels: Mapping[str, tuple[str, ...]],
        earlier: Query | None,
        catalog: Catalog,
    ) -> tuple[Query, Mapping[str, tuple[str, ...]]]:
        """A turn with the names it gives in part; where words stay unexplained, as it reads with slips of the pen mended."""

        def link(said: str, query: Query) -> Query:
            bodies = query.bodies or (earlier.bodies if earlier else ())
            return link_names(query, self._candidates(said, bodies, catalog))

        plain = link(text, single)
        if not _unclear(plain):
            return plain, labels
        mended, slips = corrected(squeeze(text))
        if not slips:
            return plain, labels
        again, other = self._single(mended, earlier, catalog)
        again = link(mended, again)
        if _unclear(again) >= _unclear(plain):
            return plain, labels
        return replace(again, slips=slips), other

    def _single(
        self, text: str, earlier: Query | None, catalog: Catalog
    ) -> tuple[Query, Mapping[str, tuple[str, ...]]]:
        """One turn by itself, with the labels it may name."""
        bodies = tuple(b for m in catalog.mentions(clean(squeeze(text))) for b in m.bodies)
        labels = self._labels(self._candidates(text, bodies or (earlier.bodies if earlier else ()), catalog))
        if earlier is not None and any(c.startswith("procurement.") for s in earlier.subjects for c in s.concepts[:1]):
            text = _PURCHASE_CLASS.sub(r"采购\1", text)
        return understand(text, catalog, labels), labels

    def _with_units(self, text: str, bodies: tuple[str, ...], catalog: Catalog) -> Catalog:
        """The catalogue with the units that the documents in question print, for years without a document of their own."""
        found = {i.sha256: i for v in self._candidates(text, bodies, catalog) for i in v.units}
        held = {(key, d.year) for key, body in catalog.bodies.items() for d in body.documents}
        new = [i for i in found.values() if (fold(i.department), i.year) not in held]
        return Catalog((*catalog.documents, *new)) if new else catalog

    def _with_first(
        self, query: Query, earlier: Query, catalog: Catalog, labels: Mapping[str, tuple[str, ...]]
    ) -> Query:
        """这个项目 after 哪个项目最大 means the one that came out first."""
        if earlier.operation not in (Operation.RANK, Operation.FILTER, Operation.LIST):
            return query
        draft, _ = self._draft(earlier, catalog, labels)
        if not draft.items:
            return query
        name = fold(draft.items[0].figure.fact.item) if draft.items[0].figure.fact else ""
        return replace(query, subjects=(Subject(name, 0, len(name), labels=(name,)),)) if name else query

    def _candidates(self, text: str, bodies: tuple[str, ...], catalog: Catalog) -> tuple[View, ...]:
        """The documents whose labels a question may name: the named bodies', else the few that are nearest."""
        documents = [d for b in bodies if b in catalog.bodies for d in catalog.bodies[b].documents]
        if not documents:
            documents = list(catalog.documents)
        if len(documents) > OPENED and not bodies:
            nearest = near(text, catalog, self.library)
            documents = [d for d in documents if d.id in nearest]
        return tuple(self.library.view(d.id, d.sha256) for d in documents)

    @staticmethod
    def _labels(views: tuple[View, ...]) -> dict[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {}
        for view in views:
            for phrase, labels in view.phrases.items():
                out[phrase] = tuple(dict.fromkeys((*out.get(phrase, ()), *labels)))
        return out

    def _draft(
        self, query: Query, catalog: Catalog, labels: Mapping[str, tuple[str, ...]]
    ) -> tuple[Draft, tuple[str, ...]]:
        if not catalog.documents:
            return Draft(Status.NOT_FOUND, lead=say(_FILE, "empty_store")), ()
        if query.unknown_bodies:
            return unknown(query, catalog), ()
        if query.commanded:
            return Draft(Status.NOT_FOUND, lead=say(_FILE, "commanded")), ()
        served = query.restrictor == "人员数量" and _SERVED.search(query.text)
        labelled = any(s.labels and s.end - s.start >= _LONG_LABEL for s in query.subjects)
        if query.restrictor and not served and (not labelled or query.restrictor.startswith(_NEVER_HELD)):
            refusal = Draft(Status.NOT_FOUND, lead=say(_FILE, "restricted", what=query.restrictor))
            whose = departments(query, catalog, self.library)
            if isinstance(whose, Draft):
                return refusal, ()
            task = Task(query, self.library, whose)
            return operations.stated_count(task) or self._with_closest(refusal, task, catalog), ()
        if served or targets.QUANTITY.search(query.text):
            kept = tuple(s for s in query.subjects if s.concepts[:1] != ("units.staff",))
            query = replace(query, subjects=kept)
        bodies = departments(query, catalog, self.library)
        if isinstance(bodies, Draft):
            return bodies, ()
        if len(bodies) > 1 and ASKED.search(query.text):  # 下属单位 says among whom, not what
            money = tuple(s for s in query.subjects if not any(c.split(".")[0] == "units" for c in s.concepts[:1]))
            query = replace(query, subjects=money)
        task = Task(query, self.library, bodies)
        try:
            draft = self._carry_out(task)
        except UnitError as error:
            return Draft(Status.NOT_FOUND, lead=f"{error}。"), ()
        if draft.items and draft.status in _FIRM and not draft.explained:
            draft = _doubted(draft, query)
        if draft.status is Status.NOT_FOUND and draft.notes == () and not query.subjects:
            draft = replace(draft, lead=draft.lead or say(_FILE, "not_understood"))
        wordy = draft.status is Status.TEXT and query.operation is Operation.COUNT
        if wordy or (draft.status is Status.NOT_FOUND and query.operation in _COUNTED):
            draft = operations.stated_count(task) or draft
        if draft.unsaid:
            draft = self._with_closest(draft, task, catalog)
        return draft, self._assumptions(task, draft)

    def _carry_out(self, task: Task) -> Draft:
        query = task.query
        if query.operation is Operation.CONSISTENCY:
            return consistency(task)
        if query.operation is Operation.DEFINITION and any(s.codes for s in query.subjects):
            return operations.lookup(task)  # 编码2101101指什么: its name stands beside its figure
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
        how_is_it = bool(_HOW_IS_IT.search(query.text)) and not query.wants_amount
        named_target = bool(targets.INDICATOR.search(query.text) and query.leftover) and not how_is_it
        planned = bool(_PLANNED.search(query.text))
        counted_target = bool(targets.QUANTITY.search(query.text)) and (planned or not _is_counted(query))
        targeted = named_target or counted_target or targets.of_a_project(query)
        if targeted and query.operation in _TARGETED and query.threshold is None:
            target = targets.indicator(task) or targets.score(task)
            if target is not None:
                return self._with_amount(task, target)
            if counted_target and not _MONEY_TOO.search(query.text):
                return prose.answer(task)  # a count is asked for: no amount of money answers it
        if query.operation is Operation.LOOKUP and not query.wants_amount and _NO_FIGURE.search(query.masked):
            return prose.answer(replace(task, query=replace(query, operation=Operation.PROSE)))
        if not query.subjects and query.operation in (Operation.LOOKUP, Operation.LIST, Operation.COUNT):
            if query.operation is Operation.COUNT:
                return operations.count(task)
            return self._nothing_like_it(task) if query.wants_amount and query.leftover else prose.answer(task)
        if _PARTS_ASKED.search(query.text) and query.operation in (Operation.LOOKUP, Operation.LIST, Operation.SUM):
            parts = operations.listing(task)
            if parts.items:
                return parts
        if operations.CHANGED.search(query.text) and query.operation in _CHANGING:
            return operations.changed_members(task)
        if self._compared_stages(query):
            return operations.compare(task)
        if query.operation is Operation.LIST and query.subjects and len(query.years) > 1:
            return operations.trend(task)
        if query.operation in MEASURED and any(not _COUNTING.search(m) for m in query.modifiers):
            return self._nothing_like_it(task, quote=False)
        if self._unexplained(query):
            if query.operation in (Operation.LIST, Operation.COUNT):
                return operations.OPERATIONS[query.operation](task)
            return self._nothing_like_it(task)
        draft = operations.OPERATIONS[query.operation](task)
        if draft.items and query.operation is Operation.LOOKUP and _SOURCED.search(query.text):
            told = prose.defined(task)
            if told is not None:
                return replace(draft, notes=(*draft.notes, told.text), passages=(*draft.passages, told))
        if draft.items and query.operation is not Operation.REASON and Operation.REASON in query.operations:
            return _with_reason(task, draft)
        if draft.status is Status.NOT_FOUND and query.operation is Operation.LOOKUP and not query.wants_amount:
            return prose.listed(task) or draft
        return draft

    @staticmethod
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

    @staticmethod
    def _with_amount(task: Task, target: Draft) -> Draft:
        """办几场活动、预算多少: the money asked for beside a target."""
        if not _MONEY_TOO.search(task.query.text) or not any(s.labels for s in task.query.subjects):
            return target
        money = operations.lookup(task)
        return replace(target, items=(*target.items, *money.items), lead=target.lead, support=money.support)

    def _with_closest(self, draft: Draft, task: Task, catalog: Catalog) -> Draft:
        """What the documents say that is nearest, quoted: it answers nothing, but a reader may find what was meant."""
        passages = closest(task.query.text, views_for(task), catalog, self.library)
        quoted = [say(_FILE, "closest_text", text=quote(p), document=p.document, page=p.page) for p in passages]
        heading = (say(_FILE, "closest"),) if quoted else ()
        return replace(draft, notes=(*draft.notes, *heading, *quoted), passages=(*draft.passages, *passages))

    def _compared_stages(self, query: Query) -> bool:
        changes = (Operation.CHANGE, Operation.GROWTH, Operation.COMPARE)
        return query.both_stages and query.operation in changes and len(query.years) < 2

    def _nothing_like_it(self, task: Task, quote: bool = True) -> Draft:
        """No figure of that name: a sentence that holds the words where `quote`, else a refusal."""
        draft = prose.answer(task)
        if draft.status is Status.TEXT and quote:
            return draft
        if draft.status is not Status.NOT_FOUND:
            draft = Draft(Status.NOT_FOUND, unsaid=True)
        near = ranked(task.query, views_for(task), self.library) if task.query.leftover else ()
        meant = nearest(near) if not targets.QUANTITY.search(task.query.text) else None
        if meant is not None and not quote and not all(holds(meant, word) for word in task.query.modifiers):
            meant = None  # 飞机维修费 is no 维修费
        if meant is not None and task.query.operation in MEASURED:
            subjects = _beside_firm(task.query, meant)
            again = self._carry_out(
                replace(task, query=replace(task.query, subjects=subjects, leftover=(), modifiers=()))
            )
            if again.items:
                return _read_as(again, task.query, meant)
        names = "、".join(offered(near))
        hint = (say(_FILE, "suggested", names=names),) if names else ()
        lead = say(_FILE, "unknown_subject", text="、".join(task.query.leftover))
        return replace(draft, lead=lead, notes=(*draft.notes, *hint), choices=offered(near))

    @staticmethod
    def _assumptions(task: Task, draft: Draft) -> tuple[str, ...]:
        """Say which year was taken where the question named none and several are held."""
        query = task.query
        slips = tuple(say(_FILE, "slip", written=written, printed=printed) for written, printed in query.slips)
        if (
            draft.status in (Status.NOT_FOUND, Status.CLARIFY)
            or query.years
            or query.relative_years
            or query.recent_years
        ):
            return slips
        years = {y for b in task.bodies for y in b.years}
        used = {i.figure.year for i in draft.items}
        if len(years) > 1 and len(used) == 1:
            return (*slips, say(_FILE, "latest_year", year=used.pop()))
        return slips


def _unclear(query: Query) -> int:
    """How many characters of a question nothing explains."""
    return sum(map(len, (*query.leftover, *query.modifiers, *query.cut))) + (0 if query.subjects else 1)


def _doubted(draft: Draft, query: Query) -> Draft:
    """Where part of the question was not understood the figure stands, but nothing is shown as verified."""
    passed = passed_over(query, draft)
    if only_a_part(query):
        whole = "；".join(f"{name_of(i.figure)}{i.label or i.figure.label}{shown(i.figure)}" for i in draft.items)
        return Draft(
            Status.NOT_FOUND, lead=say(_FILE, "only_whole", text="、".join(parts_of_items(query)), whole=whole)
        )
    left = query.leftover if sum(map(len, query.leftover)) >= _LEFT_OVER else query.cut
    if left:
        note = say(_FILE, "left_over", text="、".join(left))
    elif passed:
        note = say(_FILE, "passed_over", text="、".join(passed))
    else:
        return draft
    return replace(_unverified(draft), notes=(*draft.notes, note))


def _read_as(draft: Draft, query: Query, meant: Subject) -> Draft:
    """The figures of the nearest name, with the reading said: nobody has proved that this was asked."""
    note = say(_FILE, "read_as", text="、".join(query.leftover), name=meant.text)
    return replace(_unverified(draft), notes=(note, *draft.notes))


def _beside_firm(query: Query, meant: Subject) -> tuple[Subject, ...]:
    """The nearest name where the words stand that it explains, with the subjects named as documents print them where the
    operation takes several: 某项目 in 某项目占项目支出的比例."""
    firm = tuple(s for s in query.subjects if s.score >= _FIRMLY and not set(s.concepts) & set(meant.concepts))
    if query.operation not in _OF_SEVERAL or not firm:
        return (meant,)
    start = max(query.masked.find(query.leftover[0]), 0)
    placed = replace(meant, start=start, end=start + len(query.leftover[0]))
    return tuple(sorted((placed, *firm), key=lambda s: s.start))


def _unverified(draft: Draft) -> Draft:
    """The same figures; what was verified of them does not prove that they were asked for."""
    if draft.status not in _FIRM:
        return draft
    items = tuple(replace(i, verdict=replace(i.verdict, status=Status.SINGLE_SOURCE)) for i in draft.items)
    return replace(draft, status=Status.SINGLE_SOURCE, items=items)


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
