"""Characters joined into runs (one baseline, no gap) and runs into lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from indexer.tables.page import Char
from indexer.types import BBox

_GAP = 0.35
"""Part of the size that may lie between two characters of one run."""
_left = attrgetter("x0")
_middle = attrgetter("middle")
_TWICE = re.compile(r"(.)\1", re.DOTALL)

_WIDE_GAP = 1.2
"""Part of the size from which a gap separates two pieces of a line."""


class Run(NamedTuple):
    """Neighbouring characters on one baseline; `middle` is the y that lines are compared by.

    `text` has them as they were drawn, those drawn twice too; `confidence`: that of the least certain one.
    """

    chars: tuple[Char, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    middle: float
    size: float
    text: str
    confidence: float


def chars_to_runs(chars: Iterable[Char]) -> list[Run]:
    """Runs in drawing order. Spaces end a run; they come back where lines are joined, from the gap they leave."""
    runs: list[Run] = []
    now: list[Char] = []
    right = height = before = 0.0
    for char in chars:
        text, x0, y0, x1, y1, own, _, _, _ = char
        if text == " ":
            continue
        size = own if own < before else before
        if -0.6 * size < x0 - right < _GAP * size and -0.6 * size < y0 + y1 - height < 0.6 * size:
            now.append(char)
        else:
            if now:
                runs.append(_run(now))
            now = [char]
        right, height, before = x1, y0 + y1, own
    if now:
        runs.append(_run(now))
    return runs


def _run(chars: Sequence[Char]) -> Run:
    """One run; a page has thousands of characters, and taking them apart is far quicker than naming their fields."""
    texts: list[str] = []
    first, last = chars[0], chars[-1]
    _, left, low, _, high, big, _, _, sure = first
    for text, _, y0, _, y1, size, _, _, confidence in chars:
        texts.append(text)
        if y0 < low or y1 > high or size > big or confidence < sure:  # seldom within a run
            low, high, big, sure = min(low, y0), max(high, y1), max(big, size), min(sure, confidence)
    return Run(tuple(chars), left, low, last[3], high, (low + high) / 2, big, "".join(texts), sure)


def split_run(run: Run, pieces: Iterable[Sequence[Char]]) -> list[Run]:
    """A run cut into the given pieces of its characters."""
    return [_run(piece) for piece in pieces if piece]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one line without a wide gap."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool

    @property
    def bbox(self) -> BBox:
        return (self.x0, self.y0, self.x1, self.y1)


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces on one baseline, left to right."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return " ".join(p.text for p in self.pieces)

    @property
    def bbox(self) -> BBox:
        ps = self.pieces
        return (ps[0].x0, min(p.y0 for p in ps), max(p.x1 for p in ps), max(p.y1 for p in ps))

    @property
    def size(self) -> float:
        return max(p.size for p in self.pieces)

    @property
    def bold(self) -> bool:
        return all(p.bold for p in self.pieces)

    @property
    def y(self) -> float:
        return (self.pieces[0].y0 + self.pieces[0].y1) / 2


def group_lines(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs grouped by baseline, top to bottom, each group left to right."""
    groups: list[list[Run]] = []
    middle = size = 0.0
    for run in sorted(runs, key=_middle):
        if groups and run.middle - middle < 0.45 * min(run.size, size):
            groups[-1].append(run)
            if run.size > size:
                middle, size = run.middle, run.size
        else:
            groups.append([run])
            middle, size = run.middle, run.size
    for group in groups:
        group.sort(key=_left)
    return groups


def runs_to_lines(runs: Iterable[Run]) -> list[Line]:
    return [Line(tuple(_pieces(group))) for group in group_lines(runs)]


def join_cell(runs: Sequence[Run]) -> str:
    """A cell's text: lines joined without spaces; a space inside a line only beside Latin text or digits."""
    if len(runs) == 1:
        return _dedupe(runs[0])
    if not runs:
        return ""
    return "".join(_join_cell_line(group) for group in group_lines(runs))


def confidence_of(runs: Iterable[Run]) -> float:
    """That of the least certain character: one wrong digit makes the figure wrong."""
    return min([run.confidence for run in runs], default=1.0)


def _join_cell_line(group: list[Run]) -> str:
    out = ""
    end = 0.0
    for run in _without_copies(group):
        text = _dedupe(run)
        if out and run.x0 - end > _GAP * run.size * 0.5 and not (_wide(out[-1]) and _wide(text[0])):
            out += " "
        out += text
        end = run.x1
    return out


def _wide(c: str) -> bool:
    return c >= "⺀"


def _pieces(group: list[Run]) -> Iterable[Piece]:
    text, end = "", 0.0
    members: list[Run] = []
    for run in _without_copies(group):
        if members and run.x0 - end > _WIDE_GAP * max(run.size, members[-1].size):
            yield _piece(text, members)
            text, members = "", []
        elif members:
            text += " "
        text += _dedupe(run)
        end = max(end, run.x1) if members else run.x1
        members.append(run)
    if members:
        yield _piece(text, members)


def _piece(text: str, runs: list[Run]) -> Piece:
    bold = sum(len(r.chars) for r in runs if r.chars[0].bold) * 2 > sum(len(r.chars) for r in runs)
    return Piece(
        text,
        runs[0].x0,
        min(r.y0 for r in runs),
        max(r.x1 for r in runs),
        max(r.y1 for r in runs),
        max(r.size for r in runs),
        bold,
    )


def _without_copies(group: list[Run]) -> list[Run]:
    """A line's runs without those printed over one another."""
    if len(group) == 1:
        return group
    kept: list[Run] = []
    for run in group:
        if any(_same_place(run, other) for other in kept[-3:]):
            continue
        kept.append(run)
    return kept


def _same_place(a: Run, b: Run) -> bool:
    near = 0.4 * a.size
    if abs(a.x0 - b.x0) < near and abs(a.x1 - b.x1) < near:
        return a.text == b.text
    inside = b.x0 - near < a.x0 and a.x1 < b.x1 + near
    return inside and a.text in b.text


def _dedupe(run: Run) -> str:
    """A run's text; a character drawn twice at one place (for boldness) counts once."""
    chars = run.chars
    if len(chars) == len(run.text) and not _TWICE.search(run.text):
        return run.text
    out = [chars[0].text]
    last = chars[0]
    for c in chars[1:]:
        if c.text == last.text and c.x0 - last.x0 < 0.4 * (last.x1 - last.x0):
            continue
        out.append(c.text)
        last = c
    return "".join(out)
