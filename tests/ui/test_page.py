"""A conversation as the page keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from indexer.errors import StoreBusyError
from indexer.types import DocType, DocumentInfo, Scope
from prompts import say
from retriever.types import Answer, Question, Status
from tests.ui.fakes import ANSWER, DOCUMENT, FakeEngine, FakeLibrary, blank_pages
from ui.asking import (
    LONGEST_QUESTION,
    STOPPED,
    TURNS_SHOWN,
    Asks,
    Shown,
    Talk,
    Turn,
    Turns,
    linked_questions,
    read_history,
    remember,
)
from ui.examples import PLAIN, examples
from ui.page import about, theme
from ui.words import chinese, english

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}${alert(2)}\"'</article>"


def talk(engine: Asks | None = None, library: FakeLibrary | None = None) -> Talk:
    return Talk(engine or FakeEngine(), library or FakeLibrary(), blank_pages(), chinese)


def steps(of: Talk, text: str, turns: Turns = ()) -> list[Shown]:
    """All that is shown from a question to its answer."""
    asked = of.ask(text, turns)
    return [asked, *of.answer(asked.turns)] if asked else []


def ask(of: Talk, text: str, turns: Turns = ()) -> Shown:
    return steps(of, text, turns)[-1]


def test_the_question_shows_at_once_then_the_answer_then_its_page() -> None:
    asked, first, second, done = steps(talk(), " 三公经费多少 ")
    assert "正在排队" in asked.talk
    assert 'data-event="stop"' in asked.talk
    assert 'data-event="retry"' not in second.talk
    assert 'data-event="retry"' in done.talk
    assert 'data-event="stop"' not in done.talk
    assert "正在查找" in first.talk
    assert 'data-event="stop"' in first.talk
    assert '<b class="figure">9.80</b>' in second.talk
    assert "已复核" in second.talk
    assert "公务用车运行维护费" in second.talk
    assert [turn.question for turn in second.turns] == ["三公经费多少"]
    assert talk().first_page(second.turns) is None, "more is to come"
    assert 'data-page="21"' in str(talk().first_page(done.turns))
    assert talk().first_page(done.turns) is None, "the reader may have turned to another"


def test_an_answer_by_rules_comes_whole_after_the_question() -> None:
    quick = Talk(FakeEngine(), FakeLibrary(), blank_pages(), chinese, slow=False)
    waiting, done = steps(quick, "三公经费多少")
    assert 'data-event="stop"' in waiting.talk
    assert '<b class="figure">9.80</b>' in done.talk
    assert 'data-event="retry"' in done.talk
    assert not done.turns[-1].running


def test_the_words_of_the_page_are_english_where_asked_for_and_the_answer_stays_as_it_is() -> None:
    html = ask(Talk(FakeEngine(), FakeLibrary(), blank_pages(), english), "三公经费多少").talk
    assert ">Verified<" in html
    assert "p. 21" in html
    assert "样例局2023年“三公”经费预算合计" in html
    assert ">已复核<" not in html


def test_earlier_questions_go_along() -> None:
    engine = FakeEngine()
    turns = ask(talk(engine), "三公经费多少").turns
    ask(talk(engine), "其中公务接待费呢", turns)
    assert engine.asked[-1].turns == ("三公经费多少",)


def test_an_empty_question_asks_nothing() -> None:
    engine = FakeEngine()
    assert steps(talk(engine), "  ") == []
    assert engine.asked == []


def test_an_answer_in_other_words_takes_the_place_of_the_first() -> None:
    class Rewording(FakeEngine):
        def stream(self, question: Question) -> Iterator[Answer]:
            yield self.ask(question)
            yield replace(self.ask(question), text="换了说法")

    shown = steps(talk(Rewording()), "三公经费多少")
    assert ["换了说法" in one.talk for one in shown] == [False, False, False, True, True]
    assert [len(one.turns) for one in shown] == [1] * 5


def test_a_second_question_waits_for_the_first() -> None:
    engine = FakeEngine()
    asked = talk(engine).ask("三公经费多少", ())
    assert asked is not None
    assert talk(engine).ask("收入多少", asked.turns) is None
    assert engine.asked == []


def test_typed_errors_are_told_in_the_conversation() -> None:
    shown = ask(talk(FakeEngine(StoreBusyError("另一个程序正在使用这个库"))), "三公经费多少")
    assert "另一个程序正在使用这个库" in shown.talk
    assert shown.turns[0].card is None
    assert "viewer empty" in str(talk().first_page(shown.turns))


def test_a_question_that_is_too_long_is_refused() -> None:
    engine = FakeEngine()
    assert "问题太长" in ask(talk(engine), "多" * (LONGEST_QUESTION + 1)).talk
    assert engine.asked == []


def test_an_open_question_is_answered_for_each_of_a_few_departments() -> None:
    class Open(FakeEngine):
        def ask(self, question: Question) -> Answer:
            self.asked.append(question)
            if question.filters.department:
                return replace(ANSWER, question=question.text)
            return Answer(question.text, Status.CLARIFY, "哪个部门？", choices=("甲局", "乙局"))

    engine = Open()
    shown = steps(talk(engine), "三公经费多少")
    assert [len(one.turns[0].each) for one in shown] == [0, 0, 0, 1, 2, 2]
    assert [question.filters.department for question in engine.asked] == [(), ("甲局",), ("乙局",)]
    assert shown[-1].talk.count('data-event="retry"') == 1
    assert "下面各答一遍" in shown[-1].talk
    assert "哪个部门？" not in shown[-1].talk, "nothing is asked back that is answered below"


def test_a_stopped_question_says_so_and_can_be_asked_again() -> None:
    running = steps(talk(), "三公经费多少")[1].turns
    shown = talk().stop(running)
    assert STOPPED in shown.talk
    assert 'data-event="retry" data-turn="0"' in shown.talk
    assert talk().stop(shown.turns).turns == shown.turns
    assert talk().stop(()).turns == ()
    answered = steps(talk(), "三公经费多少")[2].turns
    assert "9.80" in talk().stop(answered).talk, "what is there already stays"
    assert not talk().stop(answered).turns[0].running


def test_what_was_stopped_is_neither_begun_nor_shown_any_more() -> None:
    engine = FakeEngine()
    asked = talk(engine).ask("三公经费多少", ())
    assert asked is not None
    stopped = talk(engine).stop(asked.turns)
    assert list(talk(engine).answer(asked.turns)) == []
    assert engine.asked == []
    again = talk(engine).ask("三公经费多少", stopped.turns)
    assert again is not None
    answering = talk(engine).answer(again.turns)
    running = next(answering).turns
    talk(engine).stop(running)
    assert list(answering) == [], "an answer that comes too late changes nothing"


def test_a_very_long_answer_is_folded_and_whole() -> None:
    text = "甲" * 900 + "乙" * 4000 + "丙"
    html = ask(talk(FakeEngine(replace(ANSWER, text=text))), "三公经费多少").talk
    assert "展开全文（4901 字）" in html
    assert "乙丙</p></details>" in html


def test_a_long_conversation_shows_its_end_and_numbers_its_turns_right() -> None:
    turns = tuple(Turn(f"问{n}", error="未答") for n in range(TURNS_SHOWN + 5))
    html = talk().show(turns)
    assert "问4<" not in html
    assert f'data-event="retry" data-turn="{TURNS_SHOWN + 4}"' in html


def test_a_link_opens_the_same_questions() -> None:
    turns = ask(talk(), "三公经费多少").turns
    turns = ask(talk(), "其中&公务?接待费呢", turns).turns
    questions = linked_questions(parse_qs(turns[-1].link.removeprefix("?"))["q"][0])
    assert questions == ("三公经费多少", "其中&公务?接待费呢")
    engine = FakeEngine()
    *_, last = talk(engine).answer(talk(engine).open(questions).turns)
    assert engine.asked[-1].turns == ("三公经费多少",)
    assert len(last.turns) == 2


def test_the_history_keeps_each_conversation_once_newest_first() -> None:
    turns = ask(talk(), "甲").turns
    history = remember([], turns)
    assert remember(history, turns) == [["甲"]]
    history = remember(history, ask(talk(), "乙", turns).turns)
    assert history == [["甲", "乙"]]
    assert remember(history, ask(talk(), "丙").turns) == [["丙"], ["甲", "乙"]]


@pytest.mark.parametrize("sent", [None, "x", {"a": 1}, [1, 2], [[]], [None]])
def test_a_history_that_is_none_is_empty(sent: object) -> None:
    assert read_history(sent) == []


def test_nothing_from_documents_or_people_becomes_html() -> None:
    value = replace(ANSWER.values[0], label=HOSTILE, value=HOSTILE, unit=HOSTILE, department=HOSTILE)
    citation = replace(ANSWER.citations[0], table=HOSTILE, row=HOSTILE)
    answer = replace(
        ANSWER, text=HOSTILE, values=(value,), citations=(citation,), choices=(HOSTILE,), follow_ups=(HOSTILE,)
    )
    html = ask(talk(FakeEngine(answer)), HOSTILE).talk
    html += ask(talk(FakeEngine(StoreBusyError(HOSTILE))), "三公").talk
    assert "<img" not in html
    assert html.count("</article>") == 2
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


@pytest.mark.parametrize(("departments", "times"), [(("甲局", "甲局"), 1), (("甲局", "乙局"), 2)])
def test_whose_many_figures_are_is_said_once_where_it_is_the_same(departments: tuple[str, ...], times: int) -> None:
    values = tuple(replace(ANSWER.values[0], department=department) for department in departments)
    html = ask(talk(FakeEngine(replace(ANSWER, values=values))), "三公").talk
    assert html.count('class="of"') == times


def test_a_figure_that_may_be_misread_stands_out() -> None:
    doubt = say("answers", "unclear", item="公务接待费", value="3.69万元", percent=44)
    html = ask(talk(FakeEngine(replace(ANSWER, text=f"答案。\n{doubt}"))), "三公").talk
    assert f'<p class="doubt">{doubt}</p>' in html
    assert '<p class="text">答案。</p>' in html


def test_a_citation_shows_its_page_and_a_bad_one_says_why() -> None:
    assert 'data-page="12"' in talk().page({"document": DOCUMENT, "page": "12", "box": ""})
    assert "库中没有" in talk().page({"document": "别的", "page": "1"})
    assert "没有第 99 页" in talk().page({"document": DOCUMENT, "page": "99"})


def test_no_font_comes_from_elsewhere() -> None:
    assert theme()._stylesheets == []


def test_the_page_says_what_its_badges_mean() -> None:
    assert "已由分项重新算出" in about(chinese)
    assert "示例数据" in about(chinese)
    assert "recomputed" in about(english)


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
