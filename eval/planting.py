"""One wrong digit, as a slip of the hand or of a reader makes it; the same chance gives the same slip."""

from __future__ import annotations

import random
import re
from itertools import pairwise

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def first_number(text: str) -> str:
    """The first number as printed, "" where there is none."""
    found = _NUMBER.search(text)
    return found.group() if found else ""


def misprinted(text: str, chance: random.Random, start: int = 0) -> str:
    """Text with one digit of the first number from `start` on changed or two swapped; unchanged without a number."""
    number = _NUMBER.search(text, start)
    if number is None:
        return text
    return text[: number.start()] + wrong_number(number.group(), chance) + text[number.end() :]


def wrong_number(number: str, chance: random.Random) -> str:
    """Another number of the same length: neighbouring digits swapped where that makes a difference, else one changed."""
    places = [i for i, c in enumerate(number) if c.isdigit()]
    swaps = [(a, b) for a, b in pairwise(places) if number[a] != number[b] and number[b] != "0"]
    digits = list(number)
    if swaps and chance.random() < 0.5:
        a, b = chance.choice(swaps)
        digits[a], digits[b] = digits[b], digits[a]
    else:
        place = chance.choice(places)
        digits[place] = chance.choice([d for d in "123456789" if d != digits[place]])
    return "".join(digits)
