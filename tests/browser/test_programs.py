"""The same for programs: Gradio's client and an MCP client, over the real server."""

from __future__ import annotations

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from tests.browser.conftest import ROOT, Server

NAMES = {"ask", "search", "check"}
DOCUMENT = "石家庄市科学技术协会-2023年部门预算"


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return Client(server.url, verbose=False)


def test_the_names_are_those_that_are_documented_and_no_others(client: Client) -> None:
    endpoints: Any = client.view_api(return_format="dict", print_info=False)
    assert endpoints["named_endpoints"].keys() == {f"/{name}" for name in NAMES}
    assert endpoints["unnamed_endpoints"] == {}
    documented = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for name, endpoint in endpoints["named_endpoints"].items():
        assert f"`{name}`" in documented
        for parameter in endpoint["parameters"]:
            assert f"`{parameter['parameter_name']}`" in documented


def test_a_conversation_with_limits(client: Client) -> None:
    limits = {"department": ["望溪市水务局"], "year": [2023], "doc_type": ["预算"]}
    answer = json.loads(client.predict(question="三公经费多少", **limits, api_name="/ask"))
    assert (answer["status"], answer["values"][0]["value"]) == ("verified", "19.80")
    later = json.loads(client.predict(question="其中公务接待费呢", earlier=["三公经费多少"], **limits, api_name="/ask"))
    assert later["values"][0]["value"] == "2.10"


def test_passages_and_findings(client: Client) -> None:
    found = json.loads(client.predict(text="公务接待费", year=[2023], size=3, api_name="/search"))
    assert len(found["hits"]) == 3
    findings = json.loads(client.predict(document=DOCUMENT, api_name="/check"))
    assert {finding["document"] for finding in findings} == {DOCUMENT}


@pytest.mark.parametrize(
    ("name", "call", "says"),
    [
        ("/ask", {"question": " "}, "1 到 500"),
        ("/check", {"document": "没有"}, "没有名为"),
        ("/search", {"text": "x", "page": 0}, "页码"),
    ],
)
def test_what_is_wrong_is_said(client: Client, name: str, call: dict[str, Any], says: str) -> None:
    with pytest.raises(AppError, match=says):
        client.predict(**call, api_name=name)


def test_the_same_as_tools_of_a_language_model(server: Server, proxy: socket.socket) -> None:
    async def talk() -> tuple[set[str], Any, Any]:
        async with (
            streamablehttp_client(f"{server.url}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            answer = await session.call_tool("ask", {"question": "望溪市水务局2023年三公经费多少"})
            wrong = await session.call_tool("check", {"document": "没有"})
            return tools, answer, wrong

    with ThreadPoolExecutor(1) as thread:  # the browser's own loop runs in this one
        tools, answer, wrong = thread.submit(asyncio.run, talk()).result()
    assert tools == NAMES
    assert json.loads(answer.content[0].text)["values"][0]["value"] == "19.80"
    assert wrong.isError
    assert "没有名为" in wrong.content[0].text
    with pytest.raises(BlockingIOError):  # the server asked nobody else for it
        proxy.accept()
