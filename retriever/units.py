"""Units whose figures their department's document prints: each a body of its own, seen through that document.

A unit's document is its department's, held under the same id; what tells it apart is the mark behind its hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from indexer.metadata.names import aliases_of, region_of
from indexer.tables.words import is_body_name
from indexer.text import fold
from indexer.types import DocumentContent, DocumentInfo, Fact, Scope, TableKind

_MARK = "#"
_OF_ROWS = {
    TableKind.INCOME_TOTAL,
    TableKind.EXPENSE_TOTAL,
    TableKind.GENERAL_PUBLIC,
    TableKind.GOV_FUND,
    TableKind.STATE_CAPITAL,
}
"""Tables in which a row that bears a unit's name is the unit's total."""
_OF_LISTS = {TableKind.THREE_PUBLIC, TableKind.PROJECT, TableKind.PROCUREMENT}
"""Tables whose rows stand under a unit's name."""
_HEAD = re.compile(r"[（(]?(?:本级|机关|本部)[)）]?$")
ASKED = re.compile(
    r"(?:所属|下属|下设|直属|系统|底下|下面|各|[两二三四五六七八九十几]家?|哪家|哪个|多少家)(?:的)?[^,，。]{0,6}单位|哪家单位|各单位"
)


def is_unit(info: DocumentInfo) -> bool:
    """Whether this is a unit seen through its department's document."""
    return _MARK in info.sha256


def unit_infos(content: DocumentContent) -> tuple[DocumentInfo, ...]:
    """The units whose figures a document prints, each with the document as its own; none for a single unit's."""
    names = dict.fromkeys(n for f in content.facts for n in _names(f, content.info))
    return tuple(info_of(name, content.info) for name in names)


def info_of(name: str, info: DocumentInfo) -> DocumentInfo:
    """A unit of a document's department, by its printed name."""
    region = region_of(info.department)
    full = name if name.startswith(region) else region + name
    aliases = (full,) if _HEAD.search(name) else tuple(dict.fromkeys((full, *aliases_of(full))))
    return replace(info, department=name, aliases=aliases, sha256=f"{info.sha256}{_MARK}{name}", scope=Scope.UNIT)


def is_only_units(fact: Fact, info: DocumentInfo) -> bool:
    """Whether a figure of the classification is only one unit's part of it, in a document of several."""
    return fact.kind in _OF_ROWS and bool(fact.item_path) and fact.item != fact.item_path[0] and any(_names(fact, info))


def split_mark(sha256: str) -> tuple[str, str]:
    """The document's hash and the unit, "" for the whole document."""
    own, _, unit = sha256.partition(_MARK)
    return own, unit


def of_unit(content: DocumentContent, unit: str) -> DocumentContent:
    """What a document says of one of its units: its rows as a document of the unit's own, without prose."""
    info = next(i for i in unit_infos(content) if i.department == unit)
    facts = tuple(own for f in content.facts for own in _own(f, unit, content.info))
    return replace(content, info=info, facts=facts, claims=(), sections=(), chunks=())


def _names(fact: Fact, info: DocumentInfo) -> Iterable[str]:
    """The unit whose figure a fact is, if it is one's."""
    name = fact.item if fact.kind in _OF_ROWS and not fact.concept else ""
    if (fact.kind in _OF_LISTS or fact.kind in _OF_ROWS) and fact.item_path:
        name = fact.item_path[0]
    if name and is_body_name(name) and fold(name) != fold(info.department):
        yield name


def _own(fact: Fact, unit: str, info: DocumentInfo) -> Iterable[Fact]:
    if unit not in _names(fact, info):
        return
    if fact.item_path[:1] == (unit,) and fact.item != unit:
        yield replace(fact, item_path=fact.item_path[1:])
    else:
        measure = fact.measure.rpartition("+")[2]  # 财政拨款 over 一般公共预算: the fund itself
        yield replace(fact, item="合计", concept="total", is_total=True, item_path=(), level=0, measure=measure)
