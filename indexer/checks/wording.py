"""Rules on the text alone: template residue, slips, empty-table notes, contents page, names of the body."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from indexer.checks.book import Book
from indexer.checks.prose import Passage, text_identity
from indexer.checks.rules import words
from indexer.text import fold, normalize, strip_numbering
from indexer.types import Identity, IdentityStatus, Table
from indexer.vocabulary import vocabulary

_AROUND = 14
_ALIKE = 0.62
_LONG_NAME = 6


def wording(book: Book, texts: Sequence[Passage]) -> Iterator[Identity]:
    """Every rule that needs no figures."""
    for passage in texts:
        yield from _residue(book, passage, "residue", "template_residue")
        yield from _residue(book, passage, "slips", "wording")
    yield from _notes(book)
    yield from _contents(book)
    yield from _missing(book)
    yield from _body_in_titles(book)
    yield from _body_in_prose(book, texts)


def _residue(book: Book, passage: Passage, which: str, kind: str) -> Iterator[Identity]:
    for entry in words()[which]:
        for m in re.finditer(entry["pattern"], passage.text):
            around = passage.text[max(0, m.start() - _AROUND) : m.end() + _AROUND // 2]
            page = passage.page_at(m.group(0))
            message = f"第{page}页“…{around}…”中“{m.group(0)}”：{entry['says']}"
            yield text_identity(book, "residue", passage.ref, m.group(0), entry["says"], message, kind=kind)


def _filled(book: Book, table: Table) -> bool:
    return any(f.value for f in book.by_table.get(table.id, ()))


def _notes(book: Book) -> Iterator[Identity]:
    """A note of emptiness under a filled table or with another fund's name; an empty table without a note."""
    says_empty = re.compile(words()["empty_note"])
    for table in book.content.tables:
        if not book.by_table.get(table.id) and table.kind not in words()["empty_note_wanted"]:
            continue
        page, title = table.pages[-1], f"《{''.join(table.title.split())}》"
        empty_notes = [n for n in table.notes if says_empty.search(fold(n))]
        filled = _filled(book, table)
        for note in empty_notes:
            if filled:
                message = f"第{page}页{title}表内有数，表下却注“{note.strip()}”"
                yield text_identity(
                    book, "empty_note", f"table:{table.id}", note.strip(), "表内有数，不应有此注", message
                )
            elif wrong := _other_fund(table, note):
                message = f"第{page}页{title}的注写的是{wrong}：“{note.strip()}”"
                yield text_identity(book, "empty_note", f"table:{table.id}", note.strip(), "注应写本表的资金", message)
        if not filled and not table.notes and table.kind in words()["empty_note_wanted"]:
            message = f"第{page}页{title}是空表，表下没有说明"
            yield text_identity(
                book, "empty_note", f"table:{table.id}", "空表无说明", "空表应有说明", message, IdentityStatus.HINT
            )


def _other_fund(table: Table, note: str) -> str:
    named = {kind for kind, pattern in words()["fund_named"].items() if re.search(pattern, fold(note))}
    if not named or table.kind.value not in words()["fund_named"] or table.kind.value in named:
        return ""
    return "另一种资金"


def _heads(book: Book) -> dict[str, list[int]]:
    """Pages on which titles of tables and headings of sections stand, by folded title."""
    found: dict[str, list[int]] = {}
    for table in book.content.tables:
        found.setdefault(_title_key(table.title), []).append(table.pages[0])
    for section in book.content.sections:
        if section.path and section.pages:
            found.setdefault(_title_key(section.title), []).append(section.pages[0])
    return found


def _title_key(title: str) -> str:
    return strip_numbering(fold(title)).rstrip("。:：")


def _contents(book: Book) -> Iterator[Identity]:
    """Printed pages of the contents against the pages the titles stand on; the distance of most is taken as right."""
    heads = _heads(book)
    entries = [(t, p, at, heads[_title_key(t)]) for t, p, at in book.content.contents if p and _title_key(t) in heads]
    shifts = Counter(page - printed for _, printed, _, pages in entries for page in pages[:1])
    if not shifts or shifts.most_common(1)[0][1] < max(2, len(entries) // 2):
        return
    shift = shifts.most_common(1)[0][0]
    for title, printed, at, pages in entries:
        status = IdentityStatus.HOLDS if printed + shift in pages else IdentityStatus.FAILS
        right = pages[0] - shift
        message = f"第{at}页目录“{title}”页码为{printed}，实际在第{right}页（PDF第{pages[0]}页）"
        yield text_identity(book, "contents_page", f"page:{at}", f"{title} {printed}", f"{right}", message, status)


def _missing(book: Book) -> Iterator[Identity]:
    """Kinds of tables that should be there, and tables that the contents name."""
    held = {t.kind.value for t in book.content.tables}
    names = vocabulary().kinds
    for kind in words()["mandatory"]:
        if kind not in held and held & set(words()["mandatory"]):
            label = (names[kind].words or (kind,))[0] if kind in names else kind
            message = f"没有找到{label}"
            yield text_identity(book, "missing_table", "page:1", label, "应公开", message, IdentityStatus.HINT)


def _body_in_titles(book: Book) -> Iterator[Identity]:
    """Headings and tables that name a body nearly, but not quite, like the document's."""
    own = fold(book.content.info.department)
    if len(own) < _LONG_NAME:
        return
    pattern = re.compile(words()["body_in_title"])
    places = [(s.title, s.pages[0], f"text:{s.id}:0") for s in book.content.sections if s.path and s.pages]
    places += [(t.title, t.pages[0], f"table:{t.id}") for t in book.content.tables]
    places += [(f"{t.department}2000年预算", t.pages[0], f"table:{t.id}") for t in book.content.tables if t.department]
    seen: set[str] = set()
    for title, page, ref in places:
        m = pattern.search(strip_numbering(fold(title)))
        name = re.sub(r"^[\d\s]+", "", m.group("body")) if m else ""
        if not name or name in seen or not _near(name, own, book):
            continue
        seen.add(name)
        message = f"第{page}页所写单位“{name}”与本文件的“{book.content.info.department}”不一致"
        yield text_identity(book, "body_name", ref, name, book.content.info.department, message)


def _near(name: str, own: str, book: Book) -> bool:
    """Another spelling of the same name, not another body and not a shorter form of it."""
    if name == own or (name in own and own.endswith(name) and len(name) * 3 < len(own) * 2):
        return False
    if own in name or name in {fold(a) for a in book.content.info.aliases}:
        return False
    return name[-2:] == own[-2:] and SequenceMatcher(None, name, own, autojunk=False).ratio() >= _ALIKE


def _body_in_prose(book: Book, texts: Sequence[Passage]) -> Iterator[Identity]:
    """The body's full name with one or two characters wrong."""
    own = re.sub(r"\s+", "", normalize(book.content.info.department))
    if len(own) < _LONG_NAME + 2:
        return
    tail, seen = own[-3:], set[str]()
    for passage in texts:
        for m in re.finditer(re.escape(tail), passage.text):
            window = passage.text[max(0, m.end() - len(own)) : m.end()]
            wrong = sum(a != b for a, b in zip(window, own, strict=False)) if len(window) == len(own) else 9
            if not 1 <= wrong <= 1 or window in seen:
                continue
            seen.add(window)
            page = passage.page_at(window)
            message = f"第{page}页把单位名称写成“{window}”，应为“{own}”"
            yield text_identity(book, "body_name", passage.ref, window, own, message, kind="wording")
