"""Readings laid out by hand: lines with the geometry of a printed page."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.types import Cell, Reading, Table, TableKind, TextLine

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT, SIZE, PITCH = 80.0, 520.0, 14.0, 24.0
FULL = int((RIGHT - LEFT) / SIZE)


def width_of(text: str, size: float) -> float:
    return sum(size if ord(c) > 0x2000 else size / 2 for c in text)


def line(text: str, page: int = 1, row: int = 0, indent: float = 0, size: float = SIZE) -> TextLine:
    """A line `row` pitches below the top margin, `indent` characters in."""
    x0, y0 = LEFT + indent * size, 90 + row * PITCH
    return TextLine(page, text, (x0, y0, x0 + width_of(text, size), y0 + size), size)


def centred(text: str, page: int = 1, row: int = 0, size: float = 20.0) -> TextLine:
    width, y0 = width_of(text, size), 90 + row * PITCH
    x0 = (LEFT + RIGHT - width) / 2
    return TextLine(page, text, (x0, y0, x0 + width, y0 + size), size)


def wrap(text: str) -> list[tuple[str, float]]:
    """(text, indent) of the printed lines of a paragraph whose first line is indented."""
    lines, indent, held = [], 2.0, ""
    for char in text:
        if width_of(held + char, SIZE) > RIGHT - LEFT - indent * SIZE:
            lines.append((held, indent))
            held, indent = "", 0.0
        held += char
    return [*lines, (held, indent)]


def page_of(blocks: Sequence[str], page: int = 1, start: int = 0) -> list[TextLine]:
    """Paragraphs set in lines; a block that begins with "# " is a centred title."""
    lines: list[TextLine] = []
    row = start
    for block in blocks:
        if block.startswith("# "):
            lines.append(centred(block[2:], page, row))
            row += 1
            continue
        for text, indent in wrap(block):
            lines.append(line(text, page, row, indent))
            row += 1
    return lines


def reading(
    lines: Sequence[TextLine], tables: Sequence[Table] = (), pages: int = 0, name: str = "某市水务局-2023年部门预算"
) -> Reading:
    count = pages or max((li.page for li in lines), default=1)
    return Reading(f"/data/{name}.pdf", "0" * 64, count, ((WIDTH, HEIGHT),) * count, tuple(tables), tuple(lines))


def table(
    index: int, title: str, rows: Sequence[Sequence[str]], header: Sequence[str], page: int = 1, top: float = 400.0
) -> Table:
    return Table(
        id=f"t{index}",
        index=index,
        title=title,
        kind=TableKind.OTHER,
        unit="万元",
        pages=(page,),
        header=tuple((name,) for name in header),
        rows=tuple(tuple(Cell(text, page) for text in row) for row in rows),
        bboxes=((page, (LEFT, top, RIGHT, top + 80)),),
    )
