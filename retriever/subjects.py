"""Find what a question speaks of: spans of its text that name concepts, printed labels or codes.

Longest match first, printed labels before vocabulary labels before citizens' words; what is left over is
reported, so that a question about something unknown is never answered with something near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from indexer.lexical import word_starts
from indexer.text import fold
from indexer.vocabulary import open_key, vocabulary
from retriever.measures import MEASURE_CONCEPTS, fund_first, with_fund
from retriever.query import Subject

_IGNORED_CONCEPTS = {"total"}
_TOTAL_LABEL = re.compile(r"^(?:本年)?(?:收入|支出|收支)?(?:合计|总计|小计|其他|其它|项目|金额|备注|无)$")
_FRAME_LABEL = re.compile(
    r"^(?:比|较|与|[上本去今前][一]?年|年初|年末|年中|期初|期末|同期|相比|增减|增加|减少|变动|变化|差[额异]|预算|决算|执行|实际|完成|数|额|率|度|[%±+-])+$"
)
"""Headings of comparisons that stand as rows: they name a column of something, never a thing."""
_PROJECT_WORDS = ("项目", "专项")
_BRACKETS = str.maketrans("", "", "()[]《》<>【】")
_CODE = re.compile(r"(?<!\d)([23]\d{2}(?:\d{2}){0,2}|5[01]\d{3})(?![\d年.万亿元])")
_LONGEST = 26
_DOC_LABEL, _LABEL, _WORD, FUZZY = 1.0, 0.95, 0.8, 0.7


def clean(text: str) -> str:
    """A squeezed question in the form that spans are found in."""
    return fold(text).translate(_BRACKETS)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    concepts: tuple[str, ...]
    labels: tuple[str, ...]
    score: float


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, tuple[tuple[str, ...], float]]:
    """Phrase -> concepts and how sure it is; a label beats a citizens' word for the same phrase."""
    out: dict[str, tuple[tuple[str, ...], float]] = {}

    def add(phrase: str, concept: str, score: float) -> None:
        key = clean(phrase)
        if len(key) < 2 or concept in _IGNORED_CONCEPTS:
            return
        known, best = out.get(key, ((), 0.0))
        if score > best:
            out[key] = ((concept,), score)  # what documents print it for, not what it is also said for
        elif score == best and concept not in known:
            out[key] = ((*known, concept), best)

    words = vocabulary()
    for concept in words.concepts.values():
        for label in (concept.name, *concept.labels):
            add(label, concept.id, _LABEL)
            add(open_key(label), concept.id, _LABEL)
    for measure_id, concept_id in MEASURE_CONCEPTS.items():
        measure = words.measures.get(measure_id)
        for label in measure.labels if measure else ():
            add(label, concept_id, _LABEL)
    for concept in words.concepts.values():
        for word in concept.words:
            add(word, concept.id, _WORD)
    for measure_id, concept_id in MEASURE_CONCEPTS.items():
        measure = words.measures.get(measure_id)
        for word in measure.words if measure else ():
            add(word, concept_id, _WORD)
    return {phrase: (_most_particular(ids) if score == _WORD else ids, score) for phrase, (ids, score) in out.items()}


def _most_particular(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Without the concepts that others of them lie below: 低保 is 最低生活保障, not all of social security."""
    concepts = vocabulary().concepts
    above: set[str] = set()
    for concept_id in ids:
        parent = concepts[concept_id].parent if concept_id in concepts else ""
        while parent:
            above.add(parent)
            parent = concepts[parent].parent if parent in concepts else ""
    return tuple(i for i in ids if i not in above)


SUFFIX = re.compile(r"(?:专项|项目|工作)?(?:经费|费用|资金|支出|项目|补助)$")


def label_phrases(labels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Phrase -> printed labels (folded): each label, and without its last general word where 4 signs remain."""
    out: dict[str, tuple[str, ...]] = {}
    for label in labels:
        key = clean(label)
        if _TOTAL_LABEL.match(key) or _FRAME_LABEL.match(key):
            continue
        short = SUFFIX.sub("", key)
        for phrase in {key, short if len(short) >= 4 else key}:
            if len(phrase) >= 2 and not phrase.isdigit():
                out[phrase] = (*out.get(phrase, ()), label)
    return out


def _hits(text: str, labels: Mapping[str, tuple[str, ...]]) -> list[_Hit]:
    phrases = _phrases()
    starts = word_starts(text)
    hits: list[_Hit] = []
    for start in range(len(text)):
        for size in range(min(_LONGEST, len(text) - start), 1, -1):
            piece = text[start : start + size]
            concepts, score = phrases.get(piece, ((), 0.0))
            printed = labels.get(piece, ())
            if concepts and score <= _WORD and not printed and (own := _printed_ending(piece, concepts, labels)):
                concepts, printed = (), own
            if concepts[:1] == ("project.item",) and not piece.endswith(_PROJECT_WORDS):
                concepts = ()
            if score <= _WORD and size <= 3 and not printed and start not in starts:
                continue
            if concepts or printed:
                hits.append(_Hit(start, start + size, concepts, printed, _DOC_LABEL if printed else score))
    return hits


def _printed_ending(piece: str, concepts: tuple[str, ...], labels: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """学费 where the documents print 学费收入: that very line, not the larger one of which people say the word."""
    own = labels.get(f"{piece}收入", ())
    larger = own and all(c.startswith("income.") for c in concepts)
    return own if larger and not set(vocabulary().concepts_of_label(own[0])) & set(concepts) else ()


def _choose(hits: list[_Hit]) -> list[_Hit]:
    """Non-overlapping hits: longest first; of equal length the surer, then the earlier."""
    chosen: list[_Hit] = []
    for hit in sorted(hits, key=lambda h: (-(h.end - h.start), -h.score, h.start)):
        over = [c for c in chosen if c.start < hit.end and hit.start < c.end]
        if not over:
            chosen.append(hit)
        elif len(over) == 1 and hit.start < over[0].start and over[0].score <= _WORD and _under(hit, over[0]):
            chosen[chosen.index(over[0])] = hit  # 买车的钱: 买车, not 车的钱
    return sorted(chosen, key=lambda h: h.start)


def _under(hit: _Hit, other: _Hit) -> bool:
    """Whether a hit means something below what the other means."""
    concepts = vocabulary().concepts
    return any(c in concepts and concepts[c].parent in other.concepts for c in hit.concepts)


def find_subjects(text: str, labels: Mapping[str, tuple[str, ...]]) -> tuple[Subject, ...]:
    """Subjects of a cleaned, masked question, in the order in which they stand.

    `labels`: phrases of the labels that the documents in question print (see `label_phrases`).
    """
    codes = [Subject(m.group(1), m.start(), m.end(), codes=(m.group(1),)) for m in _CODE.finditer(text)]
    out: list[Subject] = list(codes)
    for hit in _choose(_hits(text, labels)):
        if not any(c.start < hit.end and hit.start < c.end for c in codes):
            tail = _TAIL.match(text[hit.end :])
            end = hit.end + (tail.end() if tail else 0)
            named = text[end:].startswith(("项目", "这个项目")) and not text[end:].startswith("项目支出")
            concepts = fund_first(hit.concepts, text[hit.start : end])
            out.append(
                Subject(
                    text[hit.start : hit.end], hit.start, end, concepts, hit.labels, score=hit.score, is_project=named
                )
            )
    return tuple(sorted(map(with_fund, out), key=lambda s: s.start))


_TAIL = re.compile(r"^(?:费用|经费|支出|费|款|金|钱)")
