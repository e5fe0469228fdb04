"""Every row label and heading of the tables beside this checkout is linked, or known to mean nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from indexer.text import blank_of, cell_number
from indexer.types import Blank
from indexer.vocabulary import vocabulary
from tests.shared import SHARED, needs_shared

FREE_TEXT = re.compile("绩效|机构设置|编制范围|采购|购买")
"""Titles of tables whose rows name units, goods and targets, not budget items."""


def _tables() -> Iterator[dict[str, Any]]:
    for path in sorted(SHARED.glob("*/*truth*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))["tables"]


@needs_shared
def test_row_labels_are_linked() -> None:
    labels: Counter[str] = Counter()
    for table in _tables():
        if FREE_TEXT.search(table["title"]):
            continue
        for cell in (cell for row in table["rows"] for cell in row):
            if not cell_number(cell) and blank_of(cell) is Blank.NONE and not cell.replace(" ", "").isdigit():
                labels[cell] += 1
    unknown = {label: n for label, n in labels.items() if not vocabulary().concepts_of_label(label)}
    assert sum(unknown.values()) <= 0.01 * labels.total(), unknown


@needs_shared
def test_titles_are_classified() -> None:
    unknown = {t["title"] for t in _tables() if not vocabulary().kind_of_title(t["title"])}
    assert not unknown
