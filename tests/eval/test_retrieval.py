"""Recall and reciprocal rank, by hand and over the bundled sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.retrieval import outcome, pages_to_relevant, read_retrieval_cases, summarize
from indexer.errors import UsageError

FOUND = [("乙", (1,)), ("甲", (2, 3)), ("甲", (9,)), ("丙", (4,)), ("乙", (7,))]


def case(*relevant: tuple[str, list[int]]) -> dict[str, object]:
    return {"id": "q", "question": "？", "relevant": [{"document": d, "pages": p} for d, p in relevant]}


@pytest.mark.parametrize(
    ("relevant", "ranks", "recall1", "recall5", "reciprocal"),
    [
        ([("乙", [1])], (1,), 1.0, 1.0, 1.0),
        ([("甲", [3, 4])], (2,), 0.0, 1.0, 0.5),
        ([("甲", [])], (2,), 0.0, 1.0, 0.5),
        ([("甲", [5])], (None,), 0.0, 0.0, 0.0),
        ([("丙", [4]), ("丁", [1])], (4, None), 0.0, 0.5, 0.25),
        ([("乙", [7]), ("乙", [1])], (5, 1), 0.5, 1.0, 1.0),
    ],
)
def test_ranks_recall_and_reciprocal_rank(
    relevant: list[tuple[str, list[int]]],
    ranks: tuple[int | None, ...],
    recall1: float,
    recall5: float,
    reciprocal: float,
) -> None:
    got = outcome(case(*relevant), FOUND)
    assert (got.ranks, got.recall(1), got.recall(5), got.reciprocal_rank) == (ranks, recall1, recall5, reciprocal)


def test_means_over_questions() -> None:
    summary = summarize([outcome(case(("乙", [1])), FOUND), outcome(case(("甲", [3])), FOUND)])
    assert (summary["questions"], summary["recall@1"], summary["recall@5"], summary["mrr"]) == (2, 0.5, 1.0, 0.75)
    assert summary["mrr_interval"][0] <= 0.75 <= summary["mrr_interval"][1]


def test_answer_cases_give_retrieval_cases_by_their_pages(tmp_path: Path) -> None:
    cases = [
        {"id": "a", "question": "三公", "page": {"甲": [3]}},
        {"id": "b", "turns": ["三公", "接待呢"], "page": {"甲": [3]}},
        {"id": "c", "question": "天气", "page": {}},
    ]
    assert [c["id"] for c in pages_to_relevant(cases)] == ["a"]
    path = tmp_path / "none.jsonl"
    path.write_text(json.dumps(cases[2]), encoding="utf-8")
    with pytest.raises(UsageError):
        read_retrieval_cases(path)


def test_retrieval_within_filters_is_measured_by_each_way(
    sample_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {
        "id": "r1",
        "question": "“三公”经费支出情况",
        "filters": {"department": ["望溪市水务局"], "year": [2024]},
        "relevant": [{"document": "望溪市水务局-2024年部门预算", "pages": [13, 18]}],
    }
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps(wanted, ensure_ascii=False), encoding="utf-8")
    assert main(["retrieve", str(path), "--store", str(sample_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"hybrid", "lexical", "dense"}
    assert found["hybrid"]["recall@5"] == 1.0
