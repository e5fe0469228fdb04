"""A reading as the JSON of `indexer tables` (the command-line contract)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexer.types import Table


def tables_to_json(document: str, pages: int, tables: Sequence[Table]) -> dict[str, Any]:
    """`{"document", "pages", "tables": […]}`; a unit that is not printed is null."""
    return {"document": document, "pages": pages, "tables": [table_to_json(t) for t in tables]}


def table_to_json(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "kind": table.kind.value,
        "unit": table.unit or None,
        "pages": list(table.pages),
        "header": [list(path) for path in table.header],
        "rows": [[cell.text for cell in row] for row in table.rows],
        "notes": list(table.notes),
        "preamble": list(table.preamble),
    }
