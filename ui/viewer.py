"""A page of a held document as a picture, with the cited places marked on it and its tables beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from indexer.errors import UnknownDocumentError, UsageError
from indexer.types import SURE_ENOUGH, BBox, Cell, DocumentContent, DocumentInfo, Table
from ui.pictures import DPI, Pictures
from ui.render import render
from ui.words import Words, chinese

_POINTS = 72
_MARGIN = 2.0
"""Points between a cell's text and the mark around it."""
_MOST_ALSO = 12
_MOST_SHEETS = 2
_MOST_ROWS = 80

Wanted = Mapping[str, object]
"""A click: `document`, `page`, `box` ("x0,y0,x1,y1" or ""), `note`, `also` (further places, see `_places`)."""
Place = tuple[str, int, BBox | None]
"""Document, page, box."""


class PageSource(Protocol):
    """The part of the store that the viewer needs."""

    def documents(self) -> tuple[DocumentInfo, ...]: ...
    def content(self, document: str) -> DocumentContent: ...
    def pdf(self, document: str) -> Path: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as a picture; `marks` are (class, style)."""

    document: str
    page: int
    picture: str
    marks: tuple[tuple[str, str], ...]


ShownCell = tuple[str, bool, float]


@dataclass(frozen=True, slots=True)
class Extract:
    """What was read from one table on a page. Cells are (text, cited, confidence)."""

    title: str
    unit: str
    header: tuple[str, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    more: int


def no_page(t: Words = chinese) -> str:
    """What stands where a page will be shown."""
    return render("viewer.html", t, page=0, clicked="")


def page_error(message: str, t: Words = chinese) -> str:
    """What stands there when a page cannot be shown."""
    return render("viewer_error.html", t, message=message)


def show_page(store: PageSource, pictures: Pictures, request: Wanted, t: Words = chinese, clicked: str = "") -> str:
    """The page that a click asks for; `clicked`: another text for each click, so that the same page asked for twice
    is shown, and scrolled to, twice.

    The request comes from a browser, so each part is checked. Raises UnknownDocumentError and UsageError.
    """
    held = {info.id: info for info in store.documents()}
    info = held.get(str(request.get("document", "")))
    if info is None:
        raise UnknownDocumentError(str(request.get("document", "")))
    page = _page(str(request.get("page", "")), info.pages)
    box = _box(str(request.get("box", "")))
    main: Place = (info.id, page, box)
    also = [p for p in _places(str(request.get("also", ""))) if p[0] in held and 1 <= p[1] <= held[p[0]].pages]
    extracts = tuple(_extracts(store.content(info.id), page, box))
    cells = [cell for extract in extracts for row in extract.rows for cell in row]
    return render(
        "viewer.html",
        t,
        document=info.id,
        file=f"documents/file/{quote(info.id, safe='')}.pdf",
        page=page,
        pages=info.pages,
        sheets=_sheets(store, pictures, main, also),
        extracts=extracts,
        sure=SURE_ENOUGH,
        unclear=any(confidence < SURE_ENOUGH for _, _, confidence in cells),
        unclear_here=next((c for _, cited, c in cells if cited and c < SURE_ENOUGH), None),
        note=str(request.get("note", ""))[:200],
        clicked=clicked,
    )


def _page(text: str, pages: int) -> int:
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= page <= pages:
        raise UsageError(f"没有第 {text[:8]} 页：这份文件共 {pages} 页")
    return page


def _box(text: str) -> BBox | None:
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (x0, y0, x1, y1)


def _places(text: str) -> list[Place]:
    """Further places as links carry them: "page|x0,y0,x1,y1|document", a line each; what is none is left out."""
    found: list[Place] = []
    for line in text.splitlines()[:_MOST_ALSO]:
        page, _, rest = line.partition("|")
        box, _, document = rest.partition("|")
        if page.isascii() and page.isdigit() and len(page) < 6:
            found.append((document, int(page), _box(box)))
    return found


def places_to_text(places: Iterator[Place]) -> str:
    """The other way round."""
    return "\n".join(f"{page}|{','.join(map(str, box)) if box else ''}|{document}" for document, page, box in places)


def _sheets(store: PageSource, pictures: Pictures, main: Place, also: list[Place]) -> tuple[Sheet, ...]:
    """The page asked for, then the first other one on which something belonging to it stands."""
    pages = list(dict.fromkeys((p[0], p[1]) for p in (main, *also)))[:_MOST_SHEETS]
    sheets = []
    for document, page in pages:
        picture = pictures(store.pdf(document), page)
        marks = [("also", p[2]) for p in also if p[:2] == (document, page)]
        marks += [("mark", main[2])] if main[:2] == (document, page) else []
        styles = tuple((kind, _style(box, picture.size)) for kind, box in marks if box)
        sheets.append(Sheet(document, page, picture.uri, styles))
    return tuple(sheets)


def _style(box: BBox, size: tuple[int, int]) -> str:
    """The box in percent of the picture, so that it fits at any width."""
    width, height = (pixels * _POINTS / DPI for pixels in size)
    x0, y0, x1, y1 = box[0] - _MARGIN, box[1] - _MARGIN, box[2] + _MARGIN, box[3] + _MARGIN
    shares = {"left": x0 / width, "top": y0 / height, "width": (x1 - x0) / width, "height": (y1 - y0) / height}
    return ";".join(f"{side}:{100 * share:.3f}%" for side, share in shares.items())


def _extracts(content: DocumentContent, page: int, box: BBox | None) -> Iterator[Extract]:
    for table in content.tables:
        rows = [row for row in table.rows if any(cell.page == page for cell in row)]
        if rows:
            shown = tuple(tuple(_cell(cell, page, box) for cell in row) for row in rows[:_MOST_ROWS])
            yield Extract(table.title, table.unit, _header(table), shown, len(rows) - len(shown))


def _header(table: Table) -> tuple[str, ...]:
    return tuple(" / ".join(dict.fromkeys(part for part in path if part)) for path in table.header)


def _cell(cell: Cell, page: int, box: BBox | None) -> ShownCell:
    return cell.text, box is not None and cell.page == page and _inside(cell.bbox, box), cell.confidence


def _inside(cell: BBox | None, box: BBox) -> bool:
    """Whether the middle of the cited box lies in the cell."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return cell is not None and cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]
