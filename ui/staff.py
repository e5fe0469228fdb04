"""Who may put documents in and take them out: whoever knows the staff password, or, without one, this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from indexer.errors import SettingsError

COOKIE = "yusuan_staff"
SESSION_SECONDS = 30 * 60
_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024
_PREFIX = "scrypt"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_MOST_TRIES, _TRY_SECONDS = 10, 60.0
_NOTED_SECONDS = 1.0
"""How much later a session has to end for that to be written down."""
_MARK = b"staff sessions"

Clock = Callable[[], float]


def hash_password(password: str, salt: bytes | None = None) -> str:
    """What may stand in the setting instead of the password: "scrypt:" salt ":" hash, both in base64."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY)
    return ":".join((_PREFIX, *(base64.b64encode(part).decode("ascii") for part in (salt, digest))))


def check_password(setting: str) -> None:
    """Raises SettingsError for one that begins like a hash and is none."""
    if setting.startswith(f"{_PREFIX}:"):
        _salt(setting)


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
        self._hash = password if not password or password.startswith(f"{_PREFIX}:") else hash_password(password)
        self._sessions, self._clock = sessions, clock
        self._mark = hash_password(password, _MARK).encode()

    @property
    def has_password(self) -> bool:
        return bool(self._hash)

    def begin(self, password: str) -> str | None:
        """A new session's token; None for a wrong password, or after too many tries in a minute. Raises StoreError."""
        now = self._clock()
        if not self._hash or not self._sessions.admit_try(now, now - _TRY_SECONDS, _MOST_TRIES):
            return None
        given = hash_password(password[:1000], _salt(self._hash))
        if not hmac.compare_digest(given.encode(), self._hash.encode()):
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


def _salt(stored: str) -> bytes:
    try:
        _, salt, digest = stored.split(":")
        if len(base64.b64decode(digest, validate=True)) == 64:
            return base64.b64decode(salt, validate=True)
    except ValueError:
        pass
    raise SettingsError("YUSUAN_STAFF_PASSWORD 以 scrypt: 开头，但不是 python app.py --hash-password 给出的值")
