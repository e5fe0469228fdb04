"""Turns the true tables beside the example documents into `Table` objects, so that later stages can be tested alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.facts.kinds import classify
from indexer.types import Cell, DocType, DocumentInfo, Scope, Table


def load(path: Path) -> tuple[DocumentInfo, tuple[Table, ...]]:
    """The document and its tables from a `truth.json`."""
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    document = raw.get("id", path.stem)
    kind = raw.get("kind", "预算")
    info = DocumentInfo(
        id=document, title=raw.get("title", document), department=raw.get("dept", ""), year=raw.get("year", 2023),
        doc_type=DocType(kind), scope=Scope.DEPARTMENT, pages=raw.get("n_pages", 0),
    )  # fmt: skip
    return info, tuple(_table(document, i, t) for i, t in enumerate(raw["tables"]))


def _table(document: str, index: int, raw: dict[str, Any]) -> Table:
    pages = raw.get("pages") or [1, 1]
    first, last = pages[0], pages[-1]
    starts = raw.get("row_pages") or [first] * len(raw["rows"])
    header = tuple(tuple(path) for path in raw["header_paths"])
    rows = tuple(tuple(Cell(text, page) for text in row) for row, page in zip(raw["rows"], starts, strict=True))
    return Table(
        id=f"{document}#t{index}", index=index, title=raw["title"] or "", kind=classify(raw["title"], header, rows),
        unit=raw.get("unit") or "", pages=tuple(range(first, last + 1)), header=header, rows=rows,
        notes=tuple(raw.get("notes") or ()), preamble=tuple(raw.get("preamble") or ()),
    )  # fmt: skip


def truths(shared: Path) -> Iterator[Path]:
    """Every `truth.json` with whole documents."""
    yield from sorted((shared / "corpus").glob("*.truth.json"))
    yield from sorted((shared / "corpus_defects").glob("*.truth.json"))
    yield shared / "seed" / "truth.json"
