"""What is held: one row a document, with its findings under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from indexer.types import DocumentContent, DocumentInfo, Finding, Problem
from ui.render import render

SEVERITIES = {"error": "错误", "rounding": "尾差", "hint": "提示"}


class Shelf(Protocol):
    """The part of the store that this list needs."""

    def documents(self) -> tuple[DocumentInfo, ...]: ...
    def content(self, document: str) -> DocumentContent: ...


@dataclass(frozen=True, slots=True)
class Holding:
    """One document as the list shows it."""

    info: DocumentInfo
    tables: int
    facts: int
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


def holdings(shelf: Shelf) -> tuple[Holding, ...]:
    """Every document held, by department and year."""
    found = []
    for info in sorted(shelf.documents(), key=lambda held: (held.department, held.year or 0, held.id)):
        content = shelf.content(info.id)
        findings = tuple(sorted(content.findings, key=lambda f: (list(SEVERITIES).index(f.severity), f.page)))
        found.append(Holding(info, len(content.tables), len(content.facts), findings, content.problems))
    return tuple(found)


def holdings_to_html(held: tuple[Holding, ...]) -> str:
    """The list as HTML."""
    return render("holdings.html", holdings=held, severities=SEVERITIES)
