"""Text and numbers as budget documents print them: normal forms, amounts, units, years."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from indexer.types import Blank

# NFKC maps the Kangxi radicals (U+2F00…) and leaves the CJK Radicals Supplement; PDFs made from some fonts use it.
_RADICALS = str.maketrans(
    {
        "⺟": "母", "⺠": "民", "⻁": "虎", "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝", "⻋": "车", "⻌": "辶", "⻓": "长",
        "⻔": "门", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马", "⻣": "骨", "⻤": "鬼",
        "⻥": "鱼", "⻦": "鸟", "⻨": "麦", "⻩": "黄", "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟", "⺁": "厂", "⺇": "几",
        "⺌": "小", "⺎": "兀", "⺏": "尣", "⺐": "尢", "⺒": "巳", "⺓": "幺", "⺛": "无", "⺝": "月", "⺩": "王", "⺫": "目",
        "⺮": "竹", "⻊": "足", "⻏": "邑", "⻑": "长", "⻒": "长", "⻖": "阜", "⻗": "雨", "⻞": "食", "⻟": "食", "⻠": "食",
        "⻡": "首", "⻫": "齐", "⻭": "齿", "⻯": "龙", "⻱": "龟", "⻲": "龟",
    }
)  # fmt: skip
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "″": '"', "‘": "'", "’": "'", "﹪": "%", "％": "%"})
_SPACE = re.compile(r"\s+")

UNIT_SCALE: dict[str, Decimal] = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10) ** 4,
    "百万元": Decimal(10) ** 6,
    "亿元": Decimal(10) ** 8,
}
"""Money units and how many 元 each is."""

_NUMBER = re.compile(r"[-−–]?\d[\d,，]*(?:\.\d+)?")
_CELL_NUMBER = re.compile(r"^[¥￥]?([-−–+])?[¥￥]?(\d{1,3}(?:[,，]\d+)*|\d+)(\.\d*)?(%)?$")
_BRACKETED = re.compile(r"^[（(](.+)[)）]$")
_DASHES = {"-", "—", "–", "——", "--", "―", "－", "/", "\\", "─"}
_NONE_WORDS = {"无", "空", "零"}


def normalize(text: str) -> str:
    """NFKC, the radicals it leaves, no control characters; spaces stay."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFKC", text.translate(_RADICALS))
    if text.isprintable():  # then it holds no control characters
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The form in which labels are compared: normalised, without spaces, quotes made alike, lower case."""
    return _SPACE.sub("", normalize(text)).translate(_QUOTES).replace('"', "").replace("'", "").lower()


_NUMBERING = re.compile(
    r"^(?:[（(][一二三四五六七八九十百\d]{1,4}[)）]|[一二三四五六七八九十百]{1,4}、|\d{1,3}[、.．](?!\d)|[①-⑳]|第[一二三四五六七八九十]{1,3}[、，])"
)
_OF_WHICH = re.compile(r"^(?:其中|其他其中|含)[:：]?")


def strip_numbering(label: str) -> str:
    """A label without its numbering and 其中： ("一、一般公共预算拨款收入" -> "一般公共预算拨款收入")."""
    text = label.strip()
    for _ in range(3):
        shorter = _OF_WHICH.sub("", _NUMBERING.sub("", text).strip()).strip()
        if shorter == text or not shorter:
            break
        text = shorter
    return text


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number: value, digits after the point, whether a percent sign followed."""

    value: Decimal
    places: int
    percent: bool = False


def cell_number(text: str) -> Number | None:
    """The number a cell holds, or None where it holds anything else.

    Thousands separators are dropped wherever they stand; brackets and any minus sign make it negative.
    """
    folded = _SPACE.sub("", normalize(text))
    negative = False
    if m := _BRACKETED.match(folded):
        folded, negative = m.group(1), True
    m = _CELL_NUMBER.match(folded)
    if m is None:
        return None
    sign, whole, fraction, percent = m.groups()
    digits = re.sub("[,，]", "", whole) + (fraction or "")
    value = Decimal(digits.rstrip("."))
    if negative or sign in ("-", "−", "–"):
        value = -value
    return Number(value, max(len(fraction or "") - 1, 0), percent is not None)


@lru_cache(maxsize=16384)
def blank_of(text: str) -> Blank:
    """How an empty figure cell is printed; `Blank.NONE` when the cell holds something else."""
    folded = _SPACE.sub("", normalize(text))
    if not folded:
        return Blank.EMPTY
    if folded in _DASHES:
        return Blank.DASH
    if folded in _NONE_WORDS:
        return Blank.WORD
    return Blank.NONE


def convert(value: Decimal, unit: str, target: str) -> Decimal:
    """An amount in another money unit, exact. Raises KeyError for two units that are not both money."""
    return value if unit == target else value * UNIT_SCALE[unit] / UNIT_SCALE[target]


def half_step(places: int, unit: str) -> Decimal:
    """Half a unit of the last printed digit, in 元 for money units and in `unit` otherwise."""
    return Decimal(1).scaleb(-places) / 2 * UNIT_SCALE.get(unit, Decimal(1))


def plain(value: Decimal, places: int | None = None) -> str:
    """A decimal as a plain string without exponent; rounded half up to `places` where given."""
    from decimal import ROUND_HALF_UP

    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = format(value, "f")
    return "0" if text in ("-0", "0") else text


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}


def chinese_int(text: str) -> int | None:
    """A Chinese or Arabic whole number up to 9999 ("十六", "两", "12"), else None."""
    if text.isdigit():
        return int(text)
    total, digit = 0, None
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c] if digit is None else digit * 10 + _DIGITS[c]
        elif c in _STEPS:
            total += (1 if digit is None else digit) * _STEPS[c]
            digit = None
        else:
            return None
    if not text or (total == 0 and digit is None):
        return None
    return total + (digit or 0)
