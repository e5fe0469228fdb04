"""The line or two of a passage that show why it was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WIDTH = 110
_LEAD = 24
CUT = "…"
Marks = tuple[tuple[int, int], ...]


def snippet(text: str, words: Sequence[str]) -> tuple[str, Marks]:
    """At most about 110 characters of `text` that hold the most of `words`, and where the words stand in them.

    Words are compared without differences of width and case. Line breaks are shown as spaces.
    """
    flat = re.sub(r"\s+", " ", text).strip()
    found = _merged(_spans(_narrow(flat), words))
    start, end = _window(flat, found) if found else _after_heading(text, flat)
    before, after = CUT if start else "", CUT if end < len(flat) else ""
    shift = len(before) - start
    marks = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in found if a < end and b > start)
    return f"{before}{flat[start:end]}{after}", marks


def _after_heading(text: str, flat: str) -> tuple[int, int]:
    """The stretch behind the first line, which is a heading that results show anyway."""
    heading = " ".join(text.strip().partition("\n")[0].split())
    start = len(heading) + 1 if len(heading) < len(flat) else 0
    return start, min(len(flat), start + _WIDTH)


def _narrow(text: str) -> str:
    """The text folded character by character, so that offsets stay."""
    whole = unicodedata.normalize("NFKC", text).lower()
    if len(whole) == len(text):  # as good as always
        return whole
    return "".join(n if len(n := unicodedata.normalize("NFKC", c).lower()) == 1 else c for c in text)


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    spans = []
    for word in {_narrow(w) for w in words if w}:
        edge = r"(?<![\d.]){}(?![\d])" if word[:1].isdigit() else "{}"
        spans += [(m.start(), m.end()) for m in re.finditer(edge.format(re.escape(word)), text)]
    return spans


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _window(text: str, found: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The stretch whose marks are the most different characters long; the earliest of equals."""
    if len(text) <= _WIDTH:
        return 0, len(text)
    best, chosen = -1, 0
    for start, _ in found:
        inside = {text[a:b] for a, b in found if start <= a and b <= start + _WIDTH - _LEAD}
        if (worth := sum(len(i) ** 2 for i in inside)) > best:
            best, chosen = worth, start
    start = max(0, min(chosen - _LEAD, len(text) - _WIDTH))
    return start, start + _WIDTH
