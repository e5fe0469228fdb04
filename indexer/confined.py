"""What the process that reads documents gives up before it opens one: network, programs, changing files.

Linux keeps to it for the rest of the process: a seccomp filter refuses the calls, Landlock the writes. Called before
any library is loaded, because only the thread that calls is bound, and those that it starts afterwards.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

_DENIED = {  # of x86_64 and aarch64, from the kernel's own tables
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "io_uring_setup": (425, 425),  # it does without the calls above
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
}  # fmt: skip
_CLONE, _CLONE3, _SECCOMP = (56, 220), (435, 435), (317, 277)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""The column of the numbers, and what the kernel calls the machine (AUDIT_ARCH)."""
_X32 = 0x40000000
"""From here on the numbers of x86_64 are those of another calling convention."""
_CLONE_THREAD = 0x10000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
"""Where a filter finds them, in bytes."""
_ALLOW, _REFUSE, _NOT_THERE = 0x7FFF0000, 0x00050001, 0x00050026
"""Run it, EPERM, ENOSYS: without clone3, whose flags no filter sees, threads are started by clone."""
_PR_SET_NO_NEW_PRIVS, _FILTER = 38, 1
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT, _LANDLOCK_VERSION = 444, 446, 1
_WRITES = 0b1_1111_1111_0010
"""Landlock's rights to write a file, and to make and remove whatever a folder can hold."""
_WRITES_SINCE = ((2, 1 << 13), (3, 1 << 14))
"""Versions of Landlock that learned more of them: moving between folders, cutting short."""
_SCOPES_SINCE, _SCOPES = 6, 0b11
"""No abstract sockets of others, no signals to others."""


def confine() -> str:
    """Gives them up for good, as far as the kernel knows how. What it could not do, "" for nothing.

    Reading files, threads, and what is open already are not touched.
    """
    if sys.platform != "linux":
        return "not Linux"
    if sys.maxsize < 2**32 or (machine := _MACHINES.get(os.uname().machine)) is None:
        return "neither x86_64 nor aarch64"
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        _check(libc.prctl(_PR_SET_NO_NEW_PRIVS, *(ctypes.c_ulong(n) for n in (1, 0, 0, 0))))
    except OSError as exc:
        return f"no_new_privs: {exc.strerror}"
    missing = []
    for name, give_up in (("Landlock", _no_writes), ("seccomp", _no_calls)):
        try:
            give_up(libc, *machine)
        except OSError as exc:
            missing.append(f"{name}: {exc.strerror}")
    return ", ".join(missing)


def _no_writes(libc: ctypes.CDLL, *_: int) -> None:
    version = _check(_call(libc, _LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION))
    rights = _WRITES | sum(right for since, right in _WRITES_SINCE if version >= since)
    wanted = struct.pack("QQQ", rights, 0, _SCOPES) if version >= _SCOPES_SINCE else struct.pack("Q", rights)
    rules = _check(_call(libc, _LANDLOCK_CREATE, wanted, len(wanted), 0))
    try:
        _check(_call(libc, _LANDLOCK_RESTRICT, rules, 0))
    finally:
        os.close(rules)


def _no_calls(libc: ctypes.CDLL, column: int, machine: int) -> None:
    program = b"".join(struct.pack("HBBI", *line) for line in _filter(column, machine))
    kept = ctypes.create_string_buffer(program, len(program))
    given = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    _check(_call(libc, _SECCOMP[column], _FILTER, 0, given))


def _filter(column: int, machine: int) -> Iterable[tuple[int, int, int, int]]:
    """The filter's lines: what to do, lines to skip where it holds and where not, with which number."""
    refuse = (_RETURN, 0, 0, _REFUSE)
    yield from ((_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine), refuse, (_LOAD, 0, 0, _NUMBER))
    yield from ((_AT_LEAST, 0, 1, _X32), refuse)
    for numbers in _DENIED.values():
        if (number := numbers[column]) is not None:
            yield from ((_EQUAL, 0, 1, number), refuse)
    yield from ((_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _NOT_THERE))
    yield from ((_EQUAL, 0, 3, _CLONE[column]), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_ANY_BIT, 1, 0, _CLONE_THREAD), refuse)
    yield (_RETURN, 0, 0, _ALLOW)


def _call(libc: ctypes.CDLL, number: int, *arguments: bytes | int | None) -> int:
    """A call that the C library has no name for. Each argument as wide as the kernel reads it."""
    wide = [ctypes.c_long(one) if isinstance(one, int) else ctypes.c_char_p(one) for one in arguments]
    return int(libc.syscall(ctypes.c_long(number), *wide))


def _check(result: int) -> int:
    """The result of a call. Raises OSError for one that the kernel refused."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
