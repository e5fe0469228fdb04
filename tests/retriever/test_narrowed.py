"""A question narrowed to what no document prints: the figure of the whole is never its verified answer."""

from __future__ import annotations

import json
import re

import pytest

from indexer.settings import ROOT
from retriever.engine import Engine
from retriever.types import Question, Status

BEFORE = ("无人机", "扫雷", "乡下", "儿童")
BEHIND = ("中用于装修的", "里给临时工的", "的滞纳金", "里花在食堂的")
NAMES = re.compile(
    "三公经费|公务接待费|公务用车运行维护费|机关运行经费|项目支出|基本支出|住房公积金|办公费|差旅费|培训费|会议费|物业管理费"
)


def narrowed() -> list[str]:
    lines = (ROOT / "eval" / "cases" / "sample.jsonl").read_text("utf-8").splitlines()
    asked = [case["question"] for case in map(json.loads, lines) if "question" in case and case["kind"] == "lookup"]
    found = [(text, name.group(0)) for text in asked if (name := NAMES.search(text)) is not None]
    return [text.replace(name, word + name, 1) for text, name in found for word in BEFORE] + [
        text.replace(name, name + words, 1) for text, name in found for words in BEHIND
    ]


@pytest.mark.parametrize("text", narrowed())
def test_no_whole_for_a_part(engine: Engine, text: str) -> None:
    assert engine.ask(Question(text)).status is not Status.VERIFIED


@pytest.mark.parametrize(("year", "other"), [("2023", "2016"), ("2024", "2015")])
def test_no_figure_of_another_year(engine: Engine, year: str, other: str) -> None:
    lines = (ROOT / "eval" / "cases" / "sample.jsonl").read_text("utf-8").splitlines()
    asked = {case["question"] for case in map(json.loads, lines) if "question" in case}
    moved = [text.replace(year, other) for text in asked if set(re.findall(r"20\d\d", text)) == {year}]
    firm = (Status.VERIFIED, Status.SINGLE_SOURCE, Status.CONFLICT)
    assert moved
    assert [text for text in moved if engine.ask(Question(text)).status in firm] == []


@pytest.mark.parametrize(
    "text",
    [
        "水务局2024年决算超过100万元的项目有几个",
        "水务局2024年决算最大的两个项目",
        "水务局2024年三公经费决算数",
        "水务局2024年决算里项目支出占总支出的比例",
    ],
)
def test_a_budget_is_no_final_account(engine: Engine, text: str) -> None:
    answer = engine.ask(Question(text))
    assert (answer.status, answer.values) == (Status.NOT_FOUND, ())
    assert "决算" in answer.text


@pytest.mark.parametrize("polite", ["麻烦帮忙查查{}", "请问{}？谢谢", "你好，我想了解一下，{}", "根据公开的文件，{}"])
def test_courtesies_change_no_answer(engine: Engine, polite: str) -> None:
    lines = (ROOT / "eval" / "cases" / "sample.jsonl").read_text("utf-8").splitlines()
    asked = [case["question"] for case in map(json.loads, lines) if "question" in case]
    changed = []
    for text in asked:
        plain, kind = engine.ask(Question(text)), engine.ask(Question(polite.format(text)))
        if plain.status is Status.VERIFIED and (kind.status, kind.values) != (plain.status, plain.values):
            changed.append(text)
    assert changed == []
