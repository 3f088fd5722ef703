"""Accidents with injury, counted by position and year."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd

from sozialraum.city.load import CRS_FILES
from sozialraum.supply.fetch.content import numbers, read_table
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.levels import Values

INVOLVED: Final = {"unfaelle_fuss": "fuss", "unfaelle_rad": "rad"}
"""Indicators that count only accidents in which somebody took part in a certain way."""
ALL: Final = "unfaelle"


def accident_values(kept: Sequence[Kept], base: Base, _angaben: Mapping[str, Any]) -> dict[str, dict[str, Values]]:
    """Accidents per area and year."""
    made: dict[str, dict[str, Values]] = {key: {} for key in (ALL, *INVOLVED)}
    for one in kept:
        rows = read_table(one.path, one.file, "unfaelle", base.city).rows.apply(numbers)
        points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=CRS_FILES)
        home = base.locate(points)
        chosen = {ALL: home.notna(), **{key: rows[column] > 0 for key, column in INVOLVED.items()}}
        for key, mask in chosen.items():
            made[key][one.file.stand] = Values(base.extend(home[mask].value_counts()).astype("float64"))
    return made
