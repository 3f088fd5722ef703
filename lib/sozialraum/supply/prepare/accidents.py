"""Accidents with injury from the fetched years: counted by position, all years together."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.load import CRS_FILES
from sozialraum.supply.fetch.content import numbers, read_table
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.levels import Values

INVOLVED: Final = {"unfaelle_fuss": "fuss", "unfaelle_rad": "rad"}
"""Indicators that count only accidents in which somebody took part in a certain way."""
ALL: Final = "unfaelle"


def accident_values(kept: Sequence[Kept], base: Base, _angaben: Mapping[str, Any]) -> dict[str, Values]:
    """Accidents per area over the years that are there; the years stand in the remark of every value."""
    tables = [read_table(one.path, one.file, "unfaelle", base.city).rows for one in kept]
    rows = pd.concat(tables, ignore_index=True).apply(numbers)
    points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=CRS_FILES)
    home = base.locate(points)
    years = base.years(kept)
    said = {area.id: f"Summe der Jahre {years}." for area in base.register} if len(kept) > 1 else {}
    chosen = {ALL: home.notna(), **{key: rows[column] > 0 for key, column in INVOLVED.items()}}
    return {
        key: Values(base.extend(home[mask].value_counts()).astype("float64"), hinweise=dict(said))
        for key, mask in chosen.items()
    }
