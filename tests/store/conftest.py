from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from eval.servers import Chroma, Postgres, postgres_programs
from indexer.settings import Settings
from indexer.store import Store
from tests.store import samples

BOTH_KINDS = pytest.mark.parametrize("kind", ["files", "servers"], indirect=True)
"""For a module whose tests hold for SQLite with embedded Chroma, and for PostgreSQL with a Chroma server."""


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programs = postgres_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("CI has to have PostgreSQL")
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    server = Postgres(programs)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    server = Chroma(tmp_path_factory.mktemp("chroma") / "data")
    yield server
    server.stop()


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """What the store stands on: "files" or "servers"."""
    return str(getattr(request, "param", "files"))


@pytest.fixture
def settings(tmp_path: Path, model: Path, kind: str, request: pytest.FixtureRequest) -> Settings:
    made = Settings(store=tmp_path / "store", embedding_model=str(model), workers=2, max_seconds=60)
    if kind == "files":
        return made
    postgres, chroma = request.getfixturevalue("postgres"), request.getfixturevalue("chroma")
    return replace(made, database_url=postgres.new_database(), chroma_url=chroma.url)


@pytest.fixture
def open_store(settings: Settings) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def open_() -> Store:
        opened.append(Store.open(settings.store, settings=settings))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()
