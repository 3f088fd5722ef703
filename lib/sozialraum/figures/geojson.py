"""Boundaries as GeoJSON for maps in a browser: thinned, in degrees, with short coordinates."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import CRS_FILES, Data

DETAIL_M: Final = 25.0
DECIMALS: Final = 5
COARSE: Final = 4
"""Decimals of thinned boundaries, which are less exact themselves."""


@lru_cache(maxsize=4)
def pieces(data: Data) -> gpd.GeoDataFrame:
    """Thinned boundaries of all Stadtteile without gaps between them; index gebiet_id. Copy it before you change it."""
    keys = [area.id for area in data.register.of_level("stadtteil")]
    thinned = shapely.coverage_simplify([data.gebiete.geometry[key] for key in keys], DETAIL_M)
    return gpd.GeoDataFrame(index=pd.Index(keys), geometry=list(thinned), crs=data.crs)


def features(table: gpd.GeoDataFrame, *, named: bool = True, decimals: int = DECIMALS) -> dict[str, Any]:
    """GeoJSON in degrees with short coordinates; every column besides the geometry becomes a property.

    Without ``named`` the features have no ids: those of places serve nobody.
    """
    degrees = table.to_crs(CRS_FILES)
    rows = degrees.drop(columns="geometry").to_dict("records")
    found = zip(degrees.index, degrees.geometry, rows, strict=True)
    return {
        "type": "FeatureCollection",
        "features": [_feature(str(key), shape, row, named, decimals) for key, shape, row in found],
    }


def geographic(data: Data, geometry: BaseGeometry) -> Any:
    """A geometry in metres as degrees (EPSG:4326)."""
    return gpd.GeoSeries([geometry], crs=data.crs).to_crs(CRS_FILES).iloc[0]


def _feature(
    key: str, shape: BaseGeometry, properties: dict[Hashable, Any], named: bool, decimals: int
) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shape)
    return {
        "type": "Feature",
        **({"id": key} if named else {}),
        "properties": properties,
        "geometry": {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"], decimals)},
    }


def _rounded(coordinates: Any, decimals: int) -> Any:
    if coordinates and isinstance(coordinates[0], float):
        return [round(one, decimals) for one in coordinates]
    return [_rounded(part, decimals) for part in coordinates]
