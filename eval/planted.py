"""Defect detection: documents drawn with wrong digits in them, read and checked like any other.

A planted mistake is found when an error speaks of its page and quotes the figure as printed. An error that speaks of
no planted mistake is false. Some mistakes cannot be found by anyone: nothing else in the document says the figure.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.generate.blocks import Block, Prose, TableBlock
from eval.generate.build import Source, all_sources
from eval.generate.fonts import find_font
from eval.generate.render import render
from eval.planting import first_number, misprinted
from eval.statistics import Share
from indexer.types import Finding

_WORDED = ("performance", "units")
"""Tables whose cells hold words and targets."""
_A_DOCUMENT = 3
Spot = tuple[int, int | str]
"""A printed figure's place: block and row, or block and key."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misprinted figure: which key of the truth it states, "cell" or "prose", right and wrong text, page."""

    key: str
    kind: str
    right: str
    wrong: str
    page: int


@dataclass(frozen=True, slots=True)
class Detection:
    """What checking one document found of its mistakes."""

    document: str
    mistakes: tuple[Mistake, ...]
    found: tuple[Mistake, ...]
    false: int


def planted_documents(folder: Path, rounds: int = 2, seed: int = 3) -> Iterator[Detection]:
    """Every document of the evaluation corpus clean and, `rounds` times, with mistakes in it."""
    font = find_font()
    for source in all_sources("evaluation"):
        for number in range(rounds + 1):
            chance = random.Random(f"{seed}/{number}/{source.short}")
            blocks, changed = _plant(source, chance) if number else (source.document.blocks, ())
            document = replace(source.document, blocks=blocks)
            target = folder / f"{document.id}.pdf"
            places = render(document, target, font)
            pages: dict[Spot, int] = {
                (i, r): first for i, rows in places.rows.items() for r, (first, _) in enumerate(rows)
            }
            pages |= {(i, key): page for i, marks in places.marks.items() for key, page in marks}
            mistakes = tuple(replace(m, page=pages[at]) for at, m in changed)
            yield _detect(target, mistakes)


def _plant(source: Source, chance: random.Random) -> tuple[tuple[Block, ...], tuple[tuple[Spot, Mistake], ...]]:
    """Blocks with wrong digits, and where each stands."""
    blocks = list(source.document.blocks)
    spots = [s for s in _spots(blocks) if s[2] != "count"]
    out: list[tuple[Spot, Mistake]] = []
    for index, at, kind in chance.sample(spots, min(_A_DOCUMENT, len(spots))):
        block = blocks[index]
        if isinstance(block, TableBlock):
            row, column = divmod(at, len(block.columns))
            cell = block.rows[row][column]
            wrong = misprinted(cell.text, chance)
            rows = [list(r) for r in block.rows]
            rows[row][column] = replace(cell, text=wrong)
            blocks[index] = replace(block, rows=tuple(map(tuple, rows)))
            out.append(((index, row), Mistake(cell.key, kind, cell.text, wrong, 0)))
        elif isinstance(block, Prose):
            mark = block.marks[at]
            text = misprinted(block.text, chance, mark.start)
            right, wrong = (first_number(t[mark.start :]) for t in (block.text, text))
            blocks[index] = replace(block, text=text)
            out.append(((index, mark.key), Mistake(mark.key, kind, right, wrong, 0)))
    return tuple(blocks), tuple(out)


def _spots(blocks: Sequence[Block]) -> Iterator[tuple[int, int, str]]:
    """Where figures stand: block, cell or mark number, "cell", "prose" or "count"."""
    for index, block in enumerate(blocks):
        if isinstance(block, TableBlock) and block.kind not in _WORDED:
            for row, cells in enumerate(block.rows):
                for column, cell in enumerate(cells):
                    if cell.key and re.search("[1-9]", cell.text):
                        yield index, row * len(block.columns) + column, "count" if ".count" in cell.key else "cell"
        elif isinstance(block, Prose) and not block.level:
            for number, mark in enumerate(block.marks):
                if re.search("[1-9]", first_number(block.text[mark.start :])):
                    yield index, number, "count" if "count" in mark.key else "prose"


def _detect(pdf: Path, mistakes: tuple[Mistake, ...]) -> Detection:
    from indexer.pipeline import read_content
    from indexer.settings import Settings

    content = read_content(pdf, Settings())
    errors = [f for f in content.findings if f.severity == "error"]
    found = tuple(m for m in mistakes if any(speaks_of(f, m) for f in errors))
    false = sum(not any(speaks_of(f, m) for m in mistakes) for f in errors)
    return Detection(pdf.stem, mistakes, found, false)


def speaks_of(finding: Finding, mistake: Mistake) -> bool:
    """Whether a finding names the planted figure, on its page."""
    said = f"{finding.printed} {finding.message} " + " ".join(i.value for i in finding.inputs)
    pages = {finding.page, *(i.page for i in finding.inputs), *map(int, re.findall(r"第(\d+)页", finding.message))}
    figures = {_plain(n) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", said)}
    return mistake.page in pages and _plain(mistake.wrong) in figures


def _plain(number: str) -> str:
    digits = number.replace(",", "")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def detection_shares(detections: Sequence[Detection]) -> dict[str, Share]:
    """Found mistakes by kind and in all."""
    pairs = [(m.kind, m in d.found) for d in detections for m in d.mistakes]
    kinds = sorted({k for k, _ in pairs})
    shares = {k: Share(sum(f for kind, f in pairs if kind == k), sum(kind == k for kind, _ in pairs)) for k in kinds}
    return {**shares, "all": Share(sum(f for _, f in pairs), len(pairs))}
