"""What the server keeps for a reader does not grow with what the reader does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import gradio as gr
from gradio.state_holder import StateHolder

from ui.sessions import LeanState, keep_little


def test_a_component_that_is_updated_and_then_given_a_value_is_kept_once() -> None:
    with gr.Blocks() as blocks:
        text, kept = gr.HTML("first", elem_id="text"), gr.State(())
        gr.Button().click(lambda: ("", ()), None, [text, kept])
    keep_little()
    holder = StateHolder()
    holder.set_blocks(blocks)
    session = holder["a reader"]
    assert isinstance(session, LeanState)
    before = set(session.blocks_config.blocks)
    for number in range(5):
        for told in (gr.skip(), f"answer {number}"):
            run(blocks, session, (told, (number,)))
    assert set(session.blocks_config.blocks) == before
    assert session.config_values == {}
    assert session[kept._id] == (4,)
    assert session[text._id].elem_id == "text"
    assert session[text._id] is not text, "what one reader sees is not another's"


def run(blocks: gr.Blocks, session: LeanState, told: Any) -> None:
    (function,) = blocks.fns.values()
    with ThreadPoolExecutor(1) as apart:  # the browser's tests leave an event loop in this thread
        apart.submit(anyio.run, blocks.postprocess_data, function, told, session).result()
