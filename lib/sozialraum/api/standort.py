"""Where to put a site: the public face of :mod:`sozialraum.compare.siting`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.api.gebiet import Gebiet
from sozialraum.api.orte import Ort
from sozialraum.city.access import DETOUR
from sozialraum.city.load import CRS, Data
from sozialraum.compare.p_median import LIMIT_S
from sozialraum.compare.site_question import (
    WHO,
    Question,
    Siting,
    cells_of,
    demand_of,
    places_of,
    places_of_cells,
    ways_of,
)
from sozialraum.compare.site_ways import Ways
from sozialraum.compare.siting import MEAN, NONE, Demand, Places, Sites, best_of, without_demand
from sozialraum.errors import ParameterError
from sozialraum.figures import table_html
from sozialraum.figures.figure import Figure
from sozialraum.figures.site_map import site_map
from sozialraum.text.sites import plain_answer, site_answer

_PEOPLE: Final = "einwohner"
_OWN: Final = "eigene"
Somewhere = str | Ort | shapely.Point
Where = Somewhere | Sequence[Somewhere] | gpd.GeoDataFrame | gpd.GeoSeries


@dataclass(frozen=True, eq=False, repr=False)
class Standorte:
    """The sites with the shortest ways, and what is as good.

    Attributes
    ----------
    sites
        All that is known of the answer.
    standorte
        The new sites: name, geometry; index the row of the candidates.
    gleichwertig
        Candidates that are as good in place of one of them: name, statt (number of the site), geometry.
    tabelle
        Ways in metres and people by minutes on foot of the sites, of the wish, and with a further site; with the ends
        that nine of ten draws of the people keep to.
    """

    sites: Sites
    crs: Any
    siting: Siting | None = field(default=None)

    @property
    def mittel(self) -> float:
        """Mean way in metres."""
        return self.sites.reach.mittel.wert

    @property
    def wert(self) -> float:
        """What was made as good as possible: metres, or for ``cover`` the share within ``metres`` in per cent."""
        return self.sites.value

    @property
    def mehr(self) -> float:
        """By how much the mean way to the wish is longer, in per cent; missing without a wish."""
        return self.sites.wish.mehr.wert if self.sites.wish else float("nan")

    @property
    def bewiesen(self) -> bool:
        """Whether no other sites are better."""
        return self.sites.proven

    @property
    def abstand(self) -> float:
        """By which part other sites might be better; missing where nothing is known of it."""
        return float("nan") if self.sites.merged else self.sites.gap

    @cached_property
    def standorte(self) -> gpd.GeoDataFrame:
        """The new sites."""
        return self._frame(np.array(self.sites.chosen))

    @cached_property
    def gleichwertig(self) -> gpd.GeoDataFrame:
        """What is as good in place of each site."""
        parts = [
            self._frame(np.flatnonzero(near)).assign(statt=place) for place, near in enumerate(self.sites.equal, 1)
        ]
        return gpd.GeoDataFrame(pd.concat(parts), crs=self.crs)

    def _frame(self, which: Any) -> gpd.GeoDataFrame:
        some = self.sites.candidates.some(which)
        return gpd.GeoDataFrame({"name": some.names}, which, geometry=gpd.points_from_xy(*some.at.T), crs=self.crs)

    @cached_property
    def tabelle(self) -> pd.DataFrame:
        """Ways and people as numbers."""
        found = self.sites
        rows = {
            "Standort": found.reach,
            **({found.wish.name or "Wunsch": found.wish.reach} if found.wish else {}),
            **({"mit weiterem Standort": found.second.reach} if found.second else {}),
        }
        table = {}
        for name, reach in rows.items():
            spans = {"mittel": reach.mittel, **{f"binnen_{key}_min": span for key, span in reach.binnen.items()}}
            ends = {
                f"{key}{end}": value
                for key, span in spans.items()
                for end, value in (("", span.wert), ("_von", span.von), ("_bis", span.bis))
            }
            table[name] = {**ends, "laengster": reach.laengster}
        return pd.DataFrame.from_dict(table, orient="index").rename_axis("Standort")

    @property
    def worte(self) -> list[str]:
        """The answer in German sentences; of cells of one's own in numbers only."""
        return [plain_answer(self.sites)] if self.siting is None else [one.text for one in site_answer(self.siting)]

    def map(self) -> Figure:
        """The answer on a map with streets; ParameterError if the demand is no area of the city."""
        if self.siting is None:
            raise ParameterError(
                "Eine Karte gibt es, wenn die Nachfrage ein Ort der Stadt ist. Eigene Zellen zeichnet geopandas: "
                "ergebnis.gleichwertig.explore(tiles=None)."
            )
        return site_map(self.siting)

    def __repr__(self) -> str:
        return " ".join(self.worte)

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(one)}</li>" for one in self.worte)
        return f"<ul>{items}</ul>{table_html(self.tabelle, caption='Wege und Menschen')}"


def best_sites(
    demand: Gebiet | Sequence[Gebiet] | gpd.GeoDataFrame,
    candidates: Where | None = None,
    p: int = 1,
    fixed: Where = (),
    objective: str = MEAN,
    *,
    weights: str | pd.Series | Sequence[float] = _PEOPLE,
    metres: float = 800.0,
    wish: Somewhere | None = None,
    limit: float = LIMIT_S,
) -> Standorte:
    """The sites that serve people on the shortest ways, and all that are as good.

    A walk is the straight line × 1.3, or for areas of a city the shortest footpath where footpaths were fetched.

    Parameters
    ----------
    demand
        Whose people: an area, several, or cells with geometry (rows of ``essen.cells()``, or a table of one's own).
    candidates
        Where a site may be: addresses, streets, points, or a frame with geometry; by default every inhabited cell.
    p
        How many new sites.
    fixed
        Sites that exist and stay; they do not count into ``p``.
    objective
        ``mean`` for the shortest mean way, ``cover`` for most people within ``metres``, ``worst`` for the shortest
        longest way.
    weights
        Who counts: einwohner, unter_15, von_15_bis_64, ab_65, a column of the cells, or numbers (a Series by
        their index).
    wish
        A place that is compared with the best.
    limit
        Seconds for several sites; then the best found is given with its gap.

    Raises
    ------
    ParameterError, UnknownAddress
        If something cannot be used or found.

    Examples
    --------
    >>> import sozialraum as sr
    >>> found = sr.best_sites(sr.open()["Borbeck-Mitte"], wish="Germaniaplatz 3")
    >>> round(found.mittel), round(found.mehr, 1), found.bewiesen
    (951, 12.2, True)
    """
    areas = _areas(demand)
    if isinstance(demand, gpd.GeoDataFrame):
        data, crs = None, demand.crs if demand.crs is None or demand.crs.is_projected else CRS
        people, cells = _own_demand(demand if crs is None else demand.to_crs(crs), weights)
    else:
        data, crs = areas[0].analysis.data, areas[0].analysis.data.crs
        people, cells = _demand(data, areas, weights)
    found = best_of(
        people,
        cells if candidates is None else _places(data, candidates, crs, whole=True),
        Ways(DETOUR) if data is None else ways_of(data, people),
        p=p,
        fixed=_places(data, fixed, crs),
        objective=objective,
        metres=metres,
        wish=NONE if wish is None else _places(data, wish, crs),
        limit=limit,
    )
    if data is None:
        return Standorte(found, crs)
    question = Question(tuple(one.id for one in areas), weights if isinstance(weights, str) else _OWN)
    return Standorte(found, crs, Siting(areas[0].analysis, question, found))


def _areas(demand: Gebiet | Sequence[Gebiet] | gpd.GeoDataFrame) -> list[Gebiet]:
    """The areas whose people are served; none for cells."""
    if isinstance(demand, gpd.GeoDataFrame):
        return []
    areas = [demand] if isinstance(demand, Gebiet) else list(demand)
    if not areas or not all(isinstance(one, Gebiet) for one in areas):
        raise ParameterError(
            "Erwartet wird als Nachfrage ein Ort, etwa essen[…], eine Liste davon oder eine Tabelle mit Zellen."
        )
    return areas


def _demand(data: Data, areas: Sequence[Gebiet], weights: str | pd.Series | Sequence[float]) -> tuple[Demand, Places]:
    """People of areas with their errors; weights of one's own are taken as exact."""
    cells = cells_of(data, [one.id for one in areas])
    if isinstance(weights, str):
        if weights not in WHO:
            raise ParameterError(f"Die Nachfrage „{weights}“ gibt es nicht. Möglich sind: {', '.join(WHO)}.")
        return demand_of(data, cells, weights), places_of_cells(data, cells)
    whole = demand_of(data, cells, _PEOPLE, every=True)
    return _exact(whole.at, _numbers(weights, cells.index)), places_of_cells(data, cells)


def _own_demand(cells: gpd.GeoDataFrame, weights: str | pd.Series | Sequence[float]) -> tuple[Demand, Places]:
    if isinstance(weights, str) and weights not in cells:
        raise ParameterError(f"Die Spalte „{weights}“ gibt es nicht. Möglich sind: {', '.join(map(str, cells))}.")
    if (cells.geometry.isna() | cells.geometry.is_empty).any():
        raise ParameterError("Unter den Zellen ist eine ohne Geometrie. Bitte weglassen: zellen[~zellen.is_empty].")
    at = cells.geometry.representative_point().get_coordinates().to_numpy()
    people = _numbers(cells[weights] if isinstance(weights, str) else weights, cells.index)
    lived = people > 0
    return _exact(at, people), Places(at[lived], ("",) * int(lived.sum()))


def _numbers(weights: Any, index: pd.Index) -> Any:
    """One weight per cell: by index, or in the order of the cells."""
    same = not isinstance(weights, pd.Series) or weights.index.equals(index)
    try:
        given = np.asarray(weights if same else weights.reindex(index), dtype=np.float64)
    except ValueError as error:  # texts, or an index that names a cell twice
        raise ParameterError("Die Gewichte sind keine Zahlen, oder eine Zelle steht doppelt darin.") from error
    known = given if given.shape == (len(index),) else np.full(len(index), np.nan)
    if not (np.isfinite(known) & (known >= 0)).all():
        raise ParameterError("Unter den Gewichten fehlt ein Wert, oder einer ist negativ. Nötig ist einer je Zelle.")
    return known


def _exact(at: Any, people: Any) -> Demand:
    nothing = np.zeros(len(people))
    return without_demand(Demand(at, people, np.zeros(len(people), dtype=np.intp), nothing, nothing))


def _places(data: Data | None, given: Where, crs: Any, *, whole: bool = False) -> Places:
    """Texts, places, points or geometries as places with names."""
    if isinstance(given, gpd.GeoDataFrame | gpd.GeoSeries):
        there = given if given.crs is None or crs is None else given.to_crs(crs)
        names = given["name"].fillna("").astype(str) if isinstance(given, gpd.GeoDataFrame) and "name" in given else ()
        points = there.geometry.representative_point()
        return Places(points.get_coordinates().to_numpy(), tuple(names) or ("",) * len(there))
    found = NONE
    for one in [given] if isinstance(given, str | Ort | shapely.Point) else given:
        found = found.with_(_place(data, one, whole=whole))
    return found


def _place(data: Data | None, one: Any, *, whole: bool) -> Places:
    if isinstance(one, Ort):
        return Places(np.array([[one.punkt.x, one.punkt.y]]), (one.adresse,))
    if isinstance(one, shapely.Point) and not one.is_empty:
        return Places(np.array([[one.x, one.y]]), (f"Punkt {one.x:.0f} {one.y:.0f}",))
    if isinstance(one, str) and data is not None:
        return places_of(data, [one], whole=whole)
    raise ParameterError(
        f"„{one}“ ist kein Ort. Erwartet wird eine Adresse oder Straße (zu einem Ort der Stadt als Nachfrage), ein "
        "gefundener Ort oder ein Punkt in Metern."
    )
