"""What figures of tables mean: items, codes, measures, stages, years, units, blanks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indexer.facts import tables_to_facts
from indexer.facts.kinds import coded_label
from indexer.types import Blank
from tests.shared import SHARED, needs_shared
from tests.tables import BUDGET, FINAL, make
from tests.truth import load, truths


def at(facts, row, column):
    return next(f for f in facts if (f.source.row, f.source.column) == (row, column))


def test_code_split_over_columns_and_merged_cells():
    table = make(
        "支出预算总表",
        ["编码/类", "编码/款", "编码/项", "科目名称", "合计", "基本支出", "项目支出"],
        [
            ["208", "", "", "社会保障", "9", "9", ""],
            ["208", "05", "", "养老", "9", "9", ""],
            ["", "", "01", "离退休", "9", "9", ""],
        ],
    )
    facts = tables_to_facts(BUDGET, [table])
    assert [f.code for f in facts if f.measure == "basic"] == ["208", "20805", "2080501"]
    last = at(facts, 2, 6)
    assert (last.blank, last.value, last.level, last.item_path) == (Blank.EMPTY, Decimal(0), 3, ("社会保障", "养老"))
    assert last.concept == "func.2080501"


def test_last_year_change_and_rate_columns():
    table = make(
        "一般公共预算支出表",
        [
            "科目编码",
            "科目名称",
            "2023年预算数",
            "2024年预算数/小计",
            "2024年预算数/基本支出",
            "2024年比2023年增减/增减额",
            "2024年比2023年增减/增减%",
        ],
        [["201", "一般公共服务支出", "8", "10", "10", "2", "25"]],
    )
    facts = tables_to_facts(BUDGET, [table])
    assert [(f.measure, f.year, f.unit) for f in facts] == [
        ("last_year", 2023, "万元"),
        ("total", 2024, "万元"),
        ("basic", 2024, "万元"),
        ("change", 2024, "万元"),
        ("change_rate", 2024, "%"),
    ]


def test_horizontal_three_public_with_two_stages():
    table = make(
        "“三公”经费支出决算表",
        [
            "合计/预算数",
            "合计/决算数",
            "公务用车购置及运行费/小计/预算数",
            "公务用车购置及运行费/小计/决算数",
            "公务用车购置及运行费/公务用车购置费/预算数",
            "公务接待费/决算数",
        ],
        [["3.00", "2.50", "2.00", "1.90", "-", "0.60"]],
    )
    facts = tables_to_facts(FINAL, [table])
    assert [(f.concept.split(".")[1], f.stage, f.measure) for f in facts] == [
        ("total", "预算", "total"),
        ("total", "决算", "total"),
        ("vehicles", "预算", "total"),
        ("vehicles", "决算", "total"),
        ("vehicle_purchase", "预算", "total"),
        ("reception", "决算", "total"),
    ]
    assert facts[4].blank is Blank.DASH


def test_vertical_list_nests_of_which_rows():
    table = make(
        "“三公”经费支出表",
        ["项目", "2024年预算数"],
        [
            ["合计", "5"],
            ["一、公务接待费", "1"],
            ["二、公务用车购置及运行费", "4"],
            ["其中：公务用车购置费", "3"],
            ["公务用车运行费", "1"],
        ],
    )
    facts = tables_to_facts(BUDGET, [table])
    assert [f.item_path for f in facts] == [(), (), (), ("公务用车购置及运行费",), ("公务用车购置及运行费",)]
    assert facts[0].is_total
    assert facts[0].concept == "three_public.total"


def test_two_sided_sides_and_own_codes():
    balance = make(
        "收支总表",
        ["收入/项目", "收入/预算数", "支出/项目", "支出/预算数"],
        [
            ["一、财政拨款收入", "10", "一、奇特事务支出", "10"],
            ["（一）一般公共预算拨款", "10", "", ""],
            ["收入总计", "10", "支出总计", "10"],
        ],
    )
    spending = make("支出总表", ["科目编码", "科目名称", "合计"], [["299", "奇特事务支出", "10"]], index=1)
    facts = tables_to_facts(BUDGET, [balance, spending])
    assert [(f.concept, f.side) for f in facts[:5]] == [
        ("income.grant", "income"),
        ("func.299", "expenditure"),
        ("income.general", "income"),
        ("income.total", "income"),
        ("expenditure.total", "expenditure"),
    ]


def test_three_column_groups_of_a_final_account():
    table = make(
        "一般公共预算财政拨款基本支出决算表",
        [
            "人员经费/科目编码",
            "人员经费/科目名称",
            "人员经费/决算数",
            "公用经费/科目编码",
            "公用经费/科目名称",
            "公用经费/决算数",
            "公用经费/科目编码",
            "公用经费/科目名称",
            "公用经费/决算数",
        ],
        [
            ["301", "工资福利支出", "8", "302", "商品和服务支出", "3", "310", "资本性支出", "1"],
            ["人员经费合计", "", "8", "公用经费合计", "", "", "", "", "4"],
        ],
    )
    facts = tables_to_facts(FINAL, [table])
    assert [(f.concept, f.value, f.measure) for f in facts] == [
        ("econ.301", 8, "total"),
        ("econ.302", 3, "total"),
        ("econ.310", 1, "total"),
        ("expenditure.person", 8, "total"),
        ("expenditure.public", 4, "total"),
    ]


@pytest.mark.parametrize(
    ("text", "value", "blank", "unit"),
    [
        ("(1,234.50)", "-1234.50", Blank.NONE, "元"),
        ("−3", "-3", Blank.NONE, "元"),
        ("2.5万元", "2.5", Blank.NONE, "万元"),
        ("无", "0", Blank.WORD, "元"),
        ("——", "0", Blank.DASH, "元"),
        ("0.00", "0.00", Blank.NONE, "元"),
    ],
)
def test_figures(text, value, blank, unit):
    table = make(
        "支出总表",
        ["科目编码", "科目名称", "合计"],
        [["201", "甲", "1"], ["202", "乙", "2"], ["203", "丙", text]],
        unit="元",
    )
    fact = at(tables_to_facts(BUDGET, [table]), 2, 2)
    assert (fact.value, fact.blank, fact.unit) == (Decimal(value), blank, unit)


def test_words_are_no_figure():
    table = make("支出总表", ["科目编码", "科目名称", "合计"], [["201", "甲", "1"], ["202", "乙", "见说明"]])
    assert len(tables_to_facts(BUDGET, [table])) == 1


def test_assets_have_counts_areas_and_values():
    table = make(
        "国有资产占用情况表",
        ["项目", "数量", "价值（金额单位：万元）"],
        [["资产总额", "", "30.00"], ["1、房屋（平方米）", "100", "20.00"], ["2、车辆（辆）", "2", "10.00"]],
        unit="",
    )
    facts = tables_to_facts(BUDGET, [table])
    assert [(f.concept, f.measure, f.unit) for f in facts[2:]] == [
        ("assets.house", "quantity", "平方米"),
        ("assets.house", "value", "万元"),
        ("assets.vehicle", "quantity", "辆"),
        ("assets.vehicle", "value", "万元"),
    ]


def test_project_amount_in_cost_indicator_only():
    table = make(
        "3、路灯更换经费绩效目标表",
        ["一级指标", "二级指标", "三级指标", "指标值"],
        [["产出指标", "数量指标", "更换路灯", "≥40盏"], ["", "成本指标", "项目预算控制数", "≤12.50万元"]],
        unit="",
    )
    (fact,) = tables_to_facts(BUDGET, [table])
    assert (fact.item, fact.value, fact.unit, fact.concept) == (
        "路灯更换经费",
        Decimal("12.50"),
        "万元",
        "project.item",
    )


def test_project_amount_in_funds_rows():
    table = make(
        "财政项目支出绩效目标填报表",
        ["一级指标", "二级指标"],
        [["数量指标", "≥1"]],
        unit="",
        preamble=[
            "项目名称",
            "路灯更换",
            "项目资金（元）",
            "项目资金总额",
            "900,000.00",
            "年度资金申请总额",
            "400,000.00",
            "其中：当年财政拨款",
            "300,000.00",
            "上年结转资金",
            "100,000.00",
        ],
    )
    facts = tables_to_facts(BUDGET, [table])
    assert {f.item for f in facts} == {"路灯更换"}
    assert {f.measure: str(f.value) for f in facts} == {
        "project_total": "900000.00",
        "total": "400000.00",
        "fund.grant+current": "300000.00",
        "carry": "100000.00",
    }
    assert {f.unit for f in facts} == {"元"}


_PLACE = {"total": "total", "basic": "basic", "proj": "project"}


@needs_shared
@pytest.mark.parametrize("path", list(truths(SHARED)) if SHARED.exists() else [], ids=lambda p: p.stem)
def test_every_marked_cell_of_the_examples_is_a_fact(path):
    """Each figure that the examples name is found, by code and measure."""
    import json

    raw = json.loads(path.read_text(encoding="utf-8"))
    info, tables = load(path)
    facts = {(f.table, f.source.row, f.source.column): f for f in tables_to_facts(info, tables)}
    for table, entry in zip(tables, raw["tables"], strict=True):
        for row, column, key in entry.get("keys") or ():
            fact = facts[table.id, row, column]
            kind, *rest = key.split(".")
            if kind in ("func", "gp", "gf", "econ") and rest and rest[-1].isdigit():
                assert fact.concept == f"{'econ' if kind == 'econ' else 'func'}.{rest[-1]}"
                if rest[0] in ("basic", "proj"):
                    assert fact.measure == _PLACE[rest[0]]


@needs_shared
def test_sixteen_projects_of_the_seed():
    info, tables = load(SHARED / "seed" / "truth.json")
    projects = [f for f in tables_to_facts(info, tables) if f.concept == "project.item"]
    assert len(projects) == 16
    assert sum(f.value for f in projects) == Decimal("338.69")


def test_project_list_with_bodies_and_codes():
    table = make(
        "项目支出表",
        ["科目编码", "项目名称", "项目单位", "单位名称", "合计", "一般公共预算"],
        [["2080299", "路灯更换", "甲局", "甲局本级", "5.00", "5.00"], ["", "合计", "", "", "5.00", "5.00"]],
    )
    facts = tables_to_facts(BUDGET, [table])
    assert [(f.item, f.code, f.concept, f.measure) for f in facts] == [
        ("路灯更换", "2080299", "project.item", "total"),
        ("路灯更换", "2080299", "project.item", "fund.general"),
        ("合计", "", "expenditure.project", "total"),
        ("合计", "", "expenditure.project", "fund.general"),
    ]


def test_the_kind_of_a_project_is_not_its_name():
    table = make(
        "项目支出预算表",
        ["项目名称", "项目类别", "合计"],
        [["路灯更换", "一次性", "5.00"], ["道路养护", "经常性", "7.00"], ["合计", "", "12.00"]],
    )
    assert [f.item for f in tables_to_facts(BUDGET, [table])] == ["路灯更换", "道路养护", "合计"]


def test_counts_among_amounts():
    table = make(
        "机构运行信息表",
        ["项目", "行次", "统计数"],
        [
            ["一、“三公”经费支出", "1", ""],
            ["（一）支出合计", "2", "8.00"],
            ["1．因公出国（境）费", "3", ""],
            ["2．公务用车购置及运行维护费", "4", "7.00"],
            ["3．公务接待费", "5", "1.00"],
            ["（二）相关统计数", "6", ""],
            ["1．公务用车保有量（辆）", "7", "3"],
            ["2．国内公务接待批次（个）", "8", "12"],
        ],
    )
    facts = {f.source.row: f for f in tables_to_facts(FINAL, [table])}
    assert (facts[1].concept, facts[1].measure, facts[1].unit) == ("three_public.total", "total", "万元")
    assert (facts[6].concept, facts[6].measure, facts[6].unit) == ("count.vehicles_owned", "quantity", "辆")
    assert (facts[7].concept, facts[7].measure, facts[7].unit) == ("count.reception_batches", "quantity", "个")


def test_three_public_by_bodies():
    table = make(
        "“三公”经费预算表",
        ["单位名称", "合计", "因公出国（境）费", "公务接待费"],
        [["合计", "3.00", "", "3.00"], ["甲局本级", "2.00", "", "2.00"], ["甲中心", "1.00", "", "1.00"]],
    )
    facts = tables_to_facts(BUDGET, [table])
    assert [(f.concept, f.item_path) for f in facts if f.concept == "three_public.total"] == [
        ("three_public.total", ()),
        ("three_public.total", ("甲局本级",)),
        ("three_public.total", ("甲中心",)),
    ]


def test_rows_of_a_horizontal_three_public_table_are_years():
    table = make(
        "“三公”经费预算表",
        ["年度", "合计", "公务用车购置及运行费/运行维护费", "公务接待费"],
        [
            ["2023年预算", "4.70", "3.50", "1.20"],
            ["2024年预算", "4.10", "3.20", "0.90"],
            ["增减率", "-12.77", "-8.57", "-25"],
        ],
    )
    facts = tables_to_facts(BUDGET, [table])
    year = BUDGET.year
    assert [(f.measure, f.year) for f in facts if f.source.column == 2] == [
        ("last_year", year - 1),
        ("total", year),
        ("change_rate", year),
    ]
    assert at(facts, 2, 2).unit == "%"


def test_codes_in_brackets_before_the_name():
    table = make(
        "支出预算总表",
        ["功能科目", "合计", "基本支出", "项目支出"],
        [["[208]社会保障和就业支出", "9", "9", ""], ["  [2080501]行政单位离退休", "9", "9", ""]],
    )
    facts = tables_to_facts(BUDGET, [table])
    assert [(f.code, f.item) for f in facts if f.measure == "total"] == [
        ("208", "社会保障和就业支出"),
        ("2080501", "行政单位离退休"),
    ]


@pytest.mark.parametrize("text", ["200万元以上设备", "2023年预算", "300台", "208", "行政运行"])
def test_amounts_and_years_are_no_codes(text):
    assert coded_label(text) is None
