"""What is printed on a page's picture: ink apart from its background, and the bands that lines of text fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_FAINT = 40
"""Grey levels between ink and its background."""
_SHRINK = 4
_WINDOW = 31
_SPECK = 5


def find_ink(picture: Picture) -> Picture:
    """255 where the picture differs from what surrounds it, so that shaded cells and white letters count alike."""
    import cv2

    height, width = picture.shape
    size = (max(width // _SHRINK, 1), max(height // _SHRINK, 1))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    background = cv2.resize(cv2.medianBlur(small, _WINDOW), (width, height), interpolation=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(picture, (3, 3), 0)
    _, ink = cv2.threshold(cv2.absdiff(soft, background), _FAINT, 255, cv2.THRESH_BINARY)
    found: Picture = ink
    return found


def without_specks(ink: Picture) -> Picture:
    """Ink in pieces large enough to be part of a character."""
    import cv2
    import numpy as np

    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= _SPECK
    keep[0] = False
    clean: Picture = np.where(keep[labels], np.uint8(255), np.uint8(0))
    return clean


def filled(ink: Picture, axis: int) -> NDArray[np.bool_]:
    """Whether there is ink in each row (`axis` 1) or column (0)."""
    import numpy as np

    return np.asarray(ink.any(axis=axis))


def stretches(flags: NDArray[np.bool_], gap: int = 1) -> list[tuple[int, int]]:
    """(start, end) of runs of True, runs at most `gap` apart joined."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    out: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if out and start - out[-1][1] <= gap:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def text_bands(ink: Picture, letter: float) -> list[tuple[int, int]]:
    """(top, bottom) of each line of text; strokes of one character (二, 三, a dot) stay together."""
    bands: list[tuple[int, int]] = []
    for top, bottom in stretches(filled(ink, 1)):
        if bands and bottom - bands[-1][0] <= 1.15 * letter and top - bands[-1][1] <= 0.5 * letter:
            bands[-1] = (bands[-1][0], bottom)
        else:
            bands.append((top, bottom))
    return bands


def letter_height(heights: list[int], default: float) -> float:
    """The height of a full character among bands of which some hold digits or a dash only."""
    seen = sorted(h for h in heights if 0.4 * default <= h <= 2.5 * default)
    return float(seen[int(len(seen) * 0.75)]) if seen else default
