"""Embedding models behind one small Protocol; the shipped one needs no torch."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import EmbeddingError
from indexer.settings import NO_MODEL, SHIPPED_MODEL, Settings

Matrix = npt.NDArray[np.float32]
_log = logging.getLogger(__name__)
_HASHED = 1 << 24


class Embedding(Protocol):
    """Texts to vectors of length 1, float32, one row a text; an empty text may give a row of zeros."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_passages(self, texts: Sequence[str]) -> Matrix: ...

    def encode_queries(self, texts: Sequence[str]) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class Making:
    """How a model is used: what stands in front of queries and passages; how many numbers are kept, 0 for all."""

    query_prefix: str = ""
    passage_prefix: str = ""
    dimension: int = 0


def model_name(settings: Settings) -> str:
    """The name under which vectors of the settings' model are kept, found without loading it; "" for no model.

    A model in a folder is named with a short hash of its weights, so that training it again gives another name; what
    else changes the vectors of passages, a prefix or a cut, is part of the name.
    """
    model = settings.embedding_model
    if model == NO_MODEL:
        return ""
    if model:
        name = _folder_name(Path(model)) if Path(model).is_dir() else model
    elif SHIPPED_MODEL.is_dir():
        name = _folder_name(SHIPPED_MODEL)
    else:
        _log.warning("未找到自带的向量模型 %s，只用全文检索", SHIPPED_MODEL)
        return ""
    cut = f"@{settings.dimension}" if settings.dimension else ""
    prefix = f"+{settings.passage_prefix}" if settings.passage_prefix else ""
    return f"{name}{cut}{prefix}"


def load_embedding(settings: Settings) -> Embedding | None:
    """The settings' model; None where the settings want none. Raises EmbeddingError."""
    from indexer.embedding.static import StaticModel, is_static

    name = model_name(settings)
    if not name:
        return None
    folder = Path(settings.embedding_model or SHIPPED_MODEL)
    made = Making(settings.query_prefix, settings.passage_prefix, settings.dimension)
    if is_static(folder):
        return StaticModel(folder, name, made)
    from indexer.embedding.sentence import SentenceModel

    return SentenceModel(settings.embedding_model or str(SHIPPED_MODEL), name, made)


def _folder_name(folder: Path) -> str:
    digest = hashlib.sha256()
    weights = sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("pytorch_model.bin"))
    if not weights:
        raise EmbeddingError(f"“{folder}”里没有向量模型（缺少 model.safetensors）")
    for file in (*weights, *sorted(folder.rglob("tokenizer.json"))):
        digest.update(str(file.stat().st_size).encode())
        with file.open("rb") as handle:
            digest.update(handle.read(_HASHED))
    return f"{folder.resolve().name}-{digest.hexdigest()[:8]}"


def offline() -> bool:
    """Whether the environment forbids asking the model hub."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")
