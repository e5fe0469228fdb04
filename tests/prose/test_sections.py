"""Headings, paragraphs, lists, contents and page furniture."""

from __future__ import annotations

import pytest

from indexer.sections import contents, cover_lines, lines_to_sections
from indexer.sections.headings import number_of
from tests.prose.pages import FULL, RIGHT, SIZE, centred, line, page_of, reading, table


def outline(sections):
    return [(s.path, [p.text for p in s.paragraphs]) for s in sections]


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("第三部分 情况说明", "部分", 3),
        ("十一、其他重要事项", "一、", 11),
        ("（二）政府采购情况", "（一）", 2),
        ("(九) 加强调研", "（一）", 9),
        ("（一）、基本支出", "（一）", 1),
        ("12. 住房保障", "1、", 12),
        ("4．项目支出", "1、", 4),
        ("（3）公务接待费", "（1）", 3),
        ("③维修费", "①", 3),
    ],
)
def test_numbers(text, style, value):
    number = number_of(text)
    assert number is not None
    assert (number.style, number.value) == (style, value)


@pytest.mark.parametrize("text", ["2023.5万元", "3.5%的", "三公经费", "一般公共预算"])
def test_not_numbers(text):
    assert number_of(text) is None


def test_headings_nest_and_paragraphs_join_over_lines():
    body = "本部门收入预算为一千万元，" * 6 + "比上年增加。"
    sections = lines_to_sections(
        reading(page_of(["# 第一部分 部门概况", "一、主要职责", body, "二、机构设置", "共有三个单位。"]))
    )
    assert outline(sections) == [
        (("第一部分 部门概况",), []),
        (("第一部分 部门概况", "一、主要职责"), [body]),
        (("第一部分 部门概况", "二、机构设置"), ["共有三个单位。"]),
    ]


def test_paragraph_over_a_page_break_is_one_and_keeps_its_places():
    first = page_of(["一、收支情况", "收入" * FULL])
    last = [line("支出合计为三千万元。", 2, 0)]
    (section,) = lines_to_sections(reading([*first, *last]))
    (paragraph,) = section.paragraphs
    assert paragraph.text.endswith("收入支出合计为三千万元。")
    assert paragraph.lines[-1][0] == 2
    assert paragraph.text[paragraph.lines[-1][2] :] == "支出合计为三千万元。"
    assert section.pages == (1, 2)


def test_a_numbered_sentence_is_a_paragraph():
    lead = "（一）办公室。负责机关公文处理、文秘、机要、保密等日常运转工作。"
    sections = lines_to_sections(reading(page_of(["二、内设机构", lead, "（二）科普部。负责科学普及。"])))
    assert outline(sections) == [(("二、内设机构",), [lead, "（二）科普部。负责科学普及。"])]


def test_bare_items_in_a_row_are_a_list():
    units = ["1.某市水务局（机关）", "2.某市水文站", "3.某市供水中心"]
    sections = lines_to_sections(reading(page_of(["一、机构设置", "具体包括：", *units])))
    assert outline(sections) == [(("一、机构设置",), ["具体包括：", *units])]


def test_last_item_of_a_list_without_comma_is_no_heading():
    duties = ["一、拟订规划，组织实施。", "二、负责监管，督促整改。", "三、承办区政府交办的其他事项。"]
    sections = lines_to_sections(reading(page_of(["# 主要职能", *duties])))
    assert outline(sections) == [(("主要职能",), duties)]


def test_numbering_goes_on_behind_an_inner_outline():
    """ "一、二、" inside "五、", then "六、": the outer outline goes on."""
    blocks = [
        "一、机构情况",
        "有两个单位。",
        "二、经费情况",
        "十万元。",
        "三、绩效信息",
        "第一部分 整体目标",
        "一、总体目标",
        "完成任务。",
        "二、分项目标",
        "分项完成。",
    ]
    sections = lines_to_sections(reading(page_of([*blocks, "四、政府采购情况", "采购十万元。"])))
    assert [s.path for s in sections][-3:] == [
        ("三、绩效信息", "第一部分 整体目标", "一、总体目标"),
        ("三、绩效信息", "第一部分 整体目标", "二、分项目标"),
        ("四、政府采购情况",),
    ]


def test_numbering_goes_on_behind_an_unnumbered_title():
    blocks = ["一、支出情况", "支出十万元。", "# 某专题情况说明", "专题内容。", "二、采购情况", "采购五万元。"]
    sections = lines_to_sections(reading(page_of(blocks)))
    assert [s.path for s in sections] == [("一、支出情况",), ("某专题情况说明",), ("二、采购情况",)]


def test_contents_are_kept_apart_and_cover_too():
    entries = ["第一部分 部门概况 ………… 1", "一、部门职责 ………… 1", "收入总表 ………… 3", "第二部分 名词解释 ………… 12"]
    lines = [
        centred("某市水务局", 1, 4),
        centred("2023年部门预算", 1, 6),
        centred("目 录", 2, 0),
        *[line(text, 2, 2 + i) for i, text in enumerate(entries)],
        *page_of(["# 第一部分 部门概况", "一、部门职责", "管理水资源。"], 3),
    ]
    whole = reading(lines)
    assert contents(whole) == (
        ("第一部分 部门概况", 1, 2),
        ("一、部门职责", 1, 2),
        ("收入总表", 3, 2),
        ("第二部分 名词解释", 12, 2),
    )
    assert cover_lines(whole) == ("某市水务局", "2023年部门预算")
    assert [s.path for s in lines_to_sections(whole)] == [
        ("第一部分 部门概况",),
        ("第一部分 部门概况", "一、部门职责"),
    ]


def test_page_numbers_and_recurring_headers_are_dropped():
    lines = []
    for page in range(1, 6):
        lines += [line("某市水务局公开材料", page, -2), *page_of([f"第{page}项工作已经完成。"], page)]
        lines.append(line(f"- {page} -", page, 30, indent=14))
    (section,) = lines_to_sections(reading(lines))
    assert [p.text for p in section.paragraphs] == [f"第{page}项工作已经完成。" for page in range(1, 6)]


def test_captions_and_notes_of_tables_stay_with_the_table():
    own = table(0, "收入总表", [["1", "2"]], ["项目", "金额"], top=250)
    lines = [*page_of(["一、收入情况", "收入如下表。"]), centred("收入总表", 1, 5, SIZE), line("单位：万元", 1, 6)]
    (section,) = lines_to_sections(reading(lines, [own]))
    assert [p.text for p in section.paragraphs] == ["收入如下表。"]
    assert section.tables == (0,)


def test_pieces_of_one_line_are_joined_and_spaces_removed():
    pieces = [line("年初预算为 28.11", 1, 1, indent=2), line("万元，支出为 5 万元。", 1, 1, indent=12)]
    (section,) = lines_to_sections(reading([line("一、支出情况", 1, 0, indent=2), *pieces]))
    assert section.paragraphs[0].text == "年初预算为28.11万元，支出为5万元。"


def test_a_title_over_two_lines_is_one():
    long = "第三部分 某省某某市农业农村和水利事务管理局部门预算情况"
    lines = [centred(long, 1, 0, 15), centred("说明", 1, 1, 15), *page_of(["一、总体情况", "正常。"], 1, 3)]
    assert lines[0].bbox[2] <= RIGHT
    assert lines_to_sections(reading(lines))[0].path == (f"{long}说明",)


def test_same_input_same_ids():
    whole = reading(page_of(["一、收入情况", "收入十万元。"]))
    assert lines_to_sections(whole) == lines_to_sections(whole)


def test_nothing_gives_nothing():
    assert lines_to_sections(reading([], pages=1)) == ()
    assert contents(reading([], pages=1)) == ()
