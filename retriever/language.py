"""The words of questions, loaded from language.yaml: operations, years, units, stages, restrictors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from indexer.text import chinese_int, normalize

_FILE = Path(__file__).with_name("language.yaml")


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE)


@dataclass(frozen=True)
class Language:
    """Compiled patterns of language.yaml; all apply to `squeeze(text)`."""

    operations: tuple[tuple[str, re.Pattern[str]], ...]
    rate_words: re.Pattern[str]
    amount_words: re.Pattern[str]
    units: tuple[tuple[str, re.Pattern[str]], ...]
    unit_only: re.Pattern[str]
    final_strong: re.Pattern[str]
    final_weak: re.Pattern[str]
    budget_strong: re.Pattern[str]
    budget_weak: re.Pattern[str]
    unit_scope: re.Pattern[str]
    department_scope: re.Pattern[str]
    this_year: re.Pattern[str]
    last_year: re.Pattern[str]
    next_year: re.Pattern[str]
    year_end: re.Pattern[str]
    injected: re.Pattern[str]
    restrictors: tuple[tuple[str, re.Pattern[str]], ...]
    stopwords: re.Pattern[str]
    negated: re.Pattern[str]
    commanded: re.Pattern[str]
    said_for: tuple[tuple[str, str], ...]
    source_year: re.Pattern[str]
    frames: frozenset[str]
    narrower: frozenset[str]
    small: frozenset[str]
    together: tuple[tuple[str, tuple[str, ...]], ...]
    opening: re.Pattern[str]
    closing: re.Pattern[str]


@lru_cache(maxsize=1)
def language() -> Language:
    """The patterns, read once."""
    raw: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    stages = raw["stages"]
    years = raw["year_words"]
    stop = sorted(raw["stopwords"], key=len, reverse=True)
    return Language(
        operations=tuple((o["id"], _any(o["any"])) for o in raw["operations"]),
        rate_words=_any(raw["rate_words"]),
        amount_words=_any(raw["amount_words"]),
        units=tuple((u["unit"], _any(u["any"])) for u in raw["units"]),
        unit_only=_any(raw["unit_only"]),
        final_strong=_any(stages["final"]["strong"]),
        final_weak=_any(stages["final"]["weak"]),
        budget_strong=_any(stages["budget"]["strong"]),
        budget_weak=_any(stages["budget"]["weak"]),
        unit_scope=_any(raw["scope"]["unit"]),
        department_scope=_any(raw["scope"]["department"]),
        this_year=_any(years["this"]),
        last_year=_any(years["last"]),
        next_year=_any(years["next"]),
        year_end=_any(raw["year_end"]),
        injected=_any(raw["injected"]),
        restrictors=tuple((r["name"], _any(r["any"])) for r in raw["restrictors"]),
        stopwords=re.compile("|".join(map(re.escape, stop))),
        negated=_any(raw["negated"]),
        commanded=_any(raw["commanded"]),
        said_for=tuple(sorted(raw["said_for"].items(), key=lambda p: -len(p[0]))),
        source_year=_any(raw["source_year"]),
        frames=frozenset(raw["frames"]),
        narrower=frozenset(raw["narrower"]),
        small=frozenset(raw["small"]),
        together=tuple((word, tuple(items)) for word, items in raw["together"].items()),
        opening=re.compile(raw["courtesy"]["opening"]),
        closing=re.compile(raw["courtesy"]["closing"]),
    )


def without_courtesy(text: str) -> str:
    """A question without what opens and closes it politely; the text itself where nothing else is left."""
    words = language()
    asked = words.closing.sub("", words.opening.sub("", normalize(text)))
    return asked if len(asked) > 1 else text


def squeeze(text: str) -> str:
    """A question in the form that patterns apply to: normalised, without spaces, everyday words made printed ones."""
    text = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", ",", normalize(text))  # keywords stay apart
    text = re.sub(r"(?<=\d)\s+(?=\d{4}(?:\D|$))", ",", text)  # 2023 2024
    text = re.sub(r"\s+", "", text).replace("“", "").replace("”", "").replace('"', "")
    for said, printed in language().said_for:
        text = text.replace(said, printed)
    return text


_RANGE = re.compile(r"(20\d\d|(?<!\d)\d\d)年?(?:度)?(?:-|–|—|~|～|至|到)(20\d\d|(?<!\d)\d\d)年")
_SHORT_RANGE = re.compile(r"(?<![\d.])([12]\d)(?:-|–|—|~|～|至|到)([12]\d)(?=(?:这)?[两二三四五六][个]?年)")
_BARE_SHORT = re.compile(
    r"(?<![\d.])([12]\d)(?:至|到|跟|比|和)([12]\d)(?=$|[,，。?？;；、)）]|相比|比|年|的)(?!年?[前后]|年级)"
)
_RANGE_BARE = re.compile(r"(20\d\d)(?:-|–|—|~|～|至|到)(20\d\d)(?!\d)")
_YEAR = re.compile(r"(?<![\d.])(20[0-4]\d)(?![\d.])(?:年度?|财年)?|(?<![\d.])([0-4]\d)年度?(?!级|前|来)")
_SHORT_LIST = re.compile(r"(?<!\d)[12]\d(?:[、,和][12]\d){1,5}(?=(?:[两二三四五]|这)?[两二三四五几]?年)")
_NUMERAL = r"([一二两三四五六七八九十]|\d{1,2})"
_RECENT = re.compile(
    rf"(?:近|最近|过去|这){_NUMERAL}年|(?<![\d一二三四五六七八九十]){_NUMERAL}年(?:来|间|里|各|分别|的|合计|一共)"
    r"|(?<![\d一二三四五六七八九十第每])([两二三四五])年(?=[\u4e00-\u9fff])(?!级|度|制|期|前|后|以|内|一|计划|行动|规划|攻坚|任务|提升|工程|专项)"
)
_YEARS_AGO = re.compile(r"([一二两三四五六七八九十]+|\d{1,2})年(?:以)?前(?!后)|(?!)()|(大*)前年")
_CHINESE_YEAR = re.compile(r"([二两]〇[〇零一二三四五六七八九]{2}|二零[零一二三四五六七八九]{2})年")
_HAN_DIGIT = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}


@dataclass(frozen=True, slots=True)
class YearWords:
    """Years a question names: explicit ones in order; relative words; a span of recent years; spans to mask."""

    years: tuple[int, ...]
    relative: tuple[int, ...]
    recent: int | None
    at_end: bool
    spans: tuple[tuple[int, int], ...]


def _full(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def year_places(text: str) -> tuple[tuple[int, int], ...]:
    """Where single years are named in a squeezed question: (position, year), in order."""
    return tuple((m.start(), _full(m.group(1) or m.group(2))) for m in _YEAR.finditer(text))


def years_in(text: str) -> YearWords:
    """The years named in a squeezed question."""
    words = language()
    found: list[tuple[int, int, tuple[int, ...]]] = []

    def add(start: int, end: int, years: tuple[int, ...]) -> None:
        if not any(s < end and start < e for s, e, _ in found):
            found.append((start, end, years))

    for pattern in (_RANGE, _RANGE_BARE, _SHORT_RANGE, _BARE_SHORT):
        for m in pattern.finditer(text):
            low, high = _full(m.group(1)), _full(m.group(2))
            if low <= high <= low + 20:
                add(m.start(), m.end(), tuple(range(low, high + 1)))
    for m in _SHORT_LIST.finditer(text):
        add(m.start(), m.end(), tuple(2000 + int(y) for y in re.findall(r"\d\d", m.group(0))))
    for m in _CHINESE_YEAR.finditer(text):
        add(m.start(), m.end(), (int("".join(_HAN_DIGIT[c] for c in m.group(1))),))
    for m in _YEAR.finditer(text):
        add(m.start(), m.end(), (_full(m.group(1) or m.group(2)),))
    relative: list[int] = []
    for pattern, offset in ((words.last_year, -1), (words.this_year, 0), (words.next_year, 1)):
        for m in pattern.finditer(text):
            if not any(s < m.end() and m.start() < e for s, e, _ in found):
                relative.append(offset)
                found.append((m.start(), m.end(), ()))
    for m in _YEARS_AGO.finditer(text):
        number = chinese_int(m.group(1) or m.group(2)) if m.group(1) or m.group(2) else 2 + len(m.group(3) or "")
        if number and not any(s < m.end() and m.start() < e for s, e, _ in found):
            relative.append(-number)
            found.append((m.start(), m.end(), ()))
    recent = None
    span = _RECENT.search(text)
    if span and not any(s < span.end() and span.start() < e for s, e, _ in found):
        recent = chinese_int(span.group(1) or span.group(2) or span.group(3))
        found.append((span.start(), span.end(), ()))
    found.sort()
    years = tuple(dict.fromkeys(y for _, _, ys in found for y in ys))
    if len(years) == 1 and relative and max(relative) < -1:  # 2024年比两年前
        years, relative = (*years, *(years[0] + offset for offset in relative)), []
    at_end = any(words.year_end.match(text[e:]) for _, e, ys in found if ys or relative)
    return YearWords(years, tuple(dict.fromkeys(relative)), recent, at_end, tuple((s, e) for s, e, _ in found))
