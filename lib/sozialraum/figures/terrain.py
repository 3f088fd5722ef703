"""What lies on the ground of maps where outlines were fetched: parks, woods, water, railways, motorways ..."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import shapely

from sozialraum.city.load import Data
from sozialraum.figures.ground import Frame, clipped, svg_lines, svg_path

KEY: Final = "Grün: Parks, Wald, Sportplätze; blau: Wasser; Linien: Bahnen, Autobahnen (OpenStreetMap, ungeprüft)."


@dataclass(frozen=True)
class Paint:
    """How a kind is drawn: a fill, or a line so many units wide."""

    letter: str
    colour: str
    width: float = 0.0


PAINTS: Final = {
    "wald": Paint("f", "#c3ddb8"),
    "park": Paint("p", "#d3ebc4"),
    "sportplatz": Paint("t", "#e0eccb"),
    "spielplatz": Paint("y", "#f2dcae"),
    "wasser": Paint("w", "#b3d4ea"),
    "wasserlauf": Paint("k", "#b3d4ea", 2.2),
    "autobahn": Paint("a", "#e3c3a0", 3.0),
    "bahn": Paint("b", "#8b929a", 1.3),
}
"""By kind, the lowest first; all are light, so that names and symbols stand out."""
SMALLEST: Final = 2.5
"""Square units below which an area is not drawn."""


def terrain(data: Data, steps: Frame, unit: float) -> dict[str, str]:
    """Path data by kind within a frame, without what is too small to be seen.

    Parameters
    ----------
    steps
        The frame in whole steps, in which the paths are written.
    unit
        Metres of a unit of the drawing.
    """
    table = data.flaechen
    near = table[table.intersects(steps.rectangle())] if len(table) else table
    paths = {art: "".join(_paths(near[near["art"] == art], steps, unit)) for art in PAINTS}
    return {art: path for art, path in paths.items() if path}


def terrain_key(data: Data) -> str:
    """What the colours of the ground mean; empty without any."""
    return KEY if len(data.flaechen) else ""


def terrain_sources(data: Data) -> list[str]:
    """Ids of the sources of outlines that maps show."""
    return [str(key) for key in data.flaechen["quelle"].unique()]


def _paths(shapes: gpd.GeoDataFrame, steps: Frame, unit: float) -> Iterator[str]:
    thinned = shapely.simplify(shapes.geometry.to_numpy(), 0.6 * unit)
    near = shapely.get_parts([clipped(one, steps, margin=8) for one in thinned])
    for shape in shapely.orient_polygons(near):  # overlapping areas are drawn as one, holes stay holes
        if shape.geom_type == "LineString" and shape.length > 2 * unit:
            yield svg_lines(shape, steps, precision=1)
        elif shape.geom_type == "Polygon" and shape.area > SMALLEST * unit**2:
            yield svg_path(shape, steps, precision=1)
