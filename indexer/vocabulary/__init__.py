"""The words of Chinese government budgets: what documents print and what citizens say.

The code lists follow one year's national classification (named in their first lines). They are an aid for linking
words to meanings and never a filter: what a document prints wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from indexer.vocabulary import load
from indexer.vocabulary.labels import forms, open_key, shortened, stem
from indexer.vocabulary.model import Concept, KindWords, Measure

__all__ = ["Concept", "KindWords", "Measure", "Vocabulary", "open_key", "vocabulary"]

_NEUTRAL = "neutral"
_FUNCTION_KINDS = ("income_total", "expense_total", "general_public", "gov_fund", "state_capital", "grant_balance")


def _index(entries: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, labels in entries:
        for label in labels:
            ids = found.setdefault(open_key(label), [])
            if key not in ids:
                ids.append(key)
    return {key: tuple(ids) for key, ids in found.items()}


_LONGEST_LABEL = 100
"""Characters; what is longer is text, and taking endings off it would take long."""


class Vocabulary:
    """Concepts, measures, table kinds and code lists, with exact matching of printed labels.

    `functions` and `economics` map codes to official names; `concepts` holds them too, as `func.<code>` and
    `econ.<code>`.
    """

    def __init__(
        self,
        concepts: Mapping[str, Concept],
        measures: Mapping[str, Measure],
        kinds: Mapping[str, KindWords],
    ) -> None:
        self.concepts: Mapping[str, Concept] = MappingProxyType(dict(concepts))
        self.measures: Mapping[str, Measure] = MappingProxyType(dict(measures))
        self.kinds: Mapping[str, KindWords] = MappingProxyType(dict(kinds))
        self.functions: Mapping[str, str] = self._codes("func.")
        self.economics: Mapping[str, str] = self._codes("econ.")
        self._labels = _index((c.id, (c.name, *c.labels)) for c in self.concepts.values())
        self._stems: dict[str, tuple[str, ...]] = {}
        for key, ids in self._labels.items():
            short = stem(key)
            self._stems[short] = tuple(dict.fromkeys(self._stems.get(short, ()) + ids))
        self._headings = _index((m.id, m.labels) for m in self.measures.values())
        self._longest = max(map(len, self._headings), default=0)
        self._titles = {k: tuple(re.compile(p) for p in entry.titles) for k, entry in self.kinds.items()}

    def _codes(self, prefix: str) -> Mapping[str, str]:
        return MappingProxyType({c.code: c.name for c in self.concepts.values() if c.id.startswith(prefix)})

    def concepts_of_label(self, label: str) -> tuple[str, ...]:
        """Ids of the concepts that a printed label names, () where none is known.

        Exact without numbering, 其中：, spaces, quotes, brackets and years; then with endings (支出, 费, 合计 …) taken
        off both sides. Several ids come back where one name serves several codes (住房公积金).
        """
        if len(label) > _LONGEST_LABEL:
            return ()
        keys = forms(label)
        for key in keys:
            if key in self._labels:
                return self._labels[key]
        for key in keys:
            if (short := stem(key)) in self._stems:
                return self._stems[short]
        return ()

    def measures_of_label(self, label: str) -> tuple[str, ...]:
        """Ids of the measures that a column heading names, in their order; () where it says nothing.

        A heading made of several known words gives them all ("一般公共预算基本支出" -> fund.general, basic). Neutral
        words (收入, 支出, 项目 …) give nothing.
        """
        for key in forms(label):
            for shorter in (key, *shortened(key)):
                ids = self._headings.get(shorter) or self._composed(shorter)
                if ids:
                    return tuple(i for i in ids if i != _NEUTRAL)
        return ()

    def _composed(self, key: str) -> tuple[str, ...]:
        """Measures of a heading that is covered whole by known headings, fewest pieces first."""
        best: list[tuple[str, ...] | None] = [()] + [None] * len(key)
        pieces = [0] + [len(key) + 1] * len(key)
        for end in range(1, len(key) + 1):
            for start in range(max(0, end - self._longest), end):
                before, ids = best[start], self._headings.get(key[start:end])
                if before is not None and ids and end - start > 1 and pieces[start] + 1 < pieces[end]:
                    best[end], pieces[end] = (*before, *ids), pieces[start] + 1
        found = tuple(dict.fromkeys(best[-1] or ()))
        telling = tuple(i for i in found if i not in (_NEUTRAL, "total"))
        return telling or (("total",) if "total" in found else found)

    def kind_of_title(self, title: str) -> str:
        """The table kind that a title names, "" where none is recognised."""
        key = open_key(title)
        for kind, patterns in self._titles.items():
            if any(p.search(key) for p in patterns):
                return kind
        return ""


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once."""
    concepts = load.named_concepts()
    concepts |= load.classification("functions.csv", "func", _FUNCTION_KINDS)
    concepts |= load.classification("economics.csv", "econ", ("basic_economic",))
    return Vocabulary(concepts, load.measures(), load.table_kinds())
