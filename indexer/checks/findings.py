"""From failed identities to findings: where, printed, expected, computed from what, in a sentence for a clerk."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.checks.book import Book
from indexer.checks.compare import Figure
from indexer.checks.prose import ARROW, Passage, compact, passages
from indexer.text import plain
from indexer.types import (
    BBox,
    Claim,
    DocumentContent,
    Fact,
    Finding,
    FindingInput,
    Identity,
    IdentityStatus,
)

_PAGE = re.compile(r"^第(\d+)页")
_RANK = {IdentityStatus.FAILS: 0, IdentityStatus.ROUNDING: 1, IdentityStatus.HINT: 2}


def identities_to_findings(
    content: DocumentContent, identities: Sequence[Identity], others: Sequence[DocumentContent] = ()
) -> tuple[Finding, ...]:
    """Findings of one document, errors first, then by page. Two rules that blame one figure give one finding.

    `others`: the documents that rules between documents compared it with.
    """
    book, books = Book(content), tuple(map(Book, others))
    texts = {p.ref: p for p in passages(book)}
    groups: dict[tuple[object, ...], list[Identity]] = {}
    follows = _consequences(identities)
    for identity in identities:
        if identity.status is not IdentityStatus.HOLDS and identity.id not in follows:
            groups.setdefault(_cause(book, identity), []).append(identity)
    found = [_finding(book, books, texts, group) for group in groups.values()]
    order = {status.value: rank for status, rank in _RANK.items()}
    return tuple(sorted(found, key=lambda f: (order[f.severity], f.page, f.rule)))


def _consequences(identities: Sequence[Identity]) -> set[str]:
    """Sums that fail only because one of their terms is itself reported, by just as much."""
    gaps = {
        (i.target.ref, i.unit, i.expected - i.printed)
        for i in identities
        if i.status is IdentityStatus.FAILS and i.relation == "sum"
    }
    return {
        i.id
        for i in identities
        if i.relation == "sum" and any((t.ref, i.unit, t.sign * (i.printed - i.expected)) in gaps for t in i.terms)
    }


def _cause(book: Book, identity: Identity) -> tuple[object, ...]:
    """Identities with the same cause share a finding: one figure that should be another, one row that is off."""
    target = book.figures.get(identity.target.ref)
    if identity.relation == "text":
        return (identity.rule, identity.message)
    if isinstance(target, Fact) and identity.relation == "sum":
        gap = identity.printed - identity.expected
        return (identity.status, identity.rule, target.table, target.source.row, gap)
    if isinstance(target, Claim):
        shown = target.figure, target.source.page, target.text
        return (identity.status, shown, round(identity.expected, 2))
    return (identity.status, identity.target.ref, identity.expected)


def _finding(book: Book, others: Sequence[Book], texts: dict[str, Passage], group: Sequence[Identity]) -> Finding:
    first = group[0]
    messages = list(dict.fromkeys(i.message for i in group))
    message = messages[0] + (f"；另有{len(messages) - 1}处同样不符" if len(messages) > 1 else "")
    target = book.figures.get(first.target.ref)
    if target is None or first.relation == "text":
        return _text_finding(book, texts, first, message, target)
    terms = {t.ref: None for i in group for t in i.terms}
    homes = ((ref, next((b for b in (book, *others) if ref in b.figures), None)) for ref in terms)
    inputs = tuple(_input(home, home.figures[ref], home is not book) for ref, home in homes if home is not None)
    none = first.rule == "zero_base"
    return Finding(
        document=first.document, page=target.source.page, rule=first.rule, kind=first.kind, where=book.place(target),
        printed=_printed(target, first), expected="" if none else plain(first.expected), inputs=inputs,
        severity=first.status.value, message=message, printed_unit=first.unit,
        expected_unit="" if none else first.unit,
        bbox=target.source.bbox,
    )  # fmt: skip


def _printed(target: Figure, identity: Identity) -> str:
    if isinstance(target, Fact) and target.blank:
        return target.text.strip()
    return plain(identity.printed)


def _input(book: Book, figure: Figure, elsewhere: bool) -> FindingInput:
    document, source = book.content.info.id if elsewhere else "", figure.source
    if isinstance(figure, Claim):
        return FindingInput(source.page, "", figure.subject, "", figure.figure, source.bbox, document)
    table = book.tables.get(figure.table)
    title = "".join(table.title.split()) if table else ""
    column = " / ".join("".join(p.split()) for p in figure.measure_path)
    row = f"{figure.code} {figure.item}".strip()
    value = f"{figure.text.strip() or '空'}{_unit(figure)}"
    return FindingInput(source.page, title, row, column, value, source.bbox, document)


def _unit(fact: Fact) -> str:
    return "" if fact.blank or fact.text.strip().endswith(fact.unit) else fact.unit


def _text_finding(
    book: Book, texts: dict[str, Passage], identity: Identity, message: str, target: Figure | None
) -> Finding:
    """A finding about words; its place is the line in which they stand."""
    says, _, should = identity.expression.partition(ARROW)
    page = int(m.group(1)) if (m := _PAGE.match(message)) else 1
    where, box = "", None
    kind, _, ref = identity.target.ref.partition(":")
    if target is not None:
        where, page, box = book.place(target), target.source.page, target.source.bbox
    elif kind == "text" and identity.target.ref in texts:
        passage = texts[identity.target.ref]
        where = " > ".join(passage.section.path[-2:])
        box = _box(passage, says)
    elif kind == "text":
        named = ref.rpartition(":")[0]
        where = next((s.title for s in book.content.sections if s.id == named), "")
    elif kind == "table" and ref in book.tables:
        where = "".join(book.tables[ref].title.split())
        box = next((b for p, b in book.tables[ref].bboxes if p == page), None)
    elif kind == "page":
        where = "目录" if identity.rule == "contents_page" else "全文"
    return Finding(
        document=identity.document, page=page, rule=identity.rule, kind=identity.kind, where=where, printed=says,
        expected=should, inputs=(), severity=identity.status.value, message=message, bbox=box,
    )  # fmt: skip


def _box(passage: Passage, says: str) -> BBox | None:
    """The line in which the words stand, or the first of a list of them."""
    text = compact(says)
    return passage.line_at(text if text in passage.text else text.split("、")[0])[1]
