"""One value with everything that belongs to it: interval, count, date, kind, the city's value, class, rank."""

from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from sozialraum.city.gebiete import Gebiet
from sozialraum.city.indicators import Indikator
from sozialraum.style.numbers import NBSP, art_label, coarse, counted, dated, day, number, rounded, span, stepped, value

UNCLASSED: Final = "keine Einstufung"
COLUMNS: Final = (
    "gebiet_id", "gebiet", "ebene", "indikator", "titel", "wert", "von", "bis", "einheit", "anzahl", "stand", "art",
    "klasse", "rang", "quelle",
)  # fmt: skip
"""Columns of values for machines, on the command line and in a long frame."""
INDICATOR: Final = "indikator"
Reference = tuple[str, ...]
"""What an element of a page rests on: ``("indikator", "kitas", "21")``."""


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
    hinweis
        What is to be known of the value; why it is missing.
    stadtwert, rang
        The city's value; place among the Stadtteile, 1 is the highest, None for all other areas.
    streuung, band
        Spread of the Stadtteile, and how far from the city's value counts as average; None where there is no class.
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
    hinweis: str
    stadtwert: float | None
    streuung: float | None
    band: float | None
    rang: int | None
    quelle: str
    nummer: int = field(repr=False)  # place in the catalogue: the number of its row in the table of evidence
    eintrag: Indikator = field(repr=False, compare=False)
    ort: Gebiet = field(repr=False, compare=False)
    stadt: str = field(repr=False, compare=False)

    def __str__(self) -> str:
        between = self.span(unit=False)
        return f"{self.text()}{f' ({between})' if between else ''}"

    def __float__(self) -> float:
        return float("nan") if self.wert is None else self.wert

    def _repr_html_(self) -> str:
        """The value as the last line of a cell shows it."""
        lines = [f"{escape(self.titel)}, {escape(self.gebiet)}: <strong>{escape(str(self))}</strong>"]
        about = []
        if self.stadtwert is not None and self.gebiet != self.stadt:
            about.append(f"{self.stadt} {self.city_text}{' insgesamt' if self.eintrag.typ == 'anzahl' else ''}")
        about += [self.klasse] if self.klasse not in ("", UNCLASSED) else []
        about += [f"Rang{NBSP}{number(self.rang)}"] if self.rang is not None else []
        about += [f"Stand {day(self.stand)}" if self.stand else "", art_label(self.art)]
        lines += [escape(" · ".join(part for part in about if part))]
        lines += [escape(self.grund)] if self.grund and self.wert is None else []
        return f'<p class="sr-wert">{"<br>".join(line for line in lines if line)}</p>'

    def text(self, *, unit: bool = True) -> str:
        """The value as printed, rounded by its own kind: "24,9 %", "keine Angabe"."""
        return value(self.wert, self.eintrag, art=self.art, unit=unit)

    def as_printed(self, amount: float | None) -> float | None:
        """The value, or an end of its interval, as rounded as it is printed."""
        if amount is None:
            return None
        if self.eintrag.schritt:
            return stepped(amount, self.eintrag.schritt)
        estimated = self.eintrag.typ == "anzahl" and self.art == "geschaetzt"
        return coarse(amount) if estimated else rounded(amount, self.eintrag.nachkommastellen)

    @property
    def count(self) -> float | None:
        """The count behind the value as rounded as it is printed."""
        if self.anzahl is None:
            return None
        return coarse(self.anzahl) if self.art == "geschaetzt" else rounded(self.anzahl)

    @property
    def dated(self) -> str:
        """The value as printed, with its date where that is not the indicator's: "590.611 (31.12.2018)"."""
        return self.text() if self.wert is None else dated(self.text(), self.stand, self.eintrag)

    @property
    def people(self) -> str:
        """The count behind a share: "rund 1.750 Kinder"; empty where there is none."""
        return "" if self.wert is None else counted(self.anzahl, self.eintrag, art=self.art)

    @property
    def city_text(self) -> str:
        """The city's value as printed beside this one."""
        return value(self.stadtwert, self.eintrag)

    def average(self, *, unit: bool = False) -> str:
        """What counts as average: "19,5 bis 23,1"; empty where there is no class."""
        if self.band is None or self.stadtwert is None:
            return ""
        ends = (value(self.stadtwert + sign * self.band, self.eintrag, unit=unit) for sign in (-1, 1))
        return " bis ".join(ends)

    def span(self, *, unit: bool = True) -> str:
        """The interval as printed: "20,7 bis 99,9 %"; empty where there is none."""
        return span(self.von, self.bis, self.eintrag, art=self.art, unit=unit)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends of the interval; None where there is none, or none to be seen."""
        if self.von is None or self.bis is None or self.von >= self.bis:
            return None
        return self.von, self.bis

    def spreads(self, wert: float | None) -> float:
        """How far a value lies from the city's, in spreads of the Stadtteile; 0 where that is not known."""
        if wert is None or self.stadtwert is None or not self.streuung:
            return 0.0
        return (wert - self.stadtwert) / self.streuung

    @property
    def apart(self) -> float:
        """How far from the city, up or down."""
        return abs(self.spreads(self.wert))

    @property
    def anchor(self) -> str:
        """Id of its row in the table of evidence."""
        return f"beleg-{self.nummer}"

    @property
    def ref(self) -> Reference:
        """What a page says that it rests on."""
        return (INDICATOR, self.indikator, self.gebiet_id)

    def row(self) -> dict[str, Any]:
        """The columns of :data:`COLUMNS`, numbers rounded to six digits and counts whole."""
        counts = self.eintrag.typ == "anzahl"
        numbers = {name: _number(getattr(self, name), whole=counts) for name in ("wert", "von", "bis")}
        numbers["anzahl"] = _number(self.anzahl, whole=True)
        return {name: numbers.get(name, getattr(self, name)) for name in COLUMNS}


def without_data(entry: Indikator, area: Gebiet, city: str, nummer: int) -> Wert:
    """The missing value of an indicator without data: it says where it is published."""
    where = f" Veröffentlicht in: {entry.veroeffentlicht}." if entry.veroeffentlicht else ""
    return Wert(
        area.id, area.name, area.level, entry.id, entry.titel, None, None, None, entry.einheit, None, "", "", "",
        f"Es liegen keine Daten vor.{where}", "", None, None, None, None, "", nummer, entry, area, city,
    )  # fmt: skip


def _number(cell: float | None, *, whole: bool) -> float | int | None:
    if cell is None:
        return None
    return int(cell) if whole and cell.is_integer() else round(cell, 6)
