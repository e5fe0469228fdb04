"""The pipeline that tutorials build, to stand beside: plain page text, fixed-size chunks, the same embedding, top k,
and the best figure by regular expression (or by a language model, where one is given).

It knows no tables, years, departments or checks, never computes, and verifies nothing.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.score import Json, folded

if TYPE_CHECKING:
    from indexer.embedding import Embedding

CHUNK, OVERLAP, NEAREST = 512, 64, 5
"""Characters of a chunk and of its overlap with the next; chunks that are looked at."""
_FIGURE = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)\s*(亿元|万元|元|%|个百分点|个|辆|平方米|人次|批次)?")
_UNIT = re.compile(r"单位[:：]\s*(亿元|万元|元)")
_NO_AMOUNT = re.compile(r"20\d\d|\d{1,2}|\d{3}|\d{5}|\d{7}")
"""Years, numbering and classification codes."""
_BEFORE = 40
"""Characters before a figure that say what it is."""
Complete = Callable[[str], str]
"""A language model: a prompt to its text."""
_PROMPT = (
    "根据下面的预算文件片段回答问题，只用片段中的内容，给出数和单位；片段中没有就回答“未找到”。\n\n{passages}\n\n"
    "问题：{question}\n回答："
)


class PlainPipeline:
    """Answers by the nearest chunks alone."""

    def __init__(self, pdfs: Sequence[Path], embedding: Embedding, complete: Complete | None = None) -> None:
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter

        from indexer.embedding.llama import LlamaEmbedding
        from indexer.pdf.plain import plain_text

        pages = [
            Document(text=text, metadata={"document": pdf.stem, "page": number})
            for pdf in pdfs
            for number, text in enumerate(plain_text(pdf), 1)
            if text.strip()
        ]
        splitter = SentenceSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, tokenizer=list, include_prev_next_rel=False
        )
        index = VectorStoreIndex(splitter.get_nodes_from_documents(pages), embed_model=LlamaEmbedding(embedding))
        self._retriever = index.as_retriever(similarity_top_k=NEAREST)
        self._complete = complete

    def answer(self, case: Json) -> dict[str, Any]:
        """An answer object; of a conversation only the last turn, as such pipelines do."""
        started = time.perf_counter()
        question = str(case["turns"][-1] if case.get("turns") else case["question"])
        nodes = [n.node for n in self._retriever.retrieve(question)]
        passages = [(str(n.metadata["document"]), int(n.metadata["page"]), n.get_content()) for n in nodes]
        if self._complete is not None:
            prompt = _PROMPT.format(passages="\n\n".join(p[2] for p in passages), question=question)
            text = self._complete(prompt)
            found = best_figure(question, [(*passages[0][:2], text)]) if passages else None
        else:
            found = best_figure(question, passages)
            text = found[1] if found else (passages[0][2] if passages else "")
        values = [found[0]] if found else []
        places = [found[2:4]] if found else [p[:2] for p in passages[:1]]
        refused = not passages or "未找到" in text
        status = "not_found" if refused else "single_source" if found else "text"
        return {
            "id": case["id"],
            "question": question,
            "status": status,
            "text": text,
            "values": [] if refused else values,
            "citations": [{"document": d, "page": p, "bbox": None} for d, p in places],
            "timings_ms": {"total": round((time.perf_counter() - started) * 1000, 2)},
        }


def best_figure(question: str, passages: Sequence[tuple[str, int, str]]) -> tuple[dict[str, Any], str, str, int] | None:
    """The figure whose neighbouring words are most like the question, with those words, document and page."""
    asked = _pairs(question)
    best: tuple[float, dict[str, Any], str, str, int] | None = None
    for rank, (document, page, text) in enumerate(passages):
        flat = " ".join(text.split())
        unit = _UNIT.search(flat)
        for figure in _FIGURE.finditer(flat):
            number = figure.group(1).replace(",", "")
            if _NO_AMOUNT.fullmatch(figure.group(1)):
                continue
            around = flat[max(0, figure.start() - _BEFORE) : figure.end()]
            score = sum((asked & _pairs(around)).values()) - rank / 10
            if best is None or score > best[0]:
                value = {
                    "value": number,
                    "unit": figure.group(2) or (unit.group(1) if unit else "万元"),
                    "verified": False,
                }
                best = (score, value, around, document, page)
    return best[1:] if best else None


def _pairs(text: str) -> Counter[str]:
    plain = folded(text)
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))
