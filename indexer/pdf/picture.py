"""Pictures of pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from indexer.errors import ReadError
from indexer.pdf.opening import open_pdf

if TYPE_CHECKING:
    import numpy as np
    import pypdfium2 as pdfium2
    from numpy.typing import NDArray
    from PIL.Image import Image

_COARSEST, _FINEST = 150, 200
"""Dots per inch for recognition: below, small characters fill in; above, only time is spent."""
_MOST_PIXELS = 3600
"""Along the longer side, whatever size the page claims."""
_MOST_SHOWN = 6000
"""The same for pictures to look at: a poster at the usual fineness."""


def page_picture(path: Path, page: int, dpi: int = 110, password: str | None = None) -> Image:
    """A page (from 1) as an RGB picture, as displayed. Raises ReadError for a page that is not there."""
    with open_pdf(Path(path), password) as opened:
        if not 1 <= page <= len(opened.document):
            raise ReadError(str(path), f"没有第{page}页，共{len(opened.document)}页")
        sheet = opened.document[page - 1]
        try:
            scale = min(dpi / 72, _MOST_SHOWN / max(*sheet.get_size(), 1))
            picture: Image = sheet.render(scale=scale).to_pil().convert("RGB")
        finally:
            sheet.close()
        return picture


def page_pixels(page: pdfium2.PdfPage) -> tuple[NDArray[np.uint8], float]:
    """An open page as displayed, as (rows, columns, blue green red), with its dots per inch: as fine as its pictures,
    within bounds."""
    width, height = page.get_size()
    finest = 0.0
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,)):
        left, bottom, right, top = item.get_bounds()
        across = max(right - left, top - bottom)
        if across > 0:
            finest = max(finest, max(item.get_px_size()) / across * 72)
    dpi = min(max(finest, _COARSEST), _FINEST, _MOST_PIXELS * 72 / max(width, height, 1))
    picture = page.render(scale=dpi / 72).to_numpy()
    return picture[:, :, :3].copy(), dpi
