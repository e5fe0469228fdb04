"""Tables and curves of docs/performance.md, measured anew and written into their places."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eval.bench import bench_reading
from eval.environment import git_commit
from eval.growth import bench_growth, bench_kinds
from eval.servers import Chroma, Postgres, postgres_programs
from indexer.errors import UsageError
from indexer.settings import Settings

Row = Mapping[str, Any]

_GROWTH = {
    "documents": "documents",
    "writing": "writing_s",
    "a document": "writing_s_each",
    "database": "database_mb",
    "Chroma": "chroma_mb",
    "first answer": "first_answer_ms",
    "answers p50": "answer_p50_ms",
    "p95": "answer_p95_ms",
    "memory of the asking process": "memory_mb",
}
_KINDS = {
    "database": "database",
    "Chroma": "chroma",
    "writing, a document": "writing_s_each",
    "ratio": "ratio",
    "answers p50": "answer_p50_ms",
    "p95": "answer_p95_ms",
    "memory of the asking process": "memory_mb",
}
_UNITS = {"s": " s", "each": " s", "mb": " MB", "ms": " ms"}
"""By how a figure's name ends."""
_CURVES = {
    "Seconds to write a document": ("writing_s_each",),
    "Milliseconds to an answer: p50 and p95": ("answer_p50_ms", "answer_p95_ms"),
    "Megabytes: database and Chroma": ("database_mb", "chroma_mb"),
}


def measure(paths: Sequence[Path], sizes: Sequence[int], count: int, settings: Settings) -> dict[str, str]:
    """The page's parts by name: `reading`, `growth`, `kinds` with `count` documents, and `when` it was measured.

    The store is a folder's own; servers are started for the time, so PostgreSQL has to be installed. Raises UsageError.
    """
    programs = postgres_programs()
    if programs is None:
        raise UsageError("要比较 PostgreSQL，请先安装它的服务器程序（apt-get install postgresql）")
    own, before = replace(settings, database_url="", chroma_url=""), os.getloadavg()
    reading = bench_reading(paths, own)
    growth = bench_growth(paths, sizes, own)
    with ExitStack() as servers:
        folder = Path(servers.enter_context(TemporaryDirectory()))
        postgres, chroma = Postgres(programs), Chroma(folder / "vectors")
        servers.callback(postgres.remove)
        servers.callback(chroma.stop)
        address = replace(own, database_url=postgres.new_database(), chroma_url=chroma.url)
        kinds = bench_kinds(paths, count, address)
    first = kinds[0]["writing_s_each"]
    kinds = [row | {"ratio": round(row["writing_s_each"] / first, 1)} for row in kinds]
    return {
        "when": _when(before),
        "reading": _reading(reading),
        "growth": "\n\n".join((table(_GROWTH, growth), *curves(growth))),
        "kinds": f"{count} documents each:\n\n{table(_KINDS, kinds)}",
    }


def write(page: Path, parts: Mapping[str, str]) -> None:
    """Puts each part between its marks, `<!-- name -->` and `<!-- /name -->`. Raises UsageError where a mark is missing."""
    text = page.read_text(encoding="utf-8")
    for name, part in parts.items():
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not between.search(text):
            raise UsageError(f"“{page}”里没有 <!-- {name} --> 和 <!-- /{name} -->")
        text = between.sub(lambda found, part=part: f"{found[1]}{part}\n{found[2]}", text)  # type: ignore[misc]
    page.write_text(text, encoding="utf-8")


def table(columns: Mapping[str, str], rows: Sequence[Row]) -> str:
    """A Markdown table; `columns`: heading and the figure's name in a row."""
    lines = [list(columns), ["---"] * len(columns)]
    lines += [[_shown(name, row[name]) for name in columns.values()] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def curves(rows: Sequence[Row]) -> list[str]:
    """Charts that Markdown viewers draw (Mermaid): over the number of documents, each measured number a step."""
    steps = ", ".join(f'"{row["documents"]:,}"' for row in rows)
    drawn = []
    for title, names in _CURVES.items():
        lines = [f"    line [{', '.join(str(row[name]) for row in rows)}]" for name in names]
        chart = ["xychart-beta", f'    title "{title}"', f'    x-axis "documents" [{steps}]', *lines]
        drawn.append("\n".join(("```mermaid", *chart, "```")))
    return drawn


def _reading(found: Row) -> str:
    rows = [
        {"what": "plain text (pypdfium2), the floor", "rate": found["plain_text_pages_per_second"], "over": 1},
        {
            "what": "tables and lines",
            "rate": found["tables_pages_per_second"],
            "over": found["tables_over_floor"],
        },
        {"what": "whole documents", "rate": found["index_pages_per_second"], "over": found["index_over_floor"]},
    ]
    if found["pdfplumber_over_tables"] is not None:
        over = round(found["pdfplumber_over_tables"] * found["tables_over_floor"], 1)
        rate = round(found["tables_pages_per_second"] / found["pdfplumber_over_tables"], 1)
        rows.append({"what": "pdfplumber's tables", "rate": rate, "over": over})
    return table(
        {f"{found['pages']} pages": "what", "pages a second, one core": "rate", "times the floor": "over"}, rows
    )


def _shown(name: str, value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    _, _, end = name.rpartition("_")
    unit = _UNITS.get(end, "")
    return f"{value:,}{unit}"


def _when(before: tuple[float, float, float]) -> str:
    commit, _, _ = git_commit().partition("（")
    return (
        f"Measured {date.today().isoformat()} at {commit or 'no commit'}, {os.cpu_count()} cores. Processes that wanted one, "
        f"on average over a minute: {before[0]:.1f} before, {os.getloadavg()[0]:.1f} at the end."
    )
