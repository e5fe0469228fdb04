"""One test for each line of SECURITY.md that no other test file has: the whole site as it is served."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.errors import StoreError
from indexer.inbox import Inbox
from indexer.pdf import page_picture
from indexer.settings import Settings
from indexer.store import Store
from retriever.engine import Engine
from retriever.types import Question
from tests.store import samples
from ui import mounting
from ui.guard import HEADERS, MOST_BODY, Rates
from ui.metrics import JsonLines, Metrics
from ui.mounting import mount
from ui.page import Services
from ui.pictures import Pictures
from ui.staff import Staff

HOSTILE = "<script>alert(1)</script>{{7*7}}'; DROP TABLE documents; --=cmd|' /C calc'!A1"
Site = Callable[..., TestClient]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The whole site over one document whose names are hostile, as a client at an address sees it."""
    settings = Settings(store=tmp_path / "store", embedding_model="none", workers=1, max_mb=1)
    pdf = samples.pdf(tmp_path, "甲局-2024")
    with Store.open(settings.store, settings=settings) as store, Inbox(settings) as inbox:
        store.write(samples.content(pdf, department=HOSTILE), pdf)

        def connect(host: str = "127.0.0.1", client: str = "127.0.0.1", **given: object) -> TestClient:
            changed = replace(settings, **given)  # type: ignore[arg-type]
            engine = Engine(store)
            services = Services(
                engine, engine, store, Pictures(page_picture), inbox, Staff("", store.staff_sessions), changed
            )
            return TestClient(mount(services), base_url=f"http://{host}:7860", client=(client, 50000))

        yield connect


@pytest.mark.parametrize(
    ("host", "hosts", "status"),
    [
        ("127.0.0.1", "", 200),
        ("localhost", "", 200),
        ("192.168.1.7", "", 200),
        ("evil.example", "", 421),
        ("evil.example", "budget.example", 421),
        ("budget.example", "budget.example, other.example", 200),
        ("anything.example", "*", 200),
    ],
)
def test_only_names_of_its_own_lead_to_it(site: Site, host: str, hosts: str, status: int) -> None:
    assert site(host, hosts=hosts).get("/").status_code == status


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ('{"data": ["三公经费多少", null, null, null, null]}', 200, "data"),
        ('{"data": ["三公经费多少"]}', 422, "恰好 5 个值"),
        ('{"data": "三公经费多少"}', 422, "恰好 5 个值"),
        ("[" * 100_000, 422, "无法读取"),
        ('{"data": ["三公经费多少", null, null, null, null], "event_data": 1}', 422, "不应有"),
        ('{"data": ["", null, null, null, null]}', 400, "1 到 500 个字"),
        ('{"data": [7, null, null, null, null]}', 400, "应为文字"),
        ('{"data": ["三公经费多少", null, null, ["今年"], null]}', 400, "应为整数"),
        ('{"data": ["三公经费多少", null, null, [1e400], null]}', 400, "应为整数"),
        ('{"data": ["三公经费多少", [1], null, null, null]}', 400, "文字的列表"),
    ],
)
def test_a_program_is_told_what_it_did_wrong_and_nobody_else_what_it_asked(
    site: Site, capfd: pytest.CaptureFixture[str], body: str, status: int, says: str
) -> None:
    headers = {"Content-Type": "application/json"}
    response = site().post("/gradio_api/run/ask", content=body.encode(), headers=headers)
    assert (response.status_code, says in response.text) == (status, True), response.text
    assert "三公" not in "".join(capfd.readouterr())


def test_no_other_site_may_ask_or_read(site: Site) -> None:
    client, evil = site(), {"Origin": "http://evil.example"}
    asked = client.post("/gradio_api/run/ask", json={"data": ["三公经费多少"]}, headers=evil)
    assert asked.status_code == 403
    for response in (client.get("/config", headers=evil), client.options("/gradio_api/queue/join", headers=evil)):
        assert not [name for name in response.headers if name.startswith("access-control-")]
    own = {"Origin": "http://127.0.0.1:7860"}
    assert client.post("/gradio_api/run/ask", json={"data": ["三公经费多少"]}, headers=own).status_code != 403


@pytest.mark.parametrize("path", ["/", "/en/", "/config", "/no/such/page", "/sheets/figures.csv", "/healthz"])
def test_every_answer_has_the_headers(site: Site, path: str) -> None:
    headers = site().get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_too_long_requests_are_refused_with_and_without_a_length(site: Site) -> None:
    client, long = site(), b"x" * (MOST_BODY + 1)

    def pieces() -> Iterator[bytes]:
        yield from (long[:100_000], long[100_000:])

    for content, status in ((long, 413), (pieces(), 400)):
        response = client.post("/gradio_api/queue/join", content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == status


def test_each_client_has_so_much_a_minute(site: Site) -> None:
    client = site(rate=50)
    statuses = [client.post("/feedback").status_code for _ in range(15)]
    assert statuses == [403] * 10 + [429] * 5
    assert client.get("/config").status_code == 200, "reading is not counted"
    assert client.get("/sheets/figures.csv").status_code == 429, "but what costs something is"


def test_a_client_that_waits_may_go_on_and_does_not_hinder_others() -> None:
    now = [0.0]
    rates = Rates(60, lambda: now[0])
    assert [rates.admit("a") for _ in range(13)] == [True] * 12 + [False]
    assert rates.admit("b")
    now[0] = 2.0
    assert [rates.admit("a") for _ in range(3)] == [True, True, False]
    assert all(Rates(0).admit("a") for _ in range(1000))


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=app.py",
        "/gradio_api/file=../../../etc/passwd",
        "/static/../../../../etc/passwd",
        "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/svelte/..%2f..%2f..%2fetc%2fpasswd",
        "/documents/file/..%2f..%2f..%2fetc%2fpasswd.pdf",
        "/documents/file/%2Fetc%2Fpasswd.pdf",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/vibe-edit",
        "/monitoring",
        "/login",
        "/openapi.json",
    ],
)
def test_nothing_but_the_store_and_the_page_is_served(site: Site, path: str) -> None:
    response = site().get(path)
    assert response.status_code in (400, 403, 404, 405)
    assert "root:" not in response.text


def test_what_documents_say_stays_text_on_the_page(site: Site) -> None:
    client = site()
    asked = client.post("/gradio_api/run/ask", json={"data": ["三公经费多少"]})
    assert "<script>alert(1)" not in client.get("/config").text.replace("\\u003cscript", "")
    assert asked.headers["content-type"].startswith("application/json")
    assert client.get("/readyz").json() == {"documents": 1}, "and no statement of theirs was run"


def test_exports_hold_no_formulas(site: Site) -> None:
    rows = site().get("/sheets/figures.csv").text.splitlines()
    assert len(rows) > 1
    assert not [cell for row in rows for cell in re.split(r",(?=[=+@\t])", row)[1:]]


def test_health_needs_no_name_and_readiness_tells_when_the_store_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = site("watcher.example")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json() == {"documents": 1}

    def away(_: Store) -> tuple[()]:
        raise StoreError("数据库出错：password=geheim")

    monkeypatch.setattr(Store, "documents", away)
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert "geheim" not in refused.text


def test_metrics_are_for_the_machine_and_its_network_and_name_nobody(site: Site) -> None:
    client = site()
    client.post("/gradio_api/run/ask", json={"data": ["某人的秘密问题"]})
    text = client.get("/metrics").text
    assert "yusuan_requests_total" in text
    assert "yusuan_documents 1.0" in text
    assert "秘密" not in text
    assert "127.0.0.1" not in text
    assert site(client="8.8.8.8").get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403


def test_log_lines_cannot_be_forged_and_do_not_quote_questions(tmp_path: Path) -> None:
    try:
        raise KeyError("某人的秘密问题\n2026-01-01 forged line")
    except KeyError as exc:
        info = type(exc), exc, exc.__traceback__
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "出错：%s", ("a\nb",), info)
    (line,) = JsonLines().format(record).splitlines()
    said = json.loads(line)
    assert said["error"] == "KeyError"
    assert said["message"] == "出错：a\nb"
    assert "秘密" not in line


def test_requests_are_logged_without_what_was_asked_and_by_whom(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "yusuan.access"):
        site(client="10.9.8.7").get("/sheets/figures.csv?text=%E7%A7%98%E5%AF%86")
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "yusuan.access"]
    assert [json.loads(line)["status"] for line in lines] == [200]
    assert "秘密" not in "".join(lines)
    assert "10.9.8.7" not in "".join(lines)


def test_answers_are_counted_by_status(site: Site, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "other", embedding_model="none")
    with Store.open(settings.store, settings=settings) as store, Inbox(settings) as inbox:
        metrics = Metrics(lambda: 0, inbox)
        metrics.counting(Engine(store)).ask(Question("三公经费多少"))
        assert 'yusuan_answers_total{status="not_found"} 1.0' in metrics.text().decode()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        database_url="postgresql+psycopg://u:geheim@h/d",
        staff_password="geheim",
        llm_base_url="http://127.0.0.1:1/v1",
        llm_model="m",
        llm_api_key="geheim",
    )
    assert "geheim" not in repr(settings)
    assert "geheim" not in str(settings)


def test_strangers_cannot_fill_the_memory_with_sessions(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounting, "KEPT_SESSIONS", 3)
    client = site()
    holder = next(route.app for route in client.app.routes if hasattr(getattr(route, "app", None), "state_holder"))  # type: ignore[attr-defined]
    for number in range(6):
        body = {"data": ["三公经费多少", None, None, None, None], "session_hash": f"s{number}"}
        assert client.post("/gradio_api/run/ask", json=body).status_code == 200
    assert len(holder.state_holder.session_data) <= 3
