"""Stand-ins for the reader of PDFs, run inside worker processes; the file's text says what happens."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from indexer.errors import DamagedError, EncryptedError
from indexer.settings import Settings
from indexer.types import DocumentContent, Problem
from indexer.workers import Progress
from tests.store import samples


def read_content(
    path: Path,
    settings: Settings,
    document: str = "",
    progress: Progress | None = None,
    password: str | None = None,
    skip: Mapping[int, str] | None = None,
) -> DocumentContent:
    text = path.read_text(encoding="utf-8")
    skip = skip or {}
    for n in range(4):
        if n and n not in skip and f"page {n} dies" in text:
            os.abort()
        if n and n not in skip and f"page {n} sleeps" in text:
            time.sleep(600)
        if n and n not in skip and f"page {n} eats" in text:
            held = bytearray(100_000_000_000)
            held[:1] = b"0"
        if progress is not None:
            progress(n, 3)
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
    skipped = tuple(Problem(page, "bad_page", why) for page, why in skip.items())
    return replace(content, problems=(Problem(1, "note", str(settings.max_pages)), *skipped))
