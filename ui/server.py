"""The web server around the page: documents and exports to download, and everything that changes the store.

Whatever changes something is a POST with a header of our own, which no page elsewhere can send from a reader's browser.
"""

from __future__ import annotations

import io
import json
from typing import Annotated, Protocol

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from indexer.errors import YusuanError
from indexer.inbox import Inbox
from indexer.settings import Settings
from indexer.store.feedback import Opinion
from indexer.types import DocumentInfo
from ui.downloads import Sheets, add_downloads
from ui.guard import Guard, Rates
from ui.health import add_health
from ui.metrics import Metrics
from ui.staff import COOKIE, Staff, Throttle
from ui.viewer import PageSource
from ui.words import LANGUAGES, chinese, told

HEADER = "x-yusuan"
_OPINIONS_A_MINUTE = 60
_MOST_JSON = 20_000
_LONGEST = {"question": 4000, "answer": 4000, "status": 20, "reason": 1000}


class Library(PageSource, Protocol):
    """The part of the store that the server needs."""

    def documents(self) -> tuple[DocumentInfo, ...]: ...

    def add_opinion(self, opinion: Opinion) -> None: ...


def make_server(
    library: Library, inbox: Inbox, staff: Staff, settings: Settings, sheets: Sheets, metrics: Metrics
) -> FastAPI:
    """The server without the page, which is mounted behind these routes."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    hosts = [name.strip().lower() for name in settings.hosts.split(",") if name.strip()]
    app.add_middleware(Guard, hosts=hosts, rates=Rates(settings.rate), metrics=metrics)
    add_health(app, library, metrics)
    opinions = Throttle(_OPINIONS_A_MINUTE, 60.0)

    def own_page(request: Request) -> None:
        if HEADER not in request.headers:
            raise HTTPException(403, "请从网页上操作")

    def staff_only(request: Request) -> None:
        own_page(request)
        host = request.client.host if request.client else ""
        if not staff.admits(host, request.headers, request.cookies):
            raise HTTPException(403, "请先输入管理密码" if staff.has_password else "只能在运行本程序的机器上操作")

    @app.exception_handler(HTTPException)
    def refuse(request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"message": _told(error.detail, request)}, error.status_code)

    @app.exception_handler(YusuanError)
    def fail(request: Request, error: YusuanError) -> JSONResponse:
        return JSONResponse({"message": _told(str(error), request)}, 400)

    @app.post("/gradio_api/upload")
    def no_anonymous_files() -> None:
        raise HTTPException(404, "没有这个功能")

    @app.post("/staff/begin", dependencies=[Depends(own_page)])
    def begin(body: Annotated[dict[str, str], Depends(_json)], request: Request) -> Response:
        token = staff.begin(body.get("password", ""))
        if token is None:
            raise HTTPException(403, "密码不对，或试得太多（每分钟最多 10 次）")
        response = JSONResponse({"message": ""})
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
        return response

    @app.post("/staff/end", dependencies=[Depends(own_page)])
    def end(request: Request) -> Response:
        staff.end(request.cookies.get(COOKIE, ""))
        response = JSONResponse({"message": ""})
        response.delete_cookie(COOKIE)
        return response

    @app.post("/documents/add", dependencies=[Depends(staff_only)])
    async def add(request: Request, name: str) -> dict[str, int]:
        file = inbox.new_file()
        try:
            await _receive(request, file.open("wb"), settings.max_mb * 1_000_000)
        except (HTTPException, ClientDisconnect):
            file.unlink(missing_ok=True)
            raise
        return {"number": inbox.put(file, name).number}

    @app.post("/documents/remove", dependencies=[Depends(staff_only)])
    def remove(body: Annotated[dict[str, str], Depends(_json)]) -> dict[str, int]:
        return {"number": inbox.remove(body.get("document", "")).number}

    @app.post("/documents/cancel", dependencies=[Depends(staff_only)])
    def cancel(body: Annotated[dict[str, str], Depends(_json)]) -> dict[str, str]:
        inbox.cancel(_number(body.get("number", "")))
        return {"message": ""}

    @app.post("/documents/forget", dependencies=[Depends(staff_only)])
    def forget() -> dict[str, str]:
        inbox.forget()
        return {"message": ""}

    @app.post("/feedback", dependencies=[Depends(own_page)])
    def feedback(body: Annotated[dict[str, str], Depends(_json)], request: Request) -> dict[str, str]:
        if not opinions.admit():
            raise HTTPException(429, "评价太多，请稍后再试")
        kept = {key: body.get(key, "")[:longest] for key, longest in _LONGEST.items()}
        library.add_opinion(Opinion(**kept, good=body.get("good") == "yes"))
        return {"message": _told("已记录，谢谢", request)}

    add_downloads(app, library, sheets)
    return app


def _told(message: str, request: Request) -> str:
    """In the language of the page that asks, which its own header names."""
    return told(message, LANGUAGES.get(request.headers.get(HEADER, ""), chinese))


async def _json(request: Request) -> dict[str, str]:
    """The body as an object of texts."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > _MOST_JSON:
            raise HTTPException(413, "内容太长")
    try:
        body = json.loads(data or b"{}")
    except ValueError as exc:
        raise HTTPException(400, "内容无法读取") from exc
    if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
        raise HTTPException(400, "内容无法读取")
    return body


async def _receive(request: Request, target: io.BufferedWriter, most: int) -> None:
    """Writes the body to a file as it comes, and no more of it than is allowed."""
    received = 0
    with target:
        async for part in request.stream():
            received += len(part)
            if received > most:
                raise HTTPException(413, f"文件超过上限 {most // 1_000_000} MB")
            target.write(part)
    if not received:
        raise HTTPException(400, "文件是空的")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise HTTPException(400, "没有这项任务")
    return int(text)
