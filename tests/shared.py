"""Documents that lie beside a checkout rather than in it: published PDFs and question sets.

They are not the project's to distribute, so the tests that read them are skipped where they are missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the shared documents are not beside this checkout ({SHARED})"
)
