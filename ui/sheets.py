"""Tables to download as CSV and XLSX."""

from __future__ import annotations

import io
from dataclasses import dataclass

from indexer.export import Value, rows_to_csv, rows_to_xlsx

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings, and rows with one value a heading. Amounts are Decimal."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def sheet_to_bytes(sheet: Sheet, kind: str) -> bytes:
    """The file's content; `kind`: "csv" or "xlsx"."""
    target = io.BytesIO()
    {"csv": rows_to_csv, "xlsx": rows_to_xlsx}[kind](sheet.headings, iter(sheet.rows), target)
    return target.getvalue()
