"""Places of OpenStreetMap in the schema of ``einrichtungen.csv``: by kind, each once, those of the city only."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy

from sozialraum.city.load import CRS_FILES
from sozialraum.supply.fetch.overpass import Element, fits
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.facilities import COLUMNS
from sozialraum.supply.prepare.osm_shapes import area_of

SAME_PLACE_M: Final = 60.0
"""Two entries of one kind, of which at most one has a name or both the same, are one place if they are so near."""
KNOWN_M: Final = 150.0
"""An entry so near to a listed place of the same kind is that place: positions of addresses differ so much."""
APART: Final = ("bank", "toilette")
"""Kinds of which several stand together."""
SHARED: Final = ("arzt",)
"""Kinds of which several are in one house: without a name they are not taken for one."""


def osm_places(
    elements: Iterable[Element], angaben: Mapping[str, Any], base: Base, *, source: str, stand: str
) -> gpd.GeoDataFrame:
    """Places of the city, index id ("osm-node-12"), columns as in ``einrichtungen.csv``, points in metres."""
    rows = list(_rows(elements, angaben))
    table = gpd.GeoDataFrame(rows, columns=["id", "art", "unterart", "name", "adresse", "geometry"], crs=CRS_FILES)
    table = table.drop_duplicates("id").set_index("id").to_crs(str(base.data.crs))
    table = table.assign(gebiet_id=base.locate(table.geometry))
    table = table[table["gebiet_id"].notna()]
    table = table[~_doubled(table) & ~_listed(table, base.data.einrichtungen)]
    degrees = table.geometry.to_crs(CRS_FILES)
    table = table.assign(
        name=table["name"].fillna(table["unterart"]), lon=degrees.x.round(6), lat=degrees.y.round(6), stand=stand,
        quelle=source, hauptstandort=True, status=None,
    )  # fmt: skip
    return gpd.GeoDataFrame(table.reindex(columns=[*COLUMNS, "geometry"]))


def _rows(elements: Iterable[Element], angaben: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for one in elements:
        tags, spot = one.get("tags") or {}, _spot(one)
        kind = next((kind for kind in angaben["orte"] if _is_of(tags, kind)), None)
        if kind is None or spot is None or fits(tags, angaben["nicht"]):
            continue
        street = " ".join(filter(None, (tags.get("addr:street"), tags.get("addr:housenumber"))))
        town = " ".join(filter(None, (tags.get("addr:postcode"), tags.get("addr:city"))))
        address = ", ".join(filter(None, (street if tags.get("addr:street") else "", town if street else "")))
        name = tags.get("name") or tags.get("brand") or tags.get("operator")
        yield f"osm-{one['type']}-{one['id']}", kind["art"], kind["unterart"], name, address or None, spot


def _is_of(tags: Mapping[str, str], kind: Mapping[str, Any]) -> bool:
    return fits(tags, kind["wo"]) and ("und" not in kind or fits(tags, kind["und"]))


def _spot(element: Element) -> Any:
    """A point for any object: its own, the middle that the answer has, or one within its outline."""
    centre = element if "lat" in element else element.get("center")
    if centre:
        return gpd.points_from_xy([centre["lon"]], [centre["lat"]])[0]
    shape = area_of(element)
    return None if shape is None or shape.is_empty else shape.representative_point()


def _doubled(table: gpd.GeoDataFrame) -> pd.Series:
    """Entries that stand for a place which an earlier row has: as a point and as an outline, or under two tags."""
    double = pd.Series(False, index=table.index)
    for art, rows in table[~table["art"].isin(APART)].groupby("art"):
        tree = scipy.spatial.cKDTree(gpd.GeoDataFrame(rows).get_coordinates().to_numpy())
        names = rows["name"].fillna("").str.casefold().to_numpy()
        gone: set[int] = set()
        for first, second in sorted(tree.query_pairs(SAME_PLACE_M)):
            named = bool(names[first] and names[second])
            same = names[first] == names[second] if named else art not in SHARED
            if same and first not in gone:
                gone.add(first if not names[first] and names[second] else second)
        double.loc[rows.index[list(gone)]] = True
    return double


def _listed(table: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> pd.Series:
    """Entries of places that the tables have already, from a source of their own."""
    there = pd.Series(False, index=table.index)
    placed = known[known.geometry.notna() & ~known.geometry.is_empty]
    for (art, form), rows in table.groupby(["art", "unterart"]):
        same = placed[(placed["art"] == art) & (placed["unterart"] == form)]
        if len(same):
            tree = scipy.spatial.cKDTree(same.get_coordinates().to_numpy())
            far, _ = tree.query(gpd.GeoDataFrame(rows).get_coordinates().to_numpy())
            there.loc[rows.index[np.asarray(far) <= KNOWN_M]] = True
    return there
