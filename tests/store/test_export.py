"""Exports that spreadsheets open as data, never as formulas."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from indexer.errors import UnknownDocumentError
from indexer.export import COLUMNS, export
from indexer.store import Store
from tests.store import samples

HOSTILE = ('=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "@SUM(A1)", "-办公费", "\t=1+1", "坏\x0b字")


@pytest.fixture
def filled(tmp_path: Path, store: Store) -> Store:
    pdf = samples.pdf(tmp_path, "甲")
    content = samples.content(pdf, amount="-1234567890.10")
    facts = tuple(replace(content.facts[0], id=f"x{n}", item=item) for n, item in enumerate(HOSTILE))
    store.write(replace(content, facts=content.facts + facts), pdf)
    return store


def written(store: Store, format_: str) -> bytes:
    target = io.BytesIO()
    export(store, format_, target)
    return target.getvalue()


def test_csv_opens_in_excel_and_runs_nothing(filled: Store) -> None:
    data = written(filled, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 9
    assert rows[0]["数值"] == "-1234567890.10"
    assert rows[0]["项目"] == "公务接待费"
    assert rows[0]["表"] == "“三公”经费预算表"
    assert [row["项目"] for row in rows[3:8]] == [f"'{item}" for item in HOSTILE[:5]]


def test_xlsx_holds_numbers_and_text(filled: Store) -> None:
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    sheet = load_workbook(io.BytesIO(written(filled, "xlsx"))).active
    assert sheet is not None
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert len(rows) == 9
    assert Decimal(str(rows[0]["value"].value)) == Decimal("-1234567890.10")
    assert rows[0]["value"].data_type == "n"
    assert [row["item"].value for row in rows[3:7]] == list(HOSTILE[:4])
    assert {row["item"].data_type for row in rows} == {"s"}
    assert rows[8]["item"].value == "坏字"


def test_jsonl_keeps_decimals_as_text(filled: Store) -> None:
    rows = [json.loads(line) for line in written(filled, "jsonl").decode().splitlines()]
    assert set(rows[0]) == set(COLUMNS)
    assert rows[0]["value"] == "-1234567890.10"
    assert rows[3]["item"] == HOSTILE[0]


@pytest.mark.parametrize("format_", ["csv", "xlsx", "jsonl"])
def test_an_empty_store_gives_an_empty_file_of_its_kind(store: Store, format_: str) -> None:
    assert (written(store, format_) == b"") == (format_ == "jsonl")


def test_an_unknown_document_is_named_before_anything_is_written(filled: Store) -> None:
    target = io.BytesIO()
    with pytest.raises(UnknownDocumentError):
        export(filled, "csv", target, ["甲", "乙"])
    assert target.getvalue() == b""
