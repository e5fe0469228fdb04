"""Packed data that a file's makers cut short or damaged: pdfium shows what is left of it and says nothing."""

from __future__ import annotations

import mmap
import zlib
from pathlib import Path

_HEAD = 600
"""Bytes before a stream within which its dictionary stands."""
_PACKED = (b"/FlateDecode", b"/Fl ", b"/Fl/", b"/Fl>", b"/Fl\n")
_FIRST = b"\x08\x18\x28\x38\x48\x58\x68\x78"
"""First bytes that packed data may have; anything else was packed in a second way, which is not looked into."""
_STEP = 1 << 20
_LARGEST = 300_000_000
"""Unpacked bytes: more than the largest picture of a page has."""


def broken_streams(path: Path) -> int:
    """How many packed streams are damaged, cut short or larger than any page needs; 0 for an encrypted file."""
    if not path.stat().st_size:
        return 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(b"/Encrypt") >= 0:
            return 0
        broken = 0
        at = data.find(b"stream")
        while at >= 0:
            start, end = _body(data, at)
            if start:
                broken += not _is_whole(data[start:end])
            at = data.find(b"stream", max(end, at + 6))
        return broken


def _body(data: mmap.mmap, at: int) -> tuple[int, int]:
    """Where the packed data of the word "stream" at a place begins and ends; (0, 0) where there is none."""
    start = at + 6
    if data[start : start + 1] == b"\r":
        start += 1
    if data[at - 3 : at] == b"end" or data[start : start + 1] != b"\n" or data[start + 1 : start + 2] not in _FIRST:
        return 0, 0
    head = data[max(at - _HEAD, 0) : at]
    if not any(word in head[head.rfind(b" obj") :] for word in _PACKED):
        return 0, 0
    end = data.find(b"endstream", start)
    return start + 1, end if end >= 0 else len(data)


def _is_whole(packed: bytes) -> bool:
    """Whether data unpacks to its end; a missing check sum at the end is no loss."""
    size = 0
    rest, unpacker = packed, zlib.decompressobj()
    try:
        while rest and not unpacker.eof and size < _LARGEST:
            size += len(unpacker.decompress(rest, _STEP))
            rest = unpacker.unconsumed_tail
        return unpacker.eof or (size < _LARGEST and _ends(packed))
    except zlib.error:
        return False


def _ends(packed: bytes) -> bool:
    """Whether data whose check sum is missing has its last block."""
    rest, unpacker = packed[2:], zlib.decompressobj(-zlib.MAX_WBITS)
    while rest and not unpacker.eof:
        unpacker.decompress(rest, _STEP)
        rest = unpacker.unconsumed_tail
    return unpacker.eof
