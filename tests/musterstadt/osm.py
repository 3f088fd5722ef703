"""OpenStreetMap of Musterstadt as Overpass answers, small enough to walk through with a pencil.

Streets run along x and y = 250, 750, 1250 ... 2750 (metres from the city's south-west corner), so that all cells lie on
crossings and every walk is as long as the sides of its rectangle. A railway runs along y = 2000; of the streets that go
north only the bridge at x = 1250 crosses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

from musterstadt import tables
from musterstadt.make import TO_DEGREES

Spot = tuple[int, int]
LINES: Final = (250, 750, 1250, 1750, 2250, 2750)
BRIDGE: Final = 1250
SOUTH, NORTH = LINES[:4], LINES[4:]
TIME: Final = "2026-10-08T06:01:12Z"
UNNAMED: Final[dict[str, str]] = {}


def point(x: int, y: int) -> dict[str, float]:
    lon, lat = TO_DEGREES.transform(tables.ORIGIN[0] + x, tables.ORIGIN[1] + y)
    return {"lat": round(lat, 7), "lon": round(lon, 7)}


def node(number: int, spot: Spot, **tags: str) -> dict[str, Any]:
    return {"type": "node", "id": number, **point(*spot), "tags": tags}


def way(number: int, spots: Sequence[Spot], **tags: str) -> dict[str, Any]:
    """A way with its geometry; the same spot is the same node."""
    ids = [x * 10_000 + y for x, y in spots]
    return {"type": "way", "id": number, "nodes": ids, "geometry": [point(*spot) for spot in spots], "tags": tags}


def relation(number: int, members: Iterable[tuple[str, Sequence[Spot]]], **tags: str) -> dict[str, Any]:
    parts = [
        {"type": "way", "ref": 9000 + place, "role": role, "geometry": [point(*spot) for spot in spots]}
        for place, (role, spots) in enumerate(members)
    ]
    return {"type": "relation", "id": number, "members": parts, "tags": {"type": "multipolygon", **tags}}


def box(west: int, south: int, east: int, north: int) -> list[Spot]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def paths() -> list[dict[str, Any]]:
    """Every way for people on foot, and some that are none."""
    ways = [way(1 + place, [(x, y) for x in LINES], highway="residential") for place, y in enumerate(LINES)]
    for place, x in enumerate(LINES):
        more = [1450] if x == 2250 else []  # where the path into the large park begins
        ways.append(way(11 + place, [(x, y) for y in sorted([*SOUTH, *more])], highway="footway"))
        ways.append(way(21 + place, [(x, y) for y in NORTH], highway="living_street"))
    return [
        *ways,
        way(31, [(BRIDGE, 1750), (BRIDGE, 2250)], highway="footway", bridge="yes"),
        way(32, [(2250, 1450), (2300, 1450)], highway="path"),
        way(33, [(250, 1750), (250, 2250)], highway="motorway"),
        way(34, [(750, 1750), (750, 2250)], highway="service", access="private"),
        way(35, [(1750, 1750), (1750, 2250)], highway="track", foot="no"),
        # crosses streets on the map only, and leads nowhere
        way(36, [(2600, 2500), (2700, 2500)], highway="footway"),
        way(37, [(2750, 1760), (2750, 2240)], highway="steps", access="no"),
    ]


PARKS: Final = (
    # 1 ha without a hole of 400 m2: two lines that have to be joined
    relation(
        101,
        [
            ("outer", [(1300, 700), (1400, 700), (1400, 800)]),
            ("outer", [(1400, 800), (1300, 800), (1300, 700)]),
            ("", box(1340, 760, 1360, 780)),
        ],
        leisure="park",
        name="Südpark",
    ),
    way(102, box(200, 2700, 250, 2740), leisure="park", name="Grünfleck"),  # 0.2 ha
    way(103, box(2270, 1300, 2700, 1600), leisure="park", name="Ostpark"),  # 12.9 ha
    way(104, [(500, 2300), (600, 2300), (600, 2400)], leisure="park", name="offen"),  # no area
    relation(105, [("outer", box(2100, 100, 2700, 600))], landuse="forest"),
)
PLAYGROUNDS: Final = (
    way(201, box(720, 730, 780, 770), leisure="playground", name="Am Bach"),
    node(202, (750, 750), leisure="playground", name="Am Bach"),  # the same one
    node(203, (550, 750), leisure="playground"),
    node(206, (250, 1900), leisure="playground"),  # 150 m from the end of a street
    way(204, box(2740, 240, 2760, 260), leisure="playground", access="private"),
    way(205, box(1500, 2600, 1600, 2700), leisure="pitch", sport="soccer"),
)
LINES_AND_WATER: Final = (
    way(301, [(0, 2000), (3000, 2000)], railway="rail"),
    way(302, [(0, 2010), (300, 2010)], railway="rail", service="siding"),
    way(303, [(2900, 0), (2900, 3000)], highway="motorway", ref="A 1"),
    way(304, [(2000, 0), (2000, 900)], waterway="canal"),
    relation(
        305, [("outer", box(100, 100, 400, 200)), ("inner", box(200, 140, 300, 160))], natural="water", name="See"
    ),
)
SERVICES: Final = (
    node(401, (2250, 1700), shop="supermarket", name="Markt Ost"),
    {**way(402, box(2240, 1690, 2260, 1710), shop="supermarket", name="Markt Ost"), "center": point(2250, 1700)},
    node(403, (250, 300), shop="convenience"),
    node(404, (1300, 1750), amenity="pharmacy", name="Stadtapotheke"),
    node(405, (1750, 750), amenity="doctors", healthcare="doctor", **{"healthcare:speciality": "general;paediatrics"}),
    node(406, (1750, 760), healthcare="doctor", name="Dr. Nord"),
    {"type": "way", "id": 407, "center": point(1400, 2600), "tags": {"amenity": "library", "name": "Bücherei"}},
    node(408, (2600, 700), amenity="library", name="Bücherei Großsüd"),
    node(409, (500, 500), amenity="community_centre", community_centre="youth_centre", name="Jugendhof Süd"),
    node(410, (260, 260), amenity="bench"),
    node(411, (265, 260), amenity="bench"),
    node(412, (1500, 1600), amenity="toilets"),
    node(413, (4000, 4000), amenity="pharmacy", name="Anderswo"),
)
THEMES: Final = {
    '["leisure"="park"]': PARKS,
    '["leisure"="playground"]': PLAYGROUNDS,
    '["railway"': LINES_AND_WATER,
    'way["highway"]': paths(),
    '["shop"': SERVICES,
}


def overpass(found: Iterable[dict[str, Any]], **more: str) -> bytes:
    """An answer with some objects."""
    head = {"version": 0.6, "generator": "Overpass API", "osm3s": {"timestamp_osm_base": TIME, "copyright": "ODbL"}}
    return json.dumps({**head, "elements": list(found), **more}).encode()


def answer(query: str) -> bytes:
    """What is there; the area of the municipality is known for all themes but the playgrounds."""
    theme = next(name for name in THEMES if name in query)
    return overpass(() if "area[" in query and "playground" in theme else THEMES[theme])


def xml() -> str:
    """Everything as a file of OpenStreetMap; ``musterstadt.osm.pbf`` is made of it (osmium cat)."""
    nodes: dict[tuple[float, float], int] = {}
    parts: dict[str, list[str]] = {"node": [], "way": [], "relation": []}

    def refs(geometry: Iterable[dict[str, float]]) -> str:
        spots = [nodes.setdefault((one["lon"], one["lat"]), 10_000 + len(nodes)) for one in geometry]
        return "".join(f'<nd ref="{ref}"/>' for ref in spots)

    for one in (one for theme in THEMES.values() for one in theme if one["id"] not in (402, 407)):
        tags = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in one["tags"].items())
        head = f'<{one["type"]} id="{one["id"]}" version="1"'
        if one["type"] == "node":
            parts["node"].append(f'{head} lat="{one["lat"]}" lon="{one["lon"]}">{tags}</node>')
        elif one["type"] == "way":
            parts["way"].append(f"{head}>{refs(one['geometry'])}{tags}</way>")
        else:
            first = 20_000 + 10 * one["id"]
            ways = [refs(member["geometry"]) for member in one["members"]]
            parts["way"] += [f'<way id="{first + place}" version="1">{ref}</way>' for place, ref in enumerate(ways)]
            roles = [member["role"] or "inner" for member in one["members"]]
            members = [f'<member type="way" ref="{first + at}" role="{role}"/>' for at, role in enumerate(roles)]
            parts["relation"].append(f"{head}>{''.join(members)}{tags}</relation>")
    parts["node"] += [f'<node id="{ref}" version="1" lat="{lat}" lon="{lon}"/>' for (lon, lat), ref in nodes.items()]
    for rows in parts.values():
        rows.sort(key=lambda row: int(row.split('"', 2)[1]))
    return f'<?xml version="1.0"?>\n<osm version="0.6">\n{chr(10).join(chain(*parts.values()))}\n</osm>\n'
