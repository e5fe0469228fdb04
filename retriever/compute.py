"""Arithmetic over found figures: sums, shares, changes, rankings. Decimal only, the expression kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import Blank
from retriever.draft import common_unit, in_unit, rounded, shown
from retriever.evidence import Figure

_HUNDRED = Decimal(100)


def _values(figures: Iterable[Figure], unit: str) -> list[Decimal]:
    return [convert(f.value, f.unit, unit) if f.unit in UNIT_SCALE and unit in UNIT_SCALE else f.value for f in figures]


def _computed(
    label: str, first: Figure, value: Decimal, unit: str, places: int, expression: str, inputs: tuple[Figure, ...]
) -> Figure:
    return replace(
        first,
        label=label,
        value=value,
        unit=unit,
        places=places,
        fact=None,
        claim=None,
        blank=Blank.NONE,
        expression=expression,
        inputs=inputs,
        note="",
    )


def _term(figure: Figure, unit: str) -> str:
    if figure.unit in UNIT_SCALE and unit in UNIT_SCALE and figure.unit != unit:
        value, places = in_unit(figure, unit)
        return plain(value, max(places, -value.as_tuple().exponent if value else 0))  # type: ignore[operator]
    return plain(figure.value, figure.places)


def total(figures: tuple[Figure, ...], label: str) -> Figure:
    """The sum of figures of one kind of unit."""
    unit = common_unit(figures)
    value = sum(_values(figures, unit), Decimal(0))
    places = max(in_unit(f, unit)[1] if f.unit in UNIT_SCALE else f.places for f in figures)
    expression = " + ".join(_term(f, unit) for f in figures) + f" = {plain(value, places)}"
    return _computed(label, figures[0], value, unit, places, expression, figures)


def mean(whole: Figure, number: int, label: str) -> Figure:
    """A sum ÷ how many it adds, in the sum's unit with its precision."""
    value = whole.value / number
    expression = f"({whole.expression.rpartition(' = ')[0]}) ÷ {number} = {plain(rounded(value, whole.places))}"
    return _computed(label, whole, value, whole.unit, whole.places, expression, whole.inputs)


def difference(a: Figure, b: Figure, label: str) -> Figure:
    """a − b."""
    unit = common_unit((a, b))
    x, y = _values((a, b), unit)
    places = max(in_unit(f, unit)[1] if f.unit in UNIT_SCALE else f.places for f in (a, b))
    expression = f"{_term(a, unit)} - {_term(b, unit)} = {plain(x - y, places)}"
    return _computed(label, a, x - y, unit, places, expression, (a, b))


def share(part: Figure, whole: Figure, label: str) -> Figure | None:
    """part ÷ whole in percent; None for an empty whole."""
    unit = common_unit((part, whole))
    x, y = _values((part, whole), unit)
    if y == 0:
        return None
    value = x / y * _HUNDRED
    expression = f"{_term(part, unit)} ÷ {_term(whole, unit)} × 100% = {plain(rounded(value, 2))}%"
    return _computed(label, part, value, "%", 2, expression, (part, whole))


def growth(now: Figure, before: Figure, label: str) -> Figure | None:
    """(now − before) ÷ before in percent; None for an empty base."""
    unit = common_unit((now, before))
    x, y = _values((now, before), unit)
    if y == 0:
        return None
    value = (x - y) / y * _HUNDRED
    a, b = _term(now, unit), _term(before, unit)
    return _computed(
        label, now, value, "%", 2, f"({a} - {b}) ÷ {b} × 100% = {plain(rounded(value, 2))}%", (now, before)
    )


def multiple(a: Figure, b: Figure, label: str) -> Figure | None:
    """a ÷ b, in 倍; None for an empty b."""
    unit = common_unit((a, b))
    x, y = _values((a, b), unit)
    if y == 0:
        return None
    value = x / y
    return _computed(
        label, a, value, "倍", 2, f"{_term(a, unit)} ÷ {_term(b, unit)} = {plain(rounded(value, 2))}", (a, b)
    )


def per_unit(amount: Figure, count: Figure, label: str) -> Figure | None:
    """An amount in 元, or another count, for each of a count; None for a count of nought."""
    if count.value == 0:
        return None
    if amount.unit not in UNIT_SCALE:
        value = amount.value / count.value
        expression = f"{shown(amount)} ÷ {shown(count)} = {plain(rounded(value, 2))}{amount.unit}"
        return _computed(label, amount, value, amount.unit, 2, expression, (amount, count))
    yuan = convert(amount.value, amount.unit, "元")
    value = yuan / count.value
    places = 0 if value == value.to_integral_value() else 2
    expression = f"{shown(amount)} ÷ {plain(count.value)}{count.unit} = {plain(rounded(value, places))}元"
    return _computed(label, amount, value, "元", places, expression, (amount, count))
