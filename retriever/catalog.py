"""What is held: bodies, years and types; and which of them a question names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from indexer.metadata.names import region_of
from indexer.text import fold
from indexer.types import DocType, DocumentInfo, Scope
from retriever.homophones import sounds
from retriever.units import is_unit

_HEAD_OFFICE = re.compile(r"[（(]?(?:局|机关|厅|委|办)?本级[)）]?$|[（(]本部[)）]$")
_GENERIC_REGION = re.compile(r"^(?:全|本|我|咱)?[省市区县](?=.{2})")
_ORGAN = re.compile(
    r"(?:(?:政府|府)办公室|(?:政府|府)办|委员会|管理局|办公室|办事处|管理处|联合会|工商联|局|厅|委(?!托|员)|街道办?|法院|检察院|科协|文联|妇联|残联|团委|总工会|(?<=[省市区县])政协|(?<=[省市区县])人大|党校|档案馆|图书馆|博物馆|公安|镇政府|乡政府|[区县市]政府(?!办))"
)
_BOUNDARY = re.compile(
    r"[^\u4e00-\u9fff]|[底末度的年和与比在跟及同把给对从去到请帮问是]|今年|去年|上年|换成|那么|查|看"
)
_NOT_ORGANS = {"当局", "布局", "格局", "结局", "各委", "全局"}
_ASKING = re.compile(r"^(?:哪|几|这|那|各|每|有|某|什么|多少)")
_PLANNED = re.compile(
    "[几多]个|[一两二三四五六七八九十][个台座条辆家套栋]|多少|计划|新建|改建|扩建|哪个|哪家|哪些|内设|下设|设有|部门(?=.)"
)
_TALK = re.compile("^.*(?:知道|想问|请问|了解|听说|搬来|来到|住在?|关于|那个|这个|人说|据说|核实|核对|占|算算|看看)")
"""What leads up to a name in a sentence."""
_SHORTEST_REGION = 2
_GENERIC_WORD = re.compile(r"^(?:全|本|我|该|各|咱|咱们|我们)[省市区县州旗]$")
_REGION_BEFORE = re.compile(r"([\u4e00-\u9fff]{1,6}[省市区县州旗])$")


@dataclass(frozen=True, slots=True)
class Body:
    """One department or unit of which documents are held; `name` without 本级.

    `core`: the name without its region; `own`: of a unit named after its department (某局某中心), its own part.
    """

    name: str
    names: tuple[str, ...]
    region: tuple[str, ...]
    core: str
    documents: tuple[DocumentInfo, ...]
    own: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({d.year for d in self.documents if d.year is not None}))


@dataclass(frozen=True, slots=True)
class Mention:
    """A department named in a question; `bodies` is empty when none of that name is held; `by_region`: it is the only
    one held of a region that is named by itself."""

    start: int
    end: int
    text: str
    bodies: tuple[str, ...]
    by_region: bool = False


def _region_parts(name: str) -> tuple[tuple[str, ...], str]:
    """("甲市", "乙区") and the rest of a body's name; 人民政府 in front of the rest is dropped."""
    prefix = region_of(name)
    parts = tuple(re.findall(r".+?(?:自治区|自治州|地区|省|市|州(?![市区县])|区|县|旗|盟)", prefix))
    core = name[len(prefix) :]
    if core.startswith("人民政府") and len(core) > 6:
        core = core[4:]
    return parts, core


_UNIT_WORDS = "中心|站|所|队|学校|中学|小学|大学|学院|医院|幼儿园|研究院|馆|总站|基地"
_OWN = re.compile(
    rf"^[\u4e00-\u9fff]{{2,}}?(?:局|厅|委员会|委|办公室|联合会|协会|学会)([\u4e00-\u9fff]{{2,}}(?:{_UNIT_WORDS}))$"
)
_UNIT = re.compile(f"{_UNIT_WORDS}|院|校|团|台|社")
_PLACE = re.compile(r"^(.{3,})街道办事处$")
"""A place whose name is long enough to mean its 街道 by itself."""
_GENERIC_ORGAN = re.compile(
    r"(街道)办?(?=[补给花要有管都]|的|主要|负责|今年|去年|\d|$|[,，?？])|(?:[我你]们|贵|该|这个|那个)(局|厅|委|处|院|校|所|馆|中心|街道)"
)
_TELLING = "零〇一二三四五六七八九十百东西南北中上下内外前后大小新老男女省市区县镇乡村州旗甲乙丙丁"
"""Characters that make another body of a name: 第一中学 is no slip of 第三中学."""
_LEAST_FOR_SLIPS, _MOST_FOR_SLIPS = 5, 500
"""Shorter names differ from each other by a character too often; among more bodies too many names are alike."""
_JOINED = re.compile("[和与跟及比占、,，减加]")
_BELONGS = re.compile(r"^(?:部门)?(?:下面|下属|所属|下设|直属|名下|底下)?(?:的)?(?:那个|单位|事业单位)?(?:的)?$")


def _without_head_office(name: str) -> str:
    return _HEAD_OFFICE.sub("", name)


def build_bodies(documents: Iterable[DocumentInfo]) -> dict[str, Body]:
    """Documents grouped by body, keyed by the body's folded name."""
    groups: dict[str, list[DocumentInfo]] = {}
    for d in documents:
        name = d.department if is_unit(d) else _without_head_office(d.department)
        groups.setdefault(fold(name), []).append(d)
    out: dict[str, Body] = {}
    for key, docs in groups.items():
        name = docs[0].department if is_unit(docs[0]) else _without_head_office(docs[0].department)
        region, core = _region_parts(fold(name))
        aliases = {fold(a) for d in docs for a in d.aliases} | {fold(name)}
        if not is_unit(docs[0]):
            aliases |= {_without_head_office(a) for a in aliases}
        unit = _OWN.match(core)
        own = unit.group(1) if unit and len(unit.group(1)) >= 4 else ""
        place = match.group(1) if (match := _PLACE.match(core)) else ""
        names = tuple(sorted({a for a in aliases | {core, own, place} if len(a) >= 2}, key=lambda a: (-len(a), a)))
        docs.sort(key=lambda d: (d.year or 0, d.doc_type or "", d.scope or "", d.id))
        out[key] = Body(name, names, region, core, tuple(docs), own)
    return out


def _is_subsequence(short: str, long: str) -> bool:
    it = iter(long)
    return all(c in it for c in short)


def _short_form_of(mention: str, core: str) -> bool:
    """Whether a mention contracts a body's core name: same first and last character, the rest in order."""
    cores = [core]
    if "人民政府" in core:
        cores += [core.replace("人民政府", ""), core.replace("人民政府", "政府"), core.replace("人民政府", "府")]
    if core == "办公室":
        cores += ["政府办公室", "府办公室"]
    for c in cores:
        if len(mention) < 2 or mention[0] != c[0] or not _is_subsequence(mention, c):
            continue
        if mention[-1] == c[-1] or (c.endswith("办公室") and mention[-1] == "办") or c.startswith(mention):
            return True
        if c.endswith("街道办事处") and mention.endswith(("街道", "街道办")):
            return True
    return False


def _strip_region(mention: str, body: Body) -> str | None:
    """The mention without a region in front; None when it names another region."""
    rest = mention
    for part in body.region:
        for form in (part, part[:-1]):
            if len(form) >= 2 and rest.startswith(form) and len(rest) > len(form) + 1:
                rest = rest[len(form) :]
                break
    return _GENERIC_REGION.sub("", rest)


_SUFFIX = re.compile(r"(?:管理局|委员会|办公室|街道办事处|街道|办事处|管理处|联合会|协会|局|厅|委|馆|院|中心|处|办)$")


def _stems(body: Body) -> set[str]:
    """A body's names without 局, 馆, 街道 …: how lists and telegram style name it (民政、审计、财政)."""
    stems = {_SUFFIX.sub("", n) for n in (*body.names, body.core)}
    return {
        s
        for s in stems
        if 2 <= len(s) <= 8 and s not in body.names and s not in body.region and not _REGION_WORD.match(s)
    }


_REGION_WORD = re.compile(r"^.*[省市区县州]$")
_BEFORE_STEM = re.compile(r"(?:^|年(?:度)?|[、,，和与跟及比省市区县州]|那么?|换成)$")
_AFTER_STEM = re.compile(
    r"^(?:$|20\d\d|\d\d年|今年|去年|[、,，和与跟及比的]|这?[两二三四五六几]个?(?:部门|单位|局|家)|部门|单位|系统|口(?!罩|径|岸)|这(?:块|边))"
)


class Catalog:
    """The bodies held, and how questions name them. Pure look-ups over one list of documents."""

    def __init__(self, documents: Iterable[DocumentInfo]) -> None:
        self.documents = tuple(documents)
        self.bodies = build_bodies(self.documents)
        self._names: dict[str, set[str]] = {}
        for key, body in self.bodies.items():
            for name in body.names:
                self._names.setdefault(name, set()).add(key)
        self._longest = max((len(n) for n in self._names), default=0)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Departments named in a folded question: held ones by name, alias or contraction, then unknown ones."""
        found = self._by_name(text)
        for pattern in (_ORGAN, _UNIT):
            for m in pattern.finditer(text):
                if any(s.start < m.end() and m.start() < s.end for s in found):
                    continue
                mention = self._by_suffix(text, m.start(), m.end(), tuple(found))
                if mention is not None and (mention.bodies or pattern is _ORGAN):
                    found.append(mention if mention.bodies else self._by_sound(mention))
        if not any(m.bodies for m in found):
            found += self._by_stem(text, tuple(found)) or (() if found else self._by_kind(text) or self._by_slip(text))
        found = found or self._by_region(text)
        found.sort(key=lambda s: s.start)
        return self._narrow_by_region(text, self._units_of_departments(text, tuple(found)))

    def _units_of_departments(self, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """某局某中心, 某局下属的某中心: the department only says whose unit is meant."""
        out: list[Mention] = []
        mentions = self._without_owner(text, mentions)
        for m in mentions:
            before = out[-1] if out else None
            if before is not None and _BELONGS.match(text[before.end : m.start]):
                below = tuple(k for k in m.bodies if any(self._is_unit_of(k, parent) for parent in before.bodies))
                if below:
                    out[-1] = Mention(before.start, m.end, text[before.start : m.end], below)
                    continue
            out.append(m)
        return tuple(out)

    def _without_owner(self, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """某厅2025年甲馆和乙院: of several of its units the department only says whose they are."""
        if len(mentions) < 3 or _JOINED.search(text[mentions[0].end : mentions[1].start]):
            return mentions
        parents, units = mentions[0].bodies, mentions[1:]
        owned = all(any(self._is_unit_of(k, p) for k in m.bodies for p in parents) for m in units if m.bodies)
        first = mentions[0]
        return (Mention(first.start, first.end, first.text, units[0].bodies), *units) if owned else mentions

    def _is_unit_of(self, key: str, parent: str) -> bool:
        unit = self.bodies[key]
        if key == parent or parent not in self.bodies:
            return False
        printed = {d.id for d in unit.documents if is_unit(d)}
        own = bool(unit.own) and fold(unit.name).startswith(parent)
        return own or bool(printed & {d.id for d in self.bodies[parent].documents})

    def _by_name(self, text: str) -> list[Mention]:
        spans: list[Mention] = []
        i = 0
        while i < len(text):
            for size in range(min(self._longest, len(text) - i), 1, -1):
                keys = self._names.get(text[i : i + size])
                if keys:
                    spans.append(Mention(i, i + size, text[i : i + size], tuple(sorted(keys))))
                    i += size - 1
                    break
            i += 1
        return spans

    def _by_stem(self, text: str, taken: tuple[Mention, ...]) -> list[Mention]:
        """Departments named without 局 or 馆: where only a department can stand, or behind their region."""
        spans: list[Mention] = []
        for key, regions, forms in self._stem_forms:
            for form in forms:
                if form not in text:
                    continue
                for m in re.finditer(re.escape(form), text):
                    free = not any(s.start < m.end() and m.start() < s.end for s in (*taken, *spans))
                    placed = _BEFORE_STEM.search(text[: m.start()]) and _AFTER_STEM.match(text[m.end() :])
                    if free and (placed or form.startswith(regions)):
                        spans.append(Mention(m.start(), m.end(), form, (key,)))
        return spans

    def _by_region(self, text: str) -> list[Mention]:
        """The only department held of a region that is named by itself (甲县的农村低保)."""
        whole = [k for k in self.in_region(text) if not all(map(is_unit, self.bodies[k].documents))]
        if len(whole) != 1:
            return []
        region = self.bodies[whole[0]].region[-1]
        start, size = text.find(region), len(region)
        if start < 0:
            start, size = text.find(region[:-1]), len(region) - 1
        return [Mention(start, start + size, text[start : start + size], (whole[0],), by_region=True)]

    def _by_kind(self, text: str) -> list[Mention]:
        """The only 街道 held, or 你们局 where one 局 is."""
        m = _GENERIC_ORGAN.search(text)
        kind = (m.group(1) or m.group(2)) if m else ""
        keys = [
            k for k, b in self.bodies.items() if kind and kind in b.core[-5:] and not any(map(is_unit, b.documents))
        ]
        return [Mention(m.start(), m.end(), m.group(), (keys[0],))] if m and len(keys) == 1 else []

    def _by_slip(self, text: str) -> list[Mention]:
        """A body whose name is written with one wrong character inside."""
        found: dict[tuple[int, int], set[str]] = {}
        for start in range(len(text)):
            for size in self._slip_sizes:
                written = text[start : start + size]
                if len(written) < size:
                    break
                for i in (i for i in range(1, size - 1) if written[i] not in _TELLING):
                    for key in self._slips.get((written[:i], written[i + 1 :]), ()):
                        found.setdefault((start, start + size), set()).add(key)
        if not found:
            return []
        start, end = max(found, key=lambda span: (span[1] - span[0], -span[0]))
        return [Mention(start, end, text[start:end], tuple(sorted(found[start, end])))]

    def _by_sound(self, mention: Mention) -> Mention:
        """A name written with characters of the same sound (卫建委 for 卫健委); itself where none is held."""
        written = mention.text
        near = {
            name: keys
            for name, keys in self._names.items()
            if len(name) == len(written) > _SHORTEST_REGION
            and len(differing := [(a, b) for a, b in zip(written, name, strict=True) if a != b]) <= len(name) // 3
            and not any(c in _TELLING for pair in differing for c in pair)
        }
        alike = {key for name, keys in near.items() if sounds(name) == sounds(written) for key in keys}
        return Mention(mention.start, mention.end, written, tuple(sorted(alike))) if alike else mention

    @cached_property
    def _slips(self) -> dict[tuple[str, str], set[str]]:
        """What stands before and after each inner character of the bodies' names -> their keys."""
        out: dict[tuple[str, str], set[str]] = {}
        for key, body in self.bodies.items() if len(self.bodies) <= _MOST_FOR_SLIPS else ():
            if len(body.core) >= _LEAST_FOR_SLIPS:
                for i in range(1, len(body.core) - 1):
                    if body.core[i] not in _TELLING:
                        out.setdefault((body.core[:i], body.core[i + 1 :]), set()).add(key)
        return out

    @cached_property
    def _slip_sizes(self) -> tuple[int, ...]:
        return tuple(sorted({len(a) + len(b) + 1 for a, b in self._slips}))

    @cached_property
    def _stem_forms(self) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
        """Each body's regions in short; its stems alone and behind them (甲区城管), longest first."""
        regions = frozenset(w for w in self.region_words() if len(w) == 2)
        out = []
        for key, body in self.bodies.items():
            stems = _stems(body)
            forms = stems | {p[:2] + s for s in stems for p in body.region if p[:2] in regions}
            shorts = tuple(p[:-1] for p in body.region if len(p) > _SHORTEST_REGION)
            out.append((key, shorts, tuple(sorted(forms, key=lambda form: (-len(form), form)))))
        return tuple(out)

    def _by_suffix(self, text: str, start: int, end: int, taken: tuple[Mention, ...]) -> Mention | None:
        left = start
        while left > 0 and start - left < 14 and not _BOUNDARY.match(text[left - 1]):
            if any(s.start < left <= s.end for s in taken):
                break
            left -= 1
        for i in range(left, start + 1):
            mention = text[i:end]
            keys = tuple(sorted(k for k, b in self.bodies.items() if self._matches(mention, b)))
            if keys:
                return Mention(i, end, mention, keys)
        if start - left < 1 and end - start < 3:
            return None
        left += len(talk.group()) if (talk := _TALK.match(text[left:start])) else 0
        mention = text[left:end]
        if (
            mention in _NOT_ORGANS
            or len(mention) < 3
            or _ORGAN.fullmatch(mention)
            or _ASKING.match(mention)
            or _PLANNED.search(mention)
        ):
            return None
        return Mention(left, end, mention, ())

    @staticmethod
    def _matches(mention: str, body: Body) -> bool:
        rest = _strip_region(mention, body)
        if rest is None or len(rest) < 2:
            return False
        if len(rest) >= 3 and any(map(is_unit, body.documents)) and rest[-1] == body.core[-1]:
            return _is_subsequence(rest, body.core)
        return _short_form_of(rest, body.core) or (len(rest) >= 4 and bool(body.own) and _short_form_of(rest, body.own))

    def _narrow_by_region(self, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """Of several bodies with the named short form, those whose region stands elsewhere in the question."""
        out = []
        for m in (self._other_region(text, m) for m in mentions):
            named = tuple(k for k in m.bodies if self._region_named(text, self.bodies[k]))
            out.append(Mention(m.start, m.end, m.text, named) if len(m.bodies) > 1 and named else m)
        return tuple(out)

    def _other_region(self, text: str, mention: Mention) -> Mention:
        """A held short form behind the name of a region that is not its own (乙市档案馆) names another body."""
        start = mention.start
        while start > 0 and mention.start - start < 8 and not _BOUNDARY.match(text[start - 1]):
            start -= 1
        inside = 1 if mention.text[:1] in "省市区县州旗" else 0
        before = _REGION_BEFORE.search(text[start : mention.start + inside])
        if before is None:
            return mention
        word = _TALK.sub("", before.group(1))
        if len(word) < _SHORTEST_REGION or _GENERIC_WORD.match(word):
            return mention
        kept = tuple(
            k
            for k in mention.bodies
            if not self.bodies[k].region or any(word.endswith(p) or p.endswith(word) for p in self.bodies[k].region)
        )
        return mention if kept == mention.bodies else Mention(start, mention.end, text[start : mention.end], kept)

    @staticmethod
    def _region_named(text: str, body: Body) -> bool:
        return any(len(p) > 2 and (p in text or p[:-1] in text) for p in body.region[-1:])

    def region_words(self) -> tuple[str, ...]:
        """Region names of the held bodies, longest first, with and without 省/市/区/县."""
        words = {w for b in self.bodies.values() for p in b.region for w in (p, p[:-1]) if len(w) >= 2}
        return tuple(sorted(words, key=lambda w: (-len(w), w)))

    def in_region(self, text: str) -> tuple[str, ...]:
        """Bodies of the region that a question names without naming a department (甲市各部门)."""
        best: list[str] = []
        for key, body in self.bodies.items():
            if body.region and (body.region[-1] in text or (len(body.region[-1]) > 2 and body.region[-1][:-1] in text)):
                best.append(key)
        return tuple(best)


def pick_documents(
    body: Body, years: tuple[int, ...], doc_type: DocType | None, scope: Scope | None
) -> tuple[DocumentInfo, ...]:
    """A body's documents of the given years and type. Where both a 部门 and a 单位 document stand for one
    year, both are returned, 部门 first: the caller must never add them."""
    out = [
        d
        for d in body.documents
        if (not years or d.year in years)
        and (doc_type is None or d.doc_type is doc_type)
        and (scope is None or d.scope is scope)
    ]
    order = {Scope.DEPARTMENT: 0, None: 1, Scope.UNIT: 2}
    return tuple(sorted(out, key=lambda d: (d.year or 0, order[d.scope], d.id)))
