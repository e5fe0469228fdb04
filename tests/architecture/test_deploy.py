"""What is promised to whoever runs or audits it: threats with tests, licences, files for running it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from indexer.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_every_threat_names_a_test_that_is_there() -> None:
    lines = [line for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(lines) > 10
    for line in lines:
        files = re.findall(r"`(tests/[a-z_/]+\.py)`", line.rsplit("|", 2)[1])
        assert files, line
        for file in files:
            assert (ROOT / file).is_file(), file


def test_every_pinned_package_has_its_licence_listed() -> None:
    listed = (ROOT / "docs" / "licences.md").read_text("utf-8").lower().replace("_", "-")
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    missing = [name for name in pinned if f"| {name.lower().replace('_', '-')} |" not in listed]
    assert missing == []
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in listed.splitlines() if line.startswith("|")]
    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    assert len(rows) == len(pinned) + 2, "one line a package below the two of the heading"


def test_every_package_that_an_install_brings_is_pinned() -> None:
    pinned = {_name(found) for found in re.findall(r"^([\w.-]+)==", read("constraints.txt"), re.MULTILINE)}
    asked = [path.name for path in ROOT.glob("requirements*.txt")]
    todo = [name for file in asked for name in re.findall(r"^([\w.-]+)(?:\[\w+\])?==", read(file), re.MULTILINE)]
    seen: set[str] = set()
    while todo:
        name = _name(todo.pop())
        if name in seen:
            continue
        seen.add(name)
        with suppress(PackageNotFoundError):  # not for this machine, or an option that is not installed
            needed = map(Requirement, requires(name) or ())
            todo += [one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    assert seen - pinned == set()


def _name(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("unit", sorted(path.name for path in (ROOT / "docs" / "deploy").glob("*.service")))
def test_units_are_understood(unit: str) -> None:
    text = (ROOT / "docs" / "deploy" / unit).read_text("utf-8")
    for name in re.findall(r"YUSUAN_([A-Z_]+)", text):
        assert name.lower() in Settings.__dataclass_fields__
    if shutil.which("systemd-analyze") is None:
        return
    command = ["systemd-analyze", "verify", str(ROOT / "docs" / "deploy" / unit)]
    said = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60).stderr
    about_it = [line for line in said.splitlines() if unit in line and "is not executable" not in line]
    assert about_it == []


def test_the_compose_file_is_understood_and_starts_nothing_without_its_secrets() -> None:
    program = shutil.which("docker-compose")
    if program is None:
        return
    command = [program, "-f", str(ROOT / "docs" / "deploy" / "compose.yaml"), "config"]
    secrets = {"DATABASE_PASSWORD": "x", "STAFF_PASSWORD": "y"}
    assert (
        subprocess.run(command, check=False, capture_output=True, env=os.environ | secrets, timeout=60).returncode == 0
    )
    bare = {name: value for name, value in os.environ.items() if name not in secrets}
    assert subprocess.run(command, check=False, capture_output=True, env=bare, timeout=60).returncode != 0


def test_the_file_of_passwords_goes_neither_into_the_image_nor_into_the_history() -> None:
    assert "**/.env" in read(".dockerignore").split()
    assert ".env" in read(".gitignore").split()


def test_the_compose_file_keeps_secrets_outside_and_the_page_inside() -> None:
    services = yaml.safe_load((ROOT / "docs" / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    assert services["yusuan"]["ports"] == ["127.0.0.1:7860:7860"]
    assert all("ports" not in service for name, service in services.items() if name != "yusuan")
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if name.startswith("YUSUAN_"):
                assert name.removeprefix("YUSUAN_").lower() in Settings.__dataclass_fields__
            if "PASSWORD" in name:
                assert value.startswith("${")
                assert value.endswith(":?}")
