"""Comparisons over the bundled sample's figures, as the page shows and exports them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from indexer.errors import UsageError
from indexer.pipeline import add
from indexer.settings import ROOT, Settings
from indexer.store import Store
from retriever.engine import Engine
from retriever.series import percent
from ui.charts import comparison_to_figure
from ui.compare import (
    Comparison,
    Mark,
    Wanted,
    compare,
    comparison_to_html,
    comparison_to_sheet,
    wanted_from_parameters,
    wanted_to_parameters,
)

pytestmark = pytest.mark.slow
WATER = "望溪市水务局"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = Settings(store=tmp_path_factory.mktemp("compare") / "store", embedding_model="none")
    with Store.open(settings.store, settings=settings) as store:
        add([ROOT / "data" / "sample"], store, settings)
        yield store


@pytest.fixture(scope="module")
def engine(store: Store) -> Engine:
    return Engine(store)


def made(
    engine: Engine, store: Store, mode: str, subject: str = "三公经费", **limits: tuple[object, ...]
) -> Comparison:
    return compare(engine.ask, store, Wanted(mode, subject, **limits))  # type: ignore[arg-type]


def test_years_stand_beside_the_year_before(engine: Engine, store: Store) -> None:
    trend = made(engine, store, "trend", departments=(WATER,), doc_types=("预算",))
    assert [row.cells[1:] for row in trend.rows] == [
        (2022, "预算", Decimal("13.60"), "万元", None, None),
        (2023, "预算", Decimal("19.80"), "万元", Decimal("6.20"), Decimal("45.59")),
        (2024, "预算", Decimal("32.40"), "万元", Decimal("12.60"), Decimal("63.64")),
    ]
    assert all(row.badge[0] == "已复核" and row.place and row.place.bbox for row in trend.rows)
    figure = comparison_to_figure(trend, ("sans-serif",))
    assert figure is not None
    assert [list(trace.y) for trace in figure.data] == [[13.6, 19.8, 32.4]]


def test_departments_are_ranked_in_the_latest_year_whatever_their_units(engine: Engine, store: Store) -> None:
    ranking = made(engine, store, "ranking", "支出总计")
    assert [(row.cells[0], row.cells[1], row.cells[2]) for row in ranking.rows] == [
        (1, "望溪市交通运输局", 2024),
        (2, WATER, 2024),
    ]
    assert ranking.unit == "万元"
    assert ranking.marks[0].y == Decimal("3173.5299")


def test_final_figures_stand_beside_the_budget(engine: Engine, store: Store) -> None:
    both = made(engine, store, "budget")
    (row,) = both.rows
    assert row.cells == (
        WATER,
        2023,
        Decimal("19.80"),
        Decimal("17.65"),
        "万元",
        Decimal("-2.15"),
        Decimal("89.14"),
    )


def test_budget_and_final_accounts_stand_side_by_side_in_the_chart(engine: Engine, store: Store) -> None:
    figure = comparison_to_figure(made(engine, store, "budget"), ("sans-serif",))
    assert figure is not None
    assert [(trace.name, list(trace.x)) for trace in figure.data] == [("预算", ["2023"]), ("决算", ["2023"])]


def test_a_ranking_is_of_a_year_with_several_departments(engine: Engine, store: Store) -> None:
    ranking = made(engine, store, "ranking", departments=(WATER, "石家庄市科学技术协会"))
    assert {row.cells[2] for row in ranking.rows} == {2023}, "of 2024 only one of them is held"
    assert len(ranking.rows) == 2


def test_no_two_lines_look_alike(engine: Engine, store: Store) -> None:
    marks = tuple(Mark("2023", Decimal(n), f"第{n}局") for n in range(20))
    figure = comparison_to_figure(replace(made(engine, store, "trend"), marks=marks), ("sans-serif",))
    assert figure is not None
    assert len({(trace.line.color, trace.line.dash, trace.marker.symbol) for trace in figure.data}) == 20


def test_parts_add_up_to_the_whole(engine: Engine, store: Store) -> None:
    shares = made(engine, store, "shares", departments=(WATER,), years=(2023,), doc_types=("预算",))
    *parts, total = shares.rows
    assert sum(Decimal(str(row.cells[1])) for row in parts) == total.cells[1] == Decimal("19.80")
    assert sum(Decimal(str(row.cells[3])) for row in parts) == pytest.approx(Decimal(100), abs=Decimal("0.05"))


def test_what_is_not_there_is_said(engine: Engine, store: Store) -> None:
    assert "没有找到可比较" in comparison_to_html(made(engine, store, "trend", "宇宙飞船费"))
    with pytest.raises(UsageError):
        made(engine, store, "trend", "  ")
    with pytest.raises(UsageError):
        made(engine, store, "other")


def test_a_comparison_comes_again_from_its_address_and_as_a_sheet(engine: Engine, store: Store) -> None:
    from urllib.parse import parse_qs

    wanted = Wanted("trend", "三公经费", (WATER,), (2023, 2024), ("预算",))
    assert wanted_from_parameters(parse_qs(wanted_to_parameters(wanted))) == wanted
    sheet = comparison_to_sheet(compare(engine.ask, store, wanted))
    assert {len(row) for row in sheet.rows} == {len(sheet.headings)}
    assert sheet.rows[0][-3:] == (f"{WATER}-2023年部门预算", 13, "已复核")


def test_there_is_no_percentage_of_nothing() -> None:
    assert percent(Decimal(1), Decimal(0)) is None
    assert percent(Decimal(-1), Decimal(3)) == Decimal("-33.33")
