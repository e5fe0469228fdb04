"""What of a question is blotted out before its subject is looked for, and what is left over afterwards."""

from __future__ import annotations

import re

from indexer.lexical import words_of
from indexer.vocabulary import vocabulary
from retriever.catalog import Catalog, Mention
from retriever.language import language
from retriever.query import Subject
from retriever.subjects import clean

MASK = "|"


def mask(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """The text with spans blotted out, of the same length."""
    for start, end in spans:
        text = text[:start] + MASK * (end - start) + text[end:]
    return text


def mask_regions(text: str, catalog: Catalog, mentions: tuple[Mention, ...]) -> str:
    """Blot out region names and 人民政府 in front of a named department, and region names standing alone."""
    for word in catalog.region_words():
        for m in list(re.finditer(re.escape(clean(word)), text)):
            follows = text[m.end() : m.end() + 1]
            if len(word) > 2 or m.start() == 0 or follows in (MASK, "区", "市", "县", "省", ""):
                text = mask(text, ((m.start(), m.end()),))
    for mention in mentions:
        text = re.sub(r"(?:人民政府|[省市区县])(?=\|)", lambda m: MASK * len(m.group(0)), text)
        del mention
    return text


def table_kind(text: str) -> str:
    """The kind of table that a question names (收支总表, 支出决算表 …); "" when none."""
    best, kind = 0, ""
    for entry in vocabulary().kinds.values():
        for word in entry.words:
            key = clean(word)
            if key.endswith("表") and len(key) > best and key in text:
                best, kind = len(key), entry.kind
    return kind


_TABLE_NAME = re.compile(
    r"(?:部门|单位|财务|财政拨款|一般公共预算|政府性基金|政府基金|国有资本经营|基本支出|项目支出|收入|支出|收支|预算|决算|总体|三公|经费"
    r"|功能分类|经济分类|机关运行|绩效|目标|填报|政府采购|资产|明细|占用|会议费|培训费|公务|因公出国|项目|自评|结果|汇总|情况|机构|人员"
    r"|[和与及、]){1,14}(?:总表|明细表|情况表|决算表|预算表|支出表|收入表|经费表|目标表|填报表|汇总表|一览表|自评表)"
)


_COUNTED_SHEETS = re.compile("[^,，。]{0,8}[几多][少]?[张份]")


def mask_tables(text: str) -> tuple[str, str]:
    """Blot out the table that a question names, and say of what kind it is ("" where that is not known)."""
    m = _TABLE_NAME.search(text)
    if m is None or _COUNTED_SHEETS.match(text[m.end() :]):
        return text, table_kind(text)
    kind = vocabulary().kind_of_title(m.group(0)) or table_kind(m.group(0))
    return mask(text, ((m.start(), m.end()),)), kind


_CLAUSE = re.compile(r"[^，。！？；,!?;]+[，。！？；,!?;]*")


def without_small_talk(text: str, subjects: tuple[Subject, ...]) -> str:
    """Only the clauses that hold a subject count; greetings and reasons for asking do not."""
    spans = [(m.start(), m.end()) for m in _CLAUSE.finditer(text)]
    idle = [(a, b) for a, b in spans if not any(s.start < b and a < s.end for s in subjects)]
    return mask(text, tuple(idle)) if len(idle) < len(spans) else text


_ASIDE = re.compile(r"^(?:我们?|本人|俺)[^,，。|]{2,30}[,，。]")
_HEARSAY = re.compile(
    r"^[|]*(?:(?:有人|听人|网上|外面|朋友圈?|同事|邻居|新闻里?|报道|坊间|群里)(?:都)?(?:在)?[说讲称传]|听说|据说|网传|传言|都说)"
    r"[^,，。]{2,40}[,，。]"
)
"""有人说要买三辆新车，…: what somebody believes is no part of what is asked."""
_NAMED = 3
_ASKS = re.compile(r"多少|几|什么|哪|吗|怎么|为何|多大|谁")


def without_asides(masked: str) -> str:
    """我在写一篇稿子，…: who asks and why says nothing of what is asked."""
    told = _HEARSAY.match(masked)
    rest = masked[told.end() :] if told is not None else ""
    named = language().stopwords.sub("", _without_operations(rest)).replace(MASK, "")
    if told is not None and _ASKS.search(rest) and len(named) >= _NAMED:
        return mask(masked, ((0, told.end()),))
    m = _ASIDE.match(masked)
    if m is None or _ASKS.search(m.group(0)) or not _ASKS.search(masked[m.end() :]):
        return masked
    return mask(masked, ((0, m.end()),))


_LONG_PHRASE = 7


def _without_operations(text: str) -> str:
    """The text without the words that say what to do. A long match holds other words between them, which stay."""
    words = language()
    for pattern in (*(p for _, p in words.operations), *(p for _, p in words.units), words.unit_only):
        text = pattern.sub(lambda m: MASK * len(m.group(0)) if len(m.group(0)) < _LONG_PHRASE else m.group(0), text)
    return text


def leftover(masked: str, subjects: tuple[Subject, ...]) -> tuple[tuple[int, str], ...]:
    """Pieces of two characters and more that no subject, operation or common word explains, with their places."""
    text = without_small_talk(mask(masked, tuple((s.start, s.end) for s in subjects)), subjects)
    text = language().stopwords.sub(MASK, _without_operations(text))
    found = re.finditer(r"[\u4e00-\u9fffA-Za-z]{2,}", text)
    return tuple((m.start(), m.group(0)) for m in found if not _says_nothing(m.group(0)))


_SAYS_NOTHING = {"收支", "总额", "大类", "分类", "投入", "哪一", "哪儿来", "砍掉", "压掉", "削减", "收入支出"}
"""Pieces that only frame a question about money, whatever they stand beside."""


_WHICH_OF = re.compile("[哪这那各每]?[一二两三四五六七八九十几]+[家个项所类种条笔]?")


def _says_nothing(piece: str) -> bool:
    return piece in _SAYS_NOTHING or bool(_WHICH_OF.fullmatch(piece))


_NUMBERED = re.compile("[一二两三四五六七八九十几]")
"""两项, 几台: how many are asked for."""

_COUNTS = re.compile("(?:多少|好多)(?:个|家|台|套|辆|部|件|人|次|批|批次|人次|处|座|户|名|位)")


def cut_words(masked: str, subjects: tuple[Subject, ...]) -> tuple[str, ...]:
    """Words of which a subject or a common word explains only a part (管 of 自来水管, 乡 of 乡下), and single
    characters that are left over (自 of 自有资金): they limit or change what is asked, however short the rest is."""
    words = language()
    kept = without_small_talk(mask(masked, tuple((s.start, s.end) for s in subjects)), subjects)
    spoken = _without_operations(kept)
    found = []
    for word, start, end in words_of(masked):
        if (
            len(word) < 2
            or MASK in word
            or spoken[start:end] != kept[start:end]
            or _only_frames(word)
            or _NUMBERED.match(word)
            or _COUNTS.fullmatch(word)
        ):
            continue
        if words.stopwords.fullmatch(word) or not re.search("[\u4e00-\u9fff]", kept[start:end]):
            continue
        if words.stopwords.sub("", kept[start:end]).replace(MASK, ""):
            found.append(word)
    bare = words.stopwords.sub(lambda m: MASK * len(m.group(0)), spoken)
    lone = re.findall("(?<![\u4e00-\u9fffA-Za-z])[\u4e00-\u9fff](?![\u4e00-\u9fffA-Za-z])", bare)
    found += [c for c in lone if c not in words.small and not any(c in w for w in found)]
    return tuple(found)


def _only_frames(word: str) -> bool:
    """Whether a word says nothing more than a frame of questions does (完成年初预算, of 年初预算)."""
    words = language()
    return any(not words.stopwords.sub("", word.replace(frame, "")) for frame in words.frames if frame in word)
