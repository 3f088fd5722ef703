"""What a reader sees on every report: labels apart from each other, and maps and charts that survive a grey print."""

import re
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from colours import grey, lightness
from drawings import misplaced
from sozialraum import figures, style
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.figures.distribution import histogram
from sozialraum.figures.hatch import PRINT_ONLY
from sozialraum.figures.profile import profile_indicators
from sozialraum.style import SvgFigure
from sozialraum.supply.workspace import open_data

AREAS = [f"{number:02d}" for number in range(1, 51)] + ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "essen"]
AGES = ("anteil_unter_15", "anteil_15_64", "anteil_65plus")
PHONE = 358
"""Room for a figure on a screen of 390 pixels."""
FIGURES: dict[str, Callable[[Analysis], SvgFigure]] = {
    "profile": lambda analysis: figures.profile(analysis).drawing,
    "bars": lambda analysis: figures.age_groups(analysis).drawing,
    "infrastructure": lambda analysis: figures.facility_map(analysis).drawing,
    "choropleth": lambda analysis: choropleth(analysis, "anteil_unter_15"),
}


def choropleth(analysis: Analysis, key: str) -> SvgFigure:
    return figures.choropleth(analysis, key).drawing


@pytest.fixture(scope="module")
def essen() -> Data:
    return open_data()


def test_the_areas_are_all_of_essen(essen: Data) -> None:
    assert [
        area.id for level in ("stadtteil", "stadtbezirk", "stadt") for area in essen.register.of_level(level)
    ] == AREAS


@pytest.mark.parametrize("gebiet", AREAS)
def test_no_label_of_a_report_is_cut_off_or_covers_another_or_a_sign(essen: Data, gebiet: str) -> None:
    analysis = analyse(essen, gebiet)
    keys = analysis.table.index.unique("indikator")
    drawn = {name: draw(analysis) for name, draw in FIGURES.items()}
    drawn |= {f"strip {key}": figures.dotplot(analysis, key).drawing for key in keys}
    drawn |= {f"comparison {key}": figures.comparison(analysis, key).drawing for key in AGES}
    assert {name: found for name, figure in drawn.items() if (found := misplaced(figure))} == {}


def test_the_marker_of_the_area_is_a_sign_that_labels_avoid(essen: Data) -> None:
    analysis = analyse(essen, "21")
    assert len(figures.dotplot(analysis, "anteil_65plus").drawing.marks) == 1
    assert len(figures.profile(analysis).drawing.marks) == len(profile_indicators(analysis))
    assert len(figures.facility_map(analysis).drawing.marks) > 100


@pytest.mark.parametrize("gebiet", ["21", "44", "VIII", "essen"])
def test_the_city_line_runs_behind_no_label(essen: Data, gebiet: str) -> None:
    analysis = analyse(essen, gebiet)
    for key in analysis.table.index.unique("indikator"):
        figure = figures.dotplot(analysis, key).drawing
        line = re.search(rf'M([\d.]+) ([\d.]+)L[\d.]+ ([\d.]+)" stroke="{style.CITY}"', figure.body)
        if line is None:
            continue
        x, top, bottom = (float(number) for number in line.groups())
        assert [
            box.text for box in figure.labels if box.left < x < box.right and box.top < bottom and box.bottom > top
        ] == []


def test_no_text_is_under_eleven_pixels_on_a_phone(essen: Data) -> None:
    for gebiet in ("21", "VIII", "essen"):
        analysis = analyse(essen, gebiet)
        key = "dichte_je_km2"
        spread = style.from_matplotlib(histogram(analysis, key))
        sizes = [float(size) for size in re.findall(r"font[^;\"]*?\b([\d.]+)px", spread.body)]
        assert min(sizes) * PHONE / max(PHONE, spread.width) >= 11
        compared, dots = figures.comparison(analysis, "geboren_eu"), figures.dotplot(analysis, "kitas")
        drawn = [FIGURES["bars"](analysis), compared.drawing, dots.drawing]
        narrow = figures.profile(analysis).drawing.narrow
        assert narrow is not None
        for figure in (*drawn, narrow):
            sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', figure.body)]
            assert min(sizes) * min(1, PHONE / figure.width) >= 11


@pytest.mark.parametrize("key", ["dichte_je_km2", "einwohner", "alleinerziehendenquote_2011"])
def test_the_legend_below_a_map_fits_a_phone(essen: Data, key: str) -> None:
    analysis = analyse(essen, "essen")
    drawn = figures.choropleth(analysis, key).karte
    assert drawn.legend is not None
    assert drawn.legend.width <= PHONE
    assert misplaced(drawn.legend) == []


def test_the_narrow_profile_says_the_same(essen: Data) -> None:
    figure = figures.profile(analyse(essen, "33")).drawing
    assert figure.narrow is not None
    values = [{box.text for box in one.labels if re.search(r"\d,\d", box.text)} for one in (figure, figure.narrow)]
    assert values[0] == values[1] != set()


def fills(figure: SvgFigure) -> dict[str, str]:
    """Colour or pattern of every Stadtteil of a choropleth."""
    screen = figure.body.split(f'<g class="{PRINT_ONLY}"')[0]
    return dict(re.findall(r'<use data-ort="\w+" href="#id-(\d\d)" fill="(#\w+|url\(#id-hatch\))"', screen))


def textures(figure: SvgFigure) -> dict[str, str]:
    """What a print lays over every Stadtteil of a choropleth."""
    group = figure.body.split(f'<g class="{PRINT_ONLY}"')[1]
    return dict(re.findall(r'<use href="#id-(\d\d)" fill="url\(#id-([a-z-]+)\)"', group.split("</g>")[0]))


def test_classes_side_by_side_differ_without_colour(essen: Data) -> None:
    figure = choropleth(analyse(essen, "21"), "anteil_65plus")
    colours, over = fills(figure), textures(figure)
    shapes = {area.id: essen.gebiete.geometry[area.id] for area in essen.register.of_level("stadtteil")}
    compared = 0
    for one, other in combinations(shapes, 2):
        if colours[one] != colours[other] and shapes[one].distance(shapes[other]) < 1:
            compared += 1
            greys = [lightness(grey(colours[key])) for key in (one, other)]
            assert abs(greys[0] - greys[1]) >= 12 or over.get(one) != over.get(other), (one, other)
    assert compared > 30


def test_grey_steps_and_textures_of_the_ramp() -> None:
    steps = [lightness(grey(colour)) for colour in style.SEQUENTIAL]
    assert steps == sorted(steps, reverse=True)
    assert all(first - second >= 12 for first, second in pairwise(steps))
    worn = [style.TEXTURES.get(colour) for colour in style.SEQUENTIAL]
    assert all(one != other for one, other in pairwise(worn))


def test_this_area_stands_out_in_grey() -> None:
    accent = lightness(grey(style.ACCENT))
    for ground in (style.DOT, style.LAND, style.BAND, style.PAPER):
        assert lightness(grey(ground)) - accent >= 30


def test_missing_is_hatched_like_no_class(essen: Data) -> None:
    key = "alleinerziehendenquote_2011"
    analysis = analyse(essen, "21")
    figure = choropleth(analysis, key)
    without = [area for area, wert in analysis.values(key).items() if wert != wert]
    assert without
    assert {fills(figure)[str(area)] for area in without} == {"url(#id-hatch)"}
    assert not set(map(str, without)) & set(textures(figure))
    patterns = dict(re.findall(r'<pattern id="id-([a-z-]+)"([^>]*)>', figure.body))
    assert [name for name, look in patterns.items() if "rotate(45)" in look] == ["hatch"]
    assert "keine Angabe" in {box.text for box in figure.labels}


def test_grey_keeps_the_luminance() -> None:
    assert grey("#ffffff") == "#ffffff"
    assert grey("#000000") == "#000000"
    assert grey("#808080") == "#808080"
    assert grey(style.ACCENT) == "#525252"


@pytest.mark.browser
def test_textures_show_in_print_only(essen: Data, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    page = "<style>@media print { .sr-texture { display: inline; } }</style>"
    path = tmp_path / "karte.html"
    path.write_text(page + choropleth(analyse(essen, "21"), "anteil_65plus").markup(alt="Karte"), encoding="utf-8")
    opened = open_page(path).page
    group = opened.locator(f".{PRINT_ONLY}").first
    assert not group.is_visible()
    opened.emulate_media(media="print")
    assert group.is_visible()
