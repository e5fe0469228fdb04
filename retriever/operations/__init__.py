"""The operations by what a question wants done."""

from __future__ import annotations

from collections.abc import Callable

from retriever.draft import Draft
from retriever.operations.amounts import lookup, remainder, sum_up
from retriever.operations.between import CHANGED, changed_members, come_or_gone
from retriever.operations.by_column import by_column, of_named
from retriever.operations.by_heading import by_heading
from retriever.operations.changes import change, stated_change_text, trend
from retriever.operations.comparing import compare, rank
from retriever.operations.listing import count, filter_list, increased, listing
from retriever.operations.per_unit import per_unit, without_divisor
from retriever.operations.rates import beside_plan, completion
from retriever.operations.ratios import multiples, shares
from retriever.operations.staff import staff, staff_gap
from retriever.operations.stated_counts import stated_count
from retriever.operations.stated_rates import stated_rate
from retriever.query import Operation
from retriever.task import Task

__all__ = [
    "CHANGED",
    "OPERATIONS",
    "beside_plan",
    "by_column",
    "by_heading",
    "change",
    "changed_members",
    "come_or_gone",
    "compare",
    "count",
    "increased",
    "listing",
    "lookup",
    "of_named",
    "staff",
    "staff_gap",
    "stated_change_text",
    "stated_count",
    "stated_rate",
    "trend",
    "without_divisor",
]


OPERATIONS: dict[Operation, Callable[[Task], Draft]] = {
    Operation.LOOKUP: lookup,
    Operation.SUM: sum_up,
    Operation.REMAINDER: remainder,
    Operation.SHARE: shares,
    Operation.MULTIPLE: multiples,
    Operation.PER_UNIT: per_unit,
    Operation.GROWTH: change,
    Operation.CHANGE: change,
    Operation.COMPARE: compare,
    Operation.RANK: rank,
    Operation.FILTER: filter_list,
    Operation.COUNT: count,
    Operation.LIST: listing,
    Operation.TREND: trend,
    Operation.COMPLETION: completion,
}
