"""Full-text search over chunks, ranked by BM25: FTS5 in SQLite, plain tables of postings in any other database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sql
from sqlalchemy import Column, ForeignKey, Integer, String, Table

from indexer.lexical import tokens
from indexer.store import schema
from indexer.types import Chunk

_TITLE_WEIGHT = 2


class TextIndex(Protocol):
    """Words of chunks by chunk number. `generations` limits a search; None searches all."""

    def create(self, connection: sql.Connection) -> None: ...

    def add(self, connection: sql.Connection, numbered: Sequence[tuple[int, Chunk]]) -> None: ...

    def drop(self, connection: sql.Connection, generation: int) -> None: ...

    def search(
        self, connection: sql.Connection, words: Sequence[str], generations: Sequence[int] | None, limit: int
    ) -> tuple[tuple[str, float], ...]: ...


def text_index(dialect: str) -> TextIndex:
    """The index for a database."""
    return Fts5Index() if dialect == "sqlite" else PostingsIndex()


class Fts5Index:
    """SQLite's own index; words are cut before, so its tokenizer only splits at spaces."""

    def create(self, connection: sql.Connection) -> None:
        connection.execute(
            sql.text(
                "CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words USING fts5(title, body, "
                "tokenize = \"unicode61 remove_diacritics 0 tokenchars '.'\")"
            )
        )

    def add(self, connection: sql.Connection, numbered: Sequence[tuple[int, Chunk]]) -> None:
        rows = [
            {"number": number, "title": " ".join(tokens(chunk.title)), "body": " ".join(tokens(chunk.text))}
            for number, chunk in numbered
        ]
        if rows:
            statement = "INSERT INTO chunk_words (rowid, title, body) VALUES (:number, :title, :body)"
            connection.execute(sql.text(statement), rows)

    def drop(self, connection: sql.Connection, generation: int) -> None:
        statement = "DELETE FROM chunk_words WHERE rowid IN (SELECT number FROM chunks WHERE generation = :generation)"
        connection.execute(sql.text(statement), {"generation": generation})

    def search(
        self, connection: sql.Connection, words: Sequence[str], generations: Sequence[int] | None, limit: int
    ) -> tuple[tuple[str, float], ...]:
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        score: sql.ColumnElement[float] = sql.literal_column(f"bm25(chunk_words, {_TITLE_WEIGHT}.0, 1.0)")
        found = sql.table("chunk_words", sql.column("rowid", Integer))
        statement = (
            sql.select(schema.chunks.c.id, score.label("score"))
            .select_from(found.join(schema.chunks, schema.chunks.c.number == found.c.rowid))
            .where(sql.text("chunk_words MATCH :match").bindparams(match=match))
            .order_by(sql.text("score"), schema.chunks.c.number)
            .limit(limit)
        )
        if generations is not None:
            statement = statement.where(schema.chunks.c.generation.in_(generations))
        return tuple((row.id, -float(row.score)) for row in connection.execute(statement))


_postings = Table(
    "chunk_words",
    sql.MetaData(),
    Column("word", String, primary_key=True),
    Column("number", Integer, ForeignKey(schema.chunks.c.number, ondelete="CASCADE"), primary_key=True, index=True),
    Column("count", Integer, nullable=False),
    Column("length", Integer, nullable=False),
)


class PostingsIndex:
    """One row a word and chunk; BM25 in one statement (k1 = 1.2, b = 0.75)."""

    def create(self, connection: sql.Connection) -> None:
        _postings.create(connection, checkfirst=True)

    def add(self, connection: sql.Connection, numbered: Sequence[tuple[int, Chunk]]) -> None:
        rows = []
        for number, chunk in numbered:
            counts = Counter(tokens(chunk.text) + tokens(chunk.title) * _TITLE_WEIGHT)
            length = counts.total()
            rows += [{"word": w, "number": number, "count": n, "length": length} for w, n in counts.items()]
        if rows:
            connection.execute(sql.insert(_postings), rows)

    def drop(self, connection: sql.Connection, generation: int) -> None:
        numbers = sql.select(schema.chunks.c.number).where(schema.chunks.c.generation == generation)
        connection.execute(sql.delete(_postings).where(_postings.c.number.in_(numbers)))

    def search(
        self, connection: sql.Connection, words: Sequence[str], generations: Sequence[int] | None, limit: int
    ) -> tuple[tuple[str, float], ...]:
        p, c = _postings.c, schema.chunks.c
        total = connection.execute(sql.select(sql.func.count()).select_from(schema.chunks)).scalar_one()
        average = connection.execute(sql.select(sql.func.avg(p.length))).scalar() or 1
        known = (
            sql.select(p.word, p.number, p.count, p.length, sql.func.count().over(partition_by=p.word).label("df"))
            .where(p.word.in_(tuple(dict.fromkeys(words))))
            .subquery()
        )
        k = known.c
        rarity = sql.func.ln(1 + (total - k.df + 0.5) / (k.df + 0.5))
        weight = k.count * 2.2 / (k.count + 1.2 * (0.25 + 0.75 * k.length / float(average)))
        score = sql.func.sum(rarity * weight).label("score")
        statement = (
            sql.select(c.id, score)
            .select_from(known.join(schema.chunks, c.number == k.number))
            .group_by(c.id, c.number)
            .order_by(score.desc(), c.number)
            .limit(limit)
        )
        if generations is not None:
            statement = statement.where(c.generation.in_(generations))
        return tuple((row.id, float(row.score)) for row in connection.execute(statement))
