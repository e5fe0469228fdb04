"""Stored bytes outlive changes of the types they hold."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.store import codec
from indexer.types import Cell, DocType, DocumentInfo, Fact, Problem, Scope, Table, TableKind
from tests.store import samples

boxes = st.none() | st.tuples(*[st.floats(-1e6, 1e6)] * 4)
cells = st.builds(Cell, st.text(), st.integers(1, 500), boxes, st.floats(0, 1))
tables = st.builds(
    Table,
    st.text(),
    st.integers(),
    st.text(),
    st.sampled_from(TableKind),
    st.text(),
    st.lists(st.integers()).map(tuple),
    st.lists(st.lists(st.text()).map(tuple)).map(tuple),
    st.lists(st.lists(cells, max_size=3).map(tuple), max_size=3).map(tuple),
    halves=st.lists(st.tuples(st.integers(), st.integers())).map(tuple),
)


@given(tables)
def test_any_table_comes_back_equal(table: Table) -> None:
    assert codec.load(Table, codec.dump(table)) == table


@given(st.decimals(allow_nan=False, allow_infinity=False), st.text())
def test_amounts_keep_every_digit(value: Decimal, text: str) -> None:
    fact = replace(samples.fact("甲", 0, "项目", "", "1", 2024), value=value, text=text)
    again = codec.load_text(Fact, codec.dump_text(fact), codec.names_in(Fact))
    assert (str(again.value), again) == (str(value), fact)


def test_a_whole_document_comes_back_equal(tmp_path: Path) -> None:
    content = samples.content(samples.pdf(tmp_path, "甲"))
    assert codec.load(type(content), codec.dump(content)) == content


def test_added_moved_and_dropped_fields() -> None:
    before = make_dataclass("Note", [("gone", str), ("page", int), ("value", Decimal)], frozen=True)
    after = make_dataclass("Note", [("value", Decimal), ("page", int), ("more", str, "default")], frozen=True)
    data = codec.dump(before("x", 3, Decimal("1.50")))
    assert codec.load(after, data) == after(Decimal("1.50"), 3, "default")


def test_enums_and_absent_values() -> None:
    for info in (
        DocumentInfo("甲", "", "", None, None, None),
        DocumentInfo("甲", "", "", 2024, DocType.FINAL, Scope.UNIT, aliases=("乙",)),
    ):
        assert codec.load(DocumentInfo, codec.dump(info)) == info


def test_a_type_that_cannot_be_stored_is_refused() -> None:
    @dataclass(frozen=True)
    class Loose:
        anything: object

    with pytest.raises(TypeError, match="set"):
        codec.encode(Loose({1, 2}))


def test_problems_without_a_page() -> None:
    problem = Problem(None, "ocr", "说明")
    assert codec.load(Problem, codec.dump(problem)) == problem
