"""Search for people who want the place rather than an answer: filters, pages, snippets, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from indexer.errors import UsageError
from indexer.lexical import tokens
from indexer.types import Chunk, DocumentInfo, TableKind
from retriever.library import Library
from retriever.ranking import Hit, nearest
from retriever.search_types import (
    PROSE,
    Facets,
    FacetValue,
    SearchFilters,
    SearchHit,
    SearchPage,
    Sort,
    Surroundings,
)
from retriever.snippets import snippet

NO_LIMITS = SearchFilters()
KIND_NAMES: dict[str, str] = {
    PROSE: "文字说明",
    TableKind.BALANCE: "收支总表",
    TableKind.INCOME_TOTAL: "收入总表",
    TableKind.EXPENSE_TOTAL: "支出总表",
    TableKind.GRANT_BALANCE: "财政拨款收支总表",
    TableKind.GENERAL_PUBLIC: "一般公共预算支出表",
    TableKind.BASIC_ECONOMIC: "基本支出经济分类表",
    TableKind.GOV_FUND: "政府性基金表",
    TableKind.STATE_CAPITAL: "国有资本经营表",
    TableKind.THREE_PUBLIC: "“三公”经费表",
    TableKind.PROJECT: "项目支出表",
    TableKind.PERFORMANCE: "绩效目标表",
    TableKind.PROCUREMENT: "政府采购表",
    TableKind.ASSETS: "资产表",
    TableKind.UNITS: "机构名单",
    TableKind.OTHER: "其他表格",
}
"""What people call each kind of passage."""


def search(
    library: Library,
    text: str,
    filters: SearchFilters = NO_LIMITS,
    page: int = 1,
    size: int = 20,
    sort: Sort = Sort.RELEVANCE,
) -> SearchPage:
    """One page of the passages that a text asks for, from 1; an empty page behind the last.

    Raises UsageError for a page or size below 1; errors of the store pass through.
    """
    if page < 1 or size < 1:
        raise UsageError("页码和每页条数应不小于 1")
    infos = {info.id: info for info in library.store.documents() if _passes(info, filters)}
    hits = [h for h in nearest(library.store, text, tuple(infos), 100) if _of_kind(h.chunk, filters)]
    if sort is Sort.YEAR:
        hits.sort(key=lambda h: -(infos[h.chunk.document].year or 0))
    shown = [_hit(h, infos[h.chunk.document], tokens(text)) for h in hits[(page - 1) * size : page * size]]
    facets = _facets([(infos[h.chunk.document], h.chunk.table_kind or PROSE) for h in hits])
    return SearchPage(text, filters, sort, page, size, len(hits), False, tuple(shown), facets)


def surroundings(library: Library, chunk: Chunk) -> Surroundings:
    """What stands around a passage. Raises UnknownDocumentError where its document is gone."""
    chunks = library.store.content(chunk.document).chunks
    place = next((n for n, c in enumerate(chunks) if c.id == chunk.id), None)
    if place is None:  # the document was read again in between
        return Surroundings(None, None, None)
    parent = next((c for c in chunks if c.id == chunk.parent), None) if chunk.parent else None
    return Surroundings(
        chunks[place - 1] if place else None, chunks[place + 1] if place + 1 < len(chunks) else None, parent
    )


def _passes(info: DocumentInfo, filters: SearchFilters) -> bool:
    return (
        (not filters.departments or info.department in filters.departments)
        and (not filters.years or info.year in filters.years)
        and (not filters.doc_types or (info.doc_type is not None and info.doc_type.value in filters.doc_types))
        and (not filters.documents or info.id in filters.documents)
    )


def _of_kind(chunk: Chunk, filters: SearchFilters) -> bool:
    return not filters.table_kinds or (chunk.table_kind or PROSE) in filters.table_kinds


def _hit(hit: Hit, info: DocumentInfo, words: Sequence[str]) -> SearchHit:
    shown, marks = snippet(hit.chunk.text, words)
    return SearchHit(hit.chunk, info, shown, marks, hit.score, hit.lexical_rank, hit.dense_rank)


def _facets(found: Sequence[tuple[DocumentInfo, str]]) -> Facets:
    years = _counted((str(i.year) for i, _ in found if i.year is not None), lambda year: f"{year}年")
    return Facets(
        departments=_counted((i.department for i, _ in found if i.department), str),
        years=tuple(sorted(years, key=lambda y: -int(y.value))),
        doc_types=_counted((i.doc_type.value for i, _ in found if i.doc_type), str),
        table_kinds=_counted((kind for _, kind in found), lambda kind: KIND_NAMES.get(kind, kind)),
    )


def _counted(values: Iterable[str], label: Callable[[str], str]) -> tuple[FacetValue, ...]:
    counts = Counter(values)
    return tuple(FacetValue(v, label(v), n) for v, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
