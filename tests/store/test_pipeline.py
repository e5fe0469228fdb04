"""Adding files: what each of them becomes, and that a bad one harms no other."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import pipeline, version
from indexer.pipeline import Added, expand
from indexer.settings import Settings
from indexer.store import Store
from tests.store import samples
from tests.store.helpers import ROOT, run_python

READER = "tests.store.readers:read_content"


def add(store: Store, settings: Settings, *paths: Path, name: str = "") -> dict[str, Added]:
    """The results by document name."""
    names = {path.resolve(): name for path in paths} if name else None
    return {a.info.id: a for a in pipeline.add(paths, store, settings, names=names, reader=READER)}


def test_a_folder_is_added_and_then_unchanged(tmp_path: Path, store: Store, settings: Settings) -> None:
    for name in ("甲", "下/乙", "下/再下/丙"):
        samples.pdf(tmp_path / "in", name, name)
    (tmp_path / "in" / "notes.txt").write_text("not a PDF")
    (tmp_path / "in" / "._甲.pdf").write_text("what a Mac leaves")
    first = add(store, settings, tmp_path / "in")
    assert {name: a.status for name, a in first.items()} == {"甲": "indexed", "乙": "indexed", "丙": "indexed"}
    assert (first["甲"].tables, first["甲"].facts, first["甲"].chunks) == (1, 3, 2)
    assert first["甲"].info.department == "某区档案局"
    again = add(store, settings, tmp_path / "in", tmp_path / "in" / "甲.pdf")
    assert {a.status for a in again.values()} == {"unchanged"}
    assert len(again) == 3
    assert again["甲"].problems == first["甲"].problems


def test_a_changed_file_replaces_and_a_new_reader_reads_again(
    tmp_path: Path, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples.pdf(tmp_path, "甲")
    add(store, settings, path)
    samples.pdf(tmp_path, "甲", "two")
    assert add(store, settings, path)["甲"].status == "replaced"
    assert len(store.documents()) == 1
    monkeypatch.setattr(pipeline, "extraction_version", lambda: "newer")
    assert add(store, settings, path)["甲"].status == "replaced"
    assert add(store, settings, path)["甲"].status == "unchanged"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("crash", "damaged", "意外中止"),
        ("bug", "damaged", "意外中止"),
        ("hang", "limit", "8 秒"),
        ("locked", "encrypted", "密码"),
        ("half", "damaged", "不完整"),
    ],
)
def test_a_bad_file_fails_alone(
    tmp_path: Path, store: Store, settings: Settings, text: str, kind: str, words: str
) -> None:
    names = [f"好{n}" for n in range(3)]
    for name in names:
        samples.pdf(tmp_path / "in", name, name)
    samples.pdf(tmp_path / "in", "坏", text)
    seconds = 8 if text == "hang" else 60
    results = add(store, replace(settings, max_seconds=seconds, workers=1), tmp_path / "in")
    assert {n: a.status for n, a in results.items()} == {**dict.fromkeys(names, "indexed"), "坏": "failed"}
    (problem,) = results["坏"].problems
    assert (problem.kind, problem.page) == (kind, None)
    assert words in problem.message
    assert "坏.pdf" in problem.message
    assert [d.id for d in store.documents()] == names


@pytest.mark.parametrize(
    ("text", "pages", "words"),
    [
        ("page 2 dies", [2], "意外中止"),
        ("page 3 eats", [3], "意外中止"),
        ("page 1 sleeps", [1], "超过 3 秒"),
        ("page 1 dies, page 3 dies", [1, 3], "意外中止"),
    ],
)
def test_a_bad_page_is_left_out_and_named(
    tmp_path: Path, store: Store, settings: Settings, text: str, pages: list[int], words: str
) -> None:
    path = samples.pdf(tmp_path, "甲", text)
    added = add(store, replace(settings, max_page_seconds=3), path)["甲"]
    assert added.status == "indexed"
    bad = [p for p in added.problems if p.kind == "bad_page"]
    assert [p.page for p in bad] == pages
    assert all(words in p.message for p in bad)


def test_a_file_that_has_only_such_pages_is_given_up(tmp_path: Path, store: Store, settings: Settings) -> None:
    path = samples.pdf(tmp_path, "甲", " ".join(f"page {n} dies" for n in (1, 2, 3)) + " then crash")
    added = add(store, settings, path)["甲"]
    assert (added.status, added.problems[0].kind) == ("failed", "damaged")


def test_a_failed_file_leaves_what_was_held(tmp_path: Path, store: Store, settings: Settings) -> None:
    path = samples.pdf(tmp_path, "甲")
    add(store, settings, path)
    before = store.content("甲")
    samples.pdf(tmp_path, "甲", "crash")
    assert add(store, settings, path)["甲"].status == "failed"
    assert store.content("甲") == before


def test_two_files_of_one_name_are_both_held(tmp_path: Path, store: Store, settings: Settings) -> None:
    one, two = samples.pdf(tmp_path / "a", "年度预算", "one"), samples.pdf(tmp_path / "b", "年度预算", "two")
    results = add(store, settings, tmp_path)
    first, second = sorted(results, key=len)
    assert first == "年度预算"
    assert second.startswith("年度预算-")
    assert len(second) == len("年度预算-") + 8
    assert store.pdf(first).read_bytes() == one.read_bytes()
    assert store.pdf(second).read_bytes() == two.read_bytes()
    assert {a.status for a in add(store, settings, two, one).values()} == {"unchanged"}
    samples.pdf(tmp_path / "b", "年度预算", "three")
    changed = add(store, settings, two)
    assert {n: a.status for n, a in changed.items()} == {second: "replaced"}
    assert {f.document for f in store.facts()} == {first, second}


def test_a_copy_in_another_folder_is_the_same_document(tmp_path: Path, store: Store, settings: Settings) -> None:
    add(store, settings, samples.pdf(tmp_path / "a", "甲"))
    assert add(store, settings, samples.pdf(tmp_path / "b", "甲"))["甲"].status == "unchanged"


def test_a_name_is_not_taken_by_a_file_that_failed(tmp_path: Path, store: Store, settings: Settings) -> None:
    samples.pdf(tmp_path / "a", "甲", "crash")
    samples.pdf(tmp_path / "b", "甲", "fine")
    results = pipeline.add([tmp_path], store, settings, reader=READER)
    assert [(a.info.id, a.status) for a in results] == [("甲", "failed"), ("甲", "indexed")]


def test_a_named_file_replaces_by_name(tmp_path: Path, store: Store, settings: Settings) -> None:
    add(store, settings, samples.pdf(tmp_path / "upload1", "1", "one"), name="甲")
    results = add(store, settings, samples.pdf(tmp_path / "upload2", "2", "two"), name="甲")
    assert {n: a.status for n, a in results.items()} == {"甲": "replaced"}
    assert len(store.documents()) == 1


def test_paths_that_name_nothing_are_failures(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    files, failures = expand([tmp_path / "no.pdf", tmp_path / "empty"])
    assert files == ()
    assert [(a.info.id, a.status, a.problems[0].kind) for a in failures] == [
        ("no", "failed", "not_found"),
        ("empty", "failed", "not_found"),
    ]


def test_reports_and_progress_come_one_at_a_time(tmp_path: Path, store: Store, settings: Settings) -> None:
    for n in range(6):
        samples.pdf(tmp_path / "in", str(n), str(n))
    inside = threading.Lock()
    seen: list[str] = []

    def note(text: str) -> None:
        assert inside.acquire(blocking=False)
        seen.append(text)
        inside.release()

    pipeline.add(
        [tmp_path / "in"],
        store,
        settings,
        lambda added: note(added.status),
        progress=lambda path, page, pages: note(f"{page}/{pages}"),
        reader=READER,
    )
    assert seen.count("indexed") == 6
    assert seen.count("3/3") == 6
    assert seen.count("0/3") == 6


def test_workers_end_with_their_parent(tmp_path: Path, settings: Settings) -> None:
    path = samples.pdf(tmp_path, "甲")
    run_python(
        settings,
        f"""
        from indexer import pipeline
        pipeline.add([Path({str(path)!r})], store, Settings(), reader={READER!r})
        """,
    )
    mine = [p for p in Path("/proc").glob("[0-9]*/cmdline") if READER in _text(p)]
    assert mine == []


def test_the_version_follows_the_code_that_reads() -> None:
    assert version.extraction_version() == version.extraction_version()
    assert len(version.extraction_version()) == 12
    assert all((ROOT / "indexer" / name).exists() for name in version._NOT_READING)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
