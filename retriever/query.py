"""The typed meaning of a question."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Operation(StrEnum):
    """What the question wants done."""

    LOOKUP = "lookup"
    SUM = "sum"
    REMAINDER = "remainder"
    SHARE = "share"
    MULTIPLE = "multiple"
    PER_UNIT = "per_unit"
    GROWTH = "growth"
    CHANGE = "change"
    COMPARE = "compare"
    RANK = "rank"
    FILTER = "filter"
    COUNT = "count"
    LIST = "list"
    TREND = "trend"
    COMPLETION = "completion"
    CONSISTENCY = "consistency"
    DEFINITION = "definition"
    REASON = "reason"
    USAGE = "usage"
    PROSE = "prose"


MEASURED = (
    Operation.LOOKUP,
    Operation.SUM,
    Operation.REMAINDER,
    Operation.SHARE,
    Operation.MULTIPLE,
    Operation.GROWTH,
    Operation.CHANGE,
    Operation.COMPARE,
    Operation.TREND,
    Operation.COMPLETION,
)
"""Operations whose answer is a figure of the subject itself."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """超过10万元: `above` and the amount in 元."""

    above: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing the question speaks of, with where it stands in the masked question.

    `concepts`: vocabulary concepts it may mean, best first; `labels`: folded labels of the held documents it
    matches; `codes`: codes it names; `measure`: which money of it ("" = the total); `score` 0..1: how sure the
    words are (1 = the label itself); `is_project`: the question calls it a 项目; `narrowed`: printed labels that
    limit it (参公单位的机关运行经费).
    """

    text: str
    start: int
    end: int
    concepts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    measure: str = ""
    score: float = 1.0
    is_project: bool = False
    narrowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood. Empty tuples and None mean: not said.

    `spoken_of`, `years_spoken_of`, `bodies_spoken_of`, `stages_spoken_of`: what the conversation has named so far, in order.

    `masked`: the cleaned question with departments, years and table names blotted out; `leftover`: its pieces that
    nothing explains; `modifiers`: those that stand right before a subject, or right behind one named in everyday words, and so make
    it something else (飞机 in 飞机维修费); `cut`: words explained only in part (自来水管);
    `named`: all things found in this turn, those that only frame it too;
    `taken_off`: what is to be left out of the one subject (扣除公务接待). `body_starts`: where in `masked` each of `bodies` is named;
    `year_starts`: where each single year is named; `year_stages`: the stage said of each, where they differ (2023年决算和2024年预算);
    `years_named`: this very turn names a year; `slips`: words read by their sound (as written, as printed).
    """

    text: str
    operation: Operation
    operations: tuple[Operation, ...]
    bodies: tuple[str, ...] = ()
    unknown_bodies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    relative_years: tuple[int, ...] = ()
    recent_years: int | None = None
    year_end: bool = False
    stage: str = ""
    stage_strong: bool = False
    both_stages: bool = False
    scope: str = ""
    unit: str = ""
    unit_only: bool = False
    wants_rate: bool = False
    wants_amount: bool = False
    threshold: Threshold | None = None
    top: int | None = None
    nth: int | None = None
    ascending: bool = False
    subjects: tuple[Subject, ...] = ()
    spoken_of: tuple[Subject, ...] = ()
    years_spoken_of: tuple[int, ...] = ()
    bodies_spoken_of: tuple[str, ...] = ()
    stages_spoken_of: tuple[str, ...] = ()
    table_kind: str = ""
    restrictor: str = ""
    commanded: bool = False
    masked: str = ""
    leftover: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    named: tuple[Subject, ...] = ()
    taken_off: tuple[Subject, ...] = ()
    body_starts: tuple[tuple[int, str], ...] = ()
    years_named: bool = False
    slips: tuple[tuple[str, str], ...] = ()
    year_starts: tuple[tuple[int, int], ...] = ()
    year_stages: tuple[tuple[int, str], ...] = ()


def years_of_subjects(query: Query) -> dict[Subject, int]:
    """The year said right before each subject (2023年决算支出和2024年预算收入); {} unless every year has one of its own."""
    years = [(at, year) for at, year in query.year_starts if year in query.years]
    if len({year for _, year in years}) < 2 or len(query.subjects) < 2:
        return {}
    out = {s: max((y for y in years if y[0] < s.start), default=(0, 0))[1] for s in query.subjects}
    return out if {year for _, year in years} == set(out.values()) else {}


def years_of_bodies(query: Query) -> dict[str, int]:
    """The one year said behind each department's name (甲局2024年、乙院2023年); {} unless they have different ones."""
    starts = sorted(query.body_starts)
    if len(starts) < 2:
        return {}
    ends = [*(at for at, _ in starts[1:]), len(query.text) + len(query.masked)]
    out: dict[str, int] = {}
    for (start, body), end in zip(starts, ends, strict=True):
        said = {year for at, year in query.year_starts if start < at < end}
        if len(said) != 1:
            return {}
        out[body] = said.pop()
    return out if len(set(out.values())) > 1 else {}
