"""All errors of the project.

YusuanError
├── UsageError            the call itself is wrong (exit status 2)
│   └── SettingsError     a setting has a value that cannot work
├── ReadError             a file cannot be read; carries the path
│   ├── NotFoundError     the path is not there, or a folder holds no PDF
│   ├── NotPdfError       not a PDF, or empty
│   ├── EncryptedError    needs a password
│   ├── DamagedError      truncated or broken beyond repair
│   ├── LimitError        larger or slower than the limits allow
│   └── CancelledError    reading was stopped on request
├── StoreError            the store cannot do what was asked
│   ├── StoreBusyError    another process owns it
│   ├── StoreVersionError made by another schema or another embedding model
│   └── UnknownDocumentError
├── EmbeddingError        the embedding model cannot be loaded or used
├── ModelError            the language model gave nothing that can be used; the answer stands without it
├── UnitError             figures whose unit is unknown or not alike cannot be computed together
└── AnswerError           answering failed through a mistake of the program; logged with its cause
"""

from __future__ import annotations


class YusuanError(Exception):
    """Base of all; the message is for the user, in Chinese."""


class UsageError(YusuanError):
    """The call itself is wrong."""


class SettingsError(UsageError):
    """A setting has a value that cannot work."""


class ReadError(YusuanError):
    """A file cannot be read."""

    kind = "unreadable"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}：{message}")
        self.path = path
        self.message = message


class NotFoundError(ReadError):
    """The path is not there, or a folder holds no PDF."""

    kind = "not_found"


class NotPdfError(ReadError):
    """Not a PDF, or empty."""

    kind = "not_pdf"


class EncryptedError(ReadError):
    """The PDF needs a password."""

    kind = "encrypted"


class DamagedError(ReadError):
    """The PDF is truncated or broken beyond repair."""

    kind = "damaged"


class LimitError(ReadError):
    """The PDF is larger or slower to read than the limits allow."""

    kind = "limit"


class CancelledError(ReadError):
    """Reading was stopped on request."""

    kind = "cancelled"


class StoreError(YusuanError):
    """The store cannot do what was asked."""


class StoreBusyError(StoreError):
    """Another process owns the store."""


class StoreVersionError(StoreError):
    """The store was made by another schema or another embedding model."""


class UnknownDocumentError(StoreError):
    """No document of that name is held."""

    def __init__(self, document: str) -> None:
        super().__init__(f"库中没有名为“{document}”的文件")
        self.document = document


class EmbeddingError(YusuanError):
    """The embedding model cannot be loaded or used."""


class ModelError(YusuanError):
    """The language model gave nothing that can be used; carries no secret and nothing that a person wrote."""


class UnitError(YusuanError):
    """Figures whose unit is unknown or not alike cannot be computed together."""


class AnswerError(YusuanError):
    """Answering failed through a mistake of the program; logged with its cause."""
