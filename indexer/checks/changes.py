"""Rules on changes, rates, shares and completion in prose: recomputed from the amounts they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from indexer.checks.compare import Amount, Figure, identity, in_unit, judge_percent, percent, shown
from indexer.checks.equations import equation
from indexer.checks.rules import rules
from indexer.checks.sayings import Sayings
from indexer.text import plain
from indexer.types import Claim, ClaimRole, Fact, Identity, IdentityStatus

_ZERO = Decimal(0)


def changes(said: Sayings) -> Iterator[Identity]:
    """Every change, rate, share and completion that can be recomputed."""
    seen: set[tuple[str, int | None]] = set()
    for claim in said.claims:
        if claim.role is ClaimRole.CHANGE:
            yield from _base_year(said, claim, seen)
            yield from _change(said, claim)
        elif claim.role is ClaimRole.CHANGE_RATE:
            yield from _base_year(said, claim, seen)
            yield from _rate(said, claim)
        elif claim.role is ClaimRole.SHARE:
            yield from _share(said, claim)
        elif claim.role is ClaimRole.COMPLETION:
            yield from _completion(said, claim)


def _wrong_base(said: Sayings, claim: Claim) -> bool:
    """A change against the year itself; 决算 against 年初预算 of one year is right."""
    return (
        claim.base_year is not None
        and claim.base_year == claim.year == said.book.year
        and (not claim.base_stage or claim.base_stage == (claim.stage or said.stage))
    )


def _base_year(said: Sayings, claim: Claim, seen: set[tuple[str, int | None]]) -> Iterator[Identity]:
    if claim.base_year is None or claim.year is None or claim.base_stage == "预算" != (claim.stage or said.stage):
        return
    if (claim.text, claim.base_year) in seen:
        return
    seen.add((claim.text, claim.base_year))
    wrong = _wrong_base(said, claim)
    status = IdentityStatus.FAILS if wrong else IdentityStatus.HOLDS
    right = claim.year - 1
    message = f"{said.book.place(claim)}与{claim.base_year}年相比，对比的是本年度自身，应为{right}年"
    yield identity("base_year", "text", claim, [], claim.value, status, f"{claim.base_year}年 → {right}年", message)


def _change(said: Sayings, claim: Claim) -> Iterator[Identity]:
    now = said.amount_of(claim)
    if now is None:
        return
    base = None if _wrong_base(said, claim) else said.base_of(claim, now)
    if base is not None and base.id != now.id:
        found = equation(said.book, "change", claim, [(now, 1), (base, -1)], "本期数减对比期数", "change")
        yield _with_direction(said, claim, found)
    elif (
        claim.value > _ZERO and said.book.amount(claim).value > said.book.amount(now).value + said.book.amount(now).half
    ):
        message = (
            f"{said.book.place(claim)}，而本数只有{shown(now)}（{said.book.place(now)}），增加额不可能大于增加后的数"
        )
        expression = f"{shown(claim)} ≤ {shown(now)}"
        expected = in_unit(said.book.amount(now).value, claim.unit)
        yield identity(
            "impossible_change", "at_most", claim, [(now, 1)], expected, IdentityStatus.FAILS, expression, message
        )


def _with_direction(said: Sayings, claim: Claim, found: Identity) -> Identity:
    """Names the mistake where only the direction is wrong."""
    if found.status is not IdentityStatus.FAILS or found.expected != -claim.value:
        return found
    word = "减少" if found.expected < 0 else "增加"
    message = f"{said.book.place(claim)}，按两数计算应为{word} {plain(abs(found.expected))}{claim.unit}，增减方向写反"
    return replace(found, kind="direction", message=message)


def _rate(said: Sayings, claim: Claim) -> Iterator[Identity]:
    """增减率 of the amount in the table, or of the one in its own sentence where that is another fund's."""
    now, told = said.amount_of(claim), said.told_amount_of(claim)
    tried = [
        i for amount in {a.id: a for a in (now, told) if a is not None}.values() for i in _rate_of(said, claim, amount)
    ]
    yield from [i for i in tried if i.status is not IdentityStatus.FAILS][:1] or tried[:1]


def _rate_of(said: Sayings, claim: Claim, now: Figure) -> Iterator[Identity]:
    """增减率 from both amounts, else from the amount and its change."""
    a = said.book.amount(now)
    base = None if _wrong_base(said, claim) else said.base_of(claim, now)
    change = said.change_of(claim)
    if base is not None and base.id != now.id:
        b = said.book.amount(base)
        gain = Amount(a.value - b.value, a.half + b.half)
        terms: list[tuple[Figure, int]] = [(now, 1), (base, -1)]
        one, other = in_unit(a.value, base.unit), base.value
        shown_as = f"({plain(one)} − {plain(other)}) ÷ {plain(other)}"
    elif change is not None:
        gain = said.book.amount(change)
        b = Amount(a.value - gain.value, a.half + gain.half)
        if b.value < _ZERO:
            return
        terms = [(now, 1), (change, 1)]
        shown_as = f"{plain(change.value)} ÷ ({plain(in_unit(a.value, change.unit))} − {plain(change.value)})"
    else:
        return
    if abs(b.value) <= (0 if base is not None else b.half) or b.value == 0:
        yield _no_base(said, claim, terms, a)
        return
    exact = percent(gain.value, b.value)
    yield _percent(said, "rate", claim, exact, terms, gain, b, shown_as)


def _no_base(said: Sayings, claim: Claim, terms: list[tuple[Figure, int]], now: Amount) -> Identity:
    """A rate of change from nothing."""
    fine = now.value == 0 and claim.value == 0
    status = IdentityStatus.HOLDS if fine else IdentityStatus.FAILS
    message = f"{said.book.place(claim)}，对比期为零，没有增减率，应写明上年无此项"
    return identity("zero_base", "rate", claim, terms, _ZERO, status, f"{shown(claim)} → 基数为 0，没有增减率", message)


def _percent(
    said: Sayings,
    rule: str,
    claim: Claim,
    exact: Decimal,
    terms: list[tuple[Figure, int]],
    part: Amount,
    whole: Amount,
    shown_as: str,
) -> Identity:
    status = judge_percent(claim.value, claim.places, exact, part, whole, rules()[rule].tolerance)
    places = max(claim.places, 2)
    expected = Decimal(plain(exact, places))
    kind = ""
    message = f"{said.book.place(claim)}，按 {shown_as} 计算应为 {plain(expected)}%"
    if status is IdentityStatus.FAILS and abs(claim.value + exact) <= Decimal(1).scaleb(-claim.places):
        kind, message = "direction", message + "，增减方向写反"
    elif status is IdentityStatus.ROUNDING:
        message += "，属四舍五入差异"
    relation = "ratio" if rule in ("share", "completion") else "rate"
    return identity(rule, relation, claim, terms, expected, status, f"{shown_as} = {plain(expected)}%", message, kind)


def _share(said: Sayings, claim: Claim) -> Iterator[Identity]:
    """A share is of the table's amount, or of the one in its own sentence, where that is another fund's."""
    told = next(
        (c for c in said.before(claim, ClaimRole.AMOUNT) if c.text == claim.text and c.year == claim.year), None
    )
    parts = {part.id: part for part in (said.amount_of(claim), told) if part is not None}
    tried = [
        i
        for part in parts.values()
        for whole in said.wholes_of(claim)
        if whole.id != part.id
        for i in _share_of(said, claim, part, whole)
    ]
    fine = [i for i in tried if i.status is not IdentityStatus.FAILS]
    # a denominator that goes unsaid is any of those of its sentence
    yield from (fine or tried)[:1]


def _share_of(said: Sayings, claim: Claim, part: Figure, whole: Figure) -> Iterator[Identity]:
    a, b = said.book.amount(part), said.book.amount(whole)
    if b.value == 0 or (isinstance(part, Fact) and isinstance(whole, Fact)):
        return
    shown_as = f"{plain(in_unit(a.value, whole.unit))} ÷ {plain(whole.value)}"
    yield _percent(said, "share", claim, percent(a.value, b.value), [(part, 1), (whole, 1)], a, b, shown_as)


def _completion(said: Sayings, claim: Claim) -> Iterator[Identity]:
    """完成率 = 决算 ÷ 年初预算, both as the sentence before or the table prints them."""
    done = said.amount_of(replace(claim, stage="决算"))
    planned = said.amount_of(replace(claim, stage="预算"))
    if done is None or planned is None or done.id == planned.id:
        return
    a, b = said.book.amount(done), said.book.amount(planned)
    terms: list[tuple[Figure, int]] = [(done, 1), (planned, 1)]
    shown_as = f"{plain(in_unit(a.value, planned.unit))} ÷ {plain(planned.value)}"
    if b.value == 0:
        message = f"{said.book.place(claim)}，预算为零，没有完成率"
        status = IdentityStatus.HINT
        yield identity("completion", "ratio", claim, terms, _ZERO, status, f"{shown_as}，预算为 0", message)
        return
    yield _percent(said, "completion", claim, percent(a.value, b.value), terms, a, b, shown_as)
