"""Check a figure against everything else that its document says of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import Identity, IdentityStatus
from retriever.evidence import Figure
from retriever.types import Check, Status
from retriever.view import View

_GOOD = (IdentityStatus.HOLDS, IdentityStatus.ROUNDING)
_BACKING = ("sum", "same")
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a figure is backed; `agreeing` and `disagreeing` are the identities behind it."""

    status: Status
    checks: tuple[Check, ...]
    agreeing: tuple[Identity, ...] = ()
    disagreeing: tuple[Identity, ...] = ()


def _method(identity: Identity) -> str:
    return (
        "recomputed" if identity.relation == "sum" else "matched" if identity.relation == "same" else identity.relation
    )


def _check(figure: Figure, identity: Identity) -> Check:
    refs = (identity.target.ref, *(t.ref for t in identity.terms))
    return Check(
        claim=f"{plain(figure.value)}{figure.unit}",
        method=_method(identity),
        expression=identity.expression,
        agrees=identity.status in _GOOD,
        facts=refs,
    )


def _order(figure: Figure, identity: Identity) -> tuple[int, int, str]:
    """Sums of which the figure is the result first, then equal places, then sums in which it is a part."""
    target = identity.target.ref == figure.ref
    return (
        0 if identity.relation == "sum" and target else 1 if identity.relation == "same" else 2,
        len(identity.terms),
        identity.id,
    )


def _is_backing(identity: Identity, figure: Figure) -> bool:
    if identity.relation not in _BACKING:
        return identity.relation in ("change", "difference") and identity.status in _GOOD
    # A sum of blanks proves nothing about a blank.
    return not (identity.relation == "sum" and identity.printed == 0 and figure.value == 0)


def verify(figure: Figure, view: View) -> Verdict:
    """The verdict on one printed figure, from the identities that its document was checked by."""
    if figure.inputs:
        return Verdict(Status.SINGLE_SOURCE, (_derived(figure),))
    if not figure.unit:
        return Verdict(Status.SINGLE_SOURCE, ())  # without its unit a figure is not known, whatever adds up
    if _amount(figure.ref, figure.unit, view) not in (None, figure.value):
        return Verdict(Status.SINGLE_SOURCE, ())  # not what the cell says
    identities = tuple(i for i in view.identities.get(figure.ref, ()) if recomputes(i, view))
    agreeing = sorted(
        (i for i in identities if i.status in _GOOD and _is_backing(i, figure)), key=lambda i: _order(figure, i)
    )
    disagreeing = sorted(
        (i for i in identities if i.status is IdentityStatus.FAILS and _contradicts(i, figure, bool(agreeing))),
        key=lambda i: _order(figure, i),
    )
    checks = tuple(_check(figure, i) for i in (*disagreeing[:_SHOWN], *agreeing[:_SHOWN]))
    if disagreeing:
        return Verdict(Status.CONFLICT, checks, tuple(agreeing), tuple(disagreeing))
    if agreeing:
        return Verdict(Status.VERIFIED, checks, tuple(agreeing))
    return Verdict(Status.SINGLE_SOURCE, checks)


def recomputes(identity: Identity, view: View) -> bool:
    """Whether the equation still gives what it gave when the document was checked, from the figures now held.

    True where a figure stands in another document, which this view doesn't hold."""
    if identity.relation not in _BACKING:
        return True
    printed = _amount(identity.target.ref, identity.unit, view)
    terms = [(t.sign, _amount(t.ref, identity.unit, view)) for t in identity.terms]
    if printed is None or any(value is None for _, value in terms):
        return True
    return printed == identity.printed and sum(sign * value for sign, value in terms if value is not None) == (
        identity.expected
    )


def _amount(ref: str, unit: str, view: View) -> Decimal | None:
    """The figure that a cell or sentence holds, in `unit`; None where the view has none or the unit is another kind."""
    held = view.facts.get(ref) or view.claims.get(ref)
    if held is None or (held.unit != unit and not {held.unit, unit} <= UNIT_SCALE.keys()):
        return None
    return convert(held.value, held.unit, unit)


def _contradicts(identity: Identity, figure: Figure, backed: bool) -> bool:
    """A place that states another figure contradicts; so does a sum that this figure should be the result of.
    As one part of a failing sum it is only suspect when nothing else backs it."""
    if identity.relation == "same":
        return True
    if identity.relation == "sum":
        return identity.target.ref == figure.ref or not backed
    return False


def _derived(figure: Figure) -> Check:
    return Check(
        claim=f"{plain(figure.value)}{figure.unit}",
        method="computed",
        expression=figure.expression,
        agrees=True,
        facts=tuple(i.ref for i in figure.inputs if i.ref),
    )


def worst(statuses: tuple[Status, ...]) -> Status:
    """The status of an answer made of several figures."""
    for status in (Status.CONFLICT, Status.SINGLE_SOURCE):
        if status in statuses:
            return status
    return Status.VERIFIED if statuses else Status.NOT_FOUND
