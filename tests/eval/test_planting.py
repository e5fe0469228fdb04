"""Planted wrong digits: always wrong, and noticed by verification and by the checks."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cells import matched
from eval.corruption import Catch, catch_rate, plant_cells
from eval.generate.__main__ import CASES
from eval.planted import Detection, Mistake, detection_shares, speaks_of
from eval.planting import misprinted, wrong_number
from eval.run import answer_cases
from indexer.store import Store
from indexer.types import Finding
from retriever.engine import Engine


@given(st.decimals(min_value="0.01", max_value="99999999", places=2), st.integers())
def test_a_wrong_number_is_another_number_of_the_same_shape(number: Decimal, seed: int) -> None:
    printed = f"{number:,f}"
    wrong = wrong_number(printed, random.Random(seed))
    assert Decimal(wrong.replace(",", "")) != number
    assert [c.isdigit() for c in wrong] == [c.isdigit() for c in printed]


def test_only_the_number_from_the_start_on_is_changed() -> None:
    text = misprinted("2024年预算9.80万元，比上年", random.Random(1), start=6)
    assert text.startswith("2024年预算")
    assert text.endswith("万元，比上年")
    assert "9.80" not in text
    assert misprinted("没有数", random.Random(1)) == "没有数"


@pytest.fixture(scope="module")
def answered(sample_store: Store) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    cases = [json.loads(line) for line in (CASES / "sample.jsonl").read_text("utf-8").splitlines()][:24]
    return cases, list(answer_cases(cases, Engine(sample_store)))


def test_a_misread_cell_is_not_shown_as_verified(
    answered: tuple[list[dict[str, Any]], list[dict[str, Any]]], sample_store: Store
) -> None:
    catches = plant_cells(*answered, sample_store, "read")
    assert len(catches) >= 15
    missed = [c for c in catches if c.fate == "missed"]
    assert all(abs(Decimal(c.printed) - Decimal(c.planted)) <= Decimal("0.02") for c in missed), missed
    assert catch_rate(catches).ratio >= 0.9


def test_without_verification_it_would_be(
    answered: tuple[list[dict[str, Any]], list[dict[str, Any]]], sample_store: Store
) -> None:
    cases, answers = (part[:6] for part in answered)
    assert catch_rate(plant_cells(cases, answers, sample_store, "believed")).right == 0


def test_harmless_plantings_do_not_count() -> None:
    catches = [Catch("read", "q", "", "1", "2", fate) for fate in ("caught", "caught", "missed", "harmless")]
    assert str(catch_rate(catches)) == "2/3"


def finding(page: int, message: str) -> Finding:
    return Finding("甲", page, "sum", "sum", "合计", "10.50", "10.00", (), "error", message)


@pytest.mark.parametrize(
    ("page", "message", "found"),
    [
        (3, "合计 10.50 不等于分项之和", True),
        (4, "第3页合计 10.50 不等于分项之和", True),
        (4, "合计 10.50 不等于分项之和", False),
        (3, "合计 110.50 不等于分项之和", True),
    ],
)
def test_a_mistake_is_found_by_an_error_that_names_its_figure_and_page(page: int, message: str, found: bool) -> None:
    assert speaks_of(finding(page, message), Mistake("all.total", "cell", "10.00", "10.50", 3)) is found


def test_an_error_about_another_figure_finds_nothing() -> None:
    mistake = Mistake("all.total", "cell", "20.00", "20.50", 3)
    assert not speaks_of(finding(3, "合计 10.50 不等于分项之和"), mistake)
    shares = detection_shares([Detection("甲", (mistake,), (), 1)])
    assert {k: str(v) for k, v in shares.items()} == {"cell": "0/1", "all": "0/1"}


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ([["a", "1"], ["b", "2"], ["c", "3"]], 6),
        ([["a", "1"], ["c", "3"]], 4),
        ([["a", "1"], ["b", "9"], ["c", "3"]], 5),
        ([["x", "0"], ["a", "1"], ["b", "2"], ["c", "3"]], 6),
        ([], 0),
    ],
)
def test_cells_are_counted_with_rows_aligned(read: list[list[str]], right: int) -> None:
    assert matched(read, [["a", "1"], ["b", "2"], ["c", "3"]]) == right


def test_every_table_cell_of_the_sample_is_read_right() -> None:
    from eval.cells import document_cells
    from eval.generate.__main__ import GOLDEN, SAMPLE
    from eval.generate.cases import load_truths

    truth = load_truths(GOLDEN)["transport24"]
    share = document_cells(Path(SAMPLE) / f"{truth['id']}.pdf", truth)
    assert share.right == share.asked > 100
