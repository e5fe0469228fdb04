"""The page's components and what happens when a reader asks, clicks or turns a page; once for each language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic_ns
from typing import Any

import gradio as gr
from gradio.components.navbar import Navbar

from indexer.findings import findings_across
from indexer.inbox import Inbox
from indexer.settings import Settings
from indexer.store import Store
from retriever.library import Library
from ui.asking import (
    LONGEST_QUESTION,
    Asks,
    History,
    Shown,
    Talk,
    Turns,
    history_to_html,
    is_running,
    linked_questions,
    read_history,
    remember,
)
from ui.card import BADGES, MEANINGS
from ui.events import clickable, detail, details, whole
from ui.holdings import Shelf, findings_to_html, holdings, holdings_to_html, jobs_to_html, upload_to_html
from ui.pictures import Pictures
from ui.render import asset, render
from ui.searching import SearchTab
from ui.staff import Staff
from ui.tabs import FONTS, LATEST, QUIET, ComparisonTab, FiguresTab, Limits
from ui.viewer import no_page
from ui.words import LANGUAGES, Words

HISTORY_KEY = "yusuan-history"
_NOT_SECRET = "yusuan"
"""The history is its reader's own; a fixed key lets it outlive a restart of the server."""
ANSWERING: dict[str, Any] = {**QUIET, "concurrency_id": "engine", "concurrency_limit": 4, "trigger_mode": "multiple"}
AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}
"""For what is quickly done: one request instead of a place in the queue and a stream."""
ASKING: dict[str, Any] = {**AT_ONCE, "trigger_mode": "multiple"}
"""A question is shown before it has its place in the queue. One that comes while another is being answered is dropped
by `Talk.ask`, not by the browser, which would also drop one that comes just after."""
_TICK_SECONDS = 1.0
_NOTHING: Any = (gr.skip(),) * 5
_NO_ANSWER: Any = (gr.skip(),) * 4
_READ_LINK = """(...given) => [new URLSearchParams(location.search).get("q") ?? sessionStorage.getItem("yusuan-talk") ?? "",
    ...given.slice(1)]"""
"""The questions of a link, else those that stood here before the page was loaded again."""

Answered = tuple[str, Any, History, str]
"""Conversation as HTML, its turns, the browser's history, and that as HTML."""
Asked = tuple[str, Any, Any, History, str]
"""The same with the question box after the turns."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the page stands on. `rules`: the engine without a language model, for comparisons, which ask it often;
    `library`: the store, for reading."""

    engine: Asks
    rules: Asks
    library: Store
    pictures: Pictures
    inbox: Inbox
    staff: Staff
    settings: Settings


class Page:
    """The page in one language."""

    def __init__(self, services: Services, language: str) -> None:
        self._s = services
        self._t: Words = LANGUAGES[language]
        self._language = language
        self._slow = services.engine is not services.rules
        self._talk = Talk(services.engine, services.library, services.pictures, self._t, self._slow)

    def build(self, blocks: gr.Blocks) -> None:
        """Adds everything to the Blocks that are being built."""
        t = self._t
        other = ("en", "en", "English") if self._language == "zh" else ("./", "zh-CN", "中文")
        Navbar(visible=False)
        named = dict(zip(("other", "other_lang", "other_name"), other, strict=True))
        clickable(render("masthead.html", t, **named), "masthead")
        viewer = gr.HTML(
            no_page(t), js_on_load=asset("page.js"), elem_id="viewer", apply_default_css=False, render=False
        )
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=6, min_width=300), gr.Tabs() as tabs:
                with gr.Tab(t("提问"), id="ask") as asking:
                    talk = self._question_tab(viewer, blocks, asking)
                with gr.Tab(t("检索"), id="search") as finding:
                    limits = Limits(self._s.library, t, "search")
                    found = SearchTab(Library(self._s.library), limits, t).build(finding)
                with gr.Tab(t("数据"), id="figures") as figures:
                    tables = FiguresTab(self._s.library, t).build(figures)
                with gr.Tab(t("比较"), id="compare") as compare:
                    compared = ComparisonTab(self._s.rules, self._s.library, t).build(compare)
                with gr.Tab(t("文件"), id="documents") as documents:
                    held = self._documents_tab(documents)
                with gr.Tab(t("说明"), id="about"):
                    gr.HTML(about(t), apply_default_css=False)
            with gr.Column(scale=5, min_width=300):
                viewer.render()  # type: ignore[no-untyped-call]
        talk.documents(lambda: gr.Tabs(selected="documents"), None, [tabs], **AT_ONCE)
        for part in (talk, found, tables, compared, *held, viewer):
            part.cite(self.cite, None, [viewer], **QUIET)

    # asking

    def _question_tab(self, viewer: gr.HTML, blocks: gr.Blocks, tab: gr.Tab) -> gr.HTML:
        t = self._t
        past = clickable(history_to_html([], t), "history")
        talk = clickable(self._talk.show(()), "talk")
        with gr.Row(elem_id="asking"):
            box = gr.Textbox(
                placeholder=t("例如：三公经费多少"),
                show_label=False,
                label=t("问题"),
                container=False,
                scale=8,
                min_width=120,
                max_length=LONGEST_QUESTION,
                autofocus=True,
                elem_id="question",
            )
            clickable(render("skip.html", t), "skip")
            send = gr.Button(t("提问"), variant="primary", scale=0, min_width=76, elem_id="send")
            again = gr.Button(t("新对话"), scale=0, min_width=92, elem_id="again")
        turns = gr.State(())
        link = gr.Textbox(visible=False)
        history = gr.BrowserState([], storage_key=HISTORY_KEY, secret=_NOT_SECRET)
        before, after = [turns, history], [talk, turns, box, history, past]
        answer, shown = self.answer_in_steps if self._slow else self.answer, [talk, turns, history, past]
        asked = [
            gr.on([box.submit, send.click], self.ask, [box, *before], after, **ASKING),
            talk.ask(self.ask_clicked, before, after, **ASKING),
            talk.retry(self.retry, before, after, **ASKING),
            past.open(self.open_again, before, after, **ASKING),
            gr.on([blocks.load], self.open_link, [link, *before], after, js=_READ_LINK, **ASKING),
        ]
        for one in asked:
            answered = one.then(answer, before, shown, **ANSWERING)
            answered.then(self.first_page, [turns], [viewer], **AT_ONCE)
        talk.stop(self.stop, before, after, **AT_ONCE)
        again.click(self.start_again, before, after, **AT_ONCE)
        talk.edit(self.edit, before, after, **AT_ONCE)
        tab.select(self.welcome, [turns], [talk], **AT_ONCE)
        past.clear(self.forget, None, [history, past], **AT_ONCE)
        return talk

    def ask(self, text: str, turns: Turns, history: object) -> Asked:
        """Show the question at once; one that comes while another is being answered stays in the box."""
        shown = self._talk.ask(text, turns)
        return self._asked(shown, history, "") if shown else _NOTHING

    def ask_clicked(self, turns: Turns, history: object, event: gr.EventData) -> Asked:
        """Ask a question that the page itself offered."""
        return self.ask(detail(event, "question"), turns, history)

    def retry(self, turns: Turns, history: object, event: gr.EventData) -> Asked:
        """Ask an earlier question once more; what came after it is dropped."""
        number = _turn(event, turns)
        kept, question = (turns, "") if number is None else (turns[:number], turns[number].question)
        return self.ask(question, kept, history)

    def answer(self, turns: Turns, history: object) -> Answered:
        """Answer what was asked, where that is quickly done: each further step would cost Gradio more than the answer."""
        steps = list(self._talk.answer(turns))
        stopped = not steps or any(turn.course.stopped for turn in turns)
        return _NO_ANSWER if stopped else self._answered(steps[-1], history)

    def answer_in_steps(self, turns: Turns, history: object) -> Iterator[Answered]:
        """Answer what was asked, step by step. Gradio applies the last one twice, at the end once more: after a stop
        that is none."""
        for shown in self._talk.answer(turns):
            yield self._answered(shown, history)
        yield _NO_ANSWER

    def first_page(self, turns: Turns) -> Any:
        """The page of the answer's first citation."""
        return self._talk.first_page(turns) or gr.skip()

    def edit(self, turns: Turns, history: object, event: gr.EventData) -> Asked:
        """An earlier question back in the box, and the conversation before it."""
        number = _turn(event, turns)
        kept = turns if number is None else turns[:number]
        question = "" if number is None else turns[number].question
        return self._asked(Shown(self._talk.show(kept), kept), history, question)

    def stop(self, turns: Turns, history: object) -> Asked:
        """The conversation as it stands, its running question marked as stopped."""
        return self._asked(self._talk.stop(turns), history)

    def start_again(self, turns: Turns, history: object) -> Asked:
        """An empty conversation with examples from what is held now; the old one stays in the history."""
        self._talk.stop(turns)
        return self._asked(Shown(self._talk.show(()), ()), remember(history, turns), "")

    def open_again(self, turns: Turns, history: object, event: gr.EventData) -> Asked:
        """A conversation of the history, to be answered again from what is held now."""
        self._talk.stop(turns)
        return self._asked(self._talk.open(linked_questions(detail(event, "questions"))), history)

    def open_link(self, link: str, turns: Turns, history: object) -> Asked:
        """What the page shows first: the questions of the link it was opened by, else examples."""
        questions = linked_questions(link or "")
        if questions:
            return self._asked(self._talk.open(questions), history)
        kept = read_history(history)  # whoever asks before the page has loaded keeps the question
        return self._talk.show(turns), gr.skip(), gr.skip(), kept, history_to_html(kept, self._t)

    def welcome(self, turns: Turns) -> Any:
        """Examples from what is held by now, where nothing was asked yet."""
        return gr.skip() if turns else self._talk.show(())

    def forget(self) -> tuple[History, str]:
        """An empty history."""
        return [], history_to_html([], self._t)

    def cite(self, event: gr.EventData) -> str:
        """The page that was clicked, or what is wrong with the request."""
        return self._talk.page(details(event), str(monotonic_ns()))

    def _asked(self, shown: Shown, history: object, box: Any = None) -> Asked:
        """`box`: what the question box is to hold; by default it keeps what the reader types meanwhile."""
        talk, turns, kept, past = self._answered(shown, history)
        return talk, turns, gr.skip() if box is None else box, kept, past

    def _answered(self, shown: Shown, history: object) -> Answered:
        kept = read_history(history) if is_running(shown.turns) else remember(history, shown.turns)
        return shown.talk, shown.turns, kept, history_to_html(kept, self._t)

    # documents

    def _documents_tab(self, tab: gr.Tab) -> tuple[gr.HTML, gr.HTML]:
        t = self._t
        upload = clickable("", "upload")
        jobs = clickable("", "jobs")
        report = clickable("", "report")
        text = gr.Textbox(label=t("筛选文件"), placeholder=t("名称、部门或年度"), elem_id="filter-documents")
        held = clickable("", "holdings")
        timer = gr.Timer(_TICK_SECONDS, active=False)
        seen = gr.State(())
        parts = [upload, jobs, held, timer, seen]
        gr.on([tab.select, text.change], self.documents, [text], parts, **LATEST)
        for part in (upload, jobs, held):
            part.refresh(self.documents, [text], parts, **LATEST)
        timer.tick(self.progress, [text, seen], [jobs, held, timer, seen], **QUIET)
        held.turn(self.turn, [text], [held], **QUIET)
        held.report(self.report, None, [report], **QUIET)
        return held, report

    def documents(self, text: str, request: gr.Request) -> tuple[str, str, str, gr.Timer, tuple[int, ...]]:
        """Everything of the tab, as this reader may see it."""
        staff = self._may(request)
        jobs = self._s.inbox.jobs()
        finished = tuple(job.number for job in jobs if job.finished)
        upload = upload_to_html(staff, self._s.staff.has_password, self._s.settings.max_mb, self._t)
        working = len(finished) < len(jobs)
        return upload, jobs_to_html(jobs, staff, self._t), self._held(text, staff), gr.Timer(active=working), finished

    def progress(
        self, text: str, seen: tuple[int, ...], request: gr.Request
    ) -> tuple[str, Any, gr.Timer, tuple[int, ...]]:
        """How far the documents are; the list again only when one has ended since."""
        _, jobs, held, timer, finished = self.documents(text, request)
        return jobs, held if finished != tuple(seen) else gr.skip(), timer, finished

    def turn(self, text: str, request: gr.Request, event: gr.EventData) -> str:
        """Another page of the list."""
        return self._held(text, self._may(request), whole(detail(event, "page")))

    def report(self, event: gr.EventData) -> str:
        """The consistency report of a document that is held."""
        document = detail(event, "document")
        library = self._s.library
        if library.held(document) is None:
            return ""
        return findings_to_html(document, library.findings([document]), findings_across(library, [document]), self._t)

    def _held(self, text: str, staff: bool, page: int = 1) -> str:
        shelf: Shelf = self._s.library
        return holdings_to_html(holdings(shelf, text or "", page), staff, self._t)

    def _may(self, request: gr.Request) -> bool:
        host = request.client.host if request.client else ""
        return self._s.staff.admits(host, dict(request.headers), dict(request.cookies))


def about(t: Words) -> str:
    """Where figures come from and what the badges mean."""
    badges = [(label, tone, MEANINGS[status]) for status, (label, tone) in BADGES.items()]
    return render("about.html", t, badges=badges)


def theme() -> gr.themes.Base:
    """The default look in the reader's own fonts."""
    mono = ("ui-monospace", "Consolas", "monospace")
    look = gr.themes.Default(primary_hue="emerald", neutral_hue="slate", font=FONTS, font_mono=mono)
    return look.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        link_text_color_dark="#93c5fd",
    )


def head() -> str:
    """What goes into the document's head: language, colours, and rules for what is around the page's own parts, which
    Gradio keeps from `page.css`."""
    return f"<script>{asset('head.js')}</script><style>{asset('head.css')}</style>"


def _turn(event: gr.EventData, turns: Turns) -> int | None:
    """Which earlier turn a click means."""
    number = detail(event, "turn")
    return int(number) if number.isascii() and number.isdigit() and int(number[:6]) < len(turns) else None
