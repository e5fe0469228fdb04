"""The list of documents, its jobs and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from indexer.inbox import Job
from indexer.store import Held
from indexer.types import DocumentInfo, Finding, FindingInput, Problem
from tests.ui.fakes import DOCUMENT, FINDING, INFO
from ui.holdings import PAGE_SIZE, STATUSES, findings_to_html, holdings, holdings_to_html, jobs_to_html, upload_to_html
from ui.words import english

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}\"'"


class Shelf:
    """Holds documents that have one finding and one problem each."""

    def __init__(self, *infos: DocumentInfo) -> None:
        self._held = tuple(Held(info, n, "", "", "", 1, 2, 3, "") for n, info in enumerate(infos))

    def all_held(self) -> tuple[Held, ...]:
        return self._held

    def finding_counts(self) -> dict[str, dict[str, int]]:
        return {held.info.id: {"error": 1, "hint": 2} for held in self._held}

    def findings(self, documents: Sequence[str] | None = None) -> tuple[Finding, ...]:
        return (FINDING,)

    def problems(self, documents: Sequence[str] | None = None) -> tuple[Problem, ...]:
        return (Problem(3, "ocr", f"看不清{HOSTILE}"),)


def many(count: int) -> Shelf:
    infos = (
        replace(INFO, id=f"{n % 2000:04}局-{2014 + n // 2000}", department=f"第{n % 2000:04}局", title="")
        for n in range(count)
    )
    return Shelf(*infos)


def test_documents_are_listed_with_what_was_found() -> None:
    html = holdings_to_html(holdings(Shelf(INFO)))
    assert "示例市样例局2023年部门预算" in html
    assert "（1 处错误）" in html
    assert "看不清" in html
    assert "库中还没有文件" in holdings_to_html(holdings(Shelf()))


def test_only_staff_are_offered_to_remove() -> None:
    assert "documents/remove" not in holdings_to_html(holdings(Shelf(INFO)))
    assert "documents/remove" in holdings_to_html(holdings(Shelf(INFO)), staff=True)
    assert 'type="file"' in upload_to_html(True, True, 200)
    assert 'type="password"' in upload_to_html(False, True, 200)
    assert "<input" not in upload_to_html(False, False, 200)


def test_ten_thousand_documents_come_a_page_at_a_time_and_can_be_narrowed() -> None:
    shelf = many(10_000)
    shown = holdings(shelf)
    assert (len(shown.rows), shown.pages, shown.total) == (PAGE_SIZE, 500, 10_000)
    assert holdings(shelf, page=10**6).page == 500
    narrowed = holdings(shelf, "第0007局 2016")
    assert [row.held.info.id for row in narrowed.rows] == ["0007局-2016"]
    assert len(holdings_to_html(shown)) < 60_000


def test_nothing_from_documents_becomes_html() -> None:
    info = replace(INFO, id=HOSTILE, title=HOSTILE, department=HOSTILE)
    finding = replace(FINDING, message=HOSTILE, where=HOSTILE, inputs=(FindingInput(3, HOSTILE, "", "", HOSTILE),))
    html = holdings_to_html(holdings(Shelf(info)), staff=True) + findings_to_html(HOSTILE, (finding,), ())
    html += jobs_to_html([Job(1, HOSTILE, None, "failed", message=HOSTILE)], staff=True)
    assert "<img" not in html


def test_a_report_leads_to_both_places_also_in_another_document() -> None:
    inputs = (
        FindingInput(9, "收入总表", "财政拨款", "合计", "10万元", (1.0, 2.0, 3.0, 4.0)),
        FindingInput(4, "决算表", "上年", "", "11万元", (5.0, 6.0, 7.0, 8.0), "另一份"),
    )
    finding = replace(FINDING, inputs=inputs, bbox=(0.0, 0.0, 9.0, 9.0))
    html = findings_to_html(DOCUMENT, (), (finding,))
    assert f'data-also="9|1.0,2.0,3.0,4.0|{DOCUMENT}\n4|5.0,6.0,7.0,8.0|另一份"' in html
    assert "另一份 第4页" in html
    assert "没有发现" in findings_to_html(DOCUMENT, (), ())


@pytest.mark.parametrize("status", STATUSES)
def test_every_state_of_a_job_has_words(status: str) -> None:
    job = Job(1, "甲", None, status, 3, 9)
    html = jobs_to_html([job], staff=True)
    assert STATUSES[status] in html
    assert english(STATUSES[status]) in jobs_to_html([job], staff=True, t=english)
    assert ("documents/cancel" in html) is not job.finished
    assert ("第 3 / 9 页" in html) is (status == "reading")
