"""Invented questions with the labels, table rows and sentences that answer them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.train.material import Group, frames, topics
from eval.train.passages import Passages
from indexer.vocabulary import vocabulary

_SHARES = (
    ("label", 0.33),
    ("row", 0.12),
    ("table", 0.18),
    ("prose", 0.10),
    ("section", 0.10),
    ("topic", 0.05),
    ("name", 0.12),
)
_ASSOCIATION_SHARE = 0.5
_LABEL_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a text that answers it; `about` and `holds` are the group numbers of the two sides."""

    question: str
    text: str
    about: int
    holds: tuple[int, ...]


class Writer:
    """Writes pairs from one seed: the same seed writes the same pairs."""

    def __init__(self, groups: Sequence[Group], names: Sequence[str], seed: int) -> None:
        """`names`: words that stand in for project names (any Chinese words)."""
        self._groups, self._names = groups, names
        self._random = random.Random(seed)
        self._weights = [g.weight for g in groups]
        self._kinds = tuple(frames()["titles"])
        self._passages = Passages(groups, self._random)

    def pairs(self, count: int) -> list[Pair]:
        makers = [getattr(self, f"_{name}") for name, _ in _SHARES]
        chosen = self._random.choices(makers, [share for _, share in _SHARES], k=count)
        return [make() for make in chosen]

    def passages(self, number: int, count: int) -> list[str]:
        """Rows and sentences about one group, for measuring."""
        group, kind = self._groups[number], self._kind(self._groups[number])
        made = [self._fill("rows", l=group.name, k=self._title(kind), p=self._parent(group)) for _ in range(count - 1)]
        return [*made, self._fill("prose", l=group.name, p=self._parent(group))]

    def _pick(self) -> int:
        return self._random.choices(range(len(self._groups)), self._weights)[0]

    def _term(self, group: Group) -> str:
        roll = self._random.random()
        if group.associations and roll < _ASSOCIATION_SHARE:
            return self._random.choice(group.associations)
        if group.words and roll < 1 - _LABEL_SHARE:
            return self._random.choice(group.words)
        return self._random.choice(group.labels)

    def _parent(self, group: Group) -> str:
        return self._random.choice(group.parents) if group.parents and self._random.random() < 0.5 else ""

    def _kind(self, group: Group) -> str:
        return str(self._random.choice(group.kinds or self._kinds))

    def _title(self, kind: str) -> str:
        return str(self._random.choice(frames()["titles"][kind]))

    def _department(self) -> str:
        pick, source = self._random.choice, frames()
        return "".join((pick(source["places"]), pick(source["places"]), pick(source["levels"]), pick(source["bodies"])))

    def _fill(self, frame: str, **words: str) -> str:
        """A frame with its blanks filled; amounts differ from blank to blank."""
        roll = self._random
        text = str(roll.choice(frames()[frame]))
        common = {
            "d": self._department() if "{d}" in text else "",
            "y": str(roll.randint(2019, 2027)),
            "t": roll.choice(("预算", "决算")),
            "n": str(roll.randint(1, 100)),
            "x": f"{roll.random() * 10 ** roll.randint(1, 4):.2f}",
            "u": roll.choice(("万元", "元", "")),
            "c": roll.choice(frames()["columns"]),
        }
        return text.format_map({**common, **words})

    def _question(self, group: Group) -> str:
        return self._fill("questions", w=self._term(group))

    def _label(self) -> Pair:
        number = self._pick()
        group = self._groups[number]
        label = self._random.choice((group.name, self._random.choice(group.labels)))
        text = self._fill("labels", l=label, p=self._parent(group), k=self._title(self._kind(group)))
        return Pair(self._question(group), text, number, (number,))

    def _row(self) -> Pair:
        number = self._pick()
        group = self._groups[number]
        label, title = self._random.choice(group.labels), self._title(self._kind(group))
        text = self._fill("rows", l=label, k=title, p=self._parent(group))
        return Pair(self._question(group), text, number, (number,))

    def _heading(self) -> str:
        """What stands over a passage: the document's name, a chapter, or nothing."""
        document = (
            f"{self._department()}{self._random.randint(2019, 2027)}年部门{self._random.choice(('预算', '决算'))}"
        )
        return str(self._random.choice((document, document, self._random.choice(frames()["headings"]), "")))

    def _table(self) -> Pair:
        number = self._pick()
        text, held = self._passages.table(number, self._heading())
        return Pair(self._question(self._groups[number]), text, number, held)

    def _section(self) -> Pair:
        number = self._pick()
        text, held = self._passages.section(number, self._heading(), frames()["prose"])
        return Pair(self._question(self._groups[number]), text, number, held)

    def _prose(self) -> Pair:
        number = self._pick()
        group = self._groups[number]
        text = self._fill("prose", l=self._random.choice(group.labels), p=self._parent(group))
        return Pair(self._question(group), text, number, (number,))

    def _topic(self) -> Pair:
        names = sorted(topics())
        chosen = self._random.randrange(len(names))
        topic: Any = topics()[names[chosen]]
        kind = topic.get("kind")
        asks = (*topic["asks"].split(), *(vocabulary().kinds[kind].words if kind else ()))
        ask = self._random.choice(asks)
        department = self._department() if self._random.random() < 0.5 else ""
        about = str(self._random.choice(frames()["projects"]))
        text = str(self._random.choice(topic["says"])).format_map(
            {"topic": about, "n": self._random.randint(1, 30), "x": self._random.randint(1, 9999), "year": 2024}
        )
        number = len(self._groups) + chosen
        return Pair(department + ask, text, number, (number,))

    def _name(self) -> Pair:
        """A name that no vocabulary holds: only its own characters can find it."""
        chosen = self._random.randrange(len(self._names))
        name = self._names[chosen]
        number = len(self._groups) + len(topics()) + chosen
        about = self._random.choice((name, f"{name}项目", f"{name}经费", f"{name}专项"))
        short = self._random.choice((f"{name}经费", f"项目名称 {name}", f"{name}项目 {about}"))
        text = short if self._random.random() < 0.5 else self._passages.targets(name, self._heading())
        return Pair(self._fill("questions", w=about), text, number, (number,))
