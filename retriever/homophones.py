"""Words of a question written with another character of the same sound (经废, 采够), read as what budgets print.

The commonest slip of who types Chinese by its sound. Only what is no word itself is read otherwise.
"""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.lexical import is_word, vocabulary_words

_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_SHORTEST, _LONGEST = 2, 10
_SHORT = 3
_PLAIN = (
    "预算", "决算", "经费", "采购", "接待", "拨款", "结转", "结余", "支出", "收入", "费用",
    "资金", "项目", "工资", "财政", "公务", "车辆", "培训", "会议", "差旅", "绩效", "部门", "单位",
)  # fmt: skip
"""Words of two characters that are read by sound; others so short sound like too much else."""


def corrected(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text with such words as they are printed, and each pair (as written, as printed)."""
    changed: list[tuple[str, str]] = []
    for match in _RUN.finditer(text):
        for at, written, printed in _slips(match.group(0)):
            start = match.start() + at
            text = text[:start] + printed + text[start + len(written) :]
            changed.append((written, printed))
    return text, tuple(changed)


def _slips(run: str) -> list[tuple[int, str, str]]:
    """Where a run holds words that only sound like one, longest first; none over another, or inside a known word."""
    heard = sounds(run)
    taken = [False] * len(run)
    found: list[tuple[int, str, str]] = []
    for size in range(min(_LONGEST, len(run)), _SHORTEST - 1, -1):
        for start in range(len(run) - size + 1):
            written = run[start : start + size]
            if any(taken[start : start + size]):
                continue
            printed = _printed().get(heard[start : start + size])
            if printed is None:
                if size > _SHORTEST and written in vocabulary_words():
                    taken[start : start + size] = [True] * size
                continue
            taken[start : start + size] = [True] * size
            same = sum(a == b for a, b in zip(written, printed, strict=True))
            if start and is_word(run[start - 1 : start + 1]) and size <= _SHORT:
                continue  # 在职多少 holds no 值多少
            if written not in vocabulary_words() and not is_word(written) and 2 * same >= size and printed != written:
                found.append((start, written, printed))
    return found


@lru_cache(maxsize=1)
def _printed() -> dict[tuple[str, ...], str]:
    """What the vocabulary prints, by its sound; nothing where two words sound alike."""
    by_sound: dict[tuple[str, ...], set[str]] = {}
    for word in (*_PLAIN, *(w for w in vocabulary_words() if _SHORTEST < len(w) <= _LONGEST)):
        by_sound.setdefault(sounds(word), set()).add(word)
    return {sound: next(iter(words)) for sound, words in by_sound.items() if len(words) == 1}


def sounds(text: str) -> tuple[str, ...]:
    """The syllables of Chinese characters without their tones."""
    from pypinyin import lazy_pinyin  # a tenth of a second, and few questions need it

    return tuple(lazy_pinyin(text))
