"""Answers in the document's own words: definitions, reasons, uses, lists, targets. Quoted exactly, cited."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from indexer.text import fold, strip_numbering
from indexer.types import Cell, Paragraph, Section, Table, TableKind
from indexer.vocabulary import vocabulary
from retriever.draft import Draft, Item, Passage
from retriever.evidence import Figure
from retriever.language import language
from retriever.query import Operation, Query, Subject
from retriever.subjects import clean
from retriever.types import Status
from retriever.verify import Verdict
from retriever.view import View

if TYPE_CHECKING:
    from retriever.operate import Task

_SENTENCE = re.compile(r"[^。；;!！?？]+[。；;!！?？]?")
_REASON = re.compile(r"原因|主要是|由于|因为|主要系|系因|所致|是因|使得|影响")
_USAGE = re.compile(r"主要用于|用于|主要包括|主要是|支付|开支|保障")
_GLOSSARY = re.compile(r"名词解释|专业(?:性)?名词|术语")
_LIST_LEAD = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])\s*")
_MARKS = {
    Operation.REASON: (_REASON, 3.0),
    Operation.USAGE: (_USAGE, 2.5),
}
_MIN_SCORE = 0.34
_SHOWN_UNITS = 30
_MASKED = "|"
_OVERVIEW = re.compile(r"概述|概况|用途|主要内容|内容")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph or table row that could answer."""

    passage: Passage
    context: str
    order: int


def _paragraph_units(view: View) -> Iterable[_Unit]:
    for section in view.content.sections:
        context = " ".join(section.path)
        for paragraph in section.paragraphs:
            bbox = paragraph.lines[0][1] if paragraph.lines else None
            yield _Unit(
                Passage(paragraph.text, None, view.info.id, paragraph.page, " > ".join(section.path), bbox), context, 0
            )


def _row_units(view: View) -> Iterable[_Unit]:
    """Rows of tables that hold words: performance targets, units, procurement."""
    for table in view.content.tables:
        if table.kind not in (TableKind.PERFORMANCE, TableKind.UNITS, TableKind.PROJECT, TableKind.OTHER):
            continue
        filled = [""] * len(table.header)
        for text in table.preamble:
            yield _Unit(
                Passage(text, None, view.info.id, table.pages[0], table.title, None, table.title), table.title, 1
            )
        for row in table.rows:
            cells = [c.text for c in row]
            filled = [c or (f if i < 2 else "") for i, (c, f) in enumerate(zip(cells, filled, strict=False))]
            text = " ".join(c for c in filled if c)
            if not text:
                continue
            first = next((c for c in row if c.text), row[0])
            label = next((c for c in reversed(filled[:4]) if c), "")
            yield _Unit(
                Passage(text, None, view.info.id, first.page, table.title, first.bbox, table.title, label),
                table.title,
                1,
            )


def _bigrams(text: str) -> Counter[str]:
    text = re.sub(r"[^\w\u4e00-\u9fff]", "", text)
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def _asked_text(query: Query) -> str:
    text = query.masked
    for _, pattern in language().units:
        text = pattern.sub("", text)
    return language().stopwords.sub(" ", text.replace(_MASKED, " "))


def _expansions(query: Query) -> str:
    """Printed labels of what the question's words mean, so that 请客 finds 公务接待费."""
    concepts = vocabulary().concepts
    names = [concepts[c].name for s in query.subjects for c in s.concepts[:2] if c in concepts and s.text != "预算总额"]
    return " ".join((*names, *(label for s in query.subjects for label in s.labels)))


def ranked(query: Query, views: tuple[View, ...]) -> list[tuple[float, _Unit]]:
    """Paragraphs and rows by how much of the question's wording they hold, weighted by rarity."""
    return _rank(query, [u for v in views for u in (*_paragraph_units(v), *_row_units(v))])


def _rank(query: Query, units: list[_Unit], least: float = 0.0, widened: bool = True) -> list[tuple[float, _Unit]]:
    if not units:
        return []
    grams = [_bigrams(fold(u.passage.text)) for u in units]
    heads = [_bigrams(fold(u.context)) for u in units]
    frequency: Counter[str] = Counter()
    for g, h in zip(grams, heads, strict=True):
        frequency.update((g | h).keys())
    asked = _bigrams(clean(_asked_text(query)).replace(" ", "|"))
    meant = _bigrams(clean(_expansions(query)).replace(" ", "|")) if widened else Counter()
    weights = {g: math.log(1 + len(units) / (1 + frequency[g])) for g in (*asked, *meant) if "|" not in g}
    full = sum(weights[g] for g in asked if g in weights) + 0.5 * sum(
        weights[g] for g in meant if g in weights and g not in asked
    )
    if full == 0:
        return []
    mark, bonus = _MARKS.get(query.operation, (None, 1.0))
    out: list[tuple[float, _Unit]] = []
    for unit, gram, head in zip(units, grams, heads, strict=True):
        score = 0.0
        for pair, w in weights.items():
            weight = w if pair in asked else w * 0.5
            if pair in gram:
                score += weight
            elif pair in head:
                score += weight * 0.7
        score /= full
        if mark is not None and mark.search(unit.passage.text):
            score *= 1 + bonus * 0.25
        if query.operation is Operation.USAGE and _OVERVIEW.search(unit.context):
            score *= 1.2
        if len(unit.passage.text) < 8:
            score *= 0.6
        if score >= least:
            out.append((score, unit))
    out.sort(key=lambda s: -s[0])
    return out


def answer(task: Task) -> Draft:
    """The passage that answers, or not_found."""
    query = task.query
    views = _views(task)
    if query.operation is Operation.DEFINITION:
        found = _definition(query, views)
        if found is not None:
            return found
    if query.operation in (Operation.LIST, Operation.COUNT, Operation.LOOKUP, Operation.PROSE):
        listed = _unit_list(query, views) or _leads(query, views)
        if listed is not None:
            return listed
    if query.operation is Operation.USAGE and not query.subjects and _DUTIES_ASKED.search(query.text):
        listed = _leads(query, views)
        if listed is not None:
            return listed
    if query.operation in (Operation.REASON, Operation.USAGE):
        told = _sentence_about(query, views)
        if told is not None:
            return told
    best = ranked(query, views)
    if not best or best[0][0] < _MIN_SCORE:
        return Draft(Status.NOT_FOUND, lead="库中的文件没有写到这件事。", notes=_near(best))
    unit = best[0][1]
    text = _best_sentences(unit.passage.text, query) if query.operation in _MARKS else unit.passage.text
    others = tuple(u.passage for s, u in best[1:4] if s >= best[0][0] * 0.85 and u.passage.text != unit.passage.text)
    main = _with_text(unit.passage, text)
    return Draft(
        Status.TEXT, lead=_quote(main), passages=(main, *others), notes=tuple(f"另见：{_quote(p)}" for p in others[:2])
    )


_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s，。；,;:：]{0,6})")
_INDICATOR_COLUMN = re.compile(r"指标值|目标值|年度指标|绩效指标值")
INDICATOR = re.compile(r"指标|目标|绩效|要求达到|计划(?:完成|办|建|开展|培训)|要(?:建|办|完成|做)(?:几|多少)")


QUANTITY = re.compile(
    r"(?:几|多少)(?:座|个|场|次|人次|公里|亩|家|套|台|批|期|名|件|份|处|条|吨|户|所|株|棵|米|篇|册|平方米|课时|小时)(?!项目|单位|部门|机构|科室)"
)


def indicator(task: Task) -> Draft | None:
    """A performance target: the row of a performance table that the question's words name, with its figure."""
    query = task.query
    rows = [
        _Unit(
            Passage(
                " ".join(c.text for c in row if c.text),
                None,
                view.info.id,
                row[0].page,
                table.title,
                _row_box(row),
                table.title,
                str(i),
            ),
            table.title,
            1,
        )
        for view in _views(task)
        for table in view.content.tables
        if table.kind is TableKind.PERFORMANCE
        for i, row in enumerate(table.rows)
        if row
    ]
    best = _rank(query, rows, 0.45, widened=False)
    if not best:
        return None
    score, unit = best[0]
    view = next(v for v in _views(task) if v.info.id == unit.passage.document)
    table = next(
        t
        for t in view.content.tables
        if t.title == unit.passage.section
        and int(unit.passage.row) < len(t.rows)
        and t.pages[0] <= unit.passage.page <= t.pages[-1]
    )
    row = table.rows[int(unit.passage.row)]
    cell = next(
        (
            row[i]
            for i, path in enumerate(table.header)
            if i < len(row) and any(_INDICATOR_COLUMN.search(p) for p in path) and row[i].text
        ),
        None,
    )
    m = _NUMBER.search(cell.text) if cell else None
    passage = Passage(
        unit.passage.text,
        None,
        view.info.id,
        cell.page if cell else unit.passage.page,
        table.title,
        cell.bbox if cell else None,
        table.title,
        "",
    )
    lead = f"《{table.title}》：{unit.passage.text}。"
    if m is None or cell is None:
        return Draft(Status.TEXT, lead=lead, passages=(passage,))
    places = len(m.group(1).partition(".")[2])
    figure = Figure(table.title, view.info, view.info.year, "", Decimal(m.group(1)), m.group(2) or "", places)
    return Draft(
        Status.SINGLE_SOURCE, (Item(figure, Verdict(Status.SINGLE_SOURCE, ()), "指标值"),), lead, passages=(passage,)
    )


def _row_box(row: tuple[Cell, ...]) -> tuple[float, float, float, float] | None:
    return next((c.bbox for c in row if c.bbox), None)


def _near(best: list[tuple[float, _Unit]]) -> tuple[str, ...]:
    if not best or best[0][0] < 0.15:
        return ()
    return (f"文件中较接近的是：{_quote(best[0][1].passage)[:120]}",)


def _views(task: Task) -> tuple[View, ...]:
    out: list[View] = []
    query = task.query
    for body in task.bodies[:4]:
        years = task.years(body)
        if query.operation is Operation.REASON and len(query.years) > 1:
            years = (max(query.years),)  # the later year's document explains the change
        documents = [d for d in body.documents if d.year in years or None in years]
        wanted = [d for d in documents if d.doc_type and d.doc_type.value == query.stage] if query.stage_strong else []
        out += [task.library.view(d.id, d.sha256) for d in wanted or documents]
    return tuple(out[:6])


def _with_text(passage: Passage, text: str) -> Passage:
    return Passage(
        text, passage.figure, passage.document, passage.page, passage.section, passage.bbox, passage.table, passage.row
    )


def _quote(passage: Passage) -> str:
    if passage.table:
        return f"《{passage.table}》：{passage.text}"
    return passage.text


def _is_generic(subject: Subject) -> bool:
    return subject.concepts[:1] == ("project.item",) and not subject.labels


def _labels(subjects: tuple[Subject, ...]) -> tuple[str, ...]:
    concepts = vocabulary().concepts
    out: list[str] = []
    for s in subjects:
        out += s.labels
        out.append(s.text)
        for c in s.concepts[:3]:
            if c in concepts:
                out += (concepts[c].name, *concepts[c].labels)
    return tuple(dict.fromkeys(fold(x) for x in out if len(x) >= 2))


def _definition(query: Query, views: tuple[View, ...]) -> Draft | None:
    """A glossary entry: a paragraph (or heading) that begins with the term."""
    asked = re.sub(
        r"什么是|何谓|啥是|是什么意思|什么意思|是指什么|指的是什么|指什么|的?含义|的?定义|怎么解释|啥意思|名词解释|[|?？，,。]",
        "",
        query.masked,
    )
    terms = tuple(dict.fromkeys((*(t for t in (asked,) if len(t) >= 2), *_labels(query.subjects))))
    best: tuple[int, Passage] | None = None
    for view in views:
        for section in view.content.sections:
            glossary = any(_GLOSSARY.search(h) for h in section.path)
            title = fold(strip_numbering(section.title))
            for i, paragraph in enumerate(section.paragraphs):
                text = fold(strip_numbering(paragraph.text))
                for term in terms:
                    begins = text.startswith(term) or (i == 0 and title.rstrip(":：") == term)
                    says = re.match(re.escape(term) + r"[^。]{0,12}?(?::|是指|指|,指|,是指)", text)
                    if begins and (glossary or says):
                        score = len(term) + (4 if glossary else 0) + (4 if says else 0)
                        if best is None or score > best[0]:
                            bbox = paragraph.lines[0][1] if paragraph.lines else None
                            best = (
                                score,
                                Passage(
                                    paragraph.text, None, view.info.id, paragraph.page, " > ".join(section.path), bbox
                                ),
                            )
    return Draft(Status.TEXT, lead=best[1].text, passages=(best[1],)) if best else None


def _best_sentences(text: str, query: Query) -> str:
    mark = _MARKS.get(query.operation, (None, 0.0))[0]
    sentences = [m.group(0) for m in _SENTENCE.finditer(text)]
    labels = _labels(query.subjects)
    kept = [s for s in sentences if any(x in fold(s) for x in labels) or (mark and mark.search(s))]
    return "".join(kept) if kept else text


def _sentence_about(query: Query, views: tuple[View, ...]) -> Draft | None:
    """The sentence with the reason or use that stands with the subject: same paragraph, the subject named last."""
    named = tuple(s for s in query.subjects if not _is_generic(s))
    said = {fold(x) for s in named for x in (s.text, *s.labels) if len(x) >= 2}
    return _sentences_naming(query, views, said) or _sentences_naming(query, views, set(_labels(named)))


def _sentences_naming(query: Query, views: tuple[View, ...], labels: set[str]) -> Draft | None:
    mark = _MARKS[query.operation][0]
    asked = Counter(
        {
            g: 1
            for g in _bigrams(clean(_asked_text(query).replace("收支", "收入支出")).replace(" ", _MASKED))
            if _MASKED not in g
        }
    )
    codes = {c for s in query.subjects for c in s.codes}
    wanted: list[tuple[float, Passage]] = []
    names = set(labels)
    if codes:
        for view in views:
            names |= {fold(strip_numbering(f.item)) for c in codes for f in view.by_code.get(c, ())}
    if not names:
        return None
    for view in views:
        for section in view.content.sections:
            heading = any(n in fold(section.title) for n in names)
            for paragraph in section.paragraphs:
                score, text = _reason_in(paragraph.text, names, mark, heading)
                if score > 0:
                    near = _bigrams(fold(text + section.title))
                    score += 2.0 * sum(1 for g in asked if g in near)
                    bbox = paragraph.lines[0][1] if paragraph.lines else None
                    wanted.append(
                        (score, Passage(text, None, view.info.id, paragraph.page, " > ".join(section.path), bbox))
                    )
    if not wanted:
        return None
    wanted.sort(key=lambda w: -w[0])
    return Draft(Status.TEXT, lead=wanted[0][1].text, passages=(wanted[0][1],))


def _reason_in(text: str, names: set[str], mark: re.Pattern[str], heading: bool) -> tuple[float, str]:
    sentences = [m.group(0) for m in _SENTENCE.finditer(text)]
    best = 0.0
    chosen = ""
    for i, sentence in enumerate(sentences):
        if not mark.search(sentence):
            continue
        window = fold("".join(sentences[max(0, i - 1) : i + 1]))
        own = max((len(n) for n in names if n in fold(sentence)), default=0)
        near = max((len(n) for n in names if n in window), default=0)
        anywhere = max((len(n) for n in names if n in fold(text)), default=0)
        score = own * 3 + near * 2 + anywhere * 0.5 + (3 if heading else 0)
        if (own or near or heading) and score > best:
            start = i if own or not near else max(0, i - 1)
            end = i + 1
            while end < len(sentences) and mark.search(sentences[end]) and not own:
                end += 1
            best, chosen = score, "".join(sentences[start:end])
    return best, chosen


_UNITS_ASKED = re.compile(r"单位|下属|所属|机构设置|预算单位|哪几家|部门构成")
_DUTIES_ASKED = re.compile(
    r"职责|职能|管(?:些|的)?(?:什么|啥|哪些)|负责(?:些)?(?:什么|啥|哪些)|是干(?:什么|啥|嘛)的?(?:单位|部门|机构)?[?？]?$"
)
_UNIT_HEADINGS = re.compile(r"机构设置|单位构成|预算单位|编制范围|单位(?:情况|组成)")
_ORGANS_ASKED = re.compile(r"内设|科室|处室|机构|部门设置|股室")


def _unit_list(query: Query, views: tuple[View, ...]) -> Draft | None:
    """The table of the units that a department's document covers."""
    if not _UNITS_ASKED.search(query.text) or re.search(r"内设|科室|处室|股室", query.text):
        return None
    for view in views:
        for table in view.content.tables:
            if table.kind is TableKind.UNITS and table.rows:
                names = _name_column(table)
                if names:
                    text = "、".join(n for n, _ in names)
                    page = names[0][1]
                    passage = Passage(text, None, view.info.id, page, table.title, None, table.title)
                    lead = f"《{table.title}》列了{len(names)}家单位：{text}。"
                    if query.operation is Operation.COUNT:
                        figure = Figure("单位", view.info, view.info.year, "", Decimal(len(names)), "个", 0)
                        item = Item(figure, Verdict(Status.SINGLE_SOURCE, ()), "单位数量")
                        return Draft(Status.SINGLE_SOURCE, (item,), lead, passages=(passage,))
                    return Draft(Status.TEXT, lead=lead, passages=(passage,))
    return None


def _name_column(table: Table) -> list[tuple[str, int]]:
    column = next((i for i, path in enumerate(table.header) if path and "名称" in path[-1]), None)
    if column is None:
        column = next((i for i, path in enumerate(table.header) if path and "单位" in path[-1]), None)
    if column is None:
        return []
    return [(row[column].text, row[column].page) for row in table.rows if column < len(row) and row[column].text]


def _leads(query: Query, views: tuple[View, ...]) -> Draft | None:
    """A list whose members lead their own paragraphs (（一）办公室。负责…)."""
    asked = _bigrams(clean(_asked_text(query)).replace(" ", "|"))
    asked = Counter({g: 1 for g in asked if "|" not in g})
    best: tuple[float, View, Section] | None = None
    duties = bool(_DUTIES_ASKED.search(query.text))
    if not (_ORGANS_ASKED.search(query.text) or _UNITS_ASKED.search(query.text) or duties):
        return None
    for view in views:
        for section in view.content.sections:
            title = _bigrams(fold(section.title))
            shared = sum(1 for g in asked if g in title)
            if _UNITS_ASKED.search(query.text) and _UNIT_HEADINGS.search(section.title):
                shared += 6
            if duties and re.search("职责|职能", section.title):
                shared += 6
            members = [p for p in section.paragraphs if _LIST_LEAD.match(p.text)]
            if shared and len(members) >= 2:
                score = shared + len(members) / 50
                if best is None or score > best[0]:
                    best = (score, view, section)
    if best is None:
        return None
    _, view, section = best
    members = [p for p in section.paragraphs if _LIST_LEAD.match(p.text)][:_SHOWN_UNITS]
    names = [_LIST_LEAD.sub("", p.text) for p in members]
    short = [re.split(r"[。：:（(；]", n)[0] if query.operation is not Operation.USAGE else n for n in names]
    brief = [re.split(r"[。：:；]", n)[0] for n in names]
    number = _list_count(query, members, view, section)
    passage = Passage(
        "\n".join(p.text for p in members),
        None,
        view.info.id,
        members[0].page,
        " > ".join(section.path),
        members[0].lines[0][1] if members[0].lines else None,
    )
    detail = "；".join(brief) if max(map(len, short)) <= 30 else "\n".join(p.text for p in members)
    lead = f"{section.title}共{len(members)}项：{detail}。"
    if number is not None:
        return Draft(Status.SINGLE_SOURCE, (number,), lead, passages=(passage,))
    return Draft(Status.TEXT, lead=lead, passages=(passage,))


def _list_count(query: Query, members: list[Paragraph], view: View, section: Section) -> Item | None:
    """How many members a list in prose has, where the question asks how many."""
    if query.operation is not Operation.COUNT:
        return None
    figure = Figure(
        section.title,
        view.info,
        view.info.year,
        "",
        Decimal(len(members)),
        "个",
        0,
        expression=f"逐项计数 = {len(members)}",
    )
    return Item(figure, Verdict(Status.SINGLE_SOURCE, ()), f"{section.title}数量")
