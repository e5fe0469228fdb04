"""All figures as one table: limited, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode

from indexer.errors import UsageError
from indexer.export import COLUMNS, fact_to_cells
from indexer.store.figures import SORTS, FigurePage, FigureQuery
from indexer.text import plain
from indexer.types import SURE_ENOUGH
from retriever.search import KIND_NAMES
from ui.card import grouped
from ui.render import render
from ui.sheets import Sheet
from ui.words import Words, chinese

PAGE_SIZE = 50
MOST_EXPORTED = 100_000
_LIMITS = {"departments": "department", "years": "year", "doc_types": "type", "kinds": "kind"}
"""Fields of a query and the parameters of addresses."""


class Figures(Protocol):
    """The part of the store that the table needs."""

    def figures(self, query: FigureQuery, start: int = 0, limit: int = PAGE_SIZE) -> FigurePage: ...


def browse(store: Figures, query: FigureQuery, page: int) -> FigurePage:
    """One page, from 1; nothing behind the last."""
    return store.figures(query, (max(page, 1) - 1) * PAGE_SIZE, PAGE_SIZE)


def figures_to_html(found: FigurePage, query: FigureQuery, page: int, t: Words = chinese) -> str:
    """The table with its sorting, paging and downloads."""
    return render(
        "figures.html",
        t,
        found=found,
        query=query,
        page=page,
        pages=max(-(-found.total // PAGE_SIZE), 1),
        parameters=query_to_parameters(query),
        heads=(("department", "部门"), ("year", "年度"), ("item", "项目"), ("value", "数额")),
        kinds=KIND_NAMES,
        sure=SURE_ENOUGH,
        shown=lambda value: grouped(plain(value)),
    )


def figures_to_sheet(store: Figures, query: FigureQuery) -> Sheet:
    """All figures of a query. Raises UsageError where they are too many for one sheet."""
    found = store.figures(query, 0, MOST_EXPORTED)
    if found.total > MOST_EXPORTED:
        raise UsageError(f"共 {found.total} 个数字，超过一次导出的上限 {MOST_EXPORTED}；请用筛选缩小范围")
    rows = tuple(fact_to_cells(one.info, one.fact, one.table) for one in found.figures)
    return Sheet(tuple(COLUMNS.values()), rows)


def query_to_parameters(query: FigureQuery) -> str:
    """A query as the parameters of an address."""
    pairs = [(name, value) for field, name in _LIMITS.items() for value in getattr(query, field)]
    pairs += [("text", query.text), ("sort", query.sort), ("order", "desc" if query.descending else "")]
    return urlencode([pair for pair in pairs if pair[1] != ""])


def query_from_parameters(asked: Mapping[str, list[str]]) -> FigureQuery:
    """The other way round; what makes no sense does not limit."""
    years = tuple(int(year) for year in asked.get("year", ()) if year.isascii() and year.isdigit() and len(year) < 5)
    sort = next((sort for sort in asked.get("sort", ()) if sort in SORTS), "")
    return FigureQuery(
        departments=tuple(asked.get("department", ())),
        years=years,
        doc_types=tuple(asked.get("type", ())),
        kinds=tuple(asked.get("kind", ())),
        text="".join(asked.get("text", ()))[:100],
        sort=sort,
        descending=asked.get("order") == ["desc"],
    )
