"""What a question can be answered from: the catalogue and the documents, opened when needed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from indexer.types import Chunk, DocType, DocumentContent, DocumentInfo, Fact, Limits, Place, Scope
from retriever.catalog import Body, Catalog, pick_documents
from retriever.types import Filters
from retriever.units import of_unit, split_mark
from retriever.view import View, content_to_view

_KEPT = 64
NO_FILTERS = Filters()


class Store(Protocol):
    """The part of the store that answering reads."""

    def documents(self) -> tuple[DocumentInfo, ...]: ...
    def content(self, document: str) -> DocumentContent: ...
    def chunks(self, ids: tuple[str, ...]) -> tuple[Chunk, ...]: ...
    def places(self, ids: tuple[str, ...]) -> dict[str, Place]: ...
    def count(self, limits: Limits = ...) -> tuple[tuple[str, str, int], ...]: ...
    def browse(self, limits: Limits = ..., limit: int = 50, offset: int = 0) -> tuple[str, ...]: ...
    def search_text(
        self, query: str, limits: Limits = ..., limit: int = 50, offset: int = 0, newest: bool = False
    ) -> tuple[tuple[str, float], ...]: ...
    def search_vectors(self, query: str, limits: Limits = ..., limit: int = 50) -> tuple[tuple[str, float], ...]: ...
    def similar(self, text: str, names: tuple[str, ...]) -> tuple[tuple[str, float], ...]: ...
    def rerank(self, question: str, ids: tuple[str, ...]) -> tuple[str, ...]: ...
    def facts(self, *, concepts: tuple[str, ...] | None = None) -> tuple[Fact, ...]: ...


class Library:
    """A store seen through one question's filters. Views are kept for the next question; many threads may ask."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._views: OrderedDict[tuple[str, str], View] = OrderedDict()
        self._last: tuple[tuple[object, ...], tuple[str, ...]] | None = None
        self._catalog: tuple[tuple[DocumentInfo, ...], Catalog] | None = None

    def once(self, key: tuple[object, ...], make: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """What `make` gives, made once for the same key in a row: one question asks several times what is near it."""
        last = self._last
        if last is None or last[0] != key:
            self._last = last = (key, make())
        return last[1]

    def catalog(self, filters: Filters = NO_FILTERS) -> Catalog:
        """The catalogue of the held documents that pass the filters."""
        documents = self.store.documents()
        if filters == NO_FILTERS:
            kept = self._catalog
            if kept is None or kept[0] != documents:
                self._catalog = kept = (documents, Catalog(documents))
            return kept[1]
        return Catalog(d for d in documents if passes(d, filters))

    def view(self, document: str, sha256: str) -> View:
        """One document's figures, indexed; the last few dozen stay in memory."""
        key = (document, sha256)
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
                return self._views[key]
        content = self.store.content(document)
        _, unit = split_mark(sha256)
        view = content_to_view(
            of_unit(content, unit) if unit else content
        )  # two threads may make the same one: no harm
        with self._lock:
            self._views[key] = view
            while len(self._views) > _KEPT:
                self._views.popitem(last=False)
        return view


def passes(info: DocumentInfo, filters: Filters) -> bool:
    """Whether a document is within the caller's limits."""
    return (
        (
            not filters.department
            or any(d in (info.department, *info.aliases) or d in info.department for d in filters.department)
        )
        and (not filters.year or info.year in filters.year)
        and (not filters.doc_type or (info.doc_type is not None and info.doc_type.value in filters.doc_type))
    )


def views_of(
    library: Library, body: Body, years: tuple[int, ...], doc_type: DocType | None, scope: str
) -> tuple[View, ...]:
    """A body's documents of these years and type, opened; 部门 before 单位, one scope only where one is asked for."""
    documents = pick_documents(body, years, doc_type, None)
    wanted = Scope(scope) if scope else None
    if wanted is not None and any(d.scope is wanted for d in documents):
        documents = tuple(d for d in documents if d.scope is wanted)
    return tuple(library.view(d.id, d.sha256) for d in documents)
