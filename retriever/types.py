"""The frozen types of question and answer (contract: an answer)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from indexer.types import BBox


class Status(StrEnum):
    """How far an answer may be trusted."""

    VERIFIED = "verified"
    SINGLE_SOURCE = "single_source"
    CONFLICT = "conflict"
    NOT_FOUND = "not_found"
    CLARIFY = "clarify"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Filters:
    """Limits set by the caller; an empty tuple does not limit."""

    department: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    doc_type: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `turns` are the earlier questions of the conversation, oldest first."""

    text: str
    turns: tuple[str, ...] = ()
    filters: Filters = Filters()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure that answers the question; `exact` keeps what `value` rounds for show."""

    label: str
    value: str
    unit: str
    department: str
    year: int | None
    doc_type: str
    verified: bool
    exact: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One step of proof: what was claimed, how it was checked, the arithmetic, whether it agrees."""

    claim: str
    method: str
    expression: str
    agrees: bool
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure or sentence is printed; `page` from 1, `bbox` in PDF points, origin top left."""

    document: str
    department: str
    year: int | None
    doc_type: str
    section: str
    table: str
    row: str
    column: str
    page: int
    bbox: BBox | None
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as people, the page and scripts read it."""

    question: str
    status: Status
    text: str
    values: tuple[Value, ...] = ()
    verification: tuple[Check, ...] = ()
    citations: tuple[Citation, ...] = ()
    choices: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()
    id: str = ""
