"""How a layout prints a figure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from indexer.text import UNIT_SCALE


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as the documents round."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def money(value: Decimal, unit: str, places: int, thousands: bool = False) -> str:
    """An amount of 元 as printed in `unit`."""
    number = rounded(value / UNIT_SCALE[unit], places)
    return f"{number:,f}" if thousands else f"{number:f}"


def cell_text(value: Decimal, unit: str, places: int, thousands: bool, blank: str) -> str:
    """The same in a table cell, where the layout says how nothing is printed (`blank`: "0" prints the zero)."""
    if value == 0 and blank != "0":
        return blank
    return money(value, unit, places, thousands)


def change_words(now: Decimal, before: Decimal) -> str:
    """增加, 减少 or 持平."""
    return "持平" if now == before else "增加" if now > before else "减少"


_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")
