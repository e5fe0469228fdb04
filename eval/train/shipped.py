"""The recipe of the shipped model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from eval.train.material import Group, frames, groups, held_out, topics
from eval.train.measure import dense, measure
from eval.train.pairs import Pair, Writer
from eval.train.static import Recipe, save, train
from eval.train.tokens import characters, hanzi, tokenizer_of
from indexer.vocabulary import open_key

PAIRS = 200_000
SEED = 7
MERGES = 2_500
RECIPE = Recipe(seed=SEED)
_NAMES = 12_000


def invented_names(seed: int = SEED) -> tuple[str, ...]:
    """Names no vocabulary knows: the projects of the frames and random runs of characters, common ones more often."""
    roll = random.Random(seed)
    known = list(hanzi())
    common = known[:3755]
    runs = (
        "".join(roll.choices(common if roll.random() < 0.7 else known, k=roll.randint(2, 5))) for _ in range(_NAMES)
    )
    return tuple(dict.fromkeys((*frames()["projects"], *runs)))


def related(all_groups: Sequence[Group]) -> npt.NDArray[np.bool_]:
    """Groups that share a printed label or a citizens' word, and topics (never with each other)."""
    size = len(all_groups) + len(topics())
    found = np.eye(size, dtype=bool)
    holders: dict[str, list[int]] = {}
    for number, group in enumerate(all_groups):
        for term in {open_key(t) for t in (*group.labels, *group.words, *group.associations)}:
            holders.setdefault(term, []).append(number)
    for numbers in holders.values():
        found[np.ix_(numbers, numbers)] = True
    return found


def written(all_groups: Sequence[Group], count: int = PAIRS, seed: int = SEED) -> list[Pair]:
    """The training pairs."""
    return Writer(all_groups, invented_names(), seed).pairs(count)


def fitted(pairs: Sequence[Pair], all_groups: Sequence[Group], merges: int = MERGES) -> Tokenizer:
    """A tokenizer with all common characters, and runs learned from the pairs without their invented names."""
    texts = [text for p in pairs for text in (p.question, p.text)]
    letters = characters([*texts, *(t for g in all_groups for t in (*g.labels, *g.words, *g.associations))])
    meant = (text for p in pairs if p.about < len(all_groups) for text in (p.question, p.text))
    return tokenizer_of(letters, meant, merges)


def build(folder: Path, recipe: Recipe = RECIPE) -> str:
    """Trains, writes the model to `folder` and says how it does on the held-out questions."""
    all_groups = groups()
    pairs = written(all_groups)
    tokenizer = fitted(pairs, all_groups)
    vectors = train(pairs, tokenizer, related(all_groups), recipe)
    save(vectors, tokenizer, folder)
    result = measure(dense(vectors, tokenizer), all_groups, held_out())
    return f"已写入 {folder}（{len(vectors)} 个词元 × {vectors.shape[1]} 维）；留出问题 首位/前五/MRR：{result}"
