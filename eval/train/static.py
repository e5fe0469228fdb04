"""Trains token vectors whose mean places a question beside the texts that answer it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from eval.train.pairs import Pair

Matrix = npt.NDArray[np.float32]
_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. `dimensions` are the Matryoshka sizes, largest first."""

    dimensions: tuple[int, ...] = (256, 128, 64)
    batch: int = 512
    epochs: int = 3
    rate: float = 0.03
    temperature: float = 0.05
    seed: int = 7


class Bags:
    """Texts as flat token numbers with offsets, for sums of vectors."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self.starts = np.concatenate(([0], np.cumsum(self.lengths)))
        self.flat = np.fromiter((i for row in rows for i in row), dtype=np.int64, count=int(self.starts[-1]))

    def sums(self, index: npt.NDArray[np.int64], weights: Tensor) -> Tensor:
        """The sum of the token vectors of each chosen text."""
        lengths = self.lengths[index]
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        where = np.repeat(self.starts[index] - offsets, lengths) + np.arange(int(lengths.sum()))
        return functional.embedding_bag(
            torch.from_numpy(self.flat[where]), weights, torch.from_numpy(offsets), mode="sum"
        )


def train(pairs: Sequence[Pair], tokenizer: Tokenizer, related: npt.NDArray[np.bool_], recipe: Recipe) -> Matrix:
    """Vectors of all tokens. `related[a, b]`: groups that may stand for each other and so are no negatives."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)
    weights = torch.nn.Parameter(torch.randn(tokenizer.get_vocab_size(), recipe.dimensions[0]) * _SPREAD)
    optimizer = torch.optim.Adam([weights], lr=recipe.rate)
    asked, texts = (_tokens(tokenizer, [getattr(p, side) for p in pairs]) for side in ("question", "text"))
    shuffle = np.random.default_rng(recipe.seed)
    steps = recipe.epochs * (len(pairs) // recipe.batch)
    done = 0
    for _ in range(recipe.epochs):
        order = shuffle.permutation(len(pairs))
        for start in range(0, len(pairs) - recipe.batch + 1, recipe.batch):
            index = order[start : start + recipe.batch]
            optimizer.param_groups[0]["lr"] = recipe.rate * (1 - done / steps)
            mask = torch.from_numpy(not_negative([pairs[i] for i in index], related))
            loss = ranking_loss(asked.sums(index, weights), texts.sums(index, weights), mask, recipe)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            done += 1
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def _tokens(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    return Bags([encoding.ids for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)])


def not_negative(pairs: Sequence[Pair], related: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """[i, j] is True where text j may answer question i as well, and i != j."""
    size = len(related)
    about = np.array([p.about for p in pairs])
    known = np.minimum(about, size - 1)
    mask = about[:, None] == about[None, :]
    for place in range(max(len(p.holds) for p in pairs)):
        held = np.array([p.holds[min(place, len(p.holds) - 1)] for p in pairs])
        inside = (about[:, None] < size) & (held[None, :] < size)
        mask |= inside & related[known][:, np.minimum(held, size - 1)]
    np.fill_diagonal(mask, False)
    return np.asarray(mask, dtype=bool)


def ranking_loss(asked: Tensor, texts: Tensor, mask: Tensor, recipe: Recipe) -> Tensor:
    """Multiple-negatives ranking in both directions, at each Matryoshka size."""
    target = torch.arange(len(asked))
    total = torch.zeros(())
    for size in recipe.dimensions:
        left, right = functional.normalize(asked[:, :size]), functional.normalize(texts[:, :size])
        scores = (left @ right.T / recipe.temperature).masked_fill(mask, -1e4)
        total = total + functional.cross_entropy(scores, target) + 0.5 * functional.cross_entropy(scores.T, target)
    return total


def save(vectors: Matrix, tokenizer: Tokenizer, folder: Path) -> None:
    """The layout that sentence-transformers 6 writes and reads, vectors in half precision; the card is kept."""
    from safetensors.numpy import save_file

    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    weights = folder / "model.safetensors"
    save_file({"embedding.weight": vectors.astype(np.float16)}, weights)
    weights.chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    kind = "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"
    normalize = "sentence_transformers.base.modules.normalize.Normalize"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": kind},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": normalize},
    ]
    _write(folder / "modules.json", modules)
    _write(folder / "1_Normalize" / "config.json", {"module_input_name": "sentence_embedding"})
    _write(
        folder / "config_sentence_transformers.json",
        {"model_type": "SentenceTransformer", "prompts": {}, "similarity_fn_name": "cosine"},
    )


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
