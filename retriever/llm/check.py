"""Whether a sentence of a draft says only what the answer states: each figure of the same thing, in the same words.

A sentence is read from left to right. Names set whose the next figure is; each figure must then be one that the answer
states, of that item, department, year and stage, in unit and printed digits. A name that no figure follows, a word
that is not known, a direction without its amount: the sentence is refused. So a reading that goes wrong costs a good
sentence, never lets a bad one pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from indexer.text import fold
from retriever.llm.stated import Evidence, Of, Stated
from retriever.llm.words import Kind, Token, tokens

_NAMING = {Kind.ITEM: "item", Kind.DEPARTMENT: "department", Kind.YEAR: "year", Kind.STAGE: "stage"}
_ATTRIBUTES = tuple(_NAMING.values())


class Unsupported(Exception):
    """The sentence says something that the answer does not state."""


@dataclass(slots=True)
class Mention:
    """What has been named: several values of an attribute where they are joined; `open`: named, no figure yet."""

    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def name(self, attribute: str, value: str, joined: bool) -> None:
        if joined:
            self.values[attribute] = (*self.values.get(attribute, ()), value)
        elif attribute in self.open and self.values.get(attribute) != (value,):
            raise Unsupported("named and left")
        else:
            self.values[attribute] = (value,)
        self.open.add(attribute)

    def single(self) -> tuple[dict[str, str], ...]:
        """Every combination of the values named."""
        names = [a for a in _ATTRIBUTES if a in self.values]
        return tuple(dict(zip(names, v, strict=True)) for v in product(*(self.values[a] for a in names)))

    def branch(self, without: Iterable[str] = ()) -> Mention:
        return Mention({a: v for a, v in self.values.items() if a not in without})


def fits(of: Of, named: dict[str, str]) -> bool:
    """Whether a figure is of everything named."""
    own = {"item": of.item, "department": of.department, "year": str(of.year or ""), "stage": of.stage}
    return all(own[a] == v for a, v in named.items())


@dataclass(slots=True)
class Reader:
    """Reads the sentences of one draft in order; `told` collects the values of the answer that have been said."""

    evidence: Evidence
    told: set[int] = field(default_factory=set)
    subject: Mention = field(default_factory=Mention)
    head: str = ""

    def accepts(self, sentence: str) -> bool:
        """Whether the sentence is supported; an unsupported one changes nothing."""
        verbatim = self.evidence.sentences.get(fold(sentence))
        if verbatim is not None:
            self.told |= verbatim
            self.subject, self.head = Mention(), ""
            return True
        found = tokens(sentence, self.evidence)
        if found is None:
            return False
        reading = Sentence(self.evidence, self.subject.branch(), self.head)
        try:
            reading.read(found)
        except Unsupported:
            return False
        self.told |= reading.told
        self.subject, self.head = reading.subject.branch(), reading.head
        return True

    def complete(self) -> bool:
        """Whether every value of the answer has been said."""
        return self.told >= self.evidence.wanted


@dataclass(slots=True)
class Sentence:
    """One sentence while it is read. `other`: what is compared with, or the whole of a share."""

    evidence: Evidence
    subject: Mention
    head: str
    told: set[int] = field(default_factory=set)
    other: Mention | None = None
    naming_other: bool = False
    sharing: bool = False
    inside: bool = False
    rising: bool | None = None
    spread: str = ""  # "each", "all" or "sum": how figures go to joined names
    given: int = 0
    last: tuple[Stated, ...] = ()
    before: Kind = Kind.STOP
    joined: bool = False
    kept: bool = False
    parts_due: bool = False

    def read(self, found: tuple[Token, ...]) -> None:
        if not _says_a_figure(found) and not {t.kind for t in found} <= {Kind.PLAIN, Kind.STOP}:
            raise Unsupported("names or relations without a figure")
        if next((t.kind for t in reversed(found) if t.kind is not Kind.STOP), Kind.STOP) in _GOING_ON:
            raise Unsupported("broken off")
        for n, token in enumerate(found):
            if self.rising is not None and token.kind not in (Kind.FIGURE, Kind.IS):
                raise Unsupported("a direction without its amount")
            self._token(token, found[n + 1 :])
            self.joined = self.joined and token.kind in (Kind.WITH, Kind.JOIN, Kind.PLAIN)
            self.before = token.kind
        if self.rising is not None or self.naming_other or self.sharing or self.parts_due:
            raise Unsupported("left open")
        self._end_of_spread()
        self._trailing()

    def _token(self, token: Token, rest: tuple[Token, ...]) -> None:
        match token.kind:
            case Kind.ITEM | Kind.DEPARTMENT | Kind.YEAR | Kind.STAGE:
                self._name(_NAMING[token.kind], token.value)
            case Kind.FIGURE:
                self._figure(token)
            case Kind.NONE:
                self._nought()
            case Kind.UP | Kind.DOWN:
                self.rising, self.naming_other = token.kind is Kind.UP, False
            case Kind.THAN:
                self._compare()
            case Kind.WITH if _compared_before_stop(rest):
                self._compare()
            case Kind.WITH | Kind.JOIN:
                self.joined = self.before in _NAMING_KINDS
            case Kind.COMPARED:
                self._compared()
            case Kind.SHARE:
                self._share()
            case Kind.PARTS:
                self._parts()
            case Kind.WITHIN if self.before is Kind.ITEM:
                self._parts()
            case Kind.EACH | Kind.ALL | Kind.SUM:
                self._spread(token.kind)
            case Kind.IS if self.before is Kind.FIGURE:
                raise Unsupported("what a figure is stands before it")
            case _:
                pass

    def _name(self, attribute: str, value: str) -> None:
        joined, self.joined = self.joined, False
        if self.naming_other and self.other is not None:
            self.other.name(attribute, value, joined=False)
            return
        if self.given and self.spread == "each":
            self._end_of_spread()
        joined = joined and attribute in self.subject.open
        if self.inside and attribute != "item" and self.subject.values.get(attribute, (value,)) != (value,):
            raise Unsupported("parts of one and figures of another")
        if attribute not in self.subject.open:
            self.other, self.spread = self.other if self.kept else None, ""
        self.subject.name(attribute, value, joined)
        if attribute == "item" and not self.inside:
            self.head = value

    def _compare(self) -> None:
        """比 A: A differs from the subject in what is named, and is like it in the rest."""
        if self.naming_other or self.sharing:
            raise Unsupported("two comparisons at once")
        self.other, self.naming_other = Mention(), True

    def _compared(self) -> None:
        if not self.naming_other or self.other is None or not self.other.values:
            raise Unsupported("compared with nothing")
        self.naming_other = False
        self.kept = not self.last  # 与A相比，B…: the subject is named behind it

    def _share(self) -> None:
        if self.naming_other or self.sharing or len(self.subject.values.get("item", ())) != 1:
            raise Unsupported("a share of what, by what")
        self.other, self.naming_other, self.sharing = Mention(), True, True

    def _parts(self) -> None:
        if not self.head:
            raise Unsupported("parts of nothing")
        self.inside = self.parts_due = True
        self.subject.open.discard("item")
        self.subject = Mention({a: v for a, v in self.subject.values.items() if a != "item"}, self.subject.open)

    def _spread(self, kind: Kind) -> None:
        groups = [a for a in _ATTRIBUTES if len(self.subject.values.get(a, ())) > 1 and a in self.subject.open]
        if not groups:
            if kind is not Kind.SUM:
                raise Unsupported("分别 of one thing")
            return
        self.spread = {Kind.EACH: "each", Kind.ALL: "all", Kind.SUM: "sum"}[kind]
        self.given = 0

    def _figure(self, token: Token) -> None:
        text = (token.value, token.unit)
        if self.before is Kind.FIGURE:
            raise Unsupported("two figures run together")
        if self.rising is not None:
            self._take([self._changes(n, text) for n in self._one(self.subject)])
            self.rising = None
            self.subject.open.clear()
            return
        if self.sharing and token.unit == "%":
            self._take([self._shares(n, text) for n in self._one(self.subject)])
            self.other, self.naming_other, self.sharing = None, False, False
            self.subject.open.clear()
            return
        if self.naming_other and self.other is not None:
            self._take([self._amounts(n, text) for n in self._one(Mention(self.subject.values | self.other.values))])
            self.other.open.clear()
            return
        self._amount(text)

    def _amount(self, text: tuple[str, str]) -> None:
        every = self.subject.single()
        if self.last and not self.subject.open and self.before is not Kind.STOP:
            raise Unsupported("another figure of the same thing")
        if self.spread == "each":
            groups = [v for v in self.subject.values.values() if len(v) > 1]
            if len(groups) != 1 or self.given >= len(every):
                raise Unsupported("分别 of what")
            self._take([self._amounts(every[self.given], text)])
            self.given += 1
            if self.given == len(every):
                self._closed()
            return
        if self.spread == "sum":
            self._take([self._totals(every, text)])
            self.head = self.last[0].of.item
        else:
            if len(every) > 1 and self.spread != "all":
                raise Unsupported("one figure for several things")
            self._take([self._amounts(n, text) for n in every])
        self._closed()

    def _closed(self) -> None:
        """The names have got their figures; of joined ones none is carried on."""
        self.spread, self.given = "", 0
        self.subject.open.clear()
        self.subject.values = {a: v for a, v in self.subject.values.items() if len(v) == 1}

    def _nought(self) -> None:
        if self.rising is not None or self.naming_other:
            raise Unsupported("nothing of what")
        zeros = [tuple(s for s in self._said("amount", n) if ("0", _unit(s)) in s.texts) for n in self.subject.single()]
        self._take(zeros)
        self._closed()

    def _end_of_spread(self) -> None:
        if self.spread == "each" and self.given:
            raise Unsupported("fewer figures than things")

    def _trailing(self) -> None:
        """Names behind the last figure must be that figure's own; names without any figure say nothing checkable."""
        if self.subject.open and not self.last:
            raise Unsupported("names without a figure")
        for attribute in self.subject.open:
            for named in self.subject.single():
                if not any(fits(s.of, {attribute: named[attribute]}) for s in self.last):
                    raise Unsupported("a figure given to another")

    @staticmethod
    def _one(mention: Mention) -> tuple[dict[str, str], ...]:
        every = mention.single()
        if len(every) != 1:
            raise Unsupported("one figure for several things")
        return every

    def _take(self, each: list[tuple[Stated, ...]]) -> None:
        """Every figure must be stated, and by its names only one thing's."""
        for found in each:
            if not found or len({(s.of, s.other) for s in found}) > 1:
                raise Unsupported("not stated, or of several things")
            if self.inside and not self.naming_other and not self._is_part(found[0].of):
                raise Unsupported("no part of it")
            self.told |= {n for s in found for n in s.answers}
        self.last = each[-1]
        self.parts_due = False

    def _is_part(self, of: Of) -> bool:
        wholes = (whole for part, whole in self.evidence.parts if part == of)
        return any(whole.item == self.head for whole in wholes)

    def _said(self, kind: str, named: dict[str, str]) -> tuple[Stated, ...]:
        """Everything stated of what is named; the item must be, the rest may be left out where nothing else fits."""
        own = [(s.of.department, s.of.year, s.of.stage) for s in self.evidence.stated]
        several = (a for a, v in zip(_ATTRIBUTES[1:], zip(*own, strict=True), strict=True) if len(set(v)) > 1)
        if not {"item", *several} <= named.keys():
            raise Unsupported("of which of several is not said")
        usable = (s for s in self.evidence.stated if s.kind == kind and (self.inside or not s.only_part))
        return tuple(s for s in usable if fits(s.of, named))

    def _amounts(self, named: dict[str, str], text: tuple[str, str]) -> tuple[Stated, ...]:
        said = self._said("amount", named)
        if len({s.of for s in said}) > 1:
            raise Unsupported("which of them is not said")
        return tuple(s for s in said if text in s.texts)

    def _changes(self, named: dict[str, str], text: tuple[str, str]) -> tuple[Stated, ...]:
        said = [s for kind in ("change", "rate") for s in self._said(kind, named)]
        said = [s for s in said if (s.kind == "rate") == (text[1] == "%")]
        if self.other is not None:
            bases = self._like(named)
            said = [s for s in said if s.other is not None and any(fits(s.other, b) for b in bases)]
        if len({(s.of, s.other) for s in said}) > 1:
            raise Unsupported("compared with what is not said")
        return tuple(s for s in said if s.rising is self.rising and text in s.texts)

    def _shares(self, named: dict[str, str], text: tuple[str, str]) -> tuple[Stated, ...]:
        wholes = self._like(named)
        said = self._said("share", named)
        return tuple(s for s in said if s.other and any(fits(s.other, w) for w in wholes) and text in s.texts)

    def _totals(self, every: tuple[dict[str, str], ...], text: tuple[str, str]) -> tuple[Stated, ...]:
        for parts, total in self.evidence.sums:
            each = [[p for p in parts if fits(p, named)] for named in every]
            if all(len(p) == 1 for p in each) and {p[0] for p in each} == parts and text in total.texts:
                return (total,)
        return ()

    def _like(self, named: dict[str, str]) -> list[dict[str, str]]:
        """What is compared with: as named, and like the subject in the rest."""
        return [named | other for other in self.other.single()] if self.other is not None else []


_GOING_ON = (Kind.JOIN, Kind.WITH, Kind.IS, Kind.SUM, Kind.ALL, Kind.EACH, Kind.WITHIN)
"""No whole sentence ends with these; one that a broken stream cut off may."""
_NAMING_KINDS = frozenset(_NAMING)


def _says_a_figure(found: tuple[Token, ...]) -> bool:
    return any(t.kind in (Kind.FIGURE, Kind.NONE) for t in found)


def _unit(stated: Stated) -> str:
    return next((u for _, u in stated.texts), "")


def _compared_before_stop(rest: tuple[Token, ...]) -> bool:
    for token in rest:
        if token.kind is Kind.COMPARED:
            return True
        if token.kind is Kind.STOP:
            return False
    return False
