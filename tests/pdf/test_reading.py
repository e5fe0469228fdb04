"""Opening files of every kind of trouble, and what is read beside tables."""

from __future__ import annotations

import random
import zlib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from indexer.errors import DamagedError, EncryptedError, NotFoundError, NotPdfError, ReadError
from indexer.pdf import page_picture, read_document
from indexer.pdf.page import read_page
from indexer.tables.page import Char, PageContent
from tests.pdf.sheets import Book


@pytest.fixture
def good(tmp_path: Path) -> Path:
    book = Book()
    for i in range(3):
        sheet = book.page()
        sheet.line(f"第{'一二三'[i]}部分的文字在这里。")
        sheet.canvas.bookmarkPage(f"p{i}")
        sheet.canvas.addOutlineEntry(f"第{'一二三'[i]}部分", f"p{i}")
    sheet.canvas.setTitle("某某局预算")
    return book.save(tmp_path / "good.pdf")


def test_lines_outline_title_and_sizes(good: Path) -> None:
    seen: list[tuple[int, int]] = []
    reading = read_document(good, progress=lambda done, all_: seen.append((done, all_)))
    assert [(x.page, x.text) for x in reading.lines] == [
        (i + 1, f"第{'一二三'[i]}部分的文字在这里。") for i in range(3)
    ]
    assert reading.outline == (("第一部分", 1), ("第二部分", 2), ("第三部分", 3))
    assert reading.metadata_title == "某某局预算"
    assert reading.page_sizes[0] == (595, 842)
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert not reading.problems
    assert len(reading.sha256) == 64


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_document(tmp_path / "没有.pdf")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 a spreadsheet"])
def test_not_a_pdf(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(NotPdfError):
        read_document(path)


def test_folder_is_not_a_pdf(tmp_path: Path) -> None:
    with pytest.raises(NotPdfError):
        read_document(tmp_path)


def test_encrypted(good: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=good)
    writer.encrypt("秘密word", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    with pytest.raises(EncryptedError):
        read_document(path)
    with pytest.raises(EncryptedError):
        read_document(path, password="wrong")


def test_encrypted_with_the_right_password(good: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=good)
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    assert len(read_document(path, password="secret").lines) == 3


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.6, 0.9])
def test_truncated_file_is_an_error_or_a_problem_never_silent(keep: float, good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(data[: int(len(data) * keep)])
    assert _told(path)


def packed(kilobytes: int, cut: int = 0, broken: bool = False) -> bytes:
    data = bytearray(zlib.compress(random.Random(1).randbytes(kilobytes * 1000)))
    if broken:
        data[len(data) // 2] ^= 0xFF
    return bytes(data[: len(data) - cut])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (packed(20), ""),
        (packed(20, cut=4), ""),  # only the check sum is missing
        (packed(20, cut=5000), "1 处"),
        (packed(20, broken=True), "1 处"),
        (zlib.compress(bytes(400_000_000)), "1 处"),
    ],
    ids=["whole", "no check sum", "cut short", "damaged", "too large"],
)
def test_packed_data_that_is_not_whole_is_told(body: bytes, words: str, good: Path, tmp_path: Path) -> None:
    extra = b"99 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (len(body), body)
    path = tmp_path / "more.pdf"
    path.write_bytes(good.read_bytes().replace(b"%PDF-1.", extra.join((b"%PDF-1.4\n", b"%")), 1))
    told = [p.message for p in read_document(path).problems if p.kind == "incomplete"]
    assert len(told) == bool(words)
    assert words in "".join(told)


def _told(path: Path) -> bool:
    try:
        return bool(read_document(path).problems)
    except DamagedError as error:
        return error.path == str(path)


def test_a_bad_page_is_a_problem_and_the_rest_goes_on(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(page: Any, number: int) -> PageContent:
        if number == 2:
            raise ValueError("broken")
        return read_page(page, number)

    monkeypatch.setattr("indexer.pdf.document.read_page", read)
    reading = read_document(good)
    assert [(p.page, p.kind) for p in reading.problems] == [(2, "bad_page")]
    assert [x.page for x in reading.lines] == [1, 3]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    book = Book()
    book.page().line("有文字的一页，不需要识别。")
    sheet = book.page()
    sheet.canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 595, 842)
    return book.save(tmp_path / "scan.pdf")


def test_page_without_text_is_a_problem(scan: Path) -> None:
    assert [(p.page, p.kind) for p in read_document(scan).problems] == [(2, "no_text")]


def test_a_reader_of_scans_takes_over_pages_without_text(scan: Path) -> None:
    def recognise(page: Any, number: int) -> PageContent:
        chars = tuple(Char(c, 50 + 12 * i, 50, 62 + 12 * i, 62, 12, False, 1) for i, c in enumerate("识别出来的文字"))
        return PageContent(number, page.get_width(), page.get_height(), chars, (), (), 1.0, confidence=0.9)

    reading = read_document(scan, scan_reader=recognise)
    assert [(p.page, p.kind) for p in reading.problems] == [(2, "ocr")]
    assert (reading.lines[-1].page, reading.lines[-1].text) == (2, "识别出来的文字")


def test_a_page_that_a_reader_of_scans_cannot_read_lacks_text(scan: Path) -> None:
    reading = read_document(scan, scan_reader=lambda page, number: PageContent(number, 595, 842, (), (), ()))
    assert [(p.page, p.kind) for p in reading.problems] == [(2, "no_text")]


def test_page_picture(good: Path) -> None:
    picture = page_picture(good, 2, dpi=72)
    assert picture.size == (595, 842)
    huge = Book()
    huge.page(1_000_000, 500_000)
    assert page_picture(huge.save(good.with_name("huge.pdf")), 1).size == (6000, 3000)
    with pytest.raises(ReadError):
        page_picture(good, 4)
