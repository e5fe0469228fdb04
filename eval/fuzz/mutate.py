"""Mutations of a sound PDF: each takes a random source and the file, and gives another file."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from random import Random

Mutation = Callable[[Random, bytes], bytes]

_OBJECT = re.compile(rb"\d+ 0 obj\b.*?\bendobj\s*", re.DOTALL)
_STREAM = re.compile(rb"((?<!end)stream\r?\n)(.*?)((?:\r?\n)?endstream)", re.DOTALL)
_NUMBER = re.compile(rb"(?<=[ \[])-?\d+(?:\.\d+)?(?=[ \]\n/>])")
_NAME = re.compile(rb"/[A-Za-z]{2,}")
_OFFSET = re.compile(rb"\d{10}(?= \d{5} n)")
_EXTREME = (b"0", b"-1", b"1", b"2147483648", b"-2147483649", b"99999999999999999999", b"1e308", b"nan", b"0.0000001")
_GARBAGE = (b"<<", b">>", b"[", b"]", b"(", b"endobj", b"stream\n", b"endstream", b"\x00" * 64, b"/" * 200, b"%%EOF\n")
_MOST = 120


def flip_bytes(random: Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(random.randint(1, _MOST)):
        out[random.randrange(len(out))] = random.randrange(256)
    return bytes(out)


def flip_in_streams(random: Random, data: bytes) -> bytes:
    """Bytes changed inside unpacked streams: drawing operators, fonts, their maps."""
    share = random.choice((0.1, 0.5, 1.0))

    def change(match: re.Match[bytes]) -> bytes:
        if random.random() > share:
            return match.group()
        written = match.group(2).strip().endswith(b"~>")
        try:
            packed = base64.a85decode(match.group(2).strip()[:-2]) if written else match.group(2)
            plain = bytearray(zlib.decompress(packed))
        except (zlib.error, ValueError):
            return match.group()
        for _ in range(random.randint(1, _MOST) if plain else 0):
            plain[random.randrange(len(plain))] = random.randrange(256)
        packed = zlib.compress(bytes(plain))
        return match.group(1) + (base64.a85encode(packed) + b"~>" if written else packed) + match.group(3)

    return _STREAM.sub(change, data)


def drop_objects(random: Random, data: bytes) -> bytes:
    share = random.choice((0.02, 0.1, 0.4))
    return _OBJECT.sub(lambda m: b"" if random.random() < share else m.group(), data)


def swap_objects(random: Random, data: bytes) -> bytes:
    """References that lead to other objects, cycles among them."""
    count = data.count(b" 0 obj")
    share = random.choice((0.02, 0.2))
    return re.sub(
        rb"\d+ 0 R", lambda m: b"%d 0 R" % random.randint(0, count) if random.random() < share else m.group(), data
    )


def double_objects(random: Random, data: bytes) -> bytes:
    held = _OBJECT.findall(data)
    return data + b"".join(random.choice(held) for _ in range(random.randint(1, 20))) if held else data


def truncate_file(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def truncate_streams(random: Random, data: bytes) -> bytes:
    share = random.choice((0.1, 0.5, 1.0))

    def cut(match: re.Match[bytes]) -> bytes:
        body = match.group(2)
        if random.random() < share and body:
            body = body[: random.randrange(len(body))]
        return match.group(1) + body + match.group(3)

    return _STREAM.sub(cut, data)


def change_numbers(random: Random, data: bytes) -> bytes:
    share = random.choice((0.005, 0.05))
    return _outside_streams(
        data,
        lambda part: _NUMBER.sub(lambda m: random.choice(_EXTREME) if random.random() < share else m.group(), part),
    )


def change_names(random: Random, data: bytes) -> bytes:
    names = sorted(set(_NAME.findall(data)))
    share = random.choice((0.01, 0.1))
    return _outside_streams(
        data, lambda part: _NAME.sub(lambda m: random.choice(names) if random.random() < share else m.group(), part)
    )


def break_table_of_objects(random: Random, data: bytes) -> bytes:
    """Wrong offsets, or a start that points elsewhere."""
    if random.random() < 0.3:
        return re.sub(rb"startxref\s+\d+", b"startxref\n%d" % random.randrange(2 * len(data)), data)
    return _OFFSET.sub(lambda m: b"%010d" % random.randrange(len(data)) if random.random() < 0.3 else m.group(), data)


def insert_garbage(random: Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(random.randint(1, 30)):
        at = random.randrange(len(out))
        out[at:at] = random.choice(_GARBAGE)
    return bytes(out)


def cut_out(random: Random, data: bytes) -> bytes:
    """A piece of the file missing in the middle."""
    start = random.randrange(len(data))
    return data[:start] + data[start + random.randrange(1, 20_000) :]


def _outside_streams(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    out, last = bytearray(), 0
    for match in _STREAM.finditer(data):
        out += change(data[last : match.start()]) + match.group()
        last = match.end()
    return bytes(out + change(data[last:]))


MUTATIONS: tuple[Mutation, ...] = (
    flip_bytes, flip_in_streams, drop_objects, swap_objects, double_objects, truncate_file, truncate_streams,
    change_numbers, change_names, break_table_of_objects, insert_garbage, cut_out,
)  # fmt: skip
