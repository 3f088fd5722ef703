"""Denominators from an own table of inhabitants: only of the same date, never the census estimate."""

from calendar import monthrange
from dataclasses import replace

from sozialraum.intake.layout import Table
from sozialraum.intake.numbers import Reading
from sozialraum.intake.packages import current, read_packages
from sozialraum.intake.roles import PART, VALUE, WHOLE
from sozialraum.intake.series import Findings, Number, Series
from sozialraum.intake.vocabulary import WORDS
from sozialraum.load import Data

_ALL_PEOPLE = ("Einwohner", "Personen")
_OWN = {
    _ALL_PEOPLE: ("einwohner", "wert", "Einwohner"),
    ("Einwohner von 15 bis 64 Jahren", "Personen"): ("anteil_15_64", "zaehler", "Einwohner von 15 bis 64 Jahren"),
}


def with_inhabitants(series: Series, data: Data, found: Findings, table: Table) -> Series:
    """A series of counts whose share needs a denominator that the table does not have."""
    shares = series.eintrag.typ in ("anteil", "rate")
    if not shares or series.columns[VALUE] or series.columns[WHOLE] or not series.columns[PART]:
        return series
    words = WORDS.get(series.eintrag.id)
    whole = words.counts_whole if words else None
    key, column, name = _OWN.get(whole or ("", ""), ("", "", ""))
    if key and series.stand:
        packages = [p for p in read_packages(data.dir, stadt=data.register.city.id) if _same(p.stand, series.stand)]
        people = current(packages).get(key)
        if people is not None:
            found.remarks.append(f"Nenner von {series.eintrag.id}: eingelesene {name}, Stand {people.stand}")
            counts = people.werte.set_index("gebiet_id")[column]
            numbers = {
                area: {**kinds, WHOLE: _number(kinds[PART], counts.get(area))} for area, kinds in series.numbers.items()
            }
            return replace(series, numbers=numbers)
    needed = f"{whole[0]} ({whole[1]})" if whole and whole[0] else "der Grundgesamtheit"
    also = f" {name} zum selben Stichtag lassen sich auch vorher einlesen: --indikator {key}." if key else ""
    found.problems.append(
        f"{table.sheet.where()}: Zu den Anzahlen von „{series.eintrag.id}“ fehlt der Nenner: Bitte eine Spalte mit "
        f"{needed} mitliefern "
        f'lassen oder zuordnen (--spalte "SPALTE={series.eintrag.id}:nenner").{also}'
    )
    return series


def _same(first: str, second: str) -> bool:
    """Whether two as-of dates mean the same day: a month means its last one."""
    return first == second or (min(len(first), len(second)) >= 7 and _day(first) == _day(second))


def _day(stand: str) -> str:
    if len(stand) != len("2023-12"):
        return stand
    year, month = int(stand[:4]), int(stand[5:])
    return f"{stand}-{monthrange(year, month)[1]:02d}"


def _number(part: Number, count: float | None) -> Number:
    value = None if count is None or count != count else float(count)
    return Number(Reading(value, "" if value is not None else "ohne Einwohnerzahl"), part.spot)
