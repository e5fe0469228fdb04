"""What training pairs are made of: groups of concepts that mean one thing, their terms, and sentence frames."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from indexer.vocabulary import Concept, open_key, vocabulary
from indexer.vocabulary.labels import stem

HERE = Path(__file__).parent
_WEIGHTS = {"econ": 2.0, "func": 1.5}
_NAMED_WEIGHT = 4.0
_ITEM_CODE_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Group:
    """Concepts of one meaning (公务接待费 as a 三公 item and as 30217).

    `labels` are printed forms, `words` citizens' words, `associations` words that only go with it.
    """

    key: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    words: tuple[str, ...]
    associations: tuple[str, ...]
    parents: tuple[str, ...]
    kinds: tuple[str, ...]
    weight: float

    @property
    def name(self) -> str:
        return self.labels[0]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A question in words that no training text has for its concepts."""

    question: str
    concepts: tuple[str, ...]


def _yaml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def frames() -> Mapping[str, Any]:
    """Sentence frames and the names of invented places, bodies and projects."""
    return _yaml("frames.yaml")


@lru_cache(maxsize=1)
def topics() -> Mapping[str, Mapping[str, Any]]:
    """Parts of a disclosure without figures."""
    return _yaml("topics.yaml")


def held_out(name: str = "heldout.csv") -> tuple[HeldOut, ...]:
    """The questions that measure a model; none is ever trained on."""
    lines = [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(HeldOut(row["question"], tuple(row["concepts"].split())) for row in csv.DictReader(lines))


def associations() -> dict[str, tuple[str, ...]]:
    """Words that go with a concept without naming it, by concept id, from all lists."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted((HERE / "associations").glob("*.yaml")):
        for key, words in _yaml(f"associations/{path.name}").items():
            found.setdefault(key, {}).update(dict.fromkeys(words.split()))
    return {key: tuple(words) for key, words in found.items()}


def groups(hide: tuple[HeldOut, ...] = ()) -> tuple[Group, ...]:
    """All groups; associations that stand in a question of `hide` about the same group are left out."""
    found: dict[str, list[Concept]] = {}
    for concept in vocabulary().concepts.values():
        found.setdefault(stem(open_key(concept.name)), []).append(concept)
    going = associations()
    return tuple(_group(key, members, going, hide) for key, members in found.items())


def _group(key: str, members: list[Concept], going: Mapping[str, tuple[str, ...]], hide: tuple[HeldOut, ...]) -> Group:
    concepts = vocabulary().concepts
    ids = tuple(c.id for c in members)
    hidden = [h.question for h in hide if set(h.concepts) & set(ids)]
    words = dict.fromkeys(w for c in members for w in going.get(c.id, ()))
    return Group(
        key=key,
        ids=ids,
        labels=tuple(dict.fromkeys(label for c in members for label in (c.name, *c.labels))),
        words=tuple(dict.fromkeys(w for c in members for w in c.words)),
        associations=tuple(w for w in words if not any(w in question for question in hidden)),
        parents=tuple(dict.fromkeys(concepts[c.parent].name for c in members if c.parent)),
        kinds=tuple(dict.fromkeys(k for c in members for k in c.kinds)),
        weight=max(_weight(c, bool(going.get(c.id))) for c in members),
    )


def _weight(concept: Concept, associated: bool) -> float:
    prefix = concept.id.split(".")[0]
    weight = _WEIGHTS.get(prefix, _NAMED_WEIGHT)
    if prefix == "func" and len(concept.code) < _ITEM_CODE_LENGTH:
        weight *= 2
    return weight * (1.0 if concept.words or associated else 0.5)
