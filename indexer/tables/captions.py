"""What stands around a grid: title, unit, department above; notes below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from indexer.tables.runs import Line, Piece
from indexer.tables.words import (
    is_bare_date,
    is_body_name,
    is_coded_name,
    is_continued,
    is_date_line,
    is_department_line,
    is_emptiness,
    is_form_number,
    is_note,
    is_page_number,
    is_sentence,
    is_unit_line,
    unit_of,
    without_continued,
)
from indexer.text import fold

_LONGEST_TITLE = 60
_TITLE_END = re.compile(r"表(?:[（(][^（()）]{1,8}[)）])?$")
_PROSE_END = "：:，,；;。、"


@dataclass(slots=True)
class Captions:
    """What was found above a grid. `remark`: what limits the title (不含上年结转); `used`: lines that are no prose;
    `title_lines` stay lines as well."""

    title: str = ""
    remark: str = ""
    unit: str = ""
    department: str = ""
    period: str = ""
    continued: bool = False
    used: list[Line] = field(default_factory=list)
    title_lines: list[Line] = field(default_factory=list)


def read_captions(lines: Sequence[Line], page_width: float) -> Captions:
    """Captions among the lines above a grid (top to bottom), nearest line last."""
    found = Captions()
    for i in range(len(lines) - 1, -1, -1):
        line = lines[i]
        rest = _take_marks(line, found)
        if not rest:
            found.used.append(line)
            continue
        text = "".join(p.text for p in rest)
        if i and is_body_name(text) and _TITLE_END.search(fold(lines[i - 1].text)):
            found.department = found.department or text
            found.used.append(line)
            continue
        if i and _is_remark(text, line, rest) and _TITLE_END.search(fold(lines[i - 1].text)):
            found.remark = found.remark or _BRACKETS.sub("", fold(text))
            found.used.append(line)
            continue
        if not _may_be_title(rest, lines, i):
            break
        _take_title(rest, lines, i, page_width, found)
        break
    return found


_BRACKETS = re.compile(r"[（(\[【）)\]】]")
_IN_BRACKETS = re.compile(r"[（(\[【][^（(）)]+[）)\]】]")


def _is_remark(text: str, line: Line, rest: list[Piece]) -> bool:
    """不含上年结转 between the body and the unit, or in brackets on a line of its own: it limits the title above it."""
    return not _TITLE_END.search(fold(text)) and (len(rest) < len(line.pieces) or bool(_IN_BRACKETS.fullmatch(text)))


def caption_text(text: str, found: Captions) -> None:
    """Adds what a row inside the frame says (a title or unit over the whole width)."""
    unit = unit_of(text)
    if unit and not found.unit:
        found.unit = unit
    if is_department_line(text) and not found.department:
        found.department = department_name(text)
        return
    mark = (unit and is_unit_line(text)) or is_date_line(text) or is_form_number(text)
    if not mark and not found.title and not is_sentence(text) and not is_note(text):
        found.title = clean_title(text)


def _take_marks(line: Line, found: Captions) -> list[Piece]:
    """Takes unit, department, dates and form numbers from a line; returns the pieces left."""
    rest: list[Piece] = []
    marked = any(unit_of(p.text) for p in line.pieces)
    for piece in line.pieces:
        text = piece.text
        unit = unit_of(text)
        if unit and not found.unit:
            found.unit = unit
        if is_date_line(text):
            found.period = found.period or text
        if is_continued(text):
            found.continued = True
        elif is_department_line(text) or is_coded_name(text) or (marked and is_body_name(_UNIT_TAIL.sub("", text))):
            found.department = found.department or department_name(_UNIT_TAIL.sub("", text))
        elif not (unit and is_unit_line(text)) and not is_date_line(text) and not is_form_number(text):
            kept = " ".join(t for t in text.split(" ") if not (is_form_number(t) or (unit and is_unit_line(t))))
            if kept and not is_page_number(kept):
                rest.append(piece if kept == text else replace(piece, text=kept))
        elif is_bare_date(text):
            rest.append(piece)
    return [] if all(is_bare_date(p.text) for p in rest) else rest


def _may_be_title(rest: list[Piece], lines: Sequence[Line], i: int) -> bool:
    text = " ".join(p.text for p in rest)
    if is_sentence(text) or text[-1] in _PROSE_END or len(text) > _LONGEST_TITLE or is_note(text):
        return False
    return not (i > 0 and _wraps(lines[i - 1], lines[i]))


def _wraps(above: Line, line: Line) -> bool:
    """Whether a line ends a paragraph that the line above fills."""
    left, _, right, _ = above.bbox
    x0, _, x1, _ = line.bbox
    gap = line.y - above.y
    same_size = abs(above.size - line.size) < 0.6
    flush = x0 < left + 0.5 * line.size and abs((x0 + x1) - (left + right)) > 4 * line.size
    return (
        same_size and flush and right - x1 > 2 * line.size and gap < 3 * line.size and above.text[-1] not in "。；：:"
    )


def _take_title(rest: list[Piece], lines: Sequence[Line], i: int, page_width: float, found: Captions) -> None:
    text = "".join(p.text if not j else " " + p.text for j, p in enumerate(rest))
    found.title_lines.append(lines[i])
    if len(rest) < len(lines[i].pieces):
        found.used.append(lines[i])
    above = lines[i - 1] if i else None
    if above is not None and _is_first_half(above, lines[i], page_width):
        text = above.text + text
        found.title_lines.append(above)
    if is_continued(text[-4:]) or "续表" in text:
        found.continued = True
    found.title = clean_title(text)


def _is_first_half(above: Line, line: Line, page_width: float) -> bool:
    """Whether a centred title was wrapped: the line above is nearly full, same size, same middle."""
    a0, _, a1, _ = above.bbox
    x0, _, x1, _ = line.bbox
    wide = a1 - a0 > 0.55 * page_width and a1 - a0 > x1 - x0
    centred = abs((a0 + a1) - (x0 + x1)) < 2 * line.size
    close = line.y - above.y < 2.2 * line.size
    plain = above.text[-1] not in "。；：:，" and len(above.pieces) == 1 and not is_sentence(above.text)
    return wide and centred and close and plain and abs(above.size - line.size) < 0.6


_SPACES = re.compile(r"(?<=[⺀-鿿（）“”、])\s+|\s+(?=[⺀-鿿（）“”、])")
_UNIT_TAIL = re.compile(r"\s*(?:[（(\[]?(?:金额)?单位[:：][^)）\]]{1,8}[)）\]]?|[（(](?:人民币)?[百千万亿]*元[)）])$")


def clean_title(text: str) -> str:
    """A title without its unit and without spaces between Chinese characters."""
    return without_continued(_UNIT_TAIL.sub("", _SPACES.sub("", text.strip())))


def department_name(text: str) -> str:
    """The body that a caption names ("编制部门：某某局" -> "某某局"; "731 某某局" stays)."""
    m = re.match(r"^[^:：]{0,12}[:：](.*)$", text.strip())
    return (m.group(1) if m else text).strip()


def read_notes(lines: Sequence[Line], bottom: float, right: float) -> tuple[list[str], list[Line]]:
    """Notes directly below a grid that ends at `bottom` and `right`, and the lines they were printed on."""
    notes: list[str] = []
    used: list[Line] = []
    for line in lines:
        text = line.text
        if is_note(text) or (not notes and line.y < bottom + 4 * line.size and is_emptiness(text)):
            notes.append(text)
        elif notes and _fills(used[-1], right, line):
            notes[-1] += text
        else:
            break
        used.append(line)
    return notes, used


def _fills(above: Line, right: float, line: Line) -> bool:
    reaches = above.bbox[2] > right - 3 * above.size
    near = line.y - above.y < 2.5 * max(line.size, above.size)
    return reaches and near and abs(line.size - above.size) < 0.6


def same_title(a: str, b: str) -> bool:
    return fold(a) == fold(b)
