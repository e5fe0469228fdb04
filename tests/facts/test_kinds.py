"""Table kinds from titles, and from structure where titles are strange or missing."""

from __future__ import annotations

import pytest

from indexer.facts import classify
from indexer.types import TableKind as K

FUNCTION = (("科目编码",), ("科目名称",), ("合计",), ("基本支出",), ("项目支出",))
FUNCTION_ROWS = [
    ["", "合计", "10", "6", "4"],
    ["201", "一般公共服务支出", "10", "6", "4"],
    ["20101", "人大事务", "10", "6", "4"],
]
SIDES = (("收入", "项目"), ("收入", "预算数"), ("支出", "项目"), ("支出", "预算数"))
SIDE_ROWS = [["一、财政拨款", "10", "一、教育支出", "10"], ["收入总计", "10", "支出总计", "10"]]
FUNDS = (
    *SIDES[:3],
    ("支出", "合计"),
    ("支出", "一般公共预算"),
    ("支出", "政府性基金预算"),
    ("支出", "国有资本经营预算"),
)
PUBLIC = (("合计",), ("因公出国（境）费",), ("公务用车费", "购置费"), ("公务用车费", "运行费"), ("公务接待费",))
ECONOMIC_ROWS = [["301", "工资福利支出", "8"], ["30101", "基本工资", "8"], ["302", "商品和服务支出", "2"]]
SOURCES = (("科目编码",), ("科目名称",), ("合计",), ("财政拨款收入",), ("事业收入",))
INDICATORS = (("一级指标",), ("二级指标",), ("三级指标",), ("指标值",))


@pytest.mark.parametrize(
    ("title", "header", "rows", "kind"),
    [
        ("部门收支总体情况表", SIDES, SIDE_ROWS, K.BALANCE),
        ("收入支出决算总表", SIDES, SIDE_ROWS, K.BALANCE),
        ("财政拨款收支总体情况表", FUNDS, [], K.GRANT_BALANCE),
        ("一般公共预算支出情况表", FUNCTION, FUNCTION_ROWS, K.GENERAL_PUBLIC),
        ("支出总体情况表", FUNCTION, FUNCTION_ROWS, K.EXPENSE_TOTAL),
        ("收入总体情况表", SOURCES, FUNCTION_ROWS, K.INCOME_TOTAL),
        ("政府性基金预算支出情况表", FUNCTION, FUNCTION_ROWS, K.GOV_FUND),
        ("国有资本经营预算支出情况表", FUNCTION, [], K.STATE_CAPITAL),
        ("一般公共预算“三公”经费支出情况表", PUBLIC, [["1", "0", "0", "1", "0"]], K.THREE_PUBLIC),
        ("一般公共预算基本支出情况表", FUNCTION[:3], ECONOMIC_ROWS, K.BASIC_ECONOMIC),
        ("绩效目标申报表", INDICATORS, [], K.PERFORMANCE),
        # the structure decides where the title says nothing
        ("", SIDES, SIDE_ROWS, K.BALANCE),
        ("公开表4", FUNDS, SIDE_ROWS, K.GRANT_BALANCE),
        ("附表三", FUNCTION, FUNCTION_ROWS, K.EXPENSE_TOTAL),
        ("附表二", SOURCES, FUNCTION_ROWS, K.INCOME_TOTAL),
        ("附表六", FUNCTION[:3], ECONOMIC_ROWS, K.BASIC_ECONOMIC),
        ("附表九", PUBLIC, [["1", "0", "0", "1", "0"]], K.THREE_PUBLIC),
        ("", INDICATORS, [], K.PERFORMANCE),
        ("", (("资产类别",), ("数量",), ("价值",)), [["房屋", "1", "2"]], K.ASSETS),
        # and where it rules the title out
        ("一般公共预算支出表", FUNCTION[:3], ECONOMIC_ROWS, K.BASIC_ECONOMIC),
        ("部门收支总表", FUNDS, SIDE_ROWS, K.GRANT_BALANCE),
    ],
)
def test_kind(title, header, rows, kind):
    assert classify(title, header, rows) is kind
