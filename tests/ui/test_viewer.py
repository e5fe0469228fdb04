"""Pages shown with the cited cell marked; requests come from a browser and may hold anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.errors import UnknownDocumentError, UsageError
from indexer.types import Cell, Table, TableKind
from tests.ui.fakes import CONTENT, DOCUMENT, FakeLibrary, blank_pages
from ui.viewer import no_page, show_page


def show(**request: object) -> str:
    return show_page(FakeLibrary(), blank_pages(), {"document": DOCUMENT, "page": "21", **request})


def test_the_mark_lies_over_the_cell() -> None:
    html = show(box="297.5,421,357,435")
    assert f'data-document="{DOCUMENT}" data-page="21"' in html
    assert "data:image/png;base64," in html
    style = html.split('class="mark" style="')[1].split('"')[0]
    shares = dict(part.split(":") for part in style.split(";"))
    assert {side: round(float(share.rstrip("%"))) for side, share in shares.items()} == {
        "left": 50,
        "top": 50,
        "width": 11,
        "height": 2,
    }


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", '1,2,3,4"><script>', "1,2,3,4,5"])
def test_a_box_that_is_none_marks_nothing(box: str) -> None:
    assert 'class="mark"' not in show(box=box)


@pytest.mark.parametrize("page", ["0", "31", "-1", "", "²", "1e3", "99999999999", None])
def test_a_page_that_is_not_there(page: object) -> None:
    with pytest.raises(UsageError, match="没有第"):
        show(page=page)


@pytest.mark.parametrize("document", ["", "../../etc/passwd", "别的文件", 7])
def test_only_held_documents_are_shown(document: object) -> None:
    with pytest.raises(UnknownDocumentError):
        show(document=document)


def test_notes_are_escaped_and_short() -> None:
    html = show(note="<img src=x onerror=alert(1)>" + "长" * 500)
    assert "<img src=x" not in html
    assert html.count("长") < 200


def test_turning_stops_at_both_ends() -> None:
    assert show(page="1").count("disabled") == 1
    assert show(page="30").count("disabled") == 1
    assert show(page="5").count("disabled") == 0
    assert 'class="viewer empty"' in no_page()


def test_both_places_of_a_finding_are_marked_on_one_page_or_two() -> None:
    html = show(box="1,2,3,4", also=f"21|5,6,7,8|{DOCUMENT}")
    assert (html.count("<img"), html.count('class="mark"'), html.count('class="also"')) == (1, 1, 1)
    html = show(box="1,2,3,4", also=f"22|5,6,7,8|{DOCUMENT}")
    assert (html.count("<img"), html.count('class="mark"'), html.count('class="also"')) == (2, 1, 1)


UNCLEAR = (("公务接待费", 0.99), ("3.69", 0.44))


@pytest.mark.parametrize(
    "also", ["999|1,2,3,4|" + DOCUMENT, "21|1,2,3,4|别的", "x", "||", "21|a|" + DOCUMENT, "-1||" + DOCUMENT]
)
def test_further_places_that_are_none_are_left_out(also: str) -> None:
    html = show(also=also)
    assert html.count("<img") == 1
    assert 'class="also"' not in html


def test_the_table_read_from_the_page_stands_beside_with_the_cited_cell() -> None:
    row = tuple(
        Cell(text, 21, (100.0 * n, 200.0, 100.0 * n + 90, 220.0), 1.0 - n / 10) for n, text in enumerate("甲乙丙")
    )
    other = tuple(replace(cell, page=22, text="别页") for cell in row)
    header = (("项目",), ("金额", "预算数"), ("金额", "<b>"))
    table = Table("t1", 0, "表一", TableKind.OTHER, "万元", (21, 22), header, (row, other))
    library = FakeLibrary(replace(CONTENT, tables=(table,)))
    html = show_page(library, blank_pages(), {"document": DOCUMENT, "page": "21", "box": "100,200,190,220"})
    assert '<td class="cited unsure" title="由图片识别，把握 90%">乙</td>' in html
    assert "识别不清" not in html
    assert "金额 / &lt;b&gt;" in html
    assert "别页" not in html


def test_a_cell_that_may_be_misread_is_marked_and_said() -> None:
    row = tuple(Cell(t, 21, (100.0 * n, 200.0, 100.0 * n + 90, 220.0), c) for n, (t, c) in enumerate(UNCLEAR))
    table = Table("t1", 0, "表一", TableKind.OTHER, "万元", (21,), (("项目",), ("预算数",)), (row,))
    library = FakeLibrary(replace(CONTENT, tables=(table,)))
    html = show_page(library, blank_pages(), {"document": DOCUMENT, "page": "21", "box": "100,200,190,220"})
    assert "标出的这一格识别不清（把握 44%），请与图片对照。" in html
    assert html.count('class="cited unsure unclear"') == 1
    assert "画波浪线的各格" in html


def test_the_document_can_be_downloaded() -> None:
    assert "documents/file/%E7%A4%BA" in show()
