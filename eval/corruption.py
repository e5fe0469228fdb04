"""Does verification notice a wrong figure? Wrong digits are planted under answers that were right and verified.

- `read`: a table cell is read wrongly, before the document's identities are checked (a slip of the reader);
- `believed`: the same with verification left out, for comparison;
- `store`: a stored figure is changed afterwards, the identities are not (damage to the store);
- `draft`: a figure is changed between finding and verifying (a slip while computing or wording).

Caught: the wrong figure is not shown as verified. Harmless: the answer stays right, because it stands on another place.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from eval.planting import first_number, misprinted, wrong_number
from eval.run import BUGS, answer_case
from eval.score import Json, judge
from eval.statistics import Share
from indexer.errors import YusuanError
from indexer.text import plain
from indexer.types import Chunk, DocumentContent, DocumentInfo, Fact, Limits, Place

if TYPE_CHECKING:
    from indexer.store import Store
    from retriever.evidence import Figure
    from retriever.verify import Verdict
    from retriever.view import View


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Catch:
    """One planting: where, what was printed and planted there, and what became of the answer."""

    kind: str
    case: str
    place: str
    printed: str
    planted: str
    fate: str
    """"caught", "missed" or "harmless"."""


def catch_rate(catches: Sequence[Catch]) -> Share:
    """Caught of those that reached the answer."""
    reached = [c for c in catches if c.fate != "harmless"]
    return Share(sum(c.fate == "caught" for c in reached), len(reached))


class Overlay:
    """A store with some documents in another form; what answering reads of a store, nothing else."""

    def __init__(self, store: Store, changed: Mapping[str, DocumentContent]) -> None:
        self._store, self._changed = store, changed

    def documents(self) -> tuple[DocumentInfo, ...]:
        return tuple(self._changed[d.id].info if d.id in self._changed else d for d in self._store.documents())

    def content(self, document: str) -> DocumentContent:
        return self._changed.get(document) or self._store.content(document)

    def chunks(self, ids: tuple[str, ...]) -> tuple[Chunk, ...]:
        return self._store.chunks(ids)

    def places(self, ids: tuple[str, ...]) -> dict[str, Place]:
        return self._store.places(ids)

    def count(self, limits: Limits = NO_LIMITS) -> tuple[tuple[str, str, int], ...]:
        return self._store.count(limits)

    def browse(self, limits: Limits = NO_LIMITS, limit: int = 50, offset: int = 0) -> tuple[str, ...]:
        return self._store.browse(limits, limit, offset)

    def search_text(
        self, query: str, limits: Limits = NO_LIMITS, limit: int = 50, offset: int = 0, newest: bool = False
    ) -> tuple[tuple[str, float], ...]:
        return self._store.search_text(query, limits, limit, offset, newest)

    def search_vectors(self, query: str, limits: Limits = NO_LIMITS, limit: int = 50) -> tuple[tuple[str, float], ...]:
        return self._store.search_vectors(query, limits, limit)

    def similar(self, text: str, names: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
        return self._store.similar(text, names)

    def rerank(self, question: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        return self._store.rerank(question, ids)

    def facts(self, *, concepts: tuple[str, ...] | None = None) -> tuple[Fact, ...]:
        kept = [f for f in self._store.facts(concepts=concepts) if f.document not in self._changed]
        own = [f for c in self._changed.values() for f in c.facts if concepts is None or f.concept in concepts]
        return (*kept, *own)


def plant_cells(
    cases: Sequence[Json], answers: Sequence[Json], store: Store, kind: str, seed: int = 5
) -> tuple[Catch, ...]:
    """Plant under every answer that is right, verified and stands on a table cell; `kind` is any but "draft"."""
    from retriever.engine import Engine

    chance = random.Random(seed)
    out = []
    for case, answer in zip(cases, answers, strict=True):
        fact = _standing_on(case, answer, store)
        if fact is None:
            continue
        wrong = misprinted(fact.text, chance)
        content = store.content(fact.document)
        changed = (_damaged if kind == "store" else _misread)(content, fact, wrong)
        overlay = Overlay(store, {fact.document: replace(changed, info=replace(changed.info, sha256="planted"))})
        with unverified() if kind == "believed" else nullcontext():
            now = answer_case(case, Engine(overlay))
        place = f"{fact.document} 第 {fact.source.page} 页 {fact.item}"
        out.append(Catch(kind, str(case["id"]), place, fact.text, wrong, _fate(case, now)))
    return tuple(out)


def unverified() -> AbstractContextManager[object]:
    """While it is open, every figure that is found counts as verified."""
    from retriever import task
    from retriever.types import Status
    from retriever.verify import Verdict

    def believed(figure: Figure, view: View) -> Verdict:
        return Verdict(Status.VERIFIED, ())

    return patch.object(task, "verify", believed)


def _standing_on(case: Json, answer: Json, store: Store) -> Fact | None:
    """The fact behind the first citation of a right, verified answer with figures; None where there is none."""
    values = answer.get("values") or []
    if not (values and values[0].get("verified") and case["expect"].get("numbers") and judge(case, answer).ok):
        return None
    for citation in answer.get("citations") or []:
        if not (citation.get("bbox") and citation.get("table")):
            continue
        for fact in store.content(citation["document"]).facts:
            box = fact.source.bbox
            here = box is not None and [round(x, 1) for x in box] == [round(x, 1) for x in citation["bbox"]]
            if here and fact.source.page == citation["page"] and fact.value:
                return fact
    return None


def _misread(content: DocumentContent, fact: Fact, text: str) -> DocumentContent:
    """The document as it would be, had the cell been read so."""
    from indexer.checks import check_document, identities_to_findings
    from indexer.claims import sections_to_claims
    from indexer.facts import tables_to_facts

    tables = list(content.tables)
    at = next(i for i, t in enumerate(tables) if t.id == fact.table)
    row, column = fact.source.row, fact.source.column
    assert row is not None
    assert column is not None
    rows = [list(r) for r in tables[at].rows]
    rows[row][column] = replace(rows[row][column], text=text)
    tables[at] = replace(tables[at], rows=tuple(map(tuple, rows)))
    facts = tables_to_facts(content.info, tables)
    claims = sections_to_claims(content.info, content.sections, facts)
    changed = replace(content, tables=tuple(tables), facts=facts, claims=claims, identities=(), findings=())
    identities = check_document(changed)
    return replace(changed, identities=identities, findings=identities_to_findings(changed, identities))


def _damaged(content: DocumentContent, fact: Fact, text: str) -> DocumentContent:
    """The document with the stored figure changed and everything else as it was."""
    value = Decimal(first_number(text).replace(",", ""))
    facts = tuple(replace(f, value=value, text=text) if f.id == fact.id else f for f in content.facts)
    return replace(content, facts=facts)


def _fate(case: Json, answer: Json) -> str:
    judged = judge(case, answer)
    return "harmless" if judged.ok else "missed" if judged.false_verified else "caught"


def plant_drafts(cases: Sequence[Json], answers: Sequence[Json], store: Store, seed: int = 5) -> tuple[Catch, ...]:
    """Verify every verified figure of the right answers once more with a digit changed."""
    from retriever import task
    from retriever.engine import Engine
    from retriever.types import Status
    from retriever.verify import verify as true

    chance = random.Random(seed)
    seen: list[tuple[Figure, View]] = []

    def watched(figure: Figure, view: View) -> Verdict:
        verdict = true(figure, view)
        if verdict.status is Status.VERIFIED and figure.value:
            seen.append((figure, view))
        return verdict

    out: list[Catch] = []
    engine = Engine(store)
    for case, answer in zip(cases, answers, strict=True):
        if not ((answer.get("values") or [{}])[0].get("verified") and judge(case, answer).ok):
            continue
        seen.clear()
        with patch.object(task, "verify", watched), suppress(YusuanError, *BUGS):
            engine.ask(_question(case))
        for figure, view in seen[:1]:
            printed = plain(figure.value, figure.places)
            wrong = wrong_number(printed, chance)
            verdict = true(replace(figure, value=Decimal(wrong)), view)
            fate = "missed" if verdict.status is Status.VERIFIED else "caught"
            out.append(Catch("draft", str(case["id"]), figure.label, printed, wrong, fate))
    return tuple(out)


def _question(case: Json) -> Any:
    from retriever.contract import question_from_json

    return question_from_json(dict(case))
