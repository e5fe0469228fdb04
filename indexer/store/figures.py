"""Figures of all documents as one long table: filtered, sorted, one page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sql

from indexer.store import codec, schema
from indexer.store.rows import item_key
from indexer.text import UNIT_SCALE
from indexer.types import DocumentInfo, Fact

SORTS = ("department", "year", "item", "value")
_LIKE_SPECIAL = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """Which figures, in what order. An empty tuple or text does not limit.

    `text`: words that the row's label contains, or the start of its code. `year`: of the figure, so that last year's
    column of this year's document counts as last year's. `sort`: one of `SORTS`, "" for the order of the documents.
    """

    departments: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    doc_types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    text: str = ""
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure with the document that prints it and the title of its table."""

    fact: Fact
    info: DocumentInfo
    table: str


@dataclass(frozen=True, slots=True)
class FigurePage:
    """Some of the figures found, and how many there are in all."""

    figures: tuple[Printed, ...]
    total: int


def find_figures(connection: sql.Connection, query: FigureQuery, start: int, limit: int) -> FigurePage:
    """Figures from `start` (0 is the first), `limit` at most."""
    f, d, t = schema.facts.c, schema.documents.c, schema.tables.c
    rows = schema.facts.join(schema.documents, f.generation == d.generation)
    limits = _limits(query)
    total = connection.execute(sql.select(sql.func.count()).select_from(rows).where(*limits)).scalar_one()
    titled = rows.outerjoin(schema.tables, (t.generation == f.generation) & (t.id == f.table_id))
    columns = (f.body, d.body.label("info"), d.names, t.title)
    statement = sql.select(*columns).select_from(titled).where(*limits).order_by(*_order(query))
    found = connection.execute(statement.offset(start).limit(limit))
    return FigurePage(tuple(_printed(*row) for row in found), total)


def kinds_held(connection: sql.Connection) -> tuple[str, ...]:
    """The kinds of tables that figures come from."""
    return tuple(connection.execute(sql.select(schema.facts.c.kind).distinct().order_by(schema.facts.c.kind)).scalars())


def count_findings(connection: sql.Connection) -> dict[str, dict[str, int]]:
    """How many findings of each severity, by document; documents without any are left out."""
    g, d = schema.findings.c, schema.documents.c
    statement = sql.select(d.document, g.severity, sql.func.count()).join_from(
        schema.findings, schema.documents, g.generation == d.generation
    )
    counts: dict[str, dict[str, int]] = {}
    for document, severity, count in connection.execute(statement.group_by(d.document, g.severity)):
        counts.setdefault(document, {})[severity] = count
    return counts


def _limits(query: FigureQuery) -> list[sql.ColumnElement[bool]]:
    f, d = schema.facts.c, schema.documents.c
    sets: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (d.department, query.departments),
        (f.year, query.years),
        (d.doc_type, query.doc_types),
        (f.kind, query.kinds),
    )
    limits: list[sql.ColumnElement[bool]] = [column.in_(allowed) for column, allowed in sets if allowed]
    for word in query.text.split():
        like = item_key(word).translate(_LIKE_SPECIAL)
        limits.append(f.item_key.like(f"%{like}%", escape="\\") | f.code.like(f"{like}%", escape="\\"))
    return limits


def _order(query: FigureQuery) -> list[sql.ColumnElement[Any]]:
    f, d = schema.facts.c, schema.documents.c
    places = [d.department, d.year, d.document, f.generation, f.position]
    number = sql.cast(f.value, sql.Numeric)  # for the order only: figures themselves stay text
    scale = sql.case({unit: int(scale) for unit, scale in UNIT_SCALE.items()}, value=f.unit, else_=1)
    money = f.unit.in_(UNIT_SCALE)
    sorts: dict[str, list[Any]] = {
        "department": [d.department],
        "year": [f.year],
        "item": [f.item_key],
        "value": [number * scale],
    }
    chosen = [column.desc() if query.descending else column.asc() for column in sorts.get(query.sort, [])]
    if query.sort == "value":
        chosen.insert(0, money.desc())  # persons and percentages behind money
    return [*chosen, *places]


def _printed(body: str, info: str, names: str, title: str | None) -> Printed:
    return Printed(codec.load_text(Fact, body, names), codec.load_text(DocumentInfo, info, names), title or "")
