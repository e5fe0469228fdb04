"""Our embedding models as LlamaIndex takes them; its own adapter cannot load a static model."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr

from indexer.embedding import Embedding


class LlamaEmbedding(BaseEmbedding):
    """Pass it explicitly wherever LlamaIndex wants an `embed_model`."""

    _embedding: Embedding = PrivateAttr()

    def __init__(self, embedding: Embedding, **options: Any) -> None:
        super().__init__(model_name=embedding.name, **options)
        self._embedding = embedding

    @classmethod
    def class_name(cls) -> str:
        return "YusuanEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in self._embedding.encode_queries([query])[0]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedding.encode_passages(texts)]
