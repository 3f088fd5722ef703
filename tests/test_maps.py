"""Maps: classes, outlines, symbols, and interactive maps that ask for nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from drawings import misplaced
from sozialraum import figures, style, text
from sozialraum.city.indicators import Indikator
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import Analysis, analyse, werte_of
from sozialraum.figures.circles import LARGEST, circles_of, is_count
from sozialraum.figures.classes import breaks, natural_tops
from sozialraum.figures.facility_map import place_map, walking_radius_m
from sozialraum.figures.karte import Karte
from sozialraum.figures.key import in_runs
from sozialraum.figures.leaflet import frame_document, leaflet_script, leaflet_style, map_parts
from sozialraum.figures.legend import map_legend
from sozialraum.figures.points import spread_apart
from sozialraum.lab import layers
from sozialraum.lab.state import State
from sozialraum.style import ACCENT, SEQUENTIAL, SvgFigure

MUSTERSTADT = Path(__file__).parent / "musterstadt" / "daten"
EXTREMES = ("21", "01", "27", "49", "44", "11", "39", "IV", "essen")
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def muster() -> Data:
    return open_data(MUSTERSTADT)


@pytest.fixture(scope="module")
def essen() -> Data:
    return open_data()


@pytest.fixture(scope="module")
def borbeck(essen: Data) -> Analysis:
    return analyse(essen, "21")


def words(figure: SvgFigure) -> set[str]:
    return {box.text.replace("\u00a0", " ") for box in figure.labels}


def share(analysis: Analysis) -> Indikator:
    return analysis.katalog["anteil_unter_15"]


def test_natural_breaks_find_the_gaps(borbeck: Analysis) -> None:
    values = pd.Series([1.0, 1.2, 5.0, 5.1, 9.0, 9.1, 13.0, 13.1, 20.0, 20.1])
    classes = breaks(values, indikator=share(borbeck))
    assert classes.classify(values).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert classes.labels()[0] == "1,0 bis 3,1\u00a0%"
    assert classes.labels()[-1] == "über 16,6 bis 20,1\u00a0%"


def test_natural_breaks_are_the_best_of_all_partitions() -> None:
    known = np.sort(np.array([1.0, 2, 2, 3, 7, 8, 11, 15]))

    def cost(cuts: tuple[int, ...]) -> float:
        parts = np.split(known, cuts)
        return sum(float(((part - part.mean()) ** 2).sum()) for part in parts)

    best = min(combinations(range(1, len(known)), 2), key=cost)
    assert natural_tops(known, 3) == [part[-1] for part in np.split(known, best)]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_every_value_lies_within_the_limits_of_its_class(numbers: list[int]) -> None:
    entry = Indikator("x", "x", "x", "x", "x", "x", "%", "anteil", "neutral", "A", True)
    values = pd.Series(numbers, dtype="float64") / 10
    classes = breaks(values, indikator=entry)
    assert classes.count == min(5, values.nunique())
    for wert, place in zip(values, classes.classify(values), strict=True):
        low, high = classes.limits[place], classes.limits[place + 1]
        assert low <= wert <= high
        assert place == 0 or wert > low
        assert classes.class_of(wert) == place


def test_few_different_values_make_few_classes(borbeck: Analysis) -> None:
    assert breaks(pd.Series([3.0, 3.0]), indikator=share(borbeck)).count == 1
    assert breaks(pd.Series([float("nan")]), indikator=share(borbeck)).class_of(float("nan")) is None


def test_classes_are_the_same_on_every_page(essen: Data) -> None:
    limits = {
        breaks(analyse(essen, key).values("geboren_eu"), indikator=analyse(essen, key).katalog["geboren_eu"])
        for key in ("07", "21", "IV")
    }
    assert len(limits) == 1


def test_choropleth_prints_limits_unit_and_hatching(borbeck: Analysis) -> None:
    key = "alleinerziehendenquote_2011"
    figure = figures.choropleth(borbeck, key).drawing
    assert "keine Angabe" in words(figure)
    assert "Essen 21,9 %" in words(figure)
    assert "url(#id-hatch)" in figure.body
    assert any(re.fullmatch(r"\d+,\d %", text) for text in words(figure))
    assert all(colour in figure.body for colour in SEQUENTIAL)


def test_dots_are_where_an_interval_crosses_a_limit_and_the_legend_counts_them(borbeck: Analysis) -> None:
    key = "anteil_65plus"
    classes = breaks(borbeck.values(key), indikator=borbeck.katalog[key])
    items = [borbeck.wert(key, area) for area in borbeck.stadtteile]
    crossing = {
        item.gebiet_id
        for item in items
        if item.interval and any(item.interval[0] < limit - 0.05 and item.interval[1] > limit + 0.05
                                 for limit in classes.limits[1:-1])
    }  # fmt: skip
    figure = figures.choropleth(borbeck, key)
    dotted = set(re.findall(r'href="#id-(\d\d)" fill="url\(#id-doubt-', figure.drawing.body))
    assert crossing <= dotted
    assert 0 < len(dotted) < 50
    assert f"Spanne reicht über eine Klassengrenze: {len(dotted)} Stadtteile" in words(figure.drawing)
    assert f"Gepunktet: {len(dotted)} Stadtteile" in figure.subtitle
    script = map_parts(figure.karte, key="k")
    assert "url(#k-doubt-" in script.script
    assert 'id="k-doubt-' in script.html
    assert "doubt" not in figures.choropleth(borbeck, "kitas").drawing.body


COUNTS = ("einwohner", "kitas", "schulen", "haltestellen", "grundschulen_sozialindex_7_9", "einwohner_register")
CIRCLE = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"')


def printed(analysis: Analysis, key: str, area: str) -> str:
    """A value as the table of all Stadtteile prints it."""
    table = text.all_stadtteile(analysis, key)["Wert"]
    return str(table[analysis.data.register.by_id(area).label]).replace("\u00a0", " ")


def drawn_map(analysis: Analysis, key: str) -> SvgFigure:
    return figures.choropleth(analysis, key).drawing


def radii(body: str) -> list[float]:
    return [float(radius) for _, _, radius in CIRCLE.findall(body)]


def test_what_is_a_count_is_read_from_its_type(borbeck: Analysis) -> None:
    counts = {key for key, entry in borbeck.katalog.items() if is_count(entry)}
    assert set(COUNTS) <= counts
    assert {borbeck.katalog[key].typ for key in counts} == {"anzahl"}


@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_circles_with_areas_in_proportion_and_no_coloured_areas(borbeck: Analysis, key: str) -> None:
    figure, values = drawn_map(borbeck, key), borbeck.values(key).dropna()
    counted = values[values > 0].sort_values(ascending=False)
    assert radii(figure.body)[: len(counted)] == pytest.approx(
        list(LARGEST * (counted / values.max()) ** 0.5), abs=0.06
    )
    fills = set(re.findall(r'<use data-ort="\w+" href="#id-\d\d" fill="([^"]+)"', figure.body))
    assert fills <= {style.LAND, "url(#id-hatch)"}
    assert ("url(#id-hatch)" in fills) == bool(borbeck.values(key).isna().any())


@pytest.mark.parametrize("key", ["anteil_unter_15", "dichte_je_km2", "veraenderung_2011_2022"])
def test_shares_rates_and_changes_colour_areas_and_have_no_circles(borbeck: Analysis, key: str) -> None:
    assert radii(drawn_map(borbeck, key).body) == []


def test_the_legend_of_circles_is_drawn_to_scale(borbeck: Analysis) -> None:
    entry, values = borbeck.katalog["einwohner"], borbeck.values("einwohner")
    classes = breaks(values, indikator=entry)
    scale = circles_of(classes, indikator=entry)
    legend = map_legend(classes, indikator=entry, missing=False)
    assert radii(legend.body) == pytest.approx([scale.radius_of(wert) for wert in scale.legend()], abs=0.06)
    assert 10_000 in scale.legend()


def test_zero_has_no_circle_and_is_not_missing(borbeck: Analysis) -> None:
    table = borbeck.table.copy()
    table.loc[("kitas", "01"), "wert"] = float("nan")
    analysis = replace(borbeck, table=table, werte=werte_of(table, borbeck.katalog, borbeck.data.register))
    values = analysis.values("kitas")
    zero = str(values.index[values == 0][0])
    figure = figures.choropleth(analysis, "kitas").drawing
    found = dict(re.findall(r'<use data-ort="\w+" href="#id-(\d\d)" fill="([^"]+)"', figure.body))
    assert (found[zero], found["01"]) == (style.LAND, "url(#id-hatch)")
    assert {"0: ohne Kreis", "keine Angabe"} <= words(figure)


@pytest.mark.parametrize("key", ["anteil_unter_15", "dichte_je_km2", "kitas_je_1000_kinder", *COUNTS])
def test_the_ends_of_every_legend_are_the_ends_of_the_table(borbeck: Analysis, key: str) -> None:
    values, entry = borbeck.values(key).dropna(), borbeck.katalog[key]
    low, high = (printed(borbeck, key, str(area)) for area in (values.idxmin(), values.idxmax()))
    classes = breaks(values, indikator=entry)
    small = figures.small_multiples(borbeck, [key]).drawing
    assert small.narrow is not None
    for figure in (drawn_map(borbeck, key), map_legend(classes, indikator=entry, missing=False), small, small.narrow):
        said = words(figure)
        for end in (low, high):
            number = end.split(" ")[0]
            assert {end, number, f"{end}: ohne Kreis", f"{number}: ohne Kreis"} & said, (end, said)
    if not is_count(entry):
        assert classes.labels()[0].split("\u00a0")[0].split(" ")[0] == low.split(" ")[0]
        assert classes.labels()[-1].replace("\u00a0", " ").endswith(f" {high}")


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_what_a_table_prints_lies_in_the_class_that_the_legend_prints(numbers: list[float]) -> None:
    entry = Indikator("x", "x", "x", "x", "x", "x", "%", "anteil", "neutral", "A", True)
    values = pd.Series(numbers)
    classes = breaks(values, indikator=entry)
    tabled = [float(style.number(wert, 1).replace(".", "").replace(",", ".")) for wert in values]
    assert (classes.limits[0], classes.limits[-1]) == (min(tabled), max(tabled))
    for wert, said in zip(values, tabled, strict=True):
        place = classes.class_of(wert)
        assert place is not None
        assert classes.limits[place] <= said <= classes.limits[place + 1]
        assert place == 0 or said > classes.limits[place]


def test_small_maps_print_every_limit_and_the_unit(essen: Data) -> None:
    analysis = analyse(essen, "essen")
    keys = [key for key in analysis.table.index.unique("indikator") if analysis.values(key).notna().any()]
    for key in keys:
        entry = analysis.katalog[key]
        wide = figures.small_multiples(analysis, [key]).drawing
        assert wide.narrow is not None
        for figure in (wide, wide.narrow):
            said = words(figure)
            if not is_count(entry):
                limits = breaks(analysis.values(key), indikator=entry).limits
                for limit in limits:
                    number = style.number(limit, entry.nachkommastellen)
                    assert {number, f"{number} {entry.einheit}"} & said, (key, number)
            unit = entry.einheit.replace("\u00a0", " ")
            assert unit == "Anzahl" or any(unit in one for one in said - {entry.kurztitel}), key
        assert misplaced(wide) == [], key


def test_every_map_shows_the_same_of_a_count(essen: Data) -> None:
    """Static, interactive and workbench map: the same circles at the same Stadtteile, the same legend."""
    key = "kitas"
    analysis = analyse(essen, "21")
    entry, values = analysis.katalog[key], analysis.values(key)
    state = State(essen, gebiet="21", indikator=key)
    scale = circles_of(state.breaks, indikator=entry)
    wanted = {str(area): round(scale.radius_of(wert), 1) for area, wert in values.items() if wert > 0}
    script = map_parts(figures.choropleth(analysis, key).karte, key="k").script
    live = {area: float(radius) for area, radius in _styles(script).items()}
    assert live == wanted
    bench = {one["id"]: one for one in layers.circles(state, 12.0)["features"]}
    assert set(bench) == set(wanted)
    for area, one in bench.items():
        west, _, east, _ = shapely.geometry.shape(one["geometry"]).bounds
        assert (east - west) / 360 * 256 * 2**12 / 2 == pytest.approx(wanted[area], abs=0.1)
    assert sorted(radii(drawn_map(analysis, key).body)[: len(wanted)]) == pytest.approx(
        sorted(wanted.values()), abs=0.06
    )


def _styles(script: str) -> dict[str, str]:
    """Radius by Stadtteil from the style function that folium writes."""
    points = re.findall(r'"type":"Point"\},"id":"(\d\d)"', script)
    looks = re.findall(r'((?:case "\d\d":\s*)+|default:)\s*return \{[^}]*"radius": ([\d.]+)', script)
    found = {area: radius for areas, radius in looks for area in re.findall(r'"(\d\d)"', areas)}
    rest = next((radius for areas, radius in looks if areas == "default:"), "")
    found |= {area: rest for area in points if area not in found}
    return found


@pytest.mark.parametrize("gebiet", EXTREMES)
def test_no_label_overlaps_on_the_maps_of_extreme_areas(essen: Data, gebiet: str) -> None:
    analysis = analyse(essen, gebiet)
    assert misplaced(figures.choropleth(analysis, "anteil_unter_15").drawing) == []
    assert misplaced(figures.facility_map(analysis).drawing) == []


def test_every_stadtteil_is_labelled_with_name_or_number(borbeck: Analysis) -> None:
    figure = figures.choropleth(borbeck, "geboren_eu").drawing
    for area in borbeck.data.register.of_level("stadtteil"):
        assert (
            area.name in words(figure)
            or str(area.nummer) in words(figure)
            or area.name.partition("-")[2] in words(figure)
        )


def test_small_multiples_write_the_geometry_once(borbeck: Analysis) -> None:
    keys = ["anteil_unter_15", "anteil_65plus", "geboren_eu", "alleinerziehendenquote_2011"]
    figure = figures.small_multiples(borbeck, keys).drawing
    assert figure.body.count('<path id="id-21"') == 1
    assert figure.body.count('href="#id-21"/>') == len(keys)
    assert misplaced(figure) == []


def test_locator_fills_the_members_of_the_area(essen: Data) -> None:
    drawn = {key: figures.locator(analyse(essen, key)).drawing.body for key in ("21", "07", "IV")}
    assert len(set(drawn.values())) == 3
    members = {key: set(essen.register.members(key)) for key in drawn}
    filled = {key: set(re.findall(rf'data-ort="(\w+)" d="[^"]+" fill="{ACCENT}"', drawn[key])) for key in drawn}
    assert filled == members


def test_infrastructure_counts_schools_once(muster: Data) -> None:
    figure = figures.facility_map(analyse(muster, "musterstadt")).drawing
    assert "6 Grundschulen an 7 Standorten" in words(figure)
    places = muster.einrichtungen
    open_kitas = ((places["art"] == "kita") & (places["status"] == "offen") & places.geometry.notna()).sum()
    assert f"{open_kitas} Kitas" in words(figure)


def test_walking_circle_says_its_minutes(essen: Data) -> None:
    assert "10 Minuten zu Fuß" in words(figures.facility_map(analyse(essen, "21")).drawing)
    assert "10 Minuten zu Fuß" not in words(place_map(analyse(essen, "21")).drawing)
    assert walking_radius_m(10) == pytest.approx(10 * 5000 / 60 / 1.3)


def test_symbols_move_apart_but_not_away() -> None:
    homes = {"a": (0.0, 0.0), "b": (0.0, 0.0), "c": (1.0, 0.0), "d": (50.0, 0.0)}
    moved = spread_apart(homes, dict.fromkeys(homes, 4.0))
    assert moved["d"] == homes["d"]
    assert moved == spread_apart(dict(reversed(list(homes.items()))), dict.fromkeys(homes, 4.0))
    for one, other in combinations("abc", 2):
        assert np.hypot(*np.subtract(moved[one], moved[other])) > 7
    assert all(np.hypot(*np.subtract(moved[key], homes[key])) <= 12.01 for key in homes)


def test_static_maps_repeat_and_stay_small(essen: Data) -> None:
    for make in (figures.locator, figures.facility_map):
        first = make(analyse(essen, "21")).svg()
        assert first == make(analyse(essen, "21")).svg()
        assert len(first) < 90_000  # with every house


def test_interactive_maps_repeat_name_no_address_and_stay_small(borbeck: Analysis) -> None:
    key = "alleinerziehendenquote_2011"

    def drawn() -> list[str]:
        pieces = (
            figures.facility_map(borbeck).karte,
            figures.choropleth(borbeck, key).karte,
        )
        return [part for map_ in pieces for part in vars(map_parts(map_, key="k")).values()]

    first = drawn()
    assert first == drawn()
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", "".join(first))
    assert all(len(part) < 250_000 for part in first)
    assert first[1].count('"Borbeck-Mitte"') == 1


def test_leaflet_is_self_contained() -> None:
    assert "sourceMappingURL" not in leaflet_script()
    assert "</script" not in leaflet_script().lower()
    assert re.findall(r"url\((?!data:)", leaflet_style()) == []


def with_evil_kita(data: Data) -> Data:
    table = data.einrichtungen.copy()
    first = table.index[(table["art"] == "kita") & table.geometry.notna()][0]
    table.loc[first, "name"] = EVIL
    return data.laid_over(einrichtungen=lambda: table)


def test_names_from_data_are_escaped(muster: Data) -> None:
    script = map_parts(figures.facility_map(analyse(with_evil_kita(muster), "musterstadt")).karte, key="k").script
    assert "<script>alert" not in script
    assert "&lt;script&gt;" in script


def opened_map(map_: Karte, path: Path, open_page: Callable[..., Any], **how: Any) -> Any:
    path.write_text(frame_document(map_parts(map_, key="k"), title="Karte"), encoding="utf-8")
    return open_page(path, width=800, **how)


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until an element has the focus, as a reader without a mouse does."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The Tab key does not reach {selector}")


@pytest.mark.browser
def test_a_map_works_in_a_browser(muster: Data, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    drawn = figures.facility_map(analyse(with_evil_kita(muster), "musterstadt")).karte
    opened = opened_map(drawn, tmp_path / "karte.html", open_page)
    page = opened.page
    page.wait_for_selector(".leaflet-marker-icon")
    assert [url for url in opened.requests if not url.startswith("file:")] == []
    assert opened.errors == []
    assert page.locator("img").count() == 0
    page.locator(".sr-icon--K").first.hover(force=True)
    page.wait_for_selector(".leaflet-tooltip")
    assert EVIL in page.locator(".leaflet-tooltip").inner_text()


@pytest.mark.browser
def test_facilities_around_the_area_are_pale(borbeck: Analysis, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    page = opened_map(figures.facility_map(borbeck).karte, tmp_path / "karte.html", open_page).page
    page.wait_for_selector(".sr-icon--K")
    places = borbeck.data.einrichtungen
    here = (places["gebiet_id"] == "21") & (places["art"] == "kita") & (places["status"] == "offen")
    assert page.locator(".sr-icon--K:not(.sr-icon--outside)").count() == here.sum()
    assert page.locator(".sr-icon--K.sr-icon--outside").count() > 0


@pytest.mark.browser
def test_layers_switch_with_the_keyboard(muster: Data, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    drawn = figures.facility_map(analyse(muster, "musterstadt")).karte
    page = opened_map(drawn, tmp_path / "karte.html", open_page).page
    page.wait_for_selector(".sr-icon--K")
    assert page.get_by_role("group", name="Ebenen der Karte").count() == 1
    box = page.get_by_role("checkbox", name=re.compile("Kitas"))
    box.evaluate("element => element.id = 'kitas'")
    tab_to(page, "#kitas")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Space")
    assert page.locator(".sr-icon--K").count() == 0
    page.keyboard.press("Space")
    page.wait_for_selector(".sr-icon--K")


@pytest.mark.browser
def test_a_map_moves_and_speaks_with_the_keyboard(
    borbeck: Analysis, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    key = "anteil_65plus"
    values, entry = borbeck.values(key), borbeck.katalog[key]
    drawn = figures.choropleth(borbeck, key).karte
    page = opened_map(drawn, tmp_path / "karte.html", open_page).page
    tab_to(page, ".folium-map")
    assert page.get_by_role("application").get_attribute("aria-label").startswith("Interaktive Karte. Pfeiltasten")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    assert page.locator(".sr-map-keys").is_visible()
    status, pane = page.get_by_role("status"), page.locator(".leaflet-map-pane")
    heard, places = [], []
    for name in ("ArrowUp", "ArrowUp", "ArrowLeft", "+", "-"):
        page.keyboard.press(name)
        page.wait_for_timeout(400)
        heard.append(status.inner_text())
        places.append((pane.get_attribute("style"), page.locator(".leaflet-control-scale-line").inner_text()))
    assert len({place for place, _ in places[:3]}) == 3
    assert places[3][1] != places[2][1] == places[4][1]
    said = {f"{borbeck.data.register.by_id(str(key)).name}, {style.value(wert, entry)}" for key, wert in values.items()}
    assert all(any(text.startswith(known) for known in said) for text in heard)
    assert len(set(heard)) > 1
    assert page.locator(".leaflet-tooltip").count() == 1
    page.keyboard.press("Shift+Tab")
    assert status.inner_text() == ""


@pytest.mark.browser
def test_controls_speak_german_and_work(borbeck: Analysis, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    drawn = figures.facility_map(borbeck).karte
    page = opened_map(drawn, tmp_path / "karte.html", open_page).page
    before = page.locator(".leaflet-control-scale-line").inner_text()
    tab_to(page, ".leaflet-control-zoom-in")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Vergrößern"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "text => document.querySelector('.leaflet-control-scale-line').innerText !== text", arg=before
    )
    assert page.get_by_role("button", name="Verkleinern").count() == 1
    assert page.get_by_title("Layers").count() == 0


@pytest.mark.browser
def test_a_map_is_calm_where_motion_is_reduced(
    borbeck: Analysis, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    drawn = figures.facility_map(borbeck).karte
    page = opened_map(drawn, tmp_path / "karte.html", open_page).page
    assert page.locator(".leaflet-proxy.leaflet-zoom-animated").count() == 1
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    assert page.locator(".leaflet-proxy.leaflet-zoom-animated").count() == 0
    tab_to(page, ".folium-map")
    page.keyboard.press("ArrowUp")
    assert page.locator(".leaflet-pan-anim").count() == 0


def test_every_paint_of_small_maps_is_defined(borbeck: Analysis) -> None:
    keys = ["reichweite_grundschule_1km", "reichweite_kita_500m"]
    html = figures.small_multiples(borbeck, keys)._repr_mimebundle_()[0]["text/html"]
    painted = set(re.findall(r"url\(#([^)]+)\)", html))
    assert any("doubt" in paint for paint in painted)
    assert painted <= set(re.findall(r'\bid="([^"]+)"', html))


@pytest.mark.parametrize(
    ("years", "words"),
    [
        (["2019", "2020"], "2019 und 2020"),
        (["2019", "2020", "2021", "2023"], "2019 bis 2021 und 2023"),
        (["2020/21", "2025"], "2020/21 und 2025"),
    ],
)
def test_years_in_a_row_are_one_span(years: list[str], words: str) -> None:
    assert in_runs(years) == words
