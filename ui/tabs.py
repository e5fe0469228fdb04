"""The tabs of figures: all of them as one table, and one subject compared."""

from __future__ import annotations

from typing import Any

import gradio as gr

from indexer.errors import YusuanError
from indexer.store import Store
from indexer.store.figures import SORTS, FigureQuery
from retriever.search import KIND_NAMES
from retriever.search_types import PROSE
from ui.asking import Asks, departments_of
from ui.browse import browse, figures_to_html
from ui.charts import comparison_to_figure
from ui.compare import DOC_TYPES, MODES, Wanted, compare, comparison_to_html, wanted_to_parameters
from ui.events import clickable, detail, whole
from ui.words import Words

MOST_CHOICES = 200
"""With more departments than that a list offers those that contain what is typed."""
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")
"""Fonts of the reader's own system: the page asks no other host for anything."""
LATEST: dict[str, Any] = {**QUIET, "trigger_mode": "always_last"}
"""For filters: one that changes while another's result is on its way counts, and only the last does."""
_READ_TYPED = """(chosen) => [chosen, document.querySelector("#{} input").value]"""


class Limits:
    """The filters that both tabs share."""

    def __init__(self, library: Store, t: Words, prefix: str) -> None:
        self._library, self._t, self._prefix = library, t, prefix

    def build(self, tab: gr.Tab) -> list[gr.Dropdown]:
        """Department, year, type. Their choices are what is held when the tab is opened."""
        t = self._t
        made = [
            gr.Dropdown(
                [],
                multiselect=True,
                label=t(label),
                scale=3 if name == "department" else 2,
                min_width=230 if name == "department" else 130,
                elem_id=f"{self._prefix}-{name}",
            )
            for name, label in (("department", "部门"), ("year", "年度"), ("type", "类型"))
        ]
        tab.select(self.choices, None, made, **QUIET)
        # what is typed is read as the request goes out: for the last of many keys Gradio would tell the first
        typed, read = gr.Textbox(visible=False), _READ_TYPED.format(made[0].elem_id)
        made[0].key_up(self.departments, [made[0], typed], [made[0]], js=read, **LATEST)
        return made

    def choices(self) -> list[gr.Dropdown]:
        """What is held."""
        held = self._library.documents()
        years = sorted({info.year for info in held if info.year is not None}, reverse=True)
        lists: list[list[Any]] = [list(departments_of(held)[:MOST_CHOICES]), years, []]
        lists[2] = [(self._t(kind), kind) for kind in DOC_TYPES]
        return [gr.Dropdown(choices=one) for one in lists]

    def departments(self, chosen: list[str], typed: str) -> gr.Dropdown:
        """The departments that contain what is typed, behind those chosen already."""
        everything = departments_of(self._library.documents())
        if len(everything) <= MOST_CHOICES:
            return gr.Dropdown()
        fits = [name for name in everything if (typed or "").strip() in name and name not in chosen]
        return gr.Dropdown(choices=[*chosen, *fits[:MOST_CHOICES]])


class FiguresTab:
    """All figures as one table."""

    def __init__(self, library: Store, t: Words) -> None:
        self._library, self._t = library, t

    def build(self, tab: gr.Tab) -> gr.HTML:
        """The table's component, for its clicks on pages of documents."""
        t = self._t
        with gr.Row(elem_classes="filters"):
            limits = Limits(self._library, t, "figures").build(tab)
            kinds = gr.Dropdown(
                [(t(name), kind) for kind, name in KIND_NAMES.items() if kind != PROSE],
                multiselect=True,
                label=t("表的种类"),
                min_width=140,
                elem_id="figures-kind",
            )
            text = gr.Textbox(label=t("项目或科目编码"), min_width=140, elem_id="figures-text")
        table = clickable("", "figures")
        order = gr.State(("", False))
        inputs = [*limits, kinds, text, order]
        changed = [part.input for part in (*limits, kinds)]
        gr.on([tab.select, *changed, text.submit, text.change], self.show, inputs, [table], **LATEST)
        table.sort(self.sort, inputs, [table, order], **QUIET)
        table.turn(self.turn, inputs, [table], **QUIET)
        return table

    def show(self, *inputs: Any) -> str:
        """The first page."""
        return self._page(_query(*inputs), 1)

    def sort(self, event: gr.EventData, *inputs: Any) -> tuple[str, tuple[str, bool]]:
        """By another column, or the other way round."""
        column = detail(event, "sort")
        order = (column if column in SORTS else "", detail(event, "descending") == "yes")
        return self._page(_query(*(*inputs[:-1], order)), 1), order

    def turn(self, event: gr.EventData, *inputs: Any) -> str:
        """Another page."""
        return self._page(_query(*inputs), whole(detail(event, "page")))

    def _page(self, query: FigureQuery, page: int) -> str:
        return figures_to_html(browse(self._library, query, page), query, page, self._t)


class ComparisonTab:
    """One subject over years, departments, stages, or in its parts."""

    def __init__(self, engine: Asks, library: Store, t: Words) -> None:
        self._engine, self._library, self._t = engine, library, t

    def build(self, tab: gr.Tab) -> gr.HTML:
        """The table's component, for its clicks on pages of documents."""
        t = self._t
        with gr.Row(elem_classes="filters"):
            subject = gr.Textbox(
                label=t("比较什么"), placeholder=t("例如：三公经费、公务接待费、教育支出"), elem_id="compare-subject"
            )
            mode = gr.Dropdown(
                [(t(name), mode) for mode, name in MODES.items()],
                value="trend",
                label=t("怎样比较"),
                min_width=140,
                elem_id="compare-mode",
            )
        with gr.Row(elem_classes="filters"):
            limits = Limits(self._library, t, "compare").build(tab)
            go = gr.Button(t("比较"), variant="primary", scale=0, min_width=90, elem_id="compare-go")
        chart = gr.Plot(visible=False, label=t("图"), elem_id="chart")
        table = clickable(comparison_to_html(None, t=t), "comparison")
        given = [mode, subject, *limits]
        gr.on([go.click, subject.submit], self.compare, given, [table, chart], **LATEST)
        return table

    def compare(
        self, mode: str, subject: str, departments: list[str], years: list[int], types: list[str]
    ) -> tuple[str, gr.Plot]:
        """The table, and the chart that fits it."""
        wanted = Wanted(mode, subject or "", tuple(departments), tuple(years), tuple(types))
        try:
            made = compare(self._engine.ask, self._library, wanted)
        except YusuanError as exc:
            return comparison_to_html(None, error=str(exc), t=self._t), gr.Plot(visible=False)
        figure = comparison_to_figure(made, FONTS, self._t)
        html = comparison_to_html(made, wanted_to_parameters(wanted), t=self._t, chart=figure is not None)
        return html, gr.Plot(figure, visible=figure is not None)


def _query(
    departments: list[str],
    years: list[int],
    types: list[str],
    kinds: list[str],
    text: str,
    order: tuple[str, bool],
) -> FigureQuery:
    limits = tuple(departments), tuple(years), tuple(types), tuple(kinds)
    return FigureQuery(*limits, (text or "")[:100], *order)
