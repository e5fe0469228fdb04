"""What every request passes before it reaches the page: whose name it was asked by, how big it is, how many came.

Refusals are told in JSON like every other error of the server. Nothing here knows who a reader is beyond the address.
"""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.metrics import Metrics

MOST_BODY = 256_000
"""Bytes of any request but an upload, which has a limit of its own."""
UPLOAD = "/documents/add"
_FREE = ("/healthz", "/readyz")
_UNUSED = re.compile(
    r"/(login|logout|monitoring|openapi\.json|gradio_api/(proxy=|vibe|undo-vibe|dev/|process_recording|upload_progress"
    r"|component_server|deep_link|custom_component|runs|token|openapi\.json))"
)
"""What Gradio would answer besides the page: nothing here needs it."""
_COUNTED = ("/sheets/", "/documents/file/")
"""Besides whatever is sent, these are counted: making them costs something."""
_KEPT_CLIENTS = 10_000
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Gradio compiles its templates in the browser, so inline scripts stay allowed; no other host is."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered: status, a word for the metrics, a message for people."""

    status: int
    reason: str
    message: str


class Rates:
    """So many requests a minute for each client, a fifth of that at once after a pause: a bucket that fills steadily."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`a_minute`: 0 for no limit."""
        self._a_second, self._most, self._clock = a_minute / 60, max(a_minute / 5, 1.0), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, client: str) -> bool:
        """Counts one request; False where it is one too many. Called from the server's one thread only."""
        if not self._a_second:
            return True
        now = self._clock()
        left, then = self._buckets.pop(client, (self._most, now))
        left = min(self._most, left + (now - then) * self._a_second)
        self._buckets[client] = (left - 1 if left >= 1 else left, now)
        while len(self._buckets) > _KEPT_CLIENTS:
            self._buckets.popitem(last=False)
        return left >= 1


class Guard:
    """ASGI middleware around the whole server."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], rates: Rates, metrics: Metrics) -> None:
        """`hosts`: names that the server may be asked by, besides addresses and localhost; "*" allows any."""
        self._app, self._hosts, self._rates, self._metrics = app, frozenset(hosts), rates, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _secure(message)
            await send(message)

        refusal = self._refusal(scope)
        try:
            if refusal is None:
                await self._app(scope, _limited(scope, receive), answer)
            else:
                self._metrics.refused(refusal.reason)
                await _tell(refusal, answer)
        except _TooMuchError:
            self._metrics.refused("size")
            await _tell(TOO_MUCH, answer)
        finally:
            self._metrics.request(scope["method"], scope["path"], status, time.perf_counter() - started)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        if scope["path"] in _FREE:  # whoever watches the server has no name for it
            return None
        if not self._known(headers.get("host", "")):
            return Refusal(421, "host", "没有以这个名字提供的网页")
        if _UNUSED.match(scope["path"]):
            return Refusal(404, "unused", "没有这个功能")
        reads = scope["method"] in ("GET", "HEAD")
        origin = headers.get("origin", "")
        if not reads and origin and urlsplit(origin).netloc != headers.get("host", ""):
            return Refusal(403, "origin", "请从本网页上操作")
        if _length(headers) > MOST_BODY and scope["path"] != UPLOAD:
            return TOO_MUCH
        client = scope["client"][0] if scope.get("client") else ""
        counted = not reads or scope["path"].startswith(_COUNTED)
        if counted and not self._rates.admit(client):
            return Refusal(429, "rate", "操作太频繁，请稍后再试")
        return None

    def _known(self, host: str) -> bool:
        """Names other than its own lead here only by a trick with a browser's name service; addresses can't."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if "*" in self._hosts or name in self._hosts or name == "localhost":
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


TOO_MUCH = Refusal(413, "size", "内容太长")


class _TooMuchError(Exception):
    """A body without a length turned out too long."""


def _limited(scope: Scope, receive: Receive) -> Receive:
    """The body, cut off with an error where it passes the limit."""
    if scope["path"] == UPLOAD:
        return receive
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MOST_BODY:
            raise _TooMuchError
        return message

    return limited


def _length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else MOST_BODY + 1


def _secure(start: Message) -> None:
    """Headers that keep browsers from doing more with the page than it needs; no other site may read it."""
    headers = MutableHeaders(raw=start["headers"])
    for name in [name for name in headers if name.lower().startswith("access-control-")]:
        del headers[name]
    for name, value in HEADERS.items():
        headers[name] = value
    start["headers"] = headers.raw


async def _tell(refusal: Refusal, send: Send) -> None:
    body = json.dumps({"message": refusal.message}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
