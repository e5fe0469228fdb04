"""PDF files written object by object, so that anything can be wrong with them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 0>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4>>>>]>>"
)
A4 = b"[0 0 595 842]"
PAGES, CATALOG = 1, 2
"""Numbers of the page tree and the catalog."""


class RawPdf:
    """Objects as bytes; the page tree is object 1, the catalog object 2."""

    def __init__(self) -> None:
        self.objects: dict[int, bytes] = {CATALOG: b"<</Type/Catalog/Pages 1 0 R>>"}
        self.kids: list[int] = []
        self._next = 3

    def add(self, body: bytes) -> int:
        """The new object's number."""
        self.objects[self._next] = body
        self._next += 1
        return self._next - 1

    def stream(self, data: bytes, entries: bytes = b"", *, packed: bool = True) -> int:
        """A stream with the right length, packed by Flate unless told otherwise."""
        body = zlib.compress(data) if packed else data
        how = b"/Filter/FlateDecode" if packed else b""
        return self.add(b"<<%b%b/Length %d>>\nstream\n%b\nendstream" % (how, entries, len(body), body))

    def page(
        self,
        content: bytes = b"",
        *,
        size: bytes = A4,
        resources: bytes = b"",
        entries: bytes = b"",
        font: bytes = FONT,
    ) -> int:
        """A page whose text font is /F1."""
        held = self.stream(content)
        number = self.add(
            b"<</Type/Page/Parent 1 0 R/MediaBox %b/Contents %d 0 R/Resources<</Font<</F1 %b>>%b>>%b>>"
            % (size, held, font, resources, entries)
        )
        self.kids.append(number)
        return number

    def save(self, trailer: bytes = b"", *, offset: int = 0) -> bytes:
        """The file; `offset` is added to every entry of the table of objects."""
        kids = b" ".join(b"%d 0 R" % k for k in self.kids)
        self.objects.setdefault(PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self.kids), kids))
        out = bytearray(b"%PDF-1.7\n")
        places: dict[int, int] = {}
        for number, body in self.objects.items():
            places[number] = len(out)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        start = len(out)
        size = max(self.objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            out += b"%010d 00000 n \n" % max(places.get(number, 0) + offset, 0)
        out += b"trailer\n<</Size %d/Root 2 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start + offset)
        return bytes(out)


def text(words: str, x: float, y: float, size: float = 10) -> bytes:
    """Content that shows words in /F1."""
    return b"BT /F1 %b Tf %b %b Td <%b> Tj ET\n" % (
        str(size).encode(), str(x).encode(), str(y).encode(), words.encode("utf-16-be", "surrogatepass").hex().encode(),
    )  # fmt: skip


def table(rows: Sequence[Sequence[str]], left: float = 50, top: float = 750) -> bytes:
    """Content that draws a ruled table."""
    width, height = 90.0, 20.0
    out = bytearray()
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            x, y = left + c * width, top - (r + 1) * height
            out += b"%.1f %.1f %.1f %.1f re S\n" % (x, y, width, height)
            out += text(cell, x + 3, y + 6)
    return bytes(out)
