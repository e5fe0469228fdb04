"""What people ask of tables that budgets print in passing: staff, assets, self-evaluations, rates that were raised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.checks import check_document
from retriever.engine import Engine
from retriever.types import Question, Status
from tests.retriever.held import Held
from tests.tables import BUDGET, FINAL, content, make

STAFF = make(
    "",
    ["单位", "单位类型", "编制", "在职", "退休"],
    [
        ["青禾县水利局（本级）", "行政单位", "30", "27", "12"],
        ["青禾县河道管理所", "事业单位", "20", "22", "5"],
        ["青禾县水利综合行政执法大队", "事业单位", "15", "13", "1"],
    ],
)
STAFF_BEFORE = make(
    "",
    ["单位", "单位类型", "编制", "在职", "退休"],
    [["青禾县水利局（本级）", "行政单位", "30", "28", "11"], ["青禾县河道管理所", "事业单位", "20", "21", "5"]],
)
ASSETS = make(
    "国有资产占用情况表",
    ["资产项目", "年末账面价值"],
    [
        ["流动资产", "20.00"],
        ["固定资产", "75.00"],
        ["其中：房屋及构筑物", "50.00"],
        ["车辆", "10.00"],
        ["无形资产", "5.00"],
        ["资产总额", "100.00"],
    ],
    index=1,
    page=2,
)
EVALUATED = make(
    "重点项目绩效自评表",
    ["序号", "项目名称", "年初预算数", "全年执行数", "执行率", "自评得分"],
    [
        ["1", "河堤加固", "50.00", "49.00", "98.00%", "96"],
        ["2", "水库清淤", "80.00", "60.00", "75.00%", "81"],
    ],
    index=2,
    page=3,
)
UNIT_INCOME = make(
    "部门收入总表",
    ["单位代码", "单位名称", "收入总计", "一般公共预算", "事业收入"],
    [
        ["", "合计", "180.00", "150.00", "30.00"],
        ["207", "青禾县河道管理所", "120.00", "110.00", "10.00"],
        ["208", "青禾县水利监测站", "60.00", "40.00", "20.00"],
    ],
    index=3,
)
WATER = make(
    "一般公共预算支出表",
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    [["", "合计", "150.00", "100.00", "50.00"], ["208", "社会保障和就业支出", "150.00", "100.00", "50.00"]],
    index=4,
    page=2,
)
SPENT = (
    "三、公务用车购置及运行维护费支出9.20万元，其中：公务用车购置费0万元，公务用车运行维护费9.20万元。",
    "截至2024年12月31日，共有车辆4辆，其中：应急保障用车1辆、执法执勤用车3辆。",
    "村级水管员每人每月补助标准由300元提高到360元。",
)


def engine(*tables, info=FINAL, prose=()) -> Engine:
    return Engine(Held(content(tables, prose, info=replace(info, department="青禾县水利局"))))


@pytest.fixture(scope="module")
def held() -> Engine:
    return engine(STAFF, ASSETS, EVALUATED, prose=SPENT)


@pytest.mark.parametrize(
    ("question", "figure", "unit"),
    [
        ("青禾县水利局2024年有多少人在上班", "62", "人"),
        ("青禾县河道所2024年几个人退休", "5", "人"),
        ("青禾县水利执法大队2024年有多少人", "13", "人"),
        ("青禾县水利局本级2024年编制还空着几个", "3", "人"),
        ("青禾县河道管理所2024年在职的比编制多几个", "2", "人"),
        ("青禾县2024年末固定资产多少", "75.00", "万元"),
        ("青禾县水利局2024年末家底一共值多少钱", "100.00", "万元"),
        ("青禾县水利局2024年资产里固定资产占百分之几", "75.00", "%"),
        ("青禾县水利局2024年房子和车子账面上差多少钱", "40.00", "万元"),
        ("青禾县水利局2024年末的车里，执法执勤用车占几成", "75.00", "%"),
        ("青禾县水利局2024年水库清淤花了多少钱", "60.00", "万元"),
        ("青禾县水利局2024年哪个项目花钱最多", "60.00", "万元"),
        ("青禾县水利局2024年那几个项目哪个花得最慢", "75.00", "%"),
        ("青禾县水利局2024年水管员每人每月补多少钱", "360", "元"),
    ],
)
def test_figures(held: Engine, question: str, figure: str, unit: str) -> None:
    answer = held.ask(Question(question))
    assert [(v.value, v.unit) for v in answer.values] == [(figure, unit)], answer.text


def test_the_old_rate_is_told_where_it_is_asked_for(held: Engine) -> None:
    answer = held.ask(Question("青禾县水利局2024年水管员每人每月补助原来多少钱"))
    assert [v.value for v in answer.values] == ["300"]


def test_staff_of_two_years_are_set_against_each_other() -> None:
    now, before = (replace(BUDGET, department="青禾县水利局", id=f"d{year}", year=year) for year in (2024, 2023))
    both = Engine(Held(content([STAFF], info=now), content([STAFF_BEFORE], info=before)))
    answer = both.ask(Question("青禾县水利局2024年在职的比2023年多了几个人"))
    assert [(v.value, v.unit) for v in answer.values] == [("13", "人")]


def test_each_car_shares_the_money_spoken_of_before(held: Engine) -> None:
    answer = held.ask(Question("平均到每辆车是多少钱", turns=("青禾县水利局2024年养车花了多少？",)))
    assert [(v.value, v.unit) for v in answer.values] == [("23000", "元")]


def test_another_places_unit_is_found_after_a_question_about_elsewhere() -> None:
    water = content([UNIT_INCOME], info=replace(BUDGET, department="青禾县水利局"))
    parks = content([WATER], info=replace(BUDGET, department="甲州市园林局", id="parks"))
    asked = Question("青禾县水利监测站2024年收入总计多少", turns=("甲州市园林局2024年支出多少",))
    answer = Engine(Held(water, parks)).ask(asked)
    assert [(v.department, v.value) for v in answer.values] == [("青禾县水利监测站", "60.00")]


def test_what_came_in_is_no_expense_of_that_name(held: Engine) -> None:
    assert held.ask(Question("青禾县水利局2024年收了多少停车费")).values == ()


def test_what_was_paid_out_in_the_end_is_not_taken_from_the_budget() -> None:
    planned = engine(EVALUATED, info=BUDGET, prose=("一、机关运行经费12.00万元。",))
    assert planned.ask(Question("青禾县水利局2024年机关运行经费最后实际发了多少")).status is Status.NOT_FOUND


@pytest.mark.parametrize("question", ["青禾县2024年三公经费多少", "丰原县2024年三公经费多少"])
def test_a_region_names_its_only_department_and_no_other(question: str) -> None:
    rows = [["合计", "3.00"], ["公务接待费", "3.00"]]
    public = make("“三公”经费支出表", ["项目", "2024年预算数"], rows)
    water = content([public], info=replace(BUDGET, department="青禾县水利局"))
    parks = content([public], info=replace(BUDGET, department="甲市园林局", id="parks"))
    answer = Engine(Held(water, parks)).ask(Question(question))
    assert {v.department for v in answer.values} == ({"青禾县水利局"} if question.startswith("青禾县") else set())


def test_codes_of_units_are_no_codes_of_items() -> None:
    held = content([UNIT_INCOME, WATER], info=replace(BUDGET, department="青禾县水利局"))
    assert [f for f in check_document(held) if f.rule == "same_in_tables"] == []
    answer = Engine(Held(held)).ask(Question("青禾县水利监测站2024年收入总计多少"))
    assert [v.value for v in answer.values] == ["60.00"]
