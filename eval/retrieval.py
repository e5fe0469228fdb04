"""How well passages are found: recall@k and MRR of full text alone, vectors alone, and both together.

A retrieval case: {"id", "question", "filters"?, "relevant": [{"document", "pages": [...]}]}. A passage is relevant
when it stands on one of a relevant entry's pages (anywhere in its document where no pages are named).
- recall@k: the share of a question's relevant entries that the first k passages cover, averaged over questions;
- MRR: 1 ÷ rank of the first relevant passage (0 beyond the depth searched), averaged over questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.cases_file import read_lines
from eval.score import Json
from eval.statistics import mean, mean_interval
from indexer.errors import UsageError
from indexer.types import Limits
from retriever.asked import take_apart
from retriever.library import Library
from retriever.ranking import WEIGHTS, rank

if TYPE_CHECKING:
    from indexer.store import Store

DEPTH = 50
CUTS = (1, 5, 10)
Place = tuple[str, tuple[int, ...]]
"""A passage's document and pages."""
Finder = Callable[[str, tuple[str, ...] | None], Sequence[Place]]
"""Question and the documents allowed (None for all) to passages, best first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question: the rank (from 1) at which each relevant entry came first, None beyond the depth."""

    id: str
    question: str
    ranks: tuple[int | None, ...]

    def recall(self, k: int) -> float:
        return sum(r is not None and r <= k for r in self.ranks) / len(self.ranks)

    @property
    def reciprocal_rank(self) -> float:
        found = [r for r in self.ranks if r is not None]
        return 1 / min(found) if found else 0.0


def read_retrieval_cases(path: Path) -> list[dict[str, Any]]:
    """Retrieval cases as they are, answer cases by the pages they name. Raises UsageError when there are none."""
    lines = read_lines(path)
    cases = [x for x in lines if x.get("relevant")] or pages_to_relevant(lines)
    if not cases or not all("id" in c and "question" in c for c in cases):
        raise UsageError(f"{path}：没有检索用例（需要 id、question、relevant）")
    return cases


def pages_to_relevant(cases: Sequence[Json]) -> list[dict[str, Any]]:
    """Retrieval cases out of answer cases that are single questions and name their pages by document."""
    return [
        {
            "id": c["id"],
            "question": c["question"],
            "relevant": [{"document": d, "pages": p} for d, p in c["page"].items()],
        }
        for c in cases
        if "question" in c and isinstance(c.get("page"), Mapping) and c["page"]
    ]


def outcome(case: Json, found: Sequence[Place]) -> Outcome:
    """The ranks of one case's relevant entries in a list of passages."""
    ranks = []
    for entry in case["relevant"]:
        wanted = set(entry.get("pages") or ())
        hits = (
            rank
            for rank, (document, pages) in enumerate(found, 1)
            if document == entry["document"] and (not wanted or wanted & set(pages))
        )
        ranks.append(next(hits, None))
    return Outcome(str(case["id"]), str(case["question"]), tuple(ranks))


def summarize(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """recall@k and MRR with their 95 % bootstrap intervals."""
    out: dict[str, Any] = {"questions": len(outcomes)}
    measures = {f"recall@{k}": [o.recall(k) for o in outcomes] for k in CUTS}
    measures["mrr"] = [o.reciprocal_rank for o in outcomes]
    for name, values in measures.items():
        out[name] = round(mean(values), 4)
        out[f"{name}_interval"] = [round(x, 4) for x in mean_interval(values)]
    return out


def finders(store: Store) -> dict[str, Finder]:
    """The three ways to find passages in a store, by name: as search does, and by each leg alone."""
    library = Library(store)

    def by(weights: tuple[float, float]) -> Finder:
        def found(text: str, allowed: tuple[str, ...] | None) -> Sequence[Place]:
            apart = take_apart(text, library.catalog())
            limits = Limits(apart.named if allowed is None else allowed)
            ranked = rank(store, apart, limits, weights=weights)[:DEPTH]
            return [(c.document, c.pages) for c in store.chunks(tuple(r.id for r in ranked))]

        return found

    return {"hybrid": by(WEIGHTS), "lexical": by((1.0, 0.0)), "dense": by((0.0, 1.0))}


def retrieve(cases: Sequence[Json], store: Store) -> dict[str, tuple[Outcome, ...]]:
    """Every case's outcome by each way, within the case's filters."""
    from retriever.contract import question_from_json
    from retriever.library import passes

    def allowed(case: Json) -> tuple[str, ...] | None:
        if not case.get("filters"):
            return None
        filters = question_from_json(dict(case)).filters
        return tuple(d.id for d in store.documents() if passes(d, filters))

    return {
        name: tuple(outcome(c, find(str(c["question"]), allowed(c))) for c in cases)
        for name, find in finders(store).items()
    }
