"""Carry out a query: one small function for each operation, from query to draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.text import convert, plain
from indexer.types import ClaimRole
from indexer.vocabulary import vocabulary
from retriever import compute, prose
from retriever.catalog import Body
from retriever.draft import Draft, Item, common_unit, shown
from retriever.evidence import Figure, claim_figure, find_figures
from retriever.finder import Found, change_claim, find
from retriever.library import Library
from retriever.members import members_of, whole_of
from retriever.query import Operation, Query, Subject
from retriever.types import Status
from retriever.verify import Verdict, verify, worst
from retriever.view import View, label_key

TOTAL = Subject("预算总额", 0, 0, ("expenditure.total", "income.total"), score=0.8)
_PARTED = re.compile(r"占(?!比|多少|了?几|到)")
_INSIDE = re.compile(r"^(?:支出|预算|经费)?(?:里面?|中|当中|之中)")


@dataclass(frozen=True, slots=True)
class Task:
    """A query with what it is asked over: bodies (at least one) and the library."""

    query: Query
    library: Library
    bodies: tuple[Body, ...]

    def years(self, body: Body) -> tuple[int | None, ...]:
        """The years asked about; the latest held when none is said."""
        query, held = self.query, body.years
        if query.years:
            return query.years
        if not held:
            return (None,)
        if query.recent_years:
            return held[-query.recent_years :]
        if query.relative_years and query.operation not in (Operation.CHANGE, Operation.GROWTH):
            return tuple(held[-1] + offset for offset in sorted(query.relative_years))
        if query.operation is Operation.TREND:
            return held
        return (self._latest(body),)

    def _latest(self, body: Body) -> int | None:
        wanted = self.query.stage if self.query.stage_strong else ""
        years = [
            d.year for d in body.documents if d.year and (not wanted or (d.doc_type and d.doc_type.value == wanted))
        ]
        return max(years, default=body.years[-1])

    def find(self, body: Body, year: int | None, subject: Subject, counted: str = "") -> Found:
        """One subject's figures for one body and year."""
        return find(self.library, body, year, subject, self.query, counted)

    def item(self, figure: Figure, label: str = "") -> Item:
        """A figure with its verdict; a computed one is as good as the worst of its inputs."""
        return Item(figure, self.verdict(figure), label or figure.label)

    def verdict(self, figure: Figure) -> Verdict:
        """Check a printed figure by its document's identities, a computed one by its inputs."""
        view = self.library.view(figure.info.id, figure.info.sha256)
        own = verify(figure, view)
        if not figure.inputs:
            return own
        inner = tuple(self.verdict(i) for i in figure.inputs)
        checks = own.checks + tuple(c for v in inner for c in v.checks)
        return Verdict(
            worst(tuple(v.status for v in inner)),
            checks,
            tuple(i for v in inner for i in v.agreeing),
            tuple(i for v in inner for i in v.disagreeing),
        )


def status_of(items: tuple[Item, ...]) -> Status:
    """The status of an answer from those of its values."""
    return worst(tuple(i.verdict.status for i in items))


def name_of(figure: Figure) -> str:
    """Whose, which year's and which stage's figure: 甲局2023年预算."""
    year = f"{figure.year}年" if figure.year else ""
    return f"{figure.info.department}{year}{figure.stage}"


def missing(task: Task, body: Body, year: int | None, subject: Subject, why: str) -> Draft:
    """What is not held, and what is near."""
    held = "、".join(f"{d.year}年{d.doc_type.value if d.doc_type else ''}" for d in body.documents)
    what = f"“{subject.text}”"
    if why == "year":
        lead = f"库中没有{body.name}{year}年的文件，找不到{what}的数。"
    elif why == "final":
        lead = f"库中没有{body.name}{year or ''}{'年' if year else ''}的决算，只有预算；决算（实际支出）数未知。"
    elif why == "budget":
        lead = f"库中没有{body.name}{year or ''}{'年' if year else ''}的预算文件。"
    else:
        lead = f"{body.name}{f'{year}年' if year else ''}的文件里没有{what}这一项的数。"
    return Draft(Status.NOT_FOUND, lead=lead, notes=(f"库中有的文件：{body.name} {held}。",))


@dataclass(frozen=True, slots=True)
class _Row:
    body: Body
    year: int | None
    subject: Subject
    figures: tuple[Figure, ...]
    twins: tuple[Figure, ...]


def _collect(task: Task, subjects: tuple[Subject, ...]) -> tuple[tuple[_Row, ...], Draft | None]:
    """Every (body, year, subject) with its figures; and the draft that says what is missing, for the first one."""
    rows: list[_Row] = []
    absent: Draft | None = None
    for body in task.bodies:
        for year in task.years(body):
            for subject in subjects:
                for counted in counted_units(task.query, subject):
                    found = task.find(body, year, subject, counted)
                    if found.figures:
                        rows.append(_Row(body, year, subject, found.figures, found.twins))
                    elif absent is None:
                        absent = missing(task, body, year, subject, found.missing)
    return tuple(rows), absent


_COUNTED = re.compile(r"(?:几|多少)(辆|台|套|个|平方米|平米|㎡|批次|批|人次|幅|册|栋|间)")
_WORTH = re.compile(r"值多少|价值|值几|账面|原值|多少钱|金额|多少万|多少元")
_UNIT_NAMES = {"平米": "平方米", "㎡": "平方米"}


def counted_units(query: Query, subject: Subject) -> tuple[str, ...]:
    """Which units of a subject are wanted: "" for money, else a counted unit."""
    stock = any(c.startswith(("assets", "count.")) for c in subject.concepts)
    if not stock:
        return ("",)
    concept = next((vocabulary().concepts[c] for c in subject.concepts if c in vocabulary().concepts), None)
    asked = [_UNIT_NAMES.get(m, m) for m in _COUNTED.findall(query.text)]
    if "面积" in query.text:
        asked.append("平方米")
    fitting = [
        u
        for u in asked
        if (u == "平方米")
        == bool(concept and ("house" in concept.id or "land" in concept.id or "office" in concept.id))
    ]
    units = list(dict.fromkeys(fitting))
    if not units and re.search(r"数量|有几|有多少(?!钱)", query.text) and concept and "vehicle" in concept.id:
        units = ["辆"]
    if not units or _WORTH.search(query.text):
        units.append("")
    return tuple(units)


def lookup(task: Task) -> Draft:
    """Each subject's figure for each body and year, in the order asked for."""
    query = task.query
    if any(_is_any_project(s) for s in query.subjects):
        named = tuple(_ALL_PROJECTS if _is_any_project(s) else s for s in query.subjects)
        task, query = replace(task, query=replace(query, subjects=named)), replace(query, subjects=named)
    stages = ("预算", "决算") if query.both_stages else (query.stage,)
    items: list[Item] = []
    support: list[Item] = []
    absent: Draft | None = None
    notes: list[str] = []
    for stage in stages:
        staged = replace(
            task, query=replace(query, stage=stage, stage_strong=query.stage_strong or bool(query.both_stages))
        )
        rows, gap = _collect(staged, query.subjects)
        absent = absent or gap
        for row in rows:
            items += [task.item(f) for f in row.figures]
            support += [task.item(t) for t in row.twins]
            notes += _twin_notes(row) + _stage_notes(task, row)
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="文件里没有找到能回答这个问题的数。")
    if absent is not None:
        notes.append(absent.lead)
    notes += [f.figure.note for f in items if f.figure.note]
    return Draft(status_of(tuple(items)), tuple(items), notes=tuple(dict.fromkeys(notes)), support=tuple(support))


_ALL_PROJECTS = Subject("项目支出", 0, 0, ("expenditure.project",))


def _is_any_project(subject: Subject) -> bool:
    """项目 without a name: what all projects cost."""
    return subject.concepts[:1] == ("project.item",) and not subject.labels


def _twin_notes(row: _Row) -> list[str]:
    out = []
    for own, twin in zip(row.figures, row.twins, strict=False):
        scope = twin.info.scope.value if twin.info.scope else ""
        same = common_unit((own, twin)) and convert_equal(own, twin)
        out.append(
            f"同一机构另有《{twin.info.title}》（{scope}口径），该数为{shown(twin)}，"
            + ("两者一致。" if same else "两者不同，口径不同，不可相加。")
        )
    return out


def convert_equal(a: Figure, b: Figure) -> bool:
    """Whether two figures are the same amount."""
    unit = common_unit((a, b))
    try:
        return convert(a.value, a.unit, unit) == convert(b.value, b.unit, unit)
    except KeyError:
        return a.value == b.value


def _stage_notes(task: Task, row: _Row) -> list[str]:
    """With both stages held and none asked for, say which was taken and what the other says."""
    figure = row.figures[0]
    if task.query.stage == "决算" and figure.stage == "预算":
        return ["库中没有这一年的决算，以上为预算安排数，不是实际支出。"]
    if task.query.stage or task.query.both_stages:
        return []
    other = {"预算": "决算", "决算": "预算"}.get(figure.stage, "")
    if not any(d.year == row.year and d.doc_type and d.doc_type.value == other for d in row.body.documents):
        return []
    asked = replace(task.query, stage=other, stage_strong=True)
    found = find(task.library, row.body, row.year, row.subject, asked)
    return [f"以上为{figure.stage}数；{other}数为{shown(found.figures[0])}。"] if found.figures else []


def sum_up(task: Task) -> Draft:
    """One total over the subjects, bodies or years asked for."""
    query = task.query
    subjects = query.subjects
    if len(subjects) == 1 and subjects[0].concepts[:1] == ("project.item",) and not subjects[0].labels:
        return _sum_members(task, subjects[0])
    rows, absent = _collect(task, subjects)
    figures = tuple(f for r in rows for f in r.figures)
    if absent is not None:
        return replace(absent, notes=(*absent.notes, *(f"{name_of(f)}{f.label} {shown(f)}。" for f in figures)))
    if len(figures) < 2:
        return lookup(task)
    whole = compute.total(figures, "合计")
    item = task.item(whole, "、".join(dict.fromkeys(f.label for f in figures)) + "合计")
    support = tuple(task.item(f) for f in figures)
    return Draft(
        item.verdict.status,
        (item,),
        notes=tuple(f"{name_of(f)}{f.label} {shown(f)}。" for f in figures),
        support=support,
    )


def _sum_members(task: Task, subject: Subject) -> Draft:
    body = task.bodies[0]
    year = task.years(body)[0]
    figures = members_of(task, body, year, subject)
    if not figures:
        return missing(task, body, year, subject, "subject")
    whole = compute.total(figures, f"{len(figures)}个项目合计")
    checked = whole_of(task, body, year, subject)
    item = task.item(whole)
    notes = []
    if checked is not None and convert_equal(whole, checked):
        item = Item(whole, replace(item.verdict, status=Status.VERIFIED), whole.label)
        notes.append(
            f"与《{task.library.view(checked.info.id, checked.info.sha256).tables[checked.fact.table].title}》的{checked.label}{shown(checked)}一致。"
            if checked.fact
            else ""
        )
    elif checked is not None:
        notes.append(f"文件另载项目支出合计{shown(checked)}，与各项目之和不同。")
    return Draft(
        item.verdict.status, (item,), notes=tuple(n for n in notes if n), support=tuple(task.item(f) for f in figures)
    )


def _part_and_whole(task: Task) -> tuple[tuple[Subject, ...], Subject]:
    """Numerators and denominator of a share, by where they stand around 占."""
    query = task.query
    subjects = query.subjects
    if len(subjects) == 1:
        concepts = set(subjects[0].concepts)
        whole = Subject("支出总计", 0, 0, ("expenditure.total", "total"))
        if concepts & {"procurement.goods", "procurement.works", "procurement.services"}:
            whole = Subject("政府采购合计", 0, 0, ("procurement.total",))
        elif any(c.startswith("income.") for c in concepts):
            whole = Subject("收入总计", 0, 0, ("income.total",))
        return subjects, whole
    cut = _PARTED.search(query.masked)
    left = tuple(s for s in subjects if cut and s.end <= cut.start())
    right = tuple(s for s in subjects if cut and s.start >= cut.end())
    if left and right:
        if len(left) > 1 and re.match(r"^(?:支出|预算|经费)?(?:里面?|中|当中|之中)", query.masked[left[0].end :]):
            left = left[1:]
        return left, right[0]
    if _INSIDE.match(query.masked[subjects[0].end :]) or subjects[0].concepts[:1] == ("procurement.total",):
        return subjects[1:], subjects[0]
    if cut and right and not left:
        return right[1:] or right, right[0]
    return subjects[:-1], subjects[-1]


def shares(task: Task) -> Draft:
    """A part ÷ its whole, for each body and year; several parts are added first where the question adds them."""
    parts, whole = _part_and_whole(task)
    items: list[Item] = []
    support: list[Item] = []
    absent: Draft | None = None
    adds = Operation.SUM in task.query.operations or re.search(r"合计|一共|加起来|之和|总和", task.query.masked)
    for body in task.bodies:
        for year in task.years(body):
            below = task.find(body, year, whole)
            above = [task.find(body, year, p) for p in parts]
            if not below.figures or not all(a.figures for a in above):
                gone = next((p for p, a in zip(parts, above, strict=True) if not a.figures), whole)
                absent = absent or missing(
                    task, body, year, gone, next((a.missing for a in (*above, below) if a.missing), "subject")
                )
                continue
            figures = tuple(a.figures[0] for a in above)
            tops = (
                (compute.total(figures, "、".join(f.label for f in figures)),) if adds and len(figures) > 1 else figures
            )
            for top in tops:
                figure = compute.share(top, below.figures[0], f"{top.label}占{below.figures[0].label}的比例")
                if figure is not None:
                    items.append(task.item(figure))
            support += [task.item(f) for f in (*figures, below.figures[0])]
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="分母为零或没有列数，算不出比例。")
    notes = tuple(
        dict.fromkeys(
            f"分母为{name_of(i.figure.inputs[1])}的{i.figure.inputs[1].label}（{shown(i.figure.inputs[1])}）。"
            for i in items
        )
    )
    return Draft(status_of(tuple(items)), tuple(items), notes=notes, support=tuple(support))


def _pair_years(task: Task, body: Body) -> tuple[int, int] | None:
    years = sorted(set(task.query.years))
    if len(years) >= 2:
        return years[-1], years[0]
    if years:
        return years[0], years[0] - 1
    if task.query.recent_years and len(body.years) > 1:
        recent = body.years[-task.query.recent_years :]
        return recent[-1], recent[0]
    latest = task._latest(body)
    return (latest, latest - 1) if latest else None


def change(task: Task) -> Draft:
    """How a subject changed between two years: from both documents where held, else from this year's prose."""
    items: list[Item] = []
    support: list[Item] = []
    notes: list[str] = []
    leads: list[str] = []
    absent: Draft | None = None
    for body in task.bodies:
        pair = _pair_years(task, body)
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
            items += [task.item(f) for f in _wanted_changes(task.query, delta, rate) if f is not None]
            support += [task.item(a), task.item(b)]
            leads.append(_change_line(a, b, delta, rate, now_year, base_year))
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


def _change_line(a: Figure, b: Figure, delta: Figure, rate: Figure | None, now: int, before: int) -> str:
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
        rate = _rate_from_change(task, view, base, subject)
        if rate:
            return rate
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


def compare(task: Task) -> Draft:
    """Two figures side by side: bodies, stages, scopes, years or subjects."""
    pairs = _compared(task)
    if isinstance(pairs, Draft):
        return pairs
    a, b = pairs
    delta = compute.difference(a, b, "相差")
    higher, lower = (a, b) if delta.value >= 0 else (b, a)
    top, low = _short_name(higher, lower, a), _short_name(lower, higher, b)
    gap = plain(abs(delta.value), delta.places) + delta.unit
    both = f"{name_of(a)}{a.label}{shown(a)}，{name_of(b)}{b.label}{shown(b)}"
    lead = f"{both}，两者相同，相差0。" if delta.value == 0 else f"{both}；{top}更高，比{low}多{gap}。"
    item = task.item(replace(delta, value=abs(delta.value)), "相差")
    items: tuple[Item, ...] = (item,)
    if _ASKS_WHICH.search(task.query.text) and not _ASKS_GAP.search(task.query.text):
        items = (task.item(higher), task.item(lower))
    if task.query.wants_rate and not task.query.wants_amount:
        rate = compute.growth(a, b, "相差幅度")
        items = (task.item(rate), item) if rate is not None else items
    return Draft(item.verdict.status, items, lead, support=(task.item(a), task.item(b)))


_ASKS_WHICH = re.compile("哪|谁")
_ASKS_GAP = re.compile("差|(?:多|少|高|低|大|小)(?:了|出)?(?:多少|几)")


def _short_name(figure: Figure, other: Figure, first: Figure) -> str:
    del first
    if figure.info.department != other.info.department:
        return f"{figure.info.department}的{figure.label}"
    if figure.year != other.year:
        return f"{figure.year}年的{figure.label}"
    if figure.label != other.label:
        return figure.label
    return f"{figure.info.scope.value if figure.info.scope else ''}{figure.stage}的{figure.label}"


def _compared(task: Task) -> tuple[Figure, Figure] | Draft:
    query = task.query
    subjects = query.subjects or (TOTAL,)

    def one(body: Body, year: int | None, subject: Subject, changed: Query = query) -> Figure | Draft:
        found = find(task.library, body, year, subject, changed)
        return found.figures[0] if found.figures else missing(task, body, year, subject, found.missing)

    first = task.bodies[0]
    years = task.years(first)
    if len(task.bodies) >= 2:
        stages = stages_by_body(query, task.bodies)
        found = [
            one(
                b,
                task.years(b)[0],
                subjects[min(i, len(subjects) - 1)],
                replace(query, stage=s or query.stage, both_stages=False),
            )
            for i, (b, s) in enumerate(zip(task.bodies[:2], stages, strict=False))
        ]
    elif len(subjects) >= 2:
        found = [one(first, years[0], s) for s in subjects[:2]]
    elif query.both_stages:
        found = [
            one(first, years[0], subjects[0], replace(query, stage=s, stage_strong=True)) for s in ("预算", "决算")
        ]
    elif re.search(r"部门.{0,6}单位|单位.{0,6}部门|本级.{0,6}部门|部门.{0,6}本级", query.text):
        found = [one(first, years[0], subjects[0], replace(query, scope=s)) for s in ("部门", "单位")]
    else:
        pair = _pair_years(task, first)
        found = [one(first, y, subjects[0]) for y in (pair or ())]
    for result in found:
        if isinstance(result, Draft):
            return result
    figures = [f for f in found if isinstance(f, Figure)]
    if len(figures) < 2:
        return Draft(Status.NOT_FOUND, lead="没有找到可以比较的两个数。")
    return figures[0], figures[1]


def stages_by_body(query: Query, bodies: tuple[Body, ...]) -> tuple[str, ...]:
    """甲局预算的…和乙局决算的…: the stage word that stands behind each department's name."""
    if not query.both_stages:
        return tuple(query.stage for _ in bodies)
    words = re.findall(r"\||预算|决算|实际", query.masked)
    out: list[str] = []
    seen_mask = False
    for word in words:
        if word == "|":
            seen_mask = True
        elif seen_mask and len(out) < len(bodies):
            out.append("预算" if word == "预算" else "决算")
            seen_mask = False
    return tuple(out) + ("",) * (len(bodies) - len(out))


def multiples(task: Task) -> Draft:
    """How many times one figure is another."""
    pairs = _compared(replace(task, query=replace(task.query, years=tuple(sorted(task.query.years, reverse=True)))))
    if isinstance(pairs, Draft):
        return pairs
    figure = compute.multiple(pairs[0], pairs[1], "倍数")
    if figure is None:
        return Draft(Status.NOT_FOUND, lead="除数为零，算不出倍数。")
    item = task.item(figure, f"{name_of(pairs[0])}{pairs[0].label}是{name_of(pairs[1])}{pairs[1].label}的倍数")
    return Draft(item.verdict.status, (item,), support=tuple(task.item(f) for f in pairs))


def completion(task: Task) -> Draft:
    """决算 ÷ 年初预算."""
    items: list[Item] = []
    support: list[Item] = []
    absent: Draft | None = None
    for body in task.bodies:
        for year in task.years(body):
            for subject in task.query.subjects or (TOTAL,):
                strong = replace(task.query, both_stages=False, stage_strong=True)
                done = find(task.library, body, year, subject, replace(strong, stage="决算"))
                plan = find(task.library, body, year, subject, replace(strong, stage="预算"))
                if not done.figures or not plan.figures:
                    absent = absent or missing(
                        replace(task, query=replace(strong, stage="决算")),
                        body,
                        year,
                        subject,
                        done.missing or plan.missing,
                    )
                    continue
                figure = compute.share(done.figures[0], plan.figures[0], f"{done.figures[0].label}完成预算的比例")
                if figure is not None:
                    items.append(_as_printed(task, subject, figure, ClaimRole.COMPLETION))
                    support += [task.item(done.figures[0]), task.item(plan.figures[0])]
    if not items:
        return absent or Draft(Status.NOT_FOUND, lead="年初预算为零，没有完成率。")
    return Draft(status_of(tuple(items)), tuple(items), support=tuple(support))


def _as_printed(task: Task, subject: Subject, figure: Figure, role: ClaimRole) -> Item:
    """A computed percentage as the document prints it, where the two differ by the rounding of its inputs only."""
    item = task.item(figure)
    view = task.library.view(figure.info.id, figure.info.sha256)
    for concept in subject.concepts:
        for claim in view.claims_by_concept.get(concept, ()):
            if claim.role is role and claim.unit == "%" and claim.year in (None, figure.year):
                if 0 < abs(claim.value - figure.value) <= Decimal("0.015"):
                    return replace(item, figure=replace(figure, value=claim.value, places=claim.places))
    return item


_PER = re.compile(r"每(?:一)?(人次|批次|批|辆|台|人|场|次|平方米|平米|个)")


def per_unit(task: Task) -> Draft:
    """An amount ÷ a count that the same document states (人次, 批次, 辆 …)."""
    query = task.query
    m = _PER.search(query.text)
    unit = _UNIT_NAMES.get(m.group(1), m.group(1)) if m else ""
    body = task.bodies[0]
    year = task.years(body)[0]
    subject = (query.subjects or (TOTAL,))[0]
    found = task.find(body, year, subject)
    if not found.figures:
        return missing(task, body, year, subject, found.missing)
    amount = found.figures[0]
    count = _given_count(query, amount) or _count_near(task, amount, subject, unit)
    if count is None:
        return Draft(
            Status.NOT_FOUND,
            lead=f"文件没有写明{subject.text}对应的{unit or '数量'}，算不出平均数。",
            support=(task.item(amount),),
        )
    figure = compute.per_unit(amount, count, f"{amount.label}平均每{unit or count.unit}")
    if figure is None:
        return Draft(Status.NOT_FOUND, lead="数量为零，算不出平均数。")
    item = task.item(figure)
    return Draft(item.verdict.status, (item,), support=(task.item(amount), task.item(count)))


_GIVEN = re.compile(r"(\d[\d,]*)(?:多)?(人次|批次|位|名|人|户|辆|台|套|个|场|次|家|平方米)")


def _given_count(query: Query, amount: Figure) -> Figure | None:
    """A count that the question itself gives (按8600位老人算)."""
    m = _GIVEN.search(query.masked)
    if m is None:
        return None
    number = Decimal(m.group(1).replace(",", ""))
    return replace(
        amount,
        label="问题给出的数量",
        value=number,
        unit=m.group(2),
        places=0,
        fact=None,
        claim=None,
        inputs=(),
        note="",
    )


def _count_near(task: Task, amount: Figure, subject: Subject, unit: str) -> Figure | None:
    view = task.library.view(amount.info.id, amount.info.sha256)
    concepts = {c.split(".")[-1] for c in subject.concepts}
    units = {
        "人次": ("人次", "人"),
        "人": ("人", "人次"),
        "批": ("批", "批次", "个"),
        "批次": ("批次", "批", "个"),
    }.get(unit, (unit,))
    for wanted in units:
        for claim in view.content.claims:
            if claim.role is ClaimRole.COUNT and (not unit or claim.unit == wanted):
                near = claim.concept.split(".")[-1]
                if any(c in near or near.startswith(c) for c in concepts) or any(
                    subject.text[:2] in x for x in (claim.subject, *claim.context, claim.text)
                ):
                    return claim_figure(claim, view)
    return None


def rank(task: Task) -> Draft:
    """The largest or smallest of some members: years, bodies, projects, parts of a code."""
    query = task.query
    subject = (query.subjects or (TOTAL,))[0]
    figures: list[Figure] = []
    by = "item"
    if len(task.bodies) > 1:
        by = "body"
        for body in task.bodies:
            found = task.find(body, task.years(body)[0], subject)
            figures += found.figures[:1]
    elif len(task.years(task.bodies[0])) > 1 or re.search("哪(?:一)?年", query.text):
        by = "year"
        body = task.bodies[0]
        years = query.years or body.years
        for year in years:
            figures += task.find(body, year, subject).figures[:1]
    else:
        body = task.bodies[0]
        figures = list(members_of(task, body, task.years(body)[0], subject))
    if not figures:
        body = task.bodies[0]
        return missing(task, body, task.years(body)[0], subject, "subject")
    unit = common_unit(tuple(figures))
    nonzero = [f for f in figures if f.value != 0] if query.ascending else figures
    ordered = sorted(nonzero or figures, key=lambda f: convert(f.value, f.unit, unit), reverse=not query.ascending)
    top = query.top or 1
    if query.nth and query.nth <= len(ordered):
        ordered = ordered[query.nth - 1 :]
        top = 1
    items = tuple(task.item(f, _ranked_label(f, by)) for f in ordered[:top])
    scope = {"body": f"在{len(figures)}个部门中", "year": f"在{len(figures)}个年度中", "item": f"在{len(figures)}项中"}[
        by
    ]
    word = (f"第{query.nth}" if query.nth else "最") + ("小" if query.ascending else "大")
    lead = (
        f"{scope}，{subject.text if subject.end else '预算总额'}{word}的{'是' if top == 1 else f'{len(items)}项依次是'}"
        + "、".join(f"{i.label}（{shown(i.figure)}）" for i in items)
        + "。"
    )
    rest = tuple(
        f"其余：{'、'.join(f'{_ranked_label(f, by)} {shown(f)}' for f in ordered[top : top + 12])}。"
        for _ in (0,)
        if len(ordered) > top and by != "item"
    )
    return Draft(status_of(items), items, lead, rest)


def _ranked_label(figure: Figure, by: str) -> str:
    if by == "body":
        return f"{figure.info.department}{figure.label}"
    if by == "year":
        return f"{figure.year}年{figure.label}"
    return figure.label


def filter_list(task: Task) -> Draft:
    """Members above or below a threshold."""
    query = task.query
    body = task.bodies[0]
    year = task.years(body)[0]
    subject = (query.subjects or (Subject("项目", 0, 0, ("project.item",)),))[0]
    figures = members_of(task, body, year, subject)
    if not figures or query.threshold is None:
        return missing(task, body, year, subject, "subject")
    limit = query.threshold
    kept = [
        f
        for f in figures
        if (convert(f.value, f.unit, "元") > limit.amount) == limit.above
        and convert(f.value, f.unit, "元") != limit.amount
    ]
    kept.sort(key=lambda f: convert(f.value, f.unit, "元"), reverse=True)
    items = tuple(task.item(f) for f in kept)
    amount = plain(convert(limit.amount, "元", "万元").normalize())
    word = "超过" if limit.above else "低于"
    lead = (
        f"{len(figures)}项中有{len(kept)}项{word}{amount}万元"
        + ("：" + "、".join(f"{f.label}（{shown(f)}）" for f in kept) if kept else "")
        + "。"
    )
    if query.operation is Operation.COUNT:
        return Draft(
            Status.TEXT if not kept else status_of(items),
            (_counted(task, kept or list(figures), len(kept)),),
            lead,
            support=items,
        )
    return Draft(status_of(items) if items else Status.TEXT, items, lead)


def _counted(task: Task, members: list[Figure], number: int, unit: str = "个") -> Item:
    figure = replace(
        members[0],
        label="数量",
        value=Decimal(number),
        unit=unit,
        places=0,
        fact=members[0].fact,
        inputs=(),
        expression=f"逐项计数 = {number}",
    )
    return Item(figure, Verdict(Status.VERIFIED, ()), "数量")


def count(task: Task) -> Draft:
    """How many members there are."""
    query = task.query
    subject = next(
        (
            s
            for s in query.subjects
            if s.concepts[:1] == ("project.item",) or s.concepts[:1] == ("performance.projects",)
        ),
        None,
    )
    if query.threshold is not None:
        return filter_list(task)
    if subject is None and re.search(r"(?:几|多少)个?项目|项目(?:的)?(?:数|有几|有多少个)", query.text):
        subject = Subject("项目", 0, 0, ("project.item",))
    if subject is None or subject.labels or re.search(r"项目", query.text) is None:
        return prose.answer(task)
    body = task.bodies[0]
    drafts = [d for d in (_count_projects(task, body, y) for y in task.years(body)) if d is not None]
    if not drafts:
        return prose.answer(task)
    items = tuple(i for d in drafts for i in d.items)
    return Draft(
        status_of(items), items, "\n".join(d.lead for d in drafts), support=tuple(i for d in drafts for i in d.support)
    )


def _count_projects(task: Task, body: Body, year: int | None) -> Draft | None:
    """How many projects a year's document says it lists; counted one by one where it does not say."""
    stated = _stated_count(task, body, year)
    if stated is not None:
        return stated
    figures = members_of(task, body, year, Subject("项目", 0, 0, ("project.item",)))
    if not figures:
        return None
    names = "、".join(f"{f.label}（{shown(f)}）" for f in figures)
    item = _counted(task, list(figures), len(figures))
    return Draft(
        Status.VERIFIED,
        (item,),
        f"{body.name}{year}年共列{len(figures)}个项目：{names}。",
        support=tuple(task.item(f) for f in figures),
    )


def _stated_count(task: Task, body: Body, year: int | None) -> Draft | None:
    """The number of projects as prose states it."""
    for document in body.documents:
        if document.year != year:
            continue
        view = task.library.view(document.id, document.sha256)
        for claim in view.content.claims:
            if claim.role is ClaimRole.COUNT and claim.concept == "performance.projects":
                item = task.item(claim_figure(claim, view, f"{year}年项目个数"))
                return Draft(item.verdict.status, (item,), claim.text)
    return None


_NEW = re.compile(r"新增|增加的|多出来|新(?:的|上)")


def _increased(task: Task) -> Draft | None:
    """Projects that prose says were added or grew."""
    body = task.bodies[0]
    years = task.years(body)
    items = []
    for document in body.documents:
        if document.year in years:
            view = task.library.view(document.id, document.sha256)
            projects = {label_key(f.item) for f in view.by_concept.get("project.item", ())}
            for claim in view.content.claims:
                named = claim.concept == "project.item" or label_key(claim.subject) in projects
                if claim.role is ClaimRole.CHANGE and claim.value > 0 and named:
                    items.append(task.item(claim_figure(claim, view, f"{claim.subject}增加")))
    if not items:
        return None
    return Draft(status_of(tuple(items)), tuple(items), "；".join(f"{i.label}{shown(i.figure)}" for i in items) + "。")


def listing(task: Task) -> Draft:
    """All members of a thing with figures, else a list in prose."""
    query = task.query
    subject = next(iter(query.subjects), None)
    if subject is not None and _is_any_project(subject) and _NEW.search(query.text):
        grown = _increased(task)
        if grown is not None:
            return grown
    if subject is not None and (
        subject.concepts[:1] == ("project.item",) or subject.codes or subject.concepts[:1] in _LISTED
    ):
        body = task.bodies[0]
        year = task.years(body)[0]
        figures = members_of(task, body, year, subject)
        if figures:
            items = tuple(task.item(f) for f in figures)
            names = "、".join(f"{f.label}（{shown(f)}）" for f in figures)
            return Draft(status_of(items), items, f"{body.name}{year}年{subject.text}共{len(figures)}项：{names}。")
    return prose.answer(task)


_LISTED = {("expenditure.project",), ("three_public.total",)}


def trend(task: Task) -> Draft:
    """A subject over years, oldest first, with the change over the whole span."""
    rows, absent = _collect(task, task.query.subjects or (TOTAL,))
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
        notes.insert(0, _change_line(a, b, delta, rate, a.year or 0, b.year or 0))
    notes += [i.figure.note for i in items if i.figure.note]
    return Draft(status_of(items), items, lead, tuple(dict.fromkeys(notes)))


OPERATIONS: dict[Operation, Callable[[Task], Draft]] = {
    Operation.LOOKUP: lookup,
    Operation.SUM: sum_up,
    Operation.SHARE: shares,
    Operation.MULTIPLE: multiples,
    Operation.PER_UNIT: per_unit,
    Operation.GROWTH: change,
    Operation.CHANGE: change,
    Operation.COMPARE: compare,
    Operation.RANK: rank,
    Operation.FILTER: filter_list,
    Operation.COUNT: count,
    Operation.LIST: listing,
    Operation.TREND: trend,
    Operation.COMPLETION: completion,
}
