"""Institutions that a question names and no document is held of (某镇卫生院的培训费)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from indexer.tables.words import is_body_name
from retriever.query import Subject

_INSTITUTION = re.compile(
    r"中心|(?:小学|中学|学校|幼儿园|大学|学院|职校|技校|高中(?!级)|初中)"
    r"|(?:医|卫生|保健|研究|设计|剧|福利|敬老|养老|干休|科学|画|技师)院"
    r"|(?:研究|派出|卫生|司法|税务|监督|检疫|看守|戒毒|财政|管理|服务|监测|干休|防治)所"
    r"|(?:管理|推广|服务|监测|监督|气象|消防|防疫|种子|植保|农机|文化|工作|防治|兽医|水文|血)站"
    r"|(?:文化|科技|美术|体育|纪念|展览|群艺|陈列)馆|(?:文化|少年|青少年)宫|(?:大|支|总|中|执法|消防)队"
    r"|(?:动物|植物|公)园|(?:供销|报|出版)社|(?:电视|气象)台|(?:林|农|渔|牧)场|水厂|公司|集团|(?<![城乡村集各])镇|(?<![城下故])乡(?!村|镇)"
)
_BOUNDARY = re.compile(r"[^\u4e00-\u9fff]|[的年和与比在跟及同把给对从去到请帮问查看]")
_PRONOUN = re.compile(r"^(?:我|你|他|咱|本|该|贵|这|那|各|全|哪|某|每)")
_LINK = re.compile(
    r"^(?:\||的|自己|自个儿?|单独|独自|一家|本身|那里|那边|,|单位|部门|(?:那|这)?一?家|分到|分得|拿到|到手)*"
)
_MONEY = re.compile(
    r"^(?:(?:都|共|一共|总共)?(?:有|安排)(?:了)?(?:什么|哪些|几个|多少)|预算|决算|(?:多少|几)(?:预算|钱|经费|资金|万|元)|总收入|总支出|收入|支出|一共|总共|花了?|用了?)"
)
_SHORTEST = 3
_UNIT_BELOW = re.compile(
    r"(?:下面|下属|所属|底下|旗下|下辖|直属)的?(?:那个|那家)?([\u4e00-\u9fff]{1,8}?(?:院|所|中心|站|馆|校|队|场|团|社))"
)
_BELOW = re.compile("下面|下属|所属|底下|旗下|下辖|直属")
_PRINTED = 5
"""So many last characters of a name that a printed label holds make it a thing the documents speak of."""


def institutions_not_held(
    masked: str, subjects: tuple[Subject, ...], labels: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Names of institutions whose figure is asked for, in a question with the held departments blotted out.

    Only a name right in front of what is asked (某某中心的三公经费, 某某院2024年预算) counts as an owner; a name
    that stands inside a printed label is that label's.
    """
    out: list[str] = []
    units = [m.span(1) for m in _UNIT_BELOW.finditer(masked)]
    masked = _BELOW.sub(lambda m: "|" * len(m.group(0)), masked)
    for at, end in (*((m.start(), m.end()) for m in _INSTITUTION.finditer(masked)), *units):
        start = at
        while start > 0 and end - start < 20 and not _BOUNDARY.match(masked[start - 1]):
            start -= 1
        name = masked[start:end]
        if len(name) < _SHORTEST or _PRONOUN.match(name) or _is_printed(name, labels):
            continue
        link = _LINK.match(masked[end:])
        after = end + (link.end() if link else 0)
        asked = any(s.start == after for s in subjects if s.end > s.start)
        if asked or (after > end and _MONEY.match(masked[after:])):
            out.append(name)
    return tuple(dict.fromkeys(n for n in out if not any(n != o and n in o for o in out)))


def _is_printed(name: str, labels: Mapping[str, tuple[str, ...]]) -> bool:
    """A row that bears just a body's name is a unit's, no thing's."""
    tail = name[-max(_PRINTED, _SHORTEST) :]
    things = (phrase for phrase in labels if not is_body_name(phrase))
    return any(name in phrase or (len(name) >= _PRINTED and tail in phrase) for phrase in things)
