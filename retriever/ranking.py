"""Hybrid search over passages: full text and vectors, fused by rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.types import Chunk
from retriever.library import Store

DENSE_WEIGHT = 1 / 3
"""Full text leads among passages, where exact names decide; the model's own strength is linking words to meanings."""
RANK_CONSTANT = 10
_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its fused score and its rank in each list (from 1; None where it is not in it)."""

    chunk: Chunk
    score: float
    lexical_rank: int | None
    dense_rank: int | None


def fuse(
    lexical: Sequence[str], dense: Sequence[str], dense_weight: float = DENSE_WEIGHT, constant: int = RANK_CONSTANT
) -> tuple[tuple[str, float], ...]:
    """Reciprocal rank fusion by id: Σ weight ÷ (constant + rank); ties by id, so that the order is stable."""
    scores: dict[str, float] = {}
    for ids, weight in ((lexical, 1.0), (dense, dense_weight)):
        for rank, identity in enumerate(dict.fromkeys(ids), start=1):
            scores[identity] = scores.get(identity, 0.0) + weight / (constant + rank)
    return tuple(sorted(scores.items(), key=lambda s: (-s[1], s[0])))


def nearest(store: Store, text: str, documents: tuple[str, ...] | None = None, limit: int = 10) -> tuple[Hit, ...]:
    """The passages nearest to a question, best first, from all documents or the given ones."""
    lexical = tuple(i for i, _ in store.search_text(text, documents, _DEPTH))
    dense = tuple(i for i, _ in store.search_vectors(text, documents, _DEPTH))
    fused = fuse(lexical, dense)[:limit]
    scores = dict(fused)
    ranks = {i: r for r, i in enumerate(lexical, start=1)}
    dense_ranks = {i: r for r, i in enumerate(dense, start=1)}
    return tuple(Hit(c, scores[c.id], ranks.get(c.id), dense_ranks.get(c.id)) for c in store.chunks(tuple(scores)))
