"""What the server keeps for a reader does not grow with what the reader does."""

from __future__ import annotations

from typing import Any

import anyio
import gradio as gr
from gradio.state_holder import SessionState

from ui.sessions import keep_numbers


def test_a_component_that_is_updated_and_then_given_a_value_is_kept_once() -> None:
    keep_numbers()
    keep_numbers()
    with gr.Blocks() as blocks:
        text, kept = gr.HTML("first"), gr.State(())
        gr.Button().click(lambda: ("", ()), None, [text, kept])
    session = SessionState(blocks)
    before = len(session.blocks_config.blocks), len(session.config_values)
    for number in range(5):
        for told in (gr.skip(), f"answer {number}"):
            run(blocks, session, (told, (number,)))
    assert (len(session.blocks_config.blocks), len(session.config_values)) == before
    assert session.config_values[text._id]["props"]["value"] == "answer 4"
    assert session[kept._id] == (4,)


def run(blocks: gr.Blocks, session: SessionState, told: Any) -> None:
    (function,) = blocks.fns.values()
    anyio.run(blocks.postprocess_data, function, told, session)
