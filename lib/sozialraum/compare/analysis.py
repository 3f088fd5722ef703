"""An area against the city: class, rank, uncertainty.

The rule (``docs/decisions/0004-average-or-not.md``): the band around the city's value is the larger of
half the weighted spread of the Stadtteile and a declared, absolute relevance; the class follows from where the
interval of the value lies: wholly inside the band, wholly outside on one side, or neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from sozialraum.city.access import INDEX_GROUPS
from sozialraum.city.gebiete import QUARTIER, Gebiet, Register
from sozialraum.city.indicators import Indikator, catalogue, told
from sozialraum.city.load import Data
from sozialraum.city.sources import parse_stand
from sozialraum.city.spatial import neighbouring_stadtteile
from sozialraum.compare.wert import UNCLASSED, Wert, without_data
from sozialraum.errors import ParameterError

AVERAGE: Final = "durchschnittlich"
ABOVE: Final = "überdurchschnittlich"
BELOW: Final = "unterdurchschnittlich"
FAR_ABOVE: Final = "weit über dem Stadtwert"
FAR_BELOW: Final = "weit unter dem Stadtwert"
NO_DATA: Final = "Es liegen keine Daten vor."
UNCLEAR: Final = "nicht eindeutig"
KLASSEN: Final = (FAR_ABOVE, ABOVE, AVERAGE, BELOW, FAR_BELOW, UNCLEAR, UNCLASSED)

BAND_SPREADS: Final = 0.5
FAR_SPREADS: Final = 1.5
MAX_AGE_YEARS: Final = 5
MIN_INHABITANTS: Final = 300
TOO_OLD: Final = f"Die Daten sind älter als {MAX_AGE_YEARS} Jahre."
#: Of which count of schools at least two are needed, and why the value is not shown with one.
_SHOWS_A_SCHOOL: Final = {
    **dict.fromkeys(INDEX_GROUPS, ("grundschulen", "Nur eine Grundschule; ihre Stufe wird nicht genannt.")),
    "grundschulkinder": ("grundschulen", "Nur eine Grundschule; ihre Schülerzahl wird nicht genannt."),
    "startchancenschulen": ("schulen", "Nur eine Schule; ob sie am Programm teilnimmt, wird nicht genannt."),
}
_AMOUNTS: Final = ("zaehler", "nenner", "wert", "von", "bis")


@dataclass(frozen=True)
class Analysis:
    """One area seen against the whole city.

    Attributes
    ----------
    table
        All values of all areas, index (indikator, gebiet_id); see :func:`compare_city`.
    werte
        The same as one :class:`Wert` each, and the missing ones of indicators without data.
    issued
        Day on which the age of data is judged.
    """

    data: Data
    gebiet: Gebiet
    issued: date
    katalog: Mapping[str, Indikator]
    table: pd.DataFrame
    werte: Mapping[tuple[str, str], Wert]

    def __getitem__(self, indikator: str) -> Wert:
        """The area's value of an indicator; errors as of :meth:`wert`."""
        return self.wert(indikator)

    def wert(self, indikator: str, gebiet_id: str | None = None) -> Wert:
        """The value of an indicator, of this area unless another is named; it is missing where there are no data.

        Raises
        ------
        UnknownIndicator, UnknownArea
            With what is possible.
        """
        key = indikator, gebiet_id or self.gebiet.id
        if key not in self.werte:
            self.katalog[indikator]
            self.data.register.by_id(key[1])
        return self.werte[key]

    def shows_a_school(self, indikator: str) -> bool:
        """Whether the area's value would show a single school, and is missing therefore."""
        counts, _ = _SHOWS_A_SCHOOL.get(indikator, ("", ""))
        return counts in self.katalog and self[counts].wert == 1

    @cached_property
    def known(self) -> list[Wert]:
        """The area's values of all indicators with data, in catalogue order."""
        return [self[key] for key, entry in self.katalog.items() if entry.verfuegbar]

    def row(self, indikator: str, gebiet_id: str | None = None) -> pd.Series:
        """All columns of the table for one value; of this area unless another is named."""
        area = self.data.register.by_id(gebiet_id or self.gebiet.id)
        return pd.Series(self.rows_of(indikator).loc[area.id])

    def city_wert(self, indikator: str) -> Wert:
        """The city's value."""
        return self.wert(indikator, self.data.register.city.id)

    def city(self, indikator: str) -> float:
        """The city's value; missing if it is not known."""
        return float(self.city_wert(indikator))

    def ends(self, indikator: str) -> list[Wert]:
        """Lowest and highest Stadtteil; empty if none has a value."""
        known = [item for key in self.stadtteile if (item := self.wert(indikator, key)).wert is not None]
        return [min(known, key=float), max(known, key=float)] if known else []

    def values(self, indikator: str) -> pd.Series:
        """Values of all Stadtteile, index gebiet_id, missing where withheld."""
        if indikator not in self._values:
            known = [float(self.wert(indikator, key)) for key in self.stadtteile]
            self._values[indikator] = pd.Series(known, pd.Index(self.stadtteile, name="gebiet_id"), name=indikator)
        return self._values[indikator].copy()

    def known_anywhere(self, indikator: str) -> bool:
        """Whether any area has a value of an indicator."""
        return any(self.wert(indikator, area.id).wert is not None for area in self.data.register)

    def rows_of(self, indikator: str) -> pd.DataFrame:
        """Values of all areas, index gebiet_id; :class:`UnknownIndicator` if there is no such indicator."""
        if not self.katalog[indikator].verfuegbar:
            areas = pd.Index([area.id for area in self.data.register], name="gebiet_id")
            return pd.DataFrame([no_row(self.table)] * len(areas), index=areas)
        return pd.DataFrame(self.table.loc[indikator])

    @cached_property
    def _values(self) -> dict[str, pd.Series]:
        """Values that were asked for: charts ask for the same ones many times."""
        return {}

    @cached_property
    def placed(self) -> set[str]:
        """Ids of the indicators of own tables that a page has shown; kept by :mod:`sozialraum.figures.delivered`."""
        return set()

    @property
    def stadt(self) -> str:
        """Name of the city."""
        return self.data.register.city.name

    @cached_property
    def stadtteile(self) -> list[str]:
        """Ids of all Stadtteile in official order."""
        return [area.id for area in self.data.register.of_level("stadtteil")]

    @cached_property
    def neighbours(self) -> tuple[str, ...]:
        """Ids of the Stadtteile that border on the area."""
        return tuple(neighbouring_stadtteile(self.data.gebiete, self.data.register, self.gebiet.id))

    @cached_property
    def members(self) -> list[str]:
        """Ids of the Stadtteile that lie wholly in the area."""
        return self.data.register.members(self.gebiet.id)

    def inside(self, table: pd.DataFrame) -> pd.Series:
        """Which rows of a table of places lie in the area; see :meth:`sozialraum.city.load.Data.inside`."""
        return self.data.inside(self.gebiet.id, table)

    @cached_property
    def places(self) -> pd.DataFrame:
        """Facilities in the area, rows of ``einrichtungen``: a plain table, whose rows are chosen much faster."""
        table = self.data.einrichtungen
        return pd.DataFrame(table)[self.inside(table)]

    @cached_property
    def streets(self) -> pd.DataFrame:
        """Shopping streets in the area, rows of ``einkaufsstrassen``."""
        table = self.data.einkaufsstrassen
        return pd.DataFrame(table)[self.inside(table)]


def no_row(table: pd.DataFrame) -> dict[str, Any]:
    """The row of an indicator without data, as if the table of :func:`compare_city` had one."""
    said = {"stand": "", "art": "", "quelle": "", "klasse": UNCLASSED, "grund": NO_DATA, "hinweis": NO_DATA}
    return dict.fromkeys(table.columns, float("nan")) | said


def analyse(data: Data, gebiet: str | int, *, issued: date | str | None = None) -> Analysis:
    """Compare all areas with the city and look at one of them.

    Parameters
    ----------
    gebiet
        Id or name as a person writes it; see :meth:`sozialraum.city.gebiete.Register.resolve`.
    issued
        Day of issue; by default the latest as-of date among the indicators, so that a report of the
        same data is the same on every day.

    Raises
    ------
    UnknownArea
        If the area is not found or ambiguous.
    ParameterError
        If the day of issue is no date.
    """
    area = data.register.resolve(gebiet)
    day = _day(issued) or latest_stand(data)
    katalog, table, werte = _city_wide(data, day)
    return Analysis(data, area, day, katalog, table, werte)


@lru_cache(maxsize=8)
def _city_wide(
    data: Data, issued: date
) -> tuple[Mapping[str, Indikator], pd.DataFrame, Mapping[tuple[str, str], Wert]]:
    """Catalogue and comparison of the whole city: the same for every area, so computed once per table set and day."""
    katalog = told(catalogue(data.indikatoren_yml, path=str(data.dir / "indikatoren.yml")))
    table = compare_city(data, katalog, issued=issued)
    return katalog, table, werte_of(table, katalog, data.register)


def werte_of(table: pd.DataFrame, katalog: Mapping[str, Indikator], register: Register) -> dict[tuple[str, str], Wert]:
    """Every value of :func:`compare_city` as a :class:`Wert`, by indicator and area; then those that have no data."""
    city, places = register.city.name, {key: place for place, key in enumerate(katalog, start=1)}
    columns = ("wert", "von", "bis", "zaehler", "stand", "art", "klasse", "grund", "hinweis", "stadtwert", "streuung",
               "band", "rang", "quelle")  # fmt: skip
    plain = table[list(columns)].astype(object)
    cells = plain.where(plain.notna(), None).to_numpy()
    found = {}
    for (key, area_id), row in zip(table.index, cells, strict=True):
        wert, von, bis, anzahl, stand, art, klasse, grund, hinweis, stadtwert, streuung, band, rang, quelle = row
        if wert is None:
            von = bis = anzahl = None
            grund = grund or hinweis or "Es liegt kein Wert vor."
        entry, area = katalog[key], register.by_id(area_id)
        found[key, area_id] = Wert(
            area_id, area.name, area.level, key, entry.titel, wert, von, bis, entry.einheit, anzahl, stand or "",
            art or "", klasse or "", grund or "", hinweis or "", stadtwert, streuung, band, rang, quelle or "",
            places[key], entry, area, city,
        )  # fmt: skip
    empty = [entry for entry in katalog.values() if not entry.verfuegbar]
    return found | {
        (entry.id, area.id): without_data(entry, area, city, places[entry.id]) for entry in empty for area in register
    }


def _day(issued: date | str | None) -> date | None:
    if not isinstance(issued, str):
        return issued
    try:
        return date.fromisoformat(issued) if issued else None
    except ValueError as error:
        raise ParameterError(f"Das Ausgabedatum „{issued}“ ist kein Datum in der Form JJJJ-MM-TT.") from error


def latest_stand(data: Data) -> date:
    """Latest as-of date among all indicator values."""
    return max(parse_stand(stand) for stand in data.indikatoren["stand"].dropna().unique())


def compare_city(data: Data, katalog: Mapping[str, Indikator], *, issued: date) -> pd.DataFrame:
    """Set every value of every area against the city.

    Returns
    -------
    pandas.DataFrame
        Index (indikator, gebiet_id) in catalogue order; the columns of ``indikatoren.csv`` and
        stadtwert, differenz, streuung, band (own unit; missing where no class is given), klasse, grund (why
        there is no class) and rang (1 = highest of the Stadtteile). klasse is empty for Stadtbezirke and the
        city, rang for all but Stadtteile. A Quartier is judged by the band of the Stadtteile and does not change it.
    """
    values = without_single_schools(data.indikatoren).set_index(["indikator", "gebiet_id"])
    stadtteile = [area.id for area in data.register.of_level("stadtteil")]
    judged = [*stadtteile, *(area.id for area in data.register.of_level(QUARTIER))]
    order = [area.id for area in data.register]
    people = _rows_of(values, "einwohner", order)["wert"]
    parts = {}
    for key, entry in katalog.items():
        if entry.verfuegbar:
            rows = _rows_of(values, key, order)
            city = float(rows["wert"][data.register.city.id])
            parts[key] = _compare_one(rows, entry, people, stadtteile, judged, city, issued)
    return pd.concat(parts, names=["indikator", "gebiet_id"])


def without_single_schools(indikatoren: pd.DataFrame) -> pd.DataFrame:
    """Values without those that would show a single school: they stand in the public table, not on pages.

    Columns as in ``indikatoren.csv``; ``hinweis`` of such a row says why the value is missing.
    """
    shown = indikatoren.copy()
    amounts = [name for name in _AMOUNTS if name in shown]
    for key, (counts, reason) in _SHOWS_A_SCHOOL.items():
        schools = shown[shown["indikator"] == counts]
        alone = shown["gebiet_id"].isin(schools.loc[schools["wert"] == 1, "gebiet_id"]) & (shown["indikator"] == key)
        shown.loc[alone, amounts] = float("nan")
        shown.loc[alone, "hinweis"] = reason
    return shown


def spread(values: pd.Series, weights: pd.Series, city: float) -> float:
    """Weighted standard deviation of the Stadtteil values around the city's value.

    Parameters
    ----------
    values, weights
        Same index; areas with a missing value are left out. The weights are the indicator's own denominator.

    Returns
    -------
    float
        In the unit of the values; missing if no value is known.
    """
    known = values.notna() & weights.notna()
    if not known.any():
        return float("nan")
    return float(np.sqrt(np.average((values[known] - city) ** 2, weights=weights[known])))


def band_width(streuung: float, relevanz: float) -> float:
    """Half width of the band that counts as average: half the spread, at least the relevance."""
    return max(BAND_SPREADS * streuung, relevanz)


def classify(low: float, high: float, *, band: float, streuung: float) -> str:
    """Class of an interval of differences from the city's value.

    Parameters
    ----------
    low, high
        Ends of the interval minus the city's value; equal for an exact value.
    band, streuung
        Half width of the band and spread, in the indicator's own unit.

    Returns
    -------
    str
        One of :data:`KLASSEN` except "keine Einstufung". Turning the sides around (a share and its complement)
        turns the class around.

    Examples
    --------
    >>> classify(-0.4, 0.9, band=1.0, streuung=2.0)
    'durchschnittlich'
    >>> classify(3.1, 5.0, band=1.0, streuung=2.0)
    'weit über dem Stadtwert'
    >>> classify(0.5, 5.0, band=1.0, streuung=2.0)
    'nicht eindeutig'
    """
    if -band <= low and high <= band:
        return AVERAGE
    far = max(band, FAR_SPREADS * streuung)
    if low > band:
        return FAR_ABOVE if low > far else ABOVE
    if high < -band:
        return FAR_BELOW if high < -far else BELOW
    return UNCLEAR


def no_class_reason(entry: Indikator, *, issued: date) -> str:
    """Why no value of an indicator can be classed; empty if classes are allowed."""
    if entry.keine_klasse:
        return entry.keine_klasse
    if entry.typ == "anzahl":
        return "Eine bloße Anzahl wird nicht eingestuft."
    if entry.art == "stellvertretend":
        return "Ein Stellvertreter wird nicht eingestuft."
    if entry.stand and _too_old(parse_stand(entry.stand), issued):
        return TOO_OLD
    if entry.typ in ("anteil", "rate") and entry.nenner and not entry.gleiche_grundgesamtheit:
        return "Zähler und Nenner haben nicht dieselbe Grundgesamtheit oder denselben Stand."
    return ""


def _too_old(stand: date, issued: date) -> bool:
    """Whether the day of issue is later than the same day so many years after the as-of date."""
    return (issued.year - stand.year, issued.month, issued.day) > (MAX_AGE_YEARS, stand.month, stand.day)


def _rows_of(values: pd.DataFrame, indikator: str, order: list[str]) -> pd.DataFrame:
    """Rows of one indicator for all areas; all missing where the table has none."""
    wanted = pd.MultiIndex.from_product([[indikator], order], names=values.index.names)
    return values.reindex(wanted).droplevel(0)


def _compare_one(
    rows: pd.DataFrame,
    entry: Indikator,
    people: pd.Series,
    stadtteile: list[str],
    judged: list[str],
    city: float,
    issued: date,
) -> pd.DataFrame:
    wert = rows["wert"]
    local = wert.loc[stadtteile]
    streuung = band = float("nan")
    if entry.typ != "anzahl":
        weights = rows["nenner"] if rows["nenner"].loc[stadtteile].notna().any() else people
        streuung = spread(local, weights.loc[stadtteile], city)
        band = band_width(streuung, entry.relevance)
    differenz = wert - (float("nan") if entry.typ == "anzahl" else city)
    general = no_class_reason(entry, issued=issued) or ("Der Wert der Stadt fehlt." if np.isnan(city) else "")
    own = rows.assign(menschen=people).loc[judged]
    facts = zip(*(own[name] for name in ("wert", "von", "hinweis", "menschen")), strict=True)
    reasons = [general or _local_reason(*row) for row in facts]
    classes = [
        UNCLASSED if reason else classify(low - city, high - city, band=band, streuung=streuung)
        for reason, low, high in zip(reasons, own["von"], own["bis"], strict=True)
    ]
    return rows.assign(
        stadtwert=city,
        differenz=differenz,
        streuung=streuung,
        band=float("nan") if general else band,
        klasse=pd.Series(classes, index=judged, dtype="object").reindex(rows.index, fill_value=""),
        grund=pd.Series(reasons, index=judged, dtype="object").reindex(rows.index, fill_value=general),
        rang=local.rank(ascending=False, method="min").reindex(rows.index).astype("Int64"),
    )


def _local_reason(wert: float, von: float, hinweis: object, people: float) -> str:
    if pd.isna(wert):
        return hinweis if isinstance(hinweis, str) and hinweis else "Es liegt kein Wert vor."
    if not people >= MIN_INHABITANTS:
        return f"Hier leben weniger als {MIN_INHABITANTS} Menschen."
    if pd.isna(von):
        return hinweis if isinstance(hinweis, str) and hinweis else "Für die Schätzung ist keine Spanne bekannt."
    return ""
