"""Objects of OpenStreetMap as shapes: rings of relations joined, what is no closed ring left out, doubles as one."""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import CRS_FILES
from sozialraum.supply.fetch.overpass import Element, fits

DETAIL_M: Final = 0.5
"""Detail of outlines that is given up."""


def outlines(elements: Iterable[Element], angaben: Mapping[str, Any], city: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Areas and lines within the city by what ``angaben`` calls them; playgrounds also as points.

    Parameters
    ----------
    city
        The outline, one row, in metres; the result is in its CRS.

    Returns
    -------
    geopandas.GeoDataFrame
        Index id ("way/12"), columns art, name, flaeche_m2 (of the whole area, also beyond the city; missing for lines
        and points).
    """
    rows = list(_rows(elements, angaben))
    table = gpd.GeoDataFrame(rows, columns=["id", "art", "name", "geometry"], crs=CRS_FILES).to_crs(str(city.crs))
    table = table.drop_duplicates(["id", "art"]).set_index("id")
    area = shapely.get_dimensions(table.geometry) == 2
    table["flaeche_m2"] = table.area.where(area)
    outline = city.iloc[0]
    shapely.prepare(outline)
    table = table[table.intersects(outline)]
    beyond = ~table.within(outline)
    within = table.geometry.where(~beyond, table.geometry.intersection(outline))
    table = table.set_geometry(within.simplify(DETAIL_M))
    return gpd.GeoDataFrame(table[~table.is_empty & ~_doubled(table)])


def _rows(elements: Iterable[Element], angaben: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None, Any]]:
    for one in elements:
        tags = one.get("tags") or {}
        if fits(tags, angaben["nicht"]):
            continue
        key, name = f"{one['type']}/{one['id']}", tags.get("name")
        for art, rule in angaben["flaechen"].items():
            if fits(tags, rule) and (shape := area_of(one)) is not None:
                yield key, art, name, shape
        for art, rule in angaben["linien"].items():
            if fits(tags, rule) and not fits(tags, angaben["nebengleis"]) and (shape := line_of(one)) is not None:
                yield key, art, name, shape


def area_of(element: Element) -> BaseGeometry | None:
    """The area of a closed way or of a relation, a node as a point; None for what is no area.

    Rings of a relation are joined at their ends and laid over each other: a ring within a ring is a hole, a ring within
    the hole an island, whatever their roles say; rings that do not close are left out.
    """
    if element["type"] == "node":
        return shapely.Point(element["lon"], element["lat"])
    if element["type"] == "way":
        line = line_of(element)
        return _polygon(line) if line is not None and line.is_ring else None
    lines = [line for one in element.get("members") or () if (line := line_of(one)) is not None]
    merged: Any = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))) if lines else []
    rings = [line for line in merged if line.is_ring]
    rest = [line for line in merged if not line.is_ring]
    faces = [shapely.LineString(face.exterior) for face in shapely.get_parts(shapely.polygonize(rest))]
    shapes = [_polygon(ring) for ring in (*rings, *faces)]
    return reduce(shapely.symmetric_difference, shapes) if shapes else None


def line_of(element: Element) -> shapely.LineString | None:
    """The line of a way or member; None without any, or if the answer has cut it."""
    points = element.get("geometry") or ()
    if len(points) < 2 or not all(points):
        return None
    return shapely.LineString([(point["lon"], point["lat"]) for point in points])


def _polygon(ring: shapely.LineString) -> BaseGeometry:
    made: BaseGeometry = shapely.make_valid(shapely.Polygon(ring.coords))
    return made


def _doubled(table: gpd.GeoDataFrame) -> pd.Series:
    """Points that stand for an area of the same kind which is there too."""
    point = shapely.get_dimensions(table.geometry) == 0
    double = np.zeros(len(table), dtype=bool)
    for art in table.loc[point, "art"].unique():
        points, areas = np.flatnonzero(point & (table["art"] == art)), np.flatnonzero(~point & (table["art"] == art))
        if len(areas):
            tree = shapely.STRtree(table.geometry.to_numpy()[areas])
            double[points[np.unique(tree.query(table.geometry.to_numpy()[points], predicate="within")[0])]] = True
    return pd.Series(double, index=table.index)
