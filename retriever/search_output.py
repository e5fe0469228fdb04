"""A page of search results as JSON and as lines to read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from retriever.search import KIND_NAMES
from retriever.search_types import PROSE, FacetValue, SearchHit, SearchPage


def page_to_json(page: SearchPage) -> dict[str, Any]:
    """One object; a hit's `bbox` is in PDF points, origin top left, of its first page."""
    return {
        "text": page.text,
        "total": page.total,
        "complete": page.complete,
        "page": page.page,
        "pages": page.pages,
        "named": list(page.named),
        "absent": list(page.absent),
        "hits": [_hit(hit) for hit in page.hits],
        "facets": asdict(page.facets),
    }


def _hit(hit: SearchHit) -> dict[str, Any]:
    info, chunk = hit.info, hit.chunk
    return {
        "chunk": chunk.id,
        "document": info.id,
        "department": info.department,
        "year": info.year,
        "doc_type": info.doc_type.value if info.doc_type else "",
        "scope": info.scope.value if info.scope else "",
        "kind": chunk.table_kind or PROSE,
        "title": chunk.title,
        "pages": list(chunk.pages),
        "bbox": chunk.bbox,
        "snippet": hit.snippet,
        "marks": [list(mark) for mark in hit.marks],
        "score": round(hit.score, 4),
    }


def page_to_text(page: SearchPage) -> str:
    """Lines for a terminal; what was searched for stands in 【】."""
    if not page.total:
        return "没有找到相符的段落或表格。"
    lines = [f"没有哪处印有 {'、'.join(page.absent)}；以下是最接近的。"] if page.absent else []
    first = (page.page - 1) * page.size + 1
    for number, hit in enumerate(page.hits, start=first):
        pages = "、".join(map(str, hit.chunk.pages))
        kind = KIND_NAMES.get(hit.chunk.table_kind or PROSE, "")
        lines += [f"{number}. {hit.info.id} 第{pages}页 {kind} {hit.chunk.title}", f"   {_marked(hit)}"]
    more = "" if page.complete else "（最接近的）"
    lines.append(f"共 {page.total} 处{more}，第 {page.page}/{page.pages} 页")
    facets = (
        ("部门", page.facets.departments), ("年度", page.facets.years), ("类型", page.facets.doc_types),
        ("表格", page.facets.table_kinds),
    )  # fmt: skip
    lines += [f"{name}：{_counts(values)}" for name, values in facets if values]
    return "\n".join(lines)


def _counts(values: tuple[FacetValue, ...]) -> str:
    return "，".join(f"{v.label} {v.count}" for v in values[:8])


def _marked(hit: SearchHit) -> str:
    text = hit.snippet
    for start, end in reversed(hit.marks):
        text = f"{text[:start]}【{text[start:end]}】{text[end:]}"
    return text
