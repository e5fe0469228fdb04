"""All facts of a store as CSV, an Excel workbook or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO

from indexer.store import Store
from indexer.text import cell_number, plain
from indexer.types import DocumentContent, DocumentInfo, Fact

COLUMNS = {
    "document": "文件",
    "department": "部门",
    "doc_type": "类型",
    "scope": "范围",
    "year": "年度",
    "table": "表",
    "kind": "表类",
    "page": "页",
    "code": "科目编码",
    "item": "项目",
    "item_path": "上级项目",
    "column": "栏目",
    "stage": "预算或决算",
    "side": "收支",
    "value": "数值",
    "unit": "单位",
    "printed": "原文",
    "concept": "概念",
    "measure": "口径",
}
"""Field names of the JSON lines, and the headings of the two spreadsheets."""

_MOST_ROWS = 1_048_576
_FORMULA = tuple("=+-@\t\r")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Value = str | int | Decimal | None


def facts_to_rows(content: DocumentContent) -> Iterator[dict[str, Value]]:
    """One row a fact, keys as in `COLUMNS`."""
    titles = {table.id: table.title for table in content.tables}
    for fact in content.facts:
        yield _row(content.info, fact, titles.get(fact.table, ""))


def export(store: Store, format_: str, target: IO[bytes], documents: Sequence[str] | None = None) -> None:
    """Writes the facts of the documents named, all where None. Raises UnknownDocumentError."""
    names = [info.id for info in store.documents()] if documents is None else documents
    for name in names:
        if store.held(name) is None:
            store.content(name)  # raises before anything is written
    rows = (row for name in names for row in facts_to_rows(store.content(name)))
    if format_ == "jsonl":
        return _to_jsonl(rows, target)
    cells = (tuple(row[key] for key in COLUMNS) for row in rows)
    return {"csv": rows_to_csv, "xlsx": rows_to_xlsx}[format_](tuple(COLUMNS.values()), cells, target)


def fact_to_cells(info: DocumentInfo, fact: Fact, table: str) -> tuple[Value, ...]:
    """One row of a spreadsheet, in the order of `COLUMNS`; `table`: its title."""
    row = _row(info, fact, table)
    return tuple(row[key] for key in COLUMNS)


def _row(info: DocumentInfo, fact: Fact, table: str) -> dict[str, Value]:
    return {
        "document": info.id,
        "department": info.department,
        "doc_type": info.doc_type.value if info.doc_type else None,
        "scope": info.scope.value if info.scope else None,
        "year": fact.year,
        "table": table,
        "kind": fact.kind.value,
        "page": fact.source.page,
        "code": fact.code,
        "item": fact.item,
        "item_path": " / ".join(fact.item_path),
        "column": " / ".join(fact.measure_path),
        "stage": fact.stage,
        "side": fact.side,
        "value": fact.value,
        "unit": fact.unit,
        "printed": fact.text,
        "concept": fact.concept,
        "measure": fact.measure,
    }


def _to_jsonl(rows: Iterator[dict[str, Value]], target: IO[bytes]) -> None:
    for row in rows:
        shown = {key: plain(value) if isinstance(value, Decimal) else value for key, value in row.items()}
        target.write(json.dumps(shown, ensure_ascii=False).encode() + b"\n")


def rows_to_csv(headings: Sequence[str], rows: Iterator[tuple[Value, ...]], target: IO[bytes]) -> None:
    """Rows as CSV with a byte order mark, as spreadsheets want it; no cell is taken for a formula."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headings)
    for row in rows:
        writer.writerow(map(_safe, row))
    text.detach()


def rows_to_xlsx(headings: Sequence[str], rows: Iterator[tuple[Value, ...]], target: IO[bytes]) -> None:
    """Rows as a workbook, amounts as numbers; text stays text whatever it begins with."""
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    sheet = None
    for number, row in enumerate(rows):
        if sheet is None or number % (_MOST_ROWS - 1) == 0:
            sheet = book.create_sheet(f"数据{len(book.worksheets) + 1}")
            sheet.append(list(headings))
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("", value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # "=…" stays text
            cells.append(cell)
        sheet.append(cells)
    if sheet is None:
        book.create_sheet("数据1").append(list(headings))
    buffer = io.BytesIO()  # a workbook is written by seeking, which a pipe cannot
    book.save(buffer)
    target.write(buffer.getvalue())


def _safe(value: Value) -> str:
    """A CSV cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = plain(value) if isinstance(value, Decimal) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and cell_number(text) is None else text
