"""One page of a PDF as characters and rulings: the reader for pages with text.

`PageReader` is the seam for other readers: a recogniser of scans takes the same page and yields the same type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from operator import itemgetter

import numpy as np
import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium

from indexer.pdf.chars import PageText, read_chars
from indexer.pdf.shapes import Box, Boxes, Shapes, read_shapes
from indexer.tables.page import Char, PageContent, Ruling, turn_box

PageReader = Callable[["pdfium2.PdfPage", int], PageContent]
"""(open page, page number from 1) -> content."""

_FEW = 8
"""A page with fewer characters than this, and a picture, is taken for a scan."""
_MOST_OF_PAGE = 0.5
_GARBAGE = 0.4
"""Part of a layer's characters."""


def read_page(page: pdfium2.PdfPage, number: int) -> PageContent:
    """The page's visible characters and rulings in the reading frame."""
    left, bottom, right, top = sheet = page.get_cropbox()
    text_page = page.get_textpage()
    try:
        text = read_chars(text_page.raw, sheet)
    finally:
        text_page.close()
    shapes = read_shapes(page.raw)
    width, height = right - left, top - bottom
    rotation = pdfium.FPDFPage_GetRotation(page.raw)
    turn = text.turn if text.chars else rotation

    rulings = _from_corner(shapes.rulings, left, top)
    chars = _visible(text, shapes, left, top)
    if turn:
        chars = [
            Char(c.text, *turn_box((c.x0, c.y0, c.x1, c.y1), width, height, turn), c.size, c.bold, c.group)
            for c in chars
        ]
        rulings = np.array([turn_box(box, width, height, turn) for box in rulings.tolist()]).reshape(-1, 4)
    horizontal, vertical = _rulings(rulings)
    return PageContent(
        number=number,
        width=height if turn % 2 else width,
        height=width if turn % 2 else height,
        chars=tuple(chars),
        horizontal=horizontal,
        vertical=vertical,
        image_share=_share(shapes.pictures, sheet),
        turn=(rotation - turn) % 4,
        unmapped=text.unmapped,
        hidden=bool(chars) and all(text.faint.get(c.group) == "invisible" for c in chars),
    )


def lacks_text(content: PageContent) -> bool:
    """Whether a page needs recognising: pictures without text, or text whose characters have no meaning.

    So do scans with a layer of recognised text: it lacks the rules, and some are not worth reading.
    """
    texts = [text for text in map(itemgetter(0), content.chars) if text != " "]
    if content.unmapped > max(len(texts), _FEW):
        return True
    if content.image_share > _MOST_OF_PAGE:
        return len(texts) < _FEW or content.hidden or _is_garbage(texts)
    return len(texts) < _FEW and content.image_share > 0.3


def _is_garbage(texts: Sequence[str]) -> bool:
    """Whether characters are mostly none that a Chinese document prints."""
    return sum(not _is_usual(text) for text in texts) > _GARBAGE * len(texts)


def _is_usual(text: str) -> bool:
    if text.isascii():
        return not text.isalpha()
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _visible(text: PageText, shapes: Shapes, left: float, top: float) -> list[Char]:
    """Characters not painted invisible.

    Invisible text is kept where nothing else is there: it is what a recogniser left on a scan.
    """
    if not text.faint:
        return text.chars
    dark = _from_corner(np.concatenate((shapes.areas, shapes.pictures)), left, top).tolist()
    bright = [c for c in text.chars if _is_seen(c, text.faint.get(c.group), dark)]
    seen = sum(1 for c in bright if c.text != " ")
    return bright if seen >= _FEW or len(bright) * 2 >= len(text.chars) else text.chars


def _is_seen(char: Char, why: str | None, dark: Sequence[Sequence[float]]) -> bool:
    """Whether it is painted in a colour, or white with something dark under it."""
    if not why:
        return True
    x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
    return why == "white" and any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in dark)


def _from_corner(boxes: Boxes, left: float, top: float) -> Boxes:
    """Boxes measured from the sheet's top left corner."""
    x0, y0, x1, y1 = boxes.T
    return np.stack((x0 - left, top - y1, x1 - left, top - y0), axis=1)


def _rulings(boxes: Boxes) -> tuple[tuple[Ruling, ...], tuple[Ruling, ...]]:
    """Horizontal and vertical ones."""
    new = tuple.__new__
    x0, y0, x1, y1 = boxes.T
    flat = x1 - x0 >= y1 - y0
    across = np.stack(((y0 + y1) / 2, x0, x1), axis=1)[flat]
    down = np.stack(((x0 + x1) / 2, y0, y1), axis=1)[~flat]
    return tuple(map(new, repeat(Ruling), across.tolist())), tuple(map(new, repeat(Ruling), down.tolist()))


def _share(pictures: Boxes, page: Box) -> float:
    area = (page[2] - page[0]) * (page[3] - page[1])
    if not len(pictures) or area <= 0:
        return 0.0
    covered = 0.0
    for x0, y0, x1, y1 in pictures.tolist():
        width = min(x1, page[2]) - max(x0, page[0])
        height = min(y1, page[3]) - max(y0, page[1])
        covered += max(width, 0) * max(height, 0)
    return min(covered / area, 1.0)
