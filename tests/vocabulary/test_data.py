"""The vocabulary's own files agree with themselves and with the types."""

from __future__ import annotations

from indexer.types import TableKind
from indexer.vocabulary import vocabulary

UNITS = {"money", "count", "area", "rate"}


def test_kinds_are_those_of_the_types() -> None:
    known = {str(kind) for kind in TableKind}
    assert set(vocabulary().kinds) == known
    assert {kind for concept in vocabulary().concepts.values() for kind in concept.kinds} <= known


def test_parts_and_parents_exist() -> None:
    concepts = vocabulary().concepts
    for concept in concepts.values():
        assert concept.unit in UNITS, concept.id
        assert set(concept.parts) <= set(concepts), concept.id
        assert not concept.parent or concept.parent in concepts, concept.id


def test_every_named_concept_can_be_printed_and_asked_for() -> None:
    for concept in vocabulary().concepts.values():
        assert concept.id in vocabulary().concepts_of_label(concept.name), concept.id
        if not concept.code:
            assert concept.labels, concept.id
            assert concept.words, concept.id


def test_codes_nest() -> None:
    for codes, lengths in ((vocabulary().functions, (3, 5, 7)), (vocabulary().economics, (3, 5))):
        for code, name in codes.items():
            assert len(code) in lengths, code
            assert name, code
            assert len(code) == 3 or code[:-2] in codes, code


def test_no_citizens_word_is_a_single_character() -> None:
    short = {w for c in vocabulary().concepts.values() for w in c.words if len(w) < 2}
    assert short <= {"税", "楼", "书"}
