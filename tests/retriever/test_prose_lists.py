"""Lists in prose."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from indexer.types import DocumentInfo, Paragraph, Section
from retriever.catalog import Catalog
from retriever.prose_lists import leads
from retriever.query import Operation
from retriever.understand import understand

INFO = DocumentInfo(id="d", title="", department="甲局", year=2023, doc_type=None, scope=None)


def test_a_list_longer_than_what_is_shown_is_counted_whole() -> None:
    paragraphs = tuple(Paragraph(f"{n}.第{n}科。", ((1, (0.0, 0.0, 1.0, 1.0), 0),)) for n in range(1, 41))
    section = Section("s", 0, ("内设机构",), 1, (1,), paragraphs)
    view = cast(Any, SimpleNamespace(info=INFO, content=SimpleNamespace(sections=(section,))))
    query = replace(understand("内设机构有几个", Catalog(()), {}), operation=Operation.COUNT)
    draft = leads(query, (view,))
    assert draft is not None
    assert draft.items[0].figure.value == 40
    assert draft.lead.startswith("内设机构共40项")
    assert draft.lead.endswith("等。")
