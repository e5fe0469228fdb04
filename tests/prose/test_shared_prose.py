"""The prose figures of documents whose truth is known."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from indexer.claims import sections_to_claims
from indexer.metadata import describe
from indexer.pdf import read_document
from indexer.sections import contents, lines_to_sections
from indexer.types import ClaimRole
from tests.shared import SHARED, needs_shared

ROLES = {
    "delta": ClaimRole.CHANGE,
    "pct": ClaimRole.CHANGE_RATE,
    "share": ClaimRole.SHARE,
    "rate": ClaimRole.COMPLETION,
    "assetn": ClaimRole.COUNT,
}
THREE_PUBLIC = {
    "total": "total",
    "cg": "abroad",
    "gz": "vehicle_purchase",
    "yx": "vehicle_running",
    "yc": "vehicles",
    "jd": "reception",
}
TRUTHS = sorted(SHARED.glob("corpus*/*.truth.json"))


def concept_of(key: str) -> str:
    """The concept of a truth key, "" where this test does not ask for it."""
    parts = [p for p in key.split(".") if p not in (*ROLES, "bud")]
    if parts[0] == "sg":
        return f"three_public.{THREE_PUBLIC[parts[1]]}"
    if parts[0] in ("gp", "gf", "fis", "func") and parts[-1].isdigit():
        return f"func.{parts[-1]}"
    return {"oper": "operating_funds", "person": "expenditure.person"}.get(parts[0], "")


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: f"{p.parent.name}-{p.name.split('.')[0]}")
def test_every_prose_figure_becomes_a_claim(path: Path):
    truth = json.loads(path.read_text("utf-8"))
    reading = read_document(path.with_name(path.name.replace(".truth.json", ".pdf")))
    sections = lines_to_sections(reading)
    info = describe(reading, sections, reading.tables)
    assert (info.department, info.year, info.doc_type) == (truth["dept"], truth["year"], truth["kind"])
    by_place = defaultdict(list)
    for claim in sections_to_claims(info, sections, ()):
        by_place[claim.source.page, abs(claim.value), claim.role].append(claim)
    for key, fact in truth["facts"].items():
        for occurrence in fact["occurrences"]:
            if occurrence["where"] == "prose":
                value = abs(Decimal(occurrence["printed"].replace(",", "").rstrip("%")))
                found = by_place[occurrence["page"], value, ROLES.get(key.split(".")[0], ClaimRole.AMOUNT)]
                assert found, (key, occurrence)
                assert concept_of(key) in ("", *(c.concept for c in found)), (key, occurrence)


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("path", TRUTHS[:10], ids=lambda p: p.name.split(".")[0])
def test_headings_and_contents(path: Path):
    """Every true section that is not a table's title is a heading, on its page."""
    truth = json.loads(path.read_text("utf-8"))
    if any(table["border"] != "grid" for table in truth["tables"]):
        pytest.skip("the edges of a table without frame are for the tests of tables")
    reading = read_document(path.with_name(path.name.replace(".truth.json", ".pdf")))
    found = {(s.title.replace(" ", ""), s.pages[0]) for s in lines_to_sections(reading)}
    tables = {table["title"] for table in truth["tables"]}
    for section in truth["sections"]:
        if section["title"] not in tables and not section["title"].endswith("表"):
            assert (section["title"].replace(" ", ""), section["page"]) in found
    printed = {title.replace(" ", ""): number for title, number, _ in contents(reading)}
    for section in truth["sections"]:
        title = section["title"].replace(" ", "")
        assert printed.get(title, section["printed_page"]) in (section["printed_page"], None)
