"""Reads the vocabulary's files into concepts, measures and table kinds."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

import yaml

from indexer.vocabulary.model import Concept, KindWords, Measure

_Raw = dict[str, dict[str, str | None]]


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _entries(name: str) -> _Raw:
    loaded: _Raw = yaml.safe_load(_text(name))
    return loaded


def _split(raw: Mapping[str, str | None], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((raw.get(field) or "").split()))


def named_concepts() -> dict[str, Concept]:
    """Concepts of `concepts.yaml`, by id."""
    return {
        key: Concept(
            id=key,
            name=raw["name"] or key,
            labels=_split(raw, "labels"),
            words=_split(raw, "words"),
            kinds=_split(raw, "kinds"),
            parts=_split(raw, "parts"),
            parent=raw.get("parent") or "",
            unit=raw.get("unit") or "money",
        )
        for key, raw in _entries("concepts.yaml").items()
    }


def classification(name: str, prefix: str, kinds: tuple[str, ...]) -> dict[str, Concept]:
    """Concepts of a code list (`code,name|other names,words`), with parents and parts by code; `#` starts a comment."""
    lines = [line for line in _text(name).splitlines() if line and not line.startswith("#")]
    found: dict[str, Concept] = {}
    for row in csv.DictReader(lines):
        code, labels = row["code"].strip(), tuple(row["name"].split("|"))
        words = tuple(dict.fromkeys((row["words"] or "").split()))
        found[code] = Concept(f"{prefix}.{code}", labels[0], labels, words, kinds, code=code)
    parts: dict[str, list[str]] = {}
    for code, concept in found.items():
        if code[:-2] in found:
            found[code] = replace(concept, parent=f"{prefix}.{code[:-2]}")
            parts.setdefault(code[:-2], []).append(concept.id)
    return {c.id: replace(c, parts=tuple(parts.get(code, ()))) for code, c in found.items()}


def measures() -> dict[str, Measure]:
    """Measures of `measures.yaml`, by id; `neutral` holds the heading words that say nothing of their own."""
    return {
        key: Measure(key, raw["name"] or key, _split(raw, "labels"), _split(raw, "words"))
        for key, raw in _entries("measures.yaml").items()
    }


def table_kinds() -> dict[str, KindWords]:
    """Table kinds of `kinds.yaml` in the order in which their titles are tried."""
    return {
        key: KindWords(key, _split(raw, "titles"), _split(raw, "words")) for key, raw in _entries("kinds.yaml").items()
    }
