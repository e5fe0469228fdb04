"""Draws one table: merged headings, rows that may split over pages, repeated headings."""

from __future__ import annotations

from dataclasses import dataclass

from eval.generate.blocks import Cell, Style, TableBlock
from eval.generate.sheet import Sheet
from eval.generate.wrap import wrap

_LEADING = 1.28


@dataclass(frozen=True, slots=True)
class Span:
    """A heading cell: rows `top` to `bottom`, columns `left` to `right` (ends excluded)."""

    top: int
    bottom: int
    left: int
    right: int
    text: str


def heading_spans(paths: tuple[tuple[str, ...], ...]) -> tuple[Span, ...]:
    """Heading cells of a table: equal neighbours share one cell, short paths reach down."""
    depth = max(len(p) for p in paths)
    spans: list[Span] = []
    for level in range(depth):
        column = 0
        while column < len(paths):
            path = paths[column]
            if level >= len(path):
                column += 1
                continue
            last = level == len(path) - 1
            end = column + 1
            while (
                not last
                and end < len(paths)
                and len(paths[end]) > level + 1
                and paths[end][: level + 1] == path[: level + 1]
            ):
                end += 1
            spans.append(Span(level, depth if last else level + 1, column, end, path[level]))
            column = end
    return tuple(spans)


class Grid:
    """A table on a sheet. After `draw`, `pages` holds each row's first and last page, `tops` the page, top and bottom
    of each row's first piece; `edges` are the columns' sides."""

    def __init__(self, sheet: Sheet, table: TableBlock, style: Style) -> None:
        self.sheet, self.table, self.style = sheet, table, style
        self.size = style.cell_size
        self.line = self.size * _LEADING
        self.pages: list[tuple[int, int]] = []
        self.tops: list[tuple[int, float, float]] = []
        self.first_page = 0
        weights = [c.width for c in table.columns]
        scale = sheet.inner / sum(weights)
        self.edges = [sheet.left]
        for weight in weights:
            self.edges.append(self.edges[-1] + weight * scale)
        self.spans = heading_spans(tuple(c.path for c in table.columns))
        self.depth = max(s.bottom for s in self.spans)

    def draw(self) -> None:
        """Draw title, caption, heading, rows and notes, over as many pages as needed."""
        self._start(first=True)
        self.first_page = self.sheet.page
        for index, row in enumerate(self.table.rows):
            self._row(row, last=index == len(self.table.rows) - 1)
        self._close()
        self.sheet.y += 4
        for note in self.table.notes:
            self._note(note)
        self.sheet.y += 8

    def height_of_start(self) -> float:
        """Room that title, caption, heading and two rows need."""
        return 26.0 + 16.0 + sum(self._heading_heights()) + 4 * (self.line + 2 * self.style.row_pad)

    def _start(self, first: bool) -> None:
        sheet, table = self.sheet, self.table
        if first and table.title:
            size = 15.0 if table.own_page else 10.5
            sheet.y += size + 4
            sheet.text(sheet.width / 2, sheet.y, table.title, size, "center", bold=True)
            sheet.y += 6
        if any(table.caption) and (first or self.style.repeat == "caption"):
            sheet.y += 12
            for x, text, align in zip(
                (sheet.left, sheet.width / 2, sheet.left + sheet.inner),
                table.caption,
                ("left", "center", "right"),
                strict=True,
            ):
                sheet.text(x, sheet.y, text, 9, align)
            sheet.y += 5
        self.segment_top = sheet.y
        if first or self.style.repeat in ("caption", "header"):
            if first and table.preamble:
                self._preamble(table.preamble)
            self._heading()
        else:
            self._horizontal(sheet.y, 0, len(table.columns), edge=True)

    def _heading_heights(self) -> list[float]:
        heights = [self.line + 2 * self.style.row_pad] * self.depth
        for span in sorted(self.spans, key=lambda s: s.bottom - s.top):
            need = len(self._lines(span.text, span.left, span.right)) * self.line + 2 * self.style.row_pad
            missing = need - sum(heights[span.top : span.bottom])
            if missing > 0:
                for level in range(span.top, span.bottom):
                    heights[level] += missing / (span.bottom - span.top)
        return heights

    def _heading(self) -> None:
        tops = [self.sheet.y]
        for height in self._heading_heights():
            tops.append(tops[-1] + height)
        if self.style.header_fill:
            self.sheet.fill(self.edges[0], tops[0], self.edges[-1], tops[-1], 0.92)
        for span in self.spans:
            self._box(span.text, span.left, span.right, tops[span.top], tops[span.bottom], "center")
            self._horizontal(tops[span.top], span.left, span.right, edge=span.top == 0, weak=span.top > 0)
            self._vertical(span.right, tops[span.top], tops[span.bottom])
            self._vertical(span.left, tops[span.top], tops[span.bottom])
        self.sheet.y = tops[-1]
        self._horizontal(self.sheet.y, 0, len(self.table.columns), edge=True)
        if any(c.number for c in self.table.columns):
            bottom = self.sheet.y + self.line + 2 * self.style.row_pad
            for i, column in enumerate(self.table.columns):
                self._box(column.number, i, i + 1, self.sheet.y, bottom, "center")
                self._vertical(i, self.sheet.y, bottom)
            self._vertical(len(self.table.columns), self.sheet.y, bottom)
            self.sheet.y = bottom
            self._horizontal(bottom, 0, len(self.table.columns))

    def _preamble(self, preamble: tuple[str, str]) -> None:
        label, text = preamble
        last = len(self.table.columns)
        lines = self._lines(text, 1, last)
        top, bottom = self.sheet.y, self.sheet.y + len(lines) * self.line + 2 * self.style.row_pad
        self._box(label, 0, 1, top, bottom, "center")
        self._box(text, 1, last, top, bottom, "left")
        for edge in (0, 1, last):
            self._vertical(edge, top, bottom)
        self._horizontal(top, 0, last, edge=True)
        self.sheet.y = bottom

    def _lines(self, text: str, left: int, right: int) -> tuple[str, ...]:
        width = self.edges[right] - self.edges[left] - 2 * self.style.cell_pad
        return tuple(line for _, line in wrap(text, width, lambda t: self.sheet.measure(t, self.size)))

    def _row(self, row: tuple[Cell, ...], last: bool) -> None:
        pending = [list(self._lines(c.text, i, i + 1)) for i, c in enumerate(row)]
        first_page = 0
        while True:
            need = max(len(lines) for lines in pending)
            fits = int((self.sheet.room() - 2 * self.style.row_pad) / self.line)
            if fits < need and not (self.style.split_rows and fits >= 1 and need > 1):
                self._close()
                self.sheet.new_page(self.table.landscape)
                self._start(first=False)
                continue
            take = min(need, fits)
            top = self.sheet.y
            self._lines_of_row(row, [lines[:take] for lines in pending], take)
            if not first_page:
                first_page = self.sheet.page
                self.tops.append((first_page, top, self.sheet.y))
            pending = [lines[take:] for lines in pending]
            if not any(pending):
                break
        self.pages.append((first_page, self.sheet.page))

    def _lines_of_row(self, row: tuple[Cell, ...], lines: list[list[str]], count: int) -> None:
        top, bottom = self.sheet.y, self.sheet.y + count * self.line + 2 * self.style.row_pad
        for i, cell in enumerate(row):
            self._put(lines[i], i, i + 1, top, bottom, self.table.columns[i].align)
            self._vertical(i, top, bottom)
            if not cell.merged or top == self.segment_top:
                self._horizontal(top, i, i + 1)
        self._vertical(len(row), top, bottom)
        self.sheet.y = bottom

    def _box(self, text: str, left: int, right: int, top: float, bottom: float, align: str) -> None:
        self._put(list(self._lines(text, left, right)), left, right, top, bottom, align)

    def _put(self, lines: list[str], left: int, right: int, top: float, bottom: float, align: str) -> None:
        x0, x1 = self.edges[left] + self.style.cell_pad, self.edges[right] - self.style.cell_pad
        baseline = top + (bottom - top - len(lines) * self.line) / 2 + self.size * 0.98
        x = {"left": x0, "center": (x0 + x1) / 2, "right": x1}[align]
        for line in lines:
            self.sheet.text(x, baseline, line.strip(), self.size, align)
            baseline += self.line

    def _horizontal(self, y: float, left: int, right: int, edge: bool = False, weak: bool = False) -> None:
        if self.style.rules == "three_line" and not (edge or weak):
            return
        weight = 1.0 if edge and self.style.rules == "three_line" else 0.5
        self.sheet.rule(self.edges[left], y, self.edges[right], y, weight)

    def _vertical(self, edge: int, top: float, bottom: float) -> None:
        if self.style.rules != "three_line":
            self.sheet.rule(self.edges[edge], top, self.edges[edge], bottom)

    def _close(self) -> None:
        self._horizontal(self.sheet.y, 0, len(self.table.columns), edge=True)

    def _note(self, note: str) -> None:
        lines = wrap(note, self.sheet.inner, lambda t: self.sheet.measure(t, 9))
        if self.sheet.room() < len(lines) * 13:
            self.sheet.new_page(self.table.landscape)
        for _, line in lines:
            self.sheet.y += 13
            self.sheet.text(self.sheet.left, self.sheet.y, line, 9)
