"""Lines of text gathered into the rows of a table without rules between its rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.tables.runs import Run, group_lines
from indexer.tables.words import is_figure

_ONE_ROW = 0.9
"""Lines nearer than this part of the size overlap: they are one row on two baselines."""
_NEXT_LINE = 1.75
_FULL = 1.3


@dataclass(slots=True)
class Band:
    """A row while it is gathered: runs by column, and the lines it has."""

    cells: dict[int, list[Run]] = field(default_factory=dict)
    top: float = 0.0
    bottom: float = 0.0
    last: float = 0.0
    figures: bool = False

    def add(self, line: dict[int, list[Run]], middle: float) -> None:
        for column, runs in line.items():
            self.cells.setdefault(column, []).extend(runs)
        every = [r for runs in line.values() for r in runs]
        self.top = min([self.top, *(r.y0 for r in every)]) if self.bottom else min(r.y0 for r in every)
        self.bottom = max([self.bottom, *(r.y1 for r in every)])
        self.last = middle
        self.figures = self.figures or has_figures(line)


def has_figures(line: dict[int, list[Run]]) -> bool:
    return any(is_figure("".join(r.text for r in runs)) for runs in line.values())


def runs_to_bands(runs: Sequence[Run], bounds: Sequence[float]) -> list[Band]:
    """Rows, top to bottom. A line that only goes on with a wrapped text joins the row it belongs to."""
    bands: list[Band] = []
    rights = _rights(runs, bounds)
    for group in group_lines(runs):
        line = _by_column(group, bounds)
        middle, size = group[0].middle, max(r.size for r in group)
        if not bands or not _joins(bands[-1], line, middle, size, rights):
            bands.append(Band())
        bands[-1].add(line, middle)
    return _settled(bands)


def _joins(band: Band, line: dict[int, list[Run]], middle: float, size: float, rights: dict[int, float]) -> bool:
    """Whether a line belongs to the row above it: another baseline of it, or the next line of a wrapped text."""
    step = middle - band.last
    mine, theirs = set(band.cells), set(line)
    if step < _ONE_ROW * size and not mine & theirs:
        return True
    if step > _NEXT_LINE * size or (band.figures and has_figures(line)):
        return False
    if theirs < mine or (theirs == mine and len(mine) == 1 and not has_figures(line)):
        return not has_figures(line) and all(_full(_last_line(band.cells[c]), rights[c]) for c in theirs)
    upper = not band.figures and (mine < theirs or (has_figures(line) and len(mine) == 1))
    return upper and all(_full(_last_line(band.cells[c]), rights[c]) for c in mine)


def column_of(run: Run, bounds: Sequence[float]) -> int:
    middle = (run.x0 + run.x1) / 2
    for i in range(len(bounds) - 2):
        if middle < bounds[i + 1]:
            return i
    return len(bounds) - 2


def _by_column(group: Sequence[Run], bounds: Sequence[float]) -> dict[int, list[Run]]:
    line: dict[int, list[Run]] = {}
    for run in group:
        line.setdefault(column_of(run, bounds), []).append(run)
    return line


def _rights(runs: Sequence[Run], bounds: Sequence[float]) -> dict[int, float]:
    """How far text reaches in each column: where a wrapped line would break."""
    out: dict[int, float] = {}
    for run in runs:
        column = column_of(run, bounds)
        out[column] = max(out.get(column, 0.0), run.x1)
    return out


def _full(runs: Sequence[Run], right: float) -> bool:
    return max(r.x1 for r in runs) > right - _FULL * max(r.size for r in runs)


def _last_line(runs: Sequence[Run]) -> list[Run]:
    low = max(r.middle for r in runs)
    return [r for r in runs if r.middle > low - 0.5 * r.size]


def _settled(bands: list[Band]) -> list[Band]:
    """Labels that were centred over several rows, put into the first of them."""
    for column in (0, 1):
        bands = _uncentred(bands, column)
    return bands


def _uncentred(bands: list[Band], column: int) -> list[Band]:
    floats = [b for i, b in enumerate(bands) if _floats(bands, i, column)]
    rows = [b for b in bands if not any(b is f for f in floats)]
    places = [(_place(rows, b), b) for b in bands if column in b.cells]
    if not rows or not places or has_figures({column: [r for _, b in places for r in b.cells[column]]}):
        return bands
    starts = _spans([p for p, _ in places], len(rows))
    if starts is None:
        return bands if not floats else _nearest(rows, floats, column)
    held = [b.cells.pop(column) for _, b in places]
    for start, runs in zip(starts, held, strict=True):
        rows[start].cells[column] = runs
    return rows


def _floats(bands: Sequence[Band], i: int, column: int) -> bool:
    """Whether a row is a lone label squeezed between two rows that lack one."""
    if set(bands[i].cells) != {column} or not 0 < i < len(bands) - 1:
        return False
    before, after = bands[i - 1], bands[i + 1]
    if column in before.cells or column in after.cells or len(before.cells) < 2 or len(after.cells) < 2:
        return False
    steps = sorted(b.last - a.last for a, b in itertools.pairwise(bands) if len(a.cells) > 1 and len(b.cells) > 1)
    return bool(steps) and after.last - before.last < 1.6 * steps[len(steps) // 2]


def _place(rows: Sequence[Band], band: Band) -> float:
    """A row's number; between two numbers for a label that stands between two rows."""
    for i, row in enumerate(rows):
        if row is band:
            return float(i)
        if row.last > band.last:
            return i - 0.5
    return float(len(rows))


def _spans(places: Sequence[float], count: int) -> list[int] | None:
    """First rows of the spans that labels stand in the middle of; None unless such spans fill all rows."""
    starts: list[int] = []
    start = 0.0
    for place in places:
        starts.append(int(start))
        end = 2 * place - start
        if end < place:
            return None
        start = end + 1
    return starts if start == count else None


def _nearest(rows: list[Band], floats: Sequence[Band], column: int) -> list[Band]:
    """Labels between rows given to the first row of the unlabelled rows around them."""
    for band in floats:
        i = int(_place(rows, band))
        while i > 0 and column not in rows[i - 1].cells:
            i -= 1
        rows[i].cells.setdefault(column, band.cells[column])
    return rows
