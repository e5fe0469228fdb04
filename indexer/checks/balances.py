"""Rules of two-sided tables and of the 三公, project and asset tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from indexer.checks.book import Book
from indexer.checks.compare import Figure
from indexer.checks.equations import at_most, equation, same
from indexer.checks.within import _printed, economic_totals, purchase_lines
from indexer.tables.words import is_body_name
from indexer.types import Fact, Identity, IdentityStatus, Table, TableKind

_NEAR = 20
"""A sum of projects this many times closer than its size most likely means all of 项目支出."""
_OF_WHICH = re.compile(r"^其中")
_NUMBERED = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_ECONOMIC = (
    ("30212", "three_public.abroad"),
    ("30217", "three_public.reception"),
    ("30231", "three_public.vehicle_running"),
)


def balances(book: Book) -> Iterator[Identity]:
    """Every identity of two-sided tables and of tables with a fixed set of parts."""
    for table in book.content.tables:
        if table.kind in (TableKind.BALANCE, TableKind.GRANT_BALANCE):
            yield from _two_sided(book, table)
        elif table.kind is TableKind.BASIC_ECONOMIC:
            yield from economic_totals(book, table)
        elif table.kind is TableKind.THREE_PUBLIC:
            yield from _three_public(book, table)
        elif table.kind is TableKind.PERFORMANCE:
            yield from _project_funds(book, table)
        elif table.kind is TableKind.ASSETS:
            yield from _assets(book, table)
        elif table.kind in (TableKind.GOV_FUND, TableKind.STATE_CAPITAL):
            yield from _fund_flow(book, table)
    yield from purchase_lines(book)
    yield from _projects(book)
    yield from _economic(book)


def _two_sided(book: Book, table: Table) -> Iterator[Identity]:
    ends: dict[str, Fact] = {}
    for _, column in book.columns(table.id):
        yield from _segments(book, column)
        yield from _children(book, column)
        for fact in column:
            if fact.measure == "total" and fact.concept in ("income.total", "expenditure.total"):
                ends[fact.concept] = fact
    if len(ends) == 2 and _printed(list(ends.values())):
        yield same(book, "balance", ends["expenditure.total"], ends["income.total"])


def _plain_total(book: Book, fact: Fact) -> bool:
    return fact.is_total and fact.level == 0 and not _NUMBERED.match(book.raw_label(fact))


def _segments(book: Book, column: Sequence[Fact]) -> Iterator[Identity]:
    """Each total of a side = the total before it + the outermost rows since (本年合计; 总计 = 本年合计 + 结转 …)."""
    before: Fact | None = None
    rows: list[Fact] = []
    for fact in column:
        if _plain_total(book, fact):
            parts = ([before] if before else []) + rows
            if parts and _printed([fact, *parts]) and not (before and not rows and fact.value == before.value):
                yield _segment(book, fact, parts)
            elif before and not rows:
                yield same(book, "side_total", fact, before)
            before, rows = fact, []
        elif not fact.item_path and not _OF_WHICH.match(book.raw_label(fact)):
            rows.append(fact)


def _segment(book: Book, total: Fact, parts: Sequence[Fact]) -> Identity:
    """A total against all rows since, else against the numbered ones: 一、基本支出 with 工资福利支出 … below it."""
    found = equation(book, "side_total", total, [(p, 1) for p in parts], "所列各项之和")
    numbered = [p for p in parts if _NUMBERED.match(book.raw_label(p)) or p.is_total]
    if found.status is IdentityStatus.FAILS and 0 < len(numbered) < len(parts):
        of_numbered = equation(book, "side_total", total, [(p, 1) for p in numbered], "所列各项之和")
        return of_numbered if of_numbered.status is not IdentityStatus.FAILS else found
    return found


def _children(book: Book, column: Sequence[Fact]) -> Iterator[Identity]:
    """A row = the rows right under it; rows called 其中 may be only some of its parts."""
    for n, fact in enumerate(column):
        depth = len(fact.item_path)
        below: list[Fact] = []
        for other in column[n + 1 :]:
            if len(other.item_path) <= depth or other.item_path[: depth + 1] != (*fact.item_path, fact.item):
                break
            if len(other.item_path) == depth + 1:
                below.append(other)
        if not below or not _printed([fact]) or not _printed(below):
            continue
        found = equation(book, "part_of_item", fact, [(p, 1) for p in below], "其下各小项之和")
        some = any(_OF_WHICH.match(book.raw_label(p)) for p in below)
        if found.status is not IdentityStatus.FAILS or not some:
            yield found
        elif sum((book.amount(p).value for p in below), Decimal(0)) > book.amount(fact).value and len(below) == 1:
            yield at_most(book, "part_of_item", below[0], fact, "部分不应大于总数", IdentityStatus.FAILS)


def _three_public(book: Book, table: Table) -> Iterator[Identity]:
    groups: dict[tuple[str, str, int | None, int | None], dict[str, Fact]] = defaultdict(dict)
    vertical = len({f.source.row for f in book.by_table.get(table.id, [])}) > 1
    for f in book.by_table.get(table.id, []):
        row = None if vertical and not _horizontal(book, table) else f.source.row
        groups[f.measure, f.stage, f.year, row].setdefault(f.concept, f)
    for (measure, *_), items in groups.items():
        if measure in ("change_rate", "completion", "share"):
            continue
        named = {k.removeprefix("three_public."): v for k, v in items.items()}
        yield from public_identities(book, "three_public_sum", named)


def _horizontal(book: Book, table: Table) -> bool:
    """Whether one row holds several items."""
    return any(len({f.concept for f in row}) > 2 for row in book.rows(table.id))


def public_identities(book: Book, rule: str, items: Mapping[str, Figure]) -> Iterator[Identity]:
    """三公 = 出国 + 用车 + 接待 (会议 and 培训 where the table counts them in); 用车 = 购置 + 运行."""
    purchase, running = items.get("vehicle_purchase"), items.get("vehicle_running")
    vehicles, total = items.get("vehicles"), items.get("total")
    cars = [v for v in (purchase, running) if v is not None]
    if vehicles is not None and len(cars) == 2 and _printed([vehicles, *cars]):
        yield equation(book, rule, vehicles, [(c, 1) for c in cars], "购置与运行之和")
    if total is None or "abroad" not in items or "reception" not in items:
        return
    parts = [items["abroad"], *([vehicles] if vehicles is not None else cars), items["reception"]]
    if not _printed([total, *parts]) or (vehicles is None and len(cars) < 2):
        return
    found = equation(book, rule, total, [(p, 1) for p in parts], "各分项之和")
    if found.status is IdentityStatus.FAILS:
        more = [items[c] for c in ("conference", "training") if c in items]
        wider = equation(book, rule, total, [(p, 1) for p in (*parts, *more)], "各分项之和") if more else found
        found = wider if wider.status is not IdentityStatus.FAILS else found
    yield found


def _economic(book: Book) -> Iterator[Identity]:
    """基本支出 has no more for abroad, reception and cars than the 三公 table allows."""
    codes = {f.code: f for f in book.content.facts if f.kind is TableKind.BASIC_ECONOMIC and f.measure == "total"}
    stage = "决算" if book.final else "预算"
    items = {
        f.concept: f
        for f in book.content.facts
        if f.kind is TableKind.THREE_PUBLIC
        and f.measure == "total"
        and f.stage == stage
        and f.year == book.year
        and not (f.item_path and is_body_name(f.item_path[0]))
    }
    for code, concept in _ECONOMIC:
        if code in codes and concept in items and _printed([codes[code], items[concept]]):
            yield at_most(
                book, "three_public_economic", codes[code], items[concept], "请核对两表口径", IdentityStatus.HINT
            )


def _assets(book: Book, table: Table) -> Iterator[Identity]:
    for measure in ("value", "total"):
        facts = [f for f in book.by_table.get(table.id, []) if f.measure == measure]
        totals = [f for f in facts if f.concept == "assets.total"]
        parts = [f for f in facts if not f.item_path and f not in totals]
        if len(totals) == 1 and len(parts) > 1 and _printed(parts):
            yield equation(book, "assets_sum", totals[0], [(p, 1) for p in parts], "各类资产之和")


def _fund_flow(book: Book, table: Table) -> Iterator[Identity]:
    """年初结转 + 本年收入 − 本年支出 = 年末结转, where a fund's table prints all four."""
    for row in book.rows(table.id):
        found = {(f.measure, f.side): f for f in row}
        opening = next((f for (m, _), f in found.items() if m == "carry"), None)
        closing = next((f for (m, _), f in found.items() if m == "carry_out"), None)
        came, went = found.get(("total", "income")), found.get(("total", "expenditure"))
        if opening and closing and came and went and _printed([opening, closing, came, went]):
            terms = [(opening, 1), (came, 1), (went, -1)]
            yield equation(book, "fund_flow", closing, terms, "年初结转加本年收入减本年支出")


def _project_funds(book: Book, table: Table) -> Iterator[Identity]:
    found = {f.measure: f for f in book.by_table.get(table.id, [])}
    total, grant, other = found.get("total"), found.get("fund.grant"), found.get("source.other")
    now, carry = found.get("fund.grant+current"), found.get("carry")
    if total is None:
        return
    if grant is not None and other is not None:
        yield equation(book, "project_funds", total, [(grant, 1), (other, 1)], "各来源之和")
    for part in (now, grant):
        if part is not None:
            yield at_most(book, "project_funds", part, total, "部分不应大于总额", IdentityStatus.FAILS)
    if grant is not None and now is not None and carry is not None:
        yield equation(book, "project_funds", grant, [(now, 1), (carry, 1)], "当年拨款与上年结转之和")


def goal_amounts(book: Book) -> list[Fact]:
    """The money of each goal table: what was planned or, in a self-evaluation, what was carried out."""
    info = book.content.info
    stage = info.doc_type.value if info.doc_type else ""
    amounts = [f for f in book.content.facts if f.kind is TableKind.PERFORMANCE and f.measure == "total"]
    return [f for f in amounts if f.stage in (stage, "")]


def _projects(book: Book) -> Iterator[Identity]:
    """All projects' amounts = 项目支出, of whichever table it is; unequal sums are only worth a look."""
    items = goal_amounts(book)
    if len(items) < 2:
        return
    totals = [
        f
        for f in book.content.facts
        if f.is_total and f.measure == "project" and f.kind in (TableKind.EXPENSE_TOTAL, TableKind.GENERAL_PUBLIC)
    ]
    found = [equation(book, "project_sum", t, [(i, 1) for i in items], "各项目绩效目标表资金之和") for t in totals]
    yield from (f for f in found if f.status is not IdentityStatus.FAILS)
    if found and all(f.status is IdentityStatus.FAILS for f in found):
        closest = min(found, key=lambda f: abs(f.printed - f.expected))
        if abs(closest.printed - closest.expected) * _NEAR < abs(closest.printed):
            yield replace(closest, status=IdentityStatus.HINT)
