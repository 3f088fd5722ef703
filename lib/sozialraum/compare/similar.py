"""Similar Stadtteile: the nearest over one list of topics, and how often they stay it within the errors of the values.

The list stands in ``indikatoren.yml`` (``aehnlich``: topic and indicator), the same for every Stadtteil. A topic counts
while its indicator may be classed; distances are in spreads of the Stadtteile, as classes are. Values are drawn evenly
within their intervals, each for itself; the share of draws in which another Stadtteil stays among the nearest says how
well the data bear it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from sozialraum.city.gebiete import Gebiet
from sozialraum.city.load import Data
from sozialraum.compare.analysis import NO_DATA, Analysis, analyse, no_class_reason
from sozialraum.compare.wert import UNCLASSED
from sozialraum.errors import ParameterError, SchemaError

NEAREST: Final = 5
DRAWS: Final = 1000
CLEAR: Final = 0.9
"""Share of draws from which on a Stadtteil is called similar."""
MIN_TOPICS: Final = 2
_COVERED: Final = 0.8
"""Share of the Stadtteile that must have a value, or the topic is left out: own tables may tell of few."""
_AT_ONCE: Final = 2_000_000
_KEY: Final = "aehnlich"


@dataclass(frozen=True)
class Near:
    """One of the nearest Stadtteile.

    Attributes
    ----------
    abstand
        Root of the mean square of the differences, in spreads of the Stadtteile.
    anteil
        Share of draws in which it stays among the nearest.
    """

    gebiet: Gebiet
    abstand: float
    anteil: float

    @property
    def eindeutig(self) -> bool:
        """Whether it stays in nearly all draws."""
        return self.anteil >= CLEAR

    @property
    def prozent(self) -> int:
        """The share as printed, rounded down: what is below the limit never looks as if it reached it."""
        return int(self.anteil * 100 + 1e-9)


@dataclass(frozen=True)
class Similar:
    """The Stadtteile that are nearest to one.

    Attributes
    ----------
    themen
        Topics that were compared, each with the id of its indicator.
    entfallen
        Topics that were not, each with the reason.
    naechste
        The nearest first; empty where nothing can be said.
    grund
        Why nothing can be said.
    """

    gebiet: Gebiet
    themen: Mapping[str, str]
    entfallen: Mapping[str, str]
    naechste: tuple[Near, ...] = ()
    grund: str = ""

    @property
    def words(self) -> str:
        """By what they are similar: "ähnlich nach Altersaufbau, Dichte, Wahlbeteiligung"."""
        return f"ähnlich nach {', '.join(self.themen)}"

    @property
    def clear(self) -> tuple[Near, ...]:
        """Those that the data bear."""
        return tuple(near for near in self.naechste if near.eindeutig)


def similar(analysis: Analysis) -> Similar:
    """The Stadtteile nearest to the analysed one.

    Raises
    ------
    ParameterError
        If the area is no Stadtteil.
    """
    area = analysis.gebiet
    if area.ebene != "stadtteil":
        raise ParameterError(
            f"Ähnliche Stadtteile gibt es nur zu einem Stadtteil; {area.langname} ist keiner. "
            "Bitte einen Stadtteil wählen."
        )
    return similar_stadtteile(analysis.data, analysis.issued)[area.id]


@lru_cache(maxsize=8)
def similar_stadtteile(data: Data, issued: date) -> Mapping[str, Similar]:
    """The nearest of every Stadtteil by id: computed once per table set and day."""
    analysis = analyse(data, data.register.city.id, issued=issued)
    themen, entfallen = _topics(analysis)
    keys = list(themen.values())
    usable = [area for area in analysis.stadtteile if not any(_unusable(analysis, key, area) for key in keys)]
    grund = _refusal(themen, entfallen, len(usable))
    if grund:
        return {key: Similar(data.register.by_id(key), themen, entfallen, (), grund) for key in analysis.stadtteile}
    values, low, high = (_scaled(analysis, keys, usable, end) for end in ("wert", "von", "bis"))
    apart, shares = nearest(values, low, high)
    found = {}
    for key in analysis.stadtteile:
        area = data.register.by_id(key)
        if key in usable:
            row = pd.DataFrame({"abstand": apart.loc[key], "anteil": shares.loc[key]}).drop(index=key).sort_index()
            first = row.sort_values("abstand", kind="stable").head(NEAREST)  # equal ones in the order of their ids
            near = [Near(data.register.by_id(str(one)), *map(float, cells)) for one, *cells in first.itertuples()]
            found[key] = Similar(area, themen, entfallen, tuple(near))
        else:
            found[key] = Similar(area, themen, entfallen, (), _why_not(analysis, themen, key))
    return found


def nearest(
    values: pd.DataFrame, low: pd.DataFrame, high: pd.DataFrame, *, count: int = NEAREST, draws: int = DRAWS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Distances between all rows, and how often each column's area is among the nearest of a row's within the errors.

    Parameters
    ----------
    values, low, high
        One row per area, one column per topic, in comparable units: the value and the ends of its interval.

    Returns
    -------
    tuple
        Distances and shares of draws (0 to 1), both areas by areas, in the order of the index. The order of the rows
        changes nothing: the draws belong to the ids.

    Examples
    --------
    >>> exact = pd.DataFrame({"Dichte": [0.0, 1.0, 3.0]}, index=["a", "b", "c"])
    >>> apart, shares = nearest(exact, exact, exact, count=1)
    >>> apart.loc["a"].tolist(), shares.loc["a"].tolist()
    ([0.0, 1.0, 3.0], [0.0, 1.0, 0.0])
    """
    ordered = values.sort_index()
    lowest, highest = (ends.loc[ordered.index].to_numpy() for ends in (low, high))
    size, width = ordered.shape
    random = np.random.default_rng(0).random((draws, size, width))
    among = np.zeros((size, size))
    step = max(1, _AT_ONCE // size**2)
    for start in range(0, draws, step):
        drawn = _squares(lowest + random[start : start + step] * (highest - lowest))
        drawn[:, range(size), range(size)] = np.inf
        among += (drawn <= np.partition(drawn, count - 1, axis=2)[:, :, count - 1 : count]).sum(axis=0)
    names = ordered.index
    apart = pd.DataFrame(np.sqrt(_squares(ordered.to_numpy()[None])[0] / width), names, names)
    shares = pd.DataFrame(among / draws, names, names)
    return apart.loc[values.index, values.index], shares.loc[values.index, values.index]


def _squares(values: np.ndarray) -> np.ndarray:
    """Squared distances between the rows of each draw (draw, area, topic)."""
    total = np.zeros((*values.shape[:2], values.shape[1]))
    for topic in range(values.shape[2]):
        total += (values[:, :, None, topic] - values[:, None, :, topic]) ** 2
    return total


def _topics(analysis: Analysis) -> tuple[dict[str, str], dict[str, str]]:
    """Topics that can be compared with their indicators, and the others with the reason."""
    declared = topics(analysis.data)
    reasons = {topic: _general_reason(analysis, key) for topic, key in declared.items()}
    counts = {
        topic: sum(not _unusable(analysis, declared[topic], area) for area in analysis.stadtteile)
        for topic, reason in reasons.items()
        if not reason
    }
    for topic, known in counts.items():
        if known < _COVERED * max(counts.values()) or not known:
            reasons[topic] = "Es liegen nur für wenige Stadtteile Werte mit Spanne vor."
    return {topic: declared[topic] for topic, reason in reasons.items() if not reason}, {
        topic: reason for topic, reason in reasons.items() if reason
    }


def topics(data: Data) -> dict[str, str]:
    """Topics and indicators as written.

    Raises
    ------
    SchemaError
        If there is no such indicator, or two are of one chapter: no topic counts twice.
    """
    entries = data.indikatoren_yml["indikatoren"]
    chapters: dict[str, str] = {}
    found = {}
    for topic, key in (data.indikatoren_yml.get(_KEY) or {}).items():
        if key not in entries:
            raise SchemaError([f"indikatoren.yml, {_KEY}: Den Indikator „{key}“ gibt es nicht. Bitte berichtigen."])
        other = chapters.setdefault(str(entries[key]["kapitel"]), topic)
        if other != topic:
            raise SchemaError(
                [f"indikatoren.yml, {_KEY}: „{other}“ und „{topic}“ stehen im selben Kapitel. Bitte nur eines nennen."]
            )
        found[str(topic)] = str(key)
    return found


def _general_reason(analysis: Analysis, indikator: str) -> str:
    entry = analysis.katalog.get(indikator)
    if entry is None or not entry.verfuegbar:
        return NO_DATA
    flat = not analysis.city_wert(indikator).streuung
    return no_class_reason(entry, issued=analysis.issued) or ("Alle Stadtteile haben denselben Wert." if flat else "")


def _unusable(analysis: Analysis, indikator: str, gebiet_id: str) -> bool:
    item = analysis.wert(indikator, gebiet_id)
    return item.klasse == UNCLASSED or item.wert is None or item.von is None


def _refusal(themen: Mapping[str, str], entfallen: Mapping[str, str], known: int) -> str:
    """Why no Stadtteil can be compared; empty if they can."""
    if not themen and not entfallen:
        return "Es ist nicht festgelegt, wonach Stadtteile verglichen werden."
    if len(themen) < MIN_TOPICS:
        return (
            f"Für einen Vergleich liegen zu wenige Themen vor ({', '.join(themen) or 'keines'}); nötig sind "
            f"{MIN_TOPICS}."
        )
    if known <= NEAREST:
        return "Für einen Vergleich haben zu wenige Stadtteile Werte mit Spanne."
    return ""


def _why_not(analysis: Analysis, themen: Mapping[str, str], gebiet_id: str) -> str:
    lacking = [topic for topic, key in themen.items() if _unusable(analysis, key, gebiet_id)]
    return f"Verglichen wird nur, was zu jedem Thema eingestuft ist; ohne Einstufung ist hier: {', '.join(lacking)}."


def _scaled(analysis: Analysis, indikatoren: list[str], areas: list[str], end: str) -> pd.DataFrame:
    """Values, or an end of their intervals, in spreads; one row per area."""
    columns = {
        key: [getattr(item, end) / (item.streuung or 1.0) for area in areas for item in [analysis.wert(key, area)]]
        for key in indikatoren
    }
    return pd.DataFrame(columns, index=pd.Index(areas), dtype="float64")
