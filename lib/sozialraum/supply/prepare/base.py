"""The built tables as fetched values need them: the areas, and where something lies."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.access import walking_distance_m
from sozialraum.city.gebiete import Register
from sozialraum.city.load import CRS, CRS_FILES, SOURCES, Data, open_data, sources_dir
from sozialraum.city.network import WalkNetwork
from sozialraum.city.spatial import assign
from sozialraum.supply.fetch.content import City
from sozialraum.supply.fetch.offered import municipality
from sozialraum.supply.prepare.areas import Areas
from sozialraum.supply.prepare.levels import RollUp, roll_up

OUTSIDE_M: Final = 25.0
"""Boundaries are drawn to 10 m: a point so little outside still belongs to the city."""


@dataclass(frozen=True, eq=False)
class Base:
    """The built tables of one city, without what was fetched earlier; tables of fetched files lie over them."""

    data: Data
    city: City
    network: WalkNetwork | None = None
    fetched: frozenset[str] = frozenset()
    """Sources of which files were fetched."""

    def walk(self, points: gpd.GeoSeries, targets: gpd.GeoSeries) -> pd.Series:
        """Walking metres from each point to the nearest target: on the network of footpaths if there is one."""
        if self.network is None or targets.empty:
            return walking_distance_m(points, targets)
        return self.network.nearest_m(points, targets)

    def named(self, sources: Iterable[str]) -> list[str]:
        """Those of some sources that there are: a city of its own has not all that a catalogue names."""
        return [key for key in sources if key in self.data.quellen or key in self.fetched]

    def laid_over(self, **tables: Any) -> "Base":
        """The same with some other tables."""
        made: dict[str, Any] = {name: partial(_same, one) for name, one in tables.items()}
        return replace(self, data=self.data.laid_over(**made))

    @property
    def register(self) -> Register:
        """The areas."""
        return self.data.register

    @cached_property
    def stadtteile(self) -> list[str]:
        """Ids of the Stadtteile."""
        return self.register.members(self.register.city.id)

    @cached_property
    def extend(self) -> RollUp:
        """Adds counts of Stadtteile up to Stadtbezirke and city."""
        return roll_up(self.register)

    @cached_property
    def areas(self) -> Areas:
        """The areas with the boundaries that the tables have."""
        table, shapes = self.data.gebiete, gpd.GeoSeries(self.data.gebiete.geometry)
        full = gpd.GeoSeries(shapes[self.stadtteile]).to_crs(CRS)
        return Areas(pd.DataFrame(table.drop(columns="geometry")), full, shapes.to_crs(CRS_FILES))

    @cached_property
    def adults(self) -> pd.Series:
        """Inhabitants from 15 years on; missing where the tables do not know them."""
        wide = self.data.indikatoren.pivot(index="gebiet_id", columns="indikator", values="zaehler")
        known = wide.reindex(columns=["einwohner", "anteil_unter_15"])
        return (known["einwohner"] - known["anteil_unter_15"]).reindex([area.id for area in self.register])

    def locate(self, points: gpd.GeoSeries) -> pd.Series:
        """Ids of the Stadtteile in which points lie, missing outside the city."""
        shapes = gpd.GeoSeries(self.data.gebiete.geometry.loc[self.stadtteile])
        return assign(points.to_crs(self.data.crs), shapes, max_distance_m=OUTSIDE_M)


@contextmanager
def built(folder: Path) -> Iterator[Base]:
    """The built tables of a folder as they are without fetched files: a copy, because reading lays these over."""
    with tempfile.TemporaryDirectory(prefix="sozialraum-") as temporary:
        copy = Path(temporary) / folder.name
        copy.mkdir()
        for path in folder.iterdir():
            if path.is_file():
                shutil.copyfile(path, copy / path.name)
        shutil.copytree(sources_dir(folder), copy / SOURCES)
        data = open_data(copy)
        yield Base(data, City(data, municipality(copy)))


def _same(table: Any) -> Any:
    return table
