"""Pictures of pages as the viewer shows them, drawn one at a time and kept for the next reader."""

from __future__ import annotations

import base64
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL.Image import Image

DPI = 144
_KEPT = 128
"""Some 200 kB each; most readers look at the same pages."""


class Painter(Protocol):
    """Draws one page of a PDF (`indexer.pdf.page_picture`)."""

    def __call__(self, path: Path, page: int, dpi: int = DPI) -> Image: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A page drawn: a data URI, so that there is no file to serve and none to clean up; its size in pixels."""

    uri: str
    size: tuple[int, int]


class Pictures:
    """Draws pages for many threads. PDFium must not be entered by two at once, so one draws at a time."""

    def __init__(self, paint: Painter) -> None:
        self._paint = paint
        self._drawing, self._lock = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[tuple[Path, int], Picture] = OrderedDict()

    def __call__(self, path: Path, page: int) -> Picture:
        """`path`: a file named by its content, as the store keeps them. Raises ReadError."""
        picture = self._known(path, page)
        if picture is not None:
            return picture
        with self._drawing:
            picture = self._known(path, page)  # another may have drawn it meanwhile
            if picture is not None:
                return picture
            image = self._paint(path, page, dpi=DPI)
            picture = Picture(_data_uri(image), image.size)
            with self._lock:
                self._kept[path, page] = picture
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return picture

    def _known(self, path: Path, page: int) -> Picture | None:
        with self._lock:
            picture = self._kept.get((path, page))
            if picture is not None:
                self._kept.move_to_end((path, page))
            return picture


def _data_uri(image: Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=False)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
