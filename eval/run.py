"""Answers cases through the engine, in several processes where there are many."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from eval.score import Json
from indexer.errors import YusuanError

if TYPE_CHECKING:
    from indexer.settings import Settings
    from retriever.types import Answer, Question

logger = logging.getLogger(__name__)

BUGS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a mistake in the program raises; it costs its case, not the whole run."""

_MOST_WORKERS = 4
_CASES_A_WORKER = 100
"""Starting another process costs about as much as answering so many cases."""


class Asked(Protocol):
    """Whatever answers questions."""

    def ask(self, question: Question) -> Answer: ...


def answer_cases(cases: Sequence[Json], engine: Asked) -> Iterator[dict[str, Any]]:
    """Answer objects in the order of the cases; a case that fails gives a line with its error."""
    return (answer_case(case, engine) for case in cases)


def answer_case(case: Json, engine: Asked) -> dict[str, Any]:
    """One answer object with the case's id."""
    from retriever.contract import answer_to_json, question_from_json

    try:
        line = answer_to_json(engine.ask(question_from_json(dict(case))))
    except YusuanError as error:
        line = {"id": case["id"], "status": "error", "error": str(error)}
    except BUGS as error:
        logger.exception("回答 %s 时程序出错", case["id"])
        line = {"id": case["id"], "status": "error", "error": f"{type(error).__name__}: {error}"}
    line["id"] = case["id"]
    return line


def workers_for(cases: int, asked: int = 0) -> int:
    """How many processes answer: as many as asked for, else what the number of cases is worth."""
    return asked or max(1, min(_MOST_WORKERS, os.cpu_count() or 1, cases // _CASES_A_WORKER))


def answer_in_processes(cases: Sequence[Json], settings: Settings, workers: int) -> Iterator[dict[str, Any]]:
    """Answers from `workers` processes that each read the store, in the order of the cases."""
    if workers == 1:
        _open(settings)
        yield from map(_answer, cases)
        return
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawned, initializer=_open, initargs=(settings,)) as pool:
        yield from pool.map(_answer, cases, chunksize=8)


_engine: Asked | None = None
"""The engine of a worker process, made once by its initializer."""


def _open(settings: Settings) -> None:
    from indexer.store import Store
    from retriever.engine import Engine

    global _engine  # noqa: PLW0603
    _engine = Engine(Store.open(settings.store, settings=settings, create=False))


def _answer(case: Json) -> dict[str, Any]:
    assert _engine is not None
    return answer_case(case, _engine)
