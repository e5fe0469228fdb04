"""Ten thousand documents of as many departments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from indexer.settings import Settings
from indexer.store import Store, writing
from indexer.types import DocumentContent
from tests.browser.conftest import ANSWER_MS, ROOT, ask, open_tab
from tests.ui.fakes import FACTS, INFO

Visit = Callable[..., Page]
SAMPLE = ROOT / "data" / "sample"
DOCUMENT = "石家庄市科学技术协会-2023年部门预算"
MANY = 10_000


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of so many small documents, each of a department of its own, written at one go."""
    path = tmp_path_factory.mktemp("crowded") / "store"
    with Store.open(path, settings=Settings.from_environment().at(path)) as store, store._writing():
        sha256 = store._files.keep(SAMPLE / f"{DOCUMENT}.pdf", "")
        with store._engine.begin() as connection:
            for number in range(MANY):
                department, year = f"第{number:05}局", 2015 + number % 10
                name = f"{department}-{year}年部门预算"
                info = replace(INFO, id=name, title=name, department=department, year=year, sha256=sha256)
                facts = tuple(
                    replace(
                        fact,
                        id=f"{number}-{fact.id}",
                        document=name,
                        year=year,
                        source=replace(fact.source, document=name),
                    )
                    for fact in FACTS
                )
                generation = writing.begin(connection, name)
                writing.put(connection, store._index, DocumentContent(info, (), (), facts, ()), generation, "", None)
    return path


def test_ten_thousand_documents_are_searched_as_you_type(
    visit: Visit, serve: Callable[..., Any], crowded: Path
) -> None:
    with serve(crowded) as server:
        page = visit(server.url)
        open_tab(page, "数据", ".figuretable tbody tr")
        box = page.locator("#figures-department input")
        box.click()
        expect(page.get_by_role("option").first).to_be_visible(timeout=ANSWER_MS)
        assert page.get_by_role("option").count() <= 200
        assert page.evaluate("document.querySelectorAll('*').length") < 3000
        note = page.locator(".figuretable [role=status]")
        for name, figures in (("第09876局", 4), ("第00042局", 8)):
            box.press_sequentially(name[1:6])
            page.get_by_role("option", name=name).click(timeout=ANSWER_MS)
            expect(note).to_contain_text(f"共 {figures} 个数字", timeout=ANSWER_MS)
        page.keyboard.press("Escape")
        open_tab(page, "文件", ".holding")
        expect(page.locator(".holdings .note").first).to_contain_text(f"共 {MANY} 份")
        expect(page.locator(".holding")).to_have_count(20)
        page.get_by_label("筛选文件").fill("第07777局")
        expect(page.locator(".holding")).to_have_count(1, timeout=ANSWER_MS)
        open_tab(page, "提问", "#question")
        ask(page, "第04321局2016年公务接待费多少")
        expect(page.locator(".figure")).to_have_text("1.00")
