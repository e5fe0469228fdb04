"""Sums as a reader checks them: terms with their names, subtotals spelled out."""

from __future__ import annotations

from indexer.text import plain
from indexer.types import Identity, IdentityStatus, Term
from indexer.vocabulary import vocabulary
from retriever.draft import Item, shown
from retriever.evidence import Figure
from retriever.library import Library
from retriever.places import view_of
from retriever.types import Check
from retriever.view import View

_MAX_TERMS = 12


def named_sum(identity: Identity, figure: Figure, library: Library) -> tuple[bool, str]:
    """A sum with its terms' names, and whether the terms are other items (not other columns of one row)."""
    view = view_of(library, figure)
    terms: list[str] = []
    rows = False
    for term in parted(identity.terms, figure, view):
        fact, claim = view.facts.get(term.ref), view.claims.get(term.ref)
        if fact is None and claim is None:
            return False, identity.expression
        if fact is not None:
            other = figure.fact is not None and fact.item != figure.fact.item
            rows |= other
            name = fact.item if other else (fact.measure_path[-1] if fact.measure_path else fact.item)
            amount = plain(fact.value, fact.places)
        else:
            assert claim is not None
            name, amount = claim.subject, plain(claim.value, claim.places)
        terms.append((("" if not terms else " + ") if term.sign > 0 else " - ") + f"{name} {amount}")
    if len(terms) > _MAX_TERMS:
        return rows, identity.expression
    return rows, "".join(terms) + f" = {plain(identity.printed)}"


def parted(terms: tuple[Term, ...], figure: Figure, view: View) -> tuple[Term, ...]:
    """Terms with each subtotal of named parts (用车 = 购置 + 运行) replaced by its parts."""
    out: list[Term] = []
    for term in terms:
        fact = view.facts.get(term.ref)
        own = fact is None or (figure.fact is not None and figure.fact.concept == fact.concept)
        parts = (
            vocabulary().concepts[fact.concept].parts
            if fact and not own and fact.concept in vocabulary().concepts
            else ()
        )
        sums = [
            i.terms
            for i in view.identities.get(term.ref, ())
            if parts
            and i.relation == "sum"
            and i.status is IdentityStatus.HOLDS
            and i.target.ref == term.ref
            and {view.facts[t.ref].concept for t in i.terms if t.ref in view.facts} == set(parts)
        ]
        out += [Term(t.ref, t.sign * term.sign) for t in sums[0]] if sums else [term]
    return tuple(out)


def spelled_out(item: Item, library: Library) -> tuple[Check, ...]:
    """A sum of subtotals as the sum of their parts: 出国 + 购置 + 运行 + 接待 = 合计."""
    view = view_of(library, item.figure)
    out = []
    for identity in item.verdict.agreeing:
        if identity.relation != "sum" or identity.target.ref != item.figure.ref:
            continue
        terms = parted(identity.terms, item.figure, view)
        facts = [view.facts.get(t.ref) for t in terms]
        if terms == identity.terms or any(f is None or f.unit != identity.unit for f in facts):
            continue
        amounts = [plain(f.value, f.places) for f in facts if f is not None]
        total = shown(item.figure)
        expression = f"{' + '.join(amounts)} = {plain(item.figure.value, item.figure.places)}"
        out.append(Check(total, "recomputed", expression, True, (item.figure.ref, *(t.ref for t in terms))))
    return tuple(out)
