"""Writers on several machines: each has a folder of its own, the database says whose turn it is."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from eval.servers import Postgres
from indexer.errors import StoreBusyError, StoreError
from indexer.settings import Settings
from indexer.store import Store
from tests.store import samples

pytestmark = pytest.mark.parametrize("kind", ["servers"], indirect=True)


def elsewhere(settings: Settings, folder: Path) -> Settings:
    """The same store as another machine sees it."""
    return replace(settings, store=folder / "elsewhere")


def hold(settings: Settings, ready: multiprocessing.synchronize.Event) -> None:
    with Store.open(settings.store, settings=settings) as store:
        store.own()
        ready.set()
        multiprocessing.Event().wait(60)


def test_one_machine_writes_at_a_time_and_a_killed_one_leaves_no_lock(tmp_path: Path, settings: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    other = spawn.Process(target=hold, args=(elsewhere(settings, tmp_path), ready))
    other.start()
    try:
        assert ready.wait(60)
        pdf = samples.pdf(tmp_path, "甲")
        with Store.open(settings.store, settings=settings) as store:
            assert store.documents() == (), "reading needs nobody's leave"
            with pytest.raises(StoreBusyError, match="另一个程序"):
                store.write(samples.content(pdf), pdf)
            other.kill()
            other.join()
            assert store.write(samples.content(pdf), pdf) == "indexed"
    finally:
        other.kill()


def test_what_one_machine_wrote_the_next_one_holds_and_replaces(tmp_path: Path, settings: Settings) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    with Store.open(settings.store, settings=settings) as store:
        store.write(samples.content(pdf), pdf)
    there = elsewhere(settings, tmp_path)
    with Store.open(there.store, settings=there) as store:
        assert [info.id for info in store.documents()] == ["甲"]
        changed = samples.pdf(tmp_path / "new", "甲", "另一份")
        assert store.write(samples.content(changed), changed) == "replaced"


def test_stores_in_one_process_share_the_lock_and_the_last_gives_it_back(tmp_path: Path, settings: Settings) -> None:
    there = elsewhere(settings, tmp_path)
    with Store.open(settings.store, settings=settings) as one:
        one.own()
        with Store.open(settings.store, settings=settings) as two:
            two.own()
        spawn = multiprocessing.get_context("spawn")
        ready = spawn.Event()
        other = spawn.Process(target=hold, args=(there, ready))
        other.start()
        other.join(60)
        assert other.exitcode == 1, "refused while the first still writes"
        assert not ready.is_set()
    with Store.open(there.store, settings=there) as store:
        store.own()


def test_a_restarted_database_finds_its_writer_again(tmp_path: Path, settings: Settings, postgres: Postgres) -> None:
    with Store.open(settings.store, settings=settings) as store:
        store.own()
        postgres.stop()
        pdf = samples.pdf(tmp_path, "甲")
        with pytest.raises(StoreError):
            store.write(samples.content(pdf), pdf)
        postgres.start()
        assert store.write(samples.content(pdf), pdf) == "indexed"
        spawn = multiprocessing.get_context("spawn")
        other = spawn.Process(target=hold, args=(elsewhere(settings, tmp_path), spawn.Event()))
        other.start()
        other.join(60)
        assert other.exitcode == 1, "the lock is held again"
