"""What text objects look like: size, weight, direction, colour and clip, asked of all of a page's objects at once."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import atan2, degrees, hypot
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from indexer.pdf.fast import fast, numbers_of

_WHITE = 250
_NO_SIZE = 10.0
"""Of characters that belong to no object."""

Clip = tuple[float, float, float, float]
"""left, bottom, right, top in PDF user space."""
_ENDLESS: Clip = (-1e9, -1e9, 1e9, 1e9)
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Styles:
    """One place an object. `turns`: quarter turns counter-clockwise of its baseline; `faint`: why it may not be seen
    ("invisible", "white"); `clips`: the rectangles that show it, None where nothing is clipped."""

    sizes: Array
    bold: Array
    turns: Array
    faint: Array
    clips: Array | None

    def take(self, places: Sequence[int]) -> Styles:
        """Those of some objects."""
        clips = None if self.clips is None else self.clips[places]
        return Styles(self.sizes[places], self.bold[places], self.turns[places], self.faint[places], clips)


def read_styles(page: int, indices: Sequence[int], items: Sequence[int]) -> Styles:
    """Styles of text objects; `indices` are characters of the text page that belong to them."""
    call = fast()
    sizes, turns = _sizes(page, indices, items)
    modes = np.fromiter(map(call.render_mode, items), int, len(items))
    fonts = list(map(call.font, items))
    heavy = {font: font is not None and _is_heavy(font) for font in set(fonts)}
    bold = (modes == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE) | np.array([heavy[font] for font in fonts], bool)
    colours = numbers_of(call.fill_colour, items, np.uint32, 4, unknown=1)
    white = (colours[:, :3] >= _WHITE).all(axis=1)
    unseen = (modes == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) | (modes == pdfium.FPDF_TEXTRENDERMODE_CLIP)
    invisible = unseen | (colours[:, 3] == 0)
    faint = np.where(invisible, "invisible", np.where(white, "white", ""))
    return Styles(sizes, bold, turns, faint, _clips(items))


def _sizes(page: int, indices: Sequence[int], items: Sequence[int]) -> tuple[Array, Array]:
    """Sizes in points and quarter turns."""
    call = fast()
    matrices = numbers_of(partial(call.text_matrix, page), indices, np.float32, 6, struct=True).astype(np.float64)
    a, b, c, d, _, _ = matrices.T
    scales, turns = d.copy(), np.zeros(len(items), int)
    for i in np.flatnonzero((c != 0) | ~(d > 0) | (b != 0) | ~(a > 0)).tolist():
        scales[i] = d[i] if c[i] == 0 and d[i] > 0 else hypot(c[i], d[i]) or 1.0
        turns[i] = 0 if b[i] == 0 and a[i] > 0 else round(degrees(atan2(b[i], a[i])) / 90) % 4
    sizes = np.abs(numbers_of(call.font_size, items, np.float32, 1)[:, 0].astype(np.float64)) * scales
    if 0 in items:
        nothing = np.array(items) == 0
        sizes[nothing], turns[nothing] = _NO_SIZE, 0
    return sizes, turns


def _is_heavy(font: int) -> bool:
    buffer = ctypes.create_string_buffer(128)
    fast().font_name(font, ctypes.addressof(buffer), 128)
    name = buffer.value.lower()
    return b"bold" in name or b"black" in name or bool(fast().font_weight(font) >= 600)


def _clips(items: Sequence[int]) -> Array | None:
    """The rectangles that objects are clipped to; a clip that is no rectangle hides nothing."""
    call = fast()
    paths = list(map(call.clip_path, items))
    counts = list(map(call.clip_count, paths))
    if max(counts, default=0) <= 0:
        return None
    clipped = [i for i, count in enumerate(counts) if count > 0]
    ends = [call.clip_segment(paths[i], counts[i] - 1, 0) for i in clipped]
    corners = numbers_of(call.segment_point, ends, np.float32, 2).tolist()
    out = [_ENDLESS] * len(items)
    last: tuple[int, list[float]] | None = None  # mostly that of the object before
    for i, corner in zip(clipped, corners, strict=True):
        if (counts[i], corner) != last:
            clip, last = _clip(paths[i], counts[i]), (counts[i], corner)
        out[i] = clip
    return np.array(out)


def _clip(path: int, count: int) -> Clip:
    call = fast()
    box = _ENDLESS
    for i in range(count):
        if 4 <= call.clip_segments(path, i) <= 6:
            opposite = [call.clip_segment(path, i, segment) for segment in (0, 2)]
            (x0, y0), (x1, y1) = numbers_of(call.segment_point, opposite, np.float32, 2).tolist()
            box = (
                max(box[0], min(x0, x1)),
                max(box[1], min(y0, y1)),
                min(box[2], max(x0, x1)),
                min(box[3], max(y0, y1)),
            )
    return box
