"""Compares ways of finding the concept of a question in unseen words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eval.train import transformer
from eval.train.material import Group, groups, held_out
from eval.train.measure import Score, bm25, dense, is_hard, measure
from eval.train.pairs import Pair
from eval.train.shipped import MERGES, RECIPE, fitted, related, written
from eval.train.static import Recipe, train

Matrix = npt.NDArray[np.float32]
_MERGES = (0, 1_000, MERGES, 4_000)
_LSA_WIDTH = 256
_ATTENTIVE_PAIRS = 100_000
_ATTENTIVE = Recipe(dimensions=(128, 64), rate=0.02, seed=RECIPE.seed)


def table(attention: bool = False) -> str:
    """A Markdown table; no training text holds a word of a held-out question about the same concept.

    `attention`: a small transformer as well, which takes a quarter of an hour.
    """
    hidden = held_out()
    all_groups = groups(hide=hidden)
    hard = tuple(q for q in hidden if is_hard(q, all_groups))
    ways = _ways(all_groups) + (_attention(all_groups) if attention else [])
    lines = [
        f"| way | names, all {len(hidden)} | names, hard {len(hard)} | terms, all | terms, hard | passages, all |",
        "|---|---|---|---|---|---|",
    ]
    for name, score in ways:
        cells = [
            measure(score, all_groups, questions, how)
            for how, questions in (
                ("names", hidden),
                ("names", hard),
                ("terms", hidden),
                ("terms", hard),
                ("passages", hidden),
            )
        ]
        lines.append(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _ways(all_groups: Sequence[Group]) -> list[tuple[str, Score]]:
    pairs = written(all_groups)
    near = related(all_groups)
    ways: list[tuple[str, Score]] = [("BM25, characters and bigrams", bm25), ("LSA", _lsa(pairs))]
    for merges in _MERGES:
        tokenizer = fitted(pairs, all_groups, merges)
        vectors = train(pairs, tokenizer, near, RECIPE)
        name = f"static, characters and {merges} runs" if merges else "static, characters"
        ways.append((name, dense(vectors, tokenizer)))
        if merges == MERGES:
            ways += [(f"{name}, first {w} of {vectors.shape[1]}", dense(vectors, tokenizer, w)) for w in (128, 64)]
    return ways


def _attention(all_groups: Sequence[Group]) -> list[tuple[str, Score]]:
    pairs = written(all_groups, _ATTENTIVE_PAIRS)
    tokenizer = fitted(pairs, all_groups)
    shape = transformer.Shape()
    encoder = transformer.train(pairs, tokenizer, related(all_groups), _ATTENTIVE, shape)
    name = f"transformer, {shape.layers} layers of width {shape.width}, characters and {MERGES} runs"
    return [(name, transformer.attentive(encoder, tokenizer))]


def _lsa(pairs: Sequence[Pair]) -> Score:
    """Latent semantic analysis of question and text as one document, over character bigrams."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    matrix = vectorizer.fit_transform(f"{p.question} {p.text}" for p in pairs)
    reduction = TruncatedSVD(_LSA_WIDTH, random_state=7).fit(matrix)

    def unit(texts: Sequence[str]) -> Matrix:
        found = reduction.transform(vectorizer.transform(texts)).astype(np.float32)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    return lambda asked, texts: unit(asked) @ unit(texts).T
