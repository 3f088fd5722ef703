"""Newer places and schools of Musterstadt: laid over, counted by hand; what is older, cut or elsewhere stays out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from data_fixtures import Sozialraum, copy_tables
from fetch_server import Publisher, file, publisher
from fetching import PLACES, describe, fetched, given_files
from musterstadt import orte
from sozialraum.city.load import Data, open_data
from sozialraum.supply.fetch.dating import newness
from sozialraum.supply.prepare.enrich import enrich
from sozialraum.supply.series import split_change, time_series
from test_prepare_musterstadt import IDS

LEVELS = "schulliste_sj_26_27_open_data.csv"


@dataclass
class Town:
    """Tables of Musterstadt, what was fetched for them, and what the build said."""

    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def daten(self) -> Path:
        return self.folder / "daten"

    @property
    def data(self) -> Data:
        return open_data(self.daten)

    def fetch(self, *names: str) -> list[str]:
        return fetched(self.daten, self.folder / "raw", *names)

    def adopt(self, source: str, name: str, content: bytes) -> str:
        given = self.folder / "geladen"
        shutil.rmtree(given, ignore_errors=True)
        given.mkdir()
        (given / name).write_bytes(content)
        found = given_files(self.daten, self.folder / "raw", given, source)
        return next(one.error or one.status for one in found if one.status != "fehlt")

    def enrich(self) -> None:
        enrich(self.daten, self.folder / "raw", progress=self.said.append)


def town(folder: Path, address: str = "http://127.0.0.1:9") -> Town:
    copy_tables(folder)
    describe(folder / "sources" / "abruf", address)
    for path in (folder / "sources" / "abruf").glob("*.yml"):
        if path.stem not in PLACES:
            path.unlink()
    return Town(folder)


def serve(amt: Publisher) -> None:
    amt.says("/data.json", file(orte.catalogue(amt.address)))
    for name, content in orte.published().items():
        amt.says(f"/sites/default/files/{name}", file(content, etag='"1"'))
    path = "/BiPo/OpenData/Schuldaten/"
    amt.says(f"{path}schuldaten.csv", file(orte.schuldaten(), modified="Fri, 21 Aug 2026 04:00:00 GMT"))
    amt.says(f"{path}SchuelerGesamtZahl/anzahlen.csv", file(orte.anzahlen(), modified="Fri, 21 Aug 2026 04:00:00 GMT"))


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Town:
    with publisher() as amt:
        made = town(tmp_path_factory.mktemp("orte"), amt.address)
        serve(amt)
        assert made.fetch(*PLACES[:-1]) == ["neu"] * 6
        assert [path for path, _ in amt.asked].count("/data.json") == 1
    assert made.adopt("schulsozialindex_nrw", LEVELS, orte.schulliste()) == "neu"
    made.enrich()
    return made


@pytest.fixture(scope="module")
def values(newer: Town) -> pd.DataFrame:
    return newer.data.indikatoren.set_index(["indikator", "gebiet_id"])


# Stadtteile 01 to 09, the Stadtbezirke I, II, III and the city
NEWER = {
    "kitas": [1, 2, 1, 1, 2, 1, 1, 1, 0, 4, 4, 2, 10],
    "kitas_u3": [1, 2, 0, 1, 2, 1, 1, 1, 0, 3, 4, 2, 9],
    # 22 children in Weiler, 99 in Südviertel, 44 in Großsüd: 165 in Bezirk III of 1,507
    "kitas_je_1000_kinder": [
        1000 / 220, 2000 / 330, 1000 / 110, 1000 / 275, 2000 / 220, 1000 / 187, 1000 / 22, 1000 / 99, 0, 4000 / 660,
        4000 / 682, 2000 / 165, 10_000 / 1507,
    ],
    "grundschulen": [1, 1, 0, 1, 2, 0, 1, 1, 0, 2, 3, 2, 7],
    "schulen": [1, 1, 0, 1, 3, 0, 1, 1, 1, 2, 4, 3, 9],
    # the closed school and the one in a prison count nowhere; Domschule was not known before
    "grundschulkinder": [210, 250, 0, 190, 350, 0, 90, 170, 0, 460, 540, 260, 1260],
    "grundschulen_sozialindex_1_3": [1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 2],
    "grundschulen_sozialindex_4_6": [0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 2],
    "grundschulen_sozialindex_7_9": [0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 2],
    "startchancenschulen": [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 2],
}  # fmt: skip


@pytest.mark.parametrize("indikator", NEWER)
def test_counts_of_newer_places_by_hand(values: pd.DataFrame, indikator: str) -> None:
    assert values.loc[indikator].loc[IDS, "wert"].tolist() == pytest.approx(NEWER[indikator], abs=1e-6)


def test_walks_and_reach_of_newer_places_by_hand(values: pd.DataFrame, newer: Town) -> None:
    """The new Kita and school in Weiler stand in cell A, where 15 of 22 children live; cell B is 500 x 500 m off."""
    cells = newer.data.raster.set_index(["gebiet_id", "x"])
    assert cells.loc[("07", 4_431_250), ["gehweg_kita_m", "gehweg_grundschule_m"]].tolist() == [0, 0]
    assert cells.loc[("07", 4_431_750), ["gehweg_kita_m", "gehweg_grundschule_m"]].tolist() == [919, 919]
    assert values.loc[("reichweite_kita_500m", "07"), "wert"] == pytest.approx(15 / 22 * 100, abs=1e-6)
    assert values.loc[("reichweite_kita_500m", "08"), "wert"] == pytest.approx(69 / 99 * 100, abs=1e-6)
    assert values.loc[("reichweite_kita_500m", "09"), "wert"] == 0
    assert values.loc[("reichweite_grundschule_1km", "07"), "wert"] == 100
    shipped = pd.read_csv(newer.daten / "raster.csv")["gehweg_haltestelle_m"]
    assert newer.data.raster["gehweg_haltestelle_m"].tolist() == shipped.tolist()


def test_newer_values_say_their_date_and_source(values: pd.DataFrame, newer: Town) -> None:
    said = {key: values.loc[(key, "05"), ["stand", "quelle"]].tolist() for key in (*NEWER, "reichweite_kita_500m")}
    assert said["kitas"] == ["2025/26", "kitas|stadtteile_amtlich"]
    assert said["schulen"] == ["2025/26", "schulen|stadtteile_amtlich"]
    assert said["grundschulkinder"] == ["2026-08-21", "schuldaten|schulen|stadtteile_amtlich"]
    assert said["grundschulen_sozialindex_4_6"] == ["2026/27", "schulsozialindex_nrw|schulen|stadtteile_amtlich"]
    assert said["reichweite_kita_500m"][0] == "2022-05-15"
    data = newer.data
    assert (data.quellen["kitas"].stand, data.quellen["begegnung"].stand) == ("2025/26", "2026-03-04")
    assert "gerundet" not in data.indikatoren_yml["indikatoren"]["grundschulkinder"]["definition"]
    assert not [line for line in data.qualitaet["gegenstand"] if line.startswith("Schülerinnen und Schüler")]
    assert values.loc[("haltestellen", "05"), "stand"] == "2026"


def test_two_editions_are_a_series(newer: Town) -> None:
    """The Kita in Weiler is new, that in Großsüd is gone; what tells of single schools has no series."""
    kitas = time_series(newer.data, "kitas")
    assert kitas.index.tolist() == ["2024/25", "2025/26"]
    assert kitas[["07", "09", "musterstadt"]].to_numpy().tolist() == [[0, 1, 9], [1, 0, 10]]
    change = split_change(newer.data, "kitas", "07")
    assert change is not None
    assert (change.total, change.change, change.revision, change.method) == (1, 1, 0, 0)
    for key in ("grundschulkinder", "grundschulen_sozialindex_1_3", "startchancenschulen", "kitas_je_1000_kinder"):
        assert time_series(newer.data, key).empty


def test_newer_places_take_the_place_of_the_old_ones_and_keep_the_rest(newer: Town) -> None:
    places = newer.data.einrichtungen
    assert {"kita-0011", "kita-0009"} <= set(places.index)
    assert "kita-0010" not in places.index
    assert places.loc["kita-0009", ["status", "alter_von", "gebiet_id"]].tolist() == ["offen", 2, "08"]
    assert places.at["schule-001", "name"] == "Weilerschule"
    assert (places["art"] == "haltestelle").sum() == 6
    schools = newer.data.schulen
    assert schools.loc["schule-001", ["schulnummer", "schueler", "sozialindex"]].tolist() == ["100009", 90, 9]
    domschule = places.index[places["name"] == "Domschule"][0]
    assert schools.at[domschule, "schulnummer"] == "100010"  # of no known position, but of the very same name
    assert pd.isna(schools.at[domschule, "sozialindex"])


def test_places_to_meet(newer: Town) -> None:
    rows = newer.data.einrichtungen.query("art == 'begegnung'")
    assert rows["name"].tolist() == ["Begegnungsstätte Süße Straße", "Bürgertreff Weiler"]
    assert rows["adresse"].tolist() == ["Hauptstr. 12, 10001 Musterstadt", "Dorfstr. 3, Musterstadt"]
    assert rows["hinweis"].tolist() == [
        "Treffpunkt, Beratung; Telefon 0201 000001; www.example.org",
        "Mittagstisch; info@example.org",
    ]
    assert rows["gebiet_id"].tolist() == ["05", "07"]
    assert rows.geometry.isna().tolist() == [False, True]
    assert newer.data.orte["arten"]["begegnung"]["liste"] == "ungeprüft"


def test_outlines_are_compared_and_stay(newer: Town) -> None:
    """1.1 km² in the city's file, of which 1.0 km² are ours: 1 / 1.1 in common."""
    rows = newer.data.qualitaet.query("behandlung == 'die mitgelieferten Grenzen gelten'")
    assert rows[["gebiet_id", "befund"]].to_numpy().tolist() == [
        ["09", "1,10 km² statt 1,00 km², 90,9 % gemeinsam"]
    ]  # fmt: skip
    assert newer.data.gebiete.loc["09", "flaeche_km2"] == pytest.approx(1.0, abs=1e-4)


def test_the_build_says_what_is_newer(newer: Town) -> None:
    assert "Kindertageseinrichtungen in Essen: Ausgabe 2025/26: 10 Orte, bisher 10; verwendet" in newer.said
    assert "Schulen in Essen: Ausgabe 2025/26: 10 Orte, bisher 9; verwendet" in newer.said
    last = newer.data.qualitaet.iloc[-1]
    assert last["thema"] == "Abgerufene Ausgaben"
    assert last["gegenstand"] == f"Schulsozialindex Nordrhein-Westfalen ({LEVELS})"
    assert last["befund"] == "Ausgabe 2026/27: Angaben zu 7 von 9 Schulen, bisher zu 6"


def test_what_was_laid_over_goes_with_its_files(newer: Town, tmp_path: Path) -> None:
    """A second build makes the same bytes; without the files the shipped tables are read again."""
    folder = newer.daten / "abgerufen"
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    newer.enrich()
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    for name in ("daten", "sources"):
        shutil.copytree(newer.folder / name, tmp_path / name)
    enrich(tmp_path / "daten", tmp_path / "leer")
    assert "kita-0010" in open_data(tmp_path / "daten").einrichtungen.index


def test_what_is_older_or_knows_too_little_is_not_used(tmp_path: Path) -> None:
    made = town(tmp_path)
    assert made.adopt("kitas", "kitas_2023_2024.geojson", orte.kitas()) == "neu"
    few = b"sep=;\r\nSchulnummer;Anzahl\r\n100001;5\r\n"
    assert made.adopt("schuldaten", "anzahlen.csv", few) == "neu"
    assert made.adopt("schulsozialindex_nrw", "schulliste_sj_24_25_open_data.csv", orte.schulliste()) == "neu"
    made.enrich()
    assert not (made.daten / "abgerufen").exists()
    assert [line.rpartition("; ")[2][:15] for line in made.said[-3:]] == ["nicht verwendet"] * 3
    assert "Ausgabe 2023/24 ist älter als die vorhandene (2024/25)" in made.said[-3]


def test_levels_alone_go_to_the_known_numbers(tmp_path: Path) -> None:
    made = town(tmp_path)
    assert made.adopt("schulsozialindex_nrw", LEVELS, orte.schulliste()) == "neu"
    made.enrich()
    values = made.data.indikatoren.set_index(["indikator", "gebiet_id"])
    assert values.loc["grundschulen_sozialindex_4_6"].loc[IDS, "wert"].tolist() == [0, 1, *[0] * 5, 1, 0, 1, 0, 1, 2]
    assert values.loc[("grundschulkinder", "01"), ["wert", "stand"]].tolist() == [200, "2024/25"]
    assert sorted(path.name for path in (made.daten / "abgerufen").iterdir()) == [
        "datapackage.json", "indikatoren.csv", "katalog.yml", "qualitaet.csv", "quellen", "schulen.csv",
    ]  # fmt: skip
    wrong = orte.schulliste().replace(b";3\r\n", b";12\r\n")
    made.adopt("schulsozialindex_nrw", LEVELS, wrong)
    with pytest.raises(Exception, match=r"Schule 100001: 12 ist keine Stufe von 1 bis 9"):
        made.enrich()
    assert made.data.schulen.at["schule-001", "sozialindex"] == 3


def _moved(content: bytes) -> bytes:
    """The first place 10 km further east."""
    table = json.loads(content)
    table["features"][0]["geometry"]["coordinates"][0] += 0.15
    return json.dumps(table).encode()


def _other(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old, new, 1)


HOSTILE: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "another head": ("kitas", lambda _: orte.kitas().replace(b"Betreukonz", b"Konzept"), "Spalten wie „Betreukonz“"),
    "a page": ("schulen", lambda _: b"<!DOCTYPE html><html>", "gekommen ist eine Webseite"),
    "elsewhere": ("kitas", _moved, "Objekt 1: Die Lage liegt außerhalb von Musterstadt"),
    "cut": ("begegnung", lambda content: content[:200], "unvollständig oder kein GeoJSON"),
    "no place": ("schulen", _other(b'"coordinates": [', b'"other": ['), "Objekt 1: Die Lage fehlt"),
    "too few": ("kitas", lambda _: orte.kitas(orte.KITAS[:5]), "erwartet rund 10, gefunden 5, also mehr als 15 %"),
    "letters": ("kitas", _other(b'"E_ENR": 3', b'"E_ENR": "drei"'), "Objekt 3: In „E_ENR“ steht „drei“"),
    "no name": ("begegnung", _other(b'"EINRICHTUN": "B', b'"EINRICHTUN": "", "x": "B'), "In „name“ steht „“"),
    "not a number": ("schulen", _other(b'"coordinates": [', b'"coordinates": [NaN, '), "Objekt 1: Die Lage fehlt"),
    "nothing": ("begegnung", lambda _: b'{"type": "FeatureCollection", "features": []}', "Erwartet werden Spalten"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_damaged_files_are_refused_and_the_old_one_stays(newer: Town, case: str) -> None:
    source, damage, words = HOSTILE[case]
    name, content = next((name, content) for name, content in orte.published().items() if name.lower().startswith(
        {"kitas": "kitas", "schulen": "schulen", "begegnung": "orte"}[source]))  # fmt: skip
    (path,) = (newer.folder / "raw" / "abruf" / source).glob("*.geojson")
    before = path.read_bytes()
    assert words in newer.adopt(source, name, damage(content))
    assert path.read_bytes() == before


def test_one_number_twice_or_an_id_that_is_taken_stops_the_build(tmp_path: Path) -> None:
    made = town(tmp_path)
    made.adopt("kitas", "kitas_2025_2026.geojson", orte.kitas((*orte.KITAS[:9], orte.KITAS[0])))
    with pytest.raises(Exception, match="Die Nummer in E_ENR"):
        made.enrich()
    assert not (made.daten / "abgerufen").exists()
    listed = (made.daten / "einrichtungen.csv").read_text("utf-8")
    taken = listed.replace("\nmarkt-001,markt,", "\nbegegnung-001,markt,", 1)
    (made.daten / "einrichtungen.csv").write_text(taken, "utf-8")
    made.adopt("kitas", "kitas_2025_2026.geojson", orte.kitas())
    made.adopt("begegnung", "Orte_der_Begegnung.geojson", orte.begegnung())
    with pytest.raises(Exception, match="Die Kennung begegnung-001 gibt es schon"):
        made.enrich()


def test_the_newest_edition_is_told_by_year_change_and_number() -> None:
    names = [
        ("Schulen.csv", "2019-01-01"), ("kitas_2024_2025_0.geojson", "2026-01-05"), ("kitas_2025_2026.geojson", ""),
        ("kitas_2025_2026_2.geojson", ""), ("kitas_2025_2026_10.geojson", ""),
    ]  # fmt: skip
    assert sorted(names, key=lambda one: newness(*one))[0] == names[0]
    assert max(names[:2], key=lambda one: newness(*one)) == names[1]
    assert max(names[2:], key=lambda one: newness(*one)) == names[4]


@pytest.mark.slow
def test_a_report_shows_the_newer_places(newer: Town, sozialraum: Sozialraum, tmp_path: Path) -> None:
    status, _, wrong = sozialraum("render", "07", "--data", str(newer.daten), "--out", str(tmp_path))
    assert status == 0, wrong
    page = next((tmp_path / "stadtteil").glob("07*.html")).read_text("utf-8")
    for words in ("Bürgertreff Weiler", "Mittagstisch", "Kita Dorfstraße", "Weilerschule", "Orte der Begegnung"):
        assert words in page, words
