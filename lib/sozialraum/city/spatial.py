"""Neighbours of areas and distances between points."""

from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy
import shapely

from sozialraum.city.gebiete import QUARTIER, Register
from sozialraum.errors import UnknownArea

TOUCHING_M: Final = 1.0


def neighbours(gebiete: gpd.GeoDataFrame, gebiet_id: str) -> list[str]:
    """Ids of the areas of the same level that share a border line or corner with an area, in official order.

    ``gebiete`` has coverage-valid boundaries, index gebiet_id, column ebene. The city has no neighbours.
    """
    if gebiet_id not in gebiete.index:
        raise UnknownArea(f"„{gebiet_id}“ ist keine Nummer. Möglich sind: {', '.join(map(str, gebiete.index))}.")
    level = gebiete[gebiete["ebene"] == gebiete.at[gebiet_id, "ebene"]]
    if len(level) == 1:
        return []
    found = _touching(level, [gebiet_id]) - {gebiet_id}
    return [str(key) for key in level.index if key in found]


def neighbouring_stadtteile(gebiete: gpd.GeoDataFrame, register: Register, gebiet_id: str) -> list[str]:
    """Stadtteile that border on an area without belonging to it, in official order.

    For a Quartier also those that it cuts.
    """
    members = set(register.members(gebiet_id))
    level = gebiete[gebiete["ebene"] == "stadtteil"]
    if register.by_id(gebiet_id).ebene == QUARTIER:
        near = level.index[level.intersects(gebiete.geometry[gebiet_id].buffer(TOUCHING_M))]
        return [str(key) for key in near if key not in members]
    found = _touching(level, members) - members
    return [key for key in level.index if key in found]


def _touching(level: gpd.GeoDataFrame, keys: Iterable[str]) -> set[str]:
    """Ids of the areas that touch some of these, at a corner too, and their own."""
    _, near = level.sindex.query(level.geometry.loc[list(keys)], predicate="intersects")
    return set(level.index[near])


def nearest_distance_m(points: gpd.GeoSeries, targets: gpd.GeoSeries) -> pd.Series:
    """Straight-line distance in metres from each point to the nearest target; infinite if there is none.

    Both are in the same metric CRS; empty targets are ignored, areas end at their edge. Index of ``points``.
    """
    known = gpd.GeoSeries(targets[~(targets.is_empty | targets.isna())])
    if known.empty:
        return pd.Series(np.inf, index=points.index, name="distance_m")
    if (shapely.get_dimensions(known.to_numpy()) > 0).any():
        _, far = shapely.STRtree(known.to_numpy()).query_nearest(points, return_distance=True, all_matches=False)
        return pd.Series(far, index=points.index, name="distance_m")
    distances, _ = scipy.spatial.cKDTree(_xy(known)).query(_xy(points))
    return pd.Series(distances, index=points.index, name="distance_m")


def assign(points: gpd.GeoSeries, areas: gpd.GeoSeries, *, max_distance_m: float = 0.0) -> pd.Series:
    """Id of the area that contains each point, otherwise of the nearest one within ``max_distance_m``; index of points.

    Missing for a missing or empty point, and where no area is near enough. On a shared border the first area in index
    order wins. Both are in one CRS; the index of ``areas`` is gebiet_id.
    """
    located = pd.Series(pd.NA, index=points.index, dtype="object", name="gebiet_id")
    known = points[~(points.is_empty | points.isna())]
    pairs = pd.DataFrame(areas.sindex.query(known, predicate="intersects").T, columns=["point", "area"])
    first = pairs.groupby("point")["area"].min()
    located.loc[known.index[first.index]] = areas.index[first.to_numpy()].to_numpy()
    outside = known[located.loc[known.index].isna()]
    if max_distance_m > 0 and len(outside):
        at, near = areas.sindex.nearest(outside, return_all=False, max_distance=max_distance_m)
        located.loc[outside.index[at]] = areas.index[near].to_numpy()
    return located


def _xy(points: gpd.GeoSeries) -> npt.NDArray[np.float64]:
    return np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
