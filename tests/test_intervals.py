"""Intervals of values: smoothing by hand and against known parts, and what holds for every row of Essen."""

from __future__ import annotations

from itertools import combinations, permutations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sozialraum import figures, text
from sozialraum.city.indicators import catalogue, register_figures
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.compare.wert import UNCLASSED
from sozialraum.supply.prepare.population import Population, neighbour_spread, reach_smoothing, smoothing

KM = pd.DataFrame({"x": [0, 1000], "y": [0, 0], "T": [100, 300], "share_in_essen": [1.0, 1.0]})
"""Two cells side by side; the share is 10 % in the first, 30 % in the second: each is 20 points from its neighbour."""
SHARE = pd.Series([0.1, 0.3])


def population(home: list[int], km: pd.DataFrame = KM) -> Population:
    """Cells of 100 m, each in the 1 km cell named."""
    return Population(pd.DataFrame({"km": home}), km, {})


# By hand


def test_spread_around_a_cell_is_weighted_by_people() -> None:
    km = pd.DataFrame({"x": [0, 1000, 1000, 3000], "y": [0, 0, 1000, 0]})
    share, people = pd.Series([0.1, 0.2, 0.4, 0.9]), pd.Series([50, 300, 100, 80])
    # around the first: 300 people at 0.1 and 100 at 0.3: sqrt((300 x 0.01 + 100 x 0.09) / 400); the last is alone
    found = neighbour_spread(km, share, people)
    assert found[0] == pytest.approx((12 / 400) ** 0.5)
    assert found[3] == 0
    # a cell without people or without a share is no neighbour
    assert neighbour_spread(km, share, pd.Series([50, 300, 0, 80]))[0] == pytest.approx(0.1)
    assert neighbour_spread(km, pd.Series([0.1, 0.2, np.nan, 0.9]), people)[0] == pytest.approx(0.1)


def test_smoothing_is_zero_for_an_area_of_whole_cells() -> None:
    found = smoothing(population([0, 0, 1]), SHARE, pd.Series([40.0, 60.0, 300.0]), pd.Series(["a", "a", "b"]))
    assert found.to_dict() == {"a": 0, "b": 0}


def test_smoothing_of_a_part_of_a_cell_by_hand() -> None:
    """A has 40 of 100 people of the first: 40 x 0.2 x sqrt(0.6 / 0.4); B the others, and 75 of 300 of the second."""
    people = pd.Series([40.0, 60.0, 75.0, 225.0])
    found = smoothing(population([0, 0, 1, 1]), SHARE, people, pd.Series(["a", "b", "b", "c"]))
    assert found["a"] == pytest.approx(40 * 0.2 * (0.6 / 0.4) ** 0.5)
    assert found["b"] == pytest.approx(((60 * 0.2) ** 2 * 0.4 / 0.6 + (75 * 0.2) ** 2 * 0.75 / 0.25) ** 0.5)
    assert found["c"] == pytest.approx(225 * 0.2 * (0.25 / 0.75) ** 0.5)
    # what is too many in one part of a cell is missing in the other
    two = smoothing(population([0, 0]), SHARE, pd.Series([40.0, 60.0]), pd.Series(["a", "b"]))
    assert two["a"] == pytest.approx(two["b"])


def test_smoothing_knows_the_people_beyond_the_city_boundary() -> None:
    """Of the second cell 10 % lie in the city: 270 of its 300 people live outside, all 30 inside are of one area."""
    km = KM.assign(share_in_essen=[1.0, 0.1])
    found = smoothing(population([0, 1], km), SHARE, pd.Series([100.0, 30.0]), pd.Series(["a", "a"]))
    assert found["a"] == pytest.approx(30 * 0.2 * (270 / 30) ** 0.5)


def test_reach_smoothing_by_hand() -> None:
    """Of a whole cell 40 of 100 people are reached: children among them are off as those of a part with 40 people."""
    place = population([0, 0]), SHARE, pd.Series([40.0, 60.0])
    found = reach_smoothing(*place, pd.Series([True, False]), pd.Series(["a", "a"]))
    assert found["a"] == pytest.approx(40 * 0.2 * (0.6 / 0.4) ** 0.5 / 10)  # of 10 children
    other = reach_smoothing(*place, pd.Series([False, True]), pd.Series(["a", "a"]))
    assert other["a"] == pytest.approx(found["a"])  # reached or not reached


@pytest.mark.parametrize("reached", [True, False])
def test_reach_of_everybody_or_nobody_is_certain_whatever_their_age(reached: bool) -> None:
    """Also where the area is a part of its cell."""
    place = population([0, 0, 0]), SHARE, pd.Series([20.0, 20.0, 60.0])
    found = reach_smoothing(*place, pd.Series([reached] * 3), pd.Series(["a", "a", "b"]))
    assert found.to_dict() == {"a": 0, "b": 0}


def test_reach_of_an_area_without_children_has_no_error_and_no_value() -> None:
    found = reach_smoothing(
        population([0, 0]),
        pd.Series([0.0, 0.3]),
        pd.Series([40.0, 60.0]),
        pd.Series([True, False]),
        pd.Series(["a", "a"]),
    )
    assert found.isna().all()


# Against known parts: blocks of 2 x 2 cells of the census are taken for cells, their four quarters are known


PARTS = {
    "Y_LT15": ("Y_LT15", "Y_1564", "Y_GE65"),
    "Y_1564": ("Y_LT15", "Y_1564", "Y_GE65"),
    "Y_GE65": ("Y_LT15", "Y_1564", "Y_GE65"),
    "EU_OTH": ("NAT", "EU_OTH", "OTH"),
    "OTH": ("NAT", "EU_OTH", "OTH"),
}
MIN_BLOCK, MIN_PART = 500, 50


def blocks(table: pd.DataFrame, part: str, east: int, north: int) -> tuple[Population, pd.Series, pd.DataFrame]:
    """Blocks of 2 x 2 km as cells: their population, share of the part, and the quarters (people, part, place)."""
    known = table[table["T"] >= 0]
    whole = known[list(PARTS[part])].sum(axis=1)
    quarters = pd.DataFrame(
        {
            "x": (known["x"] - east) // 2000,
            "y": (known["y"] - north) // 2000,
            "people": known["T"].astype("float64"),
            "part": (known[part] / whole.where(whole > 0)).fillna(0.0) * known["T"],
            "place": (known["x"] - east) // 1000 % 2 * 2 + (known["y"] - north) // 1000 % 2,
        }
    ).reset_index(drop=True)
    sums = quarters.groupby(["x", "y"])[["people", "part"]].sum().reset_index()
    sums = sums[sums["people"] > 0].reset_index(drop=True)
    km = sums.assign(x=sums["x"] * 1000, y=sums["y"] * 1000, T=sums["people"], share_in_essen=1.0)
    place = pd.MultiIndex.from_frame(sums[["x", "y"]])
    quarters["km"] = place.get_indexer(pd.MultiIndex.from_frame(quarters[["x", "y"]]))
    quarters = quarters[quarters["km"] >= 0].reset_index(drop=True)
    complete = quarters.groupby("km")["place"].transform("size").eq(4)
    quarters["large"] = complete & (quarters.groupby("km")["people"].transform("sum") >= MIN_BLOCK)
    return Population(quarters[["km"]], km, {}), sums["part"] / sums["people"], quarters


@pytest.mark.parametrize("part", PARTS)
def test_the_smoothing_covers_about_nine_of_ten_differences_of_known_parts(raw_essen: Path, part: str) -> None:
    """Every part of one to three quarters, in all four positions of the blocks."""
    table = pd.read_csv(raw_essen / "zensus_1km.csv")
    within = []
    for east, north in product((0, 1000), repeat=2):
        cells, share, quarters = blocks(table, part, east, north)
        for size in (1, 2, 3):
            for chosen in combinations(range(4), size):
                here = quarters["place"].isin(chosen) & quarters["large"]
                area = quarters["km"].where(here)
                stated = smoothing(cells, share, quarters["people"], area)
                true = quarters[here].groupby("km")[["people", "part"]].sum()
                true = true[true["people"] >= MIN_PART]
                off = (true["part"] - true["people"] * share.loc[true.index]).abs()
                within += (off <= stated.loc[off.index]).tolist()
    assert len(within) > 1500
    assert 0.88 <= np.mean(within) <= 0.95, np.mean(within)


@pytest.mark.parametrize("part", PARTS)
def test_the_smoothing_of_reach_covers_about_nine_of_ten_known_parts(raw_essen: Path, part: str) -> None:
    """An area of two quarters, of which one is reached: the share reached among the part, as it is and as estimated."""
    table = pd.read_csv(raw_essen / "zensus_1km.csv")
    within = []
    for east, north in product((0, 1000), repeat=2):
        cells, share, quarters = blocks(table, part, east, north)
        for near, far in permutations(range(4), 2):
            here = quarters["place"].isin((near, far)) & quarters["large"]
            reached = quarters["place"] == near
            stated = reach_smoothing(cells, share, quarters["people"], reached, quarters["km"].where(here))
            both = quarters[here].groupby("km")[["people", "part"]].sum()
            there = quarters[here & reached].groupby("km")[["people", "part"]].sum()
            kept = (there["people"] >= MIN_PART) & (both["people"] - there["people"] >= MIN_PART) & (both["part"] > 0)
            off = (there["part"] / both["part"] - there["people"] / both["people"])[kept].abs()
            within += (off <= stated.loc[off.index]).tolist()
    assert len(within) > 1000
    assert 0.85 <= np.mean(within) <= 0.97, np.mean(within)


# Every row of Essen


@pytest.fixture(scope="module")
def values(essen_data: Data) -> pd.DataFrame:
    return essen_data.indikatoren.set_index(["indikator", "gebiet_id"])


@pytest.fixture(scope="module")
def seen(essen_data: Data) -> Analysis:
    return analyse(essen_data, "21")


@pytest.mark.parametrize("city", ["essen_data", "musterstadt_data"])
def test_every_value_lies_in_its_interval(request: pytest.FixtureRequest, city: str) -> None:
    table = request.getfixturevalue(city).indikatoren
    assert list(table.columns[:7]) == ["gebiet_id", "indikator", "zaehler", "nenner", "wert", "von", "bis"]
    assert (table["von"].isna() == table["bis"].isna()).all()
    assert table.loc[table["von"].notna(), "wert"].notna().all()
    known = table[table["von"].notna()]
    assert ((known["von"] <= known["wert"] + 1e-9) & (known["wert"] <= known["bis"] + 1e-9)).all()
    assert len(known) > 0.8 * table["wert"].notna().sum()


@pytest.mark.parametrize("city", ["essen_data", "musterstadt_data"])
def test_no_interval_of_a_share_leaves_0_to_100_and_none_of_a_count_is_negative(
    request: pytest.FixtureRequest, city: str
) -> None:
    data = request.getfixturevalue(city)
    katalog = catalogue(data.indikatoren_yml)
    typ = data.indikatoren["indikator"].map(lambda key: katalog[key].typ)
    shares, amounts = data.indikatoren[typ == "anteil"], data.indikatoren[typ.isin(["anzahl", "rate"])]
    assert shares["von"].dropna().ge(0).all()
    assert shares["bis"].dropna().le(100).all()
    assert amounts["von"].dropna().ge(0).all()


def test_what_is_counted_completely_is_exact(essen_data: Data) -> None:
    exact = essen_data.indikatoren[essen_data.indikatoren["art"].isin(["amtlich", "berechnet"])]
    exact = exact[exact["wert"].notna()]
    assert len(exact) > 500
    assert (exact["von"] == exact["wert"]).all()
    assert (exact["bis"] == exact["wert"]).all()


def test_interval_of_inhabitants_is_measured_where_the_register_has_the_stadtteil(
    essen_data: Data, values: pd.DataFrame
) -> None:
    """Computed anew: 34 Stadtteile by their own deviation, the pair and the others by the 90 % quantile."""
    stadtteile = [area.id for area in essen_data.register.of_level("stadtteil")]
    register = register_figures(essen_data.einwohner_register, stadtteile)
    alone = {keys[0]: number for keys, number in register.items() if len(keys) == 1}
    [(pair, together)] = [(keys, number) for keys, number in register.items() if len(keys) == 2]
    assert (len(alone), pair, together) == (34, ("43", "44"), 16048)
    rows = values.loc["einwohner"]
    people = rows["wert"]
    scale = (sum(alone.values()) + together) / people[[*alone, *pair]].sum()
    off = {key: abs(people[key] * scale / number - 1) for key, number in alone.items()}
    everything = [*off.values(), abs(people[list(pair)].sum() * scale / together - 1)]
    nine = float(np.quantile(everything, 0.9))
    assert np.round([np.median(everything) * 100, np.mean(everything) * 100, nine * 100], 1).tolist() == [2.8, 3.3, 6.6]
    for key in stadtteile:
        expected = people[key] * off.get(key, nine)
        assert rows.at[key, "bis"] - people[key] == pytest.approx(expected, abs=1e-3), key
        assert people[key] - rows.at[key, "von"] == pytest.approx(expected, abs=1e-3), key
    worst = max(off, key=lambda key: off[key])
    assert (essen_data.register.by_id(worst).name, round(off[worst] * 100, 1)) == ("Schuir", 11.5)


def test_reach_near_the_boundary_is_longer_above_and_says_why(values: pd.DataFrame, essen_data: Data) -> None:
    fulerum = essen_data.register.resolve("Fulerum").id
    for key in ("reichweite_kita_500m", "reichweite_grundschule_1km", "reichweite_haltestelle_300m"):
        row = values.loc[(key, fulerum)]
        assert row["bis"] - row["wert"] > 2 * (row["wert"] - row["von"]), key
        assert "es kann den Anteil nur erhöhen, deshalb reicht die Spanne nach oben weiter" in row["hinweis"]
    assert values.at[("reichweite_grundschule_1km", fulerum), "bis"] == 100
    # Stadtkern lies far from the boundary: as long below as above, up to 100 %
    row = values.loc[("reichweite_kita_500m", "01")]
    assert row["bis"] - row["wert"] == pytest.approx(min(row["wert"] - row["von"], 100 - row["wert"]))


def test_reach_counts_children_for_kitas_and_schools_and_everybody_for_stops(values: pd.DataFrame) -> None:
    children, everybody = values.loc["anteil_unter_15"]["zaehler"], values.loc["einwohner"]["wert"]
    for key, whole in (
        ("reichweite_kita_500m", children),
        ("reichweite_grundschule_1km", children),
        ("reichweite_haltestelle_300m", everybody),
    ):
        assert values.loc[key]["nenner"].sub(whole).abs().max() <= 2, key  # whole children are rounded in each cell
    assert values.at[("reichweite_kita_500m", "21"), "nenner"] == pytest.approx(1750, abs=30)


def test_the_turnout_of_rellinghausen_is_shown_with_doubt_and_without_interval(
    values: pd.DataFrame, seen: Analysis
) -> None:
    row = seen.row("wahlbeteiligung_ew2024", "12")
    assert row["wert"] == pytest.approx(70.47, abs=0.005)
    assert row[["von", "bis"]].isna().all()
    assert row["klasse"] == UNCLASSED
    assert row["grund"].startswith("Vermutlich zu niedrig: Bei der Bundestagswahl 2025")
    others = values.loc["wahlbeteiligung_ew2024"].drop(index="12")
    assert others["von"].notna().all()


def test_the_turnout_ends_where_85_or_all_cards_were_used(raw_essen: Path, values: pd.DataFrame) -> None:
    """By hand from the source: voters at the urn without a card, and 0.85 or 1.0 of those who hold one."""
    table = pd.read_csv(raw_essen / "europawahl2024_wahlbezirke.csv")
    urn = table[table["Bezirksart"] == 0]
    home = (urn["Wahlbezirk"] // 100).map("{:02d}".format)
    card, cards = "dar. Wählende mit Wahlschein", "Wahlberechtigte mit Sperrvermerk (A2)"
    sums = urn.assign(vor_ort=urn["Wählende"] - urn[card]).groupby(home)[["vor_ort", cards, "Wahlberechtigte"]].sum()
    rows = values.loc["wahlbeteiligung_ew2024"].loc[sums.index.drop("12")]
    for end, used in (("von", 0.85), ("bis", 1.0)):
        by_hand = (sums["vor_ort"] + used * sums[cards]) / sums["Wahlberechtigte"] * 100
        # voters are whole numbers: half a voter at most
        assert (rows[end] - by_hand[rows.index]).abs().max() < 50 / sums["Wahlberechtigte"].min() + 0.001, end


def test_moves_of_unknown_definition_have_no_class(seen: Analysis) -> None:
    rows = seen.table.loc["zugezogen_1jahr"].loc[seen.stadtteile]
    assert set(rows["klasse"]) == {UNCLASSED}
    assert set(rows["grund"]) == {
        "In der Quelle ist nicht dokumentiert, ob Umzüge innerhalb der Stadt mitgezählt sind."
    }


CENSUS = "2022-05-15"


def test_every_report_can_be_written_when_the_census_is_older_than_five_years(essen_data: Data) -> None:
    """From 16 May 2027 no value of the census has a class, each says why, and every first page still has its words."""
    for area in essen_data.register:
        late = analyse(essen_data, area.id, issued="2027-06-01")
        rows = late.table[(late.table["stand"] == CENSUS) & (late.table["klasse"] != "")]
        assert set(rows["klasse"]) == {UNCLASSED}
        assert not (rows["grund"] == "").any()
        words = [sentence.text for sentence in text.at_a_glance(late)]
        assert f"{area.label} " in words[0] or f"{area.name} " in words[0], area.id
        assert "Menschen" in words[0], area.id
        assert len(words) >= 3, area.id
        assert figures.profile(late).title, area.id
    assert set(rows.loc["anteil_unter_15"]["grund"]) == {"Die Daten sind älter als 5 Jahre."}
    assert late.row("wahlbeteiligung_ew2024", "21")["klasse"] != UNCLASSED  # of 2024


def test_no_minimum_error_remains(values: pd.DataFrame, essen_data: Data) -> None:
    """The widths are not cut off below: no value is the half width of many Stadtteile."""
    stadtteile = [area.id for area in essen_data.register.of_level("stadtteil")]
    for key in ("anteil_unter_15", "anteil_65plus", "geboren_eu", "veraenderung_2011_2022", "reichweite_kita_500m"):
        rows = values.loc[key].loc[stadtteile]
        half = (rows["bis"] - rows["von"]) / 2
        assert half.round(4).value_counts().max() <= 3, key
