"""Documents whose tables are known cell for cell, and published ones that are known by their own sums."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.tables import pairs, score
from indexer.pipeline import read_content
from indexer.settings import Settings
from indexer.types import IdentityStatus, TableKind
from tests.shared import SHARED, needs_shared

KNOWN = list(pairs(SHARED)) if SHARED.is_dir() else []
PUBLISHED = sorted((SHARED / "real").glob("*.pdf"))
MANDATORY = {
    TableKind.BALANCE,
    TableKind.INCOME_TOTAL,
    TableKind.EXPENSE_TOTAL,
    TableKind.GRANT_BALANCE,
    TableKind.GENERAL_PUBLIC,
    TableKind.BASIC_ECONOMIC,
    TableKind.THREE_PUBLIC,
}


@needs_shared
@pytest.mark.parametrize(("pdf", "truth"), KNOWN, ids=[p.stem for p, _ in KNOWN])
def test_every_cell_stands_in_its_row_under_its_heading(tmp_path: Path, pdf: Path, truth: Path) -> None:
    found = score(SHARED, pdf, truth, tmp_path / "wrong")
    assert found["found"] == found["tables"]
    assert found["extra_tables"] == 0
    assert found["spurious_cells"] == 0
    assert found["numbers_right"] >= 0.999 * found["numbers"]
    assert found["rows_right"] >= 0.995 * found["rows"]


@needs_shared
@pytest.mark.parametrize("pdf", PUBLISHED, ids=[p.stem for p in PUBLISHED])
def test_published_documents_add_up_as_they_are_printed(pdf: Path) -> None:
    content = read_content(pdf, Settings())
    assert {t.kind for t in content.tables} >= MANDATORY
    assert not [p for p in content.problems if p.kind in ("bad_page", "no_text")]
    facts = {f.id for f in content.facts}
    sums = [i for i in content.identities if i.relation == "sum" and {i.target.ref, *(t.ref for t in i.terms)} <= facts]
    assert len(sums) >= 100
    failing = [i for i in sums if i.status is IdentityStatus.FAILS]
    assert len(failing) <= 0.01 * len(sums), [i.expression for i in failing]
