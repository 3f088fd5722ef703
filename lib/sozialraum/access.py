"""Walking distances and the share of people within reach of a facility.

Walking metres are straight metres times a detour factor; distances start at the midpoint of a 100 m
cell and end at the nearest facility. Facilities outside the city are missing, so values near the
boundary are lower bounds.
"""

from typing import Final

import geopandas as gpd
import pandas as pd

from sozialraum.errors import ParameterError
from sozialraum.load import CRS, CRS_GRID
from sozialraum.spatial import nearest_distance_m

DETOUR: Final = 1.3
WALKING_SPEED_M_PER_MIN: Final = 5000 / 60
REACH: Final = {"haltestelle": 300, "grundschule": 1000, "kita": 500}
REACH_INDICATORS: Final = {
    "reichweite_haltestelle_300m": "haltestelle",
    "reichweite_grundschule_1km": "grundschule",
    "reichweite_kita_500m": "kita",
}
INDEX_GROUPS: Final = {
    "grundschulen_sozialindex_1_3": (1, 3),
    "grundschulen_sozialindex_4_6": (4, 6),
    "grundschulen_sozialindex_7_9": (7, 9),
}


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


def counted(einrichtungen: pd.DataFrame, schulen: pd.DataFrame) -> dict[str, pd.Series]:
    """Which facilities each indicator of supply counts.

    Schools count with their main site, Kitas once they are open.

    Returns
    -------
    dict of pandas.Series
        By indicator id; True or False, index of ``einrichtungen``. ``"grundschulen_ohne_stufe"`` are those whose
        level of the Schulsozialindex is not known.
    """
    main = (einrichtungen["art"] == "schule") & einrichtungen["hauptstandort"]
    primary = main & (einrichtungen["unterart"] == "Grundschule")
    kitas = (einrichtungen["art"] == "kita") & (einrichtungen["status"] == "offen")
    stops = einrichtungen["art"] == "haltestelle"
    level = schulen["sozialindex"].reindex(einrichtungen.index)
    groups = {key: primary & level.between(low, high).fillna(False) for key, (low, high) in INDEX_GROUPS.items()}
    return {
        "kitas": kitas,
        "kitas_je_1000_kinder": kitas,
        "grundschulen": primary,
        "schulen": main,
        "haltestellen": stops,
        "haltestellen_je_km2": stops,
        "grundschulen_ohne_stufe": primary & level.isna(),
        **groups,
    }


def near_boundary_note(percent: float) -> str:
    """What is missing near the city boundary, in German; empty below one per cent of the people."""
    return (
        f"{percent:.0f} % der Menschen wohnen weniger als 1 km von der Stadtgrenze entfernt; Angebote jenseits fehlen."
        if percent >= 1
        else ""
    )


def unlisted_note(number: int) -> str:
    """For how many Grundschulen no level is known, in German; empty if there is none."""
    schools = "Grundschule" if number == 1 else "Grundschulen"
    return f"Für {number} {schools} ist keine Stufe bekannt." if number else ""


def facilities(einrichtungen: gpd.GeoDataFrame, kind: str) -> gpd.GeoSeries:
    """Sites that count as reachable supply of one kind: haltestelle, grundschule or kita (open ones).

    Every site counts for distance, further sites of a school too.
    """
    if kind not in REACH:
        raise ParameterError(f"Die Art „{kind}“ gibt es nicht. Möglich sind: {', '.join(REACH)}.")
    if kind == "grundschule":
        chosen = (einrichtungen["art"] == "schule") & (einrichtungen["unterart"] == "Grundschule")
    elif kind == "kita":
        chosen = (einrichtungen["art"] == "kita") & (einrichtungen["status"] == "offen")
    else:
        chosen = einrichtungen["art"] == kind
    return gpd.GeoSeries(einrichtungen.geometry[chosen])
