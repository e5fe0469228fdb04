"""A layout's outline and a department's figures to prose blocks; `{…}` in the text are figures and words.

`{key}` an amount with its unit, `{n:key}` without it, `{count:key}` a number, `{delta:key}` 增加…万元,
`{change:key}` the same with rate and reason, `{when:key}` as a clause of its own, `{share:a/b}` and `{done:key}`
percentages, `{gap:key}` why final accounts differ from the budget, `{word}` a word of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from eval.generate.blocks import Mark
from eval.generate.figures import Data
from eval.generate.numbers import change_words, money, rounded
from eval.generate.tables import Setting

_PLACE = re.compile(r"\{([^{}]+)\}")


class Writer:
    """Fills templates; `unit` and `places` as the layout prints amounts in prose."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.facts = setting, setting.figures.facts
        self.unit: str = setting.layout["prose_unit"]
        self.places: int = setting.layout.get("prose_places", 2)
        self.reasons: Data = setting.data.get("reasons", {})
        self.used: dict[str, Decimal] = {}

    def write(self, template: str) -> tuple[str, tuple[Mark, ...]]:
        """The text and where its figures stand. Raises KeyError for a name that nobody knows."""
        text, marks, last = "", [], 0
        for place in _PLACE.finditer(template):
            text += template[last : place.start()]
            for key, piece in self._pieces(place.group(1)):
                if key:
                    marks.append(Mark(len(text), key))
                text += piece
            last = place.end()
        return text + template[last:], tuple(marks)

    def _pieces(self, name: str) -> Iterable[tuple[str, str]]:
        if name in self.setting.words:
            return (("", self.setting.words[name]),)
        kind, _, rest = name.rpartition(":")
        return getattr(self, "_" + (kind or "amount"))(rest)  # type: ignore[no-any-return]

    def _value(self, key: str) -> Decimal:
        if key not in self.facts and not key.startswith(("func.", "econ.", "proc.", "bud.", "prev.")):
            raise KeyError(key)
        return self.facts.get(key, Decimal(0))

    def _say(self, value: Decimal) -> str:
        return money(abs(value), self.unit, self.places) + self.unit

    def _keep(self, key: str, value: Decimal) -> str:
        self.used[key] = value
        return key

    def _amount(self, key: str) -> Iterable[tuple[str, str]]:
        return ((key, self._say(self._value(key))),)

    def _n(self, key: str) -> Iterable[tuple[str, str]]:
        return ((key, money(self._value(key), self.unit, self.places)),)

    def _count(self, key: str) -> Iterable[tuple[str, str]]:
        return ((key, f"{self._value(key):f}"),)

    def _delta(self, key: str) -> Iterable[tuple[str, str]]:
        now, before = self._value(key), self._value("prev." + key)
        word = change_words(now, before)
        if word == "持平":
            return (("", "与上年持平"),)
        return (("", word), (self._keep("delta." + key, now - before), self._say(now - before)))

    def _change(self, key: str) -> Iterable[tuple[str, str]]:
        now, before = self._value(key), self._value("prev." + key)
        pieces = [*self._delta(key)]
        if now != before and before:
            rate = rounded((now - before) / before * 100, 2)
            pieces += [
                ("", f"，{'增长' if rate > 0 else '下降'}"),
                (self._keep("rate." + key, rate), f"{abs(rate):f}%"),
            ]
        elif now != before:
            pieces.append(("", "，上年无此项安排"))
        reason = self.reasons.get(key)
        if reason and now != before:
            pieces.append(("", f"，主要是{reason}"))
        return pieces

    def _when(self, key: str) -> Iterable[tuple[str, str]]:
        """The change against last year as a clause of its own."""
        if self._value(key) == self._value("prev." + key):
            return (("", "与上年持平"),)
        return (("", "比上年"), *self._change(key))

    def _share(self, keys: str) -> Iterable[tuple[str, str]]:
        part, whole = keys.split("/")
        value = rounded(self._value(part) / self._value(whole) * 100, 2)
        return ((self._keep(f"share.{keys}", value), f"{value:f}%"),)

    def _done(self, key: str) -> Iterable[tuple[str, str]]:
        planned = self._value("bud." + key)
        if not planned:
            return (("", "年初没有安排预算"),)
        value = rounded(self._value(key) / planned * 100, 2)
        return (("", "完成年初预算的"), (self._keep("done." + key, value), f"{value:f}%"))

    def _gap(self, key: str) -> Iterable[tuple[str, str]]:
        """Why the final figure differs from the budget, or that it does not."""
        now, planned = self._value(key), self._value("bud." + key)
        if now == planned:
            return (("", "决算数与年初预算数一致"),)
        word = "大于" if now > planned else "小于"
        reason = self.reasons["gap." + key.replace(".gp", ".total")]
        return (("", f"决算数{word}年初预算数的主要原因是{reason}"),)
