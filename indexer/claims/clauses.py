"""The words before a figure taken apart: subject, year, stage, comparison, role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.claims.words import claim_words

_YEAR = re.compile(r"^(20\d\d)年(?:度)?(?:当年|全年|[末底](?!结转|结余|财政|净))?")
_YEAR_INSIDE = re.compile(r"(20\d\d)年(?:度)?(?:当年|全年)?(?=[^,;:]{0,10}$)")
_SEPARATORS = ",;:。"
_BRACKETED = re.compile(r"\([^()]*\)")
_ITEM_NUMBER = re.compile(
    r"^(?:\(?[一二三四五六七八九十百\d]{1,4}\)[、.]?|[一二三四五六七八九十]{1,3}、|\d{1,3}[、.](?!\d)|[①-⑳]|[●◆■▪▫•·○◇□►▶➢✓※★☆]+|[—–-]{2,})\s*"
)
_KEPT_BRACKETS = re.compile(r"\((?:境|护|类|款|项|役|室|套|台|含|不含)\)")
_QUOTED = re.compile(r"^[“\"]([^”\"]{5,})[”\"](?:科目)?$")
_SHARE = re.compile(r"占(?P<of>[^,;:]*?)(?:总额|金额)?(?:的)?(?:比重|比例|百分比)?(?:约|为|达)?$")
_COMPLETION = re.compile(r"(?:(?:完成|达到)(?P<of>[^,;:]*?)(?:的)?|(?:预算)?(?:完成|执行)率(?:约|为|达)?)$")


@dataclass(frozen=True, slots=True)
class Base:
    """What a change is measured against: a year before, or another stage of the year itself (`years_back` 0)."""

    year: int | None
    years_back: int
    stage: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause before a figure. `subject` is what is left when all else is taken away ("" when nothing)."""

    subject: str
    after_stop: bool = False
    year: int | None = None
    year_end: bool = False
    as_of: bool = False
    stage: str | None = None
    stage_only: bool = False
    stage_pair: bool = False
    base: Base | None = None
    verb: str = ""
    share_of: str | None = None
    completes: bool = False
    reason: bool = False
    purpose: bool = False
    uses: bool = False
    of_which: bool = False
    parent: str = ""
    each: bool = False


def split_clauses(lead: str) -> Iterator[tuple[str, str]]:
    """(separator before, clause) pairs; separators inside brackets do not count, an unclosed bracket is one."""
    lead = claim_words().holds.sub(":", lead)
    inside = [False] * len(lead)
    for match in _BRACKETED.finditer(lead):
        inside[match.start() : match.end()] = [True] * (match.end() - match.start())
    start, before = 0, ""
    for index, char in enumerate(lead):
        if not inside[index] and (char in _SEPARATORS or char == "("):
            yield before, lead[start:index]
            start, before = index + 1, char
    yield before, lead[start:]


def read_clause(separator: str, text: str, bodies: re.Pattern[str] | None, last: bool, rate: bool = False) -> Clause:
    """One clause read. `bodies`: names of the department; `last`: the figure follows directly; `rate`: in per cent."""
    words = claim_words()
    text = _ITEM_NUMBER.sub("", text.strip())
    of_which = text.startswith("其中") or (separator == ":" and not text)
    parent = match.group("parent") if not last and (match := words.parent_in.match(text)) else ""
    reason = words.reason.search(text)
    if reason:
        text = text[reason.end() :]
    elif words.purpose.search(text):
        return Clause("", after_stop=separator == ";", purpose=True, uses=words.list_of_uses.search(text) is not None)
    base, text = _comparison(text)
    share_of, completes = None, False
    if last and rate and (match := _SHARE.search(text)):
        share_of, text = match.group("of"), text[: match.start()]
    elif last and rate and (match := _COMPLETION.search(text)):
        completes, text = True, text[: match.start()]
    as_of = words.as_of.search(text) is not None
    year, year_end, text = _time(text, bodies)
    verb, text = _verb(text)
    text = _opened(text, bodies)
    each = re.search(r"(?:均|各|分别|各自)(?:为|是)?$", text) is not None
    text = _closed(text)
    only = words.stage_only.match(text) is not None
    pair = words.stage_pair.match(text) is not None
    stage, subject = _stage(text, bool(only or pair)) if text else (None, "")
    return Clause(
        subject=subject,
        after_stop=separator == ";",
        year=year,
        year_end=year_end,
        as_of=as_of,
        stage=stage,
        stage_only=only,
        stage_pair=pair,
        base=base,
        verb=verb,
        share_of=share_of,
        completes=completes,
        reason=reason is not None,
        of_which=of_which,
        parent=parent,
        each=each,
    )


def _comparison(text: str) -> tuple[Base | None, str]:
    words = claim_words()
    if match := words.comparison.search(text):
        said = re.match(r"20\d\d", match.group("base"))
        stage = _base_stage(match.group("stage") or "")
        base = Base(int(said.group()) if said else None, 1, stage)
        return base, text[: match.start()] + text[match.end() :]
    if match := words.year_on_year.search(text):
        return Base(None, 1, ""), text[: match.start()] + text[match.end() :]
    if match := words.same_year_base.search(text):
        return Base(None, 0, "预算"), text[: match.start()] + text[match.end() :]
    return None, text


def _base_stage(word: str) -> str:
    if "执行" in word:
        return ""
    return "决算" if "决算" in word else "预算" if "预算" in word else ""


def _time(text: str, bodies: re.Pattern[str] | None) -> tuple[int | None, bool, str]:
    words = claim_words()
    if match := words.as_of.search(text):
        return int(match.group("year")), False, text[match.end() :]
    text = _opened(text, bodies)
    year_end = words.year_end.search(text) is not None
    if match := _YEAR.match(text) or _YEAR_INSIDE.search(text):
        return int(match.group(1)), year_end, text[: match.start()] + text[match.end() :]
    return None, year_end, words.year_end.sub("", text)


def _verb(text: str) -> tuple[str, str]:
    """A change word at the end, and the text before it."""
    words = claim_words()
    for match in words.verb.finditer(text):
        if match.end() == len(text):
            return match.group("verb"), text[: match.start()]
    return "", text


def _opened(text: str, bodies: re.Pattern[str] | None) -> str:
    words = claim_words()
    for _ in range(4):
        shorter = words.opening.sub("", text)
        if bodies is not None:
            shorter = bodies.sub("", shorter)
        shorter = _YEAR.sub("", shorter) if _YEAR.match(shorter) and not _YEAR.match(text) else shorter
        if shorter == text:
            break
        text = shorter
    return text.strip()


def _closed(text: str) -> str:
    words = claim_words()
    for _ in range(4):
        shorter = words.closing.sub("", text).strip("、 ")
        if shorter == text:
            break
        text = shorter
    return text


def _stage(text: str, whole: bool) -> tuple[str | None, str]:
    """The stage a clause names, and its subject: without the stage words at its end unless they are its noun."""
    for pattern, stage in claim_words().stages:
        if match := re.search(rf"(?:{pattern.pattern})$", text):
            rest = text[: match.start()]
            if whole or not rest:
                return stage, ""
            return stage, text
    return None, text


def plain_subject(text: str) -> str:
    """A subject without enclosing quotes and remarks in brackets, for display and for linking."""
    text = text.strip("、 ")
    if match := _QUOTED.match(text):
        text = match.group(1)
    return _BRACKETED.sub(lambda m: m.group() if _KEPT_BRACKETS.fullmatch(m.group()) else "", text).strip("、 ")


def without_stage(text: str) -> str:
    """A subject without the stage words at its end ("公务接待费支出决算" -> "公务接待费")."""
    for pattern, _ in claim_words().stages:
        match = re.search(rf"(?:{pattern.pattern})$", text)
        if match and match.start() > 1 and not text[: match.start()].endswith("总"):
            return _closed(text[: match.start()])
    return text
