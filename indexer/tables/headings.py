"""Where a grid's captions, goal rows, headings and body begin and end; heading paths of its columns."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.tables.grid import Grid, GridCell
from indexer.tables.words import is_figure, is_indicator, is_number_row, is_sentence

_DEEPEST = 8
"""Headings and column numbers stand within this many rows."""
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """Row ranges of a grid: captions [0, preamble), goal rows [preamble, header), headings [header, body)."""

    preamble: int
    header: int
    body: int
    numbers: int | None = None
    """The row of column numbers, directly before the body."""
    shared: frozenset[int] = frozenset()
    """Columns whose cell in the first body row is still a heading (sub-headings drawn beside a first row)."""

    @property
    def heading_end(self) -> int:
        return self.body if self.numbers is None else self.numbers


def find_layout(grid: Grid, owners: list[list[GridCell]], titled: bool) -> Layout:
    """The layout of a grid that is the first of its table. `titled`: a title stands above it."""
    start = _captions_end(grid, owners, titled)
    header = _indicator_row(grid, owners, start)
    if header is None:
        header = _after_goals(grid, owners, start)
    numbers = _number_row(grid, owners, header)
    if numbers is not None:
        return Layout(start, header, numbers + 1, numbers)
    body = _headings_end(grid, owners, header)
    return Layout(start, header, body, shared=_shared(owners, header, body))


def _shared(owners: list[list[GridCell]], header: int, body: int) -> frozenset[int]:
    """Columns of merged headings that the first body row divides, while it holds no figure at all."""
    if not header < body < len(owners) or any(is_figure(t) for t in row_texts(owners, body)):
        return frozenset()
    columns: set[int] = set()
    for cell in {id(c): c for c in owners[body - 1]}.values():
        span = range(cell.column, cell.column_end)
        below = [owners[body][c] for c in span]
        divided = len(span) > 1 and all(
            b.column == c and b.column_end == c + 1 for b, c in zip(below, span, strict=True)
        )
        if cell.column and cell.text and divided and all(b.text and not is_sentence(b.text) for b in below):
            columns.update(span)
    return frozenset(columns)


def row_texts(owners: list[list[GridCell]], row: int) -> list[str]:
    """Texts of the cells that begin in a row, one a column; covered columns are blank."""
    return [c.text if c.row == row and c.column == i else "" for i, c in enumerate(owners[row])]


def heading_paths(owners: list[list[GridCell]], start: int, end: int, width: int) -> tuple[tuple[str, ...], ...]:
    """One path a column, outermost first; a merged cell counts once."""
    paths: list[tuple[str, ...]] = []
    for column in range(width):
        path: list[str] = []
        last: GridCell | None = None
        for row in range(start, end):
            cell = owners[row][column]
            if cell is last or (last is not None and cell == last):
                continue
            last = cell
            if cell.text:
                path.append(cell.text)
        paths.append(tuple(path))
    return tuple(paths)


def _captions_end(grid: Grid, owners: list[list[GridCell]], titled: bool) -> int:
    """Rows of one cell over the whole width at the top: a title or unit inside the frame."""
    row = 0
    while row < grid.height - 1:
        cell = owners[row][0]
        if grid.width < 2 or cell.column_end - cell.column < grid.width:
            break
        if titled and _nests(grid, owners, cell.row_end) and not is_sentence(cell.text):
            break
        row = cell.row_end
    return row if row < grid.height else 0


def _nests(grid: Grid, owners: list[list[GridCell]], row: int) -> bool:
    """Whether a row below a merged cell looks like its sub-headings."""
    if row >= grid.height:
        return False
    texts = [c.text for i, c in enumerate(owners[row]) if c.column == i]
    return len(texts) > 1 and all(texts) and not any(is_figure(t) or is_sentence(t) for t in texts)


def _indicator_row(grid: Grid, owners: list[list[GridCell]], start: int) -> int | None:
    for row in range(start, min(grid.height, start + 40)):
        texts = [t for t in row_texts(owners, row) if t]
        if sum(is_indicator(t) for t in texts) >= 2:
            return row
    return None


def _after_goals(grid: Grid, owners: list[list[GridCell]], start: int) -> int:
    """The row after label-and-text rows at the top (绩效目标 | a sentence over the other columns)."""
    row = start
    while row < min(grid.height - 1, start + _DEEPEST):
        cells = [c for i, c in enumerate(owners[row]) if c.column == i]
        if len(cells) * 2 > grid.width or len(cells) != 2 or not is_sentence(cells[1].text):
            break
        row = max(c.row_end for c in cells)
    return row if row < grid.height else start


def _number_row(grid: Grid, owners: list[list[GridCell]], start: int) -> int | None:
    for row in range(start + 1, min(grid.height, start + _DEEPEST)):
        texts = row_texts(owners, row)
        if is_number_row(texts):
            return row
        if sum(is_figure(t) for t in texts) >= 2:
            return None
    return None


def _headings_end(grid: Grid, owners: list[list[GridCell]], start: int) -> int:
    if not _may_head(owners, start):
        return start
    row = start + 1
    while row < min(grid.height, start + _DEEPEST) and (
        _is_sub_heading(owners, row, start) or _beside_heading(owners, row, start)
    ):
        row += 1
    return row


def _beside_heading(owners: list[list[GridCell]], row: int, start: int) -> bool:
    """Whether the first heading reaches down beside a row, which then can have no label of its own."""
    first = owners[row][0]
    texts = row_texts(owners, row)
    return (
        first.row == start
        and first.row_end > row
        and bool(first.text)
        and any(texts)
        and not any(map(is_figure, texts))
    )


def _may_head(owners: list[list[GridCell]], row: int) -> bool:
    texts = [t for t in row_texts(owners, row) if t]
    return bool(texts) and not any(is_figure(t) for t in texts) and not all(is_sentence(t) for t in texts)


def _is_sub_heading(owners: list[list[GridCell]], row: int, start: int) -> bool:
    """Whether a row only divides headings that are merged above it, or fills ones left blank."""
    found = False
    for column, cell in enumerate(owners[row]):
        if cell.row < row or cell.column != column or not cell.text:
            continue
        if is_figure(cell.text) or is_sentence(cell.text) or len(cell.text) > _LONGEST:
            return False
        parent = owners[row - 1][column]
        above = [owners[r][column].text for r in range(start, row)]
        divides = parent.column_end - parent.column > cell.column_end - cell.column and bool(parent.text)
        if not divides and any(above):
            return False
        found = True
    return found
