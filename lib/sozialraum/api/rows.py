"""Values as rows: long, one per value, and wide, one per area; for the command line and for files."""

from collections.abc import Iterable
from typing import Any, Final

from sozialraum.city.gebiete import fold
from sozialraum.city.indicators import catalogue, look_up, unknown_indicator
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.wert import COLUMNS

REASON: Final = "grund"
LONG: Final = (*COLUMNS, REASON)
"""The long form for people: the columns for machines, and why a value is missing."""
PLACE: Final = ("gebiet_id", "gebiet", "ebene")
Rows = list[dict[str, Any]]


def indicator_ids(analysis: Analysis, names: Iterable[str]) -> list[str]:
    """Ids of indicators that a person names by id or title, each once; one without data is there too.

    Raises
    ------
    ParameterError
        If there is none of that name; lists what is possible.
    """
    return list(dict.fromkeys(_indicator(analysis, name) for name in names))


def _indicator(analysis: Analysis, name: str) -> str:
    if name in analysis.katalog:
        return name
    wanted = fold(name)
    for entry in analysis.katalog.values():
        if wanted and wanted in (fold(entry.titel), fold(entry.kurztitel)):
            return entry.id
    every = catalogue(analysis.data.indikatoren_yml)
    if name in every:
        return look_up(every, name).id  # says which template asks for it
    raise unknown_indicator(name, analysis.katalog)


def long_rows(analysis: Analysis, *, indikatoren: Iterable[str] | None = None, gebiete: Iterable[str] = ()) -> Rows:
    """One row per value with the columns :data:`LONG`; missing is None.

    Parameters
    ----------
    indikatoren
        Ids; all that have data if not given.
    gebiete
        Ids; all areas if not given.
    """
    keys = list(analysis.table.index.unique("indikator") if indikatoren is None else indikatoren)
    areas = list(gebiete) or [area.id for area in analysis.data.register]
    found = [analysis.wert(key, area) for area in areas for key in keys]
    return [one.row() | {REASON: one.grund if one.wert is None else ""} for one in found]


def wide_rows(rows: Iterable[dict[str, Any]]) -> Rows:
    """One row per area: of every indicator the value under its id, and the interval under ``_von`` and ``_bis``."""
    by_area: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = by_area.setdefault(row["gebiet_id"], {name: row[name] for name in PLACE})
        line[row["indikator"]] = row["wert"]
        line |= {f"{row['indikator']}_{end}": row[end] for end in ("von", "bis")}
    return list(by_area.values())
