"""The product with one part taken out, and the plain pipeline, over the same cases: what each part adds.

Every variant runs in a process of its own, in which single functions are replaced before anything is loaded, so that
the product itself needs no switches.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from eval.corruption import NO_LIMITS, Overlay, unverified
from eval.run import answer_cases
from eval.score import Json
from indexer.types import Limits

if TYPE_CHECKING:
    from eval.baseline import Complete
    from indexer.settings import Settings
    from indexer.store import Store
    from indexer.tables.layout import PageLayout
    from indexer.tables.stitch import Stitched
    from indexer.types import DocumentContent
    from indexer.vocabulary import Concept

Answers = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Material:
    """What a variant answers from: an indexed store and the PDFs that are in it."""

    cases: tuple[Json, ...]
    settings: Settings
    pdfs: tuple[Path, ...]


def run_variant(name: str, material: Material) -> Answers:
    """The answers of one variant, from a fresh process."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(_run, name, material).result()


def _run(name: str, material: Material) -> Answers:
    return VARIANTS[name](material)


def _ask(material: Material, change: Callable[[Store], Any]) -> Answers:
    from indexer.store import Store
    from retriever.engine import Engine

    with Store.open(material.settings.store, settings=material.settings, create=False) as store:
        return list(answer_cases(material.cases, Engine(change(store))))


def _whole(material: Material) -> Answers:
    return _ask(material, lambda store: store)


class _WithoutLexical(Overlay):
    def search_text(
        self, query: str, limits: Limits = NO_LIMITS, limit: int = 50, offset: int = 0, newest: bool = False
    ) -> tuple[tuple[str, float], ...]:
        return ()


class _WithoutDense(Overlay):
    def search_vectors(self, query: str, limits: Limits = NO_LIMITS, limit: int = 50) -> tuple[tuple[str, float], ...]:
        return ()


def _without_lexical(material: Material) -> Answers:
    return _ask(material, lambda store: _WithoutLexical(store, {}))


def _without_dense(material: Material) -> Answers:
    return _ask(material, lambda store: _WithoutDense(store, {}))


def _without_verification(material: Material) -> Answers:
    with unverified():
        return _whole(material)


def _without_vocabulary(material: Material) -> Answers:
    """Concepts keep their official name alone: no other printed names, no citizens' words."""
    from indexer.vocabulary import load

    def bare(read: Callable[..., dict[str, Concept]], *arguments: Any) -> dict[str, Concept]:
        return {k: replace(c, labels=(c.name,), words=()) for k, c in read(*arguments).items()}

    with ExitStack() as changed:
        for function in ("named_concepts", "classification"):
            changed.enter_context(patch.object(load, function, partial(bare, getattr(load, function))))
        return _whole(material)


def _without_stitching(material: Material) -> Answers:
    """Every page's tables stand alone; the documents are read again so."""
    from indexer.pipeline import read_content
    from indexer.tables import build
    from indexer.tables.stitch import Stitched, stitch

    def apart(pages: Sequence[PageLayout]) -> Stitched:
        single = [stitch([page]) for page in pages]
        return Stitched([d for s in single for d in s.drafts], set().union(*(s.used for s in single)))

    with patch.object(build, "stitch", apart):
        read = [read_content(pdf, material.settings) for pdf in material.pdfs]
    return _ask(material, lambda store: Overlay(store, {c.info.id: _as_held(store, c) for c in read}))


def _as_held(store: Store, content: DocumentContent) -> DocumentContent:
    """A new reading under the held document's description, told apart from it by its content hash."""
    held = store.held(content.info.id)
    assert held is not None
    return replace(content, info=replace(held.info, sha256=content.info.sha256 + "-apart"))


def _plain(material: Material, complete: Complete | None = None) -> Answers:
    from eval.baseline import PlainPipeline
    from indexer.embedding import load_embedding

    embedding = load_embedding(material.settings)
    if embedding is None:
        return []
    pipeline = PlainPipeline(material.pdfs, embedding, complete)
    return [pipeline.answer(case) for case in material.cases]


VARIANTS: dict[str, Callable[[Material], Answers]] = {
    "完整": _whole,
    "不拼接跨页表格": _without_stitching,
    "不复核": _without_verification,
    "不用全文检索": _without_lexical,
    "不用向量检索": _without_dense,
    "不用词汇表": _without_vocabulary,
    "普通流程（LlamaIndex）": _plain,
}
"""Names as reports print them."""
