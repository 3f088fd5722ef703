"""What is counted where: measures, areas made of Stadtteile, published tables, and the rule that counts must keep."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from sozialraum.city.gebiete import QUARTIER, Register
from sozialraum.city.indicators import AREA_UNIT, Indikator
from sozialraum.city.sources import german_day
from sozialraum.errors import ParameterError

ZAEHLER: Final = "zaehler"
NENNER: Final = "nenner"
GEGENSTUECK: Final = "gegenstueck"
"""What is left of the denominator without the numerator."""
MINDESTFALLZAHLEN: Final = (3, 5, 10)
"""Minimum case numbers for the own protection; other offices may use others."""
SMALLEST: Final = 2
ROW: Final = ["indikator", "stand", "gebiet_id"]
SPERRUNG, RUNDUNG, CELL_KEY = "sperrung", "rundung", "cell-key"
THINGS: Final = (
    "spielplatz", "spielplätze", "bolzplätze", "sportplätze", "einrichtung", "einrichtungen", "standorte", "kita",
    "kitas", "kindertagesstätten", "kindertageseinrichtungen", "schule", "schulen", "grundschulen", "turnhallen",
    "haltestelle", "haltestellen", "platz", "plätze", "kitaplätze", "ogs-plätze", "betreuungsplätze", "stellplätze",
    "bäume", "parks", "grünflächen", "wochenmärkte", "apotheken", "krankenhäuser", "pflegeheime", "ladesäulen",
    "pflegeeinrichtungen", "bibliotheken", "km²", "ha", "hektar", "m²", "m", "km", "stimmbezirke", "wahlbezirke",
)  # fmt: skip
"""Units of things. Whatever is not among them is taken for people."""
_OF_THINGS: Final = ("öffentliche", "öffentlichen", "städtische", "städtischen", "kommunale", "private", "genehmigte")
_NEUTRAL: Final = ("anzahl", "stück", "zahl", "der")

Parts = Mapping[str, Sequence[str]]
"""Ids of the Stadtteile that make up each area."""
Katalog = Mapping[str, Indikator]


class Measure(NamedTuple):
    """One count: the numerator or the denominator of an indicator at a date, in the edition that ``stand`` names."""

    indikator: str
    stand: str
    teil: str


Var = tuple[Measure, str]
"""A count of a Stadtteil."""


class Cell(NamedTuple):
    """A measure, or the complement of one, in one area."""

    indikator: str
    stand: str
    teil: str
    gebiet_id: str

    def form(self, parts: Parts) -> dict[Var, float]:
        """The cell as a weighted sum of counts of Stadtteile."""
        measure = Measure(*self[:3])
        terms = {measure: 1.0}
        if self.teil == GEGENSTUECK:
            terms = {measure._replace(teil=NENNER): 1.0, measure._replace(teil=ZAEHLER): -1.0}
        return {(one, atom): weight for one, weight in terms.items() for atom in parts[self.gebiet_id]}


Counts = dict[Cell, float]
"""Counts by cell; missing (nan) where a table has a row without the number."""


@dataclass(frozen=True)
class Rule:
    """When a count is secret, and when a hidden count is safe."""

    mindestfallzahl: int = 3  # number of cases from which a count may be shown
    null_zeigen: bool = True  # whether a counted zero is shown, as the Bundesagentur für Arbeit does
    gegenstuecke: bool = True  # whether the complement of a share needs as many cases as the numerator

    def __post_init__(self) -> None:
        if self.mindestfallzahl < SMALLEST:
            allowed = ", ".join(map(str, MINDESTFALLZAHLEN))
            raise ParameterError(f"Die Mindestfallzahl {self.mindestfallzahl} ist nicht vorgesehen, nur: {allowed}.")

    def floor(self, teil: str) -> int:
        """Smallest count that a hidden cell can hold, as everyone knows: where zeros are shown, 1."""
        return 1 if self.null_zeigen and teil != GEGENSTUECK else 0

    def secret(self, count: float, teil: str) -> bool:
        """Whether a count must not be shown; a missing count is not secret.

        A complement of zero is: it says of every single person that it belongs to the numerator.
        """
        return self.floor(teil) <= count < self.mindestfallzahl

    def safe(self, low: float, high: float, teil: str) -> bool:
        """Whether it does no harm to know that a hidden count lies between two bounds.

        Either it is surely large enough to be shown, or it may be large enough, and as many smaller values stay
        possible as nobody could have excluded before.
        """
        enough = self.mindestfallzahl
        return low >= enough or (high >= enough and high - low >= enough - self.floor(teil))


@dataclass(frozen=True)
class Published:
    """One table as its readers see it: one indicator at one date."""

    eintrag: Indikator  # entry of the catalogue
    stand: str
    # columns gebiet_id, zaehler, nenner, wert and, if it is known, gesperrt: whether a missing number was
    # hidden or was never delivered. Without that column every missing number counts as hidden
    werte: pd.DataFrame
    # verfahren, zahl: method of disclosure control: sperrung with the minimum case number, rundung with the
    # base, cell-key with the largest deviation
    verfahren: str = SPERRUNG
    zahl: int = 3
    stufe: int = 0  # for whom it is: readers of a higher number see what those of a lower one see
    ausgabe: int = 0  # number of the edition; the highest one holds
    # the count that is its denominator, if that is known without any number that proves it
    nenner_von: Measure | None = None

    @property
    def name(self) -> str:
        """Title and date, for messages."""
        return f"„{self.eintrag.titel}“ ({german_day(self.stand)})"

    @property
    def deviation(self) -> float:
        """By how much a shown count may differ from the true one; more than a half for rounding errors of numbers."""
        return {RUNDUNG: self.zahl / 2, CELL_KEY: float(self.zahl)}.get(self.verfahren, 0.0)

    def people(self, teil: str) -> bool:
        """Whether the numerator or the denominator counts people."""
        entry = self.eintrag
        group = entry.zaehler if teil == ZAEHLER else entry.nenner
        unit = group.einheit if group else entry.einheit if entry.typ == "anzahl" else ""
        return counts_people(f"{group.was if group else ''}") if unit.casefold() in _NEUTRAL else counts_people(unit)


def counts_people(unit: str) -> bool:
    """Whether a unit means people, households or cases, so that small counts of it are secret.

    Only words that are known to be things are none: what nobody knows is treated like people.

    Examples
    --------
    >>> counts_people("Bedarfsgemeinschaften"), counts_people("Spielplätze (Anzahl)"), counts_people("")
    (True, False, True)
    """
    words = [word for word in re.sub(r"[(),;/]", " ", unit.casefold()).split() if word not in _NEUTRAL]
    return not words or words[-1] not in THINGS or any(word not in (*THINGS, *_OF_THINGS) for word in words)


def membership(register: Register, own: Parts | None = None) -> dict[str, tuple[str, ...]]:
    """Stadtteile of every official area, and of other areas that a table may name."""
    official = [area for area in register if area.ebene != QUARTIER]
    known = {area.id: tuple(register.members(area.id)) for area in official}
    return known | {key: tuple(parts) for key, parts in (own or {}).items()}


def atoms(parts: Parts) -> list[str]:
    """Stadtteile that the areas are made of, in their order."""
    return list(dict.fromkeys(key for members in parts.values() for key in members))


def counts(table: pd.DataFrame, katalog: Katalog) -> Counts:
    """Counts of a table like ``indikatoren.csv``; missing (nan) where a row has none. An area in km² is no count."""
    return {
        Cell(indikator, stand, teil, area): count
        for teil in (ZAEHLER, NENNER)
        for (indikator, stand, area), count in zip(row_keys(table), table[teil].astype("float64"), strict=True)
        if teil in measured(katalog[indikator])
    }


def row_keys(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """indikator, stand and gebiet_id of every row."""
    return [(str(i), str(s), str(g)) for i, s, g in table[ROW].itertuples(index=False)]


def measured(entry: Indikator) -> tuple[str, ...]:
    """Which of numerator and denominator are counts; the numerator of a change is a difference."""
    if entry.typ == "anzahl":
        return (ZAEHLER,)
    if entry.nenner is not None and entry.nenner.einheit == AREA_UNIT:
        return (ZAEHLER,)
    return (NENNER,) if entry.typ == "veraenderung" else (ZAEHLER, NENNER)


def is_part(entry: Indikator) -> bool:
    """Whether the numerator is a part of the denominator."""
    unlike = entry.zaehler is not None and entry.nenner is not None and not entry.gleiche_grundgesamtheit
    return entry.typ == "anteil" and not unlike
