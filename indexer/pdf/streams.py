"""Packed data that a file's makers cut short or damaged: pdfium shows what is left of it and says nothing."""

from __future__ import annotations

import mmap
import re
import zlib
from pathlib import Path

_HEAD = 600
"""Bytes before a stream within which its dictionary stands."""
_FILTER = re.compile(rb"/(?:Filter|F)\s*\[?\s*/(FlateDecode|Fl|ASCII85Decode|A85)\b")
_FONT = re.compile(rb"/Length1\b|/Subtype\s*/(?:CIDFontType0C|Type1C|OpenType)\b")
"""A font's shapes: damage to them changes how characters look, not which they are."""
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_DIGITS = bytes(range(ord("!"), ord("u") + 1)) + b"z \t\r\n\f\0"
"""Characters of data that was written as ASCII 85."""
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
        found = _STREAM.search(data)
        while found:
            start = found.end()
            end = data.find(b"endstream", start)
            end = len(data) if end < 0 else end
            head = data[max(found.start() - _HEAD, 0) : found.start()]
            own = head[head.rfind(b" obj") + 1 :]
            packed = _FILTER.search(own)
            if packed and not _FONT.search(own):
                check = _is_whole if packed.group(1).startswith(b"Fl") else _is_written_out
                broken += not check(data[start:end])
            found = _STREAM.search(data, end)
        return broken


def _is_written_out(text: bytes) -> bool:
    """Whether ASCII 85 has its end mark and no foreign characters."""
    text = text.rstrip()
    return text.endswith(b"~>") and not text[:-2].removeprefix(b"<~").translate(None, _DIGITS)


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
