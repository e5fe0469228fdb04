"""Full-text search over chunks, ranked by BM25: FTS5 in SQLite, plain tables of postings in any other database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sql
from sqlalchemy import Column, ForeignKey, Integer, String, Table

from indexer.lexical import anchors, tokens
from indexer.store import schema
from indexer.text import fold
from indexer.types import Chunk

_TITLE_WEIGHT = 2
_MOST_POSTINGS = 20_000
"""A question's words are looked up rarest first until so many passages hold them: what stands everywhere ranks
nothing, and takes longest."""


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Words to rank by, and limits; `generations` None searches all.

    `kinds`: table kinds (none: any); `containing`: wording that must be there; `newest`: the newest documents first.
    """

    words: tuple[str, ...]
    generations: Sequence[int] | None = None
    kinds: tuple[str, ...] = ()
    containing: tuple[str, ...] = ()
    newest: bool = False


class TextIndex(Protocol):
    """Words of chunks by chunk number."""

    def create(self, connection: sql.Connection) -> None: ...

    def add(self, connection: sql.Connection, numbered: Sequence[tuple[int, Chunk]]) -> None: ...

    def drop(self, connection: sql.Connection, generation: int) -> None: ...

    def search(
        self, connection: sql.Connection, query: TextQuery, limit: int, offset: int = 0
    ) -> tuple[tuple[str, float], ...]: ...

    def holding(self, containing: Sequence[str]) -> Iterable[sql.ColumnElement[bool]]:
        """Conditions on `chunks` for passages that hold every wording."""


def text_index(dialect: str) -> TextIndex:
    """The index for a database."""
    return Fts5Index() if dialect == "sqlite" else PostingsIndex()


class Fts5Index:
    """SQLite's own index; words are cut before, so its tokenizer only splits at spaces."""

    def __init__(self) -> None:
        self._frequency: dict[str, int] = {}

    def create(self, connection: sql.Connection) -> None:
        connection.execute(
            sql.text(
                "CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words USING fts5(title, body, "
                "tokenize = \"unicode61 remove_diacritics 0 tokenchars '.'\")"
            )
        )
        connection.execute(
            sql.text("CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words_counted USING fts5vocab(chunk_words, row)")
        )

    def add(self, connection: sql.Connection, numbered: Sequence[tuple[int, Chunk]]) -> None:
        self._frequency.clear()
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
        self, connection: sql.Connection, query: TextQuery, limit: int, offset: int = 0
    ) -> tuple[tuple[str, float], ...]:
        match = self._match(connection, query)
        if not match:
            return ()
        score: sql.ColumnElement[float] = sql.literal_column(f"bm25(chunk_words, {_TITLE_WEIGHT}.0, 1.0)")
        words = sql.table("chunk_words", sql.column("rowid", Integer))
        found = sql.select(words.c.rowid.label("number"), score.label("score")).where(
            sql.text("chunk_words MATCH :match").bindparams(match=match), *_within(query)
        )
        c = schema.chunks.c
        if query.newest or query.containing:
            found = found.join(schema.chunks, c.number == words.c.rowid).where(*_wordings(query.containing))
        order: tuple[Any, ...] = (*_newest(query), sql.text("score"), words.c.rowid)
        best = found.order_by(*order).limit(limit).offset(offset).subquery()
        statement = sql.select(c.id, best.c.score).join(best, c.number == best.c.number)
        rows = connection.execute(statement.order_by(*_newest(query), best.c.score, best.c.number))
        return tuple((row.id, -float(row.score)) for row in rows)

    def holding(self, containing: Sequence[str]) -> Iterable[sql.ColumnElement[bool]]:
        found = sql.table("chunk_words", sql.column("rowid", Integer))
        words = _required(containing)
        if words:
            match = sql.text("chunk_words MATCH :required").bindparams(required=_all_of(words))
            yield schema.chunks.c.number.in_(sql.select(found.c.rowid).where(match))
        yield from _wordings(containing)

    def _match(self, connection: sql.Connection, query: TextQuery) -> str:
        """All words that must be there, and any of those worth looking up."""
        required = _required(query.containing)
        words = self._worth(connection, tuple(dict.fromkeys((*required, *query.words))))
        if not required:
            return _any_of(words)
        return _all_of(required) if set(words) <= set(required) else f"({_all_of(required)}) AND ({_any_of(words)})"

    def _worth(self, connection: sql.Connection, words: Sequence[str]) -> tuple[str, ...]:
        """The rarest words, as long as few passages hold them; one at least."""
        unknown = [word for word in words if word not in self._frequency]
        if unknown:
            counted = sql.table("chunk_words_counted", sql.column("term", String), sql.column("doc", Integer))
            statement = sql.select(counted.c.term, counted.c.doc).where(counted.c.term.in_(unknown))
            self._frequency |= dict.fromkeys(unknown, 0)
            self._frequency |= {row.term: row.doc for row in connection.execute(statement)}
        held = sorted((word for word in words if self._frequency[word]), key=lambda word: self._frequency[word])
        chosen, postings = held[:1], sum(self._frequency[word] for word in held[:1])
        for word in held[1:]:
            postings += self._frequency[word]
            if postings > _MOST_POSTINGS:
                break
            chosen.append(word)
        return tuple(chosen)


def _any_of(words: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


def _all_of(words: Iterable[str]) -> str:
    return " AND ".join(f'"{word}"' for word in words)


def _required(containing: Sequence[str]) -> tuple[str, ...]:
    """The words without which a passage cannot hold these wordings."""
    return tuple(dict.fromkeys(word for wording in containing for word in anchors(wording)))


def _wordings(containing: Sequence[str]) -> Iterable[sql.ColumnElement[bool]]:
    """What words alone do not settle: that they stand together. One word, such as a code, settles it."""
    for wording in containing:
        if anchors(wording) != (fold(wording).replace(",", ""),):
            yield schema.chunks.c.folded.contains(fold(wording), autoescape=True)


def _places(query: TextQuery) -> tuple[sql.ColumnElement[bool], ...]:
    """Documents and kinds of table, as conditions on `chunks`."""
    c = schema.chunks.c
    generations = () if query.generations is None else (c.generation.in_(query.generations),)
    return (*generations, *((c.table_kind.in_(query.kinds),) if query.kinds else ()))


def _within(query: TextQuery) -> Iterable[sql.ColumnElement[bool]]:
    """The same as one condition on FTS5. The plus keeps SQLite from asking the index for each number by itself, and
    numbers come from an index, so that no passage is read that is not shown: 5 ms instead of 1,000 or 25."""
    places = _places(query)
    if places:
        yield sql.literal_column("+chunk_words.rowid", Integer).in_(sql.select(schema.chunks.c.number).where(*places))


def _newest(query: TextQuery) -> Iterable[sql.ColumnElement[Any]]:
    d = schema.documents.c
    if query.newest:
        year = sql.select(d.year).where(d.generation == schema.chunks.c.generation).scalar_subquery()
        yield sql.func.coalesce(year, 0).desc()


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
        self, connection: sql.Connection, query: TextQuery, limit: int, offset: int = 0
    ) -> tuple[tuple[str, float], ...]:
        p, c = _postings.c, schema.chunks.c
        total = connection.execute(sql.select(sql.func.count()).select_from(schema.chunks)).scalar_one()
        average = connection.execute(sql.select(sql.func.avg(p.length))).scalar() or 1
        known = (
            sql.select(p.word, p.number, p.count, p.length, sql.func.count().over(partition_by=p.word).label("df"))
            .where(p.word.in_(tuple(dict.fromkeys((*query.words, *_required(query.containing))))))
            .subquery()
        )
        k = known.c
        rarity = sql.func.ln(1 + (total - k.df + 0.5) / (k.df + 0.5))
        weight = k.count * 2.2 / (k.count + 1.2 * (0.25 + 0.75 * k.length / float(average)))
        score = sql.func.sum(rarity * weight).label("score")
        statement = (
            sql.select(c.id, score)
            .select_from(known.join(schema.chunks, c.number == k.number))
            .where(*_places(query), *_wordings(query.containing), *self._holding_words(query.containing))
            .group_by(c.id, c.number, c.generation)
            .order_by(*_newest(query), score.desc(), c.number)
            .limit(limit)
            .offset(offset)
        )
        return tuple((row.id, float(row.score)) for row in connection.execute(statement))

    def holding(self, containing: Sequence[str]) -> Iterable[sql.ColumnElement[bool]]:
        yield from self._holding_words(containing)
        yield from _wordings(containing)

    @staticmethod
    def _holding_words(containing: Sequence[str]) -> Iterable[sql.ColumnElement[bool]]:
        p = _postings.c
        for word in _required(containing):
            yield schema.chunks.c.number.in_(sql.select(p.number).where(p.word == word))
