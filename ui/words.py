"""The page's own words in two languages. The Chinese text is the key; `english.yaml` holds what stands for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import yaml

Words = Callable[..., str]
"""A text in the page's language; values fill its {places}."""


def chinese(text: str, **values: object) -> str:
    return text.format(**values) if values else text


def english(text: str, **values: object) -> str:
    """Raises KeyError for a text that has no translation."""
    translated = _english()[text]
    return translated.format(**values) if values else translated


def told(message: str, t: Words) -> str:
    """What another part of the program says, in the page's language where it has words for it."""
    try:
        return t(message)
    except KeyError:
        return message


LANGUAGES: dict[str, Words] = {"zh": chinese, "en": english}


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(Path(__file__).with_name("english.yaml").read_text(encoding="utf-8"))
    return found
