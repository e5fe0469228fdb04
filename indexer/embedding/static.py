"""A sentence-transformers `StaticEmbedding` read with numpy: the mean of the token vectors, scaled to length 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.embedding import Making, Matrix
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

    def __init__(self, folder: Path, name: str, making: Making) -> None:
        """Raises EmbeddingError when the folder cannot be read, or has fewer numbers than are to be kept."""
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
        width = making.dimension or int(weights.shape[1])
        check_width(width, int(weights.shape[1]), str(folder))
        self._weights: Matrix = weights[:, :width].astype(np.float32)
        self._tokenizer.no_padding()
        self._making = making
        self.name, self.dimension = name, width

    def encode_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._making.passage_prefix + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode([self._making.query_prefix + text for text in texts])

    def _encode(self, texts: list[str]) -> Matrix:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            encodings = self._tokenizer.encode_batch(texts[start : start + _BATCH], add_special_tokens=False)
            for row, encoding in enumerate(encodings, start):
                if encoding.ids:
                    vectors[row] = self._weights[encoding.ids].mean(axis=0)
        return unit_length(vectors)


def check_width(wanted: int, width: int, model: str) -> None:
    """Raises EmbeddingError where a model gives fewer numbers than are to be kept."""
    if wanted > width:
        raise EmbeddingError(f"向量模型“{model}”只有 {width} 维，无法取 {wanted} 维")


def unit_length(vectors: Matrix) -> Matrix:
    """Rows scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
