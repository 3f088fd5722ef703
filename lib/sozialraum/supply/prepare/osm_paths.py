"""Ways of OpenStreetMap as the network of :mod:`sozialraum.city.network`: split where they share a point."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sozialraum.city.load import CRS_FILES
from sozialraum.supply.fetch.overpass import Element, fits

AROUND_M: Final = 1000.0
"""How far beyond the boundary paths are kept: some lead out of the city and in again."""
SMALLEST_M: Final = 300.0
"""Pieces that lead nowhere and are shorter in all are left out: a place beside one would be cut off."""


def footpaths(elements: Iterable[Element], angaben: Mapping[str, Any], city: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Pieces of paths between crossings, columns a and b (their ends), in the CRS of the city's outline."""
    ways = [
        one
        for one in elements
        if one["type"] == "way" and all(one.get("geometry") or [None]) and walkable(one, angaben)
    ]
    ways = [one for one in ways if len(one["geometry"]) > 1]
    counts = np.array([len(one["geometry"]) for one in ways], dtype=np.int64)
    degrees = np.array([(at["lon"], at["lat"]) for one in ways for at in one["geometry"]]).reshape(-1, 2)
    spots = gpd.GeoSeries(gpd.points_from_xy(*degrees.T), crs=CRS_FILES).to_crs(str(city.crs))
    edges = _split(_numbers(ways, degrees), counts, shapely.get_coordinates(spots.to_numpy()))
    table = gpd.GeoDataFrame(edges, crs=city.crs)
    near = table[table.intersects(city.iloc[0].buffer(AROUND_M))]
    return _joined(near)


def walkable(way: Element, angaben: Mapping[str, Any]) -> bool:
    """Whether people may walk on a way."""
    tags = way.get("tags") or {}
    return "highway" in tags and (not fits(tags, angaben["nicht"]) or fits(tags, angaben["doch"]))


def _numbers(ways: list[Element], degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """A number for every point of every way: the same for the same point of OpenStreetMap, or else the same place."""
    named = all(len(one.get("nodes") or ()) == len(one["geometry"]) for one in ways)
    if named:
        return np.unique([node for one in ways for node in one["nodes"]], return_inverse=True)[1].astype(np.int64)
    whole = np.rint(degrees * 1e7).astype(np.int64)
    return np.unique(whole, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _split(
    nodes: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], spots: npt.NDArray[np.float64]
) -> dict[str, Any]:
    """Ways (points one after the other, so many each) as lines between points that are ends or in several ways."""
    if not len(nodes):
        return {"a": [], "b": [], "geometry": []}
    ends = np.cumsum(counts) - 1
    starts = ends - counts + 1
    crossing = np.bincount(nodes) > 1
    crossing[nodes[starts]] = crossing[nodes[ends]] = True
    cut = crossing[nodes]
    first, last = np.isin(np.arange(len(nodes)), starts), np.isin(np.arange(len(nodes)), ends)
    # a point between two pieces belongs to both: it is written twice
    copies = np.where(cut & ~first & ~last, 2, 1)
    place = np.repeat(np.arange(len(nodes)), copies)
    second = np.concatenate([[False], place[1:] == place[:-1]])
    piece = np.cumsum(first[place] | second) - 1
    begin = np.flatnonzero(np.concatenate([[True], piece[1:] != piece[:-1]]))
    until = np.concatenate([begin[1:], [len(place)]]) - 1
    lines = shapely.linestrings(spots[place], indices=piece)
    return {"a": nodes[place[begin]], "b": nodes[place[until]], "geometry": lines}


def _joined(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Without pieces that lead nowhere; crossings are numbered from 0."""
    if edges.empty:
        return edges.reset_index(drop=True)
    numbers, inverse = np.unique(edges[["a", "b"]].to_numpy(), return_inverse=True)
    ends = inverse.reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(numbers), len(numbers)))
    part = pd.Series(connected_components(graph, directed=False)[1][ends[:, 0]], index=edges.index)
    length = edges.length.groupby(part).sum()
    large = (part.map(length) >= SMALLEST_M).to_numpy()
    kept = edges[large].assign(a=ends[large, 0], b=ends[large, 1])
    return gpd.GeoDataFrame(kept.reset_index(drop=True))
