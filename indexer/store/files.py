"""Copies of the PDF files."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection
from pathlib import Path

from indexer.errors import NotFoundError, StoreError

_BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """The hex SHA-256 of a file's bytes. Raises NotFoundError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise NotFoundError(str(path), f"无法读取文件：{exc.strerror}") from exc


class Files:
    """PDF copies under one folder, named by their content."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, sha256: str) -> Path:
        return self._directory / f"{sha256}.pdf"

    def keep(self, pdf: Path, sha256: str) -> str:
        """Copies a PDF whole or not at all; returns its hash. `sha256` is what it was read as, "" if unknown.

        Raises StoreError when the file is no longer the one that was read.
        """
        if sha256 and self.path(sha256).exists():
            return sha256
        self._directory.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._directory, suffix=".part")
        part = Path(name)
        digest = hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as target, pdf.open("rb") as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    target.write(block)
                target.flush()
                os.fsync(target.fileno())
            if sha256 and digest.hexdigest() != sha256:
                raise StoreError(f"“{pdf}”在读取期间被改动，请重新添加")
            part.replace(self.path(digest.hexdigest()))
        except OSError as exc:
            raise StoreError(f"无法保存“{pdf}”的副本：{exc.strerror}") from exc
        finally:
            part.unlink(missing_ok=True)
        return digest.hexdigest()

    def sweep(self, live: Collection[str]) -> None:
        """Deletes copies of documents that are gone, and unfinished ones. Only the owner may call this."""
        if self._directory.is_dir():
            for file in self._directory.iterdir():
                if file.suffix == ".part" or (file.suffix == ".pdf" and file.stem not in live):
                    file.unlink(missing_ok=True)
