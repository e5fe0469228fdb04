"""A document's figures, indexed for the rules; and how a figure is named in a sentence for a clerk."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from indexer.checks.compare import Amount, Figure, amount, shown
from indexer.text import fold, strip_numbering
from indexer.types import Claim, DocType, DocumentContent, Fact, Table

Key = tuple[str, str, str]
"""Whose money (all, general, gov, state, grant, income …), concept, measure."""
Placed = tuple[Key, str, int | None]
"""A key with stage and year."""


@dataclass(frozen=True)
class Book:
    """One document's content under indexes; every lookup is a dictionary's."""

    content: DocumentContent

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        return {t.id: t for t in self.content.tables}

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        found: dict[str, Figure] = {f.id: f for f in self.content.facts}
        found.update({c.id: c for c in self.content.claims})
        return found

    @cached_property
    def without_carried(self) -> frozenset[str]:
        """Tables whose titles say that what was carried over is not in them; others' money need not be theirs."""
        return frozenset(t.id for t in self.content.tables if _WITHOUT_CARRIED.search(t.title))

    @cached_property
    def by_table(self) -> Mapping[str, list[Fact]]:
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.content.facts:
            found[fact.table].append(fact)
        return found

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for f in self.content.facts:
            key = (f.table, f.unit)
            found[key] = max(found.get(key, 0), f.places)
        return found

    def amount(self, figure: Figure) -> Amount:
        """A figure in base units with the precision its table prints."""
        if isinstance(figure, Fact):
            return amount(figure, self._places[figure.table, figure.unit])
        return amount(figure)

    def places(self, figure: Figure) -> int:
        """Digits after the point that the figure's table prints."""
        return self._places[figure.table, figure.unit] if isinstance(figure, Fact) else figure.places

    @property
    def year(self) -> int | None:
        return self.content.info.year

    @property
    def final(self) -> bool:
        return self.content.info.doc_type is DocType.FINAL

    @cached_property
    def _rows(self) -> Mapping[tuple[str, int | None], list[Fact]]:
        found: dict[tuple[str, int | None], list[Fact]] = defaultdict(list)
        for fact in self.content.facts:
            found[fact.table, fact.source.row].append(fact)
        return found

    def cells(self, table: str, row: int | None) -> list[Fact]:
        """The facts of one row."""
        return self._rows.get((table, row), [])

    def columns(self, table: str) -> Iterator[tuple[int, list[Fact]]]:
        """A table's facts by column, rows in order."""
        found: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.by_table.get(table, ()):
            if fact.source.column is not None:
                found[fact.source.column].append(fact)
        yield from sorted(found.items())

    def rows(self, table: str) -> Iterator[list[Fact]]:
        """A table's facts by row, columns in order."""
        rows = sorted({f.source.row for f in self.by_table.get(table, ()) if f.source.row is not None})
        for row in rows:
            yield self.cells(table, row)

    def raw_label(self, fact: Fact) -> str:
        """The row label as printed, with its numbering; the item where the heading is the label."""
        table = self.tables.get(fact.table)
        if table is None or fact.source.row is None:
            return fact.item
        item = fold(fact.item)
        for cell in table.rows[fact.source.row]:
            if cell.text and fold(strip_numbering(fold(cell.text))) == item:
                return fold(cell.text)
        return fact.item

    def place(self, figure: Figure) -> str:
        """ "第18页《…表》邮电费·合计" or "第21页“…”"."""
        page = f"第{figure.source.page}页"
        if isinstance(figure, Claim):
            return f"{page}“{excerpt(figure)}”"
        table = self.tables.get(figure.table)
        title = f"《{_short(table.title)}》" if table and table.title else ""
        heading = "" if not figure.measure_path else figure.measure_path[-1].strip()
        heading = "" if fold(heading) == fold(figure.item) else f"“{_tidy(heading)}”栏" if heading else ""
        code = f"{figure.code} " if figure.code else ""
        return f"{page}{title}{code}{figure.item}{heading}"

    def says(self, figure: Figure) -> str:
        """Place and figure: "第18页《…表》邮电费“合计”栏 25.97万元"."""
        return f"{self.place(figure)} {shown(figure)}" if isinstance(figure, Fact) else self.place(figure)


_LEAST = 6
"""Characters before a figure that an excerpt keeps even where a clause begins later."""


def excerpt(claim: Claim, around: int = 28) -> str:
    """The part of a sentence around its figure."""
    text = re.sub(r"\s+", "", claim.text)
    figure = re.sub(r"\s+", "", claim.figure)
    at = text.find(figure)
    if at < 0:
        return figure or text[: around * 2]
    start, end = max(0, at - around), at + len(figure)
    clause = re.search(r"[，。；：,;]", text[start : max(start, at - _LEAST)]) if start else None
    start += clause.end() if clause else 0
    return ("…" if start else "") + text[start:end]


_WITHOUT_CARRIED = re.compile("(?:不含|不包括|不包含|剔除)[^（）]{0,6}(?:结转|结余)")


def _short(title: str) -> str:
    return re.sub(r"\s+", "", title)


def _tidy(text: str) -> str:
    return re.sub(r"\s+", "", text)
