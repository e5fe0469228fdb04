"""Blocks to a PDF, in two passes: the first finds the page numbers that the contents page prints."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eval.generate.blocks import Block, Contents, Cover, Document, Prose, TableBlock
from eval.generate.fonts import register
from eval.generate.grid import Grid
from eval.generate.sheet import Sheet
from eval.generate.wrap import wrap

_HEADING_SIZE = {1: 16.0, 2: 13.0, 3: 11.5}


@dataclass(slots=True)
class Places:
    """Where everything was printed, by block index; filled while drawing."""

    pages: int = 0
    front: int = 0
    starts: dict[int, int] = field(default_factory=dict)
    rows: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    marks: dict[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    tops: dict[int, tuple[tuple[int, float, float], ...]] = field(default_factory=dict)
    edges: dict[int, tuple[float, ...]] = field(default_factory=dict)

    def box(self, block: int, row: int, column: int) -> tuple[int, float, float, float, float]:
        """Page and box (points from the top left) of a table's cell; of its first piece where the row is split."""
        page, top, bottom = self.tops[block][row]
        left, right = self.edges[block][column : column + 2]
        return page, round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)


def render(document: Document, target: Path, font: Path) -> Places:
    """Draw a document; the same blocks and font always give the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        draft = _draw(document, Path(folder) / "draft.pdf", font, {})
    printed = {i: page - draft.front for i, page in draft.starts.items()}
    return _draw(document, target, font, printed)


def _draw(document: Document, target: Path, font: Path, printed: Mapping[int, int]) -> Places:
    sheet = Sheet(target, document.title, document.style, register(font))
    places = Places()
    for index, block in enumerate(document.blocks):
        if isinstance(block, Cover):
            _cover(sheet, block)
        elif isinstance(block, Contents):
            _contents(sheet, block, document.blocks, printed)
        elif isinstance(block, TableBlock):
            _table(sheet, block, index, places)
        else:
            _prose(sheet, block, index, places)
    sheet.save()
    places.pages, places.front = sheet.page, sheet.front
    return places


def _cover(sheet: Sheet, cover: Cover) -> None:
    sheet.new_page(numbered=False)
    sheet.y = sheet.height * 0.3
    for line in cover.lines:
        sheet.text(sheet.width / 2, sheet.y, line, 24, "center", bold=True)
        sheet.y += 42
    for _, line in wrap(cover.note, sheet.inner, lambda t: sheet.measure(t, 12)):
        sheet.text(sheet.width / 2, sheet.y + 10, line, 12, "center")
        sheet.y += 20
    sheet.text(sheet.width / 2, sheet.height * 0.8, cover.date, 14, "center")


def _contents(sheet: Sheet, contents: Contents, blocks: tuple[Block, ...], printed: Mapping[int, int]) -> None:
    sheet.new_page(numbered=False)
    sheet.y += 30
    sheet.text(sheet.width / 2, sheet.y, contents.title, 18, "center", bold=True)
    sheet.y += 16
    for index, block in enumerate(blocks):
        if not isinstance(block, (Prose, TableBlock)) or not block.in_contents:
            continue
        title, level = (block.text, block.level) if isinstance(block, Prose) else (block.title, 2)
        if sheet.room() < 20:
            sheet.new_page(numbered=False)
        sheet.y += 20
        indent = 14.0 * (level - 1)
        number = str(printed.get(index, 0))
        sheet.text(sheet.left + indent, sheet.y, title, 11)
        right = sheet.left + sheet.inner
        sheet.text(right, sheet.y, number, 11, "right")
        room = sheet.inner - indent - sheet.measure(title, 11) - sheet.measure(number, 11) - 12
        dots = "." * max(int(room / sheet.measure(".", 11)), 0)
        sheet.text(right - sheet.measure(number, 11) - 6, sheet.y, dots, 11, "right")


def _table(sheet: Sheet, table: TableBlock, index: int, places: Places) -> None:
    if table.own_page or sheet.room() < Grid(sheet, table, sheet.style).height_of_start():
        sheet.new_page(table.landscape)
    places.starts[index] = sheet.page
    if table.in_contents:
        sheet.bookmark(table.title, 0)
    grid = Grid(sheet, table, sheet.style)
    grid.draw()
    places.rows[index] = tuple(grid.pages)
    places.tops[index] = tuple(grid.tops)
    places.edges[index] = tuple(grid.edges)
    places.last[index] = grid.pages[-1][1] if grid.pages else grid.first_page


def _prose(sheet: Sheet, prose: Prose, index: int, places: Places) -> None:
    style = sheet.style
    size = _HEADING_SIZE.get(prose.level, style.body_size)
    leading = max(style.leading, size * 1.6)
    if prose.own_page or not sheet.page or not sheet.numbered or sheet.width > sheet.height:
        sheet.new_page()
    indent = 0.0 if prose.center else 2 * size
    lines = wrap(prose.text, sheet.inner, lambda t: sheet.measure(t, size), indent)
    marks: list[tuple[str, int]] = []
    for number, (offset, line) in enumerate(lines):
        keep = leading * (3 if prose.level and not number else 1)
        if sheet.room() < keep:
            sheet.new_page()
        sheet.y += leading
        places.starts.setdefault(index, sheet.page)
        if prose.in_contents and not number:
            sheet.bookmark(prose.text, 0)
        x = sheet.width / 2 if prose.center else sheet.left + (0 if number else indent)
        sheet.text(x, sheet.y, line, size, "center" if prose.center else "left", bold=prose.level > 0)
        marks.extend((m.key, sheet.page) for m in prose.marks if offset <= m.start < offset + len(line))
    places.marks[index] = tuple(marks)
