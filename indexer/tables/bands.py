"""Lines of text gathered into the rows of a table without rules between its rows."""

from __future__ import annotations

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
    waiting: list[tuple[dict[int, list[Run]], float]] = []
    rights = _rights(runs, bounds)
    for group in group_lines(runs):
        line = _by_column(group, bounds)
        middle, size = group[0].middle, max(r.size for r in group)
        if not has_figures(line):
            if bands and not waiting and _goes_on(bands[-1], line, middle, size, rights):
                bands[-1].add(line, middle)
                continue
            if waiting and not _wrapped(waiting[-1], line, middle, size, rights):
                bands.extend(_alone(waiting))
                waiting = []
            waiting.append((line, middle))
            continue
        if waiting and not _leads(waiting, line, middle, size, rights):
            bands.extend(_alone(waiting))
            waiting = []
        if bands and not waiting and middle - bands[-1].last < _ONE_ROW * size and not _clash(bands[-1], line):
            bands[-1].add(line, middle)
            continue
        band = Band()
        for earlier, at in waiting:
            band.add(earlier, at)
        waiting = []
        band.add(line, middle)
        bands.append(band)
    bands.extend(_alone(waiting))
    return bands


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


def _goes_on(band: Band, line: dict[int, list[Run]], middle: float, size: float, rights: dict[int, float]) -> bool:
    if middle - band.last < _ONE_ROW * size and not _clash(band, line):
        return True
    if middle - band.last > _NEXT_LINE * size:
        return False
    return all(c in band.cells and _full(_last_line(band.cells[c]), rights[c]) for c in line)


def _last_line(runs: Sequence[Run]) -> list[Run]:
    low = max(r.middle for r in runs)
    return [r for r in runs if r.middle > low - 0.5 * r.size]


def _wrapped(
    before: tuple[dict[int, list[Run]], float], line: dict[int, list[Run]], middle: float, size: float, rights: dict[int, float]
) -> bool:
    earlier, at = before
    if middle - at > _NEXT_LINE * size:
        return False
    return all(c in earlier and _full(earlier[c], rights[c]) for c in line)


def _leads(
    waiting: Sequence[tuple[dict[int, list[Run]], float]], line: dict[int, list[Run]], middle: float, size: float,
    rights: dict[int, float],
) -> bool:  # fmt: skip
    """Whether lines without figures are the upper part of the label whose figures come now."""
    earlier, at = waiting[-1]
    if middle - at < _ONE_ROW * size and not any(c in line for c in earlier):
        return True
    if middle - at > _NEXT_LINE * size:
        return False
    return all(_full(runs, rights[c]) for c, runs in earlier.items())


def _clash(band: Band, line: dict[int, list[Run]]) -> bool:
    return any(c in band.cells for c in line)


def _alone(waiting: Sequence[tuple[dict[int, list[Run]], float]]) -> list[Band]:
    """Lines without figures as rows of their own; lines that go on with one another stay together."""
    if not waiting:
        return []
    band = Band()
    for line, at in waiting:
        band.add(line, at)
    return [band]
