"""Accidents with injury: counted by position and year, and drawn where somebody walked or cycled."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.access import COMPLETE
from sozialraum.city.load import CRS_FILES
from sozialraum.supply.fetch.content import numbers, read_table
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.facilities import COLUMNS
from sozialraum.supply.prepare.levels import Values
from sozialraum.supply.prepare.overlay import Brought
from sozialraum.supply.prepare.quality import Findings

INVOLVED: Final = {"unfaelle_fuss": "fuss", "unfaelle_rad": "rad"}
"""Indicators that count only accidents in which somebody took part in a certain way."""
ALL: Final = "unfaelle"
PLACES: Final = {
    "radunfall": ("rad", "Unfall mit Personenschaden und Fahrrad", "Radunfall"),
    "fussunfall": ("fuss", "Unfall mit Personenschaden und Menschen zu Fuß", "Unfall zu Fuß"),
}
"""Kinds of places: who took part, what they are called, name of one."""


def accident_values(kept: Sequence[Kept], base: Base, _angaben: Mapping[str, Any]) -> dict[str, dict[str, Values]]:
    """Accidents per area and year."""
    made: dict[str, dict[str, Values]] = {key: {} for key in (ALL, *INVOLVED)}
    for one in kept:
        rows, points = _accidents(one, base)
        home = base.locate(points)
        chosen = {ALL: home.notna(), **{key: rows[column] > 0 for key, column in INVOLVED.items()}}
        for key, mask in chosen.items():
            made[key][one.file.stand] = Values(base.extend(home[mask].value_counts()).astype("float64"))
    return made


def accident_places(kept: Sequence[Kept], base: Base, _angaben: Mapping[str, Any], _findings: Findings) -> Brought:
    """Accidents with people on foot or on a bicycle as places, of years that the tables do not have yet."""
    places = base.data.einrichtungen
    tables = []
    for one in kept:
        rows, points = _accidents(one, base)
        year, home = one.file.stand, base.locate(points)
        for art, (column, unterart, name) in PLACES.items():
            here = home.notna() & (rows[column] > 0)
            if not here.any() or ((places["art"] == art) & (places["stand"] == year)).any():
                continue
            keys = [f"{art}-{year}-{number:04d}" for number in range(1, int(here.sum()) + 1)]
            table = gpd.GeoDataFrame(
                geometry=gpd.GeoSeries(points[here]).to_numpy(), index=pd.Index(keys, name="id"), crs=CRS_FILES
            )
            table = table.assign(
                art=art, unterart=unterart, name=f"{name} {year}", gebiet_id=home[here].to_numpy(), stand=year,
                lon=table.geometry.x.round(6), lat=table.geometry.y.round(6), quelle=one.offer.id, hauptstandort=True,
            )  # fmt: skip
            tables.append(table)
    whole = pd.concat(tables) if tables else gpd.GeoDataFrame(geometry=[], crs=CRS_FILES)
    lists = {art: {"liste": COMPLETE, "zaehlt": False} for art in PLACES}
    rows = gpd.GeoDataFrame(whole.reindex(columns=[*COLUMNS, "geometry"]), geometry="geometry", crs=CRS_FILES)
    return Brought(rows, max(one.file.stand for one in kept), lists=lists)


def _accidents(one: Kept, base: Base) -> tuple[pd.DataFrame, gpd.GeoSeries]:
    """The rows of a year as numbers, and where they happened."""
    rows = read_table(one.path, one.file, "unfaelle", base.city).rows.apply(numbers)
    return rows, gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=CRS_FILES)
