"""A PDF file to a `Reading`: opened, read page by page, tables stitched; what could not be read is a problem."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium2

from indexer.pdf.opening import Opened, open_pdf
from indexer.pdf.page import PageReader, lacks_text, read_page
from indexer.tables.build import pages_to_tables
from indexer.tables.furniture import PageNumbers
from indexer.tables.layout import PageLayout, page_to_layout
from indexer.tables.page import PageContent
from indexer.types import Problem, Reading

Progress = Callable[[int, int], None]
"""(pages done, pages in all)."""


def read_document(
    path: Path, password: str | None = None, progress: Progress | None = None, *, scan_reader: PageReader | None = None
) -> Reading:
    """Tables, lines and problems of a PDF.

    `scan_reader` reads pages without text: a problem of kind "ocr"; what it cannot read is one of kind "no_text".
    Raises NotFoundError, NotPdfError, EncryptedError or DamagedError.
    """
    path = Path(path)
    with open_pdf(path, password) as opened:
        return _read(path, opened, progress, scan_reader)


def _read(path: Path, opened: Opened, progress: Progress | None, scan_reader: PageReader | None) -> Reading:
    pages = len(opened.document)
    problems: list[Problem] = list(opened.problems)
    layouts: list[PageLayout] = []
    sizes: list[tuple[float, float]] = []
    numbers = PageNumbers()
    for index in range(pages):
        try:
            page = opened.document[index]
        except pdfium2.PdfiumError as error:
            problems.append(Problem(index + 1, "bad_page", f"第{index + 1}页无法打开：{error}"))
            sizes.append((0.0, 0.0))
            continue
        try:
            sizes.append((round(page.get_width(), 2), round(page.get_height(), 2)))
            content = read_page(page, index + 1)
            if lacks_text(content):
                content, problem = _recognised(content, page, scan_reader)
                problems.append(problem)
            layouts.append(page_to_layout(content, numbers))
        except (pdfium2.PdfiumError, ValueError, ArithmeticError, LookupError) as error:
            problems.append(Problem(index + 1, "bad_page", f"第{index + 1}页读取失败：{error}"))
        finally:
            page.close()
        if progress is not None:
            progress(index + 1, pages)
    extracted = pages_to_tables(layouts, path.stem)
    return Reading(
        path=str(path),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        pages=pages,
        page_sizes=tuple(sizes),
        tables=extracted.tables,
        lines=extracted.lines,
        problems=tuple(problems),
        outline=opened.outline,
        metadata_title=opened.title,
    )


def _recognised(
    content: PageContent, page: pdfium2.PdfPage, scan_reader: PageReader | None
) -> tuple[PageContent, Problem]:
    """What `scan_reader` sees on a page without text, and the word that it was recognised, or that nothing was."""
    number = content.number
    if scan_reader is not None:
        found = scan_reader(page, number)
        if found.chars:
            return found, Problem(number, "ocr", f"第{number}页没有文字层，内容由图片识别得到，引用前请核对原件")
    return content, Problem(number, "no_text", f"第{number}页是图片，没有可用的文字层")
