"""Grids of following pages joined to tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.tables.captions import Captions, caption_text, read_captions, read_notes, same_title
from indexer.tables.grid import Grid, GridCell
from indexer.tables.headings import Layout, find_layout, heading_paths, row_texts
from indexer.tables.layout import PageLayout
from indexer.tables.rows import Row, join_rows, splits
from indexer.tables.runs import Line
from indexer.tables.words import is_figure, is_note, is_number_row
from indexer.text import fold
from indexer.types import BBox, Cell


@dataclass(slots=True)
class Draft:
    """A table while its pages are read."""

    captions: Captions
    grid: Grid
    layout: Layout
    heading_rows: list[list[str]]
    columns: list[int]
    header: tuple[tuple[str, ...], ...]
    preamble: tuple[str, ...]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    boxes: list[tuple[int, BBox]] = field(default_factory=list)

    @property
    def page(self) -> int:
        return self.boxes[-1][0]


@dataclass(slots=True)
class Stitched:
    """Drafts in reading order, and the ids of lines that are captions or notes."""

    drafts: list[Draft] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


def stitch(pages: Sequence[PageLayout]) -> Stitched:
    """All tables of a document."""
    out = Stitched()
    trailing: list[Line] = []
    for page in pages:
        lines = list(page.lines)
        for i, grid in enumerate(page.grids):
            above = [x for x in lines if x.y <= grid.bbox[1] + 2]
            lines = [x for x in lines if x.y > grid.bbox[1] + 2]
            _take_grid(out, page, grid, above, trailing, first=i == 0)
            trailing = []
            bottom = page.grids[i + 1].bbox[1] if i + 1 < len(page.grids) else page.height
            below = [x for x in lines if x.y < bottom]
            notes, noted = read_notes(below, grid.bbox[3], grid.bbox[2])
            out.drafts[-1].notes.extend(notes)
            out.used.update(id(x) for x in noted)
            lines = [x for x in lines if id(x) not in out.used]
        trailing = lines if page.grids else [*lines]
    return out


def _take_grid(
    out: Stitched, page: PageLayout, grid: Grid, above: list[Line], trailing: list[Line], *, first: bool
) -> None:
    owners = grid.owners()
    captions = read_captions(above, page.width)
    if first and not captions.title and trailing and all(x in captions.used for x in above):
        before = read_captions(trailing, page.width)
        if before.title:
            captions.title, captions.title_lines = before.title, before.title_lines
            captions.unit = captions.unit or before.unit
    blocked = bool(trailing if first else above) and not captions.title and not all(x in captions.used for x in above)
    out.used.update(id(x) for x in captions.used)
    last = out.drafts[-1] if out.drafts else None
    if last is not None and not blocked and _continues(last, page, grid, owners, captions, first):
        _append(last, page, grid, owners)
        return
    out.drafts.append(_begin(page, grid, owners, captions))


def _begin(page: PageLayout, grid: Grid, owners: list[list[GridCell]], captions: Captions) -> Draft:
    layout = find_layout(grid, owners, bool(captions.title))
    for row in range(layout.preamble):
        text = owners[row][0].text
        if owners[row][0].row == row and text:
            caption_text(text, captions)
    goals = tuple(t for row in range(layout.preamble, layout.header) for t in row_texts(owners, row) if t)
    columns = _columns(owners, layout.header)
    paths = heading_paths(owners, layout.header, layout.heading_end, grid.width)
    header = tuple(paths[c] + ((owners[layout.body][c].text,) if c in layout.shared else ()) for c in columns)
    heads = [[row_texts(owners, r)[c] for c in columns] for r in range(layout.header, layout.body)]
    draft = Draft(captions, grid, layout, heads, columns, header, goals, [])
    draft.boxes.append((page.number, page.shown(grid.bbox)))
    draft.rows = _body(draft, page, grid, owners, layout.body, list(range(len(columns))))
    return draft


def _columns(owners: list[list[GridCell]], start: int) -> list[int]:
    """Grid columns in which some cell begins, from the headings down."""
    return sorted({c.column for row in owners[start:] for c in row})


def _body(
    draft: Draft, page: PageLayout, grid: Grid, owners: list[list[GridCell]], start: int, places: list[int]
) -> list[Row]:
    """Rows from `start` on; `places[i]` is the table's column of the grid's i-th used column."""
    columns = _columns(owners, draft.layout.header if grid is draft.grid else start)
    rows: list[Row] = []
    width = len(draft.columns)
    for r in range(start, grid.height):
        texts = row_texts(owners, r)
        if r == start and grid is draft.grid:
            texts = ["" if c in draft.layout.shared else t for c, t in enumerate(texts)]
        full = owners[r][0].column_end == grid.width and owners[r][0].column == 0
        if full and is_note(texts[0]):
            draft.notes.append(texts[0])
            continue
        if not any(texts):
            continue
        blank = Cell("", page.number)
        cells = [blank] * width
        for i, c in enumerate(columns):
            owner = owners[r][c]
            box = page.shown(
                (grid.xs[c], owner.bbox[1], owner.bbox[2] if owner.column == c else grid.xs[c + 1], owner.bbox[3])
            )
            if not cells[places[i]].text:
                cells[places[i]] = Cell(texts[c], page.number, box, min(owner.confidence, page.confidence))
        rows.append(Row(tuple(cells), page.number))
    return rows


def _continues(
    draft: Draft, page: PageLayout, grid: Grid, owners: list[list[GridCell]], captions: Captions, first: bool
) -> bool:
    if page.number != draft.page + 1 or not first:
        return False
    if captions.title and not same_title(captions.title, draft.captions.title):
        return False
    if draft.notes and not captions.continued:
        return False
    repeated = _repeated(draft, grid, owners)
    places = _places(draft, grid, owners, repeated)
    if places is None:
        return False
    if repeated >= len(draft.heading_rows) and repeated:
        return captions.continued or not _restarts(draft, owners, repeated)
    if repeated:
        return True
    return not _own_start(draft, grid, owners, captions)


def _repeated(draft: Draft, grid: Grid, owners: list[list[GridCell]]) -> int:
    """How many rows at the top repeat the table's headings, wholly or from some row on; blank ones before them count."""
    known = [_key(r) for r in draft.heading_rows]
    blank = next((n for n in range(grid.height) if any(row_texts(owners, n))), 0)
    count = blank
    while count < grid.height:
        texts = row_texts(owners, count)
        if (_key(texts) in known and any(texts)) or (count and is_number_row(texts)):
            count += 1
        else:
            break
    return count if count > blank else 0


def _key(texts: list[str]) -> tuple[str, ...]:
    return tuple(fold(t) for t in texts if t)


def _restarts(draft: Draft, owners: list[list[GridCell]], start: int) -> bool:
    """Whether a page begins with the table's own first row: the same form filled in again."""
    if not draft.rows or start >= len(owners):
        return False
    mine = [fold(c.text) for c in draft.rows[0].cells if c.text][:2]
    theirs = [fold(t) for t in row_texts(owners, start) if t][:2]
    return bool(mine) and mine == theirs


def _own_start(draft: Draft, grid: Grid, owners: list[list[GridCell]], captions: Captions) -> bool:
    """Whether a grid without the table's headings begins a table of its own."""
    if captions.title:
        return not captions.continued and not _figures(owners, 0)
    texts = _key(row_texts(owners, 0))
    if draft.preamble and texts and texts[0] == fold(draft.preamble[0]):
        return True
    layout = find_layout(grid, owners, False)
    if layout.preamble or layout.numbers is not None:
        return True
    return layout.body > layout.header + 1 and not _figures(owners, 0)


def _figures(owners: list[list[GridCell]], row: int) -> bool:
    return any(is_figure(t) for t in row_texts(owners, row))


_NEAR = 6.0


def _places(draft: Draft, grid: Grid, owners: list[list[GridCell]], start: int) -> list[int] | None:
    """For each used column of a following grid the table's column; None when the columns are others."""
    columns = _columns(owners, start) if start < grid.height else _columns(owners, 0)
    mine = [draft.grid.xs[c] for c in draft.columns]
    theirs = [grid.xs[c] for c in columns]
    if len(mine) == len(theirs):
        if start or _alike(mine, theirs, draft.grid.xs[-1], grid.xs[-1]):
            return list(range(len(mine)))
        return None
    places: list[int] = []
    for x in theirs:
        nearest = min(range(len(mine)), key=lambda i: abs(mine[i] - x))
        if abs(mine[nearest] - x) > _NEAR:
            return None
        places.append(nearest)
    return places if len(set(places)) == len(places) and len(places) * 2 >= len(mine) else None


def _alike(mine: list[float], theirs: list[float], my_end: float, their_end: float) -> bool:
    """Whether columns have the same proportions, wherever the table stands on its page."""
    my_width, their_width = my_end - mine[0], their_end - theirs[0]
    return all(
        abs((a - mine[0]) / my_width - (b - theirs[0]) / their_width) < 0.04 for a, b in zip(mine, theirs, strict=True)
    )


def _append(draft: Draft, page: PageLayout, grid: Grid, owners: list[list[GridCell]]) -> None:
    start = _repeated(draft, grid, owners)
    places = _places(draft, grid, owners, start)
    rows = _body(draft, page, grid, owners, start, places or [])
    if rows and draft.rows and splits(draft.rows, rows):
        draft.rows[-1] = join_rows(draft.rows[-1], rows[0])
        rows = rows[1:]
    draft.rows.extend(rows)
    draft.boxes.append((page.number, page.shown(grid.bbox)))
