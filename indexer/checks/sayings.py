"""A document's claims in reading order, and which amounts a change, rate, share or completion speaks of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from indexer.checks.book import Book
from indexer.checks.compare import Figure, judge
from indexer.checks.keys import Keys
from indexer.text import fold
from indexer.types import Claim, ClaimRole, Fact, IdentityStatus, TableKind
from indexer.vocabulary import vocabulary

_BOTH_TOTALS = re.compile("收入?[、和与及]?支出?总")
_NOT_MONEY = ("count.", "units", "performance.")


class Sayings:
    """Looks claims up by what they speak of; lookups go back from a claim within its section."""

    def __init__(self, book: Book, keys: Keys) -> None:
        self.book = book
        self.keys = keys
        self.claims: Sequence[Claim] = book.content.claims

    @cached_property
    def order(self) -> dict[str, int]:
        return {c.id: n for n, c in enumerate(self.claims)}

    @cached_property
    def _by_subject(self) -> dict[tuple[str, str], list[Claim]]:
        found: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            found[claim.section, subject(claim)].append(claim)
        return found

    @cached_property
    def _by_section(self) -> dict[str, list[Claim]]:
        found: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            found[claim.section].append(claim)
        return found

    @property
    def stage(self) -> str:
        """The stage a figure has where its sentence does not say."""
        return "决算" if self.book.final else "预算"

    def before(self, claim: Claim, role: ClaimRole) -> Iterator[Claim]:
        """Claims on the same subject before this one in its section, nearest first."""
        at = self.order[claim.id]
        for other in reversed(self._by_subject[claim.section, subject(claim)]):
            if self.order[other.id] < at and other.role is role:
                yield other

    def amount_of(self, claim: Claim) -> Figure | None:
        """The amount that a change, rate, share or completion belongs to; the table's where prose contradicts it."""
        other = self.told_amount_of(claim)
        if other is not None:
            fact = self.fact_of(other)
            return fact if fact is not None and not self.agrees(other, fact) else other
        return self.fact_of(replace(claim, role=ClaimRole.AMOUNT, unit="万元"))

    def told_amount_of(self, claim: Claim) -> Claim | None:
        """The amount in prose that a change, rate, share or completion belongs to."""
        for other in self.before(claim, ClaimRole.AMOUNT):
            if other.year == claim.year and other.fund == claim.fund and _agree(other.stage, claim.stage):
                return other
        return None

    def base_of(self, claim: Claim, now: Figure) -> Figure | None:
        """The amount that a change is measured against, where the text or a table prints it."""
        for other in self.before(claim, ClaimRole.AMOUNT):
            if other.year == claim.base_year and (other.year != claim.year or other.stage != claim.stage):
                return other
        stage = claim.base_stage or claim.stage or self.stage
        stated = replace(claim, role=ClaimRole.AMOUNT, unit="万元", year=claim.base_year, stage=stage)
        return next((f for f in self.facts_of(stated) if self._beside(f, now)), None)

    def _beside(self, fact: Fact, now: Figure) -> bool:
        """Whether the row of last year's figure prints this year's amount too: the same money in the same table."""
        row = self.book.cells(fact.table, fact.source.row)
        return any(f.item == fact.item and f.year != fact.year and self.agrees(f, now) for f in row)

    def change_of(self, claim: Claim) -> Claim | None:
        """The change in money that stands with a rate in one sentence."""
        return next((c for c in self.before(claim, ClaimRole.CHANGE) if c.text == claim.text), None)

    def facts_of(self, claim: Claim) -> list[Fact]:
        """The facts that state what a claim states, the likeliest first."""
        concept = claim.concept
        if concept.endswith(".grant") and _BOTH_TOTALS.search(claim.subject):
            totals = self._grant_totals(claim)
            if totals:
                return totals
        year = self.book.year if concept.startswith("assets.") else claim.year
        stage = claim.stage or self.stage
        found: list[Fact] = []
        for key in self.keys.of_claim(claim):
            found += self.keys.facts.get((key, stage, year), [])
        return found

    def _grant_totals(self, claim: Claim) -> list[Fact]:
        """财政拨款收、支总计 has what was carried over in it, as the last row of its table."""
        side = "income.total" if claim.concept.startswith("income.") else "expenditure.total"
        stage = claim.stage or self.stage
        return [
            f
            for f in self.book.content.facts
            if f.kind is TableKind.GRANT_BALANCE
            and (f.concept, f.measure, f.stage, f.year) == (side, "total", stage, claim.year)
        ]

    def fact_of(self, claim: Claim) -> Fact | None:
        """The likeliest fact that states what a claim states."""
        found = self.facts_of(claim)
        return found[0] if found else None

    def agrees(self, claim: Figure, other: Figure) -> bool:
        """Whether two figures are the same up to rounding."""
        a, b = self.book.amount(claim), self.book.amount(other)
        return judge(a.value - b.value, a, [b], 2) is not IdentityStatus.FAILS

    def wholes_of(self, claim: Claim) -> Iterator[Figure]:
        """Totals that a share may be taken of: the one named, those of other shares in the sentence, its own whole."""
        beside = [c for c in self._by_section[claim.section] if c.text == claim.text]
        shares = [c for c in beside if c.role is ClaimRole.SHARE and c.share_of != claim.share_of]
        seen: set[str] = set()
        for share in (claim, *shares):
            found = self.whole_of(replace(claim, share_of=share.share_of))
            if found is not None and found.id not in seen:
                seen.add(found.id)
                yield found
        for part in self.before(claim, ClaimRole.AMOUNT):
            whole = self.book.figures.get(part.part_of)
            if part.text == claim.text and whole is not None and whole.id not in seen:
                yield whole
            return

    def whole_of(self, claim: Claim) -> Figure | None:
        """The total of the name that a share is taken of: an amount before it, else the table's."""
        words, at = fold(claim.share_of), self.order[claim.id]
        if not words:
            return None
        ids = vocabulary().concepts_of_label(claim.share_of)
        for exact in (True, False):
            for other in reversed(self._by_section[claim.section]):
                if self.order[other.id] >= at or other.role is not ClaimRole.AMOUNT or other.year != claim.year:
                    continue
                if not _agree(other.stage, claim.stage) or subject(other) == subject(claim):
                    continue
                if fold(other.subject) == words if exact else other.concept in ids:
                    return other
        # "占本年支出合计": all money, even where the part is one fund's
        for fund in ("", claim.fund):
            for concept in ids:
                stated = replace(claim, role=ClaimRole.AMOUNT, concept=concept, code="", unit="万元", fund=fund)
                if (fact := self.fact_of(stated)) is not None:
                    return fact
        return None


def subject(claim: Claim) -> str:
    """What a claim speaks of, in the form in which claims are compared."""
    return claim.code or claim.concept or fold(claim.subject)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def is_amount(claim: Claim) -> bool:
    """Whether a claim is an amount of money that a table may print too."""
    return claim.role is ClaimRole.AMOUNT and not claim.concept.startswith(_NOT_MONEY)
