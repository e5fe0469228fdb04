"""A store is kept: backed up and restored, and carried over from every earlier version."""

from __future__ import annotations

import gzip
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.__main__ import main
from indexer.errors import StoreError, StoreVersionError
from indexer.settings import Settings
from indexer.store import Store
from indexer.store.backup import backup, restore
from indexer.store.database import FILE_NAME
from indexer.store.feedback import Opinion
from indexer.store.upgrade import upgrade
from tests.store.helpers import vector_count
from tests.store.work import version

OLD = Path(__file__).with_name("schema1.db.gz")
"""A store's database as the program wrote it when its schema was 1: two documents of `samples`, with vectors."""


def filled(folder: Path, settings: Settings) -> dict[str, int]:
    held = {"甲": 1, "乙": 2}
    with Store.open(settings.store, settings=settings) as store:
        for name, number in held.items():
            store.write(*version(folder, name, number))
        store.add_opinion(Opinion("问", "答", "verified", True))
    return held


def test_a_backup_made_while_others_read_comes_back_whole(tmp_path: Path, settings: Settings) -> None:
    held = filled(tmp_path, settings)
    target = tmp_path / "backup.tar"
    with Store.open(settings.store, settings=settings) as reader:
        assert main(["backup", str(target), "--store", str(settings.store)]) == 0
        assert len(reader.documents()) == 2
    elsewhere = replace(settings, store=tmp_path / "elsewhere")
    assert main(["restore", str(target), "--store", str(elsewhere.store)]) == 0
    with Store.open(elsewhere.store, settings=elsewhere) as store:
        for name, number in held.items():
            content, pdf = version(tmp_path, name, number)
            assert store.content(name) == content
            assert store.pdf(name).read_bytes() == pdf.read_bytes()
        assert [opinion.question for opinion in store.opinions()] == ["问"]
        assert len(store.search_vectors("接待", limit=5)) == 5
        store.own()
        assert vector_count(store) == sum(one.chunks for one in store.all_held())
        assert store.write(*version(tmp_path, "甲", 2)) == "replaced"


def test_nothing_is_overwritten(tmp_path: Path, settings: Settings) -> None:
    filled(tmp_path, settings)
    target = tmp_path / "backup.tar"
    with Store.open(settings.store, settings=settings) as store:
        assert backup(store, target) == 2
        with pytest.raises(StoreError, match="已存在"):
            backup(store, target)
    with pytest.raises(StoreError, match="已有内容"):
        restore(target, settings.store)


@pytest.mark.parametrize("harm", ["cut", "changed", "missing", "outside"])
def test_a_damaged_backup_makes_no_store(tmp_path: Path, settings: Settings, harm: str) -> None:
    filled(tmp_path, settings)
    target, folder = tmp_path / "backup.tar", tmp_path / "unpacked"
    with Store.open(settings.store, settings=settings) as store:
        backup(store, target)
    with tarfile.open(target) as tar:
        tar.extractall(folder, filter="data")
    if harm == "cut":
        target.write_bytes(target.read_bytes()[:-20_000])
    else:
        pdf = next((folder / "files").iterdir())
        if harm == "changed":
            pdf.write_bytes(b"%PDF-1.4 something else")
        elif harm == "missing":
            pdf.unlink()
        with tarfile.open(target, "w") as tar:
            for path in folder.rglob("*"):
                if path.is_file():
                    tar.add(path, str(path.relative_to(folder)))
            if harm == "outside":
                tar.add(pdf, "../outside.pdf")
    with pytest.raises(StoreError):
        restore(target, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "outside.pdf").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".new")]


def test_a_store_of_the_first_schema_is_carried_over(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.store.mkdir()
    (settings.store / FILE_NAME).write_bytes(gzip.decompress(OLD.read_bytes()))
    with pytest.raises(StoreVersionError, match="upgrade"):
        Store.open(settings.store, settings=settings)
    assert main(["upgrade", "--store", str(settings.store)]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 2
    with Store.open(settings.store, settings=settings) as store:
        assert [info.id for info in store.documents()] == ["乙", "甲"]
        assert [info.department for info in store.documents()] == ["某区乙局", "某区甲局"]
        assert len(store.facts()) == 6
        assert store.search_text("乙局接待来访")[0][0] == "乙/k0"
        assert len(store.search_vectors("接待")) == 4
        store.own()
        assert vector_count(store) == 4
        assert store.held("甲").extraction == "v1"  # type: ignore[union-attr]
        assert store.write(*version(tmp_path, "甲", 1)) == "replaced"
    assert upgrade(settings.store)[2] == 0, "again there is nothing to do"
    assert (settings.store / f"{FILE_NAME}.schema1").exists()
