"""Every formula by hand on Musterstadt; the facts stand in ``musterstadt/tables.py``.

Inhabitants of 2022: T x 1.1, because the nine full cells hold 9,000 people, the cell beyond the boundary
keeps 20 (weight 2 x 10 people per weight, not its 200), and the official number is 9,922 = 9,020 x 1.1.
"""

from pathlib import Path

import pandas as pd
import pytest
import shapely

from data_fixtures import MUSTERSTADT, RawCopy
from sozialraum.city.access import is_supply
from sozialraum.city.load import DEFAULT_DIR, Data, adressen, read_yaml
from sozialraum.supply.prepare.facilities import office_state, plain_reference
from sozialraum.supply.prepare.pipeline import build

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
    # open Kitas that take children from 0, 1 or 2 years: not those of Nordhöhe (from 3)
    "kitas_u3": [1, 2, 0, 1, 2, 1, 0, 0, 1, 3, 4, 1, 8],
    # the pupils of the Domschule in Altstadt are not known, so there, in II and in the city the sum is withheld
    "grundschulkinder": [200, 240, 0, 180, None, 0, 0, 160, 0, 440, None, 160, None],
    "startchancenschulen": [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 2],
    "haltestellen": [1, 1, 0, 1, 1, 1, 0, 1, 0, 2, 3, 1, 6],
    "haltestellen_je_km2": [1, 1, 0, 1, 1, 1, 0, 1, 0, 2 / 3, 1, 1 / 3, 6 / 9],
    # cell A holds 70 % (Altstadt 50 %); Südviertel's stop is in cell B; Ostfeld 616 of 902
    "reichweite_haltestelle_300m": [
        70, 70, 0, 70, 50, 616 / 9.02, 0, 30, 0, 2310 / 44, 2486 / 42.02, 15, 4994 / 99.22,
    ],
    # children under 15. Cell A and cell B are 707 m apart: 919 m on foot. Ostfeld (187 children) is 1,028 m and more
    # away; of Weiler only cell B, 7 of 22 children, is near; Großsüd (44) is not
    "reichweite_grundschule_1km": [
        100, 100, 100, 100, 100, 0, 700 / 22, 100, 0, 100, 495 / 6.82, 106 / 1.65, 1261 / 15.07,
    ],
    # children under 15 of cell A: 154 of 220, 77 of 110, 192 of 275, 123 of 187, 31 of 44 (whole children); Kitas in
    # both cells of Nord-Mitte and Altstadt; none in Weiler; in Südviertel only planned
    "reichweite_kita_500m": [
        70, 100, 70, 192 / 2.75, 100, 123 / 1.87, 0, 0, 31 / 0.44, 561 / 6.6, 535 / 6.82, 31 / 1.65, 1127 / 15.07,
    ],
}  # fmt: skip


@pytest.mark.parametrize("indikator", WERTE)
def test_values_by_hand(values: pd.DataFrame, indikator: str) -> None:
    expected = [float("nan") if value is None else value for value in WERTE[indikator]]
    assert column(values, indikator) == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_every_indicator_is_checked(values: pd.DataFrame) -> None:
    assert set(values.index.unique("indikator")) == set(WERTE)


def ends(values: pd.DataFrame, indikator: str, gebiet_id: str) -> list[float]:
    return values.loc[(indikator, gebiet_id), ["von", "bis"]].tolist()


def around(value: float, below: float, above: float | None = None) -> object:
    return pytest.approx([value - below, value + (below if above is None else above)], abs=2e-6)


def test_interval_of_inhabitants_is_the_measured_deviation(values: pd.DataFrame) -> None:
    """Register (tables.py): estimate scaled by 1.05 against 1,100, 2,200, 2,475 and the pair's 1,155."""
    assert ends(values, "einwohner", "01") == around(1100, 55)  # 1,155 / 1,100 = +5 %
    assert ends(values, "einwohner", "02") == around(2200, 110)
    assert ends(values, "einwohner", "05") == around(2200, 2200 / 15)  # 2,310 / 2,475 = -1/15
    assert ends(values, "einwohner", "musterstadt") == [9922, 9922]


def test_interval_of_inhabitants_elsewhere_is_what_nine_of_ten_deviations_keep(values: pd.DataFrame) -> None:
    """Sizes 0, 5, 5, 6.667: the 90 % quantile lies at 0.9 x 3 = 2.7, so 5 + 0.7 x 1.667 = 6.1667 %."""
    assert ends(values, "einwohner", "03") == around(1100, 1100 * 0.37 / 6)
    assert ends(values, "einwohner", "07") == around(220, 220 * 0.37 / 6)


def test_a_pair_measures_neither_of_its_members_alone(values: pd.DataFrame) -> None:
    """Südviertel and Großsüd together are off by nothing; alone each has the quantile, not 0."""
    assert ends(values, "einwohner", "08") == around(660, 660 * 0.37 / 6)
    assert ends(values, "einwohner", "09") == around(440, 440 * 0.37 / 6)


def test_intervals_of_larger_areas_add_up_as_squares(values: pd.DataFrame) -> None:
    """Bezirk I: 55, 110 and 1,100 x 6.1667 % = 67.83: root of 3,025 + 12,100 + 4,601.4 = 140.45."""
    assert ends(values, "einwohner", "I") == around(4400, 140.450565)
    assert ends(values, "dichte_je_km2", "I") == around(4400 / 3, 140.450565 / 3)


def test_smoothing_is_zero_for_areas_of_whole_cells(values: pd.DataFrame) -> None:
    """Every Stadtteil but Ostfeld is one 1 km cell, and dwellings and houses agree: these shares are known."""
    for key in ("anteil_unter_15", "anteil_15_64", "anteil_65plus", "geboren_eu", "geboren_nicht_eu"):
        for area in ("01", "02", "03", "04", "05", "07", "08", "09", "I", "III"):
            assert ends(values, key, area) == pytest.approx([values.at[(key, area), "wert"]] * 2), (key, area)


def test_smoothing_by_hand_where_a_cell_is_cut(values: pd.DataFrame) -> None:
    """Ostfeld has 22 people of the cell beyond the boundary, the other 95 % of whose 200 people live outside.

    Its share of children (50 %) against the cells around, by people: 800 x 0.3² + 1,000 x 0.4² + 400 x 0.4² = 296 of
    2,200: d² = 0.13455. Of f = 22 / 212: 22 x d x sqrt(190 / 22) = d x sqrt(190 x 22) = 23.715 children of 902 people
    = 2.6292 %. By dwellings Ostfeld has 20 %, by houses (160 + 50) / 900: half the difference is 1.6667. Together
    sqrt(2.6292² + 1.6667²) = 3.1129.
    """
    smoothed = (296 / 2200 * 190 * 22) ** 0.5 / 9.02
    assert smoothed == pytest.approx(2.6292, abs=1e-4)
    together = (smoothed**2 + (5 / 3) ** 2) ** 0.5
    assert ends(values, "anteil_unter_15", "06") == around(187 / 9.02, together)
    # Bezirk II: the other cells are whole: 23.715 of 4,202 people; dwellings: 200 + 160 + 250 of 3,800, houses 660 of
    # 3,900 (cells 4 and 5 whole): half the difference of 16.0526 and 16.9231
    half = (660 / 39 - 610 / 38) / 2
    assert ends(values, "anteil_unter_15", "II") == around(682 / 42.02, ((smoothed * 902 / 4202) ** 2 + half**2) ** 0.5)


def test_interval_of_the_turnout_ends_at_the_ratios_of_0_85_and_1(values: pd.DataFrame) -> None:
    """Nordhöhe: 200 cards of 800 eligible; voters are 400 at the urn and 180 (0.9 of the cards)."""
    assert ends(values, "wahlbeteiligung_ew2024", "03") == pytest.approx([570 / 8, 600 / 8])
    assert ends(values, "wahlbeteiligung_ew2024", "01") == pytest.approx([385 / 8, 400 / 8])  # 300 + 85; 300 + 100
    assert ends(values, "wahlbeteiligung_ew2024", "musterstadt") == pytest.approx([3553 / 70] * 2)


def test_interval_of_kitas_per_1000_children_by_hand(values: pd.DataFrame) -> None:
    """Nordwest: children are off as its inhabitants, 5 % (the share is known): 1 Kita for 231 or for 209 of them."""
    assert ends(values, "kitas_je_1000_kinder", "01") == pytest.approx([1000 / 231, 1000 / 209], abs=1e-6)
    # Ostfeld: share 3.1129 / 20.7317 = 15.015 %, inhabitants 6.1667 %: together 16.232 %
    off = (((296 / 2200 * 190 * 22) / 9.02**2 + 25 / 9) / (187 / 9.02) ** 2 + (0.37 / 6) ** 2) ** 0.5
    assert off == pytest.approx(0.16232, abs=1e-5)
    assert ends(values, "kitas_je_1000_kinder", "06") == pytest.approx(
        [1000 / (187 * (1 + off)), 1000 / (187 * (1 - off))], abs=1e-6
    )
    assert ends(values, "kitas_je_1000_kinder", "07") == [0, 0]


def test_reach_of_stops_has_no_smoothing_because_everybody_counts(values: pd.DataFrame) -> None:
    """Cell A has 75 % of the dwellings and 50 % of the houses: half the difference is 12.5."""
    assert ends(values, "reichweite_haltestelle_300m", "01") == around(70, 12.5)
    assert ends(values, "reichweite_haltestelle_300m", "03") == [0, 0]  # 300 / 1.3 = 231 m: nobody is nearer to it


def test_reach_of_children_is_off_where_a_part_of_a_cell_is_reached(values: pd.DataFrame) -> None:
    """Nordwest: 770 of 1,100 people live near the Kita, and who of them is a child is not known.

    Children: 20 % here, 15 % (2,000 people), 25 % (1,000), 10 % (2,000) around: d² = (5 + 2.5 + 20) / 5,000 = 0.0055.
    d x sqrt(1,100 x (0.3² x 770 + 0.7² x 330) - (0.3 x 770 - 0.7 x 330)²) = d x sqrt(1,100 x 231) = 37.385 children
    of 220 = 16.993 %; with 12.5 from the two weightings 21.095.
    """
    off = ((0.0055 * 1100 * 231) / 2.2**2 + 12.5**2) ** 0.5
    assert off == pytest.approx(21.095, abs=1e-4)
    assert ends(values, "reichweite_kita_500m", "01") == around(70, off)


def test_reach_of_everybody_or_nobody_does_not_depend_on_ages(values: pd.DataFrame) -> None:
    assert ends(values, "reichweite_kita_500m", "02") == [100, 100]
    assert ends(values, "reichweite_grundschule_1km", "08") == [100, 100]


def test_reach_is_one_sided_near_the_boundary(values: pd.DataFrame) -> None:
    """A Kita 500 m away on foot is 385 m as the crow flies; a Grundschule 769 m.

    Südviertel: no Kita is near. Cell A lies 750 m from the boundary, cell B (30 of 99 children) 250 m: these may have
    one beyond it. Ostfeld: no Grundschule is near, both cells lie within 769 m of the boundary.
    """
    assert ends(values, "reichweite_kita_500m", "08") == pytest.approx([0, 3000 / 99])
    assert ends(values, "reichweite_kita_500m", "07") == pytest.approx([0, 100])
    assert ends(values, "reichweite_grundschule_1km", "06") == pytest.approx([0, 100])
    # Nordhöhe: cell B, 33 of 110 children, lies 250 m from the boundary. 10 % children here; 15 % (2,000 people), 10 %
    # (2,000), 20 % (800), 50 % (200) around: d² = (5 + 0 + 8 + 32) / 5,000; 12.5 from the weightings
    off = ((45 / 5000 * 1100 * 231) / 1.1**2 + 12.5**2) ** 0.5
    assert ends(values, "reichweite_kita_500m", "03") == around(70, off, 30)
    note = values.at[("reichweite_kita_500m", "08"), "hinweis"]
    assert "der Kinder unter 15 wohnen weniger als 1 km von der Stadtgrenze entfernt" in note
    assert "deshalb reicht die Spanne nach oben weiter" in note


def test_no_minimum_error_remains(values: pd.DataFrame) -> None:
    """A share that is known as well as its cell is a point, not ± 0.5 points or 2 points."""
    for key in ("anteil_unter_15", "geboren_eu", "veraenderung_2011_2022"):
        row = values.loc[(key, "01")]
        assert row["von"] == row["wert"] == row["bis"], key


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
    assert row[["von", "bis"]].isna().all()
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
    assert places["art"].value_counts().to_dict() == {
        "kita": 10, "schule": 9, "haltestelle": 6, "platz": 2, "park": 2, "markt": 3, "krankenhaus": 2, "pflege": 3,
        "anlaufstelle": 3, "anlaufstelle_beschlossen": 1, "haltestelle_im_bau": 2, "radunfall": 4,
    }  # fmt: skip
    assert places.at["kita-0002", "name"] == '<script>alert("x")</script> & Söhne'  # text, not markup
    assert places.at["kita-0005", "name"] == "Kita Westend"  # without KITABLATT
    assert places.at["kita-0009", "status"] == "geplant"
    assert places.at["kita-0008", "gebiet_id"] == "06"  # stated as Altstadt; the position counts
    assert places.at["kita-0008", "stadtteil_angabe"] == "Altstadt"
    assert places.at["kita-0004", "verband"] == "Stadt Musterstadt"
    assert places.at["kita-0004", "adresse"] == "Höhenstr. 4, 10001 Musterstadt"
    assert list(places.index[~places["hauptstandort"]]) == ["schule-003", "pflege-002"]  # Nordstraße 4 = Nordstr.  4
    assert places.loc["haltestelle-9003", ["name", "gebiet_id"]].tolist() == ["Nordstr.", "02"]  # has no station row
    assert places.at["haltestelle-9001", "unterart"] == "Bahnhof"
    assert set(places.index[places["art"] == "platz"]) == {"platz-rathausplatz", "platz-wochenmarkt"}
    assert places.at["park-auenpark", "gebiet_id"] == "07"  # no position: the stated Stadtteil counts
    assert places.geometry["park-auenpark"] is None
    assert places.at["park-stadtpark", "gebiet_id"] == "08"


def test_markets_hospitals_and_others_by_hand(musterstadt_data: Data) -> None:
    places = musterstadt_data.einrichtungen
    assert places.loc[places["art"] == "markt", "hinweis"].tolist() == [
        "dienstags und freitags 8 bis 13 Uhr",
        "mittwochs 10 bis 18:30 Uhr, samstags 8 bis 14 Uhr",
        "montags, dienstags und mittwochs 7 bis 12 Uhr",
    ]
    assert places.loc[places["art"] == "krankenhaus", "status"].tolist() == ["offen", "geschlossen"]
    office = places.loc["anlaufstelle-001"]
    assert (office["name"], office["hinweis"], office["stand"]) == ("Büro Altstadt", "nicht barrierefrei", "2022-05-01")
    assert pd.isna(places.at["anlaufstelle-002", "stand"])
    assert places.at["anlaufstelle-002", "nachweis"] == "anzeiger.de 8"  # no number of a search result
    assert places.at["anlaufstelle-003", "gebiet_id"] == "07"
    assert places.loc["haltestelle_im_bau-001", ["status", "hinweis"]].tolist() == [
        "im Bau",
        "Citybahn, Bauabschnitt 2",
    ]
    accidents = places[places["art"] == "radunfall"]
    assert accidents.groupby(["gebiet_id", "stand"]).size().to_dict() == {
        ("05", "2019"): 2, ("05", "2020"): 1, ("02", "2020"): 1,
    }  # fmt: skip
    counted = places[is_supply(places, musterstadt_data.orte)]["art"].value_counts()
    assert counted.reindex(["markt", "krankenhaus", "pflege", "anlaufstelle"]).tolist() == [3, 1, 2, 3]
    assert not {"haltestelle_im_bau", "radunfall"} & set(counted.index)


def test_state_of_an_office_by_hand() -> None:
    said = ["Büro (beschlossen)", "Büro (nicht eröffnet)", "Büro (2025 geschlossen)", "Büro (mit Aufzug)", "Büro", None]
    assert [office_state(text) for text in said] == ["beschlossen", "beschlossen", "geschlossen", "offen", "offen", ""]


def test_offers_and_figures_by_hand(musterstadt_data: Data) -> None:
    offers = musterstadt_data.angebote
    assert offers["gebiete"].to_dict() == {"qm-alt": "05|04", "qm-tal": "07", "qm-neu": "06", "bg-i": "I"}
    assert offers.at["qm-alt", "hinweis"] == "Gehört zu den zwei Bereichen von 2024; Eröffnungstermin nicht bekannt"
    assert offers.loc["qm-tal", ["seit", "hinweis"]].tolist() == ["vor 2018", "liegt in Weiler"]
    assert offers.at["qm-neu", "status"] == "geplant"
    assert offers.loc["qm-alt", ["stelle", "buero"]].tolist() == ["Büro", "beschlossen"]
    office = musterstadt_data.einrichtungen.loc["anlaufstelle_beschlossen-qm-alt"]
    assert office[["gebiet_id", "status", "adresse"]].tolist() == ["05", "beschlossen", "Hauptstr. 3"]
    assert not is_supply(musterstadt_data.einrichtungen, musterstadt_data.orte)[office.name]
    figures = musterstadt_data.kennzahlen
    assert figures[["gebiet_id", "angabe"]].to_numpy().tolist() == [
        ["04", "Kinder je Arzt: Westend und Ostfeld zusammen 2.800"],
        ["05", "genannt unter den Stadtteilen mit zu wenig Fläche"],
        ["05", "Kinder je Arzt: 412"],
        ["06", "Kinder je Arzt: Westend und Ostfeld zusammen 2.800"],
        ["07", "genannt unter den Stadtteilen mit zu wenig Fläche"],
        ["I", "Einwohner je Arzt: 1.615; 5 Sitze"],
        ["musterstadt", "Höchstens 500 m"],
    ]
    assert figures["urheber"].tolist()[:3] == ["Verband", "Stadt", "Verband"]  # dito
    assert figures["stand"].isna().tolist() == [False, True, False, False, True, False, True]  # concluded: no date


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
    assert "Südviertl.: 1-mal so geschrieben; gelesen als Südviertel" in text
    for bezirk in ("I", "II", "III"):
        assert (
            f"Stadtbezirk {bezirk}: Fläche 0,00 m² gegenüber der amtlichen, abweichend 0,0 m²; "
            "Die Stadtteile ergeben den amtlichen Stadtbezirk"
        ) in text
    # the squares are squares of EPSG:3035; the corners of the city's boundary lie 3 km apart, those of Stadtteile 1 km
    assert (
        "Stadtgrenze: Summe der Stadtteile 8.999.968 m², keine Überlappung; "
        "von der amtlichen Stadtgrenze weichen 9,5 m² ab"
    ) in text
    # register: +5 %, +5 %, -6.67 %, 0 after scaling by 1.05 (tables.py): median 5, mean 4.17, 90 % quantile: the
    # third and fourth of the sizes are 5 and 6.67, 0.7 of the way: 6.17; 6,600 / 6,930 - 1 = -4.76 %
    assert (
        "Verteilung der Einwohner: gegenüber 4 Registerwerten im Median 5,0 %, im Mittel 4,2 % abweichend, neun von "
        "zehn höchstens 6,2 %, am stärksten Altstadt (−6,7 %); als Zensus-Schätzung mit Spanne ausgewiesen"
    ) in text
    assert any(line.startswith("Niveau der Einwohnerzahl: ") and "−4,8 %" in line for line in text)
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
    from sozialraum.city.load import open_data

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


def test_references_are_words_that_a_reader_can_follow() -> None:
    raw = pd.Series(
        ["WAZ article233502389; Radio Essen 63", "essen.de pressemeldungen 1, 2", "waz.de id22 (find_string id 9)"]
    )
    assert list(plain_reference(raw, read_yaml(DEFAULT_DIR / "orte.yml")["belege"])) == [
        "WAZ, Artikel 233502389; Radio Essen, Beitrag 63",
        "essen.de, Pressemeldungen 1, 2",
        "waz.de, Artikel 22",
    ]
