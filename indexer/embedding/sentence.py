"""Any other sentence-transformers model, from a folder or the hub."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.embedding import Matrix, offline
from indexer.embedding.static import unit_length
from indexer.errors import EmbeddingError


class SentenceModel:
    """A sentence-transformers model; importing it takes seconds and needs torch."""

    def __init__(self, model: str, name: str, query_prefix: str = "", passage_prefix: str = "") -> None:
        """Raises EmbeddingError when the model cannot be loaded."""
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model, local_files_only=offline())
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as exc:
            way = "离线模式下只能用已下载的模型" if offline() else "请检查名称、文件夹和网络"
            raise EmbeddingError(f"向量模型“{model}”无法加载（{way}）：{_first_line(exc)}") from exc
        self._query_prefix, self._passage_prefix = query_prefix, passage_prefix
        self.name, self.dimension = name, int(self._model.get_embedding_dimension() or 0)

    def encode_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._passage_prefix + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._query_prefix + text for text in texts])

    def _encode(self, texts: list[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        # the prefixes come from our settings alone, so a prompt that the model brings must not be added to them
        vectors = self._model.encode(texts, prompt="", convert_to_numpy=True, show_progress_bar=False)
        return unit_length(np.asarray(vectors, dtype=np.float32))


def _first_line(exc: Exception) -> str:
    return next(iter(str(exc).splitlines()), type(exc).__name__)
