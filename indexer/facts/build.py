"""From tables to facts: every figure cell with its meaning."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from indexer.facts.columns import Column, Group, amount_in, groups_of, in_row
from indexer.facts.kinds import coded_label, row_code
from indexer.facts.performance import amounts_of, project_name
from indexer.facts.rows import Row, clean, concept_of, is_total, rows_of
from indexer.text import blank_of, cell_number, fold
from indexer.types import Blank, Cell, DocumentInfo, Fact, SourceRef, Table, TableKind

_LABEL_UNIT = re.compile(r"[（(](平方米|㎡|台、辆|台、套|台[（(]套[)）]|台/套|辆|台|套|个|件|亩|公顷|人|%)[)）]?")
_COUNT_UNIT = re.compile(r"(平方米|㎡|辆|台|套|个|件)$")
_COUNTS = re.compile(r"\((个|辆|人|批|批次|人次|次|平方米|台|套|台\(套\)|台、套|台,套)\)$")
_BODY_CODE = re.compile(r"^[A-Z]\d{2,}$")


@dataclass(frozen=True, slots=True)
class Names:
    """The document's own code names: `of_code`, and codes of top-level functions by name."""

    of_code: Mapping[str, str]
    top: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Value:
    value: Decimal
    places: int
    blank: Blank
    unit: str = ""


def tables_to_facts(info: DocumentInfo, tables: Sequence[Table]) -> tuple[Fact, ...]:
    """All figures of a document's tables, in printed order.

    A blank figure cell of a labelled row is a fact of value 0 that says how it is blank. Codes are the
    document's own.
    """
    names = _names(info, tables)
    facts: list[Fact] = []
    for table in tables:
        facts.extend(_performance(info, table) if table.kind is TableKind.PERFORMANCE else _grid(info, table, names))
    return tuple(facts)


def _names(info: DocumentInfo, tables: Sequence[Table]) -> Names:
    of_code: dict[str, str] = {}
    for table in tables:
        for row in table.rows:
            texts = [c.text for c in row]
            for code, name in filter(None, map(coded_label, texts[:2])):
                of_code.setdefault(code, clean(name))
            for start in range(min(len(texts), 7)):
                if code := row_code(texts[start : start + 3]):
                    rest = (clean(t) for t in texts[start + 1 :] if fold(t) and not fold(t).isdigit())
                    name = next(rest, "")
                    if name and cell_number(name) is None:
                        of_code.setdefault(code, name)
    top: dict[str, str] = {}
    for code, name in of_code.items():
        if len(code) == 3 and code[0] == "2":
            top.setdefault(fold(name), code)
    return Names(of_code, top)


def _grid(info: DocumentInfo, table: Table, names: Names) -> Iterator[Fact]:
    """Facts of a table of rows and columns."""
    stage = info.doc_type.value if info.doc_type else ""
    groups = groups_of(table, info.year, stage)
    horizontal = names_items(table)
    by_group = [rows_of(table.kind, g, table.rows, names.of_code, names.top) for g in groups]
    for index, cells in enumerate(table.rows):
        if _counts_columns(cells):
            continue
        rows = _spanned([rows[index] for rows in by_group], groups, cells)
        for row, group in zip(rows, groups, strict=True):
            by_column = horizontal or not group.labels
            for printed in group.figures:
                column = in_row(printed, row.label, table.kind, info.year, stage) if horizontal and row else printed
                value = _value(cells[column.index].text) if column.index < len(cells) else None
                meaning = _meaning(table, group, row, column, index, by_column=by_column)
                if value is not None and meaning is not None and (row or not group.labels or not value.blank):
                    yield _fact(info, table, group, meaning, column, value)


def _counts_columns(cells: Sequence[Cell]) -> bool:
    """A row of column numbers (栏次) that came through as a body row."""
    texts = [t for cell in cells if (t := fold(cell.text))]
    numbers = [int(t) for t in texts if t.isdigit() and len(t) <= 2]
    return len(numbers) > 2 and len(numbers) >= len(texts) - 1 and all(b - a == 1 for a, b in pairwise(numbers))


def _spanned(rows: list[Row | None], groups: Sequence[Group], cells: Sequence[Cell]) -> list[Row | None]:
    """Moves a total's label to the group that holds its amount (公用经费合计 | … | amount in the last group)."""
    printed = [any(c.index < len(cells) and cells[c.index].text.strip() for c in g.figures) for g in groups]
    for n, row in enumerate(rows):
        if row is None or not row.is_total or printed[n]:
            continue
        target = next((k for k in range(n + 1, len(rows)) if rows[k] is not None or printed[k]), None)
        if target is not None and rows[target] is None:
            rows[target], rows[n] = row, None
    return rows


def _value(text: str) -> _Value | None:
    """The number, blank or amount-with-unit in a figure cell; None for words."""
    blank = blank_of(text)
    if blank is not Blank.NONE:
        return _Value(Decimal(0), 0, blank)
    if number := cell_number(text):
        return _Value(number.value, number.places, Blank.NONE)
    if (amount := amount_in(text)) and (number := cell_number(amount[0])):
        return _Value(number.value, number.places, Blank.NONE, amount[1])
    return None


def _meaning(table: Table, group: Group, row: Row | None, column: Column, index: int, *, by_column: bool) -> Row | None:
    """What a cell is about: its row, or its column where the headings are the items."""
    across = _across(table, column, index) if by_column or row is None else None
    if across and row and not row.is_total and len(table.rows) > 1:
        across = replace(across, path=(row.item, *across.path))
    meaning = across or row
    if meaning and meaning.concept == "procurement.total" and "购买服务" in table.title:
        return replace(meaning, concept="procurement.purchased_services")
    return meaning


def _fact(info: DocumentInfo, table: Table, group: Group, meaning: Row, column: Column, value: _Value) -> Fact:
    cells = table.rows[meaning.index]
    cell = cells[column.index]
    counted = _counted(table, meaning, column)
    said = [m for m in (meaning.fund, column.measure) if m and not (meaning.fund and m == "total")]
    texts = (fold(cells[c.index].text) for c in group.texts if c.index < len(cells))
    return Fact(
        id=_id(info.id, table.id, meaning.index, column.index), document=info.id, table=table.id, kind=table.kind,
        item=meaning.item, code=meaning.code or next((t for t in texts if _BODY_CODE.match(t)), ""),
        item_path=meaning.path, concept=meaning.concept, level=meaning.level, is_total=meaning.is_total,
        side=column.side or group.side, measure="quantity" if counted else "+".join(said),
        measure_path=column.path, stage=column.stage, year=column.year, value=value.value,
        unit=counted or _unit(table, group, meaning, column, cells, value), places=value.places, blank=value.blank,
        text=cell.text, confidence=cell.confidence,
        source=SourceRef(info.id, cell.page, cell.bbox, table.id, meaning.index, column.index),
    )  # fmt: skip


def _counted(table: Table, row: Row, column: Column) -> str:
    """The unit of a row that counts things among rows of money ("公务用车保有量（辆）"); "" for money."""
    if table.kind not in (TableKind.THREE_PUBLIC, TableKind.OTHER) or column.measure not in ("total", "value", ""):
        return ""
    m = _COUNTS.search(fold(row.label))
    return m.group(1) if m else ""


def _across(table: Table, column: Column, index: int) -> Row | None:
    """In a horizontal table the column is the item: the innermost heading that names one."""
    if table.kind is not TableKind.THREE_PUBLIC:
        words = [p for p in column.path if p.strip()]
        return Row(index, words[-1], clean(words[-1])) if words and not table_has_labels(table) else None
    for place in range(len(column.path) - 1, -1, -1):
        part = column.path[place]
        if is_total(part) and place:
            continue
        concept = concept_of(part, table.kind, "", (), {})[0]
        if not concept and is_total(part):
            concept = "three_public.total"
        if concept:
            outer = tuple(clean(p) for p in column.path[:place] if concept_of(p, table.kind, "", (), {})[0])
            total = concept == "three_public.total"
            return Row(index, part, clean(part), "", outer, concept, 0 if total else len(outer) + 1, total)
    if any(is_total(p) for p in column.path):
        return Row(index, column.path[-1], column.path[-1], "", (), "three_public.total", 0, True)
    return None


def names_items(table: Table) -> bool:
    """Whether a 三公 table's headings are its items: a horizontal one."""
    if table.kind is not TableKind.THREE_PUBLIC:
        return False
    concepts = {concept_of(part, table.kind, "", (), {})[0] for path in table.header for part in path}
    return any(c.startswith("three_public.") and c != "three_public.total" for c in concepts)


def table_has_labels(table: Table) -> bool:
    """Whether any body row starts with words."""
    return any(fold(c.text) and cell_number(c.text) is None for row in table.rows for c in row[:2])


def _unit(table: Table, group: Group, row: Row, column: Column, cells: Sequence[Cell], value: _Value) -> str:
    if value.unit:
        return value.unit
    if "quantity" in column.measure.split("+") and not column.unit:
        printed = next((cells[c.index].text.strip() for c in group.units if cells[c.index].text.strip()), "")
        if printed:
            return printed
        if m := _LABEL_UNIT.search(row.label):
            return "平方米" if m.group(1) == "㎡" else m.group(1)
        return ""
    return column.unit


def _performance(info: DocumentInfo, table: Table) -> Iterator[Fact]:
    """A project's amounts, each a fact of the concept `project.item`."""
    item = project_name(table) or clean(table.title)
    stage = info.doc_type.value if info.doc_type else ""
    for amount in amounts_of(table):
        number = cell_number(amount.text)
        if number is None:
            continue
        page = amount.cell.page if amount.cell else table.pages[0]
        bbox = amount.cell.bbox if amount.cell else None
        row = amount.row if amount.row >= 0 else None
        column = amount.column if amount.column >= 0 else None
        yield Fact(
            id=_id(info.id, table.id, amount.row, amount.measure, amount.stage), document=info.id, table=table.id, kind=table.kind,
            item=item, code="", item_path=(), concept="project.item", level=1, is_total=False, side="expenditure",
            measure=amount.measure, measure_path=(amount.label,), stage=amount.stage or stage, year=info.year, value=number.value,
            unit=amount.unit, places=number.places, blank=Blank.NONE,
            source=SourceRef(info.id, page, bbox, table.id, row, column),
            text=amount.cell.text if amount.cell else amount.text,
            confidence=amount.cell.confidence if amount.cell else 1.0,
        )  # fmt: skip


def _id(*parts: object) -> str:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=10).hexdigest()
