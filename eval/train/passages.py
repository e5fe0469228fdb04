"""Invented passages in the shape of the store's: parts of tables and of prose, about many groups at once."""

from __future__ import annotations

import random
from collections.abc import Sequence

from eval.train.material import Group, frames

_MOST_ROWS = 15
_MOST_SENTENCES = 7
_INDICATORS = [
    "产出指标",
    "数量指标",
    "质量指标",
    "时效指标",
    "成本指标",
    "效益指标",
    "社会效益指标",
    "满意度指标",
    "服务对象满意度",
]
_CODED = {"income_total", "expense_total", "general_public", "gov_fund", "state_capital"}


def amount(roll: random.Random) -> str:
    """A figure as printed."""
    if roll.random() < 0.1:
        return roll.choice(("0.00", "0", ""))
    value = roll.random() * 10 ** roll.randint(1, 5)
    return f"{value:,.2f}" if roll.random() < 0.5 else f"{value:.2f}"


class Passages:
    """Builds passages around one group out of its neighbours in the same kind of table."""

    def __init__(self, groups: Sequence[Group], roll: random.Random) -> None:
        self._groups, self._random = groups, roll
        neighbours: dict[str, list[int]] = {}
        for number, group in enumerate(groups):
            for kind in group.kinds:
                neighbours.setdefault(kind, []).append(number)
        for kind, numbers in neighbours.items():
            if kind in _CODED:
                numbers.sort(key=lambda n: self._code(groups[n]))
        self._neighbours = neighbours

    @staticmethod
    def _code(group: Group) -> str:
        return next((i.partition(".")[2] for i in group.ids if i.startswith(("func.", "econ."))), "")

    def _around(self, number: int, kind: str, most: int) -> list[int]:
        """The group and some that stand near it in tables of this kind, in their order."""
        pool = self._neighbours[kind]
        at, size = pool.index(number), self._random.randint(2, most)
        first = max(0, at - self._random.randrange(size))
        near = pool[first : first + size]
        return [n for n in near if n == number or self._random.random() < 0.7]

    def table(self, number: int, heading: str) -> tuple[str, tuple[int, ...]]:
        """Part of a table that holds the group, and all the groups in it."""
        roll, group = self._random, self._groups[number]
        kinds = [k for k in group.kinds if k in frames()["titles"]]
        if not kinds:
            return f"{heading}\n{roll.choice(group.labels)} {amount(roll)}", (number,)
        kind = roll.choice(kinds)
        held = self._around(number, kind, _MOST_ROWS)
        columns = roll.sample(frames()["columns"], roll.randint(1, 4))
        lines = [heading, f"{roll.choice(frames()['titles'][kind])}（单位：万元）"]
        lines.append("栏目：" + "、".join((*roll.sample(frames()["stubs"], 3), *columns)))
        for one in held:
            label = roll.choice(self._groups[one].labels)
            figures = "，".join(f"{c} {amount(roll)}" for c in columns if roll.random() < 0.8)
            code = self._code(self._groups[one]) if roll.random() < 0.7 else ""
            lines.append(f"{code} {label}：{figures}")
        return "\n".join(lines), tuple(held)

    def section(self, number: int, heading: str, sentences: Sequence[str]) -> tuple[str, tuple[int, ...]]:
        """Sentences about the group and some others under one heading."""
        roll, group = self._random, self._groups[number]
        held = self._around(number, roll.choice(group.kinds), _MOST_SENTENCES) if group.kinds else [number]
        said = []
        for one in held:
            label = roll.choice(self._groups[one].labels)
            figures = {"d": "", "y": "2024", "t": "预算", "n": str(roll.randint(1, 99)), "p": ""}
            said.append(roll.choice(sentences).format_map({**figures, "l": label, "x": amount(roll) or "0"}))
        return f"{heading}\n" + "".join(said), tuple(held)

    def targets(self, name: str, heading: str) -> str:
        """A performance table of one project."""
        roll = self._random
        shown = roll.sample(_INDICATORS, roll.randint(2, 6))
        lines = [
            heading,
            f"{roll.randint(1, 20)}、{name}绩效目标表",
            "栏目：一级指标、二级指标、三级指标、指标值",
            "绩效目标",
        ]
        lines += [
            f"{i} {name if roll.random() < 0.3 else ''}{roll.choice(('完成率', '数量', '合格率'))} ≥{roll.randint(1, 100)}"
            for i in shown
        ]
        return "\n".join(lines)
