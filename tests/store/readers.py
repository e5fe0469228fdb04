"""Stand-ins for the reader of PDFs, run inside worker processes; the file's text says what happens."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from indexer.errors import DamagedError, EncryptedError
from indexer.settings import Settings
from indexer.types import DocumentContent, Problem
from indexer.workers import Progress
from tests.store import samples


def read_content(
    path: Path, settings: Settings, document: str = "", progress: Progress | None = None
) -> DocumentContent:
    text = path.read_text(encoding="utf-8")
    for n in range(3):
        if progress is not None:
            progress(n + 1, 3)
    print("a library that prints to stdout")
    if "crash" in text:
        os.abort()
    if "hang" in text:
        time.sleep(600)
    if "bug" in text:
        raise ZeroDivisionError
    if "locked" in text:
        raise EncryptedError(str(path), "文件已加密，需要密码")
    if "half" in text:
        raise DamagedError(str(path), "文件不完整")
    content = samples.content(path.with_name(f"{document}.pdf"), amount="1.00", source=path)
    return replace(content, problems=(Problem(1, "note", str(settings.max_pages)),))
