"""Rulings, filled areas and pictures among a page's objects, in PDF user space.

A page has hundreds of objects, a hostile one any number: each property is asked of all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from indexer.pdf.fast import address_of, fast, numbers_of

_THIN = 3.0
"""A rectangle this thin is a ruling, not an area."""
_SHORTEST = 3.0
_WHITE = 250
_MAX_SEGMENTS = 4000
_AT_ONCE = 20_000
"""Segments of paths that are held at once."""
_DEEPEST = 8

Box = tuple[float, float, float, float]
Boxes = npt.NDArray[np.float64]
"""One box a row."""
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Shapes:
    """All are (left, bottom, right, top), rulings in the order they were drawn; areas are filled, not with white."""

    rulings: Boxes
    areas: Boxes
    pictures: Boxes


def read_shapes(page: Any) -> Shapes:
    """All shapes of a page, those inside forms included."""
    reader = _Reader()
    call = fast()
    address = address_of(page)
    reader.read(list(map(call.page_object, repeat(address), range(call.page_count(address)))), _IDENTITY, 0)
    return Shapes(*(np.concatenate(found) for found in (reader.rulings, reader.areas, reader.pictures)))


@dataclass(slots=True)
class _Reader:
    """What was found so far."""

    rulings: list[Boxes] = field(default_factory=lambda: [np.empty((0, 4))])
    areas: list[Boxes] = field(default_factory=lambda: [np.empty((0, 4))])
    pictures: list[Boxes] = field(default_factory=lambda: [np.empty((0, 4))])

    def read(self, items: Sequence[int], matrix: Matrix, depth: int) -> None:
        """Takes objects in their order, those in forms where the form stands."""
        call = fast()
        kinds = list(map(call.object_type, items))
        begin = 0
        for end in (*_places(kinds, pdfium.FPDF_PAGEOBJ_FORM), len(items)):
            self._read_flat(items[begin:end], kinds[begin:end], matrix)
            if end < len(items) and depth < _DEEPEST:
                form = items[end]
                inner = list(map(call.form_object, repeat(form), range(call.form_count(form))))
                self.read(inner, _multiply(_matrix_of(form), matrix), depth + 1)
            begin = end + 1

    def _read_flat(self, items: Sequence[int], kinds: Sequence[int], matrix: Matrix) -> None:
        if pictures := [items[i] for i in _places(kinds, pdfium.FPDF_PAGEOBJ_IMAGE)]:
            self.pictures.append(_bounds(pictures, matrix))
        if paths := [items[i] for i in _places(kinds, pdfium.FPDF_PAGEOBJ_PATH)]:
            self._read_paths(paths, matrix)

    def _read_paths(self, paths: list[int], matrix: Matrix) -> None:
        boxes = _bounds(paths, matrix)
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        filled, stroked = numbers_of(fast().draw_mode, paths, np.int32, 2).T != 0
        seen = ~((width < _SHORTEST) & (height < _SHORTEST)) & (filled | stroked)
        seen &= _coloured(paths, seen, stroked)
        thin = seen & (np.minimum(width, height) <= _THIN)
        area = seen & ~thin & filled & ~stroked
        self.areas.append(boxes[area])
        rest = np.flatnonzero(seen & ~thin & ~area).tolist()
        order, strokes = _strokes([paths[i] for i in rest], matrix) if rest else (np.empty(0, int), np.empty((0, 4)))
        found = np.concatenate((np.flatnonzero(thin), np.array(rest, int)[order]))
        self.rulings.append(np.concatenate((boxes[thin], strokes))[np.argsort(found, kind="stable")])


def _places(kinds: Sequence[int], kind: int) -> list[int]:
    return [i for i, k in enumerate(kinds) if k == kind]


def _coloured(paths: Sequence[int], asked: npt.NDArray[np.bool_], stroked: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """Which of the paths asked for are painted in a colour that white paper shows."""
    out = np.zeros(len(paths), bool)
    call = fast()
    for colour, which in ((call.stroke_colour, asked & stroked), (call.fill_colour, asked & ~stroked)):
        if which.any():
            places = np.flatnonzero(which)
            parts = numbers_of(colour, [paths[i] for i in places.tolist()], np.uint32, 4, unknown=1)
            out[places] = (parts[:, 3] > 0) & (parts[:, :3] < _WHITE).any(axis=1)
    return out


def _bounds(items: Sequence[int], matrix: Matrix) -> Boxes:
    held = numbers_of(fast().bounds, items, np.float32, 4).astype(np.float64)
    if matrix is _IDENTITY:
        return held
    corners = np.stack((_applied(matrix, held[:, :2]), _applied(matrix, held[:, 2:])))
    return np.concatenate((corners.min(axis=0), corners.max(axis=0)), axis=1)


def _strokes(paths: Sequence[int], matrix: Matrix) -> tuple[npt.NDArray[np.int64], Boxes]:
    """The upright segments of stroked paths (a frame, a whole grid in one path), and which path each belongs to."""
    call = fast()
    counts = np.array([n if n <= _MAX_SEGMENTS else 0 for n in map(call.path_segments, paths)])
    orders, found = [], []
    for start, end in _batches(np.cumsum(counts)):
        order, boxes = _upright(paths[start:end], counts[start:end], matrix)
        orders.append(order + start)
        found.append(boxes)
    return np.concatenate(orders), np.concatenate(found)


def _batches(ends: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Stretches of paths that have no more segments than are held at once."""
    start = 0
    while start < len(ends):
        done = ends[start - 1] if start else 0
        end = max(int(np.searchsorted(ends, done + _AT_ONCE, side="right")), start + 1)
        yield start, end
        start = end


def _upright(
    paths: Sequence[int], counts: npt.NDArray[np.int64], matrix: Matrix
) -> tuple[npt.NDArray[np.int64], Boxes]:
    """Segments along an axis. Closing a path adds none: pdfium has led it back to its start by then."""
    call = fast()
    owner = np.repeat(np.arange(len(paths)), counts)
    starts = np.cumsum(counts) - counts
    each = (np.arange(len(owner)) - np.repeat(starts, counts)).tolist()
    segments = list(map(call.path_segment, [paths[i] for i in owner.tolist()], each))
    points = numbers_of(call.segment_point, segments, np.float32, 2).astype(np.float64)
    matrices = numbers_of(call.matrix, paths, np.float32, 6, struct=True).astype(np.float64)
    odd = (matrices != _IDENTITY).any(axis=1) | (matrix is not _IDENTITY)
    for i in np.flatnonzero(odd).tolist():
        mine = slice(starts[i], starts[i] + counts[i])
        points[mine] = _applied(_multiply(matrices[i].tolist(), matrix), points[mine])
    before = np.concatenate((np.zeros((1, 2)), points))[: len(points)]
    before[starts[counts > 0]] = 0
    lines = np.fromiter(map(call.segment_type, segments), int, len(segments)) == pdfium.FPDF_SEGMENT_LINETO
    sides = np.abs(before - points)
    kept = lines & (sides <= 1.0).any(axis=1) & (sides >= _SHORTEST).any(axis=1)
    a, b = before[kept], points[kept]
    return owner[kept], np.concatenate((np.minimum(a, b), np.maximum(a, b)), axis=1)


def _matrix_of(item: int) -> Matrix:
    a, b, c, d, e, f = numbers_of(fast().matrix, [item], np.float32, 6, struct=True)[0].tolist()
    return (a, b, c, d, e, f)


def _applied(m: Matrix, points: Boxes) -> Boxes:
    """Points (x, y), one a row, where a matrix puts them."""
    x, y = points.T
    return np.stack((m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]), axis=1)


def _multiply(a: Sequence[float], b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )
