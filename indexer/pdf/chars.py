"""Characters of a page by pypdfium2's raw interface: what can be seen, once, with its loose box.

Loose boxes have the height of the font, so that punctuation and digits group into lines like any other character.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Sequence
from ctypes import c_float, c_uint
from math import atan2, degrees, hypot
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from indexer.pdf.fast import Numbers, address_of, fast
from indexer.tables.page import Char
from indexer.text import normalize

_INVISIBLE_MODES = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_WHITE = 250
_ODD = {0, 0xFFFD, 0xFFFE, 0xFFFF}
_NO_WIDTH = 0.01
_TOUCH = 0.6

Clip = tuple[float, float, float, float]


class Style(NamedTuple):
    """What all characters of one text object share.

    `turn`: quarter turns counter-clockwise of its baseline; `faint`: why it may not be seen ("invisible", "white").
    """

    size: float
    bold: bool
    turn: int
    faint: str
    clip: Clip | None


class PageText(NamedTuple):
    """Characters in points from the page's top left corner, before any turn.

    `faint`: why text objects may not be seen, by group; `turn`: quarter turns of most characters;
    `unmapped`: characters that have no known meaning.
    """

    chars: list[Char]
    faint: dict[int, str]
    turn: int
    unmapped: int


def read_chars(text_page: Any, sheet: Clip) -> PageText:
    """All characters on the sheet (left, bottom, right, top) that have a place and lie inside their clip."""
    call = fast()
    box_of, object_of = call.text_box, call.text_object
    page = address_of(text_page)
    box = Numbers(c_float, 4)
    edges, box_at = box.view, box.at[0]
    styles = _Styles(page)
    plain: dict[int, str] = {}
    new = tuple.__new__  # a page has thousands: naming the fields costs half of making one
    chars: list[Char] = []
    faint: dict[int, str] = {}
    turned: Counter[int] = Counter()
    unmapped = 0
    address = -1
    origin, ceiling = sheet[0], sheet[3]
    group, size, bold, turn, why, clip = 0, 10.0, False, 0, "", sheet
    last_right = last_top = -1e9
    for i, code in enumerate(_codes(page)):
        if code == 13 or code == 10:  # noqa: PLR1714 - asked for every character
            continue
        box_of(page, i, box_at)
        left, top, right, bottom = edges
        if right - left < _NO_WIDTH:
            continue
        here = object_of(page, i)
        if here != address:
            address = here
            group += 1
            # One object a character is common: a neighbour that touches has the same style.
            if not (-_TOUCH < left - last_right < _TOUCH and top == last_top and turn == 0):
                size, bold, turn, why, own = styles.of(here, i)
                clip = sheet if own is None else _common(sheet, own)
            if why:
                faint[group] = why
        last_right, last_top = right, top
        x, y = (left + right) / 2, (top + bottom) / 2
        if not (clip[0] - 0.5 <= x <= clip[2] + 0.5 and clip[1] - 0.5 <= y <= clip[3] + 0.5):
            continue
        text = plain.get(code)
        if text is None:
            text = plain[code] = _plain(code)
        if not text:
            unmapped += 1
            continue
        place = left - origin, ceiling - top, right - origin, ceiling - bottom
        chars.append(new(Char, (text, *place, size, bold, group, 1.0)))
        if turn and text != " ":
            turned[turn] += 1
    turned[0] = sum(c.text != " " for c in chars) - turned.total() if turned else 1
    return PageText(chars, faint, turned.most_common(1)[0][0], unmapped)


def _codes(page: int) -> Sequence[int]:
    """The codes of a page's characters: in one call where each takes one UTF-16 unit, else one by one."""
    call = fast()
    count = call.text_count(page)
    units = (ctypes.c_uint16 * (max(count, 0) + 1))()
    if call.text(page, 0, count, ctypes.addressof(units)) == count + 1:
        codes: list[int] = units[:count]
        if not any(0xD800 <= code < 0xE000 for code in codes):
            return codes
    return [call.text_unicode(page, i) for i in range(count)]


_NO_STYLE = Style(10.0, False, 0, "", None)


def _common(a: Clip, b: Clip) -> Clip:
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


def _plain(code: int) -> str:
    """The character of a code, "" where it has no meaning; spaces, radicals and compatibility forms made alike."""
    if code in _ODD or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return ""
    text = chr(code)
    if text <= " " or text.isspace() or text in "\u00ad\u200b\ufeff":
        return " "
    if "⺀" <= text <= "⿟" or "豈" <= text <= "\ufaff":
        return normalize(text) or " "
    return text


class _Styles:
    """Styles of text objects, asked for once an object; clips and fonts are mostly those of the object before."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._call = fast()
        self._matrix, self._floats, self._colour = Numbers(c_float, 6), Numbers(c_float, 2), Numbers(c_uint, 4)
        self._fonts: dict[int, bool] = {}
        self._last_clip: tuple[int, float, float, Clip] | None = None

    def of(self, item: int | None, index: int) -> Style:
        if not item:
            return _NO_STYLE
        call = self._call
        call.text_matrix(self._page, index, self._matrix.at[0])
        a, b, c, d, _, _ = self._matrix.view
        call.font_size(item, self._floats.at[0])
        scale = d if c == 0 and d > 0 else hypot(c, d) or 1.0
        turn = 0 if b == 0 and a > 0 else round(degrees(atan2(b, a)) / 90) % 4
        mode = call.render_mode(item)
        bold = mode == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE or self._bold(item)
        return Style(abs(self._floats.view[0]) * scale, bold, turn, self._faint(item, mode), self._clip(item))

    def _bold(self, item: int) -> bool:
        font = self._call.font(item)
        known = self._fonts.get(font)
        if known is None:
            buffer = ctypes.create_string_buffer(128)
            self._call.font_name(font, ctypes.addressof(buffer), 128)
            name = buffer.value.lower()
            known = b"bold" in name or b"black" in name or self._call.font_weight(font) >= 600
            self._fonts[font] = known
        return known

    def _faint(self, item: int, mode: int) -> str:
        if mode in _INVISIBLE_MODES:
            return "invisible"
        if self._call.fill_colour(item, *self._colour.at):
            r, g, b, a = self._colour.view
            if a == 0:
                return "invisible"
            if r >= _WHITE and g >= _WHITE and b >= _WHITE:
                return "white"
        return ""

    def _clip(self, item: int) -> Clip | None:
        """The rectangle that the object is clipped to; None without one, or where the clip is no rectangle."""
        path = self._call.clip_path(item)
        count = self._call.clip_count(path)
        if count <= 0:
            return None
        x, y = self._corner(path, count - 1, 0)
        last = self._last_clip
        if last is not None and last[:3] == (count, x, y):
            return last[3]
        box: Clip = (-1e9, -1e9, 1e9, 1e9)
        for i in range(count):
            if not 4 <= self._call.clip_segments(path, i) <= 6:
                continue
            x0, y0 = self._corner(path, i, 0)
            x1, y1 = self._corner(path, i, 2)
            x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
            box = _common(box, (x0, y0, x1, y1))
        self._last_clip = (count, x, y, box)
        return box

    def _corner(self, path: int, index: int, segment: int) -> tuple[float, float]:
        part = self._call.clip_segment(path, index, segment)
        self._call.segment_point(part, *self._floats.at)
        x, y = self._floats.view
        return x, y
