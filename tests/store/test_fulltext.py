"""One suite for both full-text indexes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sql

from indexer.lexical import tokens
from indexer.settings import Settings
from indexer.store import schema, writing
from indexer.store.database import open_database
from indexer.store.fulltext import Fts5Index, PostingsIndex, TextIndex, TextQuery
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
    return [chunk for chunk, _ in index.search(connection, TextQuery(tokens(query), generations), 10)]


def test_rare_words_come_first(connection: sql.Connection, index: TextIndex) -> None:
    assert search(connection, index, "审计局的接待费")[0].startswith("审计局")
    assert len(search(connection, index, "接待")) == 6
    scores = [score for _, score in index.search(connection, TextQuery(tokens("审计局接待")), 10)]
    assert scores == sorted(scores, reverse=True)


def test_generations_limit(connection: sql.Connection, index: TextIndex) -> None:
    assert {c.split("/")[0] for c in search(connection, index, "审计局接待", [1, 3])} == {"林业局", "民政局"}
    assert search(connection, index, "接待", []) == []


def test_kinds_limit(connection: sql.Connection, index: TextIndex) -> None:
    found = index.search(connection, TextQuery(tokens("接待"), kinds=("three_public",)), 10)
    assert sorted(chunk for chunk, _ in found) == ["审计局/k1", "林业局/k1", "民政局/k1"]
    assert len(index.search(connection, TextQuery(tokens("接待"), kinds=("",)), 10)) == 3


@pytest.mark.parametrize(
    ("wording", "found"),
    [
        ("接待费主要用于", 3),
        ("因公出国(境)费", 3),
        ("用于主要", 0),
        ("待费", 6),
        ("9.80", 3),
        ("9.8", 0),
        ("费 9.80", 3),
    ],
)
def test_wording_must_stand_together(wording: str, found: int, connection: sql.Connection, index: TextIndex) -> None:
    assert len(index.search(connection, TextQuery((), containing=(wording,)), 10)) == found
    assert len(index.search(connection, TextQuery(tokens("林业局"), containing=(wording,)), 10)) == found
    held = sql.select(sql.func.count()).select_from(schema.chunks).where(*index.holding((wording,)))
    assert connection.execute(held).scalar() == found


def test_where_everything_is_common_the_rarest_word_still_leads(
    connection: sql.Connection, index: TextIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.store.fulltext._MOST_POSTINGS", 1)
    assert search(connection, index, "公务接待费审计局")[0].startswith("审计局")
    assert len(search(connection, index, "接待")) == 6


def test_pages_of_results_follow_one_another(connection: sql.Connection, index: TextIndex) -> None:
    query = TextQuery(tokens("审计局接待"))
    pages = [index.search(connection, query, 4, offset)[0][0] for offset in (0, 1, 5)]
    assert [pages[0], pages[1], pages[2]] == [index.search(connection, query, 6)[n][0] for n in (0, 1, 5)]


def test_what_is_dropped_is_not_found(connection: sql.Connection, index: TextIndex) -> None:
    writing.take_out(connection, index, "审计局")
    assert {c.split("/")[0] for c in search(connection, index, "审计局接待")} == {"林业局", "民政局"}


def test_unknown_words_find_nothing(connection: sql.Connection, index: TextIndex) -> None:
    assert search(connection, index, "蘑菇") == []
