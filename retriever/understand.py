"""Turn a question into a typed `Query`. Pure over a catalogue of what is held."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from indexer.text import UNIT_SCALE, chinese_int
from indexer.types import TableKind
from retriever.catalog import Catalog, Mention
from retriever.language import YearWords, language, squeeze, year_places, years_in
from retriever.masking import MASK, cut_words, leftover, mask, mask_regions, mask_tables, without_asides
from retriever.measures import attach_measures
from retriever.owners import institutions_not_held
from retriever.query import MEASURED, Operation, Query, Subject, Threshold
from retriever.remainder import is_part, taken_off
from retriever.settle import (
    bought,
    is_ancestor,
    merge_code_and_name,
    nested_elsewhere,
    particular_purchases,
    settle,
    with_column,
    without_generic,
)
from retriever.subjects import clean, find_subjects

_PRINTED = 0.9
"""Subjects below this score were named in everyday words, not as documents print them."""
_TOP = re.compile(
    r"(?:前|头|top)([一二两三四五六七八九十]|\d{1,2})|最[^，。]{1,4}的?([二两三四五六七八九十]|\d{1,2})(?:个|项|名|笔|大|家|样|种|件|类)|([二两三四五六七八九十]|\d{1,2})(?:个|项|笔|大|样|种|件)最"
    r"|哪([二两三四五六七八九十])(?:个|项|笔|家|样|种|件|类)",
    re.I,
)
_NTH = re.compile(r"(?:第|排(?:名)?第)([二两三四五六七八九十])(?:大|多|高|贵|位|名|小|少|低)")
_ASCENDING = re.compile(r"最(?:小|少|低|省|便宜|靠后)|从(?:低|小|少)到|垫底|倒数")
_FIRST_AND_NEXT = re.compile(r"最[大多高贵小少低][^。]{0,16}(?:第[二三四五]|其次|排第[二三])(?:大|多|高|名|位|的)?")
"""哪家最大，第二大是谁: both are asked for."""
_THRESHOLD = re.compile(
    r"(超过|大于|高于|多于|超|不低于|不少于|以上|至少|少于|低于|小于|不到|不足|不超过|以下)?(?:了)?(\d+(?:\.\d+)?|[一二两三四五六七八九十百千]+)(亿元?|万元?|千元|元|块)(?:钱)?(以上|以下|以内|往上|朝上|开外|往下)?"
)
_ABOVE = {"超过", "大于", "高于", "多于", "超", "不低于", "不少于", "以上", "至少", "往上", "朝上", "开外"}
_BELOW = {"少于", "低于", "小于", "不到", "不足", "不超过", "以下", "以内", "往下"}
_TOTAL_WORDS = re.compile(
    r"预算(?!数|单位|绩效|项目|资金来源|科目|公开|执行|说明|表|文件|报告|编制|里|中)|总(?:额|数|量|计)|决算(?!数|表|说明|公开)"
    r"|(?:实际)?(?:支出|开支|收入)(?:了|掉)?(?:多少|几)|(?:^|[|,，])(?:一共|总共|合计)?(?:安排|批|拨|给|花|用)(?:了|掉)?(?:多少|几)(?:钱|万|元)"
)


def _without_source(years: YearWords, text: str) -> YearWords:
    """按2025年说明推算2024年的…: the document's year is not the year asked about."""
    m = language().source_year.search(text)
    if m is None or len(years.years) < 2:
        return years
    said = int(next(g for g in m.groups() if g))
    source = said if said > 100 else 2000 + said
    return replace(years, years=tuple(y for y in years.years if y != source))


def _operations(text: str) -> tuple[Operation, ...]:
    return tuple(Operation(name) for name, pattern in language().operations if pattern.search(text))


def _unit(text: str) -> str:
    for unit, pattern in language().units:
        if pattern.search(text):
            return unit
    return ""


def _number(text: str) -> Decimal | None:
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Decimal(text)
    value = chinese_int(text)
    return None if value is None else Decimal(value)


def _threshold(text: str) -> Threshold | None:
    for m in _THRESHOLD.finditer(text):
        word = m.group(1) or m.group(4) or ""
        number = _number(m.group(2))
        if number is None or word not in _ABOVE | _BELOW:
            continue
        unit = m.group(3).removesuffix("元").removesuffix("块") + "元"
        return Threshold(word in _ABOVE, number * UNIT_SCALE[unit])
    return None


def _stages_apart(text: str) -> bool:
    """花了多少，年初安排了吗: one clause asks what was spent, another what was planned."""
    words = language()
    clauses = [c for c in re.split("[，,；;。？?]", text) if c]
    planned = [bool(words.budget_strong.search(c)) for c in clauses]
    spent = [bool(_SPENT.search(c)) for c in clauses]
    return any(p and not s for p, s in zip(planned, spent, strict=True)) and any(
        s and not p for p, s in zip(planned, spent, strict=True)
    )


_SPENT = re.compile("[花用支]了|花掉|支出了")


def _stage(text: str) -> tuple[str, bool, bool]:
    """Stage, whether it was said outright, whether both were asked for."""
    words = language()
    final, budget = words.final_strong.search(text), words.budget_strong.search(text)
    if final and budget:
        return "", True, True
    if final:
        return "决算", True, False
    if budget and _stages_apart(text):
        return "", True, True
    if budget:
        return "预算", True, False
    if words.final_weak.search(text):
        return "决算", False, False
    if words.budget_weak.search(text):
        return "预算", False, False
    return "", False, False


def _stages_of_years(text: str) -> tuple[tuple[int, str], ...]:
    """The stage said between each year and the next; () unless each of several years has its own."""
    places = year_places(text)
    if len(places) < 2:
        return ()
    ends = [*(at for at, _ in places[1:]), len(text)]
    stages = {year: _stage(text[at:end])[0] for (at, year), end in zip(places, ends, strict=True)}
    return tuple(stages.items()) if len(stages) > 1 and set(stages.values()) == {"预算", "决算"} else ()


_TRIP, _GUEST = re.compile("出国|出境|出访|境外"), re.compile("接待|客人|来宾|来访")
_TRIPS = {"count.reception_batches": "count.abroad_groups", "count.reception_people": "count.abroad_people"}


def _of_trips(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """派了几批人出国 counts groups sent abroad, not guests."""
    if not _TRIP.search(text) or _GUEST.search(text):
        return subjects
    return tuple(replace(s, concepts=tuple(_TRIPS.get(c, c) for c in s.concepts)) for s in subjects)


_WHICH_WAY = re.compile("[升增涨多]加?了?(?:还是|是)[降减跌少]")
_AMOUNT_TOO = re.compile("[,，][^,，]*(?:安排|是|为|花了?)多少")
_WHICH_ITEM = re.compile("哪(?:一)?(?:个|项|类|款|些)")
_COUNTS_ASKED = re.compile("多少|几")
_ONE_IN_ALL = re.compile("^(?!.*(?:和|与|、|加|跟|占|比)).*(?:一共|总共|合计|共计)")
_OF_PARTS = (Operation.SHARE, Operation.MULTIPLE, Operation.SUM, Operation.COMPARE, Operation.REMAINDER)
_OVER_YEARS = {Operation.TREND, Operation.LIST, Operation.SUM, Operation.LOOKUP}
_IN_ALL = re.compile("一共|总共|合计|共计|累计|拢共|加起来|总和")
_EACH_YEAR = re.compile("分别|各|每|变化|走势|趋势|怎么变|逐年")


def _main_operation(
    found: tuple[Operation, ...], text: str, subjects: tuple[Subject, ...], years: YearWords, bodies: int
) -> Operation:
    ops = list(found)
    if Operation.REASON in ops and _AMOUNT_THEN_REASON.search(text):
        ops.remove(Operation.REASON)
    if (
        Operation.REASON in ops
        and re.search("为什么|为何|怎么会|怎么比|怎么[^，。]{0,16}[这那]么", text)
        and Operation.DEFINITION not in ops
    ):
        return Operation.REASON
    if Operation.COMPLETION in ops and Operation.RANK in ops and _WHICH_ITEM.search(text):
        return Operation.RANK  # 哪个科目完成预算的比例最低
    grown = re.search(r"(?:增长|增加|上升|上涨|下降|减少|降低|提高|增减)了?的?(?:比例|比率|百分比)", text)
    if Operation.GROWTH in ops and not grown and re.search(r"占|比例是|比重", text) and Operation.SHARE in ops:
        return Operation.SHARE
    if Operation.SHARE in ops and Operation.CONSISTENCY in ops and re.search("多少|多大|几", text):
        ops.remove(Operation.CONSISTENCY)  # 核对一下占比是多少 asks for the share
    kept = set(ops) - ({Operation.CHANGE} if not _CHANGED.search(text) else set())
    if len(years.years) > 1 and kept <= _OVER_YEARS and _IN_ALL.search(text) and not _EACH_YEAR.search(text):
        return Operation.SUM  # 三年总共多少
    for op in ops:
        if (
            op is Operation.SUM
            and len(subjects) < 2
            and bodies < 2
            and not re.search("加起来|加总|加在?一[起块道]|总和|之和|相加|合起来|累计", text)
        ):
            continue
        if (
            op is Operation.SUM
            and subjects
            and all(s.concepts[:1] and s.concepts[0].startswith("count.") for s in subjects)
        ):
            continue  # 总共接待几批、多少人次
        if op is Operation.SUM and _AND_OF_IT.search(text):
            continue  # 总共多少，其中结转多少: a whole and a part of it
        if op is Operation.TREND and len(years.years) == 1 and not years.recent and _WHICH_WAY.search(text):
            if not years.relative and _AMOUNT_TOO.search(text):
                return op  # 是多了还是少了，本年安排多少: the amounts are asked for too
            return Operation.CHANGE  # 2025年比上年是增还是减: two years
        if op is Operation.LIST and (len(years.years) > 1 or (years.recent and subjects)):
            return Operation.TREND
        if op is Operation.COMPARE and len(years.years) > 2 and bodies < 2:
            return Operation.TREND
        if op is Operation.SHARE and "占" not in text and {Operation.GROWTH, Operation.CHANGE} & set(ops):
            continue  # 降了多少个百分比 is a rate
        if op is Operation.CHANGE and not _CHANGED.search(text):
            continue  # 2023年和2024年分别是多少 asks for both
        if op is Operation.RANK and Operation.SUM in ops and re.search("加起来|相加|之和|总和|合起来", text):
            return Operation.SUM
        if op is Operation.COUNT and re.search(r"(?:几|多少)个?(?:百分|点)", text):
            continue
        if (
            op is Operation.COMPARE
            and Operation.CHANGE in ops
            and not re.search("哪|谁|差", text)
            and (len(years.years) > 1 or years.relative)
        ):
            if Operation.GROWTH in ops:
                continue
            return Operation.CHANGE
        return op
    if Operation.LIST in ops and len(years.years) > 1:
        return Operation.TREND
    nested = any(a is not b and is_ancestor(a, b) for a in subjects for b in subjects)
    if (
        len(subjects) >= 2
        and not nested
        and not all(s.concepts[:1] in (("income.total",), ("expenditure.total",)) for s in subjects)
        and re.search("一共|总共|合计|共计|总计|加", text)
        and not _AND_OF_IT.search(text)
        and not re.search("分别|各", text)
    ):
        return Operation.SUM
    return Operation.LOOKUP


_CARS_COUNTED = re.compile("车[^，。]{0,12}(?:几|多少)辆|车辆数")
_AND_OF_IT = re.compile("(?:多少|几)[^，。,;？?]{0,6}[，,]其中[^，。,;]*(?:多少|几)")
_AMOUNT_THEN_REASON = re.compile(
    r"(?:多少|几成|百分之几)[^，。,;？?]{0,8}[，。,;？?和、][^，。,;]*(?:为什么|为何|为啥|原因|怎么回事|理由)"
)
"""三公经费多少，为什么: the figure is asked for first."""
_YES_OR_NO = re.compile(r"吗|吧|是否|是不是|有没有|了没|没有[?？]?$|超没超")
_MANY = re.compile(r"哪|几个|多少个|列|清单|名单|有什么|都有")
_OVER = re.compile(
    r"超支|超(?:没超|不超|了|出|过|支)?(?:年初)?预算|比(?:年初)?(?:的)?(?:安排|计划)(?:的|数)?(?:少|多|低|高|节省|超)|(?:突破|低于|高于)(?:了)?(?:年初)?预算|比(?:年初)?预算(?:数)?[多少高低节省超]"
)
"""What was spent against what was planned."""
_ROUGHLY = re.compile(r"[一二两三四五六七八九十几百千]+(?:来|多|几)(?:万|亿|块)元?")
"""一百来万: an amount that the asker only remembers."""
_DONE_OF_PLAN = re.compile(
    r"(?:决算|实际支出|执行)(?:数|额)?占(?:年初|全年)?预算|(?:相当于|是|达到|为)了?(?:年初|全年)预算数?的?(?:百分之|多少%|几成|多大比例)"
)
_AND_ITS_UNITS = re.compile(
    "(?<!本级)(?<!机关)(?<!本部)(?:和|与|及|以及|连同|加上|带上)其?(?:所有|全部)?(?:所属|下属|直属|下级)的?各?(?:单位|机构)(?!各|分别|谁|哪|比|之间|相差)"
)
"""某局和下属单位: the department as its documents count it."""
_BOTH_TOGETHER = re.compile(
    "城(?:市|里|镇)和?、?(?:农村|乡下|乡村|村里)(?:两块|两边|的)?(?:都|全|一共|总共)?(?:加起来|加一起|加在一起|合起来|合计)"
)
"""五保户供养城市和农村加起来: the whole, as it is printed."""
_AGAINST_START = re.compile("[比较跟与和](?:年初|期初)(?!预算|安排|计划|批复|数)")
_AT_START = Subject("年初结转和结余", 0, 0, ("carry.in",), score=0.8)
_CARRIED_TO = re.compile(r"(?:带|转|留|结转)(?:到|至|入)(?:了)?(?:20\d\d年|下一?年|明年|来年)")
_CARRY_WITHIN = re.compile(
    "(?:连|算上|加上|包括|含)(?:上年|去年|年初)?(?:的)?结转(?:和?结余)?(?:的)?(?:资金|钱)?(?:都)?(?:在内|一起算?|算在内)"
)
"""连上年结转在内总共多少: the whole, as it is printed."""
_MILLION = re.compile(
    r"(?:单价|价值|单台)?(?:上|一)?百万(?:元|块)?(?:钱)?(?:及)?(?:以上)?的?(?:大件|大型|大)?(通用|专用)?(?:设备|仪器)"
)
_UNSPENT = re.compile("(比(?:年初)?预算)(?:结余|剩)")
_CARRY_AND_REST = re.compile("结转(?:和|与|及|、)结余")
"""One line of the tables, not two things to add."""
_LARGE_EQUIPMENT = re.compile(
    r"单(?:价|台|位价值|台价值)(?:在)?(\d+)万元?(?:含)?(?:及)?以上(?:含)?的?(通用|专用)?(?:大型)?(?:设备|仪器)"
)
"""A line of the assets list, not a threshold of the question's own."""
_CHANGED = re.compile(
    r"[比较增减变涨降升跌差幅省缩]|多了|少了|多出|少花|多花|少收|多收|少支|多支|少给|多给|少拨|多拨|同期|持平|一样|相同|节约"
)
_LEAD = re.compile(r"^[\u4e00-\u9fff]{2,6}:")
_SOURCE_NOTE = re.compile(r"[（(](?:按|根据|依据|从|看|以|见)[^）)]*[）)]")
_MEMBERS_OF = (Operation.LIST, Operation.RANK, Operation.FILTER, Operation.COUNT)
_EXCLUDED = re.compile(r"(?:不含|不算|不包括|剔除|刨除)[^，。,、)）?？]{2,12}")
_HEADS = re.compile("本级|机关|本部|下属|所属|单位")
_WITH_CARRY = re.compile(r"(?:含|包括|加上)(?:上年|年初)?(?:的)?(?:结转|结余)(?:结余|资金)?")
"""Which of a table's two totals is meant is not settled by this, so it stays a doubt."""


def _prepared(text: str, labels: Mapping[str, tuple[str, ...]]) -> tuple[str, str, tuple[Subject, ...]]:
    """The question without orders and what is not asked for: squeezed, in the form that spans are found in; and what
    is to be taken off a whole."""
    words = language()
    asked = words.injected.sub("", squeeze(text))
    phrase, taken = taken_off(asked, labels)
    asked = asked.replace(phrase, "", 1)
    negated = [m for m in words.negated.finditer(asked) if not any(clean(m.group(0)) in label for label in labels)]
    taken += tuple(s for m in negated for s in find_subjects(clean(m.group(0)), labels))
    squeezed = asked
    for m in reversed(negated):
        squeezed = squeezed[: m.start()] + squeezed[m.end() :]
    squeezed = re.sub(r"(?<=\d)[)）\]】](?=\d)", ",", squeezed)  # a code in brackets before a year
    plain = _LEAD.sub("", clean(_SOURCE_NOTE.sub("", squeezed)))
    for word, items in language().together:
        if not any(label.startswith(word.removesuffix("费")) and label.endswith(("费", "费用")) for label in labels):
            plain = plain.replace(word, "和".join(items))
    plain = _AND_ITS_UNITS.sub("", plain)
    plain = _BOTH_TOGETHER.sub("", plain)
    plain = _CARRIED_TO.sub("结转下年", plain)
    plain = _CARRY_WITHIN.sub("", plain)
    plain = _UNSPENT.sub(r"\1节省", plain)
    plain = _CARRY_AND_REST.sub("结转结余", plain)
    plain = _MILLION.sub(r"单价100万元以上\1设备", plain)
    plain = _LARGE_EQUIPMENT.sub(r"单价\1万元以上\2设备", plain)
    return squeezed, plain, taken


def _unexplained(
    text: str,
    plain: str,
    masked: str,
    found: tuple[Subject, ...],
    subjects: tuple[Subject, ...],
    taken: tuple[Subject, ...],
    operation: Operation,
) -> tuple[tuple[int, str], ...]:
    """The pieces of a question that nothing explains, each with its place, and what changes a figure unsaid."""
    named = "|".join(label for s in subjects if s.score >= _PRINTED for label in s.labels)
    left = tuple((at, p) for at, p in leftover(masked, found) if p not in named)  # said twice
    for a, b in pairwise(subjects):
        asks = _COUNTS_ASKED.search(a.text)  # 多少批次多少人 asks for both
        if a.end == b.start and a.end > a.start and min(a.score, b.score) < _PRINTED and not asks:
            left = (*left, (a.start, a.text))  # 退休人员生活补贴: one of the two only limits the other
    carry = _WITH_CARRY.search(plain)
    excluded = _EXCLUDED.search(text)
    if operation is not Operation.REMAINDER and operation in MEASURED:
        left = (*left, *((len(plain), t.text) for t in taken))  # what is left out changes what is asked
    if excluded and not taken and not _HEADS.search(excluded.group(0)):
        left = (*left, (len(plain), excluded.group(0)))
    if carry:
        left = (*left, (carry.start(), carry.group(0)))
    return left


def understand(text: str, catalog: Catalog, labels: Mapping[str, tuple[str, ...]]) -> Query:
    """One question by itself, without the conversation.

    `labels`: phrases of the labels that the documents in question print (`subjects.label_phrases`).
    """
    words = language()
    squeezed, plain, taken = _prepared(text, labels)
    mentions = _without_items(catalog.mentions(plain), plain, labels)
    years = _without_source(years_in(plain), plain)
    masked = mask(plain, tuple((m.start, m.end) for m in mentions) + years.spans)
    threshold = _threshold(masked) if not _LARGE_EQUIPMENT.search(masked) else None
    if threshold is not None:
        masked = _THRESHOLD.sub(lambda m: MASK * len(m.group(0)), masked)
    masked = _ROUGHLY.sub(lambda m: MASK * len(m.group(0)), masked)
    masked, table_kind = mask_tables(mask_regions(masked, catalog, mentions))
    masked = without_asides(masked)
    every_subject = find_subjects(masked, labels)
    raw_subjects = without_generic(every_subject, plain)
    operations = _operations(
        mask(plain, tuple((s.start, s.end) for s in raw_subjects if s.score > 0.9 and len(s.text) >= 4))
    )
    if _DONE_OF_PLAN.search(plain):
        operations = (Operation.COMPLETION, *operations)
    bodies = tuple(dict.fromkeys(b for m in mentions for b in m.bodies))
    operation = _main_operation(operations, plain, raw_subjects, years, len(bodies))
    named = tuple(map(_only_carried, attach_measures(merge_code_and_name(raw_subjects, masked), masked)))
    if operation is Operation.LOOKUP and any(w in squeezed and "和".join(i) in plain for w, i in words.together):
        operation = Operation.SUM
    subjects = with_column(settle(named, masked, operation), plain)
    if operation is Operation.LOOKUP and (purchase := bought(subjects, masked)):
        subjects, table_kind = purchase, TableKind.PROCUREMENT.value
    if taken and operation is Operation.LOOKUP and len(subjects) == 1 and all(is_part(subjects[0], t) for t in taken):
        operation = Operation.REMAINDER
    yes_or_no = _YES_OR_NO.search(plain) and not _MANY.search(plain) and len(subjects) == 1
    if threshold is not None and yes_or_no and operation in (Operation.LOOKUP, Operation.CONSISTENCY):
        operation = Operation.LOOKUP
    elif threshold is not None and operation in (Operation.LIST, Operation.COUNT, Operation.LOOKUP):
        operation = Operation.FILTER if operation is not Operation.COUNT else operation
    stage, strong, both = _stage(plain)
    year_stages = _stages_of_years(plain)
    if year_stages:
        stage, strong, both = "", False, False
    if _OVER.search(plain) and operation in (
        Operation.LOOKUP,
        Operation.CHANGE,
        Operation.COMPARE,
        Operation.CONSISTENCY,
    ):
        stage, strong, both, operation = "", True, True, Operation.COMPARE
        subjects = tuple(s for s in subjects if s.concepts[:1] != ("carry.out",)) or subjects
    elif _OVER.search(plain) and operation is Operation.REASON:
        stage, strong = "决算", True
    left_over = tuple(s for s in subjects if s.concepts[:1] == ("carry.out",))
    if _AGAINST_START.search(plain) and left_over and operation in (Operation.CHANGE, Operation.COMPARE):
        operation, subjects = Operation.COMPARE, (left_over[0], _AT_START)
    if not subjects and not re.fullmatch(r"\|*", masked) and _TOTAL_WORDS.search(masked):
        subjects = (Subject("预算总额", 0, 0, ("expenditure.total", "income.total"), score=0.8),)
    if (cars := _CARS_COUNTED.search(masked)) is not None and all(s.end == 0 for s in subjects):
        subjects = (
            Subject("车辆", cars.start(), cars.start() + 1, ("assets.vehicle", "count.vehicles_owned"), score=0.8),
        )
    left = _unexplained(text, plain, masked, every_subject, subjects, taken, operation)
    return Query(
        text=text,
        operation=operation,
        operations=operations,
        bodies=bodies,
        unknown_bodies=tuple(m.text for m in mentions if not m.bodies and not _inside(m, labels, plain))
        + (institutions_not_held(masked, every_subject, labels) if operation in (*MEASURED, *_MEMBERS_OF) else ()),
        years=years.years,
        year_starts=year_places(plain),
        year_stages=year_stages,
        years_named=bool(years.years or years.relative or years.recent),
        relative_years=years.relative,
        recent_years=years.recent,
        year_end=years.at_end,
        stage=stage,
        stage_strong=strong,
        both_stages=both,
        scope=_scope(plain),
        unit=_unit(plain),
        unit_only=bool(words.unit_only.search(plain)) and not subjects,
        wants_rate=bool(words.rate_words.search(plain)),
        wants_amount=bool(words.amount_words.search(plain)),
        threshold=threshold,
        top=_top(plain),
        nth=None if _FIRST_AND_NEXT.search(plain) else _nth(plain),
        ascending=bool(_ASCENDING.search(plain)),
        subjects=_of_trips(subjects, plain),
        table_kind=table_kind,
        restrictor=_restrictor(plain, subjects),
        spoken_of=subjects,
        years_spoken_of=years.years,
        bodies_spoken_of=bodies,
        stages_spoken_of=(stage,) if stage else (),
        commanded=bool(words.commanded.search(squeeze(text))) and not re.search(r"多少|几|吗|[?？]", squeeze(text)),
        masked=masked,
        leftover=tuple(p for _, p in left),
        modifiers=(
            *particular_purchases(every_subject, masked),
            *(
                nested_elsewhere(every_subject, masked)
                if operation not in _OF_PARTS or _ONE_IN_ALL.search(masked)
                else ()
            ),
            *(
                p
                for at, p in left
                if any(at + len(p) == s.start or (0 <= at - s.end <= 1 and s.score < _PRINTED) for s in subjects)
            ),
        ),
        named=every_subject,
        taken_off=taken,
        cut=cut_words(masked, every_subject),
        body_starts=tuple((m.start, b) for m in mentions for b in m.bodies),
    )


def _top(plain: str) -> int | None:
    """How many of the largest are asked for."""
    if _FIRST_AND_NEXT.search(plain):
        return _nth(plain) or 2
    said = _TOP.search(plain)
    return next((chinese_int(g) for g in (said.groups() if said else ()) if g), None)


def _nth(plain: str) -> int | None:
    """Which place alone is asked for (第二大)."""
    return next((chinese_int(g) for m in _NTH.finditer(plain) for g in m.groups() if g), None)


def _only_carried(subject: Subject) -> Subject:
    """还有多少钱结转下年: not the total is asked for, but what of it is carried."""
    carried = {"carry": "carry.in", "carry_out": "carry.out"}.get(subject.measure)
    bare = subject.score < _PRINTED and subject.concepts[:1] in (("income.total",), ("expenditure.total",))
    return replace(subject, concepts=(carried,), measure="") if carried and bare else subject


_CALLED_ITEM = re.compile("(?:这个|那个|这一|的)?(?:科目|款级|项级|类级)")


def _without_items(
    mentions: tuple[Mention, ...], text: str, labels: Mapping[str, tuple[str, ...]]
) -> tuple[Mention, ...]:
    """档案馆这个科目: a department's short name that is a printed item, and is called one, beside another mention."""
    items = tuple(m for m in mentions if m.text in labels and _CALLED_ITEM.match(text[m.end :]))
    return tuple(m for m in mentions if m not in items) if 0 < len(items) < len(mentions) else mentions


def _inside(mention: Mention, labels: Mapping[str, tuple[str, ...]], text: str) -> bool:
    """Whether an unknown department's name is the beginning or end of a printed label that the question goes on with
    (a project named after a body)."""
    window = text[mention.start : mention.end]
    before, after = text[max(0, mention.start - 2) : mention.start], text[mention.end :].removeprefix("的")[:2]
    return any(
        (len(after) == 2 and window + after in phrase) or (len(before) == 2 and before + window in phrase)
        for phrase in labels
    )


def _restrictor(plain: str, subjects: tuple[Subject, ...]) -> str:
    """What budgets never hold, unless the words begin inside a printed label (全市科普活动)."""
    for name, pattern in language().restrictors:
        m = pattern.search(plain)
        if m is None:
            continue
        if any(s.labels and s.start <= m.start() < s.end for s in subjects):
            continue
        return name
    return ""


def _scope(text: str) -> str:
    words = language()
    unit, department = words.unit_scope.search(text), words.department_scope.search(text)
    if unit and not department:
        return "单位"
    if department and not unit:
        return "部门"
    return ""
