"""Rules of a scanned table, whatever touches them."""

from __future__ import annotations

import numpy as np

from indexer.ocr.rulings import find_rules

DPI = 150.0


def test_two_rules_that_a_line_of_text_holds_together_are_two() -> None:
    ink = np.zeros((400, 1200), np.uint8)
    for y in (100, 128):
        ink[y : y + 3, 50:1150] = 255
    ink[100:131, 300:340] = 255
    rules = find_rules(ink, DPI)
    assert [round(s.at) for s in rules.horizontal] == [101, 129]
    assert all(abs(s.start - 50) < 3 and abs(s.end - 1150) < 3 for s in rules.horizontal)


def test_text_on_both_sides_of_a_long_rule_does_not_hide_it() -> None:
    ink = np.zeros((1200, 400), np.uint8)
    ink[50:1150, 200:203] = 255
    for top in range(50, 1150, 30):
        ink[top : top + 20, 170:199] = ink[top : top + 20, 204:240] = 255
    assert [round(s.at) for s in find_rules(ink, DPI).vertical] == [201]
