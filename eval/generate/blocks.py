"""What a document is made of before it is drawn: frozen blocks, each figure with the key of the fact it prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell; `key` names the fact it states. `merged` cells are covered by the cell above."""

    text: str
    key: str = ""
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A heading path, outermost first, with relative width and alignment ("left", "center", "right")."""

    path: tuple[str, ...]
    width: float = 1.0
    align: str = "left"
    number: str = ""


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table to draw. `caption`: left, middle and right text above it; `preamble`: label and text inside the frame."""

    title: str
    kind: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: tuple[str, str, str] = ("", "", "")
    notes: tuple[str, ...] = ()
    preamble: tuple[str, str] | None = None
    halves: tuple[tuple[int, int], ...] = ()
    landscape: bool = False
    own_page: bool = False
    in_contents: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure inside prose: where its text starts and which fact it states."""

    start: int
    key: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; `level` 0 is body text, 1 to 3 headings."""

    text: str
    level: int = 0
    marks: tuple[Mark, ...] = ()
    in_contents: bool = False
    own_page: bool = False
    center: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """The title page."""

    lines: tuple[str, ...]
    note: str
    date: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents page; its entries are the blocks with `in_contents`."""

    title: str


Block = TableBlock | Prose | Cover | Contents


@dataclass(frozen=True, slots=True)
class Style:
    """How a layout draws: `rules` is "grid", "three_line" or "sheet"; sizes in points."""

    rules: str = "grid"
    body_size: float = 11.0
    leading: float = 19.0
    cell_size: float = 8.5
    cell_pad: float = 3.0
    row_pad: float = 3.2
    margin: float = 54.0
    header_fill: bool = False
    repeat: str = "caption"
    """What a continuation page starts with: "caption" (caption and heading), "header" or "none"."""
    column_numbers: str = ""
    """Text before the row of column numbers under the heading; "" draws none."""
    split_rows: bool = False
    page_number: str = "{n}"
    running_head: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """All that is drawn into one PDF."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    style: Style
