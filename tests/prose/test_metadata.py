"""Department, year, type, scope, region and short names."""

from __future__ import annotations

import pytest

from indexer.metadata import aliases_of, describe, region_of
from indexer.sections import lines_to_sections
from indexer.types import DocType, Scope
from tests.prose.pages import centred, line, page_of, reading


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("北京市海淀区教育局", "北京市海淀区"),
        ("云南省林业和草原局", "云南省"),
        ("广西壮族自治区财政厅", "广西壮族自治区"),
        ("延边朝鲜族自治州医疗保障局", "延边朝鲜族自治州"),
        ("成都市市场监督管理局", "成都市"),
        ("北京市市政市容管理委员会", "北京市"),
        ("上海市城市管理行政执法局", "上海市"),
        ("中共南京市委党校", "南京市"),
        ("教育局", ""),
    ],
)
def test_region(name, region):
    assert region_of(name) == region


@pytest.mark.parametrize(
    ("name", "shorts"),
    [
        ("云南省林业和草原局", {"林草局", "省林草局", "云南省林草局"}),
        ("上海市徐汇区规划和自然资源局", {"规划资源局", "规自局", "规资局", "区规划资源局", "徐汇区规资局"}),
        ("北京市发展和改革委员会", {"发改委", "市发改委"}),
        ("杭州市西湖区卫生健康委员会", {"卫健委", "西湖区卫健委"}),
        ("某市住房和城乡建设局", {"住建局"}),
        ("某市人力资源和社会保障局", {"人社局"}),
        ("某市文化和旅游局", {"文旅局"}),
        ("某市科学技术协会", {"科协", "市科协"}),
        ("某市残疾人联合会", {"残联"}),
        ("某市应急管理局", {"应急局"}),
        ("某市市场监督管理局", {"市场监管局"}),
        ("上海市徐汇区人民政府天平街道办事处", {"天平街道", "徐汇区天平街道办事处", "天平街道办"}),
        ("上海市徐汇区人民政府办公室", {"区政府办", "政府办公室"}),
        ("某市图书馆", {"图书馆", "市图书馆"}),
    ],
)
def test_short_names(name, shorts):
    assert shorts <= set(aliases_of(name))


def test_short_names_are_never_a_bare_ending():
    for name in ("某市人民政府办公室", "某市发展和改革委员会", "某市档案局"):
        assert not {"办公室", "委员会", "局", "委", "办"} & set(aliases_of(name))


def cover(*texts):
    return [centred(text, 1, 3 + 2 * i, 26) for i, text in enumerate(texts)] + page_of(["# 主要职能", "管水。"], 2)


@pytest.mark.parametrize(
    ("texts", "name", "department", "year", "doc_type", "scope"),
    [
        (("某市水务局", "2023年度部门决算", "2024年8月"), "a", "某市水务局", 2023, DocType.FINAL, Scope.DEPARTMENT),
        (
            ("某市水务和农业农", "村局", "2024年部门预算"),
            "b",
            "某市水务和农业农村局",
            2024,
            DocType.BUDGET,
            Scope.DEPARTMENT,
        ),
        (
            ("某市某区2025年区级单位预算",),
            "某市某区水务局本级-2025年单位预算",
            "某市某区水务局本级",
            2025,
            DocType.BUDGET,
            Scope.UNIT,
        ),
        (("二〇二三年部门预算",), "某县财政局2023年预算公开", "某县财政局", 2023, DocType.BUDGET, Scope.DEPARTMENT),
    ],
)
def test_cover(texts, name, department, year, doc_type, scope):
    whole = reading(cover(*texts), name=name)
    info = describe(whole, lines_to_sections(whole), ())
    assert (info.department, info.year, info.doc_type, info.scope) == (department, year, doc_type, scope)
    assert info.id == name


def test_label_on_the_cover_wins_over_the_file_name():
    lines = [centred("某市某区2025年区级部门预算", 1, 3), line("预算主管部门：某市某区人民政府东风街道办事处", 1, 6)]
    whole = reading([*lines, *page_of(["# 主要职能", "管街道。"], 2)], name="某市某区东风街道办事处-2025年部门预算")
    info = describe(whole, lines_to_sections(whole), ())
    assert info.department == "某市某区人民政府东风街道办事处"
    assert {"东风街道", "某市某区东风街道办事处"} <= set(info.aliases)
    assert info.title == "某市某区人民政府东风街道办事处2025年部门预算"


def test_abbreviation_that_the_text_introduces():
    lines = page_of(["一、主要职责", "某市科学技术协会（以下简称市科协）是群众组织。"])
    whole = reading(lines, name="某市科学技术协会-2023年部门预算")
    assert describe(whole, lines_to_sections(whole), ()).aliases[0] == "市科协"


def test_unknown_stays_unknown():
    whole = reading(page_of(["一些文字。"]), name="scan001")
    info = describe(whole, lines_to_sections(whole), ())
    assert (info.year, info.doc_type, info.scope, info.title) == (None, None, None, "scan001")
