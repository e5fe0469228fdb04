"""One document's figures, indexed for answering."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from indexer.tables.words import is_body_name
from indexer.text import fold, strip_numbering
from indexer.types import Claim, ClaimRole, DocumentContent, DocumentInfo, Fact, Identity, Table, TableKind
from indexer.vocabulary import vocabulary
from retriever.subjects import label_phrases
from retriever.units import is_only_units, is_unit, unit_infos

FUNCTION_KINDS = (
    "expense_total",
    "general_public",
    "income_total",
    "gov_fund",
    "state_capital",
    "balance",
    "grant_balance",
    "basic_economic",
    "project",
    "performance",
)
_ALIKE = "alike"
_STARTED = re.compile("开展|组织|实施|涉及|进行")
"""What a count says was done is no name of a thing (对12个项目开展绩效自评)."""
_KIND_ORDER = {k: i for i, k in enumerate(FUNCTION_KINDS)}


def label_key(label: str) -> str:
    """A printed label as questions are compared with it."""
    return fold(strip_numbering(label))


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of place where a concept's figure is printed."""

    kinds: tuple[str, ...]
    concepts: tuple[str, ...]
    measure: str = "total"
    side: str = ""


@lru_cache(maxsize=1)
def selectors() -> dict[str, tuple[Place, ...]]:
    """Concept -> places, best first, from selectors.yaml."""
    raw = _selectors_file()

    def place(d: dict[str, Any]) -> Place:
        concepts = d["concept"] if isinstance(d["concept"], list) else [d["concept"]]
        return Place(tuple(d["kinds"]), tuple(concepts), d.get("measure", "total"), d.get("side", ""))

    return {concept: tuple(map(place, places)) for concept, places in raw.items() if concept != _ALIKE}


@lru_cache(maxsize=1)
def alike() -> dict[str, str]:
    """Concept -> the concept of the same payment under the other classification."""
    pairs = _selectors_file()[_ALIKE]
    return {a: b for x, y in pairs for a, b in ((x, y), (y, x))}


def _selectors_file() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("selectors.yaml").read_text("utf-8"))
    return raw


@dataclass(frozen=True)
class View:
    """A document with look-ups by concept, label, code and identity. What is derived is worked out once a view."""

    info: DocumentInfo
    content: DocumentContent
    by_concept: dict[str, tuple[Fact, ...]]
    by_label: dict[str, tuple[Fact, ...]]
    by_code: dict[str, tuple[Fact, ...]]
    claims_by_concept: dict[str, tuple[Claim, ...]]
    claims_by_label: dict[str, tuple[Claim, ...]]
    facts: dict[str, Fact] = field(repr=False)
    claims: dict[str, Claim] = field(repr=False)
    identities: dict[str, tuple[Identity, ...]] = field(repr=False)
    tables: dict[str, Table] = field(repr=False)

    @cached_property
    def labels(self) -> frozenset[str]:
        """What rows are called, and what prose names with an amount without the vocabulary knowing it."""
        told = (
            k
            for k, cs in self.claims_by_label.items()
            if 3 <= len(k) <= 24
            and all(c.concept in ("", "project.item") and not c.code for c in cs)
            and not all(c.role is ClaimRole.COUNT and _STARTED.search(c.subject) for c in cs)
        )
        return frozenset((*self.by_label, *told))

    @cached_property
    def phrases(self) -> Mapping[str, tuple[str, ...]]:
        """What a question may call a label, with the labels (see `label_phrases`)."""
        return label_phrases(self.labels)

    @cached_property
    def prose(self) -> str:
        """All sentences, folded, in one text."""
        return "".join(fold(p.text) for section in self.content.sections for p in section.paragraphs)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """Labels that name something of the document's own (a project, a purchase), not a classification's item."""
        return frozenset(label for label in self.labels if self._is_own(label) and not is_body_name(label))

    @cached_property
    def units(self) -> tuple[DocumentInfo, ...]:
        """The units whose figures the document prints."""
        return unit_infos(self.content)

    def _is_own(self, label: str) -> bool:
        facts = self.by_label.get(label, ())
        return not facts or any(
            f.concept in ("", "project.item") or f.kind.value in ("project", "performance") for f in facts
        )

    def at(self, place: Place) -> tuple[Fact, ...]:
        """The facts that stand at a place, in the order of its kinds."""
        out: list[Fact] = []
        for kind in place.kinds:
            for concept in place.concepts:
                out += [
                    f
                    for f in self.by_concept.get(concept, ())
                    if f.kind.value == kind and f.measure == place.measure and place.side in ("", f.side, "any")
                ]
        return tuple(out)


def _group(pairs: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    out: dict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        if key:
            out[key].append(value)
    return {k: tuple(v) for k, v in out.items()}


def content_to_view(content: DocumentContent) -> View:
    """Index one document's content."""
    facts, claims = content.facts, content.claims
    own = facts if is_unit(content.info) else tuple(f for f in facts if not is_only_units(f, content.info))
    refs: dict[str, list[Identity]] = defaultdict(list)
    for identity in content.identities:
        for ref in {identity.target.ref, *(t.ref for t in identity.terms)}:
            refs[ref].append(identity)
    return View(
        info=content.info,
        content=content,
        by_concept=_group((f.concept, f) for f in own),
        by_label=_group((label_key(f.item), f) for f in own),
        by_code=_group((f.code, f) for f in own),
        claims_by_concept=_group((c.concept, c) for c in claims),
        claims_by_label=_group((label_key(c.subject), c) for c in claims),
        facts={f.id: f for f in facts},
        claims={c.id: c for c in claims},
        identities={k: tuple(v) for k, v in refs.items()},
        tables={t.id: t for t in content.tables},
    )


def kind_rank(concept: str, kind: TableKind) -> int:
    """How good a place a table kind is for a concept's figure; 0 is best."""
    entry = None if concept.startswith(("func.", "econ.")) else vocabulary().concepts.get(concept)
    if entry and entry.kinds and kind.value in entry.kinds:
        return entry.kinds.index(kind.value)
    return 20 + _KIND_ORDER.get(kind.value, 30)
