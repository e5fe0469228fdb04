from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.store import samples

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "data" / "sample").glob("*.pdf"), key=lambda file: file.stat().st_size)


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.decode().splitlines()]


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def run(tmp_path: Path, model: Path) -> Run:
    """Runs `python -m indexer` on a store of its own with a tiny model, from another folder than the checkout."""

    def run_(*args: str | Path, store: Path | None = tmp_path / "store", **environment: str) -> Ran:
        given = [str(a) for a in args] + (["--store", str(store)] if store else [])
        env = {k: v for k, v in os.environ.items() if not k.startswith("YUSUAN_")}
        env |= {"PYTHONPATH": str(ROOT), "YUSUAN_EMBEDDING_MODEL": str(model)}
        env |= {f"YUSUAN_{k}": v for k, v in environment.items()}
        command = [sys.executable, "-m", "indexer", *given]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, timeout=300, check=False)
        return Ran(done.returncode, done.stdout, done.stderr.decode())

    return run_


@pytest.fixture(scope="session")
def sample() -> Path:
    """The smallest document of the bundled sample."""
    if not SAMPLES:
        pytest.skip("the checkout has no data/sample")
    return SAMPLES[0]
