"""The process that reads documents reaches no network, starts no program and changes no file; it reads on all the same."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import confined
from indexer.pipeline import READER, read_content
from indexer.settings import ROOT, Settings
from indexer.workers import Task, Worker, _warn
from tests.store import readers, samples

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux confines a process here")


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def task(path: Path) -> Task:
    return Task.of(path, "甲", Settings())


@linux
def test_what_takes_over_the_reader_gets_nowhere(tmp_path: Path, port: int) -> None:
    path = samples.pdf(tmp_path, "甲", str(port))
    (tmp_path / "kept").touch()
    here = readers.attempts(port, tmp_path)
    assert set(here.values()) == {"done"}, "outside the reader all of it works, so that the test can fail"
    (tmp_path / "new").unlink()
    (tmp_path / "kept").touch()
    worker = Worker(4096, "tests.store.readers:read_trying")
    try:
        content = worker.read(task(path))
    finally:
        worker.close()
    there = {problem.kind: problem.message for problem in content.problems}
    assert there.keys() == here.keys()
    assert set(there.values()) == {"PermissionError"}
    assert not (tmp_path / "new").exists()


@linux
def test_secrets_stay_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "LLM_API_KEY", "STAFF_PASSWORD"):
        monkeypatch.setenv(f"YUSUAN_{name}", "postgresql://kept-to-ourselves")
    worker = Worker(4096, "tests.store.readers:read_environment")
    try:
        content = worker.read(task(samples.pdf(tmp_path, "甲")))
    finally:
        worker.close()
    assert [problem.message for problem in content.problems if "kept-to-ourselves" in problem.message] == []
    assert any(problem.kind == "PATH" for problem in content.problems)


def test_documents_are_read_as_without() -> None:
    (path, *_) = sorted((ROOT / "data" / "sample").glob("*.pdf"))
    worker = Worker(4096, READER)
    try:
        assert worker.read(task(path)) == read_content(path, Settings(), "甲")
    finally:
        worker.close()


@linux
def test_where_the_kernel_refuses_it_is_told_once_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    no_such_call = "import indexer.confined\nindexer.confined._SECCOMP = (9999, 9999)\n"
    (tmp_path / "sitecustomize.py").write_text(no_such_call)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(ROOT))))
    _warn.cache_clear()
    for _ in range(2):
        worker = Worker(4096, "tests.store.readers:read_content")
        try:
            assert worker.read(task(samples.pdf(tmp_path, "甲"))).info.id == "甲"
        finally:
            worker.close()
    (line,) = [record.getMessage() for record in caplog.records if record.name == "indexer.workers"]
    assert "seccomp: Function not implemented" in line


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_refuses_by_number(machine: str) -> None:
    """The filter run by hand, as the kernel would, since a test has one kind of machine only."""
    column, known_as = confined._MACHINES[machine]
    lines = list(confined._filter(column, known_as))

    def verdict(number: int, known: int = known_as, first: int = 0) -> int:
        data = struct.pack("=iIQQQQQQQ", number, known, 0, first, 0, 0, 0, 0, 0)
        at, held = 0, 0
        while True:
            code, yes, no, value = lines[at]
            if code == confined._RETURN:
                return value
            if code == confined._LOAD:
                (held,) = struct.unpack_from("=I", data, value)
                at += 1
                continue
            holds = {
                confined._EQUAL: held == value,
                confined._AT_LEAST: held >= value,
                confined._ANY_BIT: bool(held & value),
            }[code]
            at += 1 + (yes if holds else no)

    read, exit_group = {"x86_64": (0, 231), "aarch64": (63, 94)}[machine]
    assert {verdict(read), verdict(exit_group)} == {confined._ALLOW}
    numbers = [both[column] for both in confined._DENIED.values()]
    assert {verdict(number) for number in numbers if number is not None} == {confined._REFUSE}
    assert verdict(read, known=0x40000003) == confined._REFUSE, "calls of another machine"
    assert verdict(confined._CLONE[column], first=confined._CLONE_THREAD | 0xF00) == confined._ALLOW
    assert verdict(confined._CLONE[column], first=17) == confined._REFUSE, "a process is no thread"
    assert verdict(confined._CLONE3[column]) == confined._NOT_THERE
