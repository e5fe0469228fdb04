"""What a click inside our own HTML sends. It comes from a browser, so it may be anything."""

from __future__ import annotations

import gradio as gr

from ui.render import asset


def clickable(value: str, elem_id: str) -> gr.HTML:
    """Our own HTML, whose clicks become events."""
    return gr.HTML(value, js_on_load=asset("page.js"), elem_id=elem_id, apply_default_css=False)


def details(event: gr.EventData) -> dict[str, object]:
    """Everything that a click sent; anything but an object counts as nothing."""
    data = event._data
    return data if isinstance(data, dict) else {}


def detail(event: gr.EventData, name: str) -> str:
    """One part of it as text, "" where it is missing."""
    return str(details(event).get(name, ""))


def whole(text: str) -> int:
    """A number from 1; 1 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 and int(text) else 1
