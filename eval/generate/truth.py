"""The ground truth of a drawn document: tables as printed, and every fact with its places."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from eval.generate.blocks import Prose, TableBlock
from eval.generate.build import Source
from eval.generate.render import Places

_INNER = re.compile(r"\[\n((?:\s+(?:\"(?:[^\"\\]|\\.)*\"|-?\d+),?\n)+)\s+\]")


def truth_of(source: Source, places: Places) -> dict[str, Any]:
    """`tables` in print order; `facts` by key: value (元, a count or %), the pages that print it, and the table cells
    that do as "page left top right bottom" in points."""
    blocks = source.document.blocks
    tables = [_table(b, i, places) for i, b in enumerate(blocks) if isinstance(b, TableBlock)]
    return {
        "id": source.document.id,
        "short": source.short,
        "title": source.document.title,
        "department": source.department,
        "year": source.year,
        "doc_type": source.kind,
        "unit": source.unit,
        "pages": places.pages,
        "front_pages": places.front,
        "headings": [
            {"text": b.text, "level": b.level, "page": places.starts[i]}
            for i, b in enumerate(blocks)
            if isinstance(b, Prose) and b.level
        ],
        "tables": tables,
        "facts": _facts(source, places),
    }


def _table(table: TableBlock, index: int, places: Places) -> dict[str, Any]:
    return {
        "title": table.title,
        "kind": table.kind,
        "unit": table.unit or None,
        "caption": [t for t in table.caption if t],
        "header_paths": [list(c.path) for c in table.columns],
        "preamble": list(table.preamble) if table.preamble else None,
        "rows": [[c.text for c in row] for row in table.rows],
        "notes": list(table.notes),
        "pages": list(range(places.starts[index], places.last[index] + 1)),
        "row_pages": [first for first, _ in places.rows[index]],
    }


def _facts(source: Source, places: Places) -> dict[str, Any]:
    pages: dict[str, set[int]] = {}
    cells: dict[str, list[list[float]]] = {}
    for index, block in enumerate(source.document.blocks):
        if isinstance(block, TableBlock):
            for r, (row, (first, _)) in enumerate(zip(block.rows, places.rows[index], strict=True)):
                for c, cell in enumerate(row):
                    if cell.key:
                        pages.setdefault(cell.key, set()).add(first)
                        cells.setdefault(cell.key, []).append(list(places.box(index, r, c)))
        elif isinstance(block, Prose):
            for key, page in places.marks[index]:
                pages.setdefault(key, set()).add(page)
    values: Mapping[str, Decimal] = {**source.figures.facts, **source.derived}
    shown = sorted({*pages, *(k for k in source.derived if k.startswith("count."))})
    return {
        k: {
            "value": _plain(values.get(k, Decimal(0))),
            "pages": sorted(pages.get(k, ())),
            "cells": [f"{box[0]:g} " + " ".join(f"{x:.1f}" for x in box[1:]) for box in cells.get(k, ())],
        }
        for k in shown
    }


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def write_truth(truth: Mapping[str, Any], target: Path) -> None:
    """One table row and one fact a line, so that a change is easy to read in a diff."""
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    text = _INNER.sub(lambda m: "[" + re.sub(r"\n\s*", " ", m.group(1)).strip() + "]", text)
    target.write_text(text + "\n", encoding="utf-8")
