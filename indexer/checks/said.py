"""Rules on amounts in prose: against tables, against each other, against the parts named with them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from indexer.checks.balances import goal_amounts, public_identities
from indexer.checks.compare import Figure
from indexer.checks.equations import equation, same
from indexer.checks.prose import Passage, compact, text_identity
from indexer.checks.rules import words
from indexer.checks.sayings import Sayings, is_amount, subject
from indexer.text import fold
from indexer.types import Claim, ClaimRole, Fact, Identity, IdentityStatus, TableKind

_WHOLE_SETS = (
    frozenset({"procurement.goods", "procurement.works", "procurement.services"}),
    frozenset({"three_public.abroad", "three_public.vehicles", "three_public.reception"}),
    frozenset({"three_public.abroad", "three_public.vehicle_purchase", "three_public.vehicle_running",
               "three_public.reception"}),
    frozenset({"three_public.vehicle_purchase", "three_public.vehicle_running"}),
    frozenset({"expenditure.person", "expenditure.public"}),
    frozenset({"expenditure.basic", "expenditure.project"}),
    frozenset({"expenditure.general", "expenditure.gov_fund", "expenditure.state_capital"}),
)  # fmt: skip
_PURCHASES = {
    "procurement.goods": ("A", "货物"), "procurement.works": ("B", "工程"), "procurement.services": ("C", "服务"),
}  # fmt: skip
_NEAR = 20
"""Parts this many times closer than the size of the total were most likely meant to be all of it."""
_DIRECTION = re.compile(
    r"(?:支出)?决算数?(?:为|与|较|比|同)?(?P<word>大于|高于|超过|多于|小于|低于|少于)(?:了)?(?:当年|年初|全年)?预算"
)


def amounts_said(said: Sayings, texts: Sequence[Passage]) -> Iterator[Identity]:
    """Every identity of an amount in prose."""
    failed: set[str] = set()
    matched: set[str] = set()
    for found in _against_tables(said):
        (failed if found.status is IdentityStatus.FAILS else matched).add(found.target.ref)
        yield found
    yield from _twice(said, failed, matched)
    yield from _parts(said)
    yield from _change_parts(said)
    yield from _performance(said)
    yield from _direction(said, texts)


def _against_tables(said: Sayings) -> Iterator[Identity]:
    for claim in said.claims:
        countable = claim.role is ClaimRole.COUNT and claim.concept == "assets.vehicle"
        if not (is_amount(claim) or countable):
            continue
        facts = said.facts_of(claim)
        if facts:
            # a table without this very money may still print it under a wider name: any match will do
            tried = [same(said.book, "prose_table", claim, fact) for fact in facts]
            best = min(tried, key=lambda i: _RANK[i.status])
            if best.status is not IdentityStatus.FAILS or not _of_less_money(said, claim, facts):
                yield best
        elif claim.concept in _PURCHASES:
            yield from _purchases(said, claim)


_ALL_MONEY = ("income.", "expenditure.total", "expenditure.year", "expenditure.grant", "carry.")
_PART_OF = re.compile("(?:基本|项目|人员|公用)(?:支出|经费)(?:预算)?中[,，]")
"""基本支出中，一般公共预算拨款安排…: a part that no table prints."""


def _of_less_money(said: Sayings, claim: Claim, facts: Sequence[Fact]) -> bool:
    """Whether what the tables print is not the money that the sentence speaks of: one fund's where all money is meant, or
    a source's whole where only its part in 基本支出 is."""
    if claim.concept.startswith(("income.", "fund.")) and _PART_OF.search(claim.text):
        return True
    if _is_carried_by_one(said, claim):
        return True
    if claim.fund == "fund.special" and not any(claim.fund in f.measure.split("+") for f in facts):
        return True
    if claim.concept.startswith("carry.") and claim.fund and not any(claim.fund in f.measure.split("+") for f in facts):
        return True
    place = (claim.stage or said.stage, claim.year)
    whole, general = (said.keys.facts.get(((scope, "total", "total"), *place), []) for scope in ("all", "general"))
    narrow = all(f.kind in (TableKind.GENERAL_PUBLIC, TableKind.BASIC_ECONOMIC) for f in facts)
    wider = bool(whole and general) and not said.agrees(whole[0], general[0])
    return not claim.fund and narrow and wider and not claim.concept.startswith(("econ.", "three_public."))


def _is_carried_by_one(said: Sayings, claim: Claim) -> bool:
    """某项目825万元（含上年结转185万元）: what one item brought over, not all."""
    whole = said.book.figures.get(claim.part_of)
    return claim.concept.startswith("carry.") and whole is not None and not whole.concept.startswith(_ALL_MONEY)


_RANK = {
    IdentityStatus.HOLDS: 0,
    IdentityStatus.ROUNDING: 1,
    IdentityStatus.HINT: 2,
    IdentityStatus.FAILS: 3,
}


def _purchases(said: Sayings, claim: Claim) -> Iterator[Identity]:
    """货物, 工程, 服务 by the letters of the purchase catalogue, or by the class that each line names."""
    letter, name = _PURCHASES[claim.concept]
    lines = [f for f in said.book.content.facts if f.kind is TableKind.PROCUREMENT and f.measure == "total"]
    own = [f for f in lines if f.code.startswith(letter) or name in _classes(said, f) or _is_of(name, f)]
    if own:
        yield equation(said.book, "prose_table", claim, [(f, 1) for f in own], f"采购表{name}类各行之和")


def _is_of(name: str, fact: Fact) -> bool:
    """Whether a line stands under a merged cell that names its class."""
    return any(fold(part).removesuffix("类") == name for part in fact.item_path)


def _classes(said: Sayings, fact: Fact) -> set[str]:
    """The texts of a purchase line that name its class (货物, 工程类 …)."""
    table = said.book.tables.get(fact.table)
    if table is None or fact.source.row is None:
        return set()
    return {fold(c.text).removesuffix("类") for c in table.rows[fact.source.row] if len(fold(c.text)) <= len("货物类")}


def _twice(said: Sayings, failed: set[str], matched: set[str]) -> Iterator[Identity]:
    """One indicator said several times. A figure that a table already contradicts is not reported again."""
    groups: dict[tuple[str, str, str, int | None, bool], list[Claim]] = defaultdict(list)
    for claim in said.claims:
        if _is_carried_by_one(said, claim):
            continue
        if is_amount(claim) and (claim.concept or claim.code) and not _PART_OF.search(claim.text):
            named = claim.concept in ("project.item", "")
            what = f"{subject(claim)}:{fold(claim.subject)}" if named else subject(claim)
            groups[what, claim.fund, claim.stage, claim.year, claim.unit.endswith("元")].append(claim)
    for claims in groups.values():
        if len(claims) < 2:
            continue
        values = Counter(said.book.amount(c).value for c in claims)
        sure = [c for c in claims if c.id in matched] or claims
        most = max(sure, key=lambda c: values[said.book.amount(c).value])
        for claim in claims:
            if claim is most:
                continue
            found = same(said.book, "same_in_prose", claim, most)
            known = claim.id in failed or claim.id in matched
            if found.status is not IdentityStatus.FAILS or (not known and fold(claim.subject) == fold(most.subject)):
                yield found


def _parts(said: Sayings) -> Iterator[Identity]:
    """总数 = the parts named right after it. Only sets known to be whole can fail."""
    by_id = {c.id: c for c in said.claims}
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in said.claims:
        if claim.part_of in by_id and claim.role in (ClaimRole.AMOUNT, ClaimRole.COUNT):
            groups[claim.part_of].append(claim)
    for ref, parts in groups.items():
        whole = by_id[ref]
        alike = [p for p in parts if p.stage == whole.stage and p.year == whole.year and _kin(p, whole)]
        if any(p.code for p in alike):  # (含上年结转120万元) before a list of items is none of them
            alike = [p for p in alike if p.concept != "carry.in"]
        once = list({_named_as(p): p for p in alike}.values())
        if len(once) < 2:
            continue
        yield from _some_set(said, whole, once)


def _named_as(part: Claim) -> str:
    """Which part this is; 基本支出 and 基本支出情况 are one."""
    own = part.concept in ("", "project.item") or part.role is ClaimRole.COUNT
    return subject(part) + (fold(part.subject) if own else "")


def _some_set(said: Sayings, whole: Claim, parts: Sequence[Claim]) -> Iterator[Identity]:
    """All parts, or those of a set known to be complete: whichever adds up; a complete set that does not is an error."""
    known = [[p for p in parts if p.concept in names] for names in _WHOLE_SETS if names <= {p.concept for p in parts}]
    tried = [_sum(said, whole, choice) for choice in [list(parts), *known]]
    fine = [i for i in tried if i.status is not IdentityStatus.FAILS]
    if fine:
        yield min(fine, key=lambda i: _RANK[i.status])
    elif known:
        yield tried[1]
    elif _is_whole(said, whole, parts):
        yield tried[0]
    elif len(parts) > 2 and abs(tried[0].printed - tried[0].expected) * _NEAR < abs(tried[0].printed):
        yield replace(tried[0], status=IdentityStatus.HINT)


def _sum(said: Sayings, whole: Claim, parts: Sequence[Claim]) -> Identity:
    return equation(said.book, "prose_parts", whole, [(p, 1) for p in parts], "所列分项之和")


def _kin(part: Claim, whole: Claim) -> bool:
    return (
        part.role is whole.role
        and part.unit.endswith("元") == whole.unit.endswith("元")
        and (part.role is ClaimRole.AMOUNT or part.unit == whole.unit)
    )


_VEHICLES = ("辆", "台", "部")
"""Documents list all kinds of vehicles, but only some kinds of houses, land or people."""
_REST = re.compile("其他|其它|其余")


def _is_whole(said: Sayings, whole: Claim, parts: Sequence[Claim]) -> bool:
    """Whether the parts named are known to be all there are."""
    if whole.role is ClaimRole.COUNT or whole.unit in ("平方米", "亩", "公顷"):
        with_rest = whole.unit in _VEHICLES or any(_REST.search(p.subject) for p in parts)
        return ("其中" in whole.text or "(" in fold(whole.text)) and with_rest
    values = [said.book.amount(p).value for p in parts]
    return sum(values, Decimal(0)) > said.book.amount(whole).value and _nested(whole, parts)


def _nested(whole: Claim, parts: Sequence[Claim]) -> bool:
    """Codes under the whole's own code cannot be more than it."""
    return bool(whole.code) and all(p.code.startswith(whole.code) for p in parts)


def _change_parts(said: Sayings) -> Iterator[Identity]:
    """The change of a total = the changes of its parts, in one section against one year."""
    groups: dict[tuple[str, int | None, str], dict[str, Claim]] = defaultdict(dict)
    for claim in said.claims:
        if claim.role is ClaimRole.CHANGE and claim.base_year != claim.year:
            groups[claim.section, claim.base_year, claim.fund].setdefault(claim.concept, claim)
    for (_, _, fund), items in groups.items():
        whole = items.get("expenditure.total") or items.get("expenditure.year")
        parts = [items[c] for c in ("expenditure.basic", "expenditure.project") if c in items]
        if whole is not None and len(parts) == 2 and not fund:
            found = equation(said.book, "change_parts", whole, [(p, 1) for p in parts], "基本支出与项目支出增减额之和")
            if found.status is not IdentityStatus.FAILS or _only_basic_and_project(said):
                yield found
        public: dict[str, Figure] = {k.removeprefix("three_public."): c for k, c in items.items()}
        yield from public_identities(said.book, "change_parts", public)


def _only_basic_and_project(said: Sayings) -> bool:
    """Whether all spending is 基本支出 and 项目支出, so that their changes are the whole change."""
    place = (said.stage, said.book.year)
    facts = [said.keys.facts.get((("all", "total", m), *place), []) for m in ("total", "basic", "project")]
    if not all(facts):
        return False
    total, basic, project = (said.book.amount(f[0]).value for f in facts)
    return total == basic + project


def _performance(said: Sayings) -> Iterator[Identity]:
    """What prose says of the projects with goals against their tables."""
    tables = goal_amounts(said.book)
    if len(tables) < 2:
        yield from _performance_as_projects(said)
        return
    count: Claim | None = None
    for claim in said.claims:
        if claim.role is ClaimRole.COUNT and _counts_projects(claim):
            count = claim
        if claim.concept != "performance.amount" or claim.role is not ClaimRole.AMOUNT:
            continue
        found = equation(said.book, "performance_amount", claim, [(f, 1) for f in tables], "各绩效目标表资金之和")
        all_of_them = count is not None and count.section == claim.section and count.value == len(tables)
        if found.status is not IdentityStatus.FAILS or all_of_them:
            yield found
            return


def _performance_as_projects(said: Sayings) -> Iterator[Identity]:
    """Without goal tables the projects' money may be all 项目支出; where it is not, nothing is wrong."""
    for claim in said.claims:
        if claim.concept == "performance.amount" and claim.role is ClaimRole.AMOUNT:
            facts = said.facts_of(replace(claim, concept="expenditure.project"))
            tried = [same(said.book, "performance_amount", claim, fact) for fact in facts]
            yield from [i for i in tried if i.status is not IdentityStatus.FAILS][:1]


def _counts_projects(claim: Claim) -> bool:
    return claim.concept == "performance.projects" or ("项目" in claim.subject and "绩效" in claim.subject + claim.text)


def _direction(said: Sayings, texts: Sequence[Passage]) -> Iterator[Identity]:
    """决算数大于 / 小于预算数 against the two amounts said just before."""
    by_section: dict[str, list[Claim]] = defaultdict(list)
    for claim in said.claims:
        if is_amount(claim) and claim.stage:
            by_section[claim.section].append(claim)
    for passage in texts:
        for m in _DIRECTION.finditer(passage.text):
            pair = _pair_before(by_section.get(passage.section.id, []), passage, m.start())
            if pair is None:
                continue
            planned, done = pair
            more = any(w in m.group("word") for w in words()["direction"]["more"].split("|"))
            gap = said.book.amount(done).value - said.book.amount(planned).value
            right = "大于" if gap > 0 else "小于" if gap < 0 else "等于"
            status = IdentityStatus.HOLDS if (gap > 0) is more and gap else IdentityStatus.FAILS
            page = passage.page_at(m.group(0))
            message = (
                f"第{page}页写“{m.group(0)}”，而决算数{done.figure}{right}预算数{planned.figure}"
                f"（{said.book.place(done)}）"
            )
            yield text_identity(
                said.book, "direction", passage.ref, m.group(0), f"决算数{right}预算数", message, status
            )


def _pair_before(claims: Sequence[Claim], passage: Passage, end: int) -> tuple[Claim, Claim] | None:
    """The last 预算 and 决算 amounts of one subject before a place in a paragraph."""
    last: dict[str, Claim] = {}
    for claim in claims:
        at = passage.text.find(compact(claim.text))
        figure = passage.text.find(compact(claim.figure), max(at, 0)) if at >= 0 else -1
        if 0 <= figure < end:
            last[claim.stage] = claim
    planned, done = last.get("预算"), last.get("决算")
    if planned is None or done is None or subject(planned) != subject(done):
        return None
    return planned, done
