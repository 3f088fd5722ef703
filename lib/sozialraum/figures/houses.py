"""Ground of the maps of an area: boundaries and every house as a dot, written once per page; names of streets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.adressen import houses
from sozialraum.city.load import Data
from sozialraum.figures.geojson import geographic
from sozialraum.figures.ground import DETAIL, Frame, clipped, frame_of, stadtteile, svg_path
from sozialraum.figures.terrain import PAINTS, Paint, terrain
from sozialraum.style import INK, LAND_HERE, n

UNIT_M: Final = 5
"""Metres of a step in the paths of the houses of an area."""
AROUND_UNITS_M: Final = ((4500, 10), (6000, 20))
"""Up to which width of a map (metres) the houses around an area are merged on which grid; beyond on a coarser one."""
COARSEST_M: Final = 40
SPAN: Final = 200
"""Steps from the origin to the two other places that fix a map that moves."""
FAR: Final = 1 << 20
STRIP: Final = 8
BORDER_UNITS_M: Final = (2, 5)
"""Metres of a step in the paths of boundaries, on maps up to the first width of :data:`AROUND_UNITS_M` and beyond."""
MOST_LIVE: Final = 250
"""Names of streets that a map that moves may show."""
LAND: Final = "#edf0f2"
EDGE: Final = "#b9c0c6"
"""Line between Stadtteile."""
HERE: Final = "#a3abb3"
AROUND: Final = "#c3c9cf"
_WRITTEN: Final = re.compile(r'<defs data-ground="([^"]+)">.*?</defs>', re.DOTALL)


@dataclass(frozen=True)
class Street:
    """A street with houses in an area: places at which its name may stand, the best first (metres)."""

    name: str
    spots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Houses:
    """What lies below every map of an area, as path data with steps of some metres from an origin, y downwards.

    Attributes
    ----------
    west, north
        Metres of the origin.
    land, outline
        Boundaries of the Stadtteile around and of the area, in steps of ``unit`` metres.
    here, around
        Dots in the area and around it, in steps of :data:`UNIT_M`; empty without houses.
    streets
        Streets of the area, those with the most and farthest houses first.
    terrain
        Fetched outlines and lines by kind, in steps of ``unit`` metres; empty without any.
    """

    west: float
    north: float
    unit: int
    land: str
    outline: str
    here: str
    around: str
    streets: tuple[Street, ...]
    terrain: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """Id of the paths on a page: the same ground has the same."""
        parts = (self.land, self.outline, self.here, self.around, *self.terrain.values())
        return f"sr-grund-{sha256(''.join(parts).encode()).hexdigest()[:8]}"

    @cached_property
    def definition(self) -> str:
        """The paths for the head of a drawing; :func:`once` leaves out all but the first on a page."""
        borders = self._path("l", self.land) + self._path("o", self.outline)
        return f'<defs data-ground="{self.key}">{borders}{self.dots}</defs>'

    @cached_property
    def dots(self) -> str:
        """The paths of the houses and of what lies between them alone."""
        between = "".join(self._path(PAINTS[art].letter, path) for art, path in self.terrain.items())
        return between + self._path("u", self.around) + self._path("h", self.here)

    def _path(self, name: str, path: str) -> str:
        return f'<path id="{self.key}-{name}" d="{path}"/>' if path else ""

    def drawn(self, frame: Frame) -> str:
        """Land, boundaries and dots in a frame."""
        borders = self._use("l", f'fill="{LAND}"') + self._use("o", f'fill="{LAND_HERE}"')
        borders += "".join(self._painted(PAINTS[art], frame) for art in self.terrain)
        borders += self._use("l", f'fill="none" stroke="{EDGE}"')
        dots = (self._use("u", f'stroke="{AROUND}"') if self.around else "") + (
            self._use("h", f'stroke="{HERE}"') if self.here else ""
        )
        width = max(1.1, 7 * frame.scale)
        return (
            self._placed(frame, self.unit, 0.9, borders)
            + self._placed(frame, UNIT_M, width, dots, more=' fill="none" stroke-linecap="round"')
            + self._placed(frame, self.unit, 2, self._use("o", f'fill="none" stroke="{INK}"'))
        )

    def _painted(self, paint: Paint, frame: Frame) -> str:
        if not paint.width:
            return self._use(paint.letter, f'fill="{paint.colour}"')
        width = paint.width / (frame.scale * self.unit)
        return self._use(paint.letter, f'fill="none" stroke="{paint.colour}" stroke-width="{width:.2f}"')

    def steps(self, x: float, y: float) -> tuple[int, int]:
        """A place (metres) in steps of the dots."""
        return round((x - self.west) / UNIT_M), round((self.north - y) / UNIT_M)

    def _use(self, name: str, look: str) -> str:
        return f'<use href="#{self.key}-{name}" {look}/>'

    def _placed(self, frame: Frame, unit: int, width: float, uses: str, *, more: str = "") -> str:
        scale = frame.scale * unit
        look = f'stroke-width="{width / scale:.2f}" stroke-linejoin="round" aria-hidden="true"{more}'
        return f"<g {self.placed(frame, unit)} {look}>{uses}</g>" if uses else ""

    def placed(self, frame: Frame, unit: int) -> str:
        """Attribute that puts path data in steps of a unit (metres) where they belong in a frame."""
        x, y = frame.point(self.west, self.north)
        return f'transform="translate({n(x)} {n(y)}) scale({frame.scale * unit:.5f})"'


@lru_cache(maxsize=4)
def houses_of(data: Data, gebiet_id: str) -> Houses:
    """Houses and streets within the frame of a map of an area; the map of the city has boundaries only."""
    shape = data.gebiete.geometry[gebiet_id]
    frame = frame_of(shape)
    west, south, east, north = frame.rectangle().bounds
    whole = data.register.by_id(gebiet_id).ebene == "stadt"
    table = houses(data.dir).iloc[: 0 if whole else None]
    near = table[table["x"].between(west, east) & table["y"].between(south, north)]
    inside = np.asarray(near["gebiet_id"].isin(data.register.members(gebiet_id)))
    cut = np.asarray(near["gebiet_id"].isin(data.register.by_id(gebiet_id).angeschnittene))
    if cut.any():
        inside = inside | (cut & _within(near, data, gebiet_id))
    coarse = next((unit for width, unit in AROUND_UNITS_M if east - west <= width), COARSEST_M)
    if len(data.flaechen):  # outlines between the houses tell where they end; finer dots would only weigh
        coarse *= 3
    border = BORDER_UNITS_M[east - west > AROUND_UNITS_M[0][0]]
    steps = Frame(
        frame.west, frame.north, 1 / border, *(size / frame.scale / border for size in (frame.width, frame.height))
    )
    return Houses(
        west, north, border, *_borders(data, shape, frame, steps),
        here=dots(near[inside], west, north, UNIT_M),
        around=dots(near[~inside], west, north, coarse),
        streets=tuple(_streets(near[inside])),
        terrain=terrain(data, steps, 1 / frame.scale),
    )  # fmt: skip


@dataclass(frozen=True)
class LiveGround:
    """Houses and names below a map that moves: paths that must be on the page, and what the script asks for."""

    markup: str
    options: dict[str, Any]


@lru_cache(maxsize=4)
def live_ground(data: Data, gebiet_id: str) -> LiveGround:
    """What ``grund.js`` draws: the position of the origin and of a step to the east and to the south, names."""
    made, shown = houses_of(data, gebiet_id), frame_of(data.gebiete.geometry[gebiet_id]).rectangle()
    far = SPAN * UNIT_M
    corners = [(made.west, made.north), (made.west + far, made.north), (made.west, made.north - far)]
    spots = geographic(data, shapely.MultiPoint(corners))
    around = {key: piece.intersection(shown) for key, piece in stadtteile(data).items() if key != gebiet_id}
    middles = {key: piece.representative_point() for key, piece in around.items() if piece.area}
    options = {
        "id": made.key,
        "at": [[round(point.y, 7), round(point.x, 7)] for point in spots.geoms],
        "span": SPAN,
        "streets": [[street.name, *made.steps(*street.spots[0])] for street in made.streets[:MOST_LIVE]],
        **({"shapes": _shapes(made), "unit": made.unit / UNIT_M} if made.terrain else {}),
        "places": [[data.register.by_id(key).name, *made.steps(spot.x, spot.y)] for key, spot in middles.items()],
    }
    return LiveGround(f"<defs>{made.dots}</defs>", options)


def _shapes(made: Houses) -> list[tuple[str, str, float]]:
    """Which paths the script draws below the houses, in which colour, as lines how wide."""
    return [(PAINTS[art].letter, PAINTS[art].colour, PAINTS[art].width) for art in made.terrain]


def _borders(data: Data, shape: BaseGeometry, frame: Frame, steps: Frame) -> tuple[str, str]:
    """Boundaries around and of the area, without the detail that a frame cannot show."""
    near = [piece for piece in stadtteile(data).values() if piece.intersects(frame.rectangle())]
    thinned = shapely.coverage_simplify(near, DETAIL / frame.scale)
    land = "".join(svg_path(clipped(piece, steps, margin=8), steps, precision=1) for piece in thinned)
    whole = shapely.coverage_simplify([shape], DETAIL / frame.scale)[0]
    return land, svg_path(whole, steps, precision=1)


def once(markup: str) -> str:
    """Markup in which every path of houses is written the first time only; the others use it."""
    seen: set[str] = set()

    def keep(match: re.Match[str]) -> str:
        known = match[1] in seen
        seen.add(match[1])
        return "" if known else match[0]

    return _WRITTEN.sub(keep, markup)


def _within(near: pd.DataFrame, data: Data, gebiet_id: str) -> npt.NDArray[np.bool_]:
    shape = data.gebiete.geometry[gebiet_id]
    return np.asarray(shapely.contains_xy(shape, near["x"].to_numpy(float), near["y"].to_numpy(float)))


def dots(near: pd.DataFrame, west: float, north: float, unit: int, *, step: int = UNIT_M) -> str:
    """Path data of dots at x and y (metres), each once per unit of a grid, in steps of some metres.

    They are written in strips, so that the way from one to the next is short; a closed point with round caps is a dot.
    """
    if near.empty:
        return ""
    steps = np.column_stack([near["x"].to_numpy(float) - west, north - near["y"].to_numpy(float)])
    spots = np.rint(steps / unit).astype(np.int64) @ (FAR, 1)  # one number per spot sorts much faster than two
    grid = np.column_stack(np.divmod(np.unique(spots), FAR))
    strip = grid[:, 0] // STRIP
    along = np.where(strip % 2 == 0, grid[:, 1], -grid[:, 1])
    ordered = grid[np.lexsort((grid[:, 0], along, strip))] * (unit // step)
    moves = np.diff(ordered, axis=0, prepend=[[0, 0]]).tolist()
    return "".join(f"m{x}{'' if y < 0 else ' '}{y}z" for x, y in moves)


def _streets(here: pd.DataFrame) -> list[Street]:
    """Streets by houses and length; a name may stand at the house in the middle, or at a third of the way to an end."""
    if here.empty:
        return []
    found = []
    for name, rows in here.groupby("strasse", observed=True, sort=True)[["x", "y"]]:
        points = rows.to_numpy(float)
        axis = int(np.argmax(np.ptp(points, axis=0)))
        ordered = points[np.argsort(points[:, axis], kind="stable")]
        length = float(np.hypot(*np.ptp(points, axis=0)))
        spots = tuple(dict.fromkeys(_spot(ordered, part) for part in (0.5, 0.33, 0.67, 0.2, 0.8)))
        found.append((len(points) * (length + 50), Street(str(name), spots)))
    return [street for _, street in sorted(found, key=lambda item: (-item[0], item[1].name))]


def _spot(ordered: npt.NDArray[np.float64], part: float) -> tuple[int, int]:
    x, y = ordered[round(part * (len(ordered) - 1))]
    return int(x), int(y)
