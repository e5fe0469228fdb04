"""What documents are held, read again only when the store has changed; and whole documents kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sql

from indexer.errors import UnknownDocumentError
from indexer.store import codec, schema
from indexer.store.database import get_meta
from indexer.types import DocumentContent, DocumentInfo

_KEPT_DOCUMENTS = 48


@dataclass(frozen=True, slots=True)
class Held:
    """One document that is held: its generation, by what it was made, how many pieces it has.

    `names`: the field names that its rows were written with.
    """

    info: DocumentInfo
    generation: int
    sha256: str
    path: str
    extraction: str
    tables: int
    facts: int
    chunks: int
    names: str


class Snapshots:
    """Reads of `documents` that cost one small query while nothing changes."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._change = ""
        self._held: Mapping[str, Held] = {}
        self._contents: OrderedDict[int, DocumentContent] = OrderedDict()

    def state(self) -> str:
        """Another text after every change."""
        with self._engine.connect() as connection:
            return get_meta(connection, "change")

    def held(self) -> Mapping[str, Held]:
        """All documents by name, in the order of their names."""
        with self._lock, self._engine.connect() as connection:
            change = get_meta(connection, "change")
            if change != self._change:
                d = schema.documents.c
                plain = (d.generation, d.sha256, d.path, d.extraction, d.tables, d.facts, d.chunks, d.names)
                found = connection.execute(sql.select(d.document, d.body, *plain).order_by(d.document))
                self._held = {
                    document: Held(codec.load_text(DocumentInfo, body, columns[-1]), *columns)
                    for document, body, *columns in found
                }
                self._change = change
            return self._held

    def one(self, document: str) -> Held:
        """Raises UnknownDocumentError."""
        held = self.held().get(document)
        if held is None:
            raise UnknownDocumentError(document)
        return held

    def generations(self, documents: Sequence[str] | None) -> tuple[int, ...]:
        """Generations of the documents named, all where None. Raises UnknownDocumentError."""
        held = self.held()
        if documents is None:
            return tuple(h.generation for h in held.values())
        for document in documents:
            if document not in held:
                raise UnknownDocumentError(document)
        return tuple(held[d].generation for d in dict.fromkeys(documents))

    def content(self, document: str) -> DocumentContent:
        """The whole document. Raises UnknownDocumentError."""
        generation = self.one(document).generation
        with self._lock:
            kept = self._contents.get(generation)
            if kept is not None:
                self._contents.move_to_end(generation)
                return kept
        d = schema.documents.c
        with self._engine.connect() as connection:
            data = connection.execute(sql.select(d.content).where(d.document == document)).scalar()
        if data is None:  # removed by another process just now
            raise UnknownDocumentError(document)
        content = codec.load(DocumentContent, data)
        with self._lock:
            self._contents[generation] = content
            while len(self._contents) > _KEPT_DOCUMENTS:
                self._contents.popitem(last=False)
        return content
