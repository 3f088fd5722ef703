"""The ground of the static maps: boundaries turned into short SVG paths in one frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import Data
from sozialraum.style import n

PRECISION: Final = 0.1
DETAIL: Final = 0.9
WIDTH: Final = 640.0
MAX_HEIGHT: Final = 700.0
MIN_HEIGHT: Final = 420.0
MARGIN_SHARE: Final = 0.10


@dataclass(frozen=True)
class Frame:
    """Maps metres (EPSG:25832) to drawing units; y is turned downwards.

    ``west`` and ``north`` are the metres of the drawing's upper left corner, ``scale`` is units per metre.
    """

    west: float
    north: float
    scale: float
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Position of one point."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def points(self, coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Positions of an array of points, shape (n, 2)."""
        return (coordinates - (self.west, self.north)) * (self.scale, -self.scale)

    def holds(self, x: float, y: float, *, margin: float = 0.0) -> bool:
        """Whether a position lies inside the drawing."""
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin

    def rectangle(self) -> BaseGeometry:
        """What the frame shows, in metres."""
        return shapely.box(
            self.west, self.north - self.height / self.scale, self.west + self.width / self.scale, self.north
        )


def frame_around(
    bounds: Sequence[float], *, width: float, padding: float = 0.0, min_height: float = 0.0, max_height: float = 1e9
) -> Frame:
    """A frame of a width that shows bounds (metres) with a padding in drawing units.

    The height follows from the bounds within its limits; the bounds stay in the middle.
    """
    west, south, east, north = bounds
    scale = (width - 2 * padding) / (east - west)
    height = (north - south) * scale + 2 * padding
    if height > max_height:
        scale *= (max_height - 2 * padding) / (height - 2 * padding)
    height = min(max(height, min_height), max_height)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Frame(middle_x - width / 2 / scale, middle_y + height / 2 / scale, scale, width, height)


def frame_of(shape: BaseGeometry, width: float = WIDTH, *, tallest: float = MAX_HEIGHT) -> Frame:
    """What a map of an area shows: the area and a tenth of the width around it."""
    padding = width * MARGIN_SHARE
    return frame_around(shape.bounds, width=width, padding=padding, min_height=MIN_HEIGHT, max_height=tallest)


def svg_path(geometry: BaseGeometry, frame: Frame, *, precision: float = PRECISION) -> str:
    """Path data of a polygon or multipolygon, rounded to a precision in drawing units.

    Neighbours keep their common boundary, because equal coordinates round to equal positions.
    """
    rings = [ring for polygon in shapely.get_parts(geometry) for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(_ring(frame.points(shapely.get_coordinates(ring)), precision) for ring in rings)


def svg_lines(geometry: BaseGeometry, frame: Frame, *, precision: float = PRECISION) -> str:
    """Path data of a line or several, rounded as :func:`svg_path` does."""
    parts = shapely.get_parts(geometry)
    return "".join(_ring(frame.points(shapely.get_coordinates(line)), precision, closed=False) for line in parts)


def clipped(geometry: BaseGeometry, frame: Frame, *, margin: float = 40.0) -> BaseGeometry:
    """The part of a geometry near the frame, so that a close-up carries no distant vertices."""
    west, south, east, north = frame.rectangle().buffer(margin / frame.scale, join_style="mitre").bounds
    return shapely.clip_by_rect(geometry, west, south, east, north)


@dataclass(frozen=True)
class Ground:
    """Boundaries thinned for one frame; neighbours still share their common lines.

    ``pieces`` are the Stadtteile and ``bezirke`` the Stadtbezirke by id, in official order.
    """

    pieces: dict[str, BaseGeometry]
    bezirke: dict[str, BaseGeometry]

    def outline(self, gebiet_ids: Iterable[str]) -> BaseGeometry:
        """Common outline of some Stadtteile."""
        return shapely.coverage_union_all([self.pieces[key] for key in gebiet_ids])

    def outline_of(self, data: Data, gebiet_id: str) -> BaseGeometry:
        """Outline of an area of any level; one that cuts Stadtteile is drawn as it was defined."""
        if data.register.by_id(gebiet_id).angeschnittene:
            return data.gebiete.geometry[gebiet_id]
        return self.outline(data.register.members(gebiet_id))


@lru_cache(maxsize=8)
def ground(data: Data, frame: Frame) -> Ground:
    """All boundaries, without the detail that a frame cannot show (coverage simplification)."""
    areas = data.register.of_level("stadtteil")
    shapes = [data.gebiete.geometry[area.id] for area in areas]
    thinned = shapely.coverage_simplify(shapes, DETAIL / frame.scale)
    pieces = {area.id: shape for area, shape in zip(areas, thinned, strict=True)}
    bezirke = {
        area.id: shapely.coverage_union_all([pieces[key] for key in data.register.members(area.id)])
        for area in data.register.of_level("stadtbezirk")
    }
    return Ground(pieces, bezirke)


def stadtteile(data: Data) -> dict[str, BaseGeometry]:
    """Geometry of every Stadtteil by id, in official order."""
    return {area.id: data.gebiete.geometry[area.id] for area in data.register.of_level("stadtteil")}


def _ring(positions: npt.NDArray[np.float64], precision: float, *, closed: bool = True) -> str:
    steps = np.rint(positions / precision).astype(np.int64)
    keep = np.ones(len(steps), dtype=bool)
    keep[1:] = (np.diff(steps, axis=0) != 0).any(axis=1)
    rounded = steps[keep]
    if closed and len(rounded) > 1 and (rounded[0] == rounded[-1]).all():
        rounded = rounded[:-1]
    moves = np.diff(rounded, axis=0) * precision
    start = rounded[0] * precision
    return (
        f"M{n(start[0])} {n(start[1])}l"
        + "".join(_pair(x, y, first) for first, (x, y) in _enumerate(moves))
        + "z" * closed
    )


def _enumerate(moves: npt.NDArray[np.float64]) -> Iterable[tuple[bool, tuple[float, float]]]:
    return ((place == 0, (float(x), float(y))) for place, (x, y) in enumerate(moves))


def _pair(x: float, y: float, first: bool) -> str:
    left, right = n(x), n(y)
    lead = "" if first or left.startswith("-") else " "
    return f"{lead}{left}{right if right.startswith('-') else ' ' + right}"
