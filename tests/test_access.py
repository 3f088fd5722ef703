from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from shapely import Point

from musterstadt import tables
from sozialraum import figures
from sozialraum.city.access import (
    counted_within,
    facilities,
    near_boundary_note,
    reach_at,
    straight_radius_m,
    those_counted,
    walking_distance_m,
    walking_minutes,
    who_counts,
    whose,
)
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import CRS, Data, cell_points
from sozialraum.compare.analysis import analyse
from sozialraum.figures.choice import Choice
from sozialraum.report.evidence import Known, faults, printed
from sozialraum.supply.intake import Geheimhaltung, Paket, write_packages
from sozialraum.supply.prepare.reach import Walkers, reach_values
from sozialraum.supply.workspace import built_data, open_data
from sozialraum.text import reach_note


def test_walking_by_hand() -> None:
    assert walking_minutes(1762) == pytest.approx(21.144)  # 1,762 m at 5 km/h = 1762 / 83.333
    assert straight_radius_m(1300) == pytest.approx(1000)  # 1,300 / 1.3
    start, end = (gpd.GeoSeries([Point(xy)], crs=CRS) for xy in ((0, 0), (300, 400)))
    assert walking_distance_m(start, end).tolist() == pytest.approx([650])  # 500 m x 1.3


def test_reach_counts_children_of_the_age_that_the_cells_tell(musterstadt_data: Data) -> None:
    cells = musterstadt_data.raster
    kinds = ("kita", "grundschule", "haltestelle")
    assert [who_counts(cells, kind)[0][0] for kind in kinds] == ["unter_15", "unter_15", "einwohner"]
    assert [those_counted(cells, kind) for kind in kinds] == ["der Kinder unter 15"] * 2 + ["der Menschen"]
    told = cells.assign(
        unter_3=1.0, von_3_bis_5=2.0, von_6_bis_9=4.0, gehweg_kita_u3_m=900, gehweg_kita_ab_3_m=[100] * 19
    )
    assert [who for who, _ in who_counts(told, "kita")] == ["unter_3", "von_3_bis_5"]
    people, near = counted_within(told, "kita", 500)
    assert (people.sum(), near.sum()) == (3 * 19, 2 * 19)  # no Kita near takes the youngest
    assert those_counted(told, "grundschule") == "der Kinder von 6 bis 9 Jahren"


def test_kitas_are_told_apart_by_whom_they_take(musterstadt_data: Data) -> None:
    places = musterstadt_data.einrichtungen
    assert len(facilities(places, "kita_u3")) == 8  # one takes children from 3 years on
    assert len(facilities(places, "kita_ab_3")) == 8  # one takes only younger ones
    assert facilities(places, "kita_ohne_alter").empty


def test_why_a_reach_is_longer_above_is_said_of_those_who_are_counted() -> None:
    assert near_boundary_note(0.9, whom="der Kinder unter 15") == ""
    note = near_boundary_note(12.4, whom="der Kinder unter 15")
    assert note.startswith("12 % der Kinder unter 15 wohnen weniger als 1 km von der Stadtgrenze entfernt.")
    assert note.endswith("es kann den Anteil nur erhöhen, deshalb reicht die Spanne nach oben weiter.")


def test_a_kita_of_unknown_age_and_the_boundary_only_lengthen_the_interval() -> None:
    people, far = pd.Series([10, 10, 20]), pd.Series([9000.0, 9000.0, 9000.0])
    metres, perhaps = pd.Series([100, 900, 900]), pd.Series([900, 300, 900])

    def reach(edge: pd.Series, unknown: pd.Series | None) -> list[float]:
        found = reach_values(
            [Walkers(people, metres, unknown)], 500, edge, lambda cells: pd.Series({"01": cells.sum()}),
            lambda _, value: (value * 0 + 1, value * 0 + 2), "der Kinder",
        )  # fmt: skip
        assert found.von is not None
        assert found.bis is not None
        return [*found.von, *found.bis]

    assert reach(far, None) == [24, 27]  # 10 of 40
    assert reach(far, perhaps) == [24, 52]  # 10 more perhaps
    assert reach(pd.Series([9000, 384, 385]), None) == [24, 52]  # 500 m walking are 384.6 m straight


def test_cells_keep_their_distances_in_metres() -> None:
    cells = pd.DataFrame({"x": [tables.ORIGIN[0] + 50, tables.ORIGIN[0] + 1050], "y": [tables.ORIGIN[1] + 50] * 2})
    found = cell_points(cells)
    assert str(found.crs) == CRS
    assert found.iloc[0].distance(found.iloc[1]) == pytest.approx(1000, abs=0.1)


def test_supply_by_kind(musterstadt_data: Data) -> None:
    places = musterstadt_data.einrichtungen
    assert len(facilities(places, "grundschule")) == 7  # nine sites without Gymnasium and Realschule
    assert "schule-003" in facilities(places, "grundschule").index  # a branch counts for distance
    assert len(facilities(places, "kita")) == 9  # ten, one of them planned
    assert "kita-0009" not in facilities(places, "kita").index
    assert len(facilities(places, "haltestelle")) == 6


def test_walks_of_the_grid(musterstadt_data: Data) -> None:
    walks = musterstadt_data.raster.set_index(["x", "y"]).filter(like="gehweg_")
    x, y = tables.ORIGIN
    # Nordwest, cell A: the stop is 100 m east: 130 m; the school 100 m north: 130 m; the Kita in the cell: 0
    assert walks.loc[(x + 250, y + 2750)].tolist() == [130, 130, 0]
    # Weiler, cell A: Westend's stop, school and Kita 1,000 m north: 1,300 m; Südviertel's Kita is only planned
    assert walks.loc[(x + 250, y + 750)].tolist() == [1300, 1300, 1300]
    # Weiler, cell B: Südviertel's school 500 m east, 500 m north: 707.1 x 1.3 = 919 m; the Kita Rathaus at
    # (1250, 1750): 500 east, 1,500 north: 1,581.1 x 1.3 = 2,055; Westend's at (250, 1750) the same; Kita Dom at
    # (1750, 1250): 1,000 east, 1,000 north: 1,414.2 x 1.3 = 1,838.5
    assert walks.loc[(x + 750, y + 250), ["gehweg_grundschule_m", "gehweg_kita_m"]].tolist() == [919, 1839]


# Delivered numbers of young children in the reach of Kitas and Grundschulen

STADTTEILE = [f"{number:02d}" for number in range(1, 10)]
BEZIRKE = {"I": STADTTEILE[:3], "II": STADTTEILE[3:6], "III": STADTTEILE[6:]}
COUNTS = dict(zip(STADTTEILE, (10, 20, 30, 40, 50, 60, 70, 80, 0), strict=True))
Bring = Callable[..., None]


@pytest.fixture
def bring(musterstadt_copy: Path) -> Bring:
    """Write an own table of ages as a package: ``bring("einwohner_0_2", COUNTS)``."""
    return partial(write_ages, musterstadt_copy)


def write_ages(
    folder: Path, key: str, counts: Mapping[str, float | None], *, stand: str = "2023-12-31", audience: str = "rat"
) -> None:
    entry = built_data(folder).indikatoren_yml["indikatoren"][key]
    numbers = pd.Series(counts, dtype="float64")
    values = pd.DataFrame(
        {"gebiet_id": numbers.index, "zaehler": numbers.to_numpy(), "nenner": float("nan"), "wert": numbers.to_numpy()}
    ).assign(art="amtlich", hinweis=None)
    eintrag = {
        "id": key, **entry, "verfuegbar": True, "art": "amtlich", "methode": "Gezählt.", "grenzen": "Keine.",
        "zaehler": {**entry["zaehler"], "stand": stand}, "quellen": [f"eigene_{key}_{stand}"],
    }  # fmt: skip
    quelle = {
        "titel": key, "herausgeber": "Amt", "lizenz": "intern", "quellenvermerk": "Amt", "kurz": "Amt", "url": None,
        "zeilen": None, "fallstricke": [],
    }  # fmt: skip
    paket = Paket("musterstadt", stand, eintrag, values, quelle, Geheimhaltung("sperrung", 3), audience)
    write_packages(folder, [paket])


def test_kita_reach_counts_the_delivered_children(bring: Bring, musterstadt_copy: Path) -> None:
    for key in ("einwohner_0_2", "einwohner_3_5"):
        bring(key, COUNTS)
    data = open_data(musterstadt_copy, weitergabe="rat")
    before = built_data(musterstadt_copy).indikatoren.set_index(["indikator", "gebiet_id"])
    now = data.indikatoren.set_index(["indikator", "gebiet_id"])
    assert now.index.is_unique
    key, shares = "reichweite_kita_500m", before.loc["reichweite_kita_500m", "wert"]
    for area in STADTTEILE[:8]:
        assert now.loc[(key, area), ["wert", "von", "bis"]].tolist() == pytest.approx(
            before.loc[(key, area), ["wert", "von", "bis"]].tolist()
        )
        assert now.loc[(key, area), "nenner"] == 2 * COUNTS[area]
        assert now.loc[(key, area), "zaehler"] == pytest.approx(2 * COUNTS[area] * shares[area] / 100)
    assert pd.isna(now.loc[(key, "09"), "wert"])
    assert now.loc[(key, "09"), "hinweis"] == "Nach der gelieferten Tabelle leben hier keine Kinder von 0 bis 5 Jahren."
    for area, parts in {**BEZIRKE, "musterstadt": STADTTEILE}.items():
        whole = sum(COUNTS[part] for part in parts)
        for column in ("wert", "von", "bis"):
            wanted = sum(COUNTS[part] * before.loc[(key, part), column] for part in parts) / whole
            assert now.loc[(key, area), column] == pytest.approx(wanted)
    assert (now.loc[key, "stand"] == before.loc[key, "stand"]).all()  # as old as its oldest part
    assert now.loc[(key, "01"), "quelle"].endswith("eigene_einwohner_0_2_2023-12-31|eigene_einwohner_3_5_2023-12-31")
    unchanged = "reichweite_grundschule_1km"
    pd.testing.assert_frame_equal(now.loc[unchanged].sort_index(), before.loc[unchanged].sort_index())


def test_grundschule_reach_counts_six_to_nine(bring: Bring, musterstadt_copy: Path) -> None:
    bring("einwohner_6_9", COUNTS)
    data = open_data(musterstadt_copy, weitergabe="rat")
    katalog = catalogue(data.indikatoren_yml)
    entry = katalog["reichweite_grundschule_1km"]
    assert entry.titel == "Anteil der Kinder von 6 bis 9 Jahren mit höchstens 1\u00a0km Fußweg zur nächsten Grundschule"
    assert entry.nenner
    assert entry.nenner.was == "Einwohner von 6 bis 9 Jahren"
    assert whose(entry) == "der Kinder von 6 bis 9 Jahren"
    assert "Kinder von 6 bis 9 Jahren nach der gelieferten Tabelle (Stand 31.12.2023)" in entry.methode
    assert "ist der seiner Kinder unter 15 Jahren" in entry.methode
    assert whose(katalog["reichweite_kita_500m"]) == "der Kinder unter 15"
    assert whose(katalog["reichweite_haltestelle_300m"]) == "der Menschen"


def test_the_sentences_say_which_children_and_follow_from_the_tables(bring: Bring, musterstadt_copy: Path) -> None:
    for key in ("einwohner_0_2", "einwohner_3_5", "einwohner_6_9"):
        bring(key, COUNTS)
    data = open_data(musterstadt_copy, weitergabe="rat")
    for area in ("01", "II", "musterstadt"):
        said = " ".join(sentence.text for sentence in reach_note(analyse(data, area)))
        assert "% der Kinder von 0 bis 5 Jahren (" in said
        assert "% der Kinder von 6 bis 9 Jahren (" in said
    known = Known(data)  # every share is its numerator over its denominator
    for area in ("04", "II"):
        drawn = figures.residents(analyse(data, area))
        assert isinstance(drawn, Choice)
        assert "Kindern von 0 bis 5 Jahren ist die nächste Kita weiter als 500" in drawn.figures["Kita"].title
        bundle, marks = drawn._repr_mimebundle_()
        outputs = [new_output("display_data", data=bundle, metadata=marks)]
        statements = list(printed(new_notebook(cells=[new_code_cell(outputs=outputs)])))
        assert faults(statements, known, gebiet_id=area) == []
    for area, parts in BEZIRKE.items():
        weights = {part: COUNTS[part] for part in parts}
        for metres in (400, 500, 600):
            each = {part: reach_at(data, part, "kita", metres) for part in parts if weights[part]}
            wanted = sum(each[part] * weights[part] for part in each) / sum(weights.values())
            assert reach_at(data, area, "kita", metres) == pytest.approx(wanted)


@pytest.mark.parametrize("case", ["one age only", "a Stadtteil is missing", "two dates", "another audience"])
def test_incomplete_numbers_change_no_reach(bring: Bring, musterstadt_copy: Path, case: str) -> None:
    bring("einwohner_0_2", COUNTS)
    if case != "one age only":
        hidden = {**COUNTS, "04": None} if case == "a Stadtteil is missing" else COUNTS
        bring("einwohner_3_5", hidden, stand="2022-12-31" if case == "two dates" else "2023-12-31")
    audience = "oeffentlich" if case == "another audience" else "rat"
    data, below = open_data(musterstadt_copy, weitergabe=audience), built_data(musterstadt_copy)
    tables = [one.indikatoren[one.indikatoren["indikator"] == "reichweite_kita_500m"] for one in (data, below)]
    pd.testing.assert_frame_equal(*(table.reset_index(drop=True) for table in tables))
    assert (
        data.indikatoren_yml["indikatoren"]["reichweite_kita_500m"]
        == (below.indikatoren_yml["indikatoren"]["reichweite_kita_500m"])
    )
    assert reach_at(data, "I", "kita", 500) == reach_at(below, "I", "kita", 500)
