"""Changes between two years, and a subject over years."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.text import convert, plain
from indexer.types import ClaimRole
from indexer.vocabulary import vocabulary
from retriever import compute
from retriever.catalog import Body
from retriever.draft import Draft, Item, common_unit, shown
from retriever.evidence import Figure, claim_figure, find_figures
from retriever.finder import change_claim
from retriever.query import Query, Subject
from retriever.task import TOTAL, Task, collect, missing, status_of
from retriever.types import Status
from retriever.verify import Verdict
from retriever.view import View

_SEVERALLY = re.compile("分别|各是|各为|各多少|各有")


def pair_years(task: Task, body: Body) -> tuple[int, int] | None:
    years = sorted(set(task.query.years))
    if len(years) >= 2:
        return years[-1], years[0]
    if years:
        return years[0], years[0] - 1
    if task.query.recent_years and len(body.years) > 1:
        recent = body.years[-max(task.query.recent_years, 2) :]  # 一年间 is from one year to the next
        return recent[-1], recent[0]
    latest = task.latest(body)
    back = min(task.query.relative_years, default=-1)
    return (latest, latest + min(back, -1)) if latest else None


def change(task: Task) -> Draft:
    """How a subject changed between two years: from both documents where held, else from this year's prose."""
    items: list[Item] = []
    support: list[Item] = []
    notes: list[str] = []
    leads: list[str] = []
    absent: Draft | None = None
    for body in task.bodies:
        pair = pair_years(task, body)
        for subject in task.query.subjects or (TOTAL,):
            if pair is None:
                continue
            now_year, base_year = pair
            now = task.find(body, now_year, subject)
            if not now.figures:
                absent = absent or missing(task, body, now_year, subject, now.missing)
                continue
            base = task.find(body, base_year, subject)
            if not base.figures:
                stated = _stated_change(task, body, now_year, base_year, subject)
                if stated is None:
                    absent = absent or missing(task, body, base_year, subject, base.missing)
                    continue
                items += stated
                leads.append(f"{now_year}年文件说明{stated[0].label}{shown(stated[0].figure)}。")
                continue
            a, b = now.figures[0], base.figures[0]
            delta = compute.difference(a, b, f"{a.label}{now_year}年比{base_year}年{_direction(a, b)}")
            rate = compute.growth(a, b, f"{a.label}{now_year}年比{base_year}年{_direction(a, b)}幅度")
            if _SEVERALLY.search(task.query.text):
                items += [task.item(b, f"{base_year}年{b.label}"), task.item(a, f"{now_year}年{a.label}")]
            items += [task.item(f) for f in _wanted_changes(task.query, delta, rate) if f is not None]
            support += [task.item(a), task.item(b)]
            leads.append(change_line(a, b, delta, rate, now_year, base_year))
            notes += [f.note for f in (a, b) if f.note]
            if rate is None:
                notes.append(f"{base_year}年为零，没有增长率可言。")
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="没有找到可以比较的两年的数。")
    return Draft(status_of(tuple(items)), tuple(items), "".join(leads), tuple(dict.fromkeys(notes)), tuple(support))


def _direction(a: Figure, b: Figure) -> str:
    unit = common_unit((a, b))
    x, y = convert(a.value, a.unit, unit), convert(b.value, b.unit, unit)
    return "增加" if x > y else "减少" if x < y else "持平"


def change_line(a: Figure, b: Figure, delta: Figure, rate: Figure | None, now: int, before: int) -> str:
    word = _direction(a, b)
    head = f"{a.info.department}{a.label}：{now}年{shown(a)}，{before}年{shown(b)}，"
    if word == "持平":
        return head + "两年持平，没有变化（增减0）。"
    amount = plain(abs(delta.value), delta.places) + delta.unit
    percent = f"，{'增长' if word == '增加' else '下降'}{plain(abs(rate.value), 2)}%" if rate else ""
    return f"{head}{word}{amount}{percent}。"


def _wanted_changes(query: Query, delta: Figure, rate: Figure | None) -> tuple[Figure | None, ...]:
    if query.wants_rate and not query.wants_amount:
        return (rate,)
    if query.wants_rate:
        return (delta, rate) if _amount_first(query.text) else (rate, delta)
    return (delta,)


def _amount_first(text: str) -> bool:
    rate = re.search(r"百分|%|幅|率|比例", text)
    amount = re.search(r"多少(?!百分)", text)
    return bool(amount and rate and amount.start() < rate.start())


def _stated_change(task: Task, body: Body, now: int, base: int, subject: Subject) -> list[Item] | None:
    """Change or rate as this year's prose states it, when the base year's figure cannot be had."""
    for document in body.documents:
        if document.year != now:
            continue
        view = task.library.view(document.id, document.sha256)
        out: list[Item] = []
        roles = (
            (ClaimRole.CHANGE_RATE, ClaimRole.CHANGE)
            if task.query.wants_rate
            else (ClaimRole.CHANGE, ClaimRole.CHANGE_RATE)
        )
        stated_rate = change_claim(subject, view, base, ClaimRole.CHANGE_RATE) is not None
        if task.query.wants_rate and not stated_rate:
            worked_out = _rate_from_change(task, view, base, subject)
            if worked_out:
                return worked_out
        for role in roles:
            claim = change_claim(subject, view, base, role)
            if claim is not None:
                word = "增加" if claim.value > 0 else "减少" if claim.value < 0 else "持平"
                out.append(task.item(claim_figure(claim, view, f"{subject.text}比{base}年{word}")))
        if out:
            return out
        derived = _change_from_parts(task, view, now, base, subject)
        if derived:
            return derived
    return None


def stated_change_text(task: Task) -> Draft | None:
    """The sentence in which prose says how a subject changed, where its reason is asked and no other is given."""
    for body in task.bodies:
        for document in body.documents:
            if document.year not in task.years(body):
                continue
            view = task.library.view(document.id, document.sha256)
            for subject in task.query.subjects:
                claim = change_claim(subject, view, None)
                if claim is not None:
                    figure = claim_figure(claim, view)
                    return Draft(Status.TEXT, lead=claim.text, support=(Item(figure, Verdict(Status.TEXT, ())),))
    return None


def _change_from_parts(task: Task, view: View, now: int, base: int, subject: Subject) -> list[Item] | None:
    """The change of a whole from the stated changes of all its parts."""
    concepts = vocabulary().concepts
    for concept in subject.concepts:
        parts = concepts[concept].parts if concept in concepts else ()
        claims = [change_claim(Subject(p, 0, 0, (p,)), view, base) for p in parts]
        if parts and all(c is not None for c in claims):
            figures = tuple(claim_figure(c, view, f"{c.subject}增减") for c in claims if c is not None)
            whole = compute.total(figures, "")
            word = "增加" if whole.value > 0 else "减少" if whole.value < 0 else "持平"
            return [task.item(replace(whole, label=f"{subject.text}{now}年比{base}年{word}"))]
    return None


def _rate_from_change(task: Task, view: View, base: int, subject: Subject) -> list[Item] | None:
    """A rate from this year's amount and the stated change."""
    if not task.query.wants_rate:
        return None
    now = find_figures(subject, view)
    claim = change_claim(subject, view, base)
    if len(now) != 1 or claim is None:
        return None
    change_figure = claim_figure(claim, view, "增减额")
    before = compute.difference(now[0], change_figure, f"{base}年")
    rate = compute.growth(now[0], before, f"{subject.text}比{base}年{'增长' if claim.value >= 0 else '下降'}")
    return [task.item(rate)] if rate is not None else None


def trend(task: Task) -> Draft:
    """A subject over years, oldest first, with the change over the whole span."""
    rows, absent = collect(task, task.query.subjects or (TOTAL,))
    items = tuple(task.item(f, f"{f.year}年{f.label}") for r in rows for f in r.figures)
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="没有找到各年的数。")
    steps = "，".join(f"{i.figure.year}年{shown(i.figure)}" for i in items)
    lead = f"{items[0].figure.info.department}{items[0].figure.label}：{steps}。"
    notes = [absent.lead] if absent is not None else []
    if len({r.subject for r in rows}) == 1 and len(items) > 1:
        a, b = items[-1].figure, items[0].figure
        delta = compute.difference(a, b, "")
        rate = compute.growth(a, b, "")
        notes.insert(0, change_line(a, b, delta, rate, a.year or 0, b.year or 0))
    notes += [i.figure.note for i in items if i.figure.note]
    return Draft(status_of(items), items, lead, tuple(dict.fromkeys(notes)))
