"""Settings from the environment (`YUSUAN_*`), checked when they are made; nothing is created on disk here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from indexer.errors import SettingsError

ROOT = Path(__file__).resolve().parents[1]
SHIPPED_MODEL = ROOT / "data" / "model"
NO_MODEL = "none"
"""Value of `embedding_model` that keeps a store without vectors: full-text search only."""
_LEAST_MEMORY = 256
"""Megabytes; with less no process could start."""
_NUMBERS = (
    "max_mb",
    "max_pages",
    "max_seconds",
    "max_page_seconds",
    "max_memory_mb",
    "workers",
    "dimension",
    "llm_timeout",
    "rate",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `embedding_model` is a folder, a hub name, "none", or "" for the shipped model.

    `max_mb`, `max_pages` and `max_seconds` bound one document, `max_page_seconds` one page of it and `max_memory_mb`
    a process that reads; `workers` 0 means one a core, four at most; `dimension`: to how many numbers vectors are cut, 0
    for all (models of the Matryoshka kind allow it); `reranker`: folder or hub name of a cross-encoder, "" for none;
    `ocr`: whether pages that are pictures are recognised. `llm_base_url` is an OpenAI-compatible endpoint, "" for no
    language model; `llm_timeout` is how many seconds it may take over one question, all in all. `hosts`: names, with commas between, that the
    page may be asked by besides addresses and localhost, "*" for any; `rate`: how much one client may send in a minute,
    0 for no limit. `staff_password`: who knows it may change what the page holds; plain, or as `python app.py --hash-password` gives it.
    """

    store: Path = ROOT / "data" / "store"
    embedding_model: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    dimension: int = 0
    reranker: str = ""
    database_url: str = field(default="", repr=False)
    chroma_url: str = ""
    max_mb: int = 200
    max_pages: int = 2000
    max_seconds: int = 600
    max_page_seconds: int = 120
    max_memory_mb: int = 4096
    workers: int = 0
    ocr: bool = True
    llm_base_url: str = ""
    llm_api_key: str = field(default="", repr=False)
    llm_model: str = ""
    llm_timeout: int = 20
    staff_password: str = field(default="", repr=False)
    hosts: str = ""
    rate: int = 600

    def __post_init__(self) -> None:
        _check_at_least(self, 1, "max_mb", "max_pages", "max_seconds", "max_page_seconds", "llm_timeout")
        _check_at_least(self, _LEAST_MEMORY, "max_memory_mb")
        _check_at_least(self, 0, "workers", "dimension", "rate")
        _check_url(self.chroma_url, "chroma_url", ("http", "https"))
        _check_url(self.llm_base_url, "llm_base_url", ("http", "https"))
        if bool(self.llm_base_url) != bool(self.llm_model):
            raise SettingsError(f"{_name('llm_base_url')} 和 {_name('llm_model')} 应一起设置")
        if self.database_url and "://" not in self.database_url:
            raise SettingsError(f"{_name('database_url')} 不是数据库地址，应形如 postgresql+psycopg://用户@主机/库")
        if self.store.exists() and not self.store.is_dir():
            raise SettingsError(f"{_name('store')} 指向的“{self.store}”不是文件夹")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Settings as the environment has them; an empty variable counts as not set. Raises SettingsError."""
        environ = os.environ if environ is None else environ
        given: dict[str, object] = {}
        for name in cls.__dataclass_fields__:
            text = environ.get(_name(name), "")
            if not text.strip():
                continue
            if name == "store":
                given[name] = Path(text).expanduser()
            elif name in _NUMBERS:
                given[name] = _whole(text, name)
            elif name == "ocr":
                given[name] = _switch(text, name)
            else:  # a prefix may end with a space that matters
                given[name] = text if name.endswith("prefix") else text.strip()
        return cls(**given)  # type: ignore[arg-type]

    def at(self, store: Path | None) -> Settings:
        """The same settings for another store; unchanged where `store` is None."""
        return self if store is None else replace(self, store=store)


def _name(field_name: str) -> str:
    return f"YUSUAN_{field_name.upper()}"


def _whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError as exc:
        raise SettingsError(f"{_name(name)} 应为整数，现为“{text}”") from exc


def _switch(text: str, name: str) -> bool:
    if text.strip() not in ("0", "1"):
        raise SettingsError(f"{_name(name)} 应为 0 或 1，现为“{text}”")
    return text.strip() == "1"


def _check_at_least(settings: Settings, least: int, *names: str) -> None:
    for name in names:
        if getattr(settings, name) < least:
            raise SettingsError(f"{_name(name)} 不能小于 {least}，现为 {getattr(settings, name)}")


def _check_url(url: str, name: str, schemes: tuple[str, ...]) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:  # an address is shown in messages
            raise SettingsError(f"{_name(name)} 里不要写用户名和密码")
        usable = parts.scheme in schemes and bool(parts.hostname)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{_name(name)} 不是可用的网址：“{url}”")
