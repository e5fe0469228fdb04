"""What figures of prose say: tables of wordings from several regions."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.types import ClaimRole, DocType
from tests.prose.prose import claims_of, short

BUDGET, FINAL = DocType.BUDGET, DocType.FINAL

WORDINGS = [
    (
        "2023年收入预算1,234.56万元，比上年增加34.50万元，增长2.87%。",
        [
            ("income.total", "amount", "1234.56万元"),
            ("income.total", "change", "34.50万元"),
            ("income.total", "change_rate", "2.87%"),
        ],
    ),
    (
        "支出预算500万元，其中：基本支出300万元，占60%；项目支出200万元，占40%。",
        [
            ("expenditure.total", "amount", "500万元"),
            ("expenditure.basic", "amount", "300万元"),
            ("expenditure.basic", "share", "60%"),
            ("expenditure.project", "amount", "200万元"),
            ("expenditure.project", "share", "40%"),
        ],
    ),
    (
        "2023年收支总预算800万元，与2022年预算持平。",
        [
            ("income.total", "amount", "800万元"),
            ("expenditure.total", "amount", "800万元"),
            ("income.total", "change", "0万元"),
            ("expenditure.total", "change", "0万元"),
        ],
    ),
    (
        "公务用车购置及运行费120.60万元（含购置费36.00万元、运行费84.60万元），公务接待费19.80万元。",
        [
            ("three_public.vehicles", "amount", "120.60万元"),
            ("three_public.vehicle_purchase", "amount", "36.00万元"),
            ("three_public.vehicle_running", "amount", "84.60万元"),
            ("three_public.reception", "amount", "19.80万元"),
        ],
    ),
    (
        "因公出国（境）费0万元，与上年持平，无增减变化。",
        [("three_public.abroad", "amount", "0万元"), ("three_public.abroad", "change", "0万元")],
    ),
    (
        "人员经费、公用经费分别为800.50万元和120.30万元。",
        [("expenditure.person", "amount", "800.50万元"), ("expenditure.public", "amount", "120.30万元")],
    ),
    (
        "“三公”经费预算35万元，较上年减少5万元，同比下降12.5%，主要原因是厉行节约。",
        [
            ("three_public.total", "amount", "35万元"),
            ("three_public.total", "change", "-5万元"),
            ("three_public.total", "change_rate", "-12.5%"),
        ],
    ),
    (
        "政府采购预算30万元，其中：货物类10万元，工程类0万元，服务类20万元。",
        [
            ("procurement.total", "amount", "30万元"),
            ("procurement.goods", "amount", "10万元"),
            ("procurement.works", "amount", "0万元"),
            ("procurement.services", "amount", "20万元"),
        ],
    ),
    (
        "财政拨款支出预算中，一般公共预算拨款支出预算90万元；政府性基金拨款支出预算10万元。",
        [("expenditure.general", "amount", "90万元"), ("expenditure.gov_fund", "amount", "10万元")],
    ),
    (
        "截至2022年12月31日，本部门各单位共有车辆8辆，单价100万元（含）以上设备（不含车辆）3台（套）。",
        [("assets.vehicle", "count", "8辆"), ("assets.equipment", "count", "3台（套）")],
    ),
    (
        "对个人和家庭的补助50万元，办公费2万元，会议费1万元。",
        [("econ.303", "amount", "50万元"), ("econ.30201", "amount", "2万元"), ("conference", "amount", "1万元")],
    ),
    ("一般公共预算支出增长13.95。", [("expenditure.general", "change_rate", "13.95%")]),
    ("2023年决算数为23456789.12元。", [("", "amount", "23456789.12元")]),
]


@pytest.mark.parametrize(("text", "expected"), WORDINGS, ids=[w[0][:12] for w in WORDINGS])
def test_wordings(text, expected):
    assert [short(c) for c in claims_of(text)] == expected


def test_final_accounts_pair_budget_and_outturn():
    text = "1.公务接待费年初预算为2.85万元，支出决算为0.39万元，完成年初预算的13.68%，比2022年度决算减少0.15万元，下降27.78%。"
    claims = claims_of(text, doc_type=FINAL)
    assert [(c.role.value, c.stage, c.base_year, c.base_stage) for c in claims] == [
        ("amount", "预算", None, ""),
        ("amount", "决算", None, ""),
        ("completion", "决算", None, ""),
        ("change", "决算", 2022, "决算"),
        ("change_rate", "决算", 2022, "决算"),
    ]
    assert {c.concept for c in claims} == {"three_public.reception"}


def test_item_named_in_a_sentence_of_its_own():
    text = "1、农林水支出（类）水利（款）行政运行（项）。主要用于：人员支出。年初预算为54.53万元，支出决算为54.53万元。"
    claims = claims_of(text, doc_type=FINAL)
    assert [(c.code, c.stage) for c in claims] == [("2130301", "预算"), ("2130301", "决算")]


@pytest.mark.parametrize(
    "subject",
    [
        "“农林水支出（类）水利（款）行政运行（项）”",
        "“农林水支出-水利-行政运行”科目",
        "农林水支出（类）水利（款）行政运行（项）2023年预算数为",
        "2130301行政运行",
    ],
)
def test_ways_to_name_a_function(subject):
    (claim,) = claims_of(f"1. {subject}10.50万元，主要用于人员支出。")
    assert (claim.code, claim.concept, claim.value) == ("2130301", "func.2130301", Decimal("10.50"))


def test_this_year_and_the_year_before():
    claims = claims_of("2022年当年预算执行数为1.48万元，2023年预算安排2.63万元，比2022年预算执行数增加77.70%。")
    assert [(c.year, c.stage, c.base_year) for c in claims] == [
        (2022, "", None),
        (2023, "预算", None),
        (2023, "预算", 2022),
    ]


def test_last_years_end_and_dates():
    (assets,) = claims_of("某市水务局（含所属单位）上年末固定资产金额为1985.18万元，详见下表。")
    assert (assets.concept, assets.year, assets.stage) == ("assets.total", 2022, "")
    claims = claims_of("截止2022年12月31日，流动资产448.82万元。固定资产3149.52万元。")
    assert [c.year for c in claims] == [2022, 2022]


def test_reasons_do_not_take_over_the_subject():
    text = "公务用车购置及运行费36万元，比2022年预算减少10万元，主要原因是新增1辆公务用车。其中：公务用车购置费15万元。"
    claims = claims_of(text)
    assert [c.concept for c in claims if c.role is not ClaimRole.COUNT] == [
        "three_public.vehicles",
        "three_public.vehicles",
        "three_public.vehicle_purchase",
    ]
    assert claims[-1].part_of == claims[0].id


def test_parts_in_the_paragraphs_below():
    text = "2023年“三公”经费预算9万元。其中：\n（1）因公出国（境）费2万元。\n（2）公务接待费7万元。"
    total, abroad, reception = claims_of(text)
    assert abroad.part_of == reception.part_of == total.id
    assert reception.source.page == 3


def test_parts_of_counts_and_what_is_no_part():
    total, *parts = claims_of("共有车辆8辆，其中：执法执勤用车2辆、其他用车6辆。")
    assert {p.part_of for p in parts} == {total.id}
    claims = claims_of(
        "政府采购预算30万元，其中：货物类10万元、服务类20万元。\n面向中小企业预留政府采购项目预算金额12万元。"
    )
    assert [c.concept for c in claims if c.part_of] == ["procurement.goods", "procurement.services"]


def test_funds_come_from_words_or_headings():
    path = ("三、一般公共预算财政拨款基本支出情况",)
    basic, person = claims_of("基本支出100万元，其中：人员经费80万元。", path)
    assert (basic.fund, person.fund) == ("fund.general", "fund.general")
    assert claims_of("基本支出100万元。")[0].fund == ""


def test_heading_names_what_a_sentence_leaves_out():
    (claim,) = claims_of("2023年安排94.06万元，主要用于办公。", ("三、机关运行经费安排情况",))
    assert claim.concept == "operating_funds"
    (claim,) = claims_of("2023年度项目总预算252.27万元。", ("河道治理工程情况说明", "四、年度预算安排"))
    assert (claim.concept, claim.subject) == ("project.item", "河道治理工程")


def test_whole_and_parts_in_one_clause():
    claims = claims_of("本年收入包括一般公共预算拨款92万元，占收入合计的90%；事业收入8万元，占8%。")
    assert [short(c) for c in claims if c.role is ClaimRole.AMOUNT] == [
        ("income.general", "amount", "92万元"),
        ("income.business", "amount", "8万元"),
    ]
    assert [c.share_of for c in claims if c.role is ClaimRole.SHARE] == ["收入合计", "收入合计"]


def test_project_named_in_a_sentence_of_its_own():
    path = ("其他相关情况说明", "五、项目经费情况说明")
    (claim,) = claims_of("1.农村公路养护。用于全市农村公路日常养护。2024年安排预算586.00万元。", path)
    assert (claim.subject, claim.concept) == ("农村公路养护", "project.item")


def test_own_name_before_running_costs():
    (claim,) = claims_of("2023年某市水务局机关运行经费预算为186.54万元。")
    assert claim.concept == "operating_funds"


def test_what_a_share_is_a_share_of():
    claims = claims_of("机关运行经费支出9万元，占总支出的21.46%。本年支出合计50万元，其中：基本支出30万元，占60%。")
    assert [c.share_of for c in claims if c.role is ClaimRole.SHARE] == ["总支出", "本年支出合计"]
    claims = claims_of("基本支出60万元，占总支出的60%，其中：人员经费30万元，占50%。")
    assert [c.share_of for c in claims if c.role is ClaimRole.SHARE] == ["总支出", "基本支出"]


def test_counts_of_travel_and_reception():
    text = "国内公务接待128批次、960人次。全年安排因公出国（境）团组2个，累计8人次。购置公务用车1辆，年末公务用车保有量30辆。"
    assert [c.concept for c in claims_of(text, doc_type=FINAL)] == [
        "count.reception_batches",
        "count.reception_people",
        "count.abroad_groups",
        "count.abroad_people",
        "count.vehicles_bought",
        "count.vehicles_owned",
    ]


def test_vehicles_to_be_bought_are_not_those_held():
    claims = claims_of("2023年部门预算安排购置车辆1辆，其中：执法执勤用车0辆、其他用车1辆。")
    assert [c.concept for c in claims] == ["count.vehicles_bought", "", ""]
    (bought,) = claims_of("购置执法执勤用车2辆。", doc_type=FINAL)
    assert bought.concept == "count.vehicles_bought"


def test_same_as_the_budget_is_no_change_over_the_year():
    *_, same = claims_of("年初预算为5万元，支出决算为5万元。决算数同预算数持平。", ("公务接待费",), FINAL)
    assert (same.role, same.value, same.base_year, same.base_stage) == (ClaimRole.CHANGE, 0, 2023, "预算")


def test_the_heading_or_the_lead_names_whose_item_it_is():
    told = "2023年局本级及1家参照公务员法管理的事业单位机关运行经费预算766.97万元，比上年预算增加25.62万元。"
    for claims in (
        claims_of(f"（一）机关运行经费。{told}"),
        claims_of(told, ("十、其他重要事项", "（一）机关运行经费")),
    ):
        amount = next(c for c in claims if c.role is ClaimRole.AMOUNT)
        assert (amount.concept, amount.value) == ("operating_funds", Decimal("766.97"))


def test_what_it_consists_of_is_not_what_grew():
    claims = claims_of("2023年收入预算1000元，全部为一般公共预算拨款，比上年增加70元，增长7.53%。")
    assert [short(c) for c in claims] == [
        ("income.total", "amount", "1000元"),
        ("income.total", "change", "70元"),
        ("income.total", "change_rate", "7.53%"),
    ]


def test_against_the_budget_and_against_the_year_before():
    text = "2023年度机关运行经费支出165.45万元，比年初预算减少9.31万元，比2022年度减少6.51万元，下降3.79%。"
    _, plan, change, rate = claims_of(text, doc_type=FINAL)
    assert {c.concept for c in (plan, change, rate)} == {"operating_funds"}
    assert (plan.value, plan.base_stage) == (Decimal("-9.31"), "预算")
    assert (change.value, change.base_year, rate.value) == (Decimal("-6.51"), 2022, Decimal("-3.79"))


def test_what_a_figure_is_held_against_belongs_to_the_year_before():
    amount, *_ = claims_of("公务接待费2023年预算12万元，比2022年预算13万元减少1万元。")
    assert (amount.year, amount.value) == (2023, Decimal(12))
    before = [c for c in claims_of("公务接待费2023年预算12万元，比2022年预算13万元减少1万元。") if c.value == 13]
    assert all(c.year == 2022 for c in before)


@pytest.mark.parametrize("bullet", ["●", "——", "◆ "])
def test_bullets_before_an_item_are_no_part_of_its_name(bullet):
    (claim,) = claims_of(f"{bullet}公务接待费2.40万元。")
    assert (claim.subject, claim.concept) == ("公务接待费", "three_public.reception")


def test_template_signs_left_in_the_text():
    (claim,) = claims_of("“三公”经费下降（增长）27.78%。")
    assert claim.value == Decimal("-27.78")


@pytest.mark.parametrize(
    "text", ["2023年2月1日起施行。", "第3个五年规划。", "单价50万元以上的设备", "联系电话12345678。", ""]
)
def test_no_figures_here(text):
    assert claims_of(text) == ()


@given(st.text("一三公经费万元%占增减其中：，；。（）()0123456789.支出年比预算、“”"))
def test_any_text_is_read_without_harm(text):
    for claim in claims_of(text.replace("\n", "")):
        assert claim.figure in text or claim.role is ClaimRole.CHANGE
        assert claim.source.page == 1
        assert claim.value.is_finite()
