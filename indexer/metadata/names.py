"""Names of public bodies: their region and the short forms that people use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class NameWords:
    """The lists of words.yaml."""

    bodies: tuple[str, ...]
    name_labels: tuple[str, ...]
    name_tails: tuple[re.Pattern[str], ...]
    own_office: re.Pattern[str]
    doc_types: dict[str, re.Pattern[str]]
    scopes: dict[str, re.Pattern[str]]
    not_regions: frozenset[str]
    dropped: tuple[str, ...]
    peoples: tuple[str, ...]
    weak: tuple[str, ...]
    joiners: tuple[str, ...]
    contractions: dict[str, tuple[str, ...]]
    suffixes: dict[str, tuple[str, ...]]
    place_suffixes: frozenset[str]
    settled: dict[str, tuple[str, ...]]


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))


@lru_cache(maxsize=1)
def name_words() -> NameWords:
    """The vocabulary of names, read once."""
    raw = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text("utf-8"))
    return NameWords(
        bodies=tuple(raw["bodies"]),
        name_labels=tuple(raw["name_labels"]),
        name_tails=tuple(re.compile(p) for p in raw["name_tails"]),
        own_office=re.compile(raw["own_office"]),
        doc_types={name: _either(p) for name, p in raw["doc_types"].items()},
        scopes={name: _either(p) for name, p in raw["scopes"].items()},
        not_regions=frozenset(raw["not_regions"]),
        dropped=tuple(raw["dropped"]),
        peoples=tuple(raw["peoples"]),
        weak=tuple(raw["weak"]),
        joiners=tuple(raw["joiners"]),
        contractions={k: tuple(v) for k, v in raw["contractions"].items()},
        suffixes={k: tuple(v) for k, v in sorted(raw["suffixes"].items(), key=lambda kv: -len(kv[0]))},
        place_suffixes=frozenset(raw["place_suffixes"]),
        settled={k: tuple(v) for k, v in sorted(raw["settled"].items(), key=lambda kv: -len(kv[0]))},
    )


_PROVINCE = re.compile(r"[一-鿿]{1,8}?(?:特别行政区|自治区|省)")
_CITY = re.compile(r"[一-鿿]{1,9}?(?:自治州|州(?![市区县])|地区|市(?![场容民政])|盟)")
_COUNTY = re.compile(r"[一-鿿]{1,9}?(?:自治县|自治旗|县|区|旗|市(?![场容民政]))")


def region_of(name: str) -> str:
    """The regions at the head of a name ("北京市海淀区", "云南省"), "" where there is none.

    The last region never takes the whole name, and words like 城市 or 社区 are no region.
    """
    end = start = 2 if name.startswith("中共") else 0
    for pattern in (_PROVINCE, _CITY, _COUNTY):
        match = pattern.match(name, end)
        if match is None or match.end() >= len(name) - 1:
            continue
        found = match.group()
        if any(found.endswith(word) for word in name_words().not_regions) or found[0] in "省市区县":
            continue
        if end > start and re.search(r"[局委办厅会院]", found):
            continue
        end = match.end()
    return name[start:end]


def aliases_of(department: str, printed: Iterable[str] = ()) -> tuple[str, ...]:
    """Short forms of a body's name, the likeliest first: region dropped, government dropped, words contracted.

    `printed` are the abbreviations that the document itself introduces (简称…).
    """
    region = region_of(department)
    core = department.split(region, 1)[-1] if region else department
    core = name_words().own_office.sub("", core) or core
    if match := _YOUTH_LEAGUE.match(department):
        place, level = match.groups()
        return (*printed, f"团{level}委", f"共青团{place}{level}委", f"{place}团{level}委", "共青团", "团委")
    settled = (*_settled_forms(core), *_party_forms(department), *_numbered_forms(core))
    shorts = tuple(dict.fromkeys((core, *(settled or _contracted(_without_government(core))))))
    found = [*printed, *shorts]
    for place in _place_forms(region):
        found += [place + short for short in shorts]
    generic = set(name_words().suffixes)
    kept = (alias for alias in found if len(alias) > 1 and alias not in generic and alias != department)
    return tuple(dict.fromkeys(kept))


def _place_forms(region: str) -> tuple[str, ...]:
    """Ways to say the region before a short name: the last region, its bare name, its level (市, 区, 省)."""
    if not region:
        return ()
    last = region
    for pattern in (_PROVINCE, _CITY):
        match = pattern.match(last)
        if match and match.end() < len(last):
            last = last[match.end() :]
    level = re.search(r"(省|市|区|县|旗|州|盟)$", last)
    peoples = "|".join(name_words().peoples)
    bare = re.sub(rf"(?:{peoples})*(?:自治区|自治州|自治县|自治旗|地区|省|市|州|区|县|旗|盟)$", "", last)
    return tuple(dict.fromkeys(p for p in (region, last, bare, level.group() if level else "") if p))


def _without_government(core: str) -> str:
    """A name without 人民政府 and the like, as people say it."""
    for word in name_words().dropped:
        if word in core and len(core) > len(word) + 2:
            core = core.replace(word, "")
    return core


def _settled_forms(core: str) -> Iterator[str]:
    for name, shorts in name_words().settled.items():
        if core.endswith(name):
            head = core[: -len(name)]
            yield from (head + short for short in shorts)
            return


_YOUTH_LEAGUE = re.compile(r"^(?:中国)?(?:共青团|共产主义青年团)(.+?)([省市州区县旗])委员会$")
_PARTY = re.compile(r"^(?:中共|中国共产党).+?[省市州区县旗]委(?:员会)?(.{2,})$")
_NUMBERED = re.compile(
    r"^(.*?)第([一二三四五六七八九十]+|\d+)(实验)?(高级中学|初级中学|中学|小学|人民医院|医院|幼儿园)$"
)
_SCHOOLS = {
    "中学": "中",
    "高级中学": "中",
    "初级中学": "中",
    "小学": "小",
    "人民医院": "院",
    "医院": "院",
    "幼儿园": "幼",
}


def _party_forms(department: str) -> Iterator[str]:
    """宣传部 for 中共某市委宣传部."""
    if match := _PARTY.match(department):
        yield match.group(1)


def _numbered_forms(core: str) -> Iterator[str]:
    """一中 for 第一中学, 三小 for 第三小学."""
    if match := _NUMBERED.match(core):
        head, number, trial, kind = match.groups()
        yield f"{head}{number}{'实' if trial else ''}{_SCHOOLS[kind]}"


def _contracted(name: str) -> Iterator[str]:
    words = name_words()
    yield name
    suffix = next((s for s in words.suffixes if name.endswith(s) and len(name) > len(s) + 1), None)
    if suffix is None:
        return
    for ending in words.suffixes[suffix]:
        stem = name[: -len(suffix)]
        for short in (stem,) if suffix in words.place_suffixes else _stems(stem):
            yield short + ending


def _stems(stem: str) -> Iterator[str]:
    """Shortened stems: weak words dropped, the first word, and the first characters of the joined words.

    Names are built of words of two characters, so 自然资源 counts as 自然 + 资源.
    """
    words = name_words()
    yield stem
    for long, shorts in words.contractions.items():
        if long in stem:
            yield from (stem.replace(long, short) for short in shorts)
    for word in words.weak:
        if stem.endswith(word) and len(stem) > len(word) + 1:
            stem = stem[: -len(word)]
            yield stem
    parts = [p for p in re.split("|".join(map(re.escape, words.joiners)), stem) if p]
    pairs = [part[i : i + 2] for part in parts for i in range(0, len(part), 2)]
    if len(pairs) < 2 or (len(parts) < 2 and any(len(pair) < 2 for pair in pairs)):
        return
    yield "".join(part[0] for part in parts) if len(parts) > 1 else pairs[0][0] + pairs[1][0]
    yield pairs[0][0] + pairs[-1][0]
    yield pairs[0] + pairs[-1]
    if len(pairs) == 3:
        yield from (pairs[1][0] + pairs[2][0], "".join(pair[0] for pair in pairs))
    yield pairs[0]
