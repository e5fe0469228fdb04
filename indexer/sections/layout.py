"""Printed lines made ready for reading: fragments joined, furniture and table captions dropped, margins known."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from statistics import median

import yaml

from indexer.text import fold, normalize
from indexer.types import BBox, Reading, Table, TextLine

_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2010-\u201f\u2026"
_CJK_SPACE = re.compile(rf"(?<=[{_WIDE}])\s+|\s+(?=[{_WIDE}])")
_SPACES = re.compile(r"\s+")
_ODD = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff]")
_HIDDEN = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\ufeff\ue000-\uf8ff]")
_BAND = 0.12
_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Words:
    """The patterns of words.yaml, compiled."""

    page_number: re.Pattern[str]
    caption: re.Pattern[str]
    contents_title: re.Pattern[str]
    heading_end: re.Pattern[str]
    not_a_title: re.Pattern[str]
    note: re.Pattern[str]


@lru_cache(maxsize=1)
def words() -> Words:
    """The layout patterns, read once."""
    raw = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text("utf-8"))
    return Words(**{name: re.compile("|".join(f"(?:{p})" for p in patterns)) for name, patterns in raw.items()})


@dataclass(frozen=True, slots=True)
class Margins:
    """Left and right edge of the running text of a page."""

    left: float
    right: float

    def is_centred(self, line: TextLine) -> bool:
        """Whether a line stands in the middle, well inside both edges."""
        inset_left, inset_right = line.bbox[0] - self.left, self.right - line.bbox[2]
        deep = 2.6 * line.size
        return inset_left > deep and inset_right > deep and abs(inset_left - inset_right) < 3 * line.size

    def room(self, line: TextLine) -> float:
        """How many characters of its size would still fit behind the line."""
        return (self.right - line.bbox[2]) / max(line.size, 1.0)

    def indent(self, line: TextLine) -> float:
        """First-line indent in characters of its size."""
        return (line.bbox[0] - self.left) / max(line.size, 1.0)


def tidy(text: str) -> str:
    """Printed text without invisible characters, odd radicals and the spaces that typesetting adds between Chinese."""
    text = _ODD.sub(lambda m: normalize(m.group()), _HIDDEN.sub("", text))
    return _SPACES.sub(" ", _CJK_SPACE.sub("", text)).strip()


def page_lines(reading: Reading) -> tuple[TextLine, ...]:
    """The lines of running text in reading order, each tidied."""
    lines = [replace(line, text=text) for line in reading.lines if (text := tidy(line.text))]
    lines.sort(key=lambda line: (line.page, line.bbox[1], line.bbox[0]))
    lines = _drop_furniture(_join_fragments(lines), reading)
    return tuple(_drop_captions(lines, reading.tables))


def _join_fragments(lines: Sequence[TextLine]) -> list[TextLine]:
    """Pieces of one baseline become one line; some fonts break at brackets or full stops."""
    rows: list[list[TextLine]] = []
    for line in lines:
        last = rows[-1] if rows else []
        if last and line.page == last[0].page and _same_baseline(last[0].bbox, line.bbox):
            last.append(line)
        else:
            rows.append([line])
    return [_join_row(sorted(row, key=lambda line: line.bbox[0])) for row in rows]


def _same_baseline(a: BBox, b: BBox) -> bool:
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return overlap > 0.6 * min(a[3] - a[1], b[3] - b[1])


def _join_row(row: list[TextLine]) -> TextLine:
    if len(row) == 1:
        return row[0]
    text = row[0].text
    for left, right in pairwise(row):
        gap = right.bbox[0] - left.bbox[2] > 0.8 * left.size
        text += (" " if gap else "") + right.text
    boxes = [line.bbox for line in row]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    return replace(row[0], text=tidy(text), bbox=box, size=max(line.size for line in row))


def _drop_furniture(lines: list[TextLine], reading: Reading) -> list[TextLine]:
    """Without page numbers and the headers and footers that recur at one height."""
    seen: Counter[tuple[str, int]] = Counter()
    edge: dict[int, tuple[str, int]] = {}
    for index, line in enumerate(lines):
        height = reading.page_sizes[line.page - 1][1]
        if line.bbox[3] < _BAND * height or line.bbox[1] > (1 - _BAND) * height:
            edge[index] = (re.sub(r"\d+", "#", fold(line.text)), round(line.bbox[1] / 4))
            seen[edge[index]] += 1
    enough = max(_REPEATS, reading.pages // 4)
    return [
        line
        for index, line in enumerate(lines)
        if index not in edge or not (seen[edge[index]] >= enough or words().page_number.fullmatch(line.text))
    ]


def _drop_captions(lines: list[TextLine], tables: Sequence[Table]) -> list[TextLine]:
    """Without what belongs to a table: its title, unit line, notes."""
    owned: dict[int, set[str]] = defaultdict(set)
    for table in tables:
        for page in table.pages:
            owned[page] |= {fold(t) for t in (table.title, *table.notes) if t}
    kept = []
    for line in lines:
        folded = fold(line.text)
        belongs = folded in owned[line.page] or any(folded in text for text in owned[line.page] if len(folded) > 5)
        if not belongs and not words().caption.search(line.text):
            kept.append(line)
    return kept


def margins_by_page(lines: Sequence[TextLine], sizes: Sequence[tuple[float, float]]) -> dict[int, Margins]:
    """The text edges of every page: its own where it has enough long lines, else those of pages of its size."""
    long_lines: dict[int, list[TextLine]] = defaultdict(list)
    by_size: dict[tuple[int, int], list[TextLine]] = defaultdict(list)
    for line in lines:
        width, height = sizes[line.page - 1]
        if line.bbox[2] - line.bbox[0] > 0.5 * width:
            long_lines[line.page].append(line)
            by_size[round(width), round(height)].append(line)
    found = {}
    for page in sorted({line.page for line in lines}):
        width, height = sizes[page - 1]
        group = long_lines[page] if len(long_lines[page]) >= 4 else by_size[round(width), round(height)]
        if group:
            found[page] = Margins(min(line.bbox[0] for line in group), _right_edge(group))
        else:
            found[page] = Margins(0.12 * width, 0.88 * width)
    return found


def _right_edge(lines: Sequence[TextLine]) -> float:
    ends = sorted(line.bbox[2] for line in lines)
    return ends[-1] if len(ends) < 10 else ends[int(0.95 * len(ends))]


def body_size(lines: Sequence[TextLine]) -> float:
    """The type size of the running text."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size, 1)] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 12.0


def line_pitch(lines: Sequence[TextLine]) -> float:
    """The usual distance between the tops of two lines of text."""
    gaps = [
        below.bbox[1] - above.bbox[1]
        for above, below in pairwise(lines)
        if above.page == below.page and below.bbox[1] > above.bbox[1]
    ]
    return median(gaps) if gaps else 20.0
