"""For whoever runs the server: is it alive, is it ready, what has it done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from indexer.errors import YusuanError
from ui.metrics import Metrics
from ui.staff import is_near


def add_health(app: FastAPI, documents: Callable[[], Sequence[object]], metrics: Metrics) -> None:
    """Adds /healthz, /readyz and /metrics. `documents`: those held; raises YusuanError where the store is away."""

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"message": ""}

    @app.get("/readyz")
    def ready() -> dict[str, int]:
        try:
            return {"documents": len(documents())}
        except YusuanError as exc:
            raise HTTPException(503, "索引库现在不可用") from exc

    @app.get("/metrics")
    def measured(request: Request) -> Response:
        if not is_near(request.client.host if request.client else "", request.headers):
            raise HTTPException(403, "只对本机和内网开放")
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
