"""A question that the rules did not understand, said again by the model; what that says is held against the question."""

from __future__ import annotations

import json
import re
from itertools import chain

from indexer.errors import ModelError
from indexer.text import normalize
from prompts import say
from retriever.context import is_bare
from retriever.language import language, squeeze, years_in
from retriever.llm.model import Deadline, Model, Prompt, without_thought
from retriever.llm.wording import data
from retriever.query import Query
from retriever.types import Question, Status

_FILE = "model"
_LONGEST = 80
_MOST = 2000
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?|[零〇一二两三四五六七八九十百千万亿]+|[半倍番%]")
_HARMLESS = {"一", "万", "千", "亿", "百"}
"""Numerals inside ordinary words (一般公共预算, 万元)."""
_PRINTED = 0.9


def needs_help(query: Query, status: Status) -> bool:
    """Whether words were left that the rules could not explain; a refusal that was understood stands."""
    if status not in (Status.NOT_FOUND, Status.CLARIFY) or query.commanded or query.restrictor or query.unknown_bodies:
        return False
    if language().injected.search(squeeze(query.text)):  # an order inside the question has no power over this either
        return False
    return bool(query.leftover or query.modifiers) or not query.subjects


def restated(model: Model, question: Question, query: Query, deadline: Deadline) -> str:
    """The question said again. Raises ModelError where there is none, or it brings in what was not asked."""
    filled = say(
        _FILE,
        "restate_data",
        turns=data("；".join(question.turns[-3:]) or "无"),
        words=data("、".join(query.leftover) or "无"),
        question=data(question.text),
    )
    text = ""
    for piece in without_thought(model.stream(Prompt(say(_FILE, "restate_task"), filled), deadline)):
        text += piece
        if len(text) > _MOST:
            raise ModelError("语言模型的转述太长")
    said = _question(text)
    if _figures(said) - _figures(" ".join((*question.turns, question.text))):
        raise ModelError("语言模型的转述添了数字")
    return said


def _question(text: str) -> str:
    start, end = text.find("{"), text.rfind("}")
    try:
        raw = json.loads(text[start : end + 1])
    except ValueError:
        raise ModelError("语言模型的转述不是 JSON") from None
    said = raw.get("question") if isinstance(raw, dict) else None
    if not isinstance(said, str) or not 2 <= len(said.strip()) <= _LONGEST or "\n" in said.strip():
        raise ModelError("语言模型没有给出转述")
    return said.strip()


def _figures(text: str) -> set[str]:
    """Figures and years of a question, however they are written."""
    squeezed = squeeze(text)
    named = years_in(squeezed)
    rest = "".join(c for i, c in enumerate(squeezed) if not any(a <= i < b for a, b in named.spans))
    numbers = {f for f in _FIGURE.findall(normalize(rest).replace("三公", "")) if f not in _HARMLESS}
    every = chain(named.years, (f"{y:+}" for y in named.relative), [named.recent] if named.recent else [])
    return numbers | {str(y) for y in every}


def keeps(said: Query, asked: Query) -> bool:
    """Whether a restatement keeps what the rules had understood of the question: whose, when, which stage, how much."""
    if said.commanded or said.unknown_bodies or said.restrictor or said.leftover:
        return False
    same = (
        (asked.bodies, said.bodies),
        (asked.years, said.years),
        (asked.relative_years, said.relative_years),
        (asked.recent_years, said.recent_years),
        (asked.threshold, said.threshold),
        (asked.top, said.top),
        (asked.unit, said.unit),
    )
    if any(was != now for was, now in same) or (asked.stage_strong and asked.stage != said.stage):
        return False
    sure = [s for s in asked.subjects if s.score >= _PRINTED and s.end > s.start and not is_bare(s)]
    return all(any(_alike(s, t) for t in said.subjects) for s in sure)


def _alike(a: object, b: object) -> bool:
    return all(
        not getattr(a, kind) or set(getattr(a, kind)) & set(getattr(b, kind))
        for kind in ("concepts", "labels", "codes")
    )
