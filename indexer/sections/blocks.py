"""Lines joined to paragraphs over lines and pages, and told apart from headings and list items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.sections.headings import RANK, Number, number_of
from indexer.sections.layout import Margins, words
from indexer.types import BBox, Paragraph, TextLine

_TERMINAL = re.compile(r"[。；！？：;:!?][”」』）)\"]?$")
_INNER_STOP = re.compile(r"[。；！？]")
_LATIN = re.compile(r"[A-Za-z]$")
_LATIN_START = re.compile(r"[A-Za-z]")
_FIGURE = re.compile(r"\d\s*(?:万|亿|千)?元|\d\s*[%％]")
_MOST_HEADING = 60
_LIST_RANK = RANK["（一）"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item or heading with its place. `kind`: "text", "numbered" (bare) or "title"."""

    kind: str
    paragraph: Paragraph
    number: Number | None
    size: float

    @property
    def text(self) -> str:
        return self.paragraph.text

    @property
    def place(self) -> tuple[int, float]:
        page, box, _ = self.paragraph.lines[0]
        return page, box[1]


@dataclass(frozen=True, slots=True)
class Geometry:
    """What the joining needs to know of a document's pages."""

    margins: dict[int, Margins]
    pitch: float
    body: float
    tables: dict[int, tuple[BBox, ...]]

    def centred(self, line: TextLine) -> bool:
        return self.margins[line.page].is_centred(line)

    def table_between(self, a: TextLine, b: TextLine) -> bool:
        """Whether a table is printed between two lines."""
        if a.page == b.page:
            return any(a.bbox[1] <= box[1] <= b.bbox[1] for box in self.tables.get(a.page, ()))
        below = any(box[1] >= a.bbox[1] for box in self.tables.get(a.page, ()))
        above = any(box[1] <= b.bbox[1] for box in self.tables.get(b.page, ()))
        return below or above or any(a.page < page < b.page for page in self.tables)


def lines_to_blocks(lines: Sequence[TextLine], geometry: Geometry) -> tuple[Block, ...]:
    """Paragraphs, list items and headings in reading order."""
    groups: list[list[TextLine]] = []
    for line in lines:
        if groups and not _starts_new(groups[-1], line, geometry):
            groups[-1].append(line)
        else:
            groups.append([line])
    blocks = [_to_block(group, geometry) for group in groups]
    return tuple(_items_back_to_text(_lists_back_to_text(blocks, geometry)))


def _starts_new(group: Sequence[TextLine], line: TextLine, geometry: Geometry) -> bool:
    last = group[-1]
    margins, room = geometry.margins[line.page], geometry.margins[last.page].room(last)
    if abs(line.size - last.size) > 0.15 * last.size or geometry.table_between(last, line):
        return True
    if line.page == last.page and line.bbox[1] - last.bbox[1] > 2.2 * max(geometry.pitch, last.size):
        return True
    if geometry.centred(line) or geometry.centred(last):
        return not _title_goes_on(last, line, geometry)
    ended = _TERMINAL.search(last.text) is not None
    if number_of(line.text) and (margins.indent(line) > 0.8 or ended or room > 3):
        return True
    if margins.indent(line) > 1.2:
        hanging = abs(line.bbox[0] - last.bbox[0]) < 0.5 * line.size and room < 1.5 and not ended
        return not hanging
    if ended:
        return room > 2
    return _is_bare_number(group) and room > 6


def _title_goes_on(last: TextLine, line: TextLine, geometry: Geometry) -> bool:
    """Whether two lines are one centred title that was too long for a line."""
    margins = geometry.margins[last.page]
    long_enough = last.bbox[2] - last.bbox[0] > 0.55 * (margins.right - margins.left)
    return geometry.centred(line) and long_enough and line.bbox[2] - line.bbox[0] < last.bbox[2] - last.bbox[0]


def _is_bare_number(group: Sequence[TextLine]) -> bool:
    return len(group) == 1 and number_of(group[0].text) is not None and not _INNER_STOP.search(group[0].text)


def _to_block(group: Sequence[TextLine], geometry: Geometry) -> Block:
    paragraph = _join(group)
    text = paragraph.text
    number = number_of(text)
    kind = "text"
    if len(text) <= _MOST_HEADING and not _FIGURE.search(text):
        if number is not None and _is_bare(text[number.length :]):
            kind = "numbered"
        elif number is None and _is_title(group, text, geometry):
            kind = "title"
    return Block(kind, paragraph, number, group[0].size)


def _is_bare(text: str) -> bool:
    """Whether what stands behind a number is a heading's words, not a sentence."""
    stripped = text.rstrip("：: ")
    if not stripped or words().note.search(stripped):
        return False
    closed = stripped.rstrip("。")
    if closed != stripped:
        short = len(closed) <= 30 and not re.search("[。，,；]", closed)
        return short and words().heading_end.search(closed) is not None
    return not re.search("[。；！？，]", stripped) and "：" not in stripped and not stripped.endswith("、")


def _is_title(group: Sequence[TextLine], text: str, geometry: Geometry) -> bool:
    if len(text) < 3 or re.search("[。；！？]|[，、：:]$", text):
        return False
    if words().not_a_title.search(text) or words().note.search(text):
        return False
    return all(geometry.centred(line) for line in group) or group[0].size >= 1.15 * geometry.body


def _join(group: Sequence[TextLine]) -> Paragraph:
    text, places = "", []
    for line in group:
        if _LATIN.search(text) and _LATIN_START.match(line.text):
            text += " "
        places.append((line.page, line.bbox, len(text)))
        text += line.text
    return Paragraph(text, tuple(places))


def _lists_back_to_text(blocks: list[Block], geometry: Geometry) -> list[Block]:
    """Bare numbered lines in an unbroken run are a list (of units, of projects), not headings without content."""
    result = list(blocks)
    start = 0
    while start < len(blocks):
        end = start + 1
        while end < len(blocks) and _next_item(blocks[end - 1], blocks[end], geometry):
            end += 1
        first = blocks[start]
        if first.kind == "numbered" and first.number is not None and first.number.style != "部分":
            least = 2 if RANK[first.number.style] >= _LIST_RANK else 3
            if end - start >= least:
                result[start:end] = [replace(block, kind="text") for block in blocks[start:end]]
        start = end
    return result


def _items_back_to_text(blocks: list[Block]) -> list[Block]:
    """A bare numbered line between the sentences of a numbered list is one of its items."""
    result = list(blocks)
    for index, block in enumerate(blocks):
        if block.kind != "numbered" or block.number is None or block.number.style == "部分":
            continue
        before = result[index - 1] if index else None
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        closed = block.text.endswith("。")
        continues = before is not None and before.kind == "text" and _is_next(before, block)
        goes_on = after is not None and after.kind == "text" and _is_next(block, after)
        no_content = after is None or after.kind != "text" or after.number is not None
        if (continues and (closed or no_content)) or (closed and goes_on):
            result[index] = replace(block, kind="text")
    return result


def _is_next(a: Block, b: Block) -> bool:
    if a.number is None or b.number is None:
        return False
    return a.number.style == b.number.style and b.number.value == a.number.value + 1


def _next_item(a: Block, b: Block, geometry: Geometry) -> bool:
    if a.kind != "numbered" or b.kind != "numbered" or not _is_next(a, b):
        return False
    (page_a, top_a), (page_b, top_b) = a.place, b.place
    tables = [(page, box[1]) for page, boxes in geometry.tables.items() for box in boxes]
    return not any((page_a, top_a) <= place <= (page_b, top_b) for place in tables)
