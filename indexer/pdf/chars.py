"""Characters of a page by pypdfium2's raw interface: what can be seen, once, with its loose box.

Loose boxes have the height of the font, so that punctuation and digits group into lines like any other character.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from indexer.pdf.fast import address_of, fast, numbers_of
from indexer.pdf.styles import Array, Clip, Styles, read_styles
from indexer.tables.page import Char
from indexer.text import normalize

_ODD = {0, 0xFFFD, 0xFFFE, 0xFFFF}
_NO_WIDTH = 0.01
_TOUCH = 0.6


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
    """All characters on the sheet (left, bottom, right, top) that have a place and lie inside their clip.

    A page has thousands: whole columns of them are worked on, not one after the other.
    """
    page = address_of(text_page)
    codes, boxes = _codes(page), _boxes(page)
    with np.errstate(all="ignore"):  # the boxes of a hostile file reach beyond all bounds
        placed = np.flatnonzero((codes != 13) & (codes != 10) & ~(boxes[:, 2] - boxes[:, 0] < _NO_WIDTH))
        if not len(placed):
            return PageText([], {}, 0, 0)
        boxes = boxes[placed]
        objects = _read_objects(page, placed.tolist(), boxes)
        kept = np.flatnonzero(_inside((boxes[:, :2] + boxes[:, 2:]) / 2, objects.clips(sheet)))
        places = boxes * (1, -1, 1, -1) + (-sheet[0], sheet[3], -sheet[0], sheet[3])
    texts = list(map(_plain, codes[placed[kept]].tolist()))
    unmapped = texts.count("")
    if unmapped:
        kept = kept[np.array(texts, bool)]
        texts = [text for text in texts if text]
    shared = (objects.each(objects.styles.sizes), objects.each(objects.styles.bold), objects.groups)
    fields = zip(texts, *places[kept].T.tolist(), *(each[kept].tolist() for each in shared), repeat(1.0), strict=False)
    chars: list[Char] = list(map(tuple.__new__, repeat(Char), fields))
    return PageText(chars, objects.faint(), _common_turn(texts, objects, kept), unmapped)


def _codes(page: int) -> Array:
    """The codes of a page's characters: in one call where each takes one UTF-16 unit, else one by one."""
    call = fast()
    count = max(call.text_count(page), 0)
    units = np.zeros(count + 1, np.uint16)
    if call.text(page, 0, count, units.ctypes.data) == count + 1 and not (units >> 11 == 0xD800 >> 11).any():
        return units[:count]
    return np.array([call.text_unicode(page, i) for i in range(count)], np.int64)


def _boxes(page: int) -> Array:
    """left, top, right, bottom of each character."""
    call = fast()
    characters = range(max(call.text_count(page), 0))
    return numbers_of(partial(call.text_box, page), characters, np.float32, 4, struct=True).astype(np.float64)


def _inside(middle: Array, clip: Array) -> Array:
    """Whether points lie within rectangles (left, bottom, right, top)."""
    x, y = middle.T
    left, bottom, right, top = clip.T
    inside: Array = (left - 0.5 <= x) & (x <= right + 0.5) & (bottom - 0.5 <= y) & (y <= top + 0.5)
    return inside


@dataclass(frozen=True, slots=True)
class _Objects:
    """The text objects that characters belong to: a number from 1 for each character, and the styles that they have.

    `spans`: how many characters have each style; `starts`: the first character of each object.
    """

    groups: Array
    starts: Array
    styles: Styles
    spans: Array

    def each(self, values: Array) -> Array:
        """A value for each style as one for each character."""
        return np.repeat(values, self.spans, axis=0)

    def clips(self, sheet: Clip) -> Array:
        """The rectangle that shows each character; one for all where nothing is clipped."""
        own = self.styles.clips
        if own is None:
            return np.array(sheet)
        return self.each(np.hstack((np.maximum(own[:, :2], sheet[:2]), np.minimum(own[:, 2:], sheet[2:]))))

    def faint(self) -> dict[int, str]:
        """Why an object may not be seen, by its number."""
        if not self.styles.faint.any():
            return {}
        why = self.each(self.styles.faint)[self.starts].tolist()
        return {group: word for group, word in enumerate(why, 1) if word}


def _read_objects(page: int, indices: list[int], boxes: Array) -> _Objects:
    call = fast()
    objects = np.fromiter(map(call.text_object, repeat(page), indices), np.uint64, len(indices))
    starts = np.flatnonzero(np.concatenate(([True], objects[1:] != objects[:-1])))
    # One object a character is common: a neighbour that touches has the same style.
    touching = (np.abs(boxes[1:, 0] - boxes[:-1, 2]) < _TOUCH) & (boxes[1:, 1] == boxes[:-1, 1])
    alone = ~np.concatenate(([False], touching))[starts]
    styled = starts[alone]
    styles = read_styles(page, [indices[i] for i in styled.tolist()], objects[styled].tolist())
    if styles.turns.any():  # what follows turned text may touch it and be upright
        styles = read_styles(page, [indices[i] for i in starts.tolist()], objects[starts].tolist())
        own: list[int] = []
        for i, far in enumerate(alone.tolist()):
            if far or styles.turns[own[-1]]:
                own.append(i)
        styled, styles = starts[own], styles.take(own)
    groups = np.repeat(np.arange(1, len(starts) + 1), _lengths(starts, len(indices)))
    return _Objects(groups, starts, styles, _lengths(styled, len(indices)))


def _lengths(starts: Array, end: int) -> Array:
    """How far it is from each start to the next, or to the end."""
    return np.concatenate((starts[1:], [end])) - starts


def _common_turn(texts: Sequence[str], objects: _Objects, kept: Array) -> int:
    """Quarter turns of most characters; spaces have none."""
    if not objects.styles.turns.any():
        return 0
    turns = objects.each(objects.styles.turns)[kept].tolist()
    turned: Counter[int] = Counter(turn for turn, text in zip(turns, texts, strict=True) if turn and text != " ")
    turned[0] = sum(text != " " for text in texts) - turned.total() if turned else 1
    return turned.most_common(1)[0][0]


@lru_cache(maxsize=16384)
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
