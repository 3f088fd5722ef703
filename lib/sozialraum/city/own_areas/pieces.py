"""Which Stadtteile a Quartier contains, which it cuts, and how much of each grid cell lies in it.

The people of a cell that is cut are divided by area, within the Stadtteil that the cell belongs to.
"""

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import CELL_M, CRS, CRS_GRID, Data

TOLERANCE_M: Final = 20.0
"""Boundaries closer than this, on either side, are the same: that far apart lie drawings of one line."""
_SHOWN_OUTSIDE: Final = 0.001


@dataclass(frozen=True)
class Pieces:
    """A Quartier laid over the Stadtteile and the grid.

    ``shape`` is its part in the city (metres); ``ganze`` lie wholly in it, ``angeschnittene`` are cut; ``km2`` is
    the area inside each of them, in that order; ``cells`` the share of each cell of ``raster`` that lies in it (0 to
    1), ``outside`` that of the outline that lies outside of the city.
    """

    shape: BaseGeometry
    ganze: tuple[str, ...]
    angeschnittene: tuple[str, ...]
    km2: pd.Series
    cells: pd.Series
    outside: float = 0.0

    @property
    def touched(self) -> list[str]:
        """All Stadtteile that it has a part of."""
        return [*self.ganze, *self.angeschnittene]


def of_stadtteile(data: Data, stadtteile: tuple[str, ...]) -> Pieces:
    """A Quartier of whole Stadtteile."""
    areas = pd.Series({key: data.register.by_id(key).flaeche_km2 for key in stadtteile})
    cells = data.raster["gebiet_id"].isin(stadtteile).astype("float64")
    shape = shapely.coverage_union_all(list(data.gebiete.geometry.loc[list(stadtteile)]))
    return Pieces(shape, stadtteile, (), areas, cells)


def of_outline(data: Data, outline: BaseGeometry) -> Pieces:
    """A Quartier with a boundary of its own (metres).

    A Stadtteil whose boundary runs within :data:`TOLERANCE_M` of the outline lies wholly in it, or wholly outside.
    """
    keys = [area.id for area in data.register.of_level("stadtteil")]
    known = dict(zip(keys, data.gebiete.geometry.loc[keys], strict=True))
    shared = {key: shape.intersection(outline) for key, shape in known.items() if shape.intersects(outline)}
    whole = [key for key in shared if is_thin(known[key].difference(outline))]
    cut = [key for key in shared if key not in whole and not is_thin(shared[key])]
    if not whole + cut:
        cut = [key for key, piece in shared.items() if piece.area > 0]
    pieces = {key: known[key] if key in whole else shared[key] for key in [*whole, *cut]}
    areas = {key: data.register.by_id(key).flaeche_km2 if key in whole else pieces[key].area / 1e6 for key in pieces}
    cells = data.raster["gebiet_id"].isin(whole).astype("float64")
    for key in cut:
        own = data.raster[data.raster["gebiet_id"] == key]
        cells.loc[own.index] = fractions(own, pieces[key], known[key], data.crs)
    inside = sum(piece.area for piece in shared.values()) / outline.area
    shape = shapely.union_all(list(pieces.values()), grid_size=0.001)
    outside = 1 - inside if 1 - inside > _SHOWN_OUTSIDE else 0.0
    return Pieces(shape, tuple(whole), tuple(cut), pd.Series(areas), cells, outside)


def fractions(cells: pd.DataFrame, piece: BaseGeometry, whole: BaseGeometry, crs: Any = CRS) -> npt.NDArray[np.float64]:
    """How much of each cell's part in a whole lies in a piece of it, 0 to 1.

    A cell that the whole does not reach counts where its midpoint is nearest.
    """
    part, all_ = gpd.GeoSeries([piece, whole], crs=crs).to_crs(CRS_GRID)
    half = CELL_M / 2
    x, y = cells["x"].to_numpy(), cells["y"].to_numpy()
    boxes = shapely.box(x - half, y - half, x + half, y + half)
    shapely.prepare(part)
    result = shapely.contains_properly(part, boxes).astype("float64")
    edge = shapely.intersects(part, boxes) & (result == 0)
    reached = shapely.area(shapely.intersection(boxes[edge], all_))
    inside = shapely.area(shapely.intersection(boxes[edge], part))
    result[edge] = np.divide(inside, reached, out=np.zeros_like(inside), where=reached > 0)
    beyond = ~shapely.intersects(all_, boxes)
    points = shapely.points(x[beyond], y[beyond])
    result[beyond] = shapely.distance(points, part) <= shapely.distance(points, all_) + 1
    shares: npt.NDArray[np.float64] = np.clip(result, 0.0, 1.0)
    return shares


def is_thin(shape: BaseGeometry) -> bool:
    """Whether a shape is nowhere wider than :data:`TOLERANCE_M`: two drawings of one line leave such slivers."""
    return bool(shape.buffer(-TOLERANCE_M / 2).is_empty)
