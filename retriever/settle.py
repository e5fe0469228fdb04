"""Which of the found subjects a question is really about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.vocabulary import vocabulary
from retriever.measures import is_measure
from retriever.query import Operation, Subject

_PRINTED = 0.9
"""Subjects below this score were named in everyday words."""
_GENERIC = {"expenditure.total", "income.total", "project.item", "units", "total", "assets.total"}


def settle(subjects: tuple[Subject, ...], text: str, operation: Operation) -> tuple[Subject, ...]:
    """Drop words that only frame the question: 花多少钱 beside a subject, a parent in 采购里服务类, 项目 beside a name."""
    subjects = _counts_of_reception(subjects, text)
    out = list(subjects)
    keep_whole = operation in (Operation.SHARE, Operation.MULTIPLE, Operation.CONSISTENCY)
    for s in subjects:
        others = [o for o in out if o is not s]
        if _is_money_beside_count(s, others, text) or _asks_how_many_of(s, others, text):
            out.remove(s)
            continue
        if s.score < 0.9 and any(len(o.text) > len(s.text) and s.text in o.text for o in others):
            out.remove(s)  # 城管那块（城管执法）
            continue
        frames = s.score < 0.9 and s.concepts[:1] and s.concepts[0] in _GENERIC and not keep_whole
        if s.concepts[:1] == ("assets.total",):
            frames = frames and any(c.startswith("assets.") for o in others for c in o.concepts[:1])
        adds = (
            operation is Operation.SUM
            and len(others) > 1
            and s.concepts[:1] in (("expenditure.total",), ("income.total",))
        )
        frames = frames or (adds and re.search("合计|总计|共", s.text) is not None)
        unnamed = s.concepts[:1] == ("project.item",) and any(o.labels or o.measure for o in others)
        if others and (frames or unnamed):
            out.remove(s)
    if not keep_whole:
        out = [s for s in out if not _holds_the_next(s, out, text)]
        out = _heads(out, text)
        for s in list(out):
            child = next((o for o in out if o is not s and o.start >= s.end and is_ancestor(s, o)), None)
            if child is None:
                continue
            between = text[s.end : child.start]
            if _OF_WHICH.match(between) and _HOW_MANY.search(s.text):
                continue  # 有几辆车，其中应急保障用车几辆
            if _INSIDE_IT.match(between) or re.fullmatch(
                r"(?:预算|支出|费用?|总额)?(?:\|*)(?:里|中|当中|里面|的|其中|,|，)*(?:一年|每年)?", between
            ):
                out.remove(s)
    return tuple(out)


def is_ancestor(a: Subject, b: Subject) -> bool:
    """Whether some concept of `a` has a concept of `b` under it."""
    concepts = vocabulary().concepts
    for concept in b.concepts:
        parent = concepts[concept].parent if concept in concepts else ""
        while parent:
            if parent in a.concepts:
                return True
            parent = concepts[parent].parent if parent in concepts else ""
    return False


def merge_code_and_name(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """审计业务（2010804） is one subject; the code decides."""
    out: list[Subject] = []
    for s in subjects:
        if (
            out
            and bool(s.codes) != bool(out[-1].codes)
            and text[out[-1].end : s.start] in ("", "科目", "科目编码", "编码", "代码")
        ):
            coded, named = (s, out[-1]) if s.codes else (out[-1], s)
            out[-1] = replace(
                coded, text=named.text, start=out[-1].start, end=s.end, measure=coded.measure or named.measure
            )
        else:
            out.append(s)
    return tuple(out)


_BOUGHT_IN = re.compile(r"(?:预算|计划|表|目录|清单|项目)*(?:里面?|中|内|当中)?[,，]?(?:的)?[|]*")
_IS_BOUGHT = re.compile(r"(?:这个|那个)?(?:项目)?(?:的|要|准备|计划|打算|拟|安排|政府)*")


def bought(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """采购预算里某项目采购多少钱: the one thing printed by name whose row among the purchases is asked for; () for none."""
    named = [s for s in subjects if s.labels and s.concepts[:1] != ("procurement.total",)]
    buying = [s for s in subjects if s.concepts[:1] == ("procurement.total",) and not s.labels]
    if len(named) != 1 or not buying or len(named) + len(buying) != len(subjects):
        return ()
    thing = named[0]
    for s in buying:
        between = text[s.end : thing.start] if s.end <= thing.start else text[thing.end : s.start]
        if (_BOUGHT_IN if s.end <= thing.start else _IS_BOUGHT).fullmatch(between):
            return (thing,)
    return ()


_MODIFIES = re.compile(r"^(?:[^、,，和与及跟加]{0,16}(?:的|那笔|这笔|那块)|里的?|中的?|这个|那个)?$")


_COLUMNS = (
    (re.compile(r"数量|(?:几|多少)(?:台|套|组|件|个|辆|项|批|张|把|册)"), "quantity"),
    (re.compile(r"单价|(?:每|一)(?:台|套|组|件|个|辆)[^，。]{0,4}多少"), "unit_price"),
    (re.compile(r"金额|总价|总额|多少钱|花多少|(?:预算|采购)[^，。]{0,3}多少|合计"), "total"),
)


_WORTH = re.compile(
    "花(?:了|费|掉)?(?:多少|几)(?![批次人辆台])|多少钱|金额|(?:费用?|经费)(?:一共|总共)?(?:是|有|为|花了?|用了?)?(?:多少|几)|万元|多少元|花费"
)


def _is_money_beside_count(subject: Subject, others: list[Subject], text: str) -> bool:
    """公务接待了多少批次: the count is asked for, not what it cost."""
    counted = any(
        _is_count(o) or (o.concepts[:1] == ("assets.vehicle",) and o.text.endswith(("辆", "台"))) for o in others
    )
    return counted and any(c.startswith("three_public.") for c in subject.concepts[:1]) and not _WORTH.search(text)


def _asks_how_many_of(subject: Subject, others: list[Subject], text: str) -> bool:
    """执法执勤用车一共多少辆: 多少辆 asks for the number of the kind named right before it."""
    return _ONLY_HOW_MANY.fullmatch(subject.text) is not None and any(
        o.end <= subject.start and is_ancestor(subject, o) and _IN_ALL.fullmatch(text[o.end : subject.start])
        for o in others
    )


_ONLY_HOW_MANY = re.compile("(?:几|多少)[辆台部]车?")
_IN_ALL = re.compile("(?:的|目前|现在|现|一共|总共|共|合计|共计|总计|有|保有|拥有|数量|是|为)*")


def _counts_of_reception(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """接待了多少批次多少人: the people are those received, not the staff; 购置公务用车 without a number is money."""
    out: list[Subject] = []
    for subject in subjects:
        out.append(_counted_meaning(subject, text))
        purchase = any(c in _PURCHASES for c in out[-1].concepts[:1])
        if purchase and _BOUGHT.search(text) and _COST_TOO.search(text):
            out[-1:] = [replace(subject, concepts=(c,), labels=()) for c in _PURCHASES]
    return tuple(out)


def _counted_meaning(subject: Subject, text: str) -> Subject:
    before = text[: subject.start]
    if (
        subject.concepts[:1] == ("count.vehicles_owned",)
        and _THOSE_CARS.search(subject.text + text)
        and _WORTH.search(text)
    ):
        kept = "three_public.vehicle_running" if re.search("养|修|维护|保养|油|跑", text) else "three_public.vehicles"
        return replace(subject, concepts=(kept,), labels=())
    if subject.concepts[:1] == ("three_public.vehicles",) and subject.score < _PRINTED and _BOOKED.search(text):
        return replace(subject, concepts=("assets.vehicle",))  # 车子账面上多少: what they are worth, not what they cost
    if subject.concepts == ("assets.vehicle",) and _HOW_MANY_CARS.search(text) and not subject.labels:
        return replace(subject, concepts=("assets.vehicle", "count.vehicles_owned"))
    people = subject.concepts[:1] in (("units.staff",), ("count.reception_people",))
    if people and re.search("接待|招待", before):
        return replace(subject, concepts=("count.reception_people",))
    if people and re.search("出国|出境", before):
        return replace(subject, concepts=("count.abroad_people",))
    vehicles = any(c.startswith("three_public.vehicle") for c in subject.concepts[:1])
    if vehicles and _HOW_MANY_CARS.search(text) and not _WORTH.search(text):
        bought = _BOUGHT.search(text) is not None
        return replace(subject, concepts=("count.vehicles_bought" if bought else "count.vehicles_owned",), labels=())
    if subject.concepts[:1] == ("count.vehicles_bought",) and not _HOW_MANY.search(text):
        return replace(subject, concepts=("three_public.vehicle_purchase",), labels=())
    return subject


_COST_TOO = re.compile(r"(?:几|多少)(?:辆|台)车?[,，、和]?(?:一共|总共|共)?花(?:了|费|掉)?(?:多少|几)")
"""买了几辆花多少: the number and the money."""
_PURCHASES = ("three_public.vehicle_purchase", "count.vehicles_bought")
_BOOKED = re.compile("账面|原值|净值")
_THOSE_CARS = re.compile("[那这]几[辆台]")
_HOW_MANY_CARS = re.compile("(?:几|多少)(?:辆|台)|辆数|数量")
_BOUGHT = re.compile("购|买|添置|更新|换")
_HOW_MANY = re.compile("几|多少[辆台]|数量|数(?:是|有|为)|保有量|辆数")
_OF_WHICH = re.compile("[,，]?其中")
_INSIDE_IT = re.compile(r"^(?:预算|支出|费用?|总额)?(?:\|*)(?:里|中|当中|里面|其中)")


_ALL_MONEY = (("expenditure.total",), ("income.total",), ("expenditure.year",))


def _holds_the_next(subject: Subject, subjects: Sequence[Subject], text: str) -> bool:
    """总支出中用于装修的: the part is asked for, of all money."""
    behind = [s for s in subjects if s.start >= subject.end]
    return (
        subject.concepts[:1] in _ALL_MONEY
        and bool(behind)
        and not is_measure(behind[0])
        and _INSIDE.match(text[subject.end : behind[0].start]) is not None
    )


_OWN_LINES = ("three_public.", "func.", "econ.", "operating_funds", "procurement.")
_INSIDE = re.compile(
    r"^(?:预算|支出|费用?|经费|项目)?(?:里面?|里头|中|当中|之中)(?:的|用于|用在|用来|用作|花在|花于|投在|投入|给|付|支付|安排|发)*的?$"
)


def is_inside(between: str) -> bool:
    """Whether the words between two things put the second inside the first (里花在)."""
    return _INSIDE.match(between) is not None


def nested_elsewhere(subjects: tuple[Subject, ...], text: str) -> tuple[str, ...]:
    """Things asked for inside what does not hold them (三公经费中用于装修的): neither one's figure answers that."""
    out = []
    for a, b in pairwise(subjects):
        whole = bool(a.labels or a.codes) or (a.concepts[:1] and a.concepts[0].startswith(_OWN_LINES))
        part = b.concepts[:1] and b.concepts[0].startswith(_OWN_LINES) and not is_measure(b)
        related = is_ancestor(a, b) or is_ancestor(b, a) or set(a.concepts) & set(b.concepts) or _siblings_of_one(a, b)
        if whole and part and not related and not b.labels and _INSIDE.match(text[a.end : b.start]):
            out.append(b.text)
    return tuple(out)


def _siblings_of_one(a: Subject, b: Subject) -> bool:
    """公车运行里的购置: both are lines of one table, and the first may be said loosely."""
    return any(x.split(".")[0] == y.split(".")[0] == "three_public" for x in a.concepts for y in b.concepts)


def with_column(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """数量, 单价 and 金额 of a purchase are columns of their own, asked for in the question's order."""
    asked = sorted((m.start(), measure) for pattern, measure in _COLUMNS if (m := pattern.search(text)))
    columns = [measure for _, measure in asked]
    if not set(columns) & {"unit_price", "quantity"}:
        return subjects
    out: list[Subject] = []
    for s in subjects:
        plain = s.labels and not s.measure and not s.codes and not s.concepts
        out += [replace(s, measure=c) for c in columns] if plain else [s]
    return tuple(out)


_GENERIC_PURCHASE = ("procurement.goods", "procurement.works", "procurement.services")


def _is_generic_purchase(subject: Subject) -> bool:
    return bool(set(subject.concepts[:1]) & set(_GENERIC_PURCHASE)) and len(subject.text) <= 2


def particular_purchases(subjects: tuple[Subject, ...], text: str) -> tuple[str, ...]:
    """Words that name one purchase among purchases (采购的法律顾问服务): the total of a kind doesn't answer that."""
    out = []
    for a, b in pairwise(subjects):
        purchase = any(c.startswith("procurement.") for c in a.concepts[:1])
        framing = b.score < 0.9 and b.concepts[:1] and b.concepts[0] in _GENERIC
        other = not framing and not b.labels and not any(c.startswith("procurement.") for c in b.concepts)
        if purchase and other and re.fullmatch(r"(?:预算|支出)?(?:的|里|里面|中|当中|了|买)*", text[a.end : b.start]):
            out.append(b.text)
        if _is_generic_purchase(b) and a.end == b.start and not purchase and not _siblings(a, b):
            out.append(a.text)
    return tuple(dict.fromkeys(out))


def without_generic(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """服务 and 工程 are kinds of purchase only where purchasing is spoken of; of two names for one thing the last stays, but
    none that only trails the amount asked for (结转了多少没用完)."""
    out = [s for s in subjects if not (_is_generic_purchase(s) and "采购" not in text)]
    trails = [text[: s.start].endswith("多少") for s in out]
    order = sorted(range(len(out)), key=lambda i: (not trails[i], i))
    later = {out[i].concepts[0]: i for i in order if out[i].concepts}
    return tuple(s for i, s in enumerate(out) if not s.concepts or later[s.concepts[0]] == i or s.labels)


def _heads(subjects: list[Subject], text: str) -> list[Subject]:
    """房子设备的维修费 asks for the last; 水费电费 are two of one kind and both stay."""
    out: list[Subject] = []
    for s in reversed(subjects):
        following = out[-1] if out else None
        if (
            following is not None
            and not is_measure(following)
            and not _is_count(s)
            and not s.codes
            and not following.codes
            and s.end <= following.start
            and _MODIFIES.match(text[s.end : following.start])
            and (text[s.end : following.start] == "的" or not _siblings(s, following))
        ):
            if s.labels:
                out[-1] = replace(following, narrowed=(*s.labels, *following.narrowed))
            continue
        out.append(s)
    return out[::-1]


def _is_count(subject: Subject) -> bool:
    return any(c.startswith("count.") for c in subject.concepts[:1])


def _siblings(a: Subject, b: Subject) -> bool:
    """Codes of one length, or named parts of one whole."""
    concepts = vocabulary().concepts
    for x in a.concepts:
        for y in b.concepts:
            if x[:5] == y[:5] in ("econ.", "func.") and len(x) == len(y):
                return True
            if x in concepts and y in concepts and concepts[x].parent and concepts[x].parent == concepts[y].parent:
                return True
            if x.split(".")[0] == y.split(".")[0] == "assets":
                return True
    return False
