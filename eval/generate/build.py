"""Data files to a `Document`: reads departments and layouts, walks the layout's outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from eval.generate.blocks import Block, Contents, Cover, Document, Prose, Style
from eval.generate.figures import Data, Figures, Row, amount, build_figures, with_previous
from eval.generate.invent import invent, is_profile
from eval.generate.prose import Writer
from eval.generate.tables import Setting, build_table, indicator_tables, spec_by_id

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Source:
    """A document before drawing, with everything its truth needs."""

    short: str
    document: Document
    figures: Figures
    derived: Mapping[str, Decimal]
    department: str
    year: int
    kind: str
    unit: str


@lru_cache(maxsize=64)
def load(name: str) -> Any:
    """A data file, read once."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def load_layout(name: str) -> Data:
    """A layout; one with a `base` is that layout with words replaced and some keys of its own."""
    own: dict[str, Any] = load(f"layouts/{name}.yaml")
    if "base" not in own:
        return own
    text = (DATA / "layouts" / f"{own['base']}.yaml").read_text(encoding="utf-8")
    for old, new in own.get("replace", {}).items():
        text = text.replace(old, new)
    return {**yaml.safe_load(text), **own}


def all_sources(collection: str = "departments") -> Iterator[Source]:
    """Every document of every department of a collection: a folder of data files, in the order of their names."""
    for file in sorted((DATA / collection).glob("*.yaml")):
        department = load(f"{collection}/{file.name}")
        if is_profile(department):
            department = invent(department)
        for wanted in department["documents"]:
            yield build(department, wanted)


def build(department: Data, wanted: Data) -> Source:
    """One document: `wanted` names its year, kind, layout, cover date and short id."""
    layout = load_layout(wanted["layout"])
    year, kind = int(wanted["year"]), wanted["kind"]
    figures = _figures(department, year, kind == "决算")
    data = department["years"][year]["final"] if kind == "决算" else department["years"][year]
    names = load("classification.yaml")
    words = _words(department, wanted, year)
    classes = tuple((str(c), n) for c, n in names["classes"] if str(c) not in layout.get("without_classes", ()))
    setting = Setting(layout, department, data, figures, classes, words)
    writer = Writer(setting)
    blocks = tuple(_blocks(layout, setting, writer))
    counted = {"count.indicators": Decimal(len(figures.projects)), "count.units": Decimal(len(department["units"]))}
    title = setting.fill(layout["title"])
    style = Style(**{**layout["style"], "column_numbers": layout.get("column_numbers", "")})
    style = Style(**{**layout["style"], "running_head": setting.fill(style.running_head)})
    document = Document(wanted["file"], title, blocks, style)
    return Source(
        wanted["id"], document, figures, writer.used | counted, department["name"], year, kind, layout["unit"]
    )


def _figures(department: Data, year: int, final: bool) -> Figures:
    names = {str(k): v for k, v in load("classification.yaml")["names"].items()}
    now = build_figures(department, year, names, "final" if final else "")
    data = department["years"][year]["final"] if final else department["years"][year]
    if "previous" in data:
        unit = department.get("unit", "万元")
        before: Mapping[str, Decimal] = {k: amount(v, unit) for k, v in data["previous"].items()}
    else:
        before = _figures(department, year - 1, final).facts
    before = {k: v for k, v in before.items() if not k.startswith("prev.")}
    return with_previous(now, before, _figures(department, year, False) if final else None)


def _words(department: Data, wanted: Data, year: int) -> dict[str, str]:
    words = {
        "dept": department["name"],
        "short": department["short"],
        "code": str(department.get("code", "")),
        "region": department["region"],
        "year": str(year),
        "prev_year": str(year - 1),
        "next_year": str(year + 1),
        "date": str(wanted["date"]),
        "units_count": str(len(department["units"])),
        "units_list": "、".join(row[0] for row in department["units"]),
        "fund_use": "专项工作",
        "projects_count": str(sum(1 for p in department["projects"] if year in p["amounts"])),
    }
    return words | {k: str(v) for k, v in department.get("words", {}).items()}


def _blocks(layout: Data, setting: Setting, writer: Writer) -> Iterator[Block]:
    specs = spec_by_id(layout)
    for item in layout["outline"]:
        if not _wanted(item, setting.figures):
            continue
        if "cover" in item:
            yield Cover(
                tuple(setting.fill(t) for t in item["cover"]),
                str(setting.department["cover_note"]),
                setting.words["date"],
            )
        elif "contents" in item:
            yield Contents(setting.fill(item["contents"]))
        elif "table" in item:
            yield build_table(specs[item["table"]], setting)
        elif "indicators" in item:
            yield from indicator_tables(item["indicators"], setting)
        else:
            yield from _prose(item, setting, writer)


def _wanted(item: Data, figures: Figures) -> bool:
    if "when" in item:
        return bool(figures.value(item["when"]))
    return not ("unless" in item and figures.value(item["unless"]))


def _prose(item: Data, setting: Setting, writer: Writer) -> Iterator[Prose]:
    if "h" in item:
        text, marks = writer.write(item["h"])
        level = item.get("level", 2)
        yield Prose(
            text,
            level,
            marks,
            item.get("in_contents", level < 3),
            item.get("page", False),
            item.get("center", level == 1),
        )
        return
    if "paragraphs" in item:
        for text in setting.department["texts"].get(item["paragraphs"], item.get("otherwise", ())):
            filled, marks = writer.write(text)
            yield Prose(filled, 0, marks)
        return
    for template in _expanded(item, setting):
        text, marks = writer.write(template)
        yield Prose(text, 0, marks)


def _expanded(item: Data, setting: Setting) -> Iterator[str]:
    """The paragraph, once or for each row; `@` in a key becomes the row's prefix, `#` its number."""
    template: str = item["p"]
    if "each" not in item:
        yield template
        return
    names = {r.code: r.name for r in (*setting.figures.functions, *setting.figures.economics)}
    if item["each"] == "projects":
        for number, p in enumerate(setting.figures.projects, 1):
            text = template.replace("{name}", p.name).replace("{goal}", p.goal).replace("@", p.key)
            yield text.replace("#", str(number))
        return
    number = 0
    for row in _rows(item["each"], setting.figures):
        if not setting.figures.value(row.prefix + item.get("field", "total")):
            continue
        number += 1
        text = template.replace("{name}", row.name).replace("{class}", names.get(row.code[:3], ""))
        text = text.replace("{section}", names.get(row.code[:5], "")).replace("{rowcode}", row.code)
        yield text.replace("@", row.prefix).replace("#", str(number))


def _rows(each: str, figures: Figures) -> tuple[Row, ...]:
    source, level = each.split("/")
    rows = figures.functions if source == "functions" else figures.economics
    return tuple(r for r in rows if r.level == int(level))
