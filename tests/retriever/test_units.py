"""Figures of units that only their department's document prints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retriever.engine import Engine
from retriever.types import Question, Status
from tests.retriever.held import Held
from tests.tables import BUDGET, content, make

INCOME = make(
    "收入总表",
    ["单位名称", "合计", "一般公共预算", "事业收入", "上年结转"],
    [
        ["合计", "180.00", "150.00", "20.00", "10.00"],
        ["甲市农业农村局本级", "100.00", "100.00", "", ""],
        ["甲市实验小学", "50.00", "30.00", "20.00", ""],
        ["甲市种子管理站", "30.00", "20.00", "", "10.00"],
    ],
    index=0,
)
PUBLIC = make(
    "“三公”经费支出表",
    ["单位名称", "合计", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"],
    [
        ["合计", "9.00", "0.00", "6.00", "3.00"],
        ["甲市农业农村局本级", "6.00", "0.00", "4.00", "2.00"],
        ["甲市实验小学", "1.00", "0.00", "1.00", "0.00"],
        ["甲市种子管理站", "2.00", "0.00", "1.00", "1.00"],
    ],
    index=1,
    page=2,
)
PROJECTS = make(
    "项目支出表",
    ["单位名称", "项目名称", "科目编码", "金额合计"],
    [
        ["甲市农业农村局本级", "设备更新", "2130199", "15.00"],
        ["甲市种子管理站", "设备更新", "2130106", "7.00"],
        ["", "良种繁育", "2130106", "5.00"],
    ],
    index=2,
    page=3,
)


FUNCTIONS = make(
    "一般公共预算支出表",
    ["单位名称", "科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    [
        ["合计", "", "", "90.00", "60.00", "30.00"],
        ["甲市实验小学", "", "", "50.00", "40.00", "10.00"],
        ["甲市实验小学", "2050202", "小学教育", "50.00", "40.00", "10.00"],
        ["甲市城东小学", "", "", "40.00", "20.00", "20.00"],
        ["甲市城东小学", "2050202", "小学教育", "40.00", "20.00", "20.00"],
    ],
    index=0,
)


def test_one_units_part_of_an_item_never_stands_for_the_department() -> None:
    held = Engine(Held(content([FUNCTIONS], info=replace(BUDGET, department="甲市教育局"))))
    answer = held.ask(Question("甲市教育局2024年小学教育支出多少"))
    assert not {"50.00", "40.00"} & {v.value for v in answer.values}
    own = held.ask(Question("甲市城东小学2024年小学教育支出多少"))
    assert [v.value for v in own.values] == ["40.00"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    info = replace(BUDGET, department="甲市农业农村局")
    return Engine(Held(content([INCOME, PUBLIC, PROJECTS], info=info)))


@pytest.mark.parametrize(
    ("question", "unit", "figure"),
    [
        ("甲市种子管理站2024年三公经费多少", "甲市种子管理站", "2.00"),
        ("种子管理站2024年公务接待费", "甲市种子管理站", "1.00"),
        ("甲市农业农村局下属的实验小学2024年事业收入多少", "甲市实验小学", "20.00"),
        ("甲市种子管理站2024年设备更新多少钱", "甲市种子管理站", "7.00"),
        ("种子管理站2024年良种繁育安排多少", "甲市种子管理站", "5.00"),
        ("甲市农业农村局2024年三公经费多少", "甲市农业农村局", "9.00"),
    ],
)
def test_each_unit_has_its_own_figure(engine: Engine, question: str, unit: str, figure: str) -> None:
    answer = engine.ask(Question(question))
    assert [(v.department, v.value) for v in answer.values] == [(unit, figure)]


def test_units_are_ranked_among_themselves(engine: Engine) -> None:
    answer = engine.ask(Question("甲市农业农村局所属各单位里2024年公务接待费最低的是哪家（不含本级）"))
    assert (answer.values[0].department, answer.values[0].value) == ("甲市种子管理站", "1.00")
    most = engine.ask(Question("甲市农业农村局系统各单位2024年三公经费最高的是哪家"))
    assert (most.values[0].department, most.values[0].value) == ("甲市农业农村局本级", "6.00")


@pytest.mark.parametrize("question", ["甲市种子管理站2024年会议费多少", "甲市第二中学2024年三公经费多少"])
def test_what_no_row_says_of_a_unit_is_not_taken_from_the_department(engine: Engine, question: str) -> None:
    answer = engine.ask(Question(question))
    assert (answer.status, answer.values) == (Status.NOT_FOUND, ())


def test_only_the_largest_are_added_where_the_largest_are_asked_for(engine: Engine) -> None:
    answer = engine.ask(Question("甲市农业农村局2024年最大的两个项目加起来多少"))
    assert [v.value for v in answer.values] == ["22.00"]
    assert engine.ask(Question("甲市农业农村局2024年前两名项目占比多少")).values == ()
