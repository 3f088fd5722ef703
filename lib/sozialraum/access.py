"""Walking distances and the share of people within reach of a facility.

Walking metres are straight metres times a detour factor; distances start at the midpoint of a 100 m
cell and end at the nearest facility. Facilities outside the city are missing, so values near the
boundary are lower bounds.
"""

from typing import Final

import geopandas as gpd
import pandas as pd

from sozialraum.load import CRS, CRS_GRID
from sozialraum.spatial import nearest_distance_m

DETOUR: Final = 1.3
WALKING_SPEED_M_PER_MIN: Final = 5000 / 60
REACH: Final = {"haltestelle": 300, "grundschule": 1000, "kita": 500}


def walking_minutes(distance_m: float) -> float:
    """Minutes for a walking distance in metres at 5 km/h."""
    return distance_m / WALKING_SPEED_M_PER_MIN


def straight_radius_m(walking_m: float) -> float:
    """Straight-line radius in metres that a walking distance reaches."""
    return walking_m / DETOUR


def cell_points(cells: pd.DataFrame) -> gpd.GeoSeries:
    """Cell midpoints (columns x, y in EPSG:3035) as points in EPSG:25832, index of ``cells``."""
    points = gpd.points_from_xy(cells["x"], cells["y"])
    return gpd.GeoSeries(points, index=cells.index, crs=CRS_GRID).to_crs(CRS)


def walking_distance_m(points: gpd.GeoSeries, targets: gpd.GeoSeries) -> pd.Series:
    """Estimated walking metres from each point to the nearest target.

    Returns
    -------
    pandas.Series
        Named "gehweg_m", index of ``points``; infinite if there is no target.
    """
    return (nearest_distance_m(points, targets) * DETOUR).rename("gehweg_m")


def facilities(einrichtungen: gpd.GeoDataFrame, kind: str) -> gpd.GeoSeries:
    """Sites that count as reachable supply of one kind: haltestelle, grundschule or kita (open ones).

    Every site counts for distance, further sites of a school too.
    """
    if kind == "grundschule":
        chosen = (einrichtungen["art"] == "schule") & (einrichtungen["unterart"] == "Grundschule")
    elif kind == "kita":
        chosen = (einrichtungen["art"] == "kita") & (einrichtungen["status"] == "offen")
    else:
        chosen = einrichtungen["art"] == kind
    return gpd.GeoSeries(einrichtungen.geometry[chosen])
