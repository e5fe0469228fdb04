"""Calls of the endpoints by one plain POST (`/gradio_api/run/NAME`): a caller's mistake is told as one.

Gradio answers 500 to everything, and prints what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PATH = "/gradio_api/run/"


class PlainCalls:
    """ASGI middleware between the guard, which limits a body's size, and Gradio."""

    def __init__(self, app: ASGIApp, inputs: Mapping[str, int]) -> None:
        """`inputs`: how many values each endpoint takes, by its name."""
        self._app, self._inputs = app, inputs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].removeprefix(_PATH) if scope["type"] == "http" else ""
        if name not in self._inputs or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        mistake = _mistake(body, self._inputs[name])
        if mistake:
            await _refuse(mistake, send)
            return
        await self._app(scope, _once(body, receive), _Told(send))


def _mistake(body: bytes, inputs: int) -> str:
    """What is wrong with the body, "" where nothing is."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return "内容无法读取"
    data = sent.get("data") if isinstance(sent, dict) else None
    if not isinstance(data, list) or len(data) != inputs:
        return f'内容应为 {{"data": [...]}}，其中恰好 {inputs} 个值，不限的写 null'
    return "" if set(sent) <= {"data", "session_hash"} else "除 data 和 session_hash 外不应有别的内容"


def _once(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class _Told:
    """What Gradio answers; a failure with a message meant for the caller becomes a 400."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 500:
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            told: Any = json.loads(message.get("body") or b"{}")
            meant_for_the_caller = isinstance(told, dict) and bool(told.get("error"))
            await self._send({**start, "status": 400} if meant_for_the_caller else start)
        await self._send(message)


async def _refuse(mistake: str, send: Send) -> None:
    body = json.dumps({"error": mistake}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 422, "headers": headers})
    await send({"type": "http.response.body", "body": body})
