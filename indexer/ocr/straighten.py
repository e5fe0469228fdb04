"""A scan turned so that its rules and lines of text run level."""

from __future__ import annotations

from math import atan, degrees, radians, tan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_LEVEL = 0.03
"""Degrees that need no turning."""
_MOST = 5.0
_LONG = 0.12
"""Part of the page's width that a stroke must have to tell the angle."""
_COARSE = 0.5
_SMALL = 600


def skew_of(ink: Picture) -> float:
    """Degrees by which lines fall to the right (clockwise), from the rules, else from the lines of text."""
    angle = _by_rules(ink)
    return _by_text(ink) if angle is None else angle


def turned(picture: Picture, angle: float) -> Picture:
    """The picture turned counter-clockwise about its middle, the corners filled with white."""
    import cv2

    if abs(angle) < _LEVEL:
        return picture
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    out: Picture = cv2.warpAffine(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,)
    )
    return out


def _by_rules(ink: Picture) -> float | None:
    """The median slope of long level strokes, weighted by their length; None without any."""
    import cv2
    import numpy as np

    width = ink.shape[1]
    strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 25), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    slopes: list[tuple[float, int]] = []
    for i in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[i])
        if w < _LONG * width or h > w * tan(radians(_MOST)) + 6:
            continue
        ys, xs = np.nonzero(labels[y : y + h, x : x + w] == i)
        slope = float(np.polyfit(xs, ys, 1)[0])
        slopes.append((degrees(atan(slope)), w))
    return _weighted_median(slopes) if slopes else None


def _weighted_median(values: list[tuple[float, int]]) -> float:
    values.sort()
    half = sum(w for _, w in values) / 2
    for value, weight in values:
        half -= weight
        if half <= 0:
            return value
    return values[-1][0]


def _by_text(ink: Picture) -> float:
    """The angle at which rows of pixels differ most: lines of text and the gaps between them."""
    import cv2

    scale = min(_SMALL / max(ink.shape[0], 1), 1.0)
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if not small.any():
        return 0.0
    best, step = 0.0, _COARSE
    span = int(_MOST / 2 / _COARSE)
    while step > _LEVEL:
        best = max((best + i * step for i in range(-span, span + 1)), key=lambda angle: _contrast(small, angle))
        step, span = step / 4, 4
    return best


def _contrast(small: Any, angle: float) -> float:
    import cv2
    import numpy as np

    height, width = small.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    rows = cv2.warpAffine(small, matrix, (width, height)).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())
