"""Starting the page with a call or a setting that cannot work."""

from __future__ import annotations

from pathlib import Path

import pytest

import app
from indexer.settings import Settings
from indexer.store import Store
from ui.staff import Staff


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "65536"], ["--port", "web"], ["extra"]])
def test_a_wrong_call_ends_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main(arguments)
    assert ended.value.code == 2


def test_a_setting_that_cannot_work_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("YUSUAN_WORKERS", "many")
    assert app.main(["--store", str(tmp_path / "store")]) == 2
    assert "YUSUAN_WORKERS" in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


def test_a_store_that_is_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "store").write_text("", encoding="utf-8")
    assert app.main(["--store", str(tmp_path / "store")]) == 2
    assert "不是文件夹" in capsys.readouterr().err


def test_a_port_that_is_taken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def taken(*_: object) -> None:
        raise OSError("taken")

    monkeypatch.setattr(app, "serve", taken)
    assert app.main(["--port", "7999"]) == 1
    assert "127.0.0.1:7999" in capsys.readouterr().err


def test_a_password_is_turned_into_what_the_setting_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "geheim")
    assert app.main(["--hash-password"]) == 0
    hashed = capsys.readouterr().out.strip()
    assert "geheim" not in hashed
    with Store.open(tmp_path / "store", settings=Settings(embedding_model="none")) as store:
        assert Staff(hashed, store.staff_sessions).begin("geheim") is not None


def test_a_password_setting_that_cannot_work_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("YUSUAN_STAFF_PASSWORD", "argon2:abc")
    assert app.main(["--store", str(tmp_path / "store")]) == 2
    assert "YUSUAN_STAFF_PASSWORD" in capsys.readouterr().err
