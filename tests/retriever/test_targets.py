"""Performance targets, points and dates of a project that a question names; whose the project is; what prose counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.types import Scope
from retriever.engine import Engine
from retriever.types import Question, Status
from tests.retriever.held import Held
from tests.tables import BUDGET, FINAL, content, make

TARGETS = ["一级指标", "二级指标", "三级指标", "指标值"]
DIKE = make(
    "清河堤防加固工程绩效目标表",
    TARGETS,
    [
        ["产出指标", "数量指标", "加固堤防长度", "≥7.6公里"],
        ["", "数量指标", "新建涵闸", "5座"],
        ["", "时效指标", "迎水坡护砌完成时间", "6月15日前"],
        ["满意度指标", "满意度指标", "沿线群众满意度", "≥92%"],
    ],
    preamble=["项目名称", "清河堤防加固工程"],
    index=0,
)
BOAT = make(
    "巡查艇更新绩效目标表",
    TARGETS,
    [
        ["产出指标", "数量指标", "购置巡查艇", "2艘"],
        ["", "时效指标", "交付使用时间", "7月底前"],
        ["满意度指标", "满意度指标", "使用站所满意度", "≥95%"],
    ],
    preamble=["项目名称", "巡查艇更新"],
    index=1,
)
PROJECTS = make(
    "项目支出表",
    ["项目名称", "科目编码", "金额合计"],
    [["清河堤防加固工程", "2130305", "1280.00"], ["巡查艇更新", "2130306", "58.00"]],
    index=2,
)
EVALUATED = make(
    "项目支出绩效自评表（惠民演出）",
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    [
        ["产出指标", "数量指标", "演出场次", "260场", "288场", "20", "20"],
        ["满意度指标", "服务对象满意度", "观众满意度", "92%", "87.5%", "10", "8"],
        ["总分", "", "", "", "", "100", "97.5"],
    ],
    preamble=["项目名称", "惠民演出"],
)
WATER = replace(BUDGET, id="甲市水利局-2024", department="甲市水利局")
CULTURE = replace(FINAL, id="甲市文旅局-2024", department="甲市文化和旅游局")
ACCOUNTS = [
    "其中“智慧监测平台”项目自评得分88.6分：全年预算数171.40万元，执行数139.90万元，执行率81.62%。",
    "2024年度部门整体绩效自评得分97.3分，等级为优。",
    "公务接待费支出2.98万元，全年接待42批次，386人次。",
    "因公出国（境）费支出50.00万元，全年安排因公出国（境）团组4个，20人次。",
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    water = content([DIKE, BOAT, PROJECTS], info=WATER)
    accounts = content(
        [EVALUATED, make("项目支出决算表", ["项目名称", "金额合计"], [["惠民演出", "820.00"]], index=1)],
        ACCOUNTS,
        info=CULTURE,
    )
    return Engine(Held(water, accounts))


def figures(engine: Engine, question: str, *turns: str) -> list[tuple[str, str]]:
    return [(v.value, v.unit) for v in engine.ask(Question(question, turns)).values]


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("水利局清河堤防加固工程要加固多长", "7.6", "公里"),
        ("水利局清河堤防加固工程要建几座涵闸", "5", "座"),
        ("水利局巡查艇更新满意度要达到多少", "95", "%"),
        ("文旅局惠民演出满意度实际达到多少", "87.5", "%"),
        ("文旅局惠民演出计划演多少场", "260", "场"),
        ("文旅局惠民演出自评总分多少", "97.5", "分"),
        ("文旅局智慧监测平台自评多少分", "88.6", "分"),
        ("文旅局2024年部门整体绩效自评得了多少分", "97.3", "分"),
    ],
)
def test_the_row_that_is_asked_for_and_no_other(engine: Engine, question: str, value: str, unit: str) -> None:
    assert figures(engine, question) == [(value, unit)]


def test_a_date_is_quoted_and_no_amount_is_given_for_it(engine: Engine) -> None:
    answer = engine.ask(Question("水利局巡查艇更新什么时候交付"))
    assert answer.values == ()
    assert "7月底前" in answer.text


def test_what_was_reached_is_not_answered_with_what_was_planned(engine: Engine) -> None:
    answer = engine.ask(Question("水利局清河堤防加固工程满意度实际达到多少"))
    assert ("92", "%") not in [(v.value, v.unit) for v in answer.values if v.label == "实际完成值"]


def test_a_projects_owner_is_found_where_no_department_is_named(engine: Engine) -> None:
    assert figures(engine, "清河堤防工程要加固多长") == [("7.6", "公里")]
    assert figures(engine, "巡查艇更新安排了多少钱") == [("58.00", "万元")]


def test_the_whole_years_budget_and_what_was_spent_are_told_apart(engine: Engine) -> None:
    question = "文旅局智慧监测平台全年预算多少、执行多少"
    assert figures(engine, question) == [("171.40", "万元"), ("139.90", "万元")]


def test_batches_and_people_received_are_both_told(engine: Engine) -> None:
    assert figures(engine, "文旅局2024年接待了多少批次多少人") == [("42", "批次"), ("386", "人次")]


def test_what_a_trip_costs_a_head_is_money_over_heads(engine: Engine) -> None:
    assert figures(engine, "人均花费多少万元", "文旅局2024年因公出国团组有几个") == [("2.50", "万元")]


def test_whose_bid_was_taken_is_not_answered_with_money(engine: Engine) -> None:
    answer = engine.ask(Question("水利局清河堤防加固工程是哪家公司中标的"))
    assert (answer.status, answer.values) == (Status.NOT_FOUND, ())


def test_of_a_department_and_its_unit_the_department_answers_for_both() -> None:
    own = make("项目支出表", ["单位名称", "项目名称", "金额合计"], [["甲市河道管理处", "河道保洁", "356.00"]], index=0)
    unit = replace(BUDGET, id="甲市河道管理处-2024", department="甲市河道管理处", scope=Scope.UNIT)
    again = make("项目支出表", ["项目名称", "金额合计"], [["河道保洁", "356.00"]], index=0)
    engine = Engine(Held(content([own], info=WATER), content([again], info=unit)))
    (value,) = engine.ask(Question("河道保洁安排了多少钱")).values
    assert (value.value, value.department) == ("356.00", "甲市水利局")


def test_several_things_asked_of_a_project_each_have_their_row(engine: Engine) -> None:
    assert figures(engine, "水利局清河堤防加固工程要加固多长、新建几座涵闸") == [("7.6", "公里"), ("5", "座")]


def test_items_are_ranked_and_counted_by_how_much_of_their_budget_they_spent() -> None:
    paragraphs = [
        "教育支出（类）进修及培训（款）培训支出（项）。年初预算10.00万元，支出决算8.00万元，完成年初预算的80.00%。",
        "卫生健康支出（类）行政事业单位医疗（款）行政单位医疗（项）。年初预算20.00万元，支出决算20.80万元，完成年初预算的104.00%。",
        "住房保障支出（类）住房改革支出（款）住房公积金（项）。年初预算30.00万元，支出决算30.00万元，完成年初预算的100.00%。",
    ]
    rows = [["2050803", "培训支出", "8.00"], ["2101101", "行政单位医疗", "20.80"], ["2210201", "住房公积金", "30.00"]]
    table = make("支出决算表", ["科目编码", "科目名称", "本年支出合计"], rows)
    engine = Engine(Held(content([table], paragraphs, info=CULTURE)))
    assert figures(engine, "2024年哪个科目完成年初预算的比例最低") == [("80.00", "%")]
    (over,) = engine.ask(Question("2024年有几个科目超了年初预算")).values
    assert (over.value, over.unit) == ("1", "个")


def test_a_follow_up_to_a_department_that_is_not_held_is_not_answered_for_another(engine: Engine) -> None:
    answer = engine.ask(Question("换算成元呢", ("丙市教育局2024年巡查艇更新多少钱",)))
    assert (answer.status, answer.values) == (Status.NOT_FOUND, ())


def test_follow_ups_offer_only_parts_that_are_printed() -> None:
    rows = [["一、一般公共预算", "90.00"], ["二、其他收入", "10.00"], ["收入总计", "100.00"]]
    engine = Engine(Held(content([make("收入总表", ["项目", "预算数"], rows)], info=WATER)))
    first = engine.ask(Question("水利局2024年收入总额多少"))
    assert first.values[0].value == "100.00"
    for offered in first.follow_ups:
        again = engine.ask(Question(offered, ("水利局2024年收入总额多少",)))
        assert again.status not in (Status.NOT_FOUND, Status.CLARIFY), offered
