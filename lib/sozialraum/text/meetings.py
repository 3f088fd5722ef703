"""Places to visit for outreach work: where many people may be at which time of day, why, and after which source.

For the administration only: the words refuse every other audience. Of people nothing is said, and nothing is scored: a
place is in the list because of what it is. Hours that no source gives are conventions, and called so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from sozialraum.city.access import is_supply
from sozialraum.city.market_hours import WEEKDAYS, Hours, market_hours
from sozialraum.compare.analysis import Analysis
from sozialraum.errors import ParameterError
from sozialraum.style import NBSP, SYMBOLS, day, number, symbol_key
from sozialraum.supply.own_tables import ENVIRONMENT, audience
from sozialraum.text.claims import Sentence, noted, with_cells
from sozialraum.text.stops import timetable_sources

INTERNAL: Final = "intern"
BANDS: Final = {
    "morgens": (7, 9),
    "vormittags": (9, 12),
    "mittags": (12, 15),
    "nachmittags": (15, 18),
    "abends": (18, 21),
}
"""Times of day in hours."""
STREET: Final = "einkaufsstrasse"


@dataclass(frozen=True)
class Kind:
    """A kind of place: at which hours and on how many days from Monday it counts if nothing else is known, and why."""

    hours: tuple[tuple[int, int], ...]
    grund: str
    annahme: bool = True
    tage: int = len(WEEKDAYS)

    def on(self, tag: str) -> bool:
        """Whether it counts on a day of the week; "" is any."""
        return not tag or WEEKDAYS.index(tag) < self.tage

    def listed(self, zeiten: Sequence[str]) -> str:
        """Times of day in words, with the days if it does not count on all."""
        days = f"{WEEKDAYS[0]} bis {WEEKDAYS[self.tage - 1]} " if self.tage < len(WEEKDAYS) else ""
        return f"{days}{', '.join(zeiten)}"


KINDS: Final[Mapping[str, Kind]] = {
    "haltestelle": Kind(((7, 9), (12, 18)), "Ein-, Aus- und Umsteigen"),
    "markt": Kind((), "Wochenmarkt zu festen Zeiten", annahme=False),
    STREET: Kind(((9, 18),), "Einkaufen und Erledigungen", tage=6),
    "platz": Kind(((9, 21),), "öffentlicher Platz zum Aufenthalt"),
    "park": Kind(((12, 21),), "öffentliche Grünfläche zum Aufenthalt"),
    "spielplatz": Kind(((15, 18),), "Kinder und Begleitpersonen"),
    "schule": Kind(((7, 9), (12, 15)), "Wege zu Beginn und Ende des Unterrichts", tage=5),
    "kita": Kind(((7, 9), (15, 18)), "Bringen und Abholen", tage=5),
    "anlaufstelle": Kind(((9, 18),), "Beratung und Angebote", tage=5),
    "begegnung": Kind(((12, 18),), "Ort der Begegnung"),
}
"""Kinds of places in the order of the list."""


@dataclass(frozen=True)
class Treffpunkt:
    """A place to visit.

    Attributes
    ----------
    key
        Id of the place, or of the shopping street.
    zeiten
        Times of day at which it counts, keys of :data:`BANDS`.
    wann
        The same in words, with days where they are known.
    angenommen
        Whether the hours are a convention.
    """

    key: str
    name: str
    art: str
    label: str
    zeiten: tuple[str, ...]
    wann: str
    grund: str
    quelle: str
    angenommen: bool


def require_internal(analysis: Analysis) -> None:
    """Refuse every audience but the administration.

    Raises
    ------
    ParameterError
        If the data are opened for anybody else.
    """
    if audience(analysis.data.environment.get(ENVIRONMENT)) != INTERNAL:
        raise ParameterError(
            "Die Liste der Treffpunkte ist nur für die Verwaltung bestimmt. Bitte mit --weitergabe intern aufrufen."
        )


def meeting_places(analysis: Analysis, tag: str = "") -> list[Treffpunkt]:
    """Places to visit in the area, by kind and name; on one day of the week if one is named.

    Raises
    ------
    ParameterError
        If the audience is not the administration, or there is no such day.
    """
    require_internal(analysis)
    if tag and tag not in WEEKDAYS:
        raise ParameterError(f"Den Tag „{tag}“ gibt es nicht. Möglich sind: {', '.join(WEEKDAYS)}.")
    found = [*_facilities(analysis, tag), *(_streets(analysis) if KINDS[STREET].on(tag) else ())]
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.art), one.name.casefold(), one.key))


def _facilities(analysis: Analysis, tag: str) -> Iterator[Treffpunkt]:
    table = analysis.places
    chosen = table[table["art"].isin(KINDS) & is_supply(table, analysis.data.orte) & table["name"].notna()]
    busy, timetable = _departures(analysis), _timetable(analysis)
    for key, row in zip(chosen.index, chosen.to_dict("records"), strict=True):
        kind, times = KINDS[row["art"]], _times(row, tag)
        if times is None:
            continue
        zeiten, wann, known = times
        grund, source = kind.grund, _source(analysis, row)
        if row["art"] == "haltestelle" and key in busy:
            grund = f"{grund}; am {busy[key][0]} bis zu {number(busy[key][1])}{NBSP}Abfahrten in einer Stunde"
            source = "; ".join(part for part in (source, timetable) if part)
        label = SYMBOLS[symbol_key(row["art"], str(row["unterart"])) or "Q"].label
        label = str(row["unterart"]) if row["art"] in ("schule", "anlaufstelle", "begegnung", "spielplatz") else label
        yield Treffpunkt(str(key), str(row["name"]), str(row["art"]), label, zeiten, wann, grund, source, not known)


def _streets(analysis: Analysis) -> Iterator[Treffpunkt]:
    table, kind = analysis.data.einkaufsstrassen, KINDS[STREET]
    for key, row in table[analysis.data.inside(analysis.gebiet.id, table)].iterrows():
        zeiten = _bands(kind.hours)
        yield Treffpunkt(
            str(key), str(row["name"]), STREET, "Einkaufsstraße", zeiten, kind.listed(zeiten), kind.grund,
            _source(analysis, row), True
        )  # fmt: skip


def _times(row: Mapping[Any, Any], tag: str) -> tuple[tuple[str, ...], str, bool] | None:
    """Times of day, the same in words, and whether a source gives them; None if the place does not count that day."""
    kind = KINDS[row["art"]]
    if kind.annahme:
        zeiten = _bands(kind.hours)
        return (zeiten, kind.listed(zeiten), False) if kind.on(tag) else None
    note = "" if pd.isna(row["hinweis"]) else str(row["hinweis"])
    hours = [one for one in market_hours(note) if not tag or one.tag == tag]
    if not hours:
        return None if tag and market_hours(note) else (tuple(BANDS), note or "Zeiten nicht erfasst", False)
    return _bands([(one.von, one.bis) for one in hours]), _said(hours), True


def _said(hours: Sequence[Hours]) -> str:
    return ", ".join(f"{one.tag} {_clock(one.von)} bis {_clock(one.bis)} Uhr" for one in hours)


def _clock(hour: float) -> str:
    return f"{int(hour)}" if hour == int(hour) else f"{int(hour)}:{round(60 * (hour - int(hour))):02d}"


def _bands(hours: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """The times of day that hours touch."""
    return tuple(name for name, (start, end) in BANDS.items() if any(von < end and bis > start for von, bis in hours))


def _source(analysis: Analysis, row: Any) -> str:
    proof = row.get("nachweis")
    if isinstance(proof, str) and proof:
        return proof
    names = [analysis.data.quellen[key] for key in str(row["quelle"]).split("|") if key in analysis.data.quellen]
    return "; ".join(dict.fromkeys(one.kurz or one.quellenvermerk for one in names))


def _departures(analysis: Analysis) -> dict[str, tuple[str, int]]:
    """Day and most departures within an hour by stop, where a timetable was fetched."""
    table = analysis.data.abfahrten
    known = table[table["einrichtung"].notna()]
    hourly = known.groupby(["einrichtung", "stand", "stunde"])[["abfahrten"]].sum().reset_index()
    most = hourly.sort_values("abfahrten").drop_duplicates("einrichtung", keep="last")
    rows = most[["einrichtung", "stand", "abfahrten"]].itertuples(index=False)
    return {str(key): (day(str(stand)), int(count)) for key, stand, count in rows}


def _timetable(analysis: Analysis) -> str:
    """Who published the departures; empty if nobody is known."""
    return _source(analysis, {"quelle": "|".join(timetable_sources(analysis.data))})


def meeting_table(places: Sequence[Treffpunkt]) -> pd.DataFrame:
    """Places to visit with kind, time, reason and source; index name. Those without a name of their own are one row."""
    rows = [
        {
            "Ort": one.name if count == 1 else f"{number(count)} ohne eigenen Namen (siehe Karte)", "Art": one.label,
            "Wann": one.wann + (" (Festlegung)" if one.angenommen else ""),
            "Grund": one.grund, "Quelle": one.quelle,
        }
        for one, count in _counted(places)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["Ort", "Art", "Wann", "Grund", "Quelle"]).set_index("Ort")
    return with_cells(frame, "treffpunkt")


def _counted(places: Sequence[Treffpunkt]) -> list[tuple[Treffpunkt, int]]:
    """Places, those that are called by their kind only once with their number."""
    same = [
        (one.art, one.label, one.wann, one.grund, one.quelle) if one.name == one.label else one.key for one in places
    ]
    counts = Counter(same)
    first = dict(zip(reversed(same), reversed(places), strict=True))
    return [(first[key], count) for key, count in counts.items()]


def meeting_lead(analysis: Analysis, places: Sequence[Treffpunkt], tag: str = "") -> list[Sentence]:
    """What the list is and what it is not."""
    timed = bool(_departures(analysis))
    where = f"Orte {analysis.gebiet.in_phrase}, an denen sich Menschen aufhalten"
    texts = [
        f"{where}, zum Ansprechen und für Angebote{f', {tag}' if tag else ''}: {number(len(places))} Einträge.",
        "Wie viele Menschen dort sind und wer sie sind, zeigen die Daten nicht.",
        f"Tageszeiten: {bands_words()}",
        "Zeiten mit dem Zusatz „Festlegung“ sind angenommen, nicht erhoben; nur Wochenmärkte haben belegte Zeiten.",
        "Ferien und Feiertage sind nicht berücksichtigt.",
    ]
    if not timed:
        texts.append("Abfahrten je Haltestelle sind nicht abgerufen; welche viel bedient werden, ist deshalb offen.")
    return [noted("treffpunkte", text) for text in texts]


def bands_words() -> str:
    """What the times of day mean."""
    return "; ".join(f"{name}: {start} bis {end} Uhr" for name, (start, end) in BANDS.items()) + "."
