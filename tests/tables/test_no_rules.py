"""Tables without any rule: known by what announces them, read by where text stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.pdf import read_document
from indexer.types import Table
from tests.pdf.sheets import Book, Sheet, Span, Style

BARE = Style(rules="none")


def made(book: Book, folder: Path) -> tuple[Table, ...]:
    return read_document(book.save(folder / "made.pdf")).tables


def texts(table: Table) -> list[list[str]]:
    return [[c.text for c in row] for row in table.rows]


def announced(sheet: Sheet, title: str) -> None:
    sheet.centred(title)
    sheet.captions("编制部门：某某局", "单位：万元")


def test_both_sides_keep_their_figures_though_neither_sums_up(tmp_path: Path) -> None:
    head = [[Span("收入", columns=2), Span("支出", columns=2)], ["项目", "预算数", "项目", "预算数"]]
    rows = [
        ["一、财政拨款收入", "1,820.35", "一、教育支出", "12.00"],
        ["二、事业收入", "", "二、农林水支出", "1,700.10"],
        ["", "", "三、住房保障支出", "108.25"],
        ["收入总计", "1,820.35", "支出总计", "1,820.35"],
    ]
    book = Book()
    announced(sheet := book.page(), "收支总表")
    sheet.table([160, 90, 150, 90], head, rows, BARE)
    (table,) = made(book, tmp_path)
    assert table.header == (("收入", "项目"), ("收入", "预算数"), ("支出", "项目"), ("支出", "预算数"))
    assert texts(table) == rows
    assert table.halves == ((0, 2), (2, 4))


def test_three_levels_of_headings_over_a_blank_column(tmp_path: Path) -> None:
    head = [
        [Span("科目", rows=3), Span("合计", rows=3), Span("本年收入", columns=4)],
        [Span("小计", rows=2), Span("财政拨款", columns=2), Span("其他", rows=2)],
        ["一般公共预算", "政府性基金"],
    ]
    rows = [
        ["教育支出", "310.00", "300.00", "300.00", "", ""],
        ["卫生健康支出", "20.00", "20.00", "15.00", "", ""],
        ["合计", "330.00", "320.00", "315.00", "", ""],
    ]
    book = Book()
    announced(sheet := book.page(), "收入总表")
    sheet.table([120, 70, 70, 80, 80, 70], head, rows, BARE)
    (table,) = made(book, tmp_path)
    assert texts(table) == rows
    assert table.header == (
        ("科目",),
        ("合计",),
        ("本年收入", "小计"),
        ("本年收入", "财政拨款", "一般公共预算"),
        ("本年收入", "财政拨款", "政府性基金"),
        ("本年收入", "其他"),
    )


@pytest.mark.parametrize("repeated", [True, False])
def test_rows_go_on_over_the_page_with_and_without_their_headings(repeated: bool, tmp_path: Path) -> None:
    head = [["科目编码", "科目名称", "合计", "基本支出"]]
    rows = [[str(20101 + i), f"第{'一二三四五六七八九十'[i % 10]}类事务", f"{i + 3}.50", f"{i}.50"] for i in range(20)]
    book = Book()
    announced(sheet := book.page(), "支出总表")
    sheet.table([80, 180, 100, 100], head, rows[:16], BARE)
    following = book.page()
    following.table([80, 180, 100, 100], head if repeated else [], rows[16:], BARE)
    following.line("以上各项支出均按功能分类列示，口径与上年相同。")
    (table,) = made(book, tmp_path)
    assert table.pages == (1, 2)
    assert texts(table) == rows


def test_a_heading_of_prose_below_is_no_row(tmp_path: Path) -> None:
    book = Book()
    announced(sheet := book.page(), "三公经费支出表")
    rows = [["合计", "19.50", "53.74"], ["公务接待费", "3.50", "3.00"], ["公务用车运行费", "16.00", "50.74"]]
    sheet.table([200, 120, 120], [["项目", "上年预算数", "本年预算数"]], rows, BARE)
    sheet.y += 24
    sheet.line("（二）机关运行经费", x=74, size=12)
    (table,) = made(book, tmp_path)
    assert texts(table) == rows


def test_columns_of_prose_are_no_table(tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    sheet.line("联系方式")
    for name in ("办公室", "财务科", "人事科", "监督科"):
        sheet.line(f"{name}              电话  8123456              传真  8123457")
    assert made(book, tmp_path) == ()
