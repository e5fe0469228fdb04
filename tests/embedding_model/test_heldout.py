"""The held-out questions are in words that nothing trained or linked for their concepts holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from eval.train.material import HERE, HeldOut, associations, groups, held_out
from eval.train.measure import is_hard
from indexer.vocabulary import vocabulary

EVERYDAY = held_out("everyday.csv")
BLIND = (*held_out("everyday_blind.csv"), *held_out("everyday_third.csv"))


@pytest.mark.parametrize("held", [*held_out(), *EVERYDAY, *BLIND], ids=lambda held: held.question)
def test_no_citizens_word_or_label_gives_the_answer_away(held: HeldOut) -> None:
    for name in held.concepts:
        concept = vocabulary().concepts[name]
        assert [term for term in (*concept.words, *concept.labels) if term in held.question] == []


@pytest.mark.parametrize("held", EVERYDAY, ids=lambda held: held.question)
def test_everyday_words_share_no_character_with_what_is_printed(held: HeldOut) -> None:
    assert is_hard(held, groups())


def test_what_is_measured_was_trained_without_words_of_the_questions() -> None:
    hidden = held_out()
    for group in groups(hide=hidden):
        mine = [h.question for h in hidden if set(h.concepts) & set(group.ids)]
        assert [a for a in group.associations if any(a in question for question in mine)] == []


def test_associations_belong_to_known_concepts() -> None:
    assert set(associations()) <= set(vocabulary().concepts)


@pytest.mark.parametrize("path", sorted((HERE / "associations").glob("*.yaml")), ids=lambda path: path.stem)
def test_associations_are_short_words_said_once(path: Path) -> None:
    for concept, words in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        listed = words.split()
        assert len(listed) == len(set(listed)), concept
        assert [w for w in listed if not re.fullmatch(r"[一-鿿A-Za-z0-9.]{1,12}", w)] == [], concept


def test_every_meaning_has_everyday_words() -> None:
    """But for the rests (其他…) and the few that share a name with no life of its own."""
    meant = [g for g in groups() if not g.name.startswith("其他")]
    bare = [g.name for g in meant if len(g.associations) + len(g.words) < 2]
    assert len(bare) < len(meant) / 20, bare
