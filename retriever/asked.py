"""What a search text asks for: words to rank by, wording that must be there, departments and years it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.text import normalize
from indexer.types import DocumentInfo
from indexer.vocabulary import vocabulary
from retriever.catalog import Catalog
from retriever.language import language, squeeze, years_in
from retriever.subjects import clean, find_subjects

_EDGE = r"[\s,，、。；;：:]"
_QUOTED = re.compile(rf"(?:(?<=^)|(?<={_EDGE}))[\"“”]([^\"“”]+)[\"“”](?=$|{_EDGE})")
_CODE = re.compile(r"(?<![\d.,])(\d{5}|\d{7}|\d[\d,]*\.\d+)(?![\d.,]*[\d%年])")
_TIMES = ("年末", "年初", "年底")
_PRINTED = 0.9
"""What is named below this score is named in everyday words, not as documents print it."""
_MEANINGS = 2
_SHORT_CODE = re.compile(r"\s*(\d{3})\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search text, taken apart.

    `words`: what is ranked by, without quoted wording, named departments and years; `meant`: printed names of what its
    everyday words mean (请客 is 公务接待费); `phrases`: wording in quotes
    that stand by themselves (“三公”经费 is a name, not a demand); `numbers`: codes and amounts; `named`: ids of the
    documents of departments named outright, None where none is; `preferred`: ids of documents that a short form, a
    year or 预算 or 决算 points at, () where nothing does.
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
    said_outright = (*((m.start, m.end) for m in outright), *years.spans)
    words = _without(plain, (*((m.start, m.end) for m in mentions), *years.spans)) or _without(plain, said_outright)
    return Asked(
        words=words,
        meant=_meant(words),
        phrases=phrases,
        numbers=numbers,
        departments=tuple(catalog.bodies[b].name for b in named),
        named=tuple(d.id for d in documents) if named else None,
        preferred=() if len(preferred) == len(documents or catalog.documents) else tuple(d.id for d in preferred),
    )


def _meant(words: str) -> tuple[str, ...]:
    concepts = vocabulary().concepts
    everyday = [s for s in find_subjects(words, {}) if s.score < _PRINTED]
    names = (concepts[c].name for s in everyday for c in s.concepts[:_MEANINGS] if c in concepts)
    return tuple(dict.fromkeys(name for name in names if name not in words))


def _narrowed(pool: Sequence[DocumentInfo], years: Sequence[int], text: str) -> Sequence[DocumentInfo]:
    """Documents of the years and the type that a text names, where there are any."""
    pool = [d for d in pool if d.year in years] or pool
    words = language()
    final, budget = (bool(p.search(text)) for p in (words.final_strong, words.budget_strong))
    if final != budget:
        stage = "决算" if final else "预算"
        pool = [d for d in pool if d.doc_type and d.doc_type.value == stage] or pool
    return pool


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        behind = end - (text[end - 1 : end + 1] in _TIMES)  # 2023年末结转: the end of the year is no year
        text = text[:start] + "," * (behind - start) + text[behind:]
    return re.sub(r",+", ",", text).strip(",")
