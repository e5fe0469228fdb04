"""Retrieval over published and fictional documents: the passage that answers stands high, and both legs help.

The cases were written from the documents' text alone; those for published documents hold pages only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.places import PlaceCase, read_places, score, ways
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
    scores = {name: score(shelf, cases, way) for name, way in ways(shelf).items()}
    both = scores.pop("both, as search does")
    assert both.five >= 0.93, both.missed
    assert both.mrr >= 0.85, both.missed
    assert all(both.mrr > alone.mrr and both.five >= alone.five for alone in scores.values())


def test_a_passage_answers_on_its_page_with_its_wording() -> None:
    case = PlaceCase("接待费", {"d": (3,)}, ("1.40|14,000", "接待"))
    right = Chunk("k", "d", "table", "公务接待费 14,000", "", (2, 3))
    assert case.answered_by(right)
    assert not case.answered_by(Chunk("k", "d", "table", "公务接待费 14,000", "", (2,)))
    assert not case.answered_by(Chunk("k", "e", "table", "公务接待费 14,000", "", (3,)))
    assert not case.answered_by(Chunk("k", "d", "table", "公务接待费 15,000", "", (3,)))


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"question": "a", "places": {"d": [1]}}\n{}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="第 2 行"):
        read_places(tmp_path / "p.jsonl")
