"""Lists in prose and tables: units, internal organs, duties."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from indexer.text import fold
from indexer.types import ClaimRole, Scope, Section, Table, TableKind
from retriever.draft import Draft, Item, Passage
from retriever.evidence import Figure
from retriever.passages import asked_text, bigrams
from retriever.query import Operation, Query
from retriever.subjects import clean
from retriever.types import Status
from retriever.verify import Verdict
from retriever.view import View

_LIST_LEAD = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])\s*")
_SHOWN_UNITS = 30
_LEAST_UNITS = 2
_UNITS_ASKED = re.compile(r"单位|下属|所属|机构设置|预算单位|哪几家|部门构成")
_UNIT_HEADINGS = re.compile(r"机构设置|单位构成|预算单位|编制范围|单位(?:情况|组成)")
DUTIES_ASKED = re.compile(
    r"职责|职能|主要(?:任务|工作)(?:是|有|都有|包括)?(?:什么|哪些|啥)|管(?:些|的)?(?:什么|啥|哪些)|负责(?:些)?(?:什么|啥|哪些)|主要(?:是)?(?:干|做)(?:些)?(?:什么|啥)|是?(?:干|做)(?:什么|啥|嘛)的?(?:单位|部门|机构)?的?[?？]?$"
)
_ORGANS_ASKED = re.compile(
    r"内设|下设|科室|处室|机构|部门设置|股室|下面设|设(?:有|了)?(?:几|哪)|(?:几|多少)个(?:科|处|股|站|所|队|部|室)(?!级)|"
    r"哪(?:些|几个?)(?:科|处|股|站|所|队|部|室)(?!级)"
)


def unit_list(query: Query, views: tuple[View, ...]) -> Draft | None:
    """The table of the units that a department's document covers."""
    if not _UNITS_ASKED.search(query.text) or re.search(r"内设|科室|处室|股室", query.text):
        return None
    # A department's table of units goes before that of its own office.
    for view in sorted(views, key=lambda v: v.info.scope is Scope.UNIT):
        for table in view.content.tables:
            names = _name_column(table) if table.kind is TableKind.UNITS else []
            if names:
                text = "、".join(n for n, _ in names)
                passage = Passage(text, None, view.info.id, names[0][1], table.title, None, table.title)
                shown = f"《{table.title}》" if table.title else "单位表"
                lead = f"{shown}列了{len(names)}家单位：{text}。"
                return _list_draft(lead, passage, _counted(query, "单位", len(names), view))
    return next((d for v in views if (d := _units_told(query, v)) is not None), None)


_UNITS_TOLD = re.compile(r"单位(?:预算|决算)?[^。]{0,24}(?:包括|构成|组成|分别(?:是|为)|共(?:有)?\d+个|[:：])")
_BODY_IN_LIST = re.compile(r"(?:局|厅|委|院|中心|所|站|馆|校|学|处|队|办公室|机关[)）])(?=[；;、。，,（(]|$)")


def _units_told(query: Query, view: View) -> Draft | None:
    """The paragraph that names a department's units, where no table does."""
    for section in view.content.sections:
        headed = bool(_UNIT_HEADINGS.search(" ".join(section.path)))
        for number, paragraph in enumerate(section.paragraphs):
            if not _UNITS_TOLD.search(paragraph.text):
                continue
            rest = [paragraph, *section.paragraphs[number + 1 : number + 1 + _SHOWN_UNITS]] if headed else [paragraph]
            text = "\n".join(p.text for p in rest)
            if len(_BODY_IN_LIST.findall(text)) < _LEAST_UNITS:
                continue
            passage = Passage(text, None, view.info.id, paragraph.page, " > ".join(section.path))
            stated = [c for c in view.content.claims if c.role is ClaimRole.COUNT and c.text in paragraph.text]
            kinds = [c for c in stated if c.unit in ("个", "家") and c.subject in query.text] or stated
            counted = _counted(query, "单位", int(kinds[0].value), view) if len(kinds) == 1 else None
            return _list_draft(text, passage, counted)
    return None


_SUM_ROW = re.compile("合计|总计|小计|部门合计")


def _name_column(table: Table) -> list[tuple[str, int]]:
    column = next((i for i, path in enumerate(table.header) if path and "名称" in path[-1]), None)
    if column is None:
        column = next((i for i, path in enumerate(table.header) if path and "单位" in path[-1]), None)
    if column is None:
        return []
    named = [(row[column].text, row[column].page) for row in table.rows if column < len(row) and row[column].text]
    return [(name, page) for name, page in named if not _SUM_ROW.fullmatch(fold(name))]


def leads(query: Query, views: tuple[View, ...]) -> Draft | None:
    """A list whose members lead their own paragraphs (（一）办公室。负责…)."""
    asked = bigrams(clean(asked_text(query)).replace(" ", "|"))
    asked = Counter({g: 1 for g in asked if "|" not in g})
    best: tuple[float, View, Section] | None = None
    duties = bool(DUTIES_ASKED.search(query.text))
    if not (_ORGANS_ASKED.search(query.text) or _UNITS_ASKED.search(query.text) or duties):
        return None
    for view in views:
        for section in view.content.sections:
            title = bigrams(fold(section.title))
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
        return _organs_in_a_sentence(query, views)
    _, view, section = best
    members = [p for p in section.paragraphs if _LIST_LEAD.match(p.text)]
    shown, rest = members[:_SHOWN_UNITS], "等" if len(members) > _SHOWN_UNITS else ""
    names = [_LIST_LEAD.sub("", p.text) for p in shown]
    short = [re.split(r"[。：:（(；]", n)[0] if query.operation is not Operation.USAGE else n for n in names]
    brief = [re.split(r"[。：:；]", n)[0] for n in names]
    number = _counted(query, section.title, len(members), view, f"逐项计数 = {len(members)}")
    passage = Passage(
        "\n".join(p.text for p in shown),
        None,
        view.info.id,
        members[0].page,
        " > ".join(section.path),
        members[0].lines[0][1] if members[0].lines else None,
    )
    detail = "；".join(brief) if max(map(len, short)) <= 30 else "\n".join(p.text for p in shown)
    lead = f"{section.title}共{len(members)}项：{detail}{rest}。"
    return _list_draft(lead, passage, number)


def _counted(query: Query, name: str, count: int, view: View, expression: str = "") -> Item | None:
    """How many members a list has, where the question asks how many."""
    if query.operation is not Operation.COUNT:
        return None
    figure = Figure(name, view.info, view.info.year, "", Decimal(count), "个", 0, expression=expression)
    return Item(figure, Verdict(Status.SINGLE_SOURCE, ()), f"{name}数量")


def _list_draft(lead: str, passage: Passage, number: Item | None) -> Draft:
    """The answer that names the members of a list, with their number where it was asked."""
    if number is None:
        return Draft(Status.TEXT, lead=lead, passages=(passage,))
    return Draft(Status.SINGLE_SOURCE, (number,), lead, passages=(passage,))


_ORGAN_SENTENCE = re.compile(
    r"[^。；]*?(?:内设|下设|机关设|设有?|设立)[^。；:：]{0,16}?(?:机构|处室|科室|部门|科|处|室)[:：]([^。；]+)"
)


_NAMED_IN_A_ROW = re.compile(r"(?:内设|下设|机关设|设有|设立|设置)[^。；]*?[\u4e00-\u9fff]、[^。；]*[。；]?")


_NOUN_ASKED = re.compile(r"(?:哪些|哪几个?|几个|多少个|有什么)(?P<noun>[\u4e00-\u9fff]{2,6}?)(?=[?？，,。]|$)")


def _of_the_noun(query: Query) -> tuple[re.Pattern[str], ...]:
    """哪些大队: the clause that lists what is called so, before any other."""
    asked = _NOUN_ASKED.search(query.text)
    return (re.compile(rf"[^。；]*?\d+个{asked['noun']}[:：]([^。；]+)"),) if asked else ()


def _organs_in_a_sentence(query: Query, views: tuple[View, ...]) -> Draft | None:
    """机关设8个内设机构：办公室、…: members named in a row behind a colon; else the sentence that names them."""
    if not _ORGANS_ASKED.search(query.text):
        return None
    for pattern in (*_of_the_noun(query), _ORGAN_SENTENCE, _NAMED_IN_A_ROW):
        for view in views:
            for section in view.content.sections:
                for paragraph in section.paragraphs:
                    m = pattern.search(paragraph.text)
                    if m is None:
                        continue
                    bbox = paragraph.lines[0][1] if paragraph.lines else None
                    passage = Passage(m.group(0), None, view.info.id, paragraph.page, " > ".join(section.path), bbox)
                    if pattern is _NAMED_IN_A_ROW:
                        return _list_draft(m.group(0), passage, None)
                    names = [n for n in re.split(r"[、,，和]", m.group(1)) if n.strip()]
                    if len(names) >= _LEAST_UNITS:
                        lead = f"共{len(names)}个：{'、'.join(names)}。"
                        return _list_draft(lead, passage, _counted(query, "内设机构", len(names), view))
    return None
