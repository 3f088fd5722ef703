"""Whether an outline can be a Quartier: each fault is one German sentence; nothing is repaired in silence."""

from typing import Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

MIN_AREA_M2: Final = 10_000.0
"""One cell of the population grid; nothing can be said about less."""
AREAL: Final = ("Polygon", "MultiPolygon")
_KINDS: Final = {
    "Point": "steht hier ein Punkt", "MultiPoint": "stehen hier Punkte", "LineString": "steht hier eine Linie",
    "LinearRing": "steht hier eine Linie", "MultiLineString": "stehen hier Linien",
    "GeometryCollection": "steht hier eine Sammlung verschiedener Formen",
}  # fmt: skip
_REASONS: Final = {
    "Hole lies outside shell": "eine Aussparung liegt außerhalb der Fläche",
    "Holes are nested": "eine Aussparung liegt in einer anderen",
    "Interior is disconnected": "Aussparungen zerschneiden die Fläche",
    "Nested shells": "eine Teilfläche liegt in einer anderen",
    "Duplicate Rings": "eine Linie kommt doppelt vor",
    "Too few points in geometry component": "eine Linie hat zu wenige Ecken",
    "Invalid Coordinate": "eine Ecke hat keine brauchbaren Koordinaten",
}
"""What GEOS says of an invalid form."""
_CROSSING: Final = ("Self-intersection", "Ring Self-intersection")


def faults(outlines: gpd.GeoSeries, city: gpd.GeoSeries, *, city_name: str) -> dict[int, str]:
    """What is wrong with each outline, by its place from 0; outlines that are right are left out."""
    each = ((place, gpd.GeoSeries(outlines.iloc[[place]])) for place in range(len(outlines)))
    found = {place: _shape_fault(one.iloc[0]) or _place_fault(one, city, city_name) for place, one in each}
    return {place: fault for place, fault in found.items() if fault}


def _shape_fault(shape: BaseGeometry | None) -> str:
    """Fault of the form alone."""
    if shape is None or shape.is_empty:
        return "Der Umriss ist leer. Bitte zeichnen oder das Objekt löschen."
    if shape.geom_type not in AREAL:
        kind = _KINDS.get(shape.geom_type, "steht hier eine andere Form")
        return f"Statt einer Fläche {kind}. Ein Quartier braucht einen geschlossenen Umriss."
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "Der Umriss hat Ecken ohne Koordinaten. Bitte neu zeichnen."
    if not shape.is_valid:
        return _invalid(shapely.is_valid_reason(shape))
    return ""


def _invalid(reason: str) -> str:
    what, _, place = reason.partition("[")
    at = f" bei {place.rstrip(']').replace(' ', ' / ')}" if place else ""
    if what in _CROSSING:
        return (
            f"Der Umriss kreuzt oder berührt sich selbst{at} (Koordinaten der Datei). Bitte die Ecken dort "
            "berichtigen; was innen ist und was außen, entscheidet das Programm nicht selbst."
        )
    why = _REASONS.get(what, "seine Linien passen nicht zusammen")
    return f"Der Umriss ist ungültig{at}: {why[0].upper()}{why[1:]}. Bitte im Kartenprogramm berichtigen."


def _place_fault(outline: gpd.GeoSeries, city: gpd.GeoSeries, city_name: str) -> str:
    """Fault of position or size of one outline of good form."""
    crs, metres = pyproj.CRS(outline.crs), pyproj.CRS(city.crs)
    west, south, east, north = outline.total_bounds
    if crs.is_geographic and (max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90):
        return (
            f"Koordinaten wie {west:.0f} / {south:.0f} sind keine Grad, die Datei gibt aber {crs.name} an (bei GeoJSON "
            "gilt das nach RFC 7946 auch ohne Angabe). Bitte in Grad ausgeben oder das Koordinatensystem nennen."
        )
    shape = outline.to_crs(metres).iloc[0]
    if np.isfinite(shape.bounds).all() and shape.intersects(city.iloc[0]):
        return _size_fault(shape, shape.intersection(city.iloc[0]), city_name)
    turned = gpd.GeoSeries(shapely.transform(outline.to_numpy(), lambda xy: xy[:, ::-1]), crs=crs)
    swapped = turned.to_crs(metres).iloc[0]
    if np.isfinite(swapped.bounds).all() and swapped.intersects(city.iloc[0]):
        first = "Länge und Breite" if crs.is_geographic else "Rechts- und Hochwert"
        return f"{first} sind vertauscht: Erst kommt der Ost-, dann der Nordwert. Bitte richtig herum ausgeben."
    return (
        f"Der Umriss liegt außerhalb von {city_name}. Bitte Lage und Koordinatensystem prüfen (angegeben: {crs.name})."
    )


def _size_fault(shape: BaseGeometry, inside: BaseGeometry, city_name: str) -> str:
    if inside.area >= MIN_AREA_M2:
        return ""
    lost = shape.area >= MIN_AREA_M2
    where = f"In {city_name} liegen davon nur" if lost else "Der Umriss hat nur"
    return (
        f"{where} {inside.area:.0f} m². Ein Quartier braucht mindestens 10.000 m² (100 m mal 100 m, eine Zelle des "
        "Bevölkerungsrasters). Bitte Maßstab und Koordinatensystem prüfen."
    )
