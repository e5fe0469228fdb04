"""Filters over very many departments, and the states of an empty store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from indexer.store import Store
from indexer.types import DocumentInfo
from tests.ui.fakes import INFO, FakeEngine, FakeLibrary, blank_pages
from ui.asking import Talk
from ui.compare import Wanted, compare, comparison_to_html
from ui.tabs import MOST_CHOICES, Limits
from ui.words import chinese, english


class Shelf(FakeLibrary):
    def __init__(self, count: int) -> None:
        super().__init__()
        self._infos = tuple(
            replace(INFO, id=f"{n}", department=f"第{n // 5:05}局", year=2020 + n % 5) for n in range(count)
        )

    def documents(self) -> tuple[DocumentInfo, ...]:
        return self._infos


def limits(count: int) -> Limits:
    return Limits(cast(Store, Shelf(count)), chinese, "test")


def names(dropdown: Any) -> list[str]:
    return [value for _, value in dropdown.choices]


def test_ten_thousand_documents_are_offered_by_what_is_typed() -> None:
    departments, years, types = limits(10_000).choices()
    assert len(names(departments)) == MOST_CHOICES
    assert names(years) == [2024, 2023, 2022, 2021, 2020]
    assert names(types) == ["预算", "决算"]
    assert names(limits(10_000).departments(["第00001局"], " 01997")) == ["第00001局", "第01997局"]


def test_an_empty_store_says_what_to_do() -> None:
    for t, says in ((chinese, "库中还没有文件"), (english, "No documents yet")):
        assert says in Talk(FakeEngine(), Shelf(0), blank_pages(), t).show(())
    made = compare(FakeEngine().ask, Shelf(0), Wanted("trend", "三公经费"))
    assert "没有找到可比较的数字" in comparison_to_html(made)
