"""Words that captions, notes, column numbers and continuation marks are printed with."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

from indexer.text import cell_number, fold

_MONEY = r"(?:人民币)?(?:百万|千|万|亿)?元"
_UNIT = re.compile(rf"(?:金额|货币|计量|数量)?单位[:：]?({_MONEY}|%|百分比|个|人|辆|平方米|平米|台|套)")
_UNIT_ONLY = re.compile(rf"^[(（\[]?(?:金额|货币|计量)?单位?[:：]?({_MONEY})(?:[、/,，;；][^:：]{{1,12}})*[)）\]]?$")
_UNIT_TAIL = re.compile(rf"[(（]({_MONEY})[)）]$")
_UNIT_IN_HEADING = re.compile(rf"[(（]?(?:(?:金额|货币|计量)?单位[:：])?({_MONEY})[)）]")
_DEPARTMENT = re.compile(
    r"^(?:(?:编制|填报|填表|预算|公开|主管|申报)?(?:部门|单位)(?:\(单位\)|（单位）)?(?:名称|编码)?)[:：]"
)
_CODED_NAME = re.compile(r"^\d{3,9}\s*[-—]?\s*[一-鿿（(]")
_FORM_NUMBER = re.compile(
    r"^(?:部门|单位|财决|公开|附件?|预算|决算)*(?:公开)?[附]?(?:表[一二三四五六七八九十\d.\-—]{1,5}|[\d一二三四五六七八九十\-—]{1,5}表)(?:[:：])?$"
)
_DATE_LINE = re.compile(
    r"^[(（]?(?:(?:预算年度|年度|编制日期|填报日期|日期|会计年度)[:：]|截[止至](?:时间|日期)?[:：]?).{0,20}$"
)
_BARE_DATE = re.compile(r"^[(（]?(?:19|20)\d\d(?:年度?(?:\d{1,2}月(?:\d{1,2}日)?)?|[-/.]\d{1,2}[-/.]\d{1,2})?[)）]?$")
_NOTE = re.compile(r"^(?:[*＊※]|\d[.、])?\s*(?:备?注|说明|备注说明|附注)\s*[\d一二三]?\s*[:：.、]")
_EMPTINESS = re.compile("空表|(?:此|本)表(?:无|没有|为空)|无(?:此|该)项|(?:此|本)表反映")
_CONTINUED = re.compile(r"[(（]?(?:续表?|接上表|续上表|上接.{0,6})[一二三四五六七八九十\d]*[)）]?")
_SENTENCE = re.compile(r"[。；;]|，.{6,}")
_PAGE_NUMBER = re.compile(
    r"^[-—–－~·\s]*(?:第\s*)?(?:\d{1,4}|[ivxlIVXL]{1,6})(?:\s*页)?(?:\s*[,，]?\s*[共/／]\s*\d{1,4}\s*页?)?[-—–－~·\s]*$"
)
_COLUMN_MARK = re.compile(r"^(?:栏次|行次|档次|列次|栏目|序号)$")
_COLUMN_NUMBER = re.compile(r"^[(（]?(\d{1,2})[)）]?(?:[=＝].*)?$")
_DASHES = ("-", "—", "–", "——")
_LETTERS = "甲乙丙丁戊己"
_INDICATOR = re.compile(
    r"^(?:[一二三四]级指标|年?度?(?:[(（]?项目[)）]?)?指标值.*|指标(?:名称|内容|描述|说明|类[型别])|(?:绩效)?目标值|绩效指标(?:描述|内容|名称)?)$"
)

_remembered = lru_cache(maxsize=8192)
"""A line is asked about many times, and most lines return from page to page and from document to document."""


@_remembered
def unit_of(text: str) -> str:
    """The unit that a caption line states ("单位：万元" -> "万元"), or ""."""
    folded = fold(text)
    m = _UNIT.search(folded) or _UNIT_ONLY.match(folded) or _UNIT_TAIL.search(folded)
    return _plain_unit(m.group(1)) if m else ""


def unit_in_heading(text: str) -> str:
    """The money unit named in a heading ("价值（金额单位：万元）", "金额(元)"), or ""."""
    m = _UNIT_IN_HEADING.search(fold(text))
    return _plain_unit(m.group(1)) if m else ""


def _plain_unit(unit: str) -> str:
    return unit.removeprefix("人民币")


@_remembered
def is_unit_line(text: str) -> bool:
    folded = fold(text).lstrip("([（")
    m = _UNIT.match(folded)
    return bool(_UNIT_ONLY.match(folded)) or (m is not None and len(folded) <= len(m.group(0)) + 4)


@_remembered
def is_department_line(text: str) -> bool:
    return bool(_DEPARTMENT.match(fold(text))) and not is_unit_line(text)


@_remembered
def is_coded_name(text: str) -> bool:
    """A line like "731 某某局": a body's code with its name; a year is no code."""
    folded = fold(text)
    return bool(_CODED_NAME.match(folded)) and not re.match(r"^(?:19|20)\d\d年", folded) and len(folded) < 40


_BODY_NAME = re.compile(
    r"^[\u4e00-\u9fff（）()]{4,30}(?:局|厅|委员会|办公室|办事处|院|中心|站|所|学校|中学|小学|幼儿园|馆|联合会|协会|总队|支队|大队|管理处|政府|法庭)(?:[（(]?(?:本级|汇总|本部)[)）]?)?$"
)


@_remembered
def is_body_name(text: str) -> bool:
    """A line that is nothing but a body's name; no title of a table ends so."""
    folded = fold(text)
    return bool(_BODY_NAME.match(folded)) and not re.search(r"表|情况|预算|决算|支出|收入|收支|经费|明细", folded)


@_remembered
def is_form_number(text: str) -> bool:
    return bool(_FORM_NUMBER.match(fold(text)))


@_remembered
def is_date_line(text: str) -> bool:
    folded = fold(text)
    return bool(_DATE_LINE.match(folded) or _BARE_DATE.match(folded))


def is_bare_date(text: str) -> bool:
    """A year or date alone; beside other words it belongs to them."""
    return bool(_BARE_DATE.match(fold(text)))


@_remembered
def is_note(text: str) -> bool:
    return bool(_NOTE.match(text.strip()))


def is_emptiness(text: str) -> bool:
    """A line below a table that speaks of the table, without the word 注 before it."""
    return bool(_EMPTINESS.search(fold(text)))


def is_continued(text: str) -> bool:
    """A line that only says that a table goes on."""
    return bool(_CONTINUED.fullmatch(fold(text)))


def without_continued(title: str) -> str:
    """A title without a mark of continuation at its end or start."""
    return re.sub(
        r"^(?:续表[:：]?)|[(（](?:续表?|接上表|续上表)[一二三四五六七八九十\d]*[)）]$|(?:续表)$", "", title.strip()
    ).strip()


@_remembered
def is_sentence(text: str) -> bool:
    return bool(_SENTENCE.search(text)) or len(text) > 60


@_remembered
def is_page_number(text: str) -> bool:
    return bool(_PAGE_NUMBER.match(text.strip()))


def is_indicator(text: str) -> bool:
    """A heading of an indicator table (一级指标, 指标值 …)."""
    return bool(_INDICATOR.match(fold(text)))


def is_number_row(texts: list[str]) -> bool:
    """Whether cells are column numbers (栏次 1 2 3 …), maybe with a mark or letters before them."""
    filled = [fold(t) for t in texts if t.strip()]
    numbers: list[int] = []
    marks = 0
    for text in filled:
        if m := _COLUMN_NUMBER.match(text):
            numbers.append(int(m.group(1)))
        elif _COLUMN_MARK.match(text) or (len(text) == 1 and text in _LETTERS) or text in ("——", "—", "-"):
            marks += 1
        else:
            return False
    if not numbers:
        return marks >= 2 and any(t in _LETTERS or _COLUMN_MARK.match(t) for t in filled)
    rising = all(b == a + 1 for a, b in itertools.pairwise(numbers))
    if marks:
        return rising or len(numbers) == 1
    return rising and numbers[0] <= 2 and len(numbers) >= 2


def is_row_of_figures(texts: Sequence[str]) -> bool:
    """Whether a line's texts are a label and figures, one or more, or only dashes in their place."""
    rest = texts[1:]
    return any(is_figure(t) for t in rest) or (len(rest) >= 2 and all(t in _DASHES for t in rest))


@_remembered
def is_figure(text: str) -> bool:
    """A number that no heading would be: an amount, a code, a count (a bare year may be a heading)."""
    number = cell_number(text)
    if number is None:
        return False
    folded = fold(text)
    return not re.fullmatch(r"(?:19|20)\d\d", folded)
