"""The page's components and what happens when a reader asks, clicks a citation or turns a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import gradio as gr

from indexer.errors import UsageError, YusuanError
from indexer.types import Claim, DocumentContent, Fact
from retriever.types import Answer, Filters, Question, Status
from ui.card import BADGES, MEANINGS, Card, Lookup, answer_to_card
from ui.examples import examples
from ui.holdings import Shelf, holdings, holdings_to_html
from ui.render import asset, render
from ui.viewer import PageSource, Painter, no_page, page_error, show_page

LONGEST_QUESTION = 500
FEW = 3
"""Up to so many departments an open question is answered for each; with more, the page only asks back."""
TURNS_SHOWN = 30
FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")
"""Fonts of the reader's own system: the page asks no other host for anything."""


class Asks(Protocol):
    """The part of the engine that the page needs."""

    def ask(self, question: Question) -> Answer: ...
    def stream(self, question: Question) -> Iterator[Answer]: ...


class Library(Shelf, PageSource, Protocol):
    """The part of the store that the page needs."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of the conversation; `card` is None while it is being answered or when that failed.

    `each`: an answer for each department, where the question left open which of a few is meant.
    """

    question: str
    card: Card | None = None
    error: str = ""
    each: tuple[Card, ...] = ()


Turns = tuple[Turn, ...]
Asked = tuple[str, Turns, str, str]
"""Conversation as HTML, its turns, the question box, the viewer as HTML."""


class Page:
    """The page over one engine and one library."""

    def __init__(self, engine: Asks, library: Library, paint: Painter) -> None:
        self._engine = engine
        self._library = library
        self._paint = paint

    def build(self) -> gr.Blocks:
        """The Blocks to launch, with `theme()`, `asset("page.css")` and `head()`."""
        blocks = gr.Blocks(title="预算问答 · Yusuan", analytics_enabled=False, fill_width=True)
        with blocks:
            gr.HTML(render("masthead.html"), apply_default_css=False)
            with gr.Row(elem_id="columns"):
                with gr.Column(scale=6, min_width=300), gr.Tabs():
                    with gr.Tab("提问", id="ask"):
                        talk, box, send, again = self._question_tab()
                    with gr.Tab("文件", id="documents") as documents:
                        held = self._clickable("", elem_id="holdings")
                    with gr.Tab("说明", id="about"):
                        gr.HTML(about(), apply_default_css=False)
                with gr.Column(scale=5, min_width=300):
                    viewer = self._clickable(no_page(), elem_id="viewer")
            turns = gr.State(())
            answered = [talk, turns, box, viewer]
            quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
            one_by_one: dict[str, Any] = {**quiet, "concurrency_id": "engine", "concurrency_limit": 1}
            gr.on([box.submit, send.click], self.ask, [box, turns], answered, **one_by_one)
            talk.ask(self.ask_clicked, [turns], answered, **one_by_one)
            again.click(self.start_again, None, answered, **quiet)
            for part in (talk, held, viewer):
                part.cite(self.cite, None, [viewer], **quiet)
            documents.select(lambda: holdings_to_html(holdings(self._library)), None, [held], **quiet)
        return blocks

    def _question_tab(self) -> tuple[gr.HTML, gr.Textbox, gr.Button, gr.Button]:
        talk = self._clickable(self._conversation(()), elem_id="talk")
        with gr.Row(elem_id="asking"):
            box = gr.Textbox(
                placeholder="例如：三公经费多少",
                show_label=False,
                label="问题",
                container=False,
                scale=8,
                min_width=120,
                max_length=LONGEST_QUESTION,
                autofocus=True,
                elem_id="question",
            )
            send = gr.Button("提问", variant="primary", scale=0, min_width=76, elem_id="send")
            again = gr.Button("新对话", scale=0, min_width=92, elem_id="again")
        return talk, box, send, again

    @staticmethod
    def _clickable(value: str, elem_id: str) -> gr.HTML:
        return gr.HTML(value, js_on_load=asset("page.js"), elem_id=elem_id, apply_default_css=False)

    def ask(self, text: str, turns: Turns) -> Iterator[Asked]:
        """Show the question at once, then its answer and the page of its first citation."""
        text = text.strip()
        if not text:
            yield self._conversation(turns), turns, "", no_page()
            return
        yield self._conversation((*turns, Turn(text))), turns, "", no_page()
        for turn, viewer in self._answers(text, turns):
            yield self._conversation((*turns, turn)), (*turns, turn), "", viewer

    def ask_clicked(self, turns: Turns, event: gr.EventData) -> Iterator[Asked]:
        """Ask a question that the page itself offered."""
        yield from self.ask(str(_detail(event).get("question", "")), turns)

    def start_again(self) -> Asked:
        """An empty conversation with examples from what is held now."""
        return self._conversation(()), (), "", no_page()

    def cite(self, event: gr.EventData) -> str:
        """The page that was clicked, or what is wrong with the request."""
        try:
            return show_page(self._library, self._paint, _detail(event))
        except YusuanError as exc:
            return page_error(str(exc))

    def _answers(self, text: str, turns: Turns) -> Iterator[tuple[Turn, str]]:
        """The answer as soon as it is there, then in other words where a language model rewords it; one page for all."""
        viewer = ""
        earlier = tuple(turn.question for turn in turns)
        try:
            if len(text) > LONGEST_QUESTION:
                raise UsageError(f"问题太长：最多 {LONGEST_QUESTION} 个字")
            for answer in self._engine.stream(Question(text, turns=earlier)):
                card = answer_to_card(answer, self._lookup(answer))
                each = self._each(text, earlier, answer)
                viewer = viewer or self._first_page(each[0] if each else card)
                yield Turn(text, card, each=each), viewer
        except YusuanError as exc:
            yield Turn(text, error=str(exc)), no_page()

    def _each(self, text: str, earlier: tuple[str, ...], answer: Answer) -> tuple[Card, ...]:
        """With few departments held, an open question is answered for each of them: none is picked silently."""
        if answer.status is not Status.CLARIFY or not 1 < len(answer.choices) <= FEW:
            return ()
        asked = (Question(text, earlier, Filters(department=(choice,))) for choice in answer.choices)
        answers = zip(answer.choices, map(self._engine.ask, asked), strict=True)
        own = (_of(choice, each) for choice, each in answers if each.citations)
        return tuple(answer_to_card(each, self._lookup(each)) for each in own)

    def _first_page(self, card: Card) -> str:
        if not card.citations:
            return no_page()
        place = card.citations[0][1]
        box = ",".join(map(str, place.bbox)) if place.bbox else ""
        wanted = {"document": place.document, "page": place.page, "box": box, "note": place.text}
        try:
            return show_page(self._library, self._paint, wanted)
        except YusuanError as exc:  # the answer stands without its picture
            return page_error(str(exc))

    def _lookup(self, answer: Answer) -> Lookup:
        """Figures of the cited documents by id; read only when an answer has checks to show."""
        wanted = {ref for check in answer.verification for ref in check.facts}
        cited = dict.fromkeys(citation.document for citation in answer.citations) if wanted else {}
        found: dict[str, Fact | Claim] = {}
        for document in cited:
            found |= _figures(self._library.content(document), wanted)
        return found.get

    def _conversation(self, turns: Turns) -> str:
        questions = () if turns else examples(self._library.documents())
        return render("conversation.html", turns=turns[-TURNS_SHOWN:], questions=questions)


def _of(department: str, answer: Answer) -> Answer:
    """The answer with its follow-up questions naming the department, which the conversation does not."""
    return replace(answer, follow_ups=tuple(f"{department}{question}" for question in answer.follow_ups))


def about() -> str:
    """Where figures come from and what the badges mean."""
    badges = [(label, tone, MEANINGS[status]) for status, (label, tone) in BADGES.items()]
    return render("about.html", badges=badges)


def theme() -> gr.themes.Base:
    """The default look in the reader's own fonts."""
    mono = ("ui-monospace", "Consolas", "monospace")
    look = gr.themes.Default(primary_hue="emerald", neutral_hue="slate", font=FONTS, font_mono=mono)
    return look.set(button_primary_background_fill="*primary_700", button_primary_background_fill_hover="*primary_800")


def head() -> str:
    """What goes into the document's head: the language, for readers' screen readers and line breaking."""
    return "<script>document.documentElement.lang = 'zh-CN';</script>"


def _figures(content: DocumentContent, wanted: set[str]) -> dict[str, Fact | Claim]:
    figures: tuple[Fact | Claim, ...] = (*content.facts, *content.claims)
    return {figure.id: figure for figure in figures if figure.id in wanted}


def _detail(event: gr.EventData) -> dict[str, object]:
    """What a click sent; anything but an object counts as nothing."""
    data = event._data
    return data if isinstance(data, dict) else {}
