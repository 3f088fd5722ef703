"""Places: one list of kinds everywhere, addresses, and who and what lies within a walk."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from html import escape
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.city import adressen
from sozialraum.city.access import DETOUR, is_supply, straight_radius_m
from sozialraum.city.load import CELL_M, CRS, CRS_FILES, CRS_GRID, Data, cell_points
from sozialraum.city.spatial import assign
from sozialraum.errors import ParameterError
from sozialraum.style import KINDS as SYMBOL_KINDS
from sozialraum.style import NBSP, SYMBOLS, estimate, number, symbol_key

STREETS: Final = "einkaufsstrasse"
KINDS: Final = ("kita", "grundschule", *dict.fromkeys(k for k in SYMBOL_KINDS.values() if k != "kita"), STREETS)
"""All kinds of places; ``grundschule`` are those of ``schule`` that are one."""
_PEOPLE: Final = ("einwohner", "unter_15", "von_15_bis_64", "ab_65")


@dataclass(frozen=True)
class Ort:
    """A point of the city with its Stadtteil.

    Attributes
    ----------
    adresse, stadtteil, gebiet_id
        As the gazetteer writes it; name and id of the Stadtteil.
    punkt
        Position in metres (EPSG:25832).

    Examples
    --------
    >>> import sozialraum as sr
    >>> sr.open().locate("schlossstrasse 101").stadtteil
    'Borbeck-Mitte'
    """

    adresse: str
    stadtteil: str
    gebiet_id: str
    punkt: shapely.Point
    crs: Any = field(default=CRS, repr=False)

    @cached_property
    def _degrees(self) -> tuple[float, float]:
        place = gpd.GeoSeries([self.punkt], crs=self.crs).to_crs(CRS_FILES)
        return round(float(place.x.iloc[0]), 6), round(float(place.y.iloc[0]), 6)

    @property
    def lon(self) -> float:
        """Longitude in degrees."""
        return self._degrees[0]

    @property
    def lat(self) -> float:
        """Latitude in degrees."""
        return self._degrees[1]

    def __str__(self) -> str:
        return f"{self.adresse}, {self.stadtteil} (Länge {number(self.lon, 5)}, Breite {number(self.lat, 5)})"

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"


@dataclass(frozen=True)
class Umkreis:
    """Who lives and what lies within a walk of a place: straight metres times 1.3, no streets, no railway lines.

    Attributes
    ----------
    einwohner, unter_15, von_15_bis_64, ab_65
        People whose 100 m cell has its middle within the walk; an estimate, as the cells are.
    einrichtungen
        Open places within the walk with ``gehweg_m``, the nearest first; metres (EPSG:25832).
    zellen
        The cells.
    flaeche
        The circle: as the crow flies so many metres that walking takes ``meter``.
    hinweis
        What is missing because the circle reaches beyond the city; empty if it does not.
    """

    ort: Ort
    meter: float
    einwohner: int
    unter_15: int
    von_15_bis_64: int
    ab_65: int
    hinweis: str
    flaeche: shapely.Polygon = field(repr=False)
    einrichtungen: gpd.GeoDataFrame = field(repr=False, compare=False)
    zellen: gpd.GeoDataFrame = field(repr=False, compare=False)

    def __str__(self) -> str:
        who = f"{estimate(self.einwohner)} Menschen, darunter {estimate(self.unter_15)} Kinder unter 15"
        far = f"Höchstens {number(self.meter)}{NBSP}m zu Fuß von {self.ort.adresse} entfernt"
        text = f"{far} wohnen {who} (geschätzt; Fußweg: Luftlinie mal 1,3)."
        return f"{text} {self.hinweis}".strip()

    @cached_property
    def anzahlen(self) -> pd.DataFrame:
        """Number of places and the walk to the nearest by kind; index Art."""
        kinds = [symbol_key(a, str(u)) for a, u in self.einrichtungen[["art", "unterart"]].to_numpy()]
        by_kind = self.einrichtungen.groupby(pd.Series(kinds, index=self.einrichtungen.index, dtype=object))["gehweg_m"]
        rows = {SYMBOLS[key].plural: (len(far), round(far.min())) for key in SYMBOLS for k, far in by_kind if k == key}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["Anzahl", "nächste (m)"]).rename_axis("Art")

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>{self.anzahlen.to_html() if len(self.anzahlen) else ''}"


def only(data: Data, kinds: tuple[str, ...]) -> Data:
    """Data with places of some kinds only, open or not."""
    chosen = known_kinds(kinds)
    places, streets = data.einrichtungen, data.einkaufsstrassen
    return data.laid_over(
        einrichtungen=lambda: gpd.GeoDataFrame(places[_of_kinds(places, chosen)]),
        einkaufsstrassen=lambda: streets if STREETS in chosen else streets.iloc[:0],
    )


def known_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds, each once; ParameterError lists all if there is no such kind."""
    for kind in kinds:
        if kind not in KINDS:
            near = get_close_matches(str(kind).casefold(), KINDS, n=1)
            hint = f" Meinten Sie {near[0]}?" if near else ""
            raise ParameterError(f"Die Art „{kind}“ gibt es nicht.{hint} Möglich sind: {', '.join(KINDS)}.")
    return tuple(dict.fromkeys(kinds))


def facilities(data: Data, kinds: tuple[str, ...], *, counted: bool) -> gpd.GeoDataFrame:
    """Places of some kinds; see :meth:`sozialraum.api.stadt.Stadt.facilities`."""
    places, wanted = data.einrichtungen, known_kinds(kinds)
    never = {art for art, entry in (data.orte.get("arten") or {}).items() if not entry.get("zaehlt", True)}
    shown = _of_kinds(places, wanted or tuple(kind for kind in KINDS if kind not in never))
    supply = is_supply(places, data.orte) | places["art"].isin(never & set(wanted))
    found = places[shown & supply] if counted else places[shown]
    streets = data.einkaufsstrassen.drop(columns=["strassen", "haeuser"], errors="ignore")
    if STREETS not in (wanted or KINDS) or streets.empty:
        return gpd.GeoDataFrame(found.copy())
    if found.empty:
        return gpd.GeoDataFrame(streets.assign(art=STREETS))
    both: list[pd.DataFrame] = [found, streets.assign(art=STREETS)]
    return gpd.GeoDataFrame(pd.concat(both), crs=places.crs)


def _of_kinds(places: gpd.GeoDataFrame, kinds: tuple[str, ...]) -> pd.Series:
    primary = (places["art"] == "schule") & (places["unterart"] == "Grundschule")
    return places["art"].isin(kinds) | (primary & ("grundschule" in kinds))


def cells(data: Data) -> gpd.GeoDataFrame:
    """The inhabited 100 m cells as squares in metres; see :meth:`sozialraum.api.stadt.Stadt.cells`."""
    table, half = data.raster, CELL_M / 2
    squares = shapely.box(table["x"] - half, table["y"] - half, table["x"] + half, table["y"] + half)
    return gpd.GeoDataFrame(table.drop(columns=["x", "y"]), geometry=squares, crs=CRS_GRID).to_crs(data.crs)


def place_of(data: Data, where: "str | Ort | shapely.Point") -> Ort:
    """An address, or a point in metres, as a place of the city.

    Raises
    ------
    UnknownAddress, ParameterError
        With near addresses; or why the point is none of the city.
    """
    if isinstance(where, Ort):
        return where
    if isinstance(where, str):
        found = adressen.locate(data, where)
        return Ort(found.adresse, found.gebiet.name, found.gebiet.id, shapely.Point(found.x, found.y), data.crs)
    if not isinstance(where, shapely.Point) or where.is_empty:
        raise ParameterError(
            f"Erwartet wird eine Adresse, etwa „Schloßstr. 101“, oder ein Punkt, nicht {type(where).__name__}."
        )
    stadtteile = data.gebiete.loc[[area.id for area in data.register.of_level("stadtteil")]].geometry
    key = assign(gpd.GeoSeries([where], crs=stadtteile.crs), stadtteile).iloc[0]
    if pd.isna(key):
        raise ParameterError(
            f"Der Punkt {number(where.x)} / {number(where.y)} liegt nicht in {data.register.city.name}. Punkte werden "
            "in Metern angegeben (EPSG:25832); Länge und Breite wandelt geopandas um: .to_crs(25832)."
        )
    area = data.register.by_id(str(key))
    return Ort(f"Punkt {where.x:.0f} {where.y:.0f}", area.name, area.id, where, data.crs)


def within(data: Data, place: Ort, metres: float) -> Umkreis:
    """Who and what lies within so many walking metres; see :meth:`sozialraum.api.stadt.Stadt.within`."""
    if isinstance(metres, bool) or not isinstance(metres, int | float) or not 0 < metres < float("inf"):
        raise ParameterError(f"„{metres}“ ist kein Fußweg in Metern. Erwartet wird eine Zahl über 0, zum Beispiel 800.")
    straight = straight_radius_m(float(metres))
    circle = place.punkt.buffer(straight, quad_segs=32)
    inside = cell_points(data.raster, data.crs).distance(place.punkt) <= straight
    places = facilities(data, (), counted=True)
    far = places.geometry.distance(place.punkt)
    near = places[far <= straight].assign(gehweg_m=(far * DETOUR).round()).sort_values("gehweg_m", kind="stable")
    beyond = not data.gebiete.geometry[data.register.city.id].contains(circle)
    people = [int(data.raster.loc[inside, name].sum()) for name in _PEOPLE]
    return Umkreis(
        ort=place, meter=metres, einwohner=people[0], unter_15=people[1], von_15_bis_64=people[2], ab_65=people[3],
        hinweis="Der Umkreis reicht über die Stadtgrenze; was dort liegt, ist nicht erfasst." if beyond else "",
        flaeche=circle, einrichtungen=gpd.GeoDataFrame(near), zellen=gpd.GeoDataFrame(cells(data)[inside]),
    )  # fmt: skip
