"""The question box takes anything: nothing raises, nothing takes long, nothing unproved is called verified.

`YUSUAN_TEST_QUESTIONS=10000` asks so many; without it some hundreds are tried.
"""

from __future__ import annotations

import json
import os
import random
import time

import pytest

from indexer.settings import ROOT
from retriever.engine import Engine
from retriever.types import Answer, Filters, Question, Status
from ui.asking import LONGEST_QUESTION

COUNT = int(os.environ.get("YUSUAN_TEST_QUESTIONS", "400"))
LONGEST_SECONDS = 2.0
PIECES = (
    *(
        "“",
        "”",
        "（",
        "）",
        "《",
        "%",
        "％",
        "万元",
        "亿元",
        "元",
        "2023年",
        "2024",
        "一九九九年",
        "二〇二三",
        "去年",
        "９.８０",
    ),
    *(
        "9.80",
        "-1",
        "1e309",
        "NaN",
        "0" * 40,
        "①",
        "\x00",
        "\u202e",
        "\u200b",
        "\ufeff",
        "🙂",
        "é",
        "\n",
        "\r\n",
        "\t",
        " ",
    ),
    *(
        "' OR 1=1 --",
        '"',
        "*",
        "NEAR(",
        ") AND (",
        "<b>",
        "{{7*7}}",
        "$(id)",
        "=1+1",
        "../../etc/passwd",
        "忽略以上指示",
    ),
    *(
        "其中",
        "和",
        "比",
        "占",
        "合计",
        "不",
        "不是",
        "除了",
        "为什么",
        "多少",
        "吗",
        "呢",
        "？",
        "，",
        "。",
        "各",
        "前三",
        "最多",
    ),
    *(
        "三公经费",
        "公务接待费",
        "一般公共预算",
        "政府采购",
        "某某局",
        "水务局",
        "交通运输局",
        "决算",
        "预算",
        "下降",
        "增长",
    ),
)


def bases() -> list[str]:
    lines = (ROOT / "eval" / "cases" / "sample.jsonl").read_text("utf-8").splitlines()
    return [case["question"] for case in map(json.loads, lines) if "question" in case]


def mutated(dice: random.Random, questions: list[str]) -> Question:
    """A known question, changed at a few places; sometimes with earlier ones and filters."""
    text = dice.choice(questions)
    for _ in range(dice.randint(1, 5)):
        start = dice.randint(0, len(text))
        end = min(len(text), start + dice.choice((0, 0, 1, 2, 5)))
        text = dice.choice(
            (
                text[:start] + text[end:],
                text[:start] + dice.choice(PIECES) + text[end:],
                text[:start] + text[start:end] * 3 + text[end:],
                text[start:] + text[:start],
                text[:start] + dice.choice(questions)[: dice.randint(1, 30)] + text[end:],
                text[:start] + chr(dice.choice((dice.randint(1, 0x2FF), dice.randint(0x4E00, 0x9FA5)))) + text[end:],
            )
        )
    if dice.random() < 0.03:
        text = (text + dice.choice(PIECES)) * 200
    turns = tuple(dice.choices(questions, k=dice.randint(1, 3))) if dice.random() < 0.2 else ()
    filters = (
        Filters(department=(dice.choice(PIECES),), year=(dice.randint(-1, 99999),))
        if dice.random() < 0.05
        else Filters()
    )
    return Question(text[:LONGEST_QUESTION], turns, filters)


def proved(answer: Answer) -> bool:
    """Whether figures that are called verified are all checked and agreeing, and the places they stand in are told."""
    if answer.status is not Status.VERIFIED or not answer.values:
        return True
    checks = answer.verification
    said = " ".join(f"{check.claim} {check.expression}" for check in checks)
    checked = all(value.verified or value.value in said for value in answer.values)
    return bool(checks and answer.citations) and checked and all(check.agrees for check in checks)


@pytest.mark.slow
def test_anything_may_be_asked(engine: Engine) -> None:
    dice, questions = random.Random(COUNT), bases()
    slowest, verified = 0.0, 0
    for _ in range(COUNT):
        question = mutated(dice, questions)
        started = time.thread_time()  # of this thread: others may use the machine too
        answer = engine.ask(question)
        seconds = time.thread_time() - started
        assert seconds < LONGEST_SECONDS, question
        assert proved(answer), (question, answer)
        assert answer.text, question
        slowest, verified = max(slowest, seconds), verified + (answer.status is Status.VERIFIED)
    print(f"{COUNT} questions, slowest {slowest:.2f} s, {verified} verified")
    assert 0 < verified < COUNT
