"""The conversation: what is asked, what has been answered, what the browser remembers of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlencode

from indexer.errors import UsageError, YusuanError
from indexer.types import Claim, DocumentContent, DocumentInfo, Fact
from retriever.types import Answer, Filters, Question, Status
from ui.card import Card, Lookup, answer_to_card
from ui.examples import examples
from ui.pictures import Pictures
from ui.render import render
from ui.viewer import PageSource, Wanted, no_page, page_error, show_page
from ui.words import Words

LONGEST_QUESTION = 500
FEW = 3
"""Up to so many departments an open question is answered for each; with more, the page only asks back."""
TURNS_SHOWN = 30
KEPT_CONVERSATIONS = 20
_LINKED_TURNS = 6
STOPPED = "已停止。"


class Asks(Protocol):
    """The part of the engine that the page needs. Many threads may ask it."""

    def ask(self, question: Question) -> Answer: ...
    def stream(self, question: Question) -> Iterator[Answer]: ...


class Shelf(PageSource, Protocol):
    """The part of the store that a conversation needs."""

    def content(self, document: str) -> DocumentContent: ...


@dataclass(slots=True)
class Course:
    """What a reader's click and the thread that answers tell each other of one question."""

    stopped: bool = False
    page_shown: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of the conversation; `card` is None until the first answer, or when that failed.

    `running`: more of the answer is to come. `waiting`: nobody has begun to answer it.
    `each`: an answer for each department, where the question left open which of a few is meant. `link`: the address
    that opens the same question again.
    """

    question: str
    card: Card | None = None
    error: str = ""
    each: tuple[Card, ...] = ()
    link: str = ""
    running: bool = False
    waiting: bool = False
    course: Course = field(default_factory=Course, compare=False)


Turns = tuple[Turn, ...]
History = list[list[str]]
"""Conversations as a browser keeps them, newest first: their questions, oldest first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of a conversation: itself as HTML, and its turns."""

    talk: str
    turns: Turns


class Talk:
    """Conversations over one engine and one store, in one language."""

    def __init__(self, engine: Asks, shelf: Shelf, pictures: Pictures, t: Words, slow: bool = True) -> None:
        """`slow`: a language model is asked, so what stands is shown meanwhile; else an answer comes whole."""
        self._engine, self._shelf, self._pictures, self._t, self._slow = engine, shelf, pictures, t, slow

    def show(self, turns: Turns) -> str:
        """A conversation as HTML; an empty one offers questions."""
        questions = () if turns else examples(self._shelf.documents())
        first = max(len(turns) - TURNS_SHOWN, 0)
        return render("conversation.html", self._t, turns=turns[first:], first=first, questions=questions)

    def ask(self, text: str, turns: Turns) -> Shown | None:
        """The conversation with a question that waits for its answer; None while another is being answered."""
        text = text.strip()
        if not text or is_running(turns):
            return None
        return self._shown((*turns[-TURNS_SHOWN:], _waiting((*(turn.question for turn in turns), text))))

    def open(self, questions: tuple[str, ...]) -> Shown:
        """A conversation again, from its questions, which wait for their answers."""
        return self._shown(tuple(_waiting(questions[:n]) for n in range(1, len(questions) + 1)))

    def answer(self, turns: Turns) -> Iterator[Shown]:
        """The questions that wait, one after the other, with their answers as they come; ends where one is stopped."""
        for number, waiting in enumerate(turns):
            if not waiting.waiting or waiting.course.stopped:
                continue
            before, after = turns[:number], turns[number + 1 :]
            turn = replace(waiting, waiting=False)
            if self._slow:
                yield self._shown((*before, turn, *after))
            for answered in self._answered((*before, turn)):
                if answered.course.stopped:
                    return
                turn = answered
                if self._slow:
                    yield self._shown((*before, turn, *after))
            turns = (*before, replace(turn, running=False), *after)
            yield self._shown(turns)

    def stop(self, turns: Turns) -> Shown:
        """The conversation with all its questions stopped. Whoever still answers them notices after its next step."""
        for turn in turns:
            turn.course.stopped = turn.course.stopped or turn.running
        return self._shown(tuple(self._stopped(turn) if turn.running else turn for turn in turns))

    def _stopped(self, turn: Turn) -> Turn:
        return replace(turn, error="" if turn.card else self._t(STOPPED), running=False, waiting=False)

    def page(self, wanted: Wanted, clicked: str = "") -> str:
        """The page that was asked for, or what is wrong with the request; `clicked`: see `show_page`."""
        try:
            return show_page(self._shelf, self._pictures, wanted, self._t, clicked)
        except YusuanError as exc:
            return page_error(str(exc), self._t)

    def _shown(self, turns: Turns) -> Shown:
        return Shown(self.show(turns), turns)

    def _answered(self, turns: Turns) -> Iterator[Turn]:
        """The last turn with its answer, again where a language model rewords it, and with each department's own.

        The engine is asked here and nowhere else.
        """
        turn, earlier = turns[-1], tuple(turn.question for turn in turns[:-1])
        try:
            if len(turn.question) > LONGEST_QUESTION:
                raise UsageError(f"问题太长：最多 {LONGEST_QUESTION} 个字")
            choices: tuple[str, ...] = ()
            for answer in self._engine.stream(Question(turn.question, turns=earlier)):
                choices = self._choices(answer)
                turn = replace(turn, card=answer_to_card(answer, lookup(self._shelf, answer)))
                yield turn
            for choice in choices:
                own = self._engine.ask(Question(turn.question, earlier, Filters(department=(choice,))))
                if own.citations:
                    card = answer_to_card(own, lookup(self._shelf, own))
                    turn = replace(turn, each=(*turn.each, card))
                    yield turn
        except YusuanError as exc:
            yield replace(turn, error=str(exc))

    @staticmethod
    def _choices(answer: Answer) -> tuple[str, ...]:
        """With few departments held, an open question is answered for each of them: none is picked silently."""
        return answer.choices if answer.status is Status.CLARIFY and 1 < len(answer.choices) <= FEW else ()

    def first_page(self, turns: Turns) -> str | None:
        """The page of the last answer's first citation; None while that is not there, or where it was shown."""
        if not turns or is_running(turns) or turns[-1].course.page_shown:
            return None
        turns[-1].course.page_shown = True
        card = turns[-1].each[0] if turns[-1].each else turns[-1].card
        if card is None or not card.citations:
            return no_page(self._t)
        place = card.citations[0][1]
        box = ",".join(map(str, place.bbox)) if place.bbox else ""
        return self.page({"document": place.document, "page": str(place.page), "box": box, "note": place.text})


def is_running(turns: Turns) -> bool:
    """Whether a question is still to be answered."""
    return any(turn.running for turn in turns)


def lookup(shelf: Shelf, answer: Answer) -> Lookup:
    """Figures of the cited documents by id; read only when an answer has checks to show."""
    wanted = {ref for check in answer.verification for ref in check.facts}
    cited = dict.fromkeys(citation.document for citation in answer.citations) if wanted else {}
    found: dict[str, Fact | Claim] = {}
    for document in cited:
        content = shelf.content(document)
        figures: tuple[Fact | Claim, ...] = (*content.facts, *content.claims)
        found |= {figure.id: figure for figure in figures if figure.id in wanted}
    return found.get


def remember(history: object, turns: Turns) -> History:
    """The browser's history with this conversation in front, in the place of its own shorter form."""
    kept, questions = read_history(history), [turn.question for turn in turns]
    if not questions:
        return kept
    kept = [one for one in kept if one not in (questions, questions[:-1])]
    return [questions, *kept][:KEPT_CONVERSATIONS]


def read_history(history: object) -> History:
    """What a browser sent as its history, as far as it is one."""
    if not isinstance(history, list):
        return []
    found = [[str(q)[:LONGEST_QUESTION] for q in one[-TURNS_SHOWN:]] for one in history if isinstance(one, list)]
    return [one for one in found if one][:KEPT_CONVERSATIONS]


def history_to_html(history: object, t: Words) -> str:
    """The earlier conversations, each a button that opens it again."""
    return render("history.html", t, history=[(one[0], len(one), "\n".join(one)) for one in read_history(history)])


def linked_questions(text: str) -> tuple[str, ...]:
    """The questions of a link: one a line, the last to be answered in the light of the others."""
    lines = [line.strip()[:LONGEST_QUESTION] for line in text[: 20 * LONGEST_QUESTION].splitlines()]
    return tuple(line for line in lines if line)[-TURNS_SHOWN:]


def departments_of(documents: tuple[DocumentInfo, ...]) -> tuple[str, ...]:
    """Every department that has a document, in the order of their names."""
    return tuple(sorted({info.department for info in documents if info.department}))


def _waiting(questions: tuple[str, ...]) -> Turn:
    """The last of a conversation's questions, before its answer."""
    return Turn(questions[-1], link=_link(questions), running=True, waiting=True)


def _link(questions: tuple[str, ...]) -> str:
    return "?" + urlencode({"q": "\n".join(questions[-_LINKED_TURNS:])})
