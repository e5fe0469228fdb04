"""The rules read backwards: which equations give a figure, and what they say it should be."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from indexer.types import Identity

_LINEAR = frozenset({"sum", "same", "change"})
_FORWARD = frozenset({"rate", "ratio", "product"})


def ways(ref: str, identities: Iterable[Identity]) -> tuple[Identity, ...]:
    """Identities in which a figure is the target or a term and from which it can be found anew.

    Those with the figure as target come first, then those with fewer terms.
    """
    found = [i for i in identities if i.relation in _LINEAR | _FORWARD and _holds_ref(i, ref)]
    return tuple(sorted(found, key=lambda i: (i.target.ref != ref, len(i.terms), i.id)))


def _holds_ref(identity: Identity, ref: str) -> bool:
    if identity.target.ref == ref:
        return True
    return identity.relation in _LINEAR and any(t.ref == ref for t in identity.terms)


def recompute(identity: Identity, ref: str, value: Decimal | None = None) -> Decimal:
    """What a figure must be for an identity to hold exactly, in the identity's unit.

    The target is what the terms give. A term of a sum is its own `value` (in the identity's unit) moved by what the
    sum is off. Raises ValueError where the figure is not in the identity or cannot be solved for.
    """
    if identity.target.ref == ref:
        if identity.relation not in _LINEAR | _FORWARD:
            raise ValueError(f"{identity.relation} gives no figure")
        return identity.expected
    sign = next((t.sign for t in identity.terms if t.ref == ref), 0)
    if not sign or identity.relation not in _LINEAR:
        raise ValueError(f"{ref} cannot be solved for in {identity.id}")
    if identity.relation == "same":
        return identity.printed
    if value is None:
        raise ValueError("a term of a sum needs its own value")
    return value + sign * (identity.printed - identity.expected)
