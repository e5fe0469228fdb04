"""What a page is made of, against pdfium's own word for each character, and drawings as they were drawn."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium2
import pytest

from indexer.pdf.page import read_page
from indexer.settings import ROOT
from indexer.tables.page import PageContent
from tests.pdf.sheets import Book


def contents(path: Path) -> list[PageContent]:
    document = pdfium2.PdfDocument(path)
    return [read_page(page, number) for number, page in enumerate(document, 1)]


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "sample").glob("*.pdf"))[:2], ids=lambda p: p.stem)
def test_every_character_stands_where_pdfium_says(path: Path) -> None:
    document = pdfium2.PdfDocument(path)
    for page, content in zip(document, contents(path), strict=True):
        text, height = page.get_textpage(), page.get_height()
        expected = []
        for i in range(text.count_chars()):
            word = text.get_text_range(i, 1)
            x0, y0, x1, y1 = text.get_charbox(i, loose=True)
            if x1 - x0 >= 0.01 and word.strip("\r\n"):
                expected.append((word, *(pytest.approx(v, abs=1e-3) for v in (x0, height - y1, x1, height - y0))))
        assert [c[:5] for c in content.chars] == expected


def test_turned_and_upright_text_that_touch_keep_their_own_direction(tmp_path: Path) -> None:
    book = Book()
    canvas = book.page().canvas
    canvas.setFont("STSong-Light", 10)
    for i in range(20):
        canvas.saveState()
        canvas.translate(100 + 12 * i, 400)
        canvas.rotate(90)
        canvas.drawString(0, 0, "转过来的字")
        canvas.restoreState()
    canvas.drawString(100 + 12 * 19 + 1, 402, "正")
    (content,) = contents(book.save(tmp_path / "turned.pdf"))
    assert content.turn == 3  # quarter turns that lead back to the page
    assert "".join(c.text for c in content.chars).count("转过来的字") == 20
    assert {round(c.size) for c in content.chars} == {10}


def test_lines_of_frames_closed_paths_and_forms(tmp_path: Path) -> None:
    book = Book()
    canvas = book.page().canvas
    canvas.rect(100, 700, 200, 50)
    corner = canvas.beginPath()
    corner.moveTo(100, 600)
    corner.lineTo(300, 600)
    corner.lineTo(100, 500)
    corner.close()
    canvas.drawPath(corner)
    canvas.beginForm("inner")
    canvas.rect(0, 0, 30, 20)
    canvas.endForm()
    canvas.saveState()
    canvas.translate(400, 600)
    canvas.scale(2, 2)
    canvas.doForm("inner")
    canvas.restoreState()
    canvas.rect(100, 400, 200, 1, stroke=0, fill=1)  # a line, to who looks at it
    (content,) = contents(book.save(tmp_path / "lines.pdf"))
    across = [(round(842 - r.at), round(r.start), round(r.end)) for r in content.horizontal]
    down = [(round(r.at), round(842 - r.end), round(842 - r.start)) for r in content.vertical]
    frame, inner = [(700, 100, 300), (750, 100, 300)], [(600, 400, 460), (640, 400, 460)]
    assert across == [*frame, (600, 100, 300), *inner, (400, 100, 300)]
    assert sorted(down) == [(100, 500, 600), (100, 700, 750), (300, 700, 750), (400, 600, 640), (460, 600, 640)]
