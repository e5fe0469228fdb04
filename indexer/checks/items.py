"""Rules on items that prose names by 类, 款 and 项: their names, and text copied from another item."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indexer.checks.book import Book
from indexer.checks.prose import Passage, text_identity
from indexer.checks.rules import words
from indexer.text import UNIT_SCALE, fold
from indexer.types import Fact, Identity, IdentityStatus

_MONEY = re.compile(r"(\d[\d,]*(?:\.\d+)?)(亿元|万元|元)")
_SUFFIX = re.compile(r"支出$")


@dataclass(frozen=True, slots=True)
class Item:
    """An item that a paragraph speaks of: its three names as printed."""

    passage: Passage
    names: tuple[str, str, str]
    start: int

    @property
    def printed(self) -> str:
        return f"{self.names[0]}（类）{self.names[1]}（款）{self.names[2]}（项）"

    @property
    def spoken(self) -> frozenset[str]:
        """The ways in which usage and reasons name the item."""
        _, middle, last = map(_bare, self.names)
        return frozenset({last, middle + last, _bare(self.names[1] + self.names[2])})


def _bare(name: str) -> str:
    """A name without the 支出 that is put behind most."""
    text = fold(name).strip("\"“”'-—·")
    return _SUFFIX.sub("", text) if len(text) > len("支出") + 1 else text


def items_of(texts: Sequence[Passage]) -> tuple[Item, ...]:
    """Every item named by 类, 款 and 项."""
    patterns = [re.compile(p) for p in words()["item_patterns"]]
    found: list[Item] = []
    for passage in texts:
        for pattern in patterns:
            for m in pattern.finditer(passage.text):
                names = tuple(m.group(g).strip("-—") for g in "abc")
                found.append(Item(passage, (names[0], names[1], names[2]), m.start()))
    return tuple(found)


def item_rules(book: Book, texts: Sequence[Passage]) -> Iterator[Identity]:
    """Names against the document's own codes, and usage or reasons that speak of another item."""
    items = items_of(texts)
    yield from _names(book, items)
    yield from _copies(book, items)
    yield from _includes(book, texts)


def _names(book: Book, items: Sequence[Item]) -> Iterator[Identity]:
    names: dict[str, str] = {}
    values: dict[str, list[Fact]] = defaultdict(list)
    for fact in book.content.facts:
        if fact.concept.startswith("func.") and fact.code:
            names.setdefault(fact.code, fact.item)
            if len(fact.code) == 7 and fact.measure == "total":
                values[fact.code].append(fact)
    paths = {
        (_bare(names[c[:3]]), _bare(names[c[:5]]), _bare(names[c])): c
        for c in names
        if len(c) == 7 and c[:3] in names and c[:5] in names
    }
    classes = {path[0] for path in paths}
    for item in items:
        path = (_bare(item.names[0]), _bare(item.names[1]), _bare(item.names[2]))
        if path in paths or not paths or path[0] not in classes:
            continue
        code = _meant(book, item, path, paths, values)
        right = "（类）".join((names[code[:3]], "")) + f"{names[code[:5]]}（款）{names[code]}（项）" if code else ""
        page = item.passage.page_at(item.names[0])
        should = f"表中为“{right}”{code}" if code else "各表中没有这个科目"
        message = f"第{page}页写作“{item.printed}”，{should}"
        yield text_identity(book, "item_name", item.passage.ref, item.printed, right or "表中无此科目", message)


def _meant(
    book: Book,
    item: Item,
    path: tuple[str, str, str],
    paths: dict[tuple[str, str, str], str],
    values: dict[str, list[Fact]],
) -> str:
    """The code an item means: same last name, else same amount under the same class."""
    named = [c for p, c in paths.items() if p[2] == path[2] and p[0] == path[0]]
    if len(named) == 1:
        return named[0]
    amounts = _amounts(item)
    near = [c for p, c in paths.items() if p[0] == path[0]]
    same = [c for c in near for f in values[c][:1] if any(abs(book.amount(f).value - a) <= h for a, h in amounts)]
    closer = [c for c in same if next(p for p, k in paths.items() if k == c)[1] in (path[1], path[2])]
    best = closer or same
    return best[0] if len(set(best)) == 1 else ""


def _amounts(item: Item) -> list[tuple[Decimal, Decimal]]:
    """Amounts in the item's paragraph in 元, each with one last digit as slack."""
    found: list[tuple[Decimal, Decimal]] = []
    for number, unit in _MONEY.findall(item.passage.text[item.start :]):
        value = Decimal(number.replace(",", ""))
        step = Decimal(1).scaleb(int(value.as_tuple().exponent))
        if value:
            found.append((value * UNIT_SCALE[unit], step * UNIT_SCALE[unit]))
    return found


def _copies(book: Book, items: Sequence[Item]) -> Iterator[Identity]:
    """主要用于 and 主要原因 that are another item's, word for word."""
    owners: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        for name in item.spoken:
            owners[name].append(item)
    single = defaultdict(list)
    for item in items:
        single[item.passage.ref].append(item)
    for group in single.values():
        if len(group) != 1:
            continue
        item = group[0]
        wrong = [(label, text) for label, text in _said(item.passage.text) if _foreign(text, item, owners)]
        if wrong:
            page = item.passage.page_at(wrong[0][1])
            said = "、".join(f"{label}写的是“{text}”" for label, text in wrong)
            message = f"第{page}页“{item.names[2]}（项）”的{said}，疑为照抄另一科目的说明"
            yield text_identity(book, "copied_text", item.passage.ref, wrong[0][1], f"应说明{item.names[2]}", message)


def _said(text: str) -> Iterator[tuple[str, str]]:
    for label, key in (("用途", "usage"), ("原因", "reason")):
        for m in re.finditer(words()[key], text):
            yield label, m.group("text")


def _foreign(text: str, item: Item, owners: dict[str, list[Item]]) -> bool:
    core = re.sub(words()["reason_tail"], "", text)
    core = _bare(re.sub(words()["reason_head"], "", core))
    return bool(core) and core not in item.spoken and core in owners


def _includes(book: Book, texts: Sequence[Passage]) -> Iterator[Identity]:
    """人员经费主要包括 … must not list items for which the table prints nothing."""
    facts: dict[str, Fact] = {}
    for fact in book.content.facts:
        if fact.concept.startswith("econ.") and fact.code and fact.measure == "total":
            facts.setdefault(_bare(fact.item), fact)
    for passage in texts:
        for m in re.finditer(words()["includes"], passage.text):
            empty = [name for name in re.split("[、,]|以及", m.group("list")) if _is_empty(facts, name)]
            if not empty:
                continue
            listed, page = "、".join(empty), passage.page_at(empty[0])
            where = facts[_bare(empty[0])]
            message = f"第{page}页说{m.group('what')}主要包括{listed}，而{book.place(where)}等在表中为零或空"
            status = IdentityStatus.FAILS if book.final else IdentityStatus.HINT
            yield text_identity(
                book, "item_name", passage.ref, listed, "表中为零", message, status, kind="prose_vs_table"
            )


def _is_empty(facts: dict[str, Fact], name: str) -> bool:
    fact = facts.get(_bare(name))
    return fact is not None and not fact.value
