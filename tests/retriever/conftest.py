"""An engine over the bundled sample, indexed once with the shipped model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.pipeline import add
from indexer.settings import ROOT, Settings
from indexer.store import Store
from retriever.engine import Engine


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(store=tmp_path_factory.mktemp("sample") / "store", workers=2)
    with Store.open(settings.store, settings=settings) as store:
        results = add([ROOT / "data" / "sample"], store, settings)
    assert {r.status for r in results} == {"indexed"}
    return settings


@pytest.fixture(scope="session")
def sample_store(sample_settings: Settings) -> Iterator[Store]:
    with Store.open(sample_settings.store, settings=sample_settings, create=False) as store:
        yield store


@pytest.fixture(scope="session")
def engine(sample_store: Store) -> Engine:
    return Engine(sample_store)


@pytest.fixture(scope="session")
def sample_path(sample_settings: Settings) -> Path:
    return sample_settings.store
