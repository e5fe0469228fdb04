"""The passages nearest to a question that nothing held answers, for a reader to judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.text import fold
from indexer.types import Chunk, Limits
from retriever.asked import Asked, take_apart
from retriever.catalog import Catalog
from retriever.draft import Passage
from retriever.language import language
from retriever.library import Library
from retriever.lines import shares
from retriever.passages import SENTENCE
from retriever.ranking import rank
from retriever.view import View

_READ = 6
"""So many passages are looked at for their best line."""
_MOST = 3
_LEAST = 0.12
"""The share of what was asked that a line has to hold."""
_OF_BEST = 0.6
"""A further line has to be nearly as near as the best."""
_SAYS = re.compile(r"(?!栏目：)(?:.*：|(?!.*、.*、.*、).*\d)")
"""Lines of a table's passage that say something, not those that only list its headings or rows."""
_LENGTH = 150
"""About so many characters of a long line are shown."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a passage with the share of the question that it holds."""

    share: float
    text: str
    chunk: Chunk


def closest(text: str, views: tuple[View, ...], catalog: Catalog, library: Library) -> tuple[Passage, ...]:
    """Up to three stretches of the views' documents that hold the most of what `text` asks, best first; () where none
    holds a fair part of it."""
    by_document = {view.info.id: view for view in views}
    asked = take_apart(text, catalog)
    if not asked.words or not by_document:
        return ()
    found = rank(library.store, asked, Limits(tuple(by_document)))
    asked = replace(asked, words=language().stopwords.sub(" ", asked.words))
    chunks = library.store.chunks(tuple(r.id for r in found[:_READ]))
    lines = sorted(_best_lines(asked, chunks), key=lambda line: -line.share)
    least = max(_LEAST, _OF_BEST * lines[0].share) if lines else _LEAST
    passages = (_passage(line, asked, by_document[line.chunk.document]) for line in lines if line.share >= least)
    distinct = {fold(passage.text): passage for passage in passages}
    return tuple(distinct.values())[:_MOST]


def _best_lines(asked: Asked, chunks: tuple[Chunk, ...]) -> Iterator[_Line]:
    """Each passage's best line, its heading left out but counted for half."""
    split = [(chunk, chunk.text.partition("\n")) for chunk in chunks]
    lines = [
        (chunk, head, line)
        for chunk, (head, _, body) in split
        for line in body.split("\n")
        if line.strip() and (not chunk.table or (_SAYS.match(line) and fold(line) not in fold(head)))
    ]
    if not lines:
        return
    own = shares(asked, [line for _, _, line in lines])
    beside = shares(asked, [f"{head} {line}" for _, head, line in lines])
    best: dict[str, _Line] = {}
    for (chunk, _, line), alone, headed in zip(lines, own, beside, strict=True):
        share = (alone + headed) / 2
        if chunk.id not in best or share > best[chunk.id].share:
            best[chunk.id] = _Line(share, line, chunk)
    yield from best.values()


def _passage(line: _Line, asked: Asked, view: View) -> Passage:
    chunk = line.chunk
    if chunk.table:
        return _row(line, view)
    shown = _around(line.text, asked)
    for section in view.content.sections:
        if section.id != chunk.section:
            continue
        for paragraph in section.paragraphs:
            start = paragraph.text.find(shown)
            if start >= 0:
                page, box, _ = max((p for p in paragraph.lines if p[2] <= start), key=lambda p: p[2])
                return Passage(shown, None, chunk.document, page, " > ".join(section.path), box)
    return Passage(shown, None, chunk.document, chunk.pages[0], chunk.title, chunk.bbox)


def _row(line: _Line, view: View) -> Passage:
    """A row of a table, at the place where its cells stand."""
    chunk = line.chunk
    table = next((t for t in view.content.tables if t.id == chunk.table), None)
    text = line.text[: 2 * _LENGTH]
    for row in table.rows if table else ():
        filled = [cell for cell in row if cell.text]
        if filled and all(fold(cell.text) in fold(line.text) for cell in filled):
            return Passage(text, None, chunk.document, filled[0].page, chunk.title, filled[0].bbox, chunk.title)
    return Passage(text, None, chunk.document, chunk.pages[0], chunk.title, chunk.bbox, chunk.title)


def _around(text: str, asked: Asked) -> str:
    """The sentence of a line that holds the most of the question, with those after it that still fit."""
    sentences = [m.group(0) for m in SENTENCE.finditer(text)]
    if len(text) <= _LENGTH or len(sentences) < 2:
        return text
    held = shares(asked, sentences)
    first = held.index(max(held))
    shown = sentences[first]
    for following in sentences[first + 1 :]:
        if len(shown) + len(following) > _LENGTH:
            break
        shown += following
    return shown
