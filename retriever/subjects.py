"""Find what a question speaks of: spans of its text that name concepts, printed labels or codes.

Longest match first, printed labels before vocabulary labels before citizens' words; what is left over is
reported, so that a question about something unknown is never answered with something near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.text import fold
from indexer.vocabulary import open_key, vocabulary
from retriever.query import Subject

MEASURE_CONCEPTS: dict[str, str] = {
    "basic": "expenditure.basic",
    "project": "expenditure.project",
    "person": "expenditure.person",
    "public": "expenditure.public",
    "operating": "expenditure.operating",
    "remit": "expenditure.remit",
    "subsidy": "expenditure.subsidy",
    "fund.general": "fund.general",
    "fund.gov": "fund.gov",
    "fund.state": "fund.state",
    "fund.grant": "fund.grant",
    "fund.special": "income.special_account",
    "source.business": "income.business",
    "source.operating": "income.operating",
    "source.superior": "income.superior",
    "source.affiliated": "income.affiliated",
    "source.other": "income.other",
    "source.unit": "income.unit",
    "carry": "carry.in",
    "carry_out": "carry.out",
}
_CONCEPT_MEASURE = {v: k for k, v in MEASURE_CONCEPTS.items()}
_IGNORED_CONCEPTS = {"total"}
_BRACKETS = str.maketrans("", "", "()[]《》<>【】")
_CODE = re.compile(r"(?<!\d)([23]\d{2}(?:\d{2}){0,2})(?![\d年.])")
_LONGEST = 26
_DOC_LABEL, _LABEL, _WORD, _FUZZY = 1.0, 0.95, 0.8, 0.7


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
            out[key] = ((concept, *(c for c in known if c != concept)), score)
        elif concept not in known:
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
    return out


_SUFFIX = re.compile(r"(?:专项|项目|工作)?(?:经费|费用|资金|支出|项目|补助)$")


def label_phrases(labels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Phrase -> printed labels (folded): each label, and without its last general word where 4 signs remain."""
    out: dict[str, tuple[str, ...]] = {}
    for label in labels:
        key = clean(label)
        short = _SUFFIX.sub("", key)
        for phrase in {key, short if len(short) >= 4 else key}:
            if len(phrase) >= 2 and not phrase.isdigit():
                out[phrase] = (*out.get(phrase, ()), label)
    return out


def _hits(text: str, labels: Mapping[str, tuple[str, ...]]) -> list[_Hit]:
    phrases = _phrases()
    hits: list[_Hit] = []
    for start in range(len(text)):
        for size in range(min(_LONGEST, len(text) - start), 1, -1):
            piece = text[start : start + size]
            concepts, score = phrases.get(piece, ((), 0.0))
            printed = labels.get(piece, ())
            if concepts or printed:
                hits.append(_Hit(start, start + size, concepts, printed, _DOC_LABEL if printed else score))
    return hits


def _choose(hits: list[_Hit]) -> list[_Hit]:
    """Non-overlapping hits: longest first; of equal length the surer, then the earlier."""
    chosen: list[_Hit] = []
    for hit in sorted(hits, key=lambda h: (-(h.end - h.start), -h.score, h.start)):
        if not any(c.start < hit.end and hit.start < c.end for c in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda h: h.start)


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _common_run(a: str, b: str) -> tuple[int, int]:
    """Start in `a` and length of the longest run of characters that both share."""
    best, at = 0, 0
    row = [0] * (len(b) + 1)
    for i in range(len(a)):
        previous = 0
        for j in range(len(b)):
            current = row[j + 1]
            row[j + 1] = previous + 1 if a[i] == b[j] else 0
            previous = current
            if row[j + 1] > best:
                best, at = row[j + 1], i - row[j + 1] + 1
    return at, best


def fuzzy_subjects(text: str, pieces: Iterable[str], labels: Iterable[str]) -> tuple[Subject, ...]:
    """Long printed labels (projects, mostly) that a question names in part or in a contracted form."""
    scored: list[tuple[float, int, int, str]] = []
    asked = _bigrams(text)
    for label in labels:
        key = clean(label)
        core = _SUFFIX.sub("", key) or key
        if len(core) < 4:
            continue
        at, run = _common_run(text, core)
        shared = len(asked & _bigrams(core)) / (len(core) - 1)
        score = max(run / len(core), shared)
        if run >= 3 and score >= 0.5 or run >= 4 and score >= 0.35:
            scored.append((score + run / 100, at, at + run, label))
        for piece in pieces:
            if 3 <= len(piece) < len(core) and piece[0] == core[0] and _subsequence(piece, core):
                where = text.find(piece)
                scored.append((0.55 + len(piece) / 100, where, where + len(piece), label))
    if not scored:
        return ()
    best = max(s[0] for s in scored)
    top = [s for s in scored if s[0] >= best - 0.02]
    start, end = top[0][1], top[0][2]
    found = tuple(dict.fromkeys(s[3] for s in top))
    return (Subject(text[start:end], start, end, labels=found, score=_FUZZY),)


def _subsequence(short: str, long: str) -> bool:
    it = iter(long)
    return all(c in it for c in short)


def find_subjects(text: str, labels: Mapping[str, tuple[str, ...]]) -> tuple[Subject, ...]:
    """Subjects of a cleaned, masked question, in the order in which they stand.

    `labels`: phrases of the labels that the documents in question print (see `label_phrases`).
    """
    codes = [Subject(m.group(1), m.start(), m.end(), codes=(m.group(1),)) for m in _CODE.finditer(text)]
    out: list[Subject] = list(codes)
    for hit in _choose(_hits(text, labels)):
        if not any(c.start < hit.end and hit.start < c.end for c in codes):
            out.append(
                Subject(text[hit.start : hit.end], hit.start, hit.end, hit.concepts, hit.labels, score=hit.score)
            )
    return tuple(sorted(out, key=lambda s: s.start))


def is_measure(subject: Subject) -> bool:
    """Whether a subject can also say which money of another subject is meant."""
    return bool(subject.concepts) and subject.concepts[0] in _CONCEPT_MEASURE and not subject.codes


def measure_of(subject: Subject) -> str:
    """The measure id of a measure-like subject."""
    return _CONCEPT_MEASURE[subject.concepts[0]]


def attach_measures(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """Let 行政运行的项目支出 be one subject with a measure. A measure joined by 和/、 to another stays a subject."""
    items = [s for s in subjects if not is_measure(s)]
    measures = [s for s in subjects if is_measure(s)]
    if not measures:
        return subjects
    if not items:
        return _join_funds(measures, text)
    out: list[Subject] = []
    used: set[int] = set()
    for item in items:
        near = [m for m in measures if id(m) not in used and _joined(item, m, text)]
        own = item
        for m in near:
            used.add(id(m))
            measure = measure_of(m)
            own = replace(own, measure="+".join(x for x in (own.measure, measure) if x), end=max(own.end, m.end))
        out.append(own)
    out += [m for m in measures if id(m) not in used]
    return tuple(sorted(out, key=lambda s: s.start))


_LINK = re.compile(r"^(?:这|那|该)?(?:一)?(?:项|个|类|款|科目)?(?:里|里面|中|当中|下|下面|内)?(?:的|,|，)?(?:用|安排)?(?:的)?$")


def _joined(item: Subject, measure: Subject, text: str) -> bool:
    if measure.start >= item.end:
        return bool(_LINK.match(text[item.end : measure.start]))
    return measure_of(measure).startswith("fund.") and bool(re.match(r"^(?:的|里|中|安排的?|里面的?)?$", text[measure.end : item.start]))


def _join_funds(measures: list[Subject], text: str) -> tuple[Subject, ...]:
    """一般公共预算财政拨款基本支出: the fund limits the expenditure that follows it."""
    out: list[Subject] = []
    for m in measures:
        before = out[-1] if out else None
        if (
            before is not None
            and measure_of(before).startswith("fund.")
            and not measure_of(m).startswith(("fund.", "source.", "carry"))
            and re.match(r"^(?:的|里|中|安排的?)?$", text[before.end : m.start])
        ):
            out[-1] = replace(m, start=before.start, measure=measure_of(before), text=before.text + m.text)
        else:
            out.append(m)
    return tuple(out)
