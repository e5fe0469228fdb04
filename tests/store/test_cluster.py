"""Documents read on a real Ray cluster of several nodes: as they are read here, whatever process or machine is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.__main__ import main
from indexer.cluster import remote_readers
from indexer.errors import UsageError
from indexer.pipeline import Added, add
from indexer.settings import ROOT, Settings
from indexer.store import Store

ray = pytest.importorskip("ray") if not os.environ.get("CI") else __import__("ray")
pytestmark = pytest.mark.slow
SAMPLE = ROOT / "data" / "sample"
PDFS = sorted(SAMPLE.glob("*.pdf"))


_PATIENT = {"health_check_timeout_ms": 60_000, "health_check_failure_threshold": 20}
"""A busy machine answers late; a killed node is noticed by its connection all the same."""


_MARK = "YUSUAN_TEST_CLUSTER"
_LONGEST = 300.0
"""Seconds; 8 to 40 are usual."""


class Nodes:
    """A head that coordinates and two nodes that work, each with processes of its own."""

    def __init__(self, patient: bool = True) -> None:
        from ray.cluster_utils import Cluster

        memory = {"object_store_memory": 100_000_000, "include_dashboard": False}
        waits = _PATIENT if patient else {}
        self._cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "_system_config": waits, **memory})
        self._memory = memory
        self.address: str = self._cluster.address
        self.workers: list[Any] = []

    def be(self, count: int) -> None:
        """So many machines that work."""
        while len(self.workers) < count:
            self.workers.append(self._cluster.add_node(num_cpus=1, **self._memory))

    def runs(self, process: int) -> bool:
        """Whether a process is one of the first machine's."""
        try:
            status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        except OSError:  # it has ended
            return False
        parent = int(status.partition("PPid:")[2].split()[0])
        return parent in {info.process.pid for info in self.workers[0].all_processes["raylet"]}

    def lose(self) -> None:
        """The first machine goes, at once and with all that runs on it."""
        self._cluster.remove_node(self.workers.pop(0), allow_graceful=False)

    def shutdown(self) -> None:
        self._cluster.shutdown()


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    made = Nodes()
    made.be(2)
    yield made
    made.shutdown()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The sample as processes of this machine read it."""
    settings = Settings(store=tmp_path_factory.mktemp("here") / "store", embedding_model="none")
    with Store.open(settings.store, settings=settings) as store:
        add([SAMPLE], store, settings)
        yield store


def processes() -> list[int]:
    """Those of the cluster that are reading a document."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"ray::read_here" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:  # it has ended
            continue
    return found


def same(one: Store, other: Store) -> bool:
    """Whether both hold the same documents, whole."""
    names = [info.id for info in other.documents()]
    return [info.id for info in one.documents()] == names and all(one.content(n) == other.content(n) for n in names)


def test_the_command_reads_on_the_cluster_what_would_be_read_here(
    nodes: Nodes, here: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YUSUAN_EMBEDDING_MODEL", "none")
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"no PDF at all")
    store = tmp_path / "store"
    assert main(["add", "--ray", nodes.address, "--store", str(store), str(SAMPLE), str(broken)]) == 1
    told = {line["document"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert told.pop("坏")["status"] == "failed"
    assert [line["status"] for line in told.values()] == ["indexed"] * len(PDFS)
    with Store.open(store, settings=Settings(store=store, embedding_model="none")) as there:
        assert same(there, here)


def test_a_lost_worker_loses_nothing(nodes: Nodes, here: Store, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", embedding_model="none")
    killed: list[int] = []

    def kill(_: Added) -> None:
        if killed:
            return
        end = time.monotonic() + 30
        while not (running := processes()) and time.monotonic() < end:
            time.sleep(0.02)
        killed.extend(running)
        for process in running:
            os.kill(process, signal.SIGKILL)

    with remote_readers(nodes.address, settings) as readers, Store.open(settings.store, settings=settings) as store:
        results = add([SAMPLE], store, settings, kill, readers=readers)
        assert killed, "something was being read when it was lost"
        assert {result.status for result in results} == {"indexed"}
        assert same(store, here)


def test_a_lost_machine_loses_nothing(here: Store, tmp_path: Path) -> None:
    mark = f"{_MARK}={tmp_path}"
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.store.lost_node", str(tmp_path / "store")],
        cwd=ROOT,
        env={**os.environ, _MARK: str(tmp_path), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        out, _ = program.communicate(timeout=_LONGEST)
    finally:
        end_all(mark)
        program.wait()
    (said,) = [json.loads(line) for line in out.splitlines() if line.startswith(b"{")]
    assert said == {"statuses": ["indexed"] * len(PDFS), "lost": True}
    settings = Settings(store=tmp_path / "store", embedding_model="none")
    with Store.open(settings.store, settings=settings) as store:
        assert same(store, here)


def end_all(mark: str) -> None:
    """Ends whatever was started with this in its environment; a cluster's processes outlive the one that started them."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:  # it has ended, or is somebody else's
            continue


def test_limits_hold_on_the_cluster_and_are_told_by_the_names_of_here(nodes: Nodes, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", embedding_model="none", max_pages=2)
    with remote_readers(nodes.address, settings) as readers, Store.open(settings.store, settings=settings) as store:
        (result,) = add(PDFS[:1], store, settings, readers=readers)
    assert result.status == "failed"
    assert "超过上限 2 页" in result.problems[0].message
    assert str(PDFS[0]) in result.problems[0].message


def test_a_cluster_that_is_not_there_is_told_and_no_store_is_made(tmp_path: Path) -> None:
    settings = replace(Settings(store=tmp_path / "store"), embedding_model="none")
    for address, says in (
        ("127.0.0.1:1", "无法连接 Ray"),
        ("127.0.0.1:99999", "无法连接 Ray"),
        ("nowhere", "地址应为"),
    ):
        with pytest.raises(UsageError, match=says), remote_readers(address, settings):
            pass
    assert not settings.store.exists()
