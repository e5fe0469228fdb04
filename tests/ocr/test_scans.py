"""Scanned pages: tables, captions and prose come out as they were printed, each figure with its confidence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.utils import ImageReader

from indexer.errors import SettingsError
from indexer.ocr import read_scan
from indexer.pdf import page_picture, read_document
from indexer.pipeline import read_limited
from indexer.settings import ROOT, Settings
from indexer.types import Reading
from indexer.workers import Task, Worker
from tests.ocr.scans import scanned
from tests.pdf.sheets import Book, Span, Style
from tests.shared import SHARED, needs_shared

pytestmark = pytest.mark.slow

HEAD = [[Span("项目", rows=2), Span("本年支出", columns=2)], ["基本支出", "项目支出"]]
ROWS = [
    ["一、一般公共服务支出", "1,234.56", "0.22"],
    ["二、教育支出", "-7.00", ""],
    ["三、其他支出", "—", "1111.11"],
    ["合计", "1,227.56", "1,111.33"],
]
PROSE = "本单位认真落实过紧日子要求，压减一般性支出。"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = Book()
    sheet = book.page()
    sheet.centred("部门支出预算总表")
    sheet.y += 12
    sheet.captions("部门名称：某某市档案馆", "单位：万元")
    sheet.table([180, 150, 150], HEAD, ROWS, Style(size=10.5, row_height=24))
    sheet.y += 20
    sheet.line(PROSE, size=12)
    path = book.save(tmp_path_factory.mktemp("printed") / "printed.pdf")
    title = page_picture(path, 1, 72).convert("L").crop((150, 40, 445, 75))
    if title.getextrema()[0] > 128:
        pytest.skip("no Chinese font on this machine to print with")
    return path


def texts(reading: Reading) -> list[list[str]]:
    (table,) = reading.tables
    return [[cell.text for cell in row] for row in table.rows]


@pytest.mark.parametrize(("skew", "dpi", "quality"), [(0.0, 150, 80), (0.8, 150, 70), (-1.5, 200, 60)])
def test_a_scan_reads_as_its_print(printed: Path, tmp_path: Path, skew: float, dpi: int, quality: int) -> None:
    scan = scanned(printed, tmp_path / "scan.pdf", skew=skew, dpi=dpi, quality=quality)
    reading, print_ = read_document(scan, scan_reader=read_scan), read_document(printed)
    assert texts(reading) == texts(print_) == ROWS
    (table,), (original,) = reading.tables, print_.tables
    assert (table.title, table.unit, table.header) == (original.title, original.unit, original.header)
    assert PROSE in [line.text for line in reading.lines]
    assert [(p.page, p.kind) for p in reading.problems] == [(1, "ocr")]
    assert all(0.8 < cell.confidence < 1 for row in table.rows for cell in row if cell.text)


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_page_scanned_sideways_is_turned(printed: Path, tmp_path: Path, quarter: int) -> None:
    scan = scanned(printed, tmp_path / "scan.pdf", skew=0.4, quarter=quarter)
    reading = read_document(scan, scan_reader=read_scan)
    assert texts(reading) == ROWS
    width, height = reading.page_sizes[0]
    (_, (x0, y0, x1, y1)), *_ = reading.tables[0].bboxes
    assert 0 < x0 < x1 < width
    assert 0 < y0 < y1 < height
    right, low = x0 + x1 > width, y0 + y1 > height  # upright, the table is in the upper half
    assert {1: right, 2: low, 3: not right}[quarter]


def test_places_are_those_of_the_page_as_displayed(printed: Path, tmp_path: Path) -> None:
    level = read_document(printed).tables[0].rows[-1][-1].bbox
    scan = scanned(printed, tmp_path / "scan.pdf", skew=1.5)
    askew = read_document(scan, scan_reader=read_scan).tables[0].rows[-1][-1].bbox
    assert level is not None
    assert askew is not None
    moved = (level[1] + level[3] - askew[1] - askew[3]) / 2
    assert -8 < moved < -1.5  # right of the middle, a clockwise turn leads down


def test_doubtful_figures_say_so(printed: Path, tmp_path: Path) -> None:
    scan = scanned(printed, tmp_path / "scan.pdf", dpi=100, blur=1.6, noise=12, quality=25)
    for cells, right in zip(read_document(scan, scan_reader=read_scan).tables[0].rows, ROWS, strict=True):
        for cell, text in zip(cells[1:], right[1:], strict=True):
            assert cell.text == text or cell.confidence < 0.8


def test_tight_rows_keep_their_columns(tmp_path: Path) -> None:
    names = ["行政运行", "机关事业单位基本养老保险缴费", "一般行政管理事务", "住房公积金", "其他社会保障支出"]
    rows = [[f"{20101 + i}", names[i % 5], f"{i + 11}.50", f"{i + 7}.25"] for i in range(30)]
    book = Book()
    book.page().table(
        [60, 150, 90, 90], [["编码", "科目名称", "合计", "基本支出"]], rows, Style(size=8.5, row_height=12.4)
    )
    scan = scanned(book.save(tmp_path / "printed.pdf"), tmp_path / "scan.pdf", dpi=110, skew=-0.2, quality=70)
    read = texts(read_document(scan, scan_reader=read_scan))
    assert [(r[0], *r[2:]) for r in read] == [(r[0], *r[2:]) for r in rows]


def test_a_red_seal_over_figures_hides_none(printed: Path, tmp_path: Path) -> None:
    picture = page_picture(printed, 1, 150)
    seal = Image.new("RGB", picture.size, "white")
    red = ImageDraw.Draw(seal)
    red.ellipse((760, 170, 1050, 460), outline=(220, 30, 40), width=9)
    red.regular_polygon((905, 315, 70), 5, fill=(220, 30, 40))
    picture = ImageChops.multiply(picture, seal)
    book = Book()
    book.page().canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    scan = book.save(tmp_path / "sealed.pdf")
    assert texts(read_document(scan, scan_reader=read_scan)) == ROWS


@pytest.mark.parametrize("mode", [0, 3])
def test_a_poor_layer_of_text_on_a_scan_is_read_again(mode: int, printed: Path, tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    words = sheet.canvas.beginText(60, 700)
    words.setTextRenderMode(mode)
    words.setFont("Helvetica", 9)
    for _ in range(30):
        words.textLine("Bflf*~ii AXfl ?rt 1Z34 .Sb O.ZZ iIl|l rJ- BFRr :lt")
    sheet.canvas.drawText(words)
    sheet.canvas.drawImage(ImageReader(page_picture(printed, 1, 150)), 0, 0, 595, 842)
    reading = read_document(book.save(tmp_path / "layer.pdf"), scan_reader=read_scan)
    assert texts(reading) == ROWS
    assert [p.kind for p in reading.problems] == ["ocr"]
    assert "文字层不可靠" in reading.problems[0].message


def test_a_layer_that_nobody_may_read_again_is_kept_and_doubted(printed: Path, tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    words = sheet.canvas.beginText(60, 700)
    words.setTextRenderMode(3)
    words.setFont("STSong-Light", 12)
    words.textLine(PROSE)
    sheet.canvas.drawText(words)
    sheet.canvas.drawImage(ImageReader(page_picture(printed, 1, 100)), 0, 0, 595, 842)
    reading = read_document(book.save(tmp_path / "layer.pdf"))
    assert [line.text for line in reading.lines] == [PROSE]
    assert [p.kind for p in reading.problems] == ["ocr"]


def test_an_empty_picture_lacks_text(tmp_path: Path) -> None:
    book = Book()
    book.page()
    scan = scanned(book.save(tmp_path / "blank.pdf"), tmp_path / "scan.pdf")
    reading = read_document(scan, scan_reader=read_scan)
    assert [(p.page, p.kind) for p in reading.problems] == [(1, "no_text")]


def test_the_setting_turns_it_off(printed: Path, tmp_path: Path) -> None:
    scan = scanned(printed, tmp_path / "scan.pdf")
    assert [p.kind for p in read_limited(scan, replace(Settings(), ocr=False)).problems] == ["no_text"]
    assert [p.kind for p in read_limited(scan, Settings()).problems] == ["ocr"]


def test_the_setting_is_a_switch() -> None:
    assert Settings.from_environment({}).ocr
    assert not Settings.from_environment({"YUSUAN_OCR": "0"}).ocr
    with pytest.raises(SettingsError, match="YUSUAN_OCR"):
        Settings.from_environment({"YUSUAN_OCR": "maybe"})


def test_pages_with_text_load_no_recogniser(printed: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from indexer.pipeline import read_limited; "
        f"from indexer.settings import Settings; read_limited(Path({str(printed)!r}), Settings()); "
        "print([m for m in ('cv2', 'rapidocr', 'onnxruntime') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert ran.stdout.strip() == "[]"


def test_a_scan_is_read_by_a_process_that_gave_up_the_network(printed: Path, tmp_path: Path) -> None:
    scan = scanned(printed, tmp_path / "scan.pdf")
    worker = Worker(4096)
    try:
        content = worker.read(Task.of(scan, "甲", Settings()))
    finally:
        worker.close()
    assert content.tables == read_limited(scan, Settings()).tables != ()


def test_recognising_leaves_no_trace_of_the_machine(printed: Path, tmp_path: Path) -> None:
    scan, home = scanned(printed, tmp_path / "scan.pdf"), tmp_path / "home"
    home.mkdir()
    code = (
        "from pathlib import Path; from indexer.pipeline import read_limited; from indexer.settings import Settings; "
        f"print(len(read_limited(Path({str(scan)!r}), Settings()).tables))"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True, timeout=120
    )
    assert ran.stdout.strip() == "1"
    assert list(home.rglob("*")) == [], "onnxruntime keeps an identifier there when it means to call home"


@needs_shared
def test_the_published_scan_is_read_whole() -> None:
    truth = json.loads((SHARED / "seed" / "truth_scanned_12pages.json").read_text(encoding="utf-8"))
    reading = read_document(SHARED / "seed" / "seed_scanned_12pages.pdf", scan_reader=read_scan)
    found = {table.title: [[cell.text for cell in row] for row in table.rows] for table in reading.tables}
    for table in truth["tables"]:
        assert found[table["title"]] == table["rows"], table["title"]
