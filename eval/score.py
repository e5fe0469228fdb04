"""Judges answers against cases with known truth.

Definitions:
- A figure is right when it equals the expected one in 元 (or in its own unit) within half a unit of the last digit that
  either of them prints; a coarser answer may be off by 0.05 % at most. Signs are not compared: documents and answers
  say 减少 in words. Money never equals a percentage.
- The first expected figure must stand among the first of `values` (as many as are expected); further ones may stand
  anywhere in `values` or in the text, in any unit. Figures are digits; 十六 in the text is a word, not a figure.
- `contains`: each stands in the text; `any`: one of them does; `forbid`: none does. Spaces and commas do not count.
- A case to abstain from is right when the answer says not_found or clarify.
- False-verified: a wrong first figure, or any figure where none exists, that the answer calls verified.
- Cited: a right page of a right document is among the citations; counted over right answers to cases with pages.
  Cited by cell: the box of a citation lies on a table cell that prints an expected figure; over cases with `cells`.
- `in_order` and `extra` describe a right answer's values and do not change the judgement.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Mapping[str, Any]

_MONEY = {"元": 0, "千元": 3, "万元": 4, "万": 4, "亿元": 8, "亿": 8}
"""Powers of ten that turn a unit into 元."""
_PERCENT = {"%", "百分比", "个百分点", "百分点"}
_COARSE = Decimal("0.0005")
_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)(亿元|万元|千元|元|%|个百分点|[\u4e00-\u9fff]{0,3})")
STATUS_NAMES = {
    "verified": "已核实",
    "single_source": "单一出处",
    "conflict": "相互矛盾",
    "not_found": "未找到",
    "clarify": "追问",
    "text": "文字回答",
    "error": "出错",
}
"""What people read for an answer's status."""
ABSTAINED = ("not_found", "clarify")
_SLACK = 1.0
"""Points by which a citation's middle may lie outside the true cell."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure in its base unit with half a step of its last digit; `kind` is "money", "%" or the unit."""

    value: Decimal
    half_step: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one case. `cited` is None where no page, `cited_cell` where no cell is expected."""

    id: str
    kind: str
    ok: bool
    reason: str = ""
    false_verified: bool = False
    cited: bool | None = None
    cited_cell: bool | None = None
    in_order: bool = True
    extra: int = 0


def figure(value: object, unit: str | None) -> Figure | None:
    """The figure that a decimal string and a unit print, or None when the string is no number."""
    text = str(value).replace(",", "").replace("%", "").replace("−", "-").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    exponent = number.as_tuple().exponent
    half = Decimal(1).scaleb(int(exponent)) / 2
    unit = (unit or "").strip()
    if unit in _MONEY:
        power = _MONEY[unit]
        return Figure(number.scaleb(power), half.scaleb(power), "money")
    return Figure(number, half, "%" if unit in _PERCENT else unit)


def same_figure(expected: Json, got: Json) -> bool:
    """Whether two {value, unit} state one amount, each in its printed precision."""
    a, b = figure(expected.get("value"), expected.get("unit")), figure(got.get("value"), got.get("unit"))
    if a is None or b is None or (a.kind != b.kind and {a.kind, b.kind} & {"money", "%"}):
        return False
    difference = abs(abs(a.value) - abs(b.value))
    return difference <= a.half_step or (difference <= b.half_step <= abs(a.value) * _COARSE)


def folded(text: object) -> str:
    """Text as it is compared: NFKC, without spaces and commas."""
    return re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", str(text or "")))


def told(expected: Json, text: str) -> bool:
    """Whether folded text states the figure, in any unit."""
    for value, unit in _FIGURE.findall(text):
        if same_figure(expected, {"value": value, "unit": unit}):
            return True
        if unit not in _MONEY and unit != "%" and same_figure(expected, {"value": value, "unit": expected["unit"]}):
            return True
    return False


def judge(case: Json, answer: Json) -> Judgement:
    """The judgement of one answer."""
    expect: Json = case["expect"]
    if answer.get("error"):
        return _wrong(case, f"出错：{str(answer['error'])[:80]}")
    if expect.get("abstain"):
        return _abstention(case, answer)
    values: Sequence[Json] = answer.get("values") or []
    verified = bool(values) and bool(values[0].get("verified"))
    reason = _figures_wrong(expect.get("numbers") or [], values, folded(answer.get("text")), _said(answer))
    if reason:
        return _wrong(case, reason, verified and bool(expect.get("numbers")))
    reason, forbidden = _words_wrong(expect, folded(answer.get("text")))
    if reason:
        return _wrong(case, reason, forbidden and verified)
    wanted = expect.get("numbers") or []
    in_order = all(i < len(values) and same_figure(w, values[i]) for i, w in enumerate(wanted))
    extra = sum(not any(same_figure(w, v) for w in wanted) for v in values)
    return Judgement(
        str(case["id"]),
        str(case["kind"]),
        True,
        cited=cited(case, answer),
        cited_cell=cited_cell(case, answer),
        in_order=in_order,
        extra=extra,
    )


def _said(answer: Json) -> str:
    status = str(answer.get("status"))
    return STATUS_NAMES.get(status, status)


def _wrong(case: Json, reason: str, false_verified: bool = False) -> Judgement:
    return Judgement(str(case["id"]), str(case["kind"]), False, reason, false_verified)


def _abstention(case: Json, answer: Json) -> Judgement:
    if answer.get("status") in ABSTAINED:
        return Judgement(str(case["id"]), str(case["kind"]), True)
    values: Sequence[Json] = answer.get("values") or []
    reason = f"应当拒答或追问，却答“{_said(answer)}”{shown(values)}"
    return _wrong(case, reason, any(v.get("verified") for v in values))


def _figures_wrong(wanted: Sequence[Json], values: Sequence[Json], text: str, status: str) -> str:
    def given(index: int, want: Json) -> bool:
        return any(same_figure(want, v) for v in values) or (index > 0 and told(want, text))

    first = not wanted or any(same_figure(wanted[0], v) for v in values[: len(wanted)])
    if first and all(given(i, w) for i, w in enumerate(wanted)):
        return ""
    return f"应为 {shown(wanted)}，答“{status}”{shown(values)}"


def _words_wrong(expect: Json, text: str) -> tuple[str, bool]:
    """What is wrong with the words ("" when nothing), and whether it is a forbidden one."""
    for word in expect.get("contains") or []:
        if folded(word) not in text:
            return f"回答中没有“{word}”", False
    choices = expect.get("any") or []
    if choices and not any(folded(word) in text for word in choices):
        return f"回答中没有这些词之一：{'、'.join(choices)}", False
    for word in expect.get("forbid") or []:
        if folded(word) in text:
            return f"回答中不应有“{word}”", True
    return "", False


def shown(values: Sequence[Json]) -> str:
    """Up to four figures, for a message."""
    return "、".join(f"{v.get('value')}{v.get('unit') or ''}" for v in values[:4]) or "（无数字）"


def cited(case: Json, answer: Json) -> bool | None:
    """Whether a right page of a right document is cited; None when the case names no page."""
    expect: Json = case["expect"]
    pages = expect.get("page_by_doc") or case.get("page")
    citations: Iterable[Json] = answer.get("citations") or []
    if isinstance(pages, Mapping) and pages:
        return any(c.get("page") in pages.get(_stem(c), ()) for c in citations)
    plain = expect.get("page") or (None if isinstance(pages, Mapping) else pages)
    if not plain:
        return None
    wanted = plain if isinstance(plain, list) else [plain]
    documents = case.get("doc") or []
    documents = [documents] if isinstance(documents, str) else documents
    return any(c.get("page") in wanted and (not documents or _stem(c) in documents) for c in citations)


def cited_cell(case: Json, answer: Json) -> bool | None:
    """Whether a citation's box lies on a cell that prints an expected figure; None when the case names no cell.

    `cells` of a case: by document, "page left top right bottom" in points from the top left.
    """
    true: Mapping[str, Iterable[str]] = case.get("cells") or {}
    if not true:
        return None
    return any(
        _lies_on(c, tuple(float(x) for x in cell.split()))
        for c in answer.get("citations") or []
        if c.get("bbox")
        for cell in true.get(_stem(c), ())
    )


def _lies_on(citation: Json, cell: tuple[float, ...]) -> bool:
    page, left, top, right, bottom = cell
    x0, y0, x1, y1 = (float(x) for x in citation["bbox"])
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    inside = left - _SLACK <= x <= right + _SLACK and top - _SLACK <= y <= bottom + _SLACK
    return citation.get("page") == page and inside


def _stem(citation: Json) -> str:
    return str(citation.get("document") or "").rsplit("/", 1)[-1].removesuffix(".pdf")
