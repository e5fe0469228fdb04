"""Rulings, filled areas and pictures among a page's objects, in PDF user space."""

from __future__ import annotations

from ctypes import c_float, c_int, c_uint
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from indexer.pdf.fast import Numbers, address_of, fast

_THIN = 3.0
"""A rectangle this thin is a ruling, not an area."""
_SHORTEST = 3.0
_WHITE = 250
_MAX_SEGMENTS = 4000
_DEEPEST = 8

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(slots=True)
class Shapes:
    """`rulings` and `areas` are (left, bottom, right, top); areas are filled with something other than white."""

    rulings: list[Box] = field(default_factory=list)
    areas: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)


def read_shapes(page: Any) -> Shapes:
    """All shapes of a page, those inside forms included."""
    shapes = Shapes()
    reader = _Reader(shapes)
    call = fast()
    address = address_of(page)
    for i in range(call.page_count(address)):
        reader.read(call.page_object(address, i), _IDENTITY, 0)
    return shapes


class _Reader:
    """Reads objects one after the other into the same buffers."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._call = fast()
        self._edges, self._modes = Numbers(c_float, 4), Numbers(c_int, 2)
        self._colour, self._matrix = Numbers(c_uint, 4), Numbers(c_float, 6)

    def read(self, item: int, matrix: Matrix, depth: int) -> None:
        kind = self._call.object_type(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._read_path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._shapes.pictures.append(self._bounds(item, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = _multiply(self._matrix_of(item), matrix)
            for i in range(self._call.form_count(item)):
                self.read(self._call.form_object(item, i), inner, depth + 1)

    def _read_path(self, item: int, matrix: Matrix) -> None:
        box = self._bounds(item, matrix)
        width, height = box[2] - box[0], box[3] - box[1]
        if (width < _SHORTEST and height < _SHORTEST) or not self._painted(item):
            return
        if min(width, height) <= _THIN:
            self._shapes.rulings.append(box)
        elif self._modes.view[0] and not self._modes.view[1]:
            self._shapes.areas.append(box)
        else:
            self._strokes(item, matrix)

    def _painted(self, item: int) -> bool:
        """Whether it is filled or stroked in a colour that white paper shows."""
        self._call.draw_mode(item, *self._modes.at)
        fill, stroke = self._modes.view
        if not fill and not stroke:
            return False
        colour = self._call.stroke_colour if stroke else self._call.fill_colour
        if not colour(item, *self._colour.at):
            return True
        r, g, b, a = self._colour.view
        return a > 0 and not (r >= _WHITE and g >= _WHITE and b >= _WHITE)

    def _strokes(self, item: int, matrix: Matrix) -> None:
        """Takes the upright segments of a stroked path (a frame, a whole grid in one path)."""
        matrix = _multiply(self._matrix_of(item), matrix)
        plain = matrix == _IDENTITY
        call, rulings = self._call, self._shapes.rulings
        segment_at, point_of, kind_of, closes = (
            call.path_segment, call.segment_point, call.segment_type, call.segment_close,
        )  # fmt: skip
        count = call.path_segments(item)
        if count > _MAX_SEGMENTS:
            return
        point, (x_at, y_at, *_) = self._edges.view, self._edges.at
        start = last = (0.0, 0.0)
        for i in range(count):
            segment = segment_at(item, i)
            point_of(segment, x_at, y_at)
            x, y = point[0], point[1]
            here = (x, y) if plain else _apply(matrix, x, y)
            kind = kind_of(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = here
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                _take_upright(rulings, last, here)
            last = here
            if closes(segment):
                _take_upright(rulings, here, start)
                last = start

    def _bounds(self, item: int, matrix: Matrix) -> Box:
        self._call.bounds(item, *self._edges.at)
        left, bottom, right, top = self._edges.view
        if matrix is _IDENTITY:
            return (left, bottom, right, top)
        xs, ys = zip(_apply(matrix, left, bottom), _apply(matrix, right, top), strict=True)
        return (min(xs), min(ys), max(xs), max(ys))

    def _matrix_of(self, item: int) -> Matrix:
        if not self._call.matrix(item, self._matrix.at[0]):
            return _IDENTITY
        a, b, c, d, e, f = self._matrix.view
        return (a, b, c, d, e, f)


def _take_upright(rulings: list[Box], a: tuple[float, float], b: tuple[float, float]) -> None:
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    if (dx <= 1.0 or dy <= 1.0) and (dx >= _SHORTEST or dy >= _SHORTEST):
        rulings.append((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))


def _apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])


def _multiply(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )
