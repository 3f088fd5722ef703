from pathlib import Path

import pytest

from sozialraum.errors import SchemaError, SourceMissing
from sozialraum.load import CRS, Data, open_data, sources_dir


def test_tables_of_musterstadt(musterstadt_data: Data) -> None:
    places = musterstadt_data.einrichtungen
    assert str(places.crs) == CRS
    assert places.at["kita-0002", "name"] == '<script>alert("x")</script> & Söhne'
    assert places.at["kita-0002", "alter_bis"] == 3
    assert places.geometry.isna().sum() == 1
    assert list(places.index[places.geometry.isna()]) == ["park-auenpark"]
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
