"""Rulings, filled areas and pictures among a page's objects, in PDF user space."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

_THIN = 3.0
"""A rectangle this thin is a ruling, not an area."""
_SHORTEST = 3.0
_WHITE = 250
_MAX_SEGMENTS = 4000

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
    for i in range(pdfium.FPDFPage_CountObjects(page)):
        reader.read(pdfium.FPDFPage_GetObject(page, i), _IDENTITY, 0)
    return shapes


class _Reader:
    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._refs = [ctypes.byref(e) for e in self._edges]
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._matrix = pdfium.FS_MATRIX()

    def read(self, item: Any, matrix: Matrix, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._read_path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._shapes.pictures.append(self._bounds(item, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 8:
            inner = _multiply(self._matrix_of(item), matrix)
            for i in range(pdfium.FPDFFormObj_CountObjects(item)):
                self.read(pdfium.FPDFFormObj_GetObject(item, i), inner, depth + 1)

    def _read_path(self, item: Any, matrix: Matrix) -> None:
        box = self._bounds(item, matrix)
        width, height = box[2] - box[0], box[3] - box[1]
        if (width < _SHORTEST and height < _SHORTEST) or not self._painted(item):
            return
        if min(width, height) <= _THIN:
            self._shapes.rulings.append(box)
            return
        if self._fill.value and not self._stroke.value:
            self._shapes.areas.append(box)
            return
        self._shapes.rulings.extend(self._strokes(item, matrix))

    def _painted(self, item: Any) -> bool:
        """Whether it is filled or stroked in a colour that white paper shows."""
        pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(self._fill), ctypes.byref(self._stroke))
        if self._stroke.value:
            colour = pdfium.FPDFPageObj_GetStrokeColor
        elif self._fill.value:
            colour = pdfium.FPDFPageObj_GetFillColor
        else:
            return False
        r, g, b, a = self._colour
        if not colour(item, ctypes.byref(r), ctypes.byref(g), ctypes.byref(b), ctypes.byref(a)):
            return True
        return a.value > 0 and not (r.value >= _WHITE and g.value >= _WHITE and b.value >= _WHITE)

    def _strokes(self, item: Any, matrix: Matrix) -> Iterator[Box]:
        """Upright segments of a stroked path (a frame, a whole grid in one path)."""
        if matrix is _IDENTITY:
            matrix = self._matrix_of(item)
        else:
            matrix = _multiply(self._matrix_of(item), matrix)
        count = pdfium.FPDFPath_CountSegments(item)
        if count > _MAX_SEGMENTS:
            return
        x, y = self._edges[0], self._edges[1]
        start = last = (0.0, 0.0)
        for i in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(item, i)
            pdfium.FPDFPathSegment_GetPoint(segment, self._refs[0], self._refs[1])
            here = _apply(matrix, x.value, y.value)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = here
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                yield from _upright(last, here)
            last = here
            if pdfium.FPDFPathSegment_GetClose(segment):
                yield from _upright(here, start)
                last = start

    def _bounds(self, item: Any, matrix: Matrix) -> Box:
        pdfium.FPDFPageObj_GetBounds(item, *self._refs)
        left, bottom, right, top = (e.value for e in self._edges)
        if matrix is _IDENTITY:
            return (left, bottom, right, top)
        xs, ys = zip(_apply(matrix, left, bottom), _apply(matrix, right, top), strict=True)
        return (min(xs), min(ys), max(xs), max(ys))

    def _matrix_of(self, item: Any) -> Matrix:
        m = self._matrix
        if not pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(m)):
            return _IDENTITY
        return (m.a, m.b, m.c, m.d, m.e, m.f)


def _upright(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Box]:
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    if min(dx, dy) <= 1.0 and max(dx, dy) >= _SHORTEST:
        yield (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))


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
