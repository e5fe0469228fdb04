"""Counts that prose states of whatever noun a question counts: 几个处室, 编制多少, 下辖多少个居民区."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.types import Claim, ClaimRole
from retriever.draft import Draft, Item
from retriever.evidence import claim_figure
from retriever.fuzzy import foreign_words
from retriever.masking import MASK
from retriever.passages import views_for
from retriever.task import Task, status_of
from retriever.view import View

_CLASSIFIERS = (
    frozenset("个家项座处所支条"),
    frozenset({"人", "名", "位", "个"}),
    frozenset({"人次"}),
    frozenset({"辆", "台", "部"}),
    frozenset({"台", "套", "台（套）", "台(套)", "件", "个"}),
    frozenset({"批", "批次", "个", "次"}),
    frozenset({"平方米", "平米", "㎡"}),
    frozenset({"亩", "公顷"}),
    frozenset({"公里", "千米"}),
    frozenset({"张", "个"}),
    frozenset({"户", "家"}),
)
_ANY = (
    "|".join(sorted({c for group in _CLASSIFIERS for c in group}, key=len, reverse=True))
    .replace("(", r"\(")
    .replace(")", r"\)")
)
_CLAUSE = re.compile(r"[^,，。;；?？]+")
_ASKED = re.compile(rf"(?:几|多少)(?P<unit>{_ANY}|)(?P<after>[\u4e00-\u9fff]{{0,8}})")
_MONEY = re.compile(r"^(?:钱|万|元|亿|经费|资金|预算|支出|费用)|平均|占|每")
_OF_MONEY = re.compile("(?:支出|收入|预算|决算|经费|费用?|资金|款|结余|补助|工资|资产|总额|金额|价值)$")
_VERBS = re.compile(
    "一共|总共|合计|共计|现有|拥有|包括|设有|内设|下设|下辖|底下|下面|管着|管|设了?|(?<!实)有|是|为|共|配备?|派|开|用|要|得|吗|呢|的|了"
)
_ALIKE = (
    frozenset({"处室", "科室", "股室", "内设机构", "内设处室", "内设科室", "职能处室", "职能科室", "科", "处", "股"}),
    frozenset({"下属单位", "所属单位", "直属单位", "二级单位", "下级单位", "所属预算单位"}),
    frozenset({"在职", "实有", "在编", "在岗", "在职人员", "实有人员", "在职在编人员", "实有人数"}),
    frozenset({"辅警", "警务辅助人员", "辅助警察", "协警"}),
    frozenset({"学生", "在校学生", "在校生", "学生数", "在校学生数"}),
)
_TAIL = "以及和与等的"
_NEAR = 0.6
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one clause counts: its nouns, its classifier ("" for any) and what else it says of them before it."""

    nouns: tuple[str, ...]
    unit: str
    before: str = ""


def stated_count(task: Task) -> Draft | None:
    """The numbers that the documents state of the things which a question counts; None unless each is found."""
    items: list[Item] = []
    claims: list[Claim] = []
    for wanted in _wanted(task.query.masked):
        found = _best(task, wanted)
        if found is None:
            return None
        claim, view = found
        claims.append(claim)
        items.append(task.item(claim_figure(claim, view)))
    if not items:
        return None
    lead = "".join(dict.fromkeys(f"{claim.text.rstrip('。')}。" for claim in claims))
    return Draft(status_of(tuple(items)), tuple(items), lead)


def _wanted(masked: str) -> Iterator[_Wanted]:
    for clause in _CLAUSE.findall(masked.replace(MASK, " ")):
        for match in _ASKED.finditer(clause):
            after = _VERBS.split(match["after"])[0]
            if _MONEY.search(match["after"]) or "平均" in clause:
                continue
            before = _VERBS.sub(" ", clause[: match.start()]).split()
            nouns = (
                (after,)
                if len(after) >= _SHORTEST or after in _ALIKE[0]
                else tuple(word for word in before[-2:] if len(word) >= _SHORTEST)
            )
            if not nouns and match["unit"] in ("人", "名", "位"):
                nouns = ("人员",)
            if nouns and (match["unit"] or not any(map(_OF_MONEY.search, nouns))):
                yield _Wanted(nouns, match["unit"], "".join(before[-2:]))


def best_count(task: Task, noun: str, unit: str) -> tuple[Claim, View] | None:
    """The one count that prose states of a noun, in a unit."""
    return _best(task, _Wanted((noun,), unit, noun))


def _best(task: Task, wanted: _Wanted) -> tuple[Claim, View] | None:
    """The one claim whose subject is nearest to the noun; None where none is near or two say different numbers."""
    years = {y for body in task.bodies for y in task.years(body)}
    found = [
        (
            (score, claim.subject.rstrip(_TAIL) in wanted.nouns),
            claim.year in years,
            _told(wanted.before, claim.subject),
            claim,
            view,
        )
        for view in _views(task)
        for claim in view.content.claims
        if claim.role is ClaimRole.COUNT and _same_kind(wanted.unit, claim.unit)
        if (score := max(_alike(noun, claim.subject.rstrip(_TAIL)) for noun in wanted.nouns)) >= _NEAR
    ]
    if not found:
        return None
    best = max(found, key=lambda f: f[:3])
    rivals = {f[3].value for f in found if f[:3] == best[:3]}
    return (best[3], best[4]) if len(rivals) == 1 else None


_SHORT_NOUN = 3
_COUNT_TAIL = re.compile("(?:总|人)?(?:数|数量|人员|名额|总量|规模|户|个)*$")


def _is_head(noun: str, subject: str) -> bool:
    """编制 of 核定编制数, not of 编制范围内的预算单位: a short word has to name the thing itself."""
    return _COUNT_TAIL.sub("", subject).endswith(
        (noun, noun[1:] if len(noun) > _SHORTEST else noun)
    ) or subject.endswith(noun)


def _told(before: str, subject: str) -> int:
    """How many characters of what a question says of a thing its name in the text has too (实际开放 of 实际开放床位)."""
    return sum(c in subject for c in dict.fromkeys(before))


def _views(task: Task) -> tuple[View, ...]:
    """What stands at a year's end is printed in that year's accounts and in the next year's budget."""
    views = views_for(task)
    if not task.query.year_end:
        return views
    after = {y + 1 for y in task.query.years}
    later = (d for body in task.bodies for d in body.documents if d.year in after)
    return (*views, *(task.library.view(d.id, d.sha256) for d in later))


def _same_kind(asked: str, printed: str) -> bool:
    return not asked or asked == printed or any(asked in group and printed in group for group in _CLASSIFIERS)


def _alike(noun: str, subject: str) -> float:
    """The share of the longer of two names that both have in common, in one run; 1 for words of one meaning."""
    if any(
        noun in group and any(subject.endswith(word) for word in group if len(word) >= _SHORTEST) for group in _ALIKE
    ):
        return 1.0
    if foreign_words(noun, subject) or (len(noun) <= _SHORT_NOUN and not _is_head(noun, subject)):
        return 0.0
    run = max(
        (j - i for i in range(len(noun)) for j in range(i + _SHORTEST, len(noun) + 1) if noun[i:j] in subject),
        default=0,
    )
    rest = sum(1 for c in dict.fromkeys(noun) if c in subject)
    return (run + rest) / (2 * len(noun)) if run else 0.0
