"""Documents read on the machines of a Ray cluster: one task a document. The store is written here, as always.

The cluster gets the program's code with the first task, so that what it reads is read as it would be here; the libraries
of requirements.txt and Ray itself have to be installed there. Nothing of the settings but the limits goes along.
"""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from indexer.errors import CancelledError, ReadError, UsageError, YusuanError
from indexer.settings import Settings
from indexer.store import codec
from indexer.types import DocumentContent
from indexer.workers import READER, Progress, Stop, Task, Worker, read_error

RETRIES = 5
"""So often a document is read again because a process or a machine was lost."""
_MOST_AT_ONCE = 512
_WAIT_SECONDS = 10
_LOOK_SECONDS, _ALONE_SECONDS = 5, 60
_CODE = Path(__file__).resolve().parent
_Told = tuple[str, str, bytes]
"""The name of an error, its message, or "", "" and the document."""


@contextmanager
def remote_readers(address: str, settings: Settings) -> Iterator[tuple[RemoteReader, ...]]:
    """One reader for each processor of the cluster at `address` ("auto", "host:port" or "ray://host:port"), or as many
    as `settings.workers` says. Raises UsageError where there is no cluster or Ray is not installed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # no call home
    try:
        import ray
    except ImportError as exc:
        raise UsageError("要用 Ray 集群，请先安装：pip install -r requirements-ray.txt") from exc
    _check_reachable(address)
    environment = {"py_modules": [str(_CODE)], "env_vars": {"YUSUAN_OCR": str(int(settings.ocr)), "PYTHONUTF8": "1"}}
    try:
        ray.init(address=address, runtime_env=environment, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError, RuntimeError, OSError) as exc:
        raise UsageError(f"无法连接 Ray 集群“{address}”：{exc}") from exc
    try:
        processors = int(ray.cluster_resources().get("CPU", 1))  # type: ignore[no-untyped-call]
        run = ray.remote(num_cpus=1, max_retries=RETRIES)(read_here)
        count = settings.workers or max(1, min(processors, _MOST_AT_ONCE))
        yield tuple(RemoteReader(run, settings.max_memory_mb) for _ in range(count))
    finally:
        ray.shutdown()


def _check_reachable(address: str) -> None:
    """Ray itself would wait for minutes, and then end the process."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if address == "auto":
        return
    if not (host and port.isdigit()):
        raise UsageError(f"Ray 集群的地址应为 auto、主机:端口 或 ray://主机:端口，现为“{address}”")
    try:
        socket.create_connection((host, int(port)), timeout=_WAIT_SECONDS).close()
    except (OSError, OverflowError) as exc:
        raise UsageError(f"无法连接 Ray 集群“{address}”：{exc}") from exc


class RemoteReader:
    """Reads one document at a time somewhere on the cluster; takes the place of `workers.Worker`."""

    def __init__(self, run: Any, max_memory_mb: int) -> None:
        self._run, self._max_memory_mb = run, max_memory_mb
        self._stop = Stop()

    def read(self, task: Task, progress: Progress | None = None, stop: Stop | None = None) -> DocumentContent:
        """As `Worker.read`; a lost process or machine costs a new attempt, and after those the document.

        The file goes along with the task, so the cluster need not see it. `progress` is told at the end only.
        """
        import ray

        asked = stop or self._stop
        try:
            data = Path(task.path).read_bytes()
        except OSError as exc:
            raise ReadError(task.path, f"无法读取文件：{exc.strerror}") from exc
        running = self._run.remote(asdict(task), data, self._max_memory_mb)
        try:
            with asked.ending(lambda: ray.cancel(running, force=True)), self._stop.ending(asked.ask):
                _wait(running, task.path)
                error, message, body = ray.get(running)
        except ray.exceptions.RayError as exc:
            if asked.asked:
                raise CancelledError(task.path, "已取消") from exc
            raise ReadError(task.path, f"集群未能读取此文件（{type(exc).__name__}），已重试 {RETRIES} 次") from exc
        if error:
            raise read_error(error, task.path, message)
        content = codec.load(DocumentContent, body)
        if progress is not None:
            progress(content.info.pages, content.info.pages)
        return replace(content, info=replace(content.info, path=task.path))

    def stop(self) -> None:
        """Ends what is being read, from another thread."""
        self._stop.ask()

    def close(self) -> None:
        """Nothing is kept here."""


def _wait(running: Any, path: str) -> None:
    """Until the task is over. Raises ReadError when no machine of the cluster has been left to do it for a while: Ray
    itself would wait for one forever."""
    import ray

    alone = 0
    while not ray.wait([running], timeout=_LOOK_SECONDS)[0]:
        alone = 0 if ray.cluster_resources().get("CPU", 0) else alone + _LOOK_SECONDS  # type: ignore[no-untyped-call]
        if alone >= _ALONE_SECONDS:
            ray.cancel(running, force=True)
            raise ReadError(path, "集群里已没有能读文件的机器；机器恢复后请再运行一次")


def read_here(task: dict[str, Any], data: bytes, max_memory_mb: int) -> _Told:
    """What runs on the cluster: the file in a folder of its own, read by a limited process as everywhere else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(task["path"]).name  # the ids of what is read begin with it
        path.write_bytes(data)
        skip = tuple((page, reason) for page, reason in task["skip"])
        try:
            content = _worker(max_memory_mb).read(Task(**{**task, "path": str(path), "skip": skip}))
        except ReadError as exc:
            return type(exc).__name__, exc.message, b""
        except YusuanError as exc:
            return "ReadError", str(exc), b""
        return "", "", codec.dump(content)


@lru_cache(maxsize=1)
def _worker(max_memory_mb: int) -> Worker:
    """Kept from one task to the next; it ends with the process that the cluster runs tasks in."""
    return Worker(max_memory_mb, READER)
