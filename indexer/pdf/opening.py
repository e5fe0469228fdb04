"""Opening a PDF: the errors that a file can have, repair of damaged ones, outline and title."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium
from pypdf.errors import PyPdfError

from indexer.errors import DamagedError, EncryptedError, NotFoundError, NotPdfError, ReadError
from indexer.types import Problem

_HEADER_WITHIN = 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """An open document with what stands beside its pages."""

    document: pdfium2.PdfDocument
    outline: tuple[tuple[str, int], ...]
    title: str
    problems: tuple[Problem, ...] = ()


@contextmanager
def open_pdf(path: Path, password: str | None = None) -> Iterator[Opened]:
    """The file, open. Raises NotFoundError, NotPdfError, EncryptedError or DamagedError."""
    _check_file(path)
    problems: tuple[Problem, ...] = ()
    try:
        document = pdfium2.PdfDocument(path, password=password)
    except pdfium2.PdfiumError as error:
        if _error_code(error) == pdfium.FPDF_ERR_PASSWORD:
            raise _encrypted(path, password) from error
        document = _repaired(path, password, error)
        problems = (Problem(None, "repaired", "文件结构有损坏，已修复后读取，内容可能不全"),)
    try:
        if len(document) == 0:
            raise DamagedError(str(path), "文件没有任何页面，可能已损坏")
        yield Opened(document, _outline(document), _title(document), problems)
    finally:
        document.close()


def _check_file(path: Path) -> None:
    if not path.exists():
        raise NotFoundError(str(path), "文件不存在")
    if path.is_dir():
        raise NotPdfError(str(path), "这是文件夹，不是PDF文件")
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_WITHIN)
    except OSError as error:
        raise ReadError(str(path), f"文件无法读取：{error.strerror}") from error
    if not head:
        raise NotPdfError(str(path), "文件是空的")
    if b"%PDF-" not in head:
        raise NotPdfError(str(path), "不是PDF文件")


def _error_code(error: pdfium2.PdfiumError) -> int | None:
    code = getattr(error, "err_code", None)
    return int(code) if code is not None else None


def _encrypted(path: Path, password: str | None) -> EncryptedError:
    message = "文件已加密，请提供密码" if password is None else "密码不对"
    return EncryptedError(str(path), message)


def _repaired(path: Path, password: str | None, cause: Exception) -> pdfium2.PdfDocument:
    """The document as far as pypdf can recover it."""
    damaged = DamagedError(str(path), "文件不完整或已损坏，无法读取")
    try:
        reader = pypdf.PdfReader(path, strict=False, password=password)
        writer = pypdf.PdfWriter(clone_from=reader)
        buffer = io.BytesIO()
        writer.write(buffer)
        return pdfium2.PdfDocument(buffer.getvalue())
    except (PyPdfError, pdfium2.PdfiumError, OSError, ValueError, LookupError, TypeError, AttributeError,
            RecursionError) as error:  # fmt: skip
        damaged.add_note(str(error))
        raise damaged from cause


def _outline(document: pdfium2.PdfDocument) -> tuple[tuple[str, int], ...]:
    """(heading, page from 1) of each bookmark with a page."""
    out: list[tuple[str, int]] = []
    for mark in document.get_toc(max_depth=6):
        destination = mark.get_dest()
        index = destination.get_index() if destination is not None else None
        title = mark.get_title().strip()
        if title and index is not None and index >= 0:
            out.append((title, index + 1))
    return tuple(out)


def _title(document: pdfium2.PdfDocument) -> str:
    return (document.get_metadata_value("Title") or "").strip()
