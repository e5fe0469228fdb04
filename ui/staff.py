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
from urllib.parse import urlsplit

from indexer.errors import SettingsError

COOKIE = "yusuan_staff"
SESSION_SECONDS = 30 * 60
_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024
_PREFIX = "scrypt"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_MOST_TRIES, _TRY_SECONDS = 10, 60.0

Clock = Callable[[], float]


def hash_password(password: str, salt: bytes | None = None) -> str:
    """What may stand in the setting instead of the password: "scrypt:" salt ":" hash, both in base64."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY)
    return ":".join((_PREFIX, *(base64.b64encode(part).decode("ascii") for part in (salt, digest))))


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


class Staff:
    """The password as a hash, and the sessions begun with it. Each use of a session makes it last longer."""

    def __init__(self, password: str = "", clock: Clock = time.monotonic) -> None:
        """`password`: as set, plain or made by `hash_password`; "" for none. Raises SettingsError."""
        self._hash = password if not password or password.startswith(f"{_PREFIX}:") else hash_password(password)
        self._clock = clock
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()
        self._tries = Throttle(_MOST_TRIES, _TRY_SECONDS, clock)
        if self._hash:
            _salt(self._hash)

    @property
    def has_password(self) -> bool:
        return bool(self._hash)

    def begin(self, password: str) -> str | None:
        """A new session's token; None for a wrong password, or after too many tries in a minute."""
        if not self._hash or not self._tries.admit():
            return None
        given = hash_password(password[:1000], _salt(self._hash))
        if not hmac.compare_digest(given.encode(), self._hash.encode()):
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            now = self._clock()
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[_key(token)] = now + SESSION_SECONDS
        return token

    def end(self, token: str) -> None:
        """Ends a session; nothing happens where there is none."""
        with self._lock:
            self._until.pop(_key(token), None)

    def admits(self, host: str, headers: Mapping[str, str], cookies: Mapping[str, str]) -> bool:
        """Whether a request may change what is held. `host`: the address it came from."""
        if not self._hash:
            return is_local(host, headers)
        key, now = _key(cookies.get(COOKIE, "")), self._clock()
        with self._lock:
            if self._until.get(key, 0.0) <= now:
                return False
            self._until[key] = now + SESSION_SECONDS
            return True


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


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _salt(stored: str) -> bytes:
    try:
        _, salt, digest = stored.split(":")
        if len(base64.b64decode(digest, validate=True)) == 64:
            return base64.b64decode(salt, validate=True)
    except ValueError:
        pass
    raise SettingsError("YUSUAN_STAFF_PASSWORD 以 scrypt: 开头，但不是 python app.py --hash-password 给出的值")
