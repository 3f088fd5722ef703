"""The map and the strips of the atlas, drawn once: shapes, centres, ways of the arrow keys, positions of the dots."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sozialraum.city.indicators import Indikator
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.circles import centres, circles_of, is_count
from sozialraum.figures.classes import Breaks
from sozialraum.figures.ground import Frame, Ground, frame_around, ground, svg_path
from sozialraum.figures.hatch import HATCH
from sozialraum.figures.legend import legend
from sozialraum.figures.parts import scale_over, squeeze, swarm
from sozialraum.figures.terrain import terrain
from sozialraum.style import Canvas, SvgFigure, n, number

WIDTH: Final = 560.0
LEGEND_BOX: Final = 52.0
LEGEND_WIDTH: Final = 328.0
LARGEST: Final = 17.0
STRIP_HEIGHT: Final = 84.0
DOT: Final = 5.0
MARGIN: Final = 10.0
MOST_APART: Final = 300
"""More dots than these overlap on a strip, however they are placed."""
FINE: Final = 10
"""Steps of a unit in the paths of water and railways."""
OVER: Final = {
    "wasser": 'fill="#ffffff" fill-opacity="0.8"',
    "wasserlauf": 'fill="none" stroke="#ffffff" stroke-opacity="0.8" stroke-width="20"',
    "bahn": 'fill="none" stroke="#1f2328" stroke-opacity="0.45" stroke-width="7"',
}
_TICKS: Final = 5
_STEPS: Final = (1, 2, 2.5, 5, 10)
_ARROWS: Final = ((-1, 0), (1, 0), (0, -1), (0, 1))
"""Directions of the arrow keys: left, right, up, down; y grows downwards."""


@dataclass(frozen=True)
class Drawing:
    """The shapes of the city in one frame."""

    data: Data
    frame: Frame
    below: Ground

    def path(self, gebiet_id: str) -> str:
        """Path of a Stadtteil."""
        return svg_path(self.below.pieces[gebiet_id], self.frame)

    def outline(self, gebiet_id: str) -> str:
        """Path of the outline of a larger area; empty for the city and what has no whole Stadtteil."""
        area = self.data.register.by_id(gebiet_id)
        if area.ebene == "stadt" or not (area.angeschnittene or self.data.register.members(gebiet_id)):
            return ""
        return svg_path(self.below.outline_of(self.data, gebiet_id), self.frame)

    @cached_property
    def centres(self) -> dict[str, tuple[float, float]]:
        """Where circle and label of each Stadtteil stand."""
        points = {key: self.frame.point(*place) for key, place in centres(self.data).items()}
        return {key: (round(x, 1), round(y, 1)) for key, (x, y) in points.items()}

    def borders(self) -> list[str]:
        """Paths of the Stadtbezirke."""
        return [svg_path(shape, self.frame) for shape in self.below.bezirke.values()]

    @cached_property
    def terrain(self) -> list[tuple[str, str]]:
        """Fetched water and railways over the colours: path and look, water as paper, so that it is no class."""
        frame = self.frame
        steps = Frame(frame.west, frame.north, frame.scale * FINE, frame.width * FINE, frame.height * FINE)
        paths = terrain(self.data, steps, 1 / frame.scale)
        return [(paths[art], look) for art, look in OVER.items() if art in paths]


def drawing(data: Data) -> Drawing:
    """The city in the frame of the atlas."""
    frame = frame_around(data.gebiete.geometry[data.register.city.id].bounds, width=WIDTH, padding=4)
    return Drawing(data, frame, ground(data, frame))


def ways(points: Mapping[str, tuple[float, float]]) -> dict[str, list[str]]:
    """Where the arrow keys lead from each point: the nearest one to the left, right, above and below; "" if none."""
    return {key: [_nearest(points, key, *way) for way in _ARROWS] for key in points}


def _nearest(points: Mapping[str, tuple[float, float]], start: str, dx: int, dy: int) -> str:
    """The nearest point within the quarter that a direction halves."""
    x, y = points[start]
    found = []
    for key, (px, py) in points.items():
        ahead, aside = ((px - x) * dx + (py - y) * dy, abs((px - x) * dy) + abs((py - y) * dx))
        if ahead > 0 and aside <= ahead:
            found.append((math.hypot(px - x, py - y), key))
    return min(found)[1] if found else ""


def legend_of(analysis: Analysis, indikator: str, classes: Breaks) -> SvgFigure:
    """Classes with their limits or circles with their counts; the patterns stand in the map."""
    entry = analysis.katalog[indikator]
    canvas = Canvas(LEGEND_WIDTH, 0)
    top = 6.0 if is_count(entry) else 26.0
    bottom = legend(
        canvas, classes, indikator=entry, left=4, top=top, right=LEGEND_WIDTH - 4, box=LEGEND_BOX, radius=LARGEST,
        missing=bool(analysis.values(indikator).isna().any()), city=analysis.city(indikator), name=analysis.stadt,
    )  # fmt: skip
    canvas.height = bottom + 6
    figure = canvas.figure()
    return SvgFigure(figure.width, figure.height, figure.body.replace(HATCH, "url(#at-hatch)"))


def radius_of(entry: Indikator, classes: Breaks, wert: float) -> float:
    """Radius of the circle of a count."""
    return round(circles_of(classes, indikator=entry, radius=LARGEST).radius_of(wert), 1)


@dataclass(frozen=True)
class Axis:
    """The axis of an indicator: positions as shares of its length, ticks with their printed numbers."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, wert: float | None) -> float | None:
        """Position of a value from 0 to 1; None if it is missing or beyond the axis."""
        if wert is None or not math.isfinite(wert) or self.high <= self.low:
            return None
        place = (wert - self.low) / (self.high - self.low)
        return round(place, 4) if 0 <= place <= 1 else None


def axis_of(values: Iterable[float | None]) -> Axis:
    """An axis over all known values, from a round number to a round number."""
    known = [wert for wert in values if wert is not None and math.isfinite(wert)]
    if not known:
        return Axis(0.0, 0.0, ())
    low, high = min(known), max(known)
    step = _step((high - low) / _TICKS or max(abs(high), 1.0) / _TICKS)
    first, last = math.floor(low / step), math.ceil(high / step)
    last = max(last, first + 1)
    digits = max(
        0, -math.floor(math.log10(step)) + (1 if step / 10 ** math.floor(math.log10(step)) == _STEPS[2] else 0)
    )
    marks = [place * step for place in range(first, last + 1)]
    axis = Axis(first * step, last * step, ())
    ticks = tuple((axis.at(mark) or 0.0, number(mark, digits)) for mark in marks)
    return Axis(axis.low, axis.high, ticks)


def _step(least: float) -> float:
    """The smallest round number that is not below."""
    size = 10.0 ** math.floor(math.log10(least))
    return next(step * size for step in _STEPS if step * size >= least * (1 - 1e-9))


def strip(axis: Axis, values: Mapping[str, float]) -> dict[str, list[float]]:
    """Position of each dot of the strip: along it, and across it so that none hides another."""
    scale = scale_over([axis.low, axis.high], start=MARGIN, end=WIDTH - MARGIN)
    places = {key: scale(wert) for key, wert in values.items()}
    apart = swarm(places, gap=2 * DOT + 0.6) if len(places) <= MOST_APART else dict.fromkeys(places, 0.0)
    offsets = squeeze(apart, STRIP_HEIGHT / 2 - DOT - 8)
    return {key: [round(places[key], 1), round(offsets[key], 1)] for key in places}


def row_of_dots(axis: Axis, values: Sequence[float]) -> str:
    """The same dots as one small path, 100 units long, for a row of a table."""
    places = sorted(axis.at(wert) or 0.0 for wert in values)
    return "".join(f"M{n(place * 100)} 0h0" for place in places)
