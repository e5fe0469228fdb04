"""What is printed on a page's picture: ink apart from its background, and the bands that lines of text fill."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_PLAIN, _FAINTEST = 40, 16
"""Grey levels between ink and its background."""
_GRAINS = 7
"""Times the usual difference of bare paper that is no grain any more."""
_SHRINK = 4
_WINDOW = 31
_LETTERS = 5
"""Pixels of the small picture that a letter's strokes lie within."""
_SHADE = 60
"""Grey levels below the page's paper where a ground is shaded, and letters may be lighter."""
_SPECK = 5
_TALL, _LEADING = 1.6, 1.05
"""Times a character's height: from where a band may hold two lines, and what each of them takes at least."""
_LIGHT = 0.5
"""Part of a band's usual ink that the row between two lines may have."""


class Ink(NamedTuple):
    """255 where something is printed. `plain`: without doubt; `faint`: also what hardly stands out from the grain."""

    plain: Picture
    faint: Picture


def find_ink(picture: Picture) -> Ink:
    """What differs from its surroundings, so that shaded cells and white letters count alike."""
    import cv2
    import numpy as np

    height, width = picture.shape
    size = (max(width // _SHRINK, 1), max(height // _SHRINK, 1))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    reach = _WINDOW // 2  # paper goes on beyond the picture, even where a rule or a shadow runs along its edge
    paper = (float(np.median(small)),)
    wide = cv2.copyMakeBorder(_bare(small), reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=paper)
    smooth = cv2.medianBlur(wide, _WINDOW)[reach:-reach, reach:-reach]
    background = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    differs = cv2.absdiff(cv2.GaussianBlur(picture, (3, 3), 0), background)
    grain = float(np.median(differs))
    least = min(max(_GRAINS * grain, _FAINTEST), _PLAIN)
    plain, faint = (cv2.threshold(differs, level, 255, cv2.THRESH_BINARY)[1] for level in (_PLAIN, least))
    return Ink(plain, faint)


def _bare(small: Picture) -> Picture:
    """A picture with dark letters on light paper filled in: in tight rows they would pass for a darker paper."""
    import cv2
    import numpy as np

    light = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_LETTERS, _LETTERS), np.uint8))
    around = cv2.medianBlur(small, _WINDOW)
    bare: Picture = np.where(around > np.median(small) - _SHADE, light, small)
    return bare


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


def parted(ink: Picture, bands: list[tuple[int, int]], letter: float) -> list[tuple[int, int]]:
    """Bands of a cell with those cut that hold several lines set so tightly that no white row parts them."""
    out: list[tuple[int, int]] = []
    for top, bottom in bands:
        count = round((bottom - top) / (_LEADING * letter))
        if bottom - top < _TALL * letter or count < 2:
            out.append((top, bottom))
            continue
        profile = (ink[top:bottom] > 0).sum(axis=1)
        cuts = [_lightest(profile, len(profile) * i // count, round(letter / 4)) for i in range(1, count)]
        if max(profile[cut] for cut in cuts) > _LIGHT * profile.mean():
            cuts = []
        edges = [top, *(top + cut for cut in cuts), bottom]
        out.extend(pairwise(edges))
    return out


def _lightest(profile: NDArray[np.int64], near: int, reach: int) -> int:
    """The row with the least ink around a place."""
    start = max(near - reach, 0)
    return start + int(profile[start : near + reach + 1].argmin())


def letter_height(heights: list[int], default: float) -> float:
    """The height of a full character among bands of which some hold digits or a dash only."""
    seen = sorted(h for h in heights if 0.4 * default <= h <= 2.5 * default)
    return float(seen[int(len(seen) * 0.75)]) if seen else default
