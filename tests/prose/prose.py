"""Claims of prose given as plain text, one paragraph a line."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.claims import sections_to_claims
from indexer.types import Claim, DocType, DocumentInfo, Fact, Paragraph, Scope, Section


def info(doc_type: DocType = DocType.BUDGET, year: int = 2023) -> DocumentInfo:
    return DocumentInfo("d", "t", "某市水务局", year, doc_type, Scope.DEPARTMENT, "某市", ("水务局", "市水务局"))


def claims_of(
    text: str,
    path: Sequence[str] = (),
    doc_type: DocType = DocType.BUDGET,
    year: int = 2023,
    facts: Sequence[Fact] = (),
) -> tuple[Claim, ...]:
    paragraphs = tuple(Paragraph(t, ((i + 1, (0.0, 0.0, 1.0, 1.0), 0),)) for i, t in enumerate(text.split("\n")))
    return sections_to_claims(info(doc_type, year), (Section("s", 0, tuple(path), len(path), (1,), paragraphs),), facts)


def short(claim: Claim) -> tuple[str, str, str]:
    """(concept, role, value with unit) of a claim."""
    return claim.concept, claim.role.value, f"{claim.value}{claim.unit}"
