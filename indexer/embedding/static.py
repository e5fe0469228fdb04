"""A sentence-transformers `StaticEmbedding` read with numpy: the mean of the token vectors, scaled to length 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.embedding import Matrix
from indexer.errors import EmbeddingError

_BATCH = 256


def is_static(folder: Path) -> bool:
    """Whether a folder holds a sentence-transformers model of one StaticEmbedding (a Normalize may follow)."""
    try:
        types = [module["type"].rpartition(".")[2] for module in json.loads((folder / "modules.json").read_text())]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return types in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


class StaticModel:
    """Gives the vectors of `SentenceTransformer(folder).encode(texts, normalize_embeddings=True)`, without torch."""

    def __init__(self, folder: Path, name: str, query_prefix: str = "", passage_prefix: str = "") -> None:
        """Raises EmbeddingError when the folder cannot be read."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        place = folder / json.loads((folder / "modules.json").read_text())[0].get("path", "")
        try:
            weights = load_file(place / "model.safetensors")["embedding.weight"]
            tokenizer = (place / "tokenizer.json").read_text(encoding="utf-8")
            json.loads(tokenizer)["model"]  # what Tokenizer raises is a bare Exception
            self._tokenizer = Tokenizer.from_str(tokenizer)
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as exc:
            raise EmbeddingError(f"向量模型“{folder}”无法加载：{exc}") from exc
        self._weights: Matrix = weights.astype(np.float32)
        self._tokenizer.no_padding()
        self._query_prefix, self._passage_prefix = query_prefix, passage_prefix
        self.name, self.dimension = name, int(weights.shape[1])

    def encode_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._passage_prefix + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._query_prefix + text for text in texts])

    def _encode(self, texts: list[str]) -> Matrix:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            encodings = self._tokenizer.encode_batch(texts[start : start + _BATCH], add_special_tokens=False)
            for row, encoding in enumerate(encodings, start):
                if encoding.ids:
                    vectors[row] = self._weights[encoding.ids].mean(axis=0)
        return unit_length(vectors)


def unit_length(vectors: Matrix) -> Matrix:
    """Rows scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
