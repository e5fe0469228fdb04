"""How much of its budget each item spent, as the final accounts state it: which spent least, how many spent too much."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from indexer.types import ClaimRole, DocType
from retriever.draft import Draft, Item, shown
from retriever.evidence import Figure, claim_figure
from retriever.task import Task, status_of
from retriever.types import Status
from retriever.verify import Verdict

_OF_PLAN = "完成年初预算的比例"
_FEWEST_RATES = 2
_LEVELS = {"类": 3, "款": 5, "项": 7}


def _rates_of_completion(task: Task) -> list[Figure]:
    """How much of its budget each item spent, as the final accounts state it."""
    query = task.query
    body = task.bodies[0]
    level = next((digits for name, digits in _LEVELS.items() if f"{name}级" in query.text), _LEVELS["项"])
    rates: dict[str, Figure] = {}
    for document in body.documents:
        if document.year not in task.years(body) or document.doc_type is not DocType.FINAL:
            continue
        view = task.library.view(document.id, document.sha256)
        for claim in view.content.claims:
            code = claim.code or claim.concept.removeprefix("func.")
            if claim.role is ClaimRole.COMPLETION and code.isdigit() and len(code) == level:
                name = next((f.item for f in view.by_code.get(code, ())), claim.subject)
                rates.setdefault(code, claim_figure(claim, view, f"{name}{_OF_PLAN}"))
    return list(rates.values())


_FULLY = Decimal(100)


def over_plan(task: Task) -> Draft | None:
    """有几个科目超了年初预算: counted over the rates that the final accounts state; None where they don't."""
    rates = _rates_of_completion(task)
    if len(rates) < _FEWEST_RATES:
        return None
    over = [f for f in rates if f.value > _FULLY]
    named = "、".join(f"{f.label.removesuffix(_OF_PLAN)}（{shown(f)}）" for f in over)
    lead = f"在文件写明完成率的{len(rates)}个科目中，{len(over)}个超过年初预算" + (f"：{named}。" if over else "。")
    expression = f"逐项计数 = {len(over)}"
    whole = replace(
        rates[0], label="数量", value=Decimal(len(over)), unit="个", places=0, inputs=(), expression=expression
    )
    counted = Item(whole, Verdict(Status.SINGLE_SOURCE, ()), "数量")
    return Draft(Status.SINGLE_SOURCE, (counted,), lead, support=tuple(map(task.item, over)))


def rank_of_completion(task: Task) -> Draft | None:
    """哪个项级科目完成年初预算的比例最低; None where the final accounts state no rates."""
    query = task.query
    rates = _rates_of_completion(task)
    if len(rates) < _FEWEST_RATES:
        return None
    ordered = sorted(rates, key=lambda f: f.value, reverse=not query.ascending)
    items = tuple(task.item(f) for f in ordered[: query.top or 1])
    word = "最低" if query.ascending else "最高"
    said = "、".join(f"{i.figure.label}{shown(i.figure)}" for i in items)
    return Draft(status_of(items), items, f"在文件写明完成率的{len(rates)}个科目中，{word}的是{said}。")
