"""Performance targets against their own descriptions; documents that rules between documents look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.checks import check_document
from indexer.metadata import are_related
from indexer.types import IdentityStatus
from tests.tables import BUDGET, content, make

HEADINGS = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")


@pytest.mark.parametrize(
    ("description", "value", "hint"),
    [
        ("租赁期限为 1 年", "11 年", True),
        ("举办三场活动，共 3 场", "≥3 场", False),
        ("2023 年 12 月底完成", "≤12 月", False),
        ("2023年内完成", "1年", False),
        ("满意度", "≥90%", False),
        ("培训5场或6场", "5场", False),
    ],
)
def test_a_target_that_its_description_contradicts_is_a_hint(description: str, value: str, hint: bool) -> None:
    row = ("产出指标", "时效指标", "指标", description, value, "依据")
    table = make("1、某项目绩效目标表", HEADINGS, [row])
    found = [i for i in check_document(content([table])) if i.rule == "target_text"]
    assert [i.status for i in found] == ([IdentityStatus.HINT] if hint else [])
    if hint:
        assert "1年" in found[0].message
        assert "11 年" in found[0].message


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("甲市财政局", "甲市财政局", True),
        ("甲市财政局", "甲市财政局本级", True),
        ("甲市财政局", "甲市财政局票据中心", True),
        ("甲市财政局", "甲市教育局", False),
        ("甲市财政局", "", False),
    ],
)
def test_rules_between_documents_look_at_one_body_and_its_units(one: str, other: str, related: bool) -> None:
    a, b = replace(BUDGET, department=one), replace(BUDGET, department=other)
    assert are_related(a, b) is related
    assert are_related(b, a) is related
