"""Planted and confirmed mistakes of the shared documents."""

from __future__ import annotations

import pytest

from tests.shared import SHARED, needs_shared


@needs_shared
@pytest.mark.slow
def test_planted_mistakes_are_found_and_none_imagined():
    from eval.defects import outcomes

    found = list(outcomes(SHARED))
    planted = [o for folder, o in found if folder.startswith("corpus") and o.defects]
    clean = [o for folder, o in found if folder in ("corpus", "seed") and not o.defects]
    assert sum(len(o.found) for o in planted) >= 0.95 * sum(len(o.defects) for o in planted)
    assert sum(len(o.false) for o in clean) <= 0.5 * len(clean)
    published = [o for folder, o in found if folder == "real"]
    assert sum(len(o.false) for o in published) <= 2 * len(published)
