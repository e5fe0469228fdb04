"""pdfium's functions bound to plain integers for pointers: a page has thousands of calls, and wrapping costs most.

Buffers are handed over as addresses too; `address_of` gives both for ctypes objects and pypdfium2's raw handles.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Sequence
from ctypes import c_int, c_size_t, c_uint, c_void_p
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

_P, _I, _U = c_void_p, c_int, c_uint
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "FPDFText_CountChars": (_I, _P),
    "FPDFText_GetText": (_I, _P, _I, _I, _P),
    "FPDFText_GetUnicode": (_U, _P, _I),
    "FPDFText_GetLooseCharBox": (_I, _P, _I, _P),
    "FPDFText_GetTextObject": (c_size_t, _P, _I),
    "FPDFText_GetMatrix": (_I, _P, _I, _P),
    "FPDFTextObj_GetFontSize": (_I, _P, _P),
    "FPDFTextObj_GetFont": (_P, _P),
    "FPDFTextObj_GetTextRenderMode": (_I, _P),
    "FPDFPageObj_GetFillColor": (_I, _P, _P, _P, _P, _P),
    "FPDFPageObj_GetStrokeColor": (_I, _P, _P, _P, _P, _P),
    "FPDFPageObj_GetClipPath": (_P, _P),
    "FPDFClipPath_CountPaths": (_I, _P),
    "FPDFClipPath_CountPathSegments": (_I, _P, _I),
    "FPDFClipPath_GetPathSegment": (_P, _P, _I, _I),
    "FPDFPathSegment_GetPoint": (_I, _P, _P, _P),
    "FPDFPathSegment_GetType": (_I, _P),
    "FPDFPath_CountSegments": (_I, _P),
    "FPDFPath_GetPathSegment": (_P, _P, _I),
    "FPDFPath_GetDrawMode": (_I, _P, _P, _P),
    "FPDFPage_CountObjects": (_I, _P),
    "FPDFPage_GetObject": (_P, _P, _I),
    "FPDFPageObj_GetType": (_I, _P),
    "FPDFPageObj_GetBounds": (_I, _P, _P, _P, _P, _P),
    "FPDFPageObj_GetMatrix": (_I, _P, _P),
    "FPDFFormObj_CountObjects": (_I, _P),
    "FPDFFormObj_GetObject": (_P, _P, _U),
    "FPDFFont_GetBaseFontName": (c_size_t, _P, _P, c_size_t),
    "FPDFFont_GetWeight": (_I, _P),
}


class Fast(NamedTuple):
    """The functions by their names without prefix and underscore."""

    text_count: Any
    text: Any
    text_unicode: Any
    text_box: Any
    text_object: Any
    text_matrix: Any
    font_size: Any
    font: Any
    render_mode: Any
    fill_colour: Any
    stroke_colour: Any
    clip_path: Any
    clip_count: Any
    clip_segments: Any
    clip_segment: Any
    segment_point: Any
    segment_type: Any
    path_segments: Any
    path_segment: Any
    draw_mode: Any
    page_count: Any
    page_object: Any
    object_type: Any
    bounds: Any
    matrix: Any
    form_count: Any
    form_object: Any
    font_name: Any
    font_weight: Any


@lru_cache(maxsize=1)
def fast() -> Fast:
    """The bound functions, made once."""
    return Fast(*(_bound(name, *types) for name, types in _SIGNATURES.items()))


def _bound(name: str, result: Any, *arguments: Any) -> Any:
    # Each takes less than letting other threads run meanwhile would.
    address = ctypes.cast(getattr(pdfium, name), c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def numbers_of(
    ask: Callable[..., int],
    items: Sequence[int],
    kind: type[np.generic],
    width: int,
    *,
    struct: bool = False,
    unknown: int = 0,
) -> npt.NDArray[Any]:
    """The numbers that pdfium writes about each object, one object a row, `unknown` where it writes none.

    `struct`: it takes one address for all of an object's numbers, not one for each.
    """
    held = np.zeros((len(items), width), kind)
    if unknown:
        held.fill(unknown)
    first, step = held.__array_interface__["data"][0], held.itemsize * width
    starts = range(first, first + (held.itemsize if struct else step), held.itemsize)
    deque(map(ask, items, *(range(start, start + len(items) * step, step) for start in starts)), maxlen=0)
    return held


def address_of(thing: Any) -> int:
    """The address that a handle holds or that a buffer stands at."""
    if isinstance(thing, (ctypes.Structure, ctypes.Array, ctypes._SimpleCData)):
        return ctypes.addressof(thing)
    return ctypes.cast(thing, c_void_p).value or 0
