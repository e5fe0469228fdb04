"""Searching, filtering, comparing and taking figures away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import ANSWER_MS, Server, open_tab

Visit = Callable[..., Page]
WATER = "望溪市水务局"


def choose(page: Page, elem_id: str, option: str) -> None:
    page.locator(f"#{elem_id} input").click()
    page.get_by_role("option", name=option).click(timeout=ANSWER_MS)
    page.keyboard.press("Escape")


def saved(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).locator("visible=true").click()
    return download.value.path().read_bytes()


def test_figures_are_filtered_sorted_turned_opened_and_exported(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    open_tab(page, "数据", ".figuretable tbody tr")
    stood = page.locator(".figuretable").bounding_box()
    choose(page, "figures-department", WATER)
    choose(page, "figures-year", "2023")
    expect(page.locator("#figures-department .token")).to_be_visible()
    assert page.locator(".figuretable").bounding_box()["y"] == stood["y"], "a choice moves nothing below it"  # type: ignore[index]
    page.get_by_label("项目或科目编码").fill("公务接待费")  # as it is typed: nothing to press
    note = page.locator(".figuretable [role=status]")
    expect(note).to_have_text(re.compile(r"^共 \d{1,2} 个数字"), timeout=ANSWER_MS)
    total = int(re.findall(r"\d+", note.inner_text())[0])
    rows = page.locator(".figuretable tbody tr")
    assert {row.split("\t")[0] for row in rows.all_inner_texts()} == {WATER}
    page.get_by_role("button", name="数额").click()
    expect(page.locator("th", has=page.get_by_role("button", name="数额"))).to_have_attribute(
        "aria-sort", "descending", timeout=ANSWER_MS
    )
    amounts = [Decimal(text.split()[0].replace(",", "")) for text in rows.locator(".number").all_inner_texts()]
    assert amounts == sorted(amounts, reverse=True)
    read = list(csv.DictReader(io.StringIO(saved(page, "CSV").decode("utf-8-sig"))))
    assert len(read) == total
    assert {(row["部门"], row["年度"]) for row in read} == {(WATER, "2023")}
    assert [Decimal(row["数值"]) for row in read] == amounts
    sheet = load_workbook(io.BytesIO(saved(page, "XLSX"))).active
    assert sheet.max_row == total + 1
    rows.first.locator(".go").click()
    expect(page.locator("figure.viewer .mark")).to_be_visible(timeout=ANSWER_MS)


def test_pages_of_figures(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    open_tab(page, "数据", ".figuretable tbody tr")
    first = page.locator(".figuretable tbody tr").first.inner_text()
    page.locator("#figures").get_by_role("button", name="下一页").click()
    expect(page.locator("#figures .pager span")).to_have_text(re.compile(r"^2 / \d+$"), timeout=ANSWER_MS)
    assert page.locator(".figuretable tbody tr").first.inner_text() != first


def test_a_subject_over_years_as_chart_table_and_workbook(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    open_tab(page, "比较", "#compare-subject")
    choose(page, "compare-department", WATER)
    choose(page, "compare-type", "预算")
    page.get_by_label("比较什么").fill("三公经费")
    page.get_by_role("button", name="比较", exact=True).click()
    rows = page.locator(".comparison tbody tr")
    expect(rows).to_have_count(3, timeout=ANSWER_MS)
    assert [row.split("\t")[3:7] for row in rows.all_inner_texts()] == [
        ["13.60", "万元", "", ""],
        ["19.80", "万元", "6.20", "45.59"],
        ["32.40", "万元", "12.60", "63.64"],
    ]
    expect(page.locator("#chart .point")).to_have_count(3, timeout=ANSWER_MS)
    sheet = load_workbook(io.BytesIO(saved(page, "XLSX"))).active
    assert [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == [13.6, 19.8, 32.4]
    choose(page, "compare-mode", "构成")
    page.get_by_role("button", name="比较", exact=True).click()
    expect(rows.last).to_contain_text("100", timeout=ANSWER_MS)
    expect(page.locator("#chart .bars .point")).to_have_count(4, timeout=ANSWER_MS)


def test_passages_are_found_narrowed_and_opened(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    open_tab(page, "检索", "#search-text")
    page.get_by_label("查找什么").fill("公务接待费")
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.locator(".hits mark").first).to_be_visible(timeout=ANSWER_MS)
    before = page.locator(".search [role=status]").inner_text()
    page.locator(".narrow summary").click()
    page.locator(".facets", has_text="部门").get_by_role("button", name=WATER).click()
    expect(page.locator(".search [role=status]")).not_to_have_text(before, timeout=ANSWER_MS)
    expect(page.locator("#search-department")).to_contain_text(WATER)
    for place in page.locator(".hits .note").all_inner_texts():
        assert place.startswith(WATER)
    page.locator(".hits .go").first.click()
    expect(page.locator("figure.viewer")).to_have_attribute("data-document", re.compile(WATER), timeout=ANSWER_MS)
    page.get_by_label("查找什么").fill("宇宙飞船发射场")
    page.keyboard.press("Enter")
    expect(page.locator(".search")).to_contain_text("没有一处原样写着“宇宙飞船发射场”", timeout=ANSWER_MS)
    page.get_by_label("查找什么").fill("“宇宙飞船发射场”")
    page.keyboard.press("Enter")
    expect(page.locator(".search")).to_contain_text("没有找到", timeout=ANSWER_MS)


def test_on_a_phone_every_figure_shows_its_amount_and_page(visit: Visit, server: Server) -> None:
    page = visit(server.url, 390)
    open_tab(page, "数据", ".figuretable tbody tr")
    row = page.locator(".figuretable tbody tr").first
    for part in (row.locator(".number"), row.get_by_role("button")):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    assert row.get_by_role("cell").count() == 7, "still a table for screen readers"
