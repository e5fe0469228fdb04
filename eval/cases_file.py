"""Case files: JSON lines as the contract has them, or a table of columns that a spreadsheet can make."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indexer.errors import UsageError

_COLUMNS = {
    "编号": "id", "类别": "kind", "问题": "question", "答案": "value", "单位": "unit", "文件": "document",
    "页码": "page", "应含": "contains", "不应含": "forbid", "应拒答": "abstain",
}  # fmt: skip
"""Headings of a table, in Chinese or English."""
_YES = {"1", "是", "y", "yes", "true"}


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file. Raises UsageError when it is not there or not such a file."""
    objects = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{path} 第 {number} 行不是 JSON：{error.msg}") from error
        if not isinstance(value, dict):
            raise UsageError(f"{path} 第 {number} 行不是 JSON 对象")
        objects.append(value)
    return objects


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Cases with all that scoring needs. Raises UsageError naming the line that lacks something."""
    cases = read_table(path) if path.suffix.lower() == ".csv" else read_lines(path)
    for number, case in enumerate(cases, 1):
        lacking = [k for k in ("id", "kind", "expect") if k not in case]
        if lacking or not ("question" in case or case.get("turns")):
            raise UsageError(f"{path} 第 {number} 个问题缺少 {'、'.join(lacking) or 'question 或 turns'}")
    if not cases:
        raise UsageError(f"{path}：没有问题")
    if len({str(c["id"]) for c in cases}) != len(cases):
        raise UsageError(f"{path}：问题编号有重复")
    return cases


def read_table(path: Path) -> list[dict[str, Any]]:
    """Cases from a CSV file with a heading row; several answers, pages or words in a cell are parted by ；.

    Columns (Chinese or English heading): 编号 id, 类别 kind, 问题 question (turns parted by →), 答案 value, 单位 unit,
    文件 document, 页码 page, 应含 contains, 不应含 forbid, 应拒答 abstain. Raises UsageError.
    """
    reader = csv.DictReader(io.StringIO(_text(path)))
    rows = [{_COLUMNS.get(k or "", k or ""): (v or "").strip() for k, v in row.items()} for row in reader]
    return [_case(row, number, path) for number, row in enumerate(rows, 1)]


def _case(row: Mapping[str, str], number: int, path: Path) -> dict[str, Any]:
    if not row.get("question"):
        raise UsageError(f"{path} 第 {number} 行缺少问题")
    turns = [t.strip() for t in row["question"].split("→")]
    values, units = _parts(row.get("value", "")), _parts(row.get("unit", ""))
    if units and len(units) not in (1, len(values)):
        raise UsageError(f"{path} 第 {number} 行的单位与答案个数不同")
    units = (units or [""]) * (len(values) if len(units) < 2 else 1)
    try:
        pages = [int(p) for p in _parts(row.get("page", ""))]
    except ValueError as error:
        raise UsageError(f"{path} 第 {number} 行的页码不是整数") from error
    documents = _parts(row.get("document", ""))
    return {
        "id": row.get("id") or f"c{number:03}",
        "kind": row.get("kind") or "lookup",
        **({"turns": turns} if len(turns) > 1 else {"question": turns[0]}),
        "doc": documents,
        "page": dict.fromkeys(documents, pages) if pages else {},
        "expect": {
            "numbers": [{"value": v, "unit": u} for v, u in zip(values, units, strict=True)],
            "contains": _parts(row.get("contains", "")),
            "any": [],
            "forbid": _parts(row.get("forbid", "")),
            "abstain": row.get("abstain", "").lower() in _YES,
        },
    }


def _parts(text: str) -> list[str]:
    return [p.strip() for p in text.replace(";", "；").split("；") if p.strip()]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}：无法读取（{error}）") from error
