"""What a page is made of, however it was read: characters and rulings. A recogniser of scans yields the same.

Coordinates are those of the reading frame: points, origin top left, turned so that most text stands upright.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import NamedTuple

from indexer.types import BBox


class Char(NamedTuple):
    """One visible character or space; `group` numbers the text object it was drawn with.

    `confidence`: below 1 where it was recognised from a picture.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    group: int
    confidence: float = 1.0


class Ruling(NamedTuple):
    """A straight line: `at` is its y (horizontal) or x (vertical); it runs from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageContent:
    """One page. `turn`: quarter turns clockwise that lead from the reading frame to the page as displayed.

    `image_share`: part of the page that pictures cover; `unmapped`: characters whose meaning the file lacks;
    `confidence`: no figure of the page is surer than that; `skew`: degrees clockwise, after `turn`, that a scan lies
    askew, the frame being level; `hidden`: the characters are painted invisible, as those a recogniser left on a scan.
    """

    number: int
    width: float
    height: float
    chars: tuple[Char, ...]
    horizontal: tuple[Ruling, ...]
    vertical: tuple[Ruling, ...]
    image_share: float = 0.0
    turn: int = 0
    unmapped: int = 0
    confidence: float = 1.0
    skew: float = 0.0
    hidden: bool = False


def turn_box(box: BBox, width: float, height: float, turns: int) -> BBox:
    """A box of a `width` by `height` frame after `turns` quarter turns clockwise of that frame."""
    x0, y0, x1, y1 = box
    match turns % 4:
        case 1:
            return (height - y1, x0, height - y0, x1)
        case 2:
            return (width - x1, height - y1, width - x0, height - y0)
        case 3:
            return (y0, width - x1, y1, width - x0)
    return box


def skew_box(box: BBox, width: float, height: float, degrees: float) -> BBox:
    """A level box where it lies on a page that is `degrees` askew clockwise: moved with its middle, its size kept."""
    x, y = (box[0] + box[2] - width) / 2, (box[1] + box[3] - height) / 2
    c, s = cos(radians(degrees)), sin(radians(degrees))
    dx, dy = x * c - y * s - x, x * s + y * c - y
    return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)
