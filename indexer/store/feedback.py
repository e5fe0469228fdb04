"""What readers thought of answers. Kept in the same database, apart from the documents: any process may add to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sql
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

metadata = MetaData()
"""Its own, so that stores made before there was feedback get the table when the first opinion comes."""

feedback = Table(
    "feedback",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One reader's thumb up or down. `question`: with the earlier ones of the conversation, a line each; `at`: UTC."""

    question: str
    answer: str
    status: str
    good: bool
    reason: str = ""
    at: str = ""


def add_opinion(engine: sql.Engine, opinion: Opinion) -> None:
    """Adds one, dated now."""
    metadata.create_all(engine)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    values = {"question": opinion.question, "answer": opinion.answer, "status": opinion.status}
    with engine.begin() as connection:
        connection.execute(sql.insert(feedback).values(at=at, good=opinion.good, reason=opinion.reason, **values))


def all_opinions(engine: sql.Engine) -> tuple[Opinion, ...]:
    """All of them, oldest first."""
    if not sql.inspect(engine).has_table(feedback.name):
        return ()
    c = feedback.c
    statement = sql.select(c.question, c.answer, c.status, c.good, c.reason, c.at).order_by(c.number)
    with engine.connect() as connection:
        return tuple(Opinion(*row) for row in connection.execute(statement))
