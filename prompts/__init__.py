"""Texts that the product says, and prompts for the optional language model, as templates with declared variables."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent


class MissingVariable(KeyError):
    """A template was filled without one of its declared variables, or with one it does not declare."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with `$name` variables, all declared."""

    name: str
    text: str
    variables: frozenset[str]

    def fill(self, **values: object) -> str:
        """The text with every variable put in. Raises MissingVariable unless exactly the declared ones are given."""
        if set(values) != self.variables:
            raise MissingVariable(f"{self.name}: {sorted(set(values) ^ self.variables)}")
        return string.Template(self.text).substitute({k: str(v) for k, v in values.items()})


@lru_cache(maxsize=8)
def templates(file: str) -> dict[str, Template]:
    """The templates of one YAML file of this folder, by name."""
    raw: dict[str, Any] = yaml.safe_load((_FOLDER / f"{file}.yaml").read_text("utf-8"))
    out = {}
    for name, text in raw.items():
        template = string.Template(text)
        out[name] = Template(name, text, frozenset(template.get_identifiers()))
    return out


def say(file: str, template: str, /, **values: object) -> str:
    """Fill one template."""
    return templates(file)[template].fill(**values)
