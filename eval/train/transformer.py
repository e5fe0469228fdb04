"""A small transformer from scratch, trained as the static model is: what attention would add, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from eval.train.measure import Score
from eval.train.pairs import Pair
from eval.train.static import Recipe, not_negative, ranking_loss

Matrix = npt.NDArray[np.float32]
_LENGTH = 64
"""Tokens of a text that are read."""
_CHUNK = 64
_SPREAD = 0.1
"""Of the first token vectors: from the usual unit-normal ones and a rate of 0.002 it finds half as many."""
_LAYER_SHARE = 0.05
"""The layers learn at this share of the rate of the token vectors: at the full rate attention diverges."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Layers, heads and width of the encoder; the vectors of the tokens have the same width."""

    layers: int = 2
    heads: int = 4
    width: int = 128


class Encoder(nn.Module):  # type: ignore[misc]
    """Token and position vectors, `layers` of attention, and the mean over the tokens."""

    def __init__(self, tokens: int, shape: Shape) -> None:
        super().__init__()
        self.token = nn.Embedding(tokens, shape.width, padding_idx=0)
        self.place = nn.Embedding(_LENGTH, shape.width)
        for table in (self.token, self.place):
            nn.init.normal_(table.weight, std=_SPREAD)
        layer = nn.TransformerEncoderLayer(
            shape.width, shape.heads, 2 * shape.width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, shape.layers, enable_nested_tensor=False)

    def forward(self, ids: Tensor) -> Tensor:
        """Token numbers, `texts × length`, 0 where there is none, to vectors `texts × width`."""
        empty = ids == 0
        empty[:, 0] = False
        seen: Tensor = self.layers(self.token(ids) + self.place(torch.arange(ids.shape[1])), src_key_padding_mask=empty)
        kept = (~empty).unsqueeze(-1)
        return (seen * kept).sum(dim=1) / kept.sum(dim=1)


def train(
    pairs: Sequence[Pair], tokenizer: Tokenizer, related: npt.NDArray[np.bool_], recipe: Recipe, shape: Shape
) -> Encoder:
    """An encoder of questions and texts; the arguments are those of the static model's training."""
    torch.manual_seed(recipe.seed)
    encoder = Encoder(tokenizer.get_vocab_size() + 1, shape)
    steps = recipe.epochs * (len(pairs) // recipe.batch)
    tables = [*encoder.token.parameters(), *encoder.place.parameters()]
    rates = (recipe.rate, recipe.rate * _LAYER_SHARE)
    optimizer = torch.optim.Adam(
        [{"params": part, "lr": rate} for part, rate in zip((tables, encoder.layers.parameters()), rates, strict=True)]
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, list(rates), total_steps=steps, pct_start=0.1)
    shuffle = np.random.default_rng(recipe.seed)
    for _ in range(recipe.epochs):
        order = shuffle.permutation(len(pairs))
        for start in range(0, len(pairs) - recipe.batch + 1, recipe.batch):
            chosen = [pairs[i] for i in order[start : start + recipe.batch]]
            asked = encoder(_ids(tokenizer, [p.question for p in chosen]))
            texts = encoder(_ids(tokenizer, [p.text for p in chosen]))
            loss = ranking_loss(asked, texts, torch.from_numpy(not_negative(chosen, related)), recipe)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
    encoder.eval()
    return encoder


def embed(encoder: Encoder, tokenizer: Tokenizer, texts: Sequence[str]) -> Matrix:
    """Unit vectors of `texts`."""
    with torch.no_grad():
        parts = [
            encoder(_ids(tokenizer, texts[start : start + _CHUNK])).numpy() for start in range(0, len(texts), _CHUNK)
        ]
    found = np.concatenate(parts)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def attentive(encoder: Encoder, tokenizer: Tokenizer) -> Score:
    """Cosine of an encoder's vectors."""
    return lambda asked, texts: embed(encoder, tokenizer, asked) @ embed(encoder, tokenizer, texts).T


def _ids(tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    """Token numbers from 1, cut at the greatest length, 0 behind the end."""
    rows = [e.ids[:_LENGTH] for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    filled = np.zeros((len(rows), max(1, *map(len, rows))), dtype=np.int64)
    for number, row in enumerate(rows):
        filled[number, : len(row)] = np.array(row, dtype=np.int64) + 1
    return torch.from_numpy(filled)
