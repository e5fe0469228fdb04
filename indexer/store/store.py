"""One store of documents in one folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import sqlalchemy as sql

from indexer.embedding import Embedding, Matrix, load_embedding, model_name
from indexer.errors import StoreError, StoreVersionError, UnknownDocumentError
from indexer.lexical import tokens
from indexer.settings import Settings
from indexer.store import schema, writing
from indexer.store.database import open_database, set_meta
from indexer.store.derived import DerivedVectors
from indexer.store.exact import pack, unpack
from indexer.store.files import Files
from indexer.store.fulltext import TextQuery
from indexer.store.ownership import Ownership
from indexer.store.reading import NO_LIMITS, StoreReader
from indexer.types import Chunk, DocumentContent, Limits

if TYPE_CHECKING:
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from indexer.embedding.reranker import Reranker
    from indexer.store.vectors import ChromaVectors


class Store(StoreReader):
    """Documents with their tables, facts, claims, chunks and vectors; made by `Store.open`.

    Reading needs nothing but SQL and works beside a process that writes. The first write makes this process the
    owner until `close`; then, and only then, it opens Chroma.
    """

    def __init__(self, directory: Path, settings: Settings, embedding: Embedding | None, create: bool) -> None:
        self.directory = directory
        self._settings = settings
        self._embedding = embedding
        self._model = embedding.name if embedding else None
        self._reranker: Reranker | None = None
        super().__init__(*open_database(directory, settings.database_url, create))
        self._files = Files(directory / "files")
        self._owner = Ownership(directory, settings.database_url)
        self._write_lock = self._owner.threads
        self._vectors = DerivedVectors(self._engine, self._snapshots, self._open_chroma)

    @classmethod
    def open(
        cls,
        directory: Path,
        embedding: Embedding | None = None,
        *,
        create: bool = True,
        settings: Settings | None = None,
        check_model: bool = True,
    ) -> Self:
        """Opens a store, making it where `create`. The settings' model serves where no embedding is given.

        `check_model=False` is for callers that never search or write. Raises StoreError, StoreVersionError.
        """
        settings = settings or Settings.from_environment()
        store = cls(Path(directory).resolve(), settings, embedding, create)
        if check_model:
            store.check_model()
        return store

    def check_model(self) -> None:
        """Raises StoreVersionError when the vectors held were made by another embedding model than the one in use."""
        with self._engine.connect() as connection:
            recorded = connection.execute(sql.select(schema.meta.c.value).where(schema.meta.c.key == "model")).scalar()
        if recorded is not None and recorded != self.model and self.documents():
            raise StoreVersionError(
                f"索引库的向量由模型“{recorded or '无'}”生成，现在的模型是“{self.model or '无'}”；"
                "请运行 python -m indexer reembed 重新生成向量"
            )

    @property
    def model(self) -> str:
        """Name of the embedding model in use, "" for none."""
        if self._model is None:
            self._model = model_name(self._settings)
        return self._model

    @property
    def embedding(self) -> Embedding | None:
        """The embedding model in use, loaded at first need; None for full-text search only."""
        if self._embedding is None and self.model:
            self._embedding = load_embedding(self._settings)
        return self._embedding

    def close(self) -> None:
        """Gives up ownership and all connections; the store can be opened again."""
        with self._write_lock:
            self._vectors.close()
            self._engine.dispose()
            self._owner.give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # searching

    def search_text(
        self, query: str, limits: Limits = NO_LIMITS, limit: int = 50, offset: int = 0, newest: bool = False
    ) -> tuple[tuple[str, float], ...]:
        """Chunk ids with their BM25 score, best first; with `newest`, those of the newest year before all others."""
        words = tokens(query)
        if not (words or limits.containing) or limit < 1:
            return ()
        generations = None if limits.documents is None else self._snapshots.generations(limits.documents)
        asked = TextQuery(words, generations, limits.kinds, limits.containing, newest)
        with self._engine.connect() as connection:
            return self._index.search(connection, asked, limit, offset)

    def search_vectors(self, query: str, limits: Limits = NO_LIMITS, limit: int = 50) -> tuple[tuple[str, float], ...]:
        """Chunk ids with their cosine, best first; nothing where the store has no embedding model.

        `limits.containing` does not limit it: wording is for `search_text`.
        """
        embedding = self.embedding
        if embedding is None or not query.strip() or limit < 1:
            return ()
        vector = embedding.encode_queries([query])[0]
        if not vector.any():  # no character of the query is known to the model
            return ()
        return self._vectors.search(vector, limits, limit)

    def similar(self, text: str, names: Sequence[str]) -> tuple[tuple[str, float], ...]:
        """Names with the cosine of their meaning to a text's, best first; nothing without an embedding model."""
        embedding = self.embedding
        if embedding is None or not names or not text.strip():
            return ()
        vector = embedding.encode_queries([text])[0]
        scores = embedding.encode_passages(names) @ vector
        best = sorted(zip(names, map(float, scores), strict=True), key=lambda pair: (-pair[1], pair[0]))
        return tuple(best) if vector.any() else ()

    def pdf(self, document: str) -> Path:
        """The kept copy of a document's file. Raises UnknownDocumentError, StoreError."""
        path = self._files.path(self._snapshots.one(document).sha256)
        if not path.exists():
            raise StoreError(f"“{document}”的 PDF 副本不在库中，请重新添加该文件")
        return path

    def rerank(self, question: str, ids: Sequence[str]) -> tuple[str, ...]:
        """The chunks in the order of the settings' cross-encoder; as they are where none is set. Raises EmbeddingError."""
        if not self._settings.reranker or not ids:
            return tuple(ids)
        if self._reranker is None:
            from indexer.embedding.reranker import Reranker

            self._reranker = Reranker(self._settings.reranker)
        chunks = self.chunks(ids)
        scores = self._reranker.scores(question, [chunk.text for chunk in chunks])
        best = sorted(zip(scores, chunks, strict=True), key=lambda pair: -pair[0])
        return tuple(chunk.id for _, chunk in best)

    # writing

    def own(self) -> None:
        """Makes this process the only writer and sweeps what a killed one left. Raises StoreBusyError."""
        with self._write_lock:
            held = self._owner.held
            self._owner.take()
            if held:
                return
            try:
                self.check_model()
                self._open_vectors()
                self._files.sweep({h.sha256 for h in self.all_held()})
            except BaseException:
                self._vectors.close()
                self._owner.give_back()
                raise

    def write(self, content: DocumentContent, pdf: Path, extraction: str = "") -> str:
        """Puts a whole document in the place of the one of its name: "indexed", "unchanged" or "replaced".

        `extraction`: version of the code that read it. Raises StoreBusyError, StoreError, EmbeddingError.
        """
        with self._writing():
            old = self.held(content.info.id)
            same = old and (old.sha256, old.extraction) == (content.info.sha256, extraction)
            if same and self.content(content.info.id) == content:
                return "unchanged"
            matrix = self._encode(content.chunks)
            with self._engine.begin() as connection:
                generation = writing.begin(connection, content.info.id)
            sha256 = self._files.keep(pdf, content.info.sha256)
            content = replace(content, info=replace(content.info, sha256=sha256))
            if matrix is not None:
                self._vectors.add(generation, content.info, content.chunks, matrix)
            with self._engine.begin() as connection:
                writing.put(connection, self._index, content, generation, extraction, matrix)
                set_meta(connection, "model", self.model)
            self._vectors.sweep()
            if old and old.sha256 != sha256:
                self._drop_file(old.sha256)
            return "replaced" if old else "indexed"

    def remove(self, document: str) -> None:
        """Takes a document out, whole. Raises UnknownDocumentError, StoreBusyError."""
        with self._writing():
            held = self.held(document)
            if held is None:
                raise UnknownDocumentError(document)
            with self._engine.begin() as connection:
                writing.take_out(connection, self._index, document)
            self._vectors.sweep()
            self._drop_file(held.sha256)

    def reembed(self) -> int:
        """Makes all vectors again with the model in use, from the chunks in SQL; returns how many.

        The new vectors replace the old ones in one transaction. Raises StoreBusyError, EmbeddingError.
        """
        with self._write_lock:
            self._owner.take()
            made = []
            for held in self.all_held():
                chunks = self.content(held.info.id).chunks
                made.append((held.generation, chunks, self._encode(chunks)))
            with self._engine.begin() as connection:
                connection.execute(sql.delete(schema.vectors))
                for generation, chunks, matrix in made:
                    if matrix is not None:
                        writing.put_vectors(connection, generation, chunks, matrix)
                set_meta(connection, "model", self.model)
                set_meta(connection, "chroma", "stale")
            self._vectors.close()
            self._open_vectors()
            return sum(len(chunks) for _, chunks, matrix in made if matrix is not None)

    def llama_vector_store(self) -> ChromaVectorStore:
        """The vectors as LlamaIndex mounts them; makes this process the owner. Raises StoreBusyError, StoreError."""
        self.own()
        vectors = self._vectors.llama
        if vectors is None:
            raise StoreError("没有向量模型，索引库里没有向量")
        return vectors

    # inside

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._write_lock:
            self.own()
            self._vectors.sweep()
            yield

    def _encode(self, chunks: Sequence[Chunk]) -> Matrix | None:
        """Vectors as SQL keeps them, so that Chroma and an exact scan rank alike."""
        embedding = self.embedding
        if embedding is None:
            return None
        return unpack(pack(embedding.encode_passages([chunk.text for chunk in chunks])), embedding.dimension)

    def _open_vectors(self) -> None:
        embedding = self.embedding
        if embedding is not None:
            self._vectors.open(embedding.dimension)
        self._vectors.sweep()

    def _open_chroma(self, name: str) -> ChromaVectors:
        from indexer.store.vectors import ChromaVectors

        return ChromaVectors(self.directory / "chroma", self._settings.chroma_url, name, self.model)

    def _drop_file(self, sha256: str) -> None:
        if all(held.sha256 != sha256 for held in self.all_held()):
            self._files.path(sha256).unlink(missing_ok=True)
