"""Looking into a store from outside, and working on it from another process."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

from indexer.settings import Settings
from indexer.store import Store
from indexer.store.database import FILE_NAME

ROOT = Path(__file__).resolve().parents[2]


def vector_count(store: Store) -> int:
    """Vectors that Chroma holds for the store."""
    return int(store.llama_vector_store().client.count())


def leftovers(store: Store) -> dict[str, int]:
    """Tables (meta aside) and folders that still hold something."""
    connection = sqlite3.connect(store.directory / FILE_NAME)
    names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    own = [n for n in names if n != "meta" and not n.startswith(("sqlite_", "chunk_words_"))]
    counts = {n: connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in own}
    connection.close()
    counts["files"] = len(list((store.directory / "files").iterdir()))
    return {name: count for name, count in counts.items() if count}


def start_python(settings: Settings, code: str) -> subprocess.Popen[str]:
    """Another process with `store` open on the same folder."""
    setup = f"""
    from pathlib import Path
    from indexer.settings import Settings
    from indexer.store import Store
    from tests.store import samples
    store = Store.open(Path({str(settings.store)!r}), settings=Settings(embedding_model={settings.embedding_model!r}))
    """
    program = textwrap.dedent(setup) + textwrap.dedent(code)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_python(settings: Settings, code: str) -> str:
    """What that process prints; it must end well."""
    process = start_python(settings, code)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out
