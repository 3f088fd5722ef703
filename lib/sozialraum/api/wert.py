"""One value with everything that belongs to it: interval, count, date, kind, the city's value, class, rank."""

from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import pandas as pd

from sozialraum.compare import UNCLASSED, Analysis
from sozialraum.indicators import Catalogue, Indikator
from sozialraum.style import NBSP, art_label, day, is_missing, number, span, value

COLUMNS: Final = (
    "gebiet_id", "gebiet", "ebene", "indikator", "titel", "wert", "von", "bis", "einheit", "anzahl", "stand", "art",
    "klasse", "rang", "quelle",
)  # fmt: skip
"""Columns of values for machines, on the command line and in a long frame."""


@dataclass(frozen=True)
class Wert:
    """One value of one area.

    Attributes
    ----------
    wert, von, bis
        The value and the ends of its interval, in the unit of ``einheit`` (a share in per cent); None where missing.
    anzahl
        The count behind it; None where it is not known.
    stand, art
        As-of date as recorded (``2022-05-15``, ``2024/25``); amtlich, berechnet, geschaetzt or stellvertretend.
    klasse, grund
        Class against the city (empty for a Stadtbezirk and the city), and why there is none or no value.
    stadtwert, rang
        The city's value; place among the Stadtteile, 1 is the highest, None for all other areas.
    gebiet_id, gebiet, ebene
        The area: id, name, level.
    indikator, titel, einheit, quelle
        Id, title and unit of the indicator; ids of the sources, joined by ``|``.

    Examples
    --------
    >>> import sozialraum as sr
    >>> wert = sr.open()["Borbeck-Mitte"]["kitas"]
    >>> wert.wert, wert.stand, wert.art
    (7.0, '2024/25', 'berechnet')
    >>> str(wert)
    '7'
    """

    gebiet_id: str
    gebiet: str
    ebene: str
    indikator: str
    titel: str
    wert: float | None
    von: float | None
    bis: float | None
    einheit: str
    anzahl: float | None
    stand: str
    art: str
    klasse: str
    grund: str
    stadtwert: float | None
    rang: int | None
    quelle: str
    eintrag: Indikator = field(repr=False, compare=False)
    stadt: str = field(repr=False, compare=False)

    def __str__(self) -> str:
        between = span(self.von, self.bis, self.eintrag, art=self.art, unit=False)
        return f"{value(self.wert, self.eintrag, art=self.art)}{f' ({between})' if between else ''}"

    def __float__(self) -> float:
        return float("nan") if self.wert is None else self.wert

    def _repr_html_(self) -> str:
        """The value as the last line of a cell shows it."""
        lines = [f"{escape(self.titel)}, {escape(self.gebiet)}: <strong>{escape(str(self))}</strong>"]
        about = []
        if self.stadtwert is not None and self.gebiet != self.stadt:
            total = " insgesamt" if self.eintrag.typ == "anzahl" else ""
            about.append(f"{self.stadt} {value(self.stadtwert, self.eintrag)}{total}")
        about += [self.klasse] if self.klasse not in ("", UNCLASSED) else []
        about += [f"Rang{NBSP}{number(self.rang)}"] if self.rang is not None else []
        about += [f"Stand {day(self.stand)}" if self.stand else "", art_label(self.art)]
        lines += [escape(" · ".join(part for part in about if part))]
        lines += [escape(self.grund)] if self.grund and self.wert is None else []
        return f'<p class="sr-wert">{"<br>".join(line for line in lines if line)}</p>'

    def row(self) -> dict[str, Any]:
        """The columns of :data:`COLUMNS`, numbers rounded to six digits and counts whole."""
        counts = self.eintrag.typ == "anzahl"
        numbers = {name: _number(getattr(self, name), whole=counts) for name in ("wert", "von", "bis")}
        numbers["anzahl"] = _number(self.anzahl, whole=True)
        return {name: numbers.get(name, getattr(self, name)) for name in COLUMNS}


def wert_of(analysis: Analysis, indikator: str, gebiet_id: str) -> Wert:
    """The value of an area; of an indicator without data one that is missing and says where it is published.

    Raises
    ------
    UnknownIndicator, UnknownArea
        With what is possible.
    """
    entry = Catalogue(analysis.katalog)[indikator]
    area, city = analysis.data.register.by_id(gebiet_id), analysis.data.register.city
    common = {"gebiet_id": area.id, "gebiet": area.name, "ebene": area.level, "indikator": indikator,
              "titel": entry.titel, "einheit": entry.einheit, "eintrag": entry, "stadt": city.name}  # fmt: skip
    if not entry.verfuegbar:
        where = f" Veröffentlicht in: {entry.veroeffentlicht}." if entry.veroeffentlicht else ""
        gone = dict.fromkeys(("wert", "von", "bis", "anzahl", "stadtwert", "rang"))
        texts = dict.fromkeys(("stand", "art", "klasse", "quelle"), "")
        return Wert(**common, **gone, **texts, grund=f"Es liegen keine Daten vor.{where}")  # type: ignore[arg-type]
    row = analysis.row(indikator, area.id)
    gone_here = is_missing(row["wert"])
    texts = {name: _text(row[name]) for name in ("stand", "art", "klasse", "quelle")}
    reason = _text(row["grund"]) or (_text(row["hinweis"]) or "Es liegt kein Wert vor." if gone_here else "")
    return Wert(
        **common, **texts,  # type: ignore[arg-type]
        wert=_known(row["wert"]), von=None if gone_here else _known(row["von"]),
        bis=None if gone_here else _known(row["bis"]), anzahl=None if gone_here else _known(row["zaehler"]),
        grund=reason, stadtwert=_known(row["stadtwert"]), rang=None if is_missing(row["rang"]) else int(row["rang"]),
    )  # fmt: skip


def _known(cell: Any) -> float | None:
    return None if pd.isna(cell) else float(cell)


def _number(cell: float | None, *, whole: bool) -> float | int | None:
    if cell is None:
        return None
    return int(cell) if whole and cell.is_integer() else round(cell, 6)


def _text(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell)
