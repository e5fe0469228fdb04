"""Passages ranked by full text and by meaning, the two fused by rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.types import Chunk, Limits
from retriever.asked import Asked
from retriever.library import Store

DENSE_WEIGHT = 1 / 3
"""Full text leads among passages, where exact names decide; the model's own strength is linking words to meanings."""
RANK_CONSTANT = 10
DEPTH = 200
"""How far down either list is looked at."""
_NEAREST = 50


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage's id with its fused score and its rank in each list (from 1; None where it is not in it)."""

    id: str
    score: float
    lexical_rank: int | None
    dense_rank: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its fused score and its rank in each list (from 1; None where it is not in it)."""

    chunk: Chunk
    score: float
    lexical_rank: int | None
    dense_rank: int | None


def fuse(*lists: tuple[Sequence[str], float], constant: int = RANK_CONSTANT) -> tuple[tuple[str, float], ...]:
    """Reciprocal rank fusion by id of lists with their weights: Σ weight ÷ (constant + rank); ties by id, so that the
    order is stable."""
    scores: dict[str, float] = {}
    for ids, weight in lists:
        for rank, identity in enumerate(dict.fromkeys(ids), start=1):
            scores[identity] = scores.get(identity, 0.0) + weight / (constant + rank)
    return tuple(sorted(scores.items(), key=lambda s: (-s[1], s[0])))


def rank(store: Store, asked: Asked, limits: Limits, depth: int = DEPTH) -> tuple[Ranked, ...]:
    """Passages within limits, best first. Those of preferred documents count twice: among all and among themselves."""
    lexical, dense = _legs(store, asked.words, limits, depth)
    lists = [(lexical, 1.0), (dense, DENSE_WEIGHT)]
    wanted = within(limits.documents, asked.preferred)
    if wanted and wanted != limits.documents:
        own_lexical, own_dense = _legs(store, asked.words, replace(limits, documents=wanted), depth)
        lists += [(own_lexical, 1.0), (own_dense, DENSE_WEIGHT)]
    places = {i: r for r, i in enumerate(lexical, start=1)}
    dense_places = {i: r for r, i in enumerate(dense, start=1)}
    return tuple(Ranked(i, score, places.get(i), dense_places.get(i)) for i, score in fuse(*lists))


def _legs(store: Store, words: str, limits: Limits, depth: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lexical = tuple(i for i, _ in store.search_text(words, limits, depth))
    return lexical, tuple(i for i, _ in store.search_vectors(words, limits, depth))


def within(documents: tuple[str, ...] | None, preferred: tuple[str, ...]) -> tuple[str, ...]:
    """Those preferred that limits allow."""
    if documents is None:
        return preferred
    allowed = frozenset(documents)
    return tuple(d for d in preferred if d in allowed)


def nearest(store: Store, text: str, documents: tuple[str, ...] | None = None, limit: int = 10) -> tuple[Hit, ...]:
    """The passages nearest to a text as it stands, from all documents or the given ones."""
    lexical, dense = _legs(store, text, Limits(documents), _NEAREST)
    scores = dict(fuse((lexical, 1.0), (dense, DENSE_WEIGHT))[:limit])
    ranks = {i: r for r, i in enumerate(lexical, start=1)}
    dense_ranks = {i: r for r, i in enumerate(dense, start=1)}
    return tuple(Hit(c, scores[c.id], ranks.get(c.id), dense_ranks.get(c.id)) for c in store.chunks(tuple(scores)))
