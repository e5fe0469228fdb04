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


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. `dimensions` are the Matryoshka sizes, largest first; `word_drop` hides whole-term vectors."""

    dimensions: tuple[int, ...] = (256, 128, 64)
    batch: int = 512
    epochs: int = 3
    rate: float = 0.03
    temperature: float = 0.05
    word_drop: float = 0.4
    seed: int = 7


class Bags:
    """Texts as flat token numbers with offsets, for sums of vectors."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self.starts = np.concatenate(([0], np.cumsum(self.lengths)))
        self.flat = np.fromiter((i for row in rows for i in row), dtype=np.int64, count=int(self.starts[-1]))

    def batch(self, index: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        lengths = self.lengths[index]
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        where = np.repeat(self.starts[index] - offsets, lengths) + np.arange(int(lengths.sum()))
        return torch.from_numpy(self.flat[where]), torch.from_numpy(offsets)


class TokenTable:
    """A token's vector is the sum of its characters' vectors and, for a whole term, a rest of its own."""

    def __init__(self, tokenizer: Tokenizer, single: bool) -> None:
        vocab = tokenizer.get_vocab()
        self.tokenizer = tokenizer
        self.size = len(vocab)
        self.parts: list[list[int]] = [[] for _ in range(self.size)]
        self.whole = np.zeros(self.size, dtype=bool)
        for token, number in vocab.items():
            if token.startswith("[") or not token.strip():
                continue
            pieces = [vocab[c] for c in token if c in vocab] if single else [number]
            self.parts[number] = pieces
            self.whole[number] = single and len(token) > 1

    def rows(self, texts: Sequence[str]) -> tuple[Bags, Bags]:
        """Characters and whole terms of each text."""
        encoded = [e.ids for e in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        pieces = [[p for i in ids for p in self.parts[i]] for ids in encoded]
        wholes = [[i for i in ids if self.whole[i]] for ids in encoded]
        return Bags(pieces), Bags(wholes)

    def folded(self, pieces: Matrix, rests: Matrix) -> Matrix:
        """One vector a token."""
        vectors = np.zeros((self.size, pieces.shape[1]), dtype=np.float32)
        for number, parts in enumerate(self.parts):
            if parts:
                vectors[number] = pieces[parts].sum(axis=0) + (rests[number] if self.whole[number] else 0)
        return vectors


def train(pairs: Sequence[Pair], table: TokenTable, related: npt.NDArray[np.bool_], recipe: Recipe) -> Matrix:
    """Vectors of all tokens. `related[a, b]`: groups that may stand for each other and so are no negatives."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)
    width = recipe.dimensions[0]
    pieces = torch.nn.Parameter(torch.randn(table.size, width) * 0.1)
    rests = torch.nn.Parameter(torch.zeros(table.size, width))
    optimizer = torch.optim.Adam([pieces, rests], lr=recipe.rate)
    sides = [table.rows([getattr(p, side) for p in pairs]) for side in ("question", "text")]
    shuffle = np.random.default_rng(recipe.seed)
    steps = recipe.epochs * (len(pairs) // recipe.batch)
    done = 0
    for _ in range(recipe.epochs):
        order = shuffle.permutation(len(pairs))
        for start in range(0, len(pairs) - recipe.batch + 1, recipe.batch):
            index = order[start : start + recipe.batch]
            for group in optimizer.param_groups:
                group["lr"] = recipe.rate * (1 - done / steps)
            vectors = [_embed(side, index, pieces, rests, recipe.word_drop) for side in sides]
            mask = torch.from_numpy(_not_negative([pairs[i] for i in index], related))
            loss = _ranking_loss(vectors[0], vectors[1], mask, recipe)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            done += 1
    return table.folded(pieces.detach().numpy(), rests.detach().numpy())


def _embed(side: tuple[Bags, Bags], index: npt.NDArray[np.int64], pieces: Tensor, rests: Tensor, drop: float) -> Tensor:
    total = functional.embedding_bag(*_swap(side[0].batch(index), pieces), mode="sum")
    whole = functional.embedding_bag(*_swap(side[1].batch(index), rests), mode="sum")
    keep = (torch.rand(len(index), 1) >= drop).float()
    return total + whole * keep


def _swap(batch: tuple[Tensor, Tensor], weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return batch[0], weight, batch[1]


def _not_negative(pairs: Sequence[Pair], related: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
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


def _ranking_loss(asked: Tensor, texts: Tensor, mask: Tensor, recipe: Recipe) -> Tensor:
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
