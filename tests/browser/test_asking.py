"""Asking, as people do it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from gradio_client import Client
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import ANSWER_MS, ROOT, Server, answered, ask, open_tab

Visit = Callable[..., Page]
WATER = "望溪市水务局2023年三公经费多少"
DPI, POINTS = 144, 72


@pytest.mark.parametrize("width", [1360, 390])
def test_an_open_question_is_proved_for_each_department(visit: Visit, server: Server, width: int) -> None:
    page = visit(server.url, width)
    ask(page, "三公经费多少")
    expect(page.locator(".turn")).to_have_count(4, timeout=ANSWER_MS)
    expect(page.locator(".turn").first.locator(".badge")).to_have_text("请选择")
    turn = page.locator(".turn", has=page.locator(".figures", has_text="科学技术协会"))
    expect(turn.locator(".badge")).to_have_text("已复核")
    expect(turn.locator(".figure", has_text=re.compile(r"^9\.80$"))).to_be_visible()
    proof = turn.locator(".sum", has_text="9.80").first
    for part in ("出国", "购置", "运行", "接待"):
        expect(proof).to_contain_text(part)
    citation = turn.locator(".citation").first
    cited = re.fullmatch(r"第(\d+)页", citation.locator(".page").inner_text())
    assert cited is not None
    citation.click()
    viewer = page.locator("figure.viewer")
    expect(viewer).to_have_attribute("data-document", re.compile("科学技术协会"), timeout=ANSWER_MS)
    expect(viewer).to_have_attribute("data-page", cited[1], timeout=ANSWER_MS)
    expect(page.locator("figure.viewer .mark")).to_be_visible()
    page.get_by_role("button", name="下一页").click()
    expect(viewer).to_have_attribute("data-page", str(int(cited[1]) + 1), timeout=ANSWER_MS)
    assert page.locator("figure.viewer img").evaluate("picture => picture.naturalWidth") > 500
    assert page.evaluate("document.documentElement.scrollWidth") <= width


BOTH_BOXES = """viewer => ["img", ".mark"].map(part => {
    const {x, y, width, height} = viewer.querySelector(part).getBoundingClientRect()
    return {x, y, width, height}
})"""


def test_the_mark_lies_over_the_very_cell_and_the_table_beside_holds_it(visit: Visit, server: Server) -> None:
    answer = json.loads(Client(server.url, verbose=False).predict(WATER, api_name="/ask"))
    cited = answer["citations"][0]
    page = visit(server.url)
    ask(page, WATER)
    page.locator(".citation").first.click()
    viewer = page.locator("figure.viewer")
    expect(viewer).to_have_attribute("data-page", str(cited["page"]), timeout=ANSWER_MS)
    expect(viewer.locator(".extracts .cited")).to_have_text(answer["values"][0]["value"])
    for _ in range(2):  # as it is, then enlarged
        picture, mark = viewer.evaluate(BOTH_BOXES)  # at one moment: the page may still be scrolling
        points = viewer.locator("img").evaluate("picture => picture.naturalWidth") * POINTS / DPI
        scale = points / picture["width"]
        x0, y0 = (mark["x"] - picture["x"]) * scale, (mark["y"] - picture["y"]) * scale
        box = [x0, y0, x0 + mark["width"] * scale, y0 + mark["height"] * scale]
        assert box == pytest.approx(cited["bbox"], abs=5), "two points of margin and the mark's own line"
        page.get_by_role("button", name="放大").click()
    page.get_by_role("button", name="全屏").click()
    sheet, table = viewer.locator(".sheet").bounding_box(), viewer.locator(".extracts").bounding_box()
    assert sheet is not None
    assert table is not None
    assert table["x"] >= sheet["x"] + sheet["width"]
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).not_to_have_class(re.compile("full"))


def test_the_document_comes_whole(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    ask(page, WATER)
    expect(page.locator("figure.viewer")).to_be_visible(timeout=ANSWER_MS)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    name = "望溪市水务局-2023年部门预算.pdf"
    assert download.value.suggested_filename == name
    assert download.value.path().read_bytes() == (ROOT / "data" / "sample" / name).read_bytes()


def test_following_up_editing_retrying_and_starting_again(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    ask(page, WATER)
    page.locator(".turn").last.locator(".chip", has_text="其中公务用车").click()
    expect(page.locator(".turn")).to_have_count(2, timeout=ANSWER_MS)
    answered(page)
    expect(page.locator(".turn").last.locator(".figure")).to_have_text("11.20")
    page.locator(".turn").last.get_by_role("button", name="重试").click()
    answered(page)
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".turn").first.get_by_role("button", name="修改").click()
    expect(page.get_by_label("问题", exact=True)).to_have_value(WATER, timeout=ANSWER_MS)
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, WATER.replace("2023", "2024"))
    expect(page.locator(".turn").last.locator(".figure").first).to_have_text("32.40")
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".welcome")).to_be_visible(timeout=ANSWER_MS)


def test_an_answer_stands_at_the_top_beside_its_page(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    for question in (WATER, "三公经费多少", "2024年哪个部门的三公经费最多"):
        ask(page, question)
        expect(page.locator(".asked").last).to_be_in_viewport(ratio=1)
        expect(page.locator("figure.viewer .mark")).to_be_in_viewport(timeout=ANSWER_MS)
    first = page.locator(".turn").nth(0)
    expect(first.locator(".text")).not_to_contain_text("出处：")
    expect(first.locator(".sum:visible")).to_have_count(1)


def test_a_phone_goes_to_the_page_that_is_there_already_and_back(visit: Visit, server: Server) -> None:
    page = visit(server.url, 390)
    ask(page, WATER)
    viewer, citation = page.locator("figure.viewer"), page.locator(".citation").first
    expect(viewer).to_be_visible(timeout=ANSWER_MS)
    citation.click()
    expect(viewer.locator(".mark")).to_be_in_viewport(timeout=ANSWER_MS)
    expect(citation).not_to_be_in_viewport()
    page.get_by_role("button", name="回到出处").click()
    expect(citation).to_be_in_viewport()


def test_stop_gives_the_page_back_while_the_answer_is_still_worked_at(
    visit: Visit, serve: Callable[..., Any], store_copy: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # a language model that never answers
        model = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        settings = {"YUSUAN_LLM_BASE_URL": model, "YUSUAN_LLM_MODEL": "m", "YUSUAN_LLM_TIMEOUT": "6"}
        with serve(store_copy, **settings) as running:
            page = visit(running.url)
            page.get_by_label("问题", exact=True).fill("水务局上年都干了啥花钱的事")
            page.keyboard.press("Enter")
            page.get_by_role("button", name="停止").click()
            expect(page.locator(".turn").last.get_by_role("button", name="重试")).to_be_visible(timeout=3000)
            ask(page, WATER)
            page.wait_for_timeout(8000)  # what was stopped has ended too
            expect(page.locator(".asked")).to_have_count(2)
            expect(page.locator(".turn").last.locator(".figure")).to_have_text("19.80")
            expect(page.get_by_role("button", name="停止")).to_have_count(0)


def test_the_browser_remembers_and_forgets(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    ask(page, WATER)
    ask(page, "其中公务接待费呢")
    page.reload()
    expect(page.locator(".turn")).to_have_count(2, timeout=ANSWER_MS)
    answered(page)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".turn")).to_have_count(0, timeout=ANSWER_MS)
    page.reload()
    expect(page.locator(".history .go").first).to_be_attached(timeout=ANSWER_MS)
    expect(page.locator(".turn")).to_have_count(0)
    page.locator(".history summary").click()
    page.locator(".history .go", has_text=WATER).click()
    expect(page.locator(".turn")).to_have_count(2, timeout=ANSWER_MS)
    answered(page)
    expect(page.locator(".turn").last.locator(".figure")).to_have_text("2.10")
    page.locator(".history summary").click()
    page.get_by_role("button", name="清空历史").click()
    expect(page.locator(".history .go")).to_have_count(0, timeout=ANSWER_MS)


def test_a_copied_link_opens_the_same_question(visit: Visit, server: Server) -> None:
    page = visit(server.url, permissions=["clipboard-read", "clipboard-write"])
    ask(page, WATER)
    ask(page, "其中公务接待费呢")
    tools = page.locator(".turn").last.locator(".tools")
    tools.get_by_role("button", name="复制").click()
    expect(tools.locator(".said")).to_have_text("已复制")
    assert "2.10万元" in page.evaluate("navigator.clipboard.readText()")
    tools.get_by_role("button", name="链接").click()
    expect(tools.locator(".said")).to_have_text("已复制")
    other = visit(page.evaluate("navigator.clipboard.readText()"))
    expect(other.locator(".turn")).to_have_count(2, timeout=ANSWER_MS)
    answered(other)
    expect(other.locator(".turn").last.locator(".figure")).to_have_text("2.10")


def test_an_opinion_is_kept_with_its_reason(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    ask(page, WATER)
    tools = page.locator(".turn").last.locator(".tools")
    tools.get_by_role("button", name="有用").click()
    expect(tools.get_by_role("button", name="有用")).to_have_attribute("aria-pressed", "true")
    tools.locator("summary").click()
    tools.get_by_label("补充说明").fill("应该是万元")
    tools.get_by_role("button", name="提交").click()
    expect(tools.locator(".said")).to_have_text("已记录，谢谢")
    command = [sys.executable, "-m", "indexer", "feedback", "--store", str(server.store)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    good, bad = [json.loads(line) for line in told.decode().splitlines()][-2:]
    assert (good["good"], bad["good"], bad["reason"]) == (True, False, "数字不对：应该是万元")
    assert (bad["question"], bad["status"]) == (WATER, "已复核")


def test_english_words_around_the_same_figures(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("tab", name="Ask")).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator(".chip").first).to_be_visible(timeout=ANSWER_MS)
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page).to_have_title("Budget Q&A · Yusuan")
    ask(page, WATER, "Question", "Ask")
    expect(page.locator(".turn").last.locator(".badge")).to_have_text("Verified")
    expect(page.locator(".turn").last.locator(".figure").first).to_have_text("19.80")
    page.locator(".citation").first.click()
    expect(page.locator("figure.viewer")).to_contain_text("Page 13 / 22", timeout=ANSWER_MS)
    page.get_by_role("button", name="Helpful").click()
    expect(page.locator(".said").last).to_have_text("Noted, thank you")
    open_tab(page, "Compare", "#compare-subject")
    page.get_by_label("Compare what").fill("三公经费")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".comparison td", has_text="Final accounts").first).to_be_visible(timeout=ANSWER_MS)
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("tab", name="提问")).to_be_visible(timeout=ANSWER_MS)


def test_two_readers_at_once_keep_their_own_conversations(visit: Visit, server: Server) -> None:
    one, other = visit(server.url), visit(server.url)
    for page, question in ((one, WATER), (other, "石家庄市科学技术协会2023年三公经费多少")):
        page.get_by_label("问题", exact=True).fill(question)
        page.keyboard.press("Enter")
    for page, figure, part in ((one, "19.80", "2.10"), (other, "9.80", "1.00")):
        expect(page.locator(".turn .figure").first).to_have_text(figure, timeout=ANSWER_MS)
        ask(page, "其中公务接待费呢")
        expect(page.locator(".turn").last.locator(".figure")).to_have_text(part)


def test_a_restarted_server_answers_the_open_page(visit: Visit, serve: Callable[..., Any], store_copy: Any) -> None:
    with serve(store_copy) as first:
        page = visit(first.url)
        ask(page, WATER)
        page.get_by_label("问题", exact=True).press_sequentially("还没问完的话")
    port = int(first.url.rstrip("/").rpartition(":")[2])
    with serve(store_copy, port=port):
        page.reload()
        expect(page.locator(".turn .figure").first).to_have_text("19.80", timeout=ANSWER_MS)
        answered(page)
        expect(page.get_by_label("问题", exact=True)).to_have_value("还没问完的话", timeout=ANSWER_MS)
        ask(page, "其中公务接待费呢")
        expect(page.locator(".turn").last.locator(".figure")).to_have_text("2.10")
        page.reload()
        expect(page.locator(".turn")).to_have_count(2, timeout=ANSWER_MS)
        expect(page.get_by_label("问题", exact=True)).to_have_value("")


def test_what_is_not_held_is_said(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    ask(page, "火星市农业局2023年三公经费多少")
    expect(page.locator(".turn").last.locator(".badge")).to_have_text("未找到")
    expect(page.locator(".turn").last.locator(".figure")).to_have_count(0)


def test_what_a_person_types_is_shown_as_text(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    alerts: list[str] = []

    def note(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    ask(page, "<img src=x onerror=alert(1)>${alert(2)}{{alert(3)}} 三公经费")
    page.wait_for_timeout(500)
    assert alerts == []
    assert page.locator(".conversation img").count() == 0


def test_the_server_asks_nobody(visit: Visit, server: Server, proxy: socket.socket) -> None:
    ask(visit(server.url), "2024年哪个部门的三公经费最多")
    with pytest.raises(BlockingIOError):
        proxy.accept()
