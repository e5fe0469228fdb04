"""Tokens for full-text search: words by jieba with the budget vocabulary, and character bigrams."""

from __future__ import annotations

import itertools
import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.text import normalize

if TYPE_CHECKING:
    import jieba

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|\d[\d,]*(?:\.\d+)?|[a-z]+[a-z0-9]*")
_COMMON_WORD = re.compile(r"^([^ ]+) (\d{3,}) ", re.MULTILINE)
_OWN_FREQUENCY = 20_000


def tokens(text: str) -> tuple[str, ...]:
    """Search tokens of a text in order, repeats kept.

    Chinese runs give every known word in them, also inside longer ones, and every bigram that is not such a word;
    a run of one character gives itself. Numbers lose their thousands separators.
    """
    found: list[str] = []
    for run in _RUN.findall(normalize(text).lower()):
        if run[0].isdigit():
            found.append(run.replace(",", ""))
        elif run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            words = [w for w in _tokenizer().cut(run, cut_all=True) if len(w) > 1]
            found += words
            known = set(words)
            found += [pair for a, b in itertools.pairwise(run) if (pair := a + b) not in known]
    return tuple(found)


def anchors(text: str) -> tuple[str, ...]:
    """Tokens that every text holding this one has, whatever stands around it: its bigrams, numbers and Latin words."""
    found: list[str] = []
    for run in _RUN.findall(normalize(text).lower()):
        found += [run.replace(",", "")] if run.isascii() else [a + b for a, b in itertools.pairwise(run)]
    return tuple(dict.fromkeys(found))


def word_starts(text: str) -> frozenset[int]:
    """Offsets at which a word of the text may begin or end, its length included."""
    return frozenset({0, len(text)}.union(*((start, end) for _, start, end in words_of(text))))


def is_word(text: str) -> bool:
    """Whether a text is one common word or a word of the vocabulary."""
    return bool(_tokenizer().FREQ.get(text))


def words_of(text: str) -> tuple[tuple[str, int, int], ...]:
    """The words of a text in their likeliest division, with where they begin and end."""
    return tuple(_tokenizer().tokenize(text, HMM=False))


@lru_cache(maxsize=1)
def _tokenizer() -> jieba.Tokenizer:
    """A jieba tokenizer over its own common words and the vocabulary.

    Loading jieba's whole dictionary takes ten times as long and leaves a cache in the shared temporary folder,
    which may be read-only; its rare words are covered by the bigrams.
    """
    import jieba

    jieba.setLogLevel(logging.ERROR)
    with jieba.get_dict_file() as file:
        words = {word: int(count) for word, count in _COMMON_WORD.findall(file.read().decode("utf-8"))}
    for word in vocabulary_words():
        words[word] = max(words.get(word, 0), _OWN_FREQUENCY)
    frequencies: dict[str, int] = {}
    for word in words:
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)
    frequencies.update(words)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ = frequencies
    tokenizer.total = sum(words.values())
    tokenizer.initialized = True
    return tokenizer


@lru_cache(maxsize=1)
def vocabulary_words() -> frozenset[str]:
    """The Chinese runs of two to twelve characters in all labels, citizens' words and code names of the vocabulary."""
    from indexer.vocabulary import vocabulary

    known = vocabulary()
    texts: set[str] = set(known.functions.values()) | set(known.economics.values())
    for concept in known.concepts.values():
        texts.update((concept.name, *concept.labels, *concept.words))
    for measure in known.measures.values():
        texts.update((measure.name, *measure.labels, *measure.words))
    runs = itertools.chain.from_iterable(re.findall(r"[\u4e00-\u9fff]+", normalize(text)) for text in texts)
    return frozenset(run for run in runs if 2 <= len(run) <= 12)
