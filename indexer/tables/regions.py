"""Where tables without vertical rules stand: horizontal rules that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.tables.lattice import Axis
from indexer.tables.runs import Run, runs_to_lines
from indexer.tables.words import is_department_line, is_note, is_unit_line

_ALIKE = 12.0
"""How far the ends of one table's rules may differ."""
_NARROWEST = 100.0
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Region:
    """Rules of one table, top to bottom, with the sides they reach to and how far down its text may go."""

    rules: tuple[Axis, ...]
    left: float
    right: float
    limit: float

    @property
    def full(self) -> list[Axis]:
        """Rules over the whole width."""
        return [r for r in self.rules if self._reaches(r) and r.drawn(self.left + 2, self.right - 2)]

    def _reaches(self, rule: Axis) -> bool:
        return rule.stretches[0][0] < self.left + _ALIKE and rule.stretches[-1][1] > self.right - _ALIKE


def find_regions(loose: Sequence[Axis], runs: Sequence[Run], height: float) -> list[Region]:
    """Regions of a page, top to bottom."""
    groups: list[list[Axis]] = []
    lines = runs_to_lines(runs) if loose else []
    for axis in _whole(loose):
        start, end = axis.stretches[0][0], axis.stretches[-1][1]
        if groups:
            left = min(a.stretches[0][0] for a in groups[-1])
            right = max(a.stretches[-1][1] for a in groups[-1])
            inside = start > left - _ALIKE and end < right + _ALIKE
            between = [x for x in lines if groups[-1][-1].at < x.y < axis.at]
            if inside and not any(stands_between(p.text) for x in between for p in x.pieces):
                groups[-1].append(axis)
                continue
        groups.append([axis])
    out: list[Region] = []
    for i, group in enumerate(groups):
        left = min(a.stretches[0][0] for a in group)
        right = max(a.stretches[-1][1] for a in group)
        limit = groups[i + 1][0].at if i + 1 < len(groups) else height
        if len(group) >= 2 and right - left > _NARROWEST:
            out.append(Region(tuple(group), left, right, limit))
    return out


def _whole(loose: Sequence[Axis]) -> list[Axis]:
    """Rules at one height as one axis."""
    out: list[Axis] = []
    for axis in sorted(loose, key=lambda a: (a.at, a.stretches)):
        if out and axis.at - out[-1].at < 2:
            out[-1] = Axis(out[-1].at, tuple(sorted((*out[-1].stretches, *axis.stretches))))
        else:
            out.append(axis)
    return out


def stands_between(text: str) -> bool:
    """Whether a line stands between tables, never inside one."""
    return is_unit_line(text) or is_department_line(text) or is_note(text) or len(text) > _LONGEST
