"""Putting documents in and taking them out, as the people who look after them do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from indexer.ocr import read_scan
from indexer.pdf import read_document
from indexer.types import SURE_ENOUGH
from tests.browser.conftest import ANSWER_MS, PASSWORD, ROOT, ask, open_tab
from tests.ocr.scans import scanned
from tests.pdf.sheets import Book, Style

Visit = Callable[..., Page]
SAMPLE = ROOT / "data" / "sample"
DOCUMENT = "石家庄市科学技术协会-2023年部门预算"
QUESTION = "石家庄市科学技术协会2023年三公经费多少"
INDEXED_MS = 120_000


def upload(page: Page, *files: dict[str, Any]) -> None:
    page.locator("#pdfs").set_input_files(list(files))  # type: ignore[arg-type]


def pdf(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def job(page: Page, document: str) -> Any:
    return page.locator(".job", has_text=document).first


def remove(page: Page, document: str) -> None:
    page.get_by_label("筛选文件").fill(document)
    expect(page.locator(".holding")).to_have_count(1, timeout=ANSWER_MS)
    page.locator(".holding").get_by_role("button", name="移除").click()


def test_removing_adding_and_asking_meanwhile(visit: Visit, serve: Callable[..., Any], store_copy: Path) -> None:
    with serve(store_copy) as server:
        page = visit(server.url)
        open_tab(page, "文件", ".holding")
        page.once("dialog", lambda dialog: dialog.dismiss())
        remove(page, DOCUMENT)
        expect(page.locator(".job")).to_have_count(0)
        asked: list[str] = []
        page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
        page.locator(".holding").get_by_role("button", name="移除").click()
        expect(job(page, DOCUMENT)).to_contain_text("已移除", timeout=INDEXED_MS)
        assert DOCUMENT in asked[0]
        expect(page.locator(".holding")).to_have_count(0, timeout=ANSWER_MS)
        open_tab(page, "提问", "#question")
        ask(page, QUESTION)
        expect(page.locator(".turn").last.locator(".figure", has_text="9.80")).to_have_count(0)

        open_tab(page, "文件", ".drop")
        upload(page, pdf(f"{DOCUMENT}.pdf", (SAMPLE / f"{DOCUMENT}.pdf").read_bytes()), pdf("坏.pdf", b"no PDF"))
        expect(job(page, DOCUMENT)).to_contain_text(re.compile("读取中|等待中"), timeout=ANSWER_MS)
        open_tab(page, "提问", "#question")
        ask(page, "望溪市水务局2023年三公经费多少")
        expect(page.locator(".turn").last.locator(".figure").first).to_have_text("19.80")
        open_tab(page, "文件", ".job")
        expect(page.locator(".job", has_text=DOCUMENT).first).to_contain_text(
            "已加入 · 27 页，28 张表", timeout=INDEXED_MS
        )
        expect(job(page, "坏")).to_contain_text("失败：不是PDF文件", timeout=INDEXED_MS)
        page.get_by_role("button", name="清除已完成的").click()
        expect(page.locator(".job")).to_have_count(0, timeout=ANSWER_MS)
        open_tab(page, "提问", "#question")
        ask(page, QUESTION)
        expect(page.locator(".turn").last.locator(".figure").first).to_have_text("9.80")


def test_what_is_being_read_can_be_cancelled(visit: Visit, serve: Callable[..., Any], store_copy: Path) -> None:
    with serve(store_copy) as server:
        page = visit(server.url)
        open_tab(page, "文件", ".drop")
        content = (SAMPLE / f"{DOCUMENT}.pdf").read_bytes()
        upload(page, pdf("第0份.pdf", content), pdf("第1份.pdf", content))
        page.get_by_role("button", name="取消 第1份").click(timeout=ANSWER_MS)
        expect(job(page, "第1份")).to_contain_text("已取消", timeout=INDEXED_MS)
        expect(job(page, "第0份")).to_contain_text("已加入", timeout=INDEXED_MS)


def test_only_who_knows_the_password_may_change_anything(
    visit: Visit, serve: Callable[..., Any], store_copy: Path
) -> None:
    with serve(store_copy, YUSUAN_STAFF_PASSWORD=PASSWORD) as server:
        page = visit(server.url)
        open_tab(page, "文件", ".holding")
        expect(page.locator("#pdfs")).to_have_count(0)
        expect(page.get_by_role("button", name="移除")).to_have_count(0)
        page.locator(".login summary").click()
        page.get_by_label("管理密码").fill("falsch")
        page.keyboard.press("Enter")
        expect(page.locator(".login .said")).to_contain_text("密码不对", timeout=ANSWER_MS)
        page.get_by_label("管理密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".drop")).to_be_visible(timeout=ANSWER_MS)
        expect(page.get_by_role("button", name="移除").first).to_be_visible()
        page.get_by_role("button", name="退出管理").click()
        expect(page.locator(".drop")).to_have_count(0, timeout=ANSWER_MS)


def test_a_finding_shows_both_places_on_the_page(
    visit: Visit, serve: Callable[..., Any], store_copy: Path, contradicting: Path
) -> None:
    with serve(store_copy) as server:
        page = visit(server.url)
        open_tab(page, "文件", ".drop")
        upload(page, pdf(contradicting.name, contradicting.read_bytes()))
        expect(job(page, contradicting.stem)).to_contain_text("已加入", timeout=INDEXED_MS)
        page.get_by_label("筛选文件").fill(contradicting.stem)
        expect(page.locator(".holding")).to_have_count(1, timeout=ANSWER_MS)
        page.locator(".holding").get_by_role("button", name="核对报告").click()
        finding = page.locator(".report .both", has_text="对照").first
        finding.click(timeout=ANSWER_MS)
        viewer = page.locator("figure.viewer")
        expect(viewer.locator(".mark")).to_be_in_viewport(timeout=ANSWER_MS)
        expect(viewer.locator(".also").first).to_be_in_viewport()


def scanned_in_doubt(source: Path, target: Path, figure: str) -> Path:
    """The least blurred scan of `source` that has `figure` read right but not surely: fonts bear blur differently."""
    for tenths in range(20, 40):
        scan = scanned(source, target, quality=60, blur=tenths / 10, blurred_from=0.5)
        tables = read_document(scan, scan_reader=read_scan).tables
        cells = [cell for table in tables for row in table.rows for cell in row]
        if any(cell.text == figure and cell.confidence < SURE_ENOUGH for cell in cells):
            return scan
    raise AssertionError(f"no blur leaves {figure} in doubt")


def test_a_scan_lying_on_its_side_is_marked_and_an_unclear_figure_said_to_be_so(
    visit: Visit, serve: Callable[..., Any], store_copy: Path, contradicting: Path, tmp_path: Path
) -> None:
    scan = scanned(contradicting, tmp_path / "躺着的扫描件.pdf", quarter=1)
    rows = [["因公出国（境）费", "1.00"], ["公务用车购置及运行费", "12.58"], ["公务接待费", "3.69"]]
    (tmp_path / "clear").mkdir()
    clear = three_public("柳河县审计局", rows, tmp_path / "clear")
    blurred = scanned_in_doubt(clear, tmp_path / clear.name, "3.69")
    with serve(store_copy) as server:
        page = visit(server.url)
        open_tab(page, "文件", ".drop")
        upload(page, *(pdf(one.name, one.read_bytes()) for one in (blurred, scan)))
        for one in (blurred, scan):
            expect(job(page, one.stem)).to_contain_text("已加入", timeout=INDEXED_MS)
        open_tab(page, "提问", "#question")
        ask(page, "柳河县审计局2024年公务接待费多少")
        answer = page.locator(".turn").last
        expect(answer.locator(".badge")).to_have_text("单一来源")
        expect(answer.locator(".doubt")).to_contain_text("“公务接待费”的3.69万元只有约")
        expect(page.locator(".viewer .doubt")).to_contain_text("标出的这一格识别不清", timeout=ANSWER_MS)
        expect(page.locator(".viewer .cited.unclear")).to_contain_text("3.69")
        open_tab(page, "数据", ".figuretable")
        page.get_by_label("项目或科目编码").fill("公务接待费")
        unclear = page.locator(".figuretable tbody tr", has_text="柳河县审计局")
        expect(unclear.locator(".unclear")).to_have_text("3.69", timeout=ANSWER_MS)
        page.get_by_label("项目或科目编码").fill("公务接待费")
        page.keyboard.press("Enter")
        row = page.locator(".figuretable tbody tr", has_text="3.00").first
        row.locator(".go").click(timeout=ANSWER_MS)
        viewer = page.locator("figure.viewer")
        expect(viewer).to_have_attribute("data-document", scan.stem, timeout=ANSWER_MS)
        expect(viewer.locator(".extracts .cited")).to_have_text("3.00")
        mark, picture = viewer.locator(".mark").bounding_box(), viewer.locator("img").bounding_box()
        assert mark is not None
        assert picture is not None
        assert mark["height"] > mark["width"], "the cell lies on its side, as the page does"
        assert picture["x"] < mark["x"] < picture["x"] + picture["width"]


@pytest.fixture
def contradicting(tmp_path: Path) -> Path:
    """A page whose total is not the sum of its items."""
    rows = [["因公出国（境）费", "1.00"], ["公务用车购置及运行费", "2.00"], ["公务接待费", "3.00"], ["合计", "9.00"]]
    return three_public("清河县审计局", rows, tmp_path)


def three_public(department: str, rows: list[list[str]], folder: Path) -> Path:
    """A budget of one page with one table."""
    book = Book()
    sheet = book.page()
    sheet.centred("2024年一般公共预算“三公”经费支出情况表")
    sheet.y += 12
    sheet.captions(f"部门名称：{department}", "单位：万元")
    sheet.table([240, 200], [["项目", "预算数"]], rows, Style(size=11, row_height=26))
    return book.save(folder / f"{department}-2024年部门预算.pdf")


def test_an_empty_store_says_what_to_do_first_and_answers_once_it_was_done(
    visit: Visit, serve: Callable[..., Any], tmp_path: Path
) -> None:
    file, store = SAMPLE / f"{DOCUMENT}.pdf", tmp_path / "store"
    command = [sys.executable, "-m", "indexer", "add", str(file), "--store", str(store)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with serve(store) as server:
        page = visit(server.url, 390)
        open_tab(page, "文件", ".holding")
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator(".holding").get_by_role("button", name="移除").click()
        expect(page.locator(".holding")).to_have_count(0, timeout=INDEXED_MS)
        page.reload()
        expect(page.get_by_role("heading", name="库中还没有文件")).to_be_visible(timeout=ANSWER_MS)
        page.get_by_role("button", name="加入 PDF").click()
        expect(page.locator(".drop")).to_be_visible(timeout=ANSWER_MS)
        upload(page, pdf(file.name, file.read_bytes()))
        expect(page.locator(".holding")).to_have_count(1, timeout=INDEXED_MS)
        open_tab(page, "提问", "#talk .chip")
        ask(page, "三公经费多少")
        expect(page.locator(".turn .figure")).to_have_text("9.80")
