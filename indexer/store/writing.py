"""What happens inside the SQL transactions of a write; the caller commits."""

from __future__ import annotations

import json

import sqlalchemy as sql

from indexer.embedding import Matrix
from indexer.store import rows, schema
from indexer.store.database import get_meta, set_meta
from indexer.store.exact import pack
from indexer.store.fulltext import TextIndex
from indexer.types import Chunk, DocumentContent


def begin(connection: sql.Connection, document: str) -> int:
    """A new generation, noted as being written, so that whatever it leaves outside SQL can be found again."""
    statement = sql.insert(schema.generations).values(document=document, state=schema.WRITING)
    key = connection.execute(statement).inserted_primary_key
    assert key is not None
    return int(key[0])


def put(
    connection: sql.Connection,
    index: TextIndex,
    content: DocumentContent,
    generation: int,
    extraction: str,
    matrix: Matrix | None,
) -> None:
    """Puts a document in the place of the one of its name; the commit makes it visible."""
    take_out(connection, index, content.info.id)
    connection.execute(sql.insert(schema.documents), [rows.document_row(content, generation, extraction)])
    for table, table_rows in rows.content_rows(content, generation):
        if table_rows:
            connection.execute(sql.insert(table), table_rows)
    c = schema.chunks.c
    numbers = connection.execute(sql.select(c.number).where(c.generation == generation).order_by(c.position)).scalars()
    index.add(connection, list(zip(numbers, content.chunks, strict=True)))
    if matrix is not None:
        put_vectors(connection, generation, content.chunks, matrix)
    _set_state(connection, generation, schema.LIVE)


def put_vectors(connection: sql.Connection, generation: int, chunks: tuple[Chunk, ...], matrix: Matrix) -> None:
    """Keeps a document's vectors beside its chunks."""
    ids, kinds = (json.dumps([getattr(c, name) for c in chunks], ensure_ascii=False) for name in ("id", "table_kind"))
    row = {"generation": generation, "ids": ids, "kinds": kinds, "matrix": pack(matrix)}
    connection.execute(sql.insert(schema.vectors), [row])


def take_out(connection: sql.Connection, index: TextIndex, document: str) -> None:
    """Deletes a document's rows, and notes that its generation is to be swept outside SQL."""
    d = schema.documents.c
    generation = connection.execute(sql.select(d.generation).where(d.document == document)).scalar()
    if generation is not None:
        index.drop(connection, generation)
        connection.execute(sql.delete(schema.documents).where(d.generation == generation))  # its pieces follow
        _set_state(connection, generation, schema.OLD)
    set_meta(connection, "change", str(int(get_meta(connection, "change") or 0) + 1))


def stale(connection: sql.Connection) -> tuple[int, ...]:
    """Generations that are not live and may have left something outside SQL."""
    g = schema.generations.c
    return tuple(connection.execute(sql.select(g.generation).where(g.state != schema.LIVE)).scalars())


def forget(connection: sql.Connection, generations: tuple[int, ...]) -> None:
    """Drops the notes of generations that are swept."""
    connection.execute(sql.delete(schema.generations).where(schema.generations.c.generation.in_(generations)))


def _set_state(connection: sql.Connection, generation: int, state: str) -> None:
    statement = sql.update(schema.generations).where(schema.generations.c.generation == generation)
    connection.execute(statement.values(state=state))
