"""Real servers to measure and to test with: PostgreSQL and Chroma, each on a free port of this machine, with folders of
their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

WAIT_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, newest version; None where there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")]
    on_path = shutil.which("pg_ctl")
    return max(found, key=lambda path: int(path.parent.name)) if found else Path(on_path).parent if on_path else None


class Postgres:
    """A cluster that only this machine reaches, without passwords."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="yusuan-postgres-"))
        self.port = free_port()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self._folder, "postgres", "postgres")
        self._run("initdb", "-U", "test", "--auth=trust", "--encoding=UTF8", "--locale=C", "-D", self._data)
        self.start()
        self._new = 0

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> None:
        """Starts it, also again."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """At once, as a machine that loses its power does; connections break."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        """Stops it and takes its folder away."""
        self.stop()
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """The address of an empty database."""
        self._new += 1
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "test", f"store{self._new}")
        return f"postgresql+psycopg://test@127.0.0.1:{self.port}/store{self._new}"

    def _run(self, program: str, *arguments: str) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, timeout=WAIT_SECONDS)


class Chroma:
    """A Chroma server over one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it, also again, and waits until it answers."""
        program = Path(sys.executable).with_name("chroma")
        command = [str(program), "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=self._folder.parent)
        wait_for(lambda: answers(f"{self.url}/api/v2/heartbeat"))

    def stop(self) -> None:
        """Kills it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def answers(url: str) -> bool:
    """Whether a server answers at all."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def wait_for(done: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Until `done`; an assertion fails after so many seconds."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.05)
