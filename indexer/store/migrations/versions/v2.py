"""Chunks know the kind of their table, the chunk they belong to, and their text as exact phrases are looked for in."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sql
from alembic import op

from indexer.text import fold

revision = "2"
down_revision = "1"

_ADDED = ("table_kind", "parent", "folded")


def upgrade() -> None:
    """The new columns, filled from the bodies, which hold everything."""
    connection = op.get_bind()
    for name in _ADDED:
        op.add_column("chunks", sql.Column(name, sql.Text if name == "folded" else sql.String, nullable=True))
    op.add_column("vectors", sql.Column("kinds", sql.Text, nullable=True))
    documents = connection.execute(sql.text("SELECT generation, names FROM documents")).all()
    for generation, names in documents:
        _fill(connection, generation, json.loads(names)["Chunk"])
    with op.batch_alter_table("chunks") as chunks:
        for name in _ADDED:
            chunks.alter_column(name, existing_type=sql.Text() if name == "folded" else sql.String(), nullable=False)
        chunks.drop_index("ix_chunks_generation")
        chunks.create_index("chunks_by_place", ["generation", "table_kind"])
    with op.batch_alter_table("vectors") as vectors:
        vectors.alter_column("kinds", existing_type=sql.Text(), nullable=False)
    if connection.dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE chunk_words_counted USING fts5vocab(chunk_words, row)")


def _fill(connection: sql.Connection, generation: int, fields: list[str]) -> None:
    """`fields`: the names of what a chunk's body lists."""
    asked = sql.text("SELECT number, body FROM chunks WHERE generation = :generation ORDER BY position")
    rows: list[dict[str, Any]] = []
    for number, body in connection.execute(asked, {"generation": generation}):
        held = dict(zip(fields, json.loads(body), strict=True))
        rows.append(
            {
                "number": number,
                "table_kind": held.get("table_kind") or "",
                "parent": held.get("parent") or "",
                "folded": fold(held["text"]),
            }
        )
    if rows:
        change = "UPDATE chunks SET table_kind = :table_kind, parent = :parent, folded = :folded WHERE number = :number"
        connection.execute(sql.text(change), rows)
    kinds = json.dumps([row["table_kind"] for row in rows], ensure_ascii=False)
    change = "UPDATE vectors SET kinds = :kinds WHERE generation = :generation"
    connection.execute(sql.text(change), {"kinds": kinds, "generation": generation})
