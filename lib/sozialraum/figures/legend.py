"""Legends and map furniture: classes with every limit, circles with their counts, scale bar, north arrow."""

import math
from typing import Final

from sozialraum.city.indicators import PLAIN_COUNT, Indikator
from sozialraum.figures.circles import FILL, LARGEST, OPACITY, Circles, circles_of, is_count
from sozialraum.figures.classes import Breaks
from sozialraum.figures.ground import Frame
from sozialraum.figures.hatch import (
    HATCH,
    doubt_patterns,
    doubtful,
    hatch_pattern,
    texture_box,
    texture_patterns,
    textured,
)
from sozialraum.style.numbers import MISSING, NBSP, number
from sozialraum.style.palette import CITY, INK, MUTED, PAPER
from sozialraum.style.svg import DESCENT, Canvas, SvgFigure, n, text_box, text_width

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
_APART: Final = 26.0
_ROUND_LENGTHS: Final = (100, 200, 250, 500, 1000, 2000, 5000)


def legend(
    canvas: Canvas, classes: Breaks, *, indikator: Indikator, left: float, top: float, right: float, missing: bool,
    box: float = BOX_WIDTH, size: float = SIZE, radius: float = LARGEST, city: float = math.nan, name: str = "",
    doubt: int = 0,
) -> float:  # fmt: skip
    """What the colours or circles of a map mean; returns the lowest edge.

    Classes have every limit printed, the unit at the last one if there is room, and on request the city's value above.
    Circles have the highest, a round one between and the lowest count. Hatching stands beside them, or below where it
    is narrow, and below them dots: of how many Stadtteile the interval crosses a limit.
    """
    if is_count(indikator):
        middle = top + max(radius, size / 2)
        scale = circles_of(classes, indikator=indikator, radius=radius)
        end, said = _circle_row(canvas, scale, left=left, middle=middle, right=right, size=size)
        bottom = 2 * middle - top
    else:
        height = BOX_HEIGHT if size == SIZE else 9.0
        middle = top + height / 2
        _boxes(canvas, classes, left, top, box, height)
        bottom, said = _limits(canvas, classes, left=left, top=top + height, box=box, right=right, size=size)
        end = max([left + classes.count * box, *(label.right for label in canvas.labels[-1:] if classes.count)])
        if not math.isnan(city) and classes.count:
            _city_mark(canvas, classes, left, top, box, city, name)
    unit = "" if said or not classes.count else unit_words(indikator)
    beside = end + _APART + SWATCH + 5 + text_width(MISSING, size) <= right
    x = left
    if unit or (missing and not beside):
        bottom += ROW
    if unit:
        x = canvas.text(left, bottom, unit, size=size, colour=MUTED).right + 12
    if missing:
        if beside:
            _missing(canvas, end + _APART, middle, size=size)
        else:
            if x + SWATCH + 5 + text_width(MISSING, size) > right:
                x, bottom = left, bottom + ROW
            _missing(canvas, x, bottom - 4, size=size)
    return _doubt(canvas, classes, doubt, left, bottom + ROW, right, size=size) if doubt else bottom


def _doubt(
    canvas: Canvas, classes: Breaks, count: int, left: float, bottom: float, right: float, *, size: float
) -> float:
    """A dotted swatch and of how many Stadtteile the interval crosses a limit; short where it is narrow."""
    fill = doubtful(classes.colours[-1 if classes.count < 3 else 1])
    canvas.rect(left, bottom - 9, SWATCH, 10, fill=fill, stroke=CITY, weight=0.5)
    told = f"{count}{NBSP}{'Stadtteil' if count == 1 else 'Stadtteile'}"
    short = f"über eine Klassengrenze: {count}", f"Klasse offen: {count}"
    for words in (f"Spanne reicht über eine Klassengrenze: {told}", *short):
        if left + SWATCH + 5 + text_width(words, size) <= right:
            break
    canvas.text(left + SWATCH + 5, bottom, words, size=size, colour=MUTED)
    return bottom


def map_legend(classes: Breaks, *, indikator: Indikator, missing: bool, doubt: int = 0) -> SvgFigure:
    """The legend as a drawing of its own, for below an interactive map: narrow enough for a phone."""
    canvas = Canvas(LEGEND_WIDTH, 0, paper=True)
    canvas.add(
        (hatch_pattern() if missing else "")
        + ("" if is_count(indikator) else texture_patterns(classes.colours))
        + (doubt_patterns(classes.colours) if doubt else "")
    )
    canvas.height = 6 + legend(
        canvas,
        classes,
        indikator=indikator,
        left=4,
        top=4,
        right=LEGEND_WIDTH - 4,
        box=LEGEND_BOX,
        missing=missing,
        doubt=doubt,
    )
    return canvas.figure()


def legend_alt(classes: Breaks, *, indikator: Indikator) -> str:
    """A legend in words."""
    if is_count(indikator):
        return circles_of(classes, indikator=indikator).alt()
    return f"Klassen der Karte: {', '.join(classes.labels())}"


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


def _missing(canvas: Canvas, left: float, middle: float, *, size: float) -> None:
    canvas.rect(left, middle - 5, SWATCH, 10, fill=HATCH, stroke=CITY, weight=0.5)
    canvas.text(left + SWATCH + 5, middle + 0.35 * size, MISSING, size=size, colour=MUTED)


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
        over.append(texture_box(colour, x, top, width, height))
    canvas.add(textured(over))


def _city_mark(canvas: Canvas, classes: Breaks, left: float, top: float, box: float, city: float, name: str) -> None:
    place = classes.class_of(city)
    assert place is not None
    low, high = classes.limits[place], classes.limits[place + 1]
    inside = (city - low) / (high - low) if math.isfinite(high - low) and high > low else 0.5
    x = left + (place + min(1.0, max(0.0, inside))) * box
    canvas.add('<g class="sr-city-now">')
    canvas.line((x, top - 6), (x, top + BOX_HEIGHT + 3), colour=PAPER, width=4.8)
    canvas.line((x, top - 6), (x, top + BOX_HEIGHT + 3), colour=CITY, width=1.6)
    unit = f"{NBSP}{classes.unit}" if classes.unit else ""
    content = f"{name} {number(city, classes.digits)}{unit}"
    canvas.text(max(x, left + 40), top - 10, content, size=SIZE, anchor="middle", colour=MUTED, bold=True)
    canvas.add("</g>")
