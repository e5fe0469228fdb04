"""A conversation as the page keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr
import pytest

from indexer.errors import StoreBusyError
from indexer.types import DocType, DocumentContent, DocumentInfo, Scope
from retriever.types import Answer, Question
from tests.ui.fakes import ANSWER, CONTENT, DOCUMENT, FINDING, INFO, FakeEngine, FakeLibrary, paint_nothing
from ui.examples import PLAIN, examples
from ui.holdings import holdings, holdings_to_html
from ui.page import LONGEST_QUESTION, Page, Turns, about, theme

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}${alert(2)}\"'</article>"


def page(engine: FakeEngine | None = None, library: FakeLibrary | None = None) -> Page:
    return Page(engine or FakeEngine(), library or FakeLibrary(), paint_nothing)


def ask(of: Page, text: str, turns: Turns = ()) -> tuple[str, Turns, str, str]:
    return list(of.ask(text, turns))[-1]


def event(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def test_the_question_shows_at_once_and_then_its_answer() -> None:
    first, second = page().ask(" 三公经费多少 ", ())
    assert "正在查找" in first[0]
    html, turns, box, viewer = second
    assert '<b class="figure">9.80</b>' in html
    assert "已复核" in html
    assert "公务用车运行维护费" in html
    assert [turn.question for turn in turns] == ["三公经费多少"]
    assert box == ""
    assert 'data-page="21"' in viewer


def test_an_answer_in_other_words_takes_the_place_of_the_first() -> None:
    class Rewording(FakeEngine):
        def stream(self, question: Question) -> Iterator[Answer]:
            yield self.ask(question)
            yield replace(self.ask(question), text="换了说法")

    shown = list(page(Rewording()).ask("三公经费多少", ()))
    assert len(shown) == 3
    assert "换了说法" not in shown[1][0]
    assert "换了说法" in shown[2][0]
    assert [len(turns) for _, turns, _, _ in shown] == [0, 1, 1]
    assert shown[1][3] == shown[2][3], "the page shown stays"


def test_earlier_questions_go_along() -> None:
    engine = FakeEngine()
    talk = page(engine)
    turns = ask(talk, "三公经费多少")[1]
    ask(talk, "其中公务接待费呢", turns)
    assert engine.asked[-1].turns == ("三公经费多少",)


def test_an_empty_question_asks_nothing() -> None:
    engine = FakeEngine()
    assert ask(page(engine), "  ")[1] == ()
    assert engine.asked == []


def test_typed_errors_are_told_in_the_conversation() -> None:
    html, turns, _, viewer = ask(page(FakeEngine(StoreBusyError("另一个程序正在使用这个库"))), "三公经费多少")
    assert "另一个程序正在使用这个库" in html
    assert turns[0].card is None
    assert "viewer empty" in viewer


def test_a_question_that_is_too_long_is_refused() -> None:
    engine = FakeEngine()
    assert "问题太长" in ask(page(engine), "多" * (LONGEST_QUESTION + 1))[0]
    assert engine.asked == []


def test_nothing_from_documents_or_people_becomes_html() -> None:
    value = replace(ANSWER.values[0], label=HOSTILE, value=HOSTILE, unit=HOSTILE, department=HOSTILE)
    citation = replace(ANSWER.citations[0], table=HOSTILE, row=HOSTILE)
    answer = replace(
        ANSWER, text=HOSTILE, values=(value,), citations=(citation,), choices=(HOSTILE,), follow_ups=(HOSTILE,)
    )
    html = ask(page(FakeEngine(answer)), HOSTILE)[0]
    info = replace(INFO, title=HOSTILE, department=HOSTILE)
    content = replace(CONTENT, info=info, findings=(replace(FINDING, message=HOSTILE, where=HOSTILE),))
    html += holdings_to_html(holdings(FakeLibrary(content)))
    html += ask(page(FakeEngine(StoreBusyError(HOSTILE))), "三公")[0]
    assert "<img" not in html
    assert html.count("</article>") == 2
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_a_citation_shows_its_page_and_a_bad_one_says_why() -> None:
    assert 'data-page="12"' in page().cite(event(document=DOCUMENT, page="12", box=""))
    assert "库中没有" in page().cite(event(document="别的", page="1"))
    assert "没有第 99 页" in page().cite(event(document=DOCUMENT, page="99"))


def test_a_question_offered_by_the_page_is_asked() -> None:
    engine = FakeEngine()
    last = list(page(engine).ask_clicked((), event(question="公务接待费多少")))[-1]
    assert engine.asked[0].text == "公务接待费多少"
    assert len(last[1]) == 1


def test_the_page_builds_without_a_font_from_elsewhere() -> None:
    blocks = page().build()
    config = blocks.get_config_file()
    assert {"html", "textbox", "button"} <= {part["type"] for part in config["components"]}
    assert theme()._stylesheets == []


def test_the_page_says_what_its_badges_mean() -> None:
    assert "已由分项重新算出" in about()
    assert "示例数据" in about()


def info(department: str, year: int | None, doc_type: DocType | None = DocType.BUDGET) -> DocumentInfo:
    return DocumentInfo(f"{department}-{year}", "", department, year, doc_type, Scope.DEPARTMENT)


@pytest.mark.parametrize(
    ("held", "beyond"),
    [
        ((), None),
        ((info("甲局", None),), ()),
        ((info("甲局", 2023),), ("甲局2023年支出预算总额是多少",)),
        (
            (info("甲局", 2022), info("甲局", 2023)),
            ("甲局2023年支出预算总额是多少", "甲局2023年三公经费比2022年增加还是减少"),
        ),
        (
            (info("甲局", 2023), info("乙局", 2023)),
            ("甲局2023年支出预算总额是多少", "2023年哪个部门的三公经费最多"),
        ),
        ((info("甲局", 2023), info("乙局", 2023, DocType.FINAL)), ("甲局2023年支出预算总额是多少",)),
    ],
)
def test_examples_come_from_what_is_held(held: tuple[DocumentInfo, ...], beyond: tuple[str, ...] | None) -> None:
    assert examples(held) == (() if beyond is None else (*PLAIN, *beyond))


def test_documents_are_listed_with_their_findings() -> None:
    html = holdings_to_html(holdings(FakeLibrary()))
    assert "示例市样例局2023年部门预算" in html
    assert "1 处错误" in html
    empty = holdings_to_html(())
    assert "库中还没有文件" in empty
    clean = holdings_to_html(holdings(FakeLibrary(DocumentContent(INFO, (), (), (), ()))))
    assert "查看核对发现" not in clean
