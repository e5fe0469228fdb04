"""The page of measured figures is written anew by one command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from eval import performance
from eval.environment import environment
from eval.servers import postgres_programs
from indexer.errors import UsageError
from indexer.settings import ROOT, Settings

PAGE = ROOT / "docs" / "performance.md"


@pytest.mark.slow
def test_everything_is_measured_and_written_into_its_place(tmp_path: Path) -> None:
    if postgres_programs() is None and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    pdf = min((ROOT / "data" / "sample").glob("*.pdf"), key=lambda path: path.stat().st_size)
    parts = performance.measure([pdf], (1, 2), 2, Settings(store=tmp_path / "store"))
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    performance.write(page, parts)
    text = page.read_text("utf-8")
    for kind in (
        "| SQLite | embedded |",
        "| SQLite | server |",
        "| PostgreSQL | embedded |",
        "| PostgreSQL | server |",
    ):
        assert text.count(kind) == 1
    assert text.count("```mermaid") == 3
    assert 'x-axis "documents" ["1", "2"]' in text
    assert "pdfplumber's tables" in text
    performance.write(page, parts)
    assert page.read_text("utf-8") == text, "again the same, and what stands around it stays"


def test_figures_have_their_units_and_big_ones_their_commas() -> None:
    rows: list[dict[str, Any]] = [{"documents": 1000, "writing_s_each": 0.451, "database_mb": 1260.4, "first": "x"}]
    columns = {"documents": "documents", "writing": "writing_s_each", "database": "database_mb"}
    assert performance.table(columns, rows).splitlines()[-1] == "| 1,000 | 0.451 s | 1,260.4 MB |"


def test_a_page_without_the_place_is_refused_and_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing", "utf-8")
    with pytest.raises(UsageError, match="<!-- growth -->"):
        performance.write(page, {"growth": "x"})
    assert page.read_text("utf-8") == "nothing"


def test_no_secret_is_told_in_a_report() -> None:
    told = environment(Settings(staff_password="geheim", llm_api_key="geheim", database_url="postgresql://geheim@x/y"))
    assert "geheim" not in str(told)
    assert "设置 max_mb" in told
