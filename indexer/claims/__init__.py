"""Every figure that prose states, as a claim with its meaning and its place."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.claims.links import Linker, Subject, fund_of
from indexer.claims.reader import Draft, SectionReader
from indexer.claims.words import flat
from indexer.types import BBox, Claim, ClaimRole, DocumentInfo, Fact, Paragraph, Section, SourceRef
from indexer.vocabulary import vocabulary

__all__ = ["sections_to_claims"]

_FUND_FAMILIES = ("func.", "econ.", "expenditure.", "carry.")
_SPECIAL = "fund.special"
"""Money beside the state's, which is no part of it."""
_TIMELESS = ("assets.", "count.", "units", "performance.")


def sections_to_claims(info: DocumentInfo, sections: Sequence[Section], facts: Sequence[Fact]) -> tuple[Claim, ...]:
    """The figures of a document's prose in printed order.

    `facts` lend the document's own classification codes to names like A（类）B（款）C（项）. A figure that speaks of
    income and expenditure at once ("收支总预算") gives one claim for each.
    """
    linker = Linker(facts)
    bodies = _bodies(info)
    claims: list[Claim] = []
    for section in sections:
        reader = SectionReader(section.path, linker, bodies, info.year)
        amounts: dict[str, dict[tuple[int | None, str], str]] = defaultdict(dict)
        for number, paragraph in enumerate(section.paragraphs):
            for draft in reader.read(paragraph):
                claim = _to_claim(info, section, number, paragraph, draft, reader.headings)
                claims.append(_as_part(claim, draft, amounts))
                for key in _own_keys(claim):
                    amounts[key][claim.year, claim.stage] = claim.id
    return tuple(claims)


def _bodies(info: DocumentInfo) -> re.Pattern[str] | None:
    """The department's names at the head of a clause, with what may follow them."""
    names = sorted({n for n in (info.department, *info.aliases) if len(n) > 2}, key=len, reverse=True)
    if not names:
        return None
    joined = "|".join(re.escape(flat(name)) for name in names)
    remark = r"(?:\([^()]*\))?"
    units = "(?:及|和|与)?(?:所属|下属)?各?(?:预算|事业)?(?:单位)?的?"
    return re.compile(rf"^(?:{joined}){remark}(?:本级|机关(?!运行|运转)|部门|本部)?{remark}{units}")


def _to_claim(
    info: DocumentInfo, section: Section, number: int, paragraph: Paragraph, draft: Draft, headings: Sequence[Subject]
) -> Claim:
    page, box = _place(paragraph, draft.start, draft.end)
    timeless = draft.concept.startswith(_TIMELESS) or draft.role is ClaimRole.COUNT
    default = "" if timeless or info.doc_type is None else info.doc_type.value
    year = draft.year if draft.year is not None else info.year
    base_year, base_stage = _base(info, draft, year)
    content = (info.id, section.id, number, draft.start, draft.concept, draft.role, draft.subject.text)
    return Claim(
        id=hashlib.sha256("\0".join(map(str, content)).encode()).hexdigest()[:20],
        document=info.id,
        section=section.id,
        subject=draft.subject.text,
        concept=draft.concept,
        code=draft.subject.code,
        context=section.path,
        role=draft.role,
        value=draft.value,
        unit=draft.unit,
        places=draft.places,
        year=year,
        base_year=base_year,
        stage=draft.stage if draft.stage is not None else default,
        share_of=draft.share_of,
        figure=paragraph.text[draft.start : draft.end],
        text=draft.sentence,
        source=SourceRef(info.id, page, box),
        base_stage=base_stage,
        fund=_fund(draft, headings),
    )


def _base(info: DocumentInfo, draft: Draft, year: int | None) -> tuple[int | None, str]:
    """Year and stage that a change is measured against; the year before where the sentence says none."""
    if draft.role not in (ClaimRole.CHANGE, ClaimRole.CHANGE_RATE):
        return None, ""
    if draft.base is None:
        return (year - 1 if year else None), ""
    if draft.base.year is not None:
        return draft.base.year, draft.base.stage
    return (year - draft.base.years_back if year else None), draft.base.stage


def _fund(draft: Draft, headings: Sequence[Subject]) -> str:
    """The fund named by the figure's own words, else by what it is a part of, else by the headings."""
    if not draft.concept.startswith(_FUND_FAMILIES):
        return ""
    own = draft.subject.fund or next((p.fund for p in draft.parents if p.fund), "")
    return own or next((h.fund or fund_of(h.text) for h in headings if h.fund or fund_of(h.text)), "")


def _as_part(claim: Claim, draft: Draft, amounts: dict[str, dict[tuple[int | None, str], str]]) -> Claim:
    """The claim with the id of the amount it is a part of, where one was stated."""
    for key in _parent_keys(claim, draft):
        if held := amounts.get(key):
            ref = held.get((claim.year, claim.stage)) or list(held.values())[-1]
            if ref != claim.id:
                return replace(claim, part_of=ref)
    return claim


def _own_keys(claim: Claim) -> Iterator[str]:
    """Under which keys later parts find an amount or a count."""
    if claim.role is ClaimRole.AMOUNT:
        yield f"{claim.concept}|{claim.fund}"
        yield claim.concept or claim.subject
    elif claim.role is ClaimRole.COUNT:
        yield f"{claim.subject}#{claim.unit}"


def _parent_keys(claim: Claim, draft: Draft) -> Iterator[str]:
    """Where the whole of a figure may be kept: what the text makes it a part of, then the vocabulary's sums."""
    if claim.role is ClaimRole.COUNT:
        yield from (f"{parent.text}#{claim.unit}" for parent in draft.parents)
    if claim.role is not ClaimRole.AMOUNT:
        return
    side = claim.concept.partition(".")[0]
    apart = claim.fund == _SPECIAL
    for parent in draft.parents:
        near = sorted(parent.concepts, key=lambda c: not c.startswith((side, "expenditure")))
        for key in near[:1] or [parent.text]:
            yield f"{key}|{claim.fund}"
            if not apart:
                yield key
    concepts = vocabulary().concepts
    child = claim.concept
    while child in concepts and (above := concepts[child].parent) in concepts and child in concepts[above].parts:
        yield f"{above}|{claim.fund}"
        child = above


def _place(paragraph: Paragraph, start: int, end: int) -> tuple[int, BBox]:
    """Page of the figure's first character, and the box of its lines on that page."""
    held: list[tuple[int, BBox]] = []
    for index, (page, box, offset) in enumerate(paragraph.lines):
        following = paragraph.lines[index + 1][2] if index + 1 < len(paragraph.lines) else len(paragraph.text) + 1
        if offset < end and following > start:
            held.append((page, box))
    page = held[0][0]
    boxes = [box for p, box in held if p == page]
    return page, (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
