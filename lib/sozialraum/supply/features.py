"""Read GeoJSON as publishers write it: coordinates of any length and system, letters encoded twice."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import CRS, CRS_FILES
from sozialraum.errors import SchemaError

AGAIN: Final = "Bitte neu laden."
WITH_ZONE: Final = "EPSG:4647"
"""As EPSG:25832, with the zone (32) before the easting."""
_TWICE: Final = "Ã"
"""What the first byte of a German letter in UTF-8 looks like when it is read as if it were Latin."""


def read_features(content: bytes, name: str, *, unplaced: bool = False) -> gpd.GeoDataFrame:
    """The objects of a GeoJSON with their properties, geometry in EPSG:25832.

    Which system the coordinates are in is told by their size: publishers name it wrongly or not at all.

    Parameters
    ----------
    name
        What messages call the file.
    unplaced
        Whether objects may lack a position; otherwise a SchemaError names them.
    """
    try:
        features: Sequence[dict[str, Any]] = json.loads(_once(decoded(content, name)))["features"]
        places: list[Any] = [feature.get("geometry") for feature in features]
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SchemaError([f"{name}: Die Datei ist unvollständig oder kein GeoJSON. {AGAIN}"]) from error
    geometry: list[Any] = []
    faults = []
    for number, place in enumerate(places, start=1):
        if place is None and unplaced:
            geometry.append(None)
            continue
        try:
            geometry.append(_finite(shape(_plain(place))))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            faults.append(f"{name}, Objekt {number}: Die Lage fehlt oder ist unlesbar. Bitte in der Quelle ergänzen.")
    if faults:
        raise SchemaError(faults)
    table = pd.DataFrame([feature.get("properties") or {} for feature in features])
    return gpd.GeoDataFrame(table, geometry=geometry, crs=_system(geometry)).to_crs(CRS)


def decoded(content: bytes, name: str) -> str:
    """UTF-8 as text; a SchemaError names the line in which it is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SchemaError([f"{name}, Zeile {line}: Die Datei ist kein UTF-8. Bitte als UTF-8 speichern."]) from error


def _once(text: str) -> str:
    """Text whose letters were encoded twice ("StraÃŸe"), put right."""
    for codec in ("cp1252", "latin-1") if _TWICE in text else ():
        try:
            return text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _system(geometry: Iterable[BaseGeometry | None]) -> str:
    known = (one.bounds[2] for one in geometry if one is not None and not one.is_empty)
    east = max(known, default=0.0)
    if abs(east) <= 180:
        return CRS_FILES
    return WITH_ZONE if east > 10_000_000 else CRS


def _finite(geometry: BaseGeometry) -> BaseGeometry:
    if not all(map(math.isfinite, geometry.bounds)):
        raise ValueError(geometry)
    return geometry


def _plain(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Geometry with coordinates cut to two members: some files write [lon, lat, 0, null]."""

    def cut(part: Any) -> Any:
        return part[:2] if isinstance(part[0], int | float) else [cut(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": cut(geometry["coordinates"])}
