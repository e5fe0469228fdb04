"""Subjects of prose figures linked to vocabulary concepts and to the codes of the document's own tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.claims.clauses import plain_subject, without_stage
from indexer.claims.words import claim_words, flat
from indexer.text import fold
from indexer.types import Fact
from indexer.vocabulary import vocabulary

_PROJECT = "project.item"
_SHORTEST_INNER = 3
_LONGEST_SUBJECT = 200
_CLASSIFIED = ("func.", "econ.")
_PRINTED_CODE = re.compile(r"^(2\d{6}|2\d{4}|2\d{2})(?=[^\d.,])")
_HYPHENS = re.compile(r"[-—–]{1,2}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure speaks of. `concepts` has two entries where one figure states income and expenditure."""

    text: str
    concepts: tuple[str, ...] = ()
    code: str = ""
    fund: str = ""

    @property
    def families(self) -> frozenset[str]:
        return frozenset(concept.split(".")[0] for concept in self.concepts)


class Linker:
    """Links the subjects of one document."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._names: dict[str, str] = {}
        self._codes: dict[str, list[str]] = defaultdict(list)
        own = {f.code: f.item for f in facts if f.concept.startswith("func.") and len(f.code) in (3, 5, 7)}
        for code, name in ({**vocabulary().functions, **own}).items():
            self._names[code] = _name_key(name)
        for code in (*own, *(c for c in vocabulary().functions if c not in own)):
            self._codes[self._names[code]].append(code)
        self._own = frozenset(own)
        self._projects = frozenset(fold(f.item) for f in facts if f.concept == _PROJECT and len(f.item) > 3)

    def link(self, text: str, families: frozenset[str] = frozenset(), parents: Sequence[Subject] = ()) -> Subject:
        """A subject's words with their concepts and code. `families`: families of concepts spoken of nearby."""
        text = flat(text)
        shown = without_stage(plain_subject(text)).translate(_SHOWN)
        fund = fund_of(text)
        if code := self._function_code(text):
            return Subject(shown, (f"func.{code}",), code, fund)
        if claim_words().function_path.search(text) or len(_HYPHENS.findall(text)) == 2:
            return Subject(shown, (), "", fund)
        for pattern, concept in claim_words().amount_words:
            if pattern.search(text):
                return Subject(plain_subject(text).translate(_SHOWN), (concept,), "", fund)
        if fold(shown) in self._projects:
            return Subject(shown, (_PROJECT,), "", fund)
        if both := self._both_sides(text, fund):
            return Subject(shown, both, "", fund)
        concepts = _on_its_side(self._by_label(plain_subject(text), families, parents), shown)
        return Subject(shown, concepts, _code_of(concepts), fund)

    def _both_sides(self, text: str, fund: str) -> tuple[str, ...]:
        words = claim_words()
        match = words.both_sides.search(text)
        if match and not words.neutral.sub("", _BOTH_REST.sub("", text[match.end() :])):
            return words.both_concepts.get(fund, ())
        parts = [part for part in re.split("[、和及与]", text) if part]
        sides = tuple(side for part in parts for side in self._side(part))
        return sides if len(parts) == len(sides) == 2 else ()

    def _side(self, text: str) -> tuple[str, ...]:
        return tuple(c for c in vocabulary().concepts_of_label(text) if c in ("income.total", "expenditure.total"))[:1]

    def _by_label(self, text: str, families: frozenset[str], parents: Sequence[Subject]) -> tuple[str, ...]:
        tail = text.rpartition("的")[2]
        for candidate in dict.fromkeys((text, without_stage(text), tail, without_stage(tail))):
            if found := self._exact(candidate, families):
                return found
        for candidate in dict.fromkeys((tail, without_stage(tail), text)):
            if found := self._inside(candidate, families):
                return found
        for parent in parents:
            if found := self._child(without_stage(text), parent):
                return found
        return ()

    def _exact(self, text: str, families: frozenset[str]) -> tuple[str, ...]:
        if not text or not _allowed(text, families):
            return ()
        for pattern, concept in claim_words().phrases:
            if pattern.search(text):
                return (concept,)
        found = vocabulary().concepts_of_label(text)
        named = [c for c in found if not c.startswith(_CLASSIFIED) and c != "total"]
        near = [c for c in named if c.split(".")[0] in families]
        if named:
            return ((near or named)[0],)
        own = [c for c in found if c.startswith("func.") and c[5:] in self._own]
        econ = [c for c in found if c.startswith("econ.")]
        classes = [c for c in found if len(c) == len("func.201") and c.startswith("func.")]
        for best in (own if not econ else [], econ if not own else [], classes):
            if len(best) == 1:
                return tuple(best)
        return ()

    def _inside(self, text: str, families: frozenset[str]) -> tuple[str, ...]:
        """The longest known label in a text of which nothing but neutral words is left."""
        if len(text) > _LONGEST_SUBJECT:  # every span of it would be tried
            return ()
        neutral = claim_words().neutral
        starts = [i for i in range(len(text)) if not neutral.sub("", text[:i])]
        ends = [i for i in range(len(text), 0, -1) if not neutral.sub("", text[i:])]
        spans = [(start, end) for start in starts for end in ends if end - start >= _SHORTEST_INNER]
        for start, end in sorted(spans, key=lambda span: (span[0] - span[1], -span[0])):
            found = [c for c in self._exact(text[start:end], families) if not c.startswith(_CLASSIFIED)]
            if found and not _is_fund(found[0]):
                return tuple(found)
        return ()

    def _child(self, text: str, parent: Subject) -> tuple[str, ...]:
        """The one part of a parent concept whose labels contain the words."""
        word = re.sub(r"(?:类|支出|费用?|经费|金额)$", "", fold(text)) or fold(text)
        if len(claim_words().neutral.sub("", word)) < 2:
            return ()
        concepts = vocabulary().concepts
        found = [
            c.id
            for c in concepts.values()
            if c.parent in parent.concepts and any(word in fold(label) for label in (c.name, *c.labels))
        ]
        return (found[0],) if len(found) == 1 else ()

    def _function_code(self, text: str) -> str:
        """The code that a subject prints or that its names lead to, "" for none."""
        if (match := _PRINTED_CODE.match(text)) and (printed := match.group(1)) in self._names:
            return printed
        names = [m.group("l") for m in claim_words().function_path.finditer(text)]
        kinds = [m.group("kind") for m in claim_words().function_path.finditer(text)]
        if not names and (named := _NAMED_ITEM.match(text)):
            held = [c for c in self._codes.get(_name_key(named.group(1)), ()) if c in self._own]
            if len(held) == 1:
                return held[0]
        if not names:
            parts = _HYPHENS.split(plain_subject(text))
            if len(parts) != 3:
                return ""
            names, kinds = [re.sub('[”"].*$', "", part) for part in parts], ["类", "款", "项"]
        keys = dict(zip(kinds, (_name_key(_QUOTES.sub("", name)) for name in names), strict=True))
        length = 7 if "项" in keys else 5 if "款" in keys else 3
        own = keys["项" if length == 7 else "款" if length == 5 else "类"]
        candidates = [code for code in self._codes.get(own, ()) if len(code) == length]
        scored = sorted(candidates, key=lambda code: -self._score(code, keys))
        if not scored or (len(keys) > 1 and self._score(scored[0], keys) < 2):
            return ""
        return scored[0]

    def _score(self, code: str, keys: dict[str, str]) -> float:
        ancestors = {"类": code[:3], "款": code[:5], "项": code}
        same = sum(self._names.get(ancestors[kind]) == key for kind, key in keys.items())
        return same + (0.5 if code in self._own else 0.0)


_QUOTES = re.compile(r'["“”、]|科目$')
_NAMED_ITEM = re.compile('^[“"]([^”"]+)[”"](?:支出)?科目$')
"""“学前教育”科目: an item of the document's own, by its name alone."""
_SHOWN = str.maketrans("():", "（）：")
_BOTH_REST = re.compile(r"总|预|决|算|计|数|均|为|额")


def _name_key(name: str) -> str:
    """A classification name as compared: folded, without 支出 at the end."""
    key = re.sub("[（）()]", "", fold(name))
    return key.removesuffix("支出") if len(key) > 4 else key


def _allowed(text: str, families: frozenset[str]) -> bool:
    key = fold(text)
    return not any(key in labels and family not in families for family, labels in claim_words().family_labels.items())


def _is_fund(concept: str) -> bool:
    return concept in ("income.grant", "income.general", "income.gov_fund", "income.state_capital")


def _on_its_side(concepts: tuple[str, ...], text: str) -> tuple[str, ...]:
    """A fund's expenditure where its words end in 支出, its income where they end in 收入."""
    wanted = "expenditure" if text.endswith("支出") else "income" if text.endswith("收入") else ""
    if not concepts or not wanted:
        return concepts
    side, _, name = concepts[0].partition(".")
    other = f"{wanted}.{name}"
    swap = side in ("income", "expenditure") and side != wanted and other in vocabulary().concepts
    return (other,) if swap else concepts


def _code_of(concepts: Sequence[str]) -> str:
    first = concepts[0] if concepts else ""
    return first.partition(".")[2] if first.startswith(_CLASSIFIED) else ""


def fund_of(text: str) -> str:
    """The fund that words name, "" for none."""
    return next((fund for fund, pattern in claim_words().funds.items() if pattern.search(text)), "")
