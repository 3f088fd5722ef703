"""Words of the departures at stops, where a timetable was fetched."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from sozialraum.city.departures import FIRST_HOUR, LAST_HOUR, OFTEN, per_stop
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis
from sozialraum.style import NBSP, number
from sozialraum.style.grammar import plural, upper_first
from sozialraum.text.claims import Sentence, fact

DEPARTURES: Final = "abfahrten_werktag"


@lru_cache(maxsize=4)
def departures_in_words(data: Data) -> Mapping[str, str]:
    """What the timetable says of stops, by their id; a stop of which it says nothing is not there."""
    stops = per_stop(data.abfahrten, "einrichtung")
    told = zip(stops.index, stops["am_tag"], stops["je_stunde"], stops["arten"], strict=True)
    return {str(key): _said(int(day), float(hour), ", ".join(kinds)) for key, day, hour, kinds in told}


def timetable_sources(data: Data) -> list[str]:
    """Ids of the sources of departures; empty without a timetable."""
    table = data.indikatoren
    return sorted(table.loc[table["indikator"] == DEPARTURES, "quelle"].str.split("|").explode().unique())


def _said(day: int, hour: float, kinds: str) -> str:
    often = f"rund {number(hour)}" if hour >= 1 else "weniger als 1"
    hours = f"von {FIRST_HOUR} bis {LAST_HOUR}{NBSP}Uhr {often} je Stunde"
    return f"{plural(day, 'Abfahrt', 'Abfahrten')} am Werktag, {hours} ({kinds})"


def served_often(analysis: Analysis) -> Iterator[Sentence]:
    """How many of a hundred live near a stop that is served often, where a timetable was fetched."""
    item = analysis[OFTEN] if OFTEN in analysis.katalog and analysis.katalog[OFTEN].verfuegbar else None
    if item is None or item.wert is None:
        return
    walk = upper_first(item.titel.removeprefix("Anteil der Menschen mit "))
    hours = f"werktags von {FIRST_HOUR} bis {LAST_HOUR}{NBSP}Uhr"
    text = f"{walk} haben {number(item.wert)} von 100 Menschen ({hours})"
    if analysis.gebiet.ebene != "stadt" and item.stadtwert is not None:
        text += f", in {item.stadt} {number(item.stadtwert)} von 100"
    yield Sentence(f"{text}.", (item,), (fact("gehzeit", walk, hours),))
