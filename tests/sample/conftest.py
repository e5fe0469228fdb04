"""The bundled sample beside its ground truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.generate.cases import Truth, load_truths

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def truths() -> dict[str, Truth]:
    return load_truths(GOLDEN)
