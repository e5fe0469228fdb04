"""Tables in layouts that no example document has: the same cells must come out of all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.pdf import read_document
from indexer.types import Reading, Table
from tests.pdf.sheets import FONTS, Book, Span, Style

WIDTHS = (60, 150, 80, 80, 80)
HEAD = [
    [Span("科目", columns=2), Span("合计", rows=2), Span("其中", columns=2)],
    ["编码", "名称", "基本支出", "项目支出"],
]
BODY = [
    ["205", "教育支出", "120.50", "100.00", "20.50"],
    ["20508", "进修及培训", "120.50", "100.00", "20.50"],
    ["208", "社会保障和就业支出", "60.00", "60.00", ""],
    ["20805", "行政事业单位养老支出", "60.00", "60.00", ""],
    ["", "合计", "180.50", "160.00", "20.50"],
]
PATHS = (("科目", "编码"), ("科目", "名称"), ("合计",), ("其中", "基本支出"), ("其中", "项目支出"))

STYLES = {
    "full": Style(),
    "thin rectangles": Style(rectangles=True),
    "no outer sides": Style(rules="open"),
    "doubled rules": Style(double=1.5),
    "broken rules": Style(broken=True),
    "text twice": Style(twice=0.2),
    "figures left": Style(figures="left"),
    "figures centred": Style(figures="center"),
    "labels centred": Style(labels="center"),
    "rule under each row": Style(rules="rows"),
    "rule under each row, all left": Style(rules="rows", head="left", figures="left"),
    "rule under each row, headings left": Style(rules="rows", head="left"),
    "three lines": Style(rules="three"),
    "three lines, headings left": Style(rules="three", head="left"),
    "three lines, headings right": Style(rules="three", head="right"),
    "three lines, all left": Style(rules="three", head="left", figures="left"),
    "three lines, tight": Style(rules="three", row_height=13),
    "no rules": Style(rules="none"),
    "no rules, headings left": Style(rules="none", head="left"),
    "no rules, tight": Style(rules="none", row_height=13),
    "small": Style(size=6, row_height=11),
    "large": Style(size=12, row_height=30),
}


def read(book: Book, folder: Path) -> Reading:
    return read_document(book.save(folder / "made.pdf"))


def texts(table: Table) -> list[list[str]]:
    return [[c.text for c in row] for row in table.rows]


def plain(rows: list[list[str]]) -> list[list[str]]:
    return [[c.replace("\n", "") for c in row] for row in rows]


@pytest.mark.parametrize("name", STYLES)
def test_one_table_in_every_style(name: str, tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    sheet.line("一、预算情况说明如下，各项支出按照功能分类列示。")
    sheet.y += 30
    sheet.centred("一般公共预算支出表")
    sheet.captions("编制部门：某某局", "单位：万元")
    sheet.table(WIDTHS, HEAD, BODY, STYLES[name])
    sheet.line("注：本表按照功能分类编制。", size=9)
    sheet.line("二、其他说明。")
    reading = read(book, tmp_path)
    assert len(reading.tables) == 1
    table = reading.tables[0]
    assert (table.title, table.unit, table.department) == ("一般公共预算支出表", "万元", "某某局")
    assert table.header == PATHS
    assert texts(table) == BODY
    assert table.notes == ("注：本表按照功能分类编制。",)
    assert [x.text for x in reading.lines][-1] == "二、其他说明。"
    assert not any("单位：" in x.text or "注：" in x.text for x in reading.lines)


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("rules", ["full", "three"])
def test_other_fonts(font: str, rules: str, tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    sheet.centred("支出表")
    sheet.table(WIDTHS, HEAD, BODY, Style(font=font, rules=rules))
    table = read(book, tmp_path).tables[0]
    assert table.header == PATHS
    assert texts(table) == BODY


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_page_with_rotate_entry_and_text_drawn_to_suit(rotate: int, tmp_path: Path) -> None:
    """The page is displayed turned, and the text was drawn so that it stands upright then."""
    book = Book()
    sheet = book.page(*((842, 595) if rotate % 180 else (595, 842)), rotate=rotate)  # reportlab swaps the sides
    canvas = sheet.canvas
    if rotate == 90:
        canvas.translate(595, 0)
        canvas.rotate(90)
        sheet.width, sheet.height = 842, 595
    elif rotate == 270:
        canvas.translate(0, 842)
        canvas.rotate(-90)
        sheet.width, sheet.height = 842, 595
    else:
        canvas.translate(595, 842)
        canvas.rotate(180)
    sheet.centred("支出表")
    sheet.table(WIDTHS, HEAD, BODY)
    reading = read(book, tmp_path)
    table = reading.tables[0]
    assert table.title == "支出表"
    assert texts(table) == BODY
    page, box = table.bboxes[0]
    assert page == 1
    assert box == pytest.approx((50, 84, 500, 224), abs=2)


@pytest.mark.parametrize("turn", [90, 270])
def test_table_drawn_sideways_on_an_upright_page(turn: int, tmp_path: Path) -> None:
    book = Book()
    sheet = book.page(595, 842)
    canvas = sheet.canvas
    canvas.translate(*((595, 0) if turn == 90 else (0, 842)))
    canvas.rotate(90 if turn == 90 else -90)
    sheet.width, sheet.height = 842, 595
    sheet.centred("支出表")
    sheet.table(WIDTHS, HEAD, BODY)
    table = read(book, tmp_path).tables[0]
    assert texts(table) == BODY
    _, box = table.bboxes[0]
    assert box[2] - box[0] == pytest.approx(140, abs=3)
    assert box[3] - box[1] == pytest.approx(450, abs=3)


def test_three_levels_of_headings_and_three_code_columns(tmp_path: Path) -> None:
    head = [
        [Span("项目", columns=4), Span("支出预算", columns=3)],
        [
            Span("功能分类科目编码", columns=3),
            Span("功能分类科目名称", rows=2),
            Span("合计", rows=2),
            Span("其中", columns=2),
        ],
        ["类", "款", "项", "基本支出", "项目支出"],
    ]
    body = [
        ["208", "", "", "社会保障和就业支出", "10", "10", ""],
        ["208", "05", "", "行政事业单位养老支出", "10", "10", ""],
        ["208", "05", "05", "机关事业单位基本养老\n保险缴费支出", "10", "10", ""],
    ]
    for rules in ("full", "rows", "three"):
        book = Book()
        sheet = book.page(842, 595)
        sheet.centred("支出预算总表")
        sheet.table((40, 40, 40, 150, 90, 90, 90), head, body, Style(rules=rules, row_height=26))
        table = read(book, tmp_path).tables[0]
        assert table.header == (
            ("项目", "功能分类科目编码", "类"),
            ("项目", "功能分类科目编码", "款"),
            ("项目", "功能分类科目编码", "项"),
            ("项目", "功能分类科目名称"),
            ("支出预算", "合计"),
            ("支出预算", "其中", "基本支出"),
            ("支出预算", "其中", "项目支出"),
        ), rules
        assert texts(table) == plain(body), rules


def test_two_tables_a_page(tmp_path: Path) -> None:
    for rules in ("full", "three", "rows"):
        book = Book()
        sheet = book.page()
        for title in ("收入表", "支出表"):
            sheet.y += 40
            sheet.centred(title)
            sheet.captions("部门：某某局", "单位：元")
            sheet.table(WIDTHS, HEAD, BODY, Style(rules=rules))
        tables = read(book, tmp_path).tables
        assert [t.title for t in tables] == ["收入表", "支出表"], rules
        assert all(texts(t) == BODY for t in tables), rules


LONG = [[f"2{i:02d}", f"第{i}项支出", f"{i}.50", f"{i}.50", ""] for i in range(10, 60)]


OVER = [
    ("full", "headings"), ("full", "nothing"), ("full", "captions and headings"), ("full", "last heading row"),
    ("three", "headings"), ("three", "captions and headings"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "again"), OVER)
def test_table_over_pages(rules: str, again: str, tmp_path: Path) -> None:
    book = Book()
    style = Style(rules=rules)
    for i in range(2):
        sheet = book.page()
        if i == 0 or again.startswith("captions"):
            sheet.centred("支出表")
            sheet.captions("部门：某某局", "单位：元")
        head = HEAD if i == 0 or again.endswith("headings") else []
        if i and again == "last heading row":
            head = [[*HEAD[1][:2], "", *HEAD[1][2:]]]
        sheet.table(WIDTHS, head, LONG[i * 30 : i * 30 + 30], style)
    tables = read(book, tmp_path).tables
    assert len(tables) == 1
    assert tables[0].pages == (1, 2)
    assert texts(tables[0]) == LONG


def test_row_cut_by_the_page_break(tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    sheet.centred("支出表")
    sheet.table(WIDTHS, HEAD, [*BODY[:3], ["20805", "行政事业", "60.00", "60.00", ""]])
    sheet = book.page()
    sheet.table(WIDTHS, HEAD, [["", "单位养老支出", "", "", ""], ["", "合计", "180.50", "160.00", "20.50"], *LONG[:3]])
    table = read(book, tmp_path).tables[0]
    assert texts(table) == [*BODY, *LONG[:3]]


def test_following_tables_with_the_same_columns_stay_apart(tmp_path: Path) -> None:
    book = Book()
    for title in ("政府性基金预算支出表", "国有资本经营预算支出表"):
        sheet = book.page()
        sheet.centred(title)
        sheet.captions("部门：某某局", "单位：元")
        sheet.table(WIDTHS, HEAD, BODY)
    tables = read(book, tmp_path).tables
    assert [t.title for t in tables] == ["政府性基金预算支出表", "国有资本经营预算支出表"]


def test_same_title_filled_in_twice_stays_apart(tmp_path: Path) -> None:
    book = Book()
    for _ in range(2):
        sheet = book.page()
        sheet.centred("支出表")
        sheet.table(WIDTHS, HEAD, BODY)
    assert len(read(book, tmp_path).tables) == 2


def test_title_at_the_bottom_of_the_page_before(tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    sheet.line("一、情况说明。")
    sheet.y = 780
    sheet.centred("支出表")
    sheet = book.page()
    sheet.table(WIDTHS, HEAD, BODY)
    table = read(book, tmp_path).tables[0]
    assert table.title == "支出表"


def test_column_numbers_page_numbers_headers_are_dropped(tmp_path: Path) -> None:
    numbers = [["栏次", "", "1", "2=3+4", "3"]]
    for rules in ("full", "three"):
        book = Book()
        for i in range(4):
            sheet = book.page()
            sheet.text(200, 30, "某某局2024年部门预算公开")
            sheet.text(290, 815, f"- {i + 1} -")
            if i == 2:
                sheet.centred("支出表")
                sheet.table(WIDTHS, [*HEAD, *numbers], BODY, Style(rules=rules))
            else:
                sheet.line(f"第{i}段文字。")
        reading = read(book, tmp_path)
        assert texts(reading.tables[0]) == BODY
        assert reading.tables[0].header == PATHS
        assert [x.text for x in reading.lines] == ["第0段文字。", "第1段文字。", "支出表", "第3段文字。"]


def test_goal_row_goes_to_the_preamble(tmp_path: Path) -> None:
    head = [["一级指标", "二级指标", "三级指标", "指标值"]]
    goal = [["绩效目标", Span("1.开展培训，提高能力，完成年度任务。", columns=3)]]
    body = [
        [Span("产出指标", rows=2), "数量指标", "培训次数", "≥3次"],
        ["质量指标", "合格率", "≥90%"],
        ["满意度指标", "服务对象满意度", "满意度", "≥95%"],
    ]
    book = Book()
    sheet = book.page()
    sheet.line("1、培训经费绩效目标表")
    sheet.y += 6
    sheet.table((100, 120, 150, 90), [], [*goal, *head, *body])
    table = read(book, tmp_path).tables[0]
    assert table.title == "1、培训经费绩效目标表"
    assert table.preamble == ("绩效目标", "1.开展培训，提高能力，完成年度任务。")
    assert table.header == (("一级指标",), ("二级指标",), ("三级指标",), ("指标值",))
    assert texts(table)[:2] == [["产出指标", "数量指标", "培训次数", "≥3次"], ["", "质量指标", "合格率", "≥90%"]]


def test_two_sided_table_has_halves(tmp_path: Path) -> None:
    head = [
        [Span("序号", rows=2), Span("收入", columns=2), Span("支出", columns=2)],
        ["项目", "预算数", "项目", "预算数"],
    ]
    body = [
        ["1", "一、财政拨款", "10.00", "一、教育支出", "4.00"],
        ["2", "", "", "二、卫生支出", "6.00"],
        ["3", "收入总计", "10.00", "支出总计", "10.00"],
    ]
    for rules in ("full", "three", "rows"):
        book = Book()
        sheet = book.page()
        sheet.centred("收支总表")
        sheet.table((40, 130, 80, 130, 80), head, body, Style(rules=rules))
        table = read(book, tmp_path).tables[0]
        assert table.halves == ((1, 3), (3, 5)), rules
        assert texts(table) == body, rules


def test_hidden_text_does_not_count(tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    canvas = sheet.canvas
    sheet.centred("支出表")
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(50, 700, 100, 20)
    canvas.clipPath(path, stroke=0)
    sheet.text(300, 200, "剪掉的文字")
    canvas.restoreState()
    canvas.setFillColorRGB(1, 1, 1)
    sheet.text(300, 400, "白色的文字")
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(-200, 300, "页外的文字")
    sheet.table(WIDTHS, HEAD, BODY, replace(Style(), double=1.0))
    reading = read(book, tmp_path)
    assert [x.text for x in reading.lines] == ["支出表"]
    assert texts(reading.tables[0]) == BODY


def test_unit_named_in_a_heading_or_title(tmp_path: Path) -> None:
    head = [["项目", "数量", "价值（金额单位：万元）"]]
    book = Book()
    sheet = book.page()
    sheet.centred("资产情况表")
    sheet.table((150, 100, 150), head, [["房屋", "100", "5.00"], ["车辆", "2", "30.00"]])
    sheet.y += 60
    sheet.centred("采购预算表（单位：元）")
    sheet.table((150, 100, 150), [["项目", "数量", "金额"]], [["电脑", "10", "5000"], ["打印机", "2", "3000"]])
    first, second = read(book, tmp_path).tables
    assert first.unit == "万元"
    assert (second.title, second.unit) == ("采购预算表", "元")
