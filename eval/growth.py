"""A store of whole documents measured while it grows: time, disk, memory and how long answers take."""

from __future__ import annotations

import random
import re
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from eval.grow import region_names
from eval.scale import memory_mb
from eval.statistics import percentile
from indexer.pipeline import read_content
from indexer.settings import Settings
from indexer.store import Store, codec
from indexer.types import DocumentContent
from retriever.engine import Engine
from retriever.types import Question, Status

_ASKED = (
    "三公经费多少",
    "公务接待费比上年增加多少",
    "支出总计多少",
    "一般公共预算支出最多的三项是什么",
    "政府采购多少",
)
_BODIES = 12
_ID = re.compile(r'(?<=")[0-9a-f]{20}(?=")')


def bench_growth(paths: Sequence[Path], counts: Sequence[int], settings: Settings) -> list[dict[str, Any]]:
    """One row a count: the same store with so many documents, asked by a process of its own.

    With `database_url` in the settings an empty database is expected there, and disk is told of the folder alone.
    """
    started = time.perf_counter()
    contents = [read_content(path, settings) for path in paths]
    reading = (time.perf_counter() - started) / len(paths)
    documents = grown_whole(contents)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(settings, store=Path(folder) / "store")
        held, writing = 0, 0.0
        for count in sorted(counts):
            started = time.perf_counter()
            with Store.open(settings.store, settings=settings) as store:
                while held < count:
                    content, source = next(documents)
                    store.write(content, paths[source])
                    held += 1
            writing += time.perf_counter() - started
            with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
                asked = fresh.submit(measured, settings).result()
            row = {"documents": held, "reading_s": round(reading * held, 1), "writing_s": round(writing, 1)}
            rows.append(row | {"writing_s_each": round(writing / held, 3)} | _disk(settings.store) | asked)
    return rows


def bench_kinds(paths: Sequence[Path], count: int, settings: Settings) -> list[dict[str, Any]]:
    """SQLite and PostgreSQL, each with Chroma embedded and as a server, over the same documents one after the other.

    The settings name both servers. Each kind gets a new database of its own on the PostgreSQL server, dropped afterwards.
    """
    rows = []
    for database in ("SQLite", "PostgreSQL"):
        for chroma in ("embedded", "server"):
            url = settings.chroma_url if chroma == "server" else ""
            with new_database(settings.database_url) if database == "PostgreSQL" else nullcontext("") as address:
                kind = replace(settings, database_url=address, chroma_url=url)
                (row,) = bench_growth(paths, (count,), kind)
            rows.append({"database": database, "chroma": chroma} | row)
    return rows


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """The address of an empty database beside the one that `url` names."""
    name = f"yusuan_bench_{uuid.uuid4().hex[:8]}"
    engine = sql.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(sql.text(f"CREATE DATABASE {name}"))
        yield sql.make_url(url).set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(sql.text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def grown_whole(contents: Sequence[DocumentContent]) -> Iterator[tuple[DocumentContent, int]]:
    """Copies of the documents under invented regions, without end, each with the number of the one it was made from.

    Figures stay as they are, so that every check of a copy comes out as it did; all identifiers are new.
    """
    names = region_names(random.Random(11))
    written = codec.names_in(DocumentContent)
    texts = [codec.dump_text(content) for content in contents]
    while True:
        place = next(names)
        for number, (content, text) in enumerate(zip(contents, texts, strict=True)):
            own = content.info.department[:3]
            renamed = _ID.sub(partial(_new_id, place), text.replace(own, place))
            yield codec.load_text(DocumentContent, renamed, written), number


def _new_id(place: str, found: re.Match[str]) -> str:
    return sha256(f"{place}{found.group()}".encode()).hexdigest()[:20]


def measured(settings: Settings) -> dict[str, Any]:
    """Milliseconds of whole answers, by the clock, in a process that only reads; its memory afterwards in MB."""
    dice = random.Random(3)
    started = time.perf_counter()
    with Store.open(settings.store, settings=settings, create=False) as store:
        engine = Engine(store)
        documents = store.documents()
        names = sorted({(info.department, info.year) for info in documents})
        picked = dice.sample(names, min(_BODIES, len(names)))
        engine.ask(Question(f"{picked[0][0]}{_ASKED[0]}"))
        first = (time.perf_counter() - started) * 1000
        times, answered = [], 0
        for department, year in picked:
            for asked in _ASKED:
                began = time.perf_counter()
                answer = engine.ask(Question(f"{department}{year}年{asked}"))
                times.append((time.perf_counter() - began) * 1000)
                answered += answer.status not in (Status.NOT_FOUND, Status.CLARIFY)
        times.sort()
        return {
            "first_answer_ms": round(first),
            "answer_p50_ms": round(percentile(times, 0.5) or 0, 1),
            "answer_p95_ms": round(percentile(times, 0.95) or 0, 1),
            "answered": f"{answered}/{len(times)}",
            "memory_mb": memory_mb(),
        }


def _disk(store: Path) -> dict[str, float]:
    """Megabytes: the database and Chroma. The PDF copies are as large as the PDFs."""
    return {
        "database_mb": round(sum(path.stat().st_size for path in store.glob("yusuan.db*")) / 1e6, 1),
        "chroma_mb": round(sum(path.stat().st_size for path in store.glob("chroma/**/*") if path.is_file()) / 1e6, 1),
    }
