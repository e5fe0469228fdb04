"""Whatever goes wrong with the model, the reader gets the default answer in time and the log tells no secrets."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import SettingsError
from indexer.settings import ROOT, Settings
from indexer.store import Store
from retriever.engine import Engine
from retriever.types import Question
from tests.retriever.llm.endpoint import KEY, Handler, Reply, at_once, engine_with, serving, streamed

QUESTION = "市科协三公经费多少"
DRAFT = "市科协2023年预算三公经费9.80万元。"
NOT_UNDERSTOOD = "水务局2024年吃喝玩乐支出多少"


def status(code: int, body: Any = None) -> Reply:
    return lambda handler, request: handler.whole(code, body or {"error": {"message": f"no {KEY} {QUESTION}"}})


def broken_off(handler: Handler, request: dict[str, Any]) -> None:
    handler.start(length=100_000)
    handler.event("市科协2023年预算三公经费")


def cut_within_a_figure(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    handler.event("市科协2023年预算三公经费9.8")


def no_json(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    handler.send('data: {"choices": [{"delta": {"cont\n\n')


def odd_json(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    handler.send('data: {"choices": "三公经费"}\n\ndata: [1, 2]\n\ndata: "x"\n\ndata: [DONE]\n\n')


def error_in_stream(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    handler.event("市科协2023年")
    handler.send(f"data: {json.dumps({'error': {'message': 'overloaded ' + KEY}})}\n\n")


def html(handler: Handler, request: dict[str, Any]) -> None:
    handler.start(kind="text/html")
    handler.send("<html>gateway</html>")


def endless(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    while True:
        handler.event("公务接待费公务接待费公务接待费")


def endless_sentences(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    while True:
        handler.event("好的。")


def endless_thought(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    handler.event("<think>")
    while True:
        handler.event("让我再想想，" * 100)


def silent(handler: Handler, request: dict[str, Any]) -> None:
    handler.server.hung_up.wait(30)


def only_alive(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    while True:
        handler.send(": still here\n\n")
        time.sleep(0.05)


def dripping(handler: Handler, request: dict[str, Any]) -> None:
    handler.start()
    while True:
        handler.event("市")
        time.sleep(0.05)


def redirecting(handler: Handler, request: dict[str, Any]) -> None:
    handler.send_response(307)
    handler.send_header("Location", "http://127.0.0.1:9/v1/chat/completions")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


FAILURES: dict[str, Reply] = {
    **{f"HTTP {code}": status(code) for code in (400, 401, 403, 404, 429, 500, 502, 503)},
    "redirect": redirecting,
    "broken off": broken_off,
    "cut within a figure": cut_within_a_figure,
    "stream is no JSON": no_json,
    "stream is odd JSON": odd_json,
    "error inside the stream": error_in_stream,
    "a web page": html,
    "body is no JSON": status(200, "{"),
    "no choices": status(200, {"id": "c", "object": "chat.completion", "choices": []}),
    "empty": streamed(""),
    "only spaces": streamed(" \n \n"),
    "refusal": streamed("对不起，我不能回答这个问题。"),
    "refusal in English": streamed("I'm sorry, I can't help with that."),
    "only thought": streamed("<think>三公经费是9.80万元"),
    "endless": endless,
    "endless sentences": endless_sentences,
    "endless thought": endless_thought,
    "silent": silent,
    "only keep-alives": only_alive,
    "dripping": dripping,
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("question", [QUESTION, NOT_UNDERSTOOD])
def test_the_default_answer_stands(
    name: str, question: str, engine: Engine, sample_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = 1 if name in ("silent", "only keep-alives", "dripping") else 5
    plain = engine.ask(Question(question))
    with serving(FAILURES[name]) as endpoint, caplog.at_level(logging.DEBUG, "retriever"):
        helped = engine_with(sample_store, endpoint.url, seconds)
        answer = helped.ask(Question(question))
        endpoint.hung_up.set()
    assert (answer.text, answer.status, answer.values) == (plain.text, plain.status, plain.values)
    own = [r for r in caplog.records if r.name.startswith("retriever")]
    assert len(own) == 1
    assert own[0].levelno == logging.WARNING
    said = own[0].getMessage()
    assert "\n" not in said
    assert not any(secret in said for secret in (KEY, QUESTION, question, "三公", "127.0.0.1"))


def test_no_server_at_all(engine: Engine, sample_store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for address in (f"http://127.0.0.1:{port}/v1", "http://no-such-host.invalid/v1"):
        answer = engine_with(sample_store, address, 3).ask(Question(QUESTION))
        assert answer.text == engine.ask(Question(QUESTION)).text


@pytest.mark.parametrize("hangs", [silent, only_alive, dripping])
def test_a_hanging_server_is_left_when_the_time_is_up(hangs: Reply, sample_store: Store) -> None:
    with serving(hangs) as endpoint:
        helped = engine_with(sample_store, endpoint.url, 1)
        helped.ask(Question("市科协公务接待费多少"))  # views are read
        started = time.monotonic()
        helped.ask(Question(QUESTION))
        assert time.monotonic() - started < 4, "one second was allowed"
        if hangs is not silent:  # it notices by itself that nobody listens
            assert endpoint.hung_up.wait(10)
        endpoint.hung_up.set()


def test_both_kinds_of_server_are_understood(sample_store: Store) -> None:
    for reply in (streamed(DRAFT), at_once(DRAFT)):
        with serving(reply) as endpoint:
            answer = engine_with(sample_store, endpoint.url).ask(Question(QUESTION))
        assert answer.text.startswith(DRAFT)
        assert endpoint.paths[0] == "/v1/chat/completions"
        assert endpoint.keys[0] == f"Bearer {KEY}"


def test_the_command_uses_what_the_environment_names(sample_path: Path) -> None:
    with serving(streamed(DRAFT)) as endpoint:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("YUSUAN_")}
        environ |= {"YUSUAN_LLM_BASE_URL": endpoint.url, "YUSUAN_LLM_MODEL": "m", "YUSUAN_LLM_API_KEY": KEY}
        command = [sys.executable, "-m", "retriever", QUESTION, "--store", str(sample_path)]
        ran = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True, timeout=120)
        assert ran.stdout.decode().startswith(DRAFT)
        endpoint.reply = status(401)
        ran = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True, timeout=120)
    assert ran.stdout.decode().startswith("石家庄市科学技术协会2023年预算")
    assert "HTTP 401" in ran.stderr.decode()
    assert KEY not in (ran.stdout + ran.stderr).decode()


def test_no_key_of_another_service_is_sent(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    from retriever.llm import assistant

    with serving(streamed(DRAFT)) as endpoint:
        helper = assistant(Settings(llm_base_url=endpoint.url, llm_model="m"))
        assert Engine(sample_store, helper).ask(Question(QUESTION)).text.startswith(DRAFT)
    assert "sk-of-another-service" not in endpoint.keys[0]


def test_the_key_is_in_no_message() -> None:
    settings = Settings(llm_base_url="http://127.0.0.1:9/v1", llm_model="m", llm_api_key=KEY)
    from retriever.llm import assistant

    assert KEY not in repr(settings)
    assert KEY not in repr(assistant(settings))
    with pytest.raises(SettingsError) as raised:
        Settings(llm_base_url=f"http://me:{KEY}@127.0.0.1/v1", llm_model="m")
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    "environ",
    [
        {"YUSUAN_LLM_BASE_URL": "http://127.0.0.1/v1"},
        {"YUSUAN_LLM_MODEL": "m"},
        {"YUSUAN_LLM_BASE_URL": "ftp://127.0.0.1/v1", "YUSUAN_LLM_MODEL": "m"},
        {"YUSUAN_LLM_TIMEOUT": "0"},
        {"YUSUAN_LLM_TIMEOUT": "soon"},
    ],
)
def test_settings_that_cannot_work_are_refused(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="YUSUAN_LLM"):
        Settings.from_environment(environ)


def test_without_the_setting_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys; from indexer.settings import Settings; from retriever.engine import Engine\n"
        "from retriever.llm import assistant; assert assistant(Settings()) is None\n"
        "print([m for m in ('llama_index', 'openai', 'httpx') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"
