"""The ground of the workbench's map where it shows less than the city: houses as dots, names of streets."""

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from sozialraum.city.adressen import houses
from sozialraum.city.load import Data
from sozialraum.figures.houses import dots
from sozialraum.lab.layers import TILE, View, mercator
from sozialraum.style import INK, PAPER, Box, free, n, text_box

WORLD: Final = "EPSG:3857"
AROUND_M: Final = 2 * math.pi * 6378137
"""Metres around the world on this map."""
FROM_ZOOM: Final = 13.0
NAMES_FROM_ZOOM: Final = 15.0
"""Below these only houses are shown, or nothing."""
BEYOND: Final = 0.25
"""How much more than the window is drawn on each side, as a part of it: so that a short move shows no edge."""
SIZE: Final = 11.0
APART: Final = 6.0
MOST: Final = 60
OPACITY: Final = 0.4


@dataclass(frozen=True)
class Underlay:
    """Houses and names in pixels of the screen within a frame somewhat larger than the window.

    Attributes
    ----------
    view
        The frame, in degrees.
    spots
        Houses: pixels from the left and from the top, one row each.
    names
        Names of streets in the boxes that they need.
    """

    view: View
    spots: npt.NDArray[np.float64]
    names: tuple[Box, ...]

    @property
    def url(self) -> str:
        """The drawing as an address that a map can load."""
        width, height = (n(size) for size in self.view.size)
        x, y = self.spots.T
        unit = 1 if self.view.zoom >= NAMES_FROM_ZOOM else 2
        path = dots(pd.DataFrame({"x": x, "y": -y}), 0, 0, unit, step=1)
        names = "".join(
            f'<text x="{n(one.left)}" y="{n(one.bottom - 3)}">{escape(one.text)}</text>' for one in self.names
        )
        drawn = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
            f'<path d="{path}" fill="none" stroke="{INK}" stroke-opacity="{OPACITY}" stroke-linecap="round" '
            f'stroke-width="2"/><g font-family="sans-serif" font-size="{n(SIZE)}" fill="{INK}" stroke="{PAPER}" '
            f'stroke-width="3" paint-order="stroke">{names}</g></svg>'
        )
        return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode('ascii')}"

    @property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Corners of the frame: latitude and longitude in the south-west and in the north-east."""
        return (self.view.south, self.view.west), (self.view.north, self.view.east)


def underlay(data: Data, seen: View) -> Underlay | None:
    """What lies below a window of the map; None where it shows the city, or where there is no gazetteer."""
    if seen.zoom < FROM_ZOOM:
        return None
    wide, high = (seen.east - seen.west) * BEYOND, (seen.north - seen.south) * BEYOND
    view = View(seen.west - wide, seen.south - high, seen.east + wide, seen.north + high, seen.zoom)
    table, scale = _on_the_world(data), TILE * 2**seen.zoom
    west, east, south, north = view.west / 360, view.east / 360, mercator(view.south), mercator(view.north)
    near = table[table["x"].between(west, east) & table["y"].between(south, north)]
    if near.empty:
        return None
    spots = (near[["x", "y"]].to_numpy() - (west, north)) * (scale, -scale)
    return Underlay(view, spots, tuple(_names(near["strasse"], spots)) if seen.zoom >= NAMES_FROM_ZOOM else ())


@lru_cache(maxsize=4)
def _on_the_world(data: Data) -> pd.DataFrame:
    """Houses with x and y as parts of the web's map of the world: 0 is Greenwich and the equator, y is upwards."""
    table = houses(data.dir)
    there = gpd.GeoSeries(gpd.points_from_xy(table["x"], table["y"]), crs=data.crs).to_crs(WORLD)
    return pd.DataFrame({"strasse": table["strasse"], "x": there.x / AROUND_M, "y": there.y / AROUND_M})


def _names(of: pd.Series, spots: npt.NDArray[np.float64]) -> Iterator[Box]:
    """Streets with the most houses in the window first, each at its middle house, where no other name stands."""
    written: list[Box] = []
    streets = {str(name): spots[rows] for name, rows in of.groupby(of.to_numpy(), observed=True).indices.items()}
    for name, rows in sorted(streets.items(), key=lambda street: (-len(street[1]), street[0])):
        x, y = rows[np.argsort(rows[:, int(np.argmax(np.ptp(rows, axis=0)))], kind="stable")[len(rows) // 2]]
        box = text_box(float(x), float(y), name, size=SIZE, anchor="middle")
        if free(box, written, gap=APART):
            written.append(box)
            yield box
        if len(written) == MOST:
            return
