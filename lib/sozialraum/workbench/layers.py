"""The GeoJSON of the workbench's map: Stadtteile in their classes, outlines, facilities in their shapes."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd

from sozialraum.load import CRS, CRS_FILES, Data
from sozialraum.maps.geojson import DECIMALS, features, geographic
from sozialraum.maps.points import drawn
from sozialraum.style import CORRIDOR, INK, PAPER, SYMBOLS
from sozialraum.workbench.state import State

HATCH_PREFIX: Final = "sr-wb-"
HATCH: Final = f"url(#{HATCH_PREFIX}hatch)"
STREETS: Final = "E"
TILE: Final = 256
RADIUS_PX: Final = 7.0
CORNERS: Final = 12
EXACT: Final = {"smoothFactor": 0}
"""Leaflet must not thin a line: neighbours would part, and small shapes lose their form."""
EMPTY: Final[dict[str, Any]] = {"type": "FeatureCollection", "features": []}


def stadtteile(state: State) -> dict[str, Any]:
    """All Stadtteile, coloured as on the static map; a missing value is hatched."""
    values, breaks = state.values, state.breaks
    colours = breaks.colours_of(values)
    collection = _ground(state.data)
    painted = []
    for feature in collection["features"]:
        key = feature["id"]
        style = {**EXACT, "fillColor": colours.get(key) or HATCH, "fillOpacity": 1, "color": PAPER, "weight": 1}
        painted.append({**feature, "properties": {"style": style}})
    return {**collection, "features": painted}


@lru_cache(maxsize=4)
def _ground(data: Data) -> dict[str, Any]:
    return _shapes(data, [area.id for area in data.register.of_level("stadtteil")])


def _shapes(data: Data, keys: Sequence[str]) -> dict[str, Any]:
    """Boundaries as they are, so that an outline fits the Stadtteile below it at every zoom."""
    return features(gpd.GeoDataFrame(geometry=data.gebiete.geometry.loc[list(keys)], crs=CRS))


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
    size = RADIUS_PX * symbol.size * 360 / (TILE * 2**zoom)
    flat = math.cos(math.radians(row["y"]))
    ring = [
        [round(row["x"] + x * size, DECIMALS + 1), round(row["y"] - y * size * flat, DECIMALS + 1)]
        for x, y in symbol.outline or _CIRCLE
    ]
    edge = INK if symbol.text == INK else PAPER
    style = {**EXACT, "fillColor": symbol.fill, "fillOpacity": 1, "color": edge, "weight": 1}
    style |= {"dashArray": "3 2"} if symbol.dashed else {}
    return {
        "type": "Feature",
        "id": row["id"],
        "properties": {"style": style, "name": row["name"], "art": symbol.label},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


_CIRCLE: Final = tuple(
    (math.cos(2 * math.pi * step / CORNERS), math.sin(2 * math.pi * step / CORNERS)) for step in range(CORNERS)
)


@lru_cache(maxsize=4)
def _streets(data: Data) -> list[dict[str, Any]]:
    if not len(data.einkaufsstrassen):
        return []
    table = gpd.GeoDataFrame(data.einkaufsstrassen[["name"]], geometry=data.einkaufsstrassen.geometry, crs=CRS)
    found: list[dict[str, Any]] = features(table)["features"]
    style = {"fillColor": CORRIDOR, "fillOpacity": 0.9, "color": "#9a7414", "weight": 1}
    return [
        {**one, "properties": {"style": style, "name": str(one["properties"]["name"]), "art": "Einkaufsstraße"}}
        for one in found
    ]


def spot(lon: float, lat: float) -> dict[str, Any]:
    """A found address."""
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "id": "adresse", "properties": {"style": {}}, "geometry": point}],
    }


def view_of(data: Data, gebiet_id: str, *, width: float, height: float) -> tuple[tuple[float, float], float]:
    """Centre (latitude, longitude) and zoom at which an area fills a window of so many pixels."""
    west, south, east, north = geographic(data.gebiete.geometry[gebiet_id]).bounds
    top, bottom = _mercator(north), _mercator(south)
    zoom = min(math.log2(width * 360 / TILE / (east - west)), math.log2(height / TILE / (top - bottom)))
    return ((south + north) / 2, (west + east) / 2), math.floor(zoom * 4) / 4


def _mercator(latitude: float) -> float:
    """Height on the web's map of the world, which is one high."""
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)


def line(state: State, gebiet_id: str) -> str:
    """What is known of a Stadtteil in one line: name, value, class of the map."""
    place = state.breaks.class_of(state.values.get(gebiet_id, float("nan")))
    words = "" if place is None else f" (Klasse {state.breaks.labels()[place]})"
    return f"{state.data.register.by_id(gebiet_id).label}: {state.entry.kurztitel} {state.printed(gebiet_id)}{words}"
