"""The JSON shapes of questions and answers that scripts depend on."""

from __future__ import annotations

from typing import Any

from indexer.errors import UsageError
from retriever.types import Answer, Filters, Question


def question_from_json(line: dict[str, Any]) -> Question:
    """A question line; raises UsageError naming what is wrong with it."""
    turns = line.get("turns")
    if turns is not None:
        if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
            raise UsageError("turns 应为非空的字符串列表")
        text, earlier = turns[-1], tuple(turns[:-1])
    else:
        text, earlier = line.get("question"), ()
    if not isinstance(text, str) or not text.strip():
        raise UsageError("缺少 question 或 turns")
    return Question(text, earlier, _filters(line.get("filters")), str(line.get("id", "")))


def _filters(raw: Any) -> Filters:
    if raw is None:
        return Filters()
    if not isinstance(raw, dict):
        raise UsageError("filters 应为对象")

    def many(key: str) -> list[Any]:
        value = raw.get(key, [])
        return value if isinstance(value, list) else [value]

    try:
        years = tuple(int(y) for y in many("year"))
    except (TypeError, ValueError) as error:
        raise UsageError("filters.year 应为年份") from error
    return Filters(tuple(map(str, many("department"))), years, tuple(map(str, many("doc_type"))))


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """An answer object."""
    return {
        "id": answer.id,
        "question": answer.question,
        "status": answer.status.value,
        "text": answer.text,
        "values": [
            {
                "label": v.label,
                "value": v.value,
                "unit": v.unit,
                "department": v.department,
                "year": v.year,
                "doc_type": v.doc_type,
                "verified": v.verified,
            }
            for v in answer.values
        ],
        "verification": [
            {
                "claim": c.claim,
                "method": c.method,
                "expression": c.expression,
                "agrees": c.agrees,
                "facts": list(c.facts),
            }
            for c in answer.verification
        ],
        "citations": [
            {
                "document": c.document,
                "department": c.department,
                "year": c.year,
                "doc_type": c.doc_type,
                "section": c.section,
                "table": c.table,
                "row": c.row,
                "column": c.column,
                "page": c.page,
                "bbox": list(c.bbox) if c.bbox else None,
                "text": c.text,
            }
            for c in answer.citations
        ],
        "choices": list(answer.choices),
        "follow_ups": list(answer.follow_ups),
        "timings_ms": {name: round(ms, 2) for name, ms in answer.timings_ms},
    }
