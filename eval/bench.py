"""Speed: reading against plain text extraction, answering against plain vector retrieval."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import _lru_cache_wrapper, partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from eval.run import BUGS
from eval.score import Json
from eval.statistics import percentile
from indexer.errors import YusuanError

if TYPE_CHECKING:
    from indexer.settings import Settings
    from indexer.store import Store
    from retriever.engine import Engine
    from retriever.types import Question

_NEAREST = 5
_ROUNDS = 5


def bench_reading(paths: Sequence[Path], settings: Settings) -> dict[str, Any]:
    """Pages a second for the whole way from PDF to facts, for tables only, and for plain text (the floor).

    Each round does all three, so that what else the machine does falls on all; ratios are the middle one of the
    rounds'. `pdfplumber_over_tables`: how many times longer pdfplumber takes for the tables.
    """
    from indexer.pdf import read_document
    from indexer.pdf.plain import plain_text
    from indexer.pipeline import read_content

    pages = sum(len(plain_text(p)) for p in paths)  # also warms the file cache
    for path in paths:
        read_content(path, settings)  # loads the vocabulary
    rounds = [
        (
            _seconds(lambda: [plain_text(p) for p in paths]),
            _seconds(lambda: [read_document(p) for p in paths]),
            _seconds(lambda: [read_content(p, settings) for p in paths]),
        )
        for _ in range(_ROUNDS)
    ]
    floor, reading, content = (median(times) for times in zip(*rounds, strict=True))
    plumber = _plumber(paths)
    return {
        "documents": len(paths),
        "pages": pages,
        "plain_text_pages_per_second": _rate(pages, floor),
        "tables_pages_per_second": _rate(pages, reading),
        "index_pages_per_second": _rate(pages, content),
        "tables_over_floor": round(median(r / f for f, r, _ in rounds), 2),
        "index_over_floor": round(median(c / f for f, _, c in rounds), 2),
        "pdfplumber_over_tables": None if plumber is None else round(plumber / reading, 1),
    }


def _plumber(paths: Sequence[Path]) -> float | None:
    """Seconds that pdfplumber takes for the tables of the same pages; None where it is not installed."""
    try:
        import pdfplumber
    except ModuleNotFoundError:
        return None
    started = time.perf_counter()
    for path in paths:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                page.extract_tables()
                page.close()
    return time.perf_counter() - started


def _rate(pages: int, seconds: float) -> float:
    return round(pages / seconds, 1)


def _seconds(work: Callable[[], object]) -> float:
    """How long it takes with nothing remembered from earlier texts, as in a new process."""
    for name, module in list(sys.modules.items()):
        if name.startswith("indexer."):
            for value in list(vars(module).values()):
                if isinstance(value, _lru_cache_wrapper) and value.cache_info().maxsize != 1:  # one: what is loaded
                    value.cache_clear()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bench_answers(cases: Sequence[Json], store: Store, engine: Engine) -> dict[str, Any]:
    """Latency of whole answers and of a plain nearest-passages search for the same questions, in milliseconds."""
    from retriever.contract import question_from_json

    questions = [question_from_json(dict(c)) for c in cases]
    engine.ask(questions[0])
    answers = sorted(_ms(partial(_answer, engine, q)) for q in questions)
    store.search_vectors(questions[0].text, limit=_NEAREST)
    vectors = sorted(_ms(partial(_plain, store, q.text)) for q in questions)
    return {
        "questions": len(questions),
        "answer_p50_ms": _round(percentile(answers, 0.5)),
        "answer_p95_ms": _round(percentile(answers, 0.95)),
        "plain_vectors_p50_ms": _round(percentile(vectors, 0.5)),
        "plain_vectors_p95_ms": _round(percentile(vectors, 0.95)),
    }


def _answer(engine: Engine, question: Question) -> None:
    with suppress(YusuanError, *BUGS):  # wrong answers are counted by `run`; here only their time
        engine.ask(question)


def _plain(store: Store, text: str) -> object:
    return store.chunks([chunk for chunk, _ in store.search_vectors(text, limit=_NEAREST)])


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
