"""A question about sites as a person asks it: areas, who is counted, addresses and streets as texts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.city.access import DETOUR
from sozialraum.city.adressen import gazetteer, houses, locate, parsed
from sozialraum.city.finder import find
from sozialraum.city.load import Data, cell_points
from sozialraum.city.network import walk_network
from sozialraum.city.own_areas.names import quartier_id
from sozialraum.city.own_areas.quartiere import from_polygon
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.site_ways import PathWays, Ways
from sozialraum.compare.siting import FEWEST, MEAN, NONE, Demand, Places, Sites, best_of, without_demand
from sozialraum.errors import ParameterError, UnknownAddress

WHO: Final = {
    "einwohner": "Menschen",
    "unter_15": "Kinder unter 15",
    "von_15_bis_64": "Menschen von 15 bis 64",
    "ab_65": "Menschen ab 65",
}
"""Who can be counted, and how they are called."""
_JOIN: Final = "|"
_SHARES: Final = {"unter_15": "anteil_unter_15", "von_15_bis_64": "anteil_15_64", "ab_65": "anteil_65plus"}
_PEOPLE: Final = "einwohner"
_NAMED: Final = 3
STREETS: Final = 8
"""So many streets are named."""
_AROUND_M: Final = 1000
"""How far around the people paths are walked."""
_NINE_OF_TEN: Final = 1.645
"""Half an interval of the tables, which holds nine of ten, in standard errors."""


@dataclass(frozen=True)
class Question:
    """Where should something be: all that the answer follows from.

    Attributes
    ----------
    gebiete
        Ids of the areas whose people are to be served.
    nachfrage
        Who is counted, a key of :data:`WHO`.
    adresse
        A wished address that is compared with the best; "" is none.
    bestehend
        Addresses of what exists and stays.
    kandidaten
        Addresses or streets; without any all inhabited cells of the areas.
    """

    gebiete: tuple[str, ...]
    nachfrage: str = _PEOPLE
    adresse: str = ""
    bestehend: tuple[str, ...] = ()
    kandidaten: tuple[str, ...] = ()
    p: int = 1
    ziel: str = MEAN
    meter: float = 800.0

    @property
    def key(self) -> tuple[str, ...]:
        """The question as texts, for a reference."""
        lists = (_JOIN.join(part) for part in (self.gebiete, self.bestehend, self.kandidaten))
        return (*lists, self.nachfrage, self.adresse, str(self.p), self.ziel, str(self.meter))

    @classmethod
    def of(cls, key: Sequence[str]) -> "Question":
        """The question that a :attr:`key` stands for."""
        lists = [tuple(filter(None, part.split(_JOIN))) for part in key[:3]]
        nachfrage, adresse, p, ziel, meter = key[3:]
        return cls(lists[0], nachfrage, adresse, lists[1], lists[2], int(p), ziel, float(meter))


@dataclass(frozen=True, eq=False)
class Siting:
    """A question with its answer."""

    analysis: Analysis
    question: Question
    made: Sites | None = None

    @cached_property
    def sites(self) -> Sites:
        """The answer."""
        return self.made or answered(self.analysis.data, self.question)

    @property
    def who(self) -> str:
        """Who is counted, as printed."""
        return WHO.get(self.question.nachfrage, "Einheiten eigener Gewichte")

    @property
    def members(self) -> list[str]:
        """Ids of the Stadtteile in which the people live, whole or in part."""
        register = self.analysis.data.register
        parts = ((*register.members(key), *register.by_id(key).angeschnittene) for key in self.question.gebiete)
        return list(dict.fromkeys(chain.from_iterable(parts)))

    @cached_property
    def area(self) -> tuple[Data, str]:
        """Data in which the areas are one, and its id: what a map shows."""
        data, keys = self.analysis.data, self.question.gebiete
        if len(keys) == 1:
            return data, keys[0]
        name = " und ".join(data.register.by_id(key).name for key in keys[:_NAMED])
        name += f" und {len(keys) - _NAMED} weitere" if len(keys) > _NAMED else ""
        whole = shapely.union_all([data.gebiete.geometry[key] for key in keys])
        return from_polygon(data, whole, name=name), quartier_id(name)

    @property
    def located(self) -> Analysis:
        """The areas as the one that is looked at."""
        data, key = self.area
        return replace(self.analysis, data=data, gebiet=data.register.by_id(key))


def ask(analysis: Analysis, *, einzugsbereich: str | Sequence[str] = (), **wishes: Any) -> Siting:
    """A question about the analysed area, or the areas of ``einzugsbereich``; further words as of :func:`asked`."""
    return Siting(analysis, asked(analysis.data, _texts(einzugsbereich) or (analysis.gebiet.id,), **wishes))


def asked(
    data: Data,
    gebiete: str | Sequence[str],
    *,
    nachfrage: str = _PEOPLE,
    adresse: str = "",
    bestehend: str | Sequence[str] = (),
    kandidaten: str | Sequence[str] = (),
    p: int = 1,
    ziel: str = MEAN,
    meter: float = 800.0,
) -> Question:
    """A question from what a person wrote.

    Raises
    ------
    UnknownArea, ParameterError
        If an area is not known, or there is nobody of that kind.
    """
    names = [gebiete] if isinstance(gebiete, str) else list(gebiete)
    ids = tuple(dict.fromkeys(data.register.resolve(name).id for name in names))
    if not ids:
        raise ParameterError("Es fehlt der Einzugsbereich. Bitte mindestens einen Stadtteil nennen.")
    if nachfrage not in WHO:
        raise ParameterError(f"Die Nachfrage „{nachfrage}“ gibt es nicht. Möglich sind: {', '.join(WHO)}.")
    return Question(ids, nachfrage, adresse.strip(), _texts(bestehend), _texts(kandidaten), p, ziel, float(meter))


def _texts(given: str | Sequence[str]) -> tuple[str, ...]:
    texts = [given] if isinstance(given, str) else list(given)
    return tuple(text.strip() for text in texts if text.strip())


@lru_cache(maxsize=16)
def answered(data: Data, question: Question) -> Sites:
    """The answer, computed once.

    Raises
    ------
    UnknownAddress, ParameterError
        If an address cannot be found, or too few people live in the areas.
    """
    cells = cells_of(data, question.gebiete)
    demand = demand_of(data, cells, question.nachfrage)
    if demand.total < FEWEST:
        raise ParameterError(
            f"Im Einzugsbereich leben weniger als {FEWEST} {WHO[question.nachfrage]}; daraus folgt kein Standort. "
            "Bitte einen größeren Einzugsbereich wählen."
        )
    return best_of(
        demand,
        places_of(data, question.kandidaten) if question.kandidaten else places_of_cells(data, cells),
        ways_of(data, demand),
        p=question.p,
        fixed=places_of(data, question.bestehend, whole=False),
        objective=question.ziel,
        metres=question.meter,
        wish=places_of(data, (question.adresse,), whole=False) if question.adresse else NONE,
    )


def ways_of(data: Data, demand: Demand) -> Ways:
    """How ways from where people live are measured: on footpaths around them where these were fetched."""
    network = walk_network(data)
    if network is None:
        return Ways(DETOUR)
    west, south = demand.at.min(axis=0) - _AROUND_M
    east, north = demand.at.max(axis=0) + _AROUND_M
    edges = network.edges.iloc[network.edges.sindex.query(shapely.box(west, south, east, north))]
    ends = np.unique(edges[["a", "b"]].to_numpy(), return_inverse=True)[1].reshape(-1, 2)
    near = replace(network, edges=edges.assign(a=ends[:, 0], b=ends[:, 1]))
    home = gpd.GeoSeries(gpd.points_from_xy(*demand.at.T), crs=data.crs)

    def walked(places: Any) -> Any:
        return near.matrix_m(home, gpd.GeoSeries(gpd.points_from_xy(*places.T), crs=data.crs))

    return PathWays(DETOUR, demand.at, walked)


def cells_of(data: Data, gebiete: Sequence[str]) -> pd.DataFrame:
    """The cells of some areas, those in several once."""
    inside = pd.Series(False, index=data.raster.index)
    for key in gebiete:
        inside |= data.inside(key, data.raster)
    return data.raster[inside]


def places_of_cells(data: Data, cells: pd.DataFrame) -> Places:
    """Every cell in which somebody lives as a candidate."""
    lived = cells[cells[_PEOPLE] > 0]
    return Places(_metres(data, lived), ("",) * len(lived))


def _metres(data: Data, cells: pd.DataFrame) -> Any:
    points = cell_points(cells, data.crs)
    return np.column_stack([points.x, points.y]).reshape(-1, 2)


def demand_of(data: Data, cells: pd.DataFrame, nachfrage: str, *, every: bool = False) -> Demand:
    """The people of cells with their errors; on request with cells where nobody lives.

    The errors are those of the Stadtteil: the interval of its inhabitants and, of an age, of its share. What it may be
    off as a whole is taken once for all its cells, and once as the sum of errors of single cells.
    """
    counts = data.raster.set_index("gebiet_id")[nachfrage].astype("float64")
    sums, squares = (table.groupby(level=0).sum() for table in (counts, counts**2))
    off = pd.Series({str(key): _relative_error(data, str(key), nachfrage) for key in cells["gebiet_id"].unique()})
    home = cells["gebiet_id"].astype(str)
    apart: pd.Series = (off * sums / np.sqrt(squares.where(squares > 0))).fillna(0.0).clip(upper=1.0)
    parts = np.asarray(pd.factorize(home)[0], dtype=np.intp)
    errors = (np.asarray(home.map(part), dtype=np.float64) for part in (off, apart))
    people = cells[nachfrage].astype("float64").fillna(0.0).to_numpy()
    found = Demand(_metres(data, cells), people, parts, *errors)
    return found if every else without_demand(found)


def _relative_error(data: Data, stadtteil: str, nachfrage: str) -> float:
    """Standard error of a Stadtteil's people as a part of them."""
    squares = 0.0
    for key in (_PEOPLE, _SHARES.get(nachfrage)):
        table = data.indikatoren
        rows = table[(table["indikator"] == key) & (table["gebiet_id"] == stadtteil)]
        if len(rows) and rows.iloc[0]["wert"] > 0 and rows.iloc[0]["bis"] > rows.iloc[0]["von"]:
            row = rows.iloc[0]
            squares += float((row["bis"] - row["von"]) / 2 / row["wert"] / _NINE_OF_TEN) ** 2
    return float(np.sqrt(squares))


def places_of(data: Data, texts: Sequence[str], *, whole: bool = True) -> Places:
    """Addresses, streets (every house, or the sign only unless ``whole``) and places with a name.

    Raises
    ------
    UnknownAddress
        With near addresses.
    """
    at, names = list[tuple[float, float]](), list[str]()
    for text in texts:
        for name, x, y in _found(data, text, whole=whole):
            at.append((x, y))
            names.append(name)
    return Places(np.array(at, dtype=float).reshape(-1, 2), tuple(names))


def _found(data: Data, text: str, *, whole: bool) -> list[tuple[str, float, float]]:
    street, number = parsed(data, text)
    table = gazetteer(data.dir)
    if whole and not number and len(here := table[(table["schluessel"] == street) & (table["hausnummer"] != "")]):
        rows = here[["strasse", "hausnummer", "x", "y"]].itertuples(index=False)
        return [(f"{name} {house}", float(x), float(y)) for name, house, x, y in rows]
    try:
        place = locate(data, text)
    except UnknownAddress:
        named = [one for one in find(data, text, limit=3) if one.punkt and one.label.casefold() == text.casefold()]
        if not named or number:
            raise
        x, y = named[0].punkt or (0, 0)
        return [(named[0].label, float(x), float(y))]
    return [(place.adresse, float(place.x), float(place.y))]


def house_near(data: Data, x: float, y: float) -> str:
    """The address of the house that is nearest to a place; "" without a gazetteer."""
    table = houses(data.dir)
    if table.empty:
        return ""
    row = int(((table["x"] - x) ** 2 + (table["y"] - y) ** 2).to_numpy().argmin())
    known = gazetteer(data.dir)
    whole = known[known["hausnummer"] != ""].iloc[row]
    return f"{whole['strasse']} {whole['hausnummer']}"


def streets_in(data: Data, places: Places) -> list[str]:
    """Streets with houses in cells around places, those with the most houses first; one more than are named."""
    table = houses(data.dir)
    if table.empty or not len(places):
        return []
    squares = shapely.union_all(shapely.box(*(places.at - 50).T, *(places.at + 50).T))
    west, south, east, north = squares.bounds
    near = table[table["x"].between(west, east) & table["y"].between(south, north)]
    shapely.prepare(squares)
    inside = near[shapely.contains_xy(squares, near["x"].to_numpy(float), near["y"].to_numpy(float))]
    counts = inside["strasse"].astype(str).value_counts()
    return list(counts.sort_index().sort_values(ascending=False, kind="stable").index[: STREETS + 1])
