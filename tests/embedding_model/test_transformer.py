"""The small transformer that the shipped model is compared with."""

from __future__ import annotations

import numpy as np
import torch

from eval.train.material import groups
from eval.train.shipped import fitted, related, written
from eval.train.static import Recipe, not_negative, ranking_loss
from eval.train.transformer import Shape, attentive, embed, train


def test_training_brings_questions_nearer_to_their_texts() -> None:
    all_groups = groups()
    pairs = written(all_groups, count=400)
    tokenizer, near = fitted(pairs, all_groups, merges=50), related(all_groups)
    mask = torch.from_numpy(not_negative(pairs, near))

    def loss(epochs: int) -> float:
        recipe = Recipe(dimensions=(32, 16), batch=100, epochs=epochs, rate=0.02)
        encoder = train(pairs, tokenizer, near, recipe, Shape(layers=1, heads=2, width=32))
        sides = [
            torch.from_numpy(embed(encoder, tokenizer, [getattr(p, s) for p in pairs])) for s in ("question", "text")
        ]
        assert all(np.allclose(np.linalg.norm(side, axis=1), 1, atol=1e-5) for side in sides)
        assert attentive(encoder, tokenizer)(["三公经费"], ["公务接待费", "水费"]).shape == (1, 2)
        return float(ranking_loss(sides[0], sides[1], mask, recipe))

    assert loss(6) < 0.8 * loss(1)
