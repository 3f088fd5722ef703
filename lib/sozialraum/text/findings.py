"""What the words of figures and tables share: sources with dates, values with names, extremes."""

from collections.abc import Iterable, Sequence
from typing import Final

from sozialraum.city.sources import UNDOCUMENTED, parse_stand
from sozialraum.compare.analysis import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW, Analysis
from sozialraum.compare.wert import Wert
from sozialraum.style import MISSING, art_label, day
from sozialraum.style.grammar import enumerate_words, upper_first
from sozialraum.text.chapters import counts_of
from sozialraum.text.claims import Sentence, fact
from sozialraum.text.places import MORE, counted_words

FINDINGS: Final = {
    AVERAGE: "liegt im gesamtstädtischen Durchschnitt",
    ABOVE: "ist überdurchschnittlich",
    BELOW: "ist unterdurchschnittlich",
    FAR_ABOVE: "liegt weit über dem Stadtwert",
    FAR_BELOW: "liegt weit unter dem Stadtwert",
}
FACILITIES: Final = (
    ("schulen", "Schule", "Schulen"),
    ("kitas", "Kita", "Kitas"),
    ("haltestellen", "Haltestelle", "Haltestellen"),
)


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
    return f"{analysis.katalog[indikator].kurztitel}: {extremes_of(analysis, indikator)}"


def infrastructure_title(analysis: Analysis) -> str:
    """Number of facilities in the area."""
    counts, unknown = counts_of(analysis, FACILITIES)
    told = [*counts, *(f"unbekannt viele {noun}" for noun in unknown)]
    return f"{upper_first(analysis.gebiet.in_phrase)}: {enumerate_words(told)}"


def infrastructure_alt(analysis: Analysis) -> str:
    """Which facilities the map shows, with numbers and the names of parks and squares."""
    here = analysis.places
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
    corridors = analysis.streets["name"].tolist()
    if corridors:
        parts.append(f"hervorgehoben: {', '.join(corridors)}")
    return sentence(parts)


def sentence(parts: Sequence[str]) -> str:
    """Parts of an alternative text with one full stop at the end, after an abbreviated unit too."""
    return "; ".join(parts).rstrip(".") + "."


def extremes_of(analysis: Analysis, indikator: str) -> str:
    """The lowest and the highest Stadtteil with their values."""
    ends = [named_value(item) for item in analysis.ends(indikator)]
    return f"niedrigster Wert {ends[0]}, höchster {ends[1]}" if ends else MISSING


def own_value(item: Wert) -> str:
    """Name and value of the area, with its interval."""
    text = named_value(item)
    between = item.span()
    return f"{text} (Spanne {between})" if between else text


def named_value(item: Wert) -> str:
    """Name and value of an area."""
    return f"{item.ort.label} {item.dated}"
