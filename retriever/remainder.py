"""What a question takes off a whole: 三公经费扣除公务接待还剩多少."""

from __future__ import annotations

import re
from collections.abc import Mapping

from retriever.language import language
from retriever.measures import attach_measures
from retriever.query import Operation, Subject
from retriever.settle import is_ancestor, settle, without_generic
from retriever.subjects import clean, find_subjects

_TAKEN = re.compile(
    r"(?:不含|不算|不包括|不计|剔除|刨除|刨掉|刨去|扣除|扣掉|扣去|去掉|除去|除掉|除开|除了|除|减去|减掉|抛开|抛去)"
    r"([^，。,?？]{2,24}?)(?:(?:之外|以外|外|之后|以后|后)[，,]?|[，,]|(?=等于|结果|共|合计|多少|还|其余|其它|其他|剩|的(?!钱)|是|有|就|$))"
    r"(?:还?剩(?:下|余)?(?:的)?|还?有(?=多少)|等于|结果是?)?"
)
_WHOLES = ("expenditure.total", "expenditure.basic", "expenditure.project", "three_public.total", "income.total")


def taken_off(text: str, labels: Mapping[str, tuple[str, ...]]) -> tuple[str, tuple[Subject, ...]]:
    """The phrase that takes things off (to be cut out of the text), and the things; "" and () where none is named."""
    for m in _TAKEN.finditer(text):
        phrase = clean(m.group(1))
        found = attach_measures(without_generic(find_subjects(phrase, labels), phrase), phrase)
        found = settle(found, phrase, Operation.SUM)
        rest = phrase
        for s in found:
            rest = rest[: s.start] + "|" * (s.end - s.start) + rest[s.end :]
        if found and not language().stopwords.sub("", rest).replace("|", ""):
            return m.group(0), found
    return "", ()


def is_part(whole: Subject, part: Subject) -> bool:
    """Whether taking one off the other makes sense: a part of it by the vocabulary, or of a total of all money."""
    return is_ancestor(whole, part) or any(c in _WHOLES for c in whole.concepts[:1])
