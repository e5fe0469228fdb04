"""Comparing printed figures: units, printed precision, rounding; and the identities that come of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from indexer.checks.rules import rules
from indexer.text import UNIT_SCALE, half_step, plain
from indexer.types import Claim, Fact, Identity, IdentityStatus, Term

Figure = Fact | Claim
_HUNDRED = Decimal(100)
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure in base units (元 for money): value and half of its last printed digit."""

    value: Decimal
    half: Decimal


def amount(figure: Figure, places: int | None = None) -> Amount:
    """A figure in base units; `places` where its column prints more digits than the figure itself shows."""
    shown = figure.places if places is None else max(places, figure.places)
    return Amount(figure.value * UNIT_SCALE.get(figure.unit, Decimal(1)), half_step(shown, figure.unit))


def is_money(figure: Figure) -> bool:
    """Whether a figure is an amount of money."""
    return figure.unit in UNIT_SCALE


def judge(difference: Decimal, target: Amount, terms: Sequence[Amount], tolerance: int) -> IdentityStatus:
    """How a difference between the target and what the terms give is to be taken.

    It holds where the coarser printed precision hides the difference; it is rounding up to half a last digit a
    term or `tolerance` last digits; more is a failure.
    """
    gap = abs(difference)
    halves = [target.half, *(t.half for t in terms)]
    coarse, fine = max(halves), min(halves)
    hidden = Decimal(0) if coarse == fine else coarse * max(1, sum(t.half == coarse for t in terms))
    if gap <= hidden:
        return IdentityStatus.HOLDS
    if tolerance and gap <= max(sum(halves, Decimal(0)), coarse * 2 * tolerance):
        return IdentityStatus.ROUNDING
    return IdentityStatus.FAILS


def identity(
    rule: str,
    relation: str,
    target: Figure,
    terms: Sequence[tuple[Figure, int]],
    expected: Decimal,
    status: IdentityStatus,
    expression: str,
    message: str = "",
    kind: str = "",
) -> Identity:
    """An identity of one document; `expected` is in the target's unit."""
    refs = tuple(Term(f.id, sign) for f, sign in terms)
    key = "\x1f".join([target.document, rule, relation, target.id, *(f"{t.sign}{t.ref}" for t in refs)])
    documents = tuple(dict.fromkeys([target.document, *(f.document for f, _ in terms)]))
    return Identity(
        id=hashlib.blake2b(key.encode(), digest_size=10).hexdigest(), document=target.document, rule=rule,
        relation=relation, target=Term(target.id), terms=refs, printed=target.value, expected=expected,
        unit=target.unit, status=status, expression=expression,
        message="" if status is IdentityStatus.HOLDS else message, kind=kind or rules()[rule].kind,
        documents=documents if len(documents) > 1 else (),
    )  # fmt: skip


def in_unit(value: Decimal, unit: str, places: int | None = None) -> Decimal:
    """An amount in base units as a figure of `unit`, rounded to `places` where given."""
    scaled = value / UNIT_SCALE.get(unit, Decimal(1))
    return Decimal(plain(scaled, places)) if places is not None else scaled


def shown(figure: Figure) -> str:
    """A figure as printed, with its unit."""
    if isinstance(figure, Claim):
        return figure.figure
    return f"{plain(figure.value)}{figure.unit}" if not figure.blank else f"空（0{figure.unit}）"


def sum_expression(terms: Sequence[tuple[Figure, int]], total: Decimal, unit: str) -> str:
    """ "a + b − c = total" in the target's unit; zero terms are left out of long sums."""
    scale = UNIT_SCALE.get(unit, Decimal(1))
    values = [(f.value * UNIT_SCALE.get(f.unit, Decimal(1)) / scale, sign) for f, sign in terms]
    kept = values if len(values) <= 6 else [v for v in values if v[0]] or values[:1]
    parts = [f"{'−' if s < 0 else '+'} {plain(v)}" for v, s in kept[:_LONGEST]]
    if len(kept) > _LONGEST:
        parts.append(f"+ …（共{len(kept)}项）")
    text = " ".join(parts).removeprefix("+ ")
    return f"{text} = {plain(total)}"


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """`part` of `whole` in percent. Raises ZeroDivisionError for a whole of 0."""
    if whole == 0:
        raise ZeroDivisionError("no share of nothing")
    return part * _HUNDRED / whole


def judge_percent(
    printed: Decimal, places: int, exact: Decimal, part: Amount, whole: Amount, tolerance: int
) -> IdentityStatus:
    """A printed percentage against its recomputation; the printed digits of the parts limit what can be known."""
    gap = abs(printed - exact)
    half = Decimal(1).scaleb(-places) / 2
    if gap <= half:
        return IdentityStatus.HOLDS
    size = abs(whole.value)
    spread = _HUNDRED * (part.half / size + abs(part.value) * whole.half / (size * size)) if size else Decimal(0)
    return IdentityStatus.ROUNDING if gap <= half * 2 * tolerance + spread + half else IdentityStatus.FAILS
