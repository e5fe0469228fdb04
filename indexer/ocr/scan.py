"""A scanned page to characters and rulings, cell by cell: read as a whole, a number merges with its neighbour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from indexer.ocr.ink import filled, find_ink, letter_height, parted, stretches, text_bands, without_specks
from indexer.ocr.recognise import Mark, RecognitionError, recognise, text_boxes
from indexer.ocr.rulings import Stroke, find_rules
from indexer.ocr.seals import grey_without_seals
from indexer.ocr.straighten import skew_of, turned
from indexer.pdf.picture import page_pixels
from indexer.tables.lattice import Lattice, find_lattices
from indexer.tables.page import Char, PageContent, Ruling

if TYPE_CHECKING:
    import numpy as np
    import pypdfium2
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_TURNS = (1, 3, 2)
_READABLE = 0.96
"""A page read with less certainty than this may lie on its side."""
_SAMPLE = 24
"""Lines that tell which side is up."""
_CEILING = 0.99
"""No figure read from a picture is surer than this, however clear it looks."""
_LETTER = 10 / 72
"""Inches: how high a character is where the page does not tell."""
_CROWDED = 2.4
"""Times a character's height above which a row of ink is more than one line."""
_PARTED = 1.3
_FIGURE = re.compile(r"-?\d[\d,]*\.\d+")
_ORDINALS = "二三四五六七八九"
_FLAT = 0.15
_EDGE = 2
_LOWEST = 0.7
"""Part of a full character's height that a line has at least: a dash stays a dash, and digits fill their picture."""
_FRAME = 3
"""Pixels around a line that the recogniser wants to see."""

Box = tuple[int, int, int, int]


class _Line(NamedTuple):
    """A single line of text, in pixels, with its font's height; `cell`: that which it stands in, if in a table."""

    box: Box
    size: float
    cell: Box | None = None


@dataclass(slots=True)
class _Sheet:
    """A level page while it is read."""

    picture: Picture
    ink: Picture
    faint: Picture
    dpi: float
    skew: float
    horizontal: tuple[Ruling, ...]
    vertical: tuple[Ruling, ...]
    letter: float = 0.0
    lines: list[_Line] = field(default_factory=list)


def read_scan(page: pypdfium2.PdfPage, number: int) -> PageContent:
    """The page's text with boxes and its rules, level and upright, in points.

    `turn` and `skew` lead back to the page as displayed. Without any characters where nothing could be recognised.
    """
    import numpy as np

    coloured, dpi = page_pixels(page)
    pixels = grey_without_seals(coloured, dpi)
    try:
        sheet = _prepare(pixels, dpi)
        content = _content(sheet, number, 0)
        if content.chars and content.confidence < _READABLE:
            sheets = {turn: _prepare(np.ascontiguousarray(np.rot90(pixels, turn)), dpi) for turn in _TURNS}
            sheets[0] = sheet
            best = max(sheets, key=lambda turn: _confidence(_read_lines(sheets[turn], _SAMPLE)))
            if best:
                content = _content(sheets[best], number, best)
    except RecognitionError:
        return PageContent(number, pixels.shape[1] * 72 / dpi, pixels.shape[0] * 72 / dpi, (), (), ())
    return content


def _prepare(pixels: Picture, dpi: float) -> _Sheet:
    """The page level, with its rules and the places of its lines."""
    skew = skew_of(find_ink(pixels).faint)
    level = turned(pixels, skew)
    ink = find_ink(level)
    rules = find_rules(ink.faint, dpi)
    horizontal, vertical = _rulings(rules.horizontal, 72 / dpi), _rulings(rules.vertical, 72 / dpi)
    lattices, _ = find_lattices(horizontal, vertical)
    plain, faint = (without_specks(layer & ~rules.mask) for layer in ink)
    sheet = _Sheet(_wiped(level, rules.mask), plain, faint, dpi, skew, horizontal, vertical)
    _find_lines(sheet, lattices)
    return sheet


def _content(sheet: _Sheet, number: int, turn: int) -> PageContent:
    """`turn`: quarter turns clockwise from this sheet to the page as displayed."""
    chars = _read_lines(sheet)
    height, width = (length * 72 / sheet.dpi for length in sheet.picture.shape)
    return PageContent(
        number, width, height, tuple(chars), sheet.horizontal, sheet.vertical,
        image_share=1.0, turn=turn, confidence=_confidence(chars), skew=sheet.skew,
    )  # fmt: skip


def _confidence(chars: list[Char]) -> float:
    """The mean of the characters': on a page that is hard to read no figure counts as sure."""
    return min(sum(c.confidence for c in chars) / len(chars), _CEILING) if chars else 0.0


def _rulings(strokes: list[Stroke], point: float) -> tuple[Ruling, ...]:
    return tuple(Ruling(s.at * point, s.start * point, s.end * point) for s in strokes)


def _wiped(picture: Picture, mask: Picture) -> Picture:
    """The picture without its rules, which would read as 1, l or 一 beside a number."""
    import cv2

    clean: Picture = cv2.inpaint(picture, mask, 2, cv2.INPAINT_TELEA)
    return clean


def _find_lines(sheet: _Sheet, lattices: list[Lattice]) -> None:
    """Lines of the cells and those outside tables, by their ink."""
    cells = [box for lattice in lattices for box in _cells(lattice, sheet)]
    outside = sheet.ink.copy()
    for lattice in lattices:
        x0, y0, x1, y1 = (round(v * sheet.dpi / 72) for v in lattice.bbox)
        outside[max(y0, 0) : y1, max(x0, 0) : x1] = 0
    areas = [outside, *(sheet.ink[y0:y1, x0:x1] for x0, y0, x1, y1 in cells)]
    heights = [bottom - top for area in areas for top, bottom in text_bands(area, 1.0)]
    sheet.letter = letter_height(heights, _LETTER * sheet.dpi)
    for cell in cells:
        sheet.lines.extend(_Line(box, sheet.letter, cell) for box in _cell_lines(sheet, cell))
    crowded = outside.copy()
    for top, bottom in text_bands(outside, sheet.letter):
        if bottom - top <= _CROWDED * sheet.letter:
            sheet.lines.extend(_free_lines(sheet, outside, top, bottom))
            crowded[top:bottom] = 0
    sheet.lines.extend(_detected(sheet, crowded))


def _free_lines(sheet: _Sheet, outside: Picture, top: int, bottom: int) -> list[_Line]:
    """The pieces of one line outside tables, parted where the gaps are wide."""
    size = max(sheet.letter, bottom - top)
    out: list[_Line] = []
    for left, right in stretches(filled(outside[top:bottom], 0), gap=round(_PARTED * size)):
        rows = filled(outside[top:bottom, left:right], 1).nonzero()[0]
        y0, y1 = top + int(rows[0]), top + int(rows[-1]) + 1
        lack = max(round((_LOWEST * sheet.letter - (y1 - y0)) / 2), 0)
        out.append(_Line((left, max(y0 - lack, 0), right, y1 + lack), max(sheet.letter, y1 - y0)))
    return out


def _detected(sheet: _Sheet, crowded: Picture) -> list[_Line]:
    """Lines where rows do not part them (a stamp, columns of text, a dark edge): those that the detector sees."""
    rows = filled(crowded, 1).nonzero()[0]
    if not len(rows):
        return []
    top, bottom = max(int(rows[0]) - 2 * _FRAME, 0), int(rows[-1]) + 2 * _FRAME
    picture = sheet.picture[top:bottom].copy()
    picture[~filled(crowded[top:bottom], 1)] = 255
    boxes = [(x0, max(y0 + top, 0), x1, y1 + top) for x0, y0, x1, y1 in text_boxes(picture)]
    return [_Line(b, 0.75 * (b[3] - b[1])) for b in boxes if crowded[b[1] : b[3], max(b[0], 0) : b[2]].any()]


def _cells(lattice: Lattice, sheet: _Sheet) -> list[Box]:
    scale = sheet.dpi / 72
    return [
        (
            max(round(lattice.xs[c] * scale) + 1, 0),
            max(round(lattice.ys[r] * scale) + 1, 0),
            round(lattice.xs[c_end] * scale) - 1,
            round(lattice.ys[r_end] * scale) - 1,
        )
        for r, c, r_end, c_end in lattice.cells
    ]


def _cell_lines(sheet: _Sheet, cell: Box) -> list[Box]:
    """Boxes of a cell's lines, as high as a full character, so that a dash stays a dash."""
    x0, y0, x1, y1 = cell
    ink = sheet.ink[y0:y1, x0:x1]
    out: list[Box] = []
    for top, bottom in parted(ink, text_bands(ink, sheet.letter), sheet.letter):
        if bottom - top < 3 and filled(ink[top:bottom], 0).sum() < 4:
            continue
        lack = max(round((_LOWEST * sheet.letter - (bottom - top)) / 2), 0)
        edge = _EDGE if bottom - top > _LOWEST * sheet.letter else 0  # strokes of the next line may reach in there
        columns = filled(sheet.faint[y0 + top + edge : y0 + bottom - edge, x0:x1], 0).nonzero()[0]
        left, right = int(columns[0]), int(columns[-1]) + 1
        out.append((x0 + left, max(y0 + top - lack, 0), x0 + right, y0 + bottom + lack))
    return out


def _read_lines(sheet: _Sheet, most: int = 0) -> list[Char]:
    """The characters of all lines, or of at most about `most` of them."""
    lines = sheet.lines[:: len(sheet.lines) // most + 1] if most else sheet.lines
    read = list(zip(lines, recognise([_framed(sheet, line.box) for line in lines]), strict=True))
    texts = [("".join(mark.text for mark in marks), line.cell) for line, marks in read]
    figures = [cell for text, cell in texts if cell and _FIGURE.fullmatch(text)]
    ordinals = [cell for text, cell in texts if cell and text and text in _ORDINALS]
    chars: list[Char] = []
    for group, (line, marks) in enumerate(read):
        dash = [mark.text for mark in marks] == ["一"] and (
            _is_flat(sheet, line.box) or (_in_column(line, figures) and not _in_column(line, ordinals))
        )
        seen = (marks[0]._replace(text="—"),) if dash else marks
        chars.extend(_chars(line.box, line.size, seen, group, 72 / sheet.dpi))
    return chars


def _is_flat(sheet: _Sheet, box: Box) -> bool:
    """Whether a line is one even stroke: a dash, where 一 swells at its ends."""
    x0, y0, x1, y1 = box
    return int(filled(sheet.ink[y0:y1, x0:x1], 1).sum()) <= _FLAT * sheet.letter


def _in_column(line: _Line, cells: list[Box]) -> bool:
    """Whether one of these cells stands over or under the line's own. 一 among figures is a dash: many faces draw it so."""
    return line.cell is not None and any(x0 < line.cell[2] and line.cell[0] < x1 for x0, _, x1, _ in cells)


def _framed(sheet: _Sheet, box: Box) -> Picture:
    """A line's picture within blank paper: what stands above and below belongs to other lines."""
    import cv2
    import numpy as np

    x0, y0, x1, y1 = box
    line = sheet.picture[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1]
    paper = float(np.median(line))
    frame = _FRAME - 1
    framed: Picture = cv2.copyMakeBorder(line, frame, frame, frame, frame, cv2.BORDER_CONSTANT, value=(paper,))
    return framed


def _chars(box: Box, size: float, marks: tuple[Mark, ...], group: int, point: float) -> list[Char]:
    """Characters side by side over the line's box, each bounded half way to its neighbours."""
    x0, y0, x1, y1 = box
    left, width = x0 - _FRAME, x1 - x0 + 2 * _FRAME
    middle = (y0 + y1) / 2
    top, bottom = (middle - size / 2) * point, (middle + size / 2) * point
    places = [min(max(left + m.middle * width, x0), x1) for m in marks]
    bounds = [float(x0), *((a + b) / 2 for a, b in pairwise(places)), float(x1)]
    return [
        Char(m.text, a * point, top, max(b, a + 0.1) * point, bottom, size * point, False, group, m.confidence)
        for m, a, b in zip(marks, bounds, bounds[1:], strict=False)
        if m.text != " "
    ]
