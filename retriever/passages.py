"""Paragraphs and table rows, ranked by how much of a question they hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.text import fold
from indexer.types import TableKind
from indexer.vocabulary import vocabulary
from retriever.draft import Passage
from retriever.language import language
from retriever.query import Operation, Query, Subject
from retriever.subjects import clean
from retriever.view import View

if TYPE_CHECKING:
    from retriever.task import Task


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph or table row that could answer."""

    passage: Passage
    context: str
    order: int


def _paragraph_units(view: View) -> Iterable[Unit]:
    for section in view.content.sections:
        context = " ".join(section.path)
        for paragraph in section.paragraphs:
            bbox = paragraph.lines[0][1] if paragraph.lines else None
            yield Unit(
                Passage(paragraph.text, None, view.info.id, paragraph.page, " > ".join(section.path), bbox), context, 0
            )


def _row_units(view: View) -> Iterable[Unit]:
    """Rows of tables that hold words: performance targets, units, procurement."""
    for table in view.content.tables:
        if table.kind not in (TableKind.PERFORMANCE, TableKind.UNITS, TableKind.PROJECT, TableKind.OTHER):
            continue
        filled = [""] * len(table.header)
        for text in table.preamble:
            yield Unit(
                Passage(text, None, view.info.id, table.pages[0], table.title, None, table.title), table.title, 1
            )
        for row in table.rows:
            cells = [c.text for c in row]
            filled = [c or (f if i < 2 else "") for i, (c, f) in enumerate(zip(cells, filled, strict=False))]
            text = " ".join(c for c in filled if c)
            if not text:
                continue
            first = next((c for c in row if c.text), row[0])
            named = [c for c in filled[:4] if not _NO_NAME.fullmatch(c)] or [""]
            label = named[-1] if table.kind is TableKind.PERFORMANCE else named[0]
            yield Unit(
                Passage(text, None, view.info.id, first.page, table.title, first.bbox, table.title, label),
                table.title,
                1,
            )


def bigrams(text: str) -> Counter[str]:
    text = re.sub(r"[^\w\u4e00-\u9fff]", "", text)
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


_NO_NAME = re.compile(r"[\d,.．%\s—–-]*")
"""What does not name a row: no text, a figure, a code."""
MASKED = "|"


def asked_text(query: Query) -> str:
    text = query.masked
    for _, pattern in language().units:
        text = pattern.sub("", text)
    return language().stopwords.sub(" ", text.replace(MASKED, " "))


def _expansions(query: Query) -> str:
    """Printed labels of what the question's words mean, so that 请客 finds 公务接待费."""
    concepts = vocabulary().concepts
    names = [concepts[c].name for s in query.subjects for c in s.concepts[:2] if c in concepts and s.text != "预算总额"]
    return " ".join((*names, *(label for s in query.subjects for label in s.labels)))


_OVERVIEW = re.compile(r"概述|概况|用途|主要内容|内容")
_REASON = re.compile(r"(?<=[,，;；])因(?![公此而素地])|原因|主要是|由于|因为|主要系|系因|所致|是因|使得|影响")
_USAGE = re.compile(r"主要用于|主要为|主要来自|来源于|用于|主要包括|主要是|支付|开支|保障")
MARKS = {
    Operation.REASON: (_REASON, 3.0),
    Operation.USAGE: (_USAGE, 2.5),
}


def ranked(query: Query, views: tuple[View, ...]) -> list[tuple[float, Unit]]:
    """Paragraphs and rows by how much of the question's wording they hold, weighted by rarity."""
    return rank_units(query, [u for v in views for u in (*_paragraph_units(v), *_row_units(v))])


def rank_units(query: Query, units: list[Unit], least: float = 0.0, widened: bool = True) -> list[tuple[float, Unit]]:
    if not units:
        return []
    grams = [bigrams(fold(u.passage.text)) for u in units]
    heads = [bigrams(fold(u.context)) for u in units]
    frequency: Counter[str] = Counter()
    for g, h in zip(grams, heads, strict=True):
        frequency.update((g | h).keys())
    asked = bigrams(clean(asked_text(query)).replace(" ", "|"))
    meant = bigrams(clean(_expansions(query)).replace(" ", "|")) if widened else Counter()
    weights = {g: math.log(1 + len(units) / (1 + frequency[g])) for g in (*asked, *meant) if "|" not in g}
    full = sum(weights[g] for g in asked if g in weights) + 0.5 * sum(
        weights[g] for g in meant if g in weights and g not in asked
    )
    if full == 0:
        return []
    mark, bonus = MARKS.get(query.operation, (None, 1.0))
    out: list[tuple[float, Unit]] = []
    for unit, gram, head in zip(units, grams, heads, strict=True):
        score = 0.0
        for pair, w in weights.items():
            weight = w if pair in asked else w * 0.5
            if pair in gram:
                score += weight
            elif pair in head:
                score += weight * 0.7
        score /= full
        if mark is not None and mark.search(unit.passage.text):
            score *= 1 + bonus * 0.25
        if query.operation is Operation.USAGE and _OVERVIEW.search(unit.context):
            score *= 1.2
        if len(unit.passage.text) < 8:
            score *= 0.6
        if score >= least:
            out.append((score, unit))
    out.sort(key=lambda s: -s[0])
    return out


_AGAINST_YEAR = re.compile(r"[比较与跟和同](?:20)?\d\d年")
_CARRIED_OUT = "决算"
"""Why a budget was not spent is said in the final accounts."""


def views_for(task: Task) -> tuple[View, ...]:
    out: list[View] = []
    query = task.query
    most = 12 if query.operation is Operation.DEFINITION else 4
    for body in task.bodies[:most]:
        years = task.years(body)
        if query.operation is Operation.REASON and len(query.years) > 1:
            years = (max(query.years),)  # the later year's document explains the change
        elif query.operation is Operation.REASON and len(query.years) == 1 and _AGAINST_YEAR.search(query.text):
            years = (query.years[0] + 1,)  # 比2022年多: the next year's document explains it
        documents = [d for d in body.documents if d.year in years or None in years]
        if not documents and query.operation is Operation.REASON:  # the next year's document may tell of it
            documents = [d for d in body.documents if d.year is not None and d.year - 1 in years]
        stage = _CARRIED_OUT if Operation.COMPLETION in query.operations else query.stage
        wanted = [d for d in documents if d.doc_type and d.doc_type.value == stage] if query.stage_strong else []
        out += [task.library.view(d.id, d.sha256) for d in wanted or documents]
    return tuple(out[: most + 2])


def with_text(passage: Passage, text: str) -> Passage:
    return Passage(
        text, passage.figure, passage.document, passage.page, passage.section, passage.bbox, passage.table, passage.row
    )


def quote(passage: Passage) -> str:
    if passage.table:
        return f"《{passage.table}》：{passage.text}"
    return passage.text


def is_generic(subject: Subject) -> bool:
    return subject.concepts[:1] == ("project.item",) and not subject.labels


def labels_of(subjects: tuple[Subject, ...]) -> tuple[str, ...]:
    concepts = vocabulary().concepts
    out: list[str] = []
    for s in subjects:
        out += s.labels
        out.append(s.text)
        for c in s.concepts[:3]:
            if c in concepts:
                out += (concepts[c].name, *concepts[c].labels)
    return tuple(dict.fromkeys(fold(x) for x in out if len(x) >= 2))


SENTENCE = re.compile(r"[^。；;!！?？]+[。；;!！?？]?")
