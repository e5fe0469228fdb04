"""Extraction against the true tables: one line a document and a total.

usage: python -m eval.tables [SHARED_DIR] [--wrong DIR] [--only WORD]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from indexer.pdf import read_document
from indexer.tables.contract import tables_to_json

_SEED = ("seed_ruled.pdf", "seed_spreadsheet.pdf", "seed_threeline.pdf")
_SHARES = {"numbers": "numbers_right", "headings": "headings_right", "rows": "rows_right", "text": "text_right"}


def pairs(shared: Path) -> Iterator[tuple[Path, Path]]:
    """(PDF, truth) of every document whose tables are known."""
    for name in _SEED:
        yield shared / "seed" / name, shared / "seed" / "truth.json"
    for folder in ("corpus", "corpus_defects"):
        for truth in sorted((shared / folder).glob("*.truth.json")):
            yield truth.with_name(truth.name.removesuffix(".truth.json") + ".pdf"), truth


def score(shared: Path, pdf: Path, truth: Path, wrong: Path) -> dict[str, float]:
    """Figures of the table scorer for one document, with the time a page took."""
    started = time.process_time()
    reading = read_document(pdf)
    seconds = time.process_time() - started
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables.json"
        tables.write_text(
            json.dumps(tables_to_json(pdf.stem, reading.pages, reading.tables), ensure_ascii=False), encoding="utf-8"
        )
        command = [
            sys.executable,
            str(shared / "table_score.py"),
            str(truth),
            str(tables),
            "--json",
            "--wrong",
            str(wrong),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    figures["pages"] = reading.pages
    figures["ms"] = seconds * 1000
    return figures


def line(name: str, figures: dict[str, float]) -> str:
    shares = "  ".join(f"{k} {figures[v] / max(figures[k], 1):.4f}" for k, v in _SHARES.items())
    return (
        f"{shares}  tables {figures['found']:.0f}/{figures['tables']:.0f}+{figures['extra_tables']:.0f}  "
        f"units {figures['units']:.0f}  spurious {figures['spurious_cells']:.0f}  "
        f"{figures['ms'] / max(figures['pages'], 1):.1f} ms/page  {name}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--wrong", type=Path, help="folder for the lists of wrong cells")
    parser.add_argument("--only", default="", help="only documents whose path holds this")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    for pdf, truth in pairs(options.shared):
        if options.only not in str(pdf):
            continue
        folder = options.wrong or Path(tempfile.gettempdir())
        folder.mkdir(parents=True, exist_ok=True)
        figures = score(options.shared, pdf, truth, folder / f"{pdf.parent.name}-{pdf.stem}.wrong.txt")
        print(line(f"{pdf.parent.name}/{pdf.stem}", figures), flush=True)
        total.update({k: v for k, v in figures.items() if not k.endswith("accuracy")})
    if total:
        print(line("TOTAL", dict(total)))


if __name__ == "__main__":
    main()
