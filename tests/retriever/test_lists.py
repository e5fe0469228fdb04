"""Lists asked by their columns: numbers beside names, kinds, results, sources of money; and rates that prose states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.types import Table, TableKind
from retriever.engine import Engine
from retriever.types import Question, Status
from tests.retriever.held import Held
from tests.tables import BUDGET, FINAL, content, make

NAME = "甲市教育局"


def placed(table: Table) -> Table:
    """The table with a place of its own for each cell, as on a page."""
    rows = tuple(
        tuple(replace(cell, bbox=(float(x), float(y), x + 1.0, y + 1.0)) for x, cell in enumerate(row))
        for y, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


SCHOOLS = make(
    "所属单位基本情况表",
    ["单位名称", "单位性质", "编制数", "班级数", "在校学生数"],
    [
        ["甲市第一中学", "事业", "120", "40", "2000"],
        ["甲市实验小学", "事业", "80", "30", "1200"],
        ["甲市聋哑学校", "事业", "30", "12", "150"],
        ["合计", "", "230", "82", "3350"],
    ],
    index=0,
    unit="",
    kind=TableKind.UNITS,
)
PROJECTS = make(
    "项目支出预算表",
    ["项目名称", "项目类别", "合计", "一般公共预算", "财政专户管理资金"],
    [
        ["校舍维修", "经常性", "60.00", "60.00", "0.00"],
        ["操场翻新", "一次性", "40.00", "30.00", "10.00"],
        ["课桌更新", "一次性", "25.00", "0.00", "25.00"],
        ["教师培训", "经常性", "15.00", "15.00", "0.00"],
        ["合计", "", "140.00", "105.00", "35.00"],
    ],
    index=1,
    page=2,
)
BASIC = make(
    "一般公共预算基本支出表",
    ["经济科目编码", "经济科目名称", "合计", "人员经费", "公用经费"],
    [
        ["", "合计", "900.00", "800.00", "100.00"],
        ["301", "工资福利支出", "800.00", "800.00", "0.00"],
        ["30101", "基本工资", "500.00", "500.00", "0.00"],
        ["30103", "奖金", "300.00", "300.00", "0.00"],
        ["302", "商品和服务支出", "100.00", "0.00", "100.00"],
        ["30201", "办公费", "55.00", "0.00", "55.00"],
        ["30206", "电费", "45.00", "0.00", "45.00"],
    ],
    index=2,
    page=3,
)
TOLD = (
    "1.课后服务补助30.00万元。资助参加课后服务的学生500人，每人每月补助50元。",
    "2.困难学生补助。其中：走读生每人每年500元；寄宿生每人每年1250元。",
    "市教育局内设机构4个：办公室、人事科、财务科、基础教育科；下设2个中心：教研中心、考试中心。",
    "公务用车购置费36.00万元，购置执法执勤用车2辆；公务用车运行维护费20.00万元，年末公务用车保有量10辆。",
)
REVIEWS = make(
    "项目支出绩效自评汇总表",
    ["序号", "项目名称", "年初预算", "执行数", "执行率（%）", "自评得分"],
    [
        ["1", "校舍维修", "60.00", "57.00", "95.00", "96.50"],
        ["2", "操场翻新", "40.00", "40.00", "100.00", "99.00"],
        ["3", "课桌更新", "25.00", "20.00", "80.00", "88.00"],
    ],
    index=0,
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    budget = content(
        [SCHOOLS, PROJECTS, BASIC], TOLD, info=replace(BUDGET, department=NAME, title=f"{NAME}2024年部门预算")
    )
    return Engine(Held(budget))


@pytest.fixture(scope="module")
def reviewed() -> Engine:
    info = replace(FINAL, department=NAME, title=f"{NAME}2024年部门决算")
    return Engine(Held(content([placed(REVIEWS)], TOLD, info=info)))


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("甲市第一中学现在有多少个学生", [("2000", "人")]),
        ("甲市教育局在校学生一共多少人", [("3350", "人")]),
        ("甲市教育局在校学生超过1000人的学校有哪几所", [("2000", "人"), ("1200", "人")]),
        ("甲市教育局哪所学校在校学生最少", [("150", "人")]),
        ("甲市第一中学平均一个班多少学生（在校学生数÷班级数）", [("50.00", "人")]),
    ],
)
def test_numbers_beside_names(engine: Engine, question: str, figures: list[tuple[str, str]]) -> None:
    assert [(v.value, v.unit) for v in engine.ask(Question(question)).values] == figures


def test_pupils_spoken_of_with_money_are_not_counted(engine: Engine) -> None:
    answer = engine.ask(Question("甲市教育局2024年学生资助经费多少"))
    assert ("3350", "人") not in [(v.value, v.unit) for v in answer.values]


def test_projects_of_one_kind_with_their_sum(engine: Engine) -> None:
    answer = engine.ask(Question("甲市教育局2024年一次性项目有哪些，合计多少"))
    assert [v.value for v in answer.values] == ["65.00", "40.00", "25.00"]
    assert "校舍维修" not in answer.text


def test_projects_paid_from_one_source_are_not_all_projects(engine: Engine) -> None:
    answer = engine.ask(Question("甲市教育局2024年哪些项目是用财政专户管理资金安排的？合计多少"))
    assert [v.value for v in answer.values] == ["35.00", "10.00", "25.00"]


def test_what_holds_several_items_is_no_item(engine: Engine) -> None:
    answer = engine.ask(Question("甲市教育局2024年基本支出里，基本工资和奖金一共多少"))
    assert [v.value for v in answer.values] == ["800.00"]
    ranked = engine.ask(Question("甲市教育局2024年基本支出明细里，商品和服务支出（302）下面金额最高的是哪项"))
    assert [(v.label, v.value) for v in ranked.values] == [("办公费", "55.00")]


@pytest.mark.parametrize(
    ("question", "rate"),
    [
        ("甲市教育局课后服务每人每月补助多少", "50"),
        ("甲市教育局寄宿生一年补助多少钱", "1250"),
        ("甲市教育局2024年走读生每人每年补助几块钱", "500"),
    ],
)
def test_rates_that_prose_states(engine: Engine, question: str, rate: str) -> None:
    answer = engine.ask(Question(question))
    assert [(v.value, v.unit) for v in answer.values] == [(rate, "元")]


def test_no_rate_of_another_thing(engine: Engine) -> None:
    answer = engine.ask(Question("甲市教育局给代课教师每人每月补贴多少"))
    assert answer.status is not Status.VERIFIED
    assert not {"50", "500", "1250"} & {v.value for v in answer.values}


def test_cars_bought_share_what_was_paid_for_them(engine: Engine) -> None:
    answer = engine.ask(Question("甲市教育局2024年新买的公务车平均每辆多少万元"))
    assert [(v.value, v.unit) for v in answer.values] == [("18.00", "万元")]


def test_a_list_by_its_noun(engine: Engine) -> None:
    assert "考试中心" in engine.ask(Question("甲市教育局下设哪些中心")).text
    assert "基础教育科" in engine.ask(Question("甲市教育局有哪些内设机构")).text


def test_what_make_a_car_is_of(engine: Engine) -> None:
    answer = engine.ask(Question("甲市教育局2024年新买的公务用车是什么牌子"))
    assert (answer.status, answer.values) == (Status.NOT_FOUND, ())


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("甲市教育局2024年课桌更新项目自评得了多少分", [("88.00", "分")]),
        ("甲市教育局2024年自评得分最高的项目是哪个", [("99.00", "分")]),
        ("甲市教育局2024年执行率低于90%的项目有哪些", [("80.00", "%")]),
    ],
)
def test_results_of_projects(reviewed: Engine, question: str, figures: list[tuple[str, str]]) -> None:
    assert [(v.value, v.unit) for v in reviewed.ask(Question(question)).values] == figures


def test_projects_picked_by_a_result_are_counted(reviewed: Engine) -> None:
    answer = reviewed.ask(Question("甲市教育局2024年执行率达到100%的项目有几个，是哪几个"))
    assert ("1", "个") in [(v.value, v.unit) for v in answer.values]
    assert "操场翻新" in answer.text
