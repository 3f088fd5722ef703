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
from sozialraum.lab import filters
from sozialraum.lab.state import LETTERS, State
from sozialraum.style import ACCENT, COMPARED, CORRIDOR, INK, PAPER, SYMBOLS
from sozialraum.style.grammar import upper_first
from sozialraum.style.symbols import Symbol
from sozialraum.text.stops import departures_in_words

HATCH_PREFIX: Final = "sr-wb-"
HATCH: Final = f"url(#{HATCH_PREFIX}hatch)"
STREETS: Final = "E"
TILE: Final = 256
RADIUS_PX: Final = 7.0
CORNERS: Final = 12
EXACT: Final = {"smoothFactor": 0}
"""Leaflet must not thin a line: neighbours would part, and small shapes lose their form."""
OUTLINE: Final[dict[str, Any]] = {**EXACT, "color": INK, "weight": 3, "fill": False}
CASING: Final[dict[str, Any]] = {**OUTLINE, "color": PAPER, "weight": 6, "opacity": 0.9}
BESIDE: Final[dict[str, dict[str, Any]]] = {
    letter: {**OUTLINE, "color": colour, "dashArray": dashes}
    for letter, colour, dashes in zip(LETTERS, COMPARED, ("12 5", "3 4", "12 4 3 4"), strict=True)
}
SPOT: Final[dict[str, Any]] = {"radius": 9, "color": PAPER, "weight": 3, "fillColor": ACCENT, "fillOpacity": 1}
"""How the chosen area, those beside it and a found address are drawn, on the map and on the saved sheet."""
STAR: Final[dict[str, Any]] = {**EXACT, "fillColor": INK, "fillOpacity": 1, "color": PAPER, "weight": 1.5}
STAR_PX: Final = 10.0
WAY: Final[dict[str, Any]] = {**OUTLINE, "color": ACCENT, "weight": 2, "dashArray": "2 5"}
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
        return (lon - self.west) / 360 * scale, (mercator(self.north) - mercator(lat)) * scale


def whole_city(data: Data) -> View:
    """The view that the map opens with."""
    width, height = FITTED
    (lat, lon), zoom = view_of(data, data.register.city.id, width=width, height=height)
    scale = TILE * 2**zoom
    half, middle = width / 2 / scale * 360, mercator(lat)
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


def beside(state: State) -> dict[str, Any]:
    """The boundaries of the areas beside the chosen one, each with colour and dashes of its own on a white line."""
    lines = [
        {**one, "properties": {"style": style}}
        for letter, area in state.others.items()
        for style in (CASING, BESIDE[letter])
        for one in outline(state.data, area.id)["features"]
    ]
    return {**EMPTY, "features": lines}


def places_of_letters(state: State) -> dict[str, tuple[float, float]]:
    """Where the letter of each area beside the chosen one stands: latitude and longitude."""
    shapes = {letter: state.data.gebiete.geometry[area.id] for letter, area in state.others.items()}
    if not shapes:
        return {}
    points = gpd.GeoSeries(shapes, crs=state.data.crs).representative_point().to_crs(CRS_FILES)
    return dict(zip(shapes, zip(points.y.tolist(), points.x.tolist(), strict=True), strict=True))


def facilities(state: State, keys: Sequence[str], zoom: float) -> dict[str, Any]:
    """Places of some kinds that are all that is asked, in the shapes of the static map, as large at every zoom."""
    fitting = set(filters.fitting(state.data, state.nur).index.astype(str)) if state.nur else None
    wanted = (row for row in _places(state.data) if row["symbol"] in keys)
    found = [_symbol(row, zoom) for row in wanted if fitting is None or row["id"] in fitting]
    streets = _streets(state.data) if STREETS in keys else []
    return {"type": "FeatureCollection", "features": [*streets, *found]}


@lru_cache(maxsize=4)
def _places(data: Data) -> list[dict[str, Any]]:
    table = drawn(data, with_quiet=True)
    points = gpd.GeoSeries(table.geometry).to_crs(CRS_FILES)
    told = [departures_in_words(data).get(str(key), "") for key in table.index]
    names = [f"{name} – {words}" if words else name for name, words in zip(table["name"], told, strict=True)]
    placed = zip(table.index, table["symbol"], names, points.x, points.y, strict=True)
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


def _star(points: int, inner: float) -> tuple[tuple[float, float], ...]:
    """Corners of a star whose first ray points upwards (down is positive)."""
    corners = _polygon(2 * points)
    turned = [(y, -x) for x, y in corners]
    return tuple(
        (x * (inner if place % 2 else 1), y * (inner if place % 2 else 1)) for place, (x, y) in enumerate(turned)
    )


STAR_SHAPE: Final = _star(5, 0.45)
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


def own_points(state: State, zoom: float) -> dict[str, Any]:
    """Own points as stars, of the same size at every zoom."""
    features_ = [
        {
            "type": "Feature",
            "id": f"punkt-{place}",
            "properties": {"style": STAR, "name": f"{one.name}, {one.stadtteil}", "art": "Eigener Punkt"},
            "geometry": _around(one.lon, one.lat, STAR_SHAPE, STAR_PX, zoom),
        }
        for place, one in enumerate(state.punkte)
    ]
    return {**EMPTY, "features": features_}


def ways(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> dict[str, Any]:
    """Straight lines from a place to others, in degrees."""
    lines = [
        {"type": "Feature", "id": f"weg-{place}", "properties": {"style": WAY},
         "geometry": {"type": "LineString", "coordinates": [list(start), list(end)]}}
        for place, (start, end) in enumerate(pairs)
    ]  # fmt: skip
    return {**EMPTY, "features": lines}


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
    top, bottom = mercator(north), mercator(south)
    zoom = min(math.log2(width * 360 / TILE / (east - west)), math.log2(height / TILE / (top - bottom)))
    return ((south + north) / 2, (west + east) / 2), math.floor(zoom * 4) / 4


def mercator(latitude: float) -> float:
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
