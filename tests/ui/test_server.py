"""The server's own routes: who may do what, limits, downloads."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from indexer.inbox import Inbox
from indexer.settings import Settings
from indexer.store import Store
from tests.store import samples
from ui.metrics import Metrics
from ui.server import HEADER, make_server
from ui.sheets import Sheet
from ui.staff import Staff

OWN = {HEADER: "1"}
SHEET = Sheet(("项目", "数额"), (("=1+1", Decimal("-9.80")), ("@SUM(A1)", Decimal("0")), ("-甲", None), ("\tx", 3)))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", embedding_model="none", workers=1, max_mb=1)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings.store, settings=settings) as store:
        yield store


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    with Inbox(settings, "tests.store.readers:read_content") as inbox:
        yield inbox


@pytest.fixture
def client(store: Store, inbox: Inbox, settings: Settings) -> Callable[..., TestClient]:
    """Clients of a server with this password, from this address."""

    def connect(password: str = "", host: str = "127.0.0.1") -> TestClient:
        metrics = Metrics(lambda: len(store.documents()), inbox)
        app = make_server(
            store, inbox, Staff(password, store.staff_sessions), settings, lambda name, asked: SHEET, metrics
        )
        return TestClient(app, base_url=f"http://{host}:7860", client=(host, 50000))

    return connect


Connect = Callable[..., TestClient]
WRITES = ("/documents/add?name=x.pdf", "/documents/remove", "/documents/cancel", "/documents/forget")


def wait(inbox: Inbox) -> list[str]:
    end = time.monotonic() + 60
    while time.monotonic() < end and not all(job.finished for job in inbox.jobs()):
        time.sleep(0.02)
    return [job.status for job in inbox.jobs()]


def test_a_file_is_added_listed_downloaded_and_removed(client: Connect, store: Store, inbox: Inbox) -> None:
    here = client()
    added = here.post("/documents/add", params={"name": "../甲 局.PDF"}, content=b"fine", headers=OWN)
    assert added.status_code == 200
    assert wait(inbox) == ["indexed"]
    assert [info.id for info in store.documents()] == ["甲 局"]
    got = here.get("/documents/file/甲 局.pdf")
    assert (got.content, got.headers["content-type"]) == (b"fine", "application/pdf")
    assert here.get("/documents/file/乙.pdf").json()["message"] == "库中没有名为“乙”的文件"
    assert here.post("/documents/remove", json={"document": "甲 局"}, headers=OWN).status_code == 200
    assert wait(inbox) == ["indexed", "removed"]
    here.post("/documents/forget", headers=OWN)
    assert inbox.jobs() == ()


@pytest.mark.parametrize("path", WRITES)
def test_nobody_else_may_change_anything(client: Connect, inbox: Inbox, path: str) -> None:
    assert client().post(path, content=b"{}").status_code == 403, "a page elsewhere sends no header of ours"
    assert client(host="192.168.1.9").post(path, content=b"{}", headers=OWN).status_code == 403
    guarded = client("geheim")
    assert guarded.post(path, content=b"{}", headers=OWN).status_code == 403
    assert guarded.post("/staff/begin", json={"password": "falsch"}, headers=OWN).status_code == 403
    assert guarded.post(path, content=b"{}", headers=OWN).status_code == 403
    assert inbox.jobs() == ()


def test_staff_may_from_anywhere_until_they_leave(client: Connect) -> None:
    guarded = client("geheim", host="192.168.1.9")
    begun = guarded.post("/staff/begin", json={"password": "geheim"}, headers=OWN)
    assert begun.status_code == 200
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert guarded.post("/documents/forget", headers=OWN).status_code == 200
    guarded.post("/staff/end", headers=OWN)
    assert guarded.post("/documents/forget", headers=OWN).status_code == 403


def test_a_session_holds_at_another_process_over_the_same_store_and_ends_at_both(
    client: Connect, settings: Settings, inbox: Inbox
) -> None:
    one = client("geheim")
    one.post("/staff/begin", json={"password": "geheim"}, headers=OWN)
    with Store.open(settings.store, settings=settings) as store:
        staff = Staff("geheim", store.staff_sessions)
        metrics = Metrics(lambda: 0, inbox)
        app = make_server(store, inbox, staff, settings, lambda name, asked: SHEET, metrics)
        other = TestClient(app, base_url="http://127.0.0.1:7860", cookies=one.cookies)
        assert other.post("/documents/forget", headers=OWN).status_code == 200
        other.post("/staff/end", headers=OWN)
    assert one.post("/documents/forget", headers=OWN).status_code == 403


def test_too_much_and_too_little_is_refused_and_leaves_nothing(client: Connect, inbox: Inbox) -> None:
    here = client()
    large = here.post("/documents/add", params={"name": "大.pdf"}, content=b"x" * 1_000_001, headers=OWN)
    assert (large.status_code, large.json()["message"]) == (413, "文件超过上限 1 MB")
    assert here.post("/documents/add", params={"name": "空.pdf"}, content=b"", headers=OWN).status_code == 400
    assert inbox.jobs() == ()
    assert list(inbox.new_file().parent.iterdir()) == []


def test_gradio_takes_no_files_from_anybody(client: Connect) -> None:
    assert client().post("/gradio_api/upload", files={"files": b"x"}).status_code == 404


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"good": 1}', b"x" * 30_000])
def test_what_is_no_opinion_is_refused(client: Connect, store: Store, body: bytes) -> None:
    assert client().post("/feedback", content=body, headers=OWN).status_code in (400, 413)
    assert store.opinions() == ()


def test_opinions_are_kept_cut_to_size_and_not_without_end(client: Connect, store: Store) -> None:
    here = client(host="192.168.1.9")
    opinion = {"question": "三公经费多少", "status": "已复核", "good": "no", "reason": "数字不对：" + "长" * 3000}
    assert here.post("/feedback", json=opinion, headers=OWN).json()["message"] == "已记录，谢谢"
    (kept,) = store.opinions()
    assert (kept.question, kept.good, len(kept.reason)) == ("三公经费多少", False, 1000)
    codes = [here.post("/feedback", json=opinion, headers=OWN).status_code for _ in range(60)]
    assert codes[-1] == 429


def test_sheets_open_without_becoming_formulas(client: Connect) -> None:
    got = client().get("/sheets/figures.csv?text=x")
    assert "attachment" in got.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert rows == [["项目", "数额"], ["'=1+1", "-9.80"], ["'@SUM(A1)", "0"], ["'-甲", ""], ["'\tx", "3"]]
    book = load_workbook(io.BytesIO(client().get("/sheets/figures.xlsx").content))
    cells = [[(cell.data_type, cell.value) for cell in row] for row in book.active.iter_rows(min_row=2)]
    assert cells[0] == [("s", "=1+1"), ("n", -9.8)]
    assert client().get("/sheets/figures.exe").status_code == 400


def test_no_path_leaves_the_store(client: Connect, tmp_path: Path, store: Store) -> None:
    samples.pdf(tmp_path, "secret")
    for name in ("..%2F..%2Fsecret", "....//secret", "%2Fetc%2Fpasswd"):
        assert client().get(f"/documents/file/{name}.pdf").status_code in (400, 404)
