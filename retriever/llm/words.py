"""A sentence of a draft as tokens. What is no name, figure or plain word of these lists is not understood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from indexer.text import fold
from retriever.llm.stated import Evidence


class Kind(Enum):
    """What a token does."""

    ITEM = auto()
    DEPARTMENT = auto()
    YEAR = auto()
    STAGE = auto()
    FIGURE = auto()
    UP = auto()
    DOWN = auto()
    THAN = auto()  # 比, 较: what follows is compared with
    WITH = auto()  # 与 …相比, where 相比 follows; else it joins
    COMPARED = auto()
    SHARE = auto()
    PARTS = auto()  # 其中: what follows are parts
    WITHIN = auto()  # 中, 里: behind an item as 其中, else a plain word
    JOIN = auto()
    EACH = auto()
    ALL = auto()
    SUM = auto()
    NONE = auto()  # 未安排: a figure of nought
    IS = auto()
    STOP = auto()
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`value`: the folded item or department, the year, the stage, or the number; `unit` of a figure."""

    kind: Kind
    value: str = ""
    unit: str = ""


_FIXED: dict[Kind, str] = {
    Kind.UP: "增加 增加了 增长 增长了 上升 上升了 提高了 多 多出 多了 高出 增幅 增幅为 增幅是",
    Kind.DOWN: "减少 减少了 下降 下降了 降低 降低了 少 少了 降幅 降幅为 降幅是",
    Kind.THAN: "比 较 相比于 相较于",
    Kind.WITH: "与 同",
    Kind.COMPARED: "相比",
    Kind.SHARE: "占 占到 占了",
    Kind.PARTS: "其中 其中包括 其中包含 包括 包含 包括了 里面",
    Kind.WITHIN: "中 里 中的 里的",
    Kind.JOIN: "、 和 及 以及 跟",
    Kind.EACH: "分别 分别为 分别是 依次为 依次是",
    Kind.ALL: "均 都 均为 都是 都为",
    Kind.SUM: "合计 共 共计 一共 总共 总计 加起来 合计为 共为 两项合计 合起来",
    Kind.NONE: "未安排 没有安排 无安排 为零 均未安排 都没有安排 都未安排 均没有安排 均为零 都为零",
    Kind.IS: "为 是 即 就是 等于",
    Kind.STOP: ", ; : ( ) 。 ! . ~ 《 》 [ ]",
    Kind.PLAIN: "的 了 达 达到 有 共有 还有 安排 安排了 列 列示 金额 金额为 金额是 数额 数额为 数 数为 数是 数据 根据 按照 依据 据 按 在 对 于"
    " 该 这项 该项 其 您 您好 你好 所问 问的 关于 显示 可知 来看 看 文件 公开 公布 编制 而 则 同时 另外 此外 具体 具体来说"
    " 如下 结果 数字 比例 比重 的比例 的比重 方面",
    Kind.STAGE: "",
}
_STAGES = {
    w: stage
    for stage in ("预算", "决算")
    for w in (stage, f"部门{stage}", f"{stage}数", f"部门{stage}数", f"{stage}安排", f"部门{stage}文件", f"{stage}文件")
}
_YEAR = re.compile(r"(20[0-9]{2})年(?:度)?")
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_UNITS = ("亿元", "百万元", "千元", "万元", "元", "%", "个百分点", "倍")
_BROKEN = re.compile(r"[0-9０-９][^\S\n]*[“”\"'‘’*_`]+[^\S\n]*[0-9０-９.．]|[0-9０-９][.．,，]?\s+[.．]?[0-9０-９]")
"""A number with marks or gaps in it reads differently from what it is."""


@lru_cache(maxsize=1)
def _words() -> dict[str, Token]:
    words = {w: Token(kind) for kind, text in _FIXED.items() for w in text.split()}
    return words | {w: Token(Kind.STAGE, stage) for w, stage in _STAGES.items()}


def tokens(sentence: str, evidence: Evidence) -> tuple[Token, ...] | None:
    """The sentence token by token, longest first; None where any of it is not understood."""
    if not _is_plain(sentence):
        return None
    text = fold(sentence)
    names = {n: Token(Kind.ITEM, k) for n, k in evidence.names.items()}
    names |= {n: Token(Kind.DEPARTMENT, k) for n, k in evidence.departments.items()}
    words = _words() | names
    longest = max(map(len, words))
    units = sorted({*_UNITS, *(u for s in evidence.stated for _, u in s.texts if u)}, key=len, reverse=True)
    out: list[Token] = []
    at = 0
    while at < len(text):
        found = next(((words[text[at : at + n]], n) for n in range(longest, 0, -1) if text[at : at + n] in words), None)
        year, number = _YEAR.match(text, at), _NUMBER.match(text, at)
        if year and (found is None or found[1] < year.end() - at):
            found = Token(Kind.YEAR, year[1]), year.end() - at
        elif number and (found is None or found[1] < number.end() - at):
            unit = next((u for u in units if text.startswith(u, number.end())), None)
            if unit is None:
                return None
            found = Token(Kind.FIGURE, number[0].replace(",", ""), unit), number.end() - at + len(unit)
        if found is None:
            return None
        out.append(found[0])
        at += found[1]
    return tuple(out)


def _is_plain(sentence: str) -> bool:
    """No invisible characters, no digits in disguise (½, ², ⑨), no number torn apart."""
    for c in sentence:
        form = unicodedata.normalize("NFKC", c)
        if unicodedata.category(c)[0] in "CM" and c not in "\n\t":
            return False
        if (
            any(d.isnumeric() and not "\u4e00" <= d <= "\u9fff" for d in c + form)
            and c not in "0123456789０１２３４５６７８９"
        ):
            return False
    return _BROKEN.search(sentence) is None


_TELLS = re.compile(r"[0-9０-９零〇一二三四五六七八九十百千万亿两半倍番成几]|[%％‰]")


def tells(sentence: str, evidence: Evidence) -> bool:
    """Whether a sentence speaks of anything in the answer, or of any quantity; idle talk does not."""
    folded = fold(sentence)
    named = any(n in folded for n in (*evidence.names, *evidence.departments))
    return bool(named or _TELLS.search(sentence) or not _is_plain(sentence))
