"""How many known mistakes the consistency rules find, and how many they imagine.

usage: python -m eval.defects [SHARED] [--list]

Reads every PDF under SHARED/corpus, corpus_defects, real and seed, checks it, and compares the findings with the
mistakes that are known: planted ones beside each example (`truth.json`), confirmed ones of the published documents
(`questions/real_defects.jsonl`). A finding is false where it is an error that belongs to no known mistake.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.pipeline import read_content
from indexer.settings import Settings
from indexer.text import normalize
from indexer.types import DocumentContent, Finding, IdentityStatus

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FOLDERS = ("corpus", "corpus_defects", "real", "seed")
_ALIKE = {
    "base_year": {"base_year"}, "direction": {"direction"}, "toc_page": {"toc_page"}, "zero_base": {"zero_base"},
    "prose_copy": {"prose_copy"}, "name": {"name"}, "note": {"note"}, "template_residue": {"template_residue"},
    "self_contradiction": {"self_contradiction"},
}  # fmt: skip
_COMMON_RUN = 4


@dataclass(frozen=True, slots=True)
class Defect:
    """A known mistake. `numbers`: figures that it is about; `number`: its place in the list it comes from, the same
    in every document that repeats it."""

    kind: str
    pages: tuple[int, ...]
    text: str
    certain: bool
    number: int

    @property
    def numbers(self) -> frozenset[str]:
        return _numbers(self.text)


@dataclass(slots=True)
class Outcome:
    """What became of one document."""

    document: str
    checked: int
    held: int
    defects: Sequence[Defect]
    found: list[Defect] = field(default_factory=list)
    false: list[Finding] = field(default_factory=list)


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", normalize(text))


def _numbers(text: str) -> frozenset[str]:
    """Figures with a point or at least three digits, without separators, trailing zeros and years."""
    found = set()
    for m in _NUMBER.findall(normalize(text)):
        number = m.replace(",", "")
        number = number.rstrip("0").rstrip(".") if "." in number else number
        if (len(number.replace(".", "")) >= 3 or "." in number) and not re.fullmatch(r"20\d\d", number):
            found.add(number)
    return frozenset(found)


def _planted(path: Path) -> tuple[Defect, ...]:
    truth = path.with_suffix(".truth.json")
    if not truth.exists():
        return ()
    raw: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    return tuple(
        Defect(d["kind"], (d["page"],), f"{d['printed']} {d.get('true', '')}", True, n)
        for n, d in enumerate(raw.get("defects", ()))
    )


def _confirmed(shared: Path) -> Mapping[str, list[Defect]]:
    """Confirmed mistakes of the published documents, by document."""
    found: dict[str, list[Defect]] = {}
    lines = (shared / "questions" / "real_defects.jsonl").read_text(encoding="utf-8").splitlines()
    for number, raw in enumerate(json.loads(line) for line in lines if line.strip()):
        documents = raw["doc"] if isinstance(raw["doc"], list) else [raw["doc"]]
        pages = raw["page"] if isinstance(raw["page"], list) else [raw["page"]]
        text = f"{raw['printed']} {raw['expected']} {raw['where']}"
        for n, document in enumerate(documents):
            own = pages if len(documents) == 1 else pages[n : n + 1]
            defect = Defect(raw["kind"], tuple(own), text, bool(raw["certain"]), number)
            found.setdefault(document, []).append(defect)
    return found


def _says(finding: Finding) -> str:
    inputs = " ".join(f"{i.value} {i.row}" for i in finding.inputs)
    return f"{finding.printed}{finding.printed_unit} {finding.expected} {finding.message} {inputs}"


def _belongs(finding: Finding, defect: Defect) -> bool:
    """Whether a finding is about a known mistake: on its page, with its kind of words or one of its figures."""
    pages = {finding.page, *(i.page for i in finding.inputs)}
    pages |= {int(p) for p in re.findall(r"第(\d+)页", finding.message)}
    if not any(abs(p - q) <= 1 for p in pages for q in defect.pages):
        return False
    if finding.kind in _ALIKE.get(defect.kind, ()) and (len(defect.pages) == 1 or finding.page in defect.pages):
        close = min(abs(finding.page - p) for p in defect.pages) == 0
        if close and (defect.kind != "name" or _run(defect, finding)):
            return True
    if defect.numbers & _numbers(_says(finding)):
        return True
    return finding.kind == defect.kind and _run(defect, finding)


def _run(defect: Defect, finding: Finding) -> bool:
    """Whether both quote a run of characters."""
    one, other = _compact(defect.text), _compact(f"{finding.printed} {finding.message}")
    runs = {one[i : i + _COMMON_RUN] for i in range(len(one) - _COMMON_RUN + 1)}
    return any(run in other for run in runs if not run.isascii())


def judge(content: DocumentContent, defects: Sequence[Defect]) -> Outcome:
    """Known mistakes found and errors imagined in one document."""
    good = (IdentityStatus.HOLDS, IdentityStatus.ROUNDING)
    held = sum(i.status in good for i in content.identities)
    outcome = Outcome(content.info.id, len(content.identities), held, defects)
    for defect in defects:
        if any(_belongs(f, defect) for f in content.findings if f.severity != "hint"):
            outcome.found.append(defect)
    errors = [f for f in content.findings if f.severity == "error"]
    outcome.false = [f for f in errors if not any(_belongs(f, d) for d in defects)]
    return outcome


def outcomes(shared: Path) -> Iterator[tuple[str, Outcome]]:
    """Every document of the shared folders with its outcome."""
    confirmed = _confirmed(shared)
    settings = Settings()
    for folder in _FOLDERS:
        for path in sorted((shared / folder).glob("*.pdf")):
            if folder == "seed" and "scanned" in path.stem:
                continue
            known = confirmed.get(path.stem, []) if folder == "real" else _planted(path)
            yield folder, judge(read_content(path, settings), known)


def _show(outcome: Outcome) -> None:
    for defect in outcome.defects:
        if defect not in outcome.found:
            word = "missed" if defect.certain else "missed (uncertain)"
            print(f"    {word}: p{defect.pages} {defect.kind}: {defect.text[:90]}")
    for finding in outcome.false:
        print(f"    false: p{finding.page} {finding.rule}: {finding.message[:160]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one line a document and the totals."""
    parser = argparse.ArgumentParser(prog="python -m eval.defects", description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--list", action="store_true", help="name what was missed and what was imagined")
    options = parser.parse_args(arguments)
    if not options.shared.is_dir():
        print(f"找不到文件夹 {options.shared}", file=sys.stderr)
        return 2
    totals: dict[str, list[int]] = {}
    lines: dict[int, bool] = {}
    for folder, outcome in outcomes(options.shared):
        certain = [d for d in outcome.defects if d.certain]
        found = sum(d in outcome.found for d in certain)
        clean = "clean" if folder.startswith("corpus") and not outcome.defects else folder
        group = "planted" if folder.startswith("corpus") and outcome.defects else clean
        if folder == "real":
            for defect in certain:
                lines[defect.number] = lines.get(defect.number, True) and defect in outcome.found
        for key, value in enumerate((1, len(certain), found, len(outcome.false))):
            totals.setdefault(group, [0, 0, 0, 0])[key] += value
        print(
            f"{folder}/{outcome.document}: {outcome.held}/{outcome.checked} identities hold, "
            f"{found}/{len(certain)} known mistakes found, {len(outcome.false)} false errors"
        )
        if options.list:
            _show(outcome)
    for group, (documents, certain_count, found_count, false) in totals.items():
        share = f"{found_count}/{certain_count} found" if certain_count else "none known"
        print(f"{group}: {documents} documents, {share}, {false / documents:.2f} false errors a document")
    if lines:
        print(f"published, each mistake once: {sum(lines.values())}/{len(lines)} found in every document they stand in")
    return 0


if __name__ == "__main__":
    sys.exit(main())
