"""A claim: one value, its comparison with the city and where it comes from. Sentences carry their claims."""

from dataclasses import dataclass

import pandas as pd

from sozialraum.compare import Analysis


@dataclass(frozen=True)
class Claim:
    """What a sentence rests on: one row of the evidence table.

    ``nummer`` is the place of the indicator in the catalogue and the number printed as reference.
    """

    nummer: int
    indikator: str
    gebiet_id: str
    wert: float
    fehler: float
    stadtwert: float
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


@dataclass(frozen=True)
class Sentence:
    """A German sentence and the claims it states."""

    text: str
    claims: tuple[Claim, ...] = ()


def claim(analysis: Analysis, indikator: str, gebiet_id: str | None = None) -> Claim:
    """The claim behind the value of one indicator (of the report's area unless another is named)."""
    row = analysis.row(indikator, gebiet_id)
    return Claim(
        nummer=list(analysis.katalog).index(indikator) + 1,
        indikator=indikator,
        gebiet_id=gebiet_id or analysis.gebiet.id,
        wert=float(row["wert"]),
        fehler=float(row["fehler"]),
        stadtwert=float(row["stadtwert"]),
        band=float(row["band"]),
        klasse=str(row["klasse"]),
        grund=str(row["grund"]),
        stand=str(row["stand"]),
        art=str(row["art"]),
        quelle=str(row["quelle"]),
        hinweis="" if pd.isna(row["hinweis"]) else str(row["hinweis"]),
    )


def claims(analysis: Analysis) -> list[Claim]:
    """Claims of all indicators with data for the report's area, in catalogue order."""
    return [claim(analysis, key) for key, entry in analysis.katalog.items() if entry.verfuegbar]
