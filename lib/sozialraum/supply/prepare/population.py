"""Inhabitants per inhabited 100 m cell: a dasymetric estimate from the 1 km census grid.

Weights are dwellings of 2011 and houses of 2022; the result is scaled to the official population of
the city. The rule and its error are described in ``docs/decisions/0006-population-estimate.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from sozialraum.city.access import REACH, facilities, walking_distance_m
from sozialraum.city.load import CELL_M, CRS_GRID, cell_points
from sozialraum.city.spatial import assign
from sozialraum.supply.prepare.areas import Areas
from sozialraum.supply.prepare.raw import RawTables

KM_M: Final = 1000
FULL_SHARE: Final = 0.999
HOUSE_WEIGHT: Final = 2.0
MAX_OUTSIDE_M: Final = 1000.0
AGES: Final = ("unter_15", "von_15_bis_64", "ab_65")
#: Columns of the 1 km grid that together describe every inhabitant, by topic.
PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "alter": {"unter_15": "Y_LT15", "von_15_bis_64": "Y_1564", "ab_65": "Y_GE65"},
    "geburt": {"geboren_inland": "NAT", "geboren_eu": "EU_OTH", "geboren_nicht_eu": "OTH"},
    "wohnort": {"gleicher_ort": "SAME", "zugezogen_inland": "CHG_IN", "zugezogen_ausland": "CHG_OUT"},
}


@dataclass(frozen=True)
class Population:
    """Inhabited cells with weights and people.

    ``cells`` has one row per inhabited cell: x, y (EPSG:3035 midpoint), km (row of the 1 km cell), gebiet_id,
    randabstand_m (distance to the city boundary), gewicht, wohnungen, haeuser (weights), einwohner (whole
    numbers). ``km`` has the parts of each 1 km cell as fractions.
    """

    cells: pd.DataFrame
    km: pd.DataFrame
    totals: Mapping[int, float]

    def people(self, weight: str = "gewicht", *, year: int = 2022) -> pd.Series:
        """Estimated people per cell under one weighting, not rounded, scaled to the official total."""
        column = {2022: "T", 2011: "Z2011_Einwohner"}[year]
        return distribute(self.cells, self.km, column, weight=weight, total=self.totals[year])


def build_population(raw: RawTables, areas: Areas, stadt: Mapping[str, Any]) -> Population:
    """Estimate inhabitants of every inhabited cell; they add up exactly to the official population."""
    cells = _weights(raw)
    km = _km_cells(raw["zensus_1km"])
    numbers = {key: number for number, key in enumerate(zip(km["x"], km["y"], strict=True))}
    cells["km"] = pd.MultiIndex.from_arrays([cells["x"] // KM_M * KM_M, cells["y"] // KM_M * KM_M]).map(numbers)
    cells = cells[cells["km"].notna()].reset_index(drop=True)
    cells["gebiet_id"] = assign(cell_points(cells), areas.full, max_distance_m=MAX_OUTSIDE_M)
    cells = cells[cells["gebiet_id"].notna()].reset_index(drop=True)
    cells["randabstand_m"] = cell_points(cells).distance(areas.full.union_all().boundary)
    totals = {year: stadt["eckwerte"][f"einwohner_{year}"]["wert"] for year in (2022, 2011)}
    estimate = Population(cells, km, totals)
    cells["einwohner"] = largest_remainder(estimate.people().to_numpy(), total=int(totals[2022]))
    return estimate


def distribute(cells: pd.DataFrame, km: pd.DataFrame, column: str, *, weight: str, total: float) -> pd.Series:
    """Spread the people of 1 km cells over their 100 m cells by weight.

    Full 1 km cells keep their people; a cell cut by the city boundary keeps at most the weight inside
    times the mean people per weight of the full cells. One factor brings the sum to the total.
    """
    inside = cells.groupby("km")[weight].sum().reindex(km.index, fill_value=0.0)
    people = km[column].astype("float64")
    full = (km["share_in_essen"] > FULL_SHARE) & (inside > 0)
    per_weight = people[full].sum() / inside[full].sum()
    kept = people.where(full, np.minimum(people, inside * per_weight)).where(inside > 0, 0.0)
    rate = (kept / inside.where(inside > 0)).fillna(0.0)
    spread = cells[weight] * cells["km"].map(rate)
    return (spread * (total / spread.sum())).rename("einwohner")


def add_walking_distances(population: Population, places: gpd.GeoDataFrame, stops: gpd.GeoSeries) -> Population:
    """The same cells with whole walking metres to the nearest stop, Grundschule and open Kita.

    ``stops`` are all stop points: people walk to the platform, not to the middle of a station.
    """
    points = cell_points(population.cells)
    targets = {kind: facilities(places, kind) for kind in REACH} | {"haltestelle": stops}
    metres = {f"gehweg_{kind}_m": walking_distance_m(points, target) for kind, target in targets.items()}
    walks = pd.DataFrame(metres).round(0).astype("int64")
    return replace(population, cells=pd.concat([population.cells, walks], axis=1))


def largest_remainder(values: npt.NDArray[np.float64], *, total: int) -> npt.NDArray[np.int64]:
    """Whole numbers near the values that add up to a total (Hamilton's method).

    Ties go to the earlier value, so the result does not depend on anything but the input.
    """
    floors = np.floor(values).astype(np.int64)
    missing = total - int(floors.sum())
    if not 0 <= missing <= len(values):
        raise ValueError(f"Die Werte ergeben {values.sum()}, nicht ungefähr {total}.")
    order = np.argsort(-(values - floors), kind="stable")
    floors[order[:missing]] += 1
    return floors


def age_groups(population: Population) -> pd.DataFrame:
    """People of each cell by age group, by the shares of its 1 km cell; see :func:`whole_parts`."""
    return whole_parts(population.cells, population.km.loc[population.cells["km"], list(AGES)].to_numpy(), AGES)


def whole_parts(cells: pd.DataFrame, shares: npt.NDArray[np.float64], names: Sequence[str]) -> pd.DataFrame:
    """Whole numbers of people by group per cell, given its shares; each row adds up to the cell's inhabitants.

    The rounding error is handed on from cell to cell within a Stadtteil, so the sum of any Stadtteil
    is off by less than about one person per group.
    """
    order = np.lexsort((cells["x"], cells["y"], cells["km"], cells["gebiet_id"]))
    counts = np.zeros((len(cells), len(names)), dtype=np.int64)
    carry = np.zeros(len(names))
    people = cells["einwohner"].to_numpy()
    for row in order:
        wanted = shares[row] * people[row] + carry
        counts[row] = _nearest_whole(wanted, int(people[row]))
        carry = wanted - counts[row]
    return pd.DataFrame(counts, index=cells.index, columns=list(names))


def part_of_cells(population: Population, part: str, people: pd.Series) -> pd.Series:
    """People of one part (for example "geboren_eu") per cell: the share of the 1 km cell holds in all its cells."""
    return (population.cells["km"].map(population.km[part]) * people).rename(part)


def neighbour_spread(km: pd.DataFrame, share_of_cell: pd.Series, people: pd.Series) -> pd.Series:
    """How much a share differs between a 1 km cell and the cells around it: root mean square, weighted by people.

    In the unit of the share, index of ``km``; 0 where no cell around is inhabited.
    """
    place = pd.MultiIndex.from_arrays([km["x"], km["y"]])
    values, weights = (pd.Series(column.to_numpy(), index=place) for column in (share_of_cell, people))
    squares, total = np.zeros(len(km)), np.zeros(len(km))
    for dx, dy in product((-KM_M, 0, KM_M), repeat=2):
        around = pd.MultiIndex.from_arrays([km["x"] + dx, km["y"] + dy])
        other, weight = values.reindex(around).to_numpy(), weights.reindex(around).fillna(0.0).to_numpy()
        weight = np.where(np.isnan(other) | ((dx, dy) == (0, 0)), 0.0, weight)
        squares += weight * np.nan_to_num((other - values.to_numpy()) ** 2)
        total += weight
    return pd.Series(np.sqrt(squares / np.where(total > 0, total, 1.0)), index=km.index)


def smoothing(population: Population, share_of_cell: pd.Series, people: pd.Series, area: pd.Series) -> pd.Series:
    """By how many people the count of a part may be off, because a 1 km cell has one share for all its places.

    An area that holds the part f of a cell's people can differ from the rest of the cell as the cells around
    do (:func:`neighbour_spread`, d): its count is n people x d x sqrt((1 - f) / f) off; cells add up as squares.
    An area of whole cells has no such error. On blocks of 2 x 2 cells, whose parts are known, nine of ten
    differences lie within (``docs/decisions/0006-population-estimate.md``). ``area`` is the one of each 100 m cell.
    """
    inside = people.groupby([area, population.cells["km"]]).sum()
    inside = inside[inside > 0]
    cell = inside.index.get_level_values(1)
    fraction = inside / _people_of_cells(population, people).loc[cell].to_numpy()
    apart = neighbour_spread(population.km, share_of_cell, population.km["T"]).loc[cell].to_numpy()
    squares = (inside * apart) ** 2 * (1 - fraction).clip(lower=0.0) / fraction
    return pd.Series(squares.groupby(level=0).sum() ** 0.5)


def reach_smoothing(
    population: Population, share_of_cell: pd.Series, people: pd.Series, reached: pd.Series, area: pd.Series
) -> pd.Series:
    """By how much the reached share r of a part (of the children, say) may be off, because a 1 km cell has one share.

    Of the N people of a cell n live in the area and are reached, m live in it and are not. Both may differ from the
    cell as in :func:`smoothing`, but not both upwards: r x (the part) is off by
    d x sqrt(N (1 - r)² n + N r² m - ((1 - r) n - r m)²); cells add up as squares. Where everybody or nobody is
    reached there is no such error, whatever their age. A fraction; missing where nobody of the part lives.
    """
    keys = [area, population.cells["km"]]
    near, far = (people.where(here, 0.0).groupby(keys).sum() for here in (reached, ~reached))
    cell = near.index.get_level_values(1)
    part = share_of_cell.loc[cell].to_numpy()
    counted = ((near + far) * part).groupby(level=0).sum()
    counted = counted.where(counted > 0)
    rate = ((near * part).groupby(level=0).sum() / counted).loc[near.index.get_level_values(0)].to_numpy()
    more, less = (1 - rate) * near, rate * far
    whole = _people_of_cells(population, people).loc[cell].to_numpy()
    apart = neighbour_spread(population.km, share_of_cell, population.km["T"]).loc[cell].to_numpy()
    squares = apart**2 * (whole * ((1 - rate) * more + rate * less) - (more - less) ** 2).clip(lower=0.0)
    return pd.Series(squares.groupby(level=0).sum() ** 0.5 / counted)


def _people_of_cells(population: Population, people: pd.Series) -> pd.Series:
    """People of each 1 km cell on both sides of the city boundary."""
    km = population.km
    inside = people.groupby(population.cells["km"]).sum().reindex(km.index, fill_value=0.0)
    return inside + km["T"] * (1 - km["share_in_essen"].where(km["share_in_essen"] <= FULL_SHARE, 1.0))


def _nearest_whole(wanted: npt.NDArray[np.float64], total: int) -> npt.NDArray[np.int64]:
    positive = np.clip(wanted, 0.0, None)
    scaled = positive * (total / positive.sum()) if positive.sum() > 0 else positive
    return largest_remainder(scaled, total=total) if total else np.zeros(len(wanted), dtype=np.int64)


def _weights(raw: RawTables) -> pd.DataFrame:
    """Weights per cell midpoint: dwellings 2011 + 2 x houses 2022; only cells with a positive weight."""
    census = raw["zensus2011_100m"]
    floor_space = census[census["merkmal"].str.startswith("dwellings_WOHNFLAECHE_10S_")]
    dwellings = floor_space.groupby(["x", "y"])["value"].sum()
    numbered = raw.geo("hauskoordinaten")
    points = gpd.GeoSeries(numbered.geometry[numbered["hsnr"].notna()]).to_crs(CRS_GRID).get_coordinates()
    houses = (points // CELL_M * CELL_M + CELL_M // 2).astype("int64").value_counts()
    both = pd.DataFrame({"wohnungen": dwellings, "haeuser": houses}).fillna(0.0).astype("float64")
    both["gewicht"] = both["wohnungen"] + HOUSE_WEIGHT * both["haeuser"]
    return both[both["gewicht"] > 0].rename_axis(["x", "y"]).sort_index().reset_index()


def _km_cells(table: pd.DataFrame) -> pd.DataFrame:
    """1 km cells with every topic's parts as fractions of the cell's people (parts rescaled to the whole)."""
    km = table[["x", "y", "T", "share_in_essen", "Z2011_Einwohner"]].copy()
    km["Z2011_Einwohner"] = km["Z2011_Einwohner"].clip(lower=0)
    for parts in PARTS.values():
        whole = table[list(parts.values())].sum(axis=1)
        for name, column in parts.items():
            km[name] = (table[column] / whole.where(whole > 0)).fillna(0.0)
    foreign = table["Z2011_Auslaender_A"]
    km["auslaender_2011"] = (foreign / 100).where(foreign >= 0)
    return km
