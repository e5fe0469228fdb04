"""Reading a store: SQL alone, beside any process that writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sql

from indexer.store import codec, schema
from indexer.store.feedback import Opinion, add_opinion, all_opinions
from indexer.store.figures import FigurePage, FigureQuery, count_findings, find_figures, kinds_held
from indexer.store.fulltext import TextIndex
from indexer.store.rows import item_key
from indexer.store.sessions import StaffSessions
from indexer.store.snapshot import Held, Snapshots
from indexer.types import Chunk, DocumentContent, DocumentInfo, Fact, Finding, Identity, Limits, Place, Problem

NO_LIMITS = Limits()
T = TypeVar("T")


class StoreReader:
    """Documents held and their pieces. Naming a document that is not held raises UnknownDocumentError."""

    def __init__(self, engine: sql.Engine, index: TextIndex) -> None:
        self._engine, self._index = engine, index
        self._snapshots = Snapshots(engine)

    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents held, in the order of their names."""
        return tuple(h.info for h in self._snapshots.held().values())

    def state(self) -> str:
        """Another text whenever what is held has changed, by whichever process. Raises StoreError."""
        return self._snapshots.state()

    def held(self, document: str) -> Held | None:
        """How a document is held; None where it is not."""
        return self._snapshots.held().get(document)

    def all_held(self) -> tuple[Held, ...]:
        """How every document is held, in the order of their names."""
        return tuple(self._snapshots.held().values())

    def content(self, document: str) -> DocumentContent:
        """One whole document, kept in memory for the next call. Raises UnknownDocumentError."""
        return self._snapshots.content(document)

    def facts(
        self,
        *,
        documents: Sequence[str] | None = None,
        concepts: Sequence[str] | None = None,
        codes: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        items: Sequence[str] | None = None,
        measures: Sequence[str] | None = None,
    ) -> tuple[Fact, ...]:
        """Facts that meet every limit given; None does not limit. Items match without numbering and spaces."""
        f = schema.facts.c
        statement = sql.select(f.body, f.generation).order_by(f.generation, f.position)
        for column, allowed in (
            (f.generation, None if documents is None else self._snapshots.generations(documents)),
            (f.concept, concepts),
            (f.code, codes),
            (f.kind, kinds),
            (f.item_key, None if items is None else [item_key(i) for i in items]),
            (f.measure, measures),
        ):
            if allowed is not None:
                statement = statement.where(column.in_(allowed))
        return self._load(Fact, statement)

    def items(self, documents: Sequence[str] | None = None, kinds: Sequence[str] | None = None) -> tuple[str, ...]:
        """The different row labels of facts, as printed."""
        f = schema.facts.c
        statement = sql.select(f.item).distinct().order_by(f.item)
        if documents is not None:
            statement = statement.where(f.generation.in_(self._snapshots.generations(documents)))
        if kinds is not None:
            statement = statement.where(f.kind.in_(kinds))
        with self._engine.connect() as connection:
            return tuple(connection.execute(statement).scalars())

    def identities(self, documents: Sequence[str] | None = None) -> tuple[Identity, ...]:
        """The equations checked inside each document."""
        return self._load(Identity, self._pieces(schema.identities, documents))

    def findings(self, documents: Sequence[str] | None = None) -> tuple[Finding, ...]:
        """What was found inside each document when it was added."""
        return self._load(Finding, self._pieces(schema.findings, documents))

    def figures(self, query: FigureQuery, start: int = 0, limit: int = 50) -> FigurePage:
        """Figures of all documents as one table: `limit` of them from `start`."""
        with self._engine.connect() as connection:
            return find_figures(connection, query, start, limit)

    def kinds(self) -> tuple[str, ...]:
        """The kinds of tables that figures come from."""
        with self._engine.connect() as connection:
            return kinds_held(connection)

    def finding_counts(self) -> dict[str, dict[str, int]]:
        """How many findings of each severity, by document."""
        with self._engine.connect() as connection:
            return count_findings(connection)

    def add_opinion(self, opinion: Opinion) -> None:
        """Keeps what a reader thought of an answer; needs no ownership."""
        add_opinion(self._engine, opinion)

    def opinions(self) -> tuple[Opinion, ...]:
        """What readers thought of answers, oldest first."""
        return all_opinions(self._engine)

    @property
    def staff_sessions(self) -> StaffSessions:
        """Who may change what is held, as all page processes over this store know it; needs no ownership."""
        return StaffSessions(self._engine)

    def problems(self, documents: Sequence[str] | None = None) -> tuple[Problem, ...]:
        """What could not be read as it should."""
        return self._load(Problem, self._pieces(schema.problems, documents))

    def chunks(self, ids: Sequence[str]) -> tuple[Chunk, ...]:
        """Chunks by id, in the order asked; unknown ids are left out."""
        c = schema.chunks.c
        found = self._load(Chunk, sql.select(c.body, c.generation).where(c.id.in_(ids)))
        by_id = {chunk.id: chunk for chunk in found}
        return tuple(by_id[i] for i in ids if i in by_id)

    def places(self, ids: Sequence[str]) -> dict[str, Place]:
        """Where chunks belong, by id; unknown ids are left out."""
        c = schema.chunks.c
        names = {held.generation: held.info.id for held in self.all_held()}
        with self._engine.connect() as connection:
            found = connection.execute(sql.select(c.id, c.generation, c.table_kind, c.parent).where(c.id.in_(ids)))
            return {i: Place(names[g], kind, parent) for i, g, kind, parent in found if g in names}

    def count(self, limits: Limits = NO_LIMITS) -> tuple[tuple[str, str, int], ...]:
        """How many chunks are within limits, by document and table kind."""
        c = schema.chunks.c
        statement = sql.select(c.generation, c.table_kind, sql.func.count()).group_by(c.generation, c.table_kind)
        names = {held.generation: held.info.id for held in self.all_held()}
        with self._engine.connect() as connection:
            found = connection.execute(statement.where(*self._within(limits))).all()
        return tuple((names[g], kind, n) for g, kind, n in found if g in names)

    def browse(self, limits: Limits = NO_LIMITS, limit: int = 50, offset: int = 0) -> tuple[str, ...]:
        """Chunk ids within limits, the newest documents first, in the order of their pages."""
        c, d = schema.chunks.c, schema.documents.c
        statement = (
            sql.select(c.id)
            .join(schema.documents, d.generation == c.generation)
            .where(*self._within(limits))
            .order_by(sql.func.coalesce(d.year, 0).desc(), d.document, c.position)
        )
        with self._engine.connect() as connection:
            return tuple(connection.execute(statement.limit(limit).offset(offset)).scalars())

    def _within(self, limits: Limits) -> Iterator[sql.ColumnElement[bool]]:
        c = schema.chunks.c
        if limits.documents is not None:
            yield c.generation.in_(self._snapshots.generations(limits.documents))
        if limits.kinds:
            yield c.table_kind.in_(limits.kinds)
        yield from self._index.holding(limits.containing)

    def _pieces(self, table: sql.Table, documents: Sequence[str] | None) -> sql.Select[Any]:
        statement = sql.select(table.c.body, table.c.generation).order_by(table.c.generation, table.c.position)
        if documents is not None:
            statement = statement.where(table.c.generation.in_(self._snapshots.generations(documents)))
        return statement

    def _load(self, cls: type[T], statement: sql.Select[Any]) -> tuple[T, ...]:
        """Dataclasses from rows of (body, generation)."""
        with self._engine.connect() as connection:
            found = connection.execute(statement).all()
        names = {h.generation: h.names for h in self.all_held()}
        return tuple(codec.load_text(cls, body, names[g]) for body, g in found if g in names)
