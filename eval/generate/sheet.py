"""The drawing surface: pages, a cursor that moves down, text and rules; coordinates from the top."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from eval.generate.blocks import Style


class Sheet:
    """Pages of one PDF. `page` is the physical page from 1; printed numbers start after the front matter."""

    def __init__(self, target: Path, title: str, style: Style, font: str) -> None:
        self.canvas = Canvas(str(target), pagesize=A4, invariant=1, pageCompression=1, initialFontName=font)
        self.canvas.setTitle(title)
        self.canvas.setAuthor("Yusuan sample generator")
        self.style, self.font = style, font
        self.page, self.front = 0, 0
        self.width, self.height = float(A4[0]), float(A4[1])
        self.y = 0.0
        self.numbered = True

    @property
    def left(self) -> float:
        return self.style.margin

    @property
    def inner(self) -> float:
        return self.width - 2 * self.style.margin

    @property
    def bottom(self) -> float:
        return self.height - self.style.margin

    @property
    def top(self) -> float:
        return self.style.margin

    def room(self) -> float:
        return self.bottom - self.y

    def measure(self, text: str, size: float) -> float:
        return float(stringWidth(text, self.font, size))

    def new_page(self, landscape: bool = False, numbered: bool = True) -> None:
        """Start a page; front pages are not numbered."""
        self.end_page()
        short, tall = float(A4[0]), float(A4[1])
        self.width, self.height = (tall, short) if landscape else (short, tall)
        self.canvas.setPageSize((self.width, self.height))
        self.page += 1
        self.numbered = numbered
        if not numbered:
            self.front = self.page
        self.y = self.top

    def end_page(self) -> None:
        if not self.page:
            return
        if self.numbered:
            number = self.style.page_number.format(n=self.page - self.front)
            self.text(self.width / 2, self.height - 26, number, 9, "center")
            if self.style.running_head:
                self.text(self.width / 2, 38, self.style.running_head, 8.5, "center")
        self.canvas.showPage()

    def text(self, x: float, baseline: float, text: str, size: float, align: str = "left", bold: bool = False) -> None:
        """One line of text; `baseline` from the page's top."""
        if not text:
            return
        if align == "center":
            x -= self.measure(text, size) / 2
        elif align == "right":
            x -= self.measure(text, size)
        piece = self.canvas.beginText(x, self.height - baseline)
        piece.setFont(self.font, size)
        if bold:
            self.canvas.setLineWidth(size * 0.025)
            piece.setTextRenderMode(2)
        piece.textOut(text)
        if bold:
            piece.setTextRenderMode(0)
        self.canvas.drawText(piece)

    def rule(self, x0: float, y0: float, x1: float, y1: float, weight: float = 0.5) -> None:
        self.canvas.setLineWidth(weight)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def fill(self, x0: float, y0: float, x1: float, y1: float, grey: float) -> None:
        self.canvas.setFillGray(grey)
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def bookmark(self, title: str, level: int) -> None:
        key = f"b{self.page}-{int(self.y)}-{level}"
        self.canvas.bookmarkHorizontal(key, 0, self.height - self.y)
        self.canvas.addOutlineEntry(title, key, level)

    def save(self) -> None:
        self.end_page()
        self.canvas.save()
