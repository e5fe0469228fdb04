"""Things that a question names beside what it was answered with: a figure that does not hold them may not be the one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.text import UNIT_SCALE
from indexer.types import TableKind
from indexer.vocabulary import vocabulary
from retriever.draft import Draft
from retriever.evidence import Figure
from retriever.language import language
from retriever.measures import is_measure, measure_of
from retriever.query import Operation, Query, Subject
from retriever.settle import is_ancestor
from retriever.subjects import clean

_FRAMES = ("expenditure.total", "income.total", "project.item", "units", "total", "performance")
_PRINTED = 0.9
"""Subjects below this score were named in everyday words."""
_INSIDE = re.compile(r"(?:\||的|预算|支出|费用?)*(?:里面?|里头|中|当中|之中|其中)[的有,，]*(?:其中)?")
_FIGURED = (
    Operation.LOOKUP,
    Operation.SUM,
    Operation.GROWTH,
    Operation.CHANGE,
    Operation.TREND,
    Operation.COMPLETION,
    Operation.COMPARE,
    Operation.SHARE,
    Operation.MULTIPLE,
    Operation.LIST,
    Operation.FILTER,
    Operation.RANK,
)


def passed_over(query: Query, draft: Draft) -> tuple[str, ...]:
    """The named things that neither the subjects nor the figures of the answer hold (洒水车 in 洒水车的燃油费)."""
    if query.operation not in _FIGURED or not draft.items:
        return ()
    printed = "".join(clean(part) for i in draft.items for part in _words(i.figure))
    return (
        parts_of_items(query)
        + _loosely_read(query, printed)
        + _not_counted(query, draft)
        + _no_ratio(query, draft)
        + _run_together(query, draft)
        + tuple(
            s.text
            for s in query.named
            if not any(s.start < k.end and k.start < s.end for k in query.subjects)
            and not _frames(s, query)
            and not _explained(s, query)
            and clean(s.text) not in printed
            and not any(clean(label) in printed for label in s.labels)
            and not any(vocabulary().concepts[c].name in printed for c in s.concepts[:1] if c in vocabulary().concepts)
        )
    )


_APART = re.compile(r"[、,，;；:：/+]|和|与|及|跟|同|以及|还有|加|又|再|各|分别|多少|几|还是|或|对比|相比|比|减|除")


def _run_together(query: Query, draft: Draft) -> tuple[str, ...]:
    """Two things named with nothing that tells them apart, each answered: one may only narrow the other."""
    if query.operation is not Operation.LOOKUP or len(draft.items) < 2 or len(query.subjects) < 2:
        return ()
    if re.search("各|分别", query.masked):
        return ()
    pairs = zip(query.subjects, query.subjects[1:], strict=False)
    return tuple(a.text for a, b in pairs if 0 < a.end <= b.start and not _APART.search(query.masked[a.end : b.start]))


_COUNT_ASKED = re.compile(
    r"(?:几|多少)(?:辆|台|套|批次?|人次?|名|位|场次?|栋|间|盏|张|座|棵|株|头|只|平方米|公里|亩|度(?!电费))|总?人次|批次(?!数?经费)|辆数|台数|人数"
)
_MONEY_ASKED = re.compile("钱|元|金额|费用|经费|花费|预算|价值|占|平均|人均|每|支出|费")


def _not_counted(query: Query, draft: Draft) -> tuple[str, ...]:
    """A count was asked for and only money is answered."""
    asked = _COUNT_ASKED.search(query.masked)
    if asked is None or _MONEY_ASKED.search(query.masked[asked.start() :]):
        return ()
    return (asked.group(0),) if all(i.figure.unit in UNIT_SCALE for i in draft.items) else ()


def _loosely_read(query: Query, printed: str) -> tuple[str, ...]:
    """Everyday words for a class of functions cover more or less than it (党建, 组织事务), unless its name holds them."""
    return tuple(
        s.text
        for s in query.subjects
        if s.score < _PRINTED
        and not s.labels
        and s.concepts[:1]
        and s.concepts[0].startswith("func.")
        and (len(s.text) < _TELLING or clean(s.text) not in printed)
    )


_TELLING = 3
"""So many characters of a class's name tell which is meant."""
_RATIO_ASKED = re.compile("百分之|几成|百分比|比例|占比|每(?:人|辆|台|平|户|个)|人均|均摊|平均|一(?:平米|平方米|人次)")


def _no_ratio(query: Query, draft: Draft) -> tuple[str, ...]:
    """A ratio was asked for and only an amount is answered."""
    asked = _RATIO_ASKED.search(query.masked)
    plain = all(i.figure.unit in UNIT_SCALE and not i.figure.inputs for i in draft.items)
    return (asked.group(0),) if asked is not None and plain and query.operation is Operation.LOOKUP else ()


_OF_A_TABLE = {
    TableKind.BASIC_ECONOMIC: "基本支出",
    TableKind.THREE_PUBLIC: "三公经费",
    TableKind.GOV_FUND: "政府性基金",
}
"""What a whole table's figures belong to without saying so in each row."""
_ALONE = re.compile("[光单只仅净]$|单独$|单单$")


def parts_of_items(query: Query) -> tuple[str, ...]:
    """Everyday words for a part of the item that they lead to."""
    return tuple(s.text for s in query.subjects if _is_a_part(s, query))


def only_a_part(query: Query) -> bool:
    """光加油费: just the part is wanted, so the whole does not answer; nor does what is paid where 收 asks what came in."""
    return any(_is_a_part(s, query) and _ALONE.search(query.masked[: s.start]) for s in query.subjects) or any(
        _is_spent(s) and _RECEIVED.search(query.masked[: s.start]) for s in query.subjects if s.score < _PRINTED
    )


def _is_spent(subject: Subject) -> bool:
    return subject.concepts[:1] != () and subject.concepts[0].startswith(("three_public.", "econ.", "operating_funds"))


_RECEIVED = re.compile("(?<!回)收(?:了|到|取|上来|进)?(?:多少|几)?$")
"""收了多少停车费: what is received, not what is paid of that name."""


_FEE = re.compile("(?:费|款|奖金?|补贴|工资|薪酬|酬劳|租金|押金|罚金|保证金)$")
_THEN_ASKED = re.compile("(?:一共|总共|到底|大概)?(?:要|得|是|有|花|给|付|发|用|安排)*(?:了)?(?:多少|几)")


def asked_but_unknown(query: Query) -> tuple[str, ...]:
    """A payment that nothing explains, asked of a thing that is held: 旅游节请明星的出场费花了多少."""
    return tuple(
        piece
        for piece in query.leftover
        if _FEE.search(piece)
        and (at := query.masked.rfind(piece)) >= 0
        and _THEN_ASKED.match(query.masked[at + len(piece) :])
        and any(s.labels and s.end <= at for s in query.subjects)
    )


def _is_a_part(subject: Subject, query: Query) -> bool:
    """油费 is a part of 公务用车运行维护费; so is 公务接待费里的餐费, whatever the word."""
    if subject.labels or subject.score >= _PRINTED:
        return False
    return subject.text in language().narrower or any(
        set(subject.concepts[:1]) & set(k.concepts)
        and k.end <= subject.start
        and _INSIDE.fullmatch(query.masked[k.end : subject.start])
        for k in query.subjects
        if k is not subject
    )


def _frames(subject: Subject, query: Query) -> bool:
    """A total or the word 项目, or money of a kind that the answer's subject was looked up in."""
    if is_measure(subject) and measure_of(subject) in {m for k in query.subjects for m in k.measure.split("+")}:
        return True
    if query.table_kind == TableKind.PROCUREMENT and subject.concepts[:1] == ("procurement.total",):
        return True
    return any(c.split(".")[0] in _FRAMES or c in _FRAMES for c in subject.concepts[:1])


def _explained(subject: Subject, query: Query) -> bool:
    """A wider thing that the answer's subject belongs to, or the same thing in other words."""
    for kept in query.subjects:
        if is_ancestor(subject, kept):
            return True
        same = set(subject.concepts[:1]) & set(kept.concepts) or set(kept.concepts[:1]) & set(subject.concepts)
        if same and not (kept.end <= subject.start and _INSIDE.fullmatch(query.masked[kept.end : subject.start])):
            return True
    return False


def _words(figure: Figure) -> Iterator[str]:
    if figure.fact is not None:
        fact = figure.fact
        yield from (fact.item, *fact.item_path, *fact.measure_path, _OF_A_TABLE.get(fact.kind, ""))
    if figure.claim is not None:
        yield from (figure.claim.text, *figure.claim.context)
    for part in figure.inputs:
        yield from _words(part)
