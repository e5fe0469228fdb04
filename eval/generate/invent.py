"""A short profile of a fictional department to the full data of its years, every figure fitting the others.

A profile gives what people would notice (bodies, tasks, projects with their amounts, 三公 money); the many small
figures (economic items, social insurance, assets) are drawn from a seed, so that a profile always gives the same
documents. Amounts are in 万元 with two decimals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from eval.generate.figures import Data

_CENT = Decimal("0.01")
_PAY = "30101"
_OF_PAY = {
    "30102": "0.62", "30103": "0.47", "30107": "0.41", "30108": "0.38", "30109": "0.19", "30110": "0.16",
    "30111": "0.056", "30112": "0.026", "30113": "0.31", "30199": "0.07", "30201": "0.052", "30202": "0.013",
    "30205": "0.007", "30206": "0.03", "30207": "0.022", "30209": "0.07", "30211": "0.046", "30213": "0.02",
    "30215": "0.0104", "30216": "0.015", "30226": "0.028", "30228": "0.044", "30229": "0.033", "30239": "0.088",
    "30299": "0.04", "30301": "0.02", "30302": "0.21", "30305": "0.008", "31002": "0.02",
}  # fmt: skip
"""How much of each economic item a department of usual shape has for 1 of 基本工资."""
_GROWTH = Decimal("1.031")
_STAFF_MEDICAL = Decimal("0.62")
_REASONS = {
    True: ("追加了急需办理的工作任务", "政策调整后标准提高", "人员增加"),
    False: ("压减一般性支出", "招标后中标价低于预算", "部分工作按合同跨年支付", "人员调出"),
}
_TP = ("abroad", "purchase", "running", "reception")


def is_profile(department: Data) -> bool:
    """Whether a data file is a profile rather than full data."""
    return "pay" in department


def invent(profile: Data) -> dict[str, Any]:
    """The department that a profile describes, in the shape that `build` takes."""
    first = min(year for p in profile["projects"] for year in p["amounts"])
    last = max(int(d["year"]) for d in profile["documents"])
    years = {year: _year(profile, year, first) for year in range(first, last + 1)}
    projects = [_project(p) for p in profile["projects"]]
    return {**profile, "unit": "万元", "projects": projects, "years": years}


def _chance(*names: object) -> Decimal:
    """A number from 0 to 1, always the same for the same names."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()
    return Decimal(int(digest[:8], 16)) / Decimal(16**8)


def _near(value: Decimal, low: str, high: str, *names: object) -> Decimal:
    """A value times a drawn factor between `low` and `high`, to the cent."""
    factor = Decimal(low) + (Decimal(high) - Decimal(low)) * _chance(*names)
    return (value * factor).quantize(_CENT, ROUND_HALF_UP)


def _project(project: Data) -> dict[str, Any]:
    """`targets` (level, name, meaning, value by year) become indicator rows; the cost row is added."""
    groups = {"成本": "产出指标", "数量": "产出指标", "质量": "产出指标", "时效": "产出指标", "满意": "满意度指标"}
    rows = [[groups.get(t[0][:2], "效益指标"), *t, "年度工作计划"] for t in project["targets"]]
    cost = {year: f"≤{Decimal(str(money)):.2f}万元" for year, money in project["amounts"].items()}
    rows.append(["产出指标", "成本指标", "项目成本", "项目总成本控制数", cost, "预算批复"])
    order = ("产出指标", "效益指标", "满意度指标")
    return {**project, "indicators": sorted(rows, key=lambda r: order.index(r[0]))}


def _year(profile: Data, year: int, first: int) -> dict[str, Any]:
    budget = _economics(profile, year, first)
    basic = _basic(profile, budget)
    data = {
        **_common(profile, year, budget, basic, profile["three_public"][year]),
        "assets": _assets(profile, year),
        "procurement": _procurement(profile, year, "", "0.93", "1.08"),
    }
    if year == first:
        data["previous"] = {}
    if any(d["kind"] == "决算" for d in profile["documents"]):
        data["final"] = _final(profile, year, first, budget, basic)
    return data


def _common(
    profile: Data, year: int, economics: Mapping[str, Decimal], basic: Mapping[str, Decimal], tp: Sequence[Any]
) -> dict[str, Any]:
    public = sum((v for c, v in economics.items() if c[:3] in ("302", "310")), Decimal(0))
    return {
        "basic": dict(basic),
        "economics": {**economics},
        "three_public": dict(zip(_TP, tp, strict=True)),
        "operating_funds": _near(public, "0.82", "0.9", profile["seed"], year, "oper"),
        "counts": _counts(profile, year),
        "reasons": dict(profile.get("reasons", {}).get(year, {})),
    }


def _economics(profile: Data, year: int, first: int) -> dict[str, Decimal]:
    pay = Decimal(str(profile["pay"])) * _GROWTH ** (year - first)
    running, reception = (Decimal(str(profile["three_public"][year][i])) for i in (2, 3))
    drawn = {_PAY: _near(pay, "0.98", "1.02", profile["seed"], year, _PAY)}
    for code, share in _OF_PAY.items():
        drawn[code] = _near(pay * Decimal(share), "0.9", "1.1", profile["seed"], year, code)
    drawn |= {"30217": reception, "30231": running}
    return {code: money for code, money in sorted(drawn.items()) if money}


def _basic(profile: Data, economics: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The economic items spread over functions: insurance and housing to their own codes, the rest to the work."""
    staff = (economics["30110"] * _STAFF_MEDICAL).quantize(_CENT, ROUND_HALF_UP)
    bound = {
        "2080501": economics["30301"] + economics["30302"],
        "2080505": economics["30108"],
        "2080506": economics["30109"],
        "2101101": staff,
        "2101102": economics["30110"] - staff,
        "2101103": economics["30111"],
        "2210201": economics["30113"],
    }
    left = sum(economics.values(), Decimal(0)) - sum(bound.values(), Decimal(0))
    codes = list(profile["operating"].items())
    for code, share in codes[:-1]:
        bound[code] = (left * Decimal(str(share))).quantize(_CENT, ROUND_HALF_UP)
    bound[codes[-1][0]] = left - sum((bound[c] for c, _ in codes[:-1]), Decimal(0))
    return bound


def _final(
    profile: Data, year: int, first: int, budget: Mapping[str, Decimal], planned: Mapping[str, Decimal]
) -> dict[str, Any]:
    tp = profile["final_three_public"][year]
    spent = {c: _near(v, "0.93", "1.01", profile["seed"], year, c, "final") for c, v in budget.items()}
    spent |= {"30217": Decimal(str(tp[3])), "30231": Decimal(str(tp[2]))}
    basic = _basic(profile, spent)
    projects = {
        p["name"]: _near(Decimal(str(p["amounts"][year])), "0.88", "1.03", profile["seed"], year, p["name"], "final")
        for p in profile["projects"]
        if year in p["amounts"]
    }
    data = {
        **_common(profile, year, spent, basic, tp),
        "project_amounts": projects,
        "procurement": _procurement(profile, year, "final", "0.8", "1"),
    }
    data["reasons"] |= _gaps(profile, year, planned, basic, projects, tp)
    if year == first:
        data["previous"] = {}
    return data


def _gaps(
    profile: Data, year: int, planned: Mapping[str, Decimal], basic: Mapping[str, Decimal],
    projects: Mapping[str, Decimal], tp: Sequence[Any],
) -> dict[str, str]:  # fmt: skip
    """Why each final figure differs from the budget: the profile's words, else usual ones."""
    held = [p for p in profile["projects"] if year in p["amounts"]]
    codes = {*basic, *(p["code"] for p in held)}
    wanted = {f"func.{c}.total": basic.get(c, Decimal(0)) - planned.get(c, Decimal(0)) for c in codes}
    for p in held:
        wanted[f"func.{p['code']}.total"] += projects[p["name"]] - Decimal(str(p["amounts"][year]))
    budgeted: Sequence[Any] = profile["three_public"][year]
    wanted |= {f"tp.{k}": Decimal(str(tp[i])) - Decimal(str(budgeted[i])) for i, k in enumerate(_TP)}
    given = profile.get("gaps", {}).get(year, {})
    out = {}
    for key, gap in sorted(wanted.items()):
        usual = _REASONS[gap > 0]
        out[f"gap.{key}"] = given.get(key) or usual[int(_chance(profile["seed"], year, key) * len(usual))]
    return out


def _counts(profile: Data, year: int) -> dict[str, int]:
    chance = _chance(profile["seed"], year, "counts")
    batches = 8 + int(chance * 30)
    return {
        "vehicles": profile["vehicles"][year], "equipment": 3 + int(chance * 6), "batches": batches,
        "guests": batches * 7 + int(chance * 11), "trips": 1, "travellers": 3,
    }  # fmt: skip


def _assets(profile: Data, year: int) -> list[dict[str, Any]]:
    seed, pay = profile["seed"], Decimal(str(profile["pay"]))
    values = {
        name: _near(pay * Decimal(share), "0.9", "1.1", seed, year, name)
        for name, share in (("house", "3.1"), ("vehicle", "0.25"), ("equipment", "0.9"), ("rest", "1.7"))
    }
    count = _counts(profile, year)
    labels = {
        "house": ("一、房屋（平方米）", 2000 + int(_chance(seed, "house") * 9000)),
        "vehicle": ("二、车辆（辆）", count["vehicles"]),
        "equipment": ("三、单价50万元以上的设备（台、套）", count["equipment"]),
        "rest": ("四、其他固定资产", 300 + int(_chance(seed, year, "rest") * 2500)),
    }
    rows = [{"id": "all", "label": "资产总额", "value": sum(values.values(), Decimal(0))}]
    return rows + [{"id": i, "label": n, "count": c, "value": values[i]} for i, (n, c) in labels.items()]


def _procurement(profile: Data, year: int, stage: str, low: str, high: str) -> list[dict[str, Any]]:
    names = {"goods": "货物", "works": "工程", "services": "服务"}
    return [
        {
            "project": project, "item": item, "measure": measure, "count": 1, "category": category,
            "category_name": names[category],
            "amount": _near(Decimal(str(money)), low, high, profile["seed"], year, item, stage),
        }
        for project, item, measure, category, money in profile["procurement"]
    ]  # fmt: skip
