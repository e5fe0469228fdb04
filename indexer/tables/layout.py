"""One page as grids and lines, ready to be read together with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.tables.borderless import find_borderless
from indexer.tables.fill import fill_lattices
from indexer.tables.furniture import PageNumbers, edge_lines, mark, repeated_marks
from indexer.tables.grid import Grid
from indexer.tables.lattice import find_lattices
from indexer.tables.page import PageContent, skew_box, turn_box
from indexer.tables.runs import Line, chars_to_runs, runs_to_lines
from indexer.tables.words import is_page_number
from indexer.types import BBox


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Grids and the lines outside them, both top to bottom, in the reading frame."""

    number: int
    width: float
    height: float
    turn: int
    grids: tuple[Grid, ...]
    lines: tuple[Line, ...]
    confidence: float = 1.0
    skew: float = 0.0

    def shown(self, box: BBox) -> BBox:
        """A box of the reading frame on the page as displayed, rounded to hundredths of a point."""
        if self.turn:
            box = turn_box(box, self.width, self.height, self.turn)
        if self.skew:
            flat = self.turn % 2 == 0
            width, height = (self.width, self.height) if flat else (self.height, self.width)
            box = skew_box(box, width, height, self.skew)
        x0, y0, x1, y1 = box
        return (_hundredths(x0), _hundredths(y0), _hundredths(x1), _hundredths(y1))


@lru_cache(maxsize=8192)
def _hundredths(value: float) -> float:
    """Rounded; the cells of a table share their sides."""
    return round(value, 2)


def page_to_layout(page: PageContent, numbers: PageNumbers, before: PageLayout | None = None) -> PageLayout:
    """Grids by rulings first, then by alignment; what is left are lines.

    `numbers` remembers earlier pages; `before` is the last of them, whose table may go on here.
    """
    runs = numbers.without(chars_to_runs(page.chars), page.number, page.width, page.height)
    lattices, loose = find_lattices(page.horizontal, page.vertical)
    grids, rest = fill_lattices(lattices, runs, page.number)
    last = before.grids[-1] if before is not None and before.grids and not before.grids[-1].ruled else None
    open_grids, rest = find_borderless(loose, page.horizontal, rest, page.number, page.height, last)
    if open_grids:
        grids = sorted([*grids, *open_grids], key=lambda g: g.bbox[1])
    lines = runs_to_lines(rest)
    size = page.width, page.height
    return PageLayout(page.number, *size, page.turn, tuple(grids), tuple(lines), page.confidence, page.skew)


def drop_furniture(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """Pages without headers and footers that return on most pages, and without page numbers left over."""
    marks = repeated_marks([p.lines for p in pages], [p.height for p in pages])
    out: list[PageLayout] = []
    for page in pages:
        gone = {id(x) for x in edge_lines(page.lines, page.height) if mark(x) in marks or is_page_number(x.text)}
        out.append(replace(page, lines=tuple(x for x in page.lines if id(x) not in gone)) if gone else page)
    return out
