"""Mount retrieval or the whole answer in another LlamaIndex program.

`YusuanRetriever(store)` is a `BaseRetriever` over the hybrid search; `YusuanQueryEngine(store)` answers with the
figures recomputed, its proof and places in the response's metadata. Neither touches LlamaIndex's global settings.
"""

from __future__ import annotations

from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from indexer.types import Chunk, Limits
from retriever.asked import take_apart
from retriever.contract import answer_to_json
from retriever.engine import Engine
from retriever.library import Library, Store
from retriever.llm import Assistant
from retriever.ranking import rank
from retriever.types import Question


def chunk_to_node(chunk: Chunk) -> TextNode:
    """A passage as a node; its id is the chunk's."""
    metadata: dict[str, Any] = {
        "document": chunk.document,
        "kind": chunk.kind,
        "title": chunk.title,
        "pages": list(chunk.pages),
        "table_kind": chunk.table_kind,
    }
    return TextNode(id_=chunk.id, text=chunk.text, metadata=metadata)


class YusuanRetriever(BaseRetriever):
    """Passages by full text and vectors, fused by rank."""

    def __init__(self, store: Store, limit: int = 10, documents: tuple[str, ...] | None = None) -> None:
        super().__init__()
        self._library = Library(store)
        self._limit = limit
        self._documents = documents

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        asked = take_apart(query_bundle.query_str, self._library.catalog())
        documents = self._documents if self._documents is not None else asked.named
        ranked = rank(self._library.store, asked, Limits(documents))[: self._limit]
        scores = {r.id: r.score for r in ranked}
        chunks = self._library.store.chunks(tuple(scores))
        return [NodeWithScore(node=chunk_to_node(chunk), score=scores[chunk.id]) for chunk in chunks]


class YusuanQueryEngine(CustomQueryEngine):
    """Understand, find, compute, verify, word: one answer a query."""

    engine: Any
    retriever: Any

    @classmethod
    def over(cls, store: Store, helper: Assistant | None = None) -> YusuanQueryEngine:
        """A query engine over one store, with a language model where `helper` is one."""
        return cls(engine=Engine(store, helper), retriever=YusuanRetriever(store))

    def custom_query(self, query_str: str) -> Response:
        """The answer's text; the contract's answer object is the response's metadata, passages its source nodes."""
        answer = self.engine.ask(Question(query_str))
        return Response(
            response=answer.text,
            source_nodes=self.retriever.retrieve(query_str),
            metadata=answer_to_json(answer),
        )
