"""A layout's table descriptions and a department's figures to table blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eval.generate.blocks import Cell, Column, TableBlock
from eval.generate.figures import Data, Figures, Row
from eval.generate.numbers import cell_text, chinese


@dataclass(frozen=True, slots=True)
class Line:
    """One body row before its columns are chosen: texts by field, and the key pattern of its figures (`*` = field)."""

    texts: Mapping[str, str]
    pattern: str = ""
    right: str = ""
    keys: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What every table of a document shares."""

    layout: Data
    department: Data
    data: Data
    figures: Figures
    classes: tuple[tuple[str, str], ...]
    words: Mapping[str, str]

    def fill(self, text: str) -> str:
        for name, word in self.words.items():
            text = text.replace("{" + name + "}", word)
        return text


def build_table(spec: Data, setting: Setting) -> TableBlock:
    """One table of the layout, filled."""
    lines = _SOURCES[spec["source"]](spec, setting)
    unit = spec.get("unit", setting.layout["unit"])
    columns = tuple(_column(c, setting, i) for i, c in enumerate(spec["columns"]))
    rows = tuple(
        tuple(_cell(c["field"], line, unit, setting, n) for c in spec["columns"]) for n, line in enumerate(lines, 1)
    )
    notes = tuple(setting.fill(n) for n in (*spec.get("notes", ()), *(spec.get("empty_notes", ()) if not rows else ())))
    left, middle, right = (setting.fill(t) for t in spec.get("caption", setting.layout["caption"]))
    return TableBlock(
        title=setting.fill(spec["title"]),
        kind=spec.get("kind", ""),
        unit=spec.get("printed_unit", unit),
        columns=columns,
        rows=_merged(rows, spec),
        caption=(left, middle, right),
        notes=notes,
        halves=tuple((a, b) for a, b in spec.get("halves", ())),
        landscape=spec.get("landscape", False),
        own_page=spec.get("own_page", True),
        in_contents=spec.get("in_contents", True),
    )


def _column(column: Data, setting: Setting, index: int) -> Column:
    label = setting.layout.get("column_numbers", "")
    field = column["field"]
    number = ""
    if label:
        number = label if index == 0 else str(index)
    align = column.get("align") or (
        "left" if field.rsplit(".", 1)[-1] in _TEXT_FIELDS else "center" if field == "seq" else "right"
    )
    return Column(
        tuple(setting.fill(p) for p in column["path"]),
        float(column.get("width", 1)),
        align,
        column.get("number", number),
    )


_TEXT_FIELDS = {"label", "name", "code", "class", "section", "item", "text"}


def _cell(field: str, line: Line, unit: str, setting: Setting, number: int) -> Cell:
    if field == "seq":
        return Cell(str(number))
    if field in line.texts:
        return Cell(line.texts[field])
    if field == "none":
        return Cell("")
    if line.keys is not None:
        key = line.keys.get(field, "")
    elif field.startswith("right."):
        key = line.right.replace("*", field.removeprefix("right."))
    else:
        key = line.pattern.replace("*", field.removeprefix("left."))
    if not key or field.rsplit(".", 1)[-1] in _TEXT_FIELDS:
        return Cell("")
    value = setting.figures.value(key)
    if ".count" in key or key.startswith("count."):
        return Cell(f"{value:f}" if value or setting.layout["blank"] == "0" else "", key)
    layout = setting.layout
    places = 2 if unit == "万元" else layout["places"]
    return Cell(cell_text(value, unit, places, layout.get("thousands", False), layout["blank"]), key)


def _merged(rows: tuple[tuple[Cell, ...], ...], spec: Data) -> tuple[tuple[Cell, ...], ...]:
    """Equal texts below each other in the columns `merge` become one cell."""
    out: list[tuple[Cell, ...]] = []
    for n, row in enumerate(rows):
        covered = {c for c in spec.get("merge", ()) if n and rows[n - 1][c].text == row[c].text and row[c].text}
        out.append(tuple(Cell("", merged=True) if i in covered else cell for i, cell in enumerate(row)))
    return tuple(out)


def _codes(row: Row) -> dict[str, str]:
    code = row.code
    cut = {"class": code[:3], "section": code[3:5], "item": code[5:7]}
    return {"code": code, "name": row.name, **cut}


def _functions(spec: Data, setting: Setting) -> list[Line]:
    field = spec.get("only", "total")
    rows = [r for r in setting.figures.functions if setting.figures.value(r.prefix + field)]
    if spec.get("total_last") and rows:
        rows = rows[1:] + rows[:1]
    return [Line(_codes(r), r.prefix + "*") for r in rows]


def _economics(spec: Data, setting: Setting) -> list[Line]:
    rows = setting.figures.economics
    if spec.get("total_last"):
        rows = rows[1:] + rows[:1]
    return [Line({**_codes(r), "section": r.code[3:]}, r.prefix + "*") for r in rows]


def _economic_halves(spec: Data, setting: Setting) -> list[Line]:
    """人员 at the left, 公用 at the right, with totals at the foot."""
    sides = [
        [r for r in setting.figures.economics[1:] if (r.code[:3] in ("301", "303")) is person]
        for person in (True, False)
    ]
    lines = []
    for i in range(max(len(side) for side in sides)):
        left, right = (side[i] if i < len(side) else None for side in sides)
        texts = {f"left.{k}": v for k, v in (_codes(left) if left else {}).items()}
        texts |= {f"right.{k}": v for k, v in (_codes(right) if right else {}).items()}
        lines.append(Line(texts, left.prefix + "*" if left else "", right.prefix + "*" if right else ""))
    foot = {"left.code": "", "left.name": "人员经费合计", "right.code": "", "right.name": "公用经费合计"}
    return [*lines, Line(foot, "econ.all.person", "econ.all.public")]


def _balance(spec: Data, setting: Setting) -> list[Line]:
    numbered = spec.get("numbered", True)
    left = [(f"{chinese(i)}、{label}", key) for i, (label, key) in enumerate(spec["left"], 1)]
    shown = [c for c in setting.classes if not spec.get("only_used") or setting.figures.value(f"func.{c[0]}.total")]
    right = [
        (f"{chinese(i)}、{name}" if numbered else name, f"func.{code}.*") for i, (code, name) in enumerate(shown, 1)
    ]
    lines = []
    for i in range(max(len(left), len(right))):
        a, b = (side[i] if i < len(side) else ("", "") for side in (left, right))
        lines.append(Line({"left.label": a[0], "right.label": b[0]}, a[1], b[1]))
    for a_label, a_key, b_label, b_key in spec["foot"]:
        lines.append(Line({"left.label": a_label, "right.label": b_label}, a_key or "", b_key or ""))
    count = len(lines)
    return [
        Line({**x.texts, "left.line": str(i), "right.line": str(i + count)}, x.pattern, x.right)
        for i, x in enumerate(lines, 1)
    ]


def _listed(spec: Data, setting: Setting) -> list[Line]:
    return [
        Line({"label": label}, (key or "").replace("*", "tp.*") if key == "*" else key or "")
        for label, key in spec["lines"]
    ]


def _single(spec: Data, setting: Setting) -> list[Line]:
    return [Line({}, "*")]


def _projects(spec: Data, setting: Setting) -> list[Line]:
    lines = [Line({"label": p.name, "code": p.code, "text": p.goal}, p.key) for p in setting.figures.projects]
    return [*lines, Line({"label": "合计", "code": "", "text": ""}, "all.proj")]


def _units(spec: Data, setting: Setting) -> list[Line]:
    return [Line({f"text{i}.text": str(t) for i, t in enumerate(row)}) for row in setting.department["units"]]


def _assets(spec: Data, setting: Setting) -> list[Line]:
    return [
        Line({"label": a["label"]}, keys={k: f"asset.{a['id']}.{k}" for k in ("count", "value") if k in a})
        for a in setting.data.get("assets", ())
    ]


def _procurement(spec: Data, setting: Setting) -> list[Line]:
    lines = []
    for i, p in enumerate(setting.data.get("procurement", ())):
        texts = {k: str(p[k]) for k in ("project", "item", "catalog", "measure", "count", "category_name") if k in p}
        keys = {"amount": f"proc.{i}.amount", p.get("source", "general"): f"proc.{i}.amount"}
        lines.append(Line(texts, keys=keys))
    if lines and spec.get("total", True):
        lines.append(Line({"project": "合计"}, keys={"amount": "proc.total", "general": "proc.total"}))
    return lines


_SOURCES: Mapping[str, Callable[[Data, Setting], list[Line]]] = {
    "functions": _functions,
    "economics": _economics,
    "economic_halves": _economic_halves,
    "balance": _balance,
    "listed": _listed,
    "single": _single,
    "projects": _projects,
    "units": _units,
    "assets": _assets,
    "procurement": _procurement,
}


def indicator_tables(spec: Data, setting: Setting) -> tuple[TableBlock, ...]:
    """One performance table a project."""
    columns = tuple(
        Column((name,), float(width), "center" if i < 2 else "left") for i, (name, width) in enumerate(spec["columns"])
    )
    tables = []
    for number, project in enumerate(setting.figures.projects, 1):
        key = project.key
        rows = tuple(
            tuple(Cell(text, key if "成本" in row[1] and i == 4 else "") for i, text in enumerate(row))
            for row in project.indicators
        )
        words = {"number": str(number), "project": project.name}
        title = setting.fill(spec["title"]).format(**words)
        preamble = (spec["goal_label"], project.goal)
        tables.append(
            TableBlock(title, "performance", "", columns, _merged(rows, {"merge": (0, 1)}), preamble=preamble)
        )
    return tuple(tables)


def spec_by_id(layout: Data) -> Mapping[str, Any]:
    """The layout's table descriptions by name."""
    return {spec["id"]: spec for spec in layout["tables"]}
