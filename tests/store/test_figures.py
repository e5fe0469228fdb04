"""Figures as one long table, and readers' opinions beside the documents."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from indexer.store import Store
from indexer.store.feedback import Opinion
from indexer.store.figures import FigureQuery
from tests.store import samples
from tests.store.conftest import BOTH_KINDS

pytestmark = BOTH_KINDS


@pytest.fixture
def filled(tmp_path: Path, store: Store) -> Store:
    for n, (department, unit) in enumerate([("甲局", "万元"), ("乙局", "元"), ("丙%局", "人")]):
        pdf = samples.pdf(tmp_path, f"{department}", str(n))
        content = samples.content(pdf, department=department, amount=f"{9 + n}.00")
        facts = tuple(replace(fact, unit=unit, value=fact.value + n) for fact in content.facts)
        store.write(replace(content, facts=facts), pdf)
    return store


def test_pages_together_hold_every_figure_once(filled: Store) -> None:
    pages = [filled.figures(FigureQuery(), start, 2) for start in range(0, 10, 2)]
    assert {page.total for page in pages} == {9}
    ids = [(printed.info.id, printed.fact.id) for page in pages for printed in page.figures]
    assert len(ids) == len(set(ids)) == 9


def test_limits_hold_together_and_special_characters_are_plain(filled: Store) -> None:
    one = filled.figures(FigureQuery(departments=("乙局",)))
    assert {printed.info.department for printed in one.figures} == {"乙局"}
    item = one.figures[0].fact.item
    assert all(item in p.fact.item for p in filled.figures(FigureQuery(text=item)).figures)
    assert filled.figures(FigureQuery(departments=("乙局",), years=(1900,))).total == 0
    assert filled.figures(FigureQuery(text="%")).total == 0
    assert filled.figures(FigureQuery(text="_")).total == 0


def test_amounts_sort_by_what_they_are_worth(filled: Store) -> None:
    found = filled.figures(FigureQuery(sort="value", descending=True)).figures
    scale = {"万元": Decimal(10000), "元": Decimal(1), "人": Decimal(0)}
    worth = [printed.fact.value * scale[printed.fact.unit] for printed in found]
    assert worth == sorted(worth, reverse=True)
    assert [printed.fact.unit for printed in found[-3:]] == ["人"] * 3


def test_opinions_are_kept_in_order_and_any_reader_may_add_them(filled: Store) -> None:
    assert filled.opinions() == ()
    filled.add_opinion(Opinion("三公经费多少", "9.80万元", "verified", good=False, reason="单位不对"))
    filled.add_opinion(Opinion("收入多少", "", "not_found", good=True))
    first, second = filled.opinions()
    assert (first.good, first.reason, second.good) == (False, "单位不对", True)
    assert first.at <= second.at
