"""One subject over years, departments and stages: a question each, so that every figure is found and checked alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indexer.text import UNIT_SCALE, convert
from indexer.types import DocumentInfo
from retriever.types import Answer, Citation, Filters, Question, Status

MOST = 400
"""So many figures are looked up at once; more would keep others waiting."""

Ask = Callable[[Question], Answer]
Key = tuple[str, int, str]
"""Department, year, 预算 or 决算."""


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series. `answer` proves it; `citation` is where it is printed, None where that is unknown."""

    department: str
    year: int
    doc_type: str
    value: Decimal
    unit: str
    status: Status
    citation: Citation | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Change:
    """A point beside the one it is measured against; None where there is none or units differ. `rate` in percent."""

    point: Point
    difference: Decimal | None = None
    rate: Decimal | None = None


def keys(
    documents: Iterable[DocumentInfo],
    departments: Sequence[str] = (),
    years: Sequence[int] = (),
    doc_types: Sequence[str] = (),
) -> tuple[Key, ...]:
    """What is held within the limits, by department, year and type; an empty limit does not limit."""
    held = {
        (info.department, info.year, info.doc_type.value)
        for info in documents
        if info.department and info.year is not None and info.doc_type is not None
    }
    return tuple(
        sorted(
            (department, year, doc_type)
            for department, year, doc_type in held
            if (not departments or department in departments)
            and (not years or year in years)
            and (not doc_types or doc_type in doc_types)
        )
    )


def points(ask: Ask, subject: str, wanted: Sequence[Key]) -> tuple[Point, ...]:
    """The subject's figure for each key that has one, at most `MOST` looked up. Raises AnswerError and StoreError."""
    found = (_point(ask, subject, key) for key in wanted[:MOST])
    return tuple(point for point in found if point is not None)


def changes(series: Sequence[Point]) -> tuple[Change, ...]:
    """Each point beside that of the year before, of the same department and type."""
    by_key = {(p.department, p.year, p.doc_type): p for p in series}
    return tuple(_against(p, by_key.get((p.department, p.year - 1, p.doc_type))) for p in series)


def completions(series: Sequence[Point]) -> tuple[tuple[Change, Point], ...]:
    """Each final figure with its difference from the budget of its year, beside that budget's."""
    budgets = {(p.department, p.year): p for p in series if p.doc_type == "预算"}
    finals = [p for p in series if p.doc_type == "决算" and (p.department, p.year) in budgets]
    return tuple((_against(p, b := budgets[p.department, p.year]), b) for p in finals)


def ranked(series: Sequence[Point]) -> tuple[Point, ...]:
    """Largest first, those of units that cannot be compared behind."""
    return tuple(sorted(series, key=lambda p: (p.unit not in UNIT_SCALE, -_worth(p), p.department)))


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """How many percent of the whole, to two places; None of nothing."""
    return (part / whole * 100).quantize(Decimal("0.01")) if whole else None


def _point(ask: Ask, subject: str, key: Key) -> Point | None:
    department, year, doc_type = key
    limits = Filters((department,), (year,), (doc_type,))
    answer = ask(Question(f"{department}{year}年{subject}{doc_type}数是多少", filters=limits))
    fits = [v for v in answer.values if (v.department, v.year) == (department, year) and v.exact is not None]
    if len(fits) != 1 or fits[0].exact is None:
        return None
    cited = answer.citations[0] if answer.citations else None
    return Point(department, year, doc_type, fits[0].exact, fits[0].unit, answer.status, cited, answer)


def _against(point: Point, base: Point | None) -> Change:
    if base is None or (base.unit != point.unit and not {base.unit, point.unit} <= UNIT_SCALE.keys()):
        return Change(point)
    before = base.value if base.unit == point.unit else convert(base.value, base.unit, point.unit)
    difference = point.value - before
    return Change(point, difference, percent(difference, abs(before)))


def _worth(point: Point) -> Decimal:
    return point.value * UNIT_SCALE.get(point.unit, Decimal(1))
