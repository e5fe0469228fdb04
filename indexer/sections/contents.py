"""The contents page: recognised, kept out of the sections, returned for the checks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.sections.headings import heading_text, number_of
from indexer.sections.layout import Margins, words
from indexer.text import fold
from indexer.types import TextLine

ContentsEntry = tuple[str, int | None, int]
"""Title, printed page number (None where the contents give none), PDF page of the contents."""

_LEADERS = re.compile(r"[.．·…‥⋯・。_\-—\s]{4,}")
_DOTS = r".．·…‥⋯・"
_ENTRY = re.compile(
    rf"^(?P<title>.*?[^\s{_DOTS}])(?:[{_DOTS}_\s]{{2,}}|[{_DOTS}])\s*[（(\-—]*(?P<page>\d{{1,3}})[)）\-—]*$"
)
_TRAILING = re.compile(r"[.．·…‥⋯・_\s]{2,}[（(\-—\d）)]*$|[…⋯·]+$")
_SENTENCE = re.compile(r"[。；！？]")


def split_contents(
    lines: Sequence[TextLine], margins: dict[int, Margins], table_pages: frozenset[int]
) -> tuple[tuple[ContentsEntry, ...], frozenset[int]]:
    """The entries of the contents and the indexes of the lines that hold them (its title included)."""
    start = next((i for i, line in enumerate(lines[:200]) if words().contents_title.search(fold(line.text))), None)
    if start is None:
        start = _dotted_run(lines)
        if start is None:
            return (), frozenset()
        first = start
    else:
        first = start + 1
    taken = [start]
    page = lines[start].page
    for index in range(first, len(lines)):
        line = lines[index]
        if line.page != page:
            if line.page in table_pages or not _goes_on(lines, index, taken):
                break
            page = line.page
        if _SENTENCE.search(line.text) and not _LEADERS.search(line.text):
            break
        taken.append(index)
    entries = _entries([lines[i] for i in taken if i >= first], margins)
    return entries, frozenset(taken) if len(entries) > 2 else frozenset()


def _dotted_run(lines: Sequence[TextLine]) -> int | None:
    """Where a contents without a title begins: four dotted lines in a row on an early page."""
    for index in range(min(len(lines), 60) - 3):
        if all(_ENTRY.match(line.text) for line in lines[index : index + 4]):
            return index
    return None


def _goes_on(lines: Sequence[TextLine], index: int, taken: Sequence[int]) -> bool:
    """Whether the page that starts at `index` continues the contents."""
    rest = [line for line in lines[index:] if line.page == lines[index].page]
    if any(_SENTENCE.search(line.text) and not _LEADERS.search(line.text) for line in rest):
        return False
    if _ENTRY.match(lines[index].text):
        return True
    number = number_of(lines[index].text)
    if number is None or number.value == 1:
        return False
    held = (number_of(lines[i].text) for i in taken)
    return any(n is not None and n.style == number.style and n.value == number.value - 1 for n in held)


def _entries(lines: Sequence[TextLine], margins: dict[int, Margins]) -> tuple[ContentsEntry, ...]:
    entries: list[ContentsEntry] = []
    with_pages = sum(_ENTRY.match(line.text) is not None for line in lines) * 2 > len(lines)
    last: TextLine | None = None
    for line in lines:
        match = _ENTRY.match(line.text)
        title = match.group("title") if match else _TRAILING.sub("", line.text)
        printed = int(match.group("page")) if match else None
        if last is not None and _wraps(last, line, entries[-1], margins, with_pages):
            before, _, page = entries.pop()
            entries.append((before + title, printed, page))
        else:
            entries.append((title, printed, line.page))
        last = line
    return tuple((heading_text(title), printed, page) for title, printed, page in entries)


def _wraps(last: TextLine, line: TextLine, entry: ContentsEntry, margins: dict[int, Margins], with_pages: bool) -> bool:
    """Whether `line` is the second line of the entry before it."""
    if entry[1] is not None or number_of(line.text) is not None or number_of(last.text) is None:
        return False
    if _TRAILING.search(last.text):
        return False
    return with_pages or (margins[last.page].room(last) < 1.5 and len(line.text) < len(last.text))
