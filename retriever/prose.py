"""Answers in the document's own words: definitions, reasons, uses, lists. Quoted exactly, cited."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from indexer.text import fold, strip_numbering
from retriever.draft import Draft, Passage
from retriever.language import language
from retriever.query import Operation, Query, Subject
from retriever.subjects import clean
from retriever.targets import QUANTITY
from retriever.types import Status
from retriever.view import View

if TYPE_CHECKING:
    from retriever.task import Task
from retriever.passages import (
    MARKS,
    MASKED,
    SENTENCE,
    Unit,
    asked_text,
    bigrams,
    is_generic,
    labels_of,
    quote,
    ranked,
    views_for,
    with_text,
)
from retriever.prose_lists import DUTIES_ASKED, leads, unit_list

_GLOSSARY = re.compile(r"名词解释|专业(?:性)?名词|术语")
_MIN_SCORE = 0.34


def answer(task: Task) -> Draft:
    """The passage that answers, or not_found."""
    query = task.query
    views = views_for(task)
    if query.operation is Operation.DEFINITION:
        found = _definition(query, views)
        if found is not None:
            return found
    if query.operation in (Operation.LIST, Operation.COUNT, Operation.LOOKUP, Operation.PROSE):
        members = unit_list(query, views) or leads(query, views)
        if members is not None:
            return members
    if query.operation is Operation.USAGE and not query.subjects and DUTIES_ASKED.search(query.text):
        duties = leads(query, views)
        if duties is not None:
            return duties
    if query.operation in (Operation.REASON, Operation.USAGE):
        told = _sentence_about(query, views)
        if told is not None:
            return told
    told = _of_the_project(query, views)
    if told is not None:
        return told
    best = ranked(query, views)
    if query.operation is Operation.DEFINITION:
        best = [(s, u) for s, u in best if not u.passage.table]
    if not best or best[0][0] < _MIN_SCORE:
        return Draft(Status.NOT_FOUND, lead="库中的文件没有写到这件事。", unsaid=True)
    unit = best[0][1]
    counted = not _counts(unit.passage.text, query.text)
    if query.operation in (Operation.LOOKUP, Operation.COUNT) and (counted or not _speaks_of_asked(query, unit)):
        return Draft(Status.NOT_FOUND, lead="库中的文件没有写到这件事。", unsaid=True)
    text = _best_sentences(unit.passage.text, query) if query.operation in MARKS else unit.passage.text
    others = tuple(u.passage for s, u in best[1:4] if s >= best[0][0] * 0.85 and u.passage.text != unit.passage.text)
    main = with_text(unit.passage, text)
    return Draft(
        Status.TEXT, lead=quote(main), passages=(main, *others), notes=tuple(f"另见：{quote(p)}" for p in others[:2])
    )


def listed(task: Task) -> Draft | None:
    """The list of units, inner organs or duties that a question speaks of."""
    views = views_for(task)
    return unit_list(task.query, views) or leads(task.query, views)


_COUNTED = re.compile(r"\d|[一二两三四五六七八九十百千万][个场次期批人名家台套项所亩户处条座篇部]")
_HOW_MANY = re.compile(r"(?:几|多少)(名|位|人|所|座|家|个(?=[\u4e00-\u9fff]))")
_HEADS = frozenset("名位人")


def _counts(text: str, asked: str) -> bool:
    """Whether a passage gives a number where one is asked for; a list's own numbering is none."""
    plain = strip_numbering(text)
    if (many := _HOW_MANY.search(asked)) is not None:
        units = _HEADS if many.group(1) in _HEADS else frozenset(many.group(1))
        return any(re.search(rf"[\d一二两三四五六七八九十百千万余多]\s*个?{u}", plain) for u in units)
    return QUANTITY.search(asked) is None or _COUNTED.search(plain) is not None


_HOW_MUCH = re.compile(r"([\u4e00-\u9fff]{2,8}?)(?:一共|总共|到底)?(?:是|有|为|达到?)?(?:了)?(?:多少|几)")


_REACHES = re.compile("(?:能够?|可以?|要|会|将|应)?(?:提高|提升|提|达|升|降|增|涨|做|弄)?[到至成为]?$")


def _speaks_of_asked(query: Query, unit: Unit) -> bool:
    """总投资是多少: a passage without 总投资 doesn't answer, however much else of the question it holds."""
    m = _HOW_MUCH.search(query.masked)
    head = language().stopwords.sub("", _REACHES.sub("", m.group(1))) if m else ""
    if len(head) < 2 or not any(head.endswith(p) or p.endswith(head) for p in query.leftover):
        return True
    held = bigrams(fold(f"{unit.passage.text} {unit.context}"))
    return any(g in held for g in bigrams(head[-3:]))


def defined(task: Task) -> Passage | None:
    """What the document's glossary says of the subject."""
    found = _definition(task.query, views_for(task))
    return found.passages[0] if found else None


def used(task: Task) -> Passage | None:
    """The sentence that says what the subject mainly is or is for."""
    found = _sentence_about(replace(task.query, operation=Operation.USAGE), views_for(task))
    return found.passages[0] if found else None


_EXPLAIN = re.compile(
    r"什么是|何谓|啥是|是(?:个)?(?:什么|啥)(?:东西|概念|意思|玩意)?|什么意思|是指什么|指的是什么|指什么|的?含义|的?定义|怎么解释|啥意思|名词解释|(?:请|麻烦|帮我|您)*解释(?:一下|下)?"
)
_APART = re.compile(r"[|?？，,。;；\s]+")


_GLOSSED = re.compile("(?P<term>[^:。，,；;]{3,24}?)(?::|是指|指)")


def _definition(query: Query, views: tuple[View, ...]) -> Draft | None:
    """A glossary entry: a paragraph (or heading) that begins with the term."""
    asked = _EXPLAIN.sub(" ", query.masked)
    words = [language().stopwords.sub("", word) for word in _APART.split(asked)]
    terms = tuple(
        dict.fromkeys((*(t for t in (*_APART.split(asked), *words) if len(t) >= 2), *labels_of(query.subjects)))
    )
    best: tuple[int, Passage] | None = None
    for view in views:
        for section in view.content.sections:
            glossary = any(_GLOSSARY.search(h) for h in section.path)
            title = fold(strip_numbering(section.title))
            for i, paragraph in enumerate(section.paragraphs):
                text = fold(strip_numbering(paragraph.text))
                own = _GLOSSED.match(text) if glossary else None
                named = (own["term"],) if own and own["term"] in fold(query.text) else ()
                for term in (*terms, *named):
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
    mark = MARKS.get(query.operation, (None, 0.0))[0]
    sentences = [m.group(0) for m in SENTENCE.finditer(text)]
    labels = labels_of(query.subjects)
    kept: list[str] = []
    for i, s in enumerate(sentences):
        goes_on = kept and kept[-1] == sentences[i - 1] and _NEXT.match(s)
        if goes_on or any(x in fold(s) for x in labels) or (mark and mark.search(s)):
            kept.append(s)
    return "".join(kept) if kept else text


_PROJECT_PARTS = (
    (re.compile("目标|要达到|要完成|成效"), re.compile("绩效目标|年度目标|总体目标|预期目标")),
    (
        re.compile(
            "谁(?:来|去)?(?:实施|负责|做|干|办)|哪(?:个|家)?(?:单位|部门)(?:来|去)?(?:实施|负责|做|办)|实施(?:单位|主体)"
        ),
        re.compile("实施(?:主体|单位)|责任单位"),
    ),
    (re.compile("依据|凭什么立项"), re.compile("立项依据|设立依据|政策依据")),
    (
        re.compile("做什么|干什么|干嘛|用途|用来|用在|概述|介绍|内容|怎么回事"),
        re.compile("项目概述|项目概况|项目内容|主要内容|项目用途|资金用途"),
    ),
    (re.compile("怎么(?:做|实施|搞|发)|方案"), re.compile("实施方案|实施计划")),
    (re.compile("周期|什么时候|何时|期限|多久|几月|几年"), re.compile("实施周期|实施期限|起止时间|项目周期")),
)
"""What is asked of a project, and how the paragraphs about it begin that say so (（一）项目概述, （七）绩效目标)."""


def _of_the_project(query: Query, views: tuple[View, ...]) -> Draft | None:
    """The paragraphs of a project's own section that say what is asked; None without such a section."""
    labels = {fold(label) for s in query.subjects for label in s.labels}
    wanted = [printed for asked, printed in _PROJECT_PARTS if asked.search(query.text)]
    if not labels or not wanted:
        return None
    for view in views:
        for section in view.content.sections:
            if not any(label in fold(section.title) for label in labels):
                continue
            told = [p for p in section.paragraphs if any(w.search(p.text[:_PART_NAME]) for w in wanted)]
            if told:
                path = " > ".join(section.path)
                passages = tuple(
                    Passage(p.text, None, view.info.id, p.page, path, p.lines[0][1] if p.lines else None) for p in told
                )
                return Draft(Status.TEXT, lead="\n".join(p.text for p in told), passages=passages)
    return None


_PART_NAME = 12
_WHOLE_WORDS = {"收支总", "收入支出总", "收支安排", "总收入", "总支出", "预算总", "收入总", "支出总", "收支预算"}
"""How prose speaks of all money, which 比去年多出来 is about where nothing is named."""


def _is_all_money(subject: Subject) -> bool:
    return subject.concepts[:1] in (("expenditure.total",), ("income.total",))


def _sentence_about(query: Query, views: tuple[View, ...]) -> Draft | None:
    """The sentence with the reason or use that stands with the subject: same paragraph, the subject named last."""
    named = tuple(s for s in query.subjects if not is_generic(s))
    if query.operation is Operation.REASON and not query.leftover and all(map(_is_all_money, named)):
        whole = _sentences_naming(query, views, _WHOLE_WORDS)
        if whole is not None:
            return whole
    said = {fold(x) for s in named for x in (s.text, *s.labels) if len(x) >= 2}
    printed = {fold(word) for word in query.leftover if any(fold(word) in view.prose for view in views)}
    return (
        _sentences_naming(query, views, said)
        or _sentences_naming(query, views, set(labels_of(named)))
        or _sentences_naming(query, views, printed)
        or _sentences_naming(query, views, {n[i:] for n in said for i in range(1, len(n) - _SHORTEST_TAIL + 1)})
    )


_SHORTEST_TAIL = 4
"""So much of a name's end stands for it (标线施划 for 城区道路标线施划)."""


def _sentences_naming(query: Query, views: tuple[View, ...], labels: set[str]) -> Draft | None:
    mark = MARKS[query.operation][0]
    asked = Counter(
        {
            g: 1
            for g in bigrams(clean(asked_text(query).replace("收支", "收入支出")).replace(" ", MASKED))
            if MASKED not in g
        }
    )
    told = tuple(_FIGURE.findall(query.masked))
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
                    near = bigrams(fold(text + section.title))
                    score += 2.0 * sum(1 for g in asked if g in near)
                    score += _SAME_FIGURE if _says_one_of(told, paragraph.text) else 0.0
                    score += _AS_ITEM if any(_is_item(n, paragraph.text) for n in names) else 0.0
                    score += _AGAINST_PLAN if _UNSPENT.search(query.text) and "年初预算" in paragraph.text else 0.0
                    bbox = paragraph.lines[0][1] if paragraph.lines else None
                    wanted.append(
                        (score, Passage(text, None, view.info.id, paragraph.page, " > ".join(section.path), bbox))
                    )
    if not wanted:
        return None
    wanted.sort(key=lambda w: -w[0])
    return Draft(Status.TEXT, lead=wanted[0][1].text, passages=(wanted[0][1],))


_FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?=%|个?百分点|万|亿|元)")
_STATED = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SAME_FIGURE = 12.0
"""A paragraph with the very change that a question names (涨了12%) is about it."""


def _says_one_of(told: tuple[str, ...], text: str) -> bool:
    """Whether a figure of a question stands in a text, there perhaps with more digits."""
    stated = [Decimal(n.replace(",", "")) for n in _STATED.findall(text)] if told else []
    return any(round(n, len(t.partition(".")[2])) == Decimal(t) for t in told for n in stated)


_AGAINST_PLAN = 12.0
"""Why something was not spent is said where it is held against its plan."""
_UNSPENT = re.compile("年初预算|完成预算|没(?:有)?(?:花|用|完)|剩|预算数")
_AS_ITEM = 12.0
"""A paragraph about the very item, 文化活动（项）, goes before one that only speaks of it."""


def _is_item(name: str, text: str) -> bool:
    return bool(re.search(re.escape(name) + r"(?:支出)?[（(](?:类|款|项|\d{3,7}[)）])", fold(text)))


_NEXT = re.compile(r"^\s*(?:[二三四五六七八九]是|其[二三四五]|[(（][二三四五六2-6][)）]|[②-⑨]|另外|此外|同时)")
"""How the second and later of several numbered reasons begin."""


def _reason_in(text: str, names: set[str], mark: re.Pattern[str], heading: bool) -> tuple[float, str]:
    sentences = [m.group(0) for m in SENTENCE.finditer(text)]
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
            while end < len(sentences) and (_NEXT.match(sentences[end]) or (mark.search(sentences[end]) and not own)):
                end += 1
            best, chosen = score, "".join(sentences[start:end])
    return best, chosen
