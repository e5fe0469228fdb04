"""Rules inside one table: rows add up across, codes add up by level, lists add up to their total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from indexer.checks.book import Book
from indexer.checks.compare import Figure, identity, in_unit, judge_percent, percent
from indexer.checks.equations import equation
from indexer.checks.rules import rules
from indexer.text import fold, plain
from indexer.types import Fact, Identity, IdentityStatus, Table, TableKind

_CODED = frozenset(
    {
        TableKind.INCOME_TOTAL, TableKind.EXPENSE_TOTAL, TableKind.GENERAL_PUBLIC, TableKind.GOV_FUND,
        TableKind.STATE_CAPITAL, TableKind.BASIC_ECONOMIC, TableKind.OTHER,
    }
)  # fmt: skip
_LISTS = frozenset({TableKind.PROJECT, TableKind.PROCUREMENT})
_NO_SUM = frozenset({"quantity", "unit_price", "change_rate", "completion", "share", "points", ""})
_BY_NATURE = ("basic", "project", "operating", "remit", "subsidy")
_BY_USE = ("person", "public", "project")
_LAST = "last_year+"
_CLASS = 3
"""Digits of a class's code."""
_PERSON_CODES = ("301", "303")


def within_tables(book: Book) -> Iterator[Identity]:
    """Every identity inside one table except the two-sided ones."""
    for table in book.content.tables:
        for row in book.rows(table.id):
            yield from row_sums(book, table, row)
            yield from row_changes(book, row)
        if table.kind in _CODED:
            for column in _continued(column for _, column in book.columns(table.id)):
                yield from column_sums(book, column)
        elif table.kind in _LISTS:
            for _, column in book.columns(table.id):
                yield from list_sums(book, column)


def _printed(figures: Sequence[Figure]) -> bool:
    """Whether any of the figures is not blank."""
    return any(not (isinstance(f, Fact) and f.blank) for f in figures)


def row_sums(book: Book, table: Table, row: Sequence[Fact]) -> Iterator[Identity]:
    """合计 = its columns; a heading with sub-headings = its sub-headings."""
    sets: dict[tuple[str, str, int | None, str], dict[str, list[Fact]]] = defaultdict(dict)
    for f in row:
        last = f.measure == "last_year" or f.measure.startswith(_LAST)
        measure = "total" if f.measure == "last_year" else f.measure.removeprefix(_LAST)
        place = (f.item, f.stage, f.year, f.side + ("-" if last else ""))
        sets[place].setdefault(measure, []).append(f)
    for columns in sets.values():
        for whole, parts, certain in _partitions(columns):
            if _printed([whole, *parts]):
                found = equation(book, "row_sum", whole, [(p, 1) for p in parts], "各分栏之和")
                if certain or found.status is not IdentityStatus.FAILS:
                    yield found


def _partitions(columns: dict[str, list[Fact]]) -> Iterator[tuple[Fact, list[Fact], bool]]:
    """(whole, parts, whether they are known to be all the parts) of the measures of one row."""
    one = {m: facts[0] for m, facts in columns.items() if len(facts) == 1}
    certain = all(len(facts) == 1 for facts in columns.values()) and "" not in columns
    nested = {m: m.rsplit("+", 1)[0] for m in one if "+" in m}
    for outer in dict.fromkeys(nested.values()):
        inner = [one[m] for m, o in nested.items() if o == outer]
        if outer in one and len(inner) > 1:
            yield one[outer], inner, certain
    plain_parts = {m: f for m, f in one.items() if nested.get(m) not in one}
    whole = one.get("total")
    if whole is None:
        return
    current = one.get("current")
    if current is not None:
        rest = [f for m, f in plain_parts.items() if m == "carry"]
        if rest:
            yield whole, [current, *rest], certain
        sources = _money_parts(plain_parts, with_carry=False)
        if sources:
            yield current, sources, certain
        return
    nature = [plain_parts[m] for m in _BY_NATURE if m in plain_parts]
    use = [plain_parts[m] for m in _BY_USE if m in plain_parts]
    if {"basic", "project"} <= set(plain_parts):
        yield whole, nature, certain
    elif {"person", "public"} <= set(plain_parts):
        yield whole, use, certain
    else:
        money = _money_parts(plain_parts, with_carry=True)
        if len(money) > 1:
            yield whole, money, certain


def _money_parts(columns: dict[str, Fact], *, with_carry: bool) -> list[Fact]:
    """Columns by where the money comes from; 财政拨款 stands for its funds where both are there."""
    kept = {m: f for m, f in columns.items() if m.startswith(("fund.", "source.")) or (m == "carry" and with_carry)}
    if "fund.grant" in kept:
        for m in ("fund.general", "fund.gov", "fund.state"):
            kept.pop(m, None)
    if "source.unit" in kept:
        for m in [m for m in kept if m.startswith("source.") and m != "source.unit"]:
            kept.pop(m)
    return list(kept.values())


def row_changes(book: Book, row: Sequence[Fact]) -> Iterator[Identity]:
    """增减额 = 本年 − 上年 and 增减率 = 增减额 ÷ 上年, where a table prints them."""
    by_item: dict[tuple[str, str], dict[str, list[Fact]]] = defaultdict(dict)
    for f in row:
        by_item[f.item, f.code].setdefault(f.measure, []).append(f)
    for columns in by_item.values():
        if any(len(columns.get(m, ())) > 1 for m in ("total", "last_year", "change", "change_rate")):
            continue
        now, last = _first(columns, "total"), _first(columns, "last_year")
        change, rate = _first(columns, "change"), _first(columns, "change_rate")
        if now is None or last is None or not _printed([now, last]):
            continue
        if change is not None and not (change.blank and now.value == last.value):
            yield equation(book, "row_change", change, [(now, 1), (last, -1)], "本年数减上年数")
        if rate is not None and not rate.blank and book.amount(last).value:
            yield _table_rate(book, rate, now, last)


def _first(columns: dict[str, list[Fact]], measure: str) -> Fact | None:
    return columns[measure][0] if measure in columns else None


def _table_rate(book: Book, rate: Fact, now: Fact, last: Fact) -> Identity:
    a, b = book.amount(now), book.amount(last)
    exact = percent(a.value - b.value, b.value)
    status = judge_percent(rate.value, rate.places, exact, a, b, rules()["row_rate"].tolerance)
    shown = plain(exact, max(rate.places, 2))
    message = f"{book.says(rate)}，按两年金额计算应为 {shown}%"
    expression = f"({plain(now.value)} − {plain(last.value)}) ÷ {plain(last.value)} = {shown}%"
    return identity("row_rate", "rate", rate, [(now, 1), (last, -1)], Decimal(shown), status, expression, message)


def _continued(columns: Iterable[list[Fact]]) -> list[list[Fact]]:
    """Columns in which the codes of a class go on from the column before, as one: 302 | 30201 … beside 30215 …"""
    out: list[list[Fact]] = []
    for column in columns:
        first = next((f for f in column if f.code), None)
        before = next((c for c in reversed(out) if first and c and _same_figures(c[0], first)), None)
        if first is not None and before is not None and _goes_on(before, first):
            before.extend(column)
        else:
            out.append(list(column))
    return out


def _goes_on(before: Sequence[Fact], first: Fact) -> bool:
    """Whether a column's first code belongs to a class of the column before."""
    codes = {f.code for f in before}
    return len(first.code) > _CLASS and first.code[:_CLASS] in codes and first.code not in codes


def _same_figures(one: Fact, other: Fact) -> bool:
    return (one.measure, one.stage, one.year) == (other.measure, other.stage, other.year)


def column_sums(book: Book, column: Sequence[Fact]) -> Iterator[Identity]:
    """类 = Σ款, 款 = Σ项, 合计 = Σ类, by the nesting of the codes in the order of the rows."""
    if not column or column[0].measure in _NO_SUM:
        return
    children: dict[str, list[Fact]] = defaultdict(list)
    open_codes: list[Fact] = []
    tops: list[Fact] = []
    for fact in column:
        if not fact.code or fact.is_total:
            continue
        while open_codes and not (fact.code.startswith(open_codes[-1].code) and fact.code != open_codes[-1].code):
            open_codes.pop()
        if open_codes:
            children[open_codes[-1].id].append(fact)
        else:
            tops.append(fact)
        open_codes.append(fact)
    for fact in column:
        parts = children.get(fact.id)
        if parts and _printed([fact, *parts]):
            level = "款" if len(fact.code) == 3 else "项"
            yield equation(book, "column_sum", fact, [(p, 1) for p in parts], f"{fact.code}各{level}之和")
    yield from _totals(book, column, tops)


def _totals(book: Book, column: Sequence[Fact], tops: Sequence[Fact]) -> Iterator[Identity]:
    """The 合计 row of a coded table; 人员经费合计 and 公用经费合计 by what their codes are."""
    loose = [f for f in column if not f.code and not f.is_total and not f.blank]
    if not tops:
        yield from _loose_total(book, column, loose)
        return
    lengths = {len(f.code) for f in tops}
    for fact in column:
        if not fact.is_total or fact.code or fact.concept in ("expenditure.person", "expenditure.public"):
            continue
        if _printed([fact, *tops]):
            found = equation(book, "column_sum", fact, [(p, 1) for p in tops], "各类之和")
            if found.status is not IdentityStatus.FAILS or (not loose and len(lengths) == 1):
                yield found


def _loose_total(book: Book, column: Sequence[Fact], rows: Sequence[Fact]) -> Iterator[Identity]:
    """A table by bodies instead of codes: its total is that of the rows, unless bodies are nested in each other."""
    totals = [f for f in column if f.is_total]
    if len(totals) == 1 and len(rows) > 1:
        found = equation(book, "list_sum", totals[0], [(r, 1) for r in rows], "各行之和")
        if found.status is not IdentityStatus.FAILS:
            yield found


def economic_totals(book: Book, table: Table) -> Iterator[Identity]:
    """A two-sided 基本支出 table: 人员经费合计 = 301 + 303, 公用经费合计 = the other classes, over all its columns."""
    facts = book.by_table.get(table.id, [])
    classes = [f for f in facts if len(f.code) == 3 and f.measure == "total"]
    person = [f for f in classes if f.code in _PERSON_CODES]
    public = [f for f in classes if f.code not in _PERSON_CODES]
    for concept, parts in (("expenditure.person", person), ("expenditure.public", public)):
        for total in (f for f in facts if f.concept == concept and f.measure == "total"):
            if parts and _printed([total, *parts]):
                yield equation(book, "column_sum", total, [(p, 1) for p in parts], "各类之和")
    both = [f for f in facts if f.concept in ("expenditure.person", "expenditure.public") and f.measure == "total"]
    for total in (f for f in facts if f.concept == "total" and f.measure == "total" and len(both) == 2):
        yield equation(book, "column_sum", total, [(p, 1) for p in both], "人员与公用之和")


def list_sums(book: Book, column: Sequence[Fact]) -> Iterator[Identity]:
    """The total row of a list (projects, purchases) = its rows; that of a unit in it = the unit's rows."""
    if not column or column[0].measure in _NO_SUM:
        return
    heads = [f for f in column if f.is_total and f.item_path == (f.item,)]
    for head in heads:
        own = [f for f in column if not f.is_total and f.item_path[:1] == (head.item,)]
        if own and _printed([head, *own]):
            yield equation(book, "list_sum", head, [(r, 1) for r in own], "本单位各行之和")
    totals = [f for f in column if f.is_total and f not in heads]
    rows = [f for f in column if not f.is_total]
    if len(totals) == 1 and rows and _printed([*totals, *rows]):
        found = equation(book, "list_sum", totals[0], [(r, 1) for r in rows], "清单各行之和")
        nested = any(fold(r.item).startswith("其中") or (r.code and len(r.code) in (3, 5)) for r in rows)
        if found.status is not IdentityStatus.FAILS or not nested:
            yield found


def purchase_lines(book: Book) -> Iterator[Identity]:
    """数量 × 单价 = 金额 in a purchase list; the printed unit price limits the precision."""
    for table in book.content.tables:
        if table.kind is not TableKind.PROCUREMENT:
            continue
        for row in book.rows(table.id):
            found = {f.measure: f for f in row}
            count, price, money = (found.get(m) for m in ("quantity", "unit_price", "total"))
            if count and price and money and not (count.blank or price.blank or money.blank):
                yield _product(book, count, price, money)


def _product(book: Book, count: Fact, price: Fact, money: Fact) -> Identity:
    value = count.value * book.amount(price).value
    own = book.amount(money)
    slack = own.half + count.value * book.amount(price).half
    holds = abs(own.value - value) <= slack
    status = IdentityStatus.HOLDS if holds else IdentityStatus.HINT
    expected = in_unit(value, money.unit)
    message = f"{book.says(money)}，数量乘单价为 {plain(expected)}{money.unit}"
    expression = f"{plain(count.value)} × {plain(price.value)} = {plain(expected)}"
    return identity(
        "row_sum", "product", money, [(count, 1), (price, 1)], expected, status, expression, message, "row_sum"
    )
