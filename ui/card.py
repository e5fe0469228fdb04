"""An answer as the page lays it out: plain strings in a fixed order, before any HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indexer.text import UNIT_SCALE
from indexer.types import BBox, Claim, Fact
from prompts import templates
from retriever.types import Answer, Check, Citation, Status, Value

Lookup = Callable[[str], Fact | Claim | None]
"""Finds the figure that a check names by its id."""

BADGES: dict[Status, tuple[str, str]] = {
    Status.VERIFIED: ("已复核", "good"),
    Status.SINGLE_SOURCE: ("单一来源", "plain"),
    Status.CONFLICT: ("文件自相矛盾", "bad"),
    Status.NOT_FOUND: ("未找到", "muted"),
    Status.CLARIFY: ("请选择", "plain"),
    Status.TEXT: ("文字答复", "plain"),
}
"""Badge and tone of each status."""

MEANINGS: dict[Status, str] = {
    Status.VERIFIED: "每个数字都已由分项重新算出，或与文件中另一处独立的记载核对一致。",
    Status.SINGLE_SOURCE: "数字取自文件中的一个单元格或一句话，文件里没有别处可供核对。",
    Status.CONFLICT: "文件中有几处说法不一致；所列数字以表格为准，不一致之处见下。",
    Status.NOT_FOUND: "现有文件回答不了这个问题；不猜测，也不给出没有出处的数字。",
    Status.CLARIFY: "问题可以有几种理解，请选一种。",
    Status.TEXT: "答复摘自文件的文字说明，不含需要核对的数字。",
}
"""What each badge promises, in one sentence."""

_LONG_NUMBER = re.compile(r"(-?)([1-9]\d{4,})(\.\d+)?", re.ASCII)
_AS_SUMS = ("composed", "computed")
_AS_STEPS = ("verified", "elsewhere", "matched")
_AS_CITATIONS = ("place", "place_text")
"""Lines of an answer's text, by their templates, that the card draws as tables, steps and citations."""
_AS_DOUBTS = "unclear"
_TERM = re.compile(r"\s*([-+−]?)\s*(\d[\d,]*(?:\.\d+)?)\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a reader can be taken to: a page with a box on it."""

    document: str
    page: int
    bbox: BBox | None
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that answers the question, as large as the card allows."""

    label: str
    value: str
    unit: str
    of: str
    verified: bool


@dataclass(frozen=True, slots=True)
class SumRow:
    """One term of a sum that proves a figure."""

    sign: str
    label: str
    value: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum whose every term is a figure printed in a document; `across`: the columns of one row."""

    heading: str
    rows: tuple[SumRow, ...]
    total: SumRow
    unit: str
    agrees: bool
    across: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Any other step of the proof: another place that states the figure, a rate, a change. `lead`: what it is."""

    lead: str
    text: str
    agrees: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One answer, ready to be drawn. What is the page's own word (badge, meaning, headings) is a key of `ui.words`.

    `text`: the whole answer, as it is copied; `said`: its lines that the card does not draw otherwise; `doubts`: those
    that name a figure which may be misread.
    """

    question: str
    badge: str
    tone: str
    meaning: str
    figures: tuple[Figure, ...]
    text: str
    said: str
    doubts: tuple[str, ...]
    sums: tuple[Sum, ...]
    steps: tuple[Step, ...]
    citations: tuple[tuple[str, Place], ...]
    choices: tuple[str, ...]
    follow_ups: tuple[str, ...]
    milliseconds: str


def answer_to_card(answer: Answer, lookup: Lookup) -> Card:
    """Lay an answer out; `lookup` supplies the names and places of the figures that its checks used."""
    badge, tone = BADGES[answer.status]
    sums: list[Sum] = []
    steps: list[Step] = []
    for check in answer.verification:
        proof = check_to_sum(check, lookup)
        if proof is not None:
            sums.append(proof)
        else:
            steps.append(_step(check, lookup))
    drawn = {**dict.fromkeys(_AS_SUMS, sums), **dict.fromkeys(_AS_STEPS, sums + steps)}
    drawn |= dict.fromkeys(_AS_CITATIONS, answer.citations)
    doubts = tuple(line for line in answer.text.splitlines() if line.startswith(_leads([_AS_DOUBTS])))
    return Card(
        question=answer.question,
        badge=badge,
        tone=tone,
        meaning=MEANINGS[answer.status],
        figures=tuple(_figure(value) for value in answer.values),
        text=answer.text.strip(),
        said=_without(_without_choices(answer), [name for name, there in drawn.items() if there] + [_AS_DOUBTS]),
        doubts=doubts,
        sums=tuple(sorted(dict.fromkeys(sums), key=lambda proof: (proof.agrees, proof.across))),
        steps=tuple(sorted(dict.fromkeys(steps), key=lambda step: step.agrees)),
        citations=tuple((str(n), _citation_place(c)) for n, c in enumerate(answer.citations, 1)),
        choices=answer.choices,
        follow_ups=answer.follow_ups,
        milliseconds=_total_time(answer),
    )


def _without_choices(answer: Answer) -> str:
    """The text without the line that lists what the reader is offered as buttons."""
    offered = "、".join(answer.choices)
    return "\n".join(line for line in answer.text.strip().splitlines() if not offered or line != offered)


def _without(text: str, names: Sequence[str]) -> str:
    """A text without the lines made from these templates; the whole text where nothing else is in it."""
    kept = [line for line in text.splitlines() if not line.startswith(_leads(names))]
    return "\n".join(kept) or text


def _leads(names: Sequence[str]) -> tuple[str, ...]:
    """How the lines made from these templates begin."""
    return tuple(templates("answers")[name].text.partition("$")[0] for name in names)


def check_to_sum(check: Check, lookup: Lookup) -> Sum | None:
    """The check as a table of named terms; None unless it is a plain sum and every term is a printed figure.

    Where a check names one figure more than its sum has terms, the first is the total.
    """
    left, equals, right = check.expression.partition("=")
    terms, total = _terms(left), _terms(right)
    if not equals or len(terms) < 2 or len(total) != 1:
        return None
    figures = [lookup(ref) for ref in check.facts]
    target = figures.pop(0) if len(figures) > len(terms) else None
    unit = target.unit if target else ""
    found: list[Fact | Claim] = []
    for _, text in terms:
        figure = next((f for f in figures if f is not None and _prints(f, _number(text), unit)), None)
        if figure is None:
            return None
        figures.remove(figure)
        found.append(figure)
    across, names = _names(found)
    rows = [
        SumRow(sign, name, grouped(text), figure_place(f))
        for (sign, text), name, f in zip(terms, names, found, strict=True)
    ]
    label = figure_label(target) if target else "结果"
    place = figure_place(target) if target else None
    return Sum(
        _heading(check, across),
        tuple(rows),
        SumRow("=", label, grouped(total[0][1]), place),
        unit,
        check.agrees,
        across,
    )


def _names(figures: Sequence[Fact | Claim]) -> tuple[bool, tuple[str, ...]]:
    """What tells the terms of a sum apart: their items, else years, else documents, else columns (then True)."""
    items = tuple(map(figure_label, figures))
    if len(set(items)) > 1:
        return False, items
    if len({figure.year for figure in figures}) > 1:
        return False, tuple(f"{figure.year}年{item}" for figure, item in zip(figures, items, strict=True))
    if len({figure.document for figure in figures}) > 1:
        return False, tuple(figure.document for figure in figures)
    columns = ((figure.measure_path if isinstance(figure, Fact) else ()) for figure in figures)
    return True, tuple(path[-1] if path else item for path, item in zip(columns, items, strict=True))


def _heading(check: Check, across: bool) -> str:
    if check.method == "computed":
        return "计算过程"
    outcome = "一致" if check.agrees else "不一致"
    return f"{'各栏' if across else '各项'}相加，与所列{outcome}"


def _prints(figure: Fact | Claim, number: Decimal, unit: str) -> bool:
    """Whether a term of a sum in `unit` is this figure; the sign stands before the term."""
    value = abs(figure.value)
    if unit in UNIT_SCALE and figure.unit in UNIT_SCALE:
        return value * UNIT_SCALE[figure.unit] == number * UNIT_SCALE[unit]
    return value == number


def figure_label(figure: Fact | Claim) -> str:
    """What a figure is called where it is printed."""
    return figure.item if isinstance(figure, Fact) else figure.subject


def figure_place(figure: Fact | Claim) -> Place:
    """Where a figure is printed."""
    source = figure.source
    text = figure.item if isinstance(figure, Fact) else figure.text
    return Place(source.document, source.page, source.bbox, text)


def _terms(text: str) -> list[tuple[str, str]]:
    """("+", "8.80") for each term of a plain sum; empty for any other expression."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TERM.match(text, position)
        if match is None or (found and not match.group(1)):
            return []
        found.append((match.group(1).replace("-", "−"), match.group(2)))
        position = match.end()
    return found


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _step(check: Check, lookup: Lookup) -> Step:
    figures = [figure for figure in map(lookup, check.facts) if figure is not None]
    lead = "" if check.method != "matched" else "另一处所载一致：" if check.agrees else "另一处所载不同："
    return Step(lead, check.expression or check.claim, check.agrees, _distinct(map(figure_place, figures)))


def _distinct(places: Iterable[Place]) -> tuple[Place, ...]:
    """One place a page and box, in order."""
    return tuple({(p.document, p.page, p.bbox): p for p in reversed(tuple(places))}.values())[::-1]


def _figure(value: Value) -> Figure:
    year = f"{value.year}年" if value.year is not None else ""
    of = " · ".join(part for part in (value.department, year + value.doc_type) if part)
    return Figure(value.label, grouped(value.value), value.unit, of, value.verified)


def grouped(number: str) -> str:
    """A long number with its thousands set apart ("156,211,123"); anything else as it is."""
    match = _LONG_NUMBER.fullmatch(number)
    return number if match is None else f"{match[1]}{int(match[2]):,}{match[3] or ''}"


def _citation_place(citation: Citation) -> Place:
    said = f"“{citation.text}”" if citation.text and not citation.table else ""
    parts = dict.fromkeys((citation.section, said, citation.table, citation.row, citation.column))
    return Place(citation.document, citation.page, citation.bbox, " · ".join(filter(None, parts)))


def _total_time(answer: Answer) -> str:
    total = dict(answer.timings_ms).get("total")
    return "" if total is None else f"{total:.0f}" if total >= 1 else "<1"
