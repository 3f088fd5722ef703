"""Place names on a map so that none overlaps another, leaves the map or strays from its area."""

from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.gebiete import Gebiet
from sozialraum.figures.ground import Frame
from sozialraum.style import INK, Box, Canvas, free, text_box
from sozialraum.style.svg import DESCENT

SIZE: Final = 11.0
LINE_HEIGHT: Final = 12.0
INSIDE: Final = 0.78
_SHIFTS: Final = (0.0, -7.0, 7.0, -14.0, 14.0)


def label_point(geometry: BaseGeometry, frame: Frame) -> tuple[float, float]:
    """Where an area has the most room around: the centre of its largest inscribed circle."""
    radius = np.asarray(shapely.maximum_inscribed_circle(np.asarray([geometry]), tolerance=1 / frame.scale))
    return frame.point(*shapely.get_coordinates(radius)[0])


def place_name(
    canvas: Canvas,
    frame: Frame,
    area: Gebiet,
    geometry: BaseGeometry,
    *,
    taken: Sequence[Box],
    colour: str = INK,
    halo: str = "",
    bold: bool = False,
    or_number: bool = True,
    at: tuple[float, float] | None = None,
    shifts: Sequence[float] = _SHIFTS,
) -> list[Box]:
    """Write an area's name where it fits, in one or two lines; otherwise its official number or nothing.

    Parameters
    ----------
    at, shifts
        Where the name is to stand, by default where the area has the most room, and how far it may move up and down.

    Returns
    -------
    list of Box
        The boxes written; empty if nothing fits.
    """
    x, y = at or label_point(geometry, frame)
    split = _lines(area.name)
    options = [[area.name], *([split] if len(split) > 1 else []), *([[str(area.nummer)]] if or_number else [])]
    for option, shift in product(options, shifts):
        boxes = _stack(option, x, y + shift, bold)
        if _fits(boxes, frame, geometry, taken, strict=not option[0].isdigit()):
            for box in boxes:
                baseline = box.bottom - DESCENT * SIZE
                canvas.text(x, baseline, box.text, size=SIZE, anchor="middle", colour=colour, halo=halo, bold=bold)
            return boxes
    return []


def place_point_label(
    canvas: Canvas,
    frame: Frame,
    x: float,
    y: float,
    content: str,
    *,
    radius: float,
    taken: Sequence[Box],
    colour: str,
    halo: str,
    size: float = SIZE,
    bold: bool = False,
) -> Box | None:
    """Write a label beside a point: right, left, above or below, wherever it is free; None if nowhere."""
    gap = radius + 3
    spots = ((x + gap, y + 4, "start"), (x - gap, y + 4, "end"), (x, y - gap, "middle"), (x, y + gap + 8, "middle"))
    for left, baseline, anchor in spots:
        box = text_box(left, baseline, content, size=size, anchor=anchor, bold=bold)
        if _on_map(box, frame) and free(box, taken, gap=0.5):
            return canvas.text(left, baseline, content, size=size, anchor=anchor, colour=colour, halo=halo, bold=bold)
    return None


def _lines(name: str) -> list[str]:
    head, hyphen, tail = name.partition("-")
    return [head + hyphen, tail] if tail else [name]


def _stack(lines: Sequence[str], x: float, y: float, bold: bool) -> list[Box]:
    top = y + 0.35 * SIZE - LINE_HEIGHT * (len(lines) - 1) / 2
    return [
        text_box(x, top + LINE_HEIGHT * place, line, size=SIZE, anchor="middle", bold=bold)
        for place, line in enumerate(lines)
    ]


def _fits(boxes: Sequence[Box], frame: Frame, geometry: BaseGeometry, taken: Sequence[Box], *, strict: bool) -> bool:
    if not all(_on_map(box, frame) and free(box, taken, gap=0.5) for box in boxes):
        return False
    return not strict or min(_share_inside(box, frame, geometry) for box in boxes) >= INSIDE


def _on_map(box: Box, frame: Frame) -> bool:
    return frame.holds(box.left, box.top, margin=1) and frame.holds(box.right, box.bottom, margin=1)


def _share_inside(box: Box, frame: Frame, geometry: BaseGeometry) -> float:
    west, east = (frame.west + x / frame.scale for x in (box.left, box.right))
    south, north = (frame.north - y / frame.scale for y in (box.bottom, box.top))
    rectangle = shapely.box(west, south, east, north)
    return float(rectangle.intersection(geometry).area / rectangle.area)
