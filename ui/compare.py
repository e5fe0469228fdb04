"""One subject compared: over years, between departments, final against budget, or in its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from indexer.errors import UsageError
from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import BBox, DocumentInfo
from retriever.series import MOST, Ask, Change, Key, Point, changes, completions, keys, percent, points, ranked
from ui.asking import Shelf, lookup
from ui.card import BADGES, Place, Sum, answer_to_card, grouped
from ui.render import render
from ui.sheets import Sheet
from ui.words import Words, chinese

DOC_TYPES = ("预算", "决算")
MODES = {"trend": "逐年变化", "ranking": "部门排名", "budget": "预算与决算", "shares": "构成"}
"""The kinds of comparison, by the names that links carry."""
CHOOSE = "构成只看一份文件；看别的，请在上面选部门和年度。"
_LONGEST_SUBJECT = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to compare; an empty tuple does not limit. `mode`: a key of `MODES`."""

    mode: str
    subject: str
    departments: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    doc_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its cells as wide as the headings, where its figure is printed, and how far it may be trusted."""

    cells: tuple[str | int | Decimal | None, ...]
    place: Place | None = None
    badge: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a chart. Charts are drawn with floats; the figures stand in the table."""

    x: str
    y: Decimal
    group: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table with a chart over it. `unit`: of the chart; headings are keys of `ui.words`."""

    wanted: Wanted
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    unit: str
    notes: tuple[str, ...] = ()

    @property
    def line(self) -> bool:
        """Whether the chart is of lines over years, else of bars."""
        return self.wanted.mode == "trend"


def compare(ask: Ask, shelf: Shelf, wanted: Wanted) -> Comparison:
    """Raises UsageError for a request without a subject; AnswerError and StoreError pass through."""
    if wanted.mode not in MODES or not wanted.subject.strip():
        raise UsageError("请写明要比较什么，例如：三公经费")
    wanted = replace(wanted, subject=wanted.subject.strip()[:_LONGEST_SUBJECT])
    asked = _keys(shelf.documents(), wanted)
    series = points(ask, wanted.subject, asked)
    if wanted.mode == "trend":
        made = _trend(wanted, series)
    elif wanted.mode == "ranking":
        made = _ranking(wanted, series)
    elif wanted.mode == "budget":
        made = _budget(wanted, series)
    else:
        made = _shares(wanted, series, shelf)
    if len(asked) > MOST:
        made = replace(made, notes=(*made.notes, f"只比较了前 {MOST} 份，请用筛选缩小范围"))
    return made


def comparison_to_html(
    made: Comparison | None, query: str = "", error: str = "", t: Words = chinese, chart: bool = False
) -> str:
    """The table under the chart, if there is a `chart`. `query`: the parameters that give the same as a sheet."""
    return render(
        "comparison.html", t, made=made, query=query, error=error, shown=_shown, chart=chart, doc_types=DOC_TYPES
    )


def comparison_to_sheet(made: Comparison) -> Sheet:
    """The same table to download, with documents and pages."""
    rows = tuple((*row.cells, *_source(row.place), row.badge[0]) for row in made.rows)
    return Sheet((*made.headings, "文件", "页", "复核"), rows)


def wanted_to_parameters(wanted: Wanted) -> str:
    """A request as the parameters of an address."""
    pairs: list[tuple[str, object]] = [("mode", wanted.mode), ("subject", wanted.subject)]
    for name, values in (("department", wanted.departments), ("year", wanted.years), ("type", wanted.doc_types)):
        pairs += [(name, value) for value in values]
    return urlencode(pairs)


def wanted_from_parameters(asked: Mapping[str, list[str]]) -> Wanted:
    """The other way round; what makes no sense does not limit."""
    years = tuple(int(year) for year in asked.get("year", ()) if year.isascii() and year.isdigit() and len(year) < 5)
    mode, subject = "".join(asked.get("mode", ())), "".join(asked.get("subject", ()))
    return Wanted(mode, subject, tuple(asked.get("department", ())), years, tuple(asked.get("type", ())))


def _keys(documents: Sequence[DocumentInfo], wanted: Wanted) -> tuple[Key, ...]:
    """What is asked for; a ranking is of one year and type, parts are of one document: the latest, where not said. There
    is nothing to rank in a year and type of one department, so the latest of several comes before it."""
    types = () if wanted.mode == "budget" else wanted.doc_types
    found = keys(documents, wanted.departments, wanted.years, types)
    if wanted.mode in ("ranking", "shares") and found:
        held = Counter(key[1:] for key in found)
        alone = wanted.mode == "ranking"
        newest = max(found, key=lambda key: (alone and held[key[1:]] > 1, key[1], key[2] == "预算"))
        found = tuple(key for key in found if key[1:] == newest[1:])
    return found[:1] if wanted.mode == "shares" else found


def _trend(wanted: Wanted, series: Sequence[Point]) -> Comparison:
    headings = ("部门", "年度", "类型", "数额", "单位", "比上年", "增减（%）")
    rows = tuple(
        Row((*_key(c.point), c.point.value, c.point.unit, c.difference, c.rate), _place(c.point), _badge(c.point))
        for c in changes(series)
    )
    many = len({point.department for point in series}) > 1
    types = len({point.doc_type for point in series}) > 1
    unit, values = _alike(series)
    names = [(" ".join((p.department,) * many + (p.doc_type,) * types) or wanted.subject) for p in series]
    marks = tuple(Mark(str(p.year), v, n) for p, v, n in zip(series, values, names, strict=True) if v is not None)
    return Comparison(wanted, headings, rows, marks, unit)


def _ranking(wanted: Wanted, series: Sequence[Point]) -> Comparison:
    order = ranked(series)
    headings = ("名次", "部门", "年度", "类型", "数额", "单位")
    rows = tuple(Row((n, *_key(p), p.value, p.unit), _place(p), _badge(p)) for n, p in enumerate(order, 1))
    unit, values = _alike(order)
    marks = tuple(Mark(p.department, v, wanted.subject) for p, v in zip(order, values, strict=True) if v is not None)
    return Comparison(wanted, headings, rows, marks[:40], unit)


def _budget(wanted: Wanted, series: Sequence[Point]) -> Comparison:
    headings = ("部门", "年度", "预算", "决算", "单位", "差额", "完成（%）")
    found = completions(series)
    rows = tuple(
        Row(
            (c.point.department, c.point.year, _in(b, c.point), c.point.value, c.point.unit, c.difference, _done(c)),
            _place(c.point),
            _badge(c.point),
        )
        for c, b in found
    )
    both = [p for c, b in found for p in (b, c.point)]
    unit, values = _alike(both)
    many = len({p.department for p in both}) > 1
    names = [f"{p.department} {p.year}" if many else str(p.year) for p in both]
    pairs = zip(both, names, values, strict=True)
    marks = tuple(Mark(name, value, p.doc_type) for p, name, value in pairs if value is not None)
    return Comparison(wanted, headings, rows, marks, unit)


def _shares(wanted: Wanted, series: Sequence[Point], shelf: Shelf) -> Comparison:
    headings = ("项目", "数额", "单位", "占比（%）")
    if not series:
        return Comparison(wanted, headings, (), (), "")
    (point,) = series
    notes: tuple[str, ...] = (f"{point.department} {point.year}年{point.doc_type}",)
    if not wanted.departments:
        notes = (*notes, CHOOSE)
    parts = _parts(point, shelf)
    if parts is None:
        return Comparison(wanted, headings, (), (), "", (*notes, "文件里没有列出它的各项，无法给出构成"))
    rows, marks = [], []
    for part in parts.rows:
        value = Decimal(part.value.replace(",", "")) * (-1 if part.sign == "−" else 1)
        rows.append(Row((part.label, value, parts.unit, percent(value, point.value)), part.place))
        marks.append(Mark(part.label, value, wanted.subject))
    rows.append(Row((parts.total.label, point.value, point.unit, Decimal(100)), _place(point), _badge(point)))
    return Comparison(wanted, headings, tuple(rows), tuple(marks), parts.unit, notes)


def _parts(point: Point, shelf: Shelf) -> Sum | None:
    """The sum of items that proves the figure in its own unit, the one of most items."""
    card = answer_to_card(point.answer, lookup(shelf, point.answer))
    total = grouped(plain(point.value))
    sums = [s for s in card.sums if s.agrees and not s.across and s.unit == point.unit]
    sums = [s for s in sums if Decimal(s.total.value.replace(",", "")) == point.value and len(s.rows) > 1 and total]
    return max(sums, key=lambda s: len(s.rows), default=None)


def _in(point: Point, other: Point) -> Decimal:
    """A figure in the unit of another; as it stands where that is no unit of the same kind."""
    same = {point.unit, other.unit} <= UNIT_SCALE.keys()
    return convert(point.value, point.unit, other.unit) if same else point.value


def _done(change: Change) -> Decimal | None:
    """Percent of the budget that was spent."""
    return None if change.rate is None else change.rate + 100


def _key(point: Point) -> tuple[str, int, str]:
    return point.department, point.year, point.doc_type


def _alike(series: Sequence[Point]) -> tuple[str, list[Decimal | None]]:
    """One unit for a chart: 万元 where any is money, else the first one's; None for what has another."""
    units = {point.unit for point in series}
    unit = "万元" if units & UNIT_SCALE.keys() and len(units) > 1 else next(iter(units), "")
    return unit, [
        p.value if p.unit == unit else convert(p.value, p.unit, unit) if {p.unit, unit} <= UNIT_SCALE.keys() else None
        for p in series
    ]


def _place(point: Point) -> Place | None:
    cited = point.citation
    if cited is None:
        return None
    box: BBox | None = cited.bbox
    return Place(
        cited.document, cited.page, box, " · ".join(filter(None, dict.fromkeys((cited.table, cited.row, cited.column))))
    )


def _badge(point: Point) -> tuple[str, str]:
    return BADGES[point.status]


def _source(place: Place | None) -> tuple[str | None, int | None]:
    return (place.document, place.page) if place else (None, None)


def _shown(cell: str | int | Decimal | None) -> str:
    """A cell as the page writes it."""
    if isinstance(cell, Decimal):
        return grouped(plain(cell))
    return "" if cell is None else str(cell)
