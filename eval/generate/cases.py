"""Evaluation cases from question files: true answers are computed from the documents' ground truth.

A case names its figures as expressions over `[document:key]` (the document may be left out where `at` names it),
so that no expected figure is ever typed by hand or taken from an answer of the system. Instead of `values` it may say
`rank` (the largest or smallest rows), `most` (the largest of some figures, with its department or year), `every`,
`above` or `below` (rows by their names, beyond a limit in 万元; `counted`: only how many).
"""

from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from eval.generate.build import load
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


@dataclass(slots=True)
class _Case:
    """A case in the making: `pages` and `cells` print its figures, by document."""

    spec: Mapping[str, Any]
    truths: Mapping[str, Truth]
    numbers: list[dict[str, str]] = field(default_factory=list)
    contains: list[str] = field(default_factory=list)
    forbid: list[str] = field(default_factory=list)
    pages: dict[str, set[int]] = field(default_factory=dict)
    cells: dict[str, list[str]] = field(default_factory=dict)

    def take(self, name: str) -> Decimal:
        """The figure `document:key` in 元, its places noted."""
        document, _, key = name.strip().rpartition(":")
        truth = self.truths[document or self.spec["at"]]
        facts = truth["facts"]
        value = Decimal(facts[key]["value"])
        alike = _alike(key, facts)
        self.pages.setdefault(truth["id"], set()).update(page for k in alike for page in facts[k]["pages"])
        cells = self.cells.setdefault(truth["id"], [])
        cells += [c for k in sorted(alike) for c in facts[k].get("cells", ()) if c not in cells]
        return value

    def add(self, text: str) -> None:
        """`expression` or `expression @unit`; amounts are in 元 until the unit divides them."""
        expression, _, unit = str(text).partition("@")
        if "[" not in expression:
            expression = f"[{expression.strip()}]"
        values: dict[str, Decimal] = {}

        def named(match: re.Match[str]) -> str:
            name = f"v{len(values)}"
            values[name] = self.take(match.group(1))
            return name

        tree = ast.parse(_KEY.sub(named, expression).strip(), mode="eval").body
        self.numbers.append(_printed(_evaluate(tree, values), unit.strip() or self.spec.get("unit", "万元")))


def build_case(spec: Mapping[str, Any], truths: Mapping[str, Truth]) -> dict[str, Any]:
    """One case line. Raises KeyError for a figure that no document prints."""
    case = _Case(spec, truths)
    for value in spec.get("values", ()):
        case.add(value)
    for derive in _DERIVED:
        if derive in spec:
            _DERIVED[derive](case, spec[derive])
    for document in [spec["at"]] if isinstance(spec.get("at"), str) else spec.get("at", []):
        case.pages.setdefault(truths[document]["id"], set())
    for heading in spec.get("headings", ()):
        truth = truths[spec["at"]]
        case.pages[truth["id"]] |= {h["page"] + i for h in truth["headings"] if heading in h["text"] for i in (0, 1)}
    question = {"turns": list(spec["turns"])} if "turns" in spec else {"question": spec["q"]}
    expect = {
        "numbers": case.numbers,
        "contains": [*case.contains, *spec.get("contains", ())],
        "any": list(spec.get("any", ())),
        "forbid": [*case.forbid, *spec.get("forbid", ())],
        "abstain": bool(spec.get("abstain", False)),
    }
    return {
        "id": spec["id"],
        "kind": spec["kind"],
        **({"voice": spec["voice"]} if "voice" in spec else {}),
        **question,
        "doc": list(case.pages),
        "page": {document: sorted(places) for document, places in case.pages.items() if places},
        "cells": {document: cells for document, cells in case.cells.items() if cells},
        "expect": expect,
        "note": spec.get("note"),
    }


def _printed(value: Decimal, unit: str) -> dict[str, str]:
    value = value / UNIT_SCALE.get(unit, Decimal(1))
    places = {"元": None, "万元": 2, "%": 2, "亿元": 4, "倍": 2, "人": 2}.get(unit)
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return {"value": f"{value.normalize():f}" if places is None else f"{value:f}", "unit": unit}


_ROWS = {
    "proj": re.compile(r"proj\.(.+)"),
    "func": re.compile(r"func\.(\d{3})\.total"),
    "econ301": re.compile(r"econ\.(301\d\d)\.total"),
    "econ302": re.compile(r"econ\.(302\d\d)\.total"),
}


def _rows(case: _Case, over: str) -> list[tuple[Decimal, str, str]]:
    """Amount in 元, name and key of every row of a kind that has money, largest first."""
    names: dict[str, str] = {str(k): v for k, v in load("classification.yaml")["names"].items()}
    facts = case.truths[case.spec["at"]]["facts"]
    found = [(key, m.group(1), Decimal(facts[key]["value"])) for key in facts if (m := _ROWS[over].fullmatch(key))]
    rows: list[tuple[Decimal, str, str]] = [(value, names.get(name, name), key) for key, name, value in found if value]
    return sorted(rows, key=lambda r: (-r[0], r[1]))


def _rank(case: _Case, wanted: Mapping[str, Any]) -> None:
    rows = _rows(case, wanted["over"])
    for _, name, key in (rows[::-1] if wanted.get("least") else rows)[: wanted["n"]]:
        case.add(key)
        case.contains.append(name)


def _most(case: _Case, keys: list[str]) -> None:
    amounts = {key: case.take(key) for key in keys}
    best = max(keys, key=lambda k: amounts[k])
    case.add(best)
    truth = case.truths[best.partition(":")[0]]
    case.contains.append(str(truth["year"]) if case.spec.get("names") == "years" else truth["department"])


def _every(case: _Case, over: str) -> None:
    case.contains += [name for _, name, _ in _rows(case, over)]


def _beyond(case: _Case, wanted: Mapping[str, Any], above: bool) -> None:
    limit = Decimal(wanted["limit"]) * UNIT_SCALE["万元"]
    rows = _rows(case, wanted["over"])
    within = [name for value, name, _ in rows if (value > limit) == above]
    if wanted.get("counted"):
        case.numbers.append({"value": str(len(within)), "unit": "个"})
        return
    case.contains += within
    case.forbid += [name for _, name, _ in rows if name not in within]


_DERIVED: Mapping[str, Callable[[_Case, Any], None]] = {
    "rank": _rank,
    "most": _most,
    "every": _every,
    "above": lambda case, wanted: _beyond(case, wanted, True),
    "below": lambda case, wanted: _beyond(case, wanted, False),
}


def _alike(key: str, facts: Mapping[str, Any]) -> set[str]:
    """The figure's own key, and those that print the same amount of the same row in another table."""
    value, row = facts[key]["value"], key[: key.index(".", 5) + 1] if key.startswith(("func.", "econ.")) else "all."
    return {key} | {k for k in facts if key.startswith(row) and k.startswith(row) and facts[k]["value"] == value}


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
