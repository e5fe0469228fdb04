"""Pages to tables and lines: the recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.tables.halves import find_halves
from indexer.tables.layout import PageLayout, drop_furniture
from indexer.tables.stitch import Draft, stitch
from indexer.tables.words import unit_in_heading
from indexer.types import Table, TextLine


@dataclass(frozen=True, slots=True)
class Extracted:
    """Tables and the lines outside them, both in reading order."""

    tables: tuple[Table, ...]
    lines: tuple[TextLine, ...]


def pages_to_tables(pages: Sequence[PageLayout], document: str) -> Extracted:
    """Tables stitched over pages, and the lines that are neither captions, notes nor furniture."""
    clean = drop_furniture(pages)
    stitched = stitch(clean)
    tables = tuple(_table(d, i, document) for i, d in enumerate(stitched.drafts))
    lines = tuple(
        TextLine(page.number, line.text, page.shown(line.bbox), round(line.size, 2), line.bold)
        for page in clean
        for line in page.lines
        if id(line) not in stitched.used
    )
    return Extracted(tables, lines)


def _table(draft: Draft, index: int, document: str) -> Table:
    from indexer.facts.kinds import classify

    rows = tuple(r.cells for r in draft.rows)
    captions = draft.captions
    units = [u for path in draft.header for u in [unit_in_heading(path[-1] if path else "")] if u]
    return Table(
        id=f"{document}#t{index}",
        index=index,
        title=f"{captions.title}（{captions.remark}）" if captions.title and captions.remark else captions.title,
        kind=classify(captions.title, draft.header, rows),
        unit=captions.unit or (units[0] if units else ""),
        pages=tuple(sorted({page for page, _ in draft.boxes})),
        header=draft.header,
        rows=rows,
        notes=tuple(draft.notes),
        halves=find_halves(draft.header, rows),
        preamble=draft.preamble,
        department=captions.department,
        period=captions.period,
        bboxes=tuple(draft.boxes),
    )
