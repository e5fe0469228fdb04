"""Questions to begin with, made from what is held, so that each of them has an answer."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.types import DocumentInfo, Scope

PLAIN = ("三公经费多少", "请客吃饭花多少", "什么是基本支出")


def examples(documents: Sequence[DocumentInfo]) -> tuple[str, ...]:
    """At most six questions: plain ones, then one over years and one across departments where they are held."""
    if not documents:
        return ()
    named = [held for held in documents if held.department and held.year is not None and held.doc_type is not None]
    years: dict[tuple[str, str, Scope | None], set[int]] = {}
    for held in named:
        if held.year is not None and held.doc_type is not None:
            years.setdefault((held.department, held.doc_type, held.scope), set()).add(held.year)
    found = list(PLAIN)
    longest = max(years, key=lambda key: len(years[key]), default=None)
    if longest is not None:
        department, doc_type, _ = longest
        last = max(years[longest])
        found.append(f"{department}{last}年支出{doc_type}总额是多少")
        if last - 1 in years[longest]:
            found.append(f"{department}{last}年三公经费比{last - 1}年增加还是减少")
    common = _common_year(years)
    if common is not None:
        found.append(f"{common}年哪个部门的三公经费最多")
    return tuple(found)


def _common_year(years: dict[tuple[str, str, Scope | None], set[int]]) -> int | None:
    """The latest year for which two departments' documents of one type are held."""
    held = [
        (year, doc_type, department) for (department, doc_type, _), all_years in years.items() for year in all_years
    ]
    shared = {
        year
        for year, doc_type, department in held
        if any(y == year and t == doc_type and d != department for y, t, d in held)
    }
    return max(shared, default=None)
