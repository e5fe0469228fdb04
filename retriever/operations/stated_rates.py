"""Rates that prose states: 每人每月补助300元, 每生每天5元, 大会战期间每户奖补2万元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.lexical import words_of
from indexer.text import fold
from indexer.types import Claim, ClaimRole
from retriever.draft import Draft, Passage
from retriever.evidence import Figure, claim_figure
from retriever.masking import MASK
from retriever.passages import SENTENCE, bigrams, ranked, views_for
from retriever.subjects import clean
from retriever.task import Task, status_of
from retriever.view import View

_HEADS = "人|生|名|位|个(?:人|学生|孩子|老人|村民|居民|职工|残疾人)|(?:个)?(?:学生|孩子|老人)"
_THINGS = "户|家|村|社区|校|床|张床|辆|台|亩|头|只|平方米|公里|座|所|次|场|篇|件|项|处|株|吨"
_PERIODS = {
    "天": "天|日",
    "月": "个?月",
    "年": "个?学?年",
    "学期": "个?学期",
    "次": "次|餐|顿",
}
_ONE_OF = "|".join(_PERIODS.values())
_EACH = re.compile(
    rf"(?:每|一)(?P<of>{_HEADS}|{_THINGS})[^，。,;；多少几]{{0,4}}?(?:每|一|/)?(?P<period>{_ONE_OF})?"
    rf"(?=[^，。,;；]{{0,14}}(?:多少|几(?:块|元|万|钱|千|百)))"
)
"""每人一年多少钱, 每生每天几块."""
_PERIOD_ASKED = re.compile(rf"(?:每|一)(?P<period>{_ONE_OF})[^，。,;；]{{0,8}}(?:多少|几(?:块|元|万|钱|千|百))")
"""一个月补贴多少."""
_STANDARD = re.compile("标准")
_RATE = re.compile(
    rf"(?:每(?:一)?(?P<of>{_HEADS}|{_THINGS})|(?P<mean>[人户生亩])均(?:补助|补贴|每)?)(?:每?(?P<period>{_ONE_OF}))?[^\d。；;,，]{{0,10}}?(?P<figure>\d[\d,]*(?:\.\d+)?)(?P<unit>万?元)"
    rf"(?:(?:/[人户月年]|每[人户月年])*(?:提高|提升|提标|上调|调整|调高|增加|涨|降低|下调|调低|降)(?:到|至|为)"
    rf"(?P<now>\d[\d,]*(?:\.\d+)?)(?P<now_unit>万?元))?"
)
_BEFORE = re.compile("原来|之前|以前|调整前|提高前|提标前|上年|去年|前一年|从多少")
"""Which of the two rates of 由89元提高到94元 is asked: the new one, unless the question says so."""
_MEAN = re.compile("(?P<of>[人户生亩])均[^，。,;；]{0,14}(?:多少|几)")
"""人均多少: what the text calls so, too."""
_COMPUTED = re.compile("平均|均摊|÷|除以|算")
_NEAREST = 3
"""So many of the passages with such a rate are looked at."""
_SAID = 0.5
"""The share of what the question says beside the rate that its passage has to say too."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom or what the rate is for ("人", "户" …; "" for any), and for how long ("" for any)."""

    of: str
    period: str
    words: str


def stated_rate(task: Task) -> Draft | None:
    """What each is given as prose says it; None where none is asked for, or none stated of that very thing."""
    asked = _asked(task.query.text, task.query.masked)
    if asked is None:
        return None
    views = {v.info.id: v for v in views_for(task)}
    stated = [
        (_speaks_of(asked.words, f"{unit.context}{unit.passage.text}"), unit.passage)
        for _, unit in ranked(task.query, tuple(views.values()))
        if not unit.passage.table and _RATE.search(unit.passage.text)
    ]
    for share, passage in sorted(stated, key=lambda s: -s[0])[:_NEAREST]:
        if share < _SAID:
            break
        found = _of_its_clause(asked, [m for m in _RATE.finditer(passage.text) if _fits(asked, m)], passage.text)
        old = _BEFORE.search(task.query.text) is not None
        claims = {c.value: c for m in found for c in _claims(views[passage.document], passage, m, old=old)}
        if len(claims) != 1:
            continue
        claim = next(iter(claims.values()))
        view = views[passage.document]
        items = tuple(
            task.item(f) for f in (claim_figure(claim, view, _name(found[0])), *_heads(task.query.text, passage, view))
        )
        return Draft(
            status_of(items), items, passage.text if len(passage.text) <= _SHORT else claim.text, explained=True
        )
    return None


_SHORT = 90
_HOW_MANY = re.compile("多少(?P<unit>[人名户家位])|几(?P<few>[人名户家位])")


def _heads(text: str, passage: Passage, view: View) -> tuple[Figure, ...]:
    """How many are given it, where that is asked too and the passage states one number."""
    asked = _HOW_MANY.search(text)
    if asked is None:
        return ()
    unit = asked["unit"] or asked["few"]
    units = ("人", "名", "位") if unit in "人名位" else (unit,)
    counts = [
        c
        for c in view.content.claims
        if c.role is ClaimRole.COUNT and c.unit in units and c.source.page == passage.page and c.text in passage.text
    ]
    return (claim_figure(counts[0], view),) if len(counts) == 1 else ()


def _asked(text: str, words: str) -> _Asked | None:
    each, period = _EACH.search(text) or _MEAN.search(text), _PERIOD_ASKED.search(text)
    if _COMPUTED.search(text) or not (each or period or _STANDARD.search(text)):
        return None
    said = (each and each.groupdict().get("period")) or (period and period["period"]) or ""
    rest = words.replace(MASK, " ")
    for m in (each, period):
        rest = rest.replace(m.group(0), " ") if m else rest
    return _Asked(_kind(each["of"]) if each else "", _length(said), _RATES_WORDS.sub(" ", rest))


_RATES_WORDS = re.compile("标准|补助|补贴|资助|发放|多少|块|每|元|钱|领取?|原来|之前|以前|现在|[补发给]$")


def _kind(of: str) -> str:
    return "人" if re.fullmatch(_HEADS, of) else of


def _length(period: str) -> str:
    return next((name for name, signs in _PERIODS.items() if re.fullmatch(signs, period)), "") if period else ""


def _fits(asked: _Asked, stated: re.Match[str]) -> bool:
    of, period = _kind(stated["of"] or stated["mean"]), _length(stated["period"] or "")
    return asked.of in ("", of) and asked.period in ("", period)


def _speaks_of(words: str, text: str) -> float:
    """The share of what the question says beside the rate that a passage says too."""
    asked = [w for part in clean(words).split() for w, _, _ in words_of(part) if len(w) > 1]
    said = fold(text)
    asked = asked or [g for part in clean(words).split() for g in bigrams(_RATES_WORDS.sub(" ", part))]
    return sum(w in said for w in asked) / len(asked) if asked else 0.0


_CLAUSE_END = re.compile("[。；;:：]")


def _of_its_clause(asked: _Asked, found: list[re.Match[str]], text: str) -> list[re.Match[str]]:
    """Of several rates in one passage those whose own clause says most of what is asked."""
    if len(found) < 2:
        return found
    words = {g for part in clean(asked.words).split() for g in bigrams(part)}

    def said(m: re.Match[str]) -> int:
        start = max((e.end() for e in _CLAUSE_END.finditer(text, 0, m.start())), default=0)
        return len(words & set(bigrams(fold(text[start : m.start()]))))

    most = max(map(said, found))
    return [m for m in found if said(m) == most]


def _claims(view: View, passage: Passage, stated: re.Match[str], *, old: bool) -> Iterator[Claim]:
    """The amounts read from the very sentence; of a rate that was raised the `old` one or the new one."""
    raised = stated["now"] is not None and not old
    printed = f"{stated['now']}{stated['now_unit']}" if raised else f"{stated['figure']}{stated['unit']}"
    sentences = [s for s in SENTENCE.findall(passage.text) if stated.group(0) in s]
    for claim in view.content.claims:
        if (
            claim.role is ClaimRole.AMOUNT
            and claim.figure == printed
            and any(claim.text in s or s in claim.text for s in sentences)
        ):
            yield claim


def _name(stated: re.Match[str]) -> str:
    return f"每{stated['of'] or _kind(stated['mean'])}{'每' + stated['period'] if stated['period'] else ''}"
