"""Which figures must be the same: each gets keys of whose money it is, what it is for and which part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from indexer.checks.book import Book, Key, Placed
from indexer.text import fold
from indexer.types import Claim, Fact, TableKind
from indexer.vocabulary import vocabulary

_FUND_SCOPE = {"fund.general": "general", "fund.gov": "gov", "fund.state": "state", "fund.grant": "grant"}
_KIND_SCOPE = {
    TableKind.EXPENSE_TOTAL: "all",
    TableKind.GENERAL_PUBLIC: "general",
    TableKind.GOV_FUND: "gov",
    TableKind.STATE_CAPITAL: "state",
}
_SOURCE_CONCEPT = {
    "fund.general": "income.general", "fund.gov": "income.gov_fund", "fund.state": "income.state_capital",
    "fund.grant": "income.grant", "fund.special": "income.special_account", "source.business": "income.business",
    "source.operating": "income.operating", "source.superior": "income.superior",
    "source.affiliated": "income.affiliated", "source.other": "income.other", "source.unit": "income.unit",
    "carry": "carry.in", "current": "income.year",
}  # fmt: skip
_PROJECT = "project"
_NATURE = frozenset({"total", "basic", "project", "operating", "remit", "subsidy"})
_OWN_MONEY = {
    "expenditure.general": "general", "expenditure.gov_fund": "gov", "expenditure.state_capital": "state",
    "expenditure.grant": "grant",
}  # fmt: skip
_MEASURE_OF = {
    "expenditure.basic": "basic", "expenditure.project": "project", "expenditure.person": "person",
    "expenditure.public": "public", "expenditure.operating": "operating", "expenditure.remit": "remit",
    "expenditure.subsidy": "subsidy",
}  # fmt: skip


class Keys:
    """The keys of a document's facts and claims, and the facts under every key."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @cached_property
    def facts(self) -> Mapping[Placed, list[Fact]]:
        """Facts by key, stage and year; blank cells count as the 0 that they mean."""
        found: dict[Placed, list[Fact]] = defaultdict(list)
        for fact in self._book.content.facts:
            for key in self.of_fact(fact):
                found[key, fact.stage, fact.year].append(fact)
        return found

    @cached_property
    def _carried(self) -> frozenset[str]:
        """Two-sided tables with money carried out or distributed: their 总计 is not the year's spending."""
        return frozenset(
            f.table for f in self._book.content.facts if f.concept in ("carry.out", "surplus_distribution") and f.value
        )

    @cached_property
    def _with_year(self) -> frozenset[tuple[str, str]]:
        """Tables that print 本年收入合计 or 本年支出合计, by side."""
        return frozenset(
            (f.table, f.concept) for f in self._book.content.facts if f.concept in ("income.year", "expenditure.year")
        )

    def of_fact(self, fact: Fact) -> tuple[Key, ...]:
        """The keys of a fact; () for figures that stand alone."""
        measure = "total" if fact.measure == "last_year" else fact.measure.removeprefix("last_year+")
        if fact.kind in _KIND_SCOPE and fact.side != "income":
            return self._classified(fact, measure)
        if fact.kind is TableKind.INCOME_TOTAL:
            return self._income_table(fact, measure)
        if fact.kind is TableKind.BALANCE:
            return self._balance(fact, measure, "all")
        if fact.kind is TableKind.GRANT_BALANCE:
            return self._grant_balance(fact, measure)
        if fact.kind is TableKind.BASIC_ECONOMIC:
            return self._economic(fact, measure)
        if fact.kind is TableKind.THREE_PUBLIC and fact.concept:
            return self._public(fact, measure)
        if fact.concept == "project.item" and measure == "total":
            return ((_PROJECT, fold(fact.item), "total"),)
        if fact.kind in (TableKind.PROCUREMENT, TableKind.ASSETS) and fact.concept:
            return (("own", fact.concept, "total" if measure == "value" else measure),)
        return ()

    def _public(self, fact: Fact, measure: str) -> tuple[Key, ...]:
        if fact.concept.startswith(("assets.", "procurement.")):
            return (("own", fact.concept, measure),)
        if measure != "total" or any(not _public_name(p) for p in fact.item_path):
            return ()  # one unit's line of a list of units
        return (("three", fact.concept, "total"),)

    def _classified(self, fact: Fact, measure: str) -> tuple[Key, ...]:
        concept = "total" if fact.is_total and not fact.code else fact.concept
        return ((_KIND_SCOPE[fact.kind], concept, measure),) if concept and measure in _NATURE else ()

    def _income_table(self, fact: Fact, measure: str) -> tuple[Key, ...]:
        if fact.code:
            # a final account may spend what an earlier year brought in
            return (("all", fact.concept, "total"),) if measure == "total" and not self._book.final else ()
        if not fact.is_total:
            return ()
        if measure == "total":
            return (("income", "income.year" if self._book.final else "income.total", "total"),)
        concept = _SOURCE_CONCEPT.get(measure)
        return (("income", concept, "total"),) if concept else ()

    def _balance(self, fact: Fact, measure: str, scope: str) -> tuple[Key, ...]:
        income = "income" if scope == "all" else f"income_{scope}"
        if fact.side == "income":
            return ((income, fact.concept, "total"),) if measure == "total" and fact.concept else ()
        if measure in ("person", "public", "project", "basic") and fact.concept.startswith("func."):
            return ((scope, fact.concept, measure),)
        if measure != "total":
            return ()
        if fact.concept.startswith("func."):
            return ((scope, fact.concept, "total"),)
        if fact.concept == "expenditure.year":
            return ((scope, "total", "total"),)
        if fact.concept == "expenditure.total":
            whole = (f"whole_{scope}", "total", "total")
            free = fact.table not in self._carried and (fact.table, "expenditure.year") not in self._with_year
            return (whole, (scope, "total", "total")) if free else (whole,)
        if fact.concept in ("carry.out", "surplus_distribution"):
            return ((scope, fact.concept, "total"),)
        scoped = _MEASURE_OF.get(fact.concept)
        return ((scope, "total", scoped),) if scoped else ()

    def _grant_balance(self, fact: Fact, measure: str) -> tuple[Key, ...]:
        if fact.side == "income" or measure == "total":
            keys = self._balance(fact, measure, "grant")
            alone = fact.concept in ("income.general", "income.gov_fund", "income.state_capital")
            return (*keys, ("income", fact.concept, "total")) if alone and measure == "total" else keys
        scope = _FUND_SCOPE.get(measure)
        return self._balance(fact, "total", scope) if scope else ()

    def _economic(self, fact: Fact, measure: str) -> tuple[Key, ...]:
        if fact.code:
            return (("general.basic", fact.concept, "total"),) if measure == "total" else ()
        if fact.concept in ("expenditure.person", "expenditure.public") and measure == "total":
            return (("general", "total", _MEASURE_OF[fact.concept]),)
        if not fact.is_total:
            return ()
        named = {"total": "basic", "person": "person", "public": "public"}.get(measure)
        return (("general", "total", named),) if named else ()

    def of_claim(self, claim: Claim) -> tuple[Key, ...]:
        """The keys under which a table may print what a sentence says, the likeliest first."""
        concept = claim.concept or (f"func.{claim.code}" if claim.code.startswith("2") else "")
        if not concept and claim.code:
            concept = f"econ.{claim.code}"
        if concept == "project.item":
            return ((_PROJECT, fold(claim.subject), "total"),)
        if concept.startswith("func."):
            return tuple((scope, concept, "total") for scope in _scopes(claim.fund, concept))
        if concept.startswith("econ."):
            return (("general.basic", concept, "total"),)
        if concept in _MEASURE_OF:
            scopes = _scopes(claim.fund, "")
            return tuple((scope, "total", _MEASURE_OF[concept]) for scope in scopes)
        if concept in _OWN_MONEY:
            scope = _OWN_MONEY[concept]
            return ((scope, "total", "total"), (f"whole_{scope}", "total", "total"))
        if concept in ("expenditure.total", "expenditure.year", "income.total", "income.year"):
            return tuple(_ends(concept, claim.fund))
        if concept.startswith(("income.", "carry.", "balance_used")):
            return (("income", concept, "total"), ("income_grant", concept, "total"))
        if concept in ("carry.out", "surplus_distribution"):
            return (("all", concept, "total"), ("grant", concept, "total"))
        if concept.startswith("three_public.") or concept in ("operating_funds", "conference", "training"):
            return (("three", concept, "total"),)
        if concept.startswith("assets."):
            return (("own", concept, "total" if claim.unit.endswith("元") else "quantity"),)
        return (("own", concept, "total"),) if concept.startswith("procurement.") else ()


def _public_name(label: str) -> bool:
    ids = vocabulary().concepts_of_label(label)
    return any(i.startswith(("three_public.", "operating_funds", "expenditure.")) for i in ids) or "三公" in label


def _scopes(fund: str, concept: str) -> tuple[str, ...]:
    if fund in ("fund.general", "fund.gov", "fund.state"):
        return (_FUND_SCOPE[fund],)
    if fund == "fund.grant":
        return ("grant", "general", "gov", "state")
    return ("all", "general", "grant", "gov", "state") if concept else ("all", "general", "grant")


def _ends(concept: str, fund: str) -> Iterator[Key]:
    """收入总计, 支出总计, 本年收入, 本年支出: a final account tells them apart, a budget often does not."""
    scope = _FUND_SCOPE.get(fund, "all")
    income = "income" if scope == "all" else f"income_{scope}"
    spending = [(f"whole_{scope}", "total", "total"), (scope, "total", "total")]
    coming = [(income, "income.total", "total"), (income, "income.year", "total")]
    if concept.endswith(".year"):
        spending.reverse()
        coming.reverse()
    yield from (*coming, *spending) if concept.startswith("income.") else (*spending, *coming)
    if scope == "grant":
        yield ("general", "total", "total")
