"""Several dates of one indicator, of own tables or shipped: the series, a change and its parts, one earlier date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, Final

import pandas as pd

from sozialraum.city.indicators import unknown_indicator
from sozialraum.city.load import REGISTER, TOGETHER, Data
from sozialraum.city.sources import Licence, Source
from sozialraum.errors import ParameterError
from sozialraum.supply.intake import WEITERGABE, Geheimhaltung, Paket
from sozialraum.supply.intake.dates import last_day
from sozialraum.supply.intake.description import NONE
from sozialraum.supply.own_tables import as_rows, own_packages, sources_of, with_rows

NO_VALUE: Final = "Zu diesem Stand liegt kein Wert vor."


@dataclass(frozen=True)
class Change:
    """A change between the last two dates with a value, in the indicator's unit; None where a part is not known.

    Attributes
    ----------
    total
        Value of the later date against what was first published for the earlier one: all parts together.
    change
        What really changed: both dates counted in the same way, in their latest issue.
    revision, correction
        Latest issue of the earlier date against its first, counted in the same way: what the office calls a revision,
        and what was put right.
    method
        The earlier date counted in the new way against the old way; 0 if the way is the same.
    """

    first: str
    last: str
    total: float | None
    change: float | None
    revision: float | None
    correction: float | None
    method: float | None


@dataclass(frozen=True)
class Reissue:
    """A value of an area that a later issue of the same date changed, counted in the same way.

    Attributes
    ----------
    revision
        Whether the office calls it a revision; otherwise it is a correction.
    """

    stand: str
    before: float
    after: float
    revision: bool


@dataclass(frozen=True)
class Shipped(Paket):
    """One date of a series that comes with the built tables; its source has a manifest."""

    manifest: Source = field(kw_only=True)

    @property
    def quelle_id(self) -> str:
        """Id of the manifest."""
        return self.manifest.id

    def source(self, _licences: Mapping[str, Licence]) -> Source:
        """The source of the manifest."""
        return self.manifest


def time_series(data: Data, indikator: str) -> pd.DataFrame:
    """Values of every date in its latest issue: index stand (oldest first), a column per area; empty without any."""
    return pd.DataFrame({stand: _values(paket) for stand, paket in latest_issues(data, indikator).items()}).T


def dates_of(data: Data, indikator: str, gebiet_id: str) -> list[Paket]:
    """The latest issue of every date that names an area, oldest first; its value may be kept secret there."""
    data.register.by_id(gebiet_id)
    return [paket for paket in latest_issues(data, indikator).values() if (paket.werte["gebiet_id"] == gebiet_id).any()]


def latest_issues(data: Data, indikator: str) -> dict[str, Paket]:
    """The latest issue of every date of an indicator, oldest date first; empty without a series."""
    return {issues[-1].stand: issues[-1] for issues in _dates(data, indikator)}


def value_of(paket: Paket, gebiet_id: str) -> float | None:
    """Value of an area at a date; None if there is none."""
    found = _values(paket).get(gebiet_id)
    return None if found is None or pd.isna(found) else float(found)


def split_change(data: Data, indikator: str, gebiet_id: str) -> Change | None:
    """The change of an area between the last two dates with a value, and what it consists of.

    Returns
    -------
    Change or None
        None if the area has a value at fewer than two dates.
    """
    data.register.by_id(gebiet_id)
    known = [issues for issues in _dates(data, indikator) if value_of(issues[-1], gebiet_id) is not None]
    if len(known) < 2:
        return None
    return _parts(known[-2], known[-1][-1], gebiet_id)


def change_since(
    data: Data, indikator: str, gebiet_id: str, day: str, *, kept: tuple[str, float] | None = None
) -> Change | None:
    """The change of an area from its last value up to a day to its newest one after it, and what it consists of.

    Parameters
    ----------
    kept
        Date and value that were kept on that day: what the office has changed of this date since is a revision.

    Returns
    -------
    Change or None
        None unless there is a value both before and after the day.
    """
    data.register.by_id(gebiet_id)
    known = [issues for issues in _dates(data, indikator) if value_of(issues[-1], gebiet_id) is not None]
    before = [issues for issues in known if last_day(issues[-1].stand) <= day]
    if not before or len(before) == len(known):
        return None
    found = _parts(before[-1], known[-1][-1], gebiet_id)
    if kept is None or last_day(kept[0]) != last_day(found.first) or found.total is None or found.revision is None:
        return found
    first = value_of(before[-1][0], gebiet_id) or 0.0
    return replace(found, total=found.total + first - kept[1], revision=found.revision + first - kept[1])


def _parts(before: list[Paket], now: Paket, gebiet_id: str) -> Change:
    """The change from a date, all its issues, to a later one."""
    old, same = before[0], [paket for paket in before if paket.methode == now.methode]
    old_way = [paket for paket in before if paket.methode == old.methode]
    value, first, last_old_way = (value_of(paket, gebiet_id) for paket in (now, old, old_way[-1]))
    comparable = value_of(same[-1], gebiet_id) if same else None
    steps = _steps(old_way, gebiet_id)
    known_ends = first is not None and last_old_way is not None
    return Change(
        before[-1].stand,
        now.stand,
        total=_minus(value, first),
        change=_minus(value, comparable),
        revision=sum(step.after - step.before for step in steps if step.revision) if known_ends else None,
        correction=sum(step.after - step.before for step in steps if not step.revision) if known_ends else None,
        method=_minus(comparable, last_old_way),
    )


def whole_change(data: Data, indikator: str, gebiet_id: str) -> Change | None:
    """The change of an area from its first to its last value, where all dates between are counted in the same way.

    Returns
    -------
    Change or None
        None if there are fewer than three values (see :func:`split_change` for two) or the way of counting changed.
    """
    known = [paket for paket in dates_of(data, indikator, gebiet_id) if value_of(paket, gebiet_id) is not None]
    if len(known) < 3 or breaks(known):
        return None
    change = _minus(value_of(known[-1], gebiet_id), value_of(known[0], gebiet_id))
    return Change(
        known[0].stand, known[-1].stand, total=change, change=change, revision=0.0, correction=0.0, method=0.0
    )


def reissues(data: Data, indikator: str, gebiet_id: str) -> list[Reissue]:
    """Every change of a value of an area by later issues of its date, those of one kind after each other as one."""
    data.register.by_id(gebiet_id)
    found: list[Reissue] = []
    for issues in _dates(data, indikator):
        for methode in dict.fromkeys(paket.methode for paket in issues):
            steps = _steps([paket for paket in issues if paket.methode == methode], gebiet_id)
            for _, run in groupby(steps, key=lambda step: step.revision):
                first, *later = run
                found.append(replace(first, after=later[-1].after) if later else first)
    return [one for one in found if one.before != one.after]


def _steps(issues: Iterable[Paket], gebiet_id: str) -> list[Reissue]:
    """Differences from issue to issue of one date; one that only repeats all values tells anew what they are."""
    told: list[Paket] = []
    for paket in issues:
        if told and _values(told[-1]).equals(_values(paket)):
            told.pop()
        told.append(paket)
    known = [(paket, value) for paket in told if (value := value_of(paket, gebiet_id)) is not None]
    return [
        Reissue(now.stand, before, after, now.revision)
        for (_, before), (now, after) in pairwise(known)
        if before != after
    ]


def breaks(packages: Iterable[Paket]) -> set[str]:
    """Dates that are counted in another way than the date before them."""
    return {after.stand for before, after in pairwise(packages) if before.methode != after.methode}


def published_together(data: Data, gebiet_id: str) -> tuple[list[str], str, int] | None:
    """Ids, day and inhabitants of the Stadtteile with which a Stadtteil shares one published register value, if any."""
    data.register.by_id(gebiet_id)
    if REGISTER not in data.indikatoren_yml["indikatoren"]:
        return None
    for row in data.einwohner_register.to_dict("records"):
        ids = str(row["gebiet_id"]).split(TOGETHER)
        if len(ids) > 1 and gebiet_id in ids:
            return ids, str(row["stichtag"]), int(row["einwohner"])
    return None


def at_date(data: Data, indikator: str, stand: str, *, reason: str) -> Data:
    """Data in which an indicator is as at another date, in its latest issue, without classes for this reason.

    An area that the package of this date does not know has a missing value.

    Raises
    ------
    ParameterError
        If there is no such indicator, or own tables have no such date of it.
    """
    issues = latest_issues(data, indikator)
    if stand not in issues:
        there = f"Vorhanden: {', '.join(issues)}." if issues else "Es gibt keine eigene Tabelle dazu."
        raise ParameterError(f"Zum Indikator „{indikator}“ liegt der Stand „{stand}“ nicht vor. {there}")
    paket = issues[stand]
    entry = {**{name: value for name, value in paket.eintrag.items() if name != "id"}, "keine_klasse": reason}
    entries = {**data.indikatoren_yml["indikatoren"], indikator: entry}
    return data.laid_over(
        indikatoren=lambda: with_rows(data.indikatoren, {indikator: as_rows(_for_all(data, paket))}),
        indikatoren_yml=lambda: {**data.indikatoren_yml, "indikatoren": entries},
        quellen=lambda: {**data.quellen, **sources_of([paket], data)},
    )


def _for_all(data: Data, paket: Paket) -> Paket:
    """The package with a row for every area."""
    values = paket.werte.set_index("gebiet_id")
    areas = pd.Index([area.id for area in data.register], name="gebiet_id")
    known = areas.isin(values.index)
    rows = values.reindex(areas)
    rows["art"] = rows["art"].where(known, str(paket.eintrag.get("art", "")))
    rows["hinweis"] = rows["hinweis"].astype(object).where(known, NO_VALUE)
    return replace(paket, werte=rows.reset_index())


def _dates(data: Data, indikator: str) -> list[list[Paket]]:
    """Issues of every date, oldest first; "2023" and "2023-12-31" end on the same day and are one date."""
    catalogued = data.indikatoren_yml["indikatoren"]
    if indikator not in catalogued:
        raise unknown_indicator(indikator, catalogued)
    own = [paket for paket in own_packages(data) if paket.indikator == indikator]
    by_day: dict[str, list[Paket]] = {}
    shipped = _register_series(data) if indikator == REGISTER else _fetched_series(data, indikator)
    for paket in own or shipped:
        by_day.setdefault(last_day(paket.stand), []).append(paket)
    return [sorted(by_day[day], key=lambda paket: paket.ausgabe) for day in sorted(by_day)]


@lru_cache(maxsize=4)
def _register_series(data: Data) -> list[Shipped]:
    """One package per day, of the areas that have a value of their own then."""
    entry = {"id": REGISTER, **data.indikatoren_yml["indikatoren"][REGISTER]}
    table = data.einwohner_register
    alone = table[~table["gebiet_id"].str.contains(TOGETHER, regex=False)]
    return [
        _at_day(data, entry, str(day), rows, data.quellen[str(rows["quelle"].iloc[0])])
        for day, rows in alone.groupby("stichtag", sort=True)
    ]


def _fetched_series(data: Data, indikator: str) -> list[Shipped]:
    """One package for each edition of each date of a fetched indicator; a later edition is the publisher's revision."""
    rows = data.reihen[data.reihen["indikator"] == indikator]
    entry = {"id": indikator, **data.indikatoren_yml["indikatoren"][indikator]}
    columns = ["gebiet_id", "zaehler", "nenner", "wert", "von", "bis", "art", "hinweis"]
    found = []
    for (day, number), at in rows.groupby(["stand", "ausgabe"], sort=True):
        paket = _dated(data, entry, str(day), at[columns], data.quellen[str(at["quelle"].iloc[0]).partition("|")[0]])
        again = int(str(number))
        found.append(replace(paket, ausgabe=again, methode=str(at["methode"].iloc[0]), revision=again > 0))
    return found


def _at_day(data: Data, entry: Mapping[str, Any], day: str, rows: pd.DataFrame, manifest: Source) -> Shipped:
    people = rows["einwohner"].astype("float64")
    values = pd.DataFrame({"gebiet_id": rows["gebiet_id"], "zaehler": people, "nenner": float("nan"), "wert": people})
    return _dated(data, entry, day, values.assign(art=entry["art"], hinweis=None), manifest)


def _dated(data: Data, entry: Mapping[str, Any], day: str, values: pd.DataFrame, manifest: Source) -> Shipped:
    counted = {side: {**entry[side], "stand": day} for side in ("zaehler", "nenner") if entry.get(side)}
    return Shipped(
        stadt=data.register.city.id,
        stand=day,
        eintrag={**entry, **counted, "quellen": [manifest.id]},
        werte=values,
        quelle={"quellenvermerk": manifest.quellenvermerk, "kurz": manifest.kurz},
        geheimhaltung=Geheimhaltung(NONE),
        weitergabe=WEITERGABE[0],
        manifest=manifest,
    )


def _values(paket: Paket) -> pd.Series:
    return paket.werte.set_index("gebiet_id")["wert"]


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
