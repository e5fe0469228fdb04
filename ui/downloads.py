"""What can be downloaded: the documents held, and tables as sheets."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response

from indexer.errors import UsageError
from ui.sheets import MEDIA_TYPES, Sheet, sheet_to_bytes
from ui.viewer import PageSource

Sheets = Callable[[str, dict[str, list[str]]], Sheet]
"""A sheet by name ("figures", "comparison") from the parameters of its address; raises YusuanError."""


def add_downloads(app: FastAPI, library: PageSource, sheets: Sheets) -> None:
    """Adds /documents/file/ and /sheets/."""

    @app.get("/documents/file/{document}.pdf")
    def download(document: str) -> FileResponse:
        return FileResponse(library.pdf(document), media_type="application/pdf", filename=f"{document}.pdf")

    @app.get("/sheets/{name}.{kind}")
    def export(request: Request, name: str, kind: str) -> Response:
        if kind not in MEDIA_TYPES:
            raise UsageError("只能导出为 csv 或 xlsx")
        asked = {key: request.query_params.getlist(key) for key in request.query_params}
        disposition = f'attachment; filename="{name if name.isascii() and name.isalnum() else "sheet"}.{kind}"'
        content = sheet_to_bytes(sheets(name, asked), kind)
        return Response(content, media_type=MEDIA_TYPES[kind], headers={"Content-Disposition": disposition})
