"""kill -9 at any moment of indexing, replacing, removing and re-embedding loses nothing.

`YUSUAN_TEST_KILLS=100` kills at so many moments; without it a few are tried.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.errors import StoreVersionError
from indexer.pipeline import add
from indexer.settings import ROOT, Settings
from indexer.store import Store
from tests.store import samples
from tests.store.helpers import vector_count
from tests.store.work import NAMES, do, version, work

KILLS = int(os.environ.get("YUSUAN_TEST_KILLS", "8"))
LONGEST = {"write": 0.9, "remove": 0.5, "reembed": 0.6}
"""Seconds within which each kind of step is over, and a little after."""
State = dict[str, int]


def forks() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", "llama_index.vector_stores.chroma", "tests.store.work"])
    return context


def killed(step: tuple[str, str, int], after: float, folder: Path, settings: Settings, models: tuple[str, str]) -> bool:
    """Runs a step and kills it so long after its beginning; whether it was still going on."""
    begun = folder / "begun"
    begun.unlink(missing_ok=True)
    process = forks().Process(target=work, args=(step, folder, settings, models))
    process.start()
    end = time.monotonic() + 60
    while not begun.exists():
        assert time.monotonic() < end, "the step never began"
        time.sleep(0.001)
    time.sleep(after)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def state_of(store: Store, folder: Path) -> State:
    """Which version of each document is held; fails where one is not whole or the parts of the store disagree."""
    held: State = {}
    for info in store.documents():
        content = store.content(info.id)
        number = next(n for n in (1, 2) if version(folder, info.id, n)[0] == content)
        held[info.id] = number
        assert store.facts(documents=[info.id]) == content.facts
        assert store.chunks([chunk.id for chunk in content.chunks]) == content.chunks
        assert store.pdf(info.id).read_bytes() == version(folder, info.id, number)[1].read_bytes()
    passages = {chunk.id for name in held for chunk in store.content(name).chunks}
    assert {chunk_id for chunk_id, _ in store.search_text("接待", limit=5000)} <= passages
    store.own()
    assert vector_count(store) == len(passages)
    found = [chunk_id for chunk_id, _ in store.search_vectors("接待", limit=5000)]
    # Chroma's index is approximate: of passages that are word for word alike it does not reach every one.
    assert len(found) == len(set(found))
    assert set(found) <= passages
    assert bool(found) == bool(passages)
    files = store.directory / "files"
    assert len(list(files.iterdir()) if files.exists() else ()) == len(held)
    return held


def next_step(dice: random.Random, held: State, model: int) -> tuple[str, str, int]:
    what = dice.choice(("write", "write", "write", "remove", "reembed"))
    if what == "reembed" and held:
        return "reembed", "", 1 - model
    if what == "remove" and held:
        return "remove", dice.choice(sorted(held)), 0
    name = dice.choice(NAMES)
    return "write", name, 3 - held[name] if name in held else dice.choice((1, 2))


@pytest.mark.slow
def test_killed_at_any_moment(tmp_path: Path, settings: Settings) -> None:
    models = settings.embedding_model, str(samples.tiny_model(tmp_path / "other", 24, 2))
    dice = random.Random(KILLS)
    held: State = {}
    model, before, at_work = 0, 0, 0
    for _ in range(KILLS):
        step = next_step(dice, held, model)
        moment = dice.uniform(0, LONGEST[step[0]])
        at_work += killed(step, moment, tmp_path, settings, models)

        wanted = dict(held)
        if step[0] == "write":
            wanted[step[1]] = step[2]
        elif step[0] == "remove":
            del wanted[step[1]]
        found_model = model_of(settings, models, model)
        assert found_model in (model, step[2] if step[0] == "reembed" else model)
        now = replace(settings, embedding_model=models[found_model])
        with Store.open(now.store, settings=now) as store:
            found = state_of(store, tmp_path)
        assert found in (held, wanted), (step, moment)
        before += found == held != wanted
        if found != wanted or (step[0] == "reembed" and found_model != step[2]):
            do(step, tmp_path, now, models)  # running again completes
        model = step[2] if step[0] == "reembed" else model
        settings = replace(settings, embedding_model=models[model])
        with Store.open(settings.store, settings=settings) as store:
            assert state_of(store, tmp_path) == wanted
        held = wanted
    print(f"{KILLS} kills: {at_work} while at work, {before} of them before the change was made")
    assert at_work > KILLS // 3


def model_of(settings: Settings, models: tuple[str, str], likely: int) -> int:
    """Which of the models the store's vectors are of; the likely one where it has none."""
    for number in (likely, 1 - likely):
        with suppress(StoreVersionError):
            Store.open(settings.store, settings=replace(settings, embedding_model=models[number])).close()
            return number
    raise AssertionError("vectors of neither model")


@pytest.mark.slow
def test_the_command_killed_at_any_moment(tmp_path: Path) -> None:
    """With reading processes, over the bundled sample."""
    folder = ROOT / "data" / "sample"
    store_folder = tmp_path / "store"
    command = [sys.executable, "-m", "indexer", "add", str(folder), "--store", str(store_folder)]
    dice = random.Random(KILLS)
    settings = Settings(store=store_folder)
    for _ in range(max(1, KILLS // 8)):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(1, 12))
        process.kill()
        process.wait()
        with Store.open(store_folder, settings=settings) as store:
            for info in store.documents():
                content = store.content(info.id)
                assert store.facts(documents=[info.id]) == content.facts
                assert store.pdf(info.id).stat().st_size
            store.own()
            assert vector_count(store) == sum(held.chunks for held in store.all_held())
            for info in store.documents()[::2]:  # so that there is something to do again
                store.remove(info.id)
    with Store.open(store_folder, settings=settings) as store:
        done = add([folder], store, settings)
        assert {added.status for added in done} <= {"indexed", "unchanged"}
        assert len(store.documents()) == len(list(folder.glob("*.pdf")))
