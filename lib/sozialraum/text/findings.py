"""Titles that state the finding, subtitles that say what is shown, and alternative texts with the values.

A title says only what the class rule allows; an alternative text says what there is to be seen, with the
same numbers as the figure's table.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from sozialraum import maps
from sozialraum.charts import AGES, fitting
from sozialraum.compare import (
    ABOVE,
    AVERAGE,
    BELOW,
    FAR_ABOVE,
    FAR_BELOW,
    TOO_OLD,
    UNCLASSED,
    UNCLEAR,
    Analysis,
)
from sozialraum.gebiete import QUARTIER
from sozialraum.sources import UNDOCUMENTED, parse_stand
from sozialraum.style import MISSING, art_label, dated, day, span, value
from sozialraum.text.chapters import counts_of
from sozialraum.text.claims import Claim, Sentence, claim, fact
from sozialraum.text.grammar import enumerate_words, joined_bei, plural, subject, upper_first
from sozialraum.text.places import MORE, counted_words

FINDINGS: Final = {
    AVERAGE: "liegt im gesamtstädtischen Durchschnitt",
    ABOVE: "ist überdurchschnittlich",
    BELOW: "ist unterdurchschnittlich",
    FAR_ABOVE: "liegt weit über dem Stadtwert",
    FAR_BELOW: "liegt weit unter dem Stadtwert",
}
AGE_STRUCTURE: Final = "beim Altersaufbau"
MOST_NAMED: Final = 3
"""So many differences a title names."""
FACILITIES: Final = (
    ("schulen", "Schule", "Schulen"),
    ("kitas", "Kita", "Kitas"),
    ("haltestellen", "Haltestelle", "Haltestellen"),
)


def strip_title(analysis: Analysis, indikator: str) -> str:
    """The finding for one indicator: class in words, otherwise the value without a judgement."""
    entry, item = analysis.katalog[indikator], claim(analysis, indikator)
    if pd.isna(item.wert):
        return f"{entry.titel}: für {analysis.gebiet.label} kein belastbarer Wert"
    if item.klasse in FINDINGS:
        return f"{entry.subjekt} {FINDINGS[item.klasse]}"
    own = value(item.wert, entry, art=item.art)
    if item.klasse == UNCLEAR:
        return f"{entry.titel}: {own}, Einordnung nicht eindeutig"
    if entry.typ == "anzahl":
        return f"{entry.titel}: {dated(value(item.wert, entry, art=item.art, unit=False), item.stand, entry)}"
    if analysis.gebiet.ebene == "stadt":
        return f"{entry.titel}: {own}"
    return f"{entry.titel}: {own}, in {analysis.data.register.city.name} {value(item.stadtwert, entry)}"


def strip_subtitle(analysis: Analysis, indikator: str) -> str:
    """What is shown: definition, unit, date, and why there is no class."""
    entry, item = analysis.katalog[indikator], claim(analysis, indikator)
    unit = f" ({entry.einheit})" if entry.einheit else ""
    parts = [entry.definition.rstrip("."), f"Jeder Punkt ist ein Stadtteil{unit}"]
    if pd.isna(item.wert):
        parts.append(item.hinweis.rstrip("."))
    elif item.klasse == "keine Einstufung" and item.grund:
        parts.append(f"Keine Einstufung: {item.grund.rstrip('.')}")
    return ". ".join(parts) + "."


def sources_of(analysis: Analysis, *indikatoren: str) -> Sentence:
    """Line under a picture: dates, kinds and attributions of the indicators shown."""
    entries = [analysis.katalog[key] for key in indikatoren]
    dates = _dates(entry.stand for entry in entries)
    kinds = ", ".join(dict.fromkeys(art_label(entry.art) for entry in entries))
    credited = credit(analysis, [key for entry in entries for key in entry.quellen])
    text = f"Stand: {dates} ({kinds}). Quelle: {credited}."
    return Sentence(text, facts=tuple(fact("definition", key) for key in indikatoren))


def credits_of(analysis: Analysis, quellen: Iterable[str]) -> Sentence:
    """Line under a picture of places: dates and attributions of sources."""
    keys = [key for key in quellen if key in analysis.data.quellen]
    dates = _dates(analysis.data.quellen[key].stand for key in keys)
    text = f"Stand: {dates}. Quelle: {credit(analysis, keys)}."
    return Sentence(text, facts=tuple(fact("quelle", key) for key in keys))


def _dates(stands: Iterable[str | None]) -> str:
    """Dates as printed, each once, the earliest first; that nobody recorded one if there is none."""
    ordered = sorted({stand for stand in stands if stand}, key=parse_stand)
    return enumerate_words(list(dict.fromkeys(day(stand) for stand in ordered))) or UNDOCUMENTED


def credit(analysis: Analysis, quellen: Iterable[str]) -> str:
    """Short attributions of sources, each once."""
    notes = [part for key in quellen for part in _short(analysis, key).split("; ")]
    return "; ".join(dict.fromkeys(notes))


def _short(analysis: Analysis, quelle: str) -> str:
    source = analysis.data.quellen[quelle]
    return source.kurz or source.quellenvermerk


def range_words(analysis: Analysis, indikator: str) -> str:
    """Short title with the lowest and highest Stadtteil."""
    return f"{analysis.katalog[indikator].kurztitel}: {_extremes(analysis, indikator)}"


def strip_alt(analysis: Analysis, indikator: str) -> str:
    """Where the area, the city and the extremes stand, in numbers."""
    entry, item = analysis.katalog[indikator], claim(analysis, indikator)
    values = analysis.values(indikator).dropna()
    parts = [f"Punktreihe: {entry.titel} in {plural(len(values), 'Stadtteil', 'Stadtteilen')}"]
    if analysis.gebiet.ebene != "stadt":
        parts.append(_own_value(analysis, item))
    if entry.typ != "anzahl":
        parts.append(f"{analysis.data.register.city.name} {value(item.stadtwert, entry)}")
    if item.klasse not in ("", "keine Einstufung"):
        low, high = (value(item.stadtwert + sign * item.band, entry) for sign in (-1, 1))
        parts.append(f"als durchschnittlich gilt {low} bis {high}, Ergebnis: {item.klasse}")
    if len(values) > 1:
        parts.append(_extremes(analysis, indikator))
    return _sentence(parts)


def profile_title(analysis: Analysis) -> str:
    """By which indicators the area clearly differs from the city, the farthest first; no count of classes."""
    label, area = analysis.gebiet.label, analysis.gebiet
    if area.ebene not in ("stadtteil", QUARTIER):
        return f"{label}: alle vergleichbaren Indikatoren im Überblick"
    items = [claim(analysis, key) for key, entry in analysis.katalog.items() if entry.verfuegbar]
    off = [item for item in items if item.klasse in FINDINGS and item.klasse != AVERAGE]
    if not any(item.klasse in FINDINGS or item.klasse == UNCLEAR for item in items):
        return f"{label}: Kein Indikator lässt sich einstufen"
    old = sum(item.grund == TOO_OLD for item in items)
    if not off and old > len([item for item in items if item.klasse not in ("", UNCLASSED)]):
        return f"{label}: Die meisten Werte sind für eine Einordnung zu alt"
    if not off:
        return f"{label}: Kein Wert unterscheidet sich klar vom Stadtwert"
    apart = {item.indikator: abs(item.wert - item.stadtwert) / item.streuung for item in off}
    ordered = sorted(apart, key=lambda key: -apart[key])
    far = dict.fromkeys(AGE_STRUCTURE if key in AGES else analysis.katalog[key].bei for key in ordered)
    return f"{label}: klare Unterschiede zum Stadtwert {joined_bei(list(far)[:MOST_NAMED])}"


def profile_alt(analysis: Analysis, indikatoren: Sequence[str]) -> str:
    """Every row of the profile in words: value, city, class."""
    city = analysis.data.register.city.name
    rows = []
    for key in indikatoren:
        entry, item = analysis.katalog[key], claim(analysis, key)
        text = f"{entry.kurztitel} {value(item.wert, entry)} ({city} {value(item.stadtwert, entry)}"
        rows.append(f"{text}, {item.klasse})" if item.klasse else f"{text})")
    return f"Profil von {analysis.gebiet.label} mit {plural(len(rows), 'Zeile', 'Zeilen')}: {'; '.join(rows)}."


def age_title(analysis: Analysis) -> str:
    """The age structure in one sentence without judgement; shares that do not fit together each with its date."""
    young, _, old = (claim(analysis, key) for key in AGES)
    entry = analysis.katalog[AGES[0]]
    if pd.isna(young.wert) or pd.isna(old.wert):
        return f"Altersgruppen {analysis.gebiet.in_phrase}: keine Angabe"
    where, under, over = upper_first(analysis.gebiet.in_phrase), value(young.wert, entry), value(old.wert, entry)
    drawn = fitting(analysis, AGES)
    if len(drawn) == len(AGES):
        return f"{where} sind {under} der Menschen unter 15 und {over} über 64 Jahre alt"
    shown = {young: under, old: over}
    each = [f"{analysis.katalog[one.indikator].kurztitel} {text} ({day(one.stand)})" for one, text in shown.items()]
    if drawn:
        return f"Altersgruppen {analysis.gebiet.in_phrase}, nicht aus einer Zählung: {'; '.join(each)}"
    return f"Balken der Altersgruppen {analysis.gebiet.in_phrase}. Einzeln: {'; '.join(each)}"


def age_subtitle(analysis: Analysis) -> str:
    """What is shown, and which age groups are not drawn because they do not fit; without a drawing the reason alone."""
    drawn = fitting(analysis, AGES)
    shown = f"Anteil an allen Menschen in Prozent. Umriss: {analysis.data.register.city.name}."
    if len(drawn) == len(AGES):
        return shown
    if all(len(fitting(analysis, pair)) == len(pair) for pair in (AGES[:2], AGES[1:])):
        return "Die drei Anteile ergeben zusammen nicht das Ganze und sind deshalb nicht gezeichnet."
    left = [key for key in AGES if key not in drawn]
    named = [f"{analysis.katalog[key].kurztitel} ({day(claim(analysis, key).stand)})" for key in left]
    why = f"Nicht gezeichnet, weil Stand oder Quelle verschieden sind: {enumerate_words(named)}."
    return f"{shown} {why}" if drawn else why


def age_alt(analysis: Analysis) -> str:
    """Shares of the three age groups beside the city's."""
    city = analysis.data.register.city.name
    rows = []
    for key in fitting(analysis, AGES):
        entry, item = analysis.katalog[key], claim(analysis, key)
        rows.append(f"{entry.kurztitel} {value(item.wert, entry)} ({city} {value(item.stadtwert, entry)})")
    return f"Balken der Altersgruppen {analysis.gebiet.in_phrase} neben dem Umriss der Stadt: {'; '.join(rows)}."


def comparison_title(analysis: Analysis, indikator: str) -> str:
    """What is compared with whom."""
    entry = analysis.katalog[indikator]
    if analysis.gebiet.planung:
        return f"{entry.titel} im Vergleich der {analysis.gebiet.planung.name}"
    divided = bool(analysis.data.register.of_level("stadtbezirk"))
    with_whom = {
        "stadtteil": f"im Vergleich mit {'Stadtbezirk und ' if divided else ''}Nachbarn",
        "stadtbezirk": "in den Stadtteilen des Stadtbezirks",
        "stadt": f"in den {'Stadtbezirken' if divided else 'Stadtteilen'}",
        QUARTIER: f"im Vergleich mit {'Stadtbezirk und ' if divided else ''}Stadtteilen",
    }[analysis.gebiet.ebene]
    return f"{entry.titel} {with_whom}"


def comparison_alt(analysis: Analysis, indikator: str, gebiet_ids: Sequence[str]) -> str:
    """Values of all compared areas."""
    entry = analysis.katalog[indikator]
    rows = [_named(analysis, indikator, key) for key in gebiet_ids]
    city = f"{analysis.data.register.city.name} {value(analysis.city(indikator), entry)}"
    return f"Balken: {entry.titel}. {'; '.join(rows)}; zum Vergleich {city}."


def locator_alt(analysis: Analysis) -> Sentence:
    """Where the area lies: Stadtbezirk and neighbours, or members."""
    area, register = analysis.gebiet, analysis.data.register
    city = register.city.name
    if area.ebene == "stadt":
        text = f"Umriss der Stadt {city} mit {len(analysis.stadtteile)} Stadtteilen."
        return Sentence(text, facts=(fact("stadtteile", area.id),))
    if area.ebene == "stadtbezirk":
        names = enumerate_words([register.by_id(key).name for key in analysis.members])
        return Sentence(
            f"Lage des {area.label.replace('Stadtbezirk', 'Stadtbezirks')} in {city}; er besteht aus {names}."
        )
    names = enumerate_words([register.by_id(key).name for key in analysis.neighbours])
    if area.ebene == QUARTIER:
        parts = enumerate_words([register.by_id(key).name for key in (*area.ganze, *area.angeschnittene)])
        it = {"der": "er", "das": "es", "die": "sie"}[subject(area).partition(" ")[0]]
        holds = f"{it} hat Anteil an" if area.angeschnittene else f"{it} besteht aus"
        whose = "von" if area.planung or area.in_phrase == f"im {area.label}" else "des Quartiers"
        return Sentence(f"Lage {whose} {area.label} in {city}; {holds} {parts}.")
    bezirk = f", Stadtbezirk {area.stadtbezirk_id}" if area.stadtbezirk_id else ""
    return Sentence(f"Lage von {area.label} in {city}{bezirk}; benachbart sind {names}.")


def choropleth_title(analysis: Analysis, indikator: str) -> str:
    """Range of the Stadtteile."""
    entry, values = analysis.katalog[indikator], analysis.values(indikator).dropna()
    low, high = (_printed(analysis, indikator, key) for key in (values.idxmin(), values.idxmax()))
    return f"{entry.titel}: von {low} bis {high}"


def choropleth_alt(analysis: Analysis, indikator: str) -> str:
    """Extremes, city value and missing Stadtteile of a map."""
    entry, values = analysis.katalog[indikator], analysis.values(indikator)
    gaps = values.index[values.isna()]
    kind = "Karte der Stadtteile mit Kreisen" if maps.is_count(entry) else "Karte der Stadtteile"
    parts = [
        f"{kind}: {entry.titel}",
        _extremes(analysis, indikator),
    ]
    if entry.typ != "anzahl":
        parts.append(f"{analysis.data.register.city.name} {value(analysis.city(indikator), entry)}")
    if analysis.gebiet.ebene in ("stadtteil", QUARTIER):
        parts.append(_own_value(analysis, claim(analysis, indikator)))
    if len(gaps):
        parts.append(f"keine Angabe für {enumerate_words([analysis.data.register.by_id(key).name for key in gaps])}")
    return _sentence(parts)


def infrastructure_title(analysis: Analysis) -> str:
    """Number of facilities in the area."""
    counts, unknown = counts_of(analysis, FACILITIES)
    told = [*counts, *(f"unbekannt viele {noun}" for noun in unknown)]
    return f"{upper_first(analysis.gebiet.in_phrase)}: {enumerate_words(told)}"


def infrastructure_alt(analysis: Analysis) -> str:
    """Which facilities the map shows, with numbers and the names of parks and squares."""
    places = analysis.data.einrichtungen
    here = places[analysis.inside(places)]
    counts, _ = counts_of(analysis, FACILITIES)
    parts = [f"Karte der Einrichtungen {analysis.gebiet.in_phrase} und in der Umgebung"]
    if counts:
        parts.append(f"gezählt sind {enumerate_words(counts)}")
    for art, lead in (("park", "Park"), ("platz", "Plätze")):
        names = here.loc[here["art"] == art, "name"].tolist()
        if names and len(names) <= 12:
            parts.append(f"{lead}: {', '.join(names)}")
    more = counted_words(analysis, *MORE)
    if more:
        parts.append(f"bekannt sind {enumerate_words(more)}")
    streets = analysis.data.einkaufsstrassen
    corridors = streets.loc[analysis.inside(streets), "name"].tolist()
    if corridors:
        parts.append(f"hervorgehoben: {', '.join(corridors)}")
    return _sentence(parts)


def _sentence(parts: Sequence[str]) -> str:
    """Parts of an alternative text with one full stop at the end, after an abbreviated unit too."""
    return "; ".join(parts).rstrip(".") + "."


def _extremes(analysis: Analysis, indikator: str) -> str:
    values = analysis.values(indikator).dropna()
    if values.empty:
        return MISSING
    low, high = (_named(analysis, indikator, key) for key in (values.idxmin(), values.idxmax()))
    return f"niedrigster Wert {low}, höchster {high}"


def _own_value(analysis: Analysis, item: Claim) -> str:
    entry = analysis.katalog[item.indikator]
    if pd.isna(item.wert):
        return f"{analysis.gebiet.label} keine Angabe"
    text = f"{analysis.gebiet.label} {dated(value(item.wert, entry, art=item.art), item.stand, entry)}"
    between = span(item.von, item.bis, entry, art=item.art)
    return f"{text} (Spanne {between})" if between else text


def _named(analysis: Analysis, indikator: str, gebiet_id: object) -> str:
    return f"{analysis.data.register.by_id(str(gebiet_id)).label} {_printed(analysis, indikator, gebiet_id)}"


def _printed(analysis: Analysis, indikator: str, gebiet_id: object) -> str:
    """A value as tables print it: by its own kind, with its date if that is another one than the indicator's."""
    row, entry = analysis.row(indikator, str(gebiet_id)), analysis.katalog[indikator]
    printed = value(row["wert"], entry, art=str(row["art"]))
    return printed if pd.isna(row["wert"]) else dated(printed, row["stand"], entry)
