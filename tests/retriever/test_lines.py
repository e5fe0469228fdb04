"""Passages read line by line: which of a few says what is asked."""

from __future__ import annotations

import pytest

from indexer.types import Chunk
from retriever.asked import Asked
from retriever.lines import line_scores


def best(asked: Asked, *texts: str) -> int:
    scores = line_scores(asked, [Chunk(str(n), "d", "section", text, "", (1,)) for n, text in enumerate(texts)])
    return scores.index(max(scores))


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        (
            Asked("职业年金超过年初预算"),
            ("三、说明\n职业年金缴费。\n住房公积金的年初预算。", "三、说明\n职业年金缴费超过年初预算。"),
        ),
        (Asked("福利费花了多少"), ("职能\n管理福利费。", "支出表\n30229 福利费：合计 14.62")),
        (Asked("机关运行经费"), ("名词解释\n机关运行经费：指日常公用经费。", "说明\n机关运行经费97.17万元。")),
        (
            Asked("机关运行经费是什么", meant=("名词解释",)),
            ("说明\n机关运行经费97.17万元。", "名词解释\n机关运行经费：指日常公用经费。"),
        ),
        (
            Asked("请客", meant=("公务接待费",)),
            ("三公经费\n公务用车运行费 2.00", "三公经费\n公务接待费 1.00"),
        ),
    ],
    ids=["in one line", "with a figure", "no glossary unasked", "glossary asked", "what is meant"],
)
def test_the_passage_whose_line_says_it_leads(asked: Asked, texts: tuple[str, str]) -> None:
    assert best(asked, *texts) == 1


def test_words_that_no_passage_holds_leave_all_alike() -> None:
    chunks = [Chunk(str(n), "d", "section", text, "", (1,)) for n, text in enumerate(("甲 1.00", "乙 2.00"))]
    assert set(line_scores(Asked("天气"), chunks)) == {0.0}
    assert line_scores(Asked("天气"), ()) == ()


def test_the_row_of_that_name_leads_over_a_sentence_that_lists_it() -> None:
    said = Chunk("0", "d", "section", "说明\n其中：劳务费、工会经费等公用经费14.62万元。", "", (1,))
    row = Chunk(
        "1", "d", "table", "支出表\n302 商品和服务支出：金额 14.62；30226 劳务费：金额 2.40", "", (1,), table="t"
    )
    first, second = line_scores(Asked("劳务费多少"), (said, row))
    assert second > first
