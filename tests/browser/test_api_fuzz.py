"""Whatever is sent to an address of the server is answered or refused; nothing breaks it, and no inside is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import schemathesis
import sqlalchemy as sql
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode

from indexer.inbox import Inbox
from indexer.settings import Settings
from indexer.store.sessions import StaffSessions
from tests.browser.conftest import Server
from tests.ui.fakes import FakeLibrary
from ui.metrics import Metrics
from ui.server import HEADER, make_server
from ui.staff import Staff

ROUNDS = 60
INSIDE = re.compile(r"Traceback|File \"|site-packages|\.py\b|sqlalchemy|psycopg")
BODIES = {
    "/staff/begin": ("password",),
    "/documents/remove": ("document",),
    "/documents/cancel": ("number",),
    "/feedback": ("question", "answer", "status", "reason", "good"),
}
"""What the page sends as JSON objects of texts; these routes read their bodies themselves."""
WATCHED = ("/healthz", "/readyz", "/metrics")


@pytest.fixture(scope="module")
def fuzzed(
    serve: Callable[..., contextmanager[Server]],  # type: ignore[type-arg]
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("fuzzed") / "store", YUSUAN_RATE="0") as running:
        yield running


def own_schema(folder: Path) -> dict[str, Any]:
    """The schema of our own routes."""
    given_settings = Settings(store=folder)
    with Inbox(given_settings) as inbox:
        sheets = lambda name, asked: pytest.fail("never called")  # noqa: E731
        metrics = Metrics(lambda: 0, inbox)
        staff = Staff("", StaffSessions(sql.create_engine("sqlite://")))
        app = make_server(FakeLibrary(), inbox, staff, given_settings, sheets, metrics)  # type: ignore[arg-type]
        schema: dict[str, Any] = app.openapi()
    for path, names in BODIES.items():
        content = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
        schema["paths"][path]["post"]["requestBody"] = {"content": {"application/json": {"schema": content}}}
    upload = {"schema": {"type": "string", "format": "binary"}}
    schema["paths"]["/documents/add"]["post"]["requestBody"] = {"content": {"application/octet-stream": upload}}
    return schema


def endpoints_schema(url: str) -> dict[str, Any]:
    """The schema of the endpoints for programs, as the running server describes them."""
    with urlopen(f"{url}gradio_api/info", timeout=30) as response:
        endpoints = json.load(response)["named_endpoints"]
    paths = {}
    for name, endpoint in endpoints.items():
        items = [{"anyOf": [part["type"], {"type": "null"}]} for part in endpoint["parameters"]]
        data = {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
        body = {"type": "object", "properties": {"data": data}, "required": ["data"]}
        operation = {"requestBody": {"content": {"application/json": {"schema": body}}, "required": True}}
        paths[f"/gradio_api/run{name}"] = {"post": operation | {"responses": {"200": {"description": ""}}}}
    return {"openapi": "3.1.0", "info": {"title": "programs", "version": "1"}, "paths": paths}


def bombard(raw: dict[str, Any], url: str) -> set[str]:
    """Sends every operation of a schema what it describes and what it does not; the operations that were tried."""
    tried = set()
    for found in schemathesis.openapi.from_dict(raw).get_all_operations():
        operation = found.ok()
        has_json = any(body.media_type == "application/json" for body in operation.body)  # any text is a good name
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)[: 1 + has_json]:

            @settings(max_examples=ROUNDS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def one(case: Case) -> None:
                response = case.call(base_url=url.rstrip("/"), headers={HEADER: "1"}, timeout=60)
                assert response.status_code < 500, (case.as_curl_command(), response.text[:500])
                if case.path not in WATCHED:
                    assert not INSIDE.search(response.text), (case.as_curl_command(), response.text[:500])

            one()
        tried.add(operation.path)
    return tried


def test_no_request_to_our_own_routes_breaks_the_server(fuzzed: Server, tmp_path: Path) -> None:
    tried = bombard(own_schema(tmp_path), fuzzed.url)
    assert tried >= {*BODIES, *WATCHED, "/documents/add", "/sheets/{name}.{kind}", "/documents/file/{document}.pdf"}
    with urlopen(f"{fuzzed.url}readyz", timeout=30) as response:
        assert response.status == 200, "it goes on"


def test_no_call_of_the_endpoints_for_programs_breaks_the_server(fuzzed: Server) -> None:
    assert bombard(endpoints_schema(fuzzed.url), fuzzed.url) >= {f"/gradio_api/run/{name}" for name in ("ask", "check")}
