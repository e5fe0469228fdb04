"""Printed labels and headings of any region lead to one meaning."""

from __future__ import annotations

import pytest

from indexer.vocabulary import vocabulary

LABELS = [
    ("一、因公出国（境）费", "three_public.abroad"),
    ("（一）因公出国(境)费用", "three_public.abroad"),
    ("“三公”经费小计", "three_public.total"),
    ("2023年“三公”经费预算数", "three_public.total"),
    ("二、公务用车购置及运维费", "three_public.vehicles"),
    ("公务用车购置和运行维护费", "three_public.vehicles"),
    ("公务用车费小计", "three_public.vehicles"),
    ("其中：公务用车购置费", "three_public.vehicle_purchase"),
    ("　　2.公务用车运行（维护）费", "three_public.vehicle_running"),
    ("3.公务接待费", "three_public.reception"),
    ("收 入 总 计", "income.total"),
    ("本年收入合计", "income.year"),
    ("一、一般公共预算财政拨款收入", "income.general"),
    ("1. 一般公共预算资金", "income.general"),
    ("五、事业收入（不含教育收费）", "income.business"),
    ("五、事业收入（不含财政专户管理资金）", "income.business"),
    ("年初结转和结余", "carry.in"),
    ("二、上年结转", "carry.in"),
    ("上年结转结余", "carry.in"),
    ("结转下年", "carry.out"),
    ("年末财政拨款结转和结余", "carry.out"),
    ("支出总计", "expenditure.total"),
    ("人员经费合计", "expenditure.person"),
    ("日常公用经费", "expenditure.public"),
    ("上缴上级支出", "expenditure.remit"),
    ("八、社会保障和就业支出", "func.208"),
    ("社会保障和就业支出（类）", "func.208"),
    ("行政事业单位离退休", "func.20805"),
    ("机关事业单位基本养老保险缴\n费支出", "func.2080505"),
    (" 维修（护）费", "econ.30213"),
    ("维修(护)费", "econ.30213"),
    ("税金及附加费用", "econ.30240"),
    ("1、房屋（平方米）", "assets.house"),
    ("3、单价在 20 万元以上的设备", "assets.equipment"),
    ("政府采购货物预算", "procurement.goods"),
]


@pytest.mark.parametrize(("label", "concept"), LABELS)
def test_a_printed_label_names_its_concept(label: str, concept: str) -> None:
    assert concept in vocabulary().concepts_of_label(label)


@pytest.mark.parametrize(
    ("label", "concepts"),
    [
        ("住房公积金", {"func.2210201", "econ.30113"}),
        ("公务接待费", {"three_public.reception", "econ.30217"}),
        ("会议费", {"conference", "econ.30215"}),
        ("总计", {"income.total", "expenditure.total", "total"}),
    ],
)
def test_one_name_of_several_things_gives_them_all(label: str, concepts: set[str]) -> None:
    assert concepts <= set(vocabulary().concepts_of_label(label))


@pytest.mark.parametrize(
    "label",
    ["", "项目", "收入", "支出", "序号", "科目名称", "备注", "园林绿化日常养护经费", "2024年", "12.5"],
)
def test_a_label_that_names_nothing_known_is_left_alone(label: str) -> None:
    assert vocabulary().concepts_of_label(label) == ()


HEADINGS = [
    ("合计", ("total",)),
    ("小 计", ("total",)),
    ("预算数", ("total",)),
    ("2023年预算数", ("total",)),
    ("政府采购金额（当年部门预算安排资金）", ("total",)),
    ("基本支出", ("basic",)),
    ("2024年基本支出", ("basic",)),
    ("一般公共预算基本支出", ("fund.general", "basic")),
    ("一般公共预算财政拨款项目支出", ("fund.general", "project")),
    ("人员支出", ("person",)),
    ("日常公用经费", ("public",)),
    ("一般公共预算财政拨款", ("fund.general",)),
    ("一般公共预算\n拨款收入", ("fund.general",)),
    ("政府性基金预算拨款", ("fund.gov",)),
    ("国有资本经营预算", ("fund.state",)),
    ("财政专户管理资金", ("fund.special",)),
    ("事业收入", ("source.business",)),
    ("事业单位经营收入", ("source.operating",)),
    ("单位资金", ("source.unit",)),
    ("上年结转", ("carry",)),
    ("上年执行数", ("last_year",)),
    ("增减额", ("change",)),
    ("2023年比2022年预算增减", ("change",)),
    ("增减%", ("change_rate",)),
    ("增减（%）", ("change_rate",)),
    ("价值（金额单位：万元）", ("value",)),
    ("数量", ("quantity",)),
    ("收入", ()),
    ("项目", ()),
    ("本年支出", ()),
    ("科目名称", ()),
    ("公务接待费", ()),
]


@pytest.mark.parametrize(("heading", "measures"), HEADINGS)
def test_a_heading_names_its_measures(heading: str, measures: tuple[str, ...]) -> None:
    assert vocabulary().measures_of_label(heading) == measures


TITLES = [
    ("2025年部门“三公”经费和机关运行经费预算表", "three_public"),
    ("2024年部门一般公共预算基本支出部门预算经济分类预算表", "basic_economic"),
    ("一般公共预算财政拨款基本支出决算明细表", "basic_economic"),
    ("2024年部门一般公共预算支出功能分类预算表", "general_public"),
    ("一般公共预算支出情况表", "general_public"),
    ("部门预算政府基金预算财政拨款支出表", "gov_fund"),
    ("政府性基金预算财政拨款收入支出决算表", "gov_fund"),
    ("国有资本经营预算支出表", "state_capital"),
    ("财政拨款收入支出决算总表", "grant_balance"),
    ("财政拨款收支总体情况表", "grant_balance"),
    ("收入支出决算总表", "balance"),
    ("部门收支总体情况表", "balance"),
    ("2025年部门财务收支预算总表", "balance"),
    ("收入决算表", "income_total"),
    ("部门收入总体情况表", "income_total"),
    ("支出决算表", "expense_total"),
    ("部门支出总表", "expense_total"),
    ("部门固定资产占用情况表", "assets"),
    ("2、绿化机械购置与更新绩效目标表", "performance"),
    ("部门政府采购预算", "procurement"),
    ("项目支出预算表", "project"),
    ("目录", ""),
]


@pytest.mark.parametrize(("title", "kind"), TITLES)
def test_a_title_names_its_table_kind(title: str, kind: str) -> None:
    assert vocabulary().kind_of_title(title) == kind
