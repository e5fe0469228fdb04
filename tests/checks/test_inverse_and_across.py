"""Solving identities for one figure; rules between documents."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.checks import check_across, check_document, recompute, ways
from indexer.types import DocType, IdentityStatus, Scope
from tests.checks.test_table_rules import ALL, SPENDING, changed
from tests.tables import BUDGET, content, make


def test_every_figure_of_a_sum_can_be_solved_for():
    document = content(ALL)
    values = {f.id: f.value for f in document.facts}
    identities = check_document(document)
    for fact in document.facts:
        for identity in ways(fact.id, identities):
            if identity.unit == fact.unit and identity.relation != "rate":
                assert recompute(identity, fact.id, values[fact.id]) == fact.value


def test_a_wrong_total_is_put_right():
    document = content([changed(SPENDING, 1, 2, "11.00")])
    wrong = next(f for f in document.facts if f.code == "201" and f.measure == "total")
    found = ways(wrong.id, check_document(document))
    assert {recompute(i, wrong.id, wrong.value) for i in found} == {Decimal("10.00")}


def test_a_figure_elsewhere_cannot_be_solved_for():
    document = content(ALL)
    with pytest.raises(ValueError):
        recompute(check_document(document)[0], "elsewhere")


def public(year, now, last):
    return make(
        "“三公”经费支出表",
        ["项目", f"{year - 1}年预算数", f"{year}年预算数"],
        [["合计", last, now], ["一、公务接待费", last, now], ["二、因公出国（境）费", "", ""]],
    )


def document(year, now, last, **more):
    info = replace(BUDGET, id=f"甲局-{year}", year=year, **more)
    return content([public(year, now, last)], info=info)


def statuses(contents):
    return {(i.rule, i.status) for i in check_across(contents)}


def test_last_year_in_this_years_document():
    last_year = document(2023, "5.00", "4.00")
    assert statuses([last_year, document(2024, "6.00", "5.00")]) == {("last_year_document", IdentityStatus.HOLDS)}
    broken = check_across([last_year, document(2024, "6.00", "5.50")])
    assert {i.status for i in broken} == {IdentityStatus.FAILS}
    assert set(broken[0].documents) == {"甲局-2023", "甲局-2024"}


def test_a_unit_is_no_larger_than_its_department():
    whole = document(2024, "6.00", "5.00")
    part = document(2024, "7.00", "5.00", scope=Scope.UNIT, department="甲局本级")
    assert ("part_of_department", IdentityStatus.FAILS) in statuses([whole, part])


def test_documents_of_others_are_left_alone():
    other = document(2023, "9.00", "1.00", department="乙局")
    assert statuses([other, document(2024, "6.00", "5.00")]) == set()


def test_budget_in_the_final_account():
    final = make(
        "“三公”经费支出决算表",
        ["合计/预算数", "合计/决算数", "公务接待费/预算数", "公务接待费/决算数"],
        [["6.00", "5.00", "6.00", "5.00"]],
    )
    info = replace(BUDGET, id="甲局-决算", doc_type=DocType.FINAL)
    found = statuses([document(2024, "6.00", "5.00"), content([final], info=info)])
    assert found == {("budget_as_published", IdentityStatus.HOLDS)}


@given(
    st.lists(st.lists(st.text(max_size=6), min_size=3, max_size=3), max_size=6),
    st.sampled_from(["支出预算总表", "收支总表", "三公经费表", ""]),
)
def test_any_table_can_be_checked(rows, title):
    tables = [make(title, ["收入/项目", "科目编码", "2023年预算数"], rows)]
    assert isinstance(check_document(content(tables)), tuple)
