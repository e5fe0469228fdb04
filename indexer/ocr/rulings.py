"""Rules of a level picture by morphology: long strokes, and short ones that run from rule to rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.ocr.ink import stretches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_SHORTEST = 11 / 72
"""Inches: shorter than the lowest row, longer than most strokes of a character."""
_LONG = 60 / 72
"""A stroke this long is a rule wherever it stands."""
_LONGER = 180 / 72
"""No letter is this long; letters one below the other may still make such a stroke."""
_MEETS = 3.5 / 72
_THICKEST = 5 / 72
_SLANT = 0.02
"""Part of its length by which a stroke may rise."""
_WHOLE, _FULL = 0.95, 0.5
"""Parts of a level stroke's length that its middle and its edges fill."""
_BESIDE = 3
_TOUCHED, _TOUCHED_LONG = 0.6, 0.75
"""Part of a rule's length along which characters may touch it."""


class Stroke(NamedTuple):
    """A rule in pixels: `at` across its direction, `start` and `end` along it."""

    at: float
    start: float
    end: float


class Rules(NamedTuple):
    """`mask`: pixels that rules cover."""

    horizontal: list[Stroke]
    vertical: list[Stroke]
    mask: Picture


def find_rules(ink: Picture, dpi: float) -> Rules:
    """Rules of a page whose lines run level."""
    import cv2
    import numpy as np

    level, upright = _strokes(ink, dpi), _strokes(np.ascontiguousarray(ink.T), dpi)
    horizontal, vertical = [s for s, _ in level], [s for s, _ in upright]
    sure_h = [s for s in horizontal if s.end - s.start >= _LONG * dpi]
    sure_v = [s for s in vertical if s.end - s.start >= _LONG * dpi]
    for _ in range(2):  # a short rule may end at a short one
        sure_h = _with_short(horizontal, sure_h, sure_v, dpi)
        sure_v = _with_short(vertical, sure_v, sure_h, dpi)
    mask = np.zeros_like(ink)
    for strokes, view, sure in ((level, mask, set(sure_h)), (upright, mask.T, set(sure_v))):
        for stroke, (x, y, pixels) in strokes:
            if stroke in sure:
                view[y : y + pixels.shape[0], x : x + pixels.shape[1]] |= pixels
    return Rules(sure_h, sure_v, cv2.dilate(mask, np.ones((3, 3), np.uint8)))


def _strokes(ink: Picture, dpi: float) -> list[tuple[Stroke, tuple[int, int, Picture]]]:
    """Level strokes, each with its pixels."""
    import cv2
    import numpy as np

    length = max(int(_SHORTEST * dpi), 5)
    opened = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    out: list[tuple[Stroke, tuple[int, int, Picture]]] = []
    for i in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[i])
        whole = np.where(labels[y : y + h, x : x + w] == i, np.uint8(255), np.uint8(0))
        for top, pixels in _parted(whole, dpi):
            touched = _TOUCHED_LONG if w >= _LONGER * dpi else _TOUCHED
            sides = _beside(ink, x, y + top, w, pixels.shape[0])
            if min(sides) < touched and (w >= _LONG * dpi or max(sides) < _TOUCHED):
                rows = np.nonzero(pixels)[0]
                out.append((Stroke(y + top + float(rows.mean()), float(x), float(x + w)), (x, y + top, pixels)))
    return out


def _parted(pixels: Picture, dpi: float) -> list[tuple[int, Picture]]:
    """A stroke with its first row. Where rows are filled from end to end, those are the strokes, whatever text hangs on
    to them (in tight rows it holds two of them together); nothing where it is no stroke."""
    height, width = pixels.shape
    most = _THICKEST * dpi
    shares = (pixels > 0).mean(axis=1)
    if shares.max() >= _WHOLE and width >= _LONG * dpi:
        level = [part for least in (_FULL, _WHOLE) for part in stretches(shares > least) if part[1] - part[0] <= most]
        level = [p for i, p in enumerate(level) if not any(a <= p[0] and p[1] <= b for a, b in level[:i])]
        return [(max(a - 1, 0), pixels[max(a - 1, 0) : b + 1]) for a, b in level]
    slanted = height <= max(most, _SLANT * width) and shares.sum() <= most
    return [(0, pixels)] if slanted else []


def _beside(ink: Picture, x: int, y: int, w: int, h: int) -> tuple[float, float]:
    """The parts of a stroke's length along which ink runs on its sides: strokes of letters have it on both."""
    above = ink[max(y - _BESIDE, 0) : y, x : x + w].any(axis=0)
    below = ink[y + h : y + h + _BESIDE, x : x + w].any(axis=0)
    return float(above.mean()), float(below.mean())


def _with_short(strokes: list[Stroke], sure: list[Stroke], across: list[Stroke], dpi: float) -> list[Stroke]:
    """The sure strokes, and those that meet a rule of the other direction at both ends."""
    near = _MEETS * dpi
    known = set(sure)

    def met(at: float, end: float) -> bool:
        return any(abs(a.at - end) <= near and a.start - near <= at <= a.end + near for a in across)

    return [s for s in strokes if s in known or (met(s.at, s.start) and met(s.at, s.end))]
