"""The scorer's definitions, and that it judges as the independent one beside the checkout does."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from eval.score import cited, cited_cell, judge, same_figure, told
from tests.shared import SHARED, needs_shared

SAMPLE_CASES = Path(__file__).resolve().parents[2] / "eval" / "cases" / "sample.jsonl"


def case(*numbers: tuple[str, str], **expect: Any) -> dict[str, Any]:
    figures = [{"value": v, "unit": u} for v, u in numbers]
    return {"id": "q", "kind": "lookup", "question": "？", "expect": {"numbers": figures, "abstain": False, **expect}}


def answer(*values: tuple[str, str], text: str = "", status: str = "verified", verified: bool = True) -> dict[str, Any]:
    return {
        "id": "q",
        "status": status,
        "text": text,
        "values": [{"value": v, "unit": u, "verified": verified} for v, u in values],
        "citations": [],
    }


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (("9.80", "万元"), ("9.80", "万元"), True),
        (("9.80", "万元"), ("9.8", "万元"), True),
        (("9.80", "万元"), ("98000", "元"), True),
        (("98000", "元"), ("9.8", "万元"), True),
        (("9.80", "万元"), ("98,000.00", "元"), True),
        (("9.80", "万元"), ("9.80", "元"), False),
        (("9.80", "万元"), ("9.80", "%"), False),
        (("1578.32", "万元"), ("0.157832", "亿元"), True),
        (("1578.32", "万元"), ("0.1578", "亿元"), True),
        (("1578.32", "万元"), ("0.16", "亿元"), False),
        (("1578.32", "万元"), ("1578", "万元"), True),
        (("9.80", "万元"), ("10", "万元"), False),
        (("9.80", "万元"), ("9.81", "万元"), False),
        (("9.80", "万元"), ("9.804", "万元"), True),
        (("31735299", "元"), ("3173.53", "万元"), True),
        (("31735299", "元"), ("31735298", "元"), False),
        (("102.08", "万元"), ("-102.08", "万元"), True),
        (("21.46", "%"), ("21.46", "个百分点"), True),
        (("21.46", "%"), ("21.5", "%"), False),
        (("0.00", "万元"), ("0", "万元"), True),
        (("16", "个"), ("16", "项"), True),
        (("16", "个"), ("十六", "个"), False),
        (("9.80", "万元"), ("没有", "万元"), False),
        (("9.80", "万元"), ("NaN", "万元"), False),
        (("9.80", "万元"), ("Infinity", "万元"), False),
        (("9.80", "万元"), ("9.80", "亿元"), False),
        (("9.80", "万元"), ("9.80", "千元"), False),
        (("9.80", "万元"), ("98", "千元"), True),
    ],
)
def test_figures_are_compared_in_one_unit_and_in_their_printed_precision(
    expected: tuple[str, str], got: tuple[str, str], same: bool
) -> None:
    a, b = ({"value": v, "unit": u} for v, u in (expected, got))
    assert same_figure(a, b) is same


@pytest.mark.parametrize(
    ("expected", "text", "found"),
    [
        (("9.80", "万元"), "合计9.80万元", True),
        (("9.80", "万元"), "合计98000元", True),
        (("9.80", "万元"), "合计9.80元", False),
        (("21.46", "%"), "占21.46%", True),
        (("16", "个"), "共16项", True),
        (("16", "个"), "共十六项", False),
    ],
)
def test_figures_told_in_the_text(expected: tuple[str, str], text: str, found: bool) -> None:
    assert told({"value": expected[0], "unit": expected[1]}, text) is found


A, B, C = ("13.60", "万元"), ("19.80", "万元"), ("32.40", "万元")


@pytest.mark.parametrize(
    ("given", "text", "ok", "in_order", "extra"),
    [
        ((A, B, C), "", True, True, 0),
        ((A, C, B), "", True, False, 0),
        ((A,), "13.60万元、19.80万元、32.40万元", True, False, 0),
        ((A, B), "", False, True, 0),
        ((A, B, C, ("7.00", "万元")), "", True, True, 1),
        (((("7.00", "万元")), ("8.00", "万元"), ("9.00", "万元"), A, B, C), "", False, True, 0),
        ((), "13.60万元、19.80万元、32.40万元", False, True, 0),
    ],
)
def test_several_figures_missing_extra_and_out_of_order(
    given: tuple[tuple[str, str], ...], text: str, ok: bool, in_order: bool, extra: int
) -> None:
    judgement = judge(case(A, B, C), answer(*given, text=text))
    assert judgement.ok is ok
    if ok:
        assert (judgement.in_order, judgement.extra) == (in_order, extra)


def test_a_wrong_figure_called_verified_is_false_verified() -> None:
    assert judge(case(A), answer(B)).false_verified
    assert not judge(case(A), answer(B, verified=False)).false_verified
    assert not judge(case(A), answer(A)).false_verified


@pytest.mark.parametrize("status", ["not_found", "clarify"])
def test_abstaining_is_right_where_nothing_is_to_be_found(status: str) -> None:
    assert judge(case(abstain=True), answer(status=status)).ok


def test_an_answer_where_none_exists_is_wrong_and_false_when_verified() -> None:
    judgement = judge(case(abstain=True), answer(A))
    assert not judgement.ok
    assert judgement.false_verified
    assert not judge(case(abstain=True), answer(A, verified=False)).false_verified


@pytest.mark.parametrize(
    ("expect", "text", "ok"),
    [
        ({"contains": ["办公室", "机关党总支"]}, "办公室、机关党总支", True),
        ({"contains": ["办公室", "机关党总支"]}, "办公室", False),
        ({"any": ["10 场", "十场"]}, "计划办10场以上", True),
        ({"any": ["持平", "没有变化"]}, "增加了", False),
        ({"forbid": ["500"]}, "是500万元", False),
        ({"contains": ["（一）"]}, "(一)", True),
    ],
)
def test_words(expect: dict[str, Any], text: str, ok: bool) -> None:
    assert judge(case(**expect), answer(text=text, status="text")).ok is ok


def test_an_answer_that_failed_is_wrong() -> None:
    judgement = judge(case(abstain=True), {"id": "q", "status": "error", "error": "库打不开"})
    assert not judgement.ok
    assert "库打不开" in judgement.reason


@pytest.mark.parametrize(
    ("pages", "citations", "right"),
    [
        ({"甲-2024": [3, 5]}, [("甲-2024", 5)], True),
        ({"甲-2024": [3, 5]}, [("甲-2024", 4)], False),
        ({"甲-2024": [3, 5]}, [("甲-2023", 5)], False),
        ({"甲-2024": [3]}, [("甲-2024.pdf", 3)], True),
        ({}, [("甲-2024", 3)], None),
    ],
)
def test_cited_pages(pages: dict[str, list[int]], citations: list[tuple[str, int]], right: bool | None) -> None:
    one = case(A) | {"page": pages}
    places = [{"document": d, "page": p} for d, p in citations]
    assert cited(one, answer(A) | {"citations": places}) is right


@pytest.mark.parametrize(
    ("page", "box", "right"),
    [
        (3, [105, 205, 145, 215], True),
        (3, [149, 205, 152, 215], True),
        (3, [160, 205, 190, 215], False),
        (3, [105, 225, 145, 235], False),
        (4, [105, 205, 145, 215], False),
        (3, None, False),
    ],
)
def test_a_citation_must_lie_on_the_cell_that_prints_the_figure(
    page: int, box: list[float] | None, right: bool
) -> None:
    one = case(A) | {"cells": {"甲-2024": ["3 100 200 150 220"]}}
    place = {"document": "甲-2024", "page": page, "bbox": box}
    assert cited_cell(one, answer(A) | {"citations": [place]}) is right
    assert cited_cell(case(A), answer(A) | {"citations": [place]}) is None


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_score", SHARED / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def right_answer(one: dict[str, Any]) -> dict[str, Any]:
    expect = one["expect"]
    if expect.get("abstain"):
        return {"id": one["id"], "status": "not_found", "text": "未找到", "values": [], "citations": []}
    values = [v | {"verified": True} for v in expect.get("numbers") or []]
    words = [*(expect.get("contains") or []), *(expect.get("any") or [])[:1]]
    pages = expect.get("page_by_doc") or (one["page"] if isinstance(one.get("page"), dict) else {})
    citations = [{"document": d, "page": p[0]} for d, p in pages.items() if p]
    return {"id": one["id"], "status": "verified", "text": "，".join(words), "values": values, "citations": citations}


def spoiled(one: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The answer with one thing changed: unit, digits, order, rounding, a lost or added figure, status, words, pages."""
    out = copy.deepcopy(one)
    values: list[dict[str, Any]] = out["values"]
    change = chance.randrange(12)
    if change == 0:
        out["status"] = chance.choice(["verified", "not_found", "clarify", "single_source"])
    elif change == 1:
        out["values"] = values[1:]
    elif change == 2:
        values.insert(0, {"value": "123.45", "unit": "万元", "verified": True})
    elif change == 3:
        chance.shuffle(values)
    elif change == 4:
        out["text"] = "，".join(f"{v['value']}{v['unit']}" for v in values)
        out["values"] = values[:1]
    elif change == 5:
        out["citations"] = [{"document": "别的文件", "page": 1}]
    elif change == 6:
        out["text"] = ""
    elif change == 7:
        out = {"id": out["id"], "error": "失败"}
    else:
        for value in values:
            number = str(value["value"])
            changes: list[dict[str, Any]] = [
                {"unit": chance.choice(["元", "万元", "亿元", "%", ""])},
                {"value": number[:-1]},
                {"value": "-" + number, "verified": False},
                {"value": number + "4"},
            ]
            value.update(changes[change - 8])
    return out


@needs_shared
@pytest.mark.parametrize("name", ["seed", "corpus", "real", "bundled"])
def test_agrees_with_the_independent_scorer(name: str) -> None:
    other, chance = reference(), random.Random(7)
    cases = lines(SAMPLE_CASES if name == "bundled" else SHARED / "questions" / f"{name}.jsonl")
    rights = [right_answer(c) for c in cases]
    for one, right in zip(cases, rights, strict=True):
        for given in (right, *(spoiled(right, chance) for _ in range(40))):
            mine, (ok, _, false_verified) = judge(one, given), other.judge(one, given)
            assert (mine.ok, mine.false_verified) == (ok, false_verified), (one, given)
            assert cited(one, given) == other.cited(one, given), (one, given)
