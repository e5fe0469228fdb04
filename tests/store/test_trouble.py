"""What goes wrong around a store: full and read-only disks, servers that go away, several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.servers import Chroma, Postgres
from indexer.errors import StoreError
from indexer.settings import ROOT, Settings
from indexer.store import Store
from indexer.store.database import FILE_NAME
from tests.store.helpers import run_python, start_python, vector_count
from tests.store.work import version

WRITE = """
from indexer.errors import YusuanError
from tests.store.work import version
try:
    store.write(*version(Path({folder!r}), {name!r}, {number}))
    print("written")
except YusuanError as exc:
    print(type(exc).__name__, exc)
"""


def whole(store: Store, folder: Path, held: dict[str, int]) -> None:
    """The store holds just these versions, and its parts agree."""
    assert {info.id for info in store.documents()} == set(held)
    for name, number in held.items():
        content, pdf = version(folder, name, number)
        assert store.content(name) == content
        assert store.pdf(name).read_bytes() == pdf.read_bytes()
    store.own()
    assert vector_count(store) == sum(one.chunks for one in store.all_held())


@pytest.mark.parametrize("kilobytes", [1, 40, 200, 400])
def test_a_full_disk_is_told_and_nothing_is_damaged(tmp_path: Path, settings: Settings, kilobytes: int) -> None:
    with Store.open(settings.store, settings=settings) as store:
        store.write(*version(tmp_path, "甲", 1))
    limit = f"""
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024}, {kilobytes * 1024}))
    """
    said = run_python(settings, limit.replace("\n    ", "\n") + WRITE.format(folder=str(tmp_path), name="甲", number=2))
    assert said.startswith("StoreError "), said
    with Store.open(settings.store, settings=settings) as store:
        whole(store, tmp_path, {"甲": 1})
        assert store.write(*version(tmp_path, "甲", 2)) == "replaced"
        whole(store, tmp_path, {"甲": 2})


FILL = """
import os, shutil
from tests.store.test_trouble import whole
folder = Path({folder!r})
store.write(*version(folder, "甲", 1))
whole(store, folder, {{"甲": 1}})
for spare in (0, 60, 250, 700):
    with (settings.store / "filler").open("wb") as filler:
        try:
            while True:
                filler.write(bytes(1 << 16))
                filler.flush()
        except OSError:
            pass
    os.truncate(filler.name, max(os.path.getsize(filler.name) - spare * 1024, 0))
    for attempt in (lambda: store.write(*version(folder, "甲", 2)), lambda: store.write(*version(folder, "乙", 1))):
        try:
            attempt()
            print("written with", spare, "KB left")
        except YusuanError as exc:
            print(type(exc).__name__)
    os.unlink(filler.name)
    store.close()
    store = Store.open(settings.store, settings=settings)
    held = {{info.id: 2 if store.content(info.id) == version(folder, info.id, 2)[0] else 1 for info in store.documents()}}
    whole(store, folder, held)
    store.write(*version(folder, "甲", 1))
    if "乙" in held:
        store.remove("乙")
    whole(store, folder, {{"甲": 1}})
"""


def test_a_disk_without_room_is_told_and_used_again_when_there_is_some(tmp_path: Path, settings: Settings) -> None:
    """A disk of its own, small and really full; what is there after each refusal is whole, and writing goes on."""
    settings.store.mkdir()
    code = WRITE.split("try:", maxsplit=1)[0] + FILL.format(folder=str(tmp_path))
    mount = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=12m tmpfs "$0" && exec "$@"', str(settings.store)]
    if subprocess.run([*mount, "true"], check=False, capture_output=True, timeout=60).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    said = run_python(settings, code, before=mount).splitlines()
    assert "StoreError" in said
    assert {line for line in said if not line.startswith("written")} == {"StoreError"}


def test_a_disk_that_cannot_be_written_is_told(tmp_path: Path, settings: Settings) -> None:
    with Store.open(settings.store, settings=settings) as store:
        store.write(*version(tmp_path, "甲", 1))
    command = [sys.executable, "-m", "indexer", "remove", "甲", "--store", str(settings.store)]
    if os.geteuid() == 0:  # root may write whatever the permissions say
        bind = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", bind, str(settings.store), *command]
    else:
        settings.store.chmod(0o500)
    try:
        done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    finally:
        settings.store.chmod(0o700)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine lets nobody mount a folder read-only")
    assert done.returncode == 1
    assert "索引库" in done.stderr
    assert "Traceback" not in done.stderr
    with Store.open(settings.store, settings=settings) as store:
        whole(store, tmp_path, {"甲": 1})


def test_a_broken_database_is_named(settings: Settings) -> None:
    settings.store.mkdir()
    (settings.store / FILE_NAME).write_bytes(b"not a database at all, but long enough to look like one" * 100)
    with pytest.raises(StoreError, match="无法打开索引库"):
        Store.open(settings.store, settings=settings)


def test_a_database_that_does_not_answer_is_named(settings: Settings) -> None:
    for url in ("nosuchdatabase://localhost/x", "postgresql+psycopg://localhost:1/x"):
        with pytest.raises(StoreError, match="数据库"):
            Store.open(settings.store, settings=replace(settings, database_url=url))


def test_a_second_indexer_is_told_to_wait_and_then_goes_on(tmp_path: Path, settings: Settings) -> None:
    first = start_python(settings, "store.own(); print('owned', flush=True); import time; time.sleep(600)")
    assert first.stdout is not None
    assert first.stdout.readline().strip() == "owned"
    write = WRITE.format(folder=str(tmp_path), name="甲", number=1)
    assert "正由另一个程序写入" in run_python(settings, write)
    first.kill()
    first.communicate(timeout=60)
    assert run_python(settings, write).strip() == "written"
    with Store.open(settings.store, settings=settings) as store:
        whole(store, tmp_path, {"甲": 1})


@pytest.mark.parametrize("kind", ["files", "servers"], indirect=True)
def test_readers_see_whole_documents_while_another_process_writes(tmp_path: Path, settings: Settings) -> None:
    with Store.open(settings.store, settings=settings) as store:
        store.write(*version(tmp_path, "甲", 1))
    versions = {number: version(tmp_path, "甲", number)[0] for number in (1, 2)}
    writes = """
    from tests.store.work import version
    for number in (2, 1, 2, 1, 2):
        store.write(*version(Path(FOLDER), "甲", number))
    """
    process = start_python(settings, writes.replace("FOLDER", repr(str(tmp_path))))
    seen: set[int] = set()
    wrong: list[str] = []

    def read() -> None:
        with Store.open(settings.store, settings=settings) as reader:
            while process.poll() is None:
                try:
                    content = reader.content("甲")
                    found = reader.search_text("接待", limit=1000), reader.search_vectors("接待", limit=1000)
                except StoreError as exc:
                    wrong.append(str(exc))
                    return
                number = next((n for n, one in versions.items() if one == content), 0)
                seen.add(number)
                if not number or any(len(part) != len(content.chunks) for part in found):
                    wrong.append(f"{number}: {[len(part) for part in found]}")

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert wrong == []
    assert seen == {1, 2}


@pytest.mark.parametrize("kind", ["servers"], indirect=True)
def test_a_lost_database_is_told_and_used_again_when_it_is_back(
    tmp_path: Path, settings: Settings, postgres: Postgres
) -> None:
    with Store.open(settings.store, settings=settings) as store:
        store.write(*version(tmp_path, "甲", 1))
        postgres.stop()
        try:
            calls: tuple[Callable[[], object], ...] = (
                store.documents,
                store.facts,
                lambda: store.search_text("接待"),
                lambda: store.write(*version(tmp_path, "甲", 2)),
                lambda: store.remove("甲"),
            )
            for call in calls:
                with pytest.raises(StoreError, match="数据库"):
                    call()
        finally:
            postgres.start()
        whole(store, tmp_path, {"甲": 1})
        assert store.write(*version(tmp_path, "甲", 2)) == "replaced"
        whole(store, tmp_path, {"甲": 2})


@pytest.mark.parametrize("kind", ["servers"], indirect=True)
def test_a_chroma_server_that_stops_costs_no_search_and_no_document(
    tmp_path: Path, settings: Settings, chroma: Chroma
) -> None:
    with Store.open(settings.store, settings=settings) as store:
        store.write(*version(tmp_path, "甲", 1))
        found = store.search_vectors("接待", limit=5)
        chroma.stop()
        try:
            assert [c for c, _ in store.search_vectors("接待", limit=5)] == [c for c, _ in found]
            with pytest.raises(StoreError, match="向量库"):
                store.write(*version(tmp_path, "甲", 2))
            with Store.open(settings.store, settings=settings) as reader:
                assert len(reader.search_vectors("接待", limit=5)) == 5
        finally:
            chroma.start()
        assert store.write(*version(tmp_path, "甲", 2)) == "replaced"
        whole(store, tmp_path, {"甲": 2})
