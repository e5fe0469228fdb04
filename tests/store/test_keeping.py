"""A store is kept: backed up and restored, and carried over from every earlier version."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sql
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from indexer.__main__ import main
from indexer.errors import StoreError, StoreVersionError
from indexer.settings import Settings
from indexer.store import Store
from indexer.store.backup import backup, restore
from indexer.store.database import FILE_NAME, set_meta
from indexer.store.database import version as version_held
from indexer.store.feedback import Opinion
from indexer.store.schema import SCHEMA, metadata
from indexer.store.upgrade import upgrade
from indexer.types import Limits
from tests.store import samples
from tests.store.helpers import vector_count
from tests.store.work import version

BACK_TO_3 = ("DROP TABLE staff_sessions", "DROP TABLE staff_tries", "UPDATE alembic_version SET version_num = '3'")
BACK_TO_2 = ("DROP TABLE alembic_version",)
BACK_TO_1 = (
    "DROP INDEX chunks_by_place",
    *(f"ALTER TABLE chunks DROP COLUMN {name}" for name in ("table_kind", "parent", "folded")),
    "CREATE INDEX ix_chunks_generation ON chunks (generation)",
    "ALTER TABLE vectors DROP COLUMN kinds",
)
"""What earlier programs had not made. Their SQLite databases, of two documents of `samples`, are kept as they wrote
them (schema1.db.gz and so on)."""


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


@pytest.mark.parametrize("schema", ["1", "2", "3"])
def test_a_store_of_every_earlier_schema_is_carried_over(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str], schema: str
) -> None:
    settings.store.mkdir()
    old = Path(__file__).with_name(f"schema{schema}.db.gz")
    (settings.store / FILE_NAME).write_bytes(gzip.decompress(old.read_bytes()))
    with pytest.raises(StoreVersionError, match="upgrade"):
        Store.open(settings.store, settings=settings)
    assert main(["upgrade", "--store", str(settings.store)]) == 0
    assert json.loads(capsys.readouterr().out) == {"from": schema, "to": SCHEMA, "documents": 2}
    check_carried_over(tmp_path, settings)
    assert upgrade(settings.store)[2] == 0, "again there is nothing to do"
    assert (settings.store / f"{FILE_NAME}.schema{schema}").exists()


@pytest.mark.parametrize("kind", ["servers"], indirect=True)
@pytest.mark.parametrize("schema", ["1", "2", "3"])
def test_postgresql_is_carried_over_in_place(tmp_path: Path, settings: Settings, schema: str) -> None:
    with Store.open(settings.store, settings=settings) as store:
        for name in "甲乙":
            pdf = samples.pdf(tmp_path, name, name)
            store.write(samples.content(pdf, department=f"某区{name}局"), pdf, "v1")
        with store._engine.begin() as connection:
            steps = (BACK_TO_3, BACK_TO_2, BACK_TO_1)[: 4 - int(schema)]
            for statement in [statement for step in steps for statement in step]:
                connection.execute(sql.text(statement))
            if schema != "3":
                set_meta(connection, "schema", schema)
    with pytest.raises(StoreVersionError, match="upgrade"):
        Store.open(settings.store, settings=settings)
    assert upgrade(settings.store, settings.database_url) == (schema, SCHEMA, 2)
    assert upgrade(settings.store, settings.database_url) == (SCHEMA, SCHEMA, 0)
    check_carried_over(tmp_path, settings)


def check_carried_over(folder: Path, settings: Settings) -> None:
    with Store.open(settings.store, settings=settings) as store:
        assert structure(store._engine) == [], "the steps lead to the tables that a new store gets"
        assert [info.id for info in store.documents()] == ["乙", "甲"]
        assert [info.department for info in store.documents()] == ["某区乙局", "某区甲局"]
        assert len(store.facts()) == 6
        assert store.search_text("乙局接待来访")[0][0] == "乙/k0"
        assert store.search_text("接待", Limits(containing=("接待来访",)))
        assert len(store.search_vectors("接待")) == 4
        assert store.search_vectors("接待", Limits(documents=("甲",)))
        store.own()
        assert vector_count(store) == 4
        assert store.held("甲").extraction == "v1"  # type: ignore[union-attr]
        assert store.write(*version(folder, "甲", 1)) == "replaced"


def structure(engine: sql.Engine) -> list[Any]:
    """What differs between a database and the tables of this version, indexes and columns."""
    with engine.connect() as connection:
        compared = MigrationContext.configure(connection, opts={"include_name": lambda name, kind, _: ours(name, kind)})
        return list(compare_metadata(compared, metadata))


def ours(name: str | None, kind: str) -> bool:
    """Full text is laid out by `fulltext`, each kind of database its own way."""
    return kind != "table" or (name or "") in metadata.tables


def test_a_step_that_fails_leaves_the_old_store_whole(settings: Settings) -> None:
    settings.store.mkdir()
    file = settings.store / FILE_NAME
    file.write_bytes(gzip.decompress(Path(__file__).with_name("schema1.db.gz").read_bytes()))
    with closing(sqlite3.connect(file)) as old, old:
        old.execute("UPDATE chunks SET body = '[]'")
    before = file.read_bytes()
    with pytest.raises(StoreError, match="无法升级"):
        upgrade(settings.store)
    assert file.read_bytes() == before
    assert [path.name for path in settings.store.iterdir() if path.name.startswith("upgrade-")] == []


@pytest.mark.parametrize("kind", ["servers"], indirect=True)
def test_a_step_that_fails_leaves_postgresql_as_it_was(tmp_path: Path, settings: Settings) -> None:
    with Store.open(settings.store, settings=settings) as store:
        pdf = samples.pdf(tmp_path, "甲")
        store.write(samples.content(pdf), pdf)
        with store._engine.begin() as connection:
            for statement in (*BACK_TO_3, *BACK_TO_2, *BACK_TO_1, "UPDATE chunks SET body = '[]'"):
                connection.execute(sql.text(statement))
            set_meta(connection, "schema", "1")
        with pytest.raises(StoreError, match="无法升级"):
            upgrade(settings.store, settings.database_url)
        with store._engine.connect() as connection:
            assert version_held(connection) == "1"
            assert "folded" not in {column["name"] for column in sql.inspect(connection).get_columns("chunks")}


def test_a_store_of_a_newer_program_is_left_alone(settings: Settings) -> None:
    with Store.open(settings.store, settings=settings) as store, store._engine.begin() as connection:
        connection.execute(sql.text("UPDATE alembic_version SET version_num = '99'"))
    with pytest.raises(StoreError, match="更新程序"):
        upgrade(settings.store)
