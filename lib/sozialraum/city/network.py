"""Walking metres on a network of footpaths and streets: where one was fetched, it takes the place of straight lines.

Paths meet where they share a point of OpenStreetMap, not where they cross on the map: railways, canals and motorways
are barriers by themselves, bridges and underpasses are ways across.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sozialraum.city.fetched import FETCHED, PATHS
from sozialraum.city.load import Data
from sozialraum.city.readers import read_shapes

FARTHEST_M: Final = 500.0
"""How far a place may lie from the nearest path to be on the network; beyond there is no value."""
_LEAST_M: Final = 1e-3
"""Length of steps between two places at one point: the graph has no edges of length 0."""
_AT_ONCE: Final = 32

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Places:
    """Places on the network: edge, metres from its start, metres of the straight way to it; edge -1 if too far."""

    edge: Ints
    along: Floats
    aside: Floats


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """Pieces of paths between two crossings.

    Attributes
    ----------
    edges
        Lines in metres; columns a and b have the numbers of the crossings at their ends.
    quelle
        Id of the source.
    """

    edges: gpd.GeoDataFrame
    quelle: str

    @cached_property
    def _lines(self) -> npt.NDArray[np.object_]:
        return np.asarray(self.edges.geometry.to_numpy(), dtype=object)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._lines)

    def nearest_m(self, points: gpd.GeoSeries, targets: gpd.GeoSeries) -> pd.Series:
        """Walking metres from each point to the nearest target, with the straight ways to the network and from it.

        Targets may be areas: they are reached where a path crosses their edge, or else at the edge nearest to a path.

        Returns
        -------
        pandas.Series
            Index of ``points``; missing where no target can be reached on foot, 0 within an area.
        """
        known = gpd.GeoSeries(targets[~(targets.is_empty | targets.isna())])
        start, end = self._places(points), self._places(self.entrances(known))
        graph, nodes, ends = self._graph(start, end)
        reached = dijkstra(_with_source(graph, ends, end.aside), directed=False, indices=graph.shape[0])
        metres = np.where(nodes >= 0, reached[nodes], np.inf) + start.aside
        areas = known[shapely.get_dimensions(known.geometry) == 2]
        metres[areas.sindex.query(points, predicate="within")[0]] = 0.0
        return pd.Series(np.where(np.isfinite(metres), metres, np.nan), index=points.index, name="gehweg_m")

    def matrix_m(self, points: gpd.GeoSeries, targets: gpd.GeoSeries, *, limit: float = np.inf) -> Floats:
        """Walking metres from each point (rows) to each target (columns), both points; infinite beyond ``limit``."""
        start, end = self._places(points), self._places(targets)
        graph, nodes, ends = self._graph(start, end)
        metres = np.full((len(points), len(targets)), np.inf)
        on = np.flatnonzero(ends >= 0)
        for part in np.array_split(on, max(1, -(-len(on) // _AT_ONCE))):
            if len(part):
                reached = dijkstra(graph, directed=False, indices=ends[part], limit=limit)[:, nodes]
                metres[:, part] = np.where(nodes >= 0, reached, np.inf).T
        metres += start.aside[:, None] + end.aside[None, :]
        return np.where(metres <= limit, metres, np.inf)

    def entrances(self, targets: gpd.GeoSeries) -> gpd.GeoSeries:
        """Points at which targets are reached: themselves, or where paths cross the edge of an area."""
        dimension = shapely.get_dimensions(targets.geometry)
        points = targets[dimension == 0].to_numpy()
        areas = targets[dimension == 2].to_numpy()
        edges = shapely.boundary(areas)
        which, paths = self._tree.query(edges, predicate="intersects")
        crossings = shapely.get_parts(shapely.intersection(edges[which], self._lines[paths]))
        closed = np.setdiff1d(np.arange(len(areas)), which)
        found, path = self._tree.query_nearest(areas[closed], max_distance=FARTHEST_M, all_matches=False)
        beside = shapely.get_point(shapely.shortest_line(areas[closed][found], self._lines[path]), 0)
        return gpd.GeoSeries([*points, *shapely.centroid(crossings), *beside], crs=targets.crs)

    def _places(self, points: gpd.GeoSeries) -> _Places:
        spots = np.asarray(points.to_numpy(), dtype=object)
        edge = np.full(len(spots), -1, dtype=np.int64)
        along, aside = np.zeros(len(spots)), np.full(len(spots), np.inf)
        if len(spots):
            which, line = self._tree.query_nearest(spots, max_distance=FARTHEST_M, all_matches=False)
            edge[which], lines = line, self._lines[line]
            along[which] = shapely.line_locate_point(lines, spots[which])
            aside[which] = shapely.distance(lines, spots[which])
        return _Places(edge, along, aside)

    def _graph(self, *places: _Places) -> tuple[csr_array, Ints, Ints]:
        """The network with some places as nodes of their own, and their numbers; -1 for those that are not on it."""
        a, b = (self.edges[name].to_numpy(dtype=np.int64) for name in "ab")
        length, numbers = shapely.length(self._lines), np.arange(len(a))
        edge = np.concatenate([one.edge for one in places])
        count, on = int(max(a.max(), b.max())) + 1, edge >= 0
        node = np.where(on, count + np.cumsum(on) - 1, -1)
        along = np.concatenate([one.along for one in places])
        # every edge as a row of stops: its start, the places on it by distance, its end
        stops = np.concatenate([a, node[on], b])
        of = np.concatenate([numbers, edge[on], numbers])
        at = np.concatenate([np.zeros(len(a)), along[on], length])
        rank = np.repeat([0, 1, 2], [len(a), int(on.sum()), len(b)])
        order = np.lexsort((at, rank, of))
        stops, of, at = stops[order], of[order], at[order]
        same = of[1:] == of[:-1]
        graph = _shortest(stops[:-1][same], stops[1:][same], np.diff(at)[same], count + int(on.sum()))
        first, second = np.split(node, [len(places[0].edge)])
        return graph, first, second


def _shortest(start: Ints, end: Ints, metres: Floats, nodes: int) -> csr_array:
    """A graph that has the shortest of several edges between two nodes: a sparse matrix would add them up."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((metres, high, low))
    low, high, metres = low[order], high[order], np.maximum(metres[order], _LEAST_M)
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return csr_array((metres[first], (low[first], high[first])), shape=(nodes, nodes))


def _with_source(graph: csr_array, ends: Ints, aside: Floats) -> csr_array:
    """The graph with one more node, the last, that is as far from every end as that lies from the network."""
    on, nodes = ends >= 0, graph.shape[0]
    inner = graph.tocoo()
    rows = np.concatenate([inner.coords[0], np.full(int(on.sum()), nodes)])
    columns = np.concatenate([inner.coords[1], ends[on]])
    metres = np.concatenate([inner.data, aside[on]])
    return _shortest(rows.astype(np.int64), columns.astype(np.int64), metres, nodes + 1)


@lru_cache(maxsize=2)
def walk_network(data: Data) -> WalkNetwork | None:
    """The footpaths of the city; None unless they were fetched."""
    edges = read_shapes(data.dir / FETCHED / PATHS, data.crs, "id", "a", "b", "quelle")
    return WalkNetwork(edges, str(edges["quelle"].iloc[0])) if len(edges) else None
