"""Consistency rules: what a document's figures must satisfy, checked and explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.checks.across import check_across
from indexer.checks.balances import balances
from indexer.checks.between import between_tables, branch
from indexer.checks.book import Book
from indexer.checks.changes import changes
from indexer.checks.findings import identities_to_findings
from indexer.checks.inverse import recompute, ways
from indexer.checks.items import item_rules
from indexer.checks.keys import Keys
from indexer.checks.prose import passages
from indexer.checks.said import amounts_said
from indexer.checks.sayings import Sayings
from indexer.checks.targets import described_targets
from indexer.checks.within import within_tables
from indexer.checks.wording import wording
from indexer.types import SURE_ENOUGH, DocumentContent, Fact, Identity, IdentityStatus

__all__ = ["check_across", "check_document", "identities_to_findings", "recompute", "ways"]


def check_document(content: DocumentContent) -> tuple[Identity, ...]:
    """Every identity of a document that could be checked, holding ones too."""
    book = Book(content)
    keys = Keys(book)
    texts = tuple(passages(book))
    said = Sayings(book, keys)
    sums = [*within_tables(book), *balances(book)]
    found = [
        *sums,
        *between_tables(book, keys, _doubted(book, sums)),
        *changes(said),
        *amounts_said(said, texts),
        *item_rules(book, texts),
        *wording(book, texts),
        *described_targets(book),
    ]
    return _weighed(book, {i.id: i for i in found}.values())


def _doubted(book: Book, identities: Sequence[Identity]) -> Counter[str]:
    """How many failed identities each figure is part of; and each column's figures under one 类 (`branch`)."""
    failed = [i for i in identities if i.status is IdentityStatus.FAILS]
    refs = [ref for i in failed for ref in (i.target.ref, *(t.ref for t in i.terms))]
    facts = [f for ref in refs if isinstance(f := book.figures.get(ref), Fact) and f.code]
    return Counter([*refs, *(branch(f) for f in facts)])


_MANY_FAILED = 4


def _weighed(book: Book, identities: Iterable[Identity]) -> tuple[Identity, ...]:
    """Failures that are more likely misread than misprinted become hints: a table in which most sums fail, and
    figures recognised from a picture with little certainty."""
    found = tuple(identities)
    sums, failed = Counter[str](), Counter[str]()
    for i in found:
        target = book.figures.get(i.target.ref)
        if isinstance(target, Fact) and i.relation == "sum":
            sums[target.table] += 1
            failed[target.table] += i.status is IdentityStatus.FAILS
    broken = {t for t, n in failed.items() if n >= _MANY_FAILED and n * 2 > sums[t]}
    return tuple(_softened(i) if _unsure(book, i, broken) else i for i in found)


def _unsure(book: Book, identity: Identity, broken: set[str]) -> bool:
    if identity.status is not IdentityStatus.FAILS:
        return False
    figures = [book.figures.get(ref) for ref in (identity.target.ref, *(t.ref for t in identity.terms))]
    return any(isinstance(f, Fact) and (f.table in broken or f.confidence < SURE_ENOUGH) for f in figures)


def _softened(identity: Identity) -> Identity:
    return replace(identity, status=IdentityStatus.HINT, message=f"{identity.message}（也可能是识别有误，请核对原件）")
