"""Heading numbers and the tree that they span."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from indexer.text import chinese_int

_CN = "一二三四五六七八九十百"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("部分", re.compile(rf"^第\s*([{_CN}\d]{{1,4}})\s*(?:部分|章|篇)[、:：\s]*")),
    ("一、", re.compile(rf"^([{_CN}]{{1,4}})\s*[、.．,，]\s*")),
    ("（一）", re.compile(rf"^[（(]\s*([{_CN}]{{1,4}})\s*[）)][、.．]?\s*")),
    ("1、", re.compile(r"^(\d{1,3})\s*[、.．](?!\d)\s*")),
    ("（1）", re.compile(r"^[（(]\s*(\d{1,3})\s*[）)][、.．]?\s*")),
    ("①", re.compile(r"^([①-⑳])\s*")),
)
RANK = {style: rank for rank, (style, _) in enumerate(_STYLES)}


@dataclass(frozen=True, slots=True)
class Number:
    """A heading's number: its style, its value and the length of its printed form."""

    style: str
    value: int
    length: int


def number_of(text: str) -> Number | None:
    """The number a line starts with, or None."""
    for style, pattern in _STYLES:
        if match := pattern.match(text):
            printed = match.group(1)
            value = ord(printed) - ord("①") + 1 if style == "①" else chinese_int(printed)
            if value:
                return Number(style, value, match.end())
    return None


def heading_text(text: str) -> str:
    """A heading as shown: one space behind 第…部分, none elsewhere, no closing colon or full stop."""
    number = number_of(text)
    if number is not None and number.style == "部分":
        head = text[: number.length].strip()
        text = f"{head} {text[number.length :].strip()}".strip()
    return text.rstrip("：:。 ")


@dataclass(frozen=True, slots=True)
class _Open:
    title: str
    number: Number | None


@dataclass
class HeadingTree:
    """The headings that are open while a document is read from top to bottom.

    A title without a number suspends the numbered headings above it: "六、" after a title inside "五、" goes on
    where "五、" stood.
    """

    _stack: list[_Open] = field(default_factory=list)
    _suspended: list[_Open] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(entry.title for entry in self._stack)

    def open_title(self, title: str) -> None:
        """A heading without a number; it stands at the top."""
        if any(entry.number for entry in self._stack):
            self._suspended = self._stack
        self._stack = [_Open(title, None)]

    def open_numbered(self, title: str, number: Number, bare_parent: bool) -> None:
        """A numbered heading. `bare_parent`: nothing was printed since the heading before it."""
        place = _follows(self._stack, number)
        if place is None and number.value > 1 and (place := _follows(self._suspended, number)) is not None:
            self._stack, self._suspended = self._suspended, []
        if place is None:
            place = self._place_out_of_order(number, bare_parent)
        self._stack[place:] = [_Open(title, number)]

    def _place_out_of_order(self, number: Number, bare_parent: bool) -> int:
        same = [i for i, e in enumerate(self._stack) if e.number and e.number.style == number.style]
        if same:
            last, top = self._stack[same[-1]].number, self._stack[-1].number
            below_other = top is not None and RANK[top.style] < RANK[number.style]
            early = last is not None and last.value <= 2 and number.style != "部分"
            nests = number.value == 1 and (below_other or early)
            return len(self._stack) if nests else same[-1]
        if number.value == 1 and (number.style != "部分" or bare_parent):
            return len(self._stack)
        rank = RANK[number.style]
        deeper = (i for i, e in enumerate(self._stack) if e.number and RANK[e.number.style] >= rank)
        return 0 if number.style == "部分" else next(deeper, len(self._stack))


def _follows(stack: list[_Open], number: Number) -> int | None:
    """The innermost open heading of which `number` is the next."""
    for index in range(len(stack) - 1, -1, -1):
        held = stack[index].number
        if held is not None and held.style == number.style and held.value == number.value - 1:
            return index
    return None
