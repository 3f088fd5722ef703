"""Several dates of one indicator from own tables: the series, and what a change consists of."""

from dataclasses import dataclass

import pandas as pd

from sozialraum.indicators import unknown_indicator
from sozialraum.intake import Paket
from sozialraum.load import Data
from sozialraum.workspace.own_tables import own_packages


@dataclass(frozen=True)
class Change:
    """A change between two dates, in the indicator's unit; None where a part cannot be separated.

    Attributes
    ----------
    total
        Value of the later date against what was first published for the earlier one: change, revision and method
        together.
    change
        What really changed: both dates counted in the same way, in their latest issue.
    revision
        Latest issue of the earlier date against its first, counted in the same way.
    method
        The earlier date counted in the new way against the old way; 0 if the way is the same.
    """

    first: str
    last: str
    total: float | None
    change: float | None
    revision: float | None
    method: float | None


def time_series(data: Data, indikator: str) -> pd.DataFrame:
    """Values of every date in its latest issue: index stand (oldest first), a column per area; empty without any."""
    return pd.DataFrame({paket.stand: _values(paket) for paket in latest_issues(data, indikator).values()}).T


def split_change(data: Data, indikator: str, gebiet_id: str) -> Change | None:
    """The change of an area between the last two dates, and what it consists of.

    Returns
    -------
    Change or None
        None if there are fewer than two dates.
    """
    data.register.by_id(gebiet_id)
    issues = _issues(data, indikator)
    stands = list(dict.fromkeys(paket.stand for paket in issues))
    if len(stands) < 2:
        return None
    earlier, later = stands[-2:]
    before = [paket for paket in issues if paket.stand == earlier]
    now = [paket for paket in issues if paket.stand == later][-1]
    old, same = before[0], [paket for paket in before if paket.methode == now.methode]
    old_way = [paket for paket in before if paket.methode == old.methode][-1]
    value, first, last_old_way = (_value(paket, gebiet_id) for paket in (now, old, old_way))
    comparable = _value(same[-1], gebiet_id) if same else None
    return Change(
        earlier,
        later,
        total=_minus(value, first),
        change=_minus(value, comparable),
        revision=_minus(last_old_way, first),
        method=_minus(comparable, last_old_way),
    )


def _issues(data: Data, indikator: str) -> list[Paket]:
    """Packages of an indicator by date, then by issue."""
    known = data.indikatoren_yml["indikatoren"]
    if indikator not in known:
        raise unknown_indicator(indikator, known)
    return [paket for paket in own_packages(data) if paket.indikator == indikator]


def latest_issues(data: Data, indikator: str) -> dict[str, Paket]:
    """The latest issue of every date of an indicator, oldest date first; empty without own tables."""
    return {paket.stand: paket for paket in _issues(data, indikator)}


def _values(paket: Paket) -> pd.Series:
    return paket.werte.set_index("gebiet_id")["wert"]


def _value(paket: Paket, gebiet_id: str) -> float | None:
    found = _values(paket).get(gebiet_id)
    return None if found is None or pd.isna(found) else float(found)


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
