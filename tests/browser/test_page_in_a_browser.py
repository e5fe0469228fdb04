"""The real server with the bundled sample, asked in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
START_SECONDS = 240
ANSWER_MS = 30_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="no chromium here: apt-get install chromium"
    ),
]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the server ended with status {server.returncode}:\n{log.read_text(encoding='utf-8')}")
        try:
            build_opener(ProxyHandler({})).open(url, timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"the server did not answer in {START_SECONDS} s:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def proxy() -> Iterator[socket.socket]:
    """Where the server's requests to the outside would arrive."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, proxy: socket.socket) -> Iterator[str]:
    """The address of a server over an empty store, which fills itself with the sample."""
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    log = folder / "log.txt"
    command = [sys.executable, "app.py", "--port", str(port), "--store", str(folder / "store")]
    outside = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), outside)
    inside = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, env=os.environ | proxies | inside)
        try:
            wait_until_up(f"http://127.0.0.1:{port}/", server, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


def opened(browser: Browser, url: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    hosts: list[str] = []
    page.on("request", lambda request: hosts.append(urlsplit(request.url).hostname or ""))
    page.goto(url)
    expect(page.locator(".chip").first).to_be_visible(timeout=ANSWER_MS)
    return page, hosts


def ask(page: Page, question: str) -> None:
    page.get_by_label("问题").fill(question)
    page.get_by_role("button", name="提问").click()
    expect(page.locator(".asked").last).to_have_text(question, timeout=ANSWER_MS)
    expect(page.locator(".turn").last.locator(".badge")).to_be_visible(timeout=ANSWER_MS)


def ask_of_the_association(page: Page) -> None:
    """三公经费多少 of a store with three departments: the page says so and answers for each of them."""
    ask(page, "三公经费多少")
    expect(page.locator(".turn")).to_have_count(4, timeout=ANSWER_MS)
    expect(page.locator(".turn").first.locator(".badge")).to_have_text("请选择")


@pytest.mark.parametrize("width", [1360, 390])
def test_three_public_expenses_with_proof_and_page(browser: Browser, url: str, width: int) -> None:
    page, hosts = opened(browser, url, width)
    ask_of_the_association(page)
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
    citation.click()
    expect(viewer).to_have_attribute("data-page", cited[1], timeout=ANSWER_MS)
    assert page.locator("figure.viewer img").evaluate("picture => picture.naturalWidth") > 500
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert set(hosts) <= {"127.0.0.1", ""}
    page.close()


def test_follow_up_and_documents(browser: Browser, url: str) -> None:
    page, hosts = opened(browser, url, 1360)
    ask_of_the_association(page)
    ask(page, "其中公务接待费呢")
    expect(page.locator(".turn").last.locator(".figure", has_text=re.compile(r"^1\.00$"))).to_be_visible()
    page.get_by_role("tab", name="文件").click()
    expect(page.locator(".holding").first).to_be_visible(timeout=ANSWER_MS)
    samples = len(list((ROOT / "data" / "sample").glob("*.pdf")))
    expect(page.locator(".holding")).to_have_count(samples)
    assert set(hosts) <= {"127.0.0.1", ""}
    page.close()


def test_what_a_person_types_is_shown_as_text(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url, 1360)
    alerts: list[str] = []

    def note(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    typed = "<img src=x onerror=alert(1)>${alert(2)}{{alert(3)}} 三公经费"
    ask(page, typed)
    page.wait_for_timeout(500)
    assert alerts == []
    assert page.locator(".conversation img").count() == 0
    page.close()


def test_the_server_asks_nobody(browser: Browser, url: str, proxy: socket.socket) -> None:
    page, _ = opened(browser, url, 1360)
    ask(page, "2024年哪个部门的三公经费最多")
    page.close()
    with pytest.raises(BlockingIOError):
        proxy.accept()
