"""Who may import whom, and where each library is at home; read from the syntax trees."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("app", "ui", "indexer", "retriever", "prompts", "eval")
MAY_IMPORT = {
    "app": {"ui", "retriever", "indexer", "prompts"},
    "ui": {"retriever", "indexer", "prompts"},
    "eval": {"retriever", "indexer", "prompts"},
    "retriever": {"indexer", "prompts"},
    "indexer": set[str](),
    "prompts": set[str](),
}
HOMES = {
    "pypdf": ("indexer/pdf/",),
    "pypdfium2": ("indexer/pdf/",),
    "rapidocr": ("indexer/ocr/",),
    "onnxruntime": ("indexer/ocr/",),
    "cv2": ("indexer/ocr/",),
    "chromadb": ("indexer/store/vectors.py",),
    "llama_index": (
        "indexer/store/vectors.py",
        "indexer/embedding/",
        "retriever/llama.py",
        "retriever/llm/client.py",
        "eval/baseline.py",
    ),
    "openai": ("retriever/llm/client.py",),
    "prometheus_client": ("ui/metrics.py",),
    "httpx": ("retriever/llm/client.py", "indexer/store/vectors.py"),
    "sentence_transformers": ("indexer/embedding/", "eval/train/"),
    "torch": ("indexer/embedding/", "eval/train/"),
    "tokenizers": ("indexer/embedding/", "eval/train/"),
    "safetensors": ("indexer/embedding/", "eval/train/"),
    "sqlalchemy": ("indexer/store/", "eval/growth.py"),
    "alembic": ("indexer/store/upgrade.py", "indexer/store/migrations/"),
    "ray": ("indexer/cluster.py",),
    "jieba": ("indexer/lexical.py",),
    "argon2": ("ui/staff.py",),
    "pypinyin": ("retriever/homophones.py",),
    "filelock": ("indexer/store/ownership.py",),
    "gradio": ("app.py", "ui/"),
    "jinja2": ("ui/",),
    "fastapi": ("ui/",),
    "starlette": ("ui/",),
    "uvicorn": ("app.py",),
    "plotly": ("ui/charts.py",),
    "PIL": ("indexer/pdf/", "indexer/ocr/", "ui/"),
    "openpyxl": ("indexer/export.py",),
    "pdfplumber": ("eval/bench.py",),
    "reportlab": ("eval/generate/",),
    "numpy": ("indexer/pdf/", "indexer/ocr/", "indexer/embedding/", "indexer/store/", "eval/"),
    "yaml": ("indexer/", "retriever/", "prompts/", "eval/", "ui/"),
    "tqdm": ("indexer/commands.py", "eval/"),
    "sklearn": ("eval/train/", "eval/places.py"),
}


def python_files() -> list[Path]:
    return [ROOT / "app.py", *(file for package in OURS[1:] for file in sorted((ROOT / package).rglob("*.py")))]


def imports(file: Path) -> Iterator[tuple[str, bool]]:
    """Top-level names that a file imports, and whether only a type checker sees the import."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for guard in ast.walk(tree)
        if isinstance(guard, ast.If) and ast.unparse(guard.test) == "TYPE_CHECKING"
        for statement in guard.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], id(node) in for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield str(node.module).split(".")[0], id(node) in for_types


@pytest.mark.parametrize("file", python_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_keep_to_the_tables(file: Path) -> None:
    path = file.relative_to(ROOT).as_posix()
    package = path.split("/")[0].removesuffix(".py")
    for name, only_for_types in imports(file):
        if name in OURS:
            assert name == package or name in MAY_IMPORT[package], f"{path} may not import {name}"
        elif name not in sys.stdlib_module_names:
            assert name in HOMES, f"{path} imports {name}, which has no home in this table"
            assert only_for_types or path.startswith(HOMES[name]), f"{name} is at home in {HOMES[name]}, not in {path}"


@pytest.mark.parametrize("file", python_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_broad_except(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = "everything" if node.type is None else ast.unparse(node.type)
            if isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None:
                continue  # tidies up and lets it go on
            assert caught not in {"everything", "Exception", "BaseException"}, f"{file}:{node.lineno} catches {caught}"
