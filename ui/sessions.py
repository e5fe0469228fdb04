"""What Gradio keeps for each reader, cut down to what this page needs, and kept from growing.

- For links to a page's state, which are shut here, every session holds the description of every component, and each event
  works out anew those that it touches: most of a megabyte a reader. Nobody reads them.
- After `gr.skip()` or another update a session's component is made anew with another number, and the next value is kept
  under that number besides, for ever: some hundred kilobytes more with each answer.
"""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import Any

from gradio import state_holder
from gradio.blocks import Blocks
from gradio.components import State


class LeanState(state_holder.SessionState):
    """A session without descriptions, in which a component that takes another's place takes its number too."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks_config = copy(blocks.default_config)
        self.config_values: dict[int, dict[str, Any]] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = 3600

    def __setitem__(self, key: int, value: Any) -> None:
        held = self.blocks_config.blocks.get(key)
        if isinstance(held, State):
            self._state_ttl[key] = held.time_to_live, datetime.now()
            self.state_data[key] = value
        else:
            value._id = key
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        """Nothing."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Nothing."""


def keep_little() -> None:
    """Sessions begun from now on are such ones."""
    state_holder.SessionState = LeanState  # type: ignore[misc]
