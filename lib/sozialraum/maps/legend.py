"""Legends and map furniture: class bars with printed limits, scale bar, north arrow."""

import math
from typing import Final

from sozialraum.maps.classes import Breaks
from sozialraum.maps.ground import Frame
from sozialraum.maps.hatch import HATCH, hatch_pattern, texture_of, texture_patterns, textured
from sozialraum.style import CITY, INK, MISSING, MUTED, NBSP, PAPER, Canvas, SvgFigure, n, number

BOX_WIDTH: Final = 92.0
BOX_HEIGHT: Final = 12.0
SIZE: Final = 12.0
LEGEND_WIDTH: Final = 352.0
LEGEND_BOX: Final = 54.0
_ROUND_LENGTHS: Final = (100, 200, 250, 500, 1000, 2000, 5000)


def class_bar(
    canvas: Canvas, classes: Breaks, *, left: float, top: float, missing: bool, city: float | None, name: str
) -> None:
    """Classes as a bar with every limit printed, the unit at the last one, the city's value above."""
    _boxes(canvas, classes, left, top, BOX_WIDTH, BOX_HEIGHT)
    for place, limit in enumerate(classes.limits):
        if math.isinf(limit):
            continue
        last = place == len(classes.limits) - 1 or math.isinf(classes.limits[place + 1])
        unit = f"{NBSP}{classes.unit}" if last and classes.unit else ""
        anchor = "start" if place == 0 else "middle"
        content = number(limit, classes.digits) + unit
        canvas.text(left + place * BOX_WIDTH, top + BOX_HEIGHT + 14, content, size=SIZE, anchor=anchor, colour=MUTED)
    end = left + classes.count * BOX_WIDTH
    if missing:
        start = end + 66
        canvas.rect(start, top, 22, BOX_HEIGHT, fill=HATCH, stroke=CITY, weight=0.5)
        canvas.text(start + 28, top + 10, MISSING, size=SIZE, colour=MUTED)
    if city is not None and not math.isnan(city):
        _city_mark(canvas, classes, left, top, city, name)


def class_legend(classes: Breaks, *, missing: bool) -> SvgFigure:
    """The class bar as a drawing of its own, for below an interactive map: narrow enough for a phone."""
    canvas = Canvas(LEGEND_WIDTH, 60 if missing else 36, paper=True)
    canvas.add(texture_patterns(classes.colours))
    left, top = 4.0, 4.0
    _boxes(canvas, classes, left, top, LEGEND_BOX, BOX_HEIGHT)
    for place, limit in enumerate(classes.limits):
        if math.isfinite(limit):
            x, anchor = left + place * LEGEND_BOX, "middle" if place else "start"
            content = number(limit, classes.digits)
            canvas.text(x, top + BOX_HEIGHT + 14, content, size=SIZE, anchor=anchor, colour=MUTED)
    canvas.text(left + classes.count * LEGEND_BOX + 8, top + 10, classes.unit, size=SIZE, colour=MUTED)
    if missing:
        canvas.add(hatch_pattern())
        canvas.rect(left, 42, 22, BOX_HEIGHT, fill=HATCH, stroke=CITY, weight=0.5)
        canvas.text(left + 28, 52, MISSING, size=SIZE, colour=MUTED)
    return canvas.figure()


def mini_bar(canvas: Canvas, classes: Breaks, *, left: float, top: float, width: float, missing: bool) -> None:
    """A small class bar: lowest and highest value with unit, and a hatched box if something is missing."""
    box = min(26.0, (width - 50) / max(classes.count, 1))
    _boxes(canvas, classes, left, top, box, 9)
    unit = f"{NBSP}{classes.unit}" if classes.unit else ""
    span = f"{number(classes.limits[0], classes.digits)} bis {number(classes.limits[-1], classes.digits)}{unit}"
    canvas.text(left, top + 20, span, size=11, colour=MUTED)
    if missing:
        start = left + classes.count * box + 8
        canvas.rect(start, top, 16, 9, fill=HATCH, stroke=CITY, weight=0.4)
        canvas.text(start + 20, top + 9, "k. A.", size=11, colour=MUTED)


def scale_bar(canvas: Canvas, frame: Frame, *, right: float, bottom: float) -> None:
    """A scale bar of a round length, about an eighth of the map's width."""
    wanted = frame.width / 7 / frame.scale
    metres = max((length for length in _ROUND_LENGTHS if length <= wanted), default=_ROUND_LENGTHS[0])
    length = metres * frame.scale
    label = f"{number(metres / 1000)}{NBSP}km" if metres >= 1000 else f"{number(metres)}{NBSP}m"
    canvas.path(f"M{right - length:.1f} {bottom - 5:.1f}v5H{right:.1f}v-5", fill="none", stroke=PAPER, weight=4)
    canvas.path(f"M{right - length:.1f} {bottom - 5:.1f}v5H{right:.1f}v-5", fill="none", stroke=INK, weight=1.4)
    canvas.text(right - length / 2, bottom - 8, label, size=11, anchor="middle", halo=PAPER)


def north_arrow(canvas: Canvas, *, x: float, top: float) -> None:
    """An arrow to grid north with its letter."""
    canvas.text(x, top + 10, "N", size=11, anchor="middle", bold=True, halo=PAPER)
    canvas.polygon(
        [(x, top + 13), (x + 5, top + 29), (x, top + 25), (x - 5, top + 29)], fill=INK, stroke=PAPER, weight=1
    )


def _boxes(canvas: Canvas, classes: Breaks, left: float, top: float, width: float, height: float) -> None:
    """One box per class, with its texture for print."""
    over = []
    for place, colour in enumerate(classes.colours):
        x = left + place * width
        canvas.rect(x, top, width, height, fill=colour, stroke=CITY, weight=0.5)
        if texture := texture_of(colour):
            over.append(f'<rect x="{n(x)}" y="{n(top)}" width="{n(width)}" height="{n(height)}" fill="{texture}"/>')
    canvas.add(textured(over))


def _city_mark(canvas: Canvas, classes: Breaks, left: float, top: float, city: float, name: str) -> None:
    place = classes.class_of(city)
    assert place is not None
    low, high = classes.limits[place], classes.limits[place + 1]
    inside = (city - low) / (high - low) if math.isfinite(high - low) and high > low else 0.5
    x = left + (place + min(1.0, max(0.0, inside))) * BOX_WIDTH
    canvas.line((x, top - 6), (x, top + BOX_HEIGHT + 3), colour=PAPER, width=4.8)
    canvas.line((x, top - 6), (x, top + BOX_HEIGHT + 3), colour=CITY, width=1.6)
    unit = f"{NBSP}{classes.unit}" if classes.unit else ""
    content = f"{name} {number(city, classes.digits)}{unit}"
    box = canvas.text(max(x, left + 40), top - 10, content, size=SIZE, anchor="middle", colour=MUTED, bold=True)
    assert box.right <= canvas.width
