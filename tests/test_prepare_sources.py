"""Damaged source files: one German message with file, row and remedy, and nothing is written."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from data_fixtures import MUSTERSTADT, RawCopy
from musterstadt import make
from sozialraum.errors import SchemaError, SourceMissing, SozialraumError
from sozialraum.supply.prepare.pipeline import build

REMEDY = "Bitte "


def refusal(copy: RawCopy) -> str:
    """The one problem of a build that must fail, after checking that nothing was written."""
    before = sorted(copy.folder.rglob("*"))
    with pytest.raises(SchemaError) as caught:
        copy.build()
    assert sorted(copy.folder.rglob("*")) == before
    assert not copy.out.exists()
    assert len(caught.value.problems) == 1, caught.value.problems
    return caught.value.problems[0]


def test_wrong_checksum(raw_copy: RawCopy) -> None:
    raw_copy.edit("europawahl.csv", "101,0,800", "101,0,801", sign=False)
    problem = refusal(raw_copy)
    assert "europawahl.csv: Die Prüfsumme weicht von der Quellenbeschreibung europawahl2024.yml ab." in problem
    assert "neu laden" in problem


def test_geojson_cut_off_in_the_middle(raw_copy: RawCopy) -> None:
    content = (raw_copy.raw / "kitas.geojson").read_bytes()
    raw_copy.write("kitas.geojson", content[: len(content) // 2])
    problem = refusal(raw_copy)
    assert problem.startswith("kitas.geojson: Die Datei ist unvollständig oder kein GeoJSON. Bitte ")
    assert problem.endswith("Bitte neu laden.")


def test_missing_column(raw_copy: RawCopy) -> None:
    raw_copy.edit("zensus_1km.csv", ",Y_LT15,", ",Y_LT16,")
    problem = refusal(raw_copy)
    assert problem.startswith("zensus_1km.csv: Die Spalte „Y_LT15“ fehlt. Bitte ")


def test_stadtteil_51_in_the_election(raw_copy: RawCopy) -> None:
    raw_copy.edit("europawahl.csv", "901,0,420", "5101,0,420")
    assert refusal(raw_copy) == (
        "europawahl.csv, Zeile 11: Wahlbezirk 5101 gehört zu Stadtteil 51, den es nicht gibt. Bitte die Nummer prüfen."
    )


def boundary_problems(copy: RawCopy) -> list[str]:
    with pytest.raises(SchemaError) as caught:
        copy.build()
    assert not copy.out.exists()
    return caught.value.problems


def test_stadtteil_51_in_the_boundaries(raw_copy: RawCopy) -> None:
    raw_copy.edit("stadtteile.geojson", '"06", "stadtteil": "Ostfeld"', '"51", "stadtteil": "Ostfeld"')
    assert boundary_problems(raw_copy) == [
        (
            "stadtteile.geojson, Objekt 4: Nummer 51 ist hier Ostfeld im Stadtbezirk II, stadtteile.csv nennt keinen "
            "Stadtteil. Bitte prüfen."
        ),
        "stadtteile.geojson: Für Ostfeld (06) fehlt die Grenze. Bitte das Objekt ergänzen.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '"Ostfeld", "stadtbezirk_roemisch": "II"',
            '"Neustadt", "stadtbezirk_roemisch": "II"',
            "Neustadt im Stadtbezirk II",
        ),
        (
            '"Ostfeld", "stadtbezirk_roemisch": "II"',
            '"Ostfeld", "stadtbezirk_roemisch": "III"',
            "Ostfeld im Stadtbezirk III",
        ),
    ],
)
def test_a_boundary_with_another_name_or_bezirk_than_the_list(raw_copy: RawCopy, old: str, new: str, told: str) -> None:
    raw_copy.edit("stadtteile.geojson", old, new)
    assert boundary_problems(raw_copy) == [
        (
            f"stadtteile.geojson, Objekt 4: Nummer 06 ist hier {told}, stadtteile.csv nennt Ostfeld im Stadtbezirk II. "
            "Bitte prüfen."
        )
    ]


def test_a_number_that_stands_twice_in_the_boundaries(raw_copy: RawCopy) -> None:
    """Großsüd, Südviertel, Weiler, Ostfeld, Altstadt are objects 1 to 5."""
    raw_copy.edit("stadtteile.geojson", '"05", "stadtteil": "Altstadt"', '"06", "stadtteil": "Ostfeld"')
    assert boundary_problems(raw_copy) == [
        "stadtteile.geojson, Objekt 5: Die Nummer 06 kommt zweimal vor. Bitte ein Objekt streichen.",
        "stadtteile.geojson: Für Altstadt (05) fehlt die Grenze. Bitte das Objekt ergänzen.",
    ]


def test_a_shifted_polygon_is_refused_with_its_object(raw_copy: RawCopy) -> None:
    """Altstadt about 34 m to the east, over Ostfeld."""
    content = json.loads((raw_copy.raw / "stadtteile.geojson").read_text(encoding="utf-8"))
    shape = content["features"][4]["geometry"]
    shape["coordinates"] = [[[x + 0.0005, y] for x, y in shape["coordinates"][0]]]
    raw_copy.write("stadtteile.geojson", json.dumps(content, ensure_ascii=False).encode())
    found = boundary_problems(raw_copy)
    assert (
        "stadtteile.geojson, Objekt 5: Die Grenze von Altstadt überlappt die eines anderen Stadtteils oder lässt eine "
        "Lücke. Bitte die Datei neu laden."
    ) in found
    assert any("Objekt 4: Die Grenze von Ostfeld" in line for line in found)
    assert not any("Großsüd" in line for line in found)


def test_boundaries_that_do_not_add_up_to_the_stadtbezirk_are_refused(raw_copy: RawCopy) -> None:
    """A corner in the middle of Ostfeld's free side, 0.0001° or 6.9 m further east: 1,000 m x 6.9 m / 2 = 3,440 m²."""
    content = json.loads((raw_copy.raw / "stadtteile.geojson").read_text(encoding="utf-8"))
    ring = content["features"][3]["geometry"]["coordinates"][0]
    (x, y), (other_x, other_y) = ring[1:3]
    ring.insert(2, [(x + other_x) / 2 + 0.0001, (y + other_y) / 2])
    raw_copy.write("stadtteile.geojson", json.dumps(content, ensure_ascii=False).encode())
    found = refusal(raw_copy)
    assert found.startswith(
        "stadtteile.geojson, Objekt 4 (Ostfeld): Die Stadtteile ergeben nicht den amtlichen Stadtbezirk II: Fläche +34"
    )
    assert found.endswith(" m². Bitte die Grenzen prüfen.")


def test_another_sum_of_areas_than_published_is_refused(raw_copy: RawCopy) -> None:
    path = raw_copy.daten / "stadt.yml"
    stadt = yaml.safe_load(path.read_text(encoding="utf-8"))
    stadt["eckwerte"]["flaeche_m2"] = {
        "wert": 9_000_000,
        "stand": "2025",
        "quelle": "stadtteile_amtlich",
        "was": "Fläche",
    }
    path.write_text(yaml.safe_dump(stadt, allow_unicode=True), encoding="utf-8")
    assert refusal(raw_copy) == (
        "stadtteile.geojson: Die Stadtteile haben zusammen 8999968 m², erwartet 9000000 m². Bitte die Grenzen prüfen."
    )


def test_negative_count(raw_copy: RawCopy) -> None:
    raw_copy.edit("europawahl.csv", "801,0,500,50,205,0", "801,0,500,50,-205,0")
    assert refusal(raw_copy).startswith(
        "europawahl.csv, Zeile 10: „-205“ in Spalte „Wählende“ darf nicht negativ sein. Bitte "
    )


def test_part_larger_than_the_whole(raw_copy: RawCopy) -> None:
    raw_copy.edit("europawahl.csv", "9001,5,0,0,500,500", "9001,5,0,0,500,501")
    problem = refusal(raw_copy)
    assert problem.startswith("europawahl.csv, Zeile 12: „dar. Wählende mit Wahlschein“ ist größer als „Wählende“")
    assert REMEDY in problem


def test_count_that_is_no_whole_number(raw_copy: RawCopy) -> None:
    raw_copy.edit("europawahl.csv", "801,0,500,50,205,0", "801,0,500,50,205.5,0")
    assert refusal(raw_copy).startswith(
        "europawahl.csv, Zeile 10: „205.5“ in Spalte „Wählende“ ist keine ganze Zahl. Bitte "
    )


def test_latin_1_read_as_utf_8(raw_copy: RawCopy) -> None:
    text = (raw_copy.raw / "stadtteile.csv").read_text(encoding="utf-8")
    raw_copy.write("stadtteile.csv", text.encode("latin-1"))
    assert refusal(raw_copy) == (  # line 4: the ö of Nordhöhe
        "stadtteile.csv, Zeile 4: Die Datei ist kein UTF-8. Bitte als UTF-8 speichern."
    )


def test_geojson_in_latin_1(raw_copy: RawCopy) -> None:
    text = (raw_copy.raw / "kitas.geojson").read_text(encoding="utf-8")
    raw_copy.write("kitas.geojson", text.encode("latin-1"))
    assert refusal(raw_copy).startswith("kitas.geojson, Zeile 2: Die Datei ist kein UTF-8. Bitte")


def test_empty_file(raw_copy: RawCopy) -> None:
    raw_copy.write("haltestellen.csv", b"")
    assert "haltestellen.csv: Die Datei ist leer. Bitte neu" in refusal(raw_copy)


def test_missing_file(raw_copy: RawCopy) -> None:
    (raw_copy.raw / "haltestellen.csv").unlink()
    assert "haltestellen.csv: Die Datei fehlt. Bitte" in refusal(raw_copy)


def test_unknown_format(raw_copy: RawCopy) -> None:
    path = raw_copy.folder / "sources" / "kitas.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("kitas.geojson", "kitas.shp"), encoding="utf-8")
    (raw_copy.raw / "kitas.geojson").rename(raw_copy.raw / "kitas.shp")
    assert refusal(raw_copy).startswith(
        "kitas.yml: datei „kitas.shp“ hat keines der lesbaren Formate (.csv, .geojson, "
    )


@pytest.mark.parametrize("name", ["hauskoordinaten.zip", "zensus2011_100m.parquet"])
def test_damaged_binary_file(raw_copy: RawCopy, name: str) -> None:
    raw_copy.write(name, (raw_copy.raw / name).read_bytes()[:500])
    problem = refusal(raw_copy)
    assert problem.startswith(f"{name}: ")
    assert problem.endswith("Bitte neu laden.")


def test_facility_outside_the_city(raw_copy: RawCopy) -> None:
    content = json.loads((raw_copy.raw / "kitas.geojson").read_text(encoding="utf-8"))
    content["features"][3]["geometry"]["coordinates"] = [7.0, 51.4]
    raw_copy.write("kitas.geojson", json.dumps(content).encode())
    problem = refusal(raw_copy)
    assert problem.startswith("kitas.geojson, Objekt 4 („Kita Nordhöhe“): Die Lage ")
    assert problem.endswith("liegt mehr als 100 m außerhalb der Stadt. Bitte die Koordinaten in der Quelle prüfen.")


def test_stop_outside_the_city_names_its_line(raw_copy: RawCopy) -> None:
    table = pd.read_csv(raw_copy.raw / "haltestellen.csv")
    table.loc[5, "lon"] = 7.0
    raw_copy.write("haltestellen.csv", table.to_csv(index=False).encode())
    assert refusal(raw_copy).startswith("haltestellen.csv, Zeile 7 („Westend“): ")


def test_facility_without_position(raw_copy: RawCopy) -> None:
    content = json.loads((raw_copy.raw / "schulen.geojson").read_text(encoding="utf-8"))
    content["features"][2]["geometry"] = None
    raw_copy.write("schulen.geojson", json.dumps(content).encode())
    problem = refusal(raw_copy)
    assert problem == "schulen.geojson, Objekt 3: Die Lage fehlt oder ist unlesbar. Bitte in der Quelle ergänzen."


def test_number_used_twice(raw_copy: RawCopy) -> None:
    raw_copy.edit("kitas.geojson", '"E_ENR": 4,', '"E_ENR": 3,')
    problem = refusal(raw_copy)
    assert problem.startswith("kitas.geojson, Objekt 4: Die Nummer in E_ENR („kita-0003“) kommt zweimal vor. Bitte ")


def test_overlapping_boundaries(raw_copy: RawCopy) -> None:
    content = json.loads((raw_copy.raw / "stadtteile.geojson").read_text(encoding="utf-8"))
    content["features"][4]["geometry"]["coordinates"][0][0][0] -= 0.001
    content["features"][4]["geometry"]["coordinates"][0][-1][0] -= 0.001
    raw_copy.write("stadtteile.geojson", json.dumps(content).encode())
    assert boundary_problems(raw_copy) == [  # the corner where Altstadt meets Westend and Südviertel
        f"stadtteile.geojson, Objekt {place}: Die Grenze von {name} überlappt die eines anderen Stadtteils oder lässt "
        "eine Lücke. Bitte die Datei neu laden."
        for place, name in ((2, "Südviertel"), (5, "Altstadt"), (6, "Westend"))
    ]


def test_other_number_of_rows_than_documented(raw_copy: RawCopy) -> None:
    path = raw_copy.folder / "sources" / "kitas.yml"
    path.write_text(path.read_text(encoding="utf-8") + "zeilen: 11\n", encoding="utf-8")
    assert refusal(raw_copy).startswith("kitas.geojson: 10 Datensätze statt 11 laut kitas.yml. Bitte ")


def test_households_compared_with_persons(raw_copy: RawCopy) -> None:
    path = raw_copy.daten / "indikatoren.yml"
    catalogue = yaml.safe_load(path.read_text(encoding="utf-8"))
    catalogue["indikatoren"]["geboren_eu"]["nenner"]["einheit"] = "Haushalte"
    path.write_text(yaml.safe_dump(catalogue, allow_unicode=True), encoding="utf-8")
    problem = refusal(raw_copy)
    assert "indikatoren.yml, Indikator geboren_eu: Der Zähler zählt Personen, der Nenner Haushalte" in problem


def test_total_that_the_tables_do_not_reproduce(raw_copy: RawCopy) -> None:
    path = raw_copy.daten / "stadt.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("{wert: 6,", "{wert: 7,"), encoding="utf-8")
    assert refusal(raw_copy) == (
        "stadt.yml: Haltestellen und Bahnhöfe: erwartet 7, in den Tabellen 6. Bitte Eckwert und Quelle prüfen."
    )


def test_unknown_address_of_a_park(raw_copy: RawCopy) -> None:
    path = raw_copy.daten / "orte.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("Südstr. 1", "Südstr. 99"), encoding="utf-8")
    assert refusal(raw_copy) == "orte.yml, Park stadtpark: Die Adresse „Südstr. 99“ gibt es nicht. Bitte prüfen."


def test_missing_manifest(raw_copy: RawCopy) -> None:
    (raw_copy.folder / "sources" / "kitas.yml").unlink()
    assert refusal(raw_copy) == "kitas.yml: Die Quellenbeschreibung fehlt. Bitte im Ordner sources anlegen."


def test_problems_of_several_files_come_together(raw_copy: RawCopy) -> None:
    raw_copy.edit("europawahl.csv", "801,0,500,50,205,0", "801,0,500,50,-205,0")
    raw_copy.edit("kitas.geojson", '"E_ENR": 4,', '"E_ENR": -4,')
    with pytest.raises(SchemaError) as caught:
        raw_copy.build()
    assert [line.split(":")[0] for line in caught.value.problems] == [
        "kitas.geojson, Objekt 4", "europawahl.csv, Zeile 10",
    ]  # fmt: skip


def test_no_raw_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"Den Ordner .* mit den Quelldateien gibt es nicht\. Bitte mit --raw"):
        build(tmp_path / "fehlt", tmp_path / "out", data=MUSTERSTADT / "daten")


def test_earlier_tables_survive_a_failed_build(raw_copy: RawCopy) -> None:
    raw_copy.build()
    before = {path: path.read_bytes() for path in raw_copy.out.rglob("*") if path.is_file()}
    raw_copy.edit("europawahl.csv", "801,0,500,50,205,0", "801,0,500,50,-205,0")
    with pytest.raises(SchemaError):
        raw_copy.build()
    assert {path: path.read_bytes() for path in raw_copy.out.rglob("*") if path.is_file()} == before


def test_folder_that_cannot_be_written(raw_copy: RawCopy) -> None:
    raw_copy.out.write_text("keine Mappe", encoding="utf-8")
    with pytest.raises(SozialraumError, match=r"lässt sich nicht beschreiben .*Es wurde nichts geändert\."):
        raw_copy.build()


def test_raw_files_follow_from_the_tables() -> None:
    made = make.raw_files()
    assert set(made) == {path.name for path in (MUSTERSTADT / "raw").iterdir()}
    assert {name for name, content in made.items() if (MUSTERSTADT / "raw" / name).read_bytes() != content} == set()
