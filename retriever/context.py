"""A question in the light of the questions before it."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.text import chinese_int
from retriever.measures import is_measure, measure_of
from retriever.query import Operation, Query, Subject
from retriever.settle import is_ancestor


def in_context(query: Query, earlier: Query) -> Query:
    """Fill what a follow-up leaves out from the question before it, and nothing else."""
    own_subjects = any(not is_bare(s) and not _only_unspent(s, query) for s in query.subjects)
    compares_bodies = bool(query.bodies) and query.operation is Operation.COMPARE
    subjects, operation = query.subjects, query.operation
    if query.operation in (Operation.SHARE, Operation.MULTIPLE) and own_subjects and len(query.subjects) == 1:
        of_own = re.search(r"占(?!比|多|了?几|它|其|这|该|总|整)", query.masked)
        parts = earlier.subjects if earlier.operation is Operation.SUM else earlier.subjects[:1]
        before, after = _moved(parts, -1), _moved(earlier.subjects[:1], len(query.masked))
        if earlier.operation is Operation.SUM and of_own:
            query = replace(query, operations=(*query.operations, Operation.SUM))  # 加起来, then 占公用经费多少
        several = _SEVERAL.search(query.masked) if of_own else None
        number = (chinese_int(several.group(1) or "二") or 2) if several else 0
        if several and len(earlier.spoken_of) >= number:
            before = _moved(earlier.spoken_of[-number:], -1)  # 这两样合计占三公多少
            query = replace(query, operations=(*query.operations, Operation.SUM))
        subjects = (*before, *query.subjects) if of_own else (*query.subjects, *after)
    elif own_subjects and (column := _column_of(query, earlier)) is not None:
        subjects = (column,)
    elif not own_subjects or _is_only_divided_by(query, earlier):
        subjects, operation = _carried_subjects(query, earlier)
    against_year = bool(query.years or query.relative_years)
    if operation is Operation.COMPARE and against_year and not own_subjects and not compares_bodies:
        operation = Operation.CHANGE  # 那养车呢, 跟上一年比差多少: the thing spoken of last, in two years
    if (
        operation is Operation.CHANGE
        and earlier.operation is Operation.COMPARE
        and not own_subjects
        and not query.years
    ):
        operation = Operation.COMPARE  # 谁的差旅费多, 多出来多少
    if operation is Operation.LOOKUP and not own_subjects and earlier.operation in _CARRIED:
        operation = earlier.operation
        query = replace(query, operations=tuple(dict.fromkeys((*query.operations, *earlier.operations))))
    bodies = (*earlier.bodies, *query.bodies) if compares_bodies else query.bodies or earlier.bodies
    if not query.bodies and _WHICH_BODY.search(query.text) and len(set(earlier.bodies_spoken_of)) < 2:
        bodies = ()  # one department was spoken of: which one is asked among all
    own_years = query.years or query.relative_years or query.recent_years
    years = _years(query, earlier, operation)
    latter = re.search("前者|后者", query.masked)
    if latter and not query.bodies and len(earlier.bodies_spoken_of) > 1:
        pair = earlier.bodies_spoken_of[-2:]
        bodies = pair[::-1] if latter.group(0) == "后者" else pair
        subjects = earlier.subjects
    if (
        operation in (Operation.COMPARE, Operation.CHANGE)
        and not (query.bodies or own_subjects or own_years)
        and earlier.body_starts
        and len(set(earlier.bodies_spoken_of)) > 1
        and not earlier.years_named
    ):
        bodies = tuple(dict.fromkeys(earlier.bodies_spoken_of))[-2:]  # two departments in turn, then 差多少
    stages = (*earlier.stages_spoken_of, *query.stages_spoken_of)
    both = query.both_stages or (
        operation in (Operation.COMPARE, Operation.CHANGE, Operation.GROWTH)
        and not (own_subjects or own_years or query.bodies or query.stage)
        and set(stages[-2:]) == {"预算", "决算"}
        and len(set(earlier.years_spoken_of)) < 2
    )  # 预算多少, 决算呢, 少了多少
    operation = Operation.COMPARE if both and not query.both_stages else operation
    stage, strong = (query.stage, query.stage_strong) if query.stage else (earlier.stage, earlier.stage_strong)
    return replace(
        query,
        operation=operation,
        bodies=tuple(dict.fromkeys(bodies)),
        unknown_bodies=query.unknown_bodies or (() if query.bodies else earlier.unknown_bodies),
        years=years,
        relative_years=query.relative_years if own_years or _only_base(earlier, operation) else earlier.relative_years,
        recent_years=query.recent_years if own_years else earlier.recent_years,
        year_end=query.year_end or (not own_years and earlier.year_end),
        stage=stage,
        stage_strong=strong,
        both_stages=both,
        stages_spoken_of=stages,
        scope=query.scope or earlier.scope,
        unit=query.unit,
        subjects=subjects,
        years_spoken_of=(*earlier.years_spoken_of, *query.years),
        bodies_spoken_of=(*earlier.bodies_spoken_of, *query.bodies),
        spoken_of=(*earlier.spoken_of, *(query.subjects if own_subjects else ())),
        table_kind=query.table_kind or ("" if own_subjects else earlier.table_kind),
    )


def _is_only_divided_by(query: Query, earlier: Query) -> bool:
    """养车花了多少, 平均到每辆车是多少: what is counted divides the money spoken of."""
    counted = all(c.startswith(_COUNTED) for s in query.subjects for c in s.concepts[:1])
    money = any(not c.startswith(_COUNTED) for s in earlier.subjects for c in s.concepts[:1])
    return query.operation is Operation.PER_UNIT and counted and (money or any(s.labels for s in earlier.subjects))


_COUNTED = ("assets.vehicle", "count.", "units.")


def _years(query: Query, earlier: Query, operation: Operation) -> tuple[int, ...]:
    """The years of a turn: its own, else those spoken of before."""
    own_years = query.years or query.relative_years or query.recent_years
    years = query.years
    if not own_years:
        years = earlier.years
    elif (
        operation in (Operation.GROWTH, Operation.CHANGE, Operation.COMPARE, Operation.MULTIPLE)
        and len(query.years) == 1
    ):
        years = tuple(dict.fromkeys((*earlier.years[-1:], *query.years)))
    if not own_years and len(earlier.years_spoken_of) > 1:
        if operation is Operation.SUM and re.search(r"年", query.masked):
            years = tuple(sorted(set(earlier.years_spoken_of)))
        elif operation in (Operation.CHANGE, Operation.GROWTH, Operation.COMPARE, Operation.TREND) and not query.bodies:
            years = tuple(sorted(set(earlier.years_spoken_of[-2:])))
    return years


def _only_unspent(subject: Subject, query: Query) -> bool:
    """为什么没花完: of the thing spoken of, not a thing of its own."""
    left = subject.concepts[:1] == ("carry.out",) and subject.score < _PRINTED
    return left and query.operation is Operation.REASON


_PRINTED = 0.9
_INSIDE_IT = re.compile(r"^[|,，]*(?:那|那么)?(?:这|它)?(?:里面|其中|里头|当中|里)")


def _column_of(query: Query, earlier: Query) -> Subject | None:
    """某项目多少, 里面上年结转的是多少: the column of the row spoken of; None where no row was, or no column is named."""
    if len(query.subjects) != 1 or len(earlier.subjects) != 1 or not _INSIDE_IT.match(query.masked):
        return None
    row, column = earlier.subjects[0], query.subjects[0]
    if not is_measure(column) or is_measure(row) or row.measure or not (row.labels or row.codes):
        return None
    return replace(row, measure=measure_of(column), text=f"{row.text}{column.text}")


def _carried_subjects(query: Query, earlier: Query) -> tuple[tuple[Subject, ...], Operation]:
    """What a turn without subjects of its own is about, and what is done with it."""
    operation, subjects = query.operation, earlier.subjects
    shared = earlier.operation is Operation.SHARE and len(earlier.subjects) == 2
    if operation is Operation.SHARE:
        return _shared_subjects(query, earlier), operation
    over_years = query.years or query.relative_years or query.recent_years or _YEARS_TOGETHER.search(query.masked)
    if operation in (Operation.SUM, Operation.COMPARE) and not query.bodies and not over_years:
        number = next((chinese_int(m) for m in re.findall(r"([两二三四五])(?:个|项|样|者|笔)", query.masked)), 2)
        if len(earlier.spoken_of) > 1 and earlier.operation not in (Operation.RANK, Operation.TREND):
            subjects = earlier.spoken_of[-(number or 2) :]
    if operation in _OF_THE_PART and shared and _ONE.search(query.masked):
        subjects = _parts_of(earlier)  # the share of a thing was asked for; 这项 is that thing
        operation = Operation.CHANGE if operation is Operation.COMPARE and query.years else operation
    return subjects, operation


def _shared_subjects(query: Query, earlier: Query) -> tuple[Subject, ...]:
    """Part and whole of 占多少: the earlier share's, of all money where that is said, else of what the part was
    called a part of (三公经费多少, 其中接待费呢, 占多少)."""
    part, whole = earlier.subjects, earlier.subjects[:0]
    if earlier.operation is Operation.SHARE and len(earlier.subjects) == 2:
        part, whole = _parts_of(earlier), _whole_of(earlier)
    elif len(part) == 1:
        whole = tuple(s for s in earlier.spoken_of if is_ancestor(s, part[0]))[-1:]
    if _OF_ALL.search(query.masked):
        whole = query.subjects[-1:] or (_ALL_MONEY,)
    return (*_moved(part, -1), *_moved(whole, len(query.masked))) if whole else part


def _only_base(earlier: Query, operation: Operation) -> bool:
    """比去年多多少, then 第二大的呢: last year was only what was compared with."""
    return earlier.operation in _AGAINST and operation not in _AGAINST


def is_bare(subject: Subject) -> bool:
    """A subject that only frames a question (花了多少, 预算): the one before it is meant."""
    return subject.end == 0 or (
        subject.score < 0.9 and subject.concepts[:1] in (("expenditure.total",), ("income.total",))
    )


def _whole_of(query: Query) -> tuple[Subject, ...]:
    """The denominator of an earlier share: what stood behind 占, else the last."""
    cut = query.masked.find("占")
    behind = tuple(s for s in query.subjects if 0 <= cut < s.start)
    return behind[:1] or query.subjects[-1:]


def _parts_of(query: Query) -> tuple[Subject, ...]:
    whole = _whole_of(query)
    return tuple(s for s in query.subjects if s not in whole)


def _moved(subjects: tuple[Subject, ...], to: int) -> tuple[Subject, ...]:
    """Subjects of an earlier question, placed before (−1) or behind the words of this one."""
    return tuple(replace(s, start=to, end=to) for s in subjects)


_SEVERAL = re.compile("[这那](?:([两二三四五])(?:个|项|样|笔|者))|两者")
_YEARS_TOGETHER = re.compile("(?:[两二三四五几]|这些)个?年")
"""两年一共: of one thing."""
_AGAINST = (Operation.CHANGE, Operation.GROWTH, Operation.COMPARE, Operation.REASON)
_ALL_MONEY = Subject("总支出", 0, 0, ("expenditure.total",))
_OF_ALL = re.compile("总(?:支出|预算|收入|额)|全部|整个")
_WHICH_BODY = re.compile("哪(?:一|几)?[个家些]?(?:部门|局)|(?:各|所有|全部)(?:个)?部门")
_ONE = re.compile("[这那该此](?:一)?(?:项|个|笔|块|部分)|它")
_OF_THE_PART = (
    Operation.CHANGE,
    Operation.GROWTH,
    Operation.COMPARE,
    Operation.LOOKUP,
    Operation.REASON,
    Operation.TREND,
)
_CARRIED = {
    Operation.SHARE,
    Operation.SUM,
    Operation.RANK,
    Operation.COMPLETION,
    Operation.PER_UNIT,
    Operation.REASON,
    Operation.USAGE,
    Operation.CHANGE,
    Operation.GROWTH,
}
