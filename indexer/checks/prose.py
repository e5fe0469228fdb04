"""The paragraphs of a document in the form in which rules search them, and identities of text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from indexer.checks.book import Book
from indexer.checks.rules import rules
from indexer.text import normalize
from indexer.types import BBox, Identity, IdentityStatus, Paragraph, Section, Term

ARROW = " → "
"""Between what a text says and what it should say, in the expression of an identity of text."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: `text` without spaces and with ASCII brackets; `original` as read."""

    section: Section
    number: int
    paragraph: Paragraph
    text: str

    @property
    def ref(self) -> str:
        return f"text:{self.section.id}:{self.number}"

    @property
    def page(self) -> int:
        return self.paragraph.page

    def page_at(self, fragment: str) -> int:
        """The page on which a fragment of the paragraph begins."""
        return self.line_at(fragment)[0]

    def line_at(self, fragment: str) -> tuple[int, BBox | None]:
        """Page and box of the line in which a fragment (as in `text`) begins."""
        at = self.text.find(fragment)
        if at < 0:
            return self.paragraph.page, None
        # offsets count characters of the original text, where spaces stand
        seen, original = 0, len(self.paragraph.text)
        for n, c in enumerate(self.paragraph.text):
            if seen >= at and not c.isspace():
                original = n
                break
            seen += len(compact(c))
        page, box = self.paragraph.lines[0][:2]
        for line_page, line_box, start in self.paragraph.lines:
            if start <= original:
                page, box = line_page, line_box
        return page, box


def compact(text: str) -> str:
    """Text without spaces, brackets and digits in their ASCII forms."""
    return re.sub(r"\s+", "", normalize(text))


def passages(book: Book) -> Iterator[Passage]:
    """Every paragraph of the document's prose."""
    for section in book.content.sections:
        for number, paragraph in enumerate(section.paragraphs):
            yield Passage(section, number, paragraph, compact(paragraph.text))


def text_identity(
    book: Book,
    rule: str,
    ref: str,
    says: str,
    should: str,
    message: str,
    status: IdentityStatus = IdentityStatus.FAILS,
    kind: str = "",
) -> Identity:
    """An identity of text: `says` stands there, `should` is what the rule asks for."""
    document = book.content.info.id
    key = "\x1f".join([document, rule, ref, says, should])
    return Identity(
        id=hashlib.blake2b(key.encode(), digest_size=10).hexdigest(), document=document, rule=rule, relation="text",
        target=Term(ref), terms=(), printed=Decimal(0), expected=Decimal(0), unit="", status=status,
        expression=f"{says}{ARROW}{should}", message="" if status is IdentityStatus.HOLDS else message,
        kind=kind or rules()[rule].kind,
    )  # fmt: skip
