"""The same store on PostgreSQL. Set YUSUAN_TEST_DATABASE_URL to an empty database to run these."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sql

from indexer.errors import StoreError, UnknownDocumentError
from indexer.settings import Settings
from indexer.store import Store
from indexer.types import Limits
from tests.store import samples
from tests.store.helpers import vector_count

URL = os.environ.get("YUSUAN_TEST_DATABASE_URL", "")
needs_database = pytest.mark.skipif(not URL, reason="YUSUAN_TEST_DATABASE_URL names no database to test on")


@pytest.fixture
def database(settings: Settings) -> Iterator[Settings]:
    given = replace(settings, database_url=URL)
    yield given
    engine = sql.create_engine(URL)
    found = sql.MetaData()
    found.reflect(engine)
    found.drop_all(engine)
    engine.dispose()


@needs_database
def test_documents_on_postgres(tmp_path: Path, database: Settings) -> None:
    with Store.open(database.store, settings=database) as store:
        for name in ("林业局", "审计局"):
            pdf = samples.pdf(tmp_path, name, name)
            assert store.write(samples.content(pdf, department=name), pdf) == "indexed"
        assert store.write(samples.content(pdf, department=name), pdf) == "unchanged"
        newer = samples.content(pdf, department=name, amount="3.00")
        assert store.write(newer, pdf) == "replaced"
        assert store.content("审计局") == newer
        assert store.facts(documents=["审计局"]) == newer.facts
        assert store.search_text("审计局接待来访")[0][0] == "审计局/k0"
        assert len(store.search_vectors("接待", Limits(("审计局",)))) == 2
    with Store.open(database.store, settings=database, create=False) as again:
        assert len(again.documents()) == 2
        again.remove("林业局")
        assert {c for c, _ in again.search_text("接待")} == {"审计局/k0", "审计局/k1"}
        assert vector_count(again) == 2
        with pytest.raises(UnknownDocumentError):
            again.content("林业局")


def test_a_database_that_does_not_answer_is_named(settings: Settings) -> None:
    with pytest.raises(StoreError, match="数据库"):
        Store.open(settings.store, settings=replace(settings, database_url="nosuchdatabase://localhost/x"))
