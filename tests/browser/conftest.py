"""Real servers over the bundled sample, and a real browser that may talk to nobody else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
START_SECONDS = 240
ANSWER_MS = 30_000
PASSWORD = "只有管理员知道"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip("no chromium here: apt-get install chromium"))


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address and its store."""

    url: str
    store: Path


@pytest.fixture(scope="session")
def proxy() -> Iterator[socket.socket]:
    """Where the servers' requests to the outside would arrive."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory, proxy: socket.socket) -> Callable[..., contextmanager[Server]]:  # type: ignore[type-arg]
    """Starts a server over a store, which fills itself with the sample where it is empty."""
    outside = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), outside)
    inside = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")

    @contextmanager
    def start(store: Path, port: int = 0, **settings: str) -> Iterator[Server]:
        port = port or _free_port()
        log = tmp_path_factory.mktemp("server") / "log.txt"
        command = [sys.executable, "app.py", "--port", str(port), "--store", str(store)]
        url = f"http://127.0.0.1:{port}/"
        with log.open("wb") as out:
            env = os.environ | proxies | inside | settings
            server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, env=env)
            try:
                _wait_until_up(url, server, log)
                yield Server(url, store)
            finally:
                server.terminate()
                server.wait(timeout=30)

    return start


@pytest.fixture(scope="session")
def server(serve: Callable[..., contextmanager[Server]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # type: ignore[type-arg]
    """A server that nothing is changed in."""
    with serve(tmp_path_factory.mktemp("sample") / "store") as running:
        yield running


@pytest.fixture
def store_copy(server: Server, tmp_path: Path) -> Path:
    """The sample's store once more, to be changed."""
    return Path(shutil.copytree(server.store, tmp_path / "store", ignore=shutil.ignore_patterns("*.lock")))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each as another reader. A request to anybody but the server, or an error in the page's own code,
    fails the test."""
    outside: list[str] = []
    errors: list[str] = []
    contexts = []

    def open_page(url: str, width: int = 1360, **options: str) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.on("request", lambda request: outside.append(request.url) if _is_outside(request.url) else None)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "js_on_load" in said.text else None)
        page.goto(url)
        expect(page.locator("#talk .chip, #talk .turn").first).to_be_visible(timeout=ANSWER_MS)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


def ask(page: Page, question: str, label: str = "问题", button: str = "提问") -> None:
    """Types a question and waits until it is answered."""
    before = page.locator(".asked").count()
    page.get_by_label(label, exact=True).fill(question)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".asked")).to_have_count(before + 1, timeout=ANSWER_MS)
    expect(page.locator(".asked").last).to_have_text(question)
    answered(page)


def answered(page: Page) -> None:
    """Waits for the last answer."""
    expect(page.locator(".pending")).to_have_count(0, timeout=ANSWER_MS)
    expect(page.locator(".turn").last.locator(".tools")).to_be_visible(timeout=ANSWER_MS)


def open_tab(page: Page, name: str, shows: str) -> None:
    """Opens a tab, from the menu of those that don't fit where it is there, and waits for what it shows."""
    tab = page.get_by_role("tab", name=name, exact=True)
    if not tab.first.is_visible():
        page.locator(".overflow-menu > button").click()
        page.locator(".overflow-dropdown button", has_text=name).click()
    else:
        tab.first.click()
    expect(page.locator(shows).first).to_be_visible(timeout=ANSWER_MS)


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1"


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
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
