"""The frozen entries of the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that figures are about.

    `labels`: how documents of any region print it; `words`: how citizens say it in a question; `kinds`: table
    kinds that hold it; `parts`: concepts that add up to it; `parent`: the concept it belongs to ("" when none);
    `code`: classification code ("" when none); `unit`: "money", "count", "area" or "rate".
    """

    id: str
    name: str
    labels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    parent: str = ""
    code: str = ""
    unit: str = "money"


@dataclass(frozen=True, slots=True)
class Measure:
    """A meaning of a figure column: which money of an item it counts."""

    id: str
    name: str
    labels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a kind of table is titled and asked for.

    `titles`: patterns (regular expressions) searched in a title's `open_key`; `words`: citizens' names for it.
    """

    kind: str
    titles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
