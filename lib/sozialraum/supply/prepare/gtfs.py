"""Departures per stop and hour of a working day from a timetable in the form GTFS.

Platforms are put together to the stop that they belong to: the first three parts of their id ("de:05113:9289:0:1").
The day is a Tuesday with as many trips as half of the Tuesdays at most; what leaves after midnight counts on the day on
which it leaves. Arrivals at the end of a trip are no departures.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.access import REACH
from sozialraum.city.departures import OFTEN, PER_STOP, per_stop
from sozialraum.city.gebiete import fold
from sozialraum.city.load import CRS_FILES, cell_points
from sozialraum.errors import SchemaError
from sozialraum.supply.fetch.content import has_table, numbers, parts_of, read_table
from sozialraum.supply.fetch.offered import Offer
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.intake.dates import german_stand
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.census_cells import CensusCells
from sozialraum.supply.prepare.levels import Values
from sozialraum.supply.prepare.people import edge_of, sums_of, walked, widths_of
from sozialraum.supply.prepare.reach import Walkers, reach_values

NEAR_M, NAMESAKE_M = 150.0, 300.0
"""How far a stop of the timetable may lie from one of our tables that is the same; from one of the same name."""
DAY_S: Final = 86_400
TUESDAY: Final = 1
WORKING_DAYS: Final = 5
COUNT, ALL_STOPS = "abfahrten_werktag", "reichweite_haltestelle_300m"
TIMETABLE: Final = "fahrplan"
"""The ``form`` of a source that brings this."""
NO_PICKUP: Final = "1"
ADDED, REMOVED = "1", "2"
_WEEKDAYS: Final = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_STATION: Final = ("bf", "bahnhof")
_TYPES: Final = (
    (range(1), "Straßenbahn"), (range(1, 2), "U-Bahn"), (range(2, 3), "Regionalzug"), (range(3, 4), "Bus"),
    (range(4, 5), "Fähre"), (range(5, 6), "Straßenbahn"), (range(6, 8), "Seilbahn"), (range(11, 12), "Bus"),
    (range(12, 13), "Schwebebahn"), (range(100, 103), "Fernzug"), (range(109, 110), "S-Bahn"),
    (range(103, 200), "Regionalzug"), (range(200, 300), "Bus"), (range(400, 405), "U-Bahn"),
    (range(405, 406), "Schwebebahn"), (range(700, 900), "Bus"), (range(900, 1000), "Straßenbahn"),
    (range(1000, 1300), "Fähre"), (range(1300, 1500), "Seilbahn"),
)  # fmt: skip
"""Kinds by the plain and the extended number of a route; the first that holds it."""
_NAMES: Final = (
    (re.compile(r"U ?\d+"), ("Straßenbahn", "U-Bahn", "Bus"), "U-Bahn"),
    (re.compile(r"S ?\d+"), ("Regionalzug",), "S-Bahn"),
    (re.compile(r"BB ?\d+"), ("U-Bahn",), "Bus"),
)
"""Feeds give a plain number to S-Bahn trains, and wrong ones here and there: name of the line, kinds that it corrects,
the right one."""


def timetable_values(
    table: pd.DataFrame, offer: Offer, kept: Kept, base: Base, built: Base, cells: CensusCells | None
) -> dict[str, dict[str, tuple[dict[str, Any], Values]]]:
    """Words and values of what the departures of a working day tell, under that day."""
    stops, day = per_stop(table), str(table["stand"].iloc[0])
    made = {COUNT: Values(base.extend(stops.groupby("gebiet_id")["am_tag"].sum()).astype("float64"))}
    often = stops[stops["je_stunde"] >= offer.angaben["je_stunde"]]
    if len(often) and len(base.data.raster):
        made[OFTEN] = _reach(often, base, built, cells)
    if note := expired(kept, base):
        for values in made.values():
            values.hinweise = {area.id: f"{note} {values.hinweise.get(area.id, '')}".strip() for area in base.register}
    return {key: {day: (_words(offer, key, day, base), values)} for key, values in made.items()}


def _reach(often: pd.DataFrame, base: Base, built: Base, cells: CensusCells | None) -> Values:
    """Share of people within reach of some stops; its interval is as wide below as that of all stops."""
    data = base.data
    sites = gpd.GeoSeries(gpd.points_from_xy(often["lon"], often["lat"]), crs=CRS_FILES).to_crs(data.crs)
    metres = base.walk(cell_points(data.raster, data.crs), sites)
    below = built.data.indikatoren
    like = below[below["indikator"] == ALL_STOPS].set_index("gebiet_id")
    counted = cells.off(["einwohner"]) if cells is not None else None
    off = counted or widths_of(like if len(like) else None)
    walkers = [Walkers(data.raster["einwohner"].fillna(0), metres)]
    return reach_values(
        walkers, REACH["haltestelle"], edge_of(base), sums_of(base), off, "der Menschen",
        straight=base.network is None,
    )  # fmt: skip


def _words(offer: Offer, key: str, day: str, base: Base) -> dict[str, Any]:
    said = dict(offer.indikatoren[key]) | {"verfuegbar": True, "quellen": [offer.id]}
    said |= {side: {**said[side], "stand": day} for side in ("zaehler", "nenner") if said.get(side)}
    if not said.get("nenner"):
        return said
    people = base.data.indikatoren_yml["indikatoren"].get("einwohner", {})
    if counted := (people.get("zaehler") or {}).get("stand"):
        said["grenzen"] = f"{said['grenzen']} Die Einwohner haben den Stand {german_stand(counted)}."
    said["quellen"] += [source for source in people.get("quellen", ()) if source in base.data.quellen]
    return walked(said, base)


def expired(kept: Kept, base: Base) -> str:
    """That a timetable had run out when its publisher was last asked, in German; empty if it had not."""
    last, asked = validity(kept, base)[1], str(kept.manifest["geprueft"])[:10]
    if not last or asked.replace("-", "") <= last:
        return ""
    days = german_stand(asked), german_stand(_date(last).date().isoformat())
    return "Der Fahrplan war am {} schon abgelaufen; er galt bis {}.".format(*days)


def departures(kept: Kept, base: Base) -> pd.DataFrame:
    """Rows of ``abfahrten.csv``, see :func:`sozialraum.city.departures.read_departures`."""
    stops = _stops(kept, base)
    calls, trips = _calls(kept, base, stops)
    runs = _runs(kept, base, trips)
    day = _working_day(runs, kept)
    found = []
    for on, low in ((day, 0), (day - pd.Timedelta(days=1), DAY_S)):
        today = calls[calls["fahrt"].map(runs.services).isin(runs.on(on))]
        seconds = today["sekunde"] - low
        found.append(today.assign(sekunde=seconds)[seconds.between(0, DAY_S - 1)])
    leaving = pd.concat(found)
    leaving["stunde"] = (leaving["sekunde"] // 3600).astype("int64")
    leaving["art"] = leaving["fahrt"].map(trips["linie"]).map(_kinds(kept, base))
    by_hour = leaving.groupby(["halt", "stunde"])
    counted = by_hour.size().rename("abfahrten").to_frame()
    counted["arten"] = by_hour["art"].agg(lambda kinds: "|".join(sorted(set(kinds))))
    table = counted.reset_index().merge(stops, on="halt").assign(stand=day.date().isoformat())
    return table[[*PER_STOP, "stunde", "abfahrten", "arten"]].sort_values(["halt", "stunde"], ignore_index=True)


def _stops(kept: Kept, base: Base) -> pd.DataFrame:
    """Stops in the city: halt, name, gebiet_id, lon, lat, einrichtung."""
    rows = read_table(kept.path, kept.file, "halte", base.city).rows
    rows[["lon", "lat"]] = rows[["lon", "lat"]].apply(numbers)
    rows["halt"] = _stop_of(rows["halt"])
    groups = rows.groupby("halt")
    table = groups[["lon", "lat"]].mean().assign(name=groups["name"].first().str.strip()).dropna().reset_index()
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), index=table.index, crs=CRS_FILES)
    table["gebiet_id"] = base.locate(points)
    here = table["gebiet_id"].notna()
    table = table[here].assign(einrichtung=_same(table[here], gpd.GeoSeries(points[here]), base))
    if table.empty:
        raise SchemaError([f"{kept.file.datei}: Keine Haltestelle liegt in {base.city.name}. {kept.remedy}"])
    return table


def _stop_of(ids: pd.Series) -> pd.Series:
    """Id of the stop to which a platform belongs; "de:05113:9289_Parent" is the stop itself."""
    named = {one: ":".join(re.sub(r"_(Parent|G)$", "", one).split(":")[:3]) for one in ids.unique()}
    return ids.map(named)


def _same(table: pd.DataFrame, points: gpd.GeoSeries, base: Base) -> pd.Series:
    """Ids of the stops of our tables: near and of the same name, otherwise the nearest; missing where none is near."""
    places = base.data.einrichtungen
    ours = places[(places["art"] == "haltestelle") & ~places.geometry.is_empty]
    here = points.to_crs(base.data.crs)
    at, near = ours.sindex.query(here.buffer(NAMESAKE_M), predicate="intersects")
    pairs = pd.DataFrame({"halt": table.index[at], "einrichtung": ours.index[near]})
    pairs["meter"] = here.iloc[at].distance(ours.geometry.iloc[near], align=False).to_numpy()
    names = [[_plain_name(name, base) for name in one] for one in (table["name"].iloc[at], ours["name"].iloc[near])]
    pairs["anders"] = [one != other for one, other in zip(*names, strict=True)]
    pairs = pairs[~pairs["anders"] | (pairs["meter"] <= NEAR_M)]
    best = pairs.sort_values(["anders", "meter", "einrichtung"]).drop_duplicates("halt").set_index("halt")
    return best["einrichtung"].reindex(table.index)


def _plain_name(name: str, base: Base) -> str:
    """The name of a stop without its city, and without saying that it is a station."""
    words = fold(name).removeprefix(f"{fold(base.city.name)} ").split()
    return " ".join(word for word in words if word not in _STATION) or fold(name)


def _calls(kept: Kept, base: Base, stops: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Departures in the city (fahrt, halt, sekunde), and their trips (index fahrt; linie, dienst)."""
    found, ends = [], []
    for chunk, inside in parts_of(kept.path, kept.file, "zeiten", base.city):
        order = numbers(chunk["folge"])
        ends.append(order.groupby(chunk["fahrt"], sort=False).max())
        found.append(chunk[inside].assign(folge=order[inside]))
    calls = pd.concat(found, ignore_index=True)
    calls["halt"] = _stop_of(calls["halt"])
    calls = calls[calls["halt"].isin(stops["halt"])]
    calls["sekunde"] = _seconds(calls["abfahrt"])
    last = pd.concat(ends).groupby(level=0).max()
    leaves = (calls["folge"] < calls["fahrt"].map(last)) & calls["sekunde"].notna()
    if "zustieg" in calls:
        leaves &= calls["zustieg"].fillna("") != NO_PICKUP
    calls = calls[leaves].drop_duplicates(["fahrt", "halt", "sekunde"])[["fahrt", "halt", "sekunde"]]
    trips = read_table(kept.path, kept.file, "fahrten", base.city).rows.set_index("fahrt")
    return calls, trips[trips.index.isin(calls["fahrt"])]


def _seconds(times: pd.Series) -> pd.Series:
    """Seconds from the start of the day of the timetable; more than 24 hours are after midnight."""
    parts = times.fillna("").str.strip().str.extract(r"^(\d{1,2}):(\d{2}):(\d{2})$").astype("float64")
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


@dataclass(frozen=True, eq=False)
class Runs:
    """Which services run on which day, and how many trips each has."""

    calendar: pd.DataFrame
    exceptions: pd.DataFrame
    services: pd.Series
    first: pd.Timestamp
    last: pd.Timestamp

    def on(self, day: pd.Timestamp) -> set[str]:
        """Services that run on a day."""
        plan, date = self.calendar, day.strftime("%Y%m%d")
        runs = (plan[_WEEKDAYS[day.weekday()]] == "1") & (plan["von"] <= date) & (plan["bis"] >= date)
        today = self.exceptions[self.exceptions["tag"] == date]
        added, removed = (set(today.loc[today["ausnahme"] == one, "dienst"]) for one in (ADDED, REMOVED))
        return (set(plan.loc[runs, "dienst"]) - removed) | added

    def trips_on(self, day: pd.Timestamp) -> int:
        """Number of trips on a day."""
        return int(self.services.isin(self.on(day)).sum())


def _runs(kept: Kept, base: Base, trips: pd.DataFrame) -> Runs:
    """The calendar: weekly services, single days, or both."""
    both = (_optional(kept, base, name) for name in ("kalender", "ausnahmen"))
    plan, more = (table[table["dienst"].isin(trips["dienst"])] for table in both)
    days = sorted({*plan["von"], *plan["bis"], *more["tag"]})
    if not days:
        raise SchemaError([f"{kept.file.datei}: Zu keiner Fahrt steht, an welchen Tagen sie fährt. {kept.remedy}"])
    first, last = validity(kept, base)
    return Runs(plan, more, trips["dienst"], _date(first or days[0]), _date(last or days[-1]))


def _optional(kept: Kept, base: Base, name: str) -> pd.DataFrame:
    """A table without places; empty where it is not there."""
    if not has_table(kept.path, kept.file, name):
        return pd.DataFrame(columns=list(kept.file.tabellen[name].spalten), dtype="str")
    return read_table(kept.path, kept.file, name, base.city).rows


def validity(kept: Kept, base: Base) -> tuple[str, str]:
    """First and last day of the timetable as it says itself (20260601); empty where it does not."""
    said = _optional(kept, base, "angaben").fillna("")
    return (said["von"].iloc[0].strip(), said["bis"].iloc[0].strip()) if len(said) else ("", "")


def _date(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"{text[:4]}-{text[4:6]}-{text[6:8]}")


def _working_day(runs: Runs, kept: Kept) -> pd.Timestamp:
    """A Tuesday with the (lower) median number of trips; without any, a working day of another name.

    Of several the last one before the timetable was fetched, otherwise the first.
    """
    days = pd.date_range(runs.first, runs.last)
    tuesdays = [day for day in days if day.weekday() == TUESDAY]
    others = [day for day in days if day.weekday() < WORKING_DAYS]
    fetched = pd.Timestamp(str(kept.manifest["abruf"])[:10])
    for chosen in (tuesdays, others):
        trips = {day: count for day in chosen if (count := runs.trips_on(day))}
        if trips:
            median = sorted(trips.values())[(len(trips) - 1) // 2]
            usual = [day for day, count in trips.items() if count == median]
            return max((day for day in usual if day <= fetched), default=usual[0])
    raise SchemaError([f"{kept.file.datei}: An keinem Werktag fährt etwas. {kept.remedy}"])


def _kinds(kept: Kept, base: Base) -> dict[str, str]:
    """Kind of public transport by route."""
    routes = read_table(kept.path, kept.file, "linien", base.city).rows
    kinds = [kind_of(str(number), str(name)) for number, name in zip(routes["typ"], routes["kurz"], strict=True)]
    return dict(zip(routes["linie"].map(str), kinds, strict=True))


def kind_of(number: str, name: str) -> str:
    """Kind of public transport of a route by its number and the name of its line; other kinds are "Bus"."""
    typ = int(number) if number.strip().isdigit() else -1
    kind = next((one for span, one in _TYPES if typ in span), "Bus")
    for pattern, wrong, right in _NAMES:
        if kind in wrong and pattern.fullmatch(name.strip()):
            return right
    return kind
