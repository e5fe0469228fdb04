"""One mistake of Gradio's made good: what a session keeps must not grow with every event.

After `gr.skip()` or another update a session's component is made anew with another number, and the next value is kept
under that number as well, for ever. A conversation would take some hundred kilobytes more with each answer.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from gradio.state_holder import SessionState


def keep_numbers() -> None:
    """From now on a component that takes another's place in a session takes its number too. Once is enough."""
    replace = SessionState.__setitem__
    if hasattr(replace, "__wrapped__"):
        return

    @wraps(replace)
    def replace_and_number(session: SessionState, key: int, value: Any) -> None:
        held = session.blocks_config.blocks.get(key)
        if held is not None and not held.stateful:
            value._id = key
        replace(session, key, value)

    SessionState.__setitem__ = replace_and_number  # type: ignore[method-assign]
