"""Numbers with their units in a sentence, and the brackets that hold some of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from indexer.claims.words import claim_words

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")
_PERCENT = "%"
_UNIT_FORMS = {"万": "万元", "个批次": "批次", "百分比": _PERCENT, "百分点": "个百分点"}

Kind = Literal["figure", "unchanged", "open", "close"]


@dataclass(frozen=True, slots=True)
class Token:
    """A figure, a word for "no change", or a bracket around figures; offsets count in the sentence."""

    kind: Kind
    start: int
    end: int
    value: Decimal = Decimal(0)
    places: int = 0
    unit: str = ""

    @property
    def is_money(self) -> bool:
        return self.unit in claim_words().money_units

    @property
    def is_rate(self) -> bool:
        return self.unit in (_PERCENT, "个百分点")


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences with their offsets; full stops inside brackets or numbers do not count."""
    start = 0
    for match in _SENTENCE.finditer(text):
        if not match.group():
            continue
        piece = text[start : match.end()]
        if piece.count("(") > piece.count(")") and match.end() < len(text) and len(piece) < 200:
            continue
        if piece.strip():
            yield start, piece
        start = match.end()
    if text[start:].strip():
        yield start, text[start:]


def tokens(sentence: str) -> tuple[Token, ...]:
    """Everything in a folded sentence that bears on its figures, in order."""
    found = list(_figures(sentence))
    for match in claim_words().unchanged.finditer(sentence):
        found.append(Token("unchanged", match.start(), match.end()))
    starts = [token.start for token in found]
    for left, right in _brackets(sentence):
        if any(left < start < right for start in starts):
            found += [Token("open", left, left + 1), Token("close", right, right + 1)]
    return tuple(sorted(found, key=lambda token: token.start))


def _figures(sentence: str) -> Iterator[Token]:
    words = claim_words()
    taken: set[int] = set()
    for match in words.figure.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        if words.threshold_after.match(after) or words.threshold_before.search(before):
            continue
        taken.add(match.start("number"))
        yield _to_token(match, _UNIT_FORMS.get(match.group("unit"), match.group("unit")))
    for match in words.bare_rate.finditer(sentence):
        if match.start("number") not in taken:
            yield _to_token(match, _PERCENT)


def _to_token(match: re.Match[str], unit: str) -> Token:
    number = match.group("number").replace(",", "")
    value = Decimal(number)
    if match.group("sign"):
        value = -value
    unit = unit.replace("(", "（").replace(")", "）")
    places = len(number.partition(".")[2])
    return Token("figure", match.start(), match.end(), value, places, unit)


def _brackets(sentence: str) -> Iterator[tuple[int, int]]:
    """Pairs of matching brackets; an unclosed one pairs with nothing."""
    held: list[int] = []
    for index, char in enumerate(sentence):
        if char == "(":
            held.append(index)
        elif char == ")" and held:
            yield held.pop(), index
