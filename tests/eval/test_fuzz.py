"""A batch of broken and hostile files: each ends in a document or a named problem, and the sound ones come through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.fuzz.hostile import HOSTILE
from eval.fuzz.mutate import MUTATIONS
from eval.fuzz.run import make, run
from indexer.settings import ROOT, Settings


def bases() -> list[Path]:
    found = sorted((ROOT / "data" / "sample").glob("*.pdf"))
    if not found:
        pytest.skip("the checkout has no data/sample")
    return found


@pytest.mark.slow
def test_no_file_harms_the_batch(tmp_path: Path) -> None:
    files = make(tmp_path / "in", bases(), len(MUTATIONS) + len(HOSTILE), seed=20)
    sound = tmp_path / "in" / "99999-sound.pdf"
    sound.write_bytes(bases()[0].read_bytes())
    outcome = run([*files, sound], tmp_path, replace(Settings(), max_seconds=30, max_page_seconds=8))
    assert outcome.wrong == []
    assert outcome.files == sum(sum(counts.values()) for counts in outcome.kinds.values()) == len(files) + 1
    assert outcome.kinds["sound"] == {"indexed": 1}
    assert outcome.kinds["locked"] == {"failed+encrypted": 1}


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    one, two = (make(tmp_path / name, bases()[:1], len(MUTATIONS), seed=3) for name in ("a", "b"))
    assert [f.read_bytes() for f in one] == [f.read_bytes() for f in two]
    assert len({f.read_bytes() for f in one}) > len(one) // 2
