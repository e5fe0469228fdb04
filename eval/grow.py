"""Many documents out of few: copies under invented names, with other years and figures, for measuring at scale."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from eval.train.material import frames
from indexer.types import DocType, DocumentContent, DocumentInfo, Scope

_AMOUNT = re.compile(r"\d+\.\d\d")
_FIRST_YEAR, _LAST_YEAR = 2015, 2025


def grown(contents: Sequence[DocumentContent], chunks: int, seed: int = 7) -> Iterator[DocumentContent]:
    """Documents of passages alone, no tables or facts, until they hold as many passages; the same seed gives the same.

    Every copy speaks of another department and year and has other amounts, so that no two passages are equal.
    """
    rng = random.Random(seed)
    names = _names(rng)
    number = made = 0
    while made < chunks:
        department = next(names)
        for year in sorted(rng.sample(range(_FIRST_YEAR, _LAST_YEAR + 1), 3)):
            copy = _copy(contents[number % len(contents)], department, year, rng, chunks - made)
            number, made = number + 1, made + len(copy.chunks)
            if copy.chunks:
                yield copy


def _names(rng: random.Random) -> Iterator[str]:
    places, bodies = frames()["places"], frames()["bodies"]
    seen = set()
    while True:
        name = f"{rng.choice(places)}{rng.choice(places)}{rng.choice(('市', '县', '区'))}{rng.choice(bodies)}"
        if name not in seen:
            seen.add(name)
            yield name


def region_names(rng: random.Random) -> Iterator[str]:
    """Invented names of cities, each once, without end."""
    places = sorted({place[0] for place in frames()["places"]})
    seen: set[str] = set()
    while True:
        name = f"{rng.choice(places)}{rng.choice(places)}市" if len(seen) < len(places) ** 2 // 2 else f"{len(seen)}市"
        if name not in seen:
            seen.add(name)
            yield name


def _copy(content: DocumentContent, department: str, year: int, rng: random.Random, most: int) -> DocumentContent:
    old = content.info
    doc_type = old.doc_type or DocType.BUDGET
    document = f"{department}-{year}年部门{doc_type.value}"
    words = {old.department: department, str(old.year): str(year)} | (
        {old.region: department[:3]} if old.region else {}
    )

    def renamed(text: str) -> str:
        for before, after in words.items():
            text = text.replace(before, after)
        return _AMOUNT.sub(lambda m: f"{rng.randrange(10 ** (len(m.group()) - 3))}.{rng.randrange(100):02}", text)

    ids = {c.id: sha256(f"{document}\0{c.id}".encode()).hexdigest()[:20] for c in content.chunks}
    chunks = tuple(
        replace(
            c,
            id=ids[c.id],
            document=document,
            text=renamed(c.text),
            title=renamed(c.title),
            parent=ids.get(c.parent, ""),
        )
        for c in content.chunks[:most]
    )
    info = DocumentInfo(
        document, f"{department}{year}年部门{doc_type.value}", department, year, doc_type, Scope.DEPARTMENT
    )
    return DocumentContent(info, (), (), (), (), chunks)
