from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sozialraum.city.indicators import catalogue
from sozialraum.city.load import Data, open_data
from sozialraum.compare import analysis
from sozialraum.compare.analysis import (
    ABOVE,
    AVERAGE,
    BELOW,
    FAR_ABOVE,
    FAR_BELOW,
    KLASSEN,
    UNCLEAR,
    Analysis,
    analyse,
    band_width,
    classify,
    compare_city,
    latest_stand,
    no_class_reason,
    spread,
)
from sozialraum.compare.wert import UNCLASSED
from sozialraum.errors import ParameterError, UnknownArea

ISSUED = date(2026, 1, 1)
OPPOSITE = {ABOVE: BELOW, BELOW: ABOVE, FAR_ABOVE: FAR_BELOW, FAR_BELOW: FAR_ABOVE, AVERAGE: AVERAGE, UNCLEAR: UNCLEAR}
size = st.floats(min_value=0, max_value=1000)
any_size = st.floats(min_value=-1000, max_value=1000)


@pytest.fixture(scope="module")
def seen(musterstadt_data: Data) -> Analysis:
    return analyse(musterstadt_data, "Altstadt")


def test_spread_by_hand() -> None:
    # weights 1 and 3, city 10: sqrt((1 x 4² + 3 x 2²) / 4) = sqrt(7); the third is not known
    values, weights = pd.Series([14.0, 8.0, np.nan]), pd.Series([1.0, 3.0, 5.0])
    assert spread(values, weights, 10.0) == pytest.approx(np.sqrt(7))
    assert np.isnan(spread(values * np.nan, weights, 10.0))


def test_band_by_hand() -> None:
    assert band_width(6.0, 1.0) == 3.0
    assert band_width(1.0, 1.0) == 1.0


@pytest.mark.parametrize(
    ("low", "high", "klasse"),
    [  # band 2, spread 4: average up to 2, far beyond 6
        (0.0, 0.0, AVERAGE),
        (2.0, 2.0, AVERAGE),
        (-2.0, -1.0, AVERAGE),
        (0.9, 2.1, UNCLEAR),
        (2.0, 3.0, UNCLEAR),
        (2.1, 3.1, ABOVE),
        (-3.1, -2.1, BELOW),
        (6.0, 7.0, ABOVE),
        (6.1, 7.1, FAR_ABOVE),
        (-7.1, -6.1, FAR_BELOW),
        (-9.0, 9.0, UNCLEAR),
        (2.1, 40.0, ABOVE),
        (1.9, 40.0, UNCLEAR),
    ],
)
def test_classes_by_hand(low: float, high: float, klasse: str) -> None:
    assert classify(low, high, band=2.0, streuung=4.0) == klasse


@given(any_size, size, size, size)
def test_swapping_a_share_and_its_complement_turns_the_class_around(
    low: float, width: float, band: float, streuung: float
) -> None:
    high = low + width
    there = classify(low, high, band=band, streuung=streuung)
    assert there in KLASSEN
    assert classify(-high, -low, band=band, streuung=streuung) == OPPOSITE[there]


STADTTEILE = [f"0{number}" for number in range(1, 10)]
counted = st.lists(
    st.tuples(st.integers(3, 3000), st.floats(0, 1), st.floats(0, 20), st.floats(0, 20)), min_size=9, max_size=9
)


@given(counted, st.floats(0.1, 10))
def test_the_class_of_a_table_does_not_depend_on_the_side_that_is_counted(
    musterstadt_data: Data, rows: list[tuple[int, float, float, float]], relevanz: float
) -> None:
    """Turnout or non-turnout: the same band and spread, every class turned around; weights are the denominator."""
    katalog = catalogue(musterstadt_data.indikatoren_yml)
    entry = replace(katalog["geboren_eu"], relevanz=relevanz)
    whole = pd.Series([float(row[0]) for row in rows], index=STADTTEILE)
    part = pd.Series([float(round(row[0] * row[1])) for row in rows], index=STADTTEILE)
    whole["musterstadt"], part["musterstadt"] = whole.sum(), part.sum()
    wert = part / whole * 100
    down, up = (pd.Series([row[place] for row in rows] + [0.0], index=wert.index) for place in (2, 3))
    von, bis = (wert - down).clip(lower=0), (wert + up).clip(upper=100)

    def table(key: str, count: pd.Series, value: pd.Series, low: pd.Series, high: pd.Series) -> pd.DataFrame:
        made = pd.DataFrame({"zaehler": count, "nenner": whole, "wert": value, "von": low, "bis": high})
        return made.rename_axis("gebiet_id").reset_index().assign(indikator=key, hinweis=None)

    people = musterstadt_data.indikatoren.query("indikator == 'einwohner'")
    sides = table("teil", part, wert, von, bis), table("rest", whole - part, 100 - wert, 100 - bis, 100 - von)
    rows = pd.concat([people, *sides])
    data = musterstadt_data.laid_over(indikatoren=lambda: rows)
    found = compare_city(data, {"teil": entry, "rest": entry}, issued=ISSUED)
    one, other = found.loc["teil"].loc[STADTTEILE], found.loc["rest"].loc[STADTTEILE]
    assert one["band"].to_numpy() == pytest.approx(other["band"].to_numpy(), abs=1e-9)
    assert one["streuung"].to_numpy() == pytest.approx(other["streuung"].to_numpy(), abs=1e-9)
    limits = np.array([one["band"].iloc[0], max(one["band"].iloc[0], 1.5 * one["streuung"].iloc[0])])
    ends = np.abs(np.concatenate([one["von"] - one["stadtwert"], one["bis"] - one["stadtwert"]]))
    assume(np.abs(ends[:, None] - limits).min() > 1e-9)  # on the very limit the last binary digit would decide
    turned = one["klasse"].map(OPPOSITE | {UNCLASSED: UNCLASSED})
    assert other["klasse"].tolist() == turned.tolist()
    assert other["grund"].tolist() == one["grund"].tolist()


@given(size, size, size, size, size)
def test_classes_are_monotone(one: float, other: float, error: float, band: float, streuung: float) -> None:
    order = [AVERAGE, UNCLEAR, ABOVE, FAR_ABOVE]
    near, far = sorted([one, other])
    classes = [classify(value - error, value + error, band=band, streuung=streuung) for value in (near, far)]
    ranks = [order.index(klasse) for klasse in classes]
    assert ranks == sorted(ranks)


@given(any_size, size, size, size, size)
def test_less_certain_is_never_a_stronger_verdict(
    value: float, below: float, above: float, band: float, streuung: float
) -> None:
    sure = classify(value, value, band=band, streuung=streuung)
    unsure = classify(value - below, value + above, band=band, streuung=streuung)
    assert unsure in {sure, UNCLEAR, {FAR_ABOVE: ABOVE, FAR_BELOW: BELOW}.get(sure, sure)}


def test_density_by_hand(seen: Analysis) -> None:
    # city 9,922 / 9 = 1,102.44; spread: 01, 03, 04 are 2.44 below, 02 and 05 1,097.56 above, 06 200.44, 07 882.44,
    # 08 442.44, 09 662.44 below; the weight of each is its denominator, 1 km²: (3 x 5.98 + 2 x 1,204,628 + 40,178
    # + 778,708 + 195,757 + 438,833) / 9 = 429,194; root 655.13
    row = seen.row("dichte_je_km2")
    assert row["wert"] == 2200
    assert row["stadtwert"] == pytest.approx(1102.444, abs=1e-3)
    assert row["streuung"] == pytest.approx(655.13, abs=0.01)
    assert row["band"] == pytest.approx(327.56, abs=0.01)  # half the spread is more than the relevance of 250
    assert row["klasse"] == ABOVE  # 1,097.6 - 146.7 = 950.9 is beyond the band, not beyond 1.5 x 655.13 = 982.7
    assert seen.row("dichte_je_km2", "02")["klasse"] == FAR_ABOVE  # 1,097.6 - 110 = 987.6 is beyond both
    assert row["grund"] == ""
    assert row["rang"] == 1


def test_children_by_hand(seen: Analysis) -> None:
    # city 1,507 / 9,922 = 15.188 %; squared differences by inhabitants: 1,100 x 23.15 + 2,200 x 0.036 + 1,100 x 26.92
    # + 1,100 x 96.27 + 2,200 x 26.92 + 902 x 30.73 + 220 x 26.92 + 660 x 0.036 + 440 x 26.92 = 265,784;
    # / 9,922 = 26.787; root 5.1756; band 2.588
    table = seen.table.loc["anteil_unter_15"]
    assert table["streuung"].iloc[0] == pytest.approx(5.1756, abs=1e-4)
    assert table["band"].iloc[0] == pytest.approx(2.5878, abs=1e-4)
    assert table["klasse"].to_dict() == {
        "01": ABOVE,  # +4.81, known as well as its cell
        "02": AVERAGE,  # -0.19
        "03": BELOW,  # -5.19
        "04": FAR_ABOVE,  # +9.81 > 7.76
        "05": BELOW,
        "06": UNCLEAR,  # +5.54 - 3.11 = 2.43 does not leave the band
        "07": UNCLASSED,
        "08": AVERAGE,
        "09": BELOW,
        "I": "",
        "II": "",
        "III": "",
        "musterstadt": "",
    }
    assert table.at["07", "grund"] == "Hier leben weniger als 300 Menschen."
    assert table["rang"].iloc[:9].tolist() == [3, 4, 6, 1, 6, 2, 6, 4, 6]
    assert table["rang"].iloc[9:].isna().all()


def test_error_that_reaches_the_edge_is_unclear(seen: Analysis) -> None:
    row = seen.row("geboren_eu", "06")
    # 10.98 % against 10.42 %; cell beyond the boundary: 50 % there, 10 % (800 people), 5 % (1,000), 5 % (400) around:
    # d² = (128 + 202.5 + 81) / 2,200 = 0.18705; d x sqrt(190 x 22) = 27.96 of 902 = 3.0999 points; half the difference
    # of (80 + 50) / 900 by houses and 10 % by dwellings 2.2222; together 3.8142, and 0.55 + 3.81 > band 2.60
    assert row["bis"] - row["wert"] == pytest.approx(3.8142, abs=1e-4)
    assert row["klasse"] == UNCLEAR


def test_withheld_value_has_its_reason(seen: Analysis) -> None:
    row = seen.row("wahlbeteiligung_ew2024", "09")
    assert np.isnan(row["wert"])
    assert row["klasse"] == UNCLASSED
    assert row["grund"].startswith("Nicht belastbar: Auf 420 Wahlberechtigte kommen nur rund 396")
    assert row["rang"] is pd.NA


@pytest.mark.parametrize(
    ("indikator", "reason"),
    [
        ("einwohner", "Eine bloße Anzahl wird nicht eingestuft."),
        ("alleinerziehendenquote_2011", "Die Daten sind älter als 5 Jahre."),
        ("kitas_je_1000_kinder", "Ein Stellvertreter wird nicht eingestuft."),
        ("haltestellen_je_km2", "Große Wald- und Wasserflächen bestimmen den Wert"),
        ("zugezogen_1jahr", "In der Quelle ist nicht dokumentiert, ob Umzüge innerhalb der Stadt mitgezählt sind."),
    ],
)
def test_what_never_gets_a_class(seen: Analysis, indikator: str, reason: str) -> None:
    table = seen.table.loc[indikator]
    assert set(table["klasse"].iloc[:9]) == {UNCLASSED}
    assert table["grund"].iloc[0].startswith(reason)


def test_different_universe_gets_no_class(seen: Analysis) -> None:
    entry = replace(seen.katalog["kitas_je_1000_kinder"], art="berechnet")
    assert no_class_reason(entry, issued=ISSUED) == (
        "Zähler und Nenner haben nicht dieselbe Grundgesamtheit oder denselben Stand."
    )


@pytest.mark.parametrize(
    ("stand", "issued", "old"),
    [
        ("2020-06-15", date(2025, 6, 15), False),
        ("2020-06-15", date(2025, 6, 16), True),
        ("2020-06-15", date(2025, 5, 30), False),
        ("2020-02-29", date(2025, 2, 28), False),
        ("2020-02-29", date(2025, 3, 1), True),
        ("2020", date(2025, 1, 1), False),
        ("2020/21", date(2025, 8, 2), True),
        ("2011-05-09", date(2026, 1, 1), True),
        ("2024", date(2020, 1, 1), False),
    ],
)
def test_older_than_five_years(seen: Analysis, stand: str, issued: date, old: bool) -> None:
    entry = seen.katalog["anteil_unter_15"]
    assert entry.zaehler is not None
    both = replace(entry.zaehler, stand=stand)
    assert bool(no_class_reason(replace(entry, zaehler=both, nenner=both), issued=issued)) is old


def test_analysis_of_one_area(seen: Analysis) -> None:
    assert seen.gebiet.id == "05"
    assert seen.neighbours == ("01", "02", "03", "04", "06", "07", "08", "09")
    assert seen.members == ["05"]
    assert seen.city("wahlbeteiligung_ew2024") == pytest.approx(3553 / 7000 * 100, abs=1e-5)
    assert seen.values("anteil_65plus").tolist() == pytest.approx([20, 20, 30, 15, 10, 19.512195, 40, 20, 30])
    assert seen.row("einwohner", "II")["wert"] == 4202
    assert seen.issued == date(2026, 1, 1)


def test_the_table_does_not_depend_on_the_area(musterstadt_data: Data, seen: Analysis) -> None:
    for gebiet in ("01", "III", "musterstadt"):
        pd.testing.assert_frame_equal(analyse(musterstadt_data, gebiet).table, seen.table)


def test_order_of_rows_does_not_matter(musterstadt_dir: Path, seen: Analysis) -> None:
    mixed = seen.data.indikatoren.sample(frac=1, random_state=1)
    data = open_data(musterstadt_dir).laid_over(indikatoren=lambda: mixed)
    pd.testing.assert_frame_equal(analyse(data, "05").table, seen.table)


def test_day_of_issue(musterstadt_data: Data) -> None:
    assert latest_stand(musterstadt_data) == date(2026, 1, 1)
    late = analyse(musterstadt_data, "05", issued="2030-01-01")
    assert late.row("anteil_unter_15")["grund"] == "Die Daten sind älter als 5 Jahre."
    assert late.row("schulen")["grund"].startswith("Eine bloße Anzahl")


def test_unknown_area(musterstadt_data: Data) -> None:
    with pytest.raises(UnknownArea):
        analyse(musterstadt_data, "Borbeck")


def test_only_inhabitants(musterstadt_only_einwohner: Data) -> None:
    seen = analyse(musterstadt_only_einwohner, "05")
    row = seen.row("anteil_unter_15")
    assert np.isnan(row["wert"])
    assert np.isnan(row["stadtwert"])
    assert row["klasse"] == UNCLASSED
    assert row["grund"] == "Der Wert der Stadt fehlt."
    assert seen.row("einwohner")["wert"] == 2200


def test_everything_missing(musterstadt_all_missing: Data) -> None:
    seen = analyse(musterstadt_all_missing, "II")
    others = seen.table.drop(index="einwohner", level=0)
    assert others["wert"].isna().all()
    stadtteile = others[others.index.get_level_values("gebiet_id").str.isdigit()]
    assert set(stadtteile["klasse"]) == {UNCLASSED}
    assert (stadtteile["grund"] != "").all()


def test_essen_has_classes_for_every_stadtteil(essen_data: Data) -> None:
    katalog = catalogue(essen_data.indikatoren_yml)
    table = compare_city(essen_data, katalog, issued=ISSUED)
    stadtteile = table[table.index.get_level_values("gebiet_id").str.isdigit()]
    assert set(stadtteile["klasse"]) <= set(analysis.KLASSEN)
    assert ((stadtteile["klasse"] == UNCLASSED) == (stadtteile["grund"] != "")).all()
    assert set(stadtteile.loc["dichte_je_km2"]["klasse"]) > {AVERAGE, ABOVE, BELOW}


def test_a_day_of_issue_that_is_no_date_is_explained(musterstadt_data: Data) -> None:
    with pytest.raises(ParameterError, match="„gestern“ ist kein Datum in der Form JJJJ-MM-TT"):
        analyse(musterstadt_data, "01", issued="gestern")
