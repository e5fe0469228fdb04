"""Passages ranked by full text and by meaning, the two fused by rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.types import Limits, Place
from retriever.asked import Asked
from retriever.library import Store
from retriever.lines import line_scores

DENSE_WEIGHT = 3 / 4
"""Full text leads among passages, where exact names decide; the model's own strength is linking words to meanings."""
WEIGHTS = (1.0, DENSE_WEIGHT)
_BY_NAMES = (1.0, 1 / 2)
"""Which documents a whole question is about is mostly said by the names in it."""
RANK_CONSTANT = 10
DEPTH = 150
"""How far down either list is looked at."""
_NEAREST = 50
_READ = 20
"""So many passages are read line by line."""
_RERANKED = 30
"""So many passages a cross-encoder reads for one question."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage's id and place with its fused score and its rank in each list (from 1; None where it is not in it)."""

    id: str
    place: Place
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None


def fuse(*lists: tuple[Sequence[str], float], constant: int = RANK_CONSTANT) -> tuple[tuple[str, float], ...]:
    """Reciprocal rank fusion by id of lists with their weights: Σ weight ÷ (constant + rank); ties by id, so that the
    order is stable."""
    scores: dict[str, float] = {}
    for ids, weight in lists:
        for rank, identity in enumerate(dict.fromkeys(ids), start=1):
            scores[identity] = scores.get(identity, 0.0) + weight / (constant + rank)
    return tuple(sorted(scores.items(), key=lambda s: (-s[1], s[0])))


def rank(
    store: Store, asked: Asked, limits: Limits, depth: int = DEPTH, weights: tuple[float, float] = WEIGHTS
) -> tuple[Ranked, ...]:
    """Passages within limits, best first. Those of preferred documents count twice: among all and among themselves.

    `weights`: of full text and of vectors; 0 leaves one out.
    """
    words = ",".join((asked.words, *asked.meant))
    lexical, dense = _legs(store, words, limits, depth)
    lists = list(zip((lexical, dense), weights, strict=True))
    wanted = within(limits.documents, asked.preferred)
    if wanted and wanted != limits.documents:
        own_lexical, own_dense = _legs(store, words, replace(limits, documents=wanted), depth)
        lists += zip((own_lexical, own_dense), weights, strict=True)
    fused = fuse(*(one for one in lists if one[1]))
    places = store.places(tuple(i for i, _ in fused))
    ranks, dense_ranks = ({i: r for r, i in enumerate(ids, start=1)} for ids in (lexical, dense))
    found = [Ranked(i, places[i], score, ranks.get(i), dense_ranks.get(i)) for i, score in fused if i in places]
    return _reranked(store, asked.words, _rows_before_outlines(_by_lines(store, asked, found)))


def _by_lines(store: Store, asked: Asked, found: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The first few in the order of rank and best line together."""
    first = {r.id: r for r in found[:_READ]}
    chunks = store.chunks(tuple(first))
    lines = line_scores(asked, chunks)
    scores = {c.id: first[c.id].score / found[0].score + s for c, s in zip(chunks, lines, strict=True)}
    return (*sorted((first[i] for i in scores), key=lambda r: -scores[r.id]), *found[_READ:])


def _reranked(store: Store, words: str, found: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """The first few in the order of a cross-encoder, where one is set."""
    by_id = {r.id: r for r in found[:_RERANKED]}
    order = store.rerank(words, tuple(by_id))
    return (*(by_id[i] for i in order), *found[_RERANKED:])


def _rows_before_outlines(found: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The outline of a table, which has its labels and no figures, behind the first of its groups of rows."""
    best: dict[str, int] = {}
    for n, ranked in enumerate(found):
        if ranked.place.parent:
            best.setdefault(ranked.place.parent, n)
    behind = {n: best.get(ranked.id, -1) for n, ranked in enumerate(found)}
    order = sorted(behind, key=lambda n: (max(n, behind[n]), behind[n] > n))
    return tuple(found[n] for n in order)


def _legs(store: Store, words: str, limits: Limits, depth: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lexical = tuple(i for i, _ in store.search_text(words, limits, depth))
    return lexical, tuple(i for i, _ in store.search_vectors(words, limits, depth))


def within(documents: tuple[str, ...] | None, preferred: tuple[str, ...]) -> tuple[str, ...]:
    """Those preferred that limits allow."""
    if documents is None:
        return preferred
    allowed = frozenset(documents)
    return tuple(d for d in preferred if d in allowed)


def nearest(store: Store, text: str, documents: tuple[str, ...] | None = None, limit: int = 10) -> tuple[Ranked, ...]:
    """The passages nearest to a text as it stands, from all documents or the given ones."""
    return rank(store, Asked(text), Limits(documents), _NEAREST, _BY_NAMES)[:limit]
