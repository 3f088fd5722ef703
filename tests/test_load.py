from pathlib import Path

import pytest

from sozialraum.city.load import CRS, Data, open_data, sources_dir
from sozialraum.errors import SchemaError, SourceMissing


def test_tables_of_musterstadt(musterstadt_data: Data) -> None:
    places = musterstadt_data.einrichtungen
    assert str(places.crs) == CRS
    assert places.at["kita-0002", "name"] == '<script>alert("x")</script> & Söhne'
    assert places.at["kita-0002", "alter_bis"] == 3
    assert list(places.index[places.geometry.isna()]) == ["park-auenpark", "anlaufstelle-003"]
    assert musterstadt_data.gebiete.index.name == "gebiet_id"
    assert musterstadt_data.einzelwerte["wert"].tolist() == [36.1]
    assert musterstadt_data.raster["nah_am_stadtrand"].dtype == bool
    assert musterstadt_data.stadt["name"] == "Musterstadt"


def test_missing_stays_missing(musterstadt_data: Data) -> None:
    values = musterstadt_data.indikatoren.set_index(["indikator", "gebiet_id"])["wert"]
    assert values.isna()[("alleinerziehendenquote_2011", "07")]
    assert values[("geboren_eu", "07")] == 0


def test_folder_by_environment(musterstadt_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    assert open_data().register.city.name == "Musterstadt"


def test_no_tables(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"gebiete\.csv fehlt"):
        open_data(tmp_path)


def test_missing_table_says_how_to_make_it(musterstadt_copy: Path) -> None:
    (musterstadt_copy / "raster.csv").unlink()
    with pytest.raises(SourceMissing, match=r"raster\.csv fehlt\. Bitte erzeugen mit: sozialraum data build"):
        _ = open_data(musterstadt_copy).raster


def test_wrong_encoding_of_a_table(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "qualitaet.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1", errors="replace"))
    with pytest.raises(SchemaError, match=r"qualitaet\.csv: .*Bitte neu erzeugen"):
        _ = open_data(musterstadt_copy).qualitaet


def test_cut_yaml(musterstadt_copy: Path) -> None:
    (musterstadt_copy / "stadt.yml").write_text("id: [musterstadt", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"stadt\.yml: kein lesbares YAML"):
        _ = open_data(musterstadt_copy).stadt
    (musterstadt_copy / "stadt.yml").write_text("", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"stadt\.yml: Die Datei ist leer"):
        _ = open_data(musterstadt_copy).stadt


def test_manifests_lie_within_or_beside_the_tables(tmp_path: Path) -> None:
    assert sources_dir(tmp_path / "daten") == tmp_path / "sources"
    (tmp_path / "daten" / "sources").mkdir(parents=True)
    assert sources_dir(tmp_path / "daten") == tmp_path / "daten" / "sources"


def test_a_single_value_that_lacks_a_word_is_named(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "einzelwerte.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("kapitel: I, ", ""), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"einzelwerte\.yml: Dem 1\. Einzelwert fehlt kapitel\. Bitte ergänzen\."):
        _ = open_data(musterstadt_copy).einzelwerte


def test_a_city_may_have_no_shopping_street(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "einkaufsstrassen.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    streets = open_data(musterstadt_copy).einkaufsstrassen
    assert (len(streets), streets.index.name, str(streets.crs)) == (0, "id", "EPSG:25832")
    assert {"name", "gebiet_id", "strassen", "haeuser", "geometry"} <= set(streets.columns)


def test_fetched_places_replace_a_kind_or_a_part_of_it_or_stand_beside(musterstadt_copy: Path) -> None:
    shipped = (musterstadt_copy / "einrichtungen.csv").read_text("utf-8")
    head, folder = shipped.splitlines()[0], musterstadt_copy / "abgerufen"
    folder.mkdir()
    rows = ("kita-0077,kita,Kita", "bibliothek-1,anlaufstelle,Bibliothek", "markt-009,markt,Wochenmarkt")
    ends = ",Neu,,,05,,7.0,51.0,2026,kitas,offen,ja,,,,"
    (folder / "einrichtungen.csv").write_text("\n".join([head, *(row + ends for row in rows)]), "utf-8")
    lists = "ersetzt: [kita, anlaufstelle/Bibliothek]\narten: {markt: {liste: vollständig}}\n"
    (folder / "orte.yml").write_text(lists, "utf-8")
    data = open_data(musterstadt_copy)
    arten = data.einrichtungen["art"]
    assert list(arten.index[arten == "kita"]) == ["kita-0077"]
    assert list(arten.index[arten == "anlaufstelle"]) == ["anlaufstelle-001", "anlaufstelle-003", "bibliothek-1"]
    assert (arten == "markt").sum() == 4
    assert data.orte["arten"]["markt"] == {"liste": "vollständig"}
    assert data.orte["arten"]["kita"] == {"liste": "vollständig"}
    assert data.einrichtungen.geometry["kita-0077"].x > 1000
    assert (musterstadt_copy / "einrichtungen.csv").read_text("utf-8") == shipped
