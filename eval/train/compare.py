"""Compares ways of finding the concept of a question in unseen words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eval.train.material import Group, groups, held_out
from eval.train.measure import Score, bm25, dense, is_hard, measure
from eval.train.pairs import Pair
from eval.train.shipped import RECIPE, alphabet, related, terms, written
from eval.train.static import TokenTable, train
from eval.train.tokens import subword_tokenizer, term_tokenizer

Matrix = npt.NDArray[np.float32]
_PAIRS = 50_000
"""Fewer than the shipped model learns from: the order of the ways is the same, and all of them take minutes."""
_SUBWORDS = 5600
_LSA_WIDTH = 256


def table() -> str:
    """A Markdown table; no training text holds a word of a held-out question about the same concept."""
    hidden = held_out()
    all_groups = groups(hide=hidden)
    hard = tuple(q for q in hidden if is_hard(q, all_groups))
    ways = _ways(all_groups)
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
    pairs = written(all_groups, _PAIRS)
    near = related(all_groups)
    letters = alphabet(pairs, all_groups)
    single = term_tokenizer(letters)
    whole = term_tokenizer([*letters, *terms(all_groups)])
    subword = subword_tokenizer((text for p in pairs for text in (p.question, p.text)), _SUBWORDS)
    ways: list[tuple[str, Score]] = [("BM25, characters and bigrams", bm25), ("LSA", _lsa(pairs))]
    for name, tokenizer, shared in (
        ("static, BPE subwords", subword, False),
        ("static, characters", single, True),
        ("static, characters and terms", whole, True),
    ):
        vectors = train(pairs, TokenTable(tokenizer, shared), near, RECIPE)
        ways.append((name, dense(vectors, tokenizer)))
        if tokenizer is single:
            ways += [(f"{name}, first {w} of {vectors.shape[1]}", dense(vectors, tokenizer, w)) for w in (128, 64)]
    return ways


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
