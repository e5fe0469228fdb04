"""Answers cases through the engine and reads case and answer files."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.score import Json
from indexer.errors import UsageError, YusuanError

if TYPE_CHECKING:
    from retriever.engine import Engine

logger = logging.getLogger(__name__)

BUGS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a mistake in the program raises; it costs its case, not the whole run."""

Progress = Callable[[int, int], None]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file. Raises UsageError when it is not there or not such a file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}：无法读取（{error}）") from error
    objects = []
    for number, line in enumerate(lines, 1):
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
    cases = read_lines(path)
    for number, case in enumerate(cases, 1):
        lacking = [k for k in ("id", "kind", "expect") if k not in case]
        if lacking or not ("question" in case or case.get("turns")):
            raise UsageError(f"{path} 第 {number} 个问题缺少 {'、'.join(lacking) or 'question 或 turns'}")
    if not cases:
        raise UsageError(f"{path}：没有问题")
    if len({str(c["id"]) for c in cases}) != len(cases):
        raise UsageError(f"{path}：问题编号有重复")
    return cases


def answer_cases(cases: Sequence[Json], engine: Engine, progress: Progress | None = None) -> Iterator[dict[str, Any]]:
    """Answer objects in the order of the cases; a case that fails gives a line with its error."""
    from retriever.contract import answer_to_json, question_from_json

    for number, case in enumerate(cases, 1):
        try:
            line = answer_to_json(engine.ask(question_from_json(dict(case))))
        except YusuanError as error:
            line = {"id": case["id"], "status": "error", "error": str(error)}
        except BUGS as error:
            logger.exception("回答 %s 时程序出错", case["id"])
            line = {"id": case["id"], "status": "error", "error": f"{type(error).__name__}: {error}"}
        line["id"] = case["id"]
        yield line
        if progress is not None:
            progress(number, len(cases))
