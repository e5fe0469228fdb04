"""Columns of a table without vertical rules: from the pieces its rules are drawn in, else from where text stands."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from indexer.tables.page import Ruling
from indexer.tables.runs import Run, split_run
from indexer.tables.words import is_figure
from indexer.text import cell_number

Stretch = tuple[float, float]

_SNAP = 3.0
_APART = 2.0
_DRAWN = 0.12
"""Part of the size between two cells' texts that all but touch."""
_RIVER = 2.0
"""Least width of a strip that no text enters, between two columns."""


def columns_of_rules(rulings: Sequence[Ruling], left: float, right: float) -> list[float]:
    """Column bounds where rules were drawn cell by cell; only the two sides where they were not.

    A bound counts when it is an end inside the finest rule; one drawn through is no table's rule.
    """
    by_row: dict[int, list[Ruling]] = {}
    for r in sorted(rulings):
        by_row.setdefault(round(r.at / _SNAP), []).append(r)
    finest: list[float] = []
    for group in by_row.values():
        ends = _clusters([r.start for r in group] + [r.end for r in group])
        inner = [e for e in ends if left + 6 < e < right - 6]
        if len(inner) > len(finest) and _covers(group, left, right):
            finest = inner
    return [left, *finest, right]


def _covers(group: Sequence[Ruling], left: float, right: float) -> bool:
    return sum(r.end - r.start for r in group) > 0.9 * (right - left)


def _clusters(values: list[float]) -> list[float]:
    values.sort()
    groups: list[list[float]] = []
    for v in values:
        if groups and v - groups[-1][-1] <= _SNAP:
            groups[-1].append(v)
        else:
            groups.append([v])
    return [sum(g) / len(g) for g in groups]


def fits(bounds: Sequence[float], runs: Sequence[Run]) -> bool:
    """Whether nearly no text crosses a bound."""
    crossing = sum(any(r.x0 + 2 < b < r.x1 - 2 for b in bounds) for r in runs)
    return crossing <= 0.04 * len(runs)


def parted(bounds: Sequence[float], rows: Sequence[Sequence[Run]]) -> bool:
    """Whether columns hold texts that stand well apart in several rows: then there are more columns than bounds."""
    apart = 0
    for row in rows:
        for one, two in itertools.pairwise(row):
            if two.x0 - one.x1 > _APART * one.size and not any(one.x1 - 2 < b < two.x0 + 2 for b in bounds):
                apart += 1
                break
    return apart >= 2


def columns_of_text(
    leaves: Sequence[Stretch], rows: Sequence[Sequence[Run]], left: float, right: float, *, every: bool = False
) -> list[float] | None:
    """Column bounds by the strips that stay free of text over all body rows, matched with the lowest headings.

    `leaves`: (x0, x1) of each lowest heading, left to right; `every`: each of them has text below it, one to one.
    None where they do not fit together.
    """
    bodies = stretches_of(rows)
    if len(leaves) < 2 or (every and len(leaves) != len(bodies)):
        return None
    owner = _owners(leaves, bodies)
    spans: list[list[float]] = [[a, b] for a, b in leaves]
    for (a, b), i in zip(bodies, owner, strict=True):
        spans[i][0], spans[i][1] = min(spans[i][0], a), max(spans[i][1], b)
    bounds = [min(left, spans[0][0])]
    for one, two in itertools.pairwise(spans):
        if one[1] > two[0] + 1:
            return None
        bounds.append((one[1] + two[0]) / 2)
    bounds.append(max(right, spans[-1][1]))
    return bounds


def stretches_of(rows: Sequence[Sequence[Run]]) -> list[tuple[float, float]]:
    """Stretches that body text covers, left to right; 合计 often stands in the middle of its column, away from labels."""
    stretches = sorted((p.x0, _end(p)) for row in rows for r in _without_total(row) for p in _drawn(r))
    out: list[list[float]] = []
    for a, b in stretches:
        if out and a < out[-1][1] + _RIVER:
            out[-1][1] = max(out[-1][1], b)
        else:
            out.append([a, b])
    return [(a, b) for a, b in out]


_TOTALS = frozenset({"合计", "总计", "小计"})


def _without_total(row: Sequence[Run]) -> Sequence[Run]:
    """A row of figures without the one text that calls it a total."""
    label = [r for r in row if not is_figure(r.text) and r.text not in "-—–"]
    if len(label) == len(row) or "".join(r.text for r in label) not in _TOTALS:
        return row
    return [r for r in row if r not in label]


def _drawn(run: Run) -> list[Run]:
    """A run parted where something else was drawn a little apart: the text of the next cell."""
    size = _DRAWN * run.size
    cuts = [i for i, (a, b) in enumerate(itertools.pairwise(run.chars), 1) if a.group != b.group and b.x0 - a.x1 > size]
    return (
        split_run(run, (run.chars[a:b] for a, b in itertools.pairwise([0, *cuts, len(run.chars)]))) if cuts else [run]
    )


def _end(run: Run) -> float:
    """Where a run ends without the blank half of punctuation, which may reach into the next column."""
    return next((c.x1 for c in reversed(run.chars) if c.text not in "，。、；：”）"), run.x1)


def _owners(leaves: Sequence[Stretch], bodies: Sequence[Stretch]) -> list[int]:
    """The heading of each body stretch: the one it lies under, else by how headings and figures are aligned."""
    under = [[i for i, leaf in enumerate(leaves) if leaf[0] < b[1] and b[0] < leaf[1]] for b in bodies]
    if all(len(u) == 1 for u in under):
        return [u[0] for u in under]
    if len(leaves) == len(bodies):
        return list(range(len(leaves)))
    for side, bounds in ((0, [-1e9, *(x[0] - 2 for x in leaves[1:]), 1e9]), (1, [-1e9, *(x[1] + 2 for x in leaves)])):
        if _aligned(leaves, bodies, side):
            slots = [_slot(bounds, b) for b in bodies]
            if None not in slots and len(set(slots)) == len(slots):
                return [s for s in slots if s is not None]
    return _match(leaves, bodies)


def _aligned(leaves: Sequence[Stretch], bodies: Sequence[Stretch], side: int) -> bool:
    """Whether headings and body are set against the same side (0 left, 1 right) of their columns."""
    meeting = sum(any(abs(leaf[side] - b[side]) < _FLUSH for b in bodies) for leaf in leaves)
    return meeting >= 2 and meeting * 3 >= len(bodies)


def _slot(bounds: Sequence[float], body: Stretch) -> int | None:
    """The pair of neighbouring bounds that a stretch lies between."""
    return next((i for i in range(len(bounds) - 1) if bounds[i] <= body[0] and body[1] <= bounds[i + 1]), None)


def _match(leaves: Sequence[Stretch], bodies: Sequence[Stretch]) -> list[int]:
    """The heading of each body stretch, in order, at the least sum of distances; two may share one."""
    if not bodies:
        return []
    best: list[list[float]] = [[_distance(leaf, bodies[0]) for leaf in leaves]]
    came: list[list[int]] = [[-1] * len(leaves)]
    for body in bodies[1:]:
        row, back = [], []
        for j, leaf in enumerate(leaves):
            least, k = min((best[-1][k] + (_SHARED if k == j else 0.0), k) for k in range(j + 1))
            row.append(least + _distance(leaf, body))
            back.append(k)
        best.append(row)
        came.append(back)
    j = min(range(len(leaves)), key=lambda k: best[-1][k])
    owner = [j]
    for back in came[:0:-1]:
        j = back[j]
        owner.append(j)
    return owner[::-1]


_FLUSH = 3.0
_SHARED = 12.0
"""What it costs two stretches to share a heading, in points of distance."""


def _distance(leaf: Stretch, body: Stretch) -> float:
    """The gap between a heading and a stretch; none where they overlap."""
    return max(leaf[0] - body[1], body[0] - leaf[1], 0.0)


def figure_columns(bounds: Sequence[float], rows: Sequence[Sequence[Run]]) -> int:
    """Columns whose filled cells, two or more, nearly all hold figures."""
    count = 0
    for a, b in itertools.pairwise(bounds):
        texts = [r.text for row in rows for r in row if a <= (r.x0 + r.x1) / 2 < b]
        if len(texts) >= 2 and sum(is_figure(t) or t in "-—–" for t in texts) >= 0.8 * len(texts):
            count += 1
    return count


def sums_hold(bounds: Sequence[float], rows: Sequence[Sequence[Run]]) -> bool:
    """Whether in most rows with two or more figures the first is the sum of the rest: nothing else puts them so."""
    tried = held = 0
    for row in rows:
        figures = [cell_number("".join(r.text for r in cell)) for cell in _cells(bounds, row)]
        values = [f.value for f in figures if f is not None and f.places]
        if len(values) >= 2:
            tried += 1
            held += values[0] == sum(values[1:])
    return held >= 2 and held * 2 > tried


def _cells(bounds: Sequence[float], row: Sequence[Run]) -> list[list[Run]]:
    return [[r for r in row if a <= (r.x0 + r.x1) / 2 < b] for a, b in itertools.pairwise(bounds)]
