"""For everybody: axe-core's rules, the keyboard alone, a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ANSWER_MS, Server, answered, ask, open_tab

Visit = Callable[..., Page]
WATER = "望溪市水务局2023年三公经费多少"
TABS = {
    "": (
        ("检索", ".search"),
        ("数据", ".figuretable"),
        ("比较", ".comparison"),
        ("文件", ".holding"),
        ("说明", ".about"),
    ),
    "en": (
        ("Search", ".search"),
        ("Figures", ".figuretable"),
        ("Compare", ".comparison"),
        ("Documents", ".holding"),
        ("About", ".about"),
    ),
}


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical, with the elements it means."""
    page.wait_for_timeout(500)  # colours fade in
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("path", "look"), [("", "light"), ("", "dark"), ("en", "light")])
def test_axe_finds_nothing_serious(visit: Visit, server: Server, path: str, look: str) -> None:
    page = visit(server.url + path, color_scheme=look)
    labels = ("Question", "Ask") if path else ("问题", "提问")
    assert serious(page) == []
    ask(page, WATER, *labels)
    expect(page.locator("figure.viewer")).to_be_visible(timeout=ANSWER_MS)
    page.locator(".wrong summary").click()
    assert serious(page) == []
    for name, shows in TABS[path]:
        open_tab(page, name, shows)
        assert serious(page) == [], name


def test_the_keyboard_is_enough(visit: Visit, server: Server) -> None:
    page = visit(server.url)
    page.get_by_label("问题", exact=True).focus()
    page.keyboard.type(WATER)
    page.keyboard.press("Enter")
    expect(page.locator(".citation").first).to_be_visible(timeout=ANSWER_MS)
    answered(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.turn:last-child .citation')")
    page.keyboard.press("Enter")
    expect(page.locator("figure.viewer .mark")).to_be_visible(timeout=ANSWER_MS)
    page.get_by_role("tab", name="提问").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("查找什么")).to_be_visible(timeout=ANSWER_MS)


@pytest.mark.parametrize("path", ["", "en"])
def test_nothing_is_wider_than_a_phone(visit: Visit, server: Server, path: str) -> None:
    page = visit(server.url + path, 390)
    ask(page, WATER, *(("Question", "Ask") if path else ("问题", "提问")))
    expect(page.locator("figure.viewer")).to_be_visible(timeout=ANSWER_MS)
    for name, shows in TABS[path]:
        open_tab(page, name, shows)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_dark_and_light_at_a_switch_that_is_remembered(visit: Visit, server: Server) -> None:
    page = visit(server.url, color_scheme="light")
    assert not page.evaluate("document.body.classList.contains('dark')")
    page.get_by_role("button", name="深色/浅色").click()
    assert page.evaluate("document.body.classList.contains('dark')")
    page.reload()
    expect(page.locator("#talk .chip").first).to_be_visible(timeout=ANSWER_MS)
    assert page.evaluate("document.body.classList.contains('dark')")


MEASURE_SHIFTS = """window.moved = []; new PerformanceObserver(seen => window.moved.push(...seen.getEntries()
    .filter(entry => !entry.hadRecentInput).map(entry => entry.value)))
    .observe({type: "layout-shift", buffered: true})"""


@pytest.mark.parametrize("width", [1360, 390])
def test_nothing_moves_while_the_page_is_drawn_and_answers(chromium: Browser, server: Server, width: int) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.add_init_script(MEASURE_SHIFTS)
    page.goto(server.url)
    expect(page.locator(".chip").first).to_be_visible(timeout=ANSWER_MS)
    ask(page, WATER)
    page.wait_for_timeout(500)
    assert page.evaluate("window.moved.reduce((sum, one) => sum + one, 0)") < 0.02
    page.context.close()
