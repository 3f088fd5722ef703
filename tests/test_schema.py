import numpy as np
import pandas as pd
import pytest

from musterstadt import tables
from sozialraum.city.load import DEFAULT_DIR, Data, read_yaml, register_table
from sozialraum.city.schema import FROM_SOURCE, GEBIETE, MAX_LISTED, RASTER, REBUILD, indikatoren_schema, pa, problems
from sozialraum.supply.prepare.columns import COLUMNS, PART_OF_WHOLE

WAHL = pa.DataFrameSchema(dict(COLUMNS["europawahl2024"]), checks=PART_OF_WHOLE["europawahl2024"])
WAHL_HEAD = list(COLUMNS["europawahl2024"])
VOTERS = "Wählende"


@pytest.fixture
def votes() -> pd.DataFrame:
    return pd.DataFrame(tables.WAHL, columns=WAHL_HEAD)


def spoilt(table: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    other = table.astype({column: "object"})
    other.loc[row, column] = value
    return other


def test_a_good_table_has_no_problems(votes: pd.DataFrame) -> None:
    assert problems(votes, WAHL, file="europawahl.csv") == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (VOTERS, -3, "„-3“ in Spalte „Wählende“ darf nicht negativ sein."),
        (VOTERS, "viele", "„viele“ in Spalte „Wählende“ ist keine ganze Zahl."),
        (VOTERS, 3.5, "„3.5“ in Spalte „Wählende“ ist keine ganze Zahl."),
        (VOTERS, np.nan, "In Spalte „Wählende“ fehlt der Wert."),
        (
            "dar. Wählende mit Wahlschein",
            999,
            "„dar. Wählende mit Wahlschein“ ist größer als „Wählende“: Der Teil ist größer als das Ganze.",
        ),
        (
            "Wahlberechtigte mit Sperrvermerk (A2)",
            9999,
            (
                "„Wahlberechtigte mit Sperrvermerk (A2)“ ist größer als „Wahlberechtigte“: "
                "Der Teil ist größer als das Ganze."
            ),
        ),
    ],
)
def test_one_fault_is_one_sentence_with_file_row_and_remedy(
    votes: pd.DataFrame, column: str, value: object, text: str
) -> None:
    found = problems(spoilt(votes, 3, column, value), WAHL, file="europawahl.csv")
    assert found == [f"europawahl.csv, Zeile 5: {text} {FROM_SOURCE}"]


def test_missing_column(votes: pd.DataFrame) -> None:
    found = problems(votes.drop(columns="Wahlbezirk"), WAHL, file="europawahl.csv")
    assert found == [f"europawahl.csv: Die Spalte „Wahlbezirk“ fehlt. {FROM_SOURCE}"]


def test_objects_of_a_geojson_are_counted_from_one(votes: pd.DataFrame) -> None:
    found = problems(spoilt(votes, 0, VOTERS, -1), WAHL, file="x.geojson", first_row=None)
    assert found[0].startswith("x.geojson, Objekt 1: ")


def test_faults_come_in_the_order_of_the_rows(votes: pd.DataFrame) -> None:
    table = spoilt(spoilt(votes, 7, "Bezirksart", -1), 2, VOTERS, "x")
    assert [line.split(":")[0] for line in problems(table, WAHL, file="a.csv")] == ["a.csv, Zeile 4", "a.csv, Zeile 9"]


def test_a_long_list_is_cut_and_counted() -> None:
    cells = pd.DataFrame({name: [0] * 25 for name in ("unter_15", "von_15_bis_64", "ab_65")})
    cells = cells.assign(x=range(25), y=0, gebiet_id="01", einwohner=-1)
    found = problems(cells, RASTER, file="raster.csv", remedy=REBUILD)
    assert len(found) == MAX_LISTED + 1
    assert found[-1] == "raster.csv: und 5 weitere Probleme."
    assert found[0].endswith(REBUILD)


def test_repeated_keys(musterstadt_data: Data) -> None:
    table = pd.concat([musterstadt_data.raster, musterstadt_data.raster.iloc[:1]], ignore_index=True)
    found = problems(table, RASTER, file="raster.csv")
    assert found == [
        "raster.csv, Zeile 21: Die Angaben in x und y (4431250, 3210750) stehen schon in einer Zeile davor. "
        + FROM_SOURCE
    ]


def test_age_groups_must_add_up(musterstadt_data: Data) -> None:
    cells = musterstadt_data.raster.copy()
    cells.loc[2, "unter_15"] += 1
    assert "Zeile 4: Die Altersgruppen ergeben nicht die Einwohner der Zelle." in problems(cells, RASTER, file="r")[0]


SHARES = sorted(
    key for key, entry in read_yaml(DEFAULT_DIR / "indikatoren.yml")["indikatoren"].items() if entry["typ"] == "anteil"
)


def rows_schema(data: Data) -> pa.DataFrameSchema:
    return indikatoren_schema({key: entry["typ"] for key, entry in data.indikatoren_yml["indikatoren"].items()})


@pytest.mark.parametrize("indikator", SHARES)
def test_every_share_of_the_catalogue_is_checked_by_its_type_not_by_its_name(
    musterstadt_data: Data, indikator: str
) -> None:
    rows = musterstadt_data.indikatoren.iloc[:1].assign(indikator=indikator, zaehler=101.0, nenner=100.0)
    assert problems(rows, rows_schema(musterstadt_data), file="i") == [
        f"i, Zeile 2: Der Teil (zaehler) ist größer als das Ganze (nenner). {FROM_SOURCE}"
    ]


def test_a_new_share_needs_no_entry_in_the_schema(musterstadt_data: Data) -> None:
    rows = musterstadt_data.indikatoren.iloc[:1].assign(indikator="wohngeld", zaehler=5.0, nenner=4.0)
    (fault,) = problems(rows, indikatoren_schema({"wohngeld": "anteil"}), file="i")
    assert "Der Teil (zaehler) ist größer als das Ganze (nenner)" in fault
    assert problems(rows, indikatoren_schema({"wohngeld": "rate"}), file="i") == []


def test_only_a_change_may_be_negative(musterstadt_data: Data) -> None:
    rows = musterstadt_data.indikatoren.iloc[:1].assign(indikator="saldo", zaehler=-5.0, nenner=4.0)
    (fault,) = problems(rows, indikatoren_schema({"saldo": "anzahl"}), file="i")
    assert "Der Teil (zaehler) ist kleiner als 0" in fault
    assert problems(rows, indikatoren_schema({"saldo": "veraenderung"}), file="i") == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("stand", "gestern", "ist kein Stand wie 2024, 2024-08-01 oder 2024/25"),
        ("art", "neu", "ist keine Art (amtlich, berechnet, geschaetzt, stellvertretend)"),
        ("von", 1e9, "Der Wert liegt nicht in seiner Spanne von „von“ bis „bis“"),
        ("bis", -1.0, "Der Wert liegt nicht in seiner Spanne von „von“ bis „bis“"),
        ("bis", None, "Der Wert liegt nicht in seiner Spanne von „von“ bis „bis“"),
        ("quelle", None, "In Spalte „quelle“ fehlt der Wert"),
    ],
)
def test_indicator_rows(musterstadt_data: Data, column: str, value: object, text: str) -> None:
    rows = musterstadt_data.indikatoren.copy()
    rows.loc[4, column] = value
    found = problems(rows, rows_schema(musterstadt_data), file="indikatoren.csv")
    assert len(found) == 1
    assert found[0].startswith("indikatoren.csv, Zeile 6: ")
    assert text in found[0]


def test_areas(musterstadt_data: Data) -> None:
    table = register_table(musterstadt_data.dir)
    assert problems(table, GEBIETE, file="gebiete.csv") == []
    assert "muss größer als 0 sein" in problems(table.assign(flaeche_km2=0.0), GEBIETE, file="gebiete.csv")[0]
    again = problems(pd.concat([table, table.iloc[:1]]), GEBIETE, file="gebiete.csv")
    assert "„01“ in Spalte „gebiet_id“ kommt mehrfach vor" in again[0]


def test_the_table_is_left_alone(votes: pd.DataFrame) -> None:
    before = votes.copy()
    problems(votes, WAHL, file="x")
    pd.testing.assert_frame_equal(votes, before)
