"""Words that say which money of an item is meant: 项目支出 of 行政运行, one fund of a total."""

from __future__ import annotations

import re
from dataclasses import replace

from retriever.query import Subject

MEASURE_CONCEPTS: dict[str, str] = {
    "basic": "expenditure.basic",
    "project": "expenditure.project",
    "person": "expenditure.person",
    "public": "expenditure.public",
    "operating": "expenditure.operating",
    "remit": "expenditure.remit",
    "subsidy": "expenditure.subsidy",
    "fund.general": "fund.general",
    "fund.gov": "fund.gov",
    "fund.state": "fund.state",
    "fund.grant": "fund.grant",
    "fund.special": "income.special_account",
    "source.business": "income.business",
    "source.operating": "income.operating",
    "source.superior": "income.superior",
    "source.affiliated": "income.affiliated",
    "source.other": "income.other",
    "source.unit": "income.unit",
    "carry": "carry.in",
    "carry_out": "carry.out",
}
_CONCEPT_MEASURE = {v: k for k, v in MEASURE_CONCEPTS.items()} | {
    "income.grant": "fund.grant",
    "income.general": "fund.general",
    "income.gov_fund": "fund.gov",
    "income.state_capital": "fund.state",
}


def fund_first(concepts: tuple[str, ...], text: str) -> tuple[str, ...]:
    """一般公共预算 alone names the fund; only 收入 or 拨款 makes it an income."""
    if "收入" in text or "拨款" in text:
        return concepts
    return tuple(sorted(concepts, key=lambda c: not c.startswith("fund.")))


_FUNDS = (
    ("一般公共预算", "fund.general"),
    ("政府性基金", "fund.gov"),
    ("国有资本经营", "fund.state"),
    ("财政拨款", "fund.grant"),
)


def with_fund(subject: Subject) -> Subject:
    """一般公共预算财政拨款基本支出: a label that names an expenditure and the fund it is paid from."""
    concept = subject.concepts[0] if subject.concepts else ""
    if _CONCEPT_MEASURE.get(concept, "fund.").startswith(("fund.", "source.", "carry")):
        return subject
    fund = next((f for word, f in _FUNDS if subject.text.startswith(word)), "")
    return replace(subject, measure=fund) if fund else subject


def is_measure(subject: Subject) -> bool:
    """Whether a subject can also say which money of another subject is meant."""
    return bool(subject.concepts) and subject.concepts[0] in _CONCEPT_MEASURE and not subject.codes


def measure_of(subject: Subject) -> str:
    """The measure id of a measure-like subject."""
    return _CONCEPT_MEASURE[subject.concepts[0]]


def _with_its_fund(subject: Subject) -> str:
    """一般公共预算基本支出: the fund in the name and the measure."""
    return "+".join(x for x in (subject.measure, measure_of(subject)) if x)


def attach_measures(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """Let 行政运行的项目支出 be one subject with a measure. A measure joined by 和/、 to another stays a subject."""
    items = [s for s in subjects if not is_measure(s)]
    measures = [s for s in subjects if is_measure(s)]
    if not measures or text.count("占") > 1:  # 基本支出占总额多少，项目支出占多少
        return subjects
    if not items:
        return _of_the_first(measures, text) or _join_funds(measures, text)
    if len(items) == 1:
        return _columns_of(items[0], measures, text)
    first = measures[0]
    if (
        measure_of(first).startswith("fund.")
        and first.end <= items[0].start
        and _OVER_ALL.match(text[first.end : items[0].start])
    ):
        fund = measure_of(first)
        items = [i if i.measure else replace(i, measure=fund) for i in items]
        measures = measures[1:]
    elif first.end <= items[0].start and _HOLDS_ALL.match(text[first.end : items[0].start]) and "占" not in text:
        held = _with_its_fund(first)
        items = [i if i.measure else replace(i, measure=held) for i in items]
        measures = measures[1:]
    last = measures[-1] if measures else first
    if (
        measure_of(last).startswith("fund.")
        and last.start >= items[-1].end
        and _OF_THEM_ALL.match(text[items[-1].end : last.start])
    ):
        fund = measure_of(last)
        items = [i if i.measure else replace(i, measure=fund) for i in items]
        measures = [m for m in measures if m is not last]
    out: list[Subject] = []
    used: set[int] = set()
    for item in items:
        near = [m for m in measures if id(m) not in used and _joined(item, m, text)]
        own = item
        for m in near:
            used.add(id(m))
            measure = measure_of(m)
            own = replace(own, measure="+".join(x for x in (own.measure, measure) if x), end=max(own.end, m.end))
        out.append(own)
    out += [m for m in measures if id(m) not in used]
    return tuple(sorted(out, key=lambda s: s.start))


_OVER_ALL = re.compile(r"^(?:财政拨款|预算|支出|口径)*(?:里面?|中|内|下)?[,，](?:的)?$")
"""一般公共预算，小学比初中多多少: the fund is said for all that follows."""
_HOLDS_ALL = re.compile(
    r"^(?:预算|决算|支出|经费|费用|明细|经济分类|表)*(?:里面?|里头|中|当中|之中|其中|内|下面?)(?:的|[,，]|用于|用在)*$"
)
"""基本支出里，津贴补贴和奖金一共: what holds all that follows."""
_OF_THEM_ALL = re.compile(r"^(?:[两二三四五六几]个?)?(?:科目|项目|项|类)?(?:的|在)$")
"""小学、初中、高中三个科目的一般公共预算: the fund is said for all before it."""
_WHOLE_OF = re.compile("在$")
_TAKES_UP = re.compile("^(?:里面?|里头|中|当中|内)?(?:大概|大约)?所?占")
_APART = re.compile(r"^(?:、|和|与|及|以及|跟|还有|加上?|占|比)$")
_ASKED = re.compile(r"多少|几多|几钿|几何|是什么|总数|[?？]")
_WITHIN = re.compile(r"^(?:这(?:一)?(?:项|个科目|个))?(?:里头|里面|里|中|当中|内)(?:,)?(?:头)?(?:有)?(?:多少|几多)?")
_HOLDS = re.compile(
    r"^(?:预算|决算|支出|经费|费用|明细|经济分类|表)*(?:里面?|里头|中|当中|之中|其中)(?:的|,)?(?:挂在|列在|归在|属于|用于|用在|投到|投向|安排的?|列支的?|开支的?)?$"
)
_PART_OF_IT = re.compile(r"其中|里面|当中|里头|这里")


def _columns_of(item: Subject, measures: list[Subject], text: str) -> tuple[Subject, ...]:
    """One item and measures: each measure is a column of it, unless 和 or 占 sets it apart; the item itself is
    asked for too where its own figure was asked first (事业运行多少，其中项目支出多少)."""
    before = [m for m in measures if m.start < item.start]
    behind = [m for m in measures if m.start >= item.end]
    if any(_WHOLE_OF.search(text[item.end : m.start]) and _TAKES_UP.match(text[m.end :]) for m in behind):
        return tuple(sorted((item, *measures), key=lambda s: s.start))  # 工资在基本支出里占几成
    if any("占" in text[min(a.end, b.end) : max(a.start, b.start)] for a in (item,) for b in measures):
        return _joined_only(item, measures, text)
    lead = [m for m in before if measure_of(m).startswith("fund.") and _joined(item, m, text)]
    lead += [m for m in before if m not in lead and _HOLDS.match(text[m.end : item.start])]
    apart = [m for m in before if m not in lead]
    own = replace(item, measure="+".join(_with_its_fund(m) for m in lead)) if lead else item
    out: list[Subject] = list(apart)
    columns: list[Subject] = []
    last = item.end
    pending = ""
    for m in behind:
        gap = text[last : m.start]
        if not columns and _APART.match(gap):
            out.append(m)
        elif (columns and gap == "") or (pending and re.match(r"^(?:的|里|中|安排的?)?$", gap)):
            columns[-1] = replace(columns[-1], measure=f"{columns[-1].measure}+{measure_of(m)}", end=m.end)
        else:
            measure = "+".join(x for x in (own.measure, measure_of(m)) if x)
            columns.append(replace(own, measure=measure, end=m.end, text=f"{item.text}{m.text}"))
        pending = measure_of(m) if measure_of(m).startswith("fund.") else ""
        last = m.end
    first_gap = text[item.end : behind[0].start] if behind else ""
    own_asked = _ASKED.search(first_gap) and not _WITHIN.match(first_gap)
    if not columns or own_asked:
        out.append(own)
    return tuple(sorted((*out, *columns), key=lambda s: s.end))


def _joined_only(item: Subject, measures: list[Subject], text: str) -> tuple[Subject, ...]:
    """In a share only a measure that follows directly belongs to the item."""
    own, rest = item, []
    for m in measures:
        if _joined(item, m, text):
            own = replace(own, measure=measure_of(m), end=max(own.end, m.end))
        else:
            rest.append(m)
    return tuple(sorted((own, *rest), key=lambda s: s.start))


def _of_the_first(measures: list[Subject], text: str) -> tuple[Subject, ...] | None:
    """年末结转多少，其中财政拨款的呢: the fund narrows what was asked first."""
    if (
        len(measures) == 2
        and measure_of(measures[1]).startswith("fund.")
        and not measure_of(measures[0]).startswith("fund.")
    ):
        first, fund = measures
        if _HOLDS.match(text[first.end : fund.start]):
            return (replace(first, measure=measure_of(fund), end=fund.end),)
        if _PART_OF_IT.search(text[first.end : fund.start]):
            return first, replace(first, measure=measure_of(fund), start=fund.start, end=fund.end)
    return None


_LINK = re.compile(
    r"^(?:在|于)?\|*(?:这|那|该)?(?:一)?(?:项|个|类|款|科目)?(?:里|里面|中|当中|下|下面|内)?(?:的|,|，)?(?:用|安排)?(?:的)?$"
)


def _joined(item: Subject, measure: Subject, text: str) -> bool:
    if measure.start >= item.end:
        return bool(_LINK.match(text[item.end : measure.start]))
    return measure_of(measure).startswith("fund.") and bool(
        re.match(r"^(?:的|里|中|安排的?|里面的?)?$", text[measure.end : item.start])
    )


_PAID = re.compile(r"^(?:的|里|中|安排的?)?$")
_LEFT = re.compile(r"^(?:预算|资金|拨款|财政拨款)?(?:的|里|中|到|在|截至|截止|,)?$")


def _join_funds(measures: list[Subject], text: str) -> tuple[Subject, ...]:
    """一般公共预算财政拨款基本支出: the fund limits the expenditure that follows it."""
    out: list[Subject] = []
    for m in measures:
        before = out[-1] if out else None
        if (
            before is not None
            and measure_of(before).startswith("fund.")
            and not measure_of(m).startswith(("fund.", "source."))
            and (_LEFT if measure_of(m).startswith("carry") else _PAID).match(text[before.end : m.start])
        ):
            out[-1] = replace(m, start=before.start, measure=measure_of(before), text=before.text + m.text)
        else:
            out.append(m)
    return tuple(out)
