"""The frozen types of a search without an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.types import Chunk, DocumentInfo

PROSE = "text"
"""The table kind under which filters and facets count passages that are no table."""


class Sort(StrEnum):
    """`YEAR`: the newest year first, by relevance within a year."""

    RELEVANCE = "relevance"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Limits set by the person who searches; an empty tuple does not limit, several values of one kind are "or".

    `departments`: as in `DocumentInfo.department`; `doc_types`: 预算, 决算; `table_kinds`: values of `TableKind`, or
    `PROSE` for passages that are no table; `documents`: ids.
    """

    departments: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    doc_types: tuple[str, ...] = ()
    table_kinds: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One passage found.

    `snippet`: one line or two of its text, "…" where it was cut; `marks`: (start, end) offsets in the snippet of the
    words searched for; `lexical_rank`, `dense_rank`: its place in either list, from 1, None where it is not in it.
    """

    chunk: Chunk
    info: DocumentInfo
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that found passages have: what goes into `SearchFilters`, how people read it, how many passages."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts over everything found, not only the page shown; the most frequent first, years newest first."""

    departments: tuple[FacetValue, ...] = ()
    years: tuple[FacetValue, ...] = ()
    doc_types: tuple[FacetValue, ...] = ()
    table_kinds: tuple[FacetValue, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found.

    `total`: passages found; `complete`: False where more would match less and were not counted. `named`: departments
    that the text names outright, which limit the search as a filter does; `absent`: codes and amounts of the text that
    no passage prints, so that the hits are only near. `page` counts from 1, `pages` is 0 where nothing was found.
    """

    text: str
    filters: SearchFilters
    sort: Sort
    page: int
    size: int
    total: int
    complete: bool
    hits: tuple[SearchHit, ...]
    facets: Facets
    named: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        return -(-self.total // self.size)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a passage: the passages before and after it in its document, and the whole table of a part."""

    before: Chunk | None
    after: Chunk | None
    parent: Chunk | None
