"""Retrieval measured: how often, and how high up, each way finds a passage that answers a question.

A case names the pages that answer by document, and wording that the passage must hold where it may be quoted:
`{"question", "places": {document: [page, ..]}, "holds": [..]}`, where "a|b" is either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.errors import UsageError
from indexer.store import Store
from indexer.text import fold
from indexer.types import Chunk, Limits
from retriever.asked import take_apart
from retriever.library import Library
from retriever.ranking import rank
from retriever.search import search

_DEPTH = 50
_LSA_WIDTH = 256
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
Way = Callable[[str], Sequence[str]]
"""A question to chunk ids, best first."""


@dataclass(frozen=True, slots=True)
class PlaceCase:
    """A question with the places that answer it."""

    question: str
    places: Mapping[str, tuple[int, ...]]
    holds: tuple[str, ...] = ()

    def answered_by(self, chunk: Chunk) -> bool:
        text = _plain(chunk.text)
        here = not set(chunk.pages).isdisjoint(self.places.get(chunk.document, ()))
        return here and all(any(_plain(way) in text for way in wording.split("|")) for wording in self.holds)


def _plain(text: str) -> str:
    """Folded, and figures without their thousands separators: both ways are printed."""
    return _SEPARATOR.sub("", fold(text))


@dataclass(frozen=True, slots=True)
class PlaceScore:
    """Shares of questions answered by the first and by the first five passages; mean of 1 ÷ the first right rank."""

    first: float
    five: float
    mrr: float
    missed: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.first:.2f} / {self.five:.2f} / {self.mrr:.2f}"


def read_places(path: Path) -> tuple[PlaceCase, ...]:
    """Raises UsageError naming the line that is wrong."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            raw = json.loads(line)
            places = {document: tuple(pages) for document, pages in raw["places"].items()}
            cases.append(PlaceCase(raw["question"], places, tuple(raw.get("holds", ()))))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} 第 {number} 行不是检索用例：{error}") from error
    return tuple(cases)


def score(store: Store, cases: Sequence[PlaceCase], way: Way) -> PlaceScore:
    """One way's score over all cases."""
    ranks = [_first_right(store, case, way(case.question)) for case in cases]
    missed = tuple(case.question for case, r in zip(cases, ranks, strict=True) if r == 0 or r > 5)
    return PlaceScore(
        first=float(np.mean([r == 1 for r in ranks])),
        five=float(np.mean([0 < r <= 5 for r in ranks])),
        mrr=float(np.mean([1 / r if r else 0 for r in ranks])),
        missed=missed,
    )


def _first_right(store: Store, case: PlaceCase, ids: Sequence[str]) -> int:
    """The rank of the first passage that answers, from 1; 0 for none."""
    chunks = store.chunks(ids[:_DEPTH])
    return next((n for n, chunk in enumerate(chunks, start=1) if case.answered_by(chunk)), 0)


def ways(store: Store) -> dict[str, Way]:
    """Each leg with the question as it stands, the base of latent semantics, and what search does."""
    library = Library(store)

    def asked(weights: tuple[float, float]) -> Way:
        def found(question: str) -> Sequence[str]:
            apart = take_apart(question, library.catalog())
            return tuple(r.id for r in rank(store, apart, Limits(apart.named), weights=weights))

        return found

    return {
        "BM25, whole question": lambda q: _ids(store.search_text(q, limit=_DEPTH)),
        "vectors, whole question": lambda q: _ids(store.search_vectors(q, limit=_DEPTH)),
        "LSA, whole question": lsa(store),
        "BM25, departments and years apart": asked((1.0, 0.0)),
        "vectors, departments and years apart": asked((0.0, 1.0)),
        "both, as search does": lambda q: tuple(hit.chunk.id for hit in search(library, q, size=_DEPTH).hits),
    }


def _ids(found: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    return tuple(i for i, _ in found)


def lsa(store: Store) -> Way:
    """Latent semantic analysis over character bigrams of the passages themselves."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    chunks = [chunk for info in store.documents() for chunk in store.content(info.id).chunks]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    matrix = vectorizer.fit_transform(chunk.text for chunk in chunks)
    reduction = TruncatedSVD(min(_LSA_WIDTH, len(chunks) - 1), random_state=7).fit(matrix)
    passages = _unit(reduction.transform(matrix))

    def found(question: str) -> Sequence[str]:
        scores = passages @ _unit(reduction.transform(vectorizer.transform([question])))[0]
        return tuple(chunks[i].id for i in np.argsort(-scores, kind="stable")[:_DEPTH])

    return found


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths: np.ndarray = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9))


def places_table(store: Store, cases: Sequence[PlaceCase]) -> str:
    """A Markdown table of all ways."""
    lines = [f"| way | recall@1 / recall@5 / MRR over {len(cases)} |", "|---|---|"]
    lines += [f"| {name} | {score(store, cases, way)} |" for name, way in ways(store).items()]
    return "\n".join(lines)
