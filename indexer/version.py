"""The version of the code that reads documents: a hash of its files, so nobody has to remember to raise a number."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CODE = (".py", ".yaml", ".csv", ".json")
_NOT_READING = (
    "store",
    "embedding",
    "__main__.py",
    "commands.py",
    "export.py",
    "output.py",
    "settings.py",
    "confined.py",
    "worker.py",
    "workers.py",
    "pipeline.py",
)
"""Parts that do not change what a document is turned into."""


@lru_cache(maxsize=1)
def extraction_version() -> str:
    """Twelve hex digits; another value means that documents held should be read again."""
    digest = hashlib.sha256()
    for file in sorted(_PACKAGE.rglob("*")):
        place = file.relative_to(_PACKAGE)
        if file.suffix in _CODE and place.parts[0] not in _NOT_READING:
            digest.update(place.as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
