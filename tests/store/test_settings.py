"""Settings say what is wrong in the user's words, and touch nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import SettingsError, UsageError
from indexer.settings import Settings


def test_defaults_and_environment(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "YUSUAN_STORE": str(tmp_path / "s"),
            "YUSUAN_MAX_PAGES": "7",
            "YUSUAN_QUERY_PREFIX": "query: ",
            "YUSUAN_MAX_MB": "",
        }
    )
    assert (settings.store, settings.max_pages, settings.query_prefix) == (tmp_path / "s", 7, "query: ")
    assert settings.max_mb == Settings().max_mb
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAX_PAGES", "many", "应为整数"),
        ("MAX_MB", "0", "不能小于 1"),
        ("WORKERS", "-1", "不能小于 0"),
        ("CHROMA_URL", "localhost:8000", "不是可用的网址"),
        ("CHROMA_URL", "http://host:port", "不是可用的网址"),
        ("DATABASE_URL", "yusuan.db", "不是数据库地址"),
        ("STORE", __file__, "不是文件夹"),
    ],
)
def test_what_cannot_work_is_named(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        Settings.from_environment({f"YUSUAN_{name}": value})
    assert f"YUSUAN_{name}" in str(caught.value)
    assert isinstance(caught.value, UsageError)
