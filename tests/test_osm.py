"""OpenStreetMap on Musterstadt: queries, refusals, outlines, places, walks and reach by hand, maps of a report."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sozialraum as sr
from data_fixtures import MUSTERSTADT, ROOT, Sozialraum, copy_tables
from fetch_server import START, Behaviour, Publisher, Time, publisher, send, status
from fetching import given_files
from musterstadt import osm, publishers, tables
from sozialraum.city.load import CRS_GRID, Data, cell_points, licence_of, open_data
from sozialraum.city.network import WalkNetwork, walk_network
from sozialraum.city.own_areas.quartiere import from_polygon
from sozialraum.supply.fetch.content import City
from sozialraum.supply.fetch.fetching import Outcome, adopt, fetch
from sozialraum.supply.fetch.offered import municipality, read_offers
from sozialraum.supply.fetch.store import kept_files
from sozialraum.supply.fetch.transport import USER_AGENT, Line, open_client
from sozialraum.supply.prepare.base import built
from sozialraum.supply.prepare.enrich import enrich
from sozialraum.supply.prepare.osm_map import read_map
from sozialraum.supply.prepare.osm_paths import footpaths

PATH = "/api/interpreter"


@dataclass
class Town:
    """Tables of Musterstadt and a server that answers queries."""

    daten: Path
    raw: Path
    amt: Publisher

    def fetch(self, **options: Any) -> tuple[list[Outcome], Time]:
        time, city = Time(), City(open_data(self.daten), municipality(self.daten))
        with open_client(5.0) as client:
            return list(
                fetch(read_offers(self.daten).values(), self.raw, city, Line(client, time.clock()), **options)
            ), time

    def statuses(self) -> list[str]:
        return [one.error or one.status for one in self.fetch()[0]]


def answering(*themes: str) -> Behaviour:
    """Answers as Musterstadt is; of some themes only the first object."""

    def answer(handler: Any) -> None:
        cut = any(theme in handler.query for theme in themes)
        full = json.loads(osm.answer(handler.query))
        send(handler, 200, json.dumps(full | {"elements": full["elements"][: 1 if cut else None]}).encode())

    return answer


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("osm")
    daten = copy_tables(folder)
    with publisher() as amt:
        said = (ROOT / "data" / "sources" / "abruf" / "openstreetmap.yml").read_text("utf-8")
        target = folder / "sources" / "abruf" / "openstreetmap.yml"
        target.parent.mkdir(parents=True)
        target.write_text(said.replace("https://overpass-api.de", amt.address), "utf-8")
        amt.says(PATH, answering())
        made = Town(daten, folder / "raw", amt)
        assert made.statuses() == ["neu"] * 5
        enrich(daten, made.raw)
        yield made


@pytest.fixture(scope="module")
def data(town: Town) -> Data:
    return open_data(town.daten)


def spots(places: list[tuple[int, int]], crs: Any) -> gpd.GeoSeries:
    east, north = tables.ORIGIN
    points = gpd.points_from_xy([east + x for x, _ in places], [north + y for _, y in places])
    return gpd.GeoSeries(points, index=[str(place) for place in places], crs=CRS_GRID).to_crs(crs)


def test_one_query_per_theme_and_a_frame_where_the_municipality_is_not_known(town: Town) -> None:
    asked = town.amt.queries[:6]
    area = 'area["de:amtlicher_gemeindeschluessel"="99001000"]["boundary"="administrative"]->.stadt;'
    assert [area in query for query in asked] == [True, True, False, True, True, True]
    assert asked[0].startswith("[out:json][timeout:180][maxsize:536870912];area[")
    assert 'way["leisure"="park"](area.stadt);' in asked[0]
    south, west, north, east = (
        float(part) for part in asked[2].partition('"playground"](')[2].partition(")")[0].split(",")
    )
    corners = [osm.point(x, y) for x, y in ((0, 0), (3000, 3000), (0, 3000), (3000, 0))]
    assert south < min(one["lat"] for one in corners) + 1e-4
    assert north > max(one["lat"] for one in corners) - 1e-4
    assert west < min(one["lon"] for one in corners) + 1e-4
    assert east > max(one["lon"] for one in corners) - 1e-4
    assert set(town.amt.heads("User-Agent")) == {USER_AGENT}


def test_the_same_objects_are_nothing_new_and_many_fewer_are_refused(town: Town) -> None:
    town.amt.says(PATH, answering())
    assert town.statuses() == ["unverändert"] * 5
    town.amt.says(PATH, answering('way["highway"]'))
    error = town.statuses()[3]
    assert error.startswith("fusswege.json: Erwartet werden mindestens 12 Objekte, gefunden 1.")
    assert [one.status for one in town.fetch(force=True)[0]][3] == "neu"
    town.amt.says(PATH, answering())
    assert town.statuses()[3] == "neu"


BUSY = (
    b"<html><body><p>Error: open64: Dispatcher_Client::request_read_and_idx::timeout. The server is probably too busy"
)
REFUSED: dict[str, tuple[Behaviour, str]] = {
    "stopped": (
        status(200, osm.overpass(osm.PARKS, remark='runtime error: Query timed out in "query" at line 3 after 181 s.')),
        "Der Herausgeber hat die Abfrage abgebrochen",
    ),
    "memory": (status(200, osm.overpass((), remark="runtime error: Query run out of memory")), "abgebrochen"),
    "nothing": (status(200, osm.overpass(())), "hat keine Objekte"),
    "elsewhere": (status(200, osm.overpass([osm.node(1, (9000, 9000))])), "Kein Objekt der Antwort liegt in"),
    "another form": (status(200, b'{"features": []}'), "JSON mit „elements“"),
    "no type": (status(200, b'{"elements": [{"id": 1}]}'), "gekommen ist etwas anderes"),
    "a page": (status(200, b"<html><body>parse error: ';' expected"), "gekommen ist eine Webseite"),
    "no name": (status(406), "antwortet mit 406"),
    "always busy": (status(504, BUSY), "nimmt gerade keine Anfragen an (Antwort 504)"),
    "busy, says 200": (status(200, BUSY), "ist überlastet"),
    "busy at its end": (status(200, osm.overpass((), remark="runtime error: Dispatcher_Client::1")), "überlastet"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_answer_is_refused_and_the_old_file_stays(town: Town, kind: str) -> None:
    before = {path: path.read_bytes() for path in town.raw.rglob("*.json")}
    behaviour, message = REFUSED[kind]
    town.amt.says(PATH, behaviour)
    outcomes, time = town.fetch()
    town.amt.says(PATH, answering())
    assert [one.status for one in outcomes] == ["Fehler"] * 5
    assert all(message in one.error for one in outcomes)
    assert before == {path: path.read_bytes() for path in town.raw.rglob("*.json")}
    assert (max(time.slept) >= 30) == ("busy" in kind)


def test_a_busy_server_is_asked_again_after_half_a_minute(town: Town) -> None:
    town.amt.says(PATH, status(429), status(504, BUSY), status(200, BUSY), answering())
    outcomes, time = town.fetch()
    assert [one.status for one in outcomes] == ["unverändert"] * 5
    assert [one for one in time.slept if one >= 30] == [30, 30, 30]


def test_outlines_by_hand(data: Data) -> None:
    found = data.flaechen
    assert sorted(f"{one.art} {one.Index}" for one in found.itertuples()) == [
        "autobahn way/303", "bahn way/301", "park relation/101", "park way/102", "park way/103",
        "spielplatz node/203", "spielplatz node/206", "spielplatz way/201", "sportplatz way/205", "wald relation/105",
        "wasser relation/305", "wasserlauf way/304",
    ]  # fmt: skip
    area = found["flaeche_m2"]
    assert area["relation/101"] == pytest.approx(100 * 100 - 20 * 20, rel=2e-3)
    assert area["relation/305"] == pytest.approx(300 * 100 - 100 * 20, rel=2e-3)
    assert len(found.geometry["relation/101"].interiors) == 1
    assert pd.isna(area["way/301"])
    assert pd.isna(area["node/203"])
    assert found.geometry["way/301"].length == pytest.approx(3000, rel=2e-3)


def test_places_by_hand(data: Data) -> None:
    new = data.einrichtungen[data.einrichtungen["quelle"] == "openstreetmap"]
    told = sorted(f"{one.gebiet_id} {one.unterart}: {one.name}" for one in new.itertuples())
    assert told == [
        "04 Spielplatz: Spielplatz", "05 Apotheke: Stadtapotheke", "05 öffentliche Toilette: öffentliche Toilette",
        "06 Supermarkt: Markt Ost", "07 Jugendeinrichtung: Jugendhof Süd", "07 Sitzbank: Sitzbank",
        "07 Sitzbank: Sitzbank",
        "07 Spielplatz: Am Bach", "07 Spielplatz: Spielplatz", "07 kleiner Laden: kleiner Laden",
        "08 Arztpraxis: Dr. Nord", "08 Kinder- und Jugendarztpraxis: Kinder- und Jugendarztpraxis",
        "09 Bibliothek: Bücherei Großsüd",
    ]  # fmt: skip
    assert set(new["stand"]) == {"2026-10-08"}
    shipped = data.einrichtungen["quelle"] != "openstreetmap"
    assert "Bücherei" in set(data.einrichtungen.loc[shipped & (data.einrichtungen["gebiet_id"] == "02"), "name"])
    assert data.orte["arten"]["apotheke"]["liste"] == "ungeprüft"


# metres from the south-west corner of the city: along streets and, to the north, over the one bridge
KITA = {
    (250, 750): 1000, (250, 1750): 0, (250, 2750): 0, (750, 250): 2000, (750, 1250): 1000, (750, 2250): 1000,
    (1250, 750): 1000, (1250, 1750): 0, (1250, 2750): 0, (1750, 250): 1000, (1750, 1250): 0, (1750, 2250): 0,
    (2250, 750): 0, (2250, 1750): 0, (2250, 2750): 0, (2750, 250): 1000, (2750, 1250): 1000, (2750, 2250): 1000,
    (3050, 1750): 800,
}  # fmt: skip


def test_walks_of_cells_by_hand(data: Data) -> None:
    cells = data.raster.set_index(pd.MultiIndex.from_arrays([data.raster["x"], data.raster["y"]]))
    found = {(x - tables.ORIGIN[0], y - tables.ORIGIN[1]): metres for (x, y), metres in cells["gehweg_kita_m"].items()}
    assert found == pytest.approx(KITA, rel=2e-3, abs=0.6)


def test_one_bridge_crosses_the_railway(data: Data) -> None:
    network = walk_network(data)
    assert network is not None
    market = spots([(2250, 1700)], data.crs)
    near = spots([(2750, 2250), (2250, 1750), (2250, 1730), (1250, 2000), (2750, 2000)], data.crs)
    by_hand = [1500 + 500 + 1000 + 50, 50, 30, 250 + 1000 + 50, 250 + 500 + 550]  # the last: 250 m to the south
    metres = network.nearest_m(near, market)
    assert metres.iloc[:4].tolist() == pytest.approx(by_hand[:4], rel=3e-3)
    assert metres.iloc[4] in (pytest.approx(1300, rel=3e-3), pytest.approx(250 + 1500 + 500 + 1000 + 50, rel=3e-3))
    both = spots([(250, 250), (2250, 1700), (2250, 1730)], data.crs)
    matrix = network.matrix_m(near, both)
    assert matrix[:, 1].tolist() == pytest.approx(metres.tolist(), abs=0.01)
    assert matrix[2].tolist() == pytest.approx([2000 + 1480, 30, 0], rel=2e-3, abs=0.1)
    assert np.isinf(network.matrix_m(near, both, limit=3000)[0]).tolist() == [True, True, True]


def test_without_the_bridge_there_is_no_way_and_far_away_there_is_none(data: Data) -> None:
    angaben = read_offers(ROOT / "data" / "essen")["openstreetmap"].angaben["wege"]
    city = gpd.GeoSeries(data.gebiete.geometry.loc[[data.register.city.id]])
    ways = [one for one in osm.paths() if one["id"] != 31]
    network = WalkNetwork(footpaths(ways, angaben, city).assign(quelle=""), "")
    places = spots([(1250, 2250), (1250, 1750), (5000, 5000)], data.crs)
    metres = network.nearest_m(places, spots([(1750, 1750)], data.crs))
    assert metres.tolist() == pytest.approx([np.nan, 500, np.nan], nan_ok=True, rel=2e-3)
    # without ids of points they are told by their places
    unnamed = [{key: value for key, value in one.items() if key != "nodes"} for one in osm.paths()]
    same = WalkNetwork(footpaths(unnamed, angaben, city).assign(quelle=""), "")
    assert same.nearest_m(places, spots([(1750, 1750)], data.crs)).iloc[0] == pytest.approx(1000, rel=2e-3)


# Stadtteile with a share above 0: counted within the limit, counted in all; by hand from the cells
REACH = {
    "reichweite_spielplatz_200m": {"04": (192, 275), "II": (192, 682), "musterstadt": (192, 1507)},
    "reichweite_spielplatz_400m": {"04": (192, 275), "07": (15, 22), "musterstadt": (207, 1507)},
    "reichweite_park_500m": {"06": (616, 902), "08": (462, 660), "musterstadt": (1078, 9922)},
    "reichweite_park_1km": {"05": (1100, 2200), "06": (880, 902), "09": (308, 440), "08": (0, 660)},
    "reichweite_lebensmittel_700m": {"06": (616, 902), "musterstadt": (616, 9922)},
    "reichweite_apotheke_1km": {"05": (2200, 2200), "06": (616, 902), "02": (0, 2200), "musterstadt": (2816, 9922)},
    "reichweite_kita_500m": {"04": (192, 275), "05": (220, 220), "07": (0, 22), "08": (0, 99)},
}  # fmt: skip


@pytest.mark.parametrize("indikator", REACH)
def test_reach_by_hand(data: Data, indikator: str) -> None:
    rows = data.indikatoren[data.indikatoren["indikator"] == indikator].set_index("gebiet_id")
    for area, (here, everybody) in REACH[indikator].items():
        row = rows.loc[area]
        assert (row["zaehler"], row["nenner"]) == (here, everybody), area
        assert row["wert"] == pytest.approx(100 * here / everybody)
        assert row["von"] <= row["wert"] <= row["bis"]
    entry = data.indikatoren_yml["indikatoren"][indikator]
    assert str(entry["methode"]).startswith("Kürzester Weg im Wegenetz von OpenStreetMap vom Mittelpunkt")
    assert "geschätzt, nicht gemessen" not in entry["grenzen"]
    assert "openstreetmap" in rows["quelle"].iloc[0].split("|")


def test_counted_cells_walk_on_the_network_and_playgrounds_count_the_same_children(town: Town, tmp_path: Path) -> None:
    """Weiler, cell A: 1,000 m of path to the Kita of Westend, 1,300 m in a straight line times 1.3."""
    shutil.copytree(town.daten.parent, tmp_path / "stadt")
    daten, raw, given = tmp_path / "stadt" / "daten", tmp_path / "stadt" / "raw", tmp_path / "geladen"
    shutil.copy(ROOT / "data" / "sources" / "abruf" / "zensus2022.yml", daten.parent / "sources" / "abruf")
    given.mkdir()
    for name, without in (("bevoelkerung", "1km"), ("kinder", "")):
        (given / publishers.GITTER[name][0]).write_bytes(publishers.gitter(name, without=without))
    taken = given_files(daten, raw, given, "zensus2022")
    assert sum(one.status == "neu" for one in taken) == 2
    enrich(daten, raw)
    data = open_data(daten)
    cell = data.raster.set_index(["x", "y"]).loc[(tables.ORIGIN[0] + 250, tables.ORIGIN[1] + 750)]
    assert cell[["einwohner", "gehweg_kita_m", "gehweg_kita_u3_m", "gehweg_kita_ab_3_m"]].tolist() == [132, *[1000] * 3]
    rows = data.indikatoren.set_index(["indikator", "gebiet_id"])
    assert rows.loc[("reichweite_grundschule_1km", "07"), ["zaehler", "nenner"]].tolist() == [24, 24]
    assert rows.loc[("reichweite_spielplatz_200m", "04"), ["zaehler", "nenner"]].tolist() == [33, 55]
    # no 1 km cell tells of the hidden one: 9,922 less 9,832 are left; no ages of the cells: the share below stays
    assert rows.loc[("einwohner", "07"), ["von", "bis"]].tolist() == pytest.approx([130, 132 + 2 + 90])
    assert rows.loc[("anteil_65plus", "05"), "wert"] == pytest.approx(10)
    entries = data.indikatoren_yml["indikatoren"]
    assert entries["anteil_65plus"]["methode"].startswith("Die Altersgruppen der 100-m-Zellen sind nicht abgerufen.")
    assert entries["reichweite_kita_u3_500m"]["quellen"] == [
        "zensus2022",
        "kitas",
        "stadtteile_amtlich",
        "openstreetmap",
    ]
    assert entries["reichweite_park_500m"]["quellen"] == ["openstreetmap", "zensus2022", "stadtteile_amtlich"]
    assert entries["reichweite_kita_500m"]["methode"].startswith("Kürzester Weg im Wegenetz")


def test_a_report_draws_the_ground_and_says_where_it_and_the_walks_come_from(
    town: Town, tmp_path: Path, sozialraum: Sozialraum
) -> None:
    status, _, wrong = sozialraum("render", "III", "--data", str(town.daten), "--out", str(tmp_path))
    assert status == 0, wrong
    page = next((tmp_path / "stadtbezirk").glob("*.html")).read_text("utf-8")
    paths = dict(re.findall(r'<path id="sr-grund-\w+-(\w)" d="([^"]+)"', page))
    assert set("fpywka") <= set(paths)  # woods, parks, playgrounds, water, canals, motorways
    assert paths["w"].count("z") == 2  # the lake and its island
    assert "z" not in paths["a"]
    assert page.count("Kartengrund: © OpenStreetMap-Mitwirkende.") == 3
    assert "Grün: Parks, Wald, Sportplätze; blau: Wasser" in page
    assert '"shapes":[["f",' in page
    assert "mindestens 1\N{NO-BREAK SPACE}Lebensmittelladen" in page
    assert "Sitzb" not in page  # there may be hundreds: on maps of Stadtteile only
    method = (tmp_path / "methode.html").read_text("utf-8")
    assert "Kürzester Weg im Wegenetz von OpenStreetMap" in method
    assert "Luftlinie mal 1,3" not in method
    assert "Straßennetz liegt nicht zugrunde" not in method
    atlas = (tmp_path / "index.html").read_text("utf-8")
    assert "Weiß: Wasser, graue Linien: Bahnen. Kartengrund: © OpenStreetMap-Mitwirkende." in atlas


def test_what_was_fetched_keeps_its_licence(data: Data) -> None:
    said = licence_of(data)
    assert "Was von OpenStreetMap abgerufen oder daraus berechnet ist, steht unter der Open Database License" in said
    assert "abgerufen" not in licence_of(open_data(MUSTERSTADT / "daten"))


def test_places_are_asked_for_by_kind(data: Data) -> None:
    city = sr.open(data.dir)
    assert city.facilities("apotheke")["name"].tolist() == ["Stadtapotheke"]


def test_an_extract_brings_the_same(town: Town, data: Data, tmp_path: Path) -> None:
    given, city = tmp_path / "given", City(data, municipality(town.daten))
    given.mkdir()
    offers = [read_offers(town.daten)["openstreetmap"]]
    (given / "stadt.osm.pbf").write_bytes(b"PBF")
    broken = list(adopt(offers, tmp_path / "raw", city, given, START))
    assert {one.error.partition(":")[0] for one in broken} == {"stadt.osm.pbf"}
    assert all("Erwartet wird ein Auszug von OpenStreetMap" in one.error for one in broken)
    shutil.copyfile(MUSTERSTADT / "musterstadt.osm.pbf", given / "stadt.osm.pbf")
    os.utime(given / "stadt.osm.pbf", (START.timestamp(), START.timestamp()))
    assert [one.error or one.status for one in adopt(offers, tmp_path / "raw", city, given, START)] == ["neu"] * 5
    with built(town.daten) as base:
        made = read_map(kept_files(offers[0], tmp_path / "raw"), base, offers[0])
    assert made.stand == "2026-11-02"
    same = data.flaechen.sort_index()
    areas = made.shapes.drop("way/33").sort_index()  # the motorway of the other theme
    assert list(areas.index) == list(same.index)
    assert areas["flaeche_m2"].tolist() == pytest.approx(same["flaeche_m2"].tolist(), nan_ok=True, rel=1e-3)
    network, before = WalkNetwork(made.paths, ""), walk_network(data)
    assert before is not None
    cells = cell_points(data.raster, data.crs)
    market = spots([(2250, 1700)], data.crs)
    assert network.nearest_m(cells, market).tolist() == pytest.approx(before.nearest_m(cells, market).tolist(), abs=0.5)
    kinds = made.brought.rows["art"].value_counts()
    assert kinds.to_dict() == {"arzt": 2, "bank": 2, "spielplatz": 3, "anlaufstelle": 2} | dict.fromkeys(
        ("apotheke", "toilette"), 1
    ) | {"lebensmittel": 2}


def test_a_quartier_that_cuts_stadtteile_has_its_reach(data: Data) -> None:
    # cell A of Westend and of Altstadt: 192 and 110 children, all of Westend's within 200 m of a playground
    corners = spots([(0, 1500), (1500, 1500), (1500, 2000), (0, 2000)], data.crs)
    quartier = from_polygon(data, shapely.Polygon(corners.get_coordinates().to_numpy()), name="Am Hang")
    rows = quartier.indikatoren.set_index(["indikator", "gebiet_id"])
    row = rows.loc[("reichweite_spielplatz_200m", "q-am-hang")]
    assert (row["zaehler"], row["nenner"]) == (pytest.approx(192, abs=1), pytest.approx(302, abs=2))
    assert row["von"] < row["wert"] < row["bis"]
    assert "der Kinder unter 15" in row["hinweis"]
    assert rows.loc[("reichweite_apotheke_1km", "q-am-hang"), "zaehler"] == pytest.approx(1100, abs=5)


def test_without_footpaths_walks_are_straight_lines_to_the_edge(town: Town, tmp_path: Path) -> None:
    daten, raw = copy_tables(tmp_path), tmp_path / "raw"
    shutil.copytree(town.daten.parent / "sources", tmp_path / "sources", dirs_exist_ok=True)
    shutil.copytree(town.raw, raw)
    for path in (raw / "abruf" / "openstreetmap").glob("fusswege.json*"):
        path.unlink()
    enrich(daten, raw)
    found = open_data(daten)
    assert walk_network(found) is None
    assert found.raster["gehweg_kita_m"].equals(open_data(MUSTERSTADT / "daten").raster["gehweg_kita_m"].astype(float))
    rows = found.indikatoren.set_index(["indikator", "gebiet_id"])["zaehler"]
    assert rows["reichweite_spielplatz_200m", "04"] == 192  # 150 m x 1.3
    # corners of the large park are 151, 71 and 381 m from the cells of Ostfeld
    assert rows["reichweite_park_500m", "06"] == 616 + 264 + 22
    assert rows["reichweite_park_500m", "08"] == 462
    method = str(found.indikatoren_yml["indikatoren"]["reichweite_park_500m"]["methode"])
    assert method.startswith("Luftlinie mal 1,3 vom Mittelpunkt der 100-m-Zelle zum nächsten Park")
