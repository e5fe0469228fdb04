"""Passages for retrieval."""

from __future__ import annotations

from indexer.chunks import content_to_chunks
from indexer.types import DocType, DocumentInfo, Paragraph, Scope, Section
from tests.prose.pages import table

INFO = DocumentInfo("d", "某市水务局2023年部门预算", "某市水务局", 2023, DocType.BUDGET, Scope.DEPARTMENT)


def section(*texts, path=("第三部分 说明", "一、收入")):
    places = tuple(Paragraph(text, ((1, (80.0, 90.0, 500.0, 110.0), 0),)) for text in texts)
    return Section("s1", 0, path, len(path), (1,), places)


def test_section_under_its_heading_path():
    (chunk,) = content_to_chunks(INFO, (), (section("收入十万元。", "支出九万元。"),))
    assert chunk.text == "第三部分 说明 > 一、收入\n收入十万元。\n支出九万元。"
    assert (chunk.kind, chunk.section, chunk.pages) == ("section", "s1", (1,))


def test_a_paragraph_over_a_page_break_is_on_both_pages():
    lines = ((3, (80.0, 700.0, 500.0, 710.0), 0), (4, (80.0, 90.0, 500.0, 110.0), 6))
    over = Section("s1", 0, ("说明",), 1, (3, 4), (Paragraph("外勤天数不少于五千。", lines),))
    (chunk,) = content_to_chunks(INFO, (), (over,))
    assert chunk.pages == (3, 4)
    assert chunk.bbox == (80.0, 700.0, 500.0, 710.0)


def test_long_sections_split_between_sentences_and_repeat_the_heading():
    text = "".join(f"第{i}项工作按计划推进并取得了预期的成效。" for i in range(80))
    chunks = content_to_chunks(INFO, (), (section(text),))
    assert len(chunks) > 2
    assert all(c.text.startswith("第三部分 说明 > 一、收入\n") and c.text.endswith("。") for c in chunks)
    assert max(len(c.text) for c in chunks) < 460
    assert "".join(c.text.split("\n", 1)[1] for c in chunks) == text


def test_small_table_is_one_passage_with_labels_and_values():
    own = table(0, "收入总表", [["事业收入", "10.50"], ["其他收入", ""]], ["项目", "预算数"])
    (chunk,) = content_to_chunks(INFO, (own,), ())
    assert chunk.kind == "table"
    assert "某市水务局2023年部门预算" in chunk.text
    assert "收入总表（单位：万元）" in chunk.text
    assert "事业收入：预算数 10.50" in chunk.text


def test_large_table_splits_by_rows_under_its_outline():
    rows = [[f"项目{i}", f"{i}.00"] for i in range(40)]
    outline, *groups = content_to_chunks(INFO, (table(0, "支出总表", rows, ["项目", "预算数"]),), ())
    assert outline.kind == "table"
    assert "项目39" in outline.text
    assert {g.parent for g in groups} == {outline.id}
    assert all("支出总表（单位：万元）" in g.text for g in groups)
    assert [g.rows for g in groups] == [(0, 14), (14, 28), (28, 40)]


def test_two_sided_rows_keep_their_sides_apart():
    import dataclasses

    own = table(0, "收支总表", [["事业收入", "1.00", "教育支出", "2.00"]], ["项目", "预算数", "项目", "预算数"])
    (chunk,) = content_to_chunks(INFO, (dataclasses.replace(own, halves=((0, 2), (2, 4))),), ())
    assert "事业收入：预算数 1.00；教育支出：预算数 2.00" in chunk.text


def test_a_code_over_three_columns_and_a_figure_under_a_project_heading():
    head = ["类", "款", "项", "科目名称", "项目支出"]
    own = table(0, "支出总表", [["208", "02", "06", "社会组织管理", "871,768.00"]], head)
    (chunk,) = content_to_chunks(INFO, (own,), ())
    assert "2080206 社会组织管理：项目支出 871,768.00" in chunk.text


def test_ids_are_stable_and_distinct():
    tables = (table(0, "甲表", [["a", "1"]], ["项目", "数"]), table(1, "乙表", [["a", "1"]], ["项目", "数"]))
    once, again = content_to_chunks(INFO, tables, ()), content_to_chunks(INFO, tables, ())
    assert once == again
    assert len({c.id for c in once}) == len(once)
