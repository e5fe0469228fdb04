"""What the commands say of files and calls that cannot work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from tests.cli.conftest import Run


def missing(folder: Path, _sample: Path) -> Path:
    return folder / "没有.pdf"


def empty_folder(folder: Path, _sample: Path) -> Path:
    path = folder / "空"
    path.mkdir()
    return path


def empty_file(folder: Path, _sample: Path) -> Path:
    path = folder / "零字节.pdf"
    path.touch()
    return path


def other_file(folder: Path, _sample: Path) -> Path:
    path = folder / "其实是网页.pdf"
    path.write_text("<html><body>404</body></html>")
    return path


def encrypted(folder: Path, sample: Path) -> Path:
    writer = PdfWriter(clone_from=PdfReader(sample))
    writer.encrypt("secret", algorithm="AES-256")
    path = folder / "加密.pdf"
    writer.write(path)
    return path


def truncated(folder: Path, sample: Path) -> Path:
    path = folder / "截断.pdf"
    path.write_bytes(sample.read_bytes()[:2000])
    return path


Make = Callable[[Path, Path], Path]
BAD: dict[Make, str] = {
    missing: "not_found",
    empty_folder: "not_found",
    empty_file: "not_pdf",
    other_file: "not_pdf",
    encrypted: "encrypted",
    truncated: "damaged",
}
KEYS = (  # contract.md
    "document",
    "title",
    "department",
    "year",
    "doc_type",
    "pages",
    "tables",
    "facts",
    "chunks",
    "status",
    "seconds",
    "problems",
)


@pytest.mark.parametrize("make", BAD)
def test_add_names_each_failure(make: Make, tmp_path: Path, sample: Path, run: Run) -> None:
    path = make(tmp_path, sample)
    ran = run("add", path)
    assert ran.status == 1
    (line,) = ran.lines
    assert tuple(line) == KEYS
    assert (line["document"], line["status"]) == (path.stem, "failed")
    (problem,) = line["problems"]
    assert problem["kind"] == BAD[make]
    assert path.name in problem["message"]
    assert "Traceback" not in ran.err
    if BAD[make] == "not_found":
        assert not (tmp_path / "store").exists()
    else:
        assert run("list").lines == []


@pytest.mark.parametrize("make", [m for m in BAD if m is not empty_folder])
def test_tables_names_the_failure(make: Make, tmp_path: Path, sample: Path, run: Run) -> None:
    ran = run("tables", make(tmp_path, sample))
    assert ran.status == 1
    assert ran.lines[0]["problems"][0]["kind"] == BAD[make]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("fly",),
        ("add",),
        ("remove",),
        ("tables",),
        ("export", "--format", "pdf"),
        ("list", "--nonsense"),
    ],
)
def test_a_wrong_call_is_status_2(args: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    ran = run(*args)
    assert (ran.status, ran.out) == (2, b"")
    assert ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_is_status_2(run: Run, tmp_path: Path) -> None:
    ran = run("list", MAX_PAGES="many")
    assert (ran.status, ran.out) == (2, b"")
    assert "YUSUAN_MAX_PAGES" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("list",), ("check",), ("export",), ("remove", "甲"), ("reembed",)])
def test_a_store_that_is_not_there_is_named_and_not_made(command: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    ran = run(*command)
    assert (ran.status, ran.out) == (1, b"")
    assert "还没有索引库" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_limits_are_settings(sample: Path, run: Run) -> None:
    ran = run("add", sample, MAX_PAGES="2")
    assert ran.status == 1
    assert ran.lines[0]["problems"][0]["kind"] == "limit"
    assert "上限 2 页" in ran.lines[0]["problems"][0]["message"]


def test_a_model_that_cannot_be_loaded_is_named(sample: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "nothing").mkdir()
    ran = run("add", sample, EMBEDDING_MODEL=str(tmp_path / "nothing"))
    assert (ran.status, ran.out) == (1, b"")
    assert "没有向量模型" in ran.err
    assert "Traceback" not in ran.err
