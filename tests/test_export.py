"""Files for other programs: safe to open, complete, and with the numbers of the reports."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_fixtures import copy_tables
from sozialraum.api import delivery
from sozialraum.api.stadt import Stadt
from sozialraum.city.load import Data, open_data
from sozialraum.cli import lookup
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.errors import ParameterError, SozialraumError
from sozialraum.publish import export
from sozialraum.style.cells import FORMULA_SIGNS, neutral
from sozialraum.style.grammar import DRAFT

EVIL = '=HYPERLINK("http://example.org","klick")'


@pytest.fixture(scope="module")
def analysis(musterstadt_data: Data) -> Analysis:
    return analyse(musterstadt_data, "05")


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Musterstadt with a Stadtteil and a note that look like formulas, and a value that is withheld."""
    folder = copy_tables(tmp_path_factory.mktemp("formeln"))
    areas = pd.read_csv(folder / "gebiete.csv", dtype=str)
    areas.loc[areas["gebiet_id"] == "04", "name"] = EVIL
    areas.to_csv(folder / "gebiete.csv", index=False)
    values = pd.read_csv(folder / "indikatoren.csv", dtype=str)
    here = (values["gebiet_id"] == "04") & (values["indikator"] == "geboren_eu")
    values.loc[here, ["zaehler", "wert", "von", "bis"]] = None
    values.loc[here, "hinweis"] = "@SUMME(A1) Gesperrt."
    values.to_csv(folder / "indikatoren.csv", index=False)
    return analyse(open_data(folder), "05")


def read_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0-", "＝"])
def test_text_that_begins_like_a_formula_is_neutralised(sign: str) -> None:
    assert neutral(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("word", ["", "Borbeck-Mitte", "2=2", "'=1", "– keine Angabe"])
def test_other_text_stays(word: str) -> None:
    assert neutral(word) == word


@given(st.text())
def test_neutral_text_never_begins_like_a_formula(word: str) -> None:
    assert not neutral(word).startswith(FORMULA_SIGNS)
    assert neutral(word).endswith(word)


def test_csv_for_people_opens_in_a_german_spreadsheet(analysis: Analysis, tmp_path: Path) -> None:
    target = tmp_path / "neu" / "werte.csv"
    export.write_csv(analysis, target, indikatoren=["anteil_unter_15", "veraenderung_2011_2022"])
    content = target.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    lines = read_csv(target)
    assert tuple(lines[0]) == export.COLUMNS
    values = {(line[0], line[3]): line[4] for line in lines[1:] if len(line) == len(export.COLUMNS)}
    assert values["05", "Anteil der unter 15-Jährigen"] == "10"
    assert len(values) == 2 * 13
    assert any(number.startswith("-") for number in values.values()), "negative numbers stay numbers"
    assert list(tmp_path.rglob("*")) == [target.parent, target]


def test_csv_carries_units_dates_sources_and_the_mark(analysis: Analysis, tmp_path: Path) -> None:
    export.write_csv(analysis, tmp_path / "werte.csv", indikatoren=["anteil_unter_15"], weitergabe="rat")
    lines = read_csv(tmp_path / "werte.csv")
    row = dict(zip(lines[0], lines[1], strict=True))
    assert (row["Einheit"], row["Stand"], row["Quelle"]) == ("%", "15.05.2022", "Stadt Musterstadt (erfunden)")
    below = [line[0] for line in lines if len(line) == 1]
    assert below[0] == f"{DRAFT}."
    assert "Weitergabe: Rat und Verwaltung" in below
    assert any("Erfundene Daten für Tests" in line for line in below)


def test_a_missing_value_is_never_zero_and_says_why(evil: Analysis, tmp_path: Path) -> None:
    export.write_csv(evil, tmp_path / "werte.csv", indikatoren=["geboren_eu"])
    row = next(line for line in read_csv(tmp_path / "werte.csv") if line[0] == "04")
    cells = dict(zip(export.COLUMNS, row, strict=True))
    assert cells["Wert"] == "keine Angabe"
    assert cells["von"] == cells["bis"] == cells["Anzahl"] == "", "no count and no interval where the value is withheld"
    assert cells["Hinweis"] == "'@SUMME(A1) Gesperrt."


def test_no_format_holds_a_formula(evil: Analysis, tmp_path: Path) -> None:
    export.write_csv(evil, tmp_path / "a.csv")
    assert not [cell for line in read_csv(tmp_path / "a.csv") for cell in line if cell.startswith(("=", "+", "@"))]
    export.write_xlsx(evil, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert f"'{EVIL}" in {cell.value for cell in cells}
    export.write_geopackage(evil, tmp_path / "a.gpkg", indikatoren=["geboren_eu"])
    layer = gpd.read_file(tmp_path / "a.gpkg", layer=export.AREAS_LAYER).set_index("nummer")
    assert layer.loc["04", "name"] == f"'{EVIL}"


def test_csv_for_machines_is_neutral_too(evil: Analysis) -> None:
    text = lookup.indicators(evil, "csv", gebiet="04", names=[], wide=False)
    assert isinstance(text, str)
    found = list(csv.DictReader(io.StringIO(text)))
    assert {row["gebiet"] for row in found} == {f"'{EVIL}"}
    assert not [cell for row in found for cell in row.values() if cell.startswith(("=", "+", "@"))]
    changes = [row["wert"] for row in found if row["indikator"] == "veraenderung_2011_2022"]
    assert all(float(change) is not None for change in changes)


def test_workbook_has_real_numbers_a_fixed_head_and_notes(analysis: Analysis, tmp_path: Path) -> None:
    export.write_xlsx(analysis, tmp_path / "a.xlsx", indikatoren=["anteil_unter_15", "einwohner"], weitergabe="intern")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Werte", "Hinweise"]
    sheet = book["Werte"]
    assert sheet.freeze_panes == "C2"
    assert tuple(cell.value for cell in sheet[1]) == export.COLUMNS
    for letter, name in zip("EFGI", ("Wert", "von", "bis", "Anzahl"), strict=True):
        assert sheet[f"{letter}1"].value == name
    assert {cell.data_type for cell in sheet["E"][1:]} == {cell.data_type for cell in sheet["I"][1:]} == {"n"}
    assert {cell.data_type for cell in sheet["A"]} == {"s"}, "ids keep their zeros"
    notes = [cell.value for cell in book["Hinweise"]["A"]]
    assert notes[:2] == [f"{DRAFT}.", "Weitergabe: nur intern"]


def test_workbook_and_csv_have_the_digits_of_the_reports(analysis: Analysis) -> None:
    (row,) = export.rows(analysis, indikatoren=["einwohner"], gebiete=["05"])
    assert row["Wert"] == 2200
    (row,) = export.rows(analysis, indikatoren=["geboren_eu"], gebiete=["05"])
    assert row["Wert"] == round(float(analysis.row("geboren_eu", "05")["wert"]), 1)


def test_every_value_has_its_interval_and_its_count(analysis: Analysis) -> None:
    for row in export.rows(analysis, indikatoren=["anteil_unter_15", "einwohner", "kitas"]):
        low, high, wert = row["von"], row["bis"], row["Wert"]
        assert isinstance(wert, float)
        assert isinstance(low, float)
        assert isinstance(high, float)
        assert low <= wert <= high
        assert isinstance(row["Anzahl"], float)


def test_a_withheld_value_gives_no_count_and_no_interval_away(evil: Analysis) -> None:
    table = evil.table.copy()
    table.loc[("geboren_eu", "04"), ["zaehler", "von", "bis"]] = [7.0, 1.0, 2.0]
    known = replace(evil, table=table)
    (row,) = export.rows(known, indikatoren=["geboren_eu"], gebiete=["04"])
    assert (row["Wert"], row["von"], row["bis"], row["Anzahl"]) == (None, None, None, None)


def test_the_notes_explain_interval_and_count(analysis: Analysis) -> None:
    assert any("„von“ und „bis“ sind die Spanne der Schätzung" in line for line in export.notes(analysis))


def test_geopackage_has_shapes_values_and_notes(analysis: Analysis, tmp_path: Path) -> None:
    export.write_geopackage(analysis, tmp_path / "a.gpkg", indikatoren=["anteil_unter_15"])
    layer = gpd.read_file(tmp_path / "a.gpkg", layer=export.AREAS_LAYER)
    assert layer.crs == "EPSG:25832"
    assert list(layer["nummer"]) == analysis.stadtteile
    assert layer.set_index("nummer").loc["05", "anteil_unter_15"] == 10
    words = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer=export.NOTES_LAYER)
    assert words["hinweis"][0] == f"{DRAFT}."
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


def test_an_unknown_indicator_is_explained_and_writes_nothing(analysis: Analysis, tmp_path: Path) -> None:
    for write in (export.write_csv, export.write_xlsx, export.write_geopackage):
        with pytest.raises(ParameterError, match="gibt es nicht"):
            write(analysis, tmp_path / "a", indikatoren=["anteil_unter_16"])
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def whole(musterstadt_data: Data, tmp_path_factory: pytest.TempPathFactory) -> tuple[Stadt, Path]:
    """A city, and the folder where all of it lies in every format."""
    stadt, folder = Stadt(musterstadt_data), tmp_path_factory.mktemp("alles")
    for ending in ("xlsx", "gpkg", "csv"):
        stadt.export(folder / f"alles.{ending}")
    return stadt, folder


def same_values(found: pd.DataFrame, stadt: Stadt) -> None:
    """The long form, as read back, holds what the python face holds."""
    frames = [stadt.frame(level=level, long=True) for level in ("stadtteil", "stadtbezirk", "stadt")]
    expected = pd.concat(frames).set_index(["gebiet_id", "indikator"])
    found = found.set_index(["gebiet_id", "indikator"])
    assert len(found) == len(expected)
    for name in ("wert", "von", "bis", "anzahl", "rang"):
        pd.testing.assert_series_equal(found[name].astype("float64"), expected[name].astype("float64"), check_like=True)
    for name in ("titel", "einheit", "stand", "art", "klasse", "quelle"):
        known = found[name].fillna("").loc[expected.index]
        assert known.tolist() == expected[name].fillna("").tolist()
    assert (found["grund"].notna() == found["wert"].isna()).all(), "what is missing says why"


def same_frame(found: pd.DataFrame, stadt: Stadt) -> None:
    """The wide form, as read back, holds what the python face holds."""
    for level in ("stadtteil", "stadtbezirk", "stadt"):
        expected = stadt.frame(level=level, intervals=True).drop(columns=["name", "geometry"])
        pd.testing.assert_frame_equal(found.loc[expected.index, list(expected)].astype("float64"), expected, rtol=1e-6)


def test_a_workbook_of_everything_reads_back_equal(whole: tuple[Stadt, Path]) -> None:
    stadt, folder = whole
    read = pd.read_excel(folder / "alles.xlsx", sheet_name=None, dtype={"gebiet_id": str, "gebiet": str})
    assert list(read) == ["werte", "werte_breit", "orte", "einrichtungen", "indikatoren", "quellen", "hinweise"]
    same_values(read["werte"], stadt)
    same_frame(read["werte_breit"].set_index("gebiet_id"), stadt)
    assert read["orte"]["gebiet_id"].tolist() == [area.id for area in stadt.data.register]
    places = stadt.data.einrichtungen
    assert read["einrichtungen"]["id"].tolist() == places.index.tolist()
    assert read["einrichtungen"]["lon"].notna().sum() == (~(places.geometry.is_empty | places.geometry.isna())).sum()
    assert set(read["quellen"]["id"]) == set(stadt.data.quellen)
    assert read["quellen"]["lizenz"].notna().all()
    assert read["indikatoren"]["definition"].notna().all()


def test_a_workbook_of_everything_is_made_for_a_german_excel(whole: tuple[Stadt, Path]) -> None:
    book = openpyxl.load_workbook(whole[1] / "alles.xlsx")
    for sheet in book.worksheets[:-1]:
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.oddHeader is not None
        assert sheet.oddHeader.center.text == DRAFT
    assert book["hinweise"]["A1"].value == f"{DRAFT}."
    head = [cell.value for cell in book["werte"][1]]
    wert = head.index("wert")
    shown = {row[head.index("indikator")].value: row[wert].number_format for row in book["werte"].iter_rows(min_row=2)
             if row[wert].value is not None}  # fmt: skip
    assert shown["einwohner"] == "#,##0"
    assert shown["anteil_unter_15"] == "#,##0.0"
    assert {row[0].data_type for row in book["werte"].iter_rows(min_row=2)} == {"s"}, "ids keep their zeros"
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_geopackage_of_everything_reads_back_equal(whole: tuple[Stadt, Path]) -> None:
    stadt, folder = whole
    path = folder / "alles.gpkg"
    assert [name for name, _ in pyogrio.list_layers(path)] == [
        "orte", "einrichtungen", "werte", "indikatoren", "quellen", "hinweise",
    ]  # fmt: skip
    same_values(pyogrio.read_dataframe(path, layer="werte").replace("", None), stadt)
    areas = gpd.read_file(path, layer="orte").set_index("gebiet_id")
    same_frame(areas, stadt)
    assert areas.crs == stadt.data.gebiete.crs
    assert areas.geometry.area.sum() == pytest.approx(stadt.data.gebiete.geometry.area.sum())
    places = gpd.read_file(path, layer="einrichtungen").set_index("id")
    known = stadt.facilities("kita", counted=False).geometry.dropna()
    assert places.loc[known.index].geometry.distance(known).max() < 0.01


def test_a_csv_of_everything_opens_in_a_german_spreadsheet_and_reads_back_equal(whole: tuple[Stadt, Path]) -> None:
    stadt, folder = whole
    assert (folder / "alles.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(folder / "alles.csv", sep=";", decimal=",", encoding="utf-8-sig", dtype={"gebiet": str})
    same_values(read.dropna(subset="indikator"), stadt)
    below = read.loc[read["indikator"].isna(), "gebiet_id"].tolist()
    assert below[0] == f"{DRAFT}."
    assert any("Erfundene Daten für Tests" in line for line in below)


@pytest.mark.parametrize("ending", ["xlsx", "gpkg", "csv"])
def test_the_same_content_is_the_same_bytes(whole: tuple[Stadt, Path], tmp_path: Path, ending: str) -> None:
    stadt, folder = whole
    stadt.export(tmp_path / f"alles.{ending}")
    assert (tmp_path / f"alles.{ending}").read_bytes() == (folder / f"alles.{ending}").read_bytes()


@pytest.mark.parametrize("ending", ["xlsx", "gpkg", "csv"])
def test_nothing_of_everything_acts_as_a_formula_and_a_secret_stays_one(
    evil: Analysis, tmp_path: Path, ending: str
) -> None:
    target = tmp_path / f"alles.{ending}"
    delivery.write(evil, target)
    if ending == "xlsx":
        cells = [c.value for s in openpyxl.load_workbook(target) for row in s.iter_rows() for c in row]
        read = pd.read_excel(target, sheet_name="werte", dtype={"gebiet_id": str})
    elif ending == "gpkg":
        frames = [
            pyogrio.read_dataframe(target, layer=name, read_geometry=False) for name, _ in pyogrio.list_layers(target)
        ]
        cells = [cell for frame in frames for column in frame for cell in frame[column]]
        read = frames[2]
    else:
        cells = [cell for line in read_csv(target) for cell in line if not cell[1:2].isdigit()]
        read = pd.read_csv(target, sep=";", decimal=",", encoding="utf-8-sig")
    assert not [cell for cell in cells if isinstance(cell, str) and cell.startswith(("=", "+", "@", "-"))]
    assert f"'{EVIL}" in cells
    row = read[(read["gebiet_id"] == "04") & (read["indikator"] == "geboren_eu")].iloc[0]
    assert row[["wert", "von", "bis", "anzahl"]].isna().all()
    assert row["grund"] == "'@SUMME(A1) Gesperrt."


def test_a_wrong_ending_says_what_is_possible_and_writes_nothing(analysis: Analysis, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"\.xlsx, \.gpkg, \.csv"):
        delivery.write(analysis, tmp_path / "alles.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["xlsx", "gpkg", "csv"])
def test_a_folder_that_cannot_be_written_is_told_by_the_name_that_was_given(
    analysis: Analysis, tmp_path: Path, ending: str
) -> None:
    target = tmp_path / f"alles.{ending}"
    target.mkdir()
    with pytest.raises((OSError, SozialraumError)) as told:
        delivery.write(analysis, target)
    assert str(target) in str(told.value)
    assert ".tmp" not in str(told.value)
    target = Path(f"/proc/alles.{ending}")
    with pytest.raises((OSError, SozialraumError), match=str(target)):
        delivery.write(analysis, target)
