"""Words of indicators that come from own tables: which chapter shows them, and the series of their dates."""

import pandas as pd

from sozialraum.compare import Analysis
from sozialraum.indicators import Indikator
from sozialraum.style import day, difference, value
from sozialraum.text.claims import fact
from sozialraum.text.findings import sources_of
from sozialraum.text.words import Words
from sozialraum.workspace import filled_gaps, own_packages, split_change, time_series


def gaps_filled_in(analysis: Analysis, *kapitel: str) -> list[str]:
    """Indicators of some chapters that only own tables have a value for, in catalogue order."""
    filled = filled_gaps(analysis.data)
    return [key for key, entry in analysis.katalog.items() if key in filled and entry.kapitel in kapitel]


def with_series(analysis: Analysis, *kapitel: str) -> list[str]:
    """Indicators of some chapters that own tables have at two dates or more."""
    own = {paket.indikator for paket in own_packages(analysis.data)}
    keys = [key for key, entry in analysis.katalog.items() if key in own and entry.kapitel in kapitel]
    return [key for key in keys if len(time_series(analysis.data, key)) > 1]


def series_words(analysis: Analysis, indikator: str) -> Words:
    """Words of a series: first and last value, every value of area and city, and what the change consists of."""
    entry, area, city = analysis.katalog[indikator], analysis.gebiet, analysis.data.register.city
    table = time_series(analysis.data, indikator)
    first, last = str(table.index[0]), str(table.index[-1])
    values = [value(float(table[area.id].iloc[place]), entry) for place in (-1, 0)]
    title = f"{entry.titel} {area.in_phrase}: {values[0]} am {day(last)}, {values[1]} am {day(first)}"
    lines = [
        f"{label} {_listed(table[key], entry)}." for key, label in {area.id: area.label, city.id: city.label}.items()
    ]
    return Words(
        title=title,
        subtitle=f"Linie: {area.label}, zum Vergleich {city.label}. {_parts(analysis, indikator)}".strip(),
        alt=f"Zeitreihe. {' '.join(lines)}",
        table=_table(table, analysis, indikator),
        source=sources_of(analysis, indikator).text,
        belege=(fact("zeitreihe", indikator, area.id).ref,),
    )


def _listed(values: pd.Series, entry: Indikator) -> str:
    return "; ".join(f"{day(str(stand))}: {value(number, entry)}" for stand, number in values.items())


def _parts(analysis: Analysis, indikator: str) -> str:
    """What the last change consists of, where a table was issued again or counted in another way."""
    entry, found = analysis.katalog[indikator], split_change(analysis.data, indikator, analysis.gebiet.id)
    if found is None or (not found.revision and found.method == 0):
        return ""
    if found.change is None:
        return f"Seit {day(found.first)} wurde die Zählweise geändert; die Werte sind nicht vergleichbar."
    words = [f"Veränderung {difference(found.change, entry)}"]
    words += [f"Revision {difference(found.revision, entry)}"] if found.revision else []
    words += [f"andere Zählweise {difference(found.method, entry)}"] if found.method else []
    return f"Seit {day(found.first)}: {', '.join(words)}."


def _table(table: pd.DataFrame, analysis: Analysis, indikator: str) -> pd.DataFrame:
    entry = analysis.katalog[indikator]
    areas = {area.label: table[area.id] for area in (analysis.gebiet, analysis.data.register.city)}
    shown = {label: [value(number, entry) for number in numbers] for label, numbers in areas.items()}
    return pd.DataFrame(shown, index=pd.Index([day(str(stand)) for stand in table.index], name="Stand"))
