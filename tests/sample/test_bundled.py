"""The documents that ship: complete, small, readable anywhere, and equal to what the data makes."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from eval.generate.__main__ import main
from eval.generate.build import all_sources, load
from eval.generate.cases import Truth, case_lines, load_truths
from eval.generate.fonts import find_font
from indexer.errors import UsageError
from indexer.pdf import read_document
from indexer.pdf.plain import plain_text
from indexer.tables.contract import table_to_json
from tests.shared import SHARED, needs_shared

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
GOLDEN = Path(__file__).parent / "golden"
CASES = ROOT / "eval" / "cases" / "sample.jsonl"
TRUTHS = load_truths(GOLDEN)


def font() -> bool:
    try:
        find_font()
    except UsageError:
        return False
    return True


needs_font = pytest.mark.skipif(not font(), reason="needs the font that drawing needs (fonts-wqy-microhei)")
each_document = pytest.mark.parametrize("short", sorted(TRUTHS))


def amount(truths: dict[str, Truth], short: str, key: str) -> Decimal:
    return Decimal(truths[short]["facts"][key]["value"])


def test_the_folder_holds_exactly_the_documents_of_the_data() -> None:
    names = {source.document.id for source in all_sources()}
    assert {p.stem for p in SAMPLE.glob("*.pdf")} == names
    assert {p.name.removesuffix(".truth.json") for p in GOLDEN.glob("*.json")} == names


def test_the_sample_is_small_and_carries_its_fonts() -> None:
    files = sorted(SAMPLE.glob("*.pdf"))
    assert sum(f.stat().st_size for f in files) < 1_200_000
    for file in files:
        data = file.read_bytes()
        fonts = re.findall(rb"/BaseFont /([\w+-]+)", data)
        assert fonts
        assert all(b"WenQuanYi" in name and b"+" in name for name in fonts), f"{file.name}: {set(fonts)}"
        assert b"/FontFile2" in data


@each_document
def test_fictional_departments_say_so_on_the_cover(short: str) -> None:
    truth = TRUTHS[short]
    cover = plain_text(SAMPLE / f"{truth['id']}.pdf")[0]
    assert truth["department"] in cover
    assert ("示例数据（虚构）" in cover) == (truth["department"] != "石家庄市科学技术协会")


@each_document
def test_contents_pages_are_the_printed_pages(short: str) -> None:
    truth = TRUTHS[short]
    pages = plain_text(SAMPLE / f"{truth['id']}.pdf")
    entries = re.findall(r"(\S.*?)\s*\.{3,}\s*(\d+)", "\n".join(pages[1 : truth["front_pages"]]))
    assert len(entries) >= 8
    for title, page in entries:
        text = re.sub(r"\s", "", pages[int(page) + truth["front_pages"] - 1])
        assert re.sub(r"\s", "", title) in text


@each_document
def test_every_table_is_read_back_as_it_was_printed(short: str) -> None:
    truth = TRUTHS[short]
    read = [table_to_json(t) for t in read_document(SAMPLE / f"{truth['id']}.pdf").tables]
    assert [t["title"] for t in read] == [t["title"] for t in truth["tables"]]
    for got, true in zip(read, truth["tables"], strict=True):
        assert got["header"] == true["header_paths"], true["title"]
        assert got["rows"] == true["rows"], true["title"]
        assert got["pages"] == true["pages"], true["title"]
        assert got["kind"] == true["kind"], true["title"]
        assert true["unit"] in (None, got["unit"]), true["title"]
        assert got["notes"] == true["notes"], true["title"]


@needs_font
def test_generating_again_gives_the_same_bytes_truth_and_cases(tmp_path: Path) -> None:
    arguments = [
        "--out",
        str(tmp_path / "pdf"),
        "--truth",
        str(tmp_path / "truth"),
        "--cases",
        str(tmp_path / "c.jsonl"),
    ]
    assert main(arguments) == 0
    for folder, made in ((SAMPLE, "pdf"), (GOLDEN, "truth")):
        for file in sorted(folder.glob("*.*")):
            assert (tmp_path / made / file.name).read_bytes() == file.read_bytes(), file.name
    assert (tmp_path / "c.jsonl").read_bytes() == CASES.read_bytes()


def test_cases_are_what_the_truth_says(truths: dict[str, Truth]) -> None:
    assert CASES.read_text(encoding="utf-8") == case_lines(load("questions.yaml"), truths)


def test_a_font_that_is_not_there_is_a_wrong_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("YUSUAN_SAMPLE_FONT", raising=False)
    monkeypatch.setattr("eval.generate.fonts._PLACES", ())
    assert main(["--out", str(tmp_path), "--font", str(tmp_path / "none.ttf")]) == 2
    assert "fonts-wqy-microhei" in capsys.readouterr().err


@pytest.mark.parametrize(
    "key", ["all.total", "all.basic", "all.proj", "tp.total", "tp.reception", "tp.running", "oper"]
)
@pytest.mark.parametrize("short", ["water23", "water24"])
def test_last_year_in_the_prose_is_last_years_document(short: str, key: str, truths: dict[str, Truth]) -> None:
    before = f"water{int(short[-2:]) - 1}"
    change = amount(truths, short, key) - amount(truths, before, key)
    printed = truths[short]["facts"].get("delta." + key)
    assert (Decimal(printed["value"]) if printed else Decimal(0)) == change


def test_final_accounts_fit_the_budgets_around_them(truths: dict[str, Truth]) -> None:
    for key in ("tp.total", "tp.abroad", "tp.running", "tp.reception", "all.gp"):
        assert amount(truths, "water23f", "bud." + key) == amount(truths, "water23", key)
    assert amount(truths, "water23f", "all.carry_in") == amount(truths, "water23", "all.carry")
    assert amount(truths, "water23f", "all.carry_out") == amount(truths, "water24", "all.carry")
    income = amount(truths, "water23f", "all.in.total") + amount(truths, "water23f", "all.carry_in")
    assert income == amount(truths, "water23f", "all.total") + amount(truths, "water23f", "all.carry_out")
    cars = [
        truths[short]["facts"][key]
        for short, key in (("water23f", "count.vehicles"), ("water24", "asset.vehicle.count"))
    ]
    assert cars[0]["value"] == cars[1]["value"]


@needs_shared
def test_the_real_department_prints_the_published_tables() -> None:
    published = json.loads((SHARED / "seed" / "truth.json").read_text(encoding="utf-8"))["tables"]
    ours = TRUTHS["kexie23"]["tables"]

    def squeezed(rows: list[list[str]]) -> list[list[str]]:
        return [[re.sub(r"\s", "", cell) for cell in row] for row in rows]

    assert [t["title"] for t in ours] == [t["title"] for t in published]
    for mine, theirs in zip(ours, published, strict=True):
        assert mine["header_paths"] == theirs["header_paths"]
        assert squeezed(mine["rows"]) == squeezed(theirs["rows"]), mine["title"]
        assert mine["unit"] == theirs["unit"]
