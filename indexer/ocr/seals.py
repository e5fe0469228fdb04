"""Red seals (公章) taken out of a page's picture, so that what is printed under them can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_RED = 40
"""How much more red than other colours a seal's ink is."""
_TINT = 12
"""The same at the edges of its strokes."""
_LIGHT = 30
_SMALLEST = 0.5
"""Inches that a seal is wide and high: red words and figures are smaller, and stay."""
_ROUND = 2.2
"""Times its shorter side that a seal is long at most."""
_GAP = 0.08
"""Inches between parts of one seal."""


def grey_without_seals(picture: NDArray[np.uint8], dpi: float) -> Picture:
    """A (rows, columns, blue green red) picture in grey, seals as light as the paper around them."""
    import cv2
    import numpy as np

    grey: Picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    blue, green, red = (picture[:, :, i] for i in range(3))
    redder = cv2.subtract(red, cv2.max(blue, green))
    ink = np.where(redder > _RED, np.uint8(255), np.uint8(0))
    if not ink.any():
        return grey
    paper = float(np.median(grey))
    reach = max(round(_GAP * dpi), 3)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    tinted = cv2.dilate(redder, np.ones((3, 3), np.uint8)) > _TINT
    for x, y, w, h, _ in stats[1:].tolist():
        if min(w, h) >= _SMALLEST * dpi and max(w, h) <= _ROUND * min(w, h):
            box = np.s_[y : y + h, x : x + w]
            seen = np.percentile(red[box][ink[box] > 0], _LIGHT)  # of the seal alone, where no text is below
            lighter = np.minimum(red[box] * (paper / max(seen, 1)), paper).astype(np.uint8)
            grey[box] = np.where(tinted[box], np.maximum(grey[box], lighter), grey[box])
    return grey
