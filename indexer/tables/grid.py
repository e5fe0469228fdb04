"""A table's share of one page: cells on a grid, before anything is known of headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from indexer.types import BBox


class GridCell(NamedTuple):
    """A cell covering rows `row`..`row_end`-1 and columns `column`..`column_end`-1."""

    row: int
    column: int
    row_end: int
    column_end: int
    text: str
    bbox: BBox
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells in reading order. `xs` and `ys` bound columns and rows; `ruled`: drawn with vertical rules.

    `open_top`/`open_bottom`: no rule closes it there, so that its edge row may go on over the page.
    """

    page: int
    bbox: BBox
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    ruled: bool = True

    @property
    def height(self) -> int:
        return len(self.ys) - 1

    @property
    def width(self) -> int:
        return len(self.xs) - 1

    def owners(self) -> list[list[GridCell]]:
        """The cell at each row and column."""
        blank = GridCell(0, 0, 0, 0, "", self.bbox)
        out = [[blank] * self.width for _ in range(self.height)]
        for cell in self.cells:
            for r in range(cell.row, cell.row_end):
                out[r][cell.column : cell.column_end] = [cell] * (cell.column_end - cell.column)
        return out
