"""Passages found by words: where something stands, without an answer."""

from __future__ import annotations

from typing import Any

import gradio as gr

from indexer.errors import YusuanError
from indexer.types import Chunk
from retriever.library import Library
from retriever.search import KIND_NAMES, search
from retriever.search_types import SearchFilters, SearchHit, SearchPage, Sort
from ui.events import clickable, detail, whole
from ui.render import render
from ui.tabs import LATEST, QUIET, Limits
from ui.words import Words, chinese

PAGE_SIZE = 20
_MOST_FACETS = 12
_FIELDS = ("department", "year", "type", "kind")


class SearchTab:
    """Words, filters, passages."""

    def __init__(self, library: Library, limits: Limits, t: Words) -> None:
        self._library, self._limits, self._t = library, limits, t

    def build(self, tab: gr.Tab) -> gr.HTML:
        """The list's component, for its clicks on pages of documents."""
        t = self._t
        with gr.Row(elem_classes="filters"):
            text = gr.Textbox(
                label=t("查找什么"), placeholder=t("词、“原样出现的话”或科目编码"), scale=4, elem_id="search-text"
            )
            go = gr.Button(t("查找"), variant="primary", scale=0, min_width=90, elem_id="search-go")
        with gr.Row(elem_classes="filters"):
            limits = self._limits.build(tab)
            kinds = gr.Dropdown(
                [(t(name), kind) for kind, name in KIND_NAMES.items()],
                multiselect=True,
                label=t("段落或表"),
                min_width=140,
                elem_id="search-kind",
            )
            order = gr.Dropdown(
                [(t("相关"), Sort.RELEVANCE.value), (t("年度从新到旧"), Sort.YEAR.value)],
                value=Sort.RELEVANCE.value,
                label=t("排序"),
                min_width=120,
                elem_id="search-order",
            )
        found = clickable(search_to_html(None, t=t), "found")
        filters = [*limits, kinds]
        inputs = [text, *filters, order]
        gr.on(
            [go.click, text.submit, *(part.input for part in (*filters, order))], self.show, inputs, [found], **LATEST
        )
        found.turn(self.turn, inputs, [found], **QUIET)
        found.narrow(self.narrow, inputs, [found, *filters], **QUIET)
        return found

    def show(self, *inputs: Any) -> str:
        """The first page."""
        return self._page(1, *inputs)

    def turn(self, event: gr.EventData, *inputs: Any) -> str:
        """Another page."""
        return self._page(whole(detail(event, "page")), *inputs)

    def narrow(self, event: gr.EventData, text: str, *inputs: Any) -> tuple[Any, ...]:
        """One value of one filter, chosen from the counts beside what was found; the others stay."""
        field, value = detail(event, "field"), detail(event, "value")
        *filters, order = inputs
        if field in _FIELDS:
            filters[_FIELDS.index(field)] = [whole(value) if field == "year" else value]
        return self._page(1, *(text, *filters, order)), *filters

    def _page(
        self,
        page: int,
        text: str,
        departments: list[str],
        years: list[int],
        types: list[str],
        kinds: list[str],
        order: str,
    ) -> str:
        filters = SearchFilters(tuple(departments), tuple(years), tuple(types), tuple(kinds))
        try:
            return search_to_html(
                search(self._library, (text or "")[:200], filters, page, PAGE_SIZE, Sort(order)), t=self._t
            )
        except YusuanError as exc:
            return search_to_html(None, str(exc), self._t)


def search_to_html(found: SearchPage | None, error: str = "", t: Words = chinese) -> str:
    """What was found, with the counts that narrow it down."""
    return render(
        "search.html",
        t,
        found=found,
        error=error,
        kinds=KIND_NAMES,
        pieces=_pieces,
        box=_box,
        most=_MOST_FACETS,
        only_near=_only_near,
    )


def _only_near(found: SearchPage) -> bool:
    """Whether no passage on this page holds more than half of the words at one place."""
    longest = max((end - start for hit in found.hits for start, end in hit.marks), default=0)
    return found.page == 1 and 2 * longest <= len(found.text.strip())


def _pieces(hit: SearchHit) -> list[tuple[str, bool]]:
    """The snippet in pieces: plain, and marked as what was searched for."""
    pieces, position = [], 0
    for start, end in hit.marks:
        pieces += [(hit.snippet[position:start], False), (hit.snippet[start:end], True)]
        position = end
    return [piece for piece in (*pieces, (hit.snippet[position:], False)) if piece[0]]


def _box(chunk: Chunk) -> str:
    return ",".join(map(str, chunk.bbox)) if chunk.bbox else ""
