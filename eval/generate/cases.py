"""Evaluation cases from `data/questions.yaml`: true answers are computed from the documents' ground truth.

A case names its figures as expressions over `[document:key]` (the document may be left out where `at` names it),
so that no expected figure is ever typed by hand or taken from an answer of the system.
"""

from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from indexer.text import UNIT_SCALE

Truth = Mapping[str, Any]

_KEY = re.compile(r"\[([^\[\]]+)\]")
_OPERATORS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def load_truths(folder: Path) -> dict[str, Truth]:
    """Ground truths by short id."""
    truths = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.truth.json"))]
    return {t["short"]: t for t in truths}


def build_case(spec: Mapping[str, Any], truths: Mapping[str, Truth]) -> dict[str, Any]:
    """One case line. Raises KeyError for a figure that no document prints."""
    pages: dict[str, set[int]] = {}
    numbers = [_number(v, spec, truths, pages) for v in spec.get("values", ())]
    for document in [spec["at"]] if isinstance(spec.get("at"), str) else spec.get("at", []):
        pages.setdefault(truths[document]["id"], set())
    for heading in spec.get("headings", ()):
        truth = truths[spec["at"]]
        pages[truth["id"]] |= {h["page"] + i for h in truth["headings"] if heading in h["text"] for i in (0, 1)}
    question = {"turns": list(spec["turns"])} if "turns" in spec else {"question": spec["q"]}
    expect = {k: list(spec.get(k, ())) for k in ("contains", "any", "forbid")}
    return {
        "id": spec["id"],
        "kind": spec["kind"],
        **question,
        "doc": list(pages),
        "page": {document: sorted(places) for document, places in pages.items() if places},
        "expect": {"numbers": numbers, **expect, "abstain": bool(spec.get("abstain", False))},
        "note": spec.get("note"),
    }


def _number(
    text: str, spec: Mapping[str, Any], truths: Mapping[str, Truth], pages: dict[str, set[int]]
) -> dict[str, str]:
    """`expression` or `expression @unit`; amounts are in 元 until the unit divides them."""
    expression, _, unit = str(text).partition("@")
    unit = unit.strip() or spec.get("unit", "万元")
    if "[" not in expression:
        expression = f"[{expression.strip()}]"
    values: dict[str, Decimal] = {}

    def take(match: re.Match[str]) -> str:
        document, _, key = match.group(1).rpartition(":")
        document = document or spec["at"]
        fact = truths[document]["facts"][key]
        pages.setdefault(truths[document]["id"], set()).update(_places(key, truths[document]["facts"]))
        name = f"v{len(values)}"
        values[name] = Decimal(fact["value"])
        return name

    tree = ast.parse(_KEY.sub(take, expression).strip(), mode="eval").body
    value = _evaluate(tree, values) / UNIT_SCALE.get(unit, Decimal(1))
    places = {"元": None, "万元": 2, "%": 2, "亿元": 4}.get(unit)
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return {"value": f"{value.normalize():f}" if places is None else f"{value:f}", "unit": unit}


def _places(key: str, facts: Mapping[str, Any]) -> set[int]:
    """Pages that print the figure: under its own key, or the same amount of the same row in another table."""
    value, row = facts[key]["value"], key[: key.index(".", 5) + 1] if key.startswith(("func.", "econ.")) else "all."
    alike = {k for k in facts if key.startswith(row) and k.startswith(row) and facts[k]["value"] == value}
    return {page for k in alike | {key} for page in facts[k]["pages"]}


def _evaluate(node: ast.expr, values: Mapping[str, Decimal]) -> Decimal:
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_evaluate(node.left, values), _evaluate(node.right, values))
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    raise ValueError(f"cannot read {ast.dump(node)}")


def case_lines(specs: list[Mapping[str, Any]], truths: Mapping[str, Truth]) -> str:
    """All cases, one JSON object a line."""
    return "".join(json.dumps(build_case(s, truths), ensure_ascii=False) + "\n" for s in specs)
