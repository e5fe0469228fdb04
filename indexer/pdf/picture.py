"""Pictures of pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import ReadError
from indexer.pdf.opening import open_pdf

if TYPE_CHECKING:
    from PIL.Image import Image


def page_picture(path: Path, page: int, dpi: int = 110, password: str | None = None) -> Image:
    """A page (from 1) as an RGB picture, as displayed. Raises ReadError for a page that is not there."""
    with open_pdf(Path(path), password) as opened:
        if not 1 <= page <= len(opened.document):
            raise ReadError(str(path), f"没有第{page}页，共{len(opened.document)}页")
        sheet = opened.document[page - 1]
        try:
            picture: Image = sheet.render(scale=dpi / 72).to_pil().convert("RGB")
        finally:
            sheet.close()
        return picture
