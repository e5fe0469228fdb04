"""Sections and tables cut into passages for retrieval."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from indexer.text import cell_number
from indexer.types import BBox, Chunk, DocumentInfo, Paragraph, Section, Table

_LENGTH = 400
_MOST_ROWS = 15
_SENTENCE_END = re.compile(r"(?<=[。！？；])")
_LABEL_HEADING = re.compile(r"项目|科目|名称|编码|代码|序号|行次|内容|指标|单位名称|类别|类$|款$|项$|备注|目录")
_CODE_PART = re.compile(r"^[款项]$")
_ORDINAL_HEADING = re.compile(r"^(?:序号|行次|栏次)$")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a paragraph with its pages, and its box on the first of them."""

    text: str
    pages: tuple[int, ...]
    bbox: BBox


def content_to_chunks(info: DocumentInfo, tables: Sequence[Table], sections: Sequence[Section]) -> tuple[Chunk, ...]:
    """The passages of a document: sections of about 400 characters, tables whole or by groups of rows.

    Row groups repeat title, unit and headings; their `parent` is the chunk of the whole table, which lists the row
    labels. Ids are content hashes: the same document gives the same ids.
    """
    chunks = [chunk for section in sections for chunk in section_to_chunks(info, section)]
    chunks += [chunk for table in tables for chunk in table_to_chunks(info, table)]
    return _distinct(chunks)


def section_to_chunks(info: DocumentInfo, section: Section) -> tuple[Chunk, ...]:
    """One section's text, each passage under the heading path."""
    heading = " > ".join(section.path)
    chunks = []
    for group in _grouped([piece for p in section.paragraphs for piece in _pieces(p)]):
        body = "\n".join(piece.text for piece in group)
        pages = tuple(sorted({page for piece in group for page in piece.pages}))
        box = _union([piece.bbox for piece in group if piece.pages[0] == pages[0]])
        text = f"{heading}\n{body}" if heading else body
        chunks.append(Chunk("", info.id, "section", text, section.title, pages, section=section.id, bbox=box))
    return tuple(_identified(chunks))


def _pieces(paragraph: Paragraph) -> Iterator[_Piece]:
    """A paragraph, cut between sentences where it is long."""
    parts = [paragraph.text] if len(paragraph.text) <= _LENGTH else _SENTENCE_END.split(paragraph.text)
    start, held = 0, ""
    for part in (*parts, ""):
        if held and (not part or len(held) + len(part) > _LENGTH):
            yield _Piece(held, *_place(paragraph, start, start + len(held)))
            start, held = start + len(held), ""
        held += part


def _place(paragraph: Paragraph, start: int, end: int) -> tuple[tuple[int, ...], BBox]:
    """Pages of the lines that hold a stretch of text, and their box on the first of them."""
    offsets = [*(offset for _, _, offset in paragraph.lines[1:]), len(paragraph.text) + 1]
    lines = [
        line for line, following in zip(paragraph.lines, offsets, strict=True) if line[2] < end and following > start
    ]
    return tuple(dict.fromkeys(page for page, _, _ in lines)), _union(
        [box for page, box, _ in lines if page == lines[0][0]]
    )


def _grouped(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        if group and sum(len(p.text) for p in group) + len(piece.text) > _LENGTH:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _union(boxes: Sequence[BBox]) -> BBox:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def table_to_chunks(info: DocumentInfo, table: Table) -> tuple[Chunk, ...]:
    """One table: whole where it is small, else its outline and groups of rows."""
    lines = [(index, line) for index in range(len(table.rows)) if (line := _row_line(table, index))]
    head = _head(info, table)
    whole = Chunk(
        "",
        info.id,
        "table",
        "",
        table.title,
        table.pages,
        table=table.id,
        table_kind=table.kind.value,
        bbox=table.bboxes[0][1] if table.bboxes else None,
    )
    if len(lines) <= _MOST_ROWS:
        text = "\n".join((head, *(line for _, line in lines), *table.notes))
        return tuple(_identified([replace(whole, text=text, rows=(0, len(table.rows)))]))
    labels = "、".join(dict.fromkeys(line.split("：")[0] for _, line in lines))
    text = "\n".join((head, labels, *table.notes))
    outline = next(_identified([replace(whole, text=text, rows=(0, len(table.rows)))]))
    groups = []
    size = ceil(len(lines) / ceil(len(lines) / _MOST_ROWS))
    for start in range(0, len(lines), size):
        part = lines[start : start + size]
        first, last = part[0][0], part[-1][0]
        pages = tuple(sorted({cell.page for row in table.rows[first : last + 1] for cell in row})) or table.pages
        groups.append(
            replace(
                whole,
                kind="rows",
                text="\n".join((head, *(line for _, line in part))),
                pages=pages,
                parent=outline.id,
                rows=(first, last + 1),
                bbox=next((box for page, box in table.bboxes if page == pages[0]), whole.bbox),
            )
        )
    return outline, *_identified(groups)


def _head(info: DocumentInfo, table: Table) -> str:
    """What every passage of a table repeats: whose it is, its title, unit and headings."""
    headings = "、".join(dict.fromkeys(name for path in table.header for name in path if name))
    unit = f"（单位：{table.unit}）" if table.unit else ""
    columns = f"栏目：{headings}" if headings else ""
    lines = (info.title or info.department, f"{table.title}{unit}", columns, *table.preamble)
    return "\n".join(line for line in lines if line)


def _row_line(table: Table, index: int) -> str:
    """A body row as "label：heading 值；heading 值"; the halves of a two-sided table one behind the other."""
    width = len(table.header)
    return "；".join(
        text for half in (table.halves or ((0, width),)) if (text := _half_line(table, index, range(*half)))
    )


def _half_line(table: Table, index: int, columns: range) -> str:
    row = table.rows[index]
    labels: list[str] = []
    values: list[str] = []
    for column in columns:
        text = row[column].text.strip() if column < len(row) else ""
        path = table.header[column]
        if not text or (path and _ORDINAL_HEADING.match(path[-1])):
            continue
        number = cell_number(text)
        is_label = not any(path) or _LABEL_HEADING.search("".join(path[-1:])) is not None
        is_amount = number is not None and (number.places > 0 or "," in text)  # 项目支出 heads figures too
        if labels and path and _CODE_PART.match(path[-1]) and text.isdigit() and labels[-1].isdigit():
            labels[-1] += text  # 206 | 07 | 02 in three columns is searched for as 2060702
        elif (is_label and not is_amount) or (number is None and not labels and not values):
            labels.append(text)
        else:
            values.append(f"{_short(path)} {text}".strip())
    label = " ".join(labels)
    return f"{label}：{'，'.join(values)}" if values and label else label or "，".join(values)


def _short(path: Sequence[str]) -> str:
    return "·".join(dict.fromkeys(name for name in path if name))


def _identified(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    for chunk in chunks:
        content = "\0".join((chunk.document, chunk.kind, chunk.table, chunk.section, str(chunk.rows), chunk.text))
        yield replace(chunk, id=hashlib.sha256(content.encode()).hexdigest()[:20])


def _distinct(chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    """Chunks with equal content once: a repeated passage says nothing new."""
    return tuple({chunk.id: chunk for chunk in chunks}.values())
