"""The workbench without a browser: state, views, tools, messages, files."""

from __future__ import annotations

import base64
import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.image import imread
from matplotlib.patches import Rectangle

from conftest import EVIL
from intake_samples import HEAD, KEYS, NAME, PART, WHOLE, plain_semicolon, write_csv
from sozialraum import style
from sozialraum.city.finder import find
from sozialraum.city.load import CRS, CRS_FILES, Data
from sozialraum.errors import ParameterError, SchemaError, TableError, UnknownArea
from sozialraum.lab import __main__ as process
from sozialraum.lab import chart_view, filters, layers, own_points, report_button, saving, sheet, still, underlay
from sozialraum.lab.map_view import NOTHING
from sozialraum.lab.messages import Messages, explanation
from sozialraum.lab.panel import Workbench
from sozialraum.lab.state import State
from sozialraum.supply import intake, workspace
from sozialraum.supply import kept as kept_supply
from sozialraum.supply.intake import Description


@pytest.fixture
def state(musterstadt_data: Data) -> State:
    return State(musterstadt_data, gebiet="05", indikator="anteil_unter_15")


@pytest.fixture
def bench(state: State, tmp_path: Path) -> Workbench:
    return Workbench(state, folder=tmp_path / "ausgabe")


def degrees(shape: shapely.Geometry) -> dict[str, Any]:
    moved = gpd.GeoSeries([shape], crs=CRS).to_crs(CRS_FILES).iloc[0]
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(moved))
    return geometry


# State


def test_a_name_becomes_an_id_and_those_who_watch_hear_it_once(state: State) -> None:
    heard: list[str] = []
    state.observe(lambda change: heard.append(change["name"]), ["gebiet", "vergleich", "indikator"])
    state.choose(gebiet="Westend", vergleich="II", indikator="kitas")
    assert (state.gebiet, state.vergleich, state.indikator) == ("04", ("II",), "kitas")
    assert sorted(heard) == ["gebiet", "indikator", "vergleich"]
    state.choose(gebiet="04")
    assert len(heard) == 3


def test_a_choice_that_means_nothing_changes_nothing(state: State) -> None:
    with pytest.raises(UnknownArea, match="Ostfeld"):
        state.choose(indikator="kitas", gebiet="Ostfeldt")
    with pytest.raises(ParameterError, match="arbeitslosenanteil"):
        state.choose(gebiet="01", indikator="arbeitslosenanteil")
    assert (state.gebiet, state.indikator) == ("05", "anteil_unter_15")


def test_comparing_an_area_with_itself_is_no_comparison(state: State) -> None:
    state.choose(vergleich="05")
    assert state.others == {}
    state.choose(vergleich=["", "05", "01", "01", "II"])
    assert {letter: area.id for letter, area in state.others.items()} == {"A": "01", "B": "II"}
    with pytest.raises(ParameterError, match="höchstens 3 Orte, angegeben sind 4"):
        state.choose(vergleich=["01", "02", "03", "04"])
    state.choose(vergleich="")
    assert state.vergleich == ()


def test_analyses_are_kept_and_follow_the_data(state: State) -> None:
    assert state.analysis is state.analysis_of("05")
    for key in ("01", "02", "03", "04", "06"):
        assert state.analysis_of(key).gebiet.id == key
    assert state.analysis.gebiet.id == "05"


# What the map shows


def test_every_stadtteil_has_the_colour_of_its_class(state: State) -> None:
    found = {one["id"]: one["properties"]["style"]["fillColor"] for one in layers.stadtteile(state)["features"]}
    assert found == {key: colour or layers.HATCH for key, colour in state.breaks.colours_of(state.values).items()}


def test_a_missing_value_is_hatched_and_said(musterstadt_all_missing: Data) -> None:
    state = State(musterstadt_all_missing, gebiet="05", indikator="anteil_unter_15")
    fills = {one["properties"]["style"]["fillColor"] for one in layers.stadtteile(state)["features"]}
    assert fills == {layers.HATCH}
    assert layers.line(state, "05") == "Altstadt: unter 15 Jahre keine Angabe"


def test_the_pattern_of_the_hatching_is_on_the_page(bench: Workbench, musterstadt_all_missing: Data) -> None:
    missing = State(musterstadt_all_missing, gebiet="05", indikator="anteil_unter_15")
    legend = Workbench(missing, folder=bench.saving.folder).map_view.legend.value
    assert f'<pattern id="{layers.HATCH[5:-1]}"' in legend


def test_the_outline_is_the_areas_own_boundary(state: State) -> None:
    (feature,) = layers.outline(state.data, "I")["features"]
    shape = gpd.GeoSeries([shapely.geometry.shape(feature["geometry"])], crs=CRS_FILES).to_crs(CRS).iloc[0]
    assert shape.symmetric_difference(state.data.gebiete.geometry["I"]).area < 1e-3 * shape.area
    assert layers.outline(state.data, "musterstadt") == layers.outline(state.data, "") == layers.EMPTY


def test_symbols_keep_their_size_on_the_screen(state: State) -> None:
    def width(zoom: float) -> float:
        first = layers.facilities(state, ["K"], zoom)["features"][0]
        west, _, east, _ = shapely.geometry.shape(first["geometry"]).bounds
        return (east - west) * 2**zoom

    assert width(12) == pytest.approx(width(16), rel=0.05)
    assert {one["properties"]["art"] for one in layers.facilities(state, ["K"], 12)["features"]} == {"Kita"}


def test_the_view_holds_the_area(state: State) -> None:
    (latitude, longitude), zoom = layers.view_of(state.data, "musterstadt", width=500, height=400)
    west, south, east, north = (
        gpd.GeoSeries([state.data.gebiete.geometry["musterstadt"]], crs=CRS).to_crs(4326).total_bounds
    )
    assert south < latitude < north
    assert west < longitude < east
    assert (east - west) / 360 * 256 * 2**zoom <= 500


# Views


def test_a_view_updates_only_what_changed(bench: Workbench) -> None:
    view, charts = bench.map_view, bench.charts
    ground, line, profile, finding = view.stadtteile.data, view.umriss.data, charts.profile.value, charts.finding.value
    bench.state.choose(indikator="kitas")
    assert view.stadtteile.data is not ground
    assert view.umriss.data is line
    assert charts.profile.value is profile
    assert charts.finding.value != finding
    ground = view.stadtteile.data
    bench.state.choose(gebiet="01")
    assert view.stadtteile.data is ground
    assert view.umriss.data != line
    assert "Nordwest" in charts.profile.value


def test_fields_and_state_follow_each_other(bench: Workbench) -> None:
    fields = bench.controls
    fields.gebiet.value = "Westend"
    assert bench.state.gebiet == "04"
    fields.thema.value = "J"
    assert bench.state.entry.kapitel == "J"
    assert fields.indikator.value == bench.state.indikator
    bench.state.choose(gebiet="II", indikator="anteil_65plus")
    assert (fields.gebiet.value, fields.thema.value) == ("Stadtbezirk II – Mitte", "B")
    assert fields.indikator.value == "anteil_65plus"


def test_every_field_has_a_german_label(bench: Workbench) -> None:
    def fields(widget: Any) -> list[Any]:
        inner = [one for child in getattr(widget, "children", ()) for one in fields(child)]
        return [*inner, widget] if hasattr(widget, "description") and not hasattr(widget, "children") else inner

    named = {one.description for one in fields(bench.widget) if type(one).__name__ not in ("HTML", "Button")}
    assert named >= {
        "Ort", "Vergleich A", "Vergleich C", "Thema", "Indikator", "Stand", "Suche", "Gefunden", "Nächste", "Kitas",
        "Schulform", "Alter", "Name", "Format", "Bericht",
    }  # fmt: skip
    assert "" not in named


def test_a_click_on_the_map_chooses_but_not_while_drawing(bench: Workbench) -> None:
    click = {"event": "click", "id": "09", "feature": {}, "properties": {}, "coordinates": [0, 0]}
    bench.map_view.drawing = True
    bench.map_view.stadtteile._handle_mouse_events(None, click, None)
    assert bench.state.gebiet == "05"
    bench.map_view.drawing = False
    bench.map_view.stadtteile._handle_mouse_events(None, click, None)
    assert bench.state.gebiet == "09"


def test_the_table_sets_the_comparison_beside_the_area(state: State) -> None:
    state.choose(vergleich="01")
    table = chart_view.value_table(state)
    assert list(table.columns) == ["Altstadt", "Nordwest", "Musterstadt", "Einordnung", "Stand"]
    row = table.loc["Unter 15 Jahre (%)"]
    assert row["Altstadt"] == state.printed("05", unit=False)
    assert "Einwohner (Einw.)" in table.index
    state.choose(gebiet="musterstadt")
    assert list(chart_view.value_table(state).columns)[:2] == ["Musterstadt", "Nordwest"]


def test_names_from_data_are_escaped(kleinstadt: Path, tmp_path: Path) -> None:
    from sozialraum.city.load import open_data

    data = open_data(kleinstadt)
    state = State(data, gebiet="02", indikator="einwohner", vergleich="03")
    shown = chart_view.comparison(state) + layers.line(state, "02")
    assert EVIL in shown
    messages = Messages()
    messages.say(shown)
    assert EVIL not in messages.widget.value


# An earlier date


@pytest.fixture
def two_dates(musterstadt_copy: Path) -> State:
    """Nordhöhe: 60 of 1,000 without work in 2022, 900 in 2021, counted in another way."""
    for stand, count, method in (("31.12.2022", 60, "neu"), ("31.12.2021", 900, "alt")):
        rows = [[NAME[key], count if key == "03" else PART[key], 1000 if key == "03" else WHOLE[key]] for key in KEYS]
        path = write_csv(musterstadt_copy.parent / "t.csv", [HEAD, *rows])
        data = workspace.open_data(musterstadt_copy)
        options = Description(
            stelle="Amt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich", stichtag=stand,
            methode=method,
        )  # fmt: skip
        brought = intake.bring(path, data, options=options, today=date(2025, 1, 1))
        intake.write_packages(musterstadt_copy, intake.packages(brought, data))
    return State(workspace.open_data(musterstadt_copy), gebiet="03", indikator="arbeitslosenanteil")


def test_an_earlier_date_is_shown_without_a_class(two_dates: State) -> None:
    state = two_dates
    assert state.stands == ["2022-12-31", "2021-12-31"]
    profile = state.analysis
    assert state.printed("03").startswith("6,0")
    assert profile.row("arbeitslosenanteil")["klasse"] != "keine Einstufung"
    state.choose(stand="2021-12-31")
    assert (state.older, state.entry.stand) == ("2021-12-31", "2021-12-31")
    assert state.printed("03").startswith("90,0")
    row = state.shown.row("arbeitslosenanteil")
    assert row["klasse"] == "keine Einstufung"
    assert row["grund"] == "Eingeordnet und mit der Stadt verglichen wird nur der neueste Stand (31.12.2022)."
    assert state.analysis is profile
    others = [one.table.drop(index="arbeitslosenanteil", level="indikator") for one in (state.shown, profile)]
    pd.testing.assert_frame_equal(*others)


def test_every_date_has_the_same_classes_and_none_leaves_them(two_dates: State) -> None:
    newest = two_dates.breaks
    two_dates.choose(stand="2021-12-31")
    assert two_dates.breaks == newest
    assert newest.limits[-1] == 90
    low, high = two_dates.values.min(), two_dates.values.max()
    assert newest.limits[0] <= low <= high <= newest.limits[-1]


def test_the_choice_of_a_date(two_dates: State, tmp_path: Path) -> None:
    bench = Workbench(two_dates, folder=tmp_path / "ausgabe")
    field, view, charts = bench.controls.stand, bench.map_view, bench.charts
    assert field.options == (("31.12.2022", "2022-12-31"), ("31.12.2021", "2021-12-31"))
    assert not field.disabled
    ground, profile, values = view.stadtteile.data, charts.profile.value, charts.values.value
    assert "Stand" not in bench.controls.note.value
    field.value = "2021-12-31"
    assert two_dates.older == "2021-12-31"
    assert view.stadtteile.data != ground
    assert "90,0" in view.line.value
    assert "Stand 31.12.2021" in view.legend.value
    assert charts.profile.value is profile
    assert charts.values.value != values
    assert "keine Einstufung" in charts.values.value
    assert "Eingeordnet und mit der Stadt verglichen" in charts.finding.value
    for words in ("zeigen den Stand 31.12.2021", "nur der neueste Stand (31.12.2022)", "andere Zählweise"):
        assert words in bench.controls.note.value, words
    field.value = "2022-12-31"
    assert (two_dates.stand, view.stadtteile.data) == ("", ground)


def test_another_indicator_starts_at_its_newest_date(two_dates: State, tmp_path: Path) -> None:
    bench = Workbench(two_dates, folder=tmp_path / "ausgabe")
    two_dates.choose(stand="2021-12-31")
    two_dates.choose(indikator="anteil_unter_15")
    assert (two_dates.stand, two_dates.older) == ("", "")
    assert len(bench.controls.stand.options) == 1
    assert bench.controls.stand.disabled
    with pytest.raises(ParameterError, match=r"Den Stand 31\.12\.2021 gibt es bei diesem Indikator nicht"):
        two_dates.choose(stand="2021-12-31")


def test_what_is_saved_names_the_date_that_is_shown(two_dates: State, tmp_path: Path) -> None:
    two_dates.choose(stand="2021-12-31")
    paths = {kind: saving.save(two_dates, kind, tmp_path) for kind in saving.FORMATS}
    assert all("-stand-2021-12-31_03-nordhoehe." in path.name for path in paths.values())
    assert "Stand: 31.12.2021" in paths["Karte als Zeichnung (SVG)"].read_text(encoding="utf-8")
    with paths["Werte als Tabelle (CSV)"].open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    (own,) = [row for row in rows if row["Ort"] == "Nordhöhe" and row["Indikator"] == two_dates.entry.titel]
    assert (own["Wert"], own["Stand"], own["Einordnung"]) == ("90", "31.12.2021", "keine Einstufung")
    layer = gpd.read_file(paths["Karte für ein GIS (GeoPackage)"], layer="werte").set_index("nummer")
    assert layer.loc["03", "arbeitslosenanteil"] == 90.0
    assert set(layer["arbeitslosenanteil_stand"]) == {"31.12.2021"}


def test_an_area_that_the_earlier_table_does_not_know_has_no_value(two_dates: State, tmp_path: Path) -> None:
    bench = Workbench(two_dates, folder=tmp_path / "ausgabe")
    two_dates.choose(stand="2021-12-31")
    bench.drawing.add("Am Markt", degrees(two_dates.data.gebiete.geometry["03"].buffer(-100)))
    assert two_dates.older == "2021-12-31"
    assert two_dates.printed(two_dates.gebiet) == "keine Angabe"
    assert "Zu diesem Stand liegt kein Wert vor" in bench.charts.finding.value
    assert 'role="alert"' not in bench.messages.widget.value


# Search


def test_an_address_is_found_marked_and_named(bench: Workbench) -> None:
    from sozialraum.city.adressen import locate
    from sozialraum.city.load import adressen

    known = adressen(bench.state.data.dir).iloc[0]
    address = f"{known['strasse']} {known['hausnummer']}"
    bench.search.field.value = address
    place = locate(bench.state.data, address)
    assert place.gebiet.in_phrase in bench.search.answer.value
    assert bench.map_view.map.center == [place.lat, place.lon]
    bench.search.choices.children[0].click()
    assert bench.state.gebiet == place.gebiet.id
    bench.search.field.value = ""
    assert bench.map_view.adresse.data == layers.EMPTY


def test_what_is_found_is_shown_and_the_rest_listed(bench: Workbench) -> None:
    search, view = bench.search, bench.map_view
    search.field.value = "ostfeld"
    assert bench.state.gebiet == "06"
    assert search.hits.options[0] == "Ostfeld · Stadtteil · Stadtbezirk II"
    search.hits.index = [text.split(" · ")[1] for text in search.hits.options].index("Haltestelle")
    assert "Ostfeld liegt in Ostfeld (Stadtteil 06)." in search.answer.value
    assert len(view.adresse.data["features"]) == 1
    search.field.value = "auenpark"
    assert "Die genaue Lage ist nicht erfasst." in search.answer.value
    assert view.adresse.data == layers.EMPTY
    search.field.value = "Großsüdstr. 777"
    assert search.shown is not None
    assert search.shown.label == "Großsüdstr."
    assert "Großsüdstr. 777 steht nicht im Adressverzeichnis" in bench.messages.widget.value
    search.field.value = "qqqqqq"
    assert "ist nichts zu finden" in bench.messages.widget.value
    assert search.shown is None


def test_the_workbench_finds_what_everything_else_finds(bench: Workbench) -> None:
    for text in ("nord", "markt", "Hauptstr.", "gymnasium", "Nordhohe"):
        bench.search.field.value = text
        assert bench.search.found == find(bench.state.data, text, limit=8)


def test_the_three_nearest_are_measured_from_an_address(bench: Workbench) -> None:
    search = bench.search
    search.field.value = "Hauptstr. 4"
    assert search.near.value == ""
    search.kind.value = "K"
    lines = re.findall(r"<li>(.*?)</li>", search.near.value)
    x, y = search.shown.punkt if search.shown and search.shown.punkt else (0, 0)
    kitas = bench.state.data.einrichtungen.query("art == 'kita' and status != 'geplant'")
    walks = sorted(kitas.geometry.distance(shapely.Point(x, y)) * 1.3)[:3]
    assert [int(re.sub(r"\D", "", re.findall(r"rund ([\d.]+)", line)[0])) for line in lines] == [
        round(far / 10) * 10 for far in walks
    ]
    assert all("Minute" in line for line in lines)
    assert "Geschätzt: Luftlinie mal 1,3" in search.near.value
    assert len(bench.map_view.wege.data["features"]) == 3
    search.kind.value = ""
    assert bench.map_view.wege.data == layers.EMPTY


# Areas beside each other, filters, own points, and back to the beginning


def test_areas_beside_each_other_are_on_map_strip_and_table(bench: Workbench) -> None:
    for field, name in zip(bench.controls.vergleich, ("Nordwest", "II", "Weiler"), strict=True):
        field.value = name
    assert bench.state.vergleich == ("01", "II", "07")
    lines = bench.map_view.vergleich.data["features"]
    looks = [one["properties"]["style"] for one in lines if one["properties"]["style"] != layers.CASING]
    assert len({look["color"] for look in looks}) == len({look["dashArray"] for look in looks}) == 3
    assert len(bench.map_view.buchstaben.layers) == 3
    for words in ("A Nordwest", "B Stadtbezirk II", "C Weiler"):
        assert words in bench.map_view.beside.value
    strip = bench.charts.finding.value
    assert [strip.count(f">{letter}</text>") for letter in "ABC"] == [2, 2, 2]
    table = bench.charts.values.value
    for name in ("Nordwest", "Stadtbezirk II", "Weiler"):
        assert f'<th scope="col" class="sr-num">{name}</th>' in table or f'<th scope="col">{name}</th>' in table
        assert f"{name} gegenüber Altstadt" in table or f"{name.replace('Stadtbezirk', 'Bezirk')} gegenüber" in table
    assert "belastbar" in table
    bench.controls.vergleich[0].value = ""
    assert bench.state.vergleich == ("II", "07")
    bench.controls.vergleich[2].value = "Nirgendwo"
    assert bench.state.vergleich == ("II", "07")
    assert 'role="alert"' in bench.messages.widget.value


def test_places_are_shown_by_form_association_and_age(bench: Workbench) -> None:
    data, controls = bench.state.data, bench.controls
    places = filters.places(data)
    form = places[filters.FORM].dropna().iloc[0]
    controls.nur[filters.FORM].value = form
    shown = {one["id"] for one in bench.map_view.orte.data["features"]}
    assert shown == set(places.index[places[filters.FORM] == form])
    assert f"{len(shown)} von" in controls.filtered.value
    age = int(places[filters.AGE].dropna().min())
    controls.nur[filters.AGE].value = age
    kitas = places[places["art"] == "kita"]
    shown = {one["id"] for one in bench.map_view.orte.data["features"]} & {*kitas.index}
    assert shown == {*kitas.index[kitas[filters.AGE] <= age]} != {*kitas.index}
    saved = sheet.alt(bench.state)
    assert f"nur: Schulform {form}, Alter ab" in saved
    controls.nur[filters.AGE].value = controls.nur[filters.FORM].value = ""
    assert bench.state.nur == {}
    assert controls.filtered.value == ""


def test_the_map_has_houses_and_streets_below_it_where_it_shows_a_part(bench: Workbench) -> None:
    state, view = bench.state, bench.map_view
    assert underlay.underlay(state.data, replace(layers.whole_city(state.data), zoom=12.0)) is None
    assert view.grund.url == NOTHING
    x, y = (680098, 5764547)
    lon, lat = degrees(shapely.Point(x, y))["coordinates"]
    state.gesehen = (lon - 0.01, lat - 0.005, lon + 0.01, lat + 0.005, 16.0)
    assert view.grund.url.startswith("data:image/svg+xml;base64,")
    drawn = base64.b64decode(view.grund.url.partition(",")[2]).decode()
    assert ">Hauptstr.</text>" in drawn
    found = underlay.underlay(state.data, layers.View(*state.gesehen))
    assert found is not None
    house = gpd.GeoSeries.from_xy([679864], [5764794], crs=CRS).to_crs(CRS_FILES).iloc[0]
    assert np.abs(found.spots - found.view.point(house.x, house.y)).max(axis=1).min() < 0.5
    (south, west), (north, east) = found.bounds
    assert (south < lat - 0.005, west < lon - 0.01, north > lat + 0.005, east > lon + 0.01) == (True,) * 4
    saved = saving.save(state, "Karte als Zeichnung (SVG)", bench.saving.folder).read_text(encoding="utf-8")
    assert "Hauptstr." in saved


def test_everything_goes_back_to_the_beginning(bench: Workbench) -> None:
    state, view = bench.state, bench.map_view
    centre, zoom = view.map.center, view.map.zoom
    bench.search.field.value = "Hauptstr. 4"
    state.choose(gebiet="01", vergleich=["II"], indikator="kitas")
    bench.controls.boxes["K"].value = True
    assert view.map.zoom != zoom
    view.whole.click()
    assert (view.map.center, view.map.zoom, state.gebiet, state.adresse) == (centre, zoom, "01", ())
    view.reset.click()
    assert (state.gebiet, state.vergleich, state.indikator) == ("05", (), "anteil_unter_15")
    assert (state.einrichtungen, bench.controls.boxes["K"].value, bench.search.field.value) == ((), False, "")


EXCEL = """sep=;
Name;Straße;Hausnr.
Büro;Hauptstr.;4
Wohngruppe;Haubtstr.;4
;Großsüdstr.;10
Ohne;;
Fern;Hauptstr.;9999
"""


def test_own_points_are_laid_on_the_map_and_no_row_is_lost(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "punkte.csv"
    path.write_bytes(EXCEL.encode("cp1252"))
    points, view = bench.points, bench.map_view
    points.file.value = (uploaded(path),)
    assert points.file.value == (), "a saved notebook does not hold the file"
    assert [(one.name, one.stadtteil, one.zeile) for one in bench.state.punkte] == [
        ("Büro", "Altstadt", 3), ("Großsüdstr. 10", "Großsüd", 5)
    ]  # fmt: skip
    said = bench.messages.widget.value
    for words in (
        "2 von 5 Zeilen liegen auf der Karte.", "punkte.csv, Zeile 4:", "Meinten Sie Hauptstr.?",
        "punkte.csv, Zeile 6: Es fehlt die Adresse", "punkte.csv, Zeile 7: Hauptstr. 9999 steht nicht",
    ):  # fmt: skip
        assert words in said, words
    assert len(view.punkte.data["features"]) == 2
    before = view.punkte.data
    view.map.zoom = 15
    assert view.punkte.data != before
    assert "2\u00a0eigene Punkte" in sheet.alt(bench.state)
    assert list(tmp_path.glob("ausgabe/*")) == []
    points.clear.click()
    assert (bench.state.punkte, view.punkte.data) == ((), layers.EMPTY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Name;Länge;Breite\nA;11,62376;52,00232\n", ["A"]),
        ("name,lon,lat\nA,11.62376,52.00232\n", ["A"]),
        ("Name\tx\ty\nA\t680.098,5\t5.764.547\nB\t680098\t5764547\n", ["A", "B"]),
    ],
)
def test_coordinates_are_read_in_every_usual_form(
    musterstadt_data: Data, tmp_path: Path, text: str, found: list[str]
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8-sig")
    brought = own_points.read_points(path, musterstadt_data)
    assert [one.name for one in brought.punkte] == found
    assert {one.stadtteil for one in brought.punkte} == {"Altstadt"}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("A;52,00232;11,62376", "vertauscht"), ("A;8,6;50,1", "weit außerhalb"), ("A;links;oben", "keine Zahl"),
        ("A;;50,1", "eine der beiden Koordinaten"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_placed_is_named(musterstadt_data: Data, tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(f"Name;Länge;Breite\n{row}\n", encoding="utf-8")
    brought = own_points.read_points(path, musterstadt_data)
    assert (brought.punkte, brought.zeilen, len(brought.fehler)) == ((), 1, 1)
    assert brought.fehler[0].startswith("p.csv, Zeile 2: ")
    assert fault in brought.fehler[0]
    path.write_text("Adresse\nNirgendweg 5\n", encoding="utf-8")
    assert "Zeile 2" in own_points.read_points(path, musterstadt_data).fehler[0], "one column has no separator"
    path.write_text("Name;Länge;Breite\n", encoding="utf-8")
    with pytest.raises(TableError, match="steht keine Zeile"):
        own_points.read_points(path, musterstadt_data)
    path.write_text("Name;Farbe\nA;rot\n", encoding="utf-8")
    with pytest.raises(TableError, match="keine Spalte mit Adressen oder Koordinaten"):
        own_points.read_points(path, musterstadt_data)


# Drawing


def test_a_drawn_area_is_analysed_like_any_other(bench: Workbench) -> None:
    shape = bench.state.data.gebiete.geometry[["01", "02"]].union_all().buffer(-100)
    bench.drawing.name.value = "Am Markt"
    bench.drawing.pen._handle_leaflet_event(
        None, {"event": "pm:create", "geo_json": {"geometry": degrees(shape)}}, None
    )
    assert "Am Markt" in bench.messages.widget.value
    assert bench.state.area.name == "Am Markt"
    assert "Am Markt" in bench.charts.finding.value
    assert "Am Markt" in bench.controls.gebiet.options
    written = gpd.read_file(bench.drawing.folder / "flaeche-am-markt.geojson").to_crs(CRS)
    assert written.geometry[0].symmetric_difference(shape).area < 1
    assert "flaeche-am-markt.geojson" in bench.state.environment["SOZIALRAUM_AREAS"]


def test_a_second_area_stands_beside_the_first(bench: Workbench) -> None:
    shapes = [bench.state.data.gebiete.geometry[key].buffer(-100) for key in ("01", "09", "05")]
    for name, shape in zip(("Erste", "Zweite", "Erste"), shapes, strict=True):
        bench.drawing.add(name, degrees(shape))
    names = [area.name for area in bench.state.data.register]
    assert (names.count("Erste"), names.count("Zweite")) == (1, 1)
    assert bench.state.data.gebiete.geometry[bench.state.gebiet].within(bench.state.data.gebiete.geometry["05"])


def test_a_bad_outline_is_explained_and_changes_nothing(bench: Workbench) -> None:
    bow = degrees(shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)]))
    with pytest.raises(SchemaError):
        bench.drawing.add("Schleife", bow)
    bench.drawing.pen._handle_leaflet_event(None, {"event": "pm:create", "geo_json": {"geometry": bow}}, None)
    assert 'role="alert"' in bench.messages.widget.value
    assert bench.state.gebiet == "05"
    assert not bench.drawing.folder.exists()
    assert not bench.drawing.start.disabled


def test_a_double_click_closes_a_drawing_and_the_hint_says_so(bench: Workbench) -> None:
    """What geoman does with it is tried in test_lab."""
    bench.drawing.start.click()
    assert bench.drawing.pen.polygon["finishOn"] == "dblclick"
    assert "Doppelklick" in bench.drawing.hint.value


def test_drawing_can_be_given_up(bench: Workbench) -> None:
    bench.drawing.start.click()
    assert bench.drawing.pen.current_mode == "draw:Polygon"
    assert bench.map_view.drawing
    bench.drawing.stop.click()
    assert bench.drawing.pen.current_mode is None
    assert not bench.map_view.drawing


# Saving


def test_the_picture_is_a_picture_and_says_where_it_comes_from(state: State, tmp_path: Path) -> None:
    path = saving.save(state, "Karte als Bild (PNG)", tmp_path)
    assert path.name == "karte-anteil-der-unter-15-jaehrigen_05-altstadt.png"
    picture = imread(path)
    assert picture.shape[0] > 1000
    assert picture.std() > 0.05


def test_the_drawing_carries_title_value_source_and_status(state: State, tmp_path: Path) -> None:
    content = saving.save(state, "Karte als Zeichnung (SVG)", tmp_path).read_text(encoding="utf-8")
    for words in (state.entry.titel, f"Altstadt: {state.printed('05')}", "Quelle:", "keine amtliche Statistik"):
        assert words in content, words


def painted(path: Path, colour: str) -> int:
    """How many pixels of a picture have a colour."""
    picture = np.round(imread(path)[..., :3] * 255).astype(int)
    wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return int((np.abs(picture - wanted).max(axis=2) <= 2).sum())


def test_the_saved_map_shows_the_layers_that_are_switched_on(state: State, tmp_path: Path) -> None:
    def saved() -> Path:
        return saving.save(state, "Karte als Bild (PNG)", tmp_path)

    kita = style.SYMBOLS["K"].fill
    assert painted(saved(), kita) == 0
    state.einrichtungen = ("K",)
    assert painted(saved(), kita) > 100
    assert "Kitas" in texts(state)
    state.einrichtungen = ()
    before = painted(saved(), style.INK)
    state.choose(vergleich="01")
    assert painted(saved(), style.INK) > before
    assert "Nordwest" in texts(state)
    state.adresse = ("Am Markt 1", *centre(state))
    assert painted(saved(), style.ACCENT) > 100
    assert "Am Markt 1" in texts(state)


def texts(state: State) -> str:
    axes = sheet.picture(state).axes[0]
    return "\n".join([*(one.get_text() for one in axes.texts), *key_of(axes)])


def key_of(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    assert legend is not None
    return [one.get_text() for one in legend.get_texts()]


def centre(state: State) -> tuple[float, float]:
    (latitude, longitude), _ = layers.view_of(state.data, state.gebiet, width=500, height=400)
    return longitude, latitude


def test_the_saved_map_has_the_extent_and_the_zoom_of_the_screen(bench: Workbench, tmp_path: Path) -> None:
    state, map_ = bench.state, bench.map_view.map
    whole = sheet.view(state)
    assert whole.size == pytest.approx((520, 440), abs=0.5)
    longitude, latitude = centre(state)
    sides = {"west": longitude - 0.004, "east": longitude + 0.004, "south": latitude - 0.002, "north": latitude + 0.002}
    map_.zoom = 15.0
    with map_.hold_trait_notifications():
        for name, degrees_ in sides.items():
            map_.set_trait(name, degrees_)
    seen = sheet.view(state)
    assert (seen.west, seen.north, seen.zoom) == (sides["west"], sides["north"], 15.0)
    width, height = seen.size
    assert width == pytest.approx(0.008 / 360 * 256 * 2**15)
    figure = sheet.picture(state)
    frame = figure.axes[0].patches[0]
    assert isinstance(frame, Rectangle)
    assert (frame.get_width(), frame.get_height()) == pytest.approx((width, height))
    path = saving.save(state, "Karte als Bild (PNG)", tmp_path)
    assert painted(path, state.breaks.colours_of(state.values)["05"] or "") > 0
    others = {colour for key, colour in state.breaks.colours_of(state.values).items() if key != "05" and colour}
    own = state.breaks.colours_of(state.values)["05"]
    swatches = max(painted(path, colour) for colour in others - {own})
    assert painted(path, own or "") > 5 * swatches, "only the chosen area is in the window; others are in the legend"


def test_picture_and_drawing_of_the_map_are_one_figure(state: State, tmp_path: Path) -> None:
    state.choose(indikator="kitas", vergleich="01")
    state.einrichtungen = ("G",)
    drawing = saving.save(state, "Karte als Zeichnung (SVG)", tmp_path).read_text(encoding="utf-8")
    for line in texts(state).splitlines():
        assert escape(line) in drawing, line
    assert "Gestrichelt, A: Nordwest." in drawing
    assert "Eingezeichnet: Grundschulen." in drawing


def test_the_legend_of_the_saved_map_names_no_sign_that_is_out_of_sight(state: State) -> None:
    state.choose(vergleich="01")
    longitude, latitude = centre(state)
    state.gesehen = (longitude - 1e-4, latitude - 1e-4, longitude + 1e-4, latitude + 1e-4, 18.0)
    key = key_of(sheet.picture(state).axes[0])
    assert state.breaks.labels()[0] in key
    assert "Nordwest" not in key


def test_the_map_shows_counts_as_circles_and_shares_as_areas(bench: Workbench) -> None:
    view, state = bench.map_view, bench.state
    assert view.kreise.data == layers.EMPTY
    state.choose(indikator="kitas")
    fills = {one["properties"]["style"]["fillColor"] for one in view.stadtteile.data["features"]}
    assert fills == {style.LAND}
    shown = {one["id"] for one in view.kreise.data["features"]}
    assert shown == set(state.values.index[state.values > 0])
    assert "Größe der Kreise" in view.legend.value
    assert "Klasse" not in view.line.value
    before = view.kreise.data
    view.map.zoom = 15
    assert view.kreise.data != before, "circles keep their size on the screen"
    state.choose(indikator="anteil_unter_15")
    assert view.kreise.data == layers.EMPTY


def test_a_missing_count_is_hatched_on_the_map(musterstadt_all_missing: Data, tmp_path: Path) -> None:
    state = State(musterstadt_all_missing, gebiet="05", indikator="kitas")
    bench = Workbench(state, folder=tmp_path)
    assert {one["properties"]["style"]["fillColor"] for one in bench.map_view.stadtteile.data["features"]} == {
        layers.HATCH
    }
    assert bench.map_view.kreise.data == layers.EMPTY
    assert "keine Angabe" in bench.map_view.legend.value
    assert "keine Angabe" in texts(state)


def test_files_of_the_workbench_carry_intervals_and_counts(state: State, tmp_path: Path) -> None:
    row = state.shown.row("anteil_unter_15", "05")
    with saving.save(state, "Werte als Tabelle (CSV)", tmp_path).open(encoding="utf-8-sig") as stream:
        lines = list(csv.DictReader(stream, delimiter=";"))
    (own,) = [line for line in lines if line["Ort"] == "Altstadt" and line["Indikator"] == state.entry.titel]
    for name, column in (("von", "von"), ("bis", "bis"), ("wert", "Wert")):
        assert own[column] == style.number(row[name], 1).removesuffix(",0"), name
    assert own["Anzahl"] == style.rounded_estimate(row["zaehler"]).replace(".", "")
    head, *cells = openpyxl.load_workbook(saving.save(state, "Werte für Excel (XLSX)", tmp_path))["Werte"].values
    (first,) = [cell for cell in cells if cell[1] == "Altstadt" and cell[3] == state.entry.titel]
    found = dict(zip(head, first, strict=True))
    assert (found["von"], found["bis"]) == (float(own["von"].replace(",", ".")), float(own["bis"].replace(",", ".")))
    layer = gpd.read_file(saving.save(state, "Karte für ein GIS (GeoPackage)", tmp_path), layer="werte")
    kept = layer.set_index("nummer").loc["05"]
    assert (kept["anteil_unter_15_von"], kept["anteil_unter_15_bis"]) == (found["von"], found["bis"])
    assert kept["anteil_unter_15_anzahl"] == found["Anzahl"]


def test_the_layer_for_a_gis_holds_the_comparison(state: State, tmp_path: Path) -> None:
    state.choose(vergleich="II")
    layer = gpd.read_file(saving.save(state, "Karte für ein GIS (GeoPackage)", tmp_path), layer="werte")
    assert "II" in set(layer["nummer"])


@pytest.mark.parametrize("gebiet", ["II", "musterstadt"])
def test_the_register_stands_beside_the_estimate_and_has_a_series(state: State, tmp_path: Path, gebiet: str) -> None:
    bench = Workbench(state, folder=tmp_path)
    state.choose(gebiet=gebiet, indikator="einwohner_register")
    rows = state.data.einwohner_register.set_index(["gebiet_id", "stichtag"])["einwohner"][gebiet]
    assert len(rows) > 2
    assert "Zeitreihe" in bench.charts.series.value
    for number in rows:
        assert style.number(number) in bench.charts.series.value
    table = chart_view.value_table(state)
    assert {"Einwohner (Einw.)", "Melderegister (Einw.)"} <= set(table.index)
    assert table.loc["Melderegister (Einw.)", "Stand"] == style.day(rows.index[-1])
    assert [state.stands[-1]] == [rows.index[0]]
    state.choose(stand=str(rows.index[0]))
    assert state.printed(gebiet) == f"{style.number(rows.iloc[0])}\u00a0Einw."
    assert 'role="alert"' not in bench.messages.widget.value


def test_a_value_of_another_day_names_its_day(state: State) -> None:
    table = state.data.einwohner_register
    key = str(table[table["gebiet_id"].isin(state.analysis.stadtteile)]["gebiet_id"].iloc[-1])
    state.choose(gebiet=key, vergleich="II", indikator="einwohner_register")
    newest = {area: state.stand_of(area) for area in (key, "II")}
    assert newest[key] != newest["II"]
    cells = chart_view.value_table(state).loc["Melderegister (Einw.)"]
    assert cells["Stand"] == style.day(newest[key])
    assert str(cells["Stadtbezirk II"]).endswith(f"({style.day(newest['II'])})")
    assert f"({style.day(newest['II'])})" in chart_view.comparison(state)
    assert f"({style.day(newest['II'])})" in "\n".join(sheet.finding_lines(state))


def test_a_series_stands_under_the_finding(two_dates: State, tmp_path: Path) -> None:
    charts = Workbench(two_dates, folder=tmp_path / "ausgabe").charts
    assert "Zeitreihe" in charts.series.value
    assert "Daten als Tabelle" in charts.series.value
    two_dates.choose(indikator="anteil_unter_15")
    assert charts.series.value == ""


def test_the_table_holds_what_is_seen(state: State, tmp_path: Path) -> None:
    state.choose(vergleich="01")
    path = saving.save(state, "Werte als Tabelle (CSV)", tmp_path)
    assert path.name == "werte_05-altstadt.csv"
    with path.open(encoding="utf-8-sig") as stream:
        lines = [row for row in csv.DictReader(stream, delimiter=";") if row["Wert"]]
    assert list(dict.fromkeys(row["Ort"] for row in lines)) == ["Altstadt", "Nordwest", "Musterstadt"]
    book = openpyxl.load_workbook(saving.save(state, "Werte für Excel (XLSX)", tmp_path))
    assert book.sheetnames == ["Werte", "Hinweise"]
    assert book["Werte"].max_row == len(lines) + 1
    assert tuple(cell.value for cell in book["Werte"][1]) == tuple(lines[0])


def test_the_layer_for_a_gis_holds_the_map(state: State, tmp_path: Path) -> None:
    layer = gpd.read_file(saving.save(state, "Karte für ein GIS (GeoPackage)", tmp_path), layer="werte")
    assert list(layer["nummer"]) == state.analysis.stadtteile
    assert layer.crs.to_epsg() == 25832
    assert layer["anteil_unter_15"].notna().all()


def test_a_file_that_cannot_be_written_is_explained(bench: Workbench) -> None:
    bench.saving.folder.write_text("im Weg", encoding="utf-8")
    bench.saving.button.click()
    assert "lässt sich nicht lesen oder schreiben" in bench.messages.widget.value
    bench.saving.folder.unlink()
    bench.saving.button.click()
    (output,) = bench.saving.link.outputs
    assert 'href="ausgabe/karte-' in output["data"]["text/html"]


# Report


@pytest.mark.parametrize(
    ("notebook", "expected"),
    [
        ("03_stadtteilanalyse", {"gebiet": "05", "ausgabe": ""}),
        ("01_stadtkarte", {"gebiet": "05", "indikator": "anteil_unter_15", "ausgabe": ""}),
    ],
)
def test_a_report_gets_the_parameters_that_it_knows(
    state: State, tmp_path: Path, notebook: str, expected: object
) -> None:
    wish = report_button.wish_of(state, report_button.NOTEBOOKS / f"{notebook}.ipynb", tmp_path)
    chosen = {key: value for key, value in wish["parameters"].items() if key in ("gebiet", "indikator", "ausgabe")}
    assert chosen == expected
    assert wish["target"] == f"bericht-{notebook[3:]}_05-altstadt.html"


def test_the_process_writes_the_page_or_one_german_sentence(
    musterstadt_dir: Path, tmp_path: Path, make_notebook: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    cells = ('gebiet = "01"', 'from sozialraum import figures\nfigures.head(title=f"Bericht {gebiet}")')
    wish = {"notebook": str(make_notebook("09_kurz", *cells)), "out": str(tmp_path / "aus"), "target": "b.html",
            "gebiet_id": "04", "parameters": {"gebiet": "04"}}  # fmt: skip
    assert process.main(json.dumps(wish)) == 0
    assert "Bericht 04" in (tmp_path / "aus" / "b.html").read_text(encoding="utf-8")
    assert process.main(json.dumps({**wish, "parameters": {"ort": "04"}})) == 1
    assert "Der Parameter „ort“ ist unbekannt" in capsys.readouterr().err


# A table of one's own


def test_an_office_table_is_shown_answered_and_taken_over(musterstadt_copy: Path, tmp_path: Path) -> None:
    state = State(workspace.open_data(musterstadt_copy), gebiet="02", indikator="anteil_unter_15")
    bench = Workbench(state, folder=tmp_path / "ausgabe")
    panel, content = bench.importing, plain_semicolon(tmp_path).read_bytes()
    day = datetime(2024, 6, 1, tzinfo=UTC)
    panel.today = day.date
    file = {"name": "t.csv", "type": "text/csv", "size": len(content), "last_modified": day, "content": content}
    panel.file.value = (file,)
    assert "Noch anzugeben" in panel.shown.value
    assert panel.take.disabled
    answers = {"stelle": "Amt", "lizenz": "dl-de/by-2-0", "geheimhaltung": "sperrung:3", "weitergabe": "oeffentlich"}
    for key, answer in answers.items():
        panel.answers.value = panel.answers.value.replace(f"\n{key}:\n", f"\n{key}: {answer}\n")
    panel.check.click()
    assert "Alles geklärt" in panel.shown.value
    panel.take.click()
    assert "Eingelesen" in bench.messages.widget.value
    state.choose(indikator="arbeitslosenanteil")
    assert state.analysis.row("arbeitslosenanteil")["zaehler"] == 1104
    assert bench.controls.thema.value == state.entry.kapitel


def uploaded(path: Path) -> dict[str, Any]:
    """A file as the upload field gives it."""
    day, content = datetime(2024, 6, 1, tzinfo=UTC), path.read_bytes()
    return {"name": path.name, "type": "text/csv", "size": len(content), "last_modified": day, "content": content}


ANSWERED = "stelle: Amt\nlizenz: dl-de/by-2-0\ngeheimhaltung: sperrung:3\nweitergabe: rat\n"


@pytest.fixture
def office(musterstadt_copy: Path, tmp_path: Path) -> Workbench:
    """A workbench with one own table for the council."""
    state = State(workspace.open_data(musterstadt_copy), gebiet="02", indikator="anteil_unter_15", weitergabe="rat")
    bench = Workbench(state, folder=tmp_path / "ausgabe")
    panel = bench.importing
    panel.today = lambda: date(2024, 6, 1)
    panel.file.value = (uploaded(plain_semicolon(tmp_path)),)
    panel.answers.value = ANSWERED
    panel.check.click()
    panel.take.click()
    return bench


def test_open_questions_of_an_upload_are_shown_and_the_description_can_be_saved(
    musterstadt_copy: Path, tmp_path: Path
) -> None:
    state = State(workspace.open_data(musterstadt_copy), gebiet="02", indikator="anteil_unter_15")
    bench = Workbench(state, folder=tmp_path / "ausgabe")
    panel = bench.importing
    panel.today = lambda: date(2024, 6, 1)
    panel.file.value = (uploaded(plain_semicolon(tmp_path)),)
    path = tmp_path / "t.csv"
    with pytest.raises(TableError) as caught:
        intake.bring(path, state.data, today=date(2024, 6, 1)).refuse()
    assert len(caught.value.problems) == 4
    for line in caught.value.problems:
        assert escape(line) in bench.messages.widget.value
    assert 'download="t.yml"' in panel.download.value
    (content,) = re.findall(r"base64,([^\"]+)", panel.download.value)
    assert base64.b64decode(content).decode("utf-8") == panel.answers.value
    panel.answers.value = ANSWERED
    panel.check.click()
    assert panel.download.value == bench.messages.widget.value == ""
    assert not panel.take.disabled


def test_own_tables_are_listed_with_their_audience(office: Workbench) -> None:
    own = office.importing.own
    assert own.widget.layout.display == "flex"
    for words in (
        "Anteil der Arbeitslosen (arbeitslosenanteil)",
        "31.12.2023",
        "Rat und Verwaltung",
        "01.06.2024",
        "t.csv",
    ):
        assert words in own.list.value
    state = State(
        workspace.open_data(office.state.data.dir), gebiet="02", indikator="einwohner", weitergabe="oeffentlich"
    )
    public = Workbench(state, folder=Path("ausgabe")).importing.own
    assert "Arbeitslosen" not in public.list.value
    assert public.widget.layout.display == "none"


def test_the_same_table_again_says_so_in_the_workbench(office: Workbench, tmp_path: Path) -> None:
    panel = office.importing
    panel.check.click()
    panel.take.click()
    assert "Schon eingelesen: Anteil der Arbeitslosen" in office.messages.widget.value
    assert "es wird nichts geschrieben" in office.messages.widget.value
    assert len(panel.own.which.options) == 1


def test_a_table_is_removed_in_the_workbench_after_a_second_click(office: Workbench) -> None:
    own, state = office.importing.own, office.state
    state.choose(indikator="arbeitslosenanteil")
    assert own.sure.disabled
    own.sure.click()
    assert len(kept_supply.kept(state.data)) == 1
    own.ask.click()
    assert "Der Wert fehlt dann; die Berichte nennen die Lücke." in own.words.value
    own.sure.click()
    assert "Entfernt: 1 eigene Tabelle." in office.messages.widget.value
    assert kept_supply.kept(state.data) == []
    assert own.widget.layout.display == "none"
    assert state.indikator != "arbeitslosenanteil"
    assert not state.data.indikatoren_yml["indikatoren"]["arbeitslosenanteil"]["verfuegbar"]


def test_a_file_that_is_no_table_is_explained(bench: Workbench) -> None:
    day = datetime(2024, 6, 1, tzinfo=UTC)
    file = {"name": "../t.csv", "type": "text/csv", "size": 5, "last_modified": day, "content": b"Hallo"}
    bench.importing.file.value = (file,)
    assert 'role="alert"' in bench.messages.widget.value
    assert bench.importing.take.disabled


# Messages, and readers who cannot click


def test_what_the_system_says_becomes_a_sentence() -> None:
    assert "Excel" in explanation(PermissionError(13, "denied", "a.xlsx"))
    assert "a.csv" in explanation(FileNotFoundError(2, "fehlt", "a.csv"))
    assert "ZeroDivisionError" in explanation(ZeroDivisionError("durch null"))


def test_an_interrupt_is_no_message() -> None:
    messages = Messages()

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        messages.guard(interrupted)()
    assert messages.widget.value == ""


def test_an_error_in_a_view_is_still_there_when_all_have_followed(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise SchemaError(["Die Karte fehlt."])

    monkeypatch.setattr(layers, "outline", broken)
    bench.controls.gebiet.value = "Westend"
    assert "Die Karte fehlt." in bench.messages.widget.value
    assert "Westend" in bench.charts.finding.value


def test_a_page_made_without_a_person_shows_figures_instead_of_widgets(tmp_path: Path) -> None:
    notebook = report_button.NOTEBOOKS / "05_erkunden.ipynb"
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--execute",
        "--to",
        "html",
        str(notebook),
        "--output-dir",
        str(tmp_path),
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    page = (tmp_path / "05_erkunden.html").read_text(encoding="utf-8")
    assert "widget-view" not in page
    assert page.count('<figure class="sr-figure') == 3
    assert "Alle Werte: Borbeck-Mitte" in page


def test_without_a_kernel_nobody_sits_there() -> None:
    assert not still.attended()
