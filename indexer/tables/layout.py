"""One page as grids and lines, ready to be read together with its neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.tables.borderless import find_borderless
from indexer.tables.fill import fill_lattices
from indexer.tables.grid import Grid
from indexer.tables.lattice import find_lattices
from indexer.tables.page import PageContent, turn_box
from indexer.tables.runs import Line, chars_to_runs, runs_to_lines
from indexer.tables.words import is_page_number
from indexer.text import fold
from indexer.types import BBox

_MARGIN = 0.12
"""Part of the page's height in which headers and footers stand."""


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Grids and the lines outside them, both top to bottom, in the reading frame."""

    number: int
    width: float
    height: float
    turn: int
    grids: tuple[Grid, ...]
    lines: tuple[Line, ...]

    def shown(self, box: BBox) -> BBox:
        """A box of the reading frame on the page as displayed, rounded to hundredths of a point."""
        x0, y0, x1, y1 = turn_box(box, self.width, self.height, self.turn)
        return (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def page_to_layout(page: PageContent) -> PageLayout:
    """Grids by rulings first, then by alignment; what is left are lines."""
    runs = chars_to_runs(page.chars)
    lattices, loose = find_lattices(page.horizontal, page.vertical)
    grids, rest = fill_lattices(lattices, runs, page.number)
    open_grids, rest = find_borderless(loose, page.horizontal, rest, page.number, page.height)
    if open_grids:
        grids = sorted([*grids, *open_grids], key=lambda g: g.bbox[1])
    lines = runs_to_lines(rest)
    return PageLayout(page.number, page.width, page.height, page.turn, tuple(grids), tuple(lines))


def drop_furniture(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """Pages without page numbers and without headers and footers that return on most pages."""
    marks: Counter[tuple[str, int]] = Counter()
    for page in pages:
        marks.update({_mark(line) for line in _edge_lines(page)})
    with_text = sum(1 for p in pages if p.lines or p.grids)
    enough = max(3, with_text * 0.5)
    out: list[PageLayout] = []
    for page in pages:
        edges = _edge_lines(page)
        gone = {id(x) for x in edges if marks[_mark(x)] >= enough or is_page_number(x.text)}
        kept = tuple(x for x in page.lines if id(x) not in gone)
        out.append(replace(page, lines=kept) if gone else page)
    return out


def _mark(line: Line) -> tuple[str, int]:
    return "".join("#" if c.isdigit() else c for c in fold(line.text)), round(line.y / 6)


def _edge_lines(page: PageLayout) -> list[Line]:
    """The lines in the margins: at most three at the top and three at the bottom."""
    top = [x for x in page.lines if x.y < page.height * _MARGIN][:3]
    bottom = [x for x in page.lines if x.y > page.height * (1 - _MARGIN)][-3:]
    return top + bottom
