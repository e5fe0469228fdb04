"""The commands on a real document of the bundled sample, from adding to removing."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.settings import Settings
from indexer.store import Store
from tests.cli.conftest import ROOT, SAMPLES, Run

FINDING = {  # contract.md
    "document",
    "page",
    "rule",
    "kind",
    "where",
    "printed",
    "expected",
    "inputs",
    "severity",
    "message",
    "printed_unit",
    "expected_unit",
}


@pytest.fixture
def pdf(tmp_path: Path, sample: Path) -> Path:
    """A copy whose folder can be changed."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    return Path(shutil.copy(sample, tmp_path / "in" / "sub"))


def test_add_list_check_export_remove(pdf: Path, tmp_path: Path, run: Run) -> None:
    bad = tmp_path / "in" / "坏.pdf"
    bad.write_text("no PDF")
    ran = run("add", tmp_path / "in")
    assert ran.status == 1
    by_name = {line["document"]: line for line in ran.lines}
    assert {name: line["status"] for name, line in by_name.items()} == {pdf.stem: "indexed", "坏": "failed"}
    added = by_name[pdf.stem]
    assert added["title"]
    assert added["department"] in pdf.stem
    assert str(added["year"]) in pdf.stem
    assert added["doc_type"] in pdf.stem
    assert min(added[key] for key in ("pages", "tables", "facts", "chunks")) > 0

    bad.unlink()
    ran = run("add", tmp_path / "in", pdf)
    assert (ran.status, [line["status"] for line in ran.lines]) == (0, ["unchanged"])

    ran = run("list")
    (held,) = ran.lines
    assert ran.status == 0
    shared = ("document", "title", "department", "year", "doc_type", "pages", "tables", "facts", "chunks")
    assert {key: held[key] for key in shared} == {key: added[key] for key in shared}

    ran = run("check", pdf.stem)
    assert ran.status == 0
    assert all(set(line) >= FINDING for line in ran.lines)
    ran = run("check", pdf.stem, "没有")
    assert ran.status == 1
    assert "没有" in ran.err

    ran = run("export")
    rows = list(csv.reader(io.StringIO(ran.out.decode("utf-8-sig"))))
    assert (ran.status, len(rows)) == (0, added["facts"] + 1)
    ran = run("export", "--format", "jsonl")
    assert len(ran.lines) == added["facts"]
    ran = run("export", "--format", "xlsx", "--output", tmp_path / "out.xlsx")
    assert (ran.status, ran.out) == (0, b"")
    assert (tmp_path / "out.xlsx").read_bytes().startswith(b"PK")

    ran = run("remove", "没有", pdf.stem)
    assert ran.status == 1
    assert {line["document"]: line["status"] for line in ran.lines} == {"没有": "failed", pdf.stem: "removed"}
    assert run("list").lines == []
    assert list((tmp_path / "store" / "files").iterdir()) == []


def test_the_store_is_where_the_setting_says(pdf: Path, tmp_path: Path, run: Run) -> None:
    assert run("add", pdf, store=None, STORE=str(tmp_path / "elsewhere")).status == 0
    assert len(run("list", store=tmp_path / "elsewhere").lines) == 1
    assert run("list").status == 1


def test_tables_needs_no_store(pdf: Path, tmp_path: Path, run: Run) -> None:
    ran = run("tables", pdf)
    (reading,) = ran.lines
    assert ran.status == 0
    assert reading["document"] == pdf.stem
    assert reading["tables"]
    assert set(reading["tables"][0]) >= {"title", "kind", "unit", "pages", "header", "rows", "notes"}
    assert not (tmp_path / "store").exists()


def test_a_store_in_use_is_refused_and_still_read(pdf: Path, tmp_path: Path, model: Path, run: Run) -> None:
    assert run("add", pdf).status == 0
    with Store.open(tmp_path / "store", settings=Settings(embedding_model=str(model))) as store:
        store.own()
        for command in (("add", pdf), ("remove", pdf.stem), ("reembed",)):
            ran = run(*command)
            assert (ran.status, ran.out) == (1, b"")
            assert "正由另一个程序写入" in ran.err
        for command in (("list",), ("check",), ("export",)):
            assert run(*command).status == 0
    assert run("remove", pdf.stem).status == 0


def test_another_model_needs_reembed(pdf: Path, run: Run) -> None:
    assert run("add", pdf, EMBEDDING_MODEL="none").status == 0
    ran = run("add", pdf)
    assert ran.status == 1
    assert "python -m indexer reembed" in ran.err
    ran = run("reembed")
    assert ran.status == 0
    assert ran.lines[0]["vectors"] > 0
    assert [line["status"] for line in run("add", pdf).lines] == ["unchanged"]


def test_documents_survive_in_sql_as_plain_columns(pdf: Path, tmp_path: Path, run: Run) -> None:
    facts = run("add", pdf).lines[0]["facts"]
    connection = sqlite3.connect(tmp_path / "store" / "yusuan.db")
    query = "SELECT count(*) FROM facts JOIN documents USING (generation) WHERE document = ? AND value <> ''"
    assert connection.execute(query, (pdf.stem,)).fetchone()[0] == facts
    connection.close()


def test_an_interrupt_ends_everything_and_keeps_the_store(tmp_path: Path, model: Path, run: Run) -> None:
    for number in range(12):
        for file in SAMPLES:
            (tmp_path / "in" / str(number)).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, tmp_path / "in" / str(number) / f"{number}-{file.name}")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "YUSUAN_EMBEDDING_MODEL": str(model)}
    command = [sys.executable, "-m", "indexer", "add", "in", "--store", "store"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (130, False), err
    held = run("list").lines
    assert first["document"] in {line["document"] for line in held}
    assert 0 < len(held) < 12 * len(SAMPLES)
    assert run("remove", *[line["document"] for line in held]).status == 0
