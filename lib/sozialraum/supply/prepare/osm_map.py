"""What the answers of OpenStreetMap bring: outlines for maps, footpaths, places, and the reach of what lies there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.access import UNDER_15
from sozialraum.city.fetched import OUTLINES, PATHS
from sozialraum.city.load import cell_points
from sozialraum.city.network import WalkNetwork
from sozialraum.city.own_areas.values import ALL
from sozialraum.city.readers import write_shapes
from sozialraum.supply.children import aged_words
from sozialraum.supply.fetch.offered import Offer
from sozialraum.supply.fetch.overpass import Element, elements
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.census_cells import CensusCells
from sozialraum.supply.prepare.levels import Values
from sozialraum.supply.prepare.osm_paths import footpaths
from sozialraum.supply.prepare.osm_places import osm_places
from sozialraum.supply.prepare.osm_shapes import outlines
from sozialraum.supply.prepare.overlay import Brought
from sozialraum.supply.prepare.people import edge_of, sums_of, walked, widths_of
from sozialraum.supply.prepare.reach import Walkers, reach_values

OSM: Final = "openstreetmap"
"""The ``form`` of a source that brings this."""
HECTARE_M2: Final = 10_000.0


@dataclass(frozen=True, eq=False)
class OsmMap:
    """What was made of all answers.

    Attributes
    ----------
    shapes
        Rows of ``flaechen.parquet``, see :func:`sozialraum.city.load.flaechen`.
    paths
        Rows of ``fusswege.parquet``; empty without footpaths.
    brought
        Places, with what is said of their lists.
    stand
        Day of the latest answer.
    """

    shapes: gpd.GeoDataFrame
    paths: gpd.GeoDataFrame
    brought: Brought
    stand: str

    def over(self, base: Base) -> Base:
        """Tables with the outlines over them, and the network that walks follow."""
        network = WalkNetwork(self.paths, str(self.paths["quelle"].iloc[0])) if len(self.paths) else None
        return replace(base.laid_over(flaechen=self.shapes), network=network)

    def write(self, new: Path) -> None:
        """The tables of the folder of what was fetched."""
        for name, table in ((OUTLINES, self.shapes), (PATHS, self.paths)):
            if len(table):
                write_shapes(new / name, table)


def read_map(kept: Sequence[Kept], base: Base, offer: Offer) -> OsmMap:
    """Read all answers that are there; a theme that is missing leaves its part empty."""
    city = gpd.GeoSeries(base.data.gebiete.geometry.loc[[base.register.city.id]])
    found: list[Element] = []
    ways: list[Element] = []
    days = []
    for one in kept:
        objects, day = elements(one.path, one.file.datei)
        days.append(day or str(one.manifest["abruf"])[:10])
        (ways if one.file.datei == offer.angaben["wege"]["datei"] else found).extend(objects)
    stand = max(days)
    places = osm_places(found, offer.angaben, base, source=offer.id, stand=stand)
    lists = {art: said for art, said in offer.angaben["listen"].items() if art in set(places["art"])}
    shapes = outlines(found, offer.angaben, city).assign(quelle=offer.id)
    paths = footpaths(ways, offer.angaben["wege"], city).rename_axis("id").assign(quelle=offer.id)
    return OsmMap(shapes, paths, Brought(places, stand, lists=lists), stand)


def more_reach(
    offer: Offer, base: Base, built: Base, cells: CensusCells | None
) -> tuple[dict[str, tuple[dict[str, Any], Values]], pd.DataFrame]:
    """Words and values of the reach of every kind that ``angaben`` describes and the map has, by indicator; cells.

    The cells get columns of those reached and of all counted, so that values of parts of Stadtteile can be made.
    """
    raster = base.data.raster
    points, found = cell_points(raster, base.data.crs), {}
    for key, rule in offer.angaben["reichweiten"].items():
        targets = _targets(base, rule)
        if targets.empty or raster.empty:
            continue
        columns, ages = _who(raster, rule)
        metres = base.walk(points, targets)
        off = cells.off(columns) if cells is not None else None
        below = built.data.indikatoren
        like = below[below["indikator"] == rule["spanne_wie"]].set_index("gebiet_id")
        whom = "der Menschen" if columns == ["einwohner"] else f"der Kinder {ages}"
        values = reach_values(
            [Walkers(raster[name].fillna(0), metres) for name in columns], rule["meter"], edge_of(base), sums_of(base),
            off or widths_of(like if len(like) else None), whom, straight=base.network is None,
        )  # fmt: skip
        counted = raster[columns].fillna(0).sum(axis=1)
        raster = raster.assign(**{key: counted.where(metres <= rule["meter"], 0), f"{key}{ALL}": counted})
        found[key] = _words(offer, key, ages, base), values
    return found, raster


def _targets(base: Base, rule: Mapping[str, Any]) -> gpd.GeoSeries:
    """Outlines or places that are reached."""
    if "flaeche" in rule:
        table = base.data.flaechen
        chosen = table["art"] == rule["flaeche"]
        if "ab_ha" in rule:
            chosen &= table["flaeche_m2"] >= rule["ab_ha"] * HECTARE_M2
        return gpd.GeoSeries(table.geometry[chosen])
    places = base.data.einrichtungen
    chosen = (places["art"] == rule["art"]) & places["unterart"].isin(rule["unterart"])
    return gpd.GeoSeries(places.geometry[chosen])


def _who(raster: pd.DataFrame, rule: Mapping[str, Any]) -> tuple[list[str], str]:
    """Columns of the cells that are counted, and how old these children are: only counted cells tell fine ages."""
    fine = list(rule.get("alter", []))
    if fine and set(fine) <= set(raster.columns):
        return fine, str(rule["alter_wort"])
    return [str(rule["wer"])], UNDER_15


def _words(offer: Offer, key: str, ages: str, base: Base) -> dict[str, Any]:
    """The entry of an indicator: whom it counts, its sources, its date (that of the people, as for Kitas)."""
    said = dict(offer.indikatoren[key])
    if ages != UNDER_15:
        said = aged_words(said, ages)
    people = base.data.indikatoren_yml["indikatoren"].get("einwohner", {})
    table = base.data.indikatoren
    day = str(table.loc[table["indikator"] == "einwohner", "stand"].max())
    said |= {side: {**said[side], "stand": day} for side in ("zaehler", "nenner")}
    named = [offer.id, *base.named(people.get("quellen", ()))]
    return walked({**said, "verfuegbar": True, "quellen": named}, base)
