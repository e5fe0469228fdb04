"""PDFs that ask too much, or that lead in circles: each takes a random source and gives a file."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from random import Random

from eval.fuzz.raw import CATALOG, FONT, PAGES, RawPdf, table, text

Hostile = Callable[[Random], bytes]

_ROWS = [["项目", "合计", "基本支出"], ["教育支出", "3.00", "1.00"], ["合计", "3.00", "1.00"]]
_SOUND = text("2023年部门预算", 200, 790, 16) + table(_ROWS)


def huge_pages(random: Random) -> bytes:
    """Page sizes beyond all bounds, negative, none."""
    pdf = RawPdf()
    for _ in range(4):
        size = random.choice((b"1e9", b"14400", b"-500", b"0", b"99999999999999", b"0.00001"))
        pdf.page(_SOUND, size=b"[0 0 %b %b]" % (size, random.choice((size, b"842"))))
    pdf.page(_SOUND, entries=b"/UserUnit 1000000/Rotate %d" % random.choice((90, 45, 1 << 40)))
    return pdf.save()


def many_rulings(random: Random) -> bytes:
    """Ten thousand lines: a fine grid, or lines at any place."""
    pdf = RawPdf()
    out = bytearray(_SOUND)
    count = random.choice((10_000, 30_000))
    kind = random.choice(("grid", "loose", "flat", "cells", "one path"))
    for i in range(count):
        x, y = random.uniform(0, 595), random.uniform(0, 842)
        if kind == "grid":
            out += b"0 %.3f m 595 %.3f l S\n" % (y, y) if i % 2 else b"%.3f 0 m %.3f 842 l S\n" % (x, x)
        elif kind == "flat":
            out += b"%.3f %.3f m %.3f %.3f l S\n" % (x, y, x + random.uniform(5, 300), y)
        elif kind == "cells":
            out += b"%d %d 5 5 re S\n" % (i % 118 * 5, i // 118 * 5)
        elif kind == "one path":
            out += b"%.3f 0 m %.3f 842 l 0 %.3f m 595 %.3f l\n" % (x, x, y, y)
        else:
            out += b"%.3f %.3f m %.3f %.3f l S\n" % (x, y, random.uniform(0, 595), random.uniform(0, 842))
    pdf.page(bytes(out) + (b"S\n" if kind == "one path" else b""))
    pdf.page(_SOUND)
    return pdf.save()


def many_characters(random: Random) -> bytes:
    """A page of a hundred thousand characters, set apart, all in one place, or as one line."""
    pdf = RawPdf()
    kind = random.choice(("apart", "one place", "one line", "figures"))
    out = bytearray(_SOUND)
    if kind == "one line":
        out += text("预" * 100_000, 0, 400)
    for _ in range(0 if kind == "one line" else 20_000):
        x, y = (300.0, 400.0) if kind == "one place" else (random.uniform(0, 590), random.uniform(0, 840))
        out += text("1,234.56" if kind == "figures" else "预算支出", round(x, 2), round(y, 2), 6)
    pdf.page(bytes(out))
    pdf.page(_SOUND)
    return pdf.save()


def deep_nesting(random: Random) -> bytes:
    """Arrays, saved states, forms inside forms, and a deep tree of pages."""
    depth = random.choice((100, 5_000, 200_000))
    pdf = RawPdf()
    kind = random.choice(("array", "state", "forms", "tree", "text"))
    if kind == "array":
        pdf.page(_SOUND, entries=b"/Deep " + b"[" * depth + b"]" * depth)
    elif kind == "state":
        pdf.page(b"q " * depth + _SOUND + b"Q " * depth)
    elif kind == "text":
        pdf.page(b"BT " * depth + b"<< " * depth + _SOUND)
    elif kind == "forms":
        inner = pdf.stream(_SOUND, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
        for _ in range(min(depth, 2_000)):
            inner = pdf.stream(
                b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % inner
            )
        pdf.page(b"/X Do", resources=b"/XObject<</X %d 0 R>>" % inner)
    else:
        node = pdf.page(_SOUND)
        for _ in range(min(depth, 5_000)):
            node = pdf.add(b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % node)
        pdf.kids = [node]
    return pdf.save()


def packed_bombs(random: Random) -> bytes:
    """A few kilobytes that unpack to a gigabyte: text, drawing, a picture, or packed twice."""
    pdf = RawPdf()
    kind = random.choice(("blank", "drawing", "picture", "twice", "objects"))
    blank = _zeros(random.choice((50, 1000)), b" " if kind != "picture" else b"\x00")
    if kind == "picture":
        picture = pdf.add(
            b"<</Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(blank), blank)
        )
        pdf.page(b"595 0 0 842 0 0 cm /X Do", resources=b"/XObject<</X %d 0 R>>" % picture)
    else:
        bomb = _zeros(20, b"0 0 m 9 9 l S q Q ") if kind == "drawing" else blank
        filters = b"[/FlateDecode/FlateDecode]" if kind == "twice" else b"/FlateDecode"
        held = zlib.compress(bomb) if kind == "twice" else bomb
        kind_of = b"/Type/ObjStm/N 1000000/First 10" if kind == "objects" else b""
        stream = pdf.add(b"<<%b/Filter%b/Length %d>>\nstream\n%b\nendstream" % (kind_of, filters, len(held), held))
        pdf.kids.append(
            pdf.add(b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<>>>>" % stream)
        )
    pdf.page(_SOUND)
    return pdf.save()


def _zeros(megabytes: int, pattern: bytes) -> bytes:
    packer = zlib.compressobj(9)
    block = (pattern * (1_000_000 // len(pattern) + 1))[:1_000_000]
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def circles(random: Random) -> bytes:
    """A page tree, a form, an outline, an object's length, or the table of objects that leads back to itself."""
    pdf = RawPdf()
    kind = random.choice(("tree", "parents", "form", "outline", "length", "table", "fonts"))
    page = pdf.page(_SOUND)
    trailer = b""
    if kind == "tree":
        pdf.objects[PAGES] = b"<</Type/Pages/Count 1000000/Kids[1 0 R %d 0 R 1 0 R]>>" % page
    elif kind == "parents":
        node = pdf.add(b"<</Type/Pages/Count 9/Parent 1 0 R/Kids[1 0 R 1 0 R]>>")
        pdf.kids = [node, page, node]
    elif kind == "form":
        own = pdf.add(b"")
        pdf.objects[own] = pdf.objects[
            pdf.stream(b"/X Do /X Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % own)
        ]
        pdf.page(b"/X Do", resources=b"/XObject<</X %d 0 R>>" % own)
    elif kind == "outline":
        mark = pdf.add(b"")
        pdf.objects[mark] = b"<</Title(A)/Parent %d 0 R/Next %d 0 R/First %d 0 R/Dest[%d 0 R/Fit]>>" % (
            mark, mark, mark, page,
        )  # fmt: skip
        pdf.objects[CATALOG] = b"<</Type/Catalog/Pages 1 0 R/Outlines %d 0 R>>" % mark
    elif kind == "length":
        own = pdf.add(b"")
        pdf.objects[own] = b"<</Length %d 0 R>>\nstream\n0 0 m\nendstream" % own
        pdf.kids.append(pdf.add(b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 9 9]/Contents[%d 0 R %d 0 R]>>" % (own, own)))
    elif kind == "fonts":
        font = pdf.add(b"")
        pdf.objects[font] = (
            b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 0/LastChar 255/Widths[1]"
            b"/Encoding<</Differences[0/a]>>/CharProcs<</a %d 0 R>>/Resources<</Font<</F1 %d 0 R>>>>>>"
            % (pdf.stream(b"BT /F1 1 Tf <00> Tj ET"), font)
        )
        pdf.page(b"BT /F1 9 Tf <0000> Tj ET", font=b"%d 0 R" % font)
    else:
        trailer = b"/Prev %d" % random.choice((9, 0, len(pdf.save()) - 200))
    return pdf.save(trailer)


def many_pages(random: Random) -> bytes:
    """Thousands of pages, some only claimed."""
    pdf = RawPdf()
    if random.random() < 0.5:
        page = pdf.page(_SOUND)
        pdf.objects[PAGES] = b"<</Type/Pages/Count 2147483647/Kids[%d 0 R]>>" % page
    else:
        page = pdf.page(_SOUND)
        pdf.kids = [page] * random.choice((300, 5_000))
    return pdf.save()


def absurd_fonts(random: Random) -> bytes:
    """Sizes, widths and maps of characters that no font has."""
    pdf = RawPdf()
    maps = (
        b"1 beginbfrange <0000> <ffff> <d800> endbfrange",
        b"1 beginbfrange <0000> <ffffffff> <0000> endbfrange",
        b"1 beginbfchar <4e00> <" + b"0031" * 20_000 + b"> endbfchar",
        b"1 beginbfrange <0000> <ffff> <0000> endbfrange",
        b"\xff" * 500,
    )
    cmap = pdf.stream(b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange " + random.choice(maps))
    font = pdf.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/%b/ToUnicode %d 0 R/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType%d/BaseFont/X/DW %b/W[0 [%b]]/CIDSystemInfo<</Registry(A)/Ordering(B)/Supplement 0>>>>]>>"
        % (
            random.choice((b"Identity-H", b"Identity-V", b"UniGB-UCS2-H", b"Nonsense")), cmap, random.choice((0, 2)),
            random.choice((b"1000", b"-1e9", b"1e30", b"0")), b"99999999 " * random.choice((1, 50_000)),
        )
    )  # fmt: skip
    out = b"".join(
        text("一般公共预算支出1,234.56", 50, y, random.choice((1e30, 1e-9, -12, 0, 10))) for y in range(50, 800, 15)
    )
    pdf.page(out + b"1e20 0 0 1e-20 1e30 1e30 cm " + _SOUND, font=b"%d 0 R" % font)
    pdf.page(_SOUND)
    return pdf.save()


def locked(random: Random) -> bytes:
    """Encrypted with a password nobody knows, or with a broken lock."""
    pdf = RawPdf()
    pdf.page(_SOUND)
    keys = [bytes(random.randrange(256) for _ in range(n)).hex().encode() for n in (32, 32, 48, 48)]
    kind = random.choice(
        (b"/V 1/R 2/P -4", b"/V 2/R 3/Length 128/P -4", b"/V 5/R 6/P -4", b"/V 99", b"/V 4/R 4/CF 3/P 0")
    )
    lock = b"/Filter/Standard%b/O<%b>/U<%b>/OE<%b>/UE<%b>" % (kind, *keys)
    return pdf.save(b"/Encrypt<<%b>>/ID[<00><00>]" % lock)


def odd_words(random: Random) -> bytes:
    """Captions, headings and figures that no budget has: controls, endless digits, names that look like code."""
    pdf = RawPdf()
    words = (
        "9" * 5_000, "1e999999999", "-" * 300, "\x00\x01\x1b[31m", "\ud800", "'; DROP TABLE facts; --", "../../etc/passwd",
        "<script>alert(1)</script>", "单位：" * 200, "一、" * 2_000, "NaN", "∞", "１２３，４５６．７８", "0." + "3" * 2_000,
        "（" * 5_000, "。" * 5_000, "其中：" * 500, "%s%n{0}", "\u202e倒着", "合计" * 3_000,
    )  # fmt: skip
    rows = [[random.choice(words) for _ in range(3)] for _ in range(random.randint(2, 30))]
    lines = b"".join(text(random.choice(words), 50, y) for y in range(30, 130, 15))
    pdf.page(_SOUND + table(rows, top=690) + lines)
    pdf.page(table([[random.choice(words)[:20], "1.00", "2.00"] for _ in range(30)]))
    return pdf.save()


def bad_pictures(random: Random) -> bytes:
    """Pages that are pictures, damaged or of impossible size."""
    pdf = RawPdf()
    for _ in range(2):
        width, height = random.choice(((100, 100), (1 << 30, 1 << 30), (0, 0), (20_000, 1), (-5, 5)))
        how = random.choice((b"/DCTDecode", b"/JPXDecode", b"/JBIG2Decode", b"/CCITTFaxDecode", b"/LZWDecode"))
        data = bytes(random.randrange(256) for _ in range(random.choice((0, 10, 5_000))))
        picture = pdf.add(
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter%b"
            b"/Length %d>>\nstream\n%b\nendstream" % (width, height, how, len(data), data)
        )
        pdf.page(b"595 0 0 842 0 0 cm /X Do", resources=b"/XObject<</X %d 0 R>>" % picture)
    return pdf.save()


def noise(random: Random) -> bytes:
    """No PDF but for its name, or PDFs one after the other."""
    pdf = RawPdf()
    pdf.page(_SOUND, font=FONT)
    held = pdf.save()
    junk = random.randbytes(random.choice((0, 10, 5_000)))
    return random.choice((junk, b"%PDF-1.7\n" + junk, held + junk + held, junk + held, held[::-1], pdf.save(offset=7)))


HOSTILE: tuple[Hostile, ...] = (
    huge_pages, many_rulings, many_characters, deep_nesting, packed_bombs, circles, many_pages, absurd_fonts, locked,
    odd_words, bad_pictures, noise,
)  # fmt: skip
