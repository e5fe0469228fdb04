"""What is held: a row a document with its findings under it, and the documents on their way in or out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from indexer.inbox import Job
from indexer.store import Held
from indexer.types import Finding, FindingInput, Problem
from ui.render import render
from ui.viewer import places_to_text
from ui.words import Words, chinese

SEVERITIES = {"error": "错误", "rounding": "尾差", "hint": "提示"}
STATUSES = {
    "waiting": "等待中",
    "busy": "另一个程序正在写入，等它结束",
    "reading": "读取中",
    "indexed": "已加入",
    "replaced": "已替换同名文件",
    "unchanged": "已在库中，内容相同",
    "removed": "已移除",
    "failed": "失败",
    "cancelled": "已取消",
}
"""What people call the states of a job."""
PAGE_SIZE = 20
_MOST_FINDINGS = 200


class Shelf(Protocol):
    """The part of the store that this list needs."""

    def all_held(self) -> tuple[Held, ...]: ...
    def finding_counts(self) -> dict[str, dict[str, int]]: ...
    def findings(self, documents: Sequence[str] | None = None) -> tuple[Finding, ...]: ...
    def problems(self, documents: Sequence[str] | None = None) -> tuple[Problem, ...]: ...


@dataclass(frozen=True, slots=True)
class Holding:
    """One document as the list shows it."""

    held: Held
    errors: int
    findings: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """One page of the list, `page` from 1; `total` documents pass the filter of `all` held."""

    rows: tuple[Holding, ...]
    page: int
    pages: int
    total: int
    all: int


def holdings(shelf: Shelf, text: str = "", page: int = 1) -> Holdings:
    """Documents whose name, title or department has the words, by department and year."""
    words = text.casefold().split()
    everything = shelf.all_held()
    found = [one for one in everything if all(word in _searched(one) for word in words)]
    found.sort(key=lambda one: (one.info.department, one.info.year or 0, one.info.id))
    pages = max(-(-len(found) // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    counts = shelf.finding_counts()
    rows = []
    for one in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]:
        own = counts.get(one.info.id, {})
        rows.append(Holding(one, own.get("error", 0), sum(own.values()), shelf.problems([one.info.id])))
    return Holdings(tuple(rows), page, pages, len(found), len(everything))


def holdings_to_html(shown: Holdings, staff: bool = False, t: Words = chinese) -> str:
    """The list as HTML; `staff`: with what only they may do."""
    return render("holdings.html", t, shown=shown, staff=staff)


def findings_to_html(document: str, inside: Sequence[Finding], across: Sequence[Finding], t: Words = chinese) -> str:
    """The consistency report of one document: its findings, each with the places it speaks of."""
    order = list(SEVERITIES)
    found = sorted((*inside, *across), key=lambda finding: (order.index(finding.severity), finding.page))
    reports = [(finding, _also(finding), tuple(_named(finding, one) for one in finding.inputs)) for finding in found]
    more = max(len(reports) - _MOST_FINDINGS, 0)
    return render(
        "findings.html", t, document=document, reports=reports[:_MOST_FINDINGS], more=more, severities=SEVERITIES
    )


def jobs_to_html(jobs: Sequence[Job], staff: bool, t: Words = chinese) -> str:
    """The documents on their way, newest first."""
    finished = any(job.finished for job in jobs)
    return render("jobs.html", t, jobs=tuple(jobs)[::-1], staff=staff, statuses=STATUSES, finished=finished)


def upload_to_html(staff: bool, has_password: bool, most_mb: int, t: Words = chinese) -> str:
    """Where to drop files, or how to be allowed to."""
    return render("upload.html", t, staff=staff, has_password=has_password, most_mb=most_mb)


def _searched(one: Held) -> str:
    return f"{one.info.id} {one.info.title} {one.info.department} {one.info.year}".casefold()


def _also(finding: Finding) -> str:
    """The places that a finding's figure was computed from, as links carry them."""
    return places_to_text((one.document or finding.document, one.page, one.bbox) for one in finding.inputs[:12])


def _named(finding: Finding, one: FindingInput) -> tuple[str, str, FindingInput]:
    """Document, name and place of a figure that a finding was computed from."""
    name = " · ".join(part for part in (one.table, one.row, one.column) if part)
    return one.document or finding.document, name, one
