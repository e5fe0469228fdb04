"""What computing hands to rendering: values with their verdicts, notes and citations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from indexer.errors import UnitError
from indexer.text import UNIT_SCALE, convert, plain
from indexer.types import Blank
from retriever.evidence import SAME_COUNTS, Figure
from retriever.types import Status
from retriever.verify import Verdict


@dataclass(frozen=True, slots=True)
class Item:
    """One value of the answer with its proof."""

    figure: Figure
    verdict: Verdict
    label: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or table row that answers in words."""

    text: str
    figure: Figure | None
    document: str
    page: int
    section: str
    bbox: tuple[float, float, float, float] | None = None
    table: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before wording. `lead` replaces the standard first line; `notes` follow it.

    `explained`: what the question says beside its subjects went into finding the answer, so no word of it is in doubt.
    `unsaid`: the documents asked about are held and nothing in them answers, so what they say that is nearest may help.
    """

    status: Status
    items: tuple[Item, ...] = ()
    lead: str = ""
    notes: tuple[str, ...] = ()
    support: tuple[Item, ...] = ()
    passages: tuple[Passage, ...] = ()
    choices: tuple[str, ...] = ()
    unsaid: bool = False
    explained: bool = False


def doubtful(item: Item) -> Item:
    """Never shown as verified: the figure stands, but it may not be what was asked for."""
    if item.verdict.status is not Status.VERIFIED:
        return item
    return replace(item, verdict=replace(item.verdict, status=Status.SINGLE_SOURCE))


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as budget documents round."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def in_unit(figure: Figure, unit: str) -> tuple[Decimal, int]:
    """A money figure in another unit: exact, with the digits that its printed precision gives there."""
    value = convert(figure.value, figure.unit, unit)
    shift = int((UNIT_SCALE[unit] / UNIT_SCALE[figure.unit]).log10())
    return value, max(figure.places + shift, 0)


def common_unit(figures: tuple[Figure, ...]) -> str:
    """The unit to compute in: the one shared, else the smaller (exact). Raises UnitError."""
    units = {f.unit for f in figures}
    if len(units) == 1 and "" not in units:
        return units.pop()
    if any(units <= same for same in SAME_COUNTS):
        return min(units)
    if not units <= UNIT_SCALE.keys():
        raise UnitError("这些数的计量单位不明或不同，不能放在一起计算")
    return min((u for u in units if u in UNIT_SCALE), key=lambda u: UNIT_SCALE[u], default="元")


def shown(figure: Figure) -> str:
    """A figure as the reader sees it: value with unit."""
    return f"{plain(figure.value, figure.places)}{figure.unit}"


def is_blank(figure: Figure) -> bool:
    """Whether the cell is printed without a number."""
    return figure.blank is not Blank.NONE


def convert_equal(a: Figure, b: Figure) -> bool:
    """Whether two figures are the same amount."""
    unit = common_unit((a, b))
    try:
        return convert(a.value, a.unit, unit) == convert(b.value, b.unit, unit)
    except KeyError:
        return a.value == b.value
