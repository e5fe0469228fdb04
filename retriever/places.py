"""Where figures and sentences stand: citations and the other places that state the same."""

from __future__ import annotations

from dataclasses import replace

from prompts import say
from retriever.draft import Draft, Item, Passage, shown
from retriever.evidence import Figure
from retriever.library import Library
from retriever.types import Citation
from retriever.view import View

_FILE = "answers"
_QUOTED = 60


def view_of(library: Library, figure: Figure) -> View:
    return library.view(figure.info.id, figure.info.sha256)


def elsewhere(draft: Draft, library: Library) -> list[str]:
    """Where else the document states the same figure."""
    lines = []
    for item in draft.items[:2]:
        own = to_citation(item.figure, library)
        for other in _others(item, library)[:3]:
            citation = to_citation(other, library)
            if citation is None or item.verdict.disagreeing:
                continue
            if own and citation.page == own.page and citation.table == own.table:
                continue
            said = other.claim.figure if other.claim is not None else ""
            text = f"文字“{_short(citation.text, said)}”"
            where = f"《{citation.table}》“{citation.row}”" if citation.table else text
            lines.append(say(_FILE, "elsewhere", page=citation.page, where=where))
    return lines


def _short(text: str, said: str = "") -> str:
    """A text on one line; of a long one the part that says the figure, else the beginning."""
    text = "".join(text.splitlines())
    if len(text) <= _QUOTED:
        return text
    at = max(text.find(said), 0)
    start = max(text.rfind(mark, 0, at) + 1 for mark in "；;。：:")
    ends = [i for mark in "；;。" if (i := text.find(mark, at + len(said))) >= 0]
    start = max(start, at + len(said) - _QUOTED)
    end = min(min(ends, default=len(text)), start + _QUOTED)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def printed(figure: Figure) -> tuple[Figure, ...]:
    """The printed figures that a figure rests on."""
    if not figure.inputs:
        return (figure,)
    return tuple(f for i in figure.inputs for f in printed(i))


def to_citation(figure: Figure, library: Library) -> Citation | None:
    """Where a printed figure stands."""
    view = view_of(library, figure)
    if figure.fact is not None:
        source = figure.fact.source
        table = view.tables.get(figure.fact.table)
        return Citation(
            document=figure.info.id,
            department=figure.info.department,
            year=figure.info.year,
            doc_type=figure.info.doc_type.value if figure.info.doc_type else "",
            section="",
            table=table.title if table else "",
            row=_row_label(figure, view),
            column=" / ".join(figure.fact.measure_path),
            page=source.page,
            bbox=source.bbox,
            text=figure.fact.text or shown(figure),
        )
    if figure.claim is not None:
        source = figure.claim.source
        return Citation(
            document=figure.info.id,
            department=figure.info.department,
            year=figure.info.year,
            doc_type=figure.info.doc_type.value if figure.info.doc_type else "",
            section=" > ".join(figure.claim.context),
            table="",
            row="",
            column="",
            page=source.page,
            bbox=source.bbox,
            text=figure.claim.text,
        )
    return None


def _row_label(figure: Figure, view: View) -> str:
    assert figure.fact is not None
    return f"{figure.fact.code} {figure.fact.item}".strip() if figure.fact.code else figure.fact.item


def _passage_citation(
    passage: Passage, library: Library, documents: dict[str, tuple[str, int | None, str]]
) -> Citation:
    department, year, doc_type = documents.get(passage.document, ("", None, ""))
    return Citation(
        document=passage.document,
        department=department,
        year=year,
        doc_type=doc_type,
        section=passage.section,
        table=passage.table,
        row=passage.row,
        column="",
        page=passage.page,
        bbox=passage.bbox,
        text=passage.text[:400],
    )


def citations(draft: Draft, library: Library) -> tuple[Citation, ...]:
    """Every place that the answer rests on, once, the values' own first; then the other places that agree."""
    figures = [f for item in draft.items for f in printed(item.figure)]
    figures += [f for item in draft.support for f in printed(item.figure)]
    out: list[Citation] = []
    for figure in figures:
        citation = to_citation(figure, library)
        if citation is not None:
            out.append(citation)
    for item in (*draft.items, *draft.support):
        out += other_places(item, library)
    held = {d.id: (d.department, d.year, d.doc_type.value if d.doc_type else "") for d in library.catalog().documents}
    out += [_passage_citation(p, library, held) for p in draft.passages]
    return tuple({(c.document, c.page, c.bbox, c.text): c for c in out}.values())[:20]


def other_places(item: Item, library: Library) -> list[Citation]:
    """Places that state the same (or a contradicting) figure."""
    found = (to_citation(other, library) for other in _others(item, library))
    return [citation for citation in found if citation is not None]


def _others(item: Item, library: Library) -> list[Figure]:
    """What other places print of the same figure, or of one that contradicts it."""
    out: list[Figure] = []
    view = view_of(library, item.figure)
    for identity in (*item.verdict.disagreeing, *item.verdict.agreeing):
        if identity.relation != "same" and identity not in item.verdict.disagreeing:
            continue
        for ref in (identity.target.ref, *(t.ref for t in identity.terms)):
            fact, claim = view.facts.get(ref), view.claims.get(ref)
            if ref != item.figure.ref and (fact is not None or claim is not None):
                out.append(replace(item.figure, fact=fact, claim=None if fact is not None else claim, inputs=()))
    return out[:8]


def place_line(citation: Citation) -> str:
    if citation.table and citation.row and not citation.column:
        return say(
            _FILE,
            "place_row",
            document=citation.document,
            page=citation.page,
            table=citation.table,
            row=citation.row,
        )
    if citation.table and citation.row:
        return say(
            _FILE,
            "place",
            document=citation.document,
            page=citation.page,
            table=citation.table,
            row=citation.row,
            column=citation.column,
        )
    return say(
        _FILE,
        "place_text",
        document=citation.document,
        page=citation.page,
        text=citation.table or _short(citation.text),
    )
