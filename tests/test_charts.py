"""Charts: what they say, that nothing overlaps, that bytes repeat."""

from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from drawings import misplaced
from sozialraum import figures
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import Analysis, analyse, werte_of
from sozialraum.figures.distribution import equal_ranges, histogram
from sozialraum.figures.parts import DOT_RADIUS, swarm
from sozialraum.figures.profile import profile_indicators
from sozialraum.style import ACCENT, BAND, SvgFigure, from_matplotlib, rounded

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


def without_values(analysis: Analysis, indikator: str | list[str]) -> Analysis:
    table = analysis.table.copy()
    table.loc[indikator, ["wert", "stadtwert", "differenz", "streuung", "band", "von", "bis"]] = float("nan")
    return _with(analysis, table)


def _with(analysis: Analysis, table: pd.DataFrame) -> Analysis:
    werte = werte_of(table, analysis.katalog, analysis.data.register)
    return replace(analysis, table=table, werte=werte)


def test_strip_names_the_area_the_city_and_the_extremes(muster: Data) -> None:
    figure = figures.dotplot(analyse(muster, "01", issued=date(2025, 1, 1)), "anteil_unter_15").drawing
    assert {"Nordwest 20,0 %", "Musterstadt 15,2 %", "Westend 25,0 %", "4 Stadtteile 10,0 %"} <= set(words(figure))
    assert BAND in figure.body
    assert "durchschnittlich" in words(figure)


def test_strip_of_the_city_has_no_area(muster: Data) -> None:
    assert ACCENT not in figures.dotplot(analyse(muster, "musterstadt"), "anteil_unter_15").drawing.body


def test_strip_of_a_bezirk_names_the_bezirk(muster: Data) -> None:
    assert "Stadtbezirk II 16,2 %" in words(figures.dotplot(analyse(muster, "II"), "anteil_unter_15").drawing)


def test_missing_values_are_said(muster: Data) -> None:
    analysis = analyse(muster, "01")
    table = analysis.table.copy()
    table.loc[("anteil_unter_15", "01"), "wert"] = float("nan")
    changed = _with(analysis, table)
    assert "Nordwest: keine Angabe" in words(figures.dotplot(changed, "anteil_unter_15").drawing)
    assert "1 ohne Angabe" in words(figures.dotplot(changed, "anteil_unter_15").drawing)


def test_nothing_known_is_said(muster: Data) -> None:
    empty = without_values(analyse(muster, "01"), "anteil_unter_15")
    gap = figures.dotplot(empty, "anteil_unter_15")
    assert gap.gap
    assert gap._repr_html_().startswith('<div class="sr-note sr-note--missing"')
    assert "Anteil der unter 15-Jährigen" in gap._repr_html_()
    none = without_values(analyse(muster, "01"), list(AGES))
    assert figures.age_groups(none).gap
    assert "anteil_unter_15" not in profile_indicators(empty)


@pytest.mark.parametrize("gebiet", ["01", "05", "II", "musterstadt"])
def test_every_chart_of_musterstadt_is_legible(muster: Data, gebiet: str) -> None:
    analysis = analyse(muster, gebiet)
    for key in analysis.table.index.unique("indikator"):
        assert misplaced(figures.dotplot(analysis, key).drawing) == [], key
        assert misplaced(figures.comparison(analysis, key).drawing) == [], key
    assert misplaced(figures.profile(analysis).drawing) == []
    assert misplaced(figures.age_groups(analysis).drawing) == []


@pytest.mark.parametrize("gebiet", EXTREMES)
def test_every_chart_of_the_extreme_areas_is_legible(essen: Data, gebiet: str) -> None:
    analysis = analyse(essen, gebiet)
    for key in analysis.table.index.unique("indikator"):
        assert misplaced(figures.dotplot(analysis, key).drawing) == [], key
    assert misplaced(figures.profile(analysis).drawing) == []
    assert misplaced(figures.age_groups(analysis).drawing) == []
    assert misplaced(figures.comparison(analysis, "anteil_65plus").drawing) == []


def test_charts_name_their_own_area_only(essen: Data) -> None:
    for gebiet in ("07", "21", "49"):
        analysis = analyse(essen, gebiet)
        shown = figures.profile(analysis).drawing
        assert analysis.gebiet.name in words(shown)
        assert any(
            text.startswith(analysis.gebiet.name) for text in words(figures.dotplot(analysis, "geboren_eu").drawing)
        )


def test_profile_shows_values_beside_the_city(muster: Data) -> None:
    shown = words(figures.profile(analyse(muster, "01")).drawing)
    assert "20,0 %" in shown
    assert "15,2 %" in shown


def test_swarm_keeps_dots_apart_in_any_order() -> None:
    positions = {str(number): number % 7 * 2.0 for number in range(40)}
    placed = swarm(positions, first="3")
    assert placed["3"] == 0
    assert placed == swarm(dict(reversed(list(positions.items()))), first="3")
    for one, other in combinations(positions, 2):
        assert abs(complex(positions[one] - positions[other], placed[one] - placed[other])) >= 2 * DOT_RADIUS


def test_the_same_call_gives_the_same_small_bytes(essen: Data) -> None:
    analysis = analyse(essen, "21")
    first = figures.dotplot(analysis, "anteil_unter_15").drawing.markup(alt="x")
    assert all(figures.dotplot(analysis, "anteil_unter_15").drawing.markup(alt="x") == first for _ in range(10))
    assert len(first) < 15_000
    assert len(figures.profile(analysis).drawing.markup(alt="x")) < 40_000


def test_distribution_is_drawn_with_seaborn(essen: Data) -> None:
    analysis = analyse(essen, "21")
    key = "alleinerziehendenquote_2011"
    body = from_matplotlib(histogram(analysis, key)).body
    assert "Essen" in body


def test_columns_of_a_distribution_are_equally_wide_and_as_high_as_their_stadtteile(essen: Data) -> None:
    analysis = analyse(essen, "21")
    for key in analysis.table.index.unique("indikator"):
        entry, values = analysis.katalog[key], analysis.values(key).dropna()
        figure = histogram(analysis, key)
        columns = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle) and patch.get_height() > 0]
        widths = [column.get_width() for column in columns]
        step = 10.0**-entry.nachkommastellen
        assert max(widths) - min(widths) <= 1.01 * step, "equally wide but for the step that holds a closed end"
        assert sum(column.get_height() for column in columns) == len(values)
        printed = [rounded(wert, entry.nachkommastellen) for wert in values]
        for left, right in {(column.get_x(), column.get_x() + column.get_width()) for column in columns}:
            high = sum(column.get_height() for column in columns if column.get_x() == left)
            assert high == sum(left < wert < right for wert in printed), (key, left)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50), st.sampled_from([0, 1]))
def test_ranges_of_a_distribution_hold_every_value_once(numbers: list[int], digits: int) -> None:
    values = [number / 10**digits for number in numbers]
    starts = equal_ranges(values, digits=digits)
    widths = {round(after - before, 6) for before, after in pairwise(starts)}
    assert len(widths) == 1
    assert widths.pop() >= 10**-digits - 1e-9
    assert len(starts) <= 14
    assert starts[0] <= min(values) <= max(values) < starts[-1]


def test_a_share_of_all_is_in_the_last_range_of_a_distribution() -> None:
    assert equal_ranges([3.0, 97.0, 100.0], digits=1, top=100.0)[-1] == 100.0
    assert equal_ranges([100.0], digits=1, top=100.0)[0] == 100.0
    assert equal_ranges([], digits=1) == []


def test_the_words_of_a_distribution_say_what_is_drawn(essen: Data) -> None:
    analysis = analyse(essen, "21")
    share, count = (figures.distribution(analysis, key) for key in ("anteil_unter_15", "kitas"))
    for words in (share, count):
        assert "gleich breiten Wertebereiche" in words.subtitle
        assert "gleich breiten Wertebereichen" in words.alt
    assert "Linie: Stadtwert" in share.subtitle
    assert "Linie" not in count.subtitle
    assert "Farben" not in count.subtitle


def test_charts_leave_the_tables_alone(essen: Data) -> None:
    analysis = analyse(essen, "21")
    before = analysis.table.copy()
    assert all(figure.drawing for figure in (figures.profile(analysis), figures.dotplot(analysis, "kitas")))
    pd.testing.assert_frame_equal(analysis.table, before)
