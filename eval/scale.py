"""Search measured while a store grows: latency on one core with and without filters, sizes, memory."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from eval.grow import grown
from eval.statistics import percentile
from indexer.pipeline import read_content
from indexer.settings import Settings
from indexer.store import Store
from indexer.types import DocumentInfo, TableKind
from indexer.vocabulary import vocabulary
from retriever.library import Library
from retriever.search import search
from retriever.search_types import SearchFilters

_ASKED = 60
_SEED = 5


@dataclass(frozen=True, slots=True)
class Asking:
    """One search of the measurement; `group` says what is special about it."""

    group: str
    text: str
    filters: SearchFilters


class WithoutChroma(Store):
    """A store that never fills Chroma, which takes most of the time of writing and only its owner reads from."""

    def _open_vectors(self) -> None: ...


def bench_search(
    paths: Sequence[Path], sizes: Sequence[int], settings: Settings, chroma: bool = True
) -> list[dict[str, Any]]:
    """One row a size: the same store, grown from copies of the given documents, measured by a process of its own.

    That process only reads, so that without `chroma` its figures are the same.
    """
    kind = Store if chroma else WithoutChroma
    contents = [read_content(path, settings) for path in paths]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "store"
        documents = grown(contents, max(sizes))
        held, seconds = 0, 0.0
        for size in sorted(sizes):
            started = time.perf_counter()
            with kind.open(place, settings=settings) as store:
                while held < size:
                    content = next(documents)
                    store.write(content, paths[0])
                    held += len(content.chunks)
            seconds += time.perf_counter() - started
            with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
                row = fresh.submit(measured, place, settings).result()
            rows.append({"chunks": held, **row, "indexed_per_second": round(held / seconds), **_sizes(place)})
    return rows


def measured(place: Path, settings: Settings) -> dict[str, Any]:
    """Latencies in milliseconds by group, on one core, by a process that only reads; its memory afterwards in MB.

    Times are of the processor, so that other work on the machine does not count.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    started = time.perf_counter()
    with Store.open(place, settings=settings, create=False) as store:
        library = Library(store)
        search(library, "公务接待费")
        first = (time.perf_counter() - started) * 1000
        times: dict[str, list[float]] = {}
        for asking in askings(store.documents()):
            began = time.process_time()
            search(library, asking.text, asking.filters)
            times.setdefault(asking.group, []).append((time.process_time() - began) * 1000)
        groups = {group: _percentiles(values) for group, values in times.items()}
        return {"documents": len(store.documents()), "first_ms": round(first), **groups, "memory_mb": memory_mb()}


def askings(documents: Sequence[DocumentInfo]) -> list[Asking]:
    """The same searches for the same documents: words of the vocabulary, alone and within limits."""
    rng = random.Random(_SEED)
    concepts = [c for c in vocabulary().concepts.values() if c.words]
    found = []
    for _ in range(_ASKED):
        concept, info = rng.choice(concepts), rng.choice(documents)
        text = rng.choice((concept.name, rng.choice(concept.words), f"{concept.name}比上年增加的原因"))
        filters = rng.choice(
            (
                SearchFilters(years=(info.year or 0,)),
                SearchFilters(departments=(info.department,)),
                SearchFilters(table_kinds=(rng.choice(list(TableKind)).value,)),
                SearchFilters(years=(info.year or 0,), doc_types=("预算",), table_kinds=("text", "three_public")),
            )
        )
        found += [
            Asking("plain", text, SearchFilters()),
            Asking("filters", text, filters),
            Asking("named", f"{info.department}{info.year}年{text}", SearchFilters()),
            Asking("exact", f'"{concept.name}"', filters),
        ]
    return found


def _percentiles(values: list[float]) -> dict[str, float | None]:
    ordered = sorted(values)
    return {
        name: None if (value := percentile(ordered, share)) is None else round(value, 1)
        for name, share in (("p50", 0.5), ("p95", 0.95))
    }


def memory_mb() -> float | None:
    """Resident memory of this process in MB, where the system tells."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024)


def _sizes(place: Path) -> dict[str, float]:
    """Megabytes on disk: the database and Chroma."""
    parts = {"sql_mb": place.glob("yusuan.db*"), "chroma_mb": (place / "chroma").rglob("*")}
    return {name: round(sum(f.stat().st_size for f in files if f.is_file()) / 1e6) for name, files in parts.items()}
