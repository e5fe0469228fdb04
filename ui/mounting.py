"""The whole site: the page in both languages, endpoints and MCP tools, on the server that guards the store."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware

from indexer.errors import UsageError
from ui.api import add_endpoints
from ui.browse import figures_to_sheet, query_from_parameters
from ui.calls import PlainCalls
from ui.compare import compare, comparison_to_sheet, wanted_from_parameters
from ui.downloads import Sheets
from ui.metrics import Metrics
from ui.page import Page, Services, head, theme
from ui.render import asset
from ui.server import make_server
from ui.sessions import keep_little
from ui.sheets import Sheet

KEPT_SESSIONS = 1000
"""So many readers' conversations are kept by the server, those of the last ones; each takes about 0.2 megabytes.
Gradio's own number would let strangers fill gigabytes."""

_PLACES_TOLD_SECONDS = 1.0
"""How often whoever waits is told the place in the queue. Gradio's own way tells everybody whenever one is answered,
which takes longer than the answers do where many wait."""


def mount(services: Services) -> FastAPI:
    """The server to run."""
    keep_little()
    metrics = Metrics(lambda: len(services.library.documents()), services.inbox)
    rules = metrics.counting(services.rules)
    engine = rules if services.engine is services.rules else metrics.counting(services.engine)
    services = replace(services, engine=engine, rules=rules)
    app = make_server(services.library, services.inbox, services.staff, services.settings, _sheets(services), metrics)
    blocks = build(services)
    named = {str(fn.api_name): len(fn.inputs) for fn in blocks.fns.values() if fn.api_visibility == "public"}
    app.user_middleware.append(Middleware(PlainCalls, inputs=named))  # inside the guard
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        mcp_server=True,
        theme=theme(),
        css=asset("page.css"),
        head=head(),
    )
    return app


def build(services: Services) -> gr.Blocks:
    """The Blocks: Chinese at /, English at /en, and the endpoints for programs."""
    blocks = gr.Blocks(title="预算问答 · Yusuan", analytics_enabled=False, fill_width=True)
    blocks.state_session_capacity = KEPT_SESSIONS
    with blocks:
        add_endpoints(services.engine, services.library)  # first, so that no event of the page takes their names
        Page(services, "zh").build(blocks)
    with blocks.route("English", "/en", show_in_navbar=False):
        Page(services, "en").build(blocks)
    blocks.queue(status_update_rate=_PLACES_TOLD_SECONDS)
    return blocks


def _sheets(services: Services) -> Sheets:
    """Sheets to download, made from the parameters of their addresses."""

    def sheet(name: str, asked: dict[str, list[str]]) -> Sheet:
        if name == "figures":
            return figures_to_sheet(services.library, query_from_parameters(asked))
        if name == "comparison":
            return comparison_to_sheet(compare(services.rules.ask, services.library, wanted_from_parameters(asked)))
        raise UsageError("没有这张表")

    return sheet
