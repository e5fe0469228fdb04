"""Who may put documents in and take them out: whoever knows the staff password, or, without one, this machine."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from indexer.errors import SettingsError

COOKIE = "yusuan_staff"
SESSION_SECONDS = 30 * 60
_HASHER = PasswordHasher()
"""argon2id with the library's own costs, which follow RFC 9106."""
_PREFIX = "argon2:"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_MOST_TRIES, _TRY_SECONDS = 10, 60.0
_NOTED_SECONDS = 1.0
"""How much later a session has to end for that to be written down."""
_MARK = b"staff sessions"

Clock = Callable[[], float]


def hash_password(password: str) -> str:
    """What may stand in the setting instead of the password: "argon2:" and the usual form of such a hash in base64,
    as its $ signs mean something in the files that settings are written to."""
    return _PREFIX + base64.b64encode(_HASHER.hash(password).encode()).decode("ascii")


def check_password(setting: str) -> None:
    """Raises SettingsError for one that begins like a hash and is none."""
    if setting.startswith(_PREFIX):
        _stored(setting)


class Throttle:
    """At most so many of something in so many seconds."""

    def __init__(self, most: int, seconds: float, clock: Clock = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def admit(self) -> bool:
        """Counts one more; False where that is too many."""
        now = self._clock()
        with self._lock:
            while self._times and self._times[0] <= now - self._seconds:
                self._times.popleft()
            if len(self._times) >= self._most:
                return False
            self._times.append(now)
            return True


class Sessions(Protocol):
    """Where sessions and tries are kept, as `indexer.store.sessions` does."""

    def begin(self, key: str, now: float, until: float) -> None: ...
    def until(self, key: str) -> float: ...
    def extend(self, key: str, until: float) -> None: ...
    def end(self, key: str) -> None: ...
    def admit_try(self, now: float, since: float, most: int) -> bool: ...


class Staff:
    """The password as a hash, and the sessions begun with it. Each use of a session makes it last longer.

    Processes that share the setting and the place where sessions are kept share the sessions and the limit on tries.
    """

    def __init__(self, password: str, sessions: Sessions, clock: Clock = time.time) -> None:
        """`password`: as set, plain or made by `hash_password`; "" for none. Raises SettingsError."""
        check_password(password)
        self._hash = password if not password or password.startswith(_PREFIX) else hash_password(password)
        self._sessions, self._clock = sessions, clock
        self._mark = _key_of(password)

    @property
    def has_password(self) -> bool:
        return bool(self._hash)

    def begin(self, password: str) -> str | None:
        """A new session's token; None for a wrong password, or after too many tries in a minute. Raises StoreError."""
        now = self._clock()
        if not self._hash or not self._sessions.admit_try(now, now - _TRY_SECONDS, _MOST_TRIES):
            return None
        try:
            _HASHER.verify(_stored(self._hash), password[:1000])
        except VerificationError:
            return None
        token = secrets.token_urlsafe(32)
        self._sessions.begin(self._key(token), now, now + SESSION_SECONDS)
        return token

    def end(self, token: str) -> None:
        """Ends a session; nothing happens where there is none. Raises StoreError."""
        if token:
            self._sessions.end(self._key(token))

    def admits(self, host: str, headers: Mapping[str, str], cookies: Mapping[str, str]) -> bool:
        """Whether a request may change what is held. `host`: the address it came from. Raises StoreError."""
        if not self._hash:
            return is_local(host, headers)
        token = cookies.get(COOKIE, "")
        if not token:
            return False
        key, now = self._key(token), self._clock()
        until = self._sessions.until(key)
        if until <= now:
            return False
        if now + SESSION_SECONDS - until >= _NOTED_SECONDS:
            self._sessions.extend(key, now + SESSION_SECONDS)
        return True

    def _key(self, token: str) -> str:
        """What is kept of a token. Another password makes another key, so with the password its sessions end."""
        return hmac.digest(self._mark, token.encode(), "sha256").hex()


def is_local(host: str, headers: Mapping[str, str]) -> bool:
    """Whether a request was made on this machine, for this machine, and not passed on by a proxy on it.

    The name asked for counts too: a page elsewhere can make a browser here ask this server under that page's name.
    """
    asked = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    passed_on = any(name in headers for name in _FORWARDED)
    return not passed_on and _is_loopback(host) and (asked == "localhost" or _is_loopback(asked))


def is_near(host: str, headers: Mapping[str, str]) -> bool:
    """Whether a request came straight from this machine or its private network, not through a proxy."""
    try:
        return not any(name in headers for name in _FORWARDED) and ip_address(host).is_private
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _stored(setting: str) -> str:
    """The hash in a setting, in its usual form. Raises SettingsError."""
    try:
        hashed = base64.b64decode(setting.removeprefix(_PREFIX), validate=True).decode("ascii")
        extract_parameters(hashed)
    except (binascii.Error, UnicodeDecodeError, InvalidHashError) as error:
        message = "YUSUAN_STAFF_PASSWORD 以 argon2: 开头，但不是 python app.py --hash-password 给出的值"
        raise SettingsError(message) from error
    return hashed


def _key_of(setting: str) -> bytes:
    """A key that all processes with one setting share and that does not tell it."""
    costs = _HASHER
    return hash_secret_raw(
        setting.encode(), _MARK, costs.time_cost, costs.memory_cost, costs.parallelism, costs.hash_len, Type.ID
    )
