"""Indicator tables and tables of one row, drawn with few rules or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.pdf import read_document
from indexer.types import Table
from tests.pdf.sheets import Book, Cell, Span, Style

WIDTHS = [70, 80, 110, 120, 60, 60]
HEAD = ["一级指标", "二级指标", "三级指标", "指标说明", "指标值", "依据"]
BODY: list[list[str]] = [
    ["产出指标", "数量指标", "培训场次", "全年举办的\n培训", "≥12场", "年度计划"],
    ["", "质量指标", "培训合格率", "考核合格的学员", "≥95%", "考核记录"],
    ["", "时效指标", "完成时间", "年底前完成", "12月底", "年度计划"],
    ["效益指标", "社会效益", "服务群众人数", "参加活动的\n群众", "≥800人", "签到表"],
    ["满意度指标", "服务对象满意度", "学员满意度", "问卷满意的比例", "≥90%", "问卷"],
]
MERGED: list[list[Cell]] = [[Span("产出指标", rows=3), *BODY[0][1:]], *([*row[1:]] for row in BODY[1:3]), *BODY[3:]]
GOAL = "绩效目标"
PROSE = "为保障项目顺利实施，各单位应当按照计划组织培训，并在年底前完成考核工作。"


def drawn(folder: Path, style: Style, body: list[list[Cell]], goal: bool) -> tuple[Table, ...]:
    book = Book()
    sheet = book.page()
    for name in ("职工培训项目绩效目标表", "法治宣传项目绩效目标表"):
        sheet.y += 20
        sheet.centred(name, 11)
        head: list[list[Cell]] = [list(HEAD)]
        if goal:
            head.insert(0, [GOAL, Span("开展职工培训，提高业务能力。", columns=5)])
        sheet.table(WIDTHS, head, body, style)
    sheet.y += 20
    sheet.line(PROSE, size=10.5)
    return read_document(book.save(folder / "t.pdf")).tables


@pytest.mark.parametrize("rules", ["three", "rows", "none", "full"])
@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("goal", [False, True])
def test_an_indicator_table_needs_no_rules(rules: str, merged: bool, goal: bool, tmp_path: Path) -> None:
    body: list[list[Cell]] = MERGED if merged else [list(row) for row in BODY]
    tables = drawn(tmp_path, Style(rules=rules, head="center", row_height=28), body, goal)
    assert [t.title for t in tables] == ["职工培训项目绩效目标表", "法治宣传项目绩效目标表"]
    for table in tables:
        assert table.header == tuple((h,) for h in HEAD)
        assert [[c.text for c in row] for row in table.rows] == [[t.replace("\n", "") for t in row] for row in BODY]
        assert bool(table.preamble) == goal


def test_one_row_of_figures_between_rules_is_a_table(tmp_path: Path) -> None:
    book = Book()
    sheet = book.page()
    sheet.centred("“三公”经费支出表")
    sheet.captions("部门：某某局", "单位：万元")
    head: list[list[Cell]] = [
        [Span("合计", rows=2), Span("因公出国", rows=2), Span("公务用车", columns=2)],
        ["购置", "运行"],
    ]
    sheet.table([120, 120, 120, 120], head, [["13.60", "0.00", "2.40", "11.20"]], Style(rules="three"))
    sheet.y += 20
    sheet.line(PROSE)
    (table,) = read_document(book.save(tmp_path / "t.pdf")).tables
    assert table.header == (("合计",), ("因公出国",), ("公务用车", "购置"), ("公务用车", "运行"))
    assert [[c.text for c in row] for row in table.rows] == [["13.60", "0.00", "2.40", "11.20"]]
