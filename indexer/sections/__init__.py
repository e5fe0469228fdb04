"""Prose read as a tree of headings: lines → paragraphs → sections."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.sections.blocks import Block, Geometry, lines_to_blocks
from indexer.sections.contents import ContentsEntry, split_contents
from indexer.sections.headings import HeadingTree, heading_text, number_of
from indexer.sections.layout import Margins, body_size, line_pitch, margins_by_page, page_lines
from indexer.types import BBox, Paragraph, Reading, Section, Table, TextLine

__all__ = ["ContentsEntry", "contents", "cover_lines", "lines_to_sections"]

_MOST_COVER_LINES = 14


@dataclass(frozen=True, slots=True)
class _Parts:
    """A document's lines, told apart."""

    cover: tuple[TextLine, ...]
    contents: tuple[ContentsEntry, ...]
    body: tuple[TextLine, ...]
    margins: dict[int, Margins]


@dataclass
class _Draft:
    """A section while it is being filled."""

    path: tuple[str, ...]
    pages: set[int] = field(default_factory=set)
    paragraphs: list[Paragraph] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)


def lines_to_sections(reading: Reading) -> tuple[Section, ...]:
    """The prose of a document as sections in reading order; tables are attached by their index.

    Cover, contents page, page furniture and table captions are left out. Text before the first heading stands in
    a section with an empty path.
    """
    parts = _split(reading)
    boxes: dict[int, list[BBox]] = defaultdict(list)
    for table in reading.tables:
        for page, box in table.bboxes:
            boxes[page].append(box)
    geometry = Geometry(
        parts.margins, line_pitch(parts.body), body_size(parts.body), {page: tuple(b) for page, b in boxes.items()}
    )
    blocks = lines_to_blocks(parts.body, geometry)
    return tuple(_freeze(index, draft) for index, draft in enumerate(_drafts(blocks, reading.tables)))


def contents(reading: Reading) -> tuple[ContentsEntry, ...]:
    """The contents page: (title, printed page or None, PDF page of the contents) an entry."""
    return _split(reading).contents


def cover_lines(reading: Reading) -> tuple[str, ...]:
    """The lines of the cover, or of the first page where it has none."""
    parts = _split(reading)
    return tuple(line.text for line in parts.cover or parts.body[:6])


def _split(reading: Reading) -> _Parts:
    lines = page_lines(reading)
    margins = margins_by_page(lines, reading.page_sizes)
    table_pages = frozenset(page for table in reading.tables for page in table.pages)
    entries, taken = split_contents(lines, margins, table_pages)
    first = min((lines[i].page for i in taken), default=None)
    cover_pages = _cover_pages(lines, first, table_pages)
    cover = tuple(line for i, line in enumerate(lines) if line.page in cover_pages and i not in taken)
    body = tuple(line for i, line in enumerate(lines) if i not in taken and line.page not in cover_pages)
    return _Parts(cover, entries if taken else (), body, margins)


def _cover_pages(lines: Sequence[TextLine], contents_page: int | None, table_pages: frozenset[int]) -> frozenset[int]:
    """The pages before the contents; without contents the first page if it holds a few lines and no sentence."""
    pages = set()
    for page in range(1, max(contents_page or 1, 2)):
        printed = [line.text for line in lines if line.page == page]
        prose = any("。" in text or "；" in text or number_of(text) for text in printed)
        if page not in table_pages and not prose and len(printed) <= _MOST_COVER_LINES:
            pages.add(page)
    return frozenset(pages)


def _drafts(blocks: Sequence[Block], tables: Sequence[Table]) -> list[_Draft]:
    tree = HeadingTree()
    drafts = [_Draft(())]
    items = _in_order(blocks, tables)
    for index, item in enumerate(items):
        current, after = drafts[-1], items[index + 1] if index + 1 < len(items) else None
        if isinstance(item, Table):
            current.tables.append(item.index)
            current.pages |= set(item.pages)
        elif item.kind == "text":
            current.paragraphs.append(item.paragraph)
            current.pages |= {page for page, _, _ in item.paragraph.lines}
        elif not (item.kind == "title" and _names_table(item, after)):
            bare = not current.paragraphs and not current.tables
            if item.kind == "title" or item.number is None:
                tree.open_title(heading_text(item.text))
            else:
                tree.open_numbered(heading_text(item.text), item.number, bare)
            drafts.append(_Draft(tree.path, {item.place[0]}))
    return [draft for draft in drafts if draft.path or draft.paragraphs or draft.tables]


def _names_table(block: Block, after: Block | Table | None) -> bool:
    """Whether a title is that of the table right below it, which the table itself lacks."""
    return isinstance(after, Table) and not after.title and after.pages[0] == block.place[0]


def _in_order(blocks: Sequence[Block], tables: Sequence[Table]) -> list[Block | Table]:
    placed: list[tuple[tuple[int, float], int, Block | Table]] = [(block.place, 0, block) for block in blocks]
    for table in tables:
        page, box = table.bboxes[0] if table.bboxes else (table.pages[0], None)
        placed.append(((page, box[1] if box else 0.0), 1, table))
    placed.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in placed]


def _freeze(index: int, draft: _Draft) -> Section:
    content = "\n".join((str(index), *draft.path, "", *(p.text for p in draft.paragraphs)))
    return Section(
        id=hashlib.sha256(content.encode()).hexdigest()[:16],
        index=index,
        path=draft.path,
        level=len(draft.path),
        pages=tuple(sorted(draft.pages)),
        paragraphs=tuple(draft.paragraphs),
        tables=tuple(draft.tables),
    )
