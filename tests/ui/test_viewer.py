"""Pages shown with the cited cell marked; requests come from a browser and may hold anything."""

from __future__ import annotations

import pytest

from indexer.errors import UnknownDocumentError, UsageError
from tests.ui.fakes import DOCUMENT, FakeLibrary, paint_nothing
from ui.viewer import no_page, show_page


def show(**request: object) -> str:
    return show_page(FakeLibrary(), paint_nothing, {"document": DOCUMENT, "page": "21", **request})


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
