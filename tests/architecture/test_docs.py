"""What the documents say must be true: commands, settings, links, pins."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_named_and_none_that_is_not(name: str) -> None:
    named = set(re.findall(r"YUSUAN_[A-Z_]+", read(name)))
    assert named == {f"YUSUAN_{field.upper()}" for field in Settings.__dataclass_fields__}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", read(name)):
        assert target.startswith("http") or (ROOT / target).exists(), f"{name} links to {target}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_modules_and_paths_that_are_named_are_there(name: str) -> None:
    text = read(name)
    for module in set(re.findall(r"python -m ([a-z_.]+)", text)) - {"venv"}:
        assert (ROOT / module.replace(".", "/") / "__main__.py").exists(), f"{name} names {module}"
    for target in set(re.findall(r"make ([a-z]+)`", text)):
        assert re.search(rf"^{target}:", read("Makefile"), re.MULTILINE), f"{name} names make {target}"


@pytest.mark.parametrize("command", [["app.py"], ["-m", "indexer"], ["-m", "retriever"], ["-m", "eval"]])
def test_every_command_explains_itself_without_loading_much(command: list[str]) -> None:
    probe = [sys.executable, "-X", "importtime", *command, "--help"]
    ran = subprocess.run(probe, cwd=ROOT, capture_output=True, check=True, timeout=60)
    assert ran.stdout.decode("utf-8").startswith("usage: python")
    loaded = set(re.findall(r"\| +([a-z_0-9]+)$", ran.stderr.decode("utf-8"), re.MULTILINE))
    assert loaded.isdisjoint({"torch", "gradio", "chromadb", "llama_index", "sentence_transformers"})


def test_the_subcommands_of_the_readme_exist() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "indexer", "--help"], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    for name in ("add", "list", "remove", "tables", "check", "export"):
        assert re.search(rf"\b{name}\b", ran.stdout.decode("utf-8"))


def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s#]+)", read(name), re.MULTILINE)
    return {package.lower().replace("_", "-"): version for package, version in found}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_what_is_required_is_what_the_constraints_hold(name: str) -> None:
    constraints = pins("constraints.txt")
    assert pins(name).items() <= constraints.items()
    lines = [line for line in read(name).splitlines() if line and not line.startswith(("#", "-"))]
    assert len(lines) == len(pins(name)), "every requirement is pinned"
    assert "+" not in "".join(constraints.values()), "no local build in the constraints"
