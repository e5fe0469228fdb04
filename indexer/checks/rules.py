"""The consistency rules as data: name, family, tolerance, what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `number`: its family (1-13); `tolerance`: last printed digits that rounding may take."""

    id: str
    number: int
    name: str
    kind: str
    says: str
    tolerance: int


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """All rules by id."""
    raw: dict[str, dict[str, Any]] = yaml.safe_load((files(__package__) / "rules.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({key: Rule(key, **entry) for key, entry in raw.items()})


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The word lists and patterns of the rules on text."""
    raw: dict[str, Any] = yaml.safe_load((files(__package__) / "words.yaml").read_text(encoding="utf-8"))
    return MappingProxyType(raw)
