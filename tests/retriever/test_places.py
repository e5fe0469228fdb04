"""Retrieval over published and fictional documents: the passage that answers stands high, and both legs help.

The cases were written from the documents' text alone; those for published documents hold pages only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.places import AS_SEARCH, PlaceCase, PlaceScore, answer_places, measure, read_places
from indexer.errors import UsageError
from indexer.pipeline import add
from indexer.settings import Settings
from indexer.store import Store
from indexer.types import Chunk
from tests.shared import SHARED, needs_shared

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = Settings(store=tmp_path_factory.mktemp("places") / "store", workers=2)
    with Store.open(settings.store, settings=settings) as store:
        add([SHARED / name for name in ("corpus", "real", "seed/seed_ruled.pdf")], store, settings)
        yield store


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("half", ["dev", "held"])
def test_the_passage_that_answers_stands_high(shelf: Store, half: str) -> None:
    cases = read_places(CASES / f"places-{half}.jsonl")
    scores = measure(shelf, cases)
    both = scores.pop(AS_SEARCH)
    assert both.recall(5) >= 0.95, both.missed
    assert both.mrr >= 0.87, both.missed
    one = 1 / len(cases)  # a single case is no difference
    assert all(both.mrr > alone.mrr and both.recall(5) >= alone.recall(5) - one for alone in scores.values())


def test_a_passage_answers_on_its_page_with_its_wording() -> None:
    case = PlaceCase("接待费", {"d": (3,)}, ("1.40|14,000", "接待"))
    right = Chunk("k", "d", "table", "公务接待费 14,000", "", (2, 3))
    assert case.answered_by(right)
    assert PlaceCase("接待费", {"d": (3,)}, ("14000",)).answered_by(right)
    assert not case.answered_by(Chunk("k", "d", "table", "公务接待费 14,000", "", (2,)))
    assert not case.answered_by(Chunk("k", "e", "table", "公务接待费 14,000", "", (3,)))
    assert not case.answered_by(Chunk("k", "d", "table", "公务接待费 15,000", "", (3,)))


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"question": "a", "places": {"d": [1]}}\n{}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="第 2 行"):
        read_places(tmp_path / "p.jsonl")


def test_recall_and_reciprocal_rank_are_means_over_questions() -> None:
    found = PlaceScore((1, 4, 0, 12), ())
    assert [found.recall(k) for k in (1, 5, 50)] == [0.25, 0.5, 0.75]
    assert found.mrr == pytest.approx((1 + 1 / 4 + 1 / 12) / 4)
    figures = found.to_json()
    low, high = figures["recall@5_interval"]
    assert low < figures["recall@5"] < high


def test_cases_of_answers_serve_by_the_pages_they_may_cite(tmp_path: Path) -> None:
    cases = [
        {"id": "a", "question": "三公", "page": {"甲": [3]}, "expect": {}},
        {"id": "b", "turns": ["三公", "接待呢"], "page": {"甲": [3]}, "expect": {}},
        {"id": "c", "question": "天气", "page": {}, "expect": {}},
    ]
    assert answer_places(cases) == (PlaceCase("三公", {"甲": (3,)}),)
    path = tmp_path / "none.jsonl"
    path.write_text(json.dumps(cases[2]), encoding="utf-8")
    with pytest.raises(UsageError, match="没有检索用例"):
        read_places(path)


def test_the_command_sets_all_ways_beside_each_other(
    sample_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = {"question": "望溪市水务局2024年三公经费", "places": {"望溪市水务局-2024年部门预算": [13, 18]}}
    nowhere = {"question": "望溪市水务局2024年天气", "places": {"望溪市水务局-2024年部门预算": [99]}}
    path = tmp_path / "p.jsonl"
    path.write_text("\n".join(json.dumps(c, ensure_ascii=False) for c in (there, nowhere)), encoding="utf-8")
    assert main(["places", str(path), "--store", str(sample_path)]) == 0
    printed = capsys.readouterr()
    assert f"| {AS_SEARCH} | 0.50 / 0.50 / 0.50 |" in printed.out
    assert nowhere["question"] in printed.err
    assert there["question"] not in printed.err
