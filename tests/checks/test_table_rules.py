"""Rules on tables: each case is a table that holds and the change that breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.checks import check_document
from indexer.types import Cell, IdentityStatus
from tests.tables import BUDGET, FINAL, content, make

SPENDING = make(
    "支出预算总表",
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    [
        ["", "合计", "30.00", "18.00", "12.00"],
        ["201", "一般公共服务支出", "10.00", "6.00", "4.00"],
        ["20103", "政府办公厅事务", "10.00", "6.00", "4.00"],
        ["2010301", "行政运行", "6.00", "6.00", ""],
        ["2010302", "一般行政管理事务", "4.00", "", "4.00"],
        ["205", "教育支出", "20.00", "12.00", "8.00"],
    ],
)
GENERAL = replace(SPENDING, id="t1", index=1, title="一般公共预算支出表", kind=make("一般公共预算支出表", [], []).kind)
BALANCE = make(
    "收支预算总表",
    ["收入/项目", "收入/预算数", "支出/项目", "支出/预算数"],
    [
        ["一、一般公共预算拨款收入", "25.00", "一、一般公共服务支出", "10.00"],
        ["二、事业收入", "5.00", "二、教育支出", "20.00"],
        ["本年收入合计", "30.00", "本年支出合计", "30.00"],
        ["上年结转", "2.00", "结转下年", "2.00"],
        ["收入总计", "32.00", "支出总计", "32.00"],
    ],
    index=2,
)
PUBLIC = make(
    "“三公”经费支出表",
    ["项目", "2023年预算数", "2024年预算数", "增减额"],
    [
        ["合计", "9.00", "8.00", "-1.00"],
        ["一、因公出国（境）费", "", "", ""],
        ["二、公务接待费", "2.00", "1.00", "-1.00"],
        ["三、公务用车购置及运行费", "7.00", "7.00", ""],
        ["其中：公务用车购置费", "", "", ""],
        ["公务用车运行费", "7.00", "7.00", ""],
    ],
    index=3,
)
ECONOMIC = make(
    "一般公共预算基本支出表",
    ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
    [
        ["301", "工资福利支出", "12.00", "12.00", ""],
        ["30101", "基本工资", "7.00", "7.00", ""],
        ["30102", "津贴补贴", "5.00", "5.00", ""],
        ["302", "商品和服务支出", "6.00", "", "6.00"],
        ["30201", "办公费", "6.00", "", "6.00"],
        ["合计", "", "18.00", "12.00", "6.00"],
    ],
    index=4,
)
ASSETS = make(
    "资产占用情况表",
    ["项目", "数量", "价值"],
    [["资产总额", "", "9.00"], ["房屋（平方米）", "10", "5.00"], ["车辆（辆）", "1", "4.00"]],
    index=5,
)
ALL = (SPENDING, GENERAL, BALANCE, PUBLIC, ECONOMIC, ASSETS)


def changed(table, row, column, text):
    """The table with one other cell."""
    rows = [list(r) for r in table.rows]
    rows[row][column] = Cell(text, rows[row][column].page)
    return replace(table, rows=tuple(tuple(r) for r in rows))


def failures(tables, info=BUDGET):
    return {i.rule for i in check_document(content(tables, info=info)) if i.status is IdentityStatus.FAILS}


def test_a_consistent_document_holds():
    identities = [i for i in check_document(content(ALL)) if i.rule != "missing_table"]
    assert {i.status for i in identities} == {IdentityStatus.HOLDS}
    assert {
        "balance",
        "side_total",
        "row_sum",
        "column_sum",
        "same_in_tables",
        "three_public_sum",
        "row_change",
        "assets_sum",
    } <= {i.rule for i in identities}


@pytest.mark.parametrize(
    ("number", "row", "column", "text", "rules"),
    [
        (0, 3, 3, "7.00", {"row_sum", "column_sum", "same_in_tables"}),
        (0, 0, 2, "31.00", {"row_sum", "column_sum", "same_in_tables"}),
        (2, 4, 1, "33.00", {"side_total", "balance"}),
        (2, 1, 3, "21.00", {"side_total", "same_in_tables"}),
        (3, 0, 2, "9.00", {"three_public_sum", "row_change"}),
        (3, 2, 3, "1.00", {"row_change", "three_public_sum"}),
        (3, 5, 2, "5.00", {"three_public_sum", "row_change", "part_of_item"}),
        (4, 1, 2, "8.00", {"row_sum", "column_sum"}),
        (4, 5, 2, "19.00", {"row_sum", "column_sum", "same_in_tables"}),
        (5, 1, 2, "6.00", {"assets_sum"}),
    ],
)
def test_one_changed_cell_is_found(number, row, column, text, rules):
    tables = list(ALL)
    tables[number] = changed(tables[number], row, column, text)
    found = failures(tables)
    assert found <= rules
    assert found


def test_rounding_is_told_from_mistakes():
    tables = [changed(SPENDING, 0, 2, "30.01")]
    identities = check_document(content(tables, info=FINAL))
    assert {i.status for i in identities if i.relation == "sum"} == {IdentityStatus.HOLDS, IdentityStatus.ROUNDING}


def test_yuan_and_ten_thousand_yuan_are_compared_in_the_coarser_print():
    yuan = make(
        "一般公共预算支出表",
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        [["201", "一般公共服务支出", "100,049", "60,049", "40,000"], ["合计", "", "100,049", "60,049", "40,000"]],
        unit="元",
    )
    wan = make(
        "支出预算总表",
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        [["201", "一般公共服务支出", "10.00", "6.00", "4.00"], ["合计", "", "10.00", "6.00", "4.00"]],
        index=1,
    )
    assert failures([yuan, wan]) == set()


def test_final_account_ends_with_what_is_carried_on():
    table = make(
        "收入支出决算总表",
        ["收入/项目", "收入/决算数", "支出/项目", "支出/决算数"],
        [
            ["一、财政拨款收入", "9.00", "一、教育支出", "8.00"],
            ["本年收入合计", "9.00", "本年支出合计", "8.00"],
            ["使用非财政拨款结余", "", "结余分配", ""],
            ["年初结转和结余", "1.00", "年末结转和结余", "2.00"],
            ["总计", "10.00", "总计", "10.00"],
        ],
    )
    assert failures([table], FINAL) == set()
    assert failures([changed(table, 3, 3, "3.00")], FINAL) == {"side_total"}


def test_project_funds_are_no_more_than_the_total():
    table = make(
        "项目支出绩效目标表",
        ["一级指标", "二级指标"],
        [["数量指标", "≥1"]],
        unit="",
        preamble=[
            "项目名称",
            "路灯更换",
            "项目资金（元）",
            "年度资金申请总额",
            "400.00",
            "其中：财政资金",
            "400.00",
            "其中：当年财政拨款",
            "500.00",
            "上年结转资金",
            "0.00",
            "其他资金",
            "0.00",
        ],
    )
    assert failures([table]) == {"project_funds"}


def test_all_projects_add_to_project_spending():
    projects = [
        make(
            f"{n}、项目{n}绩效目标表",
            ["一级指标", "二级指标", "指标值"],
            [["产出指标", "成本指标", f"≤{amount}万元"]],
            index=n + 5,
        )
        for n, amount in ((1, "5.00"), (2, "7"))
    ]
    identities = check_document(content([SPENDING, *projects]))
    assert [i.status for i in identities if i.rule == "project_sum"] == [IdentityStatus.HOLDS]


def test_a_table_full_of_failures_is_rather_misread():
    wild = SPENDING
    for row in range(6):
        wild = changed(changed(wild, row, 2, f"{row}7.31"), row, 3, f"{9 - row}1.48")
    assert failures([wild]) == set()
