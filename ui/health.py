"""For whoever runs the server: is it alive, is it ready, what has it done."""

from __future__ import annotations

from typing import Protocol

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from indexer.errors import YusuanError
from indexer.types import DocumentInfo
from ui.metrics import Metrics
from ui.staff import is_near


class Library(Protocol):
    """The part of the store that tells whether it can be read."""

    def documents(self) -> tuple[DocumentInfo, ...]: ...


def add_health(app: FastAPI, library: Library, metrics: Metrics) -> None:
    """Adds /healthz, /readyz and /metrics."""

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"message": ""}

    @app.get("/readyz")
    def ready() -> dict[str, int]:
        try:
            return {"documents": len(library.documents())}
        except YusuanError as exc:
            raise HTTPException(503, "索引库现在不可用") from exc

    @app.get("/metrics")
    def measured(request: Request) -> Response:
        if not is_near(request.client.host if request.client else "", request.headers):
            raise HTTPException(403, "只对本机和内网开放")
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
