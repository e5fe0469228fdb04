"""The page's two languages say the same."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from retriever.search import KIND_NAMES
from ui.card import BADGES, MEANINGS
from ui.compare import MODES
from ui.holdings import SEVERITIES, STATUSES
from ui.words import chinese, english, told

UI = Path(__file__).resolve().parents[2] / "ui"
ENGLISH: dict[str, str] = yaml.safe_load((UI / "english.yaml").read_text(encoding="utf-8"))
OPENING = UI.parent / "indexer" / "pdf" / "opening.py"
SOURCES = "\n".join(f.read_text(encoding="utf-8") for f in [*UI.glob("*.py"), *UI.glob("templates/*.html"), OPENING])


def asked_for() -> set[str]:
    called = {a or b for a, b in re.findall(r"""\bt\(\s*(?:"([^"]*)"|'([^']*)')""", SOURCES)}
    listed = (MEANINGS, SEVERITIES, STATUSES, KIND_NAMES, MODES)
    return called | {badge for badge, _ in BADGES.values()} | {str(v) for one in listed for v in one.values()}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_everything_the_page_says_has_its_english() -> None:
    assert asked_for() - ENGLISH.keys() == set()


def test_nothing_is_translated_that_the_page_does_not_say() -> None:
    assert [text for text in ENGLISH if text not in asked_for() and text not in SOURCES and "相加" not in text] == []


@pytest.mark.parametrize("text", sorted(ENGLISH))
def test_both_languages_have_the_same_places(text: str) -> None:
    assert places(text) == places(ENGLISH[text])


def test_a_message_without_translation_stays_as_it_is() -> None:
    assert told("不是PDF文件", english) == "Not a PDF"
    assert told("不是PDF文件", chinese) == "不是PDF文件"
    assert told("第 3 页：{没有}译文", english) == "第 3 页：{没有}译文"


def test_values_are_filled_in() -> None:
    assert (chinese("第{n}页", n=3), english("第{n}页", n=3)) == ("第3页", "p. 3")
    with pytest.raises(KeyError):
        english("没有译文")
