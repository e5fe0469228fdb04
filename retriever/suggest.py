"""What words that nothing explains may mean: names that the documents hold, nearest in meaning."""

from __future__ import annotations

from indexer.types import Fact
from indexer.vocabulary import vocabulary
from retriever.library import Library
from retriever.view import View

_NEAR = 0.5
_MOST = 3
_HEADS = ("three_public.", "conference", "training", "operating_funds", "expenditure.", "income.", "econ.", "func.")


def suggestions(text: str, views: tuple[View, ...], library: Library) -> tuple[str, ...]:
    """Up to three printed names whose meaning is near the words, best first. They are offered, never answered with."""
    concepts = vocabulary().concepts
    held = {c for v in views for c in v.by_concept if c.startswith(_HEADS)}
    named = {concepts[c].name for c in held if c in concepts} | {f.item for v in views for f in _classified(v)}
    named |= {f.item for v in views for f in v.by_concept.get("project.item", ())}
    ranked = library.store.similar(text, tuple(sorted(n for n in named if len(n) > 1)))
    return tuple(name for name, score in ranked[:_MOST] if score >= _NEAR)


def _classified(view: View) -> list[Fact]:
    return [facts[0] for facts in view.by_code.values() if facts]
