"""Honest rewordings of answers over the bundled sample, and lies made from them by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

HONEST: dict[str, tuple[str, ...]] = {
    "市科协三公经费多少": (
        "石家庄市科学技术协会2023年部门预算安排“三公”经费9.80万元，其中公务用车运行维护费8.80万元、公务接待费1.00万元，"
        "因公出国（境）费和公务用车购置费均未安排。",
        "2023年，市科协“三公”经费预算为9.80万元。",
        "市科协2023年三公经费合计9.80万元：公务用车运行维护费8.80万元，公务接待费1.00万元。",
        "您好！根据公开的预算文件，石家庄市科协2023年“三公”经费共9.80万元。其中，公务接待费为1.00万元。",
        "**石家庄市科学技术协会**2023年预算“三公”经费：**9.80万元**。\n- 公务用车运行维护费：8.80万元\n- 公务接待费：1.00万元",
        "石家庄市科学技术协会2023年预算三公经费９.８０万元，公务用车运行维护费、公务接待费分别为8.80万元和1.00万元。",
        "<think>先看合计，再看构成。</think>科协2023年预算三公经费9.80万元，其中包括公务用车运行维护费8.80万元。",
    ),
    "科协请客吃饭花多少钱": (
        "根据公开的预算文件，石家庄市科学技术协会2023年预算安排公务接待费1.00万元。",
        "科学技术协会2023年公务接待费预算是1.00万元。",
        "公务接待费预算数为1.00万元（石家庄市科学技术协会，2023年）。",
    ),
    "市科协三公经费换算成元": (
        "市科协2023年预算“三公”经费为98000元（9.80万元）。",
        "市科协2023年三公经费预算98,000元。",
    ),
    "科协项目支出占总支出的百分之几": (
        "2023年预算中，石家庄市科学技术协会项目支出占支出总计的21.46%。",
        "石家庄市科学技术协会2023年预算项目支出338.69万元，占支出总计1578.32万元的21.46%。",
        "市科协2023年预算支出总计1,578.32万元，项目支出338.69万元；项目支出占支出总计的比例为21.46%。",
        "市科协2023年预算项目支出占支出总计的比例为21.46%。",
    ),
    "科协水费电费加起来多少": (
        "石家庄市科学技术协会2023年预算的水费和电费合计2.95万元，其中水费0.76万元、电费2.19万元。",
        "市科协2023年预算水费0.76万元，电费2.19万元，水费、电费合计2.95万元。",
        "市科协2023年预算的水费、电费分别为0.76万元、2.19万元，水费和电费加起来共2.95万元。",
    ),
    "水务局2023年决算三公经费比预算少多少": (
        "望溪市水务局2023年三公经费预算19.80万元，决算17.65万元，决算比预算少2.15万元。",
        "水务局2023年三公经费决算17.65万元，比预算的19.80万元减少2.15万元。",
    ),
    "水务局2022到2024年公用经费趋势": (
        "望溪市水务局公用经费预算2022年为184.00万元，2023年为193.73万元，2024年为198.80万元。",
        "望溪市水务局公用经费预算2022年、2023年、2024年分别为184.00万元、193.73万元和198.80万元。",
        "水务局2022年预算公用经费184.00万元；2023年193.73万元；2024年198.80万元。",
    ),
    "水务局和交通运输局2024年三公经费哪个多": (
        "2024年预算中，交通运输局的三公经费为41.80万元，水务局的三公经费为32.40万元，交通运输局比水务局多9.40万元。",
        "交通运输局2024年预算三公经费41.80万元，比水务局的32.40万元多9.40万元。",
        "望溪市交通运输局、望溪市水务局2024年预算三公经费分别为41.80万元和32.40万元。",
    ),
    "水务局2024年公务接待费比2023年增长多少": (
        "望溪市水务局2024年公务接待费预算1.80万元，比2023年的2.10万元减少0.30万元，下降14.29%。",
        "与2023年相比，望溪市水务局2024年预算公务接待费减少0.30万元。",
        "水务局2023年预算公务接待费2.10万元。2024年公务接待费1.80万元，比2023年减少了0.30万元，降幅为14.29%。",
    ),
    "交通运输局2024年三公经费构成": (
        "交通运输局2024年预算因公出国（境）费0万元，公务用车购置及运行费38.60万元，公务接待费3.20万元。",
        "2024年预算中，望溪市交通运输局公务用车购置及运行费38.60万元、公务接待费3.20万元，因公出国（境）费未安排。",
    ),
    "水务局2023年决算完成率": ("望溪市水务局2023年决算本年支出合计2717.04万元，本年支出合计完成预算的比例为96.97%。",),
    "科协2022年预算总额是多少": ("石家庄市科学技术协会2022年预算支出总计为1476.24万元。",),
    "水务局有几辆车": ("望溪市水务局2024年预算车辆5辆。",),
}
"""Question, and drafts that say nothing but the answer."""

_FIGURE = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?(?=万元|元|%|辆)")
_UNIT = re.compile(r"(?<=[0-9])(?:万元|元|%|辆)")
_YEAR = re.compile(r"20[0-9]{2}(?=年)")
_ITEMS = (
    "公务接待费",
    "公务用车运行维护费",
    "公用经费",
    "项目支出",
    "水费",
    "电费",
    "三公经费",
    "“三公”经费",
    "支出总计",
)
_OTHERS = ("会议费", "培训费", "人员经费", "基本支出", "公务用车购置及运行维护费")
_DEPARTMENTS = ("石家庄市科学技术协会", "望溪市水务局", "望溪市交通运输局", "市科协", "水务局", "交通运输局")
_STRANGERS = ("望溪市教育局", "石家庄市财政局", "局本级")
_FLIPS = (
    ("增加", "减少"),
    ("增长", "下降"),
    ("多", "少"),
    ("预算", "决算"),
    ("减少", "增加"),
    ("下降", "增长"),
    ("少", "多"),
)
_DIGITS = "零一二三四五六七八九"
INVENTED = (
    "另外还有公务用车购置费500.00万元。",
    "其中一半用于接待。",
    "比上年翻了一番。",
    "约占全部支出的三成。",
    "是去年的两倍。",
    "实际花了三百二十万元。",
    "其中会议费三点五万元。",
    "人均百分之五。",
    "此外，小金库里还有880万元。",
    "这个数并不准确，真实数字是①②.⑧万元。",
    "三公经费没有超过规定。",
)
_HEDGES = ("不是", "并非", "没有", "约", "近", "超过", "不足", "至少", "每月", "人均", "-")


def lies(draft: str) -> Iterator[str]:
    """Drafts that say something false, each with one thing changed."""
    yield from _figures(draft)
    yield from _names(draft)
    for old, new in _FLIPS:
        yield from _replaced(draft, old, new)
    figures = list(_FIGURE.finditer(draft))
    for a, b in pairwise(figures):
        if a[0] != b[0]:
            yield draft[: a.start()] + b[0] + draft[a.end() : b.start()] + a[0] + draft[b.end() :]
    for word in _HEDGES:
        first = figures[0].start()
        yield draft[:first] + word + draft[first:]
    yield from (f"{draft}{more}" for more in INVENTED)


def _figures(draft: str) -> Iterator[str]:
    for m in _FIGURE.finditer(draft):
        number = m[0]
        for at, digit in enumerate(number):
            if digit.isdigit():
                changed = str((int(digit) + 1) % 10)
                yield draft[: m.start()] + number[:at] + changed + number[at + 1 :] + draft[m.end() :]
        spelled = "".join(_DIGITS[(int(c) + 1) % 10] if c.isdigit() else "点" for c in number.replace(",", ""))
        for new in (number + "0", number[:-1], "1" + number, number.replace(".", ""), spelled):
            if new != number:
                yield draft[: m.start()] + new + draft[m.end() :]
    for m in _UNIT.finditer(draft):
        for unit in ("亿元", "万", "元", "千元", "万元", "%", "个百分点", "倍", "美元", ""):
            if unit != m[0]:
                yield draft[: m.start()] + unit + draft[m.end() :]
    for m in _YEAR.finditer(draft):
        for year in (int(m[0]) - 1, int(m[0]) + 1):
            yield draft[: m.start()] + str(year) + draft[m.end() :]


def _names(draft: str) -> Iterator[str]:
    for item in _ITEMS:
        for other in (*_ITEMS, *_OTHERS):
            if _bare(other) not in _bare(item) and _bare(item) not in _bare(other):
                yield from _replaced(draft, item, other)
    for name in _DEPARTMENTS:
        for other in (*_DEPARTMENTS, *_STRANGERS):
            if (name in draft) and other not in name and name not in other and not _same(name, other):
                yield from _replaced(draft, name, other)


def _bare(name: str) -> str:
    return name.replace("“", "").replace("”", "")


def _same(a: str, b: str) -> bool:
    return {a, b} <= {"石家庄市科学技术协会", "市科协"}


def _replaced(draft: str, old: str, new: str) -> Iterator[str]:
    for m in re.finditer(re.escape(old), draft):
        yield draft[: m.start()] + new + draft[m.end() :]
