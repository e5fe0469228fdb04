"""A performance target against its own description: 描述为 1 年, 指标值 11 年."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indexer.checks.book import Book
from indexer.checks.prose import text_identity
from indexer.text import fold, normalize
from indexer.types import Identity, IdentityStatus, Table, TableKind

_VALUE_COLUMN = re.compile(r"指标值|目标值")
_TEXT_COLUMN = re.compile(r"描述|说明|三级指标|内容")
_TARGET = re.compile(r"^(?:[≥≤><=＞＜]|不少于|不低于|不超过|不高于)*\s*(\d+(?:\.\d+)?)\s*([^\d\s≥≤]{1,4})$")
_CALENDAR_YEAR = 1900


def described_targets(book: Book) -> Iterator[Identity]:
    """Hints where a row's words give one figure in the target's own unit, and it is another."""
    for table in book.content.tables:
        if table.kind is TableKind.PERFORMANCE:
            yield from _of_table(book, table)


def _of_table(book: Book, table: Table) -> Iterator[Identity]:
    leaves = [fold(path[-1]) if path else "" for path in table.header]
    values = [i for i, leaf in enumerate(leaves) if _VALUE_COLUMN.search(leaf) and "依据" not in leaf]
    texts = [i for i, leaf in enumerate(leaves) if _TEXT_COLUMN.search(leaf) and i not in values]
    for number, row in enumerate(table.rows):
        for column in values[:1]:
            m = _TARGET.match(normalize(row[column].text).strip()) if column < len(row) else None
            if m is None:
                continue
            value, unit = Decimal(m.group(1)), m.group(2)
            words = " ".join(normalize(row[i].text) for i in texts if i < len(row))
            told = {Decimal(n) for n in re.findall(r"(\d+(?:\.\d+)?)\s*" + re.escape(unit), words)}
            told = {n for n in told if n < _CALENDAR_YEAR}
            if len(told) != 1 or told == {value}:
                continue
            page, title = row[column].page, "".join(table.title.split())
            said = f"{told.pop()}{unit}"
            message = f"第{page}页《{title}》第{number + 1}行：描述为{said}，指标值为{row[column].text.strip()}，请核对"
            ref = f"table:{table.id}"
            yield text_identity(book, "target_text", ref, row[column].text.strip(), said, message, IdentityStatus.HINT)
