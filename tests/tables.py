"""Small tables for tests: headings as paths split by "/", rows as lists of strings."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.claims import sections_to_claims
from indexer.facts import classify, tables_to_facts
from indexer.types import (
    Cell,
    DocType,
    DocumentContent,
    DocumentInfo,
    Paragraph,
    Scope,
    Section,
    Table,
    TableKind,
)

BUDGET = DocumentInfo(
    "甲局-2024年部门预算", "甲局2024年部门预算", "甲局", 2024, DocType.BUDGET, Scope.DEPARTMENT, pages=20
)
FINAL = DocumentInfo(
    "甲局-2024年部门决算", "甲局2024年部门决算", "甲局", 2024, DocType.FINAL, Scope.DEPARTMENT, pages=20
)


def make(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    unit: str = "万元",
    notes: Sequence[str] = (),
    preamble: Sequence[str] = (),
    index: int = 0,
    page: int = 1,
    kind: TableKind | None = None,
) -> Table:
    """A table on one page."""
    header = tuple(tuple(h.split("/")) for h in headings)
    cells = tuple(tuple(Cell(text, page) for text in row) for row in rows)
    return Table(
        id=f"t{index}", index=index, title=title, kind=kind or classify(title, header, cells), unit=unit, pages=(page,),
        header=header, rows=cells, notes=tuple(notes), preamble=tuple(preamble),
    )  # fmt: skip


def content(
    tables: Sequence[Table] = (),
    paragraphs: Sequence[str] = (),
    *,
    info: DocumentInfo = BUDGET,
    heading: str = "情况说明",
) -> DocumentContent:
    """A document of tables and of one section of paragraphs, one a page."""
    lines = [Paragraph(text, ((page, (0.0, 0.0, 1.0, 1.0), 0),)) for page, text in enumerate(paragraphs, start=1)]
    pages = tuple(range(1, len(lines) + 1)) or (1,)
    sections = (Section("s0", 0, (heading,), 1, pages, tuple(lines)),) if paragraphs else ()
    facts = tables_to_facts(info, tables)
    claims = sections_to_claims(info, sections, facts)
    return DocumentContent(info, tuple(tables), sections, facts, claims)
