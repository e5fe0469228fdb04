"""Answer one question: understand, find, compute, verify, word."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from indexer.errors import AnswerError
from indexer.text import fold
from prompts import say
from retriever.carrying import unverified
from retriever.catalog import Catalog
from retriever.context import in_context
from retriever.draft import Draft
from retriever.drafting import draft_answer
from retriever.follow_ups import MOST, follow_ups, leads_on
from retriever.homophones import corrected
from retriever.language import squeeze, without_courtesy
from retriever.library import Library, Store
from retriever.linking import link_names
from retriever.llm import Assistant
from retriever.llm.model import Deadline
from retriever.llm.restate import keeps
from retriever.query import Operation, Query, Subject
from retriever.render import render
from retriever.subjects import clean
from retriever.types import Answer, Question, Status
from retriever.understand import understand
from retriever.units import ASKED
from retriever.view import View
from retriever.whose import OPENED, near

_FILE = "answers"
logger = logging.getLogger(__name__)
MISTAKES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What a mistake of the program raises; one question's failure must not end a batch or a conversation."""
_PURCHASE_CLASS = re.compile("(?<!采购)(工程|货物|服务)(?=类|呢|的|占|多少|有|是|[?？]|$)")
"""里头工程呢, after 政府采购."""
_THAT_ONE = re.compile(r"它(?!们)|(?:这|那|该)(?:一)?个?(?:项目|科目|单位)|排?第一(?:的|名)?那个|最[大多高]的那个")


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer with what it was made from."""

    answer: Answer
    draft: Draft
    query: Query
    catalog: Catalog
    proposed: tuple[str, ...] = ()


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
        plain = self._answer(question)
        if self._helper is None:
            yield self._offering(question, plain, plain).answer
            return
        deadline = self._helper.deadline()
        found = self._offering(question, self._helped(question, plain, self._helper, deadline), plain)
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

    def _offering(self, question: Question, found: _Found, asked: _Found) -> _Found:
        """An answer with the first few of the proposed questions that the rules can answer next, after the question as
        it was `asked`."""

        def can_be_answered(text: str) -> bool:
            try:
                following = self._answer(replace(question, text=text), after=asked)
                return leads_on(following.query, following.answer)
            except MISTAKES:
                logger.exception("核对接着问的问题时程序出错")
                return False

        offered = tuple(islice(filter(can_be_answered, found.proposed), MOST))
        return replace(found, answer=replace(found.answer, follow_ups=offered))

    def _answer(self, question: Question, restated: bool = False, after: _Found | None = None) -> _Found:
        """By rules alone; a restated question's figures are nobody's proof that this was asked, so none is verified.
        `after`: an answer that it goes on from, in the place of the question's earlier turns."""
        started = time.perf_counter()
        catalog = after.catalog if after else self.library.catalog(question.filters)
        turns = (question.text,) if after else (*question.turns, question.text)
        query, catalog = self._understand(turns, catalog, after.query if after else None)
        understood = time.perf_counter()
        draft, extra = draft_answer(query, catalog, self.library)
        if restated:
            draft = unverified(draft)
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
        proposed = () if after else follow_ups(query, draft, bodies, self.library, bool(question.filters.department))
        return _Found(replace(answer, timings_ms=timings), draft, query, catalog, proposed)

    def _understand(self, turns: tuple[str, ...], catalog: Catalog, query: Query | None) -> tuple[Query, Catalog]:
        """The last turn in the light of the others and of what was asked before them; the catalogue with the units that
        they name."""
        for text in map(without_courtesy, turns):
            single = self._single(text, query, catalog)
            mentions = [m for m in catalog.mentions(clean(squeeze(text))) if m.bodies]
            only_region = bool(mentions) and all(m.by_region for m in mentions)  # 甲县某中学: a unit of it may be meant
            nobody = query is None and not single.bodies
            if single.unknown_bodies or nobody or only_region or ASKED.search(text):
                extended = self._with_units(text, single.bodies or (query.bodies if query else ()), catalog)
                if extended is not catalog:
                    catalog = extended
                    single = self._single(text, query, catalog)
            single = self._linked(text, single, query, catalog)
            if query is not None and _THAT_ONE.search(text):
                single = self._with_first(single, query, catalog)
            query = _with_years_held(single, in_context(single, query), catalog) if query is not None else single
        assert query is not None
        return query, catalog

    def _linked(self, text: str, single: Query, earlier: Query | None, catalog: Catalog) -> Query:
        """A turn with the names it gives in part; where words stay unexplained, as it reads with slips of the pen mended."""

        def link(said: str, query: Query) -> Query:
            bodies = query.bodies or (earlier.bodies if earlier else ())
            linked = link_names(query, self._candidates(said, bodies, catalog))
            return replace(linked, spoken_of=linked.subjects)

        plain = link(text, single)
        mended, slips = corrected(squeeze(text)) if _unclear(plain) else (text, ())
        if not slips:
            return plain
        again = link(mended, self._single(mended, earlier, catalog))
        return replace(again, slips=slips) if _unclear(again) < _unclear(plain) else plain

    def _single(self, text: str, earlier: Query | None, catalog: Catalog) -> Query:
        """One turn by itself."""
        bodies = tuple(b for m in catalog.mentions(clean(squeeze(text))) for b in m.bodies)
        labels = self._labels(self._candidates(text, bodies or (earlier.bodies if earlier else ()), catalog))
        if earlier is not None and any(c.startswith("procurement.") for s in earlier.subjects for c in s.concepts[:1]):
            text = _PURCHASE_CLASS.sub(r"采购\1", text)
        return understand(text, catalog, labels)

    def _with_units(self, text: str, bodies: tuple[str, ...], catalog: Catalog) -> Catalog:
        """The catalogue with the units that the documents in question print, for years without a document of their own."""
        found = {i.sha256: i for v in self._candidates(text, bodies, catalog) for i in v.units}
        held = {(key, d.year) for key, body in catalog.bodies.items() for d in body.documents}
        new = [i for i in found.values() if (fold(i.department), i.year) not in held]
        return Catalog((*catalog.documents, *new)) if new else catalog

    def _with_first(self, query: Query, earlier: Query, catalog: Catalog) -> Query:
        """这个项目 after 哪个项目最大 means the one that came out first."""
        if earlier.operation not in (Operation.RANK, Operation.FILTER, Operation.LIST):
            return query
        draft, _ = draft_answer(earlier, catalog, self.library)
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


def _with_years_held(single: Query, query: Query, catalog: Catalog) -> Query:
    """A question that says all but the year of another department: the year spoken of before only where it is held."""
    whole = single.bodies and single.subjects and not (single.years or single.relative_years or single.recent_years)
    held = {year for body in single.bodies if body in catalog.bodies for year in catalog.bodies[body].years}
    if not whole or not held or held.intersection(query.years):
        return query
    return replace(query, years=(), relative_years=(), recent_years=None)


def _unclear(query: Query) -> int:
    """How many characters of a question nothing explains."""
    return sum(map(len, (*query.leftover, *query.modifiers, *query.cut))) + (0 if query.subjects else 1)
