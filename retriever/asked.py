"""What a search text asks for: words to rank by, wording that must be there, departments and years it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from indexer.text import normalize
from indexer.types import DocumentInfo
from indexer.vocabulary import vocabulary
from retriever.catalog import Catalog
from retriever.language import language, squeeze, years_in
from retriever.subjects import clean, find_subjects

_FILE = Path(__file__).with_name("asked.yaml")
_EDGE = r"[\s,，、。；;：:]"
_QUOTED = re.compile(rf"(?:(?<=^)|(?<={_EDGE}))[\"“”]([^\"“”]+)[\"“”](?=$|{_EDGE})")
_CODE = re.compile(r"(?<![\d.,])(\d{5}|\d{7}|\d[\d,]*\.\d+)(?![\d.,]*[\d%年])")
_TIMES = ("年末", "年初", "年底")
_PRINTED = 0.9
"""What is named below this score is named in everyday words, not as documents print it."""
_MEANINGS = 2
_GENERAL = frozenset({"expenditure.total", "income.total", "project.item"})
"""What 花了 and 项目 mean in any question: they lead to no passage."""
_SHORT_CODE = re.compile(r"\s*(\d{3})\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search text, taken apart.

    `words`: what is ranked by, without quoted wording, named departments and years held; `meant`: printed names of what
    its everyday words mean (请客 is 公务接待费), and how documents head or word what it asks (为什么 is 主要原因);
    `phrases`: wording in quotes that stand by themselves (“三公”经费 is a name, not a demand); `numbers`: codes and
    amounts; `named`: ids of the documents of departments named outright, None where none is; `preferred`: ids of
    documents that a short form, a year or 预算 or 决算 points at, () where nothing does.
    """

    words: str
    meant: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    named: tuple[str, ...] | None = None
    preferred: tuple[str, ...] = ()


def take_apart(text: str, catalog: Catalog) -> Asked:
    """Pure over the catalogue of what is held."""
    text = normalize(text)
    phrases = tuple(p.strip() for p in _QUOTED.findall(text) if p.strip())
    rest = _QUOTED.sub(" ", text)
    numbers = tuple(n.replace(",", "") for n in _CODE.findall(rest))
    if not numbers and not phrases and (short := _SHORT_CODE.fullmatch(rest)):
        numbers = (short.group(1),)
    plain = clean(squeeze(rest))
    mentions = [m for m in catalog.mentions(plain) if m.bodies]
    years = years_in(plain)
    outright = [m for m in mentions if all(m.text in catalog.bodies[b].names for b in m.bodies)]
    named = dict.fromkeys(b for m in outright for b in m.bodies)
    hinted = [b for m in mentions for b in m.bodies if b not in named]
    documents = tuple(d for b in named for d in catalog.bodies[b].documents)
    pool = (
        documents or tuple(d for b in dict.fromkeys(hinted) for d in catalog.bodies[b].documents) or catalog.documents
    )
    preferred = _narrowed(pool, years.years, plain)
    held = {d.year for d in pool}
    spans = years.spans if held.issuperset(years.years) else ()  # a year that no document has may be printed in one
    said_outright = (*((m.start, m.end) for m in outright), *spans)
    words = _without(plain, (*((m.start, m.end) for m in mentions), *spans)) or _without(plain, said_outright)
    return Asked(
        words=words,
        meant=tuple(dict.fromkeys((*_meant(words), *_headings(words)))),
        phrases=phrases,
        numbers=numbers,
        departments=tuple(catalog.bodies[b].name for b in named),
        named=tuple(d.id for d in documents) if named else None,
        preferred=() if len(preferred) == len(documents or catalog.documents) else tuple(d.id for d in preferred),
    )


def _meant(words: str) -> tuple[str, ...]:
    """Printed names of what everyday words mean."""
    concepts = vocabulary().concepts
    found = find_subjects(words, {})
    everyday = [s for s in found if s.score < _PRINTED and (s.text == words or _GENERAL.isdisjoint(s.concepts[:1]))]
    names = (concepts[c].name for s in everyday for c in s.concepts[:_MEANINGS] if c in concepts)
    return tuple(dict.fromkeys(name for name in names if name not in words))


def _headings(words: str) -> tuple[str, ...]:
    """How documents head or word what is asked about."""
    printed = (name for cue in _cues() if cue.said.search(words) for name in cue.printed)
    return tuple(dict.fromkeys(name for name in printed if name not in words))


@dataclass(frozen=True, slots=True)
class _Cue:
    """A pattern of asked words, and the wording under which documents print what it asks."""

    said: re.Pattern[str]
    printed: tuple[str, ...]


@lru_cache(maxsize=1)
def _cues() -> tuple[_Cue, ...]:
    raw = yaml.safe_load(_FILE.read_text("utf-8"))
    return tuple(_Cue(re.compile(c["said"]), tuple(c["printed"])) for c in raw["cues"])


def _narrowed(pool: Sequence[DocumentInfo], years: Sequence[int], text: str) -> Sequence[DocumentInfo]:
    """Documents of the years and the type that a text names, where there are any."""
    pool = [d for d in pool if d.year in years] or pool
    words = language()
    final, budget = (bool(p.search(text)) for p in (words.final_strong, words.budget_strong))
    if final == budget:
        final, budget = (bool(p.search(text)) for p in (words.final_weak, words.budget_weak))
    if final != budget:
        stage = "决算" if final else "预算"
        pool = [d for d in pool if d.doc_type and d.doc_type.value == stage] or pool
    return pool


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        behind = end - (text[end - 1 : end + 1] in _TIMES)  # 2023年末结转: the end of the year is no year
        text = text[:start] + "," * (behind - start) + text[behind:]
    return re.sub(r",+", ",", text).strip(",")
