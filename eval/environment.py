"""What a run's figures depend on: versions, settings, the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import fields
from datetime import datetime
from importlib import metadata
from pathlib import Path

from indexer.embedding import model_name
from indexer.settings import Settings
from indexer.version import extraction_version

_ROOT = Path(__file__).parents[1]
_PACKAGES = (
    "pypdf",
    "pypdfium2",
    "chromadb",
    "llama-index-core",
    "sentence-transformers",
    "SQLAlchemy",
    "jieba",
    "gradio",
)


def environment(settings: Settings, cases: Path | None = None) -> dict[str, str]:
    """Labels and values as the report prints them; secrets and addresses are left out."""
    out = {"时间": datetime.now().astimezone().isoformat(timespec="seconds"), "提交": git_commit()}
    if cases is not None:
        out["问题文件"] = str(cases)
    out["提取版本"] = extraction_version()
    out["向量模型"] = model_name(settings) or "（无）"
    out["Python"] = f"{platform.python_version()}（{platform.machine()}，{platform.system()}）"
    out["机器"] = f"{os.cpu_count()} 核，内存 {_memory()}"
    shown = [f.name for f in fields(settings) if f.repr and not f.name.endswith("url")]
    out |= {f"设置 {name}": str(getattr(settings, name)) for name in shown}
    return out | {f"版本 {name}": version for name in _PACKAGES if (version := _version(name))}


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):  # not every system tells
        return "不详"
    return f"{size / 2**30:.0f} GB"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def git_commit() -> str:
    """The checkout's commit, with 未提交 where files differ from it; "" outside git."""
    try:
        commit = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return commit + ("（另有未提交的修改）" if changed else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
