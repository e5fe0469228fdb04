"""What is done to a store by a process that is then killed: see test_kill_at_random.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from indexer.settings import Settings
from indexer.store import Store
from indexer.types import DocumentContent
from tests.store import samples

NAMES = ("甲", "乙", "丙")
_CHUNKS = 200
"""So many that writing them takes long enough to be killed in the middle of each step."""


def version(folder: Path, name: str, number: int) -> tuple[DocumentContent, Path]:
    """One of a document's two versions, and its file."""
    path = samples.pdf(folder / str(number), name, f"{name}{number}")
    small = samples.content(path, amount=f"{number}.50")
    first = small.chunks[0]
    more = (replace(first, id=f"{name}/m{n}", text=f"{first.text}{n}") for n in range(_CHUNKS))
    return replace(small, chunks=(*small.chunks, *more)), path


def do(step: tuple[str, str, int], folder: Path, settings: Settings, models: tuple[str, str]) -> None:
    """One step: ("write", document, version), ("remove", document, 0) or ("reembed", "", which model)."""
    what, name, number = step
    if what == "reembed":
        settings = replace(settings, embedding_model=models[number])
    with Store.open(settings.store, settings=settings, check_model=False) as store:
        if what == "write":
            store.write(*version(folder, name, number))
        elif what == "remove":
            store.remove(name)
        else:
            store.reembed()


def work(step: tuple[str, str, int], folder: Path, settings: Settings, models: tuple[str, str]) -> None:
    """The step in a process of its own, which says by a file when it begins."""
    (folder / "begun").touch()
    do(step, folder, settings, models)
