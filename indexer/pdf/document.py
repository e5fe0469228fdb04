"""A PDF file to a `Reading`: opened, read page by page, tables stitched; what could not be read is a problem."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium2

from indexer.memory import uncollected
from indexer.pdf.opening import Opened, open_pdf
from indexer.pdf.page import PageReader, lacks_text, read_page
from indexer.pdf.streams import broken_streams
from indexer.tables.build import pages_to_tables
from indexer.tables.furniture import PageNumbers
from indexer.tables.layout import PageLayout, page_to_layout
from indexer.tables.page import PageContent
from indexer.types import Problem, Reading

Progress = Callable[[int, int], None]
"""(pages done, pages in all)."""
_LAYER = 0.7
"""How sure figures are that someone else's recogniser left on a scan."""


def read_document(
    path: Path,
    password: str | None = None,
    progress: Progress | None = None,
    *,
    scan_reader: PageReader | None = None,
    skip: Mapping[int, str] | None = None,
) -> Reading:
    """Tables, lines and problems of a PDF. `progress` is called once before the first page and after each one.

    `scan_reader` reads pages without text: a problem of kind "ocr"; what it cannot read is one of kind "no_text".
    `skip`: pages to leave out, each with the reason that becomes a problem.
    Raises NotFoundError, NotPdfError, EncryptedError or DamagedError.
    """
    path = Path(path)
    with open_pdf(path, password) as opened:
        reader = _Pages(opened, scan_reader, skip or {})
        if broken := broken_streams(path):
            message = f"文件中有 {broken} 处数据损坏、不完整或过大，内容可能不全"
            reader.problems.append(Problem(None, "incomplete", message))
        pages = len(opened.document)
        for number in range(pages + 1):
            if number:
                with uncollected():
                    reader.read(number)
            if progress is not None:
                progress(number, pages)
        with uncollected():
            extracted = pages_to_tables(reader.layouts, path.stem)
        return Reading(
            path=str(path),
            sha256=_sha256(path),
            pages=pages,
            page_sizes=tuple(reader.sizes),
            tables=extracted.tables,
            lines=extracted.lines,
            problems=tuple(reader.problems),
            outline=opened.outline,
            metadata_title=opened.title,
        )


class _Pages:
    """Pages read one after the other."""

    def __init__(self, opened: Opened, scan_reader: PageReader | None, skip: Mapping[int, str]) -> None:
        self._document, self._scan_reader, self._skip = opened.document, scan_reader, skip
        self._numbers = PageNumbers()
        self.problems: list[Problem] = list(opened.problems)
        self.layouts: list[PageLayout] = []
        self.sizes: list[tuple[float, float]] = []

    def read(self, number: int) -> None:
        """Reads a page (from 1); one that cannot be read is a problem."""
        size = (0.0, 0.0)
        try:
            if number in self._skip:
                self._bad(number, self._skip[number])
                return
            page = self._document[number - 1]
            try:
                size = (round(page.get_width(), 2), round(page.get_height(), 2))
                self._lay_out(page, number)
            finally:
                page.close()
        except (pdfium2.PdfiumError, ValueError, ArithmeticError, LookupError) as error:
            self._bad(number, f"读取失败：{error}")
        finally:
            self.sizes.append(size)

    def _lay_out(self, page: pdfium2.PdfPage, number: int) -> None:
        content = read_page(page, number)
        if lacks_text(content):
            content, problem = _recognised(content, page, self._scan_reader)
            self.problems.append(problem)
        self.layouts.append(page_to_layout(content, self._numbers, self.layouts[-1] if self.layouts else None))

    def _bad(self, number: int, reason: str) -> None:
        self.problems.append(Problem(number, "bad_page", f"第{number}页{reason}"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recognised(
    content: PageContent, page: pdfium2.PdfPage, scan_reader: PageReader | None
) -> tuple[PageContent, Problem]:
    """What `scan_reader` sees on a page without text, and the word that it was recognised, or that nothing was."""
    number = content.number
    if scan_reader is not None:
        found = scan_reader(page, number)
        if found.chars:
            lack = "文字层不可靠" if content.chars else "没有文字层"
            return found, Problem(number, "ocr", f"第{number}页{lack}，内容由图片识别得到，引用前请核对原件")
    if content.hidden:
        message = f"第{number}页是扫描件，内容取自它自带的识别文字，引用前请核对原件"
        return replace(content, confidence=_LAYER), Problem(number, "ocr", message)
    return content, Problem(number, "no_text", f"第{number}页是图片，没有可用的文字层")
