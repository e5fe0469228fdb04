"""Rules on prose: sentences with the rule that they break, and sentences that break none."""

from __future__ import annotations

import pytest

from indexer.checks import check_document, identities_to_findings
from indexer.types import IdentityStatus
from tests.checks.test_table_rules import ALL
from tests.tables import BUDGET, FINAL, content, make

BASE = "2024年部门支出预算30.00万元，其中：基本支出18.00万元，项目支出12.00万元。"


def rules(paragraphs, tables=ALL, info=BUDGET):
    identities = check_document(content(tables, paragraphs, info=info))
    return {i.rule for i in identities if i.status is IdentityStatus.FAILS}


def kinds(paragraphs, tables=ALL, info=BUDGET):
    return {f.kind for f in findings(paragraphs, tables, info) if f.severity == "error"}


def findings(paragraphs, tables=ALL, info=BUDGET):
    document = content(tables, paragraphs, info=info)
    return identities_to_findings(document, check_document(document))


@pytest.mark.parametrize(
    "sentence",
    [
        BASE,
        "2024年“三公”经费预算8.00万元，比2023年预算减少1.00万元，下降11.11%。",
        "公务接待费1.00万元，比2023年预算减少1.00万元，下降50.00%。",
        "公务用车购置费0万元，与2023年预算持平。",
        "基本支出18.00万元，占60.00%；项目支出12.00万元，占40%，合计占支出预算30.00万元的100%。",
        "政府采购预算5.00万元，其中：货物1.00万元，工程0万元，服务4.00万元。",
    ],
)
def test_true_sentences(sentence):
    assert rules([sentence]) == set()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("2024年“三公”经费预算9.00万元。", "prose_vs_table"),
        ("2024年“三公”经费预算80000.00万元。", "unit_slip"),
        ("公务接待费1.00万元，比2023年预算减少1.00万元，下降40.00%。", "percent"),
        ("公务接待费1.00万元，比2024年预算减少1.00万元。", "base_year"),
        ("培训费3.00万元，比2023年预算增加3.00万元，增长100%。", "zero_base"),
        ("培训费3.00万元，比2023年预算增加4.00万元。", "self_contradiction"),
        ("政府采购预算9.00万元，其中：货物1.00万元，工程0万元，服务4.00万元。", "part_whole"),
        ("2024年预算与上年相比增加（减少）3万元。", "template_residue"),
        ("2024年机关运行经费预算XX万元。", "template_residue"),
        ("支出增加的主要原因是。", "template_residue"),
    ],
)
def test_false_sentences(sentence, kind):
    assert kinds([sentence]) == {kind}


def test_percentages_of_a_final_account():
    table = make(
        "一般公共预算财政拨款支出决算表",
        ["科目编码", "科目名称", "合计"],
        [
            ["205", "教育支出", "8.00"],
            ["20502", "普通教育", "8.00"],
            ["2050201", "学前教育", "8.00"],
            ["合计", "", "8.00"],
        ],
    )
    right = "教育支出（类）普通教育（款）学前教育（项）。年初预算10.00万元，支出决算8.00万元，完成年初预算的80.00%。决算数小于年初预算数的主要原因是人员调整。"
    assert rules([right], [table], FINAL) == set()
    assert kinds([right.replace("80.00%", "88.00%")], [table], FINAL) == {"percent"}
    assert kinds([right.replace("小于", "大于")], [table], FINAL) == {"direction"}
    assert kinds([right.replace("普通教育（款）", "职业教育（款）")], [table], FINAL) == {"name"}


def test_text_of_another_item():
    table = make(
        "支出预算总表",
        ["科目编码", "科目名称", "合计"],
        [
            ["205", "教育支出", "8"],
            ["20502", "普通教育", "8"],
            ["2050201", "学前教育", "3"],
            ["2050202", "小学教育", "5"],
        ],
    )
    one = "1.“教育支出（类）普通教育（款）学前教育（项）”3万元，主要用于学前教育。"
    two = "2.“教育支出（类）普通教育（款）小学教育（项）”5万元，主要用于小学教育。"
    assert rules([one, two], [table]) == set()
    assert rules([one, two.replace("用于小学", "用于学前")], [table]) == {"copied_text"}


def test_a_note_of_emptiness_under_a_filled_table():
    table = make(
        "支出预算总表", ["科目编码", "科目名称", "合计"], [["205", "教育支出", "8"]], notes=["注：本表为空表。"]
    )
    assert rules([], [table]) == {"empty_note"}


def test_one_cause_is_one_finding_with_its_place():
    (finding,) = [f for f in findings(["2024年“三公”经费预算9.00万元。"]) if f.severity == "error"]
    assert (finding.page, finding.printed, finding.expected, finding.printed_unit) == (1, "9.00", "8.00", "万元")
    assert finding.inputs[0].row == "合计"
    assert finding.inputs[0].value == "8.00万元"
    assert "相差 1.00万元" in finding.message


def test_contents_page():
    from dataclasses import replace

    document = replace(
        content(ALL, [BASE]), contents=(("支出预算总表", 1, 2), ("收支预算总表", 1, 2), ("情况说明", 9, 2))
    )
    found = [i for i in check_document(document) if i.rule == "contents_page"]
    assert [i.status for i in found] == [IdentityStatus.HOLDS, IdentityStatus.HOLDS, IdentityStatus.FAILS]
