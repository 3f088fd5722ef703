"""Boundaries as GeoJSON for maps in a browser: thinned, in degrees, with short coordinates."""

from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.load import CRS_FILES, Data

DETAIL_M: Final = 25.0
DECIMALS: Final = 5


def pieces(data: Data) -> gpd.GeoDataFrame:
    """Thinned boundaries of all Stadtteile without gaps between them; index gebiet_id."""
    keys = [area.id for area in data.register.of_level("stadtteil")]
    thinned = shapely.coverage_simplify([data.gebiete.geometry[key] for key in keys], DETAIL_M)
    return gpd.GeoDataFrame(index=pd.Index(keys), geometry=list(thinned), crs=data.crs)


def features(table: gpd.GeoDataFrame) -> dict[str, Any]:
    """GeoJSON in degrees with short coordinates; every column besides the geometry becomes a property."""
    degrees = table.to_crs(CRS_FILES)
    return {"type": "FeatureCollection", "features": [_feature(str(key), row) for key, row in degrees.iterrows()]}


def geographic(data: Data, geometry: BaseGeometry) -> Any:
    """A geometry in metres as degrees (EPSG:4326)."""
    return gpd.GeoSeries([geometry], crs=data.crs).to_crs(CRS_FILES).iloc[0]


def _feature(key: str, row: pd.Series) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(row["geometry"])
    properties = {name: text for name, text in row.items() if name != "geometry"}
    return {
        "type": "Feature",
        "id": key,
        "properties": properties,
        "geometry": {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])},
    }


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, DECIMALS)
    return [_rounded(part) for part in coordinates]
