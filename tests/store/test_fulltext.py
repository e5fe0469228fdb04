"""One suite for both full-text indexes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sql

from indexer.lexical import tokens
from indexer.settings import Settings
from indexer.store import writing
from indexer.store.database import open_database
from indexer.store.fulltext import Fts5Index, PostingsIndex, TextIndex
from tests.store import samples


@pytest.fixture(params=[Fts5Index, PostingsIndex])
def index(request: pytest.FixtureRequest) -> TextIndex:
    made: TextIndex = request.param()
    return made


@pytest.fixture
def connection(tmp_path: Path, index: TextIndex) -> sql.Connection:
    engine, _ = open_database(tmp_path / "store", Settings().database_url, create=True)
    connection = engine.connect()
    connection.execute(sql.text("DROP TABLE chunk_words"))
    index.create(connection)
    for generation, name in enumerate(("林业局", "审计局", "民政局"), 1):
        pdf = samples.pdf(tmp_path, name)
        writing.put(connection, index, samples.content(pdf, department=name), generation, "", None)
    return connection


def search(connection: sql.Connection, index: TextIndex, query: str, generations: list[int] | None = None) -> list[str]:
    return [chunk for chunk, _ in index.search(connection, tokens(query), generations, 10)]


def test_rare_words_come_first(connection: sql.Connection, index: TextIndex) -> None:
    assert search(connection, index, "审计局的接待费")[0].startswith("审计局")
    assert len(search(connection, index, "接待")) == 6
    scores = [score for _, score in index.search(connection, tokens("审计局接待"), None, 10)]
    assert scores == sorted(scores, reverse=True)


def test_generations_limit(connection: sql.Connection, index: TextIndex) -> None:
    assert {c.split("/")[0] for c in search(connection, index, "审计局接待", [1, 3])} == {"林业局", "民政局"}
    assert search(connection, index, "接待", []) == []


def test_what_is_dropped_is_not_found(connection: sql.Connection, index: TextIndex) -> None:
    writing.take_out(connection, index, "审计局")
    assert {c.split("/")[0] for c in search(connection, index, "审计局接待")} == {"林业局", "民政局"}


def test_unknown_words_find_nothing(connection: sql.Connection, index: TextIndex) -> None:
    assert search(connection, index, "蘑菇") == []
