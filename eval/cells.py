"""Table cell accuracy: tables as read against tables as drawn, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from eval.statistics import Share

Rows = Sequence[Sequence[str]]


def matched(read: Rows, true: Rows) -> int:
    """How many true cells are read with their text and place, rows aligned."""
    a, b = [tuple(r) for r in read], [tuple(r) for r in true]
    right = 0
    for tag, i, i_end, j, j_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            right += sum(len(row) for row in b[j:j_end])
        elif tag == "replace":
            pairs = zip(a[i:i_end], b[j:j_end], strict=False)
            right += sum(x == y for mine, theirs in pairs for x, y in zip(mine, theirs, strict=False))
    return right


def document_cells(pdf: Path, truth: Mapping[str, Any]) -> Share:
    """Right cells of one document's true body cells; a table counts for the next unused one of its title."""
    from indexer.pdf import read_document
    from indexer.tables.contract import tables_to_json

    reading = read_document(pdf)
    read = list(tables_to_json(pdf.stem, reading.pages, reading.tables)["tables"])
    right = asked = 0
    for table in truth["tables"]:
        asked += sum(len(row) for row in table["rows"])
        own = next((t for t in read if t["title"] == table["title"]), None)
        if own is not None:
            read.remove(own)
            right += matched(own["rows"], table["rows"])
    return Share(right, asked)
