"""A document's content as rows of the tables in `schema`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table as SqlTable

from indexer.store import codec, schema
from indexer.text import fold, plain, strip_numbering
from indexer.types import Chunk, Claim, DocumentContent, Fact, Finding, Identity, Problem, Section, Table

Row = dict[str, Any]


def item_key(item: str) -> str:
    """The form in which items are looked up: without numbering, spaces and differences of width."""
    return fold(strip_numbering(item))


def document_row(content: DocumentContent, generation: int, extraction: str) -> Row:
    """The row of `documents`, with the whole content as one piece for fast loading."""
    info = content.info
    return {
        "document": info.id,
        "generation": generation,
        "title": info.title,
        "department": info.department,
        "year": info.year,
        "doc_type": info.doc_type.value if info.doc_type else None,
        "scope": info.scope.value if info.scope else None,
        "pages": info.pages,
        "sha256": info.sha256,
        "path": info.path,
        "extraction": extraction,
        "tables": len(content.tables),
        "facts": len(content.facts),
        "chunks": len(content.chunks),
        "names": codec.names_in(DocumentContent),
        "body": codec.dump_text(info),
        "content": codec.dump(content),
    }


def content_rows(content: DocumentContent, generation: int) -> Iterator[tuple[SqlTable, list[Row]]]:
    """The rows of every table of pieces."""
    for table, rows in (
        (schema.tables, map(_table, content.tables)),
        (schema.sections, map(_section, content.sections)),
        (schema.facts, map(_fact, content.facts)),
        (schema.claims, map(_claim, content.claims)),
        (schema.identities, map(_identity, content.identities)),
        (schema.findings, map(_finding, content.findings)),
        (schema.problems, map(_problem, content.problems)),
        (schema.chunks, map(_chunk, content.chunks)),
    ):
        yield table, list(_numbered(rows, generation))


def _numbered(rows: Iterable[Row], generation: int) -> Iterator[Row]:
    for position, row in enumerate(rows):
        yield {"generation": generation, "position": position, **row}


def _table(t: Table) -> Row:
    page = t.pages[0] if t.pages else None
    return _with_body(t, id=t.id, title=t.title, kind=t.kind.value, unit=t.unit, page=page)


def _section(s: Section) -> Row:
    return _with_body(s, id=s.id, title=s.title, level=s.level, page=s.pages[0] if s.pages else None)


def _fact(f: Fact) -> Row:
    return _with_body(
        f,
        id=f.id,
        table_id=f.table,
        kind=f.kind.value,
        item=f.item,
        item_key=item_key(f.item),
        code=f.code,
        concept=f.concept,
        measure=f.measure,
        stage=f.stage,
        side=f.side,
        year=f.year,
        value=plain(f.value),
        unit=f.unit,
        page=f.source.page,
    )


def _claim(c: Claim) -> Row:
    return _with_body(
        c,
        id=c.id,
        subject=c.subject,
        concept=c.concept,
        code=c.code,
        role=c.role.value,
        year=c.year,
        value=plain(c.value),
        unit=c.unit,
        page=c.source.page,
    )


def _identity(i: Identity) -> Row:
    return _with_body(i, id=i.id, rule=i.rule, status=i.status.value)


def _finding(f: Finding) -> Row:
    return _with_body(f, rule=f.rule, kind=f.kind, severity=f.severity, page=f.page)


def _problem(p: Problem) -> Row:
    return _with_body(p, kind=p.kind, page=p.page)


def _chunk(c: Chunk) -> Row:
    return _with_body(
        c, id=c.id, kind=c.kind, table_kind=c.table_kind, parent=c.parent, title=c.title, folded=fold(c.text)
    )


def _with_body(piece: object, **columns: Any) -> Row:
    return {**columns, "body": codec.dump_text(piece)}
