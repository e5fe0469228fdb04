"""Rules between the tables of one document: one item and one kind of money is one figure everywhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from indexer.checks.book import Book, Key, Placed
from indexer.checks.compare import identity, in_unit, judge
from indexer.checks.equations import equation, same
from indexer.checks.keys import Keys
from indexer.checks.within import _printed
from indexer.text import plain
from indexer.types import Fact, Identity, IdentityStatus, TableKind

_FUNDS = ("general", "gov", "state")


def between_tables(book: Book, keys: Keys, doubted: Counter[str]) -> Iterator[Identity]:
    """Figures that several tables print, and totals made of several tables.

    `doubted`: how many failed sums each fact is part of; of two figures the more doubted one is the mistake.
    """
    groups = _merged(book, keys)
    for facts in (part for group in groups.values() for part in _of_one_extent(book, group)):
        places = {f.table: f for f in facts}
        if len(places) > 1:
            yield from _all_same(book, list(places.values()), doubted)
    yield from _grant_of_funds(book, keys)
    yield from _operating_public(book, keys)


def _of_one_extent(book: Book, facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    """Those with and those without what was carried over from the year before."""
    yield [f for f in facts if f.table not in book.without_carried]
    yield [f for f in facts if f.table in book.without_carried]


def _merged(book: Book, keys: Keys) -> Mapping[Placed, list[Fact]]:
    """Groups of facts that must be the same. Where all money is one fund's, its tables speak of the same money."""
    found: dict[Placed, list[Fact]] = defaultdict(list)
    for (key, stage, year), facts in keys.facts.items():
        if key[0] == "project":
            continue  # two projects may share a name
        found[_plain_key(book, keys, key, stage, year), stage, year].extend(facts)
    return found


def _plain_key(book: Book, keys: Keys, key: Key, stage: str, year: int | None) -> Key:
    scope, concept, measure = key
    if scope not in ("all", "grant") or measure in ("person", "public"):
        return key
    # one fund pays for all of it: the whole document, or at least this code
    for whole in ("total", concept):
        own = keys.facts.get(((scope, whole, "total"), stage, year), [])
        general = keys.facts.get((("general", whole, "total"), stage, year), [])
        if own and general and any(_equal(book, a, b) for a in own for b in general):
            if whole == concept and measure == "total":
                return key
            return ("general", concept, measure)
    return key


def _equal(book: Book, one: Fact, other: Fact) -> bool:
    a, b = book.amount(one), book.amount(other)
    return bool(a.value) and judge(a.value - b.value, a, [b], 2) is not IdentityStatus.FAILS


def branch(fact: Fact) -> str:
    """One 类 in one column of a table: a mistake below shows in the sums above."""
    return f"{fact.table}:{fact.source.column}:{fact.code[:3]}" if fact.code else fact.id


def _all_same(book: Book, facts: Sequence[Fact], doubted: Counter[str]) -> Iterator[Identity]:
    """Every fact against one that agrees with most."""
    if not _printed(facts):
        return
    values = Counter(book.amount(f).value for f in facts)
    reference = min(facts, key=lambda f: (-values[book.amount(f).value], doubted[f.id] + doubted[branch(f)]))
    for fact in facts:
        if fact is not reference:
            yield same(book, "same_in_tables", fact, reference)


def _grant_of_funds(book: Book, keys: Keys) -> Iterator[Identity]:
    """财政拨款 total = the totals of the three funds' own tables."""
    stage = "决算" if book.final else "预算"
    for measure in ("total",):
        own = keys.facts.get((("grant", "total", measure), stage, book.year), [])
        parts: list[Fact] = []
        for scope in _FUNDS:
            found = keys.facts.get(((scope, "total", measure), stage, book.year), [])
            table = [f for f in found if f.kind not in (TableKind.GRANT_BALANCE, TableKind.BALANCE)]
            parts += table[:1]
        if own and len(parts) > 1 and any(p.kind is TableKind.GENERAL_PUBLIC for p in parts) and _printed(parts):
            found_sum = equation(book, "same_in_tables", own[0], [(p, 1) for p in parts], "各项财政拨款支出表合计之和")
            missing = len(parts) < len(_FUNDS) and found_sum.status is IdentityStatus.FAILS
            apart = {own[0].table in book.without_carried, *(p.table in book.without_carried for p in parts)}
            if not missing and len(apart) == 1:
                yield found_sum


def _operating_public(book: Book, keys: Keys) -> Iterator[Identity]:
    """机关运行经费 is not more than 公用经费 (a hint: the scope differs by region)."""
    stage = "决算" if book.final else "预算"
    own = keys.facts.get((("three", "operating_funds", "total"), stage, book.year), [])
    public = keys.facts.get((("general", "total", "public"), stage, book.year), [])
    if not own or not public or not own[0].value or not public[0].value:
        return
    a, b = book.amount(own[0]), book.amount(public[0])
    status = IdentityStatus.HOLDS if a.value <= b.value + a.half + b.half else IdentityStatus.HINT
    expected = in_unit(b.value, own[0].unit)
    message = f"{book.says(own[0])}，大于{book.says(public[0])}，请核对机关运行经费的范围"
    expression = f"{plain(own[0].value)} ≤ {plain(expected)}"
    yield identity("operating_public", "at_most", own[0], [(public[0], 1)], expected, status, expression, message)
