"""The evaluation corpus: drawn on demand, its figures fit each other, its committed cases are what its truth says."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from eval.generate.__main__ import CASES, draw_evaluation
from eval.generate.build import all_sources, load
from eval.generate.cases import Truth, build_case, load_truths
from eval.generate.invent import invent
from indexer.pdf import read_document
from indexer.tables.contract import tables_to_json
from tests.sample.test_bundled import needs_font

SHARED_ROWS = ("all.total", "all.basic", "all.proj", "tp.total", "tp.running", "oper")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluation")
    (folder / "cases.jsonl").write_text(draw_evaluation(folder), encoding="utf-8")
    return folder


@needs_font
def test_the_committed_cases_are_what_the_drawn_documents_say(corpus: Path) -> None:
    assert (corpus / "cases.jsonl").read_bytes() == (CASES / "evaluation.jsonl").read_bytes()


@needs_font
def test_ruled_documents_are_read_back_as_they_were_printed(corpus: Path) -> None:
    for short, truth in load_truths(corpus).items():
        if short in ("agri23", "agri24", "urban25"):  # tables without rules are measured, not demanded
            continue
        reading = read_document(corpus / f"{truth['id']}.pdf")
        read = tables_to_json(truth["id"], reading.pages, reading.tables)["tables"]
        assert [(t["title"], t["rows"]) for t in read] == [(t["title"], t["rows"]) for t in truth["tables"]], short


def test_a_profile_always_makes_the_same_figures_and_they_fit() -> None:
    profile = load("evaluation/health.yaml")
    first, again = invent(profile), invent(profile)
    assert first == again
    year = first["years"][2024]
    assert sum(year["basic"].values()) == sum(year["economics"].values())
    assert year["basic"]["2210201"] == year["economics"]["30113"]
    assert year["assets"][0]["value"] == sum(a["value"] for a in year["assets"][1:])


def test_last_year_in_the_prose_is_last_years_document() -> None:
    sources = {s.short: s for s in all_sources("evaluation")}
    for now, before in (("edu24", "edu23"), ("health24", "health23"), ("culture25", "culture24"), ("agri24", "agri23")):
        for key in SHARED_ROWS:
            change = sources[now].figures.value(key) - sources[before].figures.value(key)
            assert sources[now].derived.get("delta." + key, change) == change, (now, key)


def test_the_cases_cover_many_voices_kinds_and_documents() -> None:
    cases = [
        json.loads(line)
        for name in ("sample", "evaluation")
        for line in (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    assert len({c["id"] for c in cases}) == len(cases) >= 300
    assert len({c.get("question") or tuple(c["turns"]) for c in cases}) == len(cases)
    assert min(Counter(c["kind"] for c in cases).values()) >= 10
    assert len({c["voice"] for c in cases if "voice" in c}) >= 8
    assert len({d for c in cases for d in c["doc"]}) >= 20


PRINTED: dict[str, Truth] = {
    name: {
        "id": f"甲局-{year}",
        "department": "甲局",
        "year": year,
        "headings": [],
        "facts": {
            f"proj.{p}": {"value": str(Decimal(v) * 10000), "pages": [3], "cells": [f"3 {v} 0 9 9"]}
            for p, v in amounts.items()
        },
    }
    for name, year, amounts in (
        ("a", 2023, {"修路": 50, "清淤": 120, "绿化": 300}),
        ("b", 2024, {"修路": 80, "清淤": 90, "绿化": 0}),
    )
}


@pytest.mark.parametrize(
    ("spec", "numbers", "contains", "forbid"),
    [
        ({"at": "a", "rank": {"over": "proj", "n": 2}}, ["300.00", "120.00"], ["绿化", "清淤"], []),
        ({"at": "a", "rank": {"over": "proj", "n": 1, "least": True}}, ["50.00"], ["修路"], []),
        ({"at": "b", "rank": {"over": "proj", "n": 1, "least": True}}, ["80.00"], ["修路"], []),
        ({"at": "a", "above": {"over": "proj", "limit": 100}}, [], ["绿化", "清淤"], ["修路"]),
        ({"at": "a", "below": {"over": "proj", "limit": 100}}, [], ["修路"], ["绿化", "清淤"]),
        ({"at": "a", "above": {"over": "proj", "limit": 100, "counted": True}}, ["2"], [], []),
        ({"at": "b", "every": "proj"}, [], ["清淤", "修路"], []),
        ({"most": ["a:proj.修路", "b:proj.修路"], "names": "years"}, ["80.00"], ["2024"], []),
        ({"values": ["[b:proj.修路]-[a:proj.修路]"]}, ["30.00"], [], []),
        ({"values": ["[b:proj.修路]/[a:proj.修路]*100 @%"]}, ["160.00"], [], []),
    ],
)
def test_truths_are_derived_from_the_printed_figures(
    spec: dict[str, object], numbers: list[str], contains: list[str], forbid: list[str]
) -> None:
    case = build_case({"id": "x", "kind": "k", "q": "？", **spec}, PRINTED)
    expect = case["expect"]
    assert ([n["value"] for n in expect["numbers"]], expect["contains"], expect["forbid"]) == (
        numbers,
        contains,
        forbid,
    )
