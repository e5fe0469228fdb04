"""Many people at one server. How long they wait is measured by `python -m eval load`, not here."""

from __future__ import annotations

import json

from eval.load import load
from indexer.settings import ROOT
from tests.browser.conftest import Server

CASES = (ROOT / "eval" / "cases" / "sample.jsonl").read_text("utf-8").splitlines()
QUESTIONS = [case["question"] for case in map(json.loads, CASES) if "question" in case]


def test_fifty_people_are_all_answered(server: Server) -> None:
    seen = load([server.url], QUESTIONS, people=50, seconds=10, pause=1)
    assert set(seen["outcomes"]) == {"ok"}
    assert seen["answers"] >= 100


def test_five_hundred_at_the_same_moment_are_told_to_wait_and_none_is_dropped(server: Server) -> None:
    seen = load([server.url], QUESTIONS, people=500, seconds=1, pause=0)
    assert set(seen["outcomes"]) == {"ok"}
    assert seen["answers"] >= 500
    assert seen["told_to_wait"] >= 300
