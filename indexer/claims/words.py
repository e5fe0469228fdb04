"""The patterns of words.yaml, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, ord("﹪"): ord("%")}
_NUMBER = r"(?<![\d.A-Za-z])(?<!\d,)(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?!\d)"


def flat(text: str) -> str:
    """Text with full-width forms as ASCII, character by character, so that offsets stay."""
    return text.translate(_FULL_WIDTH)


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """Compiled patterns and tables; see words.yaml for what each holds."""

    figure: re.Pattern[str]
    bare_rate: re.Pattern[str]
    unchanged: re.Pattern[str]
    money_units: frozenset[str]
    threshold_after: re.Pattern[str]
    threshold_before: re.Pattern[str]
    verb: re.Pattern[str]
    decrease: frozenset[str]
    comparison: re.Pattern[str]
    same_year_base: re.Pattern[str]
    year_on_year: re.Pattern[str]
    stages: tuple[tuple[re.Pattern[str], str], ...]
    stage_only: re.Pattern[str]
    stage_pair: re.Pattern[str]
    closing: re.Pattern[str]
    opening: re.Pattern[str]
    of_which: re.Pattern[str]
    holds: re.Pattern[str]
    parent_in: re.Pattern[str]
    reason: re.Pattern[str]
    purpose: re.Pattern[str]
    list_of_uses: re.Pattern[str]
    as_of: re.Pattern[str]
    year_end: re.Pattern[str]
    neutral: re.Pattern[str]
    funds: MappingProxyType[str, re.Pattern[str]]
    both_sides: re.Pattern[str]
    both_concepts: MappingProxyType[str, tuple[str, ...]]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    family_labels: MappingProxyType[str, frozenset[str]]
    counts: MappingProxyType[str, dict[str, str]]
    count_words: tuple[tuple[re.Pattern[str], str], ...]
    amount_words: tuple[tuple[re.Pattern[str], str], ...]
    heading_item: re.Pattern[str]
    self_scored: re.Pattern[str]
    chapter: re.Pattern[str]
    heading_tail: re.Pattern[str]
    function_path: re.Pattern[str]


_PLAIN = (
    "unchanged", "threshold_after", "threshold_before", "same_year_base", "year_on_year", "stage_only", "stage_pair",
    "closing", "opening", "of_which", "holds", "parent_in", "reason", "purpose", "list_of_uses", "as_of", "year_end", "both_sides",
    "heading_item", "self_scored", "chapter", "heading_tail", "function_path",
)  # fmt: skip


@lru_cache(maxsize=1)
def claim_words() -> ClaimWords:
    """The vocabulary of prose figures."""
    raw: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text("utf-8"))
    changes = "|".join(sorted((*raw["increase"], *raw["decrease"]), key=len, reverse=True))
    units = "|".join((*raw["money_units"], r"万(?=[\(,;。)])", *raw["percent"], *raw["count_units"]))
    rate_verbs = "增长|下降|上升|降低"
    compared = rf"(?P<base>{raw['last_year']}|20\d\d年度?(?:\([^)]*\))?)"
    pairs: dict[str, Any] = {
        name: tuple((re.compile(p), v) for p, v in raw[name]) for name in ("stages", "count_words", "amount_words")
    }
    plain: dict[str, Any] = {name: re.compile(raw[name]) for name in _PLAIN}
    return ClaimWords(
        figure=re.compile(rf"(?P<sign>(?<![\d年月.])[-−])?(?P<number>{_NUMBER})\s*(?P<unit>{units})"),
        bare_rate=re.compile(rf"(?<=(?:{rate_verbs}))(?P<sign>-)?(?P<number>{_NUMBER})(?=[,;。)])"),
        money_units=frozenset(raw["money_units"]),
        verb=re.compile(rf"(?P<verb>{changes}){raw['verb_tail']}"),
        decrease=frozenset(raw["decrease"]),
        comparison=re.compile(rf"{raw['comparison']}{compared}{raw['comparison_tail']}"),
        neutral=re.compile("|".join(sorted(map(re.escape, raw["neutral"]), key=len, reverse=True))),
        funds=MappingProxyType({fund: re.compile(p) for fund, p in raw["funds"].items()}),
        both_concepts=MappingProxyType({k: tuple(v) for k, v in raw["both_concepts"].items()}),
        phrases=tuple((re.compile(p), concept) for p, concept in raw["phrases"].items()),
        family_labels=MappingProxyType({k: frozenset(v) for k, v in raw["family_labels"].items()}),
        counts=MappingProxyType(raw["counts"]),
        **pairs,
        **plain,
    )
