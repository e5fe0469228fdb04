"""Looking into a store from outside, and working on it from another process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sql

from indexer.settings import Settings
from indexer.store import Store

ROOT = Path(__file__).resolve().parents[2]


def vector_count(store: Store) -> int:
    """Vectors that Chroma holds for the store."""
    return int(store.llama_vector_store().client.count())


def leftovers(store: Store) -> dict[str, int]:
    """Tables (what says which store this is aside) and folders that still hold something."""
    found = sql.MetaData()
    with store._engine.connect() as connection:
        found.reflect(connection)
        own = [
            t
            for name, t in found.tables.items()
            if name not in ("meta", "alembic_version") and not name.startswith("chunk_words_")
        ]
        counts = {t.name: connection.execute(sql.select(sql.func.count()).select_from(t)).scalar_one() for t in own}
    counts["files"] = len(list((store.directory / "files").iterdir()))
    return {name: count for name, count in counts.items() if count}


def start_python(settings: Settings, code: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Another process with `store` open on the same store; `before`: the command that runs it, where one does."""
    setup = """
    from pathlib import Path
    from indexer.settings import Settings
    from indexer.store import Store
    from tests.store import samples
    settings = Settings.from_environment()
    store = Store.open(settings.store, settings=settings)
    """
    program = textwrap.dedent(setup) + textwrap.dedent(code)
    given = {name: str(getattr(settings, name)) for name in ("store", "embedding_model", "database_url", "chroma_url")}
    given = {f"YUSUAN_{name.upper()}": value for name, value in given.items()}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **given}
    command = [*before, sys.executable, "-c", program]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_python(settings: Settings, code: str, before: Sequence[str] = ()) -> str:
    """What that process prints; it must end well."""
    process = start_python(settings, code, before)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out
