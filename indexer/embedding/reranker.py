"""A cross-encoder that reads question and passage together: slower than vectors, so only the first few are asked."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.embedding import offline
from indexer.errors import EmbeddingError


class Reranker:
    """A sentence-transformers cross-encoder, from a folder or the hub; importing it takes seconds and needs torch."""

    def __init__(self, model: str) -> None:
        """Raises EmbeddingError when the model cannot be loaded."""
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(model, local_files_only=offline())
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as exc:
            reason = next(iter(str(exc).splitlines()), type(exc).__name__)
            raise EmbeddingError(f"重排模型“{model}”无法加载：{reason}") from exc

    def scores(self, question: str, texts: Sequence[str]) -> tuple[float, ...]:
        """How well each text answers, larger is better; only their order means anything."""
        if not texts:
            return ()
        found = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return tuple(float(score) for score in found)
