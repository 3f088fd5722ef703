"""The whole way on Musterstadt: publishers on this machine, fetch, build, check, values by hand."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import sozialraum as sr
from data_fixtures import MUSTERSTADT, RawCopy, Sozialraum, copy_tables
from fetch_server import Publisher, archive, file, publisher
from fetching import PLACES, describe, fetched, given_files
from musterstadt import feed, publishers
from sozialraum.city.access import reach_at
from sozialraum.city.load import open_data
from sozialraum.compare.analysis import analyse
from sozialraum.errors import SchemaError
from sozialraum.figures.points import drawn
from sozialraum.lab.layers import facilities as symbols
from sozialraum.lab.state import State
from sozialraum.supply.fetch.offered import read_offers
from sozialraum.supply.prepare.check import check
from sozialraum.supply.prepare.enrich import build_and_enrich, enrich
from sozialraum.supply.series import split_change, time_series
from sozialraum.supply.workspace import open_data as with_own
from sozialraum.text.chapters import reach_note
from sozialraum.text.places import facilities, not_counted
from test_access import COUNTS, write_ages
from test_prepare_musterstadt import IDS, WERTE


@dataclass
class Office:
    """Tables of Musterstadt, what was fetched for them, and the publishers."""

    daten: Path
    raw: Path
    amt: Publisher

    def fetch(self) -> list[str]:
        by_file = [one for one in read_offers(self.daten).values() if not any(file.abfrage for file in one.dateien)]
        names = [one.id for one in by_file if all(file.address for file in one.dateien)]
        return fetched(self.daten, self.raw, *names)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("amt")
    daten = copy_tables(folder)
    with publisher() as amt:
        describe(folder / "sources" / "abruf", amt.address)
        for name in PLACES:
            (folder / "sources" / "abruf" / f"{name}.yml").unlink()
        by_name = publishers.published()
        for offer in read_offers(daten).values():
            for one in offer.dateien:
                if one.address and one.datei in by_name:
                    amt.says(one.address.removeprefix(amt.address), file(by_name[one.datei], etag='"1"'))
        amt.says("/data.json", file(publishers.data_catalogue(amt.address)))
        amt.says("/sites/default/files/Privathaushalte_0.csv", file(publishers.privathaushalte(), etag='"1"'))
        catalogue = read_offers(daten)["vrr"].dateien[0].address
        amt.says(catalogue.removeprefix(amt.address), file(feed.package_show(amt.address)))
        amt.says("/download/20260601_gtfs_vrr_od.zip", file(feed.gtfs(), etag='"1"'))
        yield Office(daten, folder / "raw", amt)


@pytest.fixture(scope="module")
def values(office: Office) -> pd.DataFrame:
    assert set(office.fetch()) == {"neu"}
    enrich(office.daten, office.raw)
    return open_data(office.daten).indikatoren.set_index(["indikator", "gebiet_id"])


# Stadtteile 01 to 09, the Stadtbezirke I, II, III and the city
FETCHED = {
    # the Wahlbezirke have the same figures as at the Europawahl 2024; in Weiler 180 may vote and 119 adults are known
    "wahlbeteiligung_bundestag": [*WERTE["wahlbeteiligung_ew2024"][:6], None, *WERTE["wahlbeteiligung_ew2024"][7:]],
    "wahlbeteiligung_ew2024": [*WERTE["wahlbeteiligung_ew2024"][:6], None, *WERTE["wahlbeteiligung_ew2024"][7:]],
    # cells that are counted; in Weiler cell B is not published
    "einwohner": [1100, 2200, 1100, 1100, 2200, 900, 132, 660, 440, 4400, 4200, 1232, 9832],
    "dichte_je_km2": [1100, 2200, 1100, 1100, 2200, 900, 132, 660, 440, 4400 / 3, 1400, 1232 / 3, 9832 / 9],
    # the share of each 1 km cell as before, of the people that are counted now; 13.2 of 132 are 13
    "anteil_unter_15": [20, 15, 10, 25, 10, 20, 13 / 1.32, 15, 10, 15, 675 / 42, 156 / 12.32, 1491 / 98.32],
    # 120 of 600 and 80 of 400; in Weiler 10 x 5 / 16 of 10 (see below), so 41 of 132
    "anteil_65plus": [20, 20, 20, 20, 20, 20, 41 / 1.32, 20, 20, 20, 20, 261 / 12.32, 1981 / 98.32],
    "geboren_eu": [9] * 13,
    "geboren_nicht_eu": [14] * 13,
    # no topic of these cells: the share of the Stadtteil stays
    "zugezogen_1jahr": [10, 10, 10, 20, 25, 88 / 9, 0, 10, 5, 10, 858 / 42, 88 / 12.32, 1386 / 98.32],
    "kitas_je_1000_kinder": [
        1000 * kitas / children
        for kitas, children in zip(
            (1, 2, 1, 1, 2, 1, 0, 0, 1, 4, 4, 1, 9),
            (220, 330, 110, 275, 220, 180, 13, 99, 44, 660, 675, 156, 1491),
            strict=True,
        )
    ],
    # cells within 300 m: A, in Südviertel B; Weiler, Nordhöhe and Großsüd have no stop near
    "reichweite_haltestelle_300m": [60, 60, 0, 60, 60, 60, 0, 40, 0, 45, 60, 264 / 12.32, 4764 / 98.32],
    # 24 and 16 children of 6 to 9 years in each Stadtteil, in Weiler 24
    "reichweite_grundschule_1km": [100, 100, 100, 100, 100, 0, 0, 100, 0, 100, 200 / 3, 40 / 1.04, 240 / 3.44],
    # 15 and 10 under 3, 18 and 12 from 3 on; in cell A of Nord-Mitte a Kita takes only the youngest, in Nordhöhe none
    "reichweite_kita_500m": [
        60,
        37 / 0.55,
        18 / 0.55,
        60,
        100,
        60,
        0,
        0,
        60,
        88 / 1.65,
        121 / 1.65,
        33 / 1.43,
        242 / 4.73,
    ],
    "reichweite_kita_u3_500m": [60, 100, 0, 60, 100, 60, 0, 0, 60, 160 / 3, 220 / 3, 15 / 0.65, 110 / 2.15],
    "reichweite_kita_ab_3_500m": [60, 40, 60, 60, 100, 60, 0, 0, 60, 160 / 3, 220 / 3, 18 / 0.78, 132 / 2.58],
    "gebaeude_vor_1949": [30] * 13,
    "gebaeude_1949_1978": [40] * 13,
    "heizung_fernwaerme": [33] * 13,
    "heizung_gas": [50] * 13,
    "heizung_oel": [10] * 13,
    "heizung_erneuerbar": [6] * 13,
    "einzeloefen": [10] * 13,
    # the latest year
    "unfaelle": [2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 2],
    "unfaelle_fuss": [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1],
    "unfaelle_rad": [0] * 13,
    # cell A of Westend and of Altstadt; the stop of Nordwest Mitte is served twice an hour
    "reichweite_takt_300m": [0, 0, 0, 60, 60, 0, 0, 0, 0, 0, 198000 / 4200, 0, 198000 / 9832],
    "abfahrten_werktag": [24, 0, 0, 72, 97, 0, 1, 0, 0, 24, 169, 1, 194],
    # 200 of 1,000; 120 + 40 in Nord-Mitte; only cell A in Nordhöhe; 6 of 20 in Weiler (see below)
    "anteil_unter_18": [
        20,
        16,
        20,
        20,
        20,
        20,
        30,
        20,
        20,
        (200 + 160 + 120) / 26,
        20,
        (6 + 400) / 20.2,
        (8 * 200 - 40 - 80 + 6) / (8 * 1000 - 400 + 20) * 100,
    ],
    "einwohner_0_2": [25] * 9 + [75, 75, 75, 225],
    "einwohner_3_5": [30] * 9 + [90, 90, 90, 270],
    "einwohner_6_9": [40] * 9 + [120, 120, 120, 360],
    "auslaenderanteil_2022": [18] * 13,
    "auslaender_eu_2022": [8] * 13,
    "auslaender_nicht_eu_2022": [10] * 13,
    "alleinerziehende_2022": [100 / 3] * 13,  # 5 + 25 + 10 of these and 50 + 30 couples
    "einpersonenhaushalte": [54] * 13,
    "haushaltsgroesse": [1.8] * 13,  # 2 x 300 and 1.5 x 200 people in 500 households
    # 20 % of 60 and 50 % of 40 dwellings; in Altstadt 35 % (that of the 1 km cell) of 40
    "eigentuemerquote": [32, 32, 32, 32, 26, 32, 32, 32, 32, 32, 30, 32, 282 / 9],
    "leerstandsquote": [4] * 13,
    "nettokaltmiete": [7.84] * 13,
    # 40 m² for 600 and 50 m² for 400 of 1,000 people; in Weiler only cell A has a number of people
    "wohnflaeche_je_person": [*[44] * 6, 40, *[44] * 4, (40 * 132 + 44 * 1100) / 1232, (40 * 132 + 44 * 9700) / 9832],
    # 2023; that year has no row for Weiler, so Bezirk III and the city have no sum
    "alleinerziehende": [25, 25, 25, 25, 25, 25, None, 25, 25, 25, 25, None, None],
    "haushalte_mit_kindern": [20, 20, 20, 20, 20, 20, None, 20, 20, 20, 20, None, None],
    "haushalte_mit_drei_kindern": [20, 20, 20, 20, 20, 20, None, 20, 20, 20, 20, None, None],
    "einpersonenhaushalte_register": [52, 52, 52, 52, 52, 52, None, 52, 52, 52, 52, None, None],
}


@pytest.mark.parametrize("indikator", FETCHED)
def test_fetched_values_by_hand(values: pd.DataFrame, indikator: str) -> None:
    expected = [float("nan") if value is None else value for value in FETCHED[indikator]]
    assert values.loc[indikator].loc[IDS, "wert"].tolist() == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_fetched_values_say_date_kind_source_and_interval(values: pd.DataFrame, office: Office) -> None:
    row = values.loc[("wahlbeteiligung_bundestag", "03")]
    assert (row["stand"], row["art"], row["quelle"]) == ("2025-02-23", "geschaetzt", "bundestagswahlen")
    assert row[["von", "bis"]].tolist() == pytest.approx([570 / 8, 600 / 8])
    assert values.loc[("wahlbeteiligung_bundestag", "musterstadt"), "art"] == "amtlich"
    assert values.loc[("unfaelle", "05"), ["stand", "art"]].tolist() == ["2025", "berechnet"]
    source = open_data(office.daten).quellen["unfallatlas"]
    assert (source.lizenz.id, source.abruf) == ("dl-de/by-2-0", "2026-11-02")


def test_several_dates_are_a_series_with_its_change(values: pd.DataFrame, office: Office) -> None:
    """Two accidents of 2021 and one of 2022 happened in Altstadt, one of 2022 and one of 2023 in Nord-Mitte."""
    data = open_data(office.daten)
    years = time_series(data, "unfaelle")
    assert years.index.tolist() == ["2021", "2022", "2023", "2024", "2025"]
    assert years["05"].tolist() == [2, 1, 0, 0, 0]
    assert years["02"].tolist() == [0, 1, 1, 0, 0]
    assert years["musterstadt"].tolist() == [2, 2, 1, 1, 2]
    assert time_series(data, "wahlbeteiligung_bundestag").index.tolist() == ["2021-09-26", "2025-02-23"]
    change = split_change(data, "wahlbeteiligung_bundestag", "05")
    assert change is not None
    assert (change.first, change.last) == ("2021-09-26", "2025-02-23")
    assert (change.total, change.change, change.revision, change.method) == (0, 0, 0, 0)
    assert time_series(data, "anteil_unter_18").empty
    assert time_series(data, "alleinerziehende")["01"].to_dict() == {"2022-12-31": 20, "2023-12-31": 25}
    assert time_series(data, "alleinerziehende")["07"].dropna().to_dict() == {"2022-12-31": 20}


def test_accidents_on_foot_and_by_bicycle_are_places_of_maps(values: pd.DataFrame, office: Office) -> None:
    """Those of later years beside the shipped ones; they are drawn and named, never counted as supply."""
    data = open_data(office.daten)
    fetched = data.einrichtungen[data.einrichtungen["quelle"] == "unfallatlas"]
    assert fetched.groupby(["art", "stand"]).size().to_dict() == {
        ("fussunfall", "2021"): 1, ("fussunfall", "2022"): 1, ("fussunfall", "2023"): 1, ("fussunfall", "2025"): 1,
        ("radunfall", "2021"): 1, ("radunfall", "2022"): 1, ("radunfall", "2024"): 1,
    }  # fmt: skip
    assert fetched.loc["radunfall-2024-0001", "gebiet_id"] == "09"
    assert len(data.einrichtungen) == len(open_data(MUSTERSTADT / "daten").einrichtungen) + 7
    assert set(drawn(data, with_quiet=True)["symbol"]) >= {"F", "U"}
    assert not {"F", "U"} & set(drawn(data)["symbol"])
    told = [one.text for one in not_counted(analyse(data, "05"))]
    assert any("1 (2021), 0 (2022), 0 (2023) und 0 (2025). Wie viel hier zu Fuß" in text for text in told)


def test_departures_stand_where_stops_are_told(values: pd.DataFrame, office: Office) -> None:
    data = open_data(office.daten)
    words = "97\N{NO-BREAK SPACE}Abfahrten am Werktag, von 7 bis 19\N{NO-BREAK SPACE}Uhr rund 8 je Stunde (U-Bahn, Bus)"
    assert facilities(analyse(data, "05"), "haltestelle")["Hinweis"].tolist() == [words]
    names = [
        one["properties"]["name"]
        for one in symbols(State(data, gebiet="05", indikator="unfaelle"), ["H"], 14.0)["features"]
    ]
    assert f"Musterstadt Hbf – {words}" in names
    assert "Ostfeld" in names  # no stop of the timetable
    (near,) = [one.text for one in reach_note(analyse(data, "05")) if "Abfahrten" in one.text]
    assert near.replace("\N{NO-BREAK SPACE}", " ") == (
        "Höchstens 300 m Fußweg zu einer Haltestelle mit mindestens 6 Abfahrten je Stunde haben 60 von 100 Menschen "
        "(werktags von 7 bis 19 Uhr), in Musterstadt 20 von 100."
    )


def test_a_gap_of_the_catalogue_is_filled(values: pd.DataFrame, office: Office) -> None:
    row = values.loc[("alleinerziehende", "01")]
    assert row[["stand", "art", "von", "bis", "quelle"]].tolist() == [
        "2023-12-31",
        "amtlich",
        25,
        25,
        "privathaushalte",
    ]
    assert (
        values.loc[("alleinerziehende", "07"), "hinweis"] == "In der Tabelle der Stadt steht zu diesem Jahr kein Wert."
    )
    assert values.loc[("alleinerziehende", "I"), "art"] == "berechnet"
    assert open_data(MUSTERSTADT / "daten").indikatoren_yml["indikatoren"]["alleinerziehende"]["verfuegbar"] is False


def ends(values: pd.DataFrame, indikator: str, gebiet_id: str) -> list[float]:
    return values.loc[(indikator, gebiet_id), ["von", "bis"]].tolist()


def test_interval_of_what_a_kilometre_cell_tells_is_only_the_allowance(values: pd.DataFrame) -> None:
    """Nordwest: the 1 km cell has 200 children, cell A 120: cell B hides 80. One number, so 2 x 1 x root 1 = 2."""
    assert ends(values, "anteil_unter_18", "01") == pytest.approx([19.8, 20.2])


def test_interval_of_what_nobody_tells_is_all_that_may_be_hidden(values: pd.DataFrame) -> None:
    """Nord-Mitte: cell B hides 0 to 80. Elsewhere the hidden are half of the rest (80 of 160), so 40 of them."""
    assert ends(values, "anteil_unter_18", "02") == pytest.approx([11.8, 20.2])
    assert ends(values, "anteil_unter_18", "I") == pytest.approx(
        [(200 + 120 + 120 - 2 * 3**0.5) / 26, (200 + 200 + 120 + 2 * 3**0.5) / 26]
    )


def test_cells_that_hide_all_classes_say_nothing_and_a_hidden_total_is_told(values: pd.DataFrame) -> None:
    """Weiler: half of each 10 would be children, half aged, 2 in each of three classes: 10 x 5 / 16 = 3.125."""
    assert ends(values, "anteil_unter_18", "07") == [0, 100]
    assert values.loc[("anteil_unter_18", "03"), "hinweis"].startswith("In 1 bewohnten Rasterzelle")
    assert values.loc[("anteil_unter_18", "03"), "nenner"] == 600


def test_interval_of_people_allows_for_changed_numbers_and_holds_what_a_hidden_cell_may_have(
    values: pd.DataFrame,
) -> None:
    """Two cells of Nordwest: 2 x 1 x root 2. Weiler: one cell, and the 1 km cell has 220, so 88 are left."""
    off = 2 * 2**0.5
    assert ends(values, "einwohner", "01") == pytest.approx([1100 - off, 1100 + off])
    assert ends(values, "einwohner", "07") == pytest.approx([130, 132 + 2 + 88])
    assert ends(values, "einwohner", "III") == pytest.approx([1232 - 2 * 5**0.5, 1232 + 2 * 5**0.5 + 88])
    assert values.loc[("einwohner", "07"), "hinweis"].startswith("In 1 bewohnten Rasterzelle ist auch die Summe")
    assert values.loc[("einwohner", "01"), ["stand", "art", "quelle"]].tolist() == [
        "2022-05-15", "geschaetzt", "zensus2022|stadtteile_amtlich",
    ]  # fmt: skip


def test_interval_of_reach_by_hand(values: pd.DataFrame, office: Office) -> None:
    """Nordwest: 60 % of the people, so 2 x root(0.4² + 0.6²) people. Kitas: four numbers, each 2 up or down."""
    off = 2 * (0.4**2 + 0.6**2) ** 0.5 / 11
    assert ends(values, "reichweite_haltestelle_300m", "01") == pytest.approx([60 - off, 60 + off])
    assert ends(values, "reichweite_kita_500m", "01") == pytest.approx([29 / 0.55, 37 / 0.55])
    assert "der Kinder von 0 bis 5 Jahren wohnen" in values.loc[("reichweite_kita_500m", "01"), "hinweis"]
    data = open_data(office.daten)
    assert reach_at(data, "01", "kita", 500) == pytest.approx(60)
    assert data.indikatoren_yml["indikatoren"]["reichweite_kita_500m"]["titel"].startswith(
        "Anteil der Kinder von 0 bis 5 Jahren mit"
    )


def test_delivered_children_weight_what_the_cells_tell(values: pd.DataFrame, office: Office, tmp_path: Path) -> None:
    """Only those from 6 to 9 are delivered: the Kitas keep the children of the cells."""
    shutil.copytree(office.daten, tmp_path / "daten")
    shutil.copytree(office.daten.parent / "sources", tmp_path / "sources")
    write_ages(tmp_path / "daten", "einwohner_6_9", COUNTS)
    data = with_own(tmp_path / "daten", weitergabe="rat")
    rows = data.indikatoren.set_index(["indikator", "gebiet_id"])
    pd.testing.assert_frame_equal(rows.loc["reichweite_kita_500m"], values.loc["reichweite_kita_500m"])
    assert rows.loc["reichweite_grundschule_1km"].loc[list(COUNTS), "nenner"].tolist() == list(COUNTS.values())
    assert rows.loc[("reichweite_grundschule_1km", "I"), "wert"] == pytest.approx(100)
    entries = data.indikatoren_yml["indikatoren"]
    assert (
        "der seiner Kinder von 6 bis 9 Jahren in den Rasterzellen" in entries["reichweite_grundschule_1km"]["methode"]
    )
    assert "gelieferten" not in entries["reichweite_kita_500m"]["methode"]


def test_what_rests_on_the_estimate_stays_and_says_so(values: pd.DataFrame, office: Office) -> None:
    before = open_data(MUSTERSTADT / "daten").indikatoren.set_index(["indikator", "gebiet_id"])
    for key in ("veraenderung_2011_2022", "auslaenderanteil_2011", "kitas", "grundschulkinder"):
        pd.testing.assert_frame_equal(values.loc[key], before.loc[key])
    entry = open_data(office.daten).indikatoren_yml["indikatoren"]["veraenderung_2011_2022"]
    assert "Die ausgezählten Zellen von 2022" in entry["methode"]
    assert values.loc[("wahlbeteiligung_ew2024", "07"), "hinweis"].startswith("Nicht belastbar: Auf 180")


def test_a_damaged_grid_is_refused_and_the_old_one_stays(values: pd.DataFrame, office: Office) -> None:
    grids = {topic: publishers.GITTER[topic][0] for topic in ("bevoelkerung", "energie")}
    files = {topic: office.raw / "abruf" / "zensus2022" / name for topic, name in grids.items()}
    before = {topic: path.read_bytes() for topic, path in files.items()}
    answers = dict(office.amt.answers)
    wrong = {
        "bevoelkerung": archive({"Zensus2022_Bevoelkerungszahl_100m-Gitter.csv": (
            "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner\r\nx;4431250;3212750;9000\r\n"
        )}),
        "energie": archive({"Zensus2022_Energietraeger_100m-Gitter.csv": "GITTER_ID_100m;x;y;Gas\r\nx;1;1;1\r\n"}),
    }  # fmt: skip
    for path in list(answers):
        for topic, name in grids.items():
            if path.endswith(name):
                office.amt.says(path, file(wrong[topic], etag='"2"'))
    said = [text for text in office.fetch() if text != "unverändert"]
    office.amt.answers.clear()
    office.amt.answers.update(answers)
    assert len(said) == 2
    assert "erwartet rund 9.922, gefunden 9.000" in said[0]
    assert "Erwartet werden Spalten wie" in said[1]
    assert {topic: path.read_bytes() for topic, path in files.items()} == before


def test_interval_of_single_parents_by_hand(values: pd.DataFrame) -> None:
    """Nordwest: the 10 mothers hidden in cell B are known; three numbers: 40 -+ 2 x root 3 beside 80 couples."""
    off = 2 * 3**0.5
    assert ends(values, "alleinerziehende_2022", "01") == pytest.approx(
        [(40 - off) / (120 - off) * 100, (40 + off) / (120 + off) * 100]
    )


def test_interval_of_a_weighted_share_is_the_unsure_part_of_the_spread(values: pd.DataFrame) -> None:
    """540 dwellings in cells of 20 %, 320 in cells of 50 %: root of 0.37209 x 0.62791 x 30 = 14.501."""
    spread = 30 * (320 / 860 * 540 / 860) ** 0.5
    assert spread == pytest.approx(14.501, abs=1e-3)
    assert ends(values, "eigentuemerquote", "05") == pytest.approx([26 - spread * 0.4, 26 + spread * 0.4])
    assert ends(values, "eigentuemerquote", "01") == pytest.approx([32 - spread * 0.6, 32 + spread * 0.6])  # bracketed
    assert ends(values, "eigentuemerquote", "02") == [32, 32]


def test_fetched_indicators_stand_in_the_catalogue_and_are_compared(values: pd.DataFrame, office: Office) -> None:
    seen = analyse(open_data(office.daten), "05")
    wert = seen["wahlbeteiligung_bundestag"]
    assert (wert.stand, wert.quelle, wert.art) == ("2025-02-23", "bundestagswahlen", "geschaetzt")
    assert seen["unfaelle"].wert == 0
    assert check(office.daten).text.count("Indikatoren.") == 1


def test_what_could_be_fetched_stands_in_the_catalogue(values: pd.DataFrame, office: Office) -> None:
    before, after = (sr.open(folder).indicators() for folder in (MUSTERSTADT / "daten", office.daten))
    assert before.loc["anteil_unter_18", ["art", "verfuegbar"]].tolist() == ["nach Abruf", False]
    assert after.loc["anteil_unter_18", ["art", "stand", "verfuegbar"]].tolist() == ["geschaetzt", "2022-05-15", True]
    assert before.loc["arbeitslosenanteil", "art"] == ""


@pytest.mark.slow
def test_a_report_shows_what_was_fetched(
    values: pd.DataFrame, office: Office, sozialraum: Sozialraum, tmp_path: Path
) -> None:
    status, _, wrong = sozialraum("render", "05", "--data", str(office.daten), "--out", str(tmp_path))
    assert status == 0, wrong
    page = (tmp_path / "stadtteil" / "05-altstadt.html").read_text("utf-8")
    for words in (
        "Anteil der Alleinerziehenden",
        "Eigentümerquote",
        "im Jahr 2025",
        "Wahlbeteiligung an der Bundestagswahl",
        "leben rund 2.200 Menschen (Zensus 2022)",
        "Menschen je Zelle (Zensus 2022)",
        "beide Jahre geschätzt",
        "Kindern von 0 bis 5 Jahren",
        "Anteil der mit Fernwärme beheizten Wohnungen",
    ):
        assert words in page, words
    assert "Zensus 2022 im Gitter von 100 m und 1 km" in page
    assert "Zensus-Schätzung" not in page


def test_built_tables_stay_byte_for_byte_and_come_back_without_fetched_files(
    values: pd.DataFrame, office: Office
) -> None:
    for path in (MUSTERSTADT / "daten").iterdir():
        assert (office.daten / path.name).read_bytes() == path.read_bytes()
    again = office.daten.parent / "anderswo"
    shutil.copytree(office.daten, again / "daten")
    shutil.copytree(office.daten.parent / "sources", again / "sources")
    said: list[str] = []
    for _ in range(
        2
    ):  # no source files are needed: neither when the fetched ones are gone, nor when no fetch succeeded
        build_and_enrich(again / "leer", again / "daten", data=again / "daten", progress=said.append)
        assert not (again / "daten" / "abgerufen").exists()
        (again / "leer" / "abruf").mkdir(parents=True, exist_ok=True)
    assert sum("liegen in" in words and "nicht mehr" in words for words in said) == 1
    assert "unfaelle" not in set(open_data(again / "daten").indikatoren["indikator"])


def test_a_second_run_brings_nothing(values: pd.DataFrame, office: Office) -> None:
    assert set(office.fetch()) == {"unverändert"}


def test_a_changed_file_stops_the_build_and_changes_nothing(
    values: pd.DataFrame, office: Office, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(office.raw, raw)
    (raw / "abruf" / "unfallatlas" / "Unfallorte2022_EPSG25832_CSV.zip").write_bytes(b"PK")
    before = (office.daten / "abgerufen" / "indikatoren.csv").read_bytes()
    with pytest.raises(SchemaError, match="wurde nach dem Abruf verändert"):
        enrich(office.daten, raw)
    assert (office.daten / "abgerufen" / "indikatoren.csv").read_bytes() == before


def test_source_files_and_fetched_files_together(office: Office, values: pd.DataFrame, raw_copy: RawCopy) -> None:
    shutil.copytree(office.daten.parent / "sources" / "abruf", raw_copy.folder / "sources" / "abruf")
    shutil.copytree(office.raw / "abruf" / "unfallatlas", raw_copy.raw / "abruf" / "unfallatlas")
    build_and_enrich(raw_copy.raw, raw_copy.daten, data=raw_copy.daten, progress=lambda _: None)
    both = open_data(raw_copy.daten).indikatoren.set_index(["indikator", "gebiet_id"])
    accidents = ["unfaelle", "unfaelle_fuss", "unfaelle_rad"]
    pd.testing.assert_frame_equal(both.loc[accidents], values.loc[accidents])
    assert "einwohner" in both.index.unique("indikator")


def test_an_old_election_in_latin_letters_is_taken_from_a_folder(office: Office, tmp_path: Path) -> None:
    daten, given = copy_tables(tmp_path), tmp_path / "geladen"
    given.mkdir()
    (given / "ew19_wbz.zip").write_bytes(publishers.europawahl_2019())
    taken = given_files(daten, tmp_path / "raw", given, "europawahl2019")
    assert [one.status for one in taken] == ["neu"]
    enrich(daten, tmp_path / "raw")
    before = {path: path.read_bytes() for path in (daten / "abgerufen").rglob("*") if path.is_file()}
    assert len(before) == 5  # values, entries, package, manifest, licences
    enrich(daten, tmp_path / "raw")
    assert {path: path.read_bytes() for path in (daten / "abgerufen").rglob("*") if path.is_file()} == before
    rows = open_data(daten).indikatoren.set_index(["indikator", "gebiet_id"])
    expected = [float("nan") if value is None else value for value in WERTE["wahlbeteiligung_ew2024"]]
    assert rows.loc["wahlbeteiligung_ew2019"].loc[IDS, "wert"].tolist() == pytest.approx(expected, nan_ok=True)
    assert rows.loc[("wahlbeteiligung_ew2019", "01"), "stand"] == "2019-05-26"


def test_the_command_lists_fetches_and_builds(office: Office, sozialraum: Sozialraum, tmp_path: Path) -> None:
    daten = copy_tables(tmp_path)
    shutil.copytree(office.daten.parent / "sources" / "abruf", tmp_path / "sources" / "abruf")
    where = ("--data", str(daten), "--raw", str(tmp_path / "raw"))
    status, listed, _ = sozialraum("data", "fetch", "--list", *where)
    assert status == 0
    assert "unfallatlas: Unfälle mit Personenschaden" in listed
    assert "noch nicht abgerufen" in listed
    status, plan, _ = sozialraum("data", "fetch", "bundestagswahlen", "--dry-run", *where)
    assert (status, "Es wurde nichts abgerufen" in plan, (tmp_path / "raw").exists()) == (0, True, False)
    status, said, _ = sozialraum("data", "fetch", "bundestagswahlen", *where)
    assert (status, "2 Dateien: 2 neu" in said) == (0, True)
    assert "Nächster Schritt: sozialraum data build" in said
    assert "heute zuletzt beim Herausgeber" in sozialraum("data", "fetch", "--list", *where)[1]
    assert "in Ordnung bundestagswahlen" in sozialraum("data", "fetch", "--offline", *where)[1]
    status, said, _ = sozialraum("data", "build", *where)
    assert status == 0
    assert "Abgerufenes einrechnen: Bundestagswahlen" in said
    status, csv, _ = sozialraum("indicators", "--gebiet", "05", "--format", "csv", "--data", str(daten))
    assert re.search(r"^05,.*wahlbeteiligung_bundestag,.*,42\.5,", csv, re.MULTILINE)
    status, _, wrong = sozialraum("data", "fetch", "wetter", *where)
    assert (status, "Möglich sind: bundestagswahlen" in wrong) == (2, True)
    office.amt.answers.pop("/dam/jcr/c2cd99e6-064e-4ebc-b634-f86b5c0e14b3/btw21_wbz.zip")
    status, _, wrong = sozialraum("data", "fetch", "bundestagswahlen", *where)
    assert (status, "keine Datei mehr" in wrong) == (1, True)
