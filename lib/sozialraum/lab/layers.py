"""The GeoJSON of the workbench's map: Stadtteile in classes or with circles, outlines, facilities in their shapes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd

from sozialraum.city.load import CRS_FILES, Data
from sozialraum.figures.circles import FILL, OPACITY, centres, circles_of, is_count, paint
from sozialraum.figures.geojson import DECIMALS, features, geographic
from sozialraum.figures.points import drawn
from sozialraum.lab.state import State
from sozialraum.style import ACCENT, CORRIDOR, INK, PAPER, SYMBOLS
from sozialraum.style.grammar import upper_first
from sozialraum.style.symbols import Symbol

HATCH_PREFIX: Final = "sr-wb-"
HATCH: Final = f"url(#{HATCH_PREFIX}hatch)"
STREETS: Final = "E"
TILE: Final = 256
RADIUS_PX: Final = 7.0
CORNERS: Final = 12
EXACT: Final = {"smoothFactor": 0}
"""Leaflet must not thin a line: neighbours would part, and small shapes lose their form."""
OUTLINE: Final[dict[str, Any]] = {**EXACT, "color": INK, "weight": 3, "fill": False}
BESIDE: Final[dict[str, Any]] = {**OUTLINE, "weight": 2, "dashArray": "6 5"}
SPOT: Final[dict[str, Any]] = {"radius": 9, "color": PAPER, "weight": 3, "fillColor": ACCENT, "fillOpacity": 1}
"""How the chosen area, the one beside it and a found address are drawn, on the map and on the saved sheet."""
FITTED: Final = (520.0, 440.0)
"""Width and height in pixels of the window that the city fills at first."""
EMPTY: Final[dict[str, Any]] = {"type": "FeatureCollection", "features": []}


@dataclass(frozen=True)
class View:
    """What is seen of the map, in degrees, and at which zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height on the screen, in pixels."""
        x, y = self.point(self.east, self.south)
        return x, y

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is seen: pixels from the left and from the top."""
        scale = TILE * 2**self.zoom
        return (lon - self.west) / 360 * scale, (_mercator(self.north) - _mercator(lat)) * scale


def whole_city(data: Data) -> View:
    """The view that the map opens with."""
    width, height = FITTED
    (lat, lon), zoom = view_of(data, data.register.city.id, width=width, height=height)
    scale = TILE * 2**zoom
    half, middle = width / 2 / scale * 360, _mercator(lat)
    south, north = (_latitude(middle + sign * height / 2 / scale) for sign in (-1, 1))
    return View(lon - half, south, lon + half, north, zoom)


def stadtteile(state: State) -> dict[str, Any]:
    """All Stadtteile, coloured as on the static map, plain below circles; a missing value is hatched."""
    fills = paint(state.values, state.breaks, indikator=state.entry, hatch=HATCH)
    look = {**EXACT, "fillOpacity": 1, "color": PAPER, "weight": 1}
    collection = _ground(state.data)
    painted = [
        {**one, "properties": {"style": {**look, "fillColor": fills[one["id"]]}}} for one in collection["features"]
    ]
    return {**collection, "features": painted}


def circles(state: State, zoom: float) -> dict[str, Any]:
    """Counts as circles of the same size at every zoom, the largest first; none for shares, rates and changes."""
    if not is_count(state.entry):
        return EMPTY
    scale = circles_of(state.breaks, indikator=state.entry)
    radii = {str(key): scale.radius_of(float(wert)) for key, wert in state.values.items()}
    style = {**EXACT, "fillColor": FILL, "fillOpacity": OPACITY, "color": PAPER, "weight": 1}
    places = _centres(state.data)
    found = [
        {
            "type": "Feature",
            "id": key,
            "properties": {"style": style},
            "geometry": _around(*places[key], _ROUND, r, zoom),
        }
        for key, r in sorted(radii.items(), key=lambda item: -item[1])
        if r
    ]
    return {"type": "FeatureCollection", "features": found}


@lru_cache(maxsize=4)
def _centres(data: Data) -> dict[str, tuple[float, float]]:
    found = centres(data)
    points = gpd.GeoSeries(gpd.points_from_xy(*zip(*found.values(), strict=True)), crs=data.crs).to_crs(CRS_FILES)
    return dict(zip(found, zip(points.x.tolist(), points.y.tolist(), strict=True), strict=True))


@lru_cache(maxsize=4)
def _ground(data: Data) -> dict[str, Any]:
    return _shapes(data, [area.id for area in data.register.of_level("stadtteil")])


def _shapes(data: Data, keys: Sequence[str]) -> dict[str, Any]:
    """Boundaries as they are, so that an outline fits the Stadtteile below it at every zoom."""
    return features(gpd.GeoDataFrame(geometry=data.gebiete.geometry.loc[list(keys)]))


def outline(data: Data, gebiet_id: str) -> dict[str, Any]:
    """The boundary of an area; none for the whole city, and for no area."""
    if gebiet_id in ("", data.register.city.id):
        return EMPTY
    return _shapes(data, [gebiet_id])


def facilities(data: Data, keys: Sequence[str], zoom: float) -> dict[str, Any]:
    """Facilities of some kinds, in the shapes of the static map, of the same size at every zoom."""
    found = [_symbol(row, zoom) for row in _places(data) if row["symbol"] in keys]
    streets = _streets(data) if STREETS in keys else []
    return {"type": "FeatureCollection", "features": [*streets, *found]}


@lru_cache(maxsize=4)
def _places(data: Data) -> list[dict[str, Any]]:
    table = drawn(data, with_accidents=True)
    points = gpd.GeoSeries(table.geometry).to_crs(CRS_FILES)
    placed = zip(table.index, table["symbol"], table["name"], points.x, points.y, strict=True)
    return [{"id": str(key), "symbol": symbol, "name": name, "x": x, "y": y} for key, symbol, name, x, y in placed]


def _symbol(row: dict[str, Any], zoom: float) -> dict[str, Any]:
    symbol = SYMBOLS[row["symbol"]]
    return {
        "type": "Feature",
        "id": row["id"],
        "properties": {"style": symbol_style(symbol), "name": row["name"], "art": symbol.label},
        "geometry": _around(row["x"], row["y"], symbol.outline or _CIRCLE, RADIUS_PX * symbol.size, zoom),
    }


def symbol_style(symbol: Symbol) -> dict[str, Any]:
    """How a symbol is filled and edged; what does not exist yet has a dashed edge."""
    edge = INK if symbol.text == INK else PAPER
    style = {**EXACT, "fillColor": symbol.fill, "fillOpacity": 1, "color": edge, "weight": 1}
    return {**style, "dashArray": "3 2"} if symbol.dashed else style


def _around(x: float, y: float, outline: Sequence[tuple[float, float]], pixels: float, zoom: float) -> dict[str, Any]:
    """A shape of a size in pixels around a place, as it is seen at a zoom."""
    size, flat = pixels * 360 / (TILE * 2**zoom), math.cos(math.radians(y))
    ring = [
        [round(x + right * size, DECIMALS + 1), round(y - down * size * flat, DECIMALS + 1)] for right, down in outline
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _polygon(corners: int) -> tuple[tuple[float, float], ...]:
    """Corners on a circle."""
    angles = [2 * math.pi * step / corners for step in range(corners)]
    return tuple((math.cos(angle), math.sin(angle)) for angle in angles)


_CIRCLE: Final = _polygon(CORNERS)
_ROUND: Final = _polygon(CORNERS * 4)


@lru_cache(maxsize=4)
def _streets(data: Data) -> list[dict[str, Any]]:
    if not len(data.einkaufsstrassen):
        return []
    table = gpd.GeoDataFrame(data.einkaufsstrassen[["name"]], geometry=data.einkaufsstrassen.geometry)
    found: list[dict[str, Any]] = features(table)["features"]
    style = {"fillColor": CORRIDOR, "fillOpacity": 0.9, "color": "#9a7414", "weight": 1}
    return [
        {**one, "properties": {"style": style, "name": str(one["properties"]["name"]), "art": "Einkaufsstraße"}}
        for one in found
    ]


def kind_words(key: str) -> str:
    """A kind of facility as its box and the legend name it."""
    return "Einkaufsstraßen" if key == STREETS else upper_first(SYMBOLS[key].plural)


def spot(lon: float, lat: float) -> dict[str, Any]:
    """A found address."""
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "id": "adresse", "properties": {"style": {}}, "geometry": point}],
    }


def view_of(data: Data, gebiet_id: str, *, width: float, height: float) -> tuple[tuple[float, float], float]:
    """Centre (latitude, longitude) and zoom at which an area fills a window of so many pixels."""
    west, south, east, north = geographic(data, data.gebiete.geometry[gebiet_id]).bounds
    top, bottom = _mercator(north), _mercator(south)
    zoom = min(math.log2(width * 360 / TILE / (east - west)), math.log2(height / TILE / (top - bottom)))
    return ((south + north) / 2, (west + east) / 2), math.floor(zoom * 4) / 4


def _mercator(latitude: float) -> float:
    """Height on the web's map of the world, which is one high."""
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)


def _latitude(height: float) -> float:
    """The latitude at a height of that map."""
    return math.degrees(2 * math.atan(math.exp(height * 2 * math.pi)) - math.pi / 2)


def line(state: State, gebiet_id: str) -> str:
    """What is known of a Stadtteil in one line: name, value, class of the map."""
    place = state.breaks.class_of(state.values.get(gebiet_id, float("nan")))
    words = "" if place is None or is_count(state.entry) else f" (Klasse {state.breaks.labels()[place]})"
    return f"{state.data.register.by_id(gebiet_id).label}: {state.entry.kurztitel} {state.dated(gebiet_id)}{words}"
