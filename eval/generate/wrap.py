"""Line breaking for mixed Chinese text: numbers and words stay whole, no line starts with closing punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable

Width = Callable[[str], float]

_TOKEN = re.compile(r"[≥≤-]?[A-Za-z0-9][A-Za-z0-9.,%/:-]*|\s+|.", re.S)
_NOT_FIRST = set("，。、；：！？）》”’」』】%％·")
_NOT_LAST = set("（《“‘「『【")


def wrap(text: str, width: float, measure: Width, indent: float = 0.0) -> tuple[tuple[int, str], ...]:
    """Lines of `text` as (offset, line), each at most `width` wide; the first is `indent` narrower."""
    lines: list[tuple[int, str]] = []
    start, current, room = 0, "", width - indent
    for token, offset in _pieces(text, width, measure):
        if current and measure(current + token) > room and token[0] not in _NOT_FIRST:
            carry = current[-1] if current[-1] in _NOT_LAST and len(current) > 1 else ""
            lines.append((start, current[: len(current) - len(carry)]))
            start, current, room = offset - len(carry), carry, width
        current += token
    if current or not lines:
        lines.append((start, current))
    return tuple(lines)


def _pieces(text: str, width: float, measure: Width) -> list[tuple[str, int]]:
    pieces: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if measure(token) <= width:
            pieces.append((token, match.start()))
        else:
            pieces.extend((c, match.start() + i) for i, c in enumerate(token))
    return pieces
