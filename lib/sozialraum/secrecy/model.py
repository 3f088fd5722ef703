"""What is counted where: measures, areas made of Stadtteile, and the rule that the counts must keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final, NamedTuple

import pandas as pd

from sozialraum.errors import ParameterError
from sozialraum.gebiete import QUARTIER, Register
from sozialraum.indicators import AREA_UNIT, Indikator

ZAEHLER: Final = "zaehler"
NENNER: Final = "nenner"
GEGENSTUECK: Final = "gegenstueck"
"""What is left of the denominator without the numerator."""
MINDESTFALLZAHLEN: Final = (3, 5, 10)
ROW: Final = ["indikator", "stand", "gebiet_id"]

Parts = Mapping[str, Sequence[str]]
"""Ids of the Stadtteile that make up each area."""
Katalog = Mapping[str, Indikator]


class Measure(NamedTuple):
    """One count: the numerator or the denominator of an indicator at a date."""

    indikator: str
    stand: str
    teil: str


class Cell(NamedTuple):
    """A measure, or the complement of one, in one area."""

    indikator: str
    stand: str
    teil: str
    gebiet_id: str

    @property
    def measure(self) -> Measure:
        """The measure without the area."""
        return Measure(*self[:3])

    def terms(self) -> list[tuple[Measure, float]]:
        """The measures whose weighted sum the cell is."""
        if self.teil == GEGENSTUECK:
            return [(self.measure._replace(teil=NENNER), 1.0), (self.measure._replace(teil=ZAEHLER), -1.0)]
        return [(self.measure, 1.0)]


Counts = dict[Cell, float]
"""Counts by cell; missing (nan) where a table has a row without the number."""


class Relation(NamedTuple):
    """A measure that is the sum of others in every area; of one other if both count the same."""

    whole: Measure
    parts: tuple[Measure, ...]


@dataclass(frozen=True)
class Rule:
    """When a count is secret, and when a hidden count is safe.

    Attributes
    ----------
    mindestfallzahl
        Number of cases from which a count may be shown.
    null_zeigen
        Whether a counted zero is shown, as the Bundesagentur für Arbeit does.
    gegenstuecke
        Whether the complement of a share needs as many cases as the numerator.
    """

    mindestfallzahl: int = 3
    null_zeigen: bool = True
    gegenstuecke: bool = True

    def __post_init__(self) -> None:
        if self.mindestfallzahl not in MINDESTFALLZAHLEN:
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


def membership(register: Register, own: Parts | None = None) -> dict[str, tuple[str, ...]]:
    """Stadtteile of every official area, and of other areas that a table may name."""
    official = [area for area in register if area.ebene != QUARTIER]
    known = {area.id: tuple(register.members(area.id)) for area in official}
    return known | {key: tuple(parts) for key, parts in (own or {}).items()}


def atoms(parts: Parts) -> list[str]:
    """Stadtteile that the areas are made of, in their order."""
    return list(dict.fromkeys(key for members in parts.values() for key in members))


def counts(tables: Iterable[pd.DataFrame], katalog: Katalog) -> Counts:
    """Counts of several tables like ``indikatoren.csv``.

    Where two tables name the same count, the last one that knows it holds. An area in km² is no count.
    """
    found: Counts = {}
    for table in tables:
        for teil in (ZAEHLER, NENNER):
            for (indikator, stand, area), count in zip(row_keys(table), table[teil].astype("float64"), strict=True):
                cell = Cell(indikator, stand, teil, area)
                if teil in measured(katalog, indikator) and not (isnan(count) and cell in found):
                    found[cell] = count
    return found


def row_keys(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """indikator, stand and gebiet_id of every row."""
    return [(str(i), str(s), str(g)) for i, s, g in table[ROW].itertuples(index=False)]


def measures(known: Iterable[Cell]) -> list[Measure]:
    """Measures of some cells, each once."""
    return list(dict.fromkeys(cell.measure for cell in known))


def measured(katalog: Katalog, indikator: str) -> tuple[str, ...]:
    """Which of numerator and denominator are counts."""
    entry = katalog[indikator]
    no_count = entry.typ == "anzahl" or (entry.nenner is not None and entry.nenner.einheit == AREA_UNIT)
    return (ZAEHLER,) if no_count else (ZAEHLER, NENNER)


def is_part(katalog: Katalog, measure: Measure) -> bool:
    """Whether a measure is the numerator of a share, so that the denominator has it as a part."""
    entry = katalog[measure.indikator]
    unlike = entry.zaehler is not None and entry.nenner is not None and not entry.gleiche_grundgesamtheit
    return measure.teil == ZAEHLER and entry.typ == "anteil" and not unlike


def complement(known: Mapping[Cell, float], cell: Cell) -> float:
    """Denominator minus numerator of the indicator that a cell belongs to; missing where either is."""
    return known.get(cell._replace(teil=NENNER), nan) - known.get(cell._replace(teil=ZAEHLER), nan)
