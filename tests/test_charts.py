"""Charts: what they say, that nothing overlaps, that bytes repeat."""

from datetime import date
from itertools import combinations
from pathlib import Path
from time import perf_counter

import pandas as pd
import pytest

from drawings import misplaced
from sozialraum import charts, maps
from sozialraum.charts.marks import DOT_RADIUS, swarm
from sozialraum.compare import Analysis, analyse
from sozialraum.load import Data, open_data
from sozialraum.style import ACCENT, BAND, SvgFigure, from_matplotlib

MUSTERSTADT = Path(__file__).parent / "musterstadt" / "daten"
EXTREMES = ("21", "01", "27", "49", "44", "33", "IV", "I", "essen")
AGES = ("anteil_unter_15", "anteil_15_64", "anteil_65plus")


@pytest.fixture(scope="module")
def muster() -> Data:
    return open_data(MUSTERSTADT)


@pytest.fixture(scope="module")
def essen() -> Data:
    return open_data()


def words(figure: SvgFigure) -> list[str]:
    return [box.text.replace("\u00a0", " ") for box in figure.labels]


def without_values(analysis: Analysis, indikator: str) -> Analysis:
    table = analysis.table.copy()
    table.loc[indikator, ["wert", "stadtwert", "differenz", "streuung", "band", "von", "bis"]] = float("nan")
    return Analysis(analysis.data, analysis.gebiet, analysis.issued, analysis.katalog, table, analysis.neighbours)


def test_strip_names_the_area_the_city_and_the_extremes(muster: Data) -> None:
    figure = charts.strip(analyse(muster, "01", issued=date(2025, 1, 1)), "anteil_unter_15")
    assert {"Nordwest 20,0 %", "Musterstadt 15,2 %", "Westend 25,0 %", "4 Stadtteile 10,0 %"} <= set(words(figure))
    assert BAND in figure.body
    assert "durchschnittlich" in words(figure)


def test_strip_of_the_city_has_no_area(muster: Data) -> None:
    assert ACCENT not in charts.strip(analyse(muster, "musterstadt"), "anteil_unter_15").body


def test_strip_of_a_bezirk_names_the_bezirk(muster: Data) -> None:
    assert "Stadtbezirk II 16,2 %" in words(charts.strip(analyse(muster, "II"), "anteil_unter_15"))


def test_missing_values_are_said(muster: Data) -> None:
    analysis = analyse(muster, "01")
    table = analysis.table.copy()
    table.loc[("anteil_unter_15", "01"), "wert"] = float("nan")
    changed = Analysis(muster, analysis.gebiet, analysis.issued, analysis.katalog, table, analysis.neighbours)
    assert "Nordwest: keine Angabe" in words(charts.strip(changed, "anteil_unter_15"))
    assert "1 ohne Angabe" in words(charts.strip(changed, "anteil_unter_15"))


def test_nothing_known_is_said(muster: Data) -> None:
    empty = without_values(analyse(muster, "01"), "anteil_unter_15")
    assert words(charts.strip(empty, "anteil_unter_15")) == ["unter 15 Jahre: keine Angabe"]
    assert "keine Angabe" in words(charts.bars(empty, ["anteil_unter_15"]))
    assert "anteil_unter_15" not in charts.profile_indicators(empty)


@pytest.mark.parametrize("gebiet", ["01", "05", "II", "musterstadt"])
def test_every_chart_of_musterstadt_is_legible(muster: Data, gebiet: str) -> None:
    analysis = analyse(muster, gebiet)
    for key in analysis.table.index.unique("indikator"):
        assert misplaced(charts.strip(analysis, key)) == [], key
        assert misplaced(charts.comparison(analysis, key)) == [], key
    assert misplaced(charts.profile(analysis)) == []
    assert misplaced(charts.bars(analysis, AGES)) == []


@pytest.mark.parametrize("gebiet", EXTREMES)
def test_every_chart_of_the_extreme_areas_is_legible(essen: Data, gebiet: str) -> None:
    analysis = analyse(essen, gebiet)
    for key in analysis.table.index.unique("indikator"):
        assert misplaced(charts.strip(analysis, key)) == [], key
    assert misplaced(charts.profile(analysis)) == []
    assert misplaced(charts.bars(analysis, AGES)) == []
    assert misplaced(charts.comparison(analysis, "anteil_65plus")) == []


def test_charts_name_their_own_area_only(essen: Data) -> None:
    for gebiet in ("07", "21", "49"):
        analysis = analyse(essen, gebiet)
        shown = charts.profile(analysis)
        assert analysis.gebiet.name in words(shown)
        assert any(text.startswith(analysis.gebiet.name) for text in words(charts.strip(analysis, "geboren_eu")))


def test_profile_shows_values_beside_the_city(muster: Data) -> None:
    shown = words(charts.profile(analyse(muster, "01")))
    assert "20,0 %" in shown
    assert "15,2 %" in shown


def test_swarm_keeps_dots_apart_in_any_order() -> None:
    positions = {str(number): number % 7 * 2.0 for number in range(40)}
    placed = swarm(positions, first="3")
    assert placed["3"] == 0
    assert placed == swarm(dict(reversed(list(positions.items()))), first="3")
    for one, other in combinations(positions, 2):
        assert abs(complex(positions[one] - positions[other], placed[one] - placed[other])) >= 2 * DOT_RADIUS


def test_the_same_call_gives_the_same_bytes_quickly_and_small(essen: Data) -> None:
    analysis = analyse(essen, "21")
    first = charts.strip(analysis, "anteil_unter_15").markup(alt="x")
    started = perf_counter()
    assert all(charts.strip(analysis, "anteil_unter_15").markup(alt="x") == first for _ in range(10))
    assert perf_counter() - started < 0.5
    assert len(first) < 15_000
    assert len(charts.profile(analysis).markup(alt="x")) < 40_000


def test_distribution_is_drawn_with_seaborn(essen: Data) -> None:
    analysis = analyse(essen, "21")
    key = "alleinerziehendenquote_2011"
    breaks = maps.breaks(analysis.values(key), indikator=analysis.katalog[key])
    body = from_matplotlib(charts.distribution(analysis, key, breaks=breaks)).body
    assert "Essen" in body


def test_charts_leave_the_tables_alone(essen: Data) -> None:
    analysis = analyse(essen, "21")
    before = analysis.table.copy()
    charts.profile(analysis)
    charts.strip(analysis, "kitas")
    pd.testing.assert_frame_equal(analysis.table, before)
