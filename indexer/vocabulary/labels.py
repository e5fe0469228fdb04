"""Normal forms in which printed labels are compared: exact, no guessing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from indexer.text import fold, strip_numbering

_LEADING = re.compile(r"^(?:[、,.:;·*+\-—_]|[加减][:：]|[#△▲※★])+")
_TRAILING = re.compile(r"[、,.:;。*]+$")
_MARK = re.compile(r"\((?:类|款|项|级|目)\)")
_UNITS = r"万元|元|千元|亿元|平方米|辆|台|台、辆|套|台、套|台\(套\)|个|人|㎡|m2"
_NOTE = re.compile(rf"\((?:金额)?(?:计量)?(?:单位)?:?(?:{_UNITS})\)")
_YEAR = re.compile(r"(?:20\d\d|xxxx)年度?")
_BRACKETS = str.maketrans("", "", "()[]{}〔〕【】《》<>「」")
_CONTENT = re.compile(r"\([^()]*\)")
_ENDINGS = (
    "预算合计", "决算合计", "情况说明", "预算数", "决算数", "执行数", "预算表", "总计", "合计", "小计", "金额",
    "费用支出", "支出费用", "经费支出", "费支出", "支出", "收入", "经费", "费用", "资金", "费", "情况", "预算", "决算",
)  # fmt: skip
_SHORTEST = 3
"""A label shortened by its ending must keep this many characters ("项目支出" must not be found under "项目")."""


def exact_key(label: str) -> str:
    """`fold` without numbering and leading or trailing punctuation; brackets stay."""
    text = label
    for _ in range(3):
        shorter = _TRAILING.sub("", _LEADING.sub("", fold(strip_numbering(text))))
        if shorter == text:
            break
        text = shorter
    return text


def open_key(label: str) -> str:
    """`exact_key` without level marks （款）, unit notes （万元）, years, and bracket signs (their content stays)."""
    text = exact_key(label)
    text = _NOTE.sub("", _MARK.sub("", text))
    text = _YEAR.sub("", text).translate(_BRACKETS)
    return text or exact_key(label)


def without_brackets(label: str) -> str:
    """`open_key` of a label whose bracketed remarks are dropped with their content."""
    text = exact_key(label)
    for _ in range(3):
        text = _CONTENT.sub("", text)
    return open_key(text) if text else ""


def shortened(key: str) -> Iterator[str]:
    """A key with its endings (支出, 费, 合计 …) taken off one after the other, longest form first."""
    while True:
        for ending in _ENDINGS:
            if key.endswith(ending) and len(key) - len(ending) >= _SHORTEST:
                key = key[: -len(ending)]
                yield key
                break
        else:
            return


def stem(key: str) -> str:
    """The shortest form of a key."""
    return (key, *shortened(key))[-1]


@lru_cache(maxsize=16384)
def forms(label: str) -> tuple[str, ...]:
    """The keys to look a label up by, most faithful first."""
    found: list[str] = []
    for key in (open_key(label), without_brackets(label)):
        if key:
            found += [key, *shortened(key)]
    return tuple(dict.fromkeys(found))
