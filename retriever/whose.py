"""Whose figures a question asks for."""

from __future__ import annotations

import re
from collections.abc import Callable

from indexer.text import fold
from indexer.types import Scope
from prompts import say
from retriever.catalog import Body, Catalog
from retriever.draft import Draft
from retriever.fuzzy import fuzzy_subjects
from retriever.language import language, squeeze
from retriever.library import Library
from retriever.masking import mask
from retriever.query import Operation, Query, Subject
from retriever.ranking import nearest
from retriever.subjects import clean
from retriever.types import Status
from retriever.units import ASKED, is_unit
from retriever.view import View

_FILE = "answers"
_EVERY_BODY = re.compile(
    r"各(?:个)?(?:部门|单位|局|家)|(?:哪个|哪家|哪些|几个|所有|全部|这几个|各家|哪一个)(?:部门|单位|局|委办局|机构)|谁的?|哪(?:个|家)(?:最|花|的)|部门(?:中|里|之间)"
)
_PRINTED = 0.9
"""Subjects from this score on are named as documents print them."""
OPENED = 12
"""How many documents may be opened to find out whose label a question names."""
_COMPARED = 60
"""How many departments one question may be asked over; more must be narrowed first."""


def unknown(query: Query, catalog: Catalog) -> Draft:
    """A department is named of which nothing is held."""
    lines = [say(_FILE, "unknown_department", name=name) for name in query.unknown_bodies]
    names = "、".join(sorted(b.name for b in catalog.bodies.values())[:12])
    return Draft(Status.NOT_FOUND, lead="".join(lines), notes=(say(_FILE, "held_departments", names=names),))


def near(text: str, catalog: Catalog, library: Library) -> tuple[str, ...]:
    """The few documents whose passages are nearest to a question."""
    every = library.store.documents()
    allowed = tuple(dict.fromkeys(d.id for d in catalog.documents))
    return library.once(
        (text, every, allowed),
        lambda: tuple(
            dict.fromkeys(
                h.place.document
                for h in nearest(library.store, text, None if len(every) == len(allowed) else allowed, 40)
            )
        )[:OPENED],
    )


_WORDED = (Operation.REASON, Operation.USAGE, Operation.PROSE)
"""What the words of a unit's own document may tell better than its department's."""
_AMONG = (Operation.RANK, Operation.COMPARE)
_EACH = re.compile("各|分别|每家|每个")
_REST = re.compile(r"其余|其他(?:几|各|[两二三四五六七八九十])|(?:[两二三四五六七八九十]|\d+)家(?:所属|下属|直属)?单位")
_NO_HEAD = re.compile(
    r"(?:不算|不含|除了?|不包括)[^,，。]{0,6}(?:本级|机关|本部)|(?:本级|机关|本部)[^,，。)]{0,3}(?:除外|不算|不含|不计|不包括|之外|以外)"
)


def units_of(catalog: Catalog, parent: str, without_head: bool) -> tuple[Body, ...]:
    """The units that a department's documents print figures of."""
    if parent not in catalog.bodies:
        return ()
    ids = {d.id for d in catalog.bodies[parent].documents}
    units = [b for b in catalog.bodies.values() if any(is_unit(d) and d.id in ids for d in b.documents)]
    return tuple(b for b in units if not (without_head and b.name.rstrip("）)").endswith(("本级", "机关", "本部"))))


def departments(query: Query, catalog: Catalog, library: Library) -> tuple[Body, ...] | Draft:
    """The departments asked about; a draft that asks back where that is open."""
    if (
        len(query.bodies) == 1
        and ASKED.search(query.text)
        and (
            query.operation in _AMONG
            or (query.operation is Operation.LOOKUP and _EACH.search(query.text))
            or (query.operation in (Operation.SUM, Operation.LOOKUP) and _REST.search(query.text))
        )
    ):
        units = units_of(catalog, query.bodies[0], without_head=bool(_NO_HEAD.search(query.text)))
        if units:
            return units
    if query.bodies:
        return tuple(catalog.bodies[b] for b in query.bodies if b in catalog.bodies)
    bodies = tuple(catalog.bodies.values())
    if len(bodies) == 1:
        return bodies
    among = query.operation is Operation.RANK and query.subjects and not _within(query)
    if _EVERY_BODY.search(query.text) or among:
        regional = tuple(catalog.bodies[b] for b in catalog.in_region(clean(squeeze(query.text)))) or bodies
        whole = _no_part_twice(regional, query)
        return whole if len(whole) <= _COMPARED else _which(whole)
    if query.operation is Operation.DEFINITION:
        if len(catalog.documents) <= OPENED:
            return bodies
        nearest = near(query.text, catalog, library)
        return tuple(b for b in bodies if any(d.id in nearest for d in b.documents)) or bodies[:1]
    owners = _owners(query, bodies, catalog, library)
    named = catalog.in_region(clean(squeeze(query.text))) if not owners else ()
    if len(named) == 1:
        return (catalog.bodies[named[0]],)  # the only one held of the region that is named
    if len(owners) == 1 or (query.operation in _WORDED and len(_head_of(owners, library)) == 1):
        return owners
    return _which(owners or bodies)


_UNITS_TOO = re.compile("单位|机构|学校|医院|中心")


def _no_part_twice(bodies: tuple[Body, ...], query: Query) -> tuple[Body, ...]:
    """A unit's money is in its department's: units by themselves are left out of a total over departments, and of
    a comparison that does not speak of units."""
    whole = tuple(b for b in bodies if any(d.scope is not Scope.UNIT for d in b.documents))
    together = Operation.SUM in query.operations or query.operation is Operation.SUM
    return bodies if not whole or (_UNITS_TOO.search(query.text) and not together) else whole


_MOST_NAMED = 20


def _which(bodies: tuple[Body, ...]) -> Draft:
    names = tuple(b.name for b in bodies)[:_MOST_NAMED]
    notes: tuple[str, ...] = ("、".join(names),)
    if len(bodies) > len(names):
        notes = (*notes, say(_FILE, "which_more", count=len(bodies), shown=len(names)))
    return Draft(Status.CLARIFY, lead=say(_FILE, "which_department"), notes=notes, choices=names)


def _owners(query: Query, bodies: tuple[Body, ...], catalog: Catalog, library: Library) -> tuple[Body, ...]:
    """The departments that print the very label asked about (a project has one owner), or words left over that
    only one department's documents hold."""
    labels = {label for s in query.subjects for label in s.labels if s.end > s.start and _is_particular(s)}
    regional = catalog.in_region(clean(squeeze(query.text)))
    codes = {c for s in query.subjects for c in s.codes}
    words = [p for p in query.leftover if len(p) >= 3]
    pieces = _pieces(query)
    if not labels and not words and not codes and not pieces:
        return ()
    few = len(catalog.documents) <= OPENED
    nearest = () if few else near(query.text, catalog, library)

    def exact(view: View) -> bool:
        if labels:
            return any(label in view.labels for label in labels)
        if codes:
            return any(code in view.by_code for code in codes)
        titles = " ".join((*(t.title for t in view.content.tables), *view.labels))
        return all(w in titles for w in words) or all(w in view.prose for w in words)

    def nearly(view: View) -> bool:
        return any(fuzzy_subjects(word, view.own_names) for word in words)

    def told_later(year: int | None) -> bool:
        return query.operation is Operation.REASON and year is not None and year - 1 in query.years

    def partly(view: View) -> bool:
        return any(piece in name for piece in pieces for name in view.own_names)

    def speaks(view: View) -> bool:
        return any(piece in view.prose or any(piece in label for label in view.labels) for piece in pieces)

    def holding(holds: Callable[[View], bool]) -> tuple[Body, ...]:
        among = (catalog.bodies[k] for k in regional) if regional and codes and not labels else bodies
        return tuple(
            body
            for body in among
            if any(
                holds(library.view(d.id, d.sha256))
                for d in body.documents
                if (few or d.id in nearest) and (not query.years or d.year in query.years or told_later(d.year))
            )
        )

    owners = holding(exact) or (holding(nearly) if words and not labels else ())
    if not owners and not labels and not codes and pieces:
        owners = holding(partly)
        if set(_head_of(holding(speaks), library)) != set(_head_of(owners, library)):
            owners = ()  # others speak of it too
    return owners if query.operation in _WORDED else _head_of(owners, library)


_PIECE = 3


def _pieces(query: Query) -> tuple[str, ...]:
    """Three characters in a row of what no subject explains: a name given in part (文峰塔 of 文峰塔修缮保护)."""
    text = mask(query.masked, tuple((s.start, s.end) for s in query.subjects))
    runs = re.findall("[\u4e00-\u9fff]{3,}", language().stopwords.sub(",", text))
    return tuple(dict.fromkeys(fold(run[i : i + _PIECE]) for run in runs for i in range(len(run) - _PIECE + 1)))


def _is_particular(subject: Subject) -> bool:
    """A project's own name, or an item of the functional classification: what few departments print."""
    return not subject.concepts or (subject.score >= _PRINTED and subject.concepts[0].startswith("func."))


def _head_of(owners: tuple[Body, ...], library: Library) -> tuple[Body, ...]:
    """Of a department and the units that its own documents name, the department: what a unit spends is in its figures."""
    for body in owners:
        views = [library.view(d.id, d.sha256) for d in body.documents if d.scope is not Scope.UNIT]
        printed = {name for view in views for name in (*view.labels, *(unit.department for unit in view.units))}
        if views and all(other is body or any(other.name in name for name in printed) for other in owners):
            return (body,)
    return owners


def _within(query: Query) -> bool:
    subject: Subject = query.subjects[0]
    return bool(
        subject.labels
        or subject.codes
        or subject.concepts[:1] not in (("expenditure.total",), ("income.total",), ("three_public.total",))
    )
