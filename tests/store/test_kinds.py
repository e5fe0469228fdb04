"""`eval bench --kinds` measures what it says it measures."""

from __future__ import annotations

import pytest
import sqlalchemy as sql

from eval.growth import bench_kinds
from indexer.settings import ROOT, Settings


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["servers"], indirect=True)
def test_every_kind_of_store_is_measured_and_nothing_stays_behind(settings: Settings) -> None:
    pdf = min((ROOT / "data" / "sample").glob("*.pdf"), key=lambda path: path.stat().st_size)
    rows = bench_kinds([pdf], 2, settings)
    assert [(row["database"], row["chroma"]) for row in rows] == [
        ("SQLite", "embedded"),
        ("SQLite", "server"),
        ("PostgreSQL", "embedded"),
        ("PostgreSQL", "server"),
    ]
    assert [row["database_mb"] > 0 for row in rows] == [True, True, False, False], "kept where it says"
    assert [row["chroma_mb"] > 0 for row in rows] == [True, False, True, False]
    assert {row["documents"] for row in rows} == {2}
    engine = sql.create_engine(settings.database_url)
    with engine.connect() as connection:
        left = connection.execute(sql.text("SELECT count(*) FROM pg_database WHERE datname LIKE 'yusuan_bench%'"))
        assert left.scalar() == 0
    engine.dispose()
