"""Kinds of references that are no indicator: places, published single values, the state of the data."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from sozialraum.access import REACH, walking_minutes
from sozialraum.aussagen import Mitteilung, judge, mitteilungen
from sozialraum.evidence.explanation import CITY, OTHER, VALUE, Explanation, Number
from sozialraum.evidence.known import Known
from sozialraum.evidence.numbers import flat
from sozialraum.load import Data
from sozialraum.reads import remembered
from sozialraum.style import day, difference, number, share, value
from sozialraum.workspace import split_change, time_series

_ARTS: Final = {"Kita": "kita", "Haltestelle": "haltestelle", "Platz": "platz", "Park": "park"}


def _number_of(known: Known, gebiet_id: str) -> Explanation:
    area = known.data.register.by_id(gebiet_id)
    return Explanation((Number(str(area.nummer), OTHER, ""),))


def _bezirke(known: Known) -> Explanation:
    count = len(known.data.register.of_level("stadtbezirk"))
    return Explanation((Number(number(count), OTHER, "", after=("Stadtbezirk",)),))


def _period(known: Known) -> Explanation:
    years = sorted({entry.stand[:4] for entry in known.katalog.values() if entry.verfuegbar})
    return Explanation(literals=(f"Daten {years[0]}–{years[-1]}", f"Alter gemessen am {day(known.issued)}"))


@remembered
def _open_places(data: Data) -> pd.DataFrame:
    """Facilities that count, without their positions: rows of a plain table are chosen in a tenth of the time."""
    places = pd.DataFrame(data.einrichtungen.drop(columns="geometry"))
    return places[places["hauptstandort"] & (places["status"] != "geplant")]


@remembered
def _inside(data: Data, gebiet_id: str) -> pd.Series:
    return data.inside(gebiet_id, data.einrichtungen)


def _here(known: Known, gebiet_id: str) -> pd.DataFrame:
    return pd.DataFrame(known.data.einrichtungen[_inside(known.data, gebiet_id)])


def _planned(known: Known, gebiet_id: str) -> Explanation:
    here = _here(known, gebiet_id)
    count = int(((here["art"] == "kita") & (here["status"] == "geplant")).sum())
    return Explanation((Number(number(count), OTHER, "", "kitas"),))


def _further_sites(known: Known, gebiet_id: str) -> Explanation:
    here = _here(known, gebiet_id)
    count = int(((here["art"] == "schule") & ~here["hauptstandort"]).sum())
    return Explanation((Number(number(count), OTHER, "", after=("weiter",)),))


def _places(known: Known, gebiet_id: str, art: str) -> Explanation:
    """Names of places in an area, with the size of parks."""
    places, register_ = known.data.einrichtungen, known.data.register
    names = {register_.by_id(key).name for key in register_.members(gebiet_id)}
    inside = _inside(known.data, gebiet_id) | places["stadtteil_angabe"].isin(names)
    found = places[(places["art"] == art) & inside]
    sizes = [f"{row.name} ({str(row.hinweis).split(';')[0]})" for row in found.itertuples()]
    return Explanation(literals=tuple(flat(text) for text in (*sizes, *found["name"])))


def _facilities(known: Known, gebiet_id: str, kind: str) -> Explanation:
    """A row of the supply table: open facilities of a kind here and in the city."""
    counted = _open_places(known.data)
    chosen = counted[counted["art"] == _ARTS[kind]] if kind in _ARTS else counted[counted["unterart"] == kind]
    here = _inside(known.data, gebiet_id)[chosen.index].sum()
    area, city = (
        Number(number(int(count)), role, "", gebiet_id=key)
        for count, role, key in ((here, VALUE, gebiet_id), (len(chosen), CITY, known.city.id))
    )
    return Explanation((area, city))


def _street(known: Known, key: str) -> Explanation:
    streets = known.data.einkaufsstrassen
    name, names, houses = (streets.at[key, column] for column in ("name", "strassen", "haeuser"))
    words = (str(name), *str(names).split(", "))
    count = Number(number(int(str(houses))), OTHER, "", after=("Hausnummer",))
    return Explanation((count,), tuple(flat(word) for word in words))


def _walk(_known: Known, kind: str) -> Explanation:
    metres = REACH[kind]
    minutes = number(walking_minutes(metres), 0)
    return Explanation((Number(number(metres), OTHER, "m"), Number(minutes, OTHER, "Minuten")))


def _single(known: Known, gebiet: str, label: str) -> Explanation:
    """A published single value with its date and attribution."""
    table = known.data.einzelwerte
    row = table[(table["gebiet"] == gebiet) & (table["bezeichnung"] == label)].iloc[0]
    wert = float(row["wert"])
    printed = number(wert, 0 if wert.is_integer() else 1)
    credit = flat(known.data.quellen[row["quelle"]].quellenvermerk)
    return Explanation((Number(printed, VALUE, flat(row["einheit"])),), (flat(label), credit, day(row["stand"])))


def _special(known: Known, gebiet_id: str) -> Explanation:
    """A note on a Stadtteil: it may print the published values of that Stadtteil and their year."""
    area, table = known.data.register.by_id(gebiet_id), known.data.einzelwerte
    rows = table[table["gebiet"] == area.name]
    parts = [_single(known, area.name, label) for label in rows["bezeichnung"]]
    years = [f"Ende {str(stand)[:4]}" for stand in rows["stand"]]
    numbers = [item for part in parts for item in part.numbers]
    return Explanation((*numbers, Number(str(area.nummer), OTHER, "")), tuple(years))


def _selection(_known: Known, *keys: str) -> Explanation:
    return Explanation((Number(number(len(keys)), OTHER, "", after=("Karte", "Zeile")),))


def _estimate(known: Known) -> Explanation:
    """How good the population estimate is, as ``stadt.yml`` says."""
    quality: Mapping[str, Any] = known.data.stadt["schaetzguete"]
    shares = (
        share(quality["mittlere_abweichung_prozent"]),
        share(quality["groesste_abweichung_prozent"], 0),
        share(abs(quality["niveau_prozent"])),
    )
    counts = [Number(number(quality["stadtteile"]), OTHER, "", after=("Stadtteil",))]
    census = (known.data.stadt.get("eckwerte") or {}).get("einwohner_2022")
    if census:
        counts.append(Number(number(census["wert"]), OTHER, "", after=("Menschen",)))
    if "einwohner_register_rund" in quality:
        counts.append(Number(number(quality["einwohner_register_rund"]), OTHER, ""))
    return Explanation((*(Number(flat(text).split()[0], OTHER, "%") for text in shares), *counts))


def _stock(known: Known) -> Explanation:
    with_data = sum(entry.verfuegbar for entry in known.katalog.values())
    counts = (
        (len(known.data.quellen), ("Quelle",)),
        (with_data, ("Indikator",)),
        (len(known.katalog) - with_data, ("ohne",)),
    )
    return Explanation(tuple(Number(number(count), OTHER, "", after=after) for count, after in counts))


def _boundary(known: Known, gebiet_id: str) -> Explanation:
    """Who drew a Quartier, and what lies in it."""
    return Explanation(literals=(flat(known.data.register.by_id(gebiet_id).beschreibung),))


def _licence(_known: Known) -> Explanation:
    return Explanation(literals=("Version 2.0", "Open Database License 1.0"))


def _levels(_known: Known) -> Explanation:
    """The words that explain the levels of the Schulsozialindex."""
    groups = [f"mit Stufe {part}" for part in ("1–3", "4–6", "7–9")]
    return Explanation(literals=("(1 = niedrigste, 9 = höchste Stufe", *groups))


def _published(known: Known, key: str) -> Explanation:
    """A published text: who, when, and the note on the areas."""
    one = _text_of(known, key)
    credit = known.data.quellen[one.quelle].quellenvermerk
    return Explanation(literals=(flat(credit), day(one.datum), flat(one.hinweis)))


def _judged(known: Known, key: str, statement: str, gebiet_id: str) -> Explanation:
    """A statement of others: its words, and the verdict by the rule."""
    aussage = next(item for item in _text_of(known, key).aussagen if item.id == statement)
    area = known.data.register.by_id(gebiet_id)
    found = judge(aussage, area, data=known.data, katalog=known.katalog, row=known.row)
    literals = (flat(aussage.text), flat(found.grund), flat(aussage.hinweis))
    dates: tuple[str, ...] = ()
    if aussage.indikator:
        row = known.row(aussage.indikator.id, gebiet_id)
        dates = (f"(Stand {day(row['stand'])})",) if row else ()
    return Explanation(literals=(*literals, *dates), ergebnis=found.ergebnis)


def _text_of(known: Known, key: str) -> Mitteilung:
    return next(one for one in mitteilungen(known.data) if one.id == key)


def _series(known: Known, key: str, gebiet_id: str) -> Explanation:
    """Every value of an area and of the city in a series of own tables, and what the last change consists of."""
    entry, table = known.katalog[key], time_series(known.data, key)
    shown = [value(number, entry) for area in (gebiet_id, known.city.id) for number in table[area]]
    parts = split_change(known.data, key, gebiet_id)
    steps = [parts.change, parts.revision, parts.method] if parts else []
    shown += [difference(step, entry) for step in steps if step is not None]
    dates = [day(str(stand)) for stand in table.index]
    return Explanation(literals=tuple(flat(text) for text in (*dates, *shown, entry.titel)))


FACTS: Final[dict[str, Callable[..., Explanation | None]]] = {
    "nummer": _number_of,
    "stadtbezirke": _bezirke,
    "zeitraum": _period,
    "geplante_kitas": _planned,
    "weitere_schulstandorte": _further_sites,
    "orte": _places,
    "einrichtungen": _facilities,
    "einkaufsstrasse": _street,
    "gehzeit": _walk,
    "einzelwert": _single,
    "besonderheit": _special,
    "abgrenzung": _boundary,
    "auswahl": _selection,
    "schaetzguete": _estimate,
    "bestand": _stock,
    "lizenz": _licence,
    "stufen": _levels,
    "mitteilung": _published,
    "aussage": _judged,
    "zeitreihe": _series,
}
"""Kinds of references that this module explains."""
