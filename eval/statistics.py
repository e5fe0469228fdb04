"""Shares with their uncertainty, and whether two runs really differ."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959964
"""Of a 95 % interval."""
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Share:
    """Right ones of all."""

    right: int
    asked: int

    @property
    def ratio(self) -> float:
        return self.right / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval; (0, 1) where nothing was asked."""
        if not self.asked:
            return 0.0, 1.0
        n, p, z2 = self.asked, self.ratio, _Z * _Z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        return f"{self.right}/{self.asked}"


def mcnemar(better: int, worse: int) -> float:
    """Two-sided exact p of McNemar's test: how likely so uneven a split of the changed cases is by chance alone."""
    changed = better + worse
    tail = sum(math.comb(changed, i) for i in range(min(better, worse) + 1))
    return min(1.0, float(2 * tail / 2**changed))


def mean(values: Sequence[float]) -> float:
    """0 where there are none."""
    return sum(values) / len(values) if values else 0.0


def mean_interval(values: Sequence[float], seed: int = 1) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of a mean, always the same for the same values."""
    if not values:
        return 0.0, 1.0
    chance = random.Random(seed)
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return means[int(_RESAMPLES * 0.025)], means[int(_RESAMPLES * 0.975)]


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` of sorted values lie; None when there are none."""
    return values[min(int(len(values) * share), len(values) - 1)] if values else None
