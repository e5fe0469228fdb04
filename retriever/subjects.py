"""Find what a question speaks of: spans of its text that name concepts, printed labels or codes.

Longest match first, printed labels before vocabulary labels before citizens' words; what is left over is
reported, so that a question about something unknown is never answered with something near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.lexical import word_starts
from indexer.text import fold
from indexer.vocabulary import open_key, vocabulary
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
_IGNORED_CONCEPTS = {"total"}
_TOTAL_LABEL = re.compile(r"^(?:本年)?(?:收入|支出|收支)?(?:合计|总计|小计|其他|其它|项目|金额|备注|无)$")
_PROJECT_WORDS = ("项目", "专项")
_BRACKETS = str.maketrans("", "", "()[]《》<>【】")
_CODE = re.compile(r"(?<!\d)([23]\d{2}(?:\d{2}){0,2})(?![\d年.])")
_LONGEST = 26
_DOC_LABEL, _LABEL, _WORD, _FUZZY = 1.0, 0.95, 0.8, 0.7


def clean(text: str) -> str:
    """A squeezed question in the form that spans are found in."""
    return fold(text).translate(_BRACKETS)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    concepts: tuple[str, ...]
    labels: tuple[str, ...]
    score: float


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, tuple[tuple[str, ...], float]]:
    """Phrase -> concepts and how sure it is; a label beats a citizens' word for the same phrase."""
    out: dict[str, tuple[tuple[str, ...], float]] = {}

    def add(phrase: str, concept: str, score: float) -> None:
        key = clean(phrase)
        if len(key) < 2 or concept in _IGNORED_CONCEPTS:
            return
        known, best = out.get(key, ((), 0.0))
        if score > best:
            out[key] = ((concept, *(c for c in known if c != concept)), score)
        elif concept not in known:
            out[key] = ((*known, concept), best)

    words = vocabulary()
    for concept in words.concepts.values():
        for label in (concept.name, *concept.labels):
            add(label, concept.id, _LABEL)
            add(open_key(label), concept.id, _LABEL)
    for measure_id, concept_id in MEASURE_CONCEPTS.items():
        measure = words.measures.get(measure_id)
        for label in measure.labels if measure else ():
            add(label, concept_id, _LABEL)
    for concept in words.concepts.values():
        for word in concept.words:
            add(word, concept.id, _WORD)
    for measure_id, concept_id in MEASURE_CONCEPTS.items():
        measure = words.measures.get(measure_id)
        for word in measure.words if measure else ():
            add(word, concept_id, _WORD)
    return out


_SUFFIX = re.compile(r"(?:专项|项目|工作)?(?:经费|费用|资金|支出|项目|补助)$")


def label_phrases(labels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Phrase -> printed labels (folded): each label, and without its last general word where 4 signs remain."""
    out: dict[str, tuple[str, ...]] = {}
    for label in labels:
        key = clean(label)
        if _TOTAL_LABEL.match(key):
            continue
        short = _SUFFIX.sub("", key)
        for phrase in {key, short if len(short) >= 4 else key}:
            if len(phrase) >= 2 and not phrase.isdigit():
                out[phrase] = (*out.get(phrase, ()), label)
    return out


def _hits(text: str, labels: Mapping[str, tuple[str, ...]]) -> list[_Hit]:
    phrases = _phrases()
    starts = word_starts(text)
    hits: list[_Hit] = []
    for start in range(len(text)):
        for size in range(min(_LONGEST, len(text) - start), 1, -1):
            piece = text[start : start + size]
            concepts, score = phrases.get(piece, ((), 0.0))
            printed = labels.get(piece, ())
            if concepts[:1] == ("project.item",) and not piece.endswith(_PROJECT_WORDS):
                concepts = ()
            if score <= _WORD and size <= 3 and not printed and start not in starts:
                continue
            if concepts or printed:
                hits.append(_Hit(start, start + size, concepts, printed, _DOC_LABEL if printed else score))
    return hits


def _choose(hits: list[_Hit]) -> list[_Hit]:
    """Non-overlapping hits: longest first; of equal length the surer, then the earlier."""
    chosen: list[_Hit] = []
    for hit in sorted(hits, key=lambda h: (-(h.end - h.start), -h.score, h.start)):
        over = [c for c in chosen if c.start < hit.end and hit.start < c.end]
        if not over:
            chosen.append(hit)
        elif len(over) == 1 and hit.start < over[0].start and over[0].score <= _WORD and _under(hit, over[0]):
            chosen[chosen.index(over[0])] = hit  # 买车的钱: 买车, not 车的钱
    return sorted(chosen, key=lambda h: h.start)


def _under(hit: _Hit, other: _Hit) -> bool:
    """Whether a hit means something below what the other means."""
    concepts = vocabulary().concepts
    return any(c in concepts and concepts[c].parent in other.concepts for c in hit.concepts)


_BREAK = re.compile(
    r"[^\u4e00-\u9fff]+|(?:一共|总共|到底|申请|安排|花|用|拨|给|要|有|是|共)?(?:了)?多少(?:钱|万元|元|万|个|场|次)?|分别|"
    r"单价|数量|预算数?|决算数?|年度|的|吗|呢|几个?|这个|那个|项目|资金|经费|费用|支出|今年|明年|去年|全年|各|要花|打算|计划|请问|安排"
)


def _common_subsequence(a: str, b: str) -> int:
    """Length of the longest sequence of characters that stand in both, in order."""
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b):
            above = row[j + 1]
            row[j + 1] = diagonal + 1 if x == y else max(above, row[j])
            diagonal = above
    return row[-1]


def fuzzy_subjects(text: str, labels: Iterable[str], masked: str = "") -> tuple[Subject, ...]:
    """Printed names (projects, mostly) that a question gives in part or contracted (计协 for 计算机协会经费).

    Every piece of the question between common words is compared with every name: nearly all of the piece must
    stand in the name, in order, beginning with the same character or sharing a run of two. Where `masked` is
    given, a piece must hold at least one character that is not blotted out there (not the department alone).
    """
    named = tuple((label, _SUFFIX.sub("", clean(label)) or clean(label)) for label in labels)
    scored: list[tuple[float, int, int, str]] = []
    for start, end in _pieces(text):
        piece = text[start:end]
        if masked and not masked[start:end].strip("|"):
            continue
        for label, core in named:
            if len(core) < 3:
                continue
            common = _common_subsequence(piece, core)
            near = piece[0] == core[0] or any(piece[i : i + 2] in core for i in range(len(piece) - 1))
            if common >= 3 and near and common / len(piece) >= 0.75:
                scored.append((common / len(piece) * 0.7 + common / len(core) * 0.3, start, end, label))
    if not scored:
        return ()
    best = max(s[0] for s in scored)
    top = [s for s in scored if s[0] >= best - 0.001]
    start, end = top[0][1], top[0][2]
    found = tuple(dict.fromkeys(s[3] for s in top if s[1] == start))
    return (Subject(text[start:end], start, end, labels=found, score=_FUZZY),)


def _pieces(text: str) -> tuple[tuple[int, int], ...]:
    out, at = [], 0
    for m in (*_BREAK.finditer(text), None):
        end = m.start() if m else len(text)
        if end - at >= 3:
            out.append((at, end))
        at = m.end() if m else end
    return tuple(out)


def find_subjects(text: str, labels: Mapping[str, tuple[str, ...]]) -> tuple[Subject, ...]:
    """Subjects of a cleaned, masked question, in the order in which they stand.

    `labels`: phrases of the labels that the documents in question print (see `label_phrases`).
    """
    codes = [Subject(m.group(1), m.start(), m.end(), codes=(m.group(1),)) for m in _CODE.finditer(text)]
    out: list[Subject] = list(codes)
    for hit in _choose(_hits(text, labels)):
        if not any(c.start < hit.end and hit.start < c.end for c in codes):
            tail = _TAIL.match(text[hit.end :])
            end = hit.end + (tail.end() if tail else 0)
            named = bool(hit.labels) and text[end:].startswith(("项目", "这个项目"))
            concepts = _fund_first(hit.concepts, text[hit.start : end])
            out.append(
                Subject(
                    text[hit.start : hit.end], hit.start, end, concepts, hit.labels, score=hit.score, is_project=named
                )
            )
    return tuple(sorted(map(_with_fund, out), key=lambda s: s.start))


_TAIL = re.compile(r"^(?:费用|经费|支出|费|款|金|钱)")


def _fund_first(concepts: tuple[str, ...], text: str) -> tuple[str, ...]:
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


def _with_fund(subject: Subject) -> Subject:
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


def attach_measures(subjects: tuple[Subject, ...], text: str) -> tuple[Subject, ...]:
    """Let 行政运行的项目支出 be one subject with a measure. A measure joined by 和/、 to another stays a subject."""
    items = [s for s in subjects if not is_measure(s)]
    measures = [s for s in subjects if is_measure(s)]
    if not measures:
        return subjects
    if not items:
        return _of_the_first(measures, text) or _join_funds(measures, text)
    if len(items) == 1:
        return _columns_of(items[0], measures, text)
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


_APART = re.compile(r"^(?:、|和|与|及|以及|跟|还有|加上?|占)$")
_ASKED = re.compile(r"多少|几多|几钿|几何|是什么|总数|[?？]")
_WITHIN = re.compile(r"^(?:这(?:一)?(?:项|个科目|个))?(?:里头|里面|里|中|当中|内)(?:,)?(?:头)?(?:有)?(?:多少|几多)?")
_PART_OF_IT = re.compile(r"其中|里面|当中|里头|这里")


def _columns_of(item: Subject, measures: list[Subject], text: str) -> tuple[Subject, ...]:
    """One item and measures: each measure is a column of it, unless 和 or 占 sets it apart; the item itself is
    asked for too where its own figure was asked first (事业运行多少，其中项目支出多少)."""
    before = [m for m in measures if m.start < item.start]
    behind = [m for m in measures if m.start >= item.end]
    if any("占" in text[min(a.end, b.end) : max(a.start, b.start)] for a in (item,) for b in measures):
        return _joined_only(item, measures, text)
    lead = [m for m in before if measure_of(m).startswith("fund.") and _joined(item, m, text)]
    apart = [m for m in before if m not in lead]
    own = replace(item, measure="+".join(measure_of(m) for m in lead)) if lead else item
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


def _join_funds(measures: list[Subject], text: str) -> tuple[Subject, ...]:
    """一般公共预算财政拨款基本支出: the fund limits the expenditure that follows it."""
    out: list[Subject] = []
    for m in measures:
        before = out[-1] if out else None
        if (
            before is not None
            and measure_of(before).startswith("fund.")
            and not measure_of(m).startswith(("fund.", "source.", "carry"))
            and re.match(r"^(?:的|里|中|安排的?)?$", text[before.end : m.start])
        ):
            out[-1] = replace(m, start=before.start, measure=measure_of(before), text=before.text + m.text)
        else:
            out.append(m)
    return tuple(out)
