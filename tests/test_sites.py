"""Sites: the p-median against published optima and brute force, what is as good, a wish, the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse.csgraph import shortest_path

import sozialraum as sr
from sozialraum.api.stadt import Stadt
from sozialraum.city.load import Data, open_data
from sozialraum.city.network import walk_network
from sozialraum.city.readers import write_shapes
from sozialraum.compare import p_median as search
from sozialraum.compare.analysis import analyse
from sozialraum.compare.site_question import Question, ask
from sozialraum.lab.state import State
from sozialraum.publish.job import Job, render
from sozialraum.report.evidence import Known, Statement
from sozialraum.text import sites as words

ROOT = Path(__file__).resolve().parent.parent
OPTIMA = {"pmed1": 5819, "pmed2": 4093, "pmed3": 4250, "pmed6": 7824}
"""Uncapacitated p-median problems of the OR-Library of J. E. Beasley, with the published optima."""


@pytest.fixture(scope="module")
def stadt(musterstadt_dir: Path) -> Stadt:
    return sr.open(musterstadt_dir)


@pytest.fixture(scope="module")
def essen(essen_dir: Path) -> Stadt:
    return sr.open(essen_dir)


def or_library(name: str) -> tuple[np.ndarray, int]:
    """Distances on the graph of an instance; of edges that are listed twice the last one counts."""
    numbers = np.array((ROOT / "tests" / "or_library" / f"{name}.txt").read_text().split(), dtype=int)
    size, edges, p = numbers[:3]
    graph = np.zeros((size, size))
    for start, end, length in numbers[3 : 3 + 3 * edges].reshape(-1, 3):
        graph[start - 1, end - 1] = graph[end - 1, start - 1] = length
    return shortest_path(graph, directed=False), int(p)


@pytest.mark.parametrize("name", OPTIMA)
def test_published_optima_are_reached_and_proven(name: str) -> None:
    cost, p = or_library(name)
    found = sr.p_median(cost, None, p)
    assert found.total == OPTIMA[name]
    assert found.proven
    assert len(set(found.columns)) == p


def test_many_sites_are_proven_by_the_radius_model() -> None:
    cost, _ = or_library("pmed1")
    many = sr.p_median(cost, None, 33)
    few = sr.p_median(cost[:, many.columns], None, 33)
    assert many.proven
    assert few.total == many.total
    without = [sr.p_median(np.delete(cost, one, axis=1), None, 33).total for one in many.columns[:3]]
    assert min(without) >= many.total


@settings(max_examples=60)
@given(st.data())
def test_the_p_median_equals_brute_force(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 7))
    cost = data.draw(arrays(float, (rows, columns), elements=st.integers(0, 9) | st.floats(0, 9)))
    weight = data.draw(arrays(float, rows, elements=st.integers(0, 4)))
    p = data.draw(st.integers(1, columns))
    fixed = data.draw(st.sets(st.integers(0, columns - 1), max_size=p))
    ways = {"MANY": [1, search.MANY], "_DEARER": [0, 10**6], "_FIRST": [1, 900]}  # how the search goes on
    sets = [list(one) for one in combinations(range(columns), p) if fixed <= set(one)]
    least = min(float(cost[:, one].min(axis=1) @ weight) for one in sets)
    with pytest.MonkeyPatch.context() as patch:
        for name, values in ways.items():
            patch.setattr(search, name, data.draw(st.sampled_from(values)))
        found = sr.p_median(cost, weight, p, fixed)
    assert found.total == pytest.approx(least, abs=1e-6)
    assert found.total == pytest.approx(float(cost[:, found.columns].min(axis=1) @ weight))
    assert fixed <= set(found.columns)
    assert len(found.columns) == p
    assert found.proven


def test_where_time_ends_the_gap_is_told() -> None:
    cost = np.random.default_rng(1).integers(0, 1000, (150, 150))
    three = sr.p_median(cost, None, 3)  # such costs have bad bounds: every set is tried
    pairs = [np.minimum(cost, np.minimum(cost[:, [one]], cost[:, [three.columns[0]]])) for one in range(150)]
    tried = min(pair.sum(axis=0).min() for pair in pairs)  # with one of the three every pair
    assert three.proven
    assert three.total == tried
    found = sr.p_median(cost, None, 8, limit=0.3)
    assert 0 < found.gap < 1
    assert not found.proven
    assert "höchstens" in repr(found)
    assert found.bound < found.total == cost[:, found.columns].min(axis=1).sum()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2]], [1], 3), "von 1 bis 2"),
        (([[1, 2]], [1], 1, (0, 1)), "von 2 bis 2"),
        (([[1, 2]], [1], 1, (5,)), "Die Spalte 5 gibt es nicht"),
        (([[1, -2]], [1], 1), "negativ"),
        (([[1, float("nan")]], [1], 1), "nicht bekannt"),
        (([[1, 2]], [1, 2], 1), "2 Gewichte"),
        (([1, 2], [1], 1), "keine Tabelle"),
        (([["a", "b"]], [1], 1), "keine Zahlen"),
        (([[1, 2]], [1], 1, ("a",)), "Die Spalte a gibt es nicht"),
        (([[1, float("inf")]], [1], 1), "unendlich"),
    ],
)
def test_what_cannot_be_used_is_told(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(sr.SozialraumError, match=message):
        sr.p_median(*arguments)


def brute(cells: gpd.GeoDataFrame, weights: pd.Series, fixed: list[shapely.Point]) -> float:
    """The shortest mean way by trying every cell, straight lines times 1.3."""
    points = [one.centroid for one in cells.geometry]
    means = []
    for site in points:
        ways = [1.3 * min(point.distance(one) for one in (site, *fixed)) for point in points]
        means.append(float(np.average(ways, weights=weights)))
    return min(means)


@pytest.mark.parametrize("who", ["einwohner", "unter_15", "ab_65"])
@pytest.mark.parametrize("beside", [False, True])
def test_one_site_in_musterstadt_equals_brute_force(stadt: Stadt, who: str, beside: bool) -> None:
    cells = stadt.cells()
    fixed = [cells.geometry.iloc[4].centroid] if beside else []
    found = sr.best_sites(stadt["musterstadt"], fixed=fixed, weights=who)
    assert found.mittel == pytest.approx(brute(cells, cells[who], fixed), abs=0.2)
    assert found.bewiesen
    assert found.tabelle.loc["Standort", "mittel_von"] <= found.mittel <= found.tabelle.loc["Standort", "mittel_bis"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_cells_of_ones_own_equal_brute_force(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 9))
    at = data.draw(arrays(int, (size, 2), elements=st.integers(0, 3000)))
    people = data.draw(arrays(int, size, elements=st.integers(1, 50)))
    cells = gpd.GeoDataFrame({"einwohner": people}, geometry=gpd.points_from_xy(*at.T), crs=25832)
    fixed = [cells.geometry.iloc[0]] if data.draw(st.booleans()) else []
    found = sr.best_sites(cells, fixed=fixed)
    assert found.mittel == pytest.approx(brute(cells, cells["einwohner"], fixed), abs=1e-6)
    turned = sr.best_sites(cells.iloc[::-1], fixed=fixed, weights=cells["einwohner"] * 3.0)
    assert turned.mittel == pytest.approx(found.mittel)
    two = sr.best_sites(cells, p=2, fixed=fixed)
    assert two.mittel <= found.mittel + 1e-6
    assert found.sites.second is None or found.sites.second.reach.mittel.wert >= two.mittel - 1e-6


def test_weights_of_ones_own_are_numbers_by_index_or_in_order() -> None:
    cells = gpd.GeoDataFrame({"art": list("abc")}, geometry=gpd.points_from_xy([0, 100, 500], [0, 0, 0]), crs=25832)
    means = [
        sr.best_sites(cells, weights=one).mittel
        for one in ([1, 2, 9], np.array([1, 2, 9]), pd.Series([9, 1, 2], index=[2, 0, 1]))
    ]
    assert means == pytest.approx([1.3 * (500 + 2 * 400) / 12] * 3)
    empty = cells.set_geometry([None, *cells.geometry[1:]])
    twice = pd.Series([1, 2, 3], index=[0, 1, 1])
    for wrong, options, message in (
        (cells, {"weights": "art"}, "sind keine Zahlen"), (cells, {"weights": [1, 2]}, "einer je Zelle"),
        (cells, {"weights": twice}, "steht doppelt"), (empty, {"weights": [1, 2, 3]}, "ohne Geometrie"),
        (cells, {"weights": [0, 0, 0]}, "wohnt niemand"), (cells, {"weights": [1, 1, 1], "metres": "8"}, "kein Fußweg"),
    ):  # fmt: skip
        with pytest.raises(sr.SozialraumError, match=message):
            sr.best_sites(wrong, **options)


def test_other_objectives_equal_brute_force(stadt: Stadt) -> None:
    cells = stadt.cells()
    at = cells.geometry.centroid.get_coordinates().to_numpy()
    ways = 1.3 * np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    people = cells["einwohner"].to_numpy()
    pairs = [ways[:, list(one)].min(axis=1) for one in combinations(range(len(cells)), 2)]
    most = max(100 * people[way <= 1500].sum() / people.sum() for way in pairs)
    assert sr.best_sites(stadt["musterstadt"], p=2, objective="cover", metres=1500).wert == pytest.approx(most)
    longest = min(way[people > 0].max() for way in pairs)
    found = sr.best_sites(stadt["musterstadt"], p=2, objective="worst")
    assert found.wert == pytest.approx(longest, abs=0.2)
    assert found.bewiesen


def test_a_wish_is_compared_and_what_is_as_good_is_shown(essen: Stadt) -> None:
    found = sr.best_sites(essen["Borbeck-Mitte"], wish="germaniaplatz 3")
    cells = essen.cells()[essen.cells()["gebiet_id"] == "21"]
    wish = essen.locate("Germaniaplatz 3").punkt
    mean = np.average(1.3 * cells.geometry.centroid.distance(wish), weights=cells["einwohner"])
    assert found.tabelle.loc["Germaniaplatz 3", "mittel"] == pytest.approx(mean, abs=0.5)
    assert found.mehr == pytest.approx(100 * (mean / found.mittel - 1), abs=0.1)
    assert any("liegen unter anderem Häuser dieser Straßen: " in one for one in found.worte)
    unproven = replace(found.siting, made=replace(found.sites, merged=True))
    assert "(nicht bewiesen)" in words.site_title(unproven)
    assert "bewiesen" not in words.site_title(found.siting)
    near = found.gleichwertig
    assert near.index.isin(found.standorte.index).any()
    means = [np.average(1.3 * cells.centroid.distance(one), weights=cells["einwohner"]) for one in near.geometry]
    assert max(means) <= 1.06 * found.mittel
    assert not found.sites.wish.gleichwertig
    itself = sr.best_sites(essen["Borbeck-Mitte"], wish=found.standorte.geometry.iloc[0])
    assert itself.mehr == pytest.approx(0)
    assert itself.sites.wish.gleichwertig


def test_candidates_are_streets_and_addresses(essen: Stadt) -> None:
    area = [essen["Altendorf"], essen["Bochold"]]
    found = sr.best_sites(area, ["Friedrich-Lange-Str. 3", "Haus-Berge-Str."], weights="unter_15")
    assert found.standorte["name"].iloc[0].startswith("Haus-Berge-Str. ")
    assert "in Altendorf und Bochold" in " ".join(found.worte)
    assert "möglichen Standorten" in " ".join(found.worte)
    for wrong, message in (
        (lambda: sr.best_sites(area, ["Nirgendwoallee 5"]), "steht nicht im Adressverzeichnis"),
        (lambda: sr.best_sites(area, []), "kein möglicher Standort"),
        (lambda: sr.best_sites(area, p=0), "neue Standorte sind nicht möglich"),
        (lambda: sr.best_sites(area, objective="schön"), "Das Ziel „schön“ gibt es nicht"),
        (lambda: sr.best_sites(area, weights="katzen"), "Die Nachfrage „katzen“ gibt es nicht"),
        (lambda: sr.best_sites("21"), "Erwartet wird als Nachfrage ein Ort"),  # type: ignore[arg-type]
        (lambda: sr.best_sites(essen.cells(), ["Schloßstr. 1"]), "ist kein Ort"),
    ):
        with pytest.raises(sr.SozialraumError, match=message):
            wrong()


def test_on_footpaths_every_way_is_walked(musterstadt_copy: Path) -> None:
    plain = sr.open(musterstadt_copy)
    straight = sr.best_sites(plain["musterstadt"]).mittel
    west, south, east, _ = plain.data.gebiete.total_bounds
    spots = {(i, j): (west + i * 250, south + j * 250) for i in range(int(east - west) // 250 + 2) for j in range(14)}
    numbers = {key: number for number, key in enumerate(spots)}
    pairs = [(key, (key[0] + di, key[1] + dj)) for key in spots for di, dj in ((1, 0), (0, 1))]
    pairs = [(a, b) for a, b in pairs if b in spots and not (b[1] == 7 and a[1] == 6 and a[0] != 9)]  # one bridge
    lines = [shapely.LineString([spots[a], spots[b]]) for a, b in pairs]
    ends = {"a": [numbers[a] for a, _ in pairs], "b": [numbers[b] for _, b in pairs], "quelle": "zensus_1km"}
    paths = gpd.GeoDataFrame(ends, geometry=lines, crs=plain.data.crs).rename_axis("id")
    (musterstadt_copy / "abgerufen").mkdir(exist_ok=True)
    write_shapes(musterstadt_copy / "abgerufen" / "fusswege.parquet", paths)
    data = open_data(musterstadt_copy)
    network, cells = walk_network(data), plain.cells()
    assert network is not None
    points = cells.geometry.centroid
    ways, people = network.matrix_m(points, points), cells["einwohner"].to_numpy()
    assert np.isfinite(ways).all()
    siting = ask(analyse(data, "musterstadt"))
    found = siting.sites
    assert found.network
    assert found.value == pytest.approx((people @ ways).min() / people.sum(), rel=2e-3)
    assert found.value > 1.05 * straight
    two = ask(analyse(data, "musterstadt"), p=2).sites
    least = min(people @ ways[:, list(one)].min(axis=1) for one in combinations(range(len(cells)), 2))
    assert two.value == pytest.approx(least / people.sum(), rel=2e-3)
    assert words.BARRIERS not in words.site_title(siting)
    told = [one.text for one in (*words.site_answer(siting), *words.site_limits(siting))]
    assert any("auf den Fußwegen" in one for one in told)
    known = Known(data)
    assert [text for text in told if Statement(known, text, [words.site_basis(siting).ref]).faults()] == []


def test_a_question_is_told_by_its_key() -> None:
    asked = Question(("07", "22"), "ab_65", "Ring 1", ("A 1", "B 2"), (), 2, "cover", 500.0)
    assert Question.of(asked.key) == asked


@pytest.mark.parametrize(
    "question",
    [
        {"adresse": "Hauptstr. 8"},
        {"p": 2, "ziel": "cover", "meter": 900, "bestehend": ["Hauptstr. 3"]},
        {"p": 2, "ziel": "worst", "nachfrage": "ab_65", "kandidaten": ["Hauptstr.", "Nordstr. 3"]},
    ],
)
def test_every_printed_number_is_answered_again(musterstadt_data: Data, question: dict[str, Any]) -> None:
    siting = ask(analyse(musterstadt_data, "musterstadt"), einzugsbereich=["I", "II", "III"], **question)
    known = Known(musterstadt_data)
    basis = [words.site_basis(siting).ref]
    sentences = [one.text for one in (*words.site_answer(siting), *words.site_limits(siting))]
    for text in [*sentences, words.site_title(siting), words.site_alt(siting)]:
        assert Statement(known, text, basis).faults() == [], text
    wrong = re.sub(r"misst \S+", "misst 9.999\u00a0m", sentences[0])
    assert Statement(known, wrong, basis).faults()
    other = [(words.SITE, *Question(("05",)).key)]
    assert Statement(known, sentences[0], other).faults()


def test_a_wish_outside_is_told_and_stands_for_one_of_several(musterstadt_data: Data) -> None:
    every = ask(analyse(musterstadt_data, "01"), adresse="Nordstr. 3", p=2)  # a site in each of its two cells
    assert "im Mittel statt 0 m" in " ".join(one.text for one in words.site_answer(every)).replace("\u00a0", " ")
    siting = ask(analyse(musterstadt_data, "01"), einzugsbereich=["01", "02"], adresse="Südstr. 8", p=2, ziel="worst")
    wish, names = siting.sites.wish, words.site_names(siting)
    assert wish is not None
    told = [one.text for one in words.site_answer(siting)]
    assert f"Südstr. 8 anstelle des Standorts {names[wish.instead]}: längster Weg" in " ".join(told)
    assert "Südstr. 8 liegt außerhalb des Einzugsbereichs." in told
    assert "Südstr. 8" not in words.site_alt(siting)
    assert f"Südstr. 8 statt {names[wish.instead]}" in words.site_table(siting).index
    assert "zu den Standorten" in words.site_title(siting)
    known, basis = Known(musterstadt_data), [words.site_basis(siting).ref]
    assert [text for text in told if Statement(known, text, basis).faults()] == []
    inner = ask(analyse(musterstadt_data, "musterstadt"), adresse="Hauptstr. 8")
    assert not any("außerhalb" in one.text for one in words.site_answer(inner))
    assert "Hauptstr. 8" in words.site_alt(inner)
    own = sr.best_sites(
        gpd.GeoDataFrame({"einwohner": [5, 1]}, geometry=gpd.points_from_xy([0, 900], [0, 0]), crs=25832),
        objective="cover", metres=500, wish=shapely.Point(900, 0),
    )  # fmt: skip
    assert (
        own.worte[0]
        .replace("\u00a0", " ")
        .endswith("für 83,3 %. Der Wunschort: Anteil mit kurzem Weg 16,7 % statt 83,3 %.")
    )


def test_a_click_in_the_workbench_finds_the_site(musterstadt_data: Data) -> None:
    from sozialraum.lab.map_view import MapView
    from sozialraum.lab.messages import Messages
    from sozialraum.lab.site_search import HOW, SiteSearch

    state = State(musterstadt_data, gebiet="II", indikator="anteil_unter_15")
    messages = Messages()
    tool = SiteSearch(state, MapView(state, messages), messages)
    state.adresse = ("Hauptstr. 8", 11.6, 52.0)
    tool.start.click()
    assert "Der mittlere Fußweg misst" in tool.answer.value
    assert "Hauptstr. 8: " in tool.answer.value
    assert len(tool.layer.data["features"]) == 2
    state.choose(gebiet="05")
    assert tool.layer.data["features"] == []
    assert HOW in tool.answer.value


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_reads_well(
    essen_data: Data, tmp_path: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]]
) -> None:
    values = {"gebiet": "07", "einzugsbereich": ["07", "22"], "adresse": "Friedrich-Lange-Str. 3"}
    job = Job(ROOT / "notebooks" / "07_standort.ipynb", "07_standort/07.html", "07", values)
    render(job, data=essen_data.environment, out=tmp_path)
    opened = open_page(tmp_path / job.target, width=360)
    page = opened.page
    assert opened.requests == opened.errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe_violations(page) == []
    text = page.inner_text("main").replace("\u00a0", " ")
    assert "Bahn, Kanal und Autobahn nicht berücksichtigt" in text
    assert "1.915 m im Mittel, 67,2 % mehr als am Standort mit dem kürzesten mittleren Weg" in text
    assert (tmp_path / job.target).stat().st_size < 700_000
