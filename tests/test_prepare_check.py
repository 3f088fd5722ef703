"""The check of built tables: what it refuses, and the German report."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from data_fixtures import copy_tables
from sozialraum.city.sources import file_sha256
from sozialraum.errors import SchemaError, SourceMissing
from sozialraum.supply.prepare.check import check
from sozialraum.supply.prepare.quality import Findings, german, summary

REBUILD = "Bitte neu erzeugen mit: sozialraum data build"


def edit(folder: Path, change: dict[tuple[str, str], tuple[str, str | None]]) -> None:
    """Change cells of indikatoren.csv, chosen by (indikator, gebiet_id), and sign the file."""
    path = folder / "indikatoren.csv"
    table = pd.read_csv(path, dtype=str)
    for (indikator, gebiet_id), (column, value) in change.items():
        table.loc[(table["indikator"] == indikator) & (table["gebiet_id"] == gebiet_id), column] = value
    table.to_csv(path, index=False)
    sign(folder, path.name)


def sign(folder: Path, name: str) -> None:
    """Put the present checksum of a table into datapackage.json."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["path"] == name:
            resource["hash"] = f"sha256:{file_sha256(folder / name)}"
    path.write_text(json.dumps(package), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(SchemaError) as caught:
        check(folder)
    assert all("Bitte" in line for line in caught.value.problems)
    return caught.value.problems


def test_good_tables(musterstadt_dir: Path) -> None:
    quality = check(musterstadt_dir)
    assert quality.text.startswith(
        "Datenstand Musterstadt: 9 Stadtteile, 3 Stadtbezirke, 47 Einrichtungen und Orte, 4 Angebote, "
        "19 bewohnte Rasterzellen, 28 Indikatoren."
    )
    assert "Zurückgehaltene Werte (8)" in quality.text
    assert (
        "  Anteil der Alleinerziehenden an Familien 2011: Nicht belastbar: In den Rasterzellen sind keine "
        "Alleinerziehenden sichtbar (Werte unter drei fehlen); kein Wert ausgewiesen – Weiler, Großsüd\n"
    ) in quality.text
    assert ".;" not in quality.text
    assert "-0,00" not in quality.text
    assert len(quality.findings) == 21


def test_changed_byte(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "raster.csv"
    path.write_bytes(path.read_bytes().replace(b"770", b"771", 1))
    assert problems(musterstadt_copy) == [f"{path}: Die Datei wurde nach dem Erzeugen verändert. {REBUILD}"]


def test_missing_table(musterstadt_copy: Path) -> None:
    (musterstadt_copy / "schulen.csv").unlink()
    assert problems(musterstadt_copy) == [f"{musterstadt_copy / 'schulen.csv'}: Die Datei fehlt. {REBUILD}"]
    (musterstadt_copy / "datapackage.json").unlink()
    assert problems(musterstadt_copy) == [f"{musterstadt_copy / 'datapackage.json'}: Die Datei fehlt. {REBUILD}"]
    with pytest.raises(SourceMissing):
        check(musterstadt_copy / "nichts")


@pytest.mark.parametrize(
    "indikator", ["auslaenderanteil_2011", "alleinerziehendenquote_2011", "wahlbeteiligung_ew2024"]
)
def test_a_share_with_a_part_above_the_whole_is_found_whatever_its_name(musterstadt_copy: Path, indikator: str) -> None:
    edit(musterstadt_copy, {(indikator, "05"): ("zaehler", "99999")})
    (line,) = problems(musterstadt_copy)
    assert "Der Teil (zaehler) ist größer als das Ganze (nenner)." in line


def test_broken_sum(musterstadt_copy: Path) -> None:
    edit(musterstadt_copy, {("anteil_65plus", "01"): ("zaehler", "221")})
    assert problems(musterstadt_copy) == [
        f"indikatoren.csv: anteil_65plus, zaehler: Die Stadtteile ergeben 991, für Stadtbezirk I steht 990. {REBUILD}",
        f"indikatoren.csv: anteil_65plus, zaehler: Die Stadtteile ergeben 1904, für Musterstadt steht 1903. {REBUILD}",
    ]


def test_cells_that_do_not_give_the_inhabitants(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "raster.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(",07,154,15,77,62,") == 1
    path.write_text(text.replace(",07,154,15,77,62,", ",07,155,16,77,62,"), encoding="utf-8")
    sign(musterstadt_copy, "raster.csv")
    assert problems(musterstadt_copy) == [
        f"raster.csv: Die Zellen von 07 ergeben nicht die Einwohner in indikatoren.csv. {REBUILD}"
    ]


def test_missing_reason(musterstadt_copy: Path) -> None:
    edit(musterstadt_copy, {("wahlbeteiligung_ew2024", "09"): ("hinweis", None)})
    assert problems(musterstadt_copy) == [
        f"indikatoren.csv: wahlbeteiligung_ew2024 in 09: Der Wert fehlt ohne Begründung. {REBUILD}"
    ]


def test_unknown_ids(musterstadt_copy: Path) -> None:
    edit(
        musterstadt_copy,
        {
            ("kitas", "07"): ("gebiet_id", "51"),
            ("schulen", "07"): ("indikator", "schulenn"),
            ("haltestellen", "07"): ("quelle", "hoerensagen"),
        },
    )
    found = problems(musterstadt_copy)
    assert f"indikatoren.csv: Die Kennung(en) 51 gibt es nicht. {REBUILD}" in found
    assert f"indikatoren.csv: schulenn steht nicht in indikatoren.yml. {REBUILD}" in found
    assert any(
        line.startswith("indikatoren.csv: Zur Quelle hoerensagen gibt es keine Quellenbeschreibung.") for line in found
    )


def test_share_beyond_100(musterstadt_copy: Path) -> None:
    for name in ("wert", "von", "bis"):
        edit(musterstadt_copy, {("anteil_65plus", "01"): (name, "120")})
    assert problems(musterstadt_copy) == [f"indikatoren.csv: anteil_65plus in 01: 120,0 % ist kein Anteil. {REBUILD}"]


def test_an_interval_that_leaves_0_to_100_is_refused(musterstadt_copy: Path) -> None:
    edit(musterstadt_copy, {("anteil_65plus", "01"): ("bis", "100.5")})
    assert problems(musterstadt_copy) == [
        f"indikatoren.csv: anteil_65plus in 01: Die Spanne von 20,0 bis 100,5 % verlässt 0 bis 100 %. {REBUILD}"
    ]


def test_an_indicator_that_can_have_a_class_must_declare_its_relevance(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "indikatoren.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in ("geboren_eu", "uebergang_gymnasium"):  # one with data, one that can be imported
        del content["indikatoren"][key]["relevanz"]
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert problems(musterstadt_copy) == [
        f"indikatoren.yml, Indikator {key}: „relevanz“ fehlt. Bitte den kleinsten Abstand von der Stadt nennen."
        for key in ("geboren_eu", "uebergang_gymnasium")
    ]


def test_a_value_outside_of_its_interval_is_refused_with_its_line(musterstadt_copy: Path) -> None:
    edit(musterstadt_copy, {("einwohner", "02"): ("von", "2201")})
    assert problems(musterstadt_copy) == [
        f"indikatoren.csv, Zeile 3: Der Wert liegt nicht in seiner Spanne von „von“ bis „bis“. {REBUILD}"
    ]


def test_broken_contract_names_the_line(musterstadt_copy: Path) -> None:
    edit(musterstadt_copy, {("einwohner", "02"): ("art", "geraten")})
    found = problems(musterstadt_copy)
    assert found[0].startswith("indikatoren.csv, Zeile 3: „geraten“ in Spalte „art“ ist keine Art")
    assert found[0].endswith(REBUILD)


def test_boundaries_with_a_gap(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "gebiete.geojson"
    shapes = json.loads(path.read_text(encoding="utf-8"))
    ring = shapes["features"][4]["geometry"]["coordinates"][0]
    ring[1][0] += 0.001
    path.write_text(json.dumps(shapes), encoding="utf-8")
    sign(musterstadt_copy, "gebiete.geojson")
    assert problems(musterstadt_copy) == [f"gebiete.geojson: Die Grenzen überlappen sich oder lassen Lücken. {REBUILD}"]


def test_two_copies_do_not_share_a_folder(tmp_path: Path) -> None:
    assert check(copy_tables(tmp_path / "a")).text == check(copy_tables(tmp_path / "b")).text


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [
        (-0.001, 2, True, "0,00"),
        (-0.08, 2, True, "−0,08"),
        (0.03, 2, True, "+0,03"),
        (0.03, 2, False, "0,03"),
        (-3.5, 1, False, "−3,5"),
        (14, 0, False, "14"),
    ],
)
def test_german_numbers(value: float, decimals: int, sign: bool, text: str) -> None:
    assert german(value, decimals, sign=sign) == text


def test_findings_that_differ_in_numbers_share_a_line() -> None:
    findings = Findings()
    for area, percent in (("01", "62,5"), ("02", "20")):
        findings.add("Zurückgehaltene Werte", area, "Quote 2011", f"Nur {percent} % von 100 sichtbar.", "kein Wert")
    findings.add("Lage", "03", "Kita", "Quelle nennt Nord", "liegt in Süd")
    table = findings.frame()
    assert table["thema"].tolist() == ["Lage", "Zurückgehaltene Werte", "Zurückgehaltene Werte"]
    assert summary(table, ["Süd", "Nord", "West"]) == [
        "Kita: Quelle nennt Nord; liegt in Süd",
        "Quote 2011: Nur … % von 100 sichtbar; kein Wert – Nord (62,5), West (20)",
    ]
