"""What a text may print about the values of indicators, recomputed from the tables."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import pandas as pd

from sozialraum.evidence.explanation import (
    BAND,
    CITY,
    HIGHEST,
    LOWEST,
    OTHER,
    SPAN_FROM,
    SPAN_TO,
    VALUE,
    Explanation,
    Number,
)
from sozialraum.evidence.known import Known
from sozialraum.evidence.numbers import POINTS, flat
from sozialraum.indicators import PLAIN_COUNT, Indikator
from sozialraum.sources import citation
from sozialraum.style import day, number, rounded_estimate, value


def _indicator(known: Known, indikator: str, gebiet_id: str) -> Explanation | None:
    row, city = known.row(indikator, gebiet_id), known.row(indikator, known.city.id)
    if row is None or city is None:
        return None
    entry = known.katalog[indikator]
    notes = (row["hinweis"], row["grund"], day(row["stand"]), day(city["stand"]))
    literals = [*_definition(known, indikator).literals, *(flat(str(note)) for note in notes if not pd.isna(note))]
    return Explanation(
        numbers=tuple(_values(entry, row, city, gebiet_id, known.city.id)),
        literals=tuple(part for text in literals for part in (text, text.rstrip(".")) if part),
        indikator=indikator,
        gebiet_id=gebiet_id,
        klasse=str(row["klasse"]),
        name=f"{entry.titel}, {known.data.register.by_id(gebiet_id).label}",
    )


def _values(entry: Indikator, row: Any, city: Any, gebiet_id: str, city_id: str) -> Iterable[Number]:
    unit = None if entry.typ == "anzahl" else flat(entry.einheit)
    digits, key = entry.nachkommastellen, entry.id
    if not pd.isna(row["wert"]):
        yield Number(_printed(row, entry), VALUE, unit, key, gebiet_id)
        if entry.typ == "anzahl" and row["stadtwert"] > 0 and row["stand"] == city["stand"]:
            yield Number(number(row["wert"] / row["stadtwert"] * 100, 1), OTHER, "%", key, gebiet_id)
    if not pd.isna(city["wert"]):
        yield Number(_printed(city, entry), CITY, unit, key, city_id)
    if entry.typ == "anteil" and not pd.isna(row["zaehler"]):
        counted = number(row["zaehler"]) if row["art"] != "geschaetzt" else rounded_estimate(row["zaehler"])
        yield Number(counted, VALUE, None, key, gebiet_id)
    if row["von"] < row["bis"]:
        for name, role in (("von", SPAN_FROM), ("bis", SPAN_TO)):
            yield Number(value(row[name], entry, art=str(row["art"]), unit=False), role, None, key, gebiet_id)
    if not pd.isna(row["differenz"]):
        apart = POINTS if entry.einheit == "%" else flat(entry.einheit)
        yield Number(number(abs(row["differenz"]), digits), OTHER, apart, key, gebiet_id)
    if not pd.isna(row["band"]):
        for edge in (row["stadtwert"] - row["band"], row["stadtwert"] + row["band"]):
            yield Number(number(edge, digits), BAND, None, key)


def _printed(row: Any, entry: Indikator) -> str:
    return value(row["wert"], entry, art=str(row["art"]), unit=False)


def _range(known: Known, indikator: str) -> Explanation:
    """Lowest and highest Stadtteil, and how many have a value."""
    entry, values = known.katalog[indikator], known.values(indikator)
    ends = ((LOWEST, min(values.values())), (HIGHEST, max(values.values()))) if values else ()
    unit = None if entry.einheit == PLAIN_COUNT or entry.typ == "anzahl" else flat(entry.einheit)
    numbers = [
        Number(_printed(known.row(indikator, key), entry), kind, unit, indikator, key)
        for role, extreme in ends
        for key, wert in values.items()
        for kind in (VALUE, role)
        if wert == extreme
    ]
    gaps = len(known.stadtteile) - len(values)
    counts = (Number(str(len(values)), OTHER, "", after=("Stadtteil",)), Number(str(gaps), OTHER, ""))
    return Explanation((*numbers, *counts), _definition(known, indikator).literals)


def _definition(known: Known, indikator: str) -> Explanation:
    """Words of the catalogue, dates and attributions of an indicator."""
    entry = known.katalog[indikator]
    sources = [known.data.quellen[key] for key in entry.quellen]
    credited = [part for source in sources for part in (source.kurz or source.quellenvermerk).split("; ")]
    dates = [day(entry.stand), f"Zensus-Schätzung {entry.stand[:4]}"] if entry.stand else []
    words = (entry.definition, entry.methode, entry.grenzen, entry.keine_klasse, entry.veroeffentlicht)
    texts = [flat(text) for text in (*words, *credited, *dates, f"({entry.einheit})") if text]
    return Explanation(literals=tuple(part for text in texts for part in (text, text.rstrip("."))))


def _gap(known: Known, indikator: str) -> Explanation:
    """Words of an indicator without data, with its names: there may be a year or an age in them."""
    return Explanation(literals=(*known.words_of([indikator]), *_definition(known, indikator).literals))


def _members(known: Known, gebiet_id: str) -> Explanation:
    count = len(known.data.register.members(gebiet_id))
    return Explanation((Number(number(count), OTHER, "", after=("Stadtteil",)),))


def _source(known: Known, key: str) -> Explanation:
    source = known.data.quellen[key]
    credited = [source.kurz, source.quellenvermerk, *(source.kurz or source.quellenvermerk).split("; ")]
    dates = [day(source.stand)] if source.stand else []
    return Explanation(literals=tuple(flat(text) for text in (citation(source), *credited, *dates) if text))


VALUES: Final[dict[str, Callable[..., Explanation | None]]] = {
    "indikator": _indicator,
    "spanne": _range,
    "definition": _definition,
    "luecke": _gap,
    "stadtteile": _members,
    "quelle": _source,
}
"""Kinds of references that this module explains."""
