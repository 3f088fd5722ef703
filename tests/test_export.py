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
from sozialraum import export
from sozialraum.cli import tables
from sozialraum.compare import Analysis, analyse
from sozialraum.errors import ParameterError
from sozialraum.load import Data, open_data
from sozialraum.vorlage import DRAFT

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
    assert export.neutral(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("word", ["", "Borbeck-Mitte", "2=2", "'=1", "– keine Angabe"])
def test_other_text_stays(word: str) -> None:
    assert export.neutral(word) == word


@given(st.text())
def test_neutral_text_never_begins_like_a_formula(word: str) -> None:
    assert not export.neutral(word).startswith(export.FORMULA_SIGNS)
    assert export.neutral(word).endswith(word)


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
    rows = tables.indicator_rows(evil.data, "04")
    found = list(csv.DictReader(io.StringIO(tables.as_csv(rows))))
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
