"""Rules between documents: last year's figures, a department and its units, a budget and its final account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.checks.book import Book, Key
from indexer.checks.compare import Figure, amount, identity, in_unit, judge, shown
from indexer.checks.keys import Keys
from indexer.checks.sayings import Sayings, is_amount
from indexer.text import fold, plain
from indexer.types import Claim, ClaimRole, DocType, DocumentContent, Fact, Identity, IdentityStatus, Scope

_TOTALS: tuple[Key, ...] = (
    ("all", "total", "total"), ("all", "total", "basic"), ("all", "total", "project"), ("general", "total", "total"),
    ("three", "three_public.total", "total"), ("income", "income.total", "total"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Document:
    book: Book
    keys: Keys
    said: Sayings

    @property
    def name(self) -> str:
        info = self.book.content.info
        return (
            f"{info.year or ''}年{info.scope.value if info.scope else ''}{info.doc_type.value if info.doc_type else ''}"
        )


def check_across(contents: Sequence[DocumentContent]) -> tuple[Identity, ...]:
    """Identities between documents of one body, or of a department and its units."""
    documents = [_document(c) for c in contents]
    found: list[Identity] = []
    for group in _by_body(documents).values():
        budgets = {d.book.year: d for d in group if d.book.content.info.doc_type is DocType.BUDGET}
        finals = {d.book.year: d for d in group if d.book.content.info.doc_type is DocType.FINAL}
        for series, stage in ((budgets, "预算"), (finals, "决算")):
            for one, two in pairwise(sorted(y for y in series if y)):
                if two == one + 1:
                    found += _last_year(series[one], series[two], stage)
        for year, final in finals.items():
            if year in budgets:
                found += _as_published(budgets[year], final)
    found += _departments(documents)
    return tuple({i.id: i for i in found}.values())


def _document(content: DocumentContent) -> _Document:
    book = Book(content)
    keys = Keys(book)
    return _Document(book, keys, Sayings(book, keys))


def _by_body(documents: Sequence[_Document]) -> dict[tuple[str, Scope | None], list[_Document]]:
    found: dict[tuple[str, Scope | None], list[_Document]] = defaultdict(list)
    for d in documents:
        info = d.book.content.info
        if info.department:
            found[fold(info.department), info.scope].append(d)
    return found


def _same(rule: str, target: Figure, other: Figure, message: str, failing: IdentityStatus) -> Identity:
    a, b = amount(target), amount(other)
    status = judge(a.value - b.value, a, [b], 2)
    expected = in_unit(b.value, target.unit)
    if status is IdentityStatus.FAILS:
        status = failing
    message += f"，相差 {plain(abs(target.value - expected))}{target.unit}"
    return identity(rule, "same", target, [(other, 1)], expected, status, f"{shown(target)} = {shown(other)}", message)


def _last_year(before: _Document, after: _Document, stage: str) -> Iterator[Identity]:
    """What this year's document says of last year against last year's document."""
    year = before.book.year
    for (key, key_stage, key_year), facts in after.keys.facts.items():
        if key_year != year or key_stage != stage:
            continue
        own = before.keys.facts.get((key, stage, year), [])
        for fact in facts:
            if own and not (fact.blank and not own[0].value):
                yield _between("last_year_document", after, fact, before, own)
    for claim in after.book.content.claims:
        if claim.concept.startswith("assets."):
            continue  # what is owned at a date, not what a year's document plans
        if claim.role is ClaimRole.CHANGE:
            yield from _change(before, after, claim, stage)
        elif is_amount(claim) and claim.year == year and (claim.stage or stage) == stage and "执行" not in claim.text:
            own = before.said.facts_of(replace(claim, stage=stage))
            if own:
                yield _between("last_year_document", after, claim, before, own)


def _change(before: _Document, after: _Document, claim: Claim, stage: str) -> Iterator[Identity]:
    """增加额 = this year's amount − last year's document."""
    named = claim.base_stage or stage
    if claim.base_year != before.book.year or claim.year != after.book.year or named != stage or "执行" in claim.text:
        return
    now = after.said.amount_of(claim)
    stated = replace(claim, role=ClaimRole.AMOUNT, year=before.book.year, stage=stage, unit="万元")
    own = before.said.facts_of(stated)
    if now is None or not own:
        return
    a, c = amount(now), amount(claim)
    gaps = [(f, judge(a.value - amount(f).value - c.value, c, [a, amount(f)], 2)) for f in own]
    base, status = next(((f, s) for f, s in gaps if s is not IdentityStatus.FAILS), gaps[0])
    expected = in_unit(a.value - amount(base).value, claim.unit)
    message = f"{after.name}{after.book.place(claim)}，而{before.name}{before.book.says(base)}，按此应为 {plain(expected)}{claim.unit}"
    one, other = in_unit(a.value, claim.unit), in_unit(amount(base).value, claim.unit)
    yield identity(
        "last_year_document", "change", claim, [(now, 1), (base, -1)], expected, status,
        f"{plain(one)} − {plain(other)} = {plain(expected)}", message,
    )  # fmt: skip


def _between(rule: str, doc: _Document, figure: Figure, other: _Document, own: Sequence[Fact]) -> Identity:
    """The figure against the likeliest fact of the other document, or any that agrees."""
    a = amount(figure)
    best = next(
        (f for f in own if judge(a.value - amount(f).value, a, [amount(f)], 2) is not IdentityStatus.FAILS), own[0]
    )
    message = f"{doc.name}{doc.book.says(figure)}，而{other.name}{other.book.says(best)}"
    return _same(rule, figure, best, message, IdentityStatus.FAILS)


def _as_published(budget: _Document, final: _Document) -> Iterator[Identity]:
    """决算's 年初预算 against the budget as published."""
    year = final.book.year
    for (key, stage, key_year), facts in final.keys.facts.items():
        own = budget.keys.facts.get((key, "预算", year), []) if stage == "预算" and key_year == year else []
        for fact in facts:
            if own:
                yield _between("budget_as_published", final, fact, budget, own)
    for claim in final.book.content.claims:
        if is_amount(claim) and claim.stage == "预算" and claim.year == year and (claim.concept or claim.code):
            own = budget.said.facts_of(claim)
            if own:
                yield _between("budget_as_published", final, claim, budget, own)


def _departments(documents: Sequence[_Document]) -> Iterator[Identity]:
    """A department's totals are not less than those of any of its units."""
    for whole in documents:
        info = whole.book.content.info
        if info.scope is not Scope.DEPARTMENT:
            continue
        for part in documents:
            other = part.book.content.info
            alike = other.year == info.year and other.doc_type == info.doc_type and other.scope is Scope.UNIT
            if alike and _belongs(other.department, info.department):
                yield from _not_less(whole, part)


def _belongs(unit: str, department: str) -> bool:
    one, other = fold(unit), fold(department)
    return (bool(other) and one.startswith(other.removesuffix("本级"))) or (
        bool(one) and one.removesuffix("本级") == other
    )


def _not_less(whole: _Document, part: _Document) -> Iterator[Identity]:
    stage = "决算" if whole.book.final else "预算"
    for key in _TOTALS:
        mine = whole.keys.facts.get((key, stage, whole.book.year), [])
        theirs = part.keys.facts.get((key, stage, part.book.year), [])
        if not mine or not theirs:
            continue
        a, b = amount(theirs[0]), amount(mine[0])
        status = IdentityStatus.HOLDS if a.value <= b.value + a.half + b.half else IdentityStatus.FAILS
        message = f"单位{part.book.says(theirs[0])}，大于部门{whole.book.says(mine[0])}"
        expected = in_unit(b.value, theirs[0].unit)
        expression = f"{shown(theirs[0])} ≤ {shown(mine[0])}"
        yield identity(
            "part_of_department", "at_most", theirs[0], [(mine[0], 1)], expected, status, expression, message
        )
