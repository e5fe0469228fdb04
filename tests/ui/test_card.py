"""What a card says of an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prompts import say
from retriever.types import Answer, Check, Status
from tests.ui.fakes import ANSWER, FACTS, fact
from ui.card import BADGES, MEANINGS, answer_to_card, check_to_sum, grouped

BY_ID = {figure.id: figure for figure in FACTS}


def check(expression: str, *facts: str, agrees: bool = True) -> Check:
    return Check("9.80万元", "recomputed", expression, agrees, facts)


def test_every_status_has_a_badge_and_a_meaning() -> None:
    assert set(BADGES) == set(MEANINGS) == set(Status)
    assert [BADGES[status][0] for status in Status] == [
        "已复核",
        "单一来源",
        "文件自相矛盾",
        "未找到",
        "请选择",
        "文字答复",
    ]


def test_the_proof_names_every_term_and_where_it_is_printed() -> None:
    card = answer_to_card(ANSWER, BY_ID.get)
    (proof,) = card.sums
    assert [(row.sign, row.label, row.value) for row in proof.rows] == [
        ("", "因公出国（境）费", "0"),
        ("+", "公务用车购置费", "0"),
        ("+", "公务用车运行维护费", "8.80"),
        ("+", "公务接待费", "1.00"),
    ]
    assert (proof.heading, proof.total.value) == ("各项相加，与所列一致", "9.80")
    assert [row.place.page for row in proof.rows if row.place] == [21, 21, 21, 21]
    assert [step.text for step in card.steps] == ["第12页：“三公”经费预算总额9.80万元"]


@pytest.mark.parametrize(
    ("expression", "facts"),
    [
        ("8.80 ÷ 9.80 = 89.80%", ("f3",)),
        ("8.80 = 8.80", ("f3",)),
        ("8.80 + 1.00", ("f3", "f4")),
        ("8.80 + 1.00 = 9.80", ("f3",)),
        ("8.80 + 1.00 = 9.80", ("f3", "missing")),
        ("1.00 + 1.00 = 2.00", ("f4",)),
        ("正文与表格一致", ("f3", "f4")),
        ("", ()),
    ],
)
def test_only_a_sum_of_printed_figures_becomes_a_table(expression: str, facts: tuple[str, ...]) -> None:
    assert check_to_sum(check(expression, *facts), BY_ID.get) is None


def test_what_the_card_draws_is_not_said_again() -> None:
    lines = (
        say("answers", "composed", expression="0 + 0 + 8.80 + 1.00 = 9.80", unit="万元"),
        say("answers", "latest_year", year=2023),
        say("answers", "verified", count=1),
        say("answers", "place_text", document="甲", page=1, text="乙"),
    )
    card = answer_to_card(replace(ANSWER, text="\n".join(("甲局：9.80万元。", *lines))), BY_ID.get)
    assert card.said == f"甲局：9.80万元。\n{lines[1]}"
    assert all(line in card.text for line in lines), "whole where it is copied"
    bare = replace(ANSWER, text=lines[0], verification=(), citations=())
    assert answer_to_card(bare, BY_ID.get).said == lines[0]


def test_a_difference_and_grouped_digits_are_sums_too() -> None:
    figures = {"a": fact(1, "收入总计", "1234.50"), "b": fact(2, "上年结转", "-34.50")}
    proof = check_to_sum(check("1,234.50 - 34.50 = 1,200.00", "a", "b"), figures.get)
    assert proof is not None
    assert [(row.sign, row.label) for row in proof.rows] == [("", "收入总计"), ("−", "上年结转")]


def test_a_total_that_is_named_first_is_no_term() -> None:
    figures = BY_ID | {"total": fact(5, "“三公”经费合计", "8.80")}
    proof = check_to_sum(check("0 + 8.80 = 8.80", "total", "f1", "f3"), figures.get)
    assert proof is not None
    assert [row.label for row in (*proof.rows, proof.total)] == [
        "因公出国（境）费",
        "公务用车运行维护费",
        "“三公”经费合计",
    ]
    assert proof.unit == "万元"


def test_terms_printed_in_another_unit_are_found() -> None:
    figures = {
        "total": fact(1, "合计", "9.80"),
        "a": replace(fact(2, "甲", "88000"), unit="元"),
        "b": fact(3, "乙", "1.00"),
    }
    proof = check_to_sum(check("8.80 + 1.00 = 9.80", "total", "a", "b"), figures.get)
    assert proof is not None
    assert [row.label for row in proof.rows] == ["甲", "乙"]


def test_the_terms_of_one_row_are_named_by_their_columns() -> None:
    row = {name: replace(fact(n, "办公费", "1.00"), measure_path=("资金", name)) for n, name in enumerate("甲乙")}
    proof = check_to_sum(check("1.00 + 1.00 = 2.00", "甲", "乙"), row.get)
    assert proof is not None
    assert [term.label for term in proof.rows] == ["甲", "乙"]
    assert proof.heading == "各栏相加，与所列一致"


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({"year": 2022}, ["2023年合计", "2022年合计"]),
        ({"document": "另一份"}, [FACTS[0].document, "另一份"]),
    ],
)
def test_the_terms_of_a_change_are_told_apart(changes: dict[str, Any], labels: list[str]) -> None:
    figures = {"a": fact(1, "合计", "3.00"), "b": replace(fact(2, "合计", "1.00"), **changes)}
    proof = check_to_sum(replace(check("3.00 - 1.00 = 2.00", "a", "b"), method="computed"), figures.get)
    assert proof is not None
    assert [term.label for term in proof.rows] == labels
    assert proof.heading == "计算过程"


def test_a_sum_that_does_not_agree_is_kept_and_says_so() -> None:
    proof = check_to_sum(check("8.80 + 1.00 = 9.80", "f3", "f4", agrees=False), BY_ID.get)
    assert proof is not None
    assert not proof.agrees


def test_citations_say_the_cell_or_the_sentence() -> None:
    card = answer_to_card(ANSWER, BY_ID.get)
    assert [(n, place.page, place.text) for n, place in card.citations] == [
        ("1", 21, "“三公”经费支出表 · 合计 · 预算数"),
        ("2", 12, "三公经费说明 · “预算总额9.80万元”"),
    ]


@pytest.mark.parametrize(("milliseconds", "shown"), [(6.2, "6"), (0.4, "<1"), (1234.0, "1234")])
def test_time_taken(milliseconds: float, shown: str) -> None:
    timed = replace(ANSWER, timings_ms=(("total", milliseconds),))
    assert answer_to_card(timed, BY_ID.get).milliseconds == shown


def test_an_answer_without_figures_is_a_card_too() -> None:
    card = answer_to_card(Answer("今天天气", Status.NOT_FOUND, "库中的文件没有这项内容。"), BY_ID.get)
    assert (card.badge, card.figures, card.sums, card.citations, card.milliseconds) == ("未找到", (), (), (), "")


def test_one_sum_that_proves_two_figures_is_shown_once() -> None:
    same = ANSWER.verification[0]
    twice = replace(ANSWER, verification=(same, replace(same, claim="8.80万元")))
    assert len(answer_to_card(twice, BY_ID.get).sums) == 1


def test_what_does_not_agree_comes_first() -> None:
    good, bad = check("0 + 1.00 = 1.00", "f1", "f4"), check("8.80 + 1.00 = 9.90", "f3", "f4", agrees=False)
    card = answer_to_card(replace(ANSWER, verification=(good, bad)), BY_ID.get)
    assert [proof.agrees for proof in card.sums] == [False, True]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("156211123", "156,211,123"),
        ("-12345.60", "-12,345.60"),
        ("1578.32", "1578.32"),
        ("0", "0"),
        ("2023年", "2023年"),
        ("", ""),
    ],
)
def test_long_numbers_are_grouped(number: str, shown: str) -> None:
    assert grouped(number) == shown


def test_what_can_be_chosen_stands_on_buttons_only() -> None:
    answer = Answer("三公经费多少", Status.CLARIFY, "请问是哪一个？\n甲局、乙局", choices=("甲局", "乙局"))
    card = answer_to_card(answer, lambda _: None)
    assert (card.said, card.choices) == ("请问是哪一个？", ("甲局", "乙局"))
    assert "甲局、乙局" in card.text, "whoever copies it has them"
