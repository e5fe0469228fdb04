"""One page of a PDF as characters and rulings: the reader for pages with text.

`PageReader` is the seam for other readers: a recogniser of scans takes the same page and yields the same type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium

from indexer.pdf.chars import RawChar, read_chars
from indexer.pdf.shapes import Box, Shapes, read_shapes
from indexer.tables.page import Char, PageContent, Ruling, turn_box
from indexer.text import normalize

PageReader = Callable[["pdfium2.PdfPage", int], PageContent]
"""(open page, page number from 1) -> content."""

_FEW = 8
"""A page with fewer characters than this, and a picture, is taken for a scan."""


def read_page(page: pdfium2.PdfPage, number: int) -> PageContent:
    """The page's visible characters and rulings in the reading frame."""
    text_page = page.get_textpage()
    try:
        text = read_chars(text_page.raw)
    finally:
        text_page.close()
    shapes = read_shapes(page.raw)
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    rotation = pdfium.FPDFPage_GetRotation(page.raw)
    turn = text.turn if text.chars else rotation

    def place(box: Box) -> Box:
        flat = (box[0] - left, top - box[3], box[2] - left, top - box[1])
        return turn_box(flat, width, height, turn)

    frame = (height, width) if turn % 2 else (width, height)
    chars = _visible(text.chars, shapes, (left, bottom, right, top))
    horizontal, vertical = _rulings(place(box) for box in shapes.rulings)
    return PageContent(
        number=number,
        width=frame[0],
        height=frame[1],
        chars=tuple(_placed(c, place) for c in chars),
        horizontal=tuple(horizontal),
        vertical=tuple(vertical),
        image_share=_share(shapes.pictures, (left, bottom, right, top)),
        turn=(rotation - turn) % 4,
        unmapped=text.unmapped,
    )


def lacks_text(content: PageContent) -> bool:
    """Whether a page needs recognising: pictures without text, or text whose characters have no meaning."""
    seen = sum(1 for c in content.chars if c.text != " ")
    if content.unmapped > max(seen, _FEW):
        return True
    return seen < _FEW and content.image_share > 0.3


def _placed(char: RawChar, place: Callable[[Box], Box]) -> Char:
    x0, y0, x1, y1 = place((char.left, char.bottom, char.right, char.top))
    style = char.style
    return Char(_plain(char.text), x0, y0, x1, y1, style.size, style.bold, style.group)


def _plain(text: str) -> str:
    """Spaces made alike; radicals and compatibility ideographs as the characters they stand for."""
    if text <= "\x7f":
        return " " if text <= " " else text
    if text.isspace() or text in "\u00ad\u200b\ufeff":
        return " "
    if "⺀" <= text <= "⿟" or "豈" <= text <= "\ufaff":
        return normalize(text) or " "
    return text


def _visible(chars: list[RawChar], shapes: Shapes, page: Box) -> list[RawChar]:
    """Characters on the page, inside their clip, and not painted invisible.

    Invisible text is kept where nothing else is there: it is what a recogniser left on a scan.
    """
    shown = [c for c in chars if _inside(c, page) and (c.style.clip is None or _inside(c, c.style.clip))]
    if not any(c.style.faint for c in shown):
        return shown
    bright = [c for c in shown if not c.style.faint or (c.style.faint == "white" and _covered(c, shapes))]
    seen = sum(1 for c in bright if c.text > " ")
    return bright if seen >= _FEW or len(bright) * 2 >= len(shown) else shown


def _inside(char: RawChar, box: Box) -> bool:
    x, y = (char.left + char.right) / 2, (char.bottom + char.top) / 2
    return box[0] - 0.5 <= x <= box[2] + 0.5 and box[1] - 0.5 <= y <= box[3] + 0.5


def _covered(char: RawChar, shapes: Shapes) -> bool:
    """Whether something dark lies under a white character."""
    return any(_inside(char, area) for area in (*shapes.areas, *shapes.pictures))


def _rulings(boxes: Any) -> tuple[list[Ruling], list[Ruling]]:
    horizontal, vertical = [], []
    for x0, y0, x1, y1 in boxes:
        if x1 - x0 >= y1 - y0:
            horizontal.append(Ruling((y0 + y1) / 2, x0, x1))
        else:
            vertical.append(Ruling((x0 + x1) / 2, y0, y1))
    return horizontal, vertical


def _share(pictures: list[Box], page: Box) -> float:
    area = (page[2] - page[0]) * (page[3] - page[1])
    if not pictures or area <= 0:
        return 0.0
    covered = 0.0
    for x0, y0, x1, y1 in pictures:
        width = min(x1, page[2]) - max(x0, page[0])
        height = min(y1, page[3]) - max(y0, page[1])
        covered += max(width, 0) * max(height, 0)
    return min(covered / area, 1.0)
