"""A timetable of Musterstadt in the form GTFS, with the traps of the published one.

Every ten minutes from 7:00 to 18:50 a tram goes from Westend by Hbf to Nordwest Mitte, every thirty minutes one goes
back; a bus leaves Hbf at 24:58, another one Dorfplatz at 7:05 for a stop of another city.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from fetch_server import archive
from musterstadt.make import degrees

# id, name, Stadtteil and place in it (none: no coordinates; 0: beyond the boundary), location_type, parent_station
STOPS: Final = (
    ("de:99001:1_Parent", "Musterstadt Hbf", 5, (250, 750), "1", ""),
    ("de:99001:1:1:1", "Musterstadt Hbf", 5, (240, 750), "0", "de:99001:1_Parent"),
    ("de:99001:1:2:2", "Musterstadt Hbf", 5, (260, 750), "0", "de:99001:1_Parent"),
    ("de:99001:2", "Musterstadt Nordwest Mitte", 1, (350, 750), "", ""),
    ("de:99001:3:0:1", "Musterstadt Westend", 4, (250, 750), "", ""),
    ("de:99001:8:0:1", "Musterstadt Dorfplatz", 7, (250, 750), "", ""),
    ("gen:99001:7::1", "Musterstadt ohne Koordinate", None, (0, 0), "", ""),
    ("de:99002:16:0:3", "Nachbarstadt Mühlenberg", 0, (900, 900), "", ""),
)
ROUTES: Final = (
    ("U1", "0"), ("105", "3"), ("BB1", "1"), ("S9", "2"), ("RE1", "106"),
)  # fmt: skip
CALENDAR: Final = (
    ("MoFr", "1,1,1,1,1,0,0"),
    ("SaSo", "0,0,0,0,0,1,1"),
    ("X", "0,0,0,0,0,0,0"),
)
# Thursday 4 June is a holiday, Tuesday 23 June runs as a Sunday, on two Tuesdays there are more trips
EXCEPTIONS: Final = (
    ("MoFr", "20260604", "2"), ("SaSo", "20260604", "1"), ("MoFr", "20260623", "2"), ("SaSo", "20260623", "1"),
    ("X", "20260609", "1"), ("X", "20260616", "1"),
)  # fmt: skip


def trips() -> Iterator[tuple[str, str, str, list[tuple[str, int, str]]]]:
    """Id, route, service, and stops with minute of departure and pickup_type."""
    for number in range(72):
        at = 7 * 60 + 10 * number
        calls = [("de:99001:3:0:1", at, "0"), ("de:99001:1:1:1", at + 5, "0"), ("de:99001:2", at + 9, "0")]
        yield f"hin.{number}", "U1", "MoFr", calls
    for number in range(24):
        at = 7 * 60 + 30 * number
        calls = [("de:99001:2", at, "0"), ("de:99001:1:2:2", at + 4, "0"), ("de:99001:3:0:1", at + 9, "0")]
        yield f"her.{number}", "U1", "MoFr", calls
    yield "nacht", "105", "MoFr", [("de:99001:1:2:2", 24 * 60 + 58, ""), ("de:99001:2", 25 * 60 + 10, "")]
    yield "dorf", "BB1", "MoFr", [("de:99001:8:0:1", 7 * 60 + 5, "0"), ("de:99002:16:0:3", 7 * 60 + 25, "0")]
    yield "nur_aus", "S9", "MoFr", [("de:99001:3:0:1", 8 * 60, "1"), ("de:99002:16:0:3", 8 * 60 + 20, "0")]
    yield "mehr", "RE1", "X", [("de:99001:1:1:1", 9 * 60, "0"), ("de:99002:16:0:3", 9 * 60 + 20, "0")]
    yield "sonntag", "S9", "SaSo", [("de:99001:1:1:1", 9 * 60, "0"), ("de:99002:16:0:3", 9 * 60 + 20, "0")]


def gtfs(*, last: str = "20260630") -> bytes:
    """The archive; quoted values as published."""
    calls = [
        (key, clock, clock, stop, str(place), "", pickup, "0", "")
        for key, _, _, stops in trips()
        for place, (stop, minute, pickup) in enumerate(stops, start=1)
        for clock in [f"{minute // 60:02}:{minute % 60:02}:00"]
    ]
    tables = {
        "stops": ("stop_id,stop_code,stop_name,stop_lat,stop_lon,stop_url,location_type,parent_station", _stops()),
        "routes": (
            "route_id,agency_id,route_short_name,route_long_name,route_type",
            [(f"de:x:{name}", "a", name, "", typ) for name, typ in ROUTES],
        ),
        "trips": (
            "route_id,service_id,trip_id,trip_headsign",
            [(f"de:x:{route}", service, key, "") for key, route, service, _ in trips()],
        ),
        "stop_times": (
            (
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign,pickup_type,drop_off_type,"
                "shape_dist_traveled"
            ),
            calls,
        ),
        "calendar": (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            [(name, *days.split(","), "20260601", last) for name, days in CALENDAR],
        ),
        "calendar_dates": ("service_id,date,exception_type", EXCEPTIONS),
        "feed_info": (
            "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version",
            [("VRR", "https://www.vrr.de", "de", "20260601", last, "1")],
        ),
        "agency": ("agency_id,agency_name", [("a", "Verkehrsbetriebe")]),
    }
    return archive({f"{name}.txt": _csv(head, rows) for name, (head, rows) in tables.items()})


def package_show(address: str) -> bytes:
    """The data set in the form of CKAN; the newest feed does not stand last."""
    names = ("20260601_gtfs_vrr_od.zip", "20211216_gtfs_vrr_od.zip", "stops.pdf")
    given = [{"name": "GTFS", "format": "ZIP", "url": f"{address}/download/{name}"} for name in names]
    return json.dumps({"success": True, "result": {"name": "soll-fahrplandaten-vrr", "resources": given}}).encode()


def _stops() -> Iterator[tuple[str, ...]]:
    for key, name, number, place, kind, parent in STOPS:
        lon, lat = ("", "") if number is None else (f"{part:.6f}" for part in degrees(number, place))
        yield key, "", name, lat, lon, "", kind, parent


def _csv(head: str, rows: object) -> str:
    lines = [",".join(f'"{text}"' for text in row) for row in rows]  # type: ignore[attr-defined]
    return "\n".join([head, *lines, ""])
