"""Many readers ask the same: it is worked out once, and never told after what is held has changed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image

from indexer.errors import AnswerError, StoreError
from retriever.types import Filters, Question
from tests.ui.fakes import FakeEngine
from ui.pictures import Pictures
from ui.remembered import Remembered


def test_an_answer_is_told_again_until_the_store_changes() -> None:
    engine, state = FakeEngine(), ["1"]
    remembered = Remembered(engine, lambda: state[0])
    first = remembered.ask(Question("三公经费多少"))
    assert remembered.ask(Question("三公经费多少")) is first
    assert list(remembered.stream(Question("三公经费多少"))) == [first]
    assert len(engine.asked) == 1
    state[0] = "2"
    remembered.ask(Question("三公经费多少"))
    assert len(engine.asked) == 2


@pytest.mark.parametrize(
    "other",
    [
        Question("公务接待费多少"),
        Question("三公经费多少", turns=("水务局",)),
        Question("三公经费多少", filters=Filters(year=(2022,))),
    ],
)
def test_another_question_context_or_filter_is_another_answer(other: Question) -> None:
    engine = FakeEngine()
    remembered = Remembered(engine, lambda: "1")
    remembered.ask(Question("三公经费多少"))
    remembered.ask(other)
    assert engine.asked[-1] == other


def test_a_failure_is_not_kept() -> None:
    engine = FakeEngine(AnswerError("出错"))
    remembered = Remembered(engine, lambda: "1")
    for _ in range(2):
        with pytest.raises(AnswerError):
            remembered.ask(Question("三公经费多少"))
    assert len(engine.asked) == 2


def test_nothing_remembered_is_told_while_the_store_cannot_be_read() -> None:
    engine, there = FakeEngine(), [True]

    def state() -> str:
        if not there[0]:
            raise StoreError("数据库出错")
        return "1"

    remembered = Remembered(engine, state)
    remembered.ask(Question("三公经费多少"))
    there[0] = False
    with pytest.raises(StoreError):
        remembered.ask(Question("三公经费多少"))


def test_many_readers_of_one_page_have_it_drawn_once_and_never_two_at_a_time() -> None:
    inside, most, drawn = 0, 0, []
    lock = threading.Lock()

    def paint(path: Path, page: int, dpi: int = 72) -> Image.Image:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        drawn.append(page)
        threading.Event().wait(0.02)
        with lock:
            inside -= 1
        return Image.new("RGB", (10, 10))

    pictures = Pictures(paint)
    threads = [threading.Thread(target=pictures, args=(Path("a.pdf"), 1 + number % 2)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1, "PDFium must not be entered by two threads"
    assert sorted(drawn) == [1, 2]
