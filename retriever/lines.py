"""How well the best line of a passage says what a search asks: full text and vectors see passages only as a whole."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from indexer.text import fold, strip_numbering
from indexer.types import Chunk
from retriever.asked import Asked

_RUN = re.compile(r"[\u3400-\u9fff]+|\d[\d.]*\d|[a-z]{2,}")
_FIGURE = re.compile(r"\d+\.\d\d|\d{1,3}(?:,\d{3})+|\d+(?:%|[个人辆台项家名次批套张期])")
_AMOUNT_ASKED = re.compile(r"多少|几|花|钱|金额|总[数额]|预算数")
_GLOSSARY = re.compile(r"名词解释|专业(?:性)?名词|术语")
_CODE = re.compile(r"^[\d\s]+|[\s(（].*$")
_HEADING = 80
"""Characters in which a passage's heading path stands."""
_MEANT = 0.7
"""What everyday words mean weighs less than what was said."""
_SHORT = 1
_AROUND = 0.4
"""Words that stand in the passage but not in its best line."""
_NO_FIGURE = 0.2
_LABELLED = 0.25
"""A row that bears the very name asked for, beside its figure."""
_EXPLAINS = 0.4
_EXPLAINS_UNASKED = 0.2


def line_scores(asked: Asked, chunks: Sequence[Chunk]) -> tuple[float, ...]:
    """A score near 0 to 1 for each passage: the share of the asked words, by their rarity among these passages, in its
    best line. A passage without a figure loses where an amount is asked for, a glossary where no meaning is."""
    texts = [fold(chunk.text) for chunk in chunks]
    weights = _weights(asked, texts)
    total = sum(weights.values()) or 1.0
    amount = bool(_AMOUNT_ASKED.search(asked.words))
    explained = any(_GLOSSARY.search(name) for name in (asked.words, *asked.meant))
    names, words = frozenset(map(fold, asked.meant)), fold(asked.words)
    scores = []
    for chunk, text in zip(chunks, texts, strict=True):
        best = max(_held(weights, fold(line)) for line in chunk.text.split("\n"))
        score = (best + _AROUND * (_held(weights, text) - best)) / total
        if amount and not _FIGURE.search(text):
            score -= _NO_FIGURE
        if not explained and any(label in names or label in words for label in _labels(chunk)):
            score += _LABELLED
        if _GLOSSARY.search(text[:_HEADING]):
            score += _EXPLAINS if explained else -_EXPLAINS_UNASKED
        scores.append(score)
    return tuple(scores)


def shares(asked: Asked, lines: Sequence[str]) -> tuple[float, ...]:
    """The share of the asked words that each line holds, 0 to 1, weighed by their rarity among these lines; a word that
    no line holds counts like one that a single line holds."""
    texts = [fold(line) for line in lines]
    weights = _weights(asked, texts)
    rarest = math.log(1 + len(texts) / 1.5)
    absent = {p for p in _pieces(asked.words) if p not in weights}
    total = sum(weights.values()) + rarest * len(absent) or 1.0
    return tuple(_held(weights, text) / total for text in texts)


def _labels(chunk: Chunk) -> Iterator[str]:
    """The names before the figures in the rows of a table, without codes and remarks; () for prose."""
    if not chunk.table:
        return
    for part in re.split("[\n；]", chunk.text):
        label, _, values = part.partition("：")
        name = fold(_CODE.sub("", strip_numbering(label.strip())))
        if len(name) > _SHORT and _FIGURE.search(values):
            yield name


def _weights(asked: Asked, texts: Sequence[str]) -> dict[str, float]:
    """Pairs of characters, numbers and Latin words, with how much each tells these texts apart."""
    wanted = dict.fromkeys((p for name in asked.meant for p in _pieces(name)), _MEANT)
    wanted |= dict.fromkeys(_pieces(asked.words), 1.0)
    holding = {piece: sum(piece in text for text in texts) for piece in wanted}
    return {p: w * math.log(1 + len(texts) / (0.5 + holding[p])) for p, w in wanted.items() if holding[p]}


def _pieces(text: str) -> Iterator[str]:
    for run in _RUN.findall(fold(text)):
        yield from (a + b for a, b in itertools.pairwise(run)) if run > "\u3400" else (run,)


def _held(weights: dict[str, float], text: str) -> float:
    return sum(weight for piece, weight in weights.items() if piece in text)
