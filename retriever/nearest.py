"""The printed name that words which nothing explains most likely mean, by characters and by meaning.

A name is taken only where it stands out; its figures are shown with the reading said and never as verified.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.tables.words import is_body_name
from indexer.vocabulary import vocabulary
from retriever.language import language
from retriever.library import Library
from retriever.masking import MASK
from retriever.query import Query, Subject
from retriever.subjects import FUZZY, SUFFIX, clean, label_phrases
from retriever.view import View

_MEANING, _NAME, _WORDS = 0.6, 0.25, 0.35
"""Weights of the cosine, of the share of the name's characters that the question holds, and of the reverse."""
_NEAR = 0.66
_CLEAR = 0.08
"""How much nearer the name has to be than the next one that means something else."""
_FAIR, _MOST_HELD, _FAR_AHEAD = 0.5, 0.6, 0.25
"""A name that the question mostly holds may be less near, where no other is nearly as near."""
_HEADS = ("three_public.", "conference", "training", "operating_funds", "expenditure.", "income.", "econ.", "func.")
_MOST = 3
_WORTH_OFFERING = 0.5


@dataclass(frozen=True, slots=True)
class Near:
    """A name with how near it is (0 to 1.2), the cosine of its meaning and the share of it that the question holds."""

    subject: Subject
    score: float
    meaning: float
    held: float


def ranked(query: Query, views: tuple[View, ...], library: Library) -> tuple[Near, ...]:
    """All printed names and held concepts, the nearest to the question's words first."""
    words = language()
    text = query.masked
    for pattern in (*(p for _, p in words.operations), *(p for _, p in words.units), words.stopwords):
        text = pattern.sub(MASK, text)
    text = text.replace(MASK, "")
    named = _named(tuple(v for v in views if not query.years or v.info.year in query.years))
    if not text or not named:
        return ()
    cores = {name: SUFFIX.sub("", name) or name for name in named}
    spread = Counter(c for core in cores.values() for c in set(core))
    meanings = dict(library.store.similar(text, tuple(sorted(named))))

    def weight(characters: set[str]) -> float:
        return sum(math.log(1 + len(cores) / (1 + spread[c])) for c in sorted(characters)) or 1.0

    asked = set(text)
    out = []
    for name, subject in named.items():
        core = set(cores[name])
        common = weight(core & asked) if core & asked else 0.0
        meaning = meanings.get(name, 0.0)
        score = _MEANING * meaning + _NAME * common / weight(core) + _WORDS * common / weight(asked)
        out.append(Near(subject, score, meaning, common / weight(core)))
    return tuple(sorted(out, key=lambda n: (-n.score, n.subject.text)))


def nearest(near: tuple[Near, ...]) -> Subject | None:
    """The subject that stands out; None where none is near or several are."""
    if not near:
        return None
    best, first = near[0], near[0].subject
    others = [n.score for n in near[1:] if not _same(first, n.subject)]
    lead = best.score - max(others, default=0.0)
    alone = best.score >= _FAIR and best.held >= _MOST_HELD and lead >= _FAR_AHEAD
    return first if alone or (best.score >= _NEAR and lead >= _CLEAR) else None


def holds(subject: Subject, word: str) -> bool:
    """Whether most of a word's characters stand in a subject's name."""
    return sum(c in subject.text for c in word) > len(word) / 2


def offered(near: tuple[Near, ...]) -> tuple[str, ...]:
    """Up to three names near in meaning, for a reader to choose from."""
    by_meaning = sorted(near, key=lambda n: (-n.meaning, n.subject.text))
    return tuple(n.subject.text for n in by_meaning[:_MOST] if n.meaning >= _WORTH_OFFERING)


def _same(a: Subject, b: Subject) -> bool:
    return bool(set(a.concepts) & set(b.concepts)) or a.text in b.text or b.text in a.text


def _named(views: tuple[View, ...]) -> Mapping[str, Subject]:
    """Cleaned names of things with a figure: concepts first, then what the documents call their own."""
    concepts = vocabulary().concepts
    out: dict[str, Subject] = {}
    for concept_id in sorted({c for v in views for c in v.by_concept if c.startswith(_HEADS) and c in concepts}):
        name = concepts[concept_id].name
        out.setdefault(clean(name), Subject(name, 0, len(name), (concept_id,), score=FUZZY))
    printed = label_phrases(sorted({label for v in views for label, facts in v.by_label.items() if facts}))
    for phrase, labels in printed.items():
        if len(phrase) > 2 and not any(map(is_body_name, labels)):
            out.setdefault(phrase, Subject(labels[0], 0, len(labels[0]), labels=labels, score=FUZZY))
    return out
