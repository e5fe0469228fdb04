from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.settings import Settings
from indexer.store import Store
from tests.store import samples


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def settings(tmp_path: Path, model: Path) -> Settings:
    return Settings(store=tmp_path / "store", embedding_model=str(model), workers=2, max_seconds=60)


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
