"""Departures of public transport at stops on a working day, from a fetched timetable; see Data.abfahrten."""

from pathlib import Path
from typing import Final

import pandas as pd

from sozialraum.city.fetched import FETCHED
from sozialraum.city.readers import read_csv

FILE: Final = "abfahrten.csv"
FIRST_HOUR, LAST_HOUR = 7, 19
"""The part of a working day over which departures per hour are averaged: from 7:00 to 19:00."""
OFTEN: Final = "reichweite_takt_300m"
"""Id of the indicator that counts who lives near a stop with many departures."""
PER_STOP: Final = ("halt", "name", "einrichtung", "gebiet_id", "lon", "lat", "stand")
KINDS: Final = ("S-Bahn", "Regionalzug", "Fernzug", "U-Bahn", "Straßenbahn", "Bus", "Schwebebahn", "Seilbahn", "Fähre")
"""Kinds of public transport, in the order in which they are named."""


def read_departures(folder: Path) -> pd.DataFrame:
    """``abfahrten.csv``: one row per stop and hour of the calendar day ``stand``; empty if no timetable was fetched.

    Columns halt (id in the timetable), name, einrichtung (id of the stop in ``einrichtungen``, missing where none lies
    there), gebiet_id, lon, lat, stand, stunde (0 to 23), abfahrten, arten (kinds of public transport joined by ``|``).
    """
    path = folder / FETCHED / FILE
    if not path.is_file():
        return pd.DataFrame(columns=[*PER_STOP, "stunde", "abfahrten", "arten"])
    return read_csv(path, {"lon": "float64", "lat": "float64", "stunde": "int64", "abfahrten": "int64"})


def per_stop(table: pd.DataFrame, by: str = "halt") -> pd.DataFrame:
    """Departures of each stop: per day, per hour between 7:00 and 19:00, kinds in their order.

    Parameters
    ----------
    table
        Rows of :attr:`sozialraum.city.load.Data.abfahrten`.
    by
        "halt", or "einrichtung" for the stops of our own tables, at which several of the timetable may lie.

    Returns
    -------
    pandas.DataFrame
        Index ``by``; columns name, gebiet_id, lon, lat, stand, am_tag, je_stunde, arten (a tuple).
    """
    known = table[table[by].notna()]
    groups = known.groupby(by, sort=True)
    first = groups[["name", "gebiet_id", "lon", "lat", "stand"]].first()
    day = known["stunde"].between(FIRST_HOUR, LAST_HOUR - 1)
    hourly = known[day].groupby(by)["abfahrten"].sum() / (LAST_HOUR - FIRST_HOUR)
    named = [set("|".join(cells).split("|")) for cells in groups["arten"].agg(list)]
    kinds = pd.Series([tuple(kind for kind in KINDS if kind in found) for found in named], first.index, dtype="object")
    hourly = hourly.reindex(first.index, fill_value=0.0)
    return first.assign(am_tag=groups["abfahrten"].sum(), je_stunde=hourly, arten=kinds)
