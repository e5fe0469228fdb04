"""Intervals, the exact test, and two runs case by case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.compare import compare
from eval.statistics import Share, mcnemar, mean_interval


@pytest.mark.parametrize(
    ("right", "asked", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (312, 352, 0.849, 0.9154)],
)
def test_wilson_intervals(right: int, asked: int, low: float, high: float) -> None:
    assert Share(right, asked).interval == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@pytest.mark.parametrize(
    ("better", "worse", "p"), [(0, 0, 1.0), (5, 5, 1.0), (6, 0, 0.03125), (10, 2, 0.03857), (2, 10, 0.03857)]
)
def test_mcnemar_is_the_exact_binomial_test(better: int, worse: int, p: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(p, abs=1e-5)


def test_bootstrap_intervals_hold_the_mean_and_repeat() -> None:
    values = [1.0, 0.5, 0.0, 1.0, 1.0, 0.33, 1.0, 0.0]
    low, high = mean_interval(values)
    assert low < sum(values) / len(values) < high
    assert (low, high) == mean_interval(values)


def run(*judgements: tuple[str, bool, bool], **environment: str) -> dict[str, Any]:
    rows = [
        {"id": i, "ok": ok, "reason": "" if ok else "错", "false_verified": false, "question": f"问{i}"}
        for i, ok, false in judgements
    ]
    return {"judgements": rows, "environment": environment}


OLD = run(("a", True, False), ("b", False, False), ("c", False, False), ("d", True, False), 提交="1", 时间="早")
NEW = run(("a", True, False), ("b", True, False), ("c", False, True), ("e", True, False), 提交="2", 时间="晚")


def test_what_got_better_worse_and_falsely_verified_is_named() -> None:
    found = compare(OLD, NEW)
    assert [j["id"] for j in found.better] == ["b"]
    assert found.worse == ()
    assert [j["id"] for j in found.falsely_verified] == ["c"]
    assert (str(found.before), str(found.after), found.left_out) == ("1/3", "2/3", 2)
    assert found.settings == {"提交": ("1", "2")}


def test_two_report_folders_are_compared_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in (("old", OLD), ("new", NEW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text(json.dumps(content), encoding="utf-8")
    assert main(["compare", str(tmp_path / "old"), str(tmp_path / "new" / "report.json")]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["better"] == ["b"]
    assert "变好 b：问b" in said.err
    assert "新的误报已核实 c" in said.err


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps(run(("z", True, False)))])
def test_what_is_no_comparable_report_is_a_wrong_call(content: str, tmp_path: Path) -> None:
    for name, text in (("old", json.dumps(OLD)), ("new", content)):
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    assert main(["compare", str(tmp_path / "old.json"), str(tmp_path / "new.json")]) == 2
