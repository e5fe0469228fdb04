"""Draws budget tables in many layouts, so that the rules of extraction meet pages nobody fitted them to."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONTS = ("STSong-Light", "MSung-Light", "HeiseiMin-W3", "HeiseiKakuGo-W5")
_DESCENT = 0.25


@dataclass(frozen=True)
class Span:
    """A cell over several columns or rows."""

    text: str
    columns: int = 1
    rows: int = 1


Cell = str | Span


@dataclass(frozen=True)
class Style:
    """How a table is drawn. `rules`: full, open (no outer sides), rows (a rule under each row), three, none."""

    rules: str = "full"
    head: str = "center"
    figures: str = "right"
    labels: str = "left"
    size: float = 9
    font: str = "STSong-Light"
    row_height: float = 20
    double: float = 0.0
    broken: bool = False
    rectangles: bool = False
    twice: float | None = None


@dataclass
class Sheet:
    """A page under construction; `y` counts down from the top."""

    canvas: Canvas
    width: float
    height: float
    y: float = 60.0
    boxes: list[tuple[float, float]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 10, font: str = "STSong-Light") -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y, text)

    def centred(self, text: str, size: float = 16) -> None:
        self.canvas.setFont("STSong-Light", size)
        self.canvas.drawCentredString(self.width / 2, self.height - self.y, text)
        self.y += size + 8

    def captions(self, left: str, right: str, x0: float = 50) -> None:
        self.text(x0, self.y, left)
        self.canvas.drawRightString(self.width - 50, self.height - self.y, right)
        self.y += 6

    def line(self, text: str, x: float = 50, size: float = 12) -> None:
        self.y += size * 1.4
        self.text(x, self.y, text, size)

    def table(
        self, widths: Sequence[float], head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]],
        style: Style | None = None, x: float = 50,
    ) -> None:  # fmt: skip
        _Drawing(self, widths, style or Style(), x).draw(head, body)


class Book:
    """A PDF under construction."""

    def __init__(self, **options: Any) -> None:
        for font in FONTS:
            pdfmetrics.registerFont(UnicodeCIDFont(font))
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, **options)
        self._open = False

    def page(self, width: float = 595, height: float = 842, rotate: int = 0) -> Sheet:
        if self._open:
            self._canvas.showPage()
        self._open = True
        self._canvas.setPageSize((width, height))
        self._canvas.setPageRotation(rotate)
        return Sheet(self._canvas, width, height)

    def save(self, path: Path) -> Path:
        self._canvas.showPage()
        self._canvas.save()
        path.write_bytes(self._buffer.getvalue())
        return path


class _Drawing:
    """One table on a sheet."""

    def __init__(self, sheet: Sheet, widths: Sequence[float], style: Style, x: float) -> None:
        self.sheet, self.style = sheet, style
        self.xs = [x]
        for w in widths:
            self.xs.append(self.xs[-1] + w)

    def draw(self, head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> None:
        top, height = self.sheet.y, self.style.row_height
        rows = [*head, *body]
        taken: set[tuple[int, int]] = set()
        sub: list[tuple[float, float, float]] = []
        for r, row in enumerate(rows):
            column = 0
            for cell in row:
                while (r, column) in taken:
                    column += 1
                span = cell if isinstance(cell, Span) else Span(cell)
                box = (
                    self.xs[column],
                    top + r * height,
                    self.xs[column + span.columns],
                    top + (r + span.rows) * height,
                )
                taken |= {(r + i, column + j) for i in range(span.rows) for j in range(span.columns)}
                if self.style.rules in ("full", "open"):
                    self._frame(box, column, column + span.columns)
                if r < len(head) and span.columns > 1:
                    sub.append((box[3], box[0] + 2, box[2] - 2))
                self._text(span.text, box, r < len(head), column == 0)
                column += span.columns
        bottom = top + len(rows) * height
        self._rules(top, bottom, len(head), len(rows), sub)
        self.sheet.y = bottom

    def _rules(
        self, top: float, bottom: float, head: int, rows: int, sub: Sequence[tuple[float, float, float]]
    ) -> None:
        left, right, height = self.xs[0], self.xs[-1], self.style.row_height
        if self.style.rules == "three":
            for y in (top, top + head * height, bottom):
                self._rule(left, y, right, y)
        elif self.style.rules == "rows":
            for y in [top, *(top + i * height for i in range(head, rows + 1))]:
                self._rule(left, y, right, y)
        if self.style.rules in ("three", "rows"):
            for y, x0, x1 in sub:
                self._rule(x0, y, x1, y)

    def _frame(self, box: tuple[float, float, float, float], first: int, last: int) -> None:
        x0, y0, x1, y1 = box
        self._rule(x0, y0, x1, y0)
        self._rule(x0, y1, x1, y1)
        if self.style.rules == "full" or first:
            self._rule(x0, y0, x0, y1)
        if self.style.rules == "full" or last < len(self.xs) - 1:
            self._rule(x1, y0, x1, y1)

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        canvas, h = self.sheet.canvas, self.sheet.height
        offsets = (0.0, self.style.double) if self.style.double else (0.0,)
        for d in offsets:
            if self.style.rectangles:
                canvas.rect(
                    min(x0, x1), h - max(y0, y1) - d, abs(x1 - x0) or 0.5, abs(y1 - y0) or 0.5, stroke=0, fill=1
                )
            elif self.style.broken:
                mx, my = (x0 + x1) / 2, (y0 + y1) / 2
                canvas.line(x0, h - y0 - d, mx - (x1 > x0), h - my - d + (y1 > y0))
                canvas.line(mx + (x1 > x0), h - my - d - (y1 > y0), x1, h - y1 - d)
            else:
                canvas.line(x0, h - y0 - d, x1, h - y1 - d)

    def _text(self, text: str, box: tuple[float, float, float, float], head: bool, label: bool) -> None:
        style, canvas = self.style, self.sheet.canvas
        figure = bool(text) and (text[0].isdigit() or text[0] == "-") and not label
        align = style.head if head else style.figures if figure else style.labels
        lines = text.split("\n")
        step = style.size * 1.2
        y = (box[1] + box[3]) / 2 - step * (len(lines) - 1) / 2 + style.size * 0.35
        canvas.setFont(style.font, style.size)
        for i, line in enumerate(lines):
            at = self.sheet.height - (y + i * step)
            for d in (0.0,) if style.twice is None else (0.0, style.twice):
                if align == "center":
                    canvas.drawCentredString((box[0] + box[2]) / 2 + d, at, line)
                elif align == "right":
                    canvas.drawRightString(box[2] - 3 + d, at, line)
                else:
                    canvas.drawString(box[0] + 3 + d, at, line)
