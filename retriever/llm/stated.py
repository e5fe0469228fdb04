"""What an answer states, one figure at a time: everything that a rewording of it may say, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.text import UNIT_SCALE, fold, plain
from indexer.types import ClaimRole
from retriever import compute
from retriever.catalog import Catalog
from retriever.draft import Draft, Item, is_blank, rounded, shown
from retriever.evidence import Figure, claim_figure, fact_figure
from retriever.library import Library
from retriever.places import view_of
from retriever.query import Query
from retriever.render import opening, to_value
from retriever.sums import parted

_TAIL = re.compile(r"(?:合计数?|小计|总额|预算数|决算数|预算|决算)$")
_UNIT_TAIL = re.compile(r"(?<=..)\([^()]{1,4}\)$")
_AMOUNTS = (ClaimRole.AMOUNT, ClaimRole.COUNT)
_UNSAYABLE = re.compile(r"20\d\d|增加|减少|增长|下降|持平|\d[^,，、]*[元%]")
"""Labels that are statements themselves (公务接待费2024年比2023年减少) name no item."""
_NAMELESS = ("", "合计", "小计", "总计")


@dataclass(frozen=True, slots=True)
class Of:
    """Whose figure: folded item, department, year (""/None: none), 预算 or 决算."""

    item: str
    department: str
    year: int | None
    stage: str


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure: `kind` "amount", "share" (of `other`), "change" or "rate" (against `other`).

    `texts`: (number, unit) as it may be written; `rising`: the direction of a change; `answers`: the places in the
    draft of the values that it is; `only_part`: true as a part of its whole only (工资福利支出 within 公用经费).
    """

    kind: str
    of: Of
    texts: frozenset[tuple[str, str]]
    other: Of | None = None
    rising: bool | None = None
    answers: frozenset[int] = frozenset()
    only_part: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a rewording may draw on.

    `names`: folded names of items; `departments`: folded names to folded departments; `parts`: (part, whole) items
    of one department, year and stage; `sums`: items that a computed total adds, with the total; `sentences`: the
    verified sentences themselves, folded, with the values in each; `wanted`: the values that must be told.
    """

    stated: tuple[Stated, ...]
    names: dict[str, str]
    departments: dict[str, str]
    parts: frozenset[tuple[Of, Of]]
    sums: tuple[tuple[frozenset[Of], Stated], ...]
    sentences: dict[str, frozenset[int]]
    wanted: frozenset[int]


def key_of(label: str) -> str:
    """The name of an item as drafts may say it: 三公经费 for “三公”经费合计; the whole label where little is left."""
    folded = _UNIT_TAIL.sub("", fold(label))
    short = _TAIL.sub("", folded)
    return short if len(short) >= 4 and "、" not in short else folded


def answer_to_evidence(draft: Draft, query: Query, catalog: Catalog, library: Library) -> Evidence | None:
    """None where figures of a department and of its head office stand side by side: words alone don't part them."""
    figures = [f for i in (*draft.items, *draft.support) for f in _all(_named(i))]
    terms = [f for i in draft.items for f, _ in _terms(i, library)]
    if len({(f.info.department, f.info.scope) for f in (*figures, *terms)}) > len({_body(f, catalog) for f in figures}):
        return None
    stated = [s for n, i in enumerate(draft.items) for s in _of_item(n, i, query, draft)]
    stated += [s for f in figures for s in _amount(f, (shown(f),))]
    stated += [replace(s, only_part=not _is_whole(f)) for f in terms for s in _amount(f, (shown(f),))]
    stated += _side_by_side(draft)
    labels = [i.label for i in draft.items] + [f.label for f in (*figures, *terms)]
    return Evidence(
        stated=tuple(dict.fromkeys(stated)),
        names={n: key_of(label) for label in labels if _names(label) for n in (fold(label), key_of(label))},
        departments=_departments(figures, catalog),
        parts=frozenset(_parts(draft, library)),
        sums=tuple(_sums(stated, draft)),
        sentences=_sentences(draft, query),
        wanted=frozenset(range(len(draft.items))),
    )


def _names(label: str) -> bool:
    return fold(label) not in _NAMELESS and not _UNSAYABLE.search(label)


def _named(item: Item) -> Figure:
    """The figure under the name that the answer gives it."""
    return replace(item.figure, label=item.label) if _names(item.label) else item.figure


def _is_whole(figure: Figure) -> bool:
    """Whether the figure is all of its item, not one column of it."""
    return figure.fact is None or figure.fact.measure in ("", "total", "value")


def _all(figure: Figure) -> Iterator[Figure]:
    yield figure
    for inner in figure.inputs:
        yield from _all(inner)


def _of(figure: Figure) -> Of:
    return Of(key_of(figure.label), fold(figure.info.department), figure.year, figure.stage)


def _amount(figure: Figure, texts: Iterable[str], answers: frozenset[int] = frozenset()) -> Iterator[Stated]:
    """The figure as an amount of its item; a change that prose states is no amount."""
    if not _names(figure.label) or (figure.claim is not None and figure.claim.role not in _AMOUNTS):
        return
    if figure.inputs and _compared(figure) is not None:
        return
    written = {(t.removesuffix(figure.unit), figure.unit) for t in texts}
    if figure.value == 0 or is_blank(figure):
        written.add(("0", figure.unit))
    yield Stated("amount", _of(figure), frozenset(written), answers=answers)


def _of_item(n: int, item: Item, query: Query, draft: Draft) -> Iterator[Stated]:
    own, figure = frozenset({n}), _named(item)
    value = to_value(item, query)
    pair = _compared(figure)
    if pair is None:
        texts = (f"{plain(rounded(figure.value, figure.places), figure.places)}{figure.unit}", shown(figure))
        for s in _amount(figure, texts, own):
            yield Stated(s.kind, s.of, s.texts | {(value.value, value.unit)}, answers=own)
        return
    kind, a, b = pair
    if kind == "share":
        yield Stated(kind, _of(a), frozenset({(value.value, value.unit)}), _of(b), answers=own)
        yield from _amount_labelled(figure, value.value, own)
        return
    yield from _change(kind, a, b, abs(figure.value), value.value.lstrip("-"), value.unit, own)
    rate = compute.growth(a, b, "")
    said = plain(abs(rate.value), 2) if rate is not None else ""
    if kind == "change" and rate is not None and f"{said}%" in "".join((draft.lead, *draft.notes)):
        yield from _change("rate", a, b, abs(rate.value), said, "%", frozenset())


def _amount_labelled(figure: Figure, text: str, own: frozenset[int]) -> Iterator[Stated]:
    """A share by its own name: 项目支出占支出总计的比例."""
    yield Stated("amount", _of(figure), frozenset({(text, figure.unit)}), answers=own)


def _change(
    kind: str, a: Figure, b: Figure, size: Decimal, text: str, unit: str, own: frozenset[int]
) -> Iterator[Stated]:
    """A change told from both ends: a is more than b, b is less than a (a rate only from its base)."""
    if size == 0:
        return
    rising = a.value * _scale(a) > b.value * _scale(b)
    written = frozenset({(text, unit)})
    yield Stated(kind, _of(a), written, _of(b), rising, own)
    if kind == "change":
        yield Stated(kind, _of(b), written, _of(a), not rising, own)


def _side_by_side(draft: Draft) -> Iterator[Stated]:
    """The difference of the two figures that a comparison shows, where it says it."""
    if len(draft.support) != 2:
        return
    a, b = (i.figure for i in draft.support)
    if a.unit != b.unit:
        return
    delta = compute.difference(a, b, "")
    said = plain(abs(delta.value), delta.places)
    if f"{said}{delta.unit}" in draft.lead:
        yield from _change("change", a, b, abs(delta.value), said, delta.unit, frozenset())


def _scale(figure: Figure) -> Decimal:
    return UNIT_SCALE.get(figure.unit, Decimal(1))


def _compared(figure: Figure) -> tuple[str, Figure, Figure] | None:
    """What a computed figure compares: ("change" | "rate" | "share", a, b); None for any other."""
    if len(figure.inputs) != 2 or any(i.claim is not None and i.claim.role not in _AMOUNTS for i in figure.inputs):
        return None
    a, b = figure.inputs
    left = figure.expression.split("=")[0].strip()
    if left.startswith("(") and left.endswith("× 100%"):
        return "rate", a, b
    if "÷" in left and left.endswith("× 100%"):
        return "share", a, b
    if " - " in left and "÷" not in left and (figure.year, figure.stage) == (a.year, a.stage):
        return "change", a, b
    return None


def _terms(item: Item, library: Library) -> Iterator[tuple[Figure, int]]:
    """The printed figures that add up to a printed one, where they are other items than it, with their signs."""
    figure = item.figure
    if not figure.ref:
        return
    view = view_of(library, figure)
    for identity in item.verdict.agreeing:
        if identity.relation != "sum" or identity.target.ref != figure.ref:
            continue
        for term in parted(identity.terms, figure, view):
            fact, claim = view.facts.get(term.ref), view.claims.get(term.ref)
            if fact is not None and key_of(fact.item) != key_of(figure.label):
                yield fact_figure(fact, view), term.sign
            elif claim is not None and key_of(claim.subject) != key_of(figure.label):
                yield claim_figure(claim, view), term.sign


def _parts(draft: Draft, library: Library) -> Iterator[tuple[Of, Of]]:
    for item in draft.items:
        whole = _of(_named(item))
        yield from ((_of(f), whole) for f, sign in _terms(item, library) if sign > 0)
        if _is_sum(item.figure):
            yield from ((_of(f), whole) for f in item.figure.inputs)


def _is_sum(figure: Figure) -> bool:
    return len(figure.inputs) > 1 and " + " in figure.expression and not re.search(r" - |÷|×", figure.expression)


def _sums(stated: list[Stated], draft: Draft) -> Iterator[tuple[frozenset[Of], Stated]]:
    for n, item in enumerate(draft.items):
        own = next((s for s in stated if n in s.answers and s.kind == "amount"), None)
        if own is not None and _is_sum(item.figure):
            yield frozenset(_of(f) for f in item.figure.inputs), own


def _body(figure: Figure, catalog: Catalog) -> str:
    return next((k for k, b in catalog.bodies.items() if any(d.id == figure.info.id for d in b.documents)), "")


def _departments(figures: list[Figure], catalog: Catalog) -> dict[str, str]:
    """Names that mean one department of the answer and no other that is held."""
    out: dict[str, str] = {}
    for figure in figures:
        key = _body(figure, catalog)
        own = fold(figure.info.department)
        out[own] = own
        if key not in catalog.bodies:
            continue
        body = catalog.bodies[key]
        town = body.region[-1][-1:] if body.region else ""
        taken = {n for k, b in catalog.bodies.items() if k != key for n in b.names}
        for name in body.names:
            placed = name.startswith((town, *(part[:2] for part in body.region)))
            out |= {n: own for n in ((name,) if placed else (name, town + name)) if n not in taken}
    return out


def _sentences(draft: Draft, query: Query) -> dict[str, frozenset[int]]:
    """The verified opening, sentence by sentence, with the values that each tells."""
    out: dict[str, frozenset[int]] = {}
    for sentence in sentences("\n".join(opening(draft, query))):
        told = set()
        for n, item in enumerate(draft.items):
            value = to_value(item, query)
            written = (f"{value.value}{value.unit}", f"{value.value.lstrip('-')}{value.unit}", shown(item.figure))
            told |= {n} if any(fold(w) in fold(sentence) for w in written) else set()
        out[fold(sentence)] = frozenset(told)
    return out


_END = re.compile(r"(?<=[。！？!?\n])(?![”」』）)])")


def sentences(text: str) -> list[str]:
    """The sentences of a text with their end marks; a line end after a colon ends nothing."""
    joined = re.sub(r"([:：])\s*\n", r"\1", text)
    return [s for s in (part.strip() for part in _END.split(joined)) if s]
