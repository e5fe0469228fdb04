"""Retrieval measured: how often, and how high up, each way finds a passage that answers a question.

A case names the pages that answer by document, and wording that the passage must hold where it may be quoted:
`{"question", "places": {document: [page, ..]}, "holds": [..]}`, where "a|b" is either. Cases of answers serve too, by
the pages they may cite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases_file import read_lines
from eval.score import Json
from eval.statistics import mean, mean_interval
from indexer.errors import UsageError
from indexer.store import Store
from indexer.text import fold
from indexer.types import Chunk, Limits
from retriever.asked import take_apart
from retriever.library import Library
from retriever.ranking import rank
from retriever.search import search

AS_SEARCH = "both, as search does"
CUTS = (1, 5, 10)
_LOOKED_AT = 5
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
    """For every question the rank of the first passage that answers it, from 1; 0 where none of the first 50 does."""

    ranks: tuple[int, ...]
    missed: tuple[str, ...]
    """Questions that none of the first five answers."""

    def recall(self, k: int) -> float:
        """The share of questions that one of the first k passages answers."""
        return mean(self._within(k))

    @property
    def mrr(self) -> float:
        """The mean of 1 ÷ rank."""
        return mean(self._reciprocal())

    def __str__(self) -> str:
        return f"{self.recall(1):.2f} / {self.recall(5):.2f} / {self.mrr:.2f}"

    def to_json(self) -> dict[str, Any]:
        """All measures, each with its 95 % bootstrap interval."""
        values = {f"recall@{k}": self._within(k) for k in CUTS} | {"mrr": self._reciprocal()}
        out: dict[str, Any] = {"questions": len(self.ranks)}
        for name, each in values.items():
            out[name] = round(mean(each), 4)
            out[f"{name}_interval"] = [round(x, 4) for x in mean_interval(each)]
        return out

    def _within(self, k: int) -> list[float]:
        return [float(0 < rank <= k) for rank in self.ranks]

    def _reciprocal(self) -> list[float]:
        return [1 / rank if rank else 0.0 for rank in self.ranks]


def read_places(path: Path) -> tuple[PlaceCase, ...]:
    """Raises UsageError naming the line that is wrong, or where there is no case."""
    cases: list[PlaceCase] = []
    for number, raw in enumerate(read_lines(path), start=1):
        if "expect" in raw:
            cases += answer_places([raw])
            continue
        try:
            places = {document: tuple(pages) for document, pages in raw["places"].items()}
            cases.append(PlaceCase(raw["question"], places, tuple(raw.get("holds", ()))))
        except (KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} 第 {number} 行不是检索用例：{error}") from error
    if not cases:
        raise UsageError(f"{path}：没有检索用例（需要 question、places）")
    return tuple(cases)


def answer_places(cases: Iterable[Json]) -> tuple[PlaceCase, ...]:
    """Cases of answers that are single questions and name the pages to cite."""
    return tuple(
        PlaceCase(str(case["question"]), {document: tuple(pages) for document, pages in case["page"].items()})
        for case in cases
        if "question" in case and isinstance(case.get("page"), Mapping) and case["page"]
    )


def score(store: Store, cases: Sequence[PlaceCase], way: Way) -> PlaceScore:
    """One way's score over all cases."""
    ranks = tuple(_first_right(store, case, way(case.question)) for case in cases)
    return PlaceScore(ranks, tuple(c.question for c, r in zip(cases, ranks, strict=True) if not 0 < r <= _LOOKED_AT))


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
        AS_SEARCH: lambda q: tuple(hit.chunk.id for hit in search(library, q, size=_DEPTH).hits),
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


def measure(store: Store, cases: Sequence[PlaceCase]) -> dict[str, PlaceScore]:
    """The score of every way by its name."""
    return {name: score(store, cases, way) for name, way in ways(store).items()}


def places_table(scores: Mapping[str, PlaceScore]) -> str:
    """A Markdown table of all ways."""
    lines = [f"| way | recall@1 / recall@5 / MRR over {len(scores[AS_SEARCH].ranks)} |", "|---|---|"]
    lines += [f"| {name} | {score} |" for name, score in scores.items()]
    return "\n".join(lines)
