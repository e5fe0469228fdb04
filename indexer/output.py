"""The JSON shapes of the command line contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from indexer.errors import ReadError
from indexer.pipeline import Added
from indexer.store import Held
from indexer.types import DocumentInfo, Finding, Problem

Json = dict[str, Any]


def to_line(value: Json) -> str:
    """One JSON line, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False)


def added_to_json(added: Added) -> Json:
    """A line of `indexer add`."""
    return {
        **_document(added.info, added.tables, added.facts, added.chunks),
        "status": added.status,
        "seconds": round(added.seconds, 2),
        "problems": [problem_to_json(p) for p in added.problems],
    }


def held_to_json(held: Held) -> Json:
    """A line of `indexer list`."""
    scope = held.info.scope.value if held.info.scope else None
    return {**_document(held.info, held.tables, held.facts, held.chunks), "scope": scope, "path": held.path}


def failure_to_json(path: Path, exc: ReadError) -> Json:
    """What stands for a file that cannot be read."""
    problem = Problem(None, exc.kind, str(exc))
    return {"document": path.stem or str(path), "status": "failed", "problems": [problem_to_json(problem)]}


def problem_to_json(problem: Problem) -> Json:
    return {"page": problem.page, "kind": problem.kind, "message": problem.message}


def finding_to_json(finding: Finding) -> Json:
    """A line of `indexer check`."""
    return {
        "document": finding.document,
        "page": finding.page,
        "rule": finding.rule,
        "kind": finding.kind,
        "where": finding.where,
        "printed": finding.printed,
        "printed_unit": finding.printed_unit,
        "expected": finding.expected,
        "expected_unit": finding.expected_unit,
        "inputs": [
            {
                "document": i.document or finding.document,
                "page": i.page,
                "table": i.table,
                "row": i.row,
                "column": i.column,
                "value": i.value,
                "bbox": i.bbox,
            }
            for i in finding.inputs
        ],
        "severity": finding.severity,
        "message": finding.message,
        "bbox": finding.bbox,
    }


def _document(info: DocumentInfo, tables: int, facts: int, chunks: int) -> Json:
    return {
        "document": info.id,
        "title": info.title,
        "department": info.department,
        "year": info.year,
        "doc_type": info.doc_type.value if info.doc_type else None,
        "pages": info.pages,
        "tables": tables,
        "facts": facts,
        "chunks": chunks,
    }
