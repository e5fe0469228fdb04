"""The same for programs: endpoints of stable names through Gradio's API, which are MCP tools as well (docs/api.md).

Each gives JSON as text, since a tool's result is text: Gradio would write an object in Python's notation.
"""

from __future__ import annotations

import json

import gradio as gr
from gradio.events import api

from indexer.errors import UnknownDocumentError, YusuanError
from indexer.findings import findings_across
from indexer.output import finding_to_json, to_line
from indexer.store import Store
from retriever.contract import answer_to_json
from retriever.library import Library
from retriever.search import search as find
from retriever.search_output import page_to_json
from retriever.search_types import SearchFilters
from retriever.types import Filters, Question
from ui.asking import LONGEST_QUESTION, Asks

MOST_FOUND = 50
_LARGEST = 1_000_000


def add_endpoints(engine: Asks, store: Store) -> None:
    """Adds /ask, /search and /check to the Blocks that are being built."""
    library = Library(store)

    def ask(
        question: str,
        earlier: list[str] | None = None,
        department: list[str] | None = None,
        year: list[int] | None = None,
        doc_type: list[str] | None = None,
    ) -> str:
        """Answer a question about the Chinese government budget and final-accounts documents held, in Chinese.

        Every figure comes from a printed cell and is recomputed where the document allows it; "status" says how far
        it may be trusted, "verification" how it was checked and "citations" where it is printed.

        Args:
            question: The question in Chinese, for example 三公经费多少.
            earlier: Earlier questions of the same conversation, oldest first.
            department: Only documents of these departments.
            year: Only documents of these years.
            doc_type: Only 预算 (budgets) or 决算 (final accounts).

        Returns:
            JSON: status, text, values, verification, citations, choices and follow_ups.
        """
        limits = Filters(_texts(department), _years(year), _texts(doc_type))
        turns = tuple(text[:LONGEST_QUESTION] for text in _texts(earlier))
        try:
            return to_line(answer_to_json(engine.ask(Question(_checked(question), turns, limits))))
        except YusuanError as exc:
            raise _mistake(str(exc)) from exc

    def search(
        text: str,
        department: list[str] | None = None,
        year: list[int] | None = None,
        doc_type: list[str] | None = None,
        table_kind: list[str] | None = None,
        page: int = 1,
        size: int = 20,
    ) -> str:
        """Find passages and tables in the documents held, without answering. Quoted wording must stand as it is.

        Args:
            text: Chinese words, "exact wording", a classification code or an amount.
            department: Only documents of these departments.
            year: Only documents of these years.
            doc_type: Only 预算 (budgets) or 决算 (final accounts).
            table_kind: Only these kinds of tables, "text" for passages that are none.
            page: Which page of the results, from 1.
            size: How many passages a page has, 50 at most.

        Returns:
            JSON: the passages with document, pages and snippet, how many there are, and counts by department, year and kind.
        """
        filters = SearchFilters(_texts(department), _years(year), _texts(doc_type), _texts(table_kind))
        wanted = _text(text)[:200], filters, _number(page), min(_number(size), MOST_FOUND)
        try:
            found = find(library, *wanted)
        except YusuanError as exc:
            raise _mistake(str(exc)) from exc
        return to_line(page_to_json(found))

    def check(document: str) -> str:
        """List where one held document contradicts itself or another document of the same body.

        Args:
            document: The document's name, as in the citations of an answer.

        Returns:
            JSON: a list of findings with page, rule, message, what is printed, what was expected, and the figures it was computed from.
        """
        try:
            if store.held(_text(document)) is None:
                raise UnknownDocumentError(document)
            found = (*store.findings([document]), *findings_across(store, [document]))
        except YusuanError as exc:
            raise _mistake(str(exc)) from exc
        return json.dumps([finding_to_json(finding) for finding in found], ensure_ascii=False)

    # not queued: for a queued tool Gradio makes a client of its own, which asks its maker's host for something
    api(ask, api_name="ask", queue=False)
    api(search, api_name="search", queue=False)
    api(check, api_name="check", queue=False)


def _checked(question: object) -> str:
    text = _text(question).strip()
    if not text or len(text) > LONGEST_QUESTION:
        raise _mistake(f"问题应为 1 到 {LONGEST_QUESTION} 个字")
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _mistake("应为文字")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise _mistake("应为文字的列表")
    return tuple(value or ())


def _years(value: object) -> tuple[int, ...]:
    if value is not None and not isinstance(value, list):
        raise _mistake("年度应为整数的列表")
    return tuple(map(_number, value or ()))


def _number(value: object) -> int:
    """A whole number; programs written in JavaScript may send it as 1.0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or abs(value) > _LARGEST:
        raise _mistake("应为整数")
    return int(value)


def _mistake(message: str) -> gr.Error:
    """The caller's, so told to the caller and not printed here with what was asked."""
    return gr.Error(message, print_exception=False)
