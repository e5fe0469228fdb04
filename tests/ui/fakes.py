"""A recorded answer, a library and a painter: what the page's tests and previews stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from PIL import Image

from indexer.errors import YusuanError
from indexer.types import (
    Blank,
    DocType,
    DocumentContent,
    DocumentInfo,
    Fact,
    Finding,
    Scope,
    SourceRef,
    TableKind,
)
from retriever.types import Answer, Check, Citation, Question, Status, Value
from ui.pictures import Pictures

DOCUMENT = "示例市样例局-2023年部门预算"
BOX = (300.0, 200.0, 360.0, 214.0)


def fact(number: int, item: str, value: str, page: int = 21) -> Fact:
    """One row of a 三公 table."""
    top = 200.0 + 20 * number
    return Fact(
        id=f"f{number}",
        document=DOCUMENT,
        table="t1",
        kind=TableKind.THREE_PUBLIC,
        item=item,
        code="",
        item_path=(),
        concept="",
        level=1,
        is_total=False,
        side="",
        measure="total",
        measure_path=(),
        stage="预算",
        year=2023,
        value=Decimal(value),
        unit="万元",
        places=2,
        blank=Blank.NONE,
        source=SourceRef(DOCUMENT, page, (300.0, top, 360.0, top + 14), "“三公”经费支出表"),
        text=value,
    )


FACTS = (
    fact(1, "因公出国（境）费", "0"),
    fact(2, "公务用车购置费", "0"),
    fact(3, "公务用车运行维护费", "8.80"),
    fact(4, "公务接待费", "1.00"),
)
INFO = DocumentInfo(
    id=DOCUMENT,
    title="示例市样例局2023年部门预算",
    department="示例市样例局",
    year=2023,
    doc_type=DocType.BUDGET,
    scope=Scope.DEPARTMENT,
    pages=30,
)
FINDING = Finding(
    DOCUMENT, 7, "row_sum", "error", "收入总表", "10", "11", (), "error", "合计 10 与分项之和 11 不一致", "万元", "万元"
)
CONTENT = DocumentContent(INFO, (), (), FACTS, (), findings=(FINDING,))
ANSWER = Answer(
    question="三公经费多少",
    status=Status.VERIFIED,
    text="示例市样例局2023年“三公”经费预算合计 9.80 万元。\n其中公务用车运行维护费 8.80 万元，公务接待费 1.00 万元。",
    values=(Value("“三公”经费合计", "9.80", "万元", "示例市样例局", 2023, "预算", verified=True),),
    verification=(
        Check("9.80万元", "recomputed", "0 + 0 + 8.80 + 1.00 = 9.80", agrees=True, facts=("f1", "f2", "f3", "f4")),
        Check("9.80万元", "prose", "第12页：“三公”经费预算总额9.80万元", agrees=True, facts=()),
    ),
    citations=(
        Citation(DOCUMENT, "示例市样例局", 2023, "预算", "", "“三公”经费支出表", "合计", "预算数", 21, BOX, "9.80"),
        Citation(DOCUMENT, "示例市样例局", 2023, "预算", "三公经费说明", "", "", "", 12, None, "预算总额9.80万元"),
    ),
    follow_ups=("其中公务接待费多少",),
    timings_ms=(("total", 6.2),),
)


class FakeEngine:
    """Gives one answer, or raises one error; keeps what it was asked."""

    def __init__(self, answer: Answer | YusuanError = ANSWER) -> None:
        self.answer = answer
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if isinstance(self.answer, YusuanError):
            raise self.answer
        return replace(self.answer, question=question.text)

    def stream(self, question: Question) -> Iterator[Answer]:
        yield self.ask(question)


class FakeLibrary:
    """Holds one document whose PDF is not there."""

    def __init__(self, content: DocumentContent = CONTENT) -> None:
        self._content = content

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (self._content.info,)

    def content(self, document: str) -> DocumentContent:
        return self._content

    def pdf(self, document: str) -> Path:
        return Path(f"{document}.pdf")


def blank_pages() -> Pictures:
    """Every page empty."""
    return Pictures(paint_nothing)


def paint_nothing(path: Path, page: int, dpi: int = 72) -> Image.Image:
    """An empty A4 page."""
    return Image.new("RGB", (595 * dpi // 72, 842 * dpi // 72), "white")
