"""Values of own areas, checked by hand on Musterstadt and against what is known of Essen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from quartier_fixtures import box
from sozialraum.city.load import Data
from sozialraum.city.own_areas import quartiere
from sozialraum.city.own_areas.definitions import Definition
from sozialraum.city.own_areas.layer import with_areas
from sozialraum.city.own_areas.pieces import fractions
from sozialraum.city.own_areas.uncertainty import EDGE, edge_people, small_area
from sozialraum.compare import analysis
from sozialraum.errors import SchemaError

NUMBERS = ["zaehler", "nenner", "wert"]
SUMS = ["einwohner", "dichte_je_km2"]


def whole(data: Data, *stadtteile: str, name: str = "Probe") -> Data:
    """Data with one Quartier of whole Stadtteile."""
    return with_areas(data, drawn=(Definition(name, name, quelle="Test", stadtteile=stadtteile),), shipped=False)


def drawn(data: Data, *corners: float) -> analysis.Analysis:
    """Analysis of a box on the grid."""
    return analysis.analyse(quartiere.from_polygon(data, box(*corners), name="Probe"), "Probe")


def around(found: analysis.Analysis, indikator: str) -> list[float]:
    """How far the interval reaches below and above the value."""
    row = found.row(indikator)
    return [row["wert"] - row["von"], row["bis"] - row["wert"]]


def test_counts_of_whole_stadtteile_are_added_and_shares_recomputed(musterstadt_data: Data) -> None:
    found = analysis.analyse(whole(musterstadt_data, "01", "05"), "Probe")
    expected = {
        "einwohner": (1100 + 2200, np.nan, 3300),
        "dichte_je_km2": (3300, 2, 1650),
        "anteil_unter_15": (220 + 220, 3300, 440 / 33),
        "veraenderung_2011_2022": (300 + 400, 800 + 1800, 700 / 26),
        "kitas": (1 + 2, np.nan, 3),
    }
    for key, numbers in expected.items():
        assert found.row(key)[NUMBERS].to_numpy(dtype=float) == pytest.approx(numbers, nan_ok=True), key
    # Nordwest 5 %, Altstadt 1/15 of 2,200 (tests/musterstadt/tables.py); errors add up as squares
    off = np.hypot(55, 2200 / 15)
    for key, by in (("einwohner", 1), ("dichte_je_km2", 2)):
        row = found.row(key)
        assert row[["von", "bis"]].tolist() == pytest.approx([row["wert"] - off / by, row["wert"] + off / by], abs=1e-5)
    assert found.row("kitas")["art"] == "berechnet"
    assert found.row("anteil_unter_15")["art"] == "geschaetzt"


@pytest.mark.parametrize("bezirk", ["I", "II", "III"])
def test_a_bezirk_put_together_again_has_its_values(musterstadt_data: Data, bezirk: str) -> None:
    _compare_with_bezirk(musterstadt_data, bezirk, least=0.0)


@pytest.mark.parametrize("bezirk", ["I", "IV", "VII"])
def test_a_bezirk_of_essen_put_together_again_has_its_values(essen_data: Data, bezirk: str) -> None:
    _compare_with_bezirk(essen_data, bezirk, least=0.9)


def _compare_with_bezirk(data: Data, bezirk: str, *, least: float) -> None:
    """Equal wherever no part is withheld; the interval of sums is the Bezirk's, that of shares not much narrower.

    The parts of a share know nothing of people who would move from one Stadtteil to the next under the other
    weighting; in a made-up city of three unlike squares that can be all there is.
    """
    members = data.register.members(bezirk)
    table = analysis.analyse(whole(data, *members), "Probe").table
    own, known = (table.xs(key, level="gebiet_id") for key in ("q-probe", bezirk))
    there = own["wert"].notna()
    assert there.sum() >= 20
    for name in NUMBERS:
        np.testing.assert_allclose(own.loc[there, name], known.loc[there, name], rtol=1e-6, atol=1e-6)
    for end in ("von", "bis"):
        np.testing.assert_allclose(own.loc[SUMS, end], known.loc[SUMS, end], rtol=1e-6)
        off, of_bezirk = ((table[end] - table["wert"]).abs() for table in (own, known))
        both = there & off.notna() & of_bezirk.notna()
        assert both.sum() >= 15
        low = both & (off < of_bezirk * least - 1e-6)
        assert not low.any(), (off[low], of_bezirk[low])
    single = own["hinweis"].fillna("").str.startswith("Nur eine ")  # not shown, though the parts are known
    assert (single <= known["hinweis"].fillna("").str.startswith("Nur eine ")).all()
    missing = own.index[~there & ~single]
    parts = data.indikatoren.set_index(["indikator", "gebiet_id"])["wert"]
    assert all(parts.loc[[(key, part) for part in members]].isna().any() for key in missing)


def test_a_missing_part_leaves_the_sum_missing_and_says_so(musterstadt_data: Data) -> None:
    found = analysis.analyse(whole(musterstadt_data, "01", "07"), "Probe")
    row = found.row("alleinerziehendenquote_2011")
    assert pd.isna(row["wert"])
    assert pd.isna(row["zaehler"])
    assert row["hinweis"].startswith("Liegt nicht vor: Für Weiler ist kein Wert bekannt")
    assert row["klasse"] == analysis.UNCLASSED


def test_a_suppressed_count_gives_a_lower_bound_in_words(musterstadt_data: Data) -> None:
    table = musterstadt_data.indikatoren.copy()
    hidden = (table["indikator"] == "kitas") & (table["gebiet_id"] == "01")
    table.loc[hidden, ["zaehler", "wert"]] = float("nan")
    data = whole(_with(musterstadt_data, table), "01", "05")
    row = data.indikatoren.set_index(["indikator", "gebiet_id"]).loc[("kitas", "q-probe")]
    assert pd.isna(row["wert"])
    assert "mindestens 2" in row["hinweis"]


def test_a_share_without_its_counts_cannot_be_put_together(musterstadt_data: Data) -> None:
    table = musterstadt_data.indikatoren.copy()
    bare = (table["indikator"] == "anteil_unter_15") & (table["gebiet_id"] == "01")
    table.loc[bare, ["zaehler", "nenner"]] = float("nan")
    data = whole(_with(musterstadt_data, table), "01", "05")
    row = data.indikatoren.set_index(["indikator", "gebiet_id"]).loc[("anteil_unter_15", "q-probe")]
    assert pd.isna(row["wert"])
    assert "Ohne Zähler und Nenner (Nordwest)" in row["hinweis"]


def _with(data: Data, table: pd.DataFrame) -> Data:
    return data.laid_over(indikatoren=lambda: table)


def test_a_cut_along_cells_takes_their_people(musterstadt_data: Data) -> None:
    found = drawn(musterstadt_data, 0, 2500, 500, 3000)  # cell A of Nordwest: 770 of 1100 people, 154 of 220 children
    assert found.row("einwohner")["wert"] == 770
    assert found.row("anteil_unter_15")[NUMBERS].tolist() == pytest.approx([154, 770, 20])
    assert found.row("dichte_je_km2")["wert"] == pytest.approx(770 / 0.25, rel=2e-3)
    assert found.row("einwohner")["art"] == found.row("dichte_je_km2")["art"] == "geschaetzt"
    assert "Bevölkerungsraster geschätzt" in found.row("anteil_unter_15")["hinweis"]
    assert around(found, "einwohner") == pytest.approx([small_area(770)] * 2)


def test_whole_and_cut_stadtteile_together(musterstadt_data: Data) -> None:
    found = drawn(musterstadt_data, 0, 1500, 1000, 3000)  # Nordwest, and of Westend cell A: 770 people, 192 children
    assert (found.gebiet.ganze, found.gebiet.angeschnittene) == (("01",), ("04",))
    assert found.row("einwohner")["wert"] == 1100 + 770
    assert found.row("anteil_unter_15")["zaehler"] == pytest.approx(220 + 275 * 192 / (192 + 83), abs=0.6)
    assert found.members == ["01"]
    assert "Nordwest ganz und Westend zum Teil" in found.gebiet.beschreibung


def test_half_a_cell_holds_half_its_people(musterstadt_data: Data) -> None:
    found = drawn(musterstadt_data, 0, 2500, 250, 3000)  # the boundary runs through the middle of cell A
    assert found.row("einwohner")["wert"] == 385
    assert around(found, "einwohner") == pytest.approx([385, np.hypot(small_area(385), EDGE * 770 * 0.5)], rel=0.01)


def test_facilities_count_by_position(musterstadt_data: Data) -> None:
    found = drawn(musterstadt_data, 1000, 1500, 1500, 2000)  # of Altstadt: Domschule, Kita Rathaus, Hauptbahnhof
    counts = {key: found.row(key)["wert"] for key in ("grundschulen", "schulen", "kitas", "haltestellen")}
    assert counts == {"grundschulen": 1, "schulen": 1, "kitas": 1, "haltestellen": 1}
    here = found.inside(musterstadt_data.einrichtungen)
    assert {"Domschule", "Kita Rathaus"} <= set(musterstadt_data.einrichtungen.loc[here, "name"])
    assert "Stadtgymnasium" not in set(musterstadt_data.einrichtungen.loc[here, "name"])
    assert found.row("kitas")["art"] == "berechnet"


def test_what_cannot_be_divided_is_not_there(musterstadt_data: Data) -> None:
    found = drawn(musterstadt_data, 0, 2500, 500, 3000)
    for key in ("wahlbeteiligung_ew2024", "geboren_eu", "veraenderung_2011_2022", "alleinerziehendenquote_2011"):
        row = found.row(key)
        assert row[["zaehler", "nenner", "wert", "von", "bis"]].isna().all()
        assert row["hinweis"].startswith("Liegt nicht vor: Der Wert lässt sich nicht auf Teile")
        assert "Nordwest" in row["hinweis"]


def test_shares_of_few_people_are_withheld(musterstadt_data: Data) -> None:
    row = drawn(musterstadt_data, 200, 700, 217, 1300).row("anteil_unter_15")  # a strip of cell A of Weiler
    assert pd.isna(row["wert"])
    assert "Geheimhaltung" in row["hinweis"]


def test_the_city_is_judged_as_before(musterstadt_data: Data) -> None:
    before = analysis.analyse(musterstadt_data, "01").table
    after = analysis.analyse(whole(musterstadt_data, "02", "05"), "01").table
    kept = after.loc[after.index.get_level_values("gebiet_id") != "q-probe"]
    pd.testing.assert_frame_equal(kept, before, check_like=True)


def test_a_quartier_has_a_class_by_the_same_band_and_no_rank(musterstadt_data: Data) -> None:
    found = analysis.analyse(whole(musterstadt_data, "02", "05"), "Probe")
    row = found.row("anteil_unter_15")
    like = found.row("anteil_unter_15", "05")
    assert (row["band"], row["streuung"]) == (like["band"], like["streuung"])
    low, high = row["von"] - row["stadtwert"], row["bis"] - row["stadtwert"]
    assert row["klasse"] == analysis.classify(low, high, band=row["band"], streuung=row["streuung"])
    assert pd.isna(row["rang"])
    few = drawn(musterstadt_data, 0, 0, 500, 1000).row("anteil_unter_15")
    assert (few["klasse"], few["grund"]) == (analysis.UNCLASSED, "Hier leben weniger als 300 Menschen.")


def test_imported_counts_are_divided_as_the_people_live(musterstadt_data: Data) -> None:
    table = musterstadt_data.indikatoren.copy()
    register_value = (table["indikator"] == "einwohner") & (table["gebiet_id"] == "01")
    table.loc[register_value, ["zaehler", "wert"]] = 2000.0
    data = quartiere.from_polygon(_with(musterstadt_data, table), box(0, 2500, 500, 3000), name="Probe")
    assert analysis.analyse(data, "Probe").row("einwohner")["wert"] == 1400


def test_neighbours_are_what_it_borders_on_or_cuts(musterstadt_data: Data) -> None:
    assert analysis.analyse(whole(musterstadt_data, "01"), "Probe").neighbours == ("02", "04", "05")
    assert drawn(musterstadt_data, 0, 2500, 500, 3000).neighbours == ("01",)


def test_quartiere_can_lie_over_quartiere(musterstadt_data: Data) -> None:
    first = quartiere.from_polygon(musterstadt_data, box(0, 2500, 500, 3000), name="Eins")
    second = quartiere.from_polygon(first, box(1000, 1500, 1500, 2000), name="Zwei")
    assert [area.id for area in second.register.of_level("quartier")] == ["q-eins", "q-zwei"]
    assert analysis.analyse(second, "Eins").row("einwohner")["wert"] == 770
    assert second.inside("q-eins", second.raster).sum() == 1
    with pytest.raises(SchemaError, match="heißt schon: Quartier Eins"):
        quartiere.from_polygon(first, box(0, 0, 900, 900), name="eins")


def test_own_areas_leave_the_city_files_alone(musterstadt_data: Data, tmp_path: Path) -> None:
    data = whole(musterstadt_data, "01")
    assert data.files == musterstadt_data.files
    assert data.environment == musterstadt_data.environment
    assert data.einrichtungen is musterstadt_data.einrichtungen


def test_stadtteile_cut_out_as_outlines_keep_their_people(essen_data: Data) -> None:
    """Cells at the boundary are divided by area: the error that is stated for this covers all 50 Stadtteile."""
    city, raster = essen_data.gebiete.geometry["essen"], essen_data.raster
    people = raster["einwohner"].astype("float64")
    off, total = [], 0.0
    for area in essen_data.register.of_level("stadtteil"):
        cells = pd.Series(fractions(raster, essen_data.gebiete.geometry[area.id], city), index=raster.index)
        difference = float((people * cells).sum() - people[raster["gebiet_id"] == area.id].sum())
        edge = edge_people(people, cells)
        assert edge or not difference, area.name  # no inhabited cell lies on Karnap's boundary
        off.append(difference / edge if edge else 0.0)
        total += float((people * cells).sum())
    assert np.abs(off).max() <= 1
    assert np.sqrt(np.mean(np.square(off))) == pytest.approx(0.29, abs=0.05)
    assert total == pytest.approx(people.sum(), rel=1e-4)


def test_a_shifted_outline_is_estimated_with_its_error(essen_data: Data) -> None:
    shape = shapely.affinity.translate(essen_data.gebiete.geometry["21"], 400, 300)
    found = analysis.analyse(quartiere.from_polygon(essen_data, shape, name="Testhang"), "Testhang")
    row = found.row("einwohner")
    assert min(around(found, "einwohner")) >= small_area(row["wert"])
    whole_share = essen_data.indikatoren.set_index(["indikator", "gebiet_id"]).loc[("anteil_unter_15", "21")]
    assert min(around(found, "anteil_unter_15")) > whole_share["bis"] - whole_share["wert"]
    shares = [found.row(key)["wert"] for key in ("anteil_unter_15", "anteil_15_64", "anteil_65plus")]
    assert sum(shares) == pytest.approx(100, abs=1e-6)
