"""Whole question sets over documents beside the checkout: floors on accuracy, and no false figure shown as verified.

`cases/` holds questions that were written over those documents without a look at the code or the vocabulary.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.score import cited, judge
from indexer.pipeline import add
from indexer.settings import Settings
from indexer.store import Store
from retriever.contract import answer_to_json, question_from_json
from retriever.engine import Engine
from tests.shared import SHARED, needs_shared

CASES = Path(__file__).parent / "cases"
SOURCES = {"seed": "seed/seed_ruled.pdf", "corpus": "corpus", "real": "real"}


def answered(store: Path, source: str, files: list[Path]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    settings = Settings(store=store, workers=2)
    with Store.open(store, settings=settings) as opened:
        add([SHARED / source], opened, settings)
        engine = Engine(opened)
        cases = [json.loads(line) for f in files for line in f.read_text("utf-8").splitlines() if line.strip()]
        return [(case, answer_to_json(engine.ask(question_from_json(case)))) for case in cases]


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize(("name", "known", "blind"), [("seed", 0.97, 0.9), ("corpus", 0.97, 0.9), ("real", 0.95, None)])
def test_questions_are_answered_right_and_nothing_false_is_verified(
    tmp_path: Path, name: str, known: float, blind: float | None
) -> None:
    files = [SHARED / "questions" / f"{name}.jsonl"] + ([CASES / f"{name}.jsonl"] if blind is not None else [])
    pairs = answered(tmp_path / "store", SOURCES[name], files)
    size = len((SHARED / "questions" / f"{name}.jsonl").read_text("utf-8").splitlines())
    for part, floor in ((pairs[:size], known), (pairs[size:], blind)):
        if floor is None or not part:
            continue
        judged = [judge(case, answer) for case, answer in part]
        wrong = [f"{c['id']}: {j.reason}" for (c, _), j in zip(part, judged, strict=True) if not j.ok]
        assert len(wrong) <= (1 - floor) * len(part), "\n".join(wrong)
        assert [c["id"] for (c, _), j in zip(part, judged, strict=True) if j.false_verified] == []
        pages = [cited(c, a) for (c, a), j in zip(part, judged, strict=True) if j.ok]
        told = [p for p in pages if p is not None]
        assert sum(told) >= 0.95 * len(told)
