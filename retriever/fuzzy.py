"""Printed names that a question gives in part or contracted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from indexer.lexical import words_of
from indexer.vocabulary import vocabulary
from retriever.language import language
from retriever.query import Subject
from retriever.subjects import FUZZY, SUFFIX, clean

_BREAK = re.compile(
    r"[^\u4e00-\u9fff]+|(?:一共|总共|到底|申请|安排|花|用|拨|给|要|有|是|共)?(?:了)?多少(?:钱|万元|元|万|个|场|次)?|分别|(?<!供)给|[两二三四五六七八](?:个|件|样|项|笔|家)事?|(?:花|用)(?:在|给|于)|"
    r"单价|数量|预算数?|决算数?|年度|的|吗|呢|几个?|这个|那个|项目|资金|经费|费用|支出|今年|明年|去年|全年|各|要花|打算|计划|请问|安排|(?<![重主需首纪摘紧提])要(?![素求点闻职])|多[长大高宽重久远深]|(?<![阳风观荣])光(?![伏明电缆纤荣复])|(?:里面?|中|当中)(?:用于|用在|用来|花在)|用于|目的|单是|单单|仅|一项|这项|[这那]一?个?"
)


def _common_subsequence(a: str, b: str) -> int:
    """Length of the longest sequence of characters that stand in both, in order."""
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b):
            above = row[j + 1]
            row[j + 1] = diagonal + 1 if x == y else max(above, row[j])
            diagonal = above
    return row[-1]


def fuzzy_subjects(text: str, labels: Iterable[str], masked: str = "") -> tuple[Subject, ...]:
    """Printed names (projects, mostly) that a question gives in part or contracted (计协 for 计算机协会经费).

    Every piece of the question between common words is compared with every name: nearly all of the piece must
    stand in the name, in order, beginning with the same character or sharing a run of two. Where `masked` is
    given, a piece must hold at least one character that is not blotted out there (not the department alone).
    """
    named = tuple((label, SUFFIX.sub("", clean(label)) or clean(label)) for label in labels)
    scored: list[tuple[float, int, int, str]] = []
    for start, end in _pieces(text):
        piece = text[start:end]
        if masked and not language().stopwords.sub("", masked[start:end]).strip("|"):
            continue
        for label, core in named:
            if len(core) < 3:
                continue
            if sum(c in core for c in piece) < max(3, 0.75 * len(piece)):
                continue  # no sequence of that length can stand in both
            common = _common_subsequence(piece, core)
            near = piece[0] == core[0] or any(piece[i : i + 2] in core for i in range(len(piece) - 1))
            if common >= 3 and near and common / len(piece) >= 0.75:
                scored.append((common / len(piece) * 0.7 + common / len(core) * 0.3, start, end, label))
    if not scored:
        return ()
    best = max(s[0] for s in scored)
    top = [s for s in scored if s[0] >= best - 0.001]
    start, end = top[0][1], top[0][2]
    found = tuple(dict.fromkeys(s[3] for s in top if s[1] == start))
    return (Subject(text[start:end], start, end, labels=found, score=FUZZY),)


def foreign_words(said: str, name: str) -> tuple[str, ...]:
    """Words of what was said that share no character with a name: 乡下 in 乡下饮水安全 for 农村饮水安全工程."""
    held = set(name)
    return tuple(word for word, _, _ in words_of(said) if len(word) > 1 and held.isdisjoint(word))


_AND = re.compile(r"以及|加上|和|与|跟|加|、")


def fuzzy_enumeration(text: str, labels: Iterable[str]) -> tuple[Subject, ...]:
    """Names joined by 和 or 、, each given in part; () unless every member is one printed name of its own."""
    names = tuple(labels)
    bounds = [(0, 0), *((m.start(), m.end()) for m in _AND.finditer(text)), (len(text), len(text))]
    spans = [(a, b) for (_, a), (b, _) in pairwise(bounds)]
    out: list[Subject] = []
    for n, (start, end) in enumerate(spans):
        pieces = _pieces(text[start:end])
        if not pieces:
            continue
        a, b = pieces[-1] if n == 0 else pieces[0]
        found = fuzzy_subjects(text[start + a : start + b], names)
        if len(found) != 1 or len(found[0].labels) != 1:
            return ()
        out.append(replace(found[0], start=start + a, end=start + b))
    distinct = {s.labels for s in out}
    return tuple(out) if len(out) > 1 and len(distinct) == len(out) else ()


def _pieces(text: str) -> tuple[tuple[int, int], ...]:
    out, at = [], 0
    for m in (*_BREAK.finditer(text), None):
        end = m.start() if m else len(text)
        if end - at >= 3:
            out.append((at, end))
        at = m.end() if m else end
    return tuple(out)


_SHORTEST_TYPO = 5
"""Shorter names differ from each other by one character too often (离休费, 退休费)."""


def mistyped_subject(masked: str) -> Subject | None:
    """The one official name that stands in a question with exactly one wrong character; None where several could."""
    found: dict[str, tuple[int, str]] = {}
    sizes, by_half = _official_names()
    for size in sizes:
        for start in range(len(masked) - size + 1):
            window = masked[start : start + size]
            if "|" in window:
                continue
            half = size // 2  # one wrong character leaves one half right
            near = (*by_half.get((size, 0, window[:half]), ()), *by_half.get((size, 1, window[half:]), ()))
            for label, concept_id in near:
                if sum(a != b for a, b in zip(window, label, strict=True)) == 1:
                    found[concept_id] = (start, label)
    places = {at for at, _ in found.values()}
    if len(places) != 1:
        return None
    (start,) = places
    label = next(iter(found.values()))[1]
    return Subject(label, start, start + len(label), tuple(sorted(found)), score=FUZZY)


_Halves = Mapping[tuple[int, int, str], Sequence[tuple[str, str]]]


@lru_cache(maxsize=1)
def _official_names() -> tuple[tuple[int, ...], _Halves]:
    """The lengths of the vocabulary's longer names, and each name with its concept by length and either half."""
    by_half: dict[tuple[int, int, str], list[tuple[str, str]]] = {}
    for concept in vocabulary().concepts.values():
        for label in {clean(concept.name), *map(clean, concept.labels)}:
            size, half = len(label), len(label) // 2
            if size >= _SHORTEST_TYPO:
                by_half.setdefault((size, 0, label[:half]), []).append((label, concept.id))
                by_half.setdefault((size, 1, label[half:]), []).append((label, concept.id))
    return tuple(sorted({size for size, _, _ in by_half})), by_half
