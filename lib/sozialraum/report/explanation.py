"""What a reference allows a text to print: numbers with their role, and phrases whose digits are no figures.

A value is looked up in the tables again: what a notebook says of it counts for nothing. Anything else was counted
where its sentence was made, and brings the phrases that it may print, each with the number, its unit and its noun.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from sozialraum.city.access import REACH, beyond
from sozialraum.city.indicators import PLAIN_COUNT
from sozialraum.city.sources import citation
from sozialraum.compare.analysis import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW, MAX_AGE_YEARS
from sozialraum.compare.side_by_side import columns, difference_columns, row_title
from sozialraum.compare.similar import CLEAR, similar_stadtteile
from sozialraum.compare.wert import INDICATOR, Reference, Wert
from sozialraum.errors import SozialraumError
from sozialraum.figures.classes import limit_words
from sozialraum.report.known import Known
from sozialraum.report.printed_numbers import POINTS, flat
from sozialraum.style import day, number, rounded_estimate, value

VALUE: Final = "Wert"
CITY: Final = "Stadtwert"
SPAN_FROM: Final = "Anfang der Spanne"
SPAN_TO: Final = "Ende der Spanne"
BAND: Final = "Band"
LOWEST: Final = "niedrigster Wert"
HIGHEST: Final = "höchster Wert"
OTHER: Final = "Angabe"
CLASSED: Final = (FAR_ABOVE, ABOVE, AVERAGE, BELOW, FAR_BELOW)


@dataclass(frozen=True)
class Number:
    """A number that may be printed.

    Attributes
    ----------
    unit
        Must stand behind it; None if it may.
    indikator, gebiet_id
        What it belongs to; empty if it is free.
    after
        Words of which one must follow; empty if any text may.
    """

    printed: str
    role: str
    unit: str | None = None
    indikator: str = ""
    gebiet_id: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """What one reference allows.

    Attributes
    ----------
    literals
        Phrases, as :func:`sozialraum.report.printed_numbers.flat` prints them, whose numbers need no further proof.
    klasse
        The class by the rule; empty if there is none.
    ergebnis
        The verdict on a statement of others; empty if the reference is none.
    """

    numbers: tuple[Number, ...] = ()
    literals: tuple[str, ...] = ()
    indikator: str = ""
    gebiet_id: str = ""
    klasse: str = ""
    ergebnis: str = ""
    name: str = field(default="", compare=False)


def explain(known: Known, ref: Reference) -> Explanation | None:
    """What a reference allows; None if the tables have nothing under it, or a phrase does not say what it counts."""
    if ref not in known.explained:
        kind, *details = ref
        try:
            known.explained[ref] = LOOKED_UP.get(kind, _counted)(known, *details)
        except (KeyError, TypeError, IndexError, SozialraumError):
            known.explained[ref] = None
    found: Explanation | None = known.explained[ref]
    return found


def _counted(_: Known, *phrases: str) -> Explanation | None:
    bare = any(not word.strip("0123456789.,–− ") for word in phrases)
    return None if bare else Explanation(literals=tuple(flat(phrase) for phrase in phrases))


def _judged(_: Known, ergebnis: str, *phrases: str) -> Explanation:
    """A statement of others: its words, and the verdict by the rule."""
    return Explanation(literals=tuple(flat(phrase) for phrase in phrases), ergebnis=ergebnis)


def _indicator(known: Known, indikator: str, gebiet_id: str) -> Explanation:
    item, city = known.wert(indikator, gebiet_id), known.wert(indikator, known.city.id)
    notes = (item.hinweis, item.grund, day(item.stand), day(city.stand))
    literals = [*_definition(known, indikator).literals, *(flat(note) for note in notes if note)]
    return Explanation(
        numbers=tuple(_values(item, city)),
        literals=tuple(part for text in literals for part in (text, text.rstrip(".")) if part),
        indikator=indikator,
        gebiet_id=gebiet_id,
        klasse=item.klasse,
        name=f"{item.titel}, {item.ort.label}",
    )


def _values(item: Wert, city: Wert) -> Iterable[Number]:
    entry, key, area = item.eintrag, item.indikator, item.gebiet_id
    unit = None if entry.typ == "anzahl" else flat(entry.einheit)
    if item.wert is not None:
        yield Number(item.text(unit=False), VALUE, unit, key, area)
        if entry.typ == "anzahl" and item.stadtwert and item.stand == city.stand:
            yield Number(number(item.wert / item.stadtwert * 100, 1), OTHER, "%", key, area)
    if city.wert is not None:
        yield Number(city.text(unit=False), CITY, unit, key, city.gebiet_id)
    if entry.typ == "anteil" and item.anzahl is not None:
        counted = rounded_estimate(item.anzahl) if item.art == "geschaetzt" else number(item.anzahl)
        yield Number(counted, VALUE, None, key, area)
    if entry.einheit == "%":
        shares = ((item.wert, VALUE, area), (city.wert, CITY, city.gebiet_id))
        yield from (Number(number(one), role, None, key, at, after=("von 100",)) for one, role, at in shares if one)
    if item.von is not None and item.bis is not None and item.von < item.bis:
        for end, role in ((item.von, SPAN_FROM), (item.bis, SPAN_TO)):
            yield Number(value(end, entry, art=item.art, unit=False), role, unit, key, area)
    if item.stadtwert is not None and entry.typ != "anzahl":
        yield from _apart(item, item.stadtwert)


def _apart(item: Wert, stadtwert: float) -> Iterable[Number]:
    """The distance from the city, and the ends of the band around it."""
    entry = item.eintrag
    if item.wert is not None:
        apart = POINTS if entry.einheit == "%" else flat(entry.einheit)
        yield Number(value(abs(item.wert - stadtwert), entry, unit=False), OTHER, apart, entry.id, item.gebiet_id)
    for sign in (-1, 1) if item.band is not None else ():
        end = value(stadtwert + sign * (item.band or 0.0), entry, unit=False)
        yield Number(end, BAND, flat(entry.einheit), entry.id)


def _range(known: Known, indikator: str) -> Explanation:
    """Lowest and highest Stadtteil, and how many have a value."""
    entry, items = known.katalog[indikator], known.local(indikator)
    ends = ((LOWEST, min(items, key=float)), (HIGHEST, max(items, key=float))) if items else ()
    unit = None if entry.einheit == PLAIN_COUNT or entry.typ == "anzahl" else flat(entry.einheit)
    numbers = [
        Number(item.text(unit=False), kind, unit, indikator, item.gebiet_id)
        for role, extreme in ends
        for item in items
        for kind in (VALUE, role)
        if item.wert == extreme.wert
    ]
    gaps = len(known.stadtteile) - len(items)
    counts = (Number(str(len(items)), OTHER, "", after=("Stadtteil",)), Number(str(gaps), OTHER, ""))
    return Explanation((*numbers, *counts), _definition(known, indikator).literals)


def _definition(known: Known, indikator: str) -> Explanation:
    """Words of the catalogue, dates and attributions of an indicator."""
    entry = known.katalog[indikator]
    sources = [known.data.quellen[key] for key in entry.quellen]
    credited = [part for source in sources for part in (source.kurz or source.quellenvermerk).split("; ")]
    year = entry.stand[:4]
    dates = [day(entry.stand), f"Zensus-Schätzung {year}", f"Zensus {year}"] if year else []
    words = (entry.definition, entry.methode, entry.grenzen, entry.keine_klasse, entry.veroeffentlicht)
    texts = [flat(text) for text in (*words, *credited, *dates, f"({entry.einheit})") if text]
    return Explanation(literals=tuple(part for text in texts for part in (text, text.rstrip("."))))


def _gap(known: Known, indikator: str) -> Explanation:
    """Words of an indicator without data, with its names: there may be a year or an age in them."""
    return Explanation(literals=(*known.words_of([indikator]), *_definition(known, indikator).literals))


def _source(known: Known, key: str) -> Explanation:
    source = known.data.quellen[key]
    credited = [source.kurz, source.quellenvermerk, *(source.kurz or source.quellenvermerk).split("; ")]
    dates = [day(source.stand)] if source.stand else []
    return Explanation(literals=tuple(flat(text) for text in (citation(source), *credited, *dates) if text))


def _beyond(known: Known, kind: str, gebiet_id: str) -> Explanation | None:
    """Those beyond a limit of walking distance, counted again."""
    found = beyond(known.data, gebiet_id, kind)
    if found is None:
        return None
    amounts = (found.total, found.far, found.von, found.bis, found.old, found.young, *found.others.values())
    numbers = [Number(rounded_estimate(amount), OTHER) for amount in amounts if not math.isnan(amount)]
    numbers += [Number(number(metres), OTHER, "m") for metres in (REACH[kind], *found.others)]
    ends = ((found.von, SPAN_FROM), (found.bis, SPAN_TO))
    numbers += [Number(rounded_estimate(end), role, gebiet_id=gebiet_id) for end, role in ends if not math.isnan(end)]
    return Explanation(tuple(numbers))


def _period(known: Known) -> Explanation:
    years = sorted({entry.stand[:4] for entry in known.katalog.values() if entry.verfuegbar})
    issued = day(known.issued)
    old = f"am {issued} älter als {MAX_AGE_YEARS} Jahre"
    span = "–".join(dict.fromkeys((years[0], years[-1])))
    return Explanation(literals=(f"Daten {span}", f"Alter der Daten gemessen am {issued}", old))


def _beside(known: Known, indikator: str, *gebiete: str) -> Explanation:
    """Values of several areas, their differences and what is said of them, each under the name of its column."""
    werte = [known.wert(indikator, key) for key in gebiete]
    cells = {**columns(werte), **difference_columns(werte)}
    words = [*known.words_of([indikator]), *_definition(known, indikator).literals, row_title(known.katalog[indikator])]
    return Explanation(literals=(*(flat(f"{head} {cell}") for head, cell in cells.items()), *map(flat, words)))


def _limits(known: Known, indikator: str) -> Explanation:
    """The limits of the colours of a map, recomputed."""
    values = pd.Series([float(known.wert(indikator, key)) for key in known.stadtteile])
    return Explanation(literals=(f"Farbklassen {flat(limit_words(values, known.katalog[indikator]))}",))


def _selection(_: Known, *keys: str) -> Explanation:
    return Explanation((Number(number(len(keys)), OTHER, "", after=("Karte", "Zeile")),))


def _alike(known: Known, gebiet_id: str) -> Explanation:
    """The shares of draws of the similar Stadtteile, each bound to its name, and the limit."""
    found = similar_stadtteile(known.data, known.issued)[gebiet_id]
    shares = [Number(str(near.prozent), OTHER, "%", "", near.gebiet.id) for near in found.naechste]
    return Explanation(tuple(shares), (f"mindestens {round(CLEAR * 100)} %",))


def _site(known: Known, *key: str) -> Explanation:
    from sozialraum.report.sited import site  # what it imports only pages about sites need

    return site(known, *key)


LOOKED_UP: Final[dict[str, Callable[..., Explanation | None]]] = {
    INDICATOR: _indicator,
    "spanne": _range,
    "definition": _definition,
    "luecke": _gap,
    "quelle": _source,
    "jenseits": _beyond,
    "zeitraum": _period,
    "auswahl": _selection,
    "farbklassen": _limits,
    "nebeneinander": _beside,
    "aussage": _judged,
    "aehnlich": _alike,
    "standort": _site,
}
"""Kinds of references that are looked up in the tables; the details of all others are phrases that may be printed."""
