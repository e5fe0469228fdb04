"""A real HTTP server that speaks the protocol of language model services and says what a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from indexer.settings import Settings
from retriever.engine import Engine
from retriever.library import Store
from retriever.llm import assistant

KEY = "sk-not-to-be-seen"
Reply = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's reply; keeps what was asked."""

    server: Endpoint
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        request = json.loads(raw)
        self.server.asked.append(request)
        self.server.paths.append(self.path)
        self.server.keys.append(self.headers.get("Authorization", ""))
        try:
            self.server.reply(self, request)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def start(self, status: int = 200, kind: str = "text/event-stream", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send(self, data: str) -> None:
        self.wfile.write(data.encode("utf-8"))
        self.wfile.flush()

    def event(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.send(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n")

    def whole(self, status: int, body: Any) -> None:
        data = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        self.start(status, "application/json", len(data.encode("utf-8")))
        self.send(data)


class Endpoint(ThreadingHTTPServer):
    """The server; `reply` may be changed between requests."""

    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str] = []
        self.hung_up = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(reply: Reply) -> Iterator[Endpoint]:
    endpoint = Endpoint(reply)
    thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.shutdown()
        endpoint.server_close()
        thread.join()


def streamed(text: str, size: int = 3) -> Reply:
    """Says `text` in small pieces, as services stream."""

    def reply(handler: Handler, request: dict[str, Any]) -> None:
        assert request["stream"]
        handler.start()
        for at in range(0, len(text), size):
            handler.event(text[at : at + size])
        handler.event("", "stop")
        handler.send("data: [DONE]\n\n")

    return reply


def at_once(text: str) -> Reply:
    """Says `text` as one JSON object, whether or not a stream was asked for."""

    def reply(handler: Handler, request: dict[str, Any]) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        body = {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
        handler.whole(200, body)

    return reply


def engine_with(store: Store, url: str, timeout: int = 10) -> Engine:
    """An engine over `store` whose language model is at `url`."""
    settings = Settings(llm_base_url=url, llm_model="m", llm_api_key=KEY, llm_timeout=timeout)
    return Engine(store, assistant(settings))
