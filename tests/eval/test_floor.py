"""What every change must keep: accuracy on the project's own cases, and nothing false shown as verified."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.cases_file import read_cases
from eval.full import prepare
from eval.generate.__main__ import CASES
from eval.run import answer_in_processes
from eval.summary import judge_all
from indexer.settings import Settings
from tests.sample.test_bundled import needs_font


def test_the_samples_cases_stay_answered_with_nothing_false_verified(
    sample_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["run", str(CASES / "sample.jsonl"), "--store", str(sample_path), "--out", str(tmp_path), "--workers", "1"]
    assert main([*call, "--fail-under", "97"]) == 0, capsys.readouterr().err
    summary = json.loads(capsys.readouterr().out)
    assert summary["false_verified"] == 0
    assert summary["errors"] == 0


def test_several_processes_answer_as_one_does(sample_settings: Settings, tmp_path: Path) -> None:
    cases = read_cases(CASES / "sample.jsonl")[:20]
    one, two = (list(answer_in_processes(cases, sample_settings, n)) for n in (1, 2))
    assert [{k: v for k, v in a.items() if k != "timings_ms"} for a in one] == [
        {k: v for k, v in a.items() if k != "timings_ms"} for a in two
    ]


@needs_font
@pytest.mark.slow
def test_the_evaluation_corpus_keeps_its_floor(tmp_path: Path) -> None:
    material = prepare(tmp_path, Settings(workers=2))
    answers = list(answer_in_processes(material.cases, material.settings, 2))
    judged = judge_all(material.cases, answers)
    wrong = [f"{j.id} {j.reason}" for j in judged if not j.ok]
    assert len(wrong) <= 0.15 * len(judged), "\n".join(wrong)
