"""One way to state "target = sum of terms" and "both are the same", with the sentence for a clerk."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from indexer.checks.book import Book
from indexer.checks.compare import Amount, Figure, identity, in_unit, is_money, judge, shown, sum_expression
from indexer.checks.rules import rules
from indexer.text import plain
from indexer.types import Fact, Identity, IdentityStatus

_SLIP = Decimal(10000)


def equation(
    book: Book, rule: str, target: Figure, terms: Sequence[tuple[Figure, int]], what: str, relation: str = "sum"
) -> Identity:
    """target = Σ sign·term. `what` names the right side in the message ("302各款之和")."""
    amounts = [(book.amount(f), sign) for f, sign in terms]
    total = sum((a.value * sign for a, sign in amounts), Decimal(0))
    own = book.amount(target)
    status = judge(own.value - total, own, [a for a, _ in amounts], _tolerance(rule, target))
    expected = in_unit(total, target.unit)
    gap = abs(target.value - expected)
    message = kind = ""
    if status is not IdentityStatus.HOLDS:
        word = "因四舍五入" if status is IdentityStatus.ROUNDING else ""
        message = f"{book.says(target)}，{what}为 {plain(expected)}{target.unit}，{word}相差 {plain(gap)}{target.unit}"
        if slipped(own, Amount(total, sum((a.half for a, _ in amounts), Decimal(0)))):
            kind, message = "unit_slip", message + "，两数相差一万倍，疑为单位写错"
        else:
            message += _blame(target, book, terms, own.value - total)
    return identity(
        rule, relation, target, terms, expected, status, sum_expression(terms, expected, target.unit), message, kind
    )


def _blame(target: Figure, book: Book, terms: Sequence[tuple[Figure, int]], gap: Decimal) -> str:
    """Names a term that equals the gap: most often one row is missing or counted twice."""
    found = [f for f, _ in terms if gap and abs(book.amount(f).value) == abs(gap)]
    if len(found) != 1:
        return ""
    name = _name(found[0])
    if name == _name(target) and isinstance(found[0], Fact) and found[0].measure_path:
        name = found[0].measure_path[-1]
    return f"，差额正好是“{name}”"


def _name(figure: Figure) -> str:
    return figure.item if isinstance(figure, Fact) else figure.subject


def _tolerance(rule: str, target: Figure) -> int:
    return rules()[rule].tolerance if is_money(target) else 0


def same(book: Book, rule: str, target: Figure, other: Figure, kind: str = "") -> Identity:
    """Both places state one figure. A difference of exactly 10000 times is a slip of the unit."""
    own, against = book.amount(target), book.amount(other)
    status = judge(own.value - against.value, own, [against], _tolerance(rule, target))
    expected = in_unit(against.value, target.unit)
    message = ""
    if status is not IdentityStatus.HOLDS:
        gap = in_unit(abs(own.value - against.value), target.unit)
        message = f"{book.says(target)}，而{book.says(other)}"
        if slipped(own, against):
            kind = "unit_slip"
            message += (
                "，两数相差一万倍，疑为把元写成了万元"
                if own.value > against.value
                else "，两数相差一万倍，疑为把万元写成了元"
            )
        elif status is IdentityStatus.ROUNDING:
            message += f"，因四舍五入相差 {plain(gap)}{target.unit}"
        else:
            message += f"，相差 {plain(gap)}{target.unit}"
    expression = f"{shown(target)} = {shown(other)}"
    return identity(rule, "same", target, [(other, 1)], expected, status, expression, message, kind)


def slipped(one: Amount, other: Amount) -> bool:
    """Whether one amount is 10000 times the other, within the precision of what was printed."""
    big, small = (one, other) if abs(one.value) > abs(other.value) else (other, one)
    if not small.value or not big.value:
        return False
    return abs(big.value / _SLIP - small.value) <= small.half + big.half / _SLIP


def at_most(book: Book, rule: str, target: Figure, limit: Figure, says: str, fails: IdentityStatus) -> Identity:
    """target ≤ limit; `says` is the sentence's end where it is not."""
    own, top = book.amount(target), book.amount(limit)
    fine = own.value <= top.value + own.half + top.half
    status = IdentityStatus.HOLDS if fine else fails
    expected = in_unit(top.value, target.unit)
    message = "" if fine else f"{book.says(target)}，大于{book.says(limit)}，{says}"
    expression = f"{shown(target)} ≤ {shown(limit)}"
    return identity(rule, "at_most", target, [(limit, 1)], expected, status, expression, message)
