"""How often a model puts the right concept first for a question in unseen words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from eval.train.material import Group, HeldOut
from eval.train.pairs import Writer

Matrix = npt.NDArray[np.float32]
Score = Callable[[Sequence[str], Sequence[str]], Matrix]
"""Questions and texts to a matrix of scores."""

_DRAWN = 4
_MEASURE_SEED = 99


@dataclass(frozen=True, slots=True)
class Result:
    """Shares of questions with the right group first and among the first five, and the mean reciprocal rank."""

    first: float
    five: float
    mrr: float
    count: int

    def __str__(self) -> str:
        return f"{self.first:.2f} / {self.five:.2f} / {self.mrr:.2f}"


def embed(vectors: Matrix, tokenizer: Tokenizer, texts: Sequence[str], width: int | None = None) -> Matrix:
    """Unit-length means of token vectors, cut to `width`."""
    out = np.zeros((len(texts), width or vectors.shape[1]), dtype=np.float32)
    for row, encoding in enumerate(tokenizer.encode_batch(list(texts), add_special_tokens=False)):
        if encoding.ids:
            out[row] = vectors[encoding.ids].mean(axis=0)[: out.shape[1]]
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def dense(vectors: Matrix, tokenizer: Tokenizer, width: int | None = None) -> Score:
    """Cosine of a static model."""
    return lambda asked, texts: embed(vectors, tokenizer, asked, width) @ embed(vectors, tokenizer, texts, width).T


def _bigrams(text: str) -> list[str]:
    kept = "".join(c for c in text if "一" <= c <= "鿿")
    return [*kept, *(kept[i : i + 2] for i in range(len(kept) - 1))]


def bm25(asked: Sequence[str], texts: Sequence[str]) -> Matrix:
    """BM25 over characters and character bigrams: what exact search alone gives."""
    documents = [_bigrams(t) for t in texts]
    mean = sum(map(len, documents)) / len(documents)
    holding: dict[str, dict[int, int]] = {}
    for number, tokens in enumerate(documents):
        for token in tokens:
            counts = holding.setdefault(token, {})
            counts[number] = counts.get(number, 0) + 1
    scores = np.zeros((len(asked), len(texts)), dtype=np.float32)
    for row, question in enumerate(asked):
        for token in set(_bigrams(question)):
            counts = holding.get(token, {})
            weight = np.log(1 + (len(texts) - len(counts) + 0.5) / (len(counts) + 0.5))
            for number, n in counts.items():
                scores[row, number] += weight * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * len(documents[number]) / mean))
    return scores


def texts_of(groups: Sequence[Group], how: str) -> tuple[list[str], list[int]]:
    """The texts that stand for each group, with its number: its name, all its terms, or invented passages."""
    texts: list[str] = []
    owners: list[int] = []
    writer = Writer(groups, ("示例",), _MEASURE_SEED)
    for number, group in enumerate(groups):
        if how == "names":
            mine = [group.name]
        elif how == "terms":
            mine = [*group.labels, *group.words]
        else:
            mine = writer.passages(number, _DRAWN)
        texts += mine
        owners += [number] * len(mine)
    return texts, owners


def measure(score: Score, groups: Sequence[Group], questions: Sequence[HeldOut], how: str = "names") -> Result:
    """Ranks all groups for every question; a group's score is that of its best text."""
    ranks = rank(score, groups, questions, how)
    first, five = (float(np.mean([r <= top for r in ranks])) for top in (1, 5))
    return Result(first, five, float(np.mean([1 / r for r in ranks])), len(ranks))


def rank(score: Score, groups: Sequence[Group], questions: Sequence[HeldOut], how: str) -> list[int]:
    """The place of the best right group for every question, from 1."""
    texts, owners = texts_of(groups, how)
    scores = score([q.question for q in questions], texts)
    best = np.full((len(questions), len(groups)), -np.inf, dtype=np.float32)
    for column, owner in enumerate(owners):
        best[:, owner] = np.maximum(best[:, owner], scores[:, column])
    ranks = []
    for row, question in enumerate(questions):
        right = [n for n, g in enumerate(groups) if set(g.ids) & set(question.concepts)]
        ranks.append(1 + int((best[row] > best[row, right].max()).sum()))
    return ranks


def is_hard(question: HeldOut, groups: Sequence[Group]) -> bool:
    """No character in common with any printed label of the right groups, but the most ordinary ones."""
    right = [g for g in groups if set(g.ids) & set(question.concepts)]
    ordinary = set("的费支出收入经用多少年一")
    return not set("".join(label for g in right for label in g.labels)) - ordinary & set(question.question)
