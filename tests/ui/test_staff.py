"""Who may change what is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.errors import SettingsError
from indexer.settings import Settings
from indexer.store import Store
from indexer.store.sessions import StaffSessions
from ui.staff import COOKIE, SESSION_SECONDS, Staff, Throttle, hash_password, is_local

LOCAL = {"host": "127.0.0.1:7860"}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def cookies(token: str | None) -> dict[str, str]:
    return {COOKIE: token or ""}


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[StaffSessions]:
    with Store.open(tmp_path / "store", settings=Settings(embedding_model="none")) as store:
        yield store.staff_sessions


@pytest.mark.parametrize("setting", ["秘密 password", hash_password("秘密 password")])
def test_only_the_password_opens_and_even_this_machine_needs_it(setting: str, sessions: StaffSessions) -> None:
    staff = Staff(setting, sessions, Clock())
    assert staff.begin("falsch") is None
    assert staff.begin("") is None
    assert not staff.admits("127.0.0.1", LOCAL, {})
    token = staff.begin("秘密 password")
    assert staff.admits("203.0.113.7", {"host": "budget.example"}, cookies(token))
    assert not staff.admits("203.0.113.7", {}, cookies(f"{token}x"))


def test_neither_password_nor_token_is_kept(tmp_path: Path, sessions: StaffSessions) -> None:
    staff = Staff("geheim-passwort", sessions)
    assert "geheim-passwort" not in repr(vars(staff))
    token = staff.begin("geheim-passwort") or ""
    assert staff.admits("", {}, cookies(token))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "store").iterdir() if path.is_file())
    assert b"staff_sessions" in kept
    assert token.encode() not in kept
    assert b"geheim" not in kept


def test_a_session_ends_when_it_is_not_used_and_when_it_is_ended(sessions: StaffSessions) -> None:
    clock = Clock()
    staff = Staff("geheim", sessions, clock)
    token = staff.begin("geheim")
    clock.now += SESSION_SECONDS - 1
    assert staff.admits("", {}, cookies(token))
    clock.now += SESSION_SECONDS - 1
    assert staff.admits("", {}, cookies(token))
    clock.now += SESSION_SECONDS
    assert not staff.admits("", {}, cookies(token))
    token = staff.begin("geheim")
    staff.end(token or "")
    assert not staff.admits("", {}, cookies(token))


def test_guessing_is_slowed_down_for_the_right_password_too(sessions: StaffSessions) -> None:
    clock = Clock()
    staff = Staff("geheim", sessions, clock)
    assert [staff.begin(str(n)) for n in range(10)] == [None] * 10
    assert staff.begin("geheim") is None
    clock.now += 61
    assert staff.begin("geheim") is not None


def test_another_password_ends_the_sessions_of_the_old_one(sessions: StaffSessions) -> None:
    token = Staff("geheim", sessions).begin("geheim")
    assert Staff("geheim", sessions).admits("", {}, cookies(token)), "a restarted page knows it"
    assert not Staff("anders", sessions).admits("", {}, cookies(token))
    assert Staff(hash_password("geheim"), sessions).begin("geheim") is not None


def test_a_setting_that_is_no_hash_is_refused(sessions: StaffSessions) -> None:
    with pytest.raises(SettingsError, match="YUSUAN_STAFF_PASSWORD"):
        Staff("argon2:abc", sessions)


@pytest.mark.parametrize(
    ("host", "headers", "local"),
    [
        ("127.0.0.1", LOCAL, True),
        ("::1", {"host": "localhost:7860"}, True),
        ("127.0.0.1", {"host": "[::1]:7860"}, True),
        ("192.168.1.9", {"host": "192.168.1.2:7860"}, False),
        ("192.168.1.9", LOCAL, False),
        ("127.0.0.1", {"host": "evil.example"}, False),
        ("127.0.0.1", {**LOCAL, "x-forwarded-for": "203.0.113.7"}, False),
        ("127.0.0.1", {**LOCAL, "forwarded": "for=203.0.113.7"}, False),
        ("", {}, False),
    ],
)
def test_without_a_password_only_this_machine_may(
    host: str, headers: dict[str, str], local: bool, sessions: StaffSessions
) -> None:
    assert is_local(host, headers) is local
    assert Staff("", sessions).admits(host, headers, {}) is local
    assert Staff("", sessions).begin("") is None


def test_a_throttle_lets_through_again_later() -> None:
    clock = Clock()
    throttle = Throttle(2, 10.0, clock)
    assert [throttle.admit() for _ in range(3)] == [True, True, False]
    clock.now += 10
    assert throttle.admit()
