"""The sentences of one section read from left to right; every figure becomes a draft of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from indexer.claims.clauses import Base, Clause, read_clause, split_clauses
from indexer.claims.figures import Token, sentences, tokens
from indexer.claims.links import Linker, Subject
from indexer.claims.words import claim_words, flat
from indexer.sections.headings import number_of
from indexer.types import ClaimRole, Paragraph
from indexer.vocabulary import vocabulary

_NOUN_AFTER = re.compile(r"^(?P<noun>[^,;:。、和及的\d()]{1,16})")
_ASSET_UNITS = frozenset(("辆", "平方米", "台（套）", "台/套", "台", "套"))
_ASSETS = frozenset(("assets",))
_MOST_NAME = 30
_OF_PROJECTS = frozenset(("expenditure.project", "performance.amount", "performance.projects"))
_NAMES = re.compile("[、,和及与]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A figure with all that its sentence says of it; offsets count in the paragraph."""

    start: int
    end: int
    sentence: str
    subject: Subject
    concept: str
    role: ClaimRole
    value: Decimal
    unit: str
    places: int
    year: int | None
    base: Base | None
    stage: str | None
    share_of: str
    parents: tuple[Subject, ...]


@dataclass
class _Scope:
    """A subject whose parts follow: after 其中, inside brackets, or in the paragraphs below."""

    subject: Subject
    style: str = ""
    pending: str = ""
    restore: tuple[Subject, ...] = ()
    bracket: bool = False


@dataclass
class _Sentence:
    """What holds until the sentence ends."""

    base: Base | None = None
    year: int | None = None
    stage: str | None = None
    reason: bool = False
    received: bool = False
    before_reason: tuple[Subject, ...] = ()
    unit: str = ""
    share_of: str = ""
    scopes: list[_Scope] = field(default_factory=list)
    queue: list[Subject] = field(default_factory=list)


_POINTS = "分"
_SCORED = re.compile("得分|评分|分数|自评[^,;。]{0,4}$")
"""What says that points were given to something."""
_SCORED_TAIL = re.compile("(?:绩效)?(?:自评|评价)(?:综合|总)?(?:得分|评分|分数?|结果)?$|(?:综合|总)?(?:得分|评分)$")
_WHOLE_BODY = re.compile("整体|部门|单位|全部|个项目")
_PRONOUN = re.compile("[该本此]?(?:项目|专项)")
_LEAST_NAME = 3
_OF_THE_YEAR = re.compile("本年(?:收入|支出)")
_FUND_NAMED = re.compile("(一般公共预算|政府性基金预算|国有资本经营预算)")
_RECEIVED = {f"expenditure.{fund}": f"income.{fund}" for fund in ("general", "gov_fund", "state_capital", "grant")}
"""收入包括：一般公共预算当年拨款…: what the same words name among spending."""
_SIDE_LISTED = re.compile("(收入|支出)(?:总?预算|来源)?(?:主要)?(?:包括|构成|来源|分别)")
_AGAINST_LAST = re.compile(r"(?:与|较|比|同)上年(?:度)?(?:的)?(?:预算|决算)数?$")
"""What leads up to a figure of the year before that something is compared with."""


class SectionReader:
    """Reads the paragraphs under one heading; subjects carry over from heading to paragraph to sentence."""

    def __init__(self, path: Sequence[str], linker: Linker, bodies: re.Pattern[str] | None, year: int | None) -> None:
        self._linker = linker
        self._bodies = bodies
        self._year = year
        self._headings = tuple(self._heading(title) for title in reversed(path))
        self._lists: list[_Scope] = []
        self._subjects: tuple[Subject, ...] = ()
        self._families: set[str] = {f for heading in self._headings for f in heading.families}
        self._stage_seen: str | None = None
        self._last: Draft | None = None
        self._as_of: int | None = None
        self._project: Subject | None = None
        self._lead: tuple[Subject, ...] = ()

    def _heading(self, title: str) -> Subject:
        number = number_of(title)
        bare = title[number.length if number else 0 :]
        text = claim_words().heading_tail.sub("", bare) or bare
        text = re.sub(r"^关于|^20\d\d年(?:度)?", "", re.sub("^关于", "", text))
        text = re.sub(r"(?:预算|决算)?(?:的|安排|总体|具体|支出|结构)?(?:情况|说明)?$|表的说明$", "", text)
        return self._linker.link(text)

    def read(self, paragraph: Paragraph) -> Iterator[Draft]:
        """The drafts of one paragraph, in printed order."""
        text = paragraph.text
        number = number_of(text)
        style = number.style if number else ""
        while style and any(scope.style == style for scope in self._lists):
            self._lists.pop()
        self._subjects, self._stage_seen, self._last, self._as_of, self._lead = (), None, None, None, ()
        main: tuple[Subject, ...] = ()
        for offset, sentence in sentences(flat(text)):
            shown = text[offset : offset + len(sentence)].strip()
            yield from self._read_sentence(offset, sentence, shown, offset == 0)
            main = main or self._subjects
        self._open_list(text, style, main)

    def _open_list(self, text: str, style: str, main: tuple[Subject, ...]) -> None:
        """ "…其中：" or "…如下：" at the end makes the paragraphs below parts; a plain paragraph closes open lists."""
        if re.search("[:：]$", text.strip()):
            last = re.split("[。；]", text.strip())[-1]
            named = self._link(re.sub(r"(?:主要内容|具体|安排|情况|使用)*如下[:：]$|[:：]$", "", flat(last)))
            subject = named if named.concepts else main[0] if main else named
            self._lists.append(_Scope(subject, style or "text"))
        elif not style:
            self._lists = [scope for scope in self._lists if scope.style not in ("", "text")][:0]

    def _link(self, text: str) -> Subject:
        parents = tuple(scope.subject for scope in reversed(self._lists))
        return self._linker.link(text, frozenset(self._families), parents)

    def _read_sentence(self, offset: int, sentence: str, shown: str, first: bool) -> Iterator[Draft]:
        sentence = _ALL_OF_IT.sub(lambda m: "," * len(m.group(0)), sentence)
        found = tokens(sentence)
        state = _Sentence(year=self._as_of)
        if not any(token.kind in ("figure", "unchanged") for token in found):
            if first:
                self._lead_subject(sentence)
            return
        position, pending = 0, ""
        for token in found:
            lead = pending + sentence[position : token.start]
            position, pending = token.end, ""
            if token.kind == "open":
                self._open_bracket(lead, state)
            elif token.kind == "close":
                pending = self._close_bracket(state)
            else:
                after = sentence[token.end :]
                for draft in self._read_figure(lead, token, after, state, shown):
                    yield replace(draft, start=offset + token.start, end=offset + token.end)
        if state.reason:
            self._subjects = state.before_reason

    def _lead_subject(self, sentence: str) -> None:
        """A first sentence without figures can name what the next ones speak of."""
        _, opening = next(split_clauses(sentence.rstrip("。")))
        clause = read_clause("", opening, self._bodies, last=False)
        subject = self._link(clause.subject)
        named = number_of(sentence) is not None and 2 < len(clause.subject) <= _MOST_NAME
        if named and not subject.concepts and any(c in _OF_PROJECTS for h in self._headings for c in h.concepts):
            subject = replace(subject, concepts=("project.item",))
        if subject.concepts or named or claim_words().function_path.search(clause.subject):
            self._subjects = self._lead = (subject,)

    def _open_bracket(self, lead: str, state: _Sentence) -> None:
        subjects = self._subjects
        if lead.strip(",;:、 "):
            clause = read_clause("", list(split_clauses(lead))[-1][1], self._bodies, last=False)
            if clause.subject:
                subjects = (self._link(clause.subject),)
        parent = subjects[0] if subjects else Subject("")
        state.scopes.append(_Scope(parent, pending=lead, restore=self._subjects, bracket=True))
        self._subjects = subjects

    def _close_bracket(self, state: _Sentence) -> str:
        while state.scopes:
            scope = state.scopes.pop()
            if scope.bracket:
                self._subjects = scope.restore
                return scope.pending
        return ""

    def _read_figure(self, lead: str, token: Token, after: str, state: _Sentence, shown: str) -> Iterator[Draft]:
        last = self._read_lead(lead, token, after, state)
        if token.kind == "unchanged":
            yield from self._unchanged(last, state, shown)
            return
        before = self._compared_with(last, lead) if token.is_money else None
        if before is None and _AGAINST_LAST.search(lead):
            return
        if token.unit == _POINTS and not _SCORED.search(lead):
            return
        role, value = _role(token, last, lead)
        if role is ClaimRole.AMOUNT:
            state.unit = token.unit
        parents = self._parents(state)
        for named, concept in self._targets(token, parents):
            points = token.unit == _POINTS
            subject = Subject(f"{_SCORED_TAIL.sub('', named.text)}自评得分") if points else named
            share_of = ""
            if role is ClaimRole.SHARE:
                state.share_of = (last.share_of or "").strip() or state.share_of
                wholes = (*parents, *self._headings)
                share_of = state.share_of or next((w.text for w in wholes if w.text), "")
            draft = Draft(
                0, 0, shown, subject, concept, role, value, token.unit, token.places, state.year,
                state.base, state.stage, share_of, parents,
            )  # fmt: skip
            if before is not None:
                yield replace(draft, year=before.year, stage=before.stage or None, base=None)
                continue
            self._last = draft
            yield draft
        if role is ClaimRole.AMOUNT and before is None:
            self._stage_seen = state.stage

    def _compared_with(self, last: Clause, lead: str) -> Base | None:
        """The year (and stage) that a figure is of which only what follows is compared with: 比2023年预算1300万元减少89万元."""
        base, said = last.base, claim_words().comparison.search(lead)
        while said is not None and said.end() < len(lead.rstrip()):
            said = claim_words().comparison.search(lead, said.end())
        if base is None or said is None or base.years_back != 1:
            return None
        year = base.year if base.year is not None else self._year - 1 if self._year is not None else None
        return None if year is None else replace(base, year=year)

    def _unchanged(self, last: Clause, state: _Sentence, shown: str) -> Iterator[Draft]:
        said = self._last is not None and self._last.role is ClaimRole.CHANGE and self._last.subject in self._subjects
        if state.reason or not self._subjects or (said and not last.base):
            return
        parents = self._parents(state)
        for subject, concept in self._targets(Token("unchanged", 0, 0), parents):
            draft = Draft(
                0, 0, shown, subject, concept, ClaimRole.CHANGE, Decimal(0), state.unit or "万元", 0, state.year,
                last.base or state.base, state.stage, "", parents,
            )  # fmt: skip
            self._last = draft
            yield draft

    def _read_lead(self, lead: str, token: Token, after: str, state: _Sentence) -> Clause:
        """Takes in what stands before a figure; the clause right before it is returned."""
        clauses = list(split_clauses(lead))
        last = Clause("")
        if said := _SIDE_LISTED.findall(lead):
            state.received = said[-1] == "收入"
        subject: Subject | None = None
        state.stage = None if any(text.strip() for _, text in clauses) else state.stage
        for index, (separator, text) in enumerate(clauses):
            last = read_clause(separator, text, self._bodies, index == len(clauses) - 1, token.is_rate)
            if last.after_stop and state.reason:
                self._subjects, state.reason = state.before_reason, False
            if last.after_stop and _APART.match(text):
                state.scopes = [scope for scope in state.scopes if scope.bracket]
            if last.parent:
                state.scopes.append(_Scope(self._link(last.parent)))
            elif last.of_which and (self._subjects or subject):
                state.share_of = ""
                state.scopes.append(_Scope(subject or self._subjects[0]))
            elif last.uses and self._subjects and index + 1 < len(clauses) and clauses[index + 1][0] == ":":
                state.scopes.append(_Scope(self._subjects[0]))
            if last.reason and not state.reason:
                state.reason, state.before_reason = True, self._subjects
            if _THIS_YEAR.match(text):
                state.year = None
            self._take(replace(last, year=None) if _NOTHING_THEN.fullmatch(text) else last, state)
            if last.stage_only or last.purpose or not last.subject:
                continue
            if last.stage_pair and self._subjects and self._stage_seen == "预算":
                continue
            near = _ASSETS if token.unit in _ASSET_UNITS else frozenset()
            subject = self._resolve(last.subject, state, near)
            if index + 1 < len(clauses) and clauses[index + 1][0] == ":" and subject.concepts:
                state.scopes.append(_Scope(subject))
        if token.kind == "figure" and not (token.is_rate or token.is_money) and not (subject and subject.concepts):
            subject = self._noun_after(token, after) or subject
        if subject is not None:
            self._subjects = (subject,)
            self._families |= subject.families
        if state.queue or last.each:
            self._distribute(last, state)
        if not self._subjects:
            heading = self._nearest_heading()
            self._subjects = (heading,) if heading else ()
        return last

    def _nearest_heading(self) -> Subject | None:
        """The innermost heading with a meaning; one without, under a heading about projects, names a project."""
        for n, heading in enumerate(self._headings):
            if heading.concepts:
                inner = self._headings[0]
                of_projects = n and len(inner.text) > _LEAST_NAME and any(c in _OF_PROJECTS for c in heading.concepts)
                return replace(inner, concepts=("project.item",)) if of_projects else heading
        return self._headings[0] if self._headings else None

    def _take(self, clause: Clause, state: _Sentence) -> None:
        if clause.as_of:
            self._as_of = clause.year
        if clause.year is not None:
            state.year = clause.year
        elif clause.year_end and self._year is not None:
            state.year = self._year - 1
        if clause.base is not None:
            state.base = clause.base
        if clause.stage is not None:
            of_project = self._project is not None and self._subjects[:1] == (self._project,)
            state.stage = clause.stage or ("决算" if of_project else "")  # 执行数 of a project's own evaluation

    def _resolve(self, text: str, state: _Sentence, near: frozenset[str]) -> Subject:
        """The subject that words name beside the headings, lists and parents above them."""
        if _OF_THE_YEAR.fullmatch(text) and self._subjects and (fund := _FUND_NAMED.match(self._subjects[0].text)):
            text = f"{fund.group(1)}财政拨款{text.removeprefix('本年')}"  # 政府性基金本年收入…，本年支出…
        if claim_words().heading_item.search(text) and not claim_words().purpose.search(text):
            named = self._headings[-1].text if len(self._headings) > 1 else ""
            if named and not claim_words().chapter.search(named):
                return Subject(named, ("project.item",))
        if (scored := claim_words().self_scored.match(text)) and not _WHOLE_BODY.search(scored.group("name")):
            if not _PRONOUN.fullmatch(scored.group("name")):
                self._project = Subject(scored.group("name").strip('“”"《》‘’'), ("project.item",))
            if self._project is not None:
                return self._project
        scopes = [*reversed(state.scopes), *reversed(self._lists)]
        subject = self._linker.link(text, near.union(self._families), tuple(s.subject for s in scopes))
        if state.received or any(c.startswith("income.") for scope in scopes for c in scope.subject.concepts):
            subject = replace(subject, concepts=tuple(_RECEIVED.get(c, c) for c in subject.concepts))
        if not subject.concepts and any(c.startswith("performance.") for s in scopes for c in s.subject.concepts):
            subject = replace(subject, concepts=("project.item",))
        if not subject.concepts and not scopes:
            spoken = (s for s in (*self._headings[:1], *self._lead) if _names_it(subject.text, s))
            subject = replace(subject, concepts=next(spoken, subject).concepts)
        while state.scopes and not state.scopes[-1].bracket and _are_siblings(subject, state.scopes[-1].subject):
            state.scopes.pop()
        concepts = vocabulary().concepts
        while len(state.scopes) > 1 and subject.concepts and not state.scopes[-1].bracket:
            parent = concepts[subject.concepts[0]].parent if subject.concepts[0] in concepts else ""
            outer = [c for scope in state.scopes[:-1] for c in scope.subject.concepts]
            if not parent or parent in state.scopes[-1].subject.concepts or parent not in outer:
                break
            state.scopes.pop()
        return subject

    def _noun_after(self, token: Token, after: str) -> Subject | None:
        """What is counted where it stands behind the number (2家预算单位)."""
        match = _NOUN_AFTER.match(after) if token.unit not in ("批次", "人次") else None
        return self._link(match.group("noun")) if match else None

    def _distribute(self, clause: Clause, state: _Sentence) -> None:
        """ "A、B、C分别为1、2、3万元": one subject a figure; "A、B均为1万元": one figure for all."""
        if state.queue:
            self._subjects = (state.queue.pop(0),)
        elif self._subjects and len(self._subjects[0].concepts) < 2:
            names = [name for name in _NAMES.split(clause.subject) if name]
            linked = [self._link(name) for name in names]
            if len(linked) > 1 and all(s.concepts for s in linked):
                self._subjects, state.queue = (linked[0],), linked[1:]

    def _targets(self, token: Token, parents: Sequence[Subject]) -> Iterator[tuple[Subject, str]]:
        for subject in self._subjects or (Subject(""),):
            if token.kind == "figure" and not token.is_money and not token.is_rate:
                yield subject, _count_concept(subject, token.unit, parents)
            else:
                yield from ((subject, concept) for concept in subject.concepts or ("",))

    def _parents(self, state: _Sentence) -> tuple[Subject, ...]:
        scopes = [*reversed(state.scopes), *reversed(self._lists)]
        return tuple(s.subject for s in scopes if s.subject not in self._subjects)

    @property
    def headings(self) -> tuple[Subject, ...]:
        """The subjects of the headings, innermost first."""
        return self._headings


def _role(token: Token, clause: Clause, lead: str) -> tuple[ClaimRole, Decimal]:
    sign = -1 if clause.verb in claim_words().decrease else 1
    if token.is_rate:
        if clause.share_of is not None or re.search("(?:占比|比重)[^,;]*$", lead):
            return ClaimRole.SHARE, token.value
        if clause.completes:
            return ClaimRole.COMPLETION, token.value
        if clause.verb:
            points = token.unit == "个百分点"
            return ClaimRole.CHANGE if points else ClaimRole.CHANGE_RATE, sign * token.value
        return ClaimRole.COUNT, token.value
    if clause.verb and (token.is_money or clause.verb != "新增"):
        return ClaimRole.CHANGE, sign * token.value
    return (ClaimRole.AMOUNT if token.is_money else ClaimRole.COUNT), token.value


def _count_concept(subject: Subject, unit: str, parents: Sequence[Subject]) -> str:
    """What a count counts. Vehicles to be bought are no part of those held."""
    words = claim_words()
    found = subject.concepts[0] if subject.concepts else ""
    for pattern, named in words.count_words:
        if pattern.search(subject.text):
            found = named
            break
    found = words.counts.get(found, {}).get(unit, found)
    concept = vocabulary().concepts.get(found)
    countable = concept is not None and (concept.unit != "money" or found.startswith("assets."))
    bought = any("购置" in parent.text for parent in parents) and found.startswith("assets.")
    return found if countable and not bought else ""


_ALL_OF_IT = re.compile(
    "[,，](?:全部|均|都)(?:为|是|系|来自|属于)[^,，。;；:：\\d]{2,20}(?=[,，](?:比|较|与|同)[^,，。;；]{0,12}[增减上下提降持])"
)
"""收入…元，全部为一般公共预算拨款，比上年增加…: what it consists of is not what grew."""
_APART = re.compile("另[有外]?|此外|不含|未含")
"""其中…；另有…: no part of what was taken apart before."""
_THIS_YEAR = re.compile("本年(?!度?[收支末初])|当年(?!度?[收支末初])|今年")
_NOTHING_THEN = re.compile(r"20\d\d年(?:度)?(?:未|没有|无|不)[^\d]{0,8}")
"""2024年未安排，本年…: what goes on is of this year."""


def _are_siblings(one: Subject, other: Subject) -> bool:
    """基本支出…，其中人员…；项目支出…: the second is a part of the same whole, not of the first."""
    known = vocabulary().concepts
    parents = {known[c].parent for c in other.concepts if c in known and known[c].parent}
    return any(c in known and known[c].parent in parents and c not in other.concepts for c in one.concepts)


_FUND_BEHIND = re.compile("(?:一般公共预算|公共预算|当年|本年)?(?:财政拨款|拨款)?(?:预算|决算)?$")
_LEAST_HEAD = 4


def _names_it(text: str, heading: Subject) -> bool:
    """镇机关运行经费 under 机关运行经费: the heading's own item, said with whose it is."""
    known = vocabulary().concepts
    names = [n for c in heading.concepts if c in known for n in (known[c].name, *known[c].labels)]
    bare = _FUND_BEHIND.sub("", text)
    return any(len(n) >= _LEAST_HEAD and bare.endswith(n) for n in names)
