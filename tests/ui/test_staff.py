"""Who may change what is held."""

from __future__ import annotations

import pytest

from indexer.errors import SettingsError
from ui.staff import COOKIE, SESSION_SECONDS, Staff, Throttle, hash_password, is_local

LOCAL = {"host": "127.0.0.1:7860"}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def cookies(token: str | None) -> dict[str, str]:
    return {COOKIE: token or ""}


@pytest.mark.parametrize("setting", ["秘密 password", hash_password("秘密 password")])
def test_only_the_password_opens_and_even_this_machine_needs_it(setting: str) -> None:
    staff = Staff(setting, Clock())
    assert staff.begin("falsch") is None
    assert staff.begin("") is None
    assert not staff.admits("127.0.0.1", LOCAL, {})
    token = staff.begin("秘密 password")
    assert staff.admits("203.0.113.7", {"host": "budget.example"}, cookies(token))
    assert not staff.admits("203.0.113.7", {}, cookies(f"{token}x"))


def test_the_password_itself_is_not_kept() -> None:
    staff = Staff("geheim")
    assert "geheim" not in repr(vars(staff))


def test_a_session_ends_when_it_is_not_used_and_when_it_is_ended() -> None:
    clock = Clock()
    staff = Staff("geheim", clock)
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


def test_guessing_is_slowed_down_for_the_right_password_too() -> None:
    clock = Clock()
    staff = Staff("geheim", clock)
    assert [staff.begin(str(n)) for n in range(10)] == [None] * 10
    assert staff.begin("geheim") is None
    clock.now += 61
    assert staff.begin("geheim") is not None


def test_a_setting_that_is_no_hash_is_refused() -> None:
    with pytest.raises(SettingsError, match="YUSUAN_STAFF_PASSWORD"):
        Staff("scrypt:abc")


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
def test_without_a_password_only_this_machine_may(host: str, headers: dict[str, str], local: bool) -> None:
    assert is_local(host, headers) is local
    assert Staff().admits(host, headers, {}) is local
    assert Staff().begin("") is None


def test_a_throttle_lets_through_again_later() -> None:
    clock = Clock()
    throttle = Throttle(2, 10.0, clock)
    assert [throttle.admit() for _ in range(3)] == [True, True, False]
    clock.now += 10
    assert throttle.admit()
