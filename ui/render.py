"""HTML from templates. Everything that comes from a document or a person is escaped by the template engine."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ui.words import Words, chinese, told

_HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, t: Words = chinese, **values: object) -> str:
    """A template of ui/templates with its values; a value that the template names and does not get raises.

    `t`: the language of the page's own words; `told`: the same for messages of other parts of the program.
    """
    return _environment().get_template(template).render(t=t, told=lambda message: told(message, t), **values)


def asset(name: str) -> str:
    """A style sheet or script of this folder, as text."""
    return (_HERE / name).read_text(encoding="utf-8")
