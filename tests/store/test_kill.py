"""kill -9 at any moment of a write leaves the old document or the new one, whole."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from indexer.settings import Settings
from indexer.store import Store
from tests.store import samples
from tests.store.helpers import leftovers, start_python, vector_count

DIE = """
import os, signal
from indexer.store import derived, files, vectors, writing

def die_before(owner, name, call=1):
    calls = []
    original = getattr(owner, name)
    def wrapped(*args, **kwargs):
        calls.append(name)
        if len(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)
    setattr(owner, name, wrapped)

def die_after(owner, name):
    original = getattr(owner, name)
    def wrapped(*args, **kwargs):
        original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, wrapped)
"""

MOMENTS = {
    "before the copy": ("die_before(files.Files, 'keep')", "old"),
    "after the copy": ("die_after(files.Files, 'keep')", "old"),
    "after the vectors": ("die_after(vectors.ChromaVectors, 'add')", "old"),
    "inside the transaction": ("die_after(writing, 'put_vectors')", "old"),
    "before the commit": ("die_after(writing, 'put')", "old"),
    "after the commit": ("die_before(derived.DerivedVectors, 'sweep', 3)", "new"),
    "before old vectors go": ("die_before(vectors.ChromaVectors, 'drop')", "new"),
    "after old vectors went": ("die_after(vectors.ChromaVectors, 'drop')", "new"),
    "before the old copy goes": ("die_before(type(store), '_drop_file')", "new"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_while_replacing(tmp_path: Path, settings: Settings, moment: str) -> None:
    how, expected = MOMENTS[moment]
    pdf = samples.pdf(tmp_path / "old", "甲")
    old = samples.content(pdf)
    with Store.open(settings.store, settings=settings) as store:
        store.write(old, pdf)
    pdf = samples.pdf(tmp_path / "new", "甲", "two")
    new = samples.content(pdf, amount="5.00")
    write = f"p = Path({str(pdf)!r}); store.write(samples.content(p, amount='5.00'), p)"
    process = start_python(settings, f"{DIE}\n{how}\n{write}")
    _, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, err

    with Store.open(settings.store, settings=settings) as store:
        whole = old if expected == "old" else new
        assert store.content("甲") == whole
        assert store.facts() == whole.facts
        assert store.pdf("甲").read_bytes() == Path(whole.info.path).read_bytes()
        assert len(store.search_vectors("接待")) == len(store.search_text("接待")) == 2
        store.own()
        assert vector_count(store) == 2
        assert len(store.search_vectors("接待")) == 2
        assert len(list((store.directory / "files").iterdir())) == 1
        assert store.write(new, pdf) == ("replaced" if expected == "old" else "unchanged")
        assert store.content("甲") == new


def test_killed_while_writing_the_first_document(tmp_path: Path, settings: Settings) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    write = f"p = Path({str(pdf)!r}); store.write(samples.content(p), p)"
    process = start_python(settings, f"{DIE}\ndie_after(writing, 'put')\n{write}")
    process.communicate(timeout=120)
    with Store.open(settings.store, settings=settings) as store:
        assert store.documents() == ()
        store.own()
        assert vector_count(store) == 0
        assert leftovers(store) == {}


def test_killed_while_reembedding(tmp_path: Path, settings: Settings) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    with Store.open(settings.store, settings=settings) as store:
        store.write(samples.content(pdf), pdf)
    other = str(samples.tiny_model(tmp_path / "other", 24, 2))
    reembed = f"Store.open(store.directory, settings=Settings(embedding_model={other!r}), check_model=False).reembed()"
    process = start_python(settings, f"{DIE}\ndie_before(vectors.ChromaVectors, 'clear')\n{reembed}")
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    with Store.open(settings.store, settings=Settings(embedding_model=other)) as store:
        assert len(store.search_vectors("接待")) == 2
        store.own()
        assert vector_count(store) == len(store.search_vectors("接待")) == 2
