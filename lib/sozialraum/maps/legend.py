"""Legends and map furniture: classes with every limit, circles with their counts, scale bar, north arrow."""

import math
from typing import Final

from sozialraum.indicators import PLAIN_COUNT, Indikator
from sozialraum.maps.circles import FILL, LARGEST, OPACITY, Circles, circles_of, is_count
from sozialraum.maps.classes import Breaks
from sozialraum.maps.ground import Frame
from sozialraum.maps.hatch import HATCH, hatch_pattern, texture_of, texture_patterns, textured
from sozialraum.style import (
    CITY,
    INK,
    MISSING,
    MUTED,
    NBSP,
    PAPER,
    Canvas,
    SvgFigure,
    n,
    number,
    text_box,
    text_width,
)
from sozialraum.style.svg import DESCENT

BOX_WIDTH: Final = 92.0
BOX_HEIGHT: Final = 12.0
SIZE: Final = 12.0
SMALL_SIZE: Final = 11.0
LEGEND_WIDTH: Final = 352.0
LEGEND_BOX: Final = 54.0
ROW: Final = 14.0
SWATCH: Final = 22.0
NO_CIRCLE: Final = "ohne Kreis"
_GAP: Final = 4.0
_ROUND_LENGTHS: Final = (100, 200, 250, 500, 1000, 2000, 5000)


def map_bar(
    canvas: Canvas, classes: Breaks, *, indikator: Indikator, left: float, top: float, missing: bool,
    city: float | None, name: str,
) -> None:  # fmt: skip
    """The legend below a wide map: what the colours or the circles mean, and the hatching if something is missing.

    Classes have every limit printed, the unit at the last one, the city's value above; circles have the highest, a
    round one between and the lowest count.
    """
    if is_count(indikator):
        scale = circles_of(classes, indikator=indikator)
        end, _ = _circle_row(canvas, scale, left=left, middle=top + BOX_HEIGHT / 2, right=canvas.width, size=SIZE)
    else:
        _boxes(canvas, classes, left, top, BOX_WIDTH, BOX_HEIGHT)
        _limits(canvas, classes, left=left, top=top + BOX_HEIGHT, box=BOX_WIDTH, right=canvas.width, size=SIZE)
        end = left + classes.count * BOX_WIDTH + 40
        if city is not None and not math.isnan(city) and classes.count:
            _city_mark(canvas, classes, left, top, city, name)
    if missing:
        _missing(canvas, end + 26, top, height=BOX_HEIGHT, size=SIZE)


def map_legend(classes: Breaks, *, indikator: Indikator, missing: bool) -> SvgFigure:
    """The legend as a drawing of its own, for below an interactive map: narrow enough for a phone."""
    canvas = Canvas(LEGEND_WIDTH, 0, paper=True)
    canvas.height = _compact(canvas, classes, indikator, 4, 4, LEGEND_WIDTH - 4, LEGEND_BOX, SIZE, missing=missing) + 6
    return canvas.figure()


def mini_legend(
    canvas: Canvas, classes: Breaks, *, indikator: Indikator, left: float, top: float, width: float, radius: float,
    missing: bool,
) -> float:  # fmt: skip
    """The legend of a small map, with every limit and the unit. Returns where it ends."""
    box = (width - 8) / max(classes.count, 5)
    return _compact(
        canvas, classes, indikator, left, top, left + width, box, SMALL_SIZE, missing=missing, radius=radius
    )


def legend_alt(classes: Breaks, *, indikator: Indikator) -> str:
    """A legend in words."""
    if is_count(indikator):
        return circles_of(classes, indikator=indikator).alt()
    return f"Klassen der Karte: {', '.join(classes.labels())}"


def _compact(
    canvas: Canvas, classes: Breaks, indikator: Indikator, left: float, top: float, right: float, box: float,
    size: float, *, missing: bool, radius: float = LARGEST,
) -> float:  # fmt: skip
    """Classes or circles, their unit if it has found no place there, the hatching; returns the lowest edge."""
    if is_count(indikator):
        scale = circles_of(classes, indikator=indikator, radius=radius)
        tall = max(radius, size / 2)
        _, said = _circle_row(canvas, scale, left=left, middle=top + tall, right=right, size=size)
        bottom = top + 2 * tall
    else:
        height = BOX_HEIGHT if size == SIZE else 9.0
        canvas.add(texture_patterns(classes.colours))
        _boxes(canvas, classes, left, top, box, height)
        bottom, said = _limits(canvas, classes, left=left, top=top + height, box=box, right=right, size=size)
    x, unit = left, "" if said or not classes.count else unit_words(indikator)
    if unit or missing:
        bottom += ROW
    if unit:
        x = canvas.text(left, bottom, unit, size=size, colour=MUTED).right + 12
    if missing:
        wide = SWATCH + 5 + text_width(MISSING, size)
        if x + wide > right:
            x, bottom = left, bottom + ROW
        canvas.add(hatch_pattern())
        _missing(canvas, x, bottom - 9, height=10, size=size)
    return bottom


def unit_words(indikator: Indikator) -> str:
    """The unit of a legend in words: "Angaben in Einw./km²", "Angaben je km²"; "" for plain counts."""
    unit = "" if indikator.einheit == PLAIN_COUNT else indikator.einheit
    return f"Angaben {unit}" if unit.startswith("je ") else f"Angaben in {unit}" if unit else ""


def _limits(
    canvas: Canvas, classes: Breaks, *, left: float, top: float, box: float, right: float, size: float
) -> tuple[float, bool]:
    """Every limit below its line, in two rows where one is too narrow, the unit at the last one if there is room.

    Returns the last baseline, and whether the unit is said.
    """
    finite = [(left + place * box, limit) for place, limit in enumerate(classes.limits) if math.isfinite(limit)]
    unit = f"{NBSP}{classes.unit}" if classes.unit else ""
    for rows, ending in ((1, unit), (2, unit), (1, ""), (2, "")):
        boxes = []
        for place, (x, limit) in enumerate(finite):
            content = number(limit, classes.digits) + (ending if place == len(finite) - 1 else "")
            half = text_width(content, size) / 2
            middle = min(max(x, left + half), right - half)
            boxes.append(text_box(middle, top + ROW * (1 + place % rows), content, size=size, anchor="middle"))
        if all(boxes[place].right + _GAP <= after.left for place, after in enumerate(boxes[rows:])):
            break
    for box_ in boxes:
        baseline = box_.bottom - DESCENT * size
        canvas.text((box_.left + box_.right) / 2, baseline, box_.text, size=size, anchor="middle", colour=MUTED)
    return top + ROW * min(rows, max(len(finite), 1)), bool(ending) or not unit


def _circle_row(
    canvas: Canvas, scale: Circles, *, left: float, middle: float, right: float, size: float
) -> tuple[float, bool]:
    """Circles beside each other with their counts, without the one between if there is no room, nor the unit.

    Returns where the row ends, and whether the unit is said.
    """
    steps = scale.legend()
    ends = [*steps[:1], *steps[-1:]] if len(steps) == 3 else steps
    for shown, unit in ((steps, True), (steps, False), (ends, True), (ends, False)):
        said = [scale.words(wert, unit=unit) + ("" if wert else f": {NO_CIRCLE}") for wert in shown]
        widths = [
            2 * scale.radius_of(wert) + 5 + text_width(words, size) + 14
            for wert, words in zip(shown, said, strict=True)
        ]
        if left + sum(widths) - 14 <= right:
            break
    x = left
    for wert, words, width in zip(shown, said, widths, strict=True):
        radius = scale.radius_of(wert)
        if radius:
            canvas.add(circle(x + radius, middle, radius))
        canvas.text(x + 2 * radius + (5 if radius else 0), middle + 0.35 * size, words, size=size, colour=MUTED)
        x += width
    return x - 14, unit


def circle(x: float, y: float, radius: float) -> str:
    """A circle of a count."""
    return (
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{FILL}" fill-opacity="{OPACITY}" stroke="{PAPER}" '
        'stroke-width="1"/>'
    )


def _missing(canvas: Canvas, left: float, top: float, *, height: float, size: float) -> None:
    canvas.rect(left, top, SWATCH, height, fill=HATCH, stroke=CITY, weight=0.5)
    canvas.text(left + SWATCH + 5, top + height / 2 + 0.35 * size, MISSING, size=size, colour=MUTED)


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
