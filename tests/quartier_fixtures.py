"""Outlines in Musterstadt: boxes on the census grid, in metres from the city's south-west corner."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from musterstadt.tables import ORIGIN
from sozialraum.city.load import CRS, CRS_GRID


def on_grid(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A box in EPSG:3035; Stadtteile are 1000 m wide, Nordwest begins at (0, 2000)."""
    x, y = ORIGIN
    return shapely.box(x + west, y + south, x + east, y + north)


def box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """The same in EPSG:25832."""
    return gpd.GeoSeries([on_grid(west, south, east, north)], crs=CRS_GRID).to_crs(CRS).iloc[0]


def write_outlines(path: Path, *shapes: BaseGeometry, crs: str | None = CRS_GRID, **attributes: list[str]) -> Path:
    """Write shapes with attributes; the ending of the file says in which format."""
    table = gpd.GeoDataFrame(pd.DataFrame(attributes, index=range(len(shapes))), geometry=list(shapes), crs=crs)
    table.to_file(path)
    return path
