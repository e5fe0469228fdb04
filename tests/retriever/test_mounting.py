"""The lines that docs/search.md gives to other LlamaIndex programs do what it says."""

from __future__ import annotations

import re
from typing import Any

from indexer.settings import ROOT, Settings


def test_the_documented_lines_mount_retrieval_and_the_whole_answer(sample_settings: Settings) -> None:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.base_retriever import BaseRetriever

    from retriever.llama import YusuanQueryEngine, YusuanRetriever

    text = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
    lines = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(lines) == 1
    names: dict[str, Any] = {}
    program = lines[0].replace('"data/store"', repr(str(sample_settings.store)))
    exec(compile(program, "docs/search.md", "exec"), names)
    assert len(names["nodes"]) == 5
    assert any("公务接待费" in node.text for node in names["nodes"])
    assert names["response"].metadata["status"] in ("verified", "clarify")
    assert issubclass(YusuanRetriever, BaseRetriever)
    assert issubclass(YusuanQueryEngine, BaseQueryEngine)
    names["store"].close()
