"""What a sentence rests on: claims (an indicator's value against the city) and facts (anything else that was counted).

A sentence carries both; on the page they travel as references, and :mod:`sozialraum.evidence` recomputes what they
name from the tables and compares it with what is printed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sozialraum.compare import Analysis

INDICATOR: Final = "indikator"
ROWS: Final = "belege"
"""Key in ``DataFrame.attrs``: the references of each row; figures marks the rows with them."""
Reference = tuple[str, ...]
"""Kind and details of a claim or fact: ``("indikator", "kitas", "21")``, ``("park", "park-stadtgarten")``."""


@dataclass(frozen=True)
class Claim:
    """What a sentence rests on: one row of the evidence table.

    ``anzahl`` is the count behind the value, ``von`` and ``bis`` the ends of its interval. ``nummer`` is the place of
    the indicator in the catalogue and the number printed as reference.
    """

    nummer: int
    indikator: str
    gebiet_id: str
    anzahl: float
    wert: float
    von: float
    bis: float
    stadtwert: float
    streuung: float
    band: float
    klasse: str
    grund: str
    stand: str
    art: str
    quelle: str
    hinweis: str

    @property
    def anchor(self) -> str:
        """Id of the row in the evidence table."""
        return f"beleg-{self.nummer}"

    @property
    def ref(self) -> Reference:
        """What the evidence checker looks up."""
        return about(self.indikator, self.gebiet_id)


@dataclass(frozen=True)
class Fact:
    """Something counted or published that is no indicator's value.

    ``art`` is one of the kinds that :mod:`sozialraum.evidence.facts` can recompute, ``angaben`` its details.
    """

    art: str
    angaben: tuple[str, ...] = ()

    @property
    def ref(self) -> Reference:
        """What the evidence checker looks up."""
        return (self.art, *self.angaben)


@dataclass(frozen=True)
class Sentence:
    """A German sentence, the claims it states and the facts it names."""

    text: str
    claims: tuple[Claim, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def refs(self) -> tuple[Reference, ...]:
        """Everything the sentence rests on."""
        return (*(item.ref for item in self.claims), *(fact.ref for fact in self.facts))


def about(indikator: str, gebiet_id: str) -> Reference:
    """Reference to the value of an indicator for an area."""
    return (INDICATOR, indikator, gebiet_id)


def fact(art: str, *angaben: str) -> Fact:
    """A fact by its kind and details."""
    return Fact(art, angaben)


def with_rows(frame: pd.DataFrame, rows: Iterable[Iterable[Reference]]) -> pd.DataFrame:
    """The printed table with what each of its rows rests on, for the evidence checker."""
    frame.attrs[ROWS] = [tuple(row) for row in rows]
    return frame


def claim(analysis: Analysis, indikator: str, gebiet_id: str | None = None) -> Claim:
    """The claim behind the value of one indicator (of the report's area unless another is named)."""
    row = analysis.row(indikator, gebiet_id)
    return Claim(
        nummer=list(analysis.katalog).index(indikator) + 1,
        indikator=indikator,
        gebiet_id=gebiet_id or analysis.gebiet.id,
        anzahl=float(row["zaehler"]),
        wert=float(row["wert"]),
        von=float(row["von"]),
        bis=float(row["bis"]),
        stadtwert=float(row["stadtwert"]),
        streuung=float(row["streuung"]),
        band=float(row["band"]),
        klasse=str(row["klasse"]),
        grund=str(row["grund"]),
        stand="" if pd.isna(row["stand"]) else str(row["stand"]),
        art=str(row["art"]),
        quelle=str(row["quelle"]),
        hinweis="" if pd.isna(row["hinweis"]) else str(row["hinweis"]),
    )


def claims(analysis: Analysis) -> list[Claim]:
    """Claims of all indicators with data for the report's area, in catalogue order."""
    return [claim(analysis, key) for key, entry in analysis.katalog.items() if entry.verfuegbar]
