"""Every formula by hand on Musterstadt; the facts stand in ``musterstadt/tables.py``.

Inhabitants of 2022: T x 1.1, because the nine full cells hold 9,000 people, the cell beyond the boundary
keeps 20 (weight 2 x 10 people per weight, not its 200), and the official number is 9,922 = 9,020 x 1.1.
"""

from pathlib import Path

import pandas as pd
import pytest
import shapely

from data_fixtures import MUSTERSTADT, RawCopy
from sozialraum.build import build
from sozialraum.load import Data, adressen

IDS = [*(f"0{n}" for n in range(1, 10)), "I", "II", "III", "musterstadt"]


@pytest.fixture(scope="module")
def values(musterstadt_data: Data) -> pd.DataFrame:
    return musterstadt_data.indikatoren.set_index(["indikator", "gebiet_id"])


def column(values: pd.DataFrame, indikator: str, name: str = "wert") -> list[float]:
    return values.loc[indikator].loc[IDS, name].tolist()


# Stadtteile 01 to 09, then the Stadtbezirke I, II, III and the city; None = withheld
WERTE = {
    # T x 1.1; Ostfeld 800 x 1.1 + 20 x 1.1
    "einwohner": [1100, 2200, 1100, 1100, 2200, 902, 220, 660, 440, 4400, 4202, 1320, 9922],
    # as published, nothing computed; Südviertel and Großsüd have one value together
    "einwohner_register": [1100, 2200, None, None, 2475, None, None, None, None, 4100, 3850, 1200, 9150],
    # every Stadtteil has 1 km², every Bezirk 3, the city 9
    "dichte_je_km2": [1100, 2200, 1100, 1100, 2200, 902, 220, 660, 440, 4400 / 3, 4202 / 3, 440, 9922 / 9],
    # 2011: 800, 2000, 1000, 1000, 1800, 800 + 20, 400, 600, 600 = 9,020, the official number, so the factor is 1
    "veraenderung_2011_2022": [
        37.5, 10, 10, 10, 400 / 18, 10, -45, 10, -160 / 6, 600 / 38, 582 / 36.2, -280 / 16, 10,
    ],
    # 200/1000; 300/2000; 104/1040 (parts rescaled); 250/1000; 200/2000; (176 + 11)/902; 20/200; 90/600; 40/400
    "anteil_unter_15": [20, 15, 10, 25, 10, 187 / 9.02, 10, 15, 10, 15, 682 / 42.02, 12.5, 1507 / 99.22],
    "anteil_15_64": [60, 65, 60, 60, 80, 539 / 9.02, 50, 65, 60, 62.5, 2959 / 42.02, 803 / 13.2, 6512 / 99.22],
    "anteil_65plus": [20, 20, 30, 15, 10, 176 / 9.02, 40, 20, 30, 22.5, 561 / 42.02, 352 / 13.2, 1903 / 99.22],
    # 50/1000; 200/2000; 55/1100 (rescaled); 200/1000; 300/2000; (88 + 11)/902; none; 30/600; 20/400
    "geboren_eu": [5, 10, 5, 20, 15, 99 / 9.02, 0, 5, 5, 7.5, 649 / 42.02, 55 / 13.2, 1034 / 99.22],
    # 150/1000; 200/2000; 55/1100; 300/1000; 500/2000; 88/902; none; 30/600; 20/400
    "geboren_nicht_eu": [15, 10, 5, 30, 25, 88 / 9.02, 0, 5, 5, 10, 968 / 42.02, 55 / 13.2, 1463 / 99.22],
    # (80 + 20)/1000; (100 + 100)/2000; ...; 500/2000; 88/902; none; 60/600; 20/400
    "zugezogen_1jahr": [10, 10, 10, 20, 25, 88 / 9.02, 0, 10, 5, 10, 858 / 42.02, 88 / 13.2, 1386 / 99.22],
    # Nordhöhe has no figure: left out of both sides of Bezirk I (480 / 2,800) and city (1,722 / 8,020)
    "auslaenderanteil_2011": [10, 20, None, 30, 40, 10, 5, 10, 10, 480 / 28, 1102 / 36.2, 8.75, 1722 / 80.2],
    # (5 + 25)/100; 30/200; withheld; 50/100; 60/200; 8/80; withheld; 5/50; withheld; 70/400; 118/380; withheld; 193/860
    "alleinerziehendenquote_2011": [30, 15, None, 50, 30, 10, None, 10, None, 17.5, 118 / 3.8, None, 193 / 8.6],
    # ratio (880 postal + 20) / 1,000 cards = 0.9: (300 + 90)/800; (600 + 180)/1500; (400 + 180)/800; (180 + 45)/600;
    # (500 + 180)/1600; (255 + 45)/600; (45 + 45)/180; (205 + 45)/500; withheld;
    # 1750/3100; 1205/2800; 598/1100; 3553/7000
    "wahlbeteiligung_ew2024": [
        48.75, 52, 72.5, 37.5, 42.5, 50, 50, 50, None, 1750 / 31, 1205 / 28, 598 / 11, 3553 / 70,
    ],
    "kitas": [1, 2, 1, 1, 2, 1, 0, 0, 1, 4, 4, 1, 9],
    "kitas_je_1000_kinder": [
        1000 / 220, 2000 / 330, 1000 / 110, 1000 / 275, 2000 / 220, 1000 / 187, 0, 0, 1000 / 44,
        4000 / 660, 4000 / 682, 1000 / 165, 9000 / 1507,
    ],
    "schulen": [1, 1, 0, 1, 3, 0, 0, 1, 1, 2, 4, 2, 8],
    "grundschulen": [1, 1, 0, 1, 2, 0, 0, 1, 0, 2, 3, 1, 6],
    "grundschulen_sozialindex_1_3": [1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 2],
    "grundschulen_sozialindex_4_6": [0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1],
    "grundschulen_sozialindex_7_9": [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 2],
    "haltestellen": [1, 1, 0, 1, 1, 1, 0, 1, 0, 2, 3, 1, 6],
    "haltestellen_je_km2": [1, 1, 0, 1, 1, 1, 0, 1, 0, 2 / 3, 1, 1 / 3, 6 / 9],
    # cell A holds 70 % (Altstadt 50 %); Südviertel's stop is in cell B; Ostfeld 616 of 902
    "reichweite_haltestelle_300m": [
        70, 70, 0, 70, 50, 616 / 9.02, 0, 30, 0, 2310 / 44, 2486 / 42.02, 15, 4994 / 99.22,
    ],
    # cell A and cell B are 707 m apart: 919 m on foot. Ostfeld is 1,028 m and more away, Weiler's cell B 919 m
    "reichweite_grundschule_1km": [100, 100, 100, 100, 100, 0, 30, 100, 0, 100, 3300 / 42.02, 55, 8426 / 99.22],
    # a Kita in cell A, in Nord-Mitte and Altstadt in both cells; none in Weiler; in Südviertel only planned
    "reichweite_kita_500m": [
        70, 100, 70, 70, 100, 616 / 9.02, 0, 0, 70, 3740 / 44, 3586 / 42.02, 308 / 13.2, 7634 / 99.22,
    ],
}  # fmt: skip


@pytest.mark.parametrize("indikator", WERTE)
def test_values_by_hand(values: pd.DataFrame, indikator: str) -> None:
    expected = [float("nan") if value is None else value for value in WERTE[indikator]]
    assert column(values, indikator) == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_every_indicator_is_checked(values: pd.DataFrame) -> None:
    assert set(values.index.unique("indikator")) == set(WERTE)


def test_errors_by_hand(values: pd.DataFrame) -> None:
    error = values["fehler"]
    # inhabitants: 4 % of 1,100; Ostfeld: dwellings alone give 800 x 9,922/9,000 = 881.96 (no dwelling beyond the
    # boundary), houses alone (800 + 100) x 9,922/9,100 = 981.30: half the difference is more than 4 %
    assert error["einwohner", "01"] == pytest.approx(44)
    assert error["einwohner", "06"] == pytest.approx((900 * 9922 / 9100 - 800 * 9922 / 9000) / 2, abs=1e-6)
    assert error["einwohner", "musterstadt"] == 0
    assert error["dichte_je_km2", "I"] == pytest.approx(176 / 3, abs=1e-6)
    # share: at least half a point; Ostfeld under 15: 20 % by dwellings, (160 + 50)/900 by houses
    assert error["anteil_unter_15", "01"] == 0.5
    assert error["anteil_unter_15", "06"] == pytest.approx((21000 / 900 - 20) / 2, abs=1e-6)
    # turnout: ratio 1.0 instead of 0.9: 0.1 x 200 cards of 800 eligible
    assert error["wahlbeteiligung_ew2024", "03"] == pytest.approx(2.5)
    assert error["wahlbeteiligung_ew2024", "musterstadt"] == 0
    # stop in 300 m: cell A has 75 % of the dwellings, 50 % of the houses
    assert error["reichweite_haltestelle_300m", "01"] == pytest.approx(12.5)
    # Kita in 500 m: cell B of Großsüd, 30 %, lies 250 m from the boundary, nearer than 500 / 1.3 = 385 m
    assert error["reichweite_kita_500m", "09"] == pytest.approx(30)
    assert error["veraenderung_2011_2022", "01"] == 2.0


def test_kinds(values: pd.DataFrame) -> None:
    assert values.at[("einwohner", "musterstadt"), "art"] == "amtlich"
    assert values.at[("einwohner", "I"), "art"] == "geschaetzt"
    assert values.at[("dichte_je_km2", "musterstadt"), "art"] == "berechnet"
    assert values.at[("wahlbeteiligung_ew2024", "musterstadt"), "art"] == "amtlich"
    assert set(values.loc["kitas_je_1000_kinder", "art"]) == {"stellvertretend"}


@pytest.mark.parametrize(
    ("indikator", "gebiet_id", "reason"),
    [
        (
            "wahlbeteiligung_ew2024",
            "09",
            "Auf 420 Wahlberechtigte kommen nur rund 396 geschätzte Menschen ab 15 Jahren.",
        ),
        ("alleinerziehendenquote_2011", "03", "sind nur 50 % der Alleinerziehenden sichtbar"),  # 10 of 20
        ("alleinerziehendenquote_2011", "07", "sind keine Alleinerziehenden sichtbar"),  # 0 of 3
        ("alleinerziehendenquote_2011", "09", "sind keine Alleinerziehenden sichtbar"),  # 0 of none
        ("alleinerziehendenquote_2011", "III", "sind nur 50 % der Alleinerziehenden sichtbar"),  # 5 of 10
        ("auslaenderanteil_2011", "03", "Nicht berechenbar"),
    ],
)
def test_withheld_values_say_why(values: pd.DataFrame, indikator: str, gebiet_id: str, reason: str) -> None:
    row = values.loc[(indikator, gebiet_id)]
    assert pd.isna(row["wert"])
    assert pd.isna(row["fehler"])
    assert reason in row["hinweis"]


def test_withheld_parents_show_no_counts_either(values: pd.DataFrame) -> None:
    assert values.loc[("alleinerziehendenquote_2011", "07"), ["zaehler", "nenner"]].isna().all()


def test_cells_by_hand(musterstadt_data: Data) -> None:
    cells = musterstadt_data.raster
    assert len(cells) == 19  # two in each of nine Stadtteile, one beyond the boundary
    assert cells["einwohner"].sum() == 9922
    # weight 60 + 2 x 5 = 70 and 20 + 2 x 5 = 30 of 100; Altstadt 50 and 50
    assert cells[cells["gebiet_id"] == "01"]["einwohner"].tolist() == [770, 330]
    assert cells[cells["gebiet_id"] == "05"]["einwohner"].tolist() == [1100, 1100]
    assert cells[cells["gebiet_id"] == "06"]["einwohner"].tolist() == [616, 264, 22]
    assert cells[~cells["nah_am_stadtrand"]]["gebiet_id"].unique().tolist() == ["05"]


def test_facilities(musterstadt_data: Data) -> None:
    places = musterstadt_data.einrichtungen
    assert places["art"].value_counts().to_dict() == {"kita": 10, "schule": 9, "haltestelle": 6, "platz": 2, "park": 2}
    assert places.at["kita-0002", "name"] == '<script>alert("x")</script> & Söhne'  # text, not markup
    assert places.at["kita-0005", "name"] == "Kita Westend"  # without KITABLATT
    assert places.at["kita-0009", "status"] == "geplant"
    assert places.at["kita-0008", "gebiet_id"] == "06"  # stated as Altstadt; the position counts
    assert places.at["kita-0008", "stadtteil_angabe"] == "Altstadt"
    assert places.at["kita-0004", "verband"] == "Stadt Musterstadt"
    assert places.at["kita-0004", "adresse"] == "Höhenstr. 4, 10001 Musterstadt"
    assert list(places.index[~places["hauptstandort"]]) == ["schule-003"]
    assert places.loc["haltestelle-9003", ["name", "gebiet_id"]].tolist() == ["Nordstr.", "02"]  # has no station row
    assert places.at["haltestelle-9001", "unterart"] == "Bahnhof"
    assert set(places.index[places["art"] == "platz"]) == {"platz-rathausplatz", "platz-wochenmarkt"}
    assert pd.isna(places.at["park-auenpark", "gebiet_id"])
    assert places.at["park-stadtpark", "gebiet_id"] == "08"


def test_schools_with_pupils(musterstadt_data: Data) -> None:
    schools = musterstadt_data.schulen
    assert schools["sozialindex"].dropna().to_dict() == {
        "schule-001": 2, "schule-002": 5, "schule-004": 8, "schule-005": 3, "schule-008": 7, "schule-009": 4,
    }  # fmt: skip
    assert "schule-006" not in schools.index  # the Domschule is not listed: its level is unknown, not zero
    assert schools.at["schule-002", "abstand_m"] == 10


def test_shopping_street(musterstadt_data: Data) -> None:
    street = musterstadt_data.einkaufsstrassen.loc["hauptstr"]
    assert street["gebiet_id"] == "05"
    assert street["haeuser"] == 10
    # 25 m to each side of a line of about 707 + 2 x 27 m (from one cell's houses over the label point to the other's)
    assert 30_000 < street.geometry.area < 50_000
    assert musterstadt_data.gebiete.geometry["05"].contains(street.geometry)


def test_areas(musterstadt_data: Data) -> None:
    table = musterstadt_data.gebiete
    assert table["flaeche_km2"].tolist() == [1.0] * 9 + [3.0] * 3 + [9.0]
    assert shapely.coverage_is_valid(table.geometry[:9].to_numpy())
    assert shapely.coverage_union_all(table.geometry[3:6].to_numpy()).equals(table.geometry["II"])


def test_gazetteer(musterstadt_dir: Path) -> None:
    table = adressen(musterstadt_dir)
    assert len(table) == 95  # 9 x 10 houses, the one beyond the boundary, four label points with a name
    assert not table["strasse"].str.startswith("###").any()
    beyond = table[table["strasse"] == "Grenzweg"].iloc[0]
    assert (beyond["hausnummer"], beyond["gebiet_id"]) == ("1A", "06")
    assert table[table["strasse"] == "Dorfstr."]["hausnummer"].tolist() == [str(n) for n in range(1, 11)]


def test_findings(musterstadt_data: Data) -> None:
    found = musterstadt_data.qualitaet
    text = (found["gegenstand"] + ": " + found["befund"] + "; " + found["behandlung"]).tolist()
    assert "Weiler: Die Grenzdatei nennt keine Nummer; ergänzt: 07" in text
    assert "Südviertl.: 1-mal so geschrieben; gelesen als Südviertel" in text
    assert "Stadtbezirk I: 3,00 km² statt amtlich 3,00 km² (0,00 km²); abweichende Fläche insgesamt 0,00 km²" in text
    # the official boundary reaches 10 m further south: 3 km x 0.01 km
    assert "Stadtbezirk III: 3,00 km² statt amtlich 3,03 km² (−0,03 km²); abweichende Fläche insgesamt 0,03 km²" in text
    assert any("Kita Ostrand" in line and "liegt in Ostfeld; die Lage zählt" in line for line in text)
    assert any(line.startswith("Hauskoordinaten: 1 Adresse liegt außerhalb") for line in text)
    assert any(line.startswith("Wirtschaftskolleg: ") for line in text)
    assert any(line.startswith("Domschule (Grundschule): kein sicherer Eintrag") for line in text)


def test_a_rebuild_gives_the_same_bytes(raw_copy: RawCopy) -> None:
    raw_copy.build()
    built = {path.name: path for path in raw_copy.out.iterdir() if path.is_file()}
    committed = {path.name: path for path in (MUSTERSTADT / "daten").iterdir()}
    assert set(built) == set(committed)
    assert [name for name in built if built[name].read_bytes() != committed[name].read_bytes()] == []


def test_a_build_elsewhere_stands_alone(raw_copy: RawCopy) -> None:
    from sozialraum.load import open_data

    raw_copy.build()
    assert open_data(raw_copy.out).quellen["kitas"].stand == "2024/25"


def test_progress_is_told(raw_copy: RawCopy) -> None:
    steps: list[str] = []
    build(raw_copy.raw, raw_copy.out, data=raw_copy.daten, progress=steps.append)
    assert steps[0] == "Quellen prüfen"
    assert steps[-1] == "Schreiben"


def test_order_of_source_rows_does_not_matter(raw_copy: RawCopy) -> None:
    for name in ("stadtteile.csv", "zensus_1km.csv", "europawahl.csv", "schulverzeichnis.csv"):
        head, *rows = (raw_copy.raw / name).read_text(encoding="utf-8").splitlines()
        raw_copy.write(name, "\n".join([head, *reversed(rows), ""]).encode())
    cells = pd.read_parquet(raw_copy.raw / "zensus2011_100m.parquet")
    cells.iloc[::-1].to_parquet(raw_copy.raw / "zensus2011_100m.parquet", index=False)
    raw_copy.sign("zensus2011_100m.parquet")
    raw_copy.build()
    for name in ("gebiete.csv", "indikatoren.csv", "raster.csv", "schulen.csv"):
        assert (raw_copy.out / name).read_bytes() == (MUSTERSTADT / "daten" / name).read_bytes(), name
