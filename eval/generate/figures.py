"""A department's year as one consistent set of figures, all in 元 and each under a key.

Keys: `all.*` the grand total, `func.CODE.*` a function classification row, `econ.CODE.total` an economic one,
`tp.*` the 三公 items, `oper`, `proj.NAME`, `proc.*`, `asset.ID.value`, `asset.ID.count`. `*` is a field:
`total basic proj`, a source (`general gov_fund state_capital special business operating superior affiliated other
carry`), `year` (without carry), `grant` (this year's grants), `own` (the rest) or, with carried-over money,
`gp gf sc fis` each alone, `.basic` or `.proj`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indexer.text import UNIT_SCALE

SOURCES = (
    "general",
    "gov_fund",
    "state_capital",
    "special",
    "business",
    "operating",
    "superior",
    "affiliated",
    "other",
    "carry",
)
_FUNDS = {"gp": ("general", "carry"), "gf": ("gov_fund",), "sc": ("state_capital",)}
_PERSON = ("301", "303")
_TP = ("abroad", "purchase", "running", "reception")
ZERO = Decimal(0)

Data = Mapping[str, Any]


class InconsistentData(ValueError):
    """The data file contradicts itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """A classification row: `level` 0 for the grand total, 1 to 3 for 类, 款, 项 (1 and 2 for economic ones)."""

    code: str
    name: str
    level: int
    prefix: str


@dataclass(frozen=True, slots=True)
class Project:
    """A budgeted project with its goal and indicator rows."""

    name: str
    code: str
    source: str
    amount: Decimal
    goal: str
    indicators: tuple[tuple[str, ...], ...]
    key: str
    """`proj.NAME`; `#2` and so on behind it where a name comes again."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a document states in numbers: `facts` by key in 元 (or a count), rows and projects in print order."""

    year: int
    facts: Mapping[str, Decimal]
    functions: tuple[Row, ...]
    economics: tuple[Row, ...]
    projects: tuple[Project, ...]

    def value(self, key: str) -> Decimal:
        """The figure under a key; 0 where the department has none."""
        return self.facts.get(key, ZERO)


def amount(value: Any, unit: str) -> Decimal:
    """A data file's amount in 元."""
    return Decimal(str(value or 0)) * UNIT_SCALE[unit]


def build_figures(department: Data, year: int, names: Mapping[str, str], block: str = "") -> Figures:
    """Figures of one year; `block` "final" takes that year's final accounts. Raises InconsistentData."""
    data: Data = department["years"][year]
    data = data[block] if block else data
    unit = department.get("unit", "万元")
    projects = _projects(department, year, data, unit)
    parts = _parts(data, projects, unit)
    facts: dict[str, Decimal] = {}
    functions = _functions(parts, names, facts)
    economics = _economics(data["economics"], names, unit, facts)
    facts |= _others(data, projects, unit)
    _carried(data, unit, functions, facts)
    _confirm(facts, projects)
    return Figures(year, facts, functions, economics, projects)


def _projects(department: Data, year: int, data: Data, unit: str) -> tuple[Project, ...]:
    changed: Data = data.get("project_amounts", {})
    out: list[Project] = []
    for p in department["projects"]:
        value = changed.get(p["name"], p["amounts"].get(year))
        if value is None:
            continue
        rows = tuple(tuple(_of_year(c, year) for c in row) for row in p["indicators"])
        money = amount(value, unit)
        same = sum(1 for q in out if q.name == p["name"])
        key = f"proj.{p['name']}" + (f"#{same + 1}" if same else "")
        out.append(
            Project(
                p["name"], p.get("code", ""), p.get("source", "general"), money, _of_year(p["goal"], year), rows, key
            )
        )
    return tuple(out)


def _of_year(text: Any, year: int) -> str:
    if isinstance(text, Mapping):
        text = text[year]
    return str(text).replace("{year}", str(year))


def _parts(data: Data, projects: Iterable[Project], unit: str) -> dict[str, dict[str, Decimal]]:
    """Function code -> "source.basic" or "source.proj" -> amount."""
    parts: dict[str, dict[str, Decimal]] = {}

    def add(code: str, name: str, value: Decimal) -> None:
        row = parts.setdefault(code, {})
        row[name] = row.get(name, ZERO) + value

    for code, value in data["basic"].items():
        add(str(code), "general.basic", amount(value, unit))
    for code, value in data.get("project_by_code", {}).items():
        add(str(code), "general.proj", amount(value, unit))
    for project in projects:
        if project.code:
            add(project.code, f"{project.source}.proj", project.amount)
    return dict(sorted(parts.items()))


def _functions(
    parts: Mapping[str, Mapping[str, Decimal]], names: Mapping[str, str], facts: dict[str, Decimal]
) -> tuple[Row, ...]:
    rows = [Row("", "合计", 0, "all.")]
    sums: dict[str, dict[str, Decimal]] = {}
    for code, row in parts.items():
        for level, length in enumerate((3, 5, 7), 1):
            prefix = f"func.{code[:length]}."
            if prefix not in sums:
                rows.append(Row(code[:length], names[code[:length]], level, prefix))
            for target in (prefix, "all.") if level == 1 else (prefix,):
                bag = sums.setdefault(target, {})
                for name, value in row.items():
                    bag[name] = bag.get(name, ZERO) + value
    for prefix, bag in sums.items():
        facts |= {prefix + field: value for field, value in _fields(bag).items()}
    return tuple(rows)


def _fields(bag: Mapping[str, Decimal]) -> dict[str, Decimal]:
    def both(sources: Iterable[str], part: str) -> Decimal:
        return sum((bag.get(f"{s}.{part}", ZERO) for s in sources), ZERO)

    out = {s: both((s,), "basic") + both((s,), "proj") for s in SOURCES}
    for name, sources in (*_FUNDS.items(), ("fis", tuple(s for f in _FUNDS.values() for s in f))):
        out[f"{name}.basic"], out[f"{name}.proj"] = both(sources, "basic"), both(sources, "proj")
        out[name] = out[f"{name}.basic"] + out[f"{name}.proj"]
    out["basic"], out["proj"] = both(SOURCES, "basic"), both(SOURCES, "proj")
    out["total"] = out["basic"] + out["proj"]
    out["year"] = out["total"] - out["carry"]
    out["grant"] = out["general"] + out["gov_fund"] + out["state_capital"]
    out["own"] = out["year"] - out["grant"]
    return out


def _economics(data: Data, names: Mapping[str, str], unit: str, facts: dict[str, Decimal]) -> tuple[Row, ...]:
    rows = [Row("", "合计", 0, "econ.all.")]
    totals: dict[str, Decimal] = {}
    for code, value in sorted((str(c), v) for c, v in data.items()):
        money = amount(value, unit)
        for part in (code[:3], code):
            if part not in totals:
                rows.append(Row(part, names[part], 1 if len(part) == 3 else 2, f"econ.{part}."))
            totals[part] = totals.get(part, ZERO) + money
    for code, money in totals.items():
        _economic(facts, f"econ.{code}.", money, code[:3] in _PERSON)
        if len(code) == 3:
            _economic(facts, "econ.all.", money, code in _PERSON)
    return tuple(rows)


def _economic(facts: dict[str, Decimal], prefix: str, money: Decimal, person: bool) -> None:
    for field in ("total", "person" if person else "public"):
        facts[prefix + field] = facts.get(prefix + field, ZERO) + money


def _others(data: Data, projects: Iterable[Project], unit: str) -> dict[str, Decimal]:
    out = {f"tp.{k}": amount(data["three_public"].get(k), unit) for k in _TP}
    out["tp.vehicles"] = out["tp.purchase"] + out["tp.running"]
    out["tp.total"] = out["tp.abroad"] + out["tp.vehicles"] + out["tp.reception"]
    out["oper"] = amount(data["operating_funds"], unit)
    out |= {p.key: p.amount for p in projects}
    out["proc.total"] = ZERO
    for i, line in enumerate(data.get("procurement", ())):
        out[f"proc.{i}.amount"] = amount(line["amount"], unit)
        for key in ("proc.total", f"proc.{line['category']}"):
            out[key] = out.get(key, ZERO) + out[f"proc.{i}.amount"]
    for asset in data.get("assets", ()):
        if "count" in asset:
            out[f"asset.{asset['id']}.count"] = Decimal(str(asset["count"]))
        if "value" in asset:
            out[f"asset.{asset['id']}.value"] = amount(asset["value"], unit)
    out |= {f"count.{k}": Decimal(str(v)) for k, v in data.get("counts", {}).items()}
    return out


def _carried(data: Data, unit: str, rows: Iterable[Row], facts: dict[str, Decimal]) -> None:
    """Final accounts: income of a row = spent + carried out − carried in (all of it 一般公共预算 money)."""
    carried = {k: {str(c): amount(v, unit) for c, v in data.get(k, {}).items()} for k in ("carry_in", "carry_out")}
    for row in rows:
        for name, by_code in carried.items():
            facts[row.prefix + name] = sum((v for c, v in by_code.items() if c.startswith(row.code)), ZERO)
        moved = facts[row.prefix + "carry_out"] - facts[row.prefix + "carry_in"]
        for field in ("total", "gp", "fis"):
            facts[f"{row.prefix}in.{field}"] = facts[row.prefix + field] + moved
        left = facts[row.prefix + "carry_out"]
        facts[row.prefix + "closing"] = facts[row.prefix + "total"] + left
        for field, kept in (("fis", left), ("gp", left), ("gf", ZERO), ("sc", ZERO)):
            facts[f"{row.prefix}{field}.left"] = kept
            facts[f"{row.prefix}{field}.closing"] = facts[row.prefix + field] + kept


def _confirm(facts: Mapping[str, Decimal], projects: tuple[Project, ...]) -> None:
    listed = sum((p.amount for p in projects), ZERO)
    for name, a, b in (
        ("basic expenditure and its economic items", facts["all.basic"], facts["econ.all.total"]),
        ("project expenditure and the projects", facts["all.proj"], listed),
    ):
        if a != b:
            raise InconsistentData(f"{name}: {a} is not {b}")


def with_previous(now: Figures, before: Mapping[str, Decimal], budget: Figures | None = None) -> Figures:
    """Figures with last year's as `prev.*` and, for final accounts, the published budget's as `bud.*`."""
    facts = dict(now.facts) | {f"prev.{k}": v for k, v in before.items()}
    if budget is not None:
        facts |= {f"bud.{k}": v for k, v in budget.facts.items()}
    return Figures(now.year, facts, now.functions, now.economics, now.projects)
