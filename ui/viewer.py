"""A page of a held document as a picture, with the cited cell marked on it."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from PIL.Image import Image

from indexer.errors import UnknownDocumentError, UsageError
from indexer.types import BBox, DocumentInfo
from ui.render import render

DPI = 110
_POINTS = 72
_MARGIN = 2.0
"""Points between a cell's text and the mark around it."""


class PageSource(Protocol):
    """The part of the store that the viewer needs."""

    def documents(self) -> tuple[DocumentInfo, ...]: ...
    def pdf(self, document: str) -> Path: ...


class Painter(Protocol):
    """Draws one page of a PDF (`indexer.pdf.page_picture`)."""

    def __call__(self, path: Path, page: int, dpi: int = DPI) -> Image: ...


def no_page() -> str:
    """What stands where a page will be shown."""
    return render("viewer.html", document="", page=0, pages=0, picture="", mark=None, note="")


def page_error(message: str) -> str:
    """What stands there when a page cannot be shown."""
    return render("viewer_error.html", message=message)


def show_page(store: PageSource, paint: Painter, request: Mapping[str, object]) -> str:
    """The page that a click asks for: `document`, `page`, and `box` ("x0,y0,x1,y1" or "").

    The request comes from a browser, so each part is checked. Raises UnknownDocumentError and UsageError.
    """
    document = str(request.get("document", ""))
    info = next((held for held in store.documents() if held.id == document), None)
    if info is None:
        raise UnknownDocumentError(document)
    page = _page(str(request.get("page", "")), info.pages)
    picture = paint(store.pdf(document), page, dpi=DPI)
    box = _box(str(request.get("box", "")))
    return render(
        "viewer.html",
        document=document,
        page=page,
        pages=info.pages,
        picture=_data_uri(picture),
        mark=_mark(box, picture.size) if box else None,
        note=str(request.get("note", ""))[:200],
    )


def _page(text: str, pages: int) -> int:
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= page <= pages:
        raise UsageError(f"没有第 {text[:8]} 页：这份文件共 {pages} 页")
    return page


def _box(text: str) -> BBox | None:
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (x0, y0, x1, y1)


def _mark(box: BBox, size: tuple[int, int]) -> dict[str, str]:
    """The box in percent of the picture, so that it fits at any width."""
    width, height = (pixels * _POINTS / DPI for pixels in size)
    x0, y0, x1, y1 = box[0] - _MARGIN, box[1] - _MARGIN, box[2] + _MARGIN, box[3] + _MARGIN
    shares = {"left": x0 / width, "top": y0 / height, "width": (x1 - x0) / width, "height": (y1 - y0) / height}
    return {side: f"{100 * share:.3f}%" for side, share in shares.items()}


def _data_uri(picture: Image) -> str:
    """The picture inside the page itself: no file to serve, none to clean up."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=False)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
