"""Quartiere laid over the data of a city: they join the register, the boundaries and the values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.city.gebiete import QUARTIER, Gebiet, Planungsebene, Register
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import Data, lies_in
from sozialraum.city.own_areas.definitions import Border, Definition, Definitions, read_definitions
from sozialraum.city.own_areas.outlines import files_of
from sozialraum.city.own_areas.pieces import Pieces, is_thin, of_outline, of_stadtteile
from sozialraum.city.own_areas.planning import ENVIRONMENT as BATCH_ENVIRONMENT
from sozialraum.city.own_areas.planning import Planung
from sozialraum.city.own_areas.values import City, Quartier
from sozialraum.city.own_areas.words import description

ENVIRONMENT: Final = "SOZIALRAUM_AREAS"
"""Environment variable that names a file with own areas."""
SHIPPED: Final = "quartiere.yml"


@dataclass(frozen=True)
class Remarks:
    """What a reader of own areas should know, in German sentences.

    Attributes
    ----------
    unusable
        Definitions that are left out because of their names.
    levels
        What is noticed of planning levels, by the id of the level.
    """

    unusable: tuple[str, ...] = ()
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class OwnAreas:
    """The Quartiere of ``quartiere.yml``, of a file of one's own, and further definitions; see :func:`with_areas`.

    Everything is read and computed when it is first used, and an error in a definition is raised then.
    """

    below: Data
    file: Path | None
    drawn: tuple[Definition, ...]
    shipped: bool
    planung: tuple[Planung, ...]

    def files(self) -> list[Path]:
        """Those of the data, and those that define Quartiere."""
        own = [path for file in self.definitions.files for path in files_of(file)]
        below = self.below.files
        return [*below, *(path for path in dict.fromkeys(own) if path not in set(below))]

    @cached_property
    def definitions(self) -> Definitions:
        """What is defined in the files and beside them."""
        there = self.below.dir / SHIPPED
        files = [there] if self.shipped and there.is_file() else []
        sources: list[Path | Planung] = [*files, *self.planung, *([self.file] if self.file else [])]
        city = [self.below.register.city.id]
        border = Border(self.below.register, lambda: gpd.GeoSeries(self.below.gebiete.geometry.loc[city]))
        return read_definitions(sources, border, self.drawn)

    @cached_property
    def remarks(self) -> Remarks:
        """Names that cannot be used, and where a planning level overlaps, leaves a gap, or has names of other areas."""
        levels = {one.id: tuple(self._noticed(one)) for one in self.register.planungsebenen}
        return Remarks(tuple(self.definitions.unusable), levels)

    @cached_property
    def pieces(self) -> Mapping[str, Pieces]:
        """Each Quartier laid over Stadtteile and grid, by id."""
        return {one.key: self._piece(one) for one in self.definitions.quartiere}

    @cached_property
    def register(self) -> Register:
        """The areas with names and grammar; Quartiere come last."""
        known = self.below.register
        areas = [self._gebiet(one, self.pieces[one.key]) for one in self.definitions.quartiere]
        return known.extended(areas, self.definitions.luecken)

    def gebiete(self) -> gpd.GeoDataFrame:
        """Areas with boundaries; those of a Quartier are exact within the boundaries of the Stadtteile."""
        if not self.pieces:
            return self.below.gebiete
        areas = {key: self.register.by_id(key) for key in self.pieces}
        rows = {
            key: {"ebene": QUARTIER, "nummer": 0, "name": area.name, "praeposition": area.praeposition,
                  "flaeche_km2": area.flaeche_km2, "geometry": self.pieces[key].shape}
            for key, area in areas.items()
        }  # fmt: skip
        own = gpd.GeoDataFrame.from_dict(rows, orient="index", geometry="geometry", crs=self.below.crs)
        return gpd.GeoDataFrame(pd.concat([self.below.gebiete, own]).rename_axis("gebiet_id"))

    def indikatoren(self) -> pd.DataFrame:
        """Indicator values, long; those of the Quartiere last. A value that an own table gives for one stays."""
        if not self.pieces:
            return self.below.indikatoren
        katalog = catalogue(self.below.indikatoren_yml, path=str(self.below.dir / "indikatoren.yml"))
        city, places = _city(self.below), self.below.einrichtungen
        made = []
        for key, piece in self.pieces.items():
            inside = partial(lies_in, places, piece.ganze, piece.angeschnittene, piece.shape, self.below.crs)
            made.append(Quartier(key, piece, city, inside).table(katalog))
        given = self.below.indikatoren.set_index(["gebiet_id", "indikator"]).index
        computed = pd.concat(made, ignore_index=True)
        wanted = ~computed.set_index(["gebiet_id", "indikator"]).index.isin(given)
        return pd.concat([self.below.indikatoren, computed[wanted]], ignore_index=True)

    def _piece(self, one: Definition) -> Pieces:
        return of_stadtteile(self.below, one.stadtteile) if one.outline is None else of_outline(self.below, one.outline)

    def _gebiet(self, one: Definition, piece: Pieces) -> Gebiet:
        register = self.below.register
        bezirke = {register.by_id(key).stadtbezirk_id for key in piece.touched}
        return Gebiet(
            id=one.key,
            ebene=QUARTIER,
            nummer=0,
            name=one.name,
            stadtbezirk_id=bezirke.pop() if len(bezirke) == 1 else None,
            artikel=one.artikel or "das",
            praeposition=one.where,
            flaeche_km2=round(float(piece.km2.sum()), 4),
            schreibweisen=one.schreibweisen,
            ganze=piece.ganze,
            angeschnittene=piece.angeschnittene,
            beschreibung=description(one, piece, register),
            planung=one.planung,
            eigenname=one.eigenname,
        )

    def _noticed(self, level: Planungsebene) -> Iterator[str]:
        """What is to be known of the areas of a planning level taken together."""
        areas = self.register.of_level(level.id)
        shapes = [self.pieces[area.id].shape for area in areas]
        city = self.below.gebiete.geometry[self.below.register.city.id]
        pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
        for one, other in sorted((int(a), int(b)) for a, b in pairs if a < b):
            shared = shapes[one].intersection(shapes[other])
            if not is_thin(shared):
                names = f"{areas[one].label} und {areas[other].label}"
                yield f"{names} überlappen sich auf {_km2(shared.area)}; was dort liegt, zählt in beiden."
        left = city.difference(shapely.union_all(shapes, grid_size=0.001))
        if not is_thin(left):
            yield (
                f"Die {level.name} decken {self.below.register.city.name} nicht ganz ab: {_km2(left.area)} gehören zu "
                "keiner der Flächen."
            )
        known = self.below.register
        taken = [area for area in areas if not area.eigenname.isdigit() and known.named(area.eigenname)]
        if taken:
            names = ", ".join(f"„{area.eigenname}“" for area in taken)
            said = "sind auch Namen" if len(taken) > 1 else "ist auch der Name"
            yield (
                f"{names} {said} von Stadtteilen oder Stadtbezirken. Die Flächen heißen deshalb nur mit vollem Namen, "
                f"zum Beispiel „{taken[0].label}“."
            )


def with_areas(
    data: Data,
    *,
    file: Path | None = None,
    drawn: tuple[Definition, ...] = (),
    shipped: bool = True,
    planung: tuple[Planung, ...] = (),
    batch: Path | None = None,
) -> Data:
    """The data with Quartiere: they join the register, the boundaries and the values.

    Parameters
    ----------
    file
        A ``quartiere.yml`` or a file of outlines.
    drawn
        Definitions that stand in no file.
    shipped
        Whether the ``quartiere.yml`` of the data counts; not if the data have it already.
    planung, batch
        Levels of planning areas, and the ``batch.yml`` that names them.
    """
    own = OwnAreas(data, file, drawn, shipped, planung)
    named = {ENVIRONMENT: file, BATCH_ENVIRONMENT: batch if planung else None}
    return data.laid_over(
        environment={name: str(path) for name, path in named.items() if path},
        files=own.files, areas=lambda: own, register=lambda: own.register, gebiete=own.gebiete,
        indikatoren=own.indikatoren,
    )  # fmt: skip


def _km2(area: float) -> str:
    return f"{max(area / 1e6, 0.01):.2f} km²".replace(".", ",")


@lru_cache(maxsize=2)
def _city(data: Data) -> City:
    """What the values of Quartiere are made from: shared by all that are drawn on the same data."""
    return City(data)
