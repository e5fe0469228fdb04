"""Characters of a page by pypdfium2's raw interface: what can be seen, once, with its loose box.

Loose boxes have the height of the font, so that punctuation and digits group into lines like any other character.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from math import atan2, degrees, hypot
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_INVISIBLE_MODES = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_WHITE = 250
_ODD = {0, 0xFFFD, 0xFFFE, 0xFFFF}


class RawChar(NamedTuple):
    """A character in PDF user space (origin bottom left)."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    style: Style


class Style(NamedTuple):
    """What all characters of one text object share. `turn`: quarter turns counter-clockwise of its baseline."""

    group: int
    size: float
    bold: bool
    turn: int
    faint: str
    clip: tuple[float, float, float, float] | None


class RawText(NamedTuple):
    """Characters of a page with the quarter turn of most of them, and how many had no known meaning."""

    chars: list[RawChar]
    turn: int
    unmapped: int


def read_chars(text_page: Any) -> RawText:
    """All characters that have a place, with their style; nothing is judged hidden yet."""
    unicode_of, box_of, object_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetTextObject
    box = pdfium.FS_RECTF()
    box_ref = ctypes.byref(box)
    styles = _Styles(text_page)
    chars: list[RawChar] = []
    turns: Counter[int] = Counter()
    unmapped = 0
    high = 0
    style = _NO_STYLE
    address: int | None = None
    for i in range(pdfium.FPDFText_CountChars(text_page)):
        code = unicode_of(text_page, i)
        if code == 13 or code == 10:
            continue
        box_of(text_page, i, box_ref)
        left, right = box.left, box.right
        if right - left < 0.01:
            continue
        here = ctypes.cast(object_of(text_page, i), ctypes.c_void_p).value
        if here != address:
            address = here
            style = styles.of(here, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        if code in _ODD:
            unmapped += 1
            continue
        chars.append(RawChar(chr(code), left, box.bottom, right, box.top, style))
        if code > 32:
            turns[style.turn] += 1
    return RawText(chars, turns.most_common(1)[0][0] if turns else 0, unmapped)


_NO_STYLE = Style(0, 10.0, False, 0, "", None)


class _Styles:
    """Styles of text objects, asked for once an object."""

    def __init__(self, text_page: Any) -> None:
        self._page = text_page
        self._matrix = pdfium.FS_MATRIX()
        self._fonts: dict[int | None, bool] = {}
        self._count = 0
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._size = ctypes.c_float()
        self._point = (ctypes.c_float(), ctypes.c_float())

    def of(self, address: int | None, index: int) -> Style:
        self._count += 1
        if address is None:
            return _NO_STYLE._replace(group=self._count)
        item = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
        pdfium.FPDFText_GetMatrix(self._page, index, ctypes.byref(self._matrix))
        m = self._matrix
        pdfium.FPDFTextObj_GetFontSize(item, ctypes.byref(self._size))
        size = abs(self._size.value) * (hypot(m.c, m.d) or 1.0)
        turn = 0 if m.b == 0 and m.a > 0 else round(degrees(atan2(m.b, m.a)) / 90) % 4
        mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
        bold = mode == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE or self._bold(item)
        return Style(self._count, size, bold, turn, self._faint(item, mode), self._clip(item))

    def _bold(self, item: Any) -> bool:
        font = pdfium.FPDFTextObj_GetFont(item)
        key = ctypes.cast(font, ctypes.c_void_p).value
        if key not in self._fonts:
            buffer = ctypes.create_string_buffer(128)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, 128)
            name = buffer.value.lower()
            self._fonts[key] = b"bold" in name or b"black" in name or pdfium.FPDFFont_GetWeight(font) >= 600
        return self._fonts[key]

    def _faint(self, item: Any, mode: int) -> str:
        """Why it may not be seen: "invisible", "white" or ""."""
        if mode in _INVISIBLE_MODES:
            return "invisible"
        r, g, b, a = self._colour
        if pdfium.FPDFPageObj_GetFillColor(item, ctypes.byref(r), ctypes.byref(g), ctypes.byref(b), ctypes.byref(a)):
            if a.value == 0:
                return "invisible"
            if r.value >= _WHITE and g.value >= _WHITE and b.value >= _WHITE:
                return "white"
        return ""

    def _clip(self, item: Any) -> tuple[float, float, float, float] | None:
        """The rectangle that the object is clipped to; None without one, or where the clip is no rectangle."""
        path = pdfium.FPDFPageObj_GetClipPath(item)
        count = pdfium.FPDFClipPath_CountPaths(path)
        if count <= 0:
            return None
        box = (-1e9, -1e9, 1e9, 1e9)
        for i in range(count):
            segments = pdfium.FPDFClipPath_CountPathSegments(path, i)
            if not 4 <= segments <= 6:
                continue
            x0, y0 = self._corner(path, i, 0)
            x1, y1 = self._corner(path, i, 2)
            x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
            box = (max(box[0], x0), max(box[1], y0), min(box[2], x1), min(box[3], y1))
        return box

    def _corner(self, path: Any, index: int, segment: int) -> tuple[float, float]:
        x, y = self._point
        part = pdfium.FPDFClipPath_GetPathSegment(path, index, segment)
        pdfium.FPDFPathSegment_GetPoint(part, ctypes.byref(x), ctypes.byref(y))
        return x.value, y.value
