"""Search for people who want the place rather than an answer: filters, pages, snippets, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from indexer.errors import UsageError
from indexer.lexical import tokens
from indexer.types import Chunk, DocumentInfo, Limits, TableKind
from indexer.vocabulary import vocabulary
from retriever.asked import Asked, take_apart
from retriever.library import Library, Store
from retriever.ranking import Ranked, rank, within
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

    "Wording" in quotes must stand in every passage found, and so must a code or an amount where any passage has it;
    then, and where the text says nothing, all such passages are counted. Otherwise the nearest few hundred are.
    Raises UsageError for a page or size below 1; errors of the store pass through.
    """
    if page < 1 or size < 1:
        raise UsageError("页码和每页条数应不小于 1")
    store, catalog = library.store, library.catalog()
    asked = take_apart(text, catalog)
    infos = {info.id: info for info in catalog.documents}
    limits = _limits(catalog.documents, filters, asked)
    if not asked.words and asked.preferred:  # nothing but a department and a year
        limits = replace(limits, documents=within(limits.documents, asked.preferred))
    counted = store.count(limits) if limits.containing or not asked.words else ()
    absent = () if counted or asked.phrases else asked.numbers
    if absent:  # what is near may still help
        limits = replace(limits, containing=())
        asked = replace(asked, words=",".join((asked.words, *_names(absent))))
    if limits.containing or not asked.words:
        found = _exact(store, asked.words, limits, page, size, sort)
    else:
        ranked = rank(store, asked, limits)
        ranked = tuple(r for r in ranked if r.place.document in infos)  # one may have come in between
        if sort is Sort.YEAR:
            ranked = tuple(sorted(ranked, key=lambda r: -(infos[r.place.document].year or 0)))
        counted = tuple((r.place.document, r.place.table_kind, 1) for r in ranked)
        found = ranked[(page - 1) * size : page * size]
    chunks = {chunk.id: chunk for chunk in store.chunks(tuple(r.id for r in found))}
    words = tuple(dict.fromkeys((*tokens(asked.words), *asked.meant, *asked.phrases, *asked.numbers)))
    return SearchPage(
        text,
        filters,
        sort,
        page,
        size,
        total=sum(count for _, _, count in counted),
        complete=bool(limits.containing) or not asked.words,
        hits=tuple(
            _hit(r, chunks[r.id], infos, words) for r in found if r.id in chunks and chunks[r.id].document in infos
        ),
        facets=_facets(
            [(infos[document], kind or PROSE, count) for document, kind, count in counted if document in infos]
        ),
        named=asked.departments,
        absent=absent,
    )


def _names(codes: Iterable[str]) -> Iterator[str]:
    """What classification codes stand for."""
    known = vocabulary()
    for code in codes:
        name = known.functions.get(code) or known.economics.get(code)
        if name:
            yield name


def _limits(documents: Sequence[DocumentInfo], filters: SearchFilters, asked: Asked) -> Limits:
    """The filters and what the text demands, as the store takes them; a department filter goes before the text."""
    passing = tuple(d.id for d in documents if _passes(d, filters))
    if asked.named is not None and not filters.departments and not filters.documents:
        named = frozenset(asked.named)
        passing = tuple(d for d in passing if d in named)
    return Limits(
        None if len(passing) == len(documents) else passing,
        tuple("" if kind == PROSE else kind for kind in filters.table_kinds),
        (*asked.phrases, *asked.numbers),
    )


def _exact(store: Store, words: str, limits: Limits, page: int, size: int, sort: Sort) -> tuple[Ranked, ...]:
    """A page of everything within limits: by words where there are any, else as the documents print it."""
    start = (page - 1) * size
    if words or limits.containing:
        scores = dict(store.search_text(words, limits, size, start, sort is Sort.YEAR))
    else:
        scores = dict.fromkeys(store.browse(limits, size, start), 0.0)
    places = store.places(tuple(scores))
    return tuple(Ranked(i, places[i], score) for i, score in scores.items() if i in places)


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


def _hit(ranked: Ranked, chunk: Chunk, infos: Mapping[str, DocumentInfo], words: Sequence[str]) -> SearchHit:
    shown, marks = snippet(chunk.text, words)
    info = infos[chunk.document]
    return SearchHit(chunk, info, shown, marks, ranked.score, ranked.lexical_rank, ranked.dense_rank)


def _facets(found: Sequence[tuple[DocumentInfo, str, int]]) -> Facets:
    years = _counted(((str(i.year), n) for i, _, n in found if i.year is not None), lambda year: f"{year}年")
    return Facets(
        departments=_counted(((i.department, n) for i, _, n in found if i.department), str),
        years=tuple(sorted(years, key=lambda y: -int(y.value))),
        doc_types=_counted(((i.doc_type.value, n) for i, _, n in found if i.doc_type), str),
        table_kinds=_counted(((kind, n) for _, kind, n in found), lambda kind: KIND_NAMES.get(kind, kind)),
    )


def _counted(values: Iterable[tuple[str, int]], label: Callable[[str], str]) -> tuple[FacetValue, ...]:
    counts: Counter[str] = Counter()
    for value, count in values:
        counts[value] += count
    return tuple(FacetValue(v, label(v), n) for v, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
