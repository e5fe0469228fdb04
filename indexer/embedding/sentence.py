"""Any other sentence-transformers model, from a folder or the hub."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.embedding import Making, Matrix, offline
from indexer.embedding.static import check_width, unit_length
from indexer.errors import EmbeddingError


class SentenceModel:
    """A sentence-transformers model; importing it takes seconds and needs torch."""

    def __init__(self, model: str, name: str, making: Making) -> None:
        """Raises EmbeddingError when the model cannot be loaded, or has fewer numbers than are to be kept."""
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model, local_files_only=offline())
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as exc:
            way = "离线模式下只能用已下载的模型" if offline() else "请检查名称、文件夹和网络"
            raise EmbeddingError(f"向量模型“{model}”无法加载（{way}）：{_first_line(exc)}") from exc
        width = int(self._model.get_embedding_dimension() or 0)
        self._making = making
        self.name, self.dimension = name, making.dimension or width
        check_width(self.dimension, width, model)

    def encode_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._making.passage_prefix + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._making.query_prefix + text for text in texts])

    def _encode(self, texts: list[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        # the prefixes come from our settings alone, so a prompt that the model brings must not be added to them
        vectors = self._model.encode(texts, prompt="", convert_to_numpy=True, show_progress_bar=False)
        return unit_length(np.asarray(vectors, dtype=np.float32)[:, : self.dimension])


def _first_line(exc: Exception) -> str:
    return next(iter(str(exc).splitlines()), type(exc).__name__)
