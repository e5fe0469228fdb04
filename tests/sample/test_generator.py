"""The generator's parts: line breaking, merged headings, prose, consistency of the data, other styles."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.generate.blocks import Cell, Column, Document, Style, TableBlock
from eval.generate.build import build, load
from eval.generate.cases import build_case
from eval.generate.figures import InconsistentData
from eval.generate.grid import Span, heading_spans
from eval.generate.numbers import cell_text, chinese, rounded
from eval.generate.render import render
from eval.generate.wrap import wrap
from indexer.pdf import read_document
from tests.sample.test_bundled import needs_font


def width(text: str) -> float:
    return sum(1.0 if ord(c) > 0x2E80 else 0.5 for c in text)


@given(st.text("预算支出，。（）《》1234.56%万元abc ", min_size=1), st.floats(4, 20))
def test_wrapping_keeps_every_character_in_place(text: str, room: float) -> None:
    lines = wrap(text, room, width)
    assert "".join(line for _, line in lines) == text
    assert all(text.startswith(line, offset) for offset, line in lines)


def test_wrapping_keeps_numbers_whole_and_punctuation_off_line_starts() -> None:
    lines = [line for _, line in wrap("基本支出1239.63万元，项目支出338.69万元。", 7, width)]
    assert "1239.63" in "|".join(lines)
    assert not any(line[0] in "，。" for line in lines)


def test_equal_headings_beside_each_other_become_one_cell() -> None:
    spans = heading_spans((("序号",), ("收入", "项目"), ("收入", "预算数")))
    assert spans == (
        Span(0, 2, 0, 1, "序号"),
        Span(0, 1, 1, 3, "收入"),
        Span(1, 2, 1, 2, "项目"),
        Span(1, 2, 2, 3, "预算数"),
    )


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (31, "三十一")])
def test_chinese_numerals(number: int, text: str) -> None:
    assert chinese(number) == text


@pytest.mark.parametrize(
    ("value", "unit", "thousands", "blank", "text"),
    [
        ("123456", "万元", False, "", "12.35"),
        ("12345678", "元", True, "", "12,345,678.00"),
        ("0", "万元", False, "", ""),
        ("0", "万元", False, "0", "0.00"),
        ("0", "万元", False, "—", "—"),
    ],
)
def test_amounts_in_cells(value: str, unit: str, thousands: bool, blank: str, text: str) -> None:
    assert cell_text(Decimal(value), unit, 2, thousands, blank) == text


def test_halves_round_up() -> None:
    assert rounded(Decimal("2.345"), 2) == Decimal("2.35")


@pytest.mark.parametrize("where", ["economics", "basic"])
def test_data_that_contradicts_itself_is_refused(where: str) -> None:
    department: dict[str, Any] = copy.deepcopy(load("departments/water.yaml"))
    rows = department["years"][2024][where]
    rows[next(iter(rows))] += 1
    with pytest.raises(InconsistentData):
        build(department, department["documents"][2])


@pytest.mark.parametrize("layout", ["nine_tables", "city_budget", "yuan_budget"])
def test_any_department_prints_in_any_layout(layout: str) -> None:
    department = load("departments/water.yaml")
    source = build(department, department["documents"][1] | {"layout": layout})
    printed = {cell.text for b in source.document.blocks if isinstance(b, TableBlock) for row in b.rows for cell in row}
    assert {"2801.90", "28,019,000"} & printed


def test_a_case_with_a_figure_that_nobody_prints_is_refused() -> None:
    truth = {"id": "甲", "facts": {}, "headings": []}
    with pytest.raises(KeyError):
        build_case({"id": "x", "kind": "lookup", "at": "a", "q": "？", "values": ["all.total"]}, {"a": truth})


@needs_font
@pytest.mark.parametrize("rules", ["grid", "three_line", "sheet"])
def test_every_table_style_draws_all_rows_over_pages(rules: str, tmp_path: Path) -> None:
    from eval.generate.fonts import find_font

    columns = (Column(("科目编码",)), Column(("科目名称",), 2), Column(("合计",), 1, "right"))
    rows = tuple((Cell(f"{20100 + i}"), Cell(f"第{i}项支出"), Cell(f"{i}.50")) for i in range(90))
    table = TableBlock(
        "支出表", "expense_total", "万元", columns, rows, ("部门：甲局", "", "单位：万元"), own_page=True
    )
    target = tmp_path / "a.pdf"
    places = render(Document("a", "甲", (table,), Style(rules=rules)), target, find_font())
    assert places.pages > 1
    assert len(places.rows[0]) == 90
    if rules != "three_line":
        (read,) = read_document(target).tables
        assert [[c.text for c in row] for row in read.rows] == [[c.text for c in row] for row in rows]
