from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data_fixtures import MUSTERSTADT, RawCopy
from sozialraum.city.load import Data
from sozialraum.city.sources import citation, file_sha256, parse_stand, read_manifests, verify
from sozialraum.errors import SchemaError, SourceMissing


@pytest.mark.parametrize(
    ("stand", "day"),
    [
        ("2022-05-15", date(2022, 5, 15)),
        ("2022-05", date(2022, 5, 1)),
        ("2022", date(2022, 1, 1)),
        ("2024/25", date(2024, 8, 1)),
    ],
)
def test_first_day_of_a_stand(stand: str, day: date) -> None:
    assert parse_stand(stand) == day


@pytest.mark.parametrize("stand", ["", "gestern", "15.05.2022", "2024/2025", "2022-13-01", "nan"])
def test_other_forms_are_no_stand(stand: str) -> None:
    with pytest.raises(ValueError, match=r"Kein Stand|month"):
        parse_stand(stand)


def test_manifests_of_both_cities_are_complete(musterstadt_data: Data, essen_data: Data) -> None:
    assert set(essen_data.quellen) >= {"zensus_1km", "schulen", "kitas", "europawahl2024"}
    for data in (musterstadt_data, essen_data):
        named = {key for entry in data.indikatoren_yml["indikatoren"].values() for key in entry.get("quellen", [])}
        assert named <= set(data.quellen)


def test_checksums_agree_with_the_files(musterstadt_data: Data) -> None:
    assert verify(musterstadt_data.quellen.values(), MUSTERSTADT / "raw") == []


def test_missing_empty_and_changed_files_are_told_apart(raw_copy: RawCopy) -> None:
    (raw_copy.raw / "kitas.geojson").unlink()
    raw_copy.write("europawahl.csv", b"")
    raw_copy.write("haltestellen.csv", b"x", sign=False)
    problems = verify(read_manifests(raw_copy.folder / "sources").values(), raw_copy.raw)
    assert len(problems) == 3
    assert "europawahl.csv: Die Datei ist leer. Bitte neu" in problems[0]
    assert "haltestellen.csv: Die Prüfsumme weicht von der Quellenbeschreibung haltestellen.yml ab." in problems[1]
    assert "kitas.geojson: Die Datei fehlt. Bitte" in problems[2]


def test_citation_says_what_is_unknown(musterstadt_data: Data) -> None:
    source = musterstadt_data.quellen["kitas"]
    assert citation(source) == (
        "Stadt Musterstadt (erfunden): Kindertageseinrichtungen von Musterstadt, Stand 2024/25, "
        "Erfundene Daten für Tests."
    )
    assert "Stand nicht dokumentiert" in citation(musterstadt_data.quellen["parks"])
    assert citation(replace(source, aenderung="gerundet")).endswith(" Daten verändert: gerundet.")


def test_folder_without_manifests(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="keine Quellenbeschreibungen"):
        read_manifests(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: kitas", "id: kita", "id „kita“ passt nicht zum Dateinamen"),
        ("lizenz: erfunden", "lizenz: frei", "Die Lizenz „frei“ steht nicht in lizenzen.yml"),
        ("stand: 2024/25", "stand: gestern", "stand „gestern“ ist kein Datum"),
        ("abruf: null\n", "", "Der Schlüssel „abruf“ fehlt"),
    ],
)
def test_faulty_manifest_names_the_file(raw_copy: RawCopy, old: str, new: str, message: str) -> None:
    path = raw_copy.folder / "sources" / "kitas.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        read_manifests(path.parent)
    assert f"{path}: {message}" in str(caught.value)


def test_checksum_is_sha256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert file_sha256(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
