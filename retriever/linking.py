"""Names that documents print (projects, purchases) and a question gives in part, contracted or mistyped."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from indexer.tables.words import is_body_name
from indexer.text import fold
from retriever.context import is_bare
from retriever.fuzzy import foreign_words, fuzzy_enumeration, fuzzy_subjects, mistyped_subject
from retriever.language import language, squeeze
from retriever.query import MEASURED, Operation, Query, Subject
from retriever.settle import nested_elsewhere, with_column
from retriever.subjects import FUZZY, SUFFIX, clean
from retriever.view import View

_SUMMED = re.compile(r"[加合](?:在)?一(?:起|块|道)儿?|加起来|合起来|相加|合计|一共|总共")
_HEAD = 2
_SURE_NAME = 0.9
_NAME_PART = 5
"""So many characters that stand in one printed name only are taken for it."""


def _part_of_a_name(subject: Subject, views: tuple[View, ...], names: Set[str]) -> Subject:
    """An official name that the documents print only inside a longer one (保费补贴 in 政策性保费补贴)."""
    if subject.labels or len(subject.text) < _NAME_PART or subject.score < _SURE_NAME:
        return subject
    if any(c in held for v in views for held in (v.by_concept, v.claims_by_concept) for c in subject.concepts) or any(
        c in v.by_code for v in views for c in subject.codes
    ):
        return subject
    holding = tuple(sorted(n for n in names if subject.text in clean(n)))
    return replace(subject, labels=holding, concepts=()) if len(holding) == 1 else subject


def _longer_name(query: Query, names: Set[str]) -> Query | None:
    """火化炉, of which the vocabulary knows 火化 and one printed name holds all: that name is meant."""
    if len(query.subjects) != 1 or not query.cut:
        return None
    subject, text = query.subjects[0], query.masked
    if subject.labels or subject.score >= _SURE_NAME or subject.end - subject.start < _HEAD:
        return None
    cleaned = {name: clean(name) for name in names}
    start, end = subject.start, subject.end
    while end < len(text) and any(text[start : end + 1] in c for c in cleaned.values()):
        end += 1
    while start > 0 and any(text[start - 1 : end] in c for c in cleaned.values()):
        start -= 1
    run = text[start:end]
    holding = [name for name, c in cleaned.items() if run in c]
    added = run.replace(subject.text, "", 1)
    if len(holding) != 1 or not any(word in added for word in query.cut):
        return None
    named = replace(subject, text=run, start=start, end=end, labels=(holding[0],), concepts=(), score=FUZZY)
    left, changing, cut = (
        tuple(w for w in words if w not in run) for words in (query.leftover, query.modifiers, query.cut)
    )
    subjects = with_column((named,), query.text)
    return replace(query, subjects=subjects, leftover=left, modifiers=changing, cut=cut)


def link_names(query: Query, views: tuple[View, ...]) -> Query:
    """A project named in part: taken where no printed label was named in full."""
    if any(s.labels and s.end - s.start >= 4 for s in query.subjects) and not query.modifiers:
        return query
    names = frozenset().union(*(v.own_names for v in views))
    adds = Operation.SUM in query.operations
    if (adds or query.operation is Operation.COMPARE) and query.leftover:
        listed = fuzzy_enumeration(_SUMMED.sub("|", query.masked), names)
        if listed:
            operation = Operation.SUM if query.operation is Operation.LOOKUP else query.operation
            return replace(query, operation=operation, subjects=listed, leftover=(), modifiers=(), cut=())
    query = replace(query, subjects=tuple(_part_of_a_name(s, views, names) for s in query.subjects))
    if (longer := _longer_name(query, names)) is not None:
        return longer
    found = fuzzy_subjects(query.masked, names)
    if not found and all(s.end == 0 or s.concepts[:1] == ("project.item",) for s in query.subjects):
        plain = clean(squeeze(query.text))
        found = fuzzy_subjects(plain, names, query.masked) if len(plain) == len(query.masked) else ()
    if not found and not query.subjects and query.operation in MEASURED:
        mistyped = mistyped_subject(query.masked)
        return replace(query, subjects=(mistyped,), leftover=()) if mistyped else query
    if not found:
        return query
    hit = found[0]
    if is_body_name(hit.text) and any(s.end > s.start for s in query.subjects):
        return query  # a unit is spoken of, not the project that bears its name
    covered = [s for s in query.subjects if s.start < hit.end and hit.start < s.end]
    if any((s.end - s.start >= hit.end - hit.start and s.score >= 0.8) or s.score > 0.9 for s in covered):
        return query
    if covered and not any(label in v.by_label for v in views for label in hit.labels):
        return query
    weak = [s for s in query.subjects if s in covered or is_bare(s) or s.concepts[:1] == ("project.item",)]
    kept = tuple(s for s in query.subjects if s not in weak)
    if kept and not covered and not query.leftover:
        return query
    named, printed = with_column((hit,), query.text), fold("|".join(hit.labels))
    headless = tuple(hit.text for _ in (0,) if all(_other_head(hit.text, label) for label in hit.labels))
    apart = (s for s in query.named if s.end <= hit.start or hit.end <= s.start)
    beside = tuple(sorted((hit, *apart), key=lambda s: s.start))
    foreign = tuple(w for w in foreign_words(hit.text, "".join(hit.labels)) if language().stopwords.sub("", w))
    return replace(
        query,
        subjects=tuple(sorted((*kept, *named), key=lambda s: s.start)),
        leftover=tuple(p for p in query.leftover if p not in hit.text and hit.text not in p and p not in printed),
        modifiers=(
            *(p for p in query.modifiers if p not in hit.text and hit.text not in p and p not in printed),
            *nested_elsewhere(beside, query.masked),
        ),
        cut=(*headless, *foreign, *(p for p in query.cut if p not in hit.text and hit.text not in p)),
    )


def _other_head(piece: str, label: str) -> bool:
    """Whether a name ends in a thing of its own that the question does not say (绿化养护 of 绿化养护机械)."""
    core = SUFFIX.sub("", clean(label)) or clean(label)
    return core.startswith(piece) and len(core) - len(piece) in (_HEAD, _HEAD + 1)
