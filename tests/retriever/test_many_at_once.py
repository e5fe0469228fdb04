"""Many people ask one engine at the same time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from indexer.settings import ROOT
from indexer.store import Store
from retriever import library
from retriever.engine import Engine
from retriever.types import Answer, Question

CASES = ROOT / "eval" / "cases" / "sample.jsonl"


def plain(answer: Answer) -> Answer:
    return replace(answer, timings_ms=())


def test_answers_are_the_same_as_one_after_another(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [Question(json.loads(line)["question"]) for line in CASES.read_text("utf-8").splitlines()[:60]]
    alone = [plain(Engine(sample_store).ask(question)) for question in questions]
    monkeypatch.setattr(library, "_KEPT", 2)  # views are dropped and made again all the time
    shared = Engine(sample_store)
    with ThreadPoolExecutor(12) as threads:
        for _ in range(3):
            assert [plain(answer) for answer in threads.map(shared.ask, questions)] == alone
