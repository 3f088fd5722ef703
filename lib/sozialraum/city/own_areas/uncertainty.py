"""How uncertain the estimate for a Quartier is that cuts Stadtteile.

Measured on Essen; ``docs/decisions/0016-own-areas.md`` has the tables. All errors are in the unit of the value.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

KM_M: Final = 1000
PER_ROOT: Final = 5.0
"""Error of N people estimated on the grid is 5 x the square root of N: two thirds of all circles lie within."""
EDGE: Final = 2.0
"""Standard errors of the people in cells that the boundary cuts; all 50 Stadtteile, cut out, lie within."""
MIXTURE: Final[Mapping[str, float]] = {"unter_15": 1.5, "von_15_bis_64": 2.5, "ab_65": 3.0}
"""Spread of an age share between a 1 km cell and its surroundings of four, in percentage points."""


def edge_people(people: pd.Series, cells: pd.Series) -> float:
    """People of whom it is open on which side of the boundary they live.

    Each cell that is cut is taken as one block of people that lies inside with the probability of its share of area.
    """
    return EDGE * float(np.sqrt((people**2 * cells * (1 - cells)).sum()))


def small_area(count: float) -> float:
    """Error of people in an area of the grid: the smaller, the larger in relation."""
    return PER_ROOT * float(np.sqrt(max(count, 0.0)))


def exchanged(part: pd.Series, people: pd.Series, cells: pd.Series) -> float:
    """Error of a share, in percentage points, if the people at the boundary are counted or not."""
    inside, cut = float((people * cells).sum()), (cells > 0) & (cells < 1)
    at_edge = float(people[cut].sum())
    if not inside or not at_edge:
        return 0.0
    difference = float(part[cut].sum()) / at_edge - float((part * cells).sum()) / inside
    return edge_people(people, cells) / inside * abs(difference) * 100


def mixture(column: str, raster: pd.DataFrame, cells: pd.Series) -> float:
    """Error of an age share, in percentage points, where only a part of a 1 km cell lies in the Quartier.

    The census gives one share for the whole 1 km cell; its parts differ as neighbouring cells do.
    """
    spread = MIXTURE.get(column)
    if spread is None:
        return 0.0
    km = [raster["x"] // KM_M, raster["y"] // KM_M]
    inside = (raster["einwohner"] * cells).groupby(km).sum()
    whole = raster["einwohner"].groupby(km).sum()
    inside = inside[inside > 0]
    covered = inside / whole.loc[inside.index]
    return spread * float(np.sqrt(((inside / inside.sum()) ** 2 * (1 - covered)).sum()))
