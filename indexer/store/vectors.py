"""Vectors in Chroma, written as LlamaIndex nodes. Derived: SQL holds the same vectors and can rebuild all of it.

Ids are "generation:position", so that vectors of a half-written document never stand for a live one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from indexer.embedding import Matrix
from indexer.errors import StoreError
from indexer.types import Chunk, DocumentInfo

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from llama_index.core.schema import TextNode
    from llama_index.vector_stores.chroma import ChromaVectorStore

_BATCH = 5000  # Chroma refuses more than 5461 at once


class ChromaVectors:
    """One collection for one store and one embedding model. Only the store's owner may make this."""

    def __init__(self, directory: Path, url: str, store: str, model: str) -> None:
        """Raises StoreError when the server does not answer or the folder cannot be used."""
        self._where = url or directory
        try:
            self._client: Client = _client(directory, url)
            self._collection = self._client.get_or_create_collection(
                collection_name(store, model),
                embedding_function=None,  # Chroma would download a model of its own
                configuration={"hnsw": {"space": "cosine"}},
            )
        except _errors() as exc:
            advice = "" if url else "；可删除该目录后重试，向量会由索引库重建"
            raise StoreError(f"无法打开向量库“{url or directory}”：{exc}{advice}") from exc

    def add(self, generation: int, info: DocumentInfo, chunks: Sequence[Chunk], matrix: Matrix) -> None:
        """Adds a document's chunks with their vectors. Raises StoreError."""
        pairs = enumerate(zip(chunks, matrix, strict=True))
        nodes = [_node(generation, position, info, chunk, vector) for position, (chunk, vector) in pairs]
        store = self.llama()
        with self._telling():
            for start in range(0, len(nodes), _BATCH):
                store.add(nodes[start : start + _BATCH])  # type: ignore[arg-type]

    def drop(self, generation: int) -> None:
        """Deletes what a generation left; nothing happens where it left nothing. Raises StoreError."""
        with self._telling():
            self._collection.delete(where={"generation": generation})

    def count(self) -> int:
        """How many vectors it holds. Raises StoreError."""
        with self._telling():
            return int(self._collection.count())

    def search(self, vector: Matrix, limit: int) -> tuple[tuple[int, int, float], ...]:
        """(generation, position, cosine), best first, dead generations included. Raises StoreError."""
        limit = min(limit, self.count())
        if limit < 1:
            return ()
        with self._telling():
            found = self._collection.query(query_embeddings=[vector.tolist()], n_results=limit, include=["distances"])
        distances = found["distances"] or [[]]
        pairs = zip(found["ids"][0], distances[0], strict=True)
        return tuple((*_generation_and_position(i), 1.0 - float(d)) for i, d in pairs)

    def close(self) -> None:
        """Lets go of the files; without this another process's later writes would be overwritten from here."""
        self._client.close()

    def llama(self) -> ChromaVectorStore:
        """The collection as LlamaIndex mounts it."""
        from llama_index.vector_stores.chroma import ChromaVectorStore

        return ChromaVectorStore(chroma_collection=self._collection)

    def clear(self) -> None:
        """Empties the collection and deletes those of the store's other models. Raises StoreError."""
        name, prefix = self._collection.name, self._collection.name.rpartition("-")[0]
        with self._telling():
            for other in self._client.list_collections():
                if other.name.rpartition("-")[0] == prefix:
                    self._client.delete_collection(other.name)
            self._collection = self._client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Whatever Chroma or the way to its server refuses reaches the caller as StoreError."""
        try:
            yield
        except _errors() as exc:
            raise StoreError(f"向量库“{self._where}”出错：{exc}") from exc


def _errors() -> tuple[type[Exception], ...]:
    from chromadb.errors import ChromaError
    from httpx import HTTPError  # chromadb lets it through

    return ChromaError, HTTPError, ValueError, OSError


def collection_name(store: str, model: str) -> str:
    """A name that Chroma allows, of its own for each store and model."""
    return f"yusuan-{store}-{hashlib.sha256(model.encode()).hexdigest()[:12]}"


def _client(directory: Path, url: str) -> Client:
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if not url:
        return cast("Client", chromadb.PersistentClient(path=str(directory), settings=quiet))
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 8000)
    client = chromadb.HttpClient(host=parts.hostname or "", port=port, ssl=parts.scheme == "https", settings=quiet)
    return cast("Client", client)


def _node(generation: int, position: int, info: DocumentInfo, chunk: Chunk, vector: Matrix) -> TextNode:
    from llama_index.core.schema import TextNode

    # LlamaIndex itself writes doc_id, document_id and ref_doc_id
    metadata: dict[str, Any] = {
        "generation": generation,
        "chunk": chunk.id,
        "document": info.id,
        "department": info.department,
        "region": info.region,
        "year": info.year,
        "doc_type": info.doc_type.value if info.doc_type else None,
        "scope": info.scope.value if info.scope else None,
        "kind": chunk.kind,
        "table_kind": chunk.table_kind,
        "title": chunk.title,
        "pages": ",".join(map(str, chunk.pages)),
    }
    known = {key: value for key, value in metadata.items() if value is not None}
    return TextNode(id_=f"{generation}:{position}", text=chunk.text, metadata=known, embedding=vector.tolist())


def _generation_and_position(vector_id: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+):(\d+)", vector_id)
    return (int(match[1]), int(match[2])) if match else (-1, -1)
