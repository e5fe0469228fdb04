"""A draft of the answer's opening, let through sentence by sentence as each has passed the check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.errors import ModelError
from prompts import say
from retriever.llm.check import Reader
from retriever.llm.model import Deadline, Model, Prompt, without_thought
from retriever.llm.stated import Evidence, Stated, sentences
from retriever.llm.words import tells

_FILE = "model"
_MOST = 1500
"""Characters that a rewording may have."""
_FACTS = 30
_MARKUP = re.compile(r"\*\*|__|`|^\s*#+\s*|^\s*(?:[-*•]|\d{1,2}[.、)）](?!\d))\s*", re.MULTILINE)
_FENCE = re.compile(r"</?\s*资料\s*>")


class Rejected(ModelError):
    """The draft says something that the answer does not state, or leaves out a value."""


def data(text: str) -> str:
    """Text for between the marks of a prompt's data: it cannot close them."""
    return _FENCE.sub("", text)


def reworded(model: Model, question: str, opening: str, evidence: Evidence, deadline: Deadline) -> Iterator[str]:
    """Checked sentences as they come. Raises Rejected at the first that fails, ModelError where the model does."""
    facts = "\n".join(dict.fromkeys(_line(s, evidence) for s in evidence.stated[:_FACTS]))
    filled = say(_FILE, "reword_data", question=data(question), opening=data(opening), facts=data(facts))
    reader = Reader(evidence)
    for sentence in _sentences(without_thought(model.stream(Prompt(say(_FILE, "reword_task"), filled), deadline))):
        if reader.accepts(sentence):
            yield sentence
        elif tells(sentence, evidence):
            raise Rejected("语言模型的措辞没有通过核对")
    if not reader.complete():
        raise Rejected("语言模型的措辞不完整")


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Whole sentences of a stream; the last may lack its end mark."""
    held, read = "", 0
    for piece in pieces:
        read += len(piece)
        if read > _MOST:
            raise Rejected("语言模型的措辞太长")
        held += piece
        whole = sentences(held)
        if len(whole) > 1:  # the last one may go on
            yield from filter(None, map(_unmarked, whole[:-1]))
            held = whole[-1]
    yield from filter(None, map(_unmarked, sentences(held)))


def _unmarked(sentence: str) -> str:
    return _MARKUP.sub("", sentence).strip()


def _line(stated: Stated, evidence: Evidence) -> str:
    """One figure as the prompt lists it."""
    of = stated.of
    whose = f"{of.department}{f'{of.year}年' if of.year else ''}{of.stage}{of.item}"
    written = "或".join(sorted(f"{number}{unit}" for number, unit in stated.texts))
    if stated.other is None:
        return f"{whose}：{written}"
    other = stated.other
    base = f"{other.department}{f'{other.year}年' if other.year else ''}{other.stage}{other.item}"
    if stated.kind == "share":
        return f"{whose}占{base}的{written}"
    return f"{whose}比{base}{'增加' if stated.rising else '减少'}{written}"
